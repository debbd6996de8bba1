"""Tokens of a batch and of a certification: signed from what is stored, the same at every print, true to a reader."""

from __future__ import annotations

from datetime import timedelta

from seal.associations import service as associations
from seal.keys import service as keys
from seal.keys.model import KeyRole
from seal.labels import plaques, token
from seal.labels.token import Kind
from seal.verification import service as verification
from tests import world
from tests.certificates.certified import certified, sealed
from tests.conftest import Database


async def test_a_certification_and_a_batch_each_have_a_token_that_verifies(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    association = await associations.get(batch.association_id)
    acting = made.owner()
    for digits, kind, verdict in (
        (await plaques.of_certification(acting, association, made.certification), Kind.PLAQUE, "in_force"),
        (await plaques.of_batch(acting, association, batch), Kind.BATCH, "authentic"),
    ):
        read = token.parse(digits)
        assert isinstance(read, token.Token)
        assert read.fields.kind is kind
        assert len(digits) == 196
        answer = await verification.verify(digits, acting.at)
        assert answer.verdict.code.value == verdict
        assert not answer.verdict.notes


async def test_printing_again_gives_the_same_digits(database: Database) -> None:
    made = await certified()
    association = await associations.get(made.certification.association_id)
    first = await plaques.of_certification(made.owner(), association, made.certification)
    assert first
    assert (
        await plaques.of_certification(made.owner(world.START + timedelta(days=3)), association, made.certification)
        == first
    )


async def test_without_keys_there_is_no_token_and_the_paper_carries_the_code(database: Database) -> None:
    made = await certified()
    association = await associations.get(made.certification.association_id)
    keys.lock(association.id, KeyRole.ISSUING)
    assert await plaques.of_certification(made.owner(), association, made.certification) == ""
