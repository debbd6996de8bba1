"""Verbs on producers, told by noun: who may see them, the register, and what is recorded of them."""

from __future__ import annotations

from seal.members.access import (
    dossier,
    dossier_of,
    producer,
    producers,
    producers_of,
    relations,
    representatives,
    represented_by,
    require_access,
    require_side,
    today,
    trade_names,
)
from seal.members.organisations import (
    add_organisation,
    organisation,
    organisations,
    set_gln,
    set_gtin,
    set_organisation_gln,
)
from seal.members.records import (
    declare_relation,
    end_representation,
    record_facts,
    record_permit,
    represent,
    sign_agreement,
)
from seal.members.register import add_product, add_site, change_membership, register_producer

__all__ = [
    "add_organisation",
    "add_product",
    "add_site",
    "change_membership",
    "declare_relation",
    "dossier",
    "dossier_of",
    "end_representation",
    "organisation",
    "organisations",
    "producer",
    "producers",
    "producers_of",
    "record_facts",
    "record_permit",
    "register_producer",
    "relations",
    "represent",
    "representatives",
    "represented_by",
    "require_access",
    "require_side",
    "set_gln",
    "set_gtin",
    "set_organisation_gln",
    "sign_agreement",
    "today",
    "trade_names",
]
