"""Queries of formats, templates and settings, always inside one association."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from seal import ids
from seal.labels.formats import Format
from seal.labels.own import tables
from seal.labels.own.model import OwnFormat, Template

Row = dict[str, Any]
_T = tables.LabelTemplate
_F = tables.LabelFormat
_S = tables.LabelSetting


def _um(millimetres: float) -> int:
    return round(millimetres * 1000)


def _template(row: Row) -> Template:
    return Template(
        id=row["id"],
        name=row["name"],
        version=row["version"],
        shape=row["shape"],
        label_mm=(row["label_width"] / 1000, row["label_height"] / 1000),
        space_mm=row["space"] / 1000,
        html=row["html"],
        css=row["css"],
        art=(row["art_type"], bytes(row["art"])) if row["art"] is not None else None,
        recorded_at=row["recorded_at"],
    )


async def insert_template(association_id: UUID, made: Template, recorded_by: UUID | None) -> None:
    await _T.insert(
        _T(
            id=made.id,
            association_id=association_id,
            name=made.name,
            version=made.version,
            shape=made.shape,
            label_width=_um(made.label_mm[0]),
            label_height=_um(made.label_mm[1]),
            space=_um(made.space_mm),
            html=made.html,
            css=made.css,
            art=made.art[1] if made.art else None,
            art_type=made.art[0] if made.art else None,
            recorded_by=recorded_by,
            recorded_at=made.recorded_at,
        )
    )


async def template(association_id: UUID, template_id: UUID) -> Template | None:
    row: Row | None = await _T.select().where(_T.association_id == association_id).where(_T.id == template_id).first()
    return _template(row) if row else None


async def templates(association_id: UUID) -> tuple[Template, ...]:
    """Every version of every template, newest version of each name first."""
    rows: list[Row] = (
        await _T.select()
        .where(_T.association_id == association_id)
        .order_by(_T.name)
        .order_by(_T.version, ascending=False)
    )
    return tuple(_template(row) for row in rows)


async def last_version(association_id: UUID, name: str) -> int:
    row: Row | None = (
        await _T.select(_T.version)
        .where(_T.association_id == association_id)
        .where(_T.name == name)
        .order_by(_T.version, ascending=False)
        .first()
    )
    return int(row["version"]) if row else 0


def _format(row: Row) -> OwnFormat:
    mm = {key: row[key] / 1000 for key in _LENGTHS}
    return OwnFormat(
        id=row["id"],
        name=row["name"],
        format=Format(
            id=str(row["id"]),
            medium=row["medium"],
            page_mm=(mm["page_width"], mm["page_height"]),
            label_mm=(mm["label_width"], mm["label_height"]),
            columns=row["columns"],
            rows=row["rows"],
            pitch_mm=(mm["pitch_x"], mm["pitch_y"]),
            margin_mm=(mm["margin_left"], mm["margin_top"]),
            shape=row["shape"],
            space_mm=mm["space"],
            template=row["template"],
        ),
        template_id=row["template_id"],
        recorded_at=row["recorded_at"],
        retired_at=row["retired_at"],
    )


_LENGTHS = (
    *("page_width", "page_height", "label_width", "label_height"),
    *("pitch_x", "pitch_y", "margin_left", "margin_top", "space"),
)


async def insert_format(association_id: UUID, made: OwnFormat, recorded_by: UUID | None) -> None:
    found = made.format
    lengths = (*found.page_mm, *found.label_mm, *found.pitch_mm, *found.margin_mm, found.space_mm)
    values: dict[str, Any] = {key: _um(length) for key, length in zip(_LENGTHS, lengths, strict=True)}
    await _F.insert(
        _F(
            id=made.id,
            association_id=association_id,
            name=made.name,
            medium=found.medium,
            columns=found.columns,
            rows=found.rows,
            shape=found.shape,
            template=found.template,
            template_id=made.template_id,
            recorded_by=recorded_by,
            recorded_at=made.recorded_at,
            **values,
        )
    )


async def format(association_id: UUID, format_id: UUID) -> OwnFormat | None:
    row: Row | None = await _F.select().where(_F.association_id == association_id).where(_F.id == format_id).first()
    return _format(row) if row else None


async def formats(association_id: UUID) -> tuple[OwnFormat, ...]:
    """Every format, also those that are out of use, by name."""
    rows: list[Row] = await _F.select().where(_F.association_id == association_id).order_by(_F.name)
    return tuple(_format(row) for row in rows)


async def retire(association_id: UUID, format_id: UUID, at: datetime) -> None:
    await (
        _F.update({_F.retired_at: at})
        .where(_F.association_id == association_id)
        .where(_F.id == format_id)
        .where(_F.retired_at.is_null())
    )


async def setting(association_id: UUID, person_id: UUID, format: str) -> tuple[int, int]:
    """Tenths of a millimetre to the right and down that a person last printed with."""
    row: Row | None = (
        await _S.select(_S.right_tenths, _S.down_tenths)
        .where(_S.association_id == association_id)
        .where(_S.person_id == person_id)
        .where(_S.format == format)
        .first()
    )
    return (row["right_tenths"], row["down_tenths"]) if row else (0, 0)


async def keep_setting(
    association_id: UUID, person_id: UUID, format: str, tenths: tuple[int, int], at: datetime
) -> None:
    await _S.insert(
        _S(
            id=ids.uuid7(at),
            association_id=association_id,
            person_id=person_id,
            format=format,
            right_tenths=tenths[0],
            down_tenths=tenths[1],
        )
    ).on_conflict(
        target=(_S.association_id, _S.person_id, _S.format),
        action="DO UPDATE",
        values=[_S.right_tenths, _S.down_tenths],
    )
