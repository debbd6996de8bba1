"""``seal protocols drafts | adapt | export … --as folder | import FOLDER``: source text in and out of the database."""

from __future__ import annotations

import argparse
from pathlib import Path

from seal.cli.protocols_life import shared
from seal.cli.session import opened, owner, the_association
from seal.cli.words import translator
from seal.identity import Acting
from seal.protocols import drafting, folders
from seal.protocols.comparing import key_of
from seal.protocols.life import Life
from seal.protocols.saying import say


def add_to(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    drafts = group.add_parser("drafts", help="the drafts of an association, with what is wrong in each")
    shared(drafts, run_drafts)
    adapt = group.add_parser("adapt", help="lay an overlay of your own over a protocol")
    adapt.add_argument("base", metavar="BASE", help="id@version")
    adapt.add_argument("name", metavar="NAME", help="id@version of the adapted protocol")
    adapt.add_argument("--title", default="", help="its name in Spanish")
    shared(adapt, run_adapt)


async def run_drafts(acting: Acting, words: argparse.Namespace) -> int:
    t = translator()
    for life in await drafting.all_drafts(acting):
        found = await drafting.draft(acting, life.protocol_id, life.version)
        say(_line(life))
        for fault in found.read.faults:
            say(f"  {t.reason(fault)}")
        if found.newer:
            say("  " + t("protocols.drafts.newer", version=found.newer, count=len(found.upstream)))
    return 0


async def run_adapt(acting: Acting, words: argparse.Namespace) -> int:
    say(_line(await drafting.adapt(acting, words.base, *key_of(words.name), words.title)))
    return 0


async def run_export(words: argparse.Namespace) -> int:
    """A version and its modules as a folder of source files."""
    async with opened():
        acting = owner(await the_association(words.association))
        for path in await folders.export(acting, f"{words.protocol}@{words.version}", Path(words.out)):
            say(str(path))
    return 0


async def run_import(words: argparse.Namespace) -> int:
    """A folder of source files as a draft, with what is wrong in it."""
    async with opened():
        acting = owner(await the_association(words.association))
        life = await folders.bring(acting, words.file)
        say(_line(life))
        faults = (await drafting.draft(acting, life.protocol_id, life.version)).read.faults
        for fault in faults:
            say(f"  {translator().reason(fault)}")
    return 1 if faults else 0


def _line(life: Life) -> str:
    return f"{life.protocol_id} {life.version}  {translator()(f'protocols.state.{life.state.value}')}"
