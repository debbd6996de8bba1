"""One answer for every state that the page can wear, judged for real from evidence. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from seal.certificates.credential import PublicTest
from seal.ids import Code as TypedCode
from seal.verification.answer import (
    Answer,
    Association,
    BatchRecord,
    CertificationRecord,
    LogPlace,
    Maker,
    Record,
    Rules,
)
from seal.verification.facts import (
    Asked,
    BatchFacts,
    BatchState,
    CertificationFacts,
    CertificationState,
    Evidence,
    Kind,
    Signature,
    Source,
    Window,
)
from seal.verification.model import judge

NOW = datetime(2026, 11, 21, 17, 32, tzinfo=UTC)
ZONE = "America/Coyhaique"
SEALED, MADE, USE_BY = date(2026, 3, 3), date(2026, 2, 12), date(2028, 3, 3)
ID, MAKER_ID = 0x3A8923F521, 0x91C05D7E12
HOUSE = Association(
    "Sabores de Aysén",
    "https://sello.aysen.example",
    "did:web:sello.aysen.example",
    ZONE,
    "#3a2f5f",
    False,
    "a41c09d2" * 8,
)
CERTIFICATION = CertificationFacts(
    MAKER_ID, CertificationState.ACTIVE, 7, date(2025, 3, 27), date(2025, 3, 31), date(2027, 3, 30)
)
BATCH = BatchFacts(ID, BatchState.SEALED, 9, SEALED, (USE_BY - SEALED).days, 216)
ASKED = Asked(ID, Kind.UNIT, 87, SEALED, (USE_BY - SEALED).days, 9, Signature.GOOD)
EVIDENCE = Evidence(Source.SERVER, NOW, ZONE, asked=ASKED, batch=BATCH, certification=CERTIFICATION)
PLAQUE = replace(
    EVIDENCE,
    batch=None,
    asked=Asked(
        MAKER_ID, Kind.PLAQUE, None, date(2025, 3, 27), (date(2027, 3, 30) - date(2025, 3, 27)).days, 7, Signature.GOOD
    ),
)


def _batch(state: BatchState, reason: str = "", **more: object) -> BatchFacts:
    return replace(BATCH, state=state, since=date(2026, 11, 18), reason_class=reason, **more)


def _maker(state: CertificationState, since: date = date(2026, 11, 2), **more: object) -> CertificationFacts:
    return replace(CERTIFICATION, state=state, since=since, reason_class="nonconformity", **more)


def evidence() -> dict[str, Evidence]:
    """Evidence for every state, by the state's name."""
    e, p = EVIDENCE, PLAQUE
    ended = replace(CERTIFICATION, valid_until=date(2026, 9, 30))
    soon = replace(CERTIFICATION, valid_until=date(2026, 12, 9))
    unsigned = replace(ASKED, signature=Signature.FALSE)
    copy = {"source": Source.BUNDLE, "as_of": NOW - timedelta(days=6)}
    plaque_days = replace(p.asked, days=(date(2026, 9, 30) - date(2025, 3, 27)).days)
    soon_days = replace(p.asked, days=(date(2026, 12, 9) - date(2025, 3, 27)).days)
    return {
        "valid": e,
        "expiring": replace(e, certification=soon),
        "ended": replace(e, certification=ended),
        "past_use_by": replace(e, batch=replace(BATCH, use_by_days=180), asked=replace(ASKED, days=180)),
        "suspended": replace(e, certification=_maker(CertificationState.SUSPENDED)),
        "maker_withdrawn": replace(e, certification=_maker(CertificationState.WITHDRAWN)),
        "unusual": replace(e, seen_often=True, certification=_maker(CertificationState.SUSPENDED)),
        "offline": replace(e, **copy),
        "newer": replace(e, batch=None, certification=None, asked=replace(ASKED, day=NOW.date()), **copy),
        "recalled": replace(e, batch=_batch(BatchState.RECALLED, "food_safety")),
        "withdrawn": replace(e, batch=_batch(BatchState.REVOKED, "nonconformity")),
        "affected": replace(e, certification=replace(CERTIFICATION, windows=(Window(date(2026, 3, 1), None),))),
        "label_void": replace(e, batch=replace(BATCH, void=((80, 90),))),
        "label_lost": replace(e, batch=replace(BATCH, lost=((80, 90),))),
        "label_out_of_range": replace(e, asked=replace(ASKED, unit=400)),
        "on_hold": replace(e, batch=_batch(BatchState.ON_HOLD, "food_safety")),
        "not_sealed": replace(e, batch=replace(BATCH, state=BatchState.PENDING)),
        "forged": replace(e, asked=unsigned),
        "unknown": replace(e, batch=None, certification=None, asked=Asked(ID)),
        "mistyped": replace(e, batch=None, certification=None, asked=None),
        "cannot_check": replace(e, readable=False),
        "plaque_in_force": p,
        "plaque_expiring": replace(p, certification=soon, asked=soon_days),
        "plaque_suspended": replace(p, certification=_maker(CertificationState.SUSPENDED)),
        "plaque_withdrawn": replace(p, certification=_maker(CertificationState.WITHDRAWN)),
        "plaque_ended": replace(p, certification=ended, asked=plaque_days),
        "plaque_offline": replace(p, **copy),
    }


def answer(given: Evidence, at: datetime = NOW) -> Answer:
    """The whole answer for some evidence, with its record as the server would give it."""
    verdict = judge(given, at)
    one, batch = given.certification, given.batch
    if one is None or given.asked is None:
        owner = None if verdict.code.value in ("unknown", "mistyped") else HOUSE
        code = TypedCode(given.asked.public_id) if given.asked else None
        return Answer(verdict, at, "", code, False, owner)
    certification = CertificationRecord(
        TypedCode(MAKER_ID),
        "association",
        one.granted_on,
        one.valid_from,
        one.valid_until,
        Rules("miel", "1.0.0", "2d711642" * 8, {"es": "Miel artesanal de Aysén", "en": "Artisanal honey of Aysén"}),
        products=({"es": "Miel de flores silvestres", "en": "Wildflower honey"},),
        since=one.since,
        reason_class=one.reason_class,
    )
    record = BatchRecord(
        TypedCode(ID, given.asked.unit),
        {"es": "Miel de flores silvestres", "en": "Wildflower honey"},
        "500 g",
        "CC-26V-03",
        212,
        MADE,
        batch.sealed_on,
        batch.use_by,
        (
            PublicTest("hmf", "Hidroximetilfurfural", "6.1", "mg/kg", "hasta 40"),
            PublicTest("humedad", "Humedad", "17.4", "g/100 g", "hasta 20"),
            PublicTest("residuos", "Residuos de antibióticos", "no detectados", "", ""),
        ),
        batch.since,
        batch.reason_class,
        "do_not_eat" if batch.state is BatchState.RECALLED else "",
    ) if batch else None  # fmt: skip
    maker = Maker("Colmenas Cárcamo", "014", "Río Ibáñez", 4)
    whole = Record(maker, certification, record, given.asked.unit, LogPlace(1482, "9f2b11c0" * 8))
    typed = TypedCode(given.asked.public_id, given.asked.unit)
    return Answer(verdict, at, typed.plain, typed, True, HOUSE, whole)


def answers() -> dict[str, Answer]:
    """An answer for every state of the page."""
    return {state: answer(given) for state, given in evidence().items()}
