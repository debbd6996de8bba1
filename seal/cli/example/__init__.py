"""The worked example: one demonstration association, made by the product's own verbs under a moving clock.

``make`` plays sixteen months that end today, scene by scene in the order of the calendar, so that every state on a
label can be looked at: in force, suspended, withdrawn, recalled, ended with jars on the shelf, voided labels, and
a producer who was refused. ``addresses`` says what to open.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from seal.batches import service as batches
from seal.batches.model import Batch
from seal.certificates import service as certificates
from seal.certificates.model import Certification
from seal.cli import jobs
from seal.cli.example import book, steps, story
from seal.cli.example.addresses import addresses
from seal.cli.example.steps import Fault, Member, Stage
from seal.cli.progress import Progress
from seal.cli.words import translator
from seal.clock import SystemClock
from seal.labels import service as labels
from seal.settings import Settings

__all__ = ["addresses", "make"]

Scene = Callable[[], Awaitable[str]]
words = translator()


async def make(given: Settings, progress: Progress) -> Stage:
    """Play the whole story up to now. Needs an empty, migrated database."""
    now = SystemClock().now()
    stage = await steps.set_up(given, now - timedelta(days=480))
    progress.step(words("cli.example.begun", association=story.NAME, count=len(story.PEOPLE)))
    play = Play(stage)
    for days_ago, scene in play.scenes():
        stage.go_to((now - timedelta(days=days_ago)).date())
        progress.doing(scene.__name__)
        progress.step(f"{stage.today()}  {await scene()}")
        await jobs.run_for(stage.association, stage.clock.now(), drawing=False)
    stage.clock.move_to(max(now, stage.clock.now()))
    await jobs.run_for(stage.association, stage.clock.now(), drawing=False)
    return stage


class Play:
    """The scenes, and what they leave for later ones."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.members: dict[str, Member] = {}
        self.audits: dict[str, UUID] = {}
        self.certifications: dict[str, Certification] = {}
        self.batches: dict[str, Batch] = {}
        self.blend: UUID

    def scenes(self) -> tuple[tuple[int, Scene], ...]:
        """Days before today, and what happens."""
        return (
            (470, self.six_producers_join),
            (425, self.puerto_viejo_certified),
            (300, self.puerto_viejo_seals),
            (290, self.ventisquero_certified),
            (240, self.ventisquero_seals),
            (230, self.coigues_certified),
            (215, self.valle_escondido_certified),
            (210, self.coigues_seals),
            (200, self.valle_escondido_seals),
            (150, self.baker_certified),
            (120, self.baker_seals),
            (90, self.coigues_withdrawn),
            (60, self.lluvia_fina_refused),
            (48, self.lago_jams_are_cooked),
            (45, self.valle_escondido_voids_labels),
            (44, self.valle_escondido_blends),
            (40, self.valle_escondido_seals_again),
            (30, self.valle_escondido_dispatches),
            (20, self.ventisquero_suspended),
            (9, self.baker_recalled),
        )

    async def six_producers_join(self) -> str:
        for maker in story.MAKERS:
            self.members[maker.key] = await steps.join(self.stage, maker)
        return words("cli.example.joined", count=len(self.members))

    async def _certify(self, key: str, auditor: str = "auditor") -> str:
        audit_id, _ = await steps.audit(self.stage, self.members[key], auditor=auditor)
        self.audits[key] = audit_id
        self.certifications[key] = await steps.grant(self.stage, audit_id)
        return words("cli.example.certified", maker=self.members[key].maker.trade_name)

    async def _seal(
        self, key: str, honey: story.Honey, lot: str, units: int, count: int, made_of: book.MadeOf = ()
    ) -> str:
        batch = await steps.make_batch(self.stage, self.members[key], honey, lot=lot, units=units, made_of=made_of)
        self.batches[lot] = batch
        self.stage.minutes()
        await labels.reserve(self.stage.acting("manager"), batch.id, count)
        return words("cli.example.sealed", maker=self.members[key].maker.trade_name, lot=lot, units=units, count=count)

    async def puerto_viejo_certified(self) -> str:
        return await self._certify("ended")

    async def puerto_viejo_seals(self) -> str:
        return await self._seal("ended", story.ULMO, "PV-1", 60, 60)

    async def ventisquero_certified(self) -> str:
        return await self._certify("suspended", "auditor_two")

    async def ventisquero_seals(self) -> str:
        return await self._seal("suspended", story.STEPPE, "CV-1", 80, 48)

    async def coigues_certified(self) -> str:
        return await self._certify("withdrawn", "auditor_two")

    async def coigues_seals(self) -> str:
        return await self._seal("withdrawn", story.WILDFLOWER, "LC-1", 50, 24)

    async def valle_escondido_certified(self) -> str:
        return await self._certify("active")

    async def valle_escondido_seals(self) -> str:
        return await self._seal("active", story.WILDFLOWER, "VE-1", 212, 96)

    async def valle_escondido_seals_again(self) -> str:
        return await self._seal("active", story.CREAMED, "VE-2", 120, 24, made_of=[(self.blend, 42_000)])

    async def valle_escondido_blends(self) -> str:
        self.blend = await book.blend(self.stage, self.members["active"])
        return words("cli.example.blended", maker=self.members["active"].maker.trade_name)

    async def valle_escondido_dispatches(self) -> str:
        await book.dispatch(self.stage, self.members["active"], self.batches["VE-2"])
        return words("cli.example.dispatched", lot="VE-2")

    async def lago_jams_are_cooked(self) -> str:
        batch = await book.jam(self.stage)
        return words("cli.example.jam", maker=book.JAM_MAKER, lot=batch.lot)

    async def baker_certified(self) -> str:
        return await self._certify("recalled")

    async def baker_seals(self) -> str:
        first = await self._seal("recalled", story.TIACA, "AB-1", 100, 48)
        return f"{first}\n              {await self._seal('recalled', story.TIACA, 'AB-2', 100, 24)}"

    async def coigues_withdrawn(self) -> str:
        await certificates.withdraw(
            self.stage.acting("certifier"),
            self.certifications["withdrawn"].id,
            reason_class="mark_misuse",
            reason="Usó el sello en miel comprada a terceros. El lote LC-1 queda sin sello.",
            effective_at=self.stage.clock.now(),
            batches=(self.batches["LC-1"].id,),
        )
        return words("cli.example.withdrawn", maker=self.members["withdrawn"].maker.trade_name, lot="LC-1")

    async def lluvia_fina_refused(self) -> str:
        failing = {
            "MIEL-B05": Fault("Se encontró jarabe de azúcar en alimentadores con alzas puestas."),
            "HIG-A05": Fault("No hay lavamanos en la sala de extracción."),
            "HIG-C01": Fault("No existe programa de limpieza escrito."),
            "TERR-E01": Fault("No pudo reconstruir el lote desde un frasco elegido al azar.", "95"),
        }
        audit_id, _ = await steps.audit(self.stage, self.members["refused"], failing=failing, auditor="auditor_two")
        for voter in ("certifier", "certifier_two"):
            self.stage.minutes()
            await certificates.decide(
                self.stage.acting(voter),
                audit_id,
                choice="refuse",
                reason="Hay no conformidades críticas y mayores abiertas.",
            )
        return words("cli.example.refused", maker=self.members["refused"].maker.trade_name)

    async def valle_escondido_voids_labels(self) -> str:
        batch = self.batches["VE-1"]
        await labels.void(self.stage.acting("manager"), batch.id, 90, 92, reason="damaged")
        await labels.void(self.stage.acting("manager"), batch.id, 95, 96, reason="lost")
        return words("cli.example.voided", lot="VE-1")

    async def ventisquero_suspended(self) -> str:
        await certificates.suspend(
            self.stage.acting("certifier"),
            self.certifications["suspended"].id,
            reason_class="nonconformity",
            reason="No presentó en el plazo los registros de trazabilidad pedidos.",
            effective_at=self.stage.clock.now(),
        )
        return words("cli.example.suspended", maker=self.members["suspended"].maker.trade_name, lot="CV-1")

    async def baker_recalled(self) -> str:
        await batches.recall(
            self.stage.acting("manager"),
            self.batches["AB-1"].id,
            reason_class="food_safety",
            reason="Un análisis posterior encontró residuos de antibiótico en el lote AB-1.",
            advice="do_not_eat",
        )
        return words("cli.example.recalled", maker=self.members["recalled"].maker.trade_name, lot="AB-1")
