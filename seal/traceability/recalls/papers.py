"""What a recall says on paper and in a message: a notice and a text for each place, and the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import Association
from seal.batches import service as batches
from seal.batches.book.model import Lot, said
from seal.batches.model import Batch
from seal.clock import local_day
from seal.errors import NotFound
from seal.identity import Acting
from seal.members import service as members
from seal.members.model import Dossier
from seal.printing import recall_papers
from seal.printing import service as printing
from seal.printing.recall_papers import ApprovedWords, Notice, NoticeLine, RecallReport, ReportItem, ReportPlace
from seal.printing.stationery import Branding
from seal.protocols.plans import PRESENCE
from seal.traceability import saying
from seal.traceability.recalls import following
from seal.traceability.recalls.following import Followed
from seal.traceability.recalls.model import Account, Cause, Spot
from seal.web.i18n import Translator, translator

MESSAGE_LOTS = 3
"""Lots that a message names; the paper has all of them."""
MESSAGE_NUMBERS = 60
"""Letters of unit numbers in a message."""


@dataclass(frozen=True)
class Sources:
    """A recall with what its papers name lots by."""

    association: Association
    known: Followed
    batches: Mapping[UUID, Batch]
    dossiers: Mapping[UUID, Dossier]
    tests: Mapping[str, str]
    """By language, the name of the test that failed, if that is the cause."""

    @property
    def branding(self) -> Branding:
        one = self.association
        return Branding(one.name, one.base, one.region, one.colour, one.demonstration)

    def product(self, lot: Lot, t: Translator) -> str:
        """A batch's product with its content, or what the lot is of."""
        batch = self.batches.get(lot.id)
        if batch is not None:
            products = self.dossiers[batch.producer_id].products
            found = next(one for one in products if one.id == batch.product_id)
            return f"{found.named(t.lang)}, {found.net_content}"
        key = f"book.material.{lot.material}"
        return t(key) if t.has(key) else lot.material


async def sources(acting: Acting, recall_id: UUID) -> Sources:
    """Raises ``NotFound('recall.not_found')``."""
    known = await following.followed(acting, recall_id)
    wanted = {one.batch_id for one in known.recall.items}
    found = {one.id: one for one in await batches.some(acting.association_id, wanted)}
    makers = {one.producer_id for one in found.values()}
    association = await associations.get(acting.association_id)
    return Sources(
        association,
        known,
        found,
        {one: await members.dossier_of(acting.association_id, one) for one in makers},
        await _test_names(association, known, found),
    )


async def _test_names(association: Association, known: Followed, found: Mapping[UUID, Batch]) -> dict[str, str]:
    subject = known.recall.reached.subject
    batch = found.get(subject.lots[0]) if subject.lots else None
    if subject.failed is None or batch is None:
        return {}
    opened_at = known.recall.opened_at
    protocol = await batches.protocol_of(association, batch.producer_id, batch.protocol_id, opened_at)
    test_id = subject.failed.test_id
    return {lang: protocol.text(lang).batch_tests.get(test_id, test_id) for lang in ("es", "en")} if protocol else {}


def amount(value: int, lot: Lot, t: Translator) -> str:
    """``24 envases``, ``12,5 kg``."""
    words, unit = said(value, lot.dimension)
    key = "recall_print.piece" if unit == "unit" and value == 1 else f"recall_print.amount.{unit}"
    return t(key, amount=t.number(words))


async def notice_pdf(acting: Acting, recall_id: UUID, place: UUID | None, lang: str) -> bytes:
    """The notices of a recall, one after another; of one place if named. The same bytes while nothing changes.

    Raises ``NotFound('recall.not_found' | 'recall.no_place')`` and ``Unavailable`` as ``printing.pdf``.
    """
    lang = "en" if lang == "en" else "es"
    found = await sources(acting, recall_id)
    spots = [spot for spot in found.known.recall.reached.spots if place in (None, spot[1])]
    if not spots:
        raise NotFound("recall.no_place")
    notices = tuple(_notice(found, spot, translator(lang)) for spot in spots)
    title = f"{found.association.name} {found.known.recall.number}"
    return await printing.pdf(
        recall_papers.notices_html(notices, lang=lang), at=found.known.recall.opened_at, lang=lang, title=title
    )


def _notice(found: Sources, spot: Spot, t: Translator) -> Notice:
    recall = found.known.recall
    organisation = found.known.organisations.get(spot[1])
    return Notice(
        branding=found.branding,
        number=recall.number,
        drill=recall.drill,
        place=found.known.name(spot),
        commune=organisation.commune if organisation is not None else "",
        opened_on=local_day(recall.opened_at, found.association.zone),
        advice=recall.advice.value,
        reason_class=recall.reason_class,
        lines=tuple(_lines(found, spot, t)),
        words_es=_words(found, "es"),
        words_en=_words(found, "en"),
    )


def _lines(found: Sources, spot: Spot, t: Translator) -> list[NoticeLine]:
    lines = []
    for one in found.known.recall.reached.of(spot):
        lot, batch = found.known.lots[one.lot_id], found.batches.get(one.lot_id)
        lines.append(
            NoticeLine(
                product=found.product(lot, t),
                maker=found.known.producers.get(lot.producer_id, ""),
                lot=lot.name,
                amount=amount(one.amount, lot, t),
                numbers=one.numbers,
                code=batch.code if batch is not None else "",
                use_by=batch.use_by if batch is not None else None,
            )
        )
    return lines


def _words(found: Sources, language: str) -> ApprovedWords | None:
    one = found.known.recall.wording(language)
    return ApprovedWords(one.text, one.approved_by, one.approved_as) if one is not None else None


async def texts(acting: Acting, recall_id: UUID, lang: str) -> dict[Spot, str]:
    """A message for each place, short enough to be sent by telephone."""
    found = await sources(acting, recall_id)
    t = translator("en" if lang == "en" else "es")
    return {spot: message(found, spot, t) for spot in found.known.recall.reached.spots}


def message(found: Sources, spot: Spot, t: Translator) -> str:
    """Who, what, how many, what to do, how to answer; and where anybody can check that it is true. Pure."""
    recall = found.known.recall
    lines = _lines(found, spot, t)
    parts = []
    for one in lines[:MESSAGE_LOTS]:
        numbers = one.numbers if len(one.numbers) <= MESSAGE_NUMBERS else ""
        key = "recall_print.message.line_numbers" if numbers else "recall_print.message.line"
        parts.append(t(key, product=one.product, lot=one.lot, amount=one.amount, numbers=numbers))
    if len(lines) > MESSAGE_LOTS:
        parts.append(t("recall_print.message.more", count=len(lines) - MESSAGE_LOTS))
    code = next((one.code for one in lines if one.code), "")
    key = "recall_print.message.drill" if recall.drill else "recall_print.message"
    return t(
        key,
        association=found.association.name,
        number=recall.number,
        lots="; ".join(parts),
        advice=t(f"batches.advice.{recall.advice.value}"),
        check=t("recall_print.message.check", address=f"{found.association.base}/{code.replace('-', '')}")
        if code
        else "",
    ).strip()


async def report_pdf(acting: Acting, recall_id: UUID, lang: str) -> bytes:
    """The report of a recall or a drill as it stands now. Raises as :func:`notice_pdf`."""
    lang = "en" if lang == "en" else "es"
    found = await sources(acting, recall_id)
    view = _report(found, translator(lang))
    recall = found.known.recall
    return await printing.pdf(
        recall_papers.report_html(view, lang=lang),
        at=recall.closed_at or recall.opened_at,
        lang=lang,
        title=f"{found.association.name} {recall.number}",
    )


def minutes(time: timedelta) -> int:
    """Whole minutes, the last one begun counted."""
    return -int(-time.total_seconds() // 60)


def _report(found: Sources, t: Translator) -> RecallReport:
    known, recall = found.known, found.known.recall
    answered, part = recall.answer_time, known.effectiveness
    return RecallReport(
        branding=found.branding,
        number=recall.number,
        drill=recall.drill,
        cause=recall.cause.value,
        subject=subject(found, t),
        reason_class=recall.reason_class,
        reason=recall.reason,
        advice=recall.advice.value,
        opened_by=known.people.get(recall.opened_by, ""),
        opened_at=recall.opened_at,
        closed_by=known.people.get(recall.closed_by, "") if recall.closed_by else "",
        closed_at=recall.closed_at,
        closing=recall.closing,
        zone=found.association.zone,
        items=tuple(
            ReportItem(
                one.lot,
                found.product(known.lots[one.batch_id], t),
                one.units,
                one.act.value,
                one.sibling,
                one.done_at,
            )
            for one in recall.items
        ),
        places=tuple(_place(found, one, t) for one in known.accounts),
        store=tuple(
            (known.lots[lot].name, amount(held, known.lots[lot], t)) for lot, held in recall.reached.store.items()
        ),
        units=recall.units,
        shops=len(recall.reached.spots),
        list_minutes=minutes(recall.list_time),
        answer_minutes=minutes(answered) if answered is not None else None,
        effectiveness=saying.percent(part) if part is not None else "",
        digest=recall.digest.hex(),
    )


def subject(found: Sources, t: Translator) -> str:
    """What was recalled, in words."""
    known, one = found.known, found.known.recall.reached.subject
    names = ", ".join(known.lots[lot].name for lot in one.lots if lot in known.lots)
    if one.cause is Cause.TEST and one.failed is not None:
        failed = one.failed
        value = t(f"batches.value.{failed.value}") if failed.value in PRESENCE else t.number(failed.value)
        said_of = f"{found.tests.get(t.lang, failed.test_id)} {value} {failed.unit}".strip()
        return f"{names}: {said_of}, {failed.laboratory}, {t.day(failed.tested_on)}"
    if one.first is not None and one.last is not None:
        return f"{t.day(one.first)} – {t.day(one.last)}"
    return names


def _place(found: Sources, one: Account, t: Translator) -> ReportPlace:
    known, lot = found.known, found.known.lots[one.lot_id]
    last = known.recall.counted(one.spot, one.lot_id)

    def words(value: int) -> str:
        return amount(value, lot, t) if value else "–"

    return ReportPlace(
        place=known.name(one.spot),
        lot=lot.name,
        expected=amount(one.expected, lot, t),
        back=words(one.back),
        found=words(one.found),
        destroyed=words(one.destroyed),
        sold=words(one.sold),
        missing=words(one.missing),
        told_at=known.recall.told_at(one.spot),
        answered_at=known.recall.answered_at(one.spot),
        note=last.note if last is not None else "",
    )
