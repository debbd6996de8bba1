"""``seal protocols propose | publish | return | withdraw | states``: the life of a version at the command line.

The owner of the machine counts as one person: at an association with a single manager the owner proposes here and the
manager publishes at the desk, or the other way round.
"""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable

from seal.cli.session import add_association, add_data, opened, owner, the_association
from seal.cli.words import language
from seal.identity import Acting
from seal.protocols import life_commands as work

Do = Callable[[Acting, argparse.Namespace], Awaitable[int]]


def add_to(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _named(group, "propose", "propose a version; somebody else publishes it",
           lambda acting, words: work.propose(acting, words.protocol, words.version, language()))  # fmt: skip
    _named(group, "publish", "freeze a version that somebody else proposed, and log it",
           lambda acting, words: work.publish(acting, words.protocol, words.version))  # fmt: skip
    _named(group, "return", "give a proposal back to its author",
           lambda acting, words: work.give_back(acting, words.protocol, words.version, words.reason, language()),
           reason=True)  # fmt: skip
    _named(group, "withdraw", "no audit is planned under this version any more",
           lambda acting, words: work.withdraw(acting, words.protocol, words.version, words.reason, language()),
           reason=True)  # fmt: skip
    states = group.add_parser("states", help="the versions of an association and where they stand")
    shared(states, lambda acting, words: work.show_lives(acting, language()))


def _named(
    group: argparse._SubParsersAction[argparse.ArgumentParser], name: str, about: str, do: Do, *, reason: bool = False
) -> None:
    """A command about one version of an association."""
    command = group.add_parser(name, help=about)
    command.add_argument("protocol")
    command.add_argument("version")
    if reason:
        command.add_argument("--reason", required=True)
    shared(command, do)


def shared(command: argparse.ArgumentParser, do: Do) -> None:
    """Give ``command`` its database and let the owner of the machine do it."""
    add_association(command)
    add_data(command)

    async def run(words: argparse.Namespace) -> int:
        async with opened():
            return await do(owner(await the_association(words.association)), words)

    command.set_defaults(run=run)
