"""``seal associations create | list``."""

from __future__ import annotations

import argparse

from seal.associations import service as associations
from seal.associations.model import AssuranceMode, Rules
from seal.cli.session import add_data, opened
from seal.clock import SystemClock
from seal.settings import settings


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("associations", help="the associations on this server").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    create = group.add_parser("create", help="a new association; its address can never change after the key ceremony")
    create.add_argument("slug", help="short name for addresses: letters, digits, hyphens")
    create.add_argument("name", help="as printed on labels")
    create.add_argument("--region", required=True, help="where its members work, as printed: 'Aysén, Chile'")
    create.add_argument("--communes", required=True, help="comma-separated list")
    create.add_argument("--zone", default="America/Coyhaique", help="IANA time zone (default %(default)s)")
    create.add_argument("--colour", default="#3a2f5f", help="the mark's colour (default %(default)s)")
    create.add_argument("--assurance", choices=("self", "peer", "association", "third_party"), default="association")
    create.add_argument("--quorum", type=int, default=1, help="votes that a decision needs (default 1)")
    create.add_argument("--demonstration", action="store_true", help="only to try things out; can never be undone")
    add_data(create)
    create.set_defaults(run=run_create)
    listing = group.add_parser("list", help="slug, name and address of each")
    add_data(listing)
    listing.set_defaults(run=run_list)


async def run_create(words: argparse.Namespace) -> int:
    async with opened():
        first = not await associations.all_associations()
        origin = settings().public_origin
        made = await associations.create(
            slug=words.slug,
            name=words.name,
            base=origin if first else f"{origin}/a/{words.slug}",
            region=words.region,
            communes=tuple(part.strip() for part in words.communes.split(",") if part.strip()),
            zone=words.zone,
            colour=words.colour,
            languages=("es", "en"),
            demonstration=words.demonstration,
            rules=Rules(assurance_mode=AssuranceMode(words.assurance), quorum=words.quorum),
            at=SystemClock().now(),
        )
    print(f"{made.slug}: {made.name}, {made.base}, {made.did}")
    print("next: seal keys ceremony; seal people add; seal people link; seal protocols propose")
    return 0


async def run_list(words: argparse.Namespace) -> int:
    async with opened():
        for one in await associations.all_associations():
            print(f"{one.slug}\t{one.name}\t{one.base}{'  (demonstration)' if one.demonstration else ''}")
    return 0
