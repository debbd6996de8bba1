"""``seal people add | list | link``: the first account of an association is made here, by the machine's owner."""

from __future__ import annotations

import argparse
from datetime import timedelta

from seal.cli.session import add_association, add_data, opened, owner, the_association
from seal.errors import NotFound
from seal.identity import Role
from seal.people import service as people

LINK_LASTS = timedelta(days=1)
"""Longer than a link made on a page: it is read from a terminal and carried to somebody."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("people", help="accounts and sign-in links").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    add = group.add_parser("add", help="a new account")
    add.add_argument("name")
    add.add_argument("--role", dest="roles", action="append", required=True, choices=[role.value for role in Role])
    add.add_argument("--email")
    add.add_argument("--language", choices=("es", "en"), default="es")
    add_association(add)
    add_data(add)
    add.set_defaults(run=run_add)
    listing = group.add_parser("list", help="everybody and their roles")
    add_association(listing)
    add_data(listing)
    listing.set_defaults(run=run_list)
    link = group.add_parser("link", help="a sign-in link that works once")
    link.add_argument("name", help="the person's name as in the list")
    add_association(link)
    add_data(link)
    link.set_defaults(run=run_link)


async def run_add(words: argparse.Namespace) -> int:
    async with opened():
        association = await the_association(words.association)
        person = await people.create_person(
            owner(association),
            name=words.name,
            email=words.email,
            language=words.language,
            roles=frozenset(Role(role) for role in words.roles),
        )
        token = await people.make_link(owner(association), person.id, lasts=LINK_LASTS)
        print(f"{person.name}: {association.base}/entrar/{token}")
    return 0


async def run_list(words: argparse.Namespace) -> int:
    async with opened():
        association = await the_association(words.association)
        for person in await people.people(owner(association)):
            print(f"{person.name}\t{', '.join(sorted(person.roles))}")
    return 0


async def run_link(words: argparse.Namespace) -> int:
    async with opened():
        association = await the_association(words.association)
        acting = owner(association)
        for person in await people.people(acting):
            if person.name.casefold() == words.name.casefold():
                print(f"{association.base}/entrar/{await people.make_link(acting, person.id, lasts=LINK_LASTS)}")
                return 0
    raise NotFound("people.not_found", name=words.name)
