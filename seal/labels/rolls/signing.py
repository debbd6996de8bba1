"""The signed codes of a roll: for our printer, or as a list of addresses for a print shop."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from uuid import UUID

from seal.associations import service as associations
from seal.db import in_unit_of_work, reading
from seal.db.failpoint import failpoint
from seal.errors import NotFound
from seal.identity import Acting, Role
from seal.ids import Code
from seal.keys import service as keys
from seal.keys.model import IntentKind
from seal.keys.qr import read_range
from seal.labels import model, token
from seal.labels.drawing import UnitLabel
from seal.labels.rolls import store
from seal.labels.rolls.service import fields
from seal.people import service as people


async def codes(acting: Acting, roll_id: UUID) -> tuple[UnitLabel, ...]:
    """The seals of a roll that are not out of use, signed: the whole roll at first, the same at every print.

    Managers only. Raises ``NotFound``, ``Unavailable('keys.locked')``.
    """
    await people.authorise(acting, Role.MANAGER)
    association = await associations.get(acting.association_id)
    async with reading():
        roll = await store.roll(association.id, roll_id)
        voids = await store.voids(association.id, roll_id)
    if roll is None:
        raise NotFound("roll.not_found")
    if roll.signatures is None:
        signed = await keys.sign_intent(association.id, roll.intent_id, acting.at)
        failpoint("after_signature")
        await in_unit_of_work(lambda: store.keep_signatures(association.id, roll_id, signed))
        roll = replace(roll, signatures=signed)
    intent = await keys.intent_of(association.id, IntentKind.QR_RANGE, roll.id)
    assert intent is not None
    assert roll.signatures is not None
    hint = read_range(intent.payload).payload[1:5]  # as signed: the key may have been replaced since the roll was made
    size, made = token.SIGNATURE_BYTES, []
    for number in model.usable(roll.span, [one.span for one in voids]):
        signature = roll.signatures[(number - 1) * size : number * size]
        read = token.Token(fields(roll.public_id, roll.issued_on, hint, number), signature)
        code = Code(roll.public_id, number).printed
        made.append(UnitLabel(number, code, read.digits, f"{association.base}/{read.path}"))
    return tuple(made)


def as_csv(seals: tuple[UnitLabel, ...]) -> bytes:
    """``number,code,address`` a line, for a print shop. The address goes into the symbol in capitals."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(("number", "code", "address"))
    lines.writerows((one.number, one.code, one.address.upper()) for one in seals)
    return out.getvalue().encode("utf-8")
