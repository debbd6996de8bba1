"""Verbs that enter producers, sites and products in the register. Managers only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.clock import local_day
from seal.db import in_unit_of_work
from seal.db.violations import integrity
from seal.errors import BadInput, Conflict
from seal.identity import Acting, Role
from seal.members import model, store
from seal.members.access import found, today
from seal.members.model import MembershipAction, MembershipStep, Producer, Product, Site, SiteKind
from seal.people import service as people
from seal.web.text import plain

_TO_MEMBER = (MembershipAction.REGISTER, MembershipAction.APPLY, MembershipAction.ADMIT)


async def register_producer(
    acting: Acting,
    *,
    trade_name: str,
    commune: str,
    language: str = "es",
    contact: str = "",
    as_prospect: bool = False,
) -> Producer:
    """Enter a producer in the register, as a member unless ``as_prospect``; numbers are dense from 1.

    Raises ``NotAllowed`` (managers only), ``BadInput('members.commune_unknown')`` for a commune outside the
    association's territory, ``BadInput('members.language_unknown' | 'members.field_empty' | 'members.field_long')``.
    """
    await people.authorise(acting, Role.MANAGER)
    association = await associations.get(acting.association_id)
    name = model.clean("trade_name", plain("trade_name", trade_name))
    place = model.clean("commune", commune)
    if association.communes and place not in association.communes:
        raise BadInput("members.commune_unknown", field="commune", commune=place)
    if language not in model.LANGUAGES:
        raise BadInput("members.language_unknown", field="language", language=language)
    day = local_day(acting.at, association.zone)
    actions = _TO_MEMBER[:1] if as_prospect else _TO_MEMBER
    steps = tuple(MembershipStep(action, day, acting.at) for action in actions)

    async def write() -> Producer:
        number = await store.next_number(acting.association_id)
        producer = Producer(
            ids.uuid7(acting.at),
            acting.association_id,
            number,
            name,
            place,
            language,
            " ".join(contact.split()),
            acting.at,
            steps,
        )
        async with integrity({"producer_number_once": Conflict("members.number_taken", number=number)}):
            await store.insert_producer(producer)
        for sequence, step in enumerate(steps):
            await _write_step(acting, producer.id, sequence, step, "")
        return producer

    return await in_unit_of_work(write)


async def _write_step(acting: Acting, producer_id: UUID, sequence: int, step: MembershipStep, reason: str) -> None:
    await store.insert_step(
        acting.association_id,
        producer_id,
        sequence,
        step,
        id=ids.uuid7(acting.at),
        actor_id=acting.person_id,
        reason=reason,
    )


async def change_membership(
    acting: Acting, producer_id: UUID, action: MembershipAction, *, reason: str, effective_on: date | None = None
) -> Producer:
    """Take the next step of a membership. Effective today unless told; never before the step that precedes it.

    Raises ``Refused('members.membership')`` for a step that the table does not have and
    ``BadInput('members.step_too_early')``; managers only.
    """
    await people.authorise(acting, Role.MANAGER)
    why = model.clean("reason", reason, 1000)
    day = await today(acting)

    async def write() -> Producer:
        producer = await found(acting, producer_id)
        step = MembershipStep(action, effective_on or day, acting.at)
        model.apply(producer.state, action)
        if step.effective_on < producer.steps[-1].effective_on:
            raise BadInput("members.step_too_early", field="effective_on")
        async with integrity({"producer_action_step_once": Conflict("members.changed_meanwhile")}):
            await _write_step(acting, producer_id, len(producer.steps), step, why)
        return await found(acting, producer_id)

    return await in_unit_of_work(write)


async def add_site(acting: Acting, producer_id: UUID, *, name: str, kind: SiteKind | str, commune: str) -> Site:
    """Add a place of work. Raises ``BadInput`` and ``Conflict('members.site_name_taken')``; managers only."""
    await people.authorise(acting, Role.MANAGER)
    association = await associations.get(acting.association_id)
    place = model.clean("commune", commune)
    if association.communes and place not in association.communes:
        raise BadInput("members.commune_unknown", field="commune", commune=place)
    site = Site(ids.uuid7(acting.at), producer_id, model.clean("name", plain("name", name)), _site_kind(kind), place)

    async def write() -> Site:
        await found(acting, producer_id)
        async with integrity({"site_name_once": Conflict("members.site_name_taken", name=site.name)}):
            await store.insert_site(acting.association_id, site, acting.at)
        return site

    return await in_unit_of_work(write)


def _site_kind(kind: SiteKind | str) -> SiteKind:
    try:
        return SiteKind(kind)
    except ValueError:
        raise BadInput("members.site_kind_unknown", field="kind", kind=str(kind)) from None


async def add_product(
    acting: Acting,
    producer_id: UUID,
    *,
    protocol_id: str,
    name: Mapping[str, str],
    net_content: str,
    grams: int,
    kind: str | None = None,
) -> Product:
    """Add a product. ``grams`` is the net content in grams. Raises ``BadInput``; managers only.

    Whether the protocol is published is for the room of the protocols: here only its form is looked at.
    """
    await people.authorise(acting, Role.MANAGER)
    if not 1 <= grams <= 1_000_000:
        raise BadInput("members.grams_range", field="grams", grams=grams)
    product = Product(
        ids.uuid7(acting.at),
        producer_id,
        model.clean_protocol_id(protocol_id),
        model.clean_names({language: plain(f"name.{language}", text) for language, text in name.items()}),
        model.clean_net_content(net_content),
        grams,
        model.clean_kind(kind),
    )

    async def write() -> Product:
        await found(acting, producer_id)
        await store.insert_product(acting.association_id, product, acting.at)
        return product

    return await in_unit_of_work(write)
