"""The papers of the book of keys: records for signatures, sheets of shares; as text always, as PDF where it can be.

Files are readable by their owner only. A record is kept in the database and can be printed again; sheets carry a secret
and are written once, into a folder that whoever asks for them names.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

from seal.associations.model import Association
from seal.clock import rfc3339
from seal.errors import Refused, Unavailable
from seal.keys import opening
from seal.keys.records import Record
from seal.keys.safekeeping import Shared
from seal.keys.sharing import Sheet
from seal.printing import documents
from seal.printing import service as printing
from seal.web.i18n import Translator, translator

RECORDS = "records"
_COLUMNS = 3


def _branding(association: Association) -> documents.Branding:
    return documents.Branding(
        association.name, association.base, association.region, association.colour, association.demonstration
    )


def record_text(record: Record, lang: str) -> str:
    """A record as plain text, with a line for each signature."""
    return "\n".join(_record_lines(record, translator(lang))) + "\n"


def _record_lines(record: Record, t: Translator) -> Iterator[str]:
    yield f"{t(f'keys.act.{record.act.value}')} · {record.name}"
    yield ""
    yield f"{t('keys.record.number')}: {record.seq}"
    yield f"{t('keys.record.when')}: {rfc3339(record.at)}"
    yield f"{t('keys.record.association')}: {record.name} ({record.slug}), {record.did}, {record.base}"
    yield f"{t('keys.record.software')}: Seal {record.version}"
    yield ""
    for what, value in record.entries:
        yield f"{t(f'keys.record.what.{what}')}: {value}"
    yield ""
    yield t("keys.record.no_secret")
    yield ""
    people = [one for one in (record.attendance.by, *record.attendance.witnesses) if one is not None]
    yield t("keys.record.people") if people else t("keys.record.nobody")
    for one in people:
        yield ""
        yield f"{one.name}, {one.role}"
        yield f"{t('keys.record.signature')}: ______________________________"


def sheet_text(shared: Shared, sheet: Sheet, lang: str) -> str:
    """A sheet as plain text; ``sharing.words_of`` reads it back."""
    t, record = translator(lang), shared.record
    count = {"number": sheet.number, "needed": sheet.needed, "total": sheet.total}
    width = max(map(len, sheet.words)) + 6
    cells = [f"{place:2}. {word}".ljust(width) for place, word in enumerate(sheet.words, start=1)]
    rows = ["".join(cells[start : start + _COLUMNS]).rstrip() for start in range(0, len(cells), _COLUMNS)]
    lines = [
        t("keys.share.title", **count),
        f"{record.name} ({record.slug}), {record.did}",
        f"{t('keys.share.key')}: {t(f'keys.role.{shared.role.value}')}, {shared.kid}",
        f"{t('keys.share.set')}: {sheet.set_id:05d}, {rfc3339(record.at)}",
        "",
        *rows,
        "",
        *(t(f"keys.share.{name}", **count) for name in ("secret", "keep", "use", "prove")),
    ]
    return "\n".join(lines) + "\n"


async def write_record(
    association: Association, record: Record, lang: str, folder: Path | None = None
) -> tuple[Path, ...]:
    """Write the papers of a record into its folder of records (or ``folder``); text alone where PDF cannot be made."""
    place = folder or opening.folder_of(association.slug) / RECORDS
    text = record_text(record, lang).encode()
    paths = [await asyncio.to_thread(_write, place / f"{record.file_stem}.txt", text, again=True)]
    people = [one for one in (record.attendance.by, *record.attendance.witnesses) if one is not None]
    view = documents.KeyRecordPaper(
        branding=_branding(association),
        seq=record.seq,
        act=record.act.value,
        at=record.at,
        zone=association.zone,
        did=record.did,
        version=record.version,
        entries=record.entries,
        people=tuple((one.name, one.role) for one in people),
    )
    html = documents.key_record_html(view, lang=lang)
    title = f"{translator(lang)(f'keys.act.{record.act.value}')} {record.seq}"
    try:
        pdf = await printing.pdf(html, at=record.at, lang=lang, title=title)
    except Unavailable:
        return tuple(paths)
    return (*paths, await asyncio.to_thread(_write, place / f"{record.file_stem}.pdf", pdf, again=True))


async def write_sheets(association: Association, shared: Shared, lang: str, folder: Path) -> tuple[Path, ...]:
    """Write each sheet into ``folder``, as text and where it can be as PDF. Raises ``Refused('keys.file_exists')``."""
    paths = []
    for sheet in shared.sheets:
        stem = f"{shared.role.value}-{sheet.set_id:05d}-{sheet.number}-{sheet.total}"
        text = sheet_text(shared, sheet, lang).encode()
        paths.append(await asyncio.to_thread(_write, folder / f"{stem}.txt", text))
        view = documents.SharePaper(
            branding=_branding(association),
            role=shared.role.value,
            kid=shared.kid,
            did=shared.record.did,
            at=shared.record.at,
            zone=association.zone,
            number=sheet.number,
            needed=sheet.needed,
            total=sheet.total,
            set_id=sheet.set_id,
            words=sheet.words,
        )
        html = documents.key_share_html(view, lang=lang)
        try:
            pdf = await printing.pdf(html, at=shared.record.at, lang=lang, title=stem)
        except Unavailable:
            continue
        paths.append(await asyncio.to_thread(_write, folder / f"{stem}.pdf", pdf))
    return tuple(paths)


def _write(path: Path, data: bytes, *, again: bool = False) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if again else os.O_EXCL)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(data)
    except FileExistsError:
        raise Refused("keys.file_exists", path=str(path)) from None
    return path
