"""``seal serve`` and ``seal up``."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import socket
import sys

import uvicorn

from seal.app import create_app
from seal.associations import service as associations
from seal.cli import jobs
from seal.cli.example import addresses, make, story
from seal.cli.progress import Progress
from seal.cli.session import configure, opened, unlock
from seal.cli.words import translator
from seal.db.migrate import migrate, require_migrated
from seal.errors import Refused, Unavailable
from seal.protocols import loader
from seal.settings import Settings

UNFINISHED = "example.unfinished"
"""A file in the data folder while the worked example is being made."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for name, text in (("serve", "serve what is there"), ("up", "migrate, make the worked example, serve")):
        command = commands.add_parser(name, help=text)
        command.add_argument("--port", type=int, metavar="N", help="default: $SEAL_PORT or 8080")
        command.add_argument("--data", metavar="DIR", help="default: $SEAL_DATA or ./seal-data")
        if name == "up":
            command.add_argument("--empty", action="store_true", help="without the worked example")
        command.set_defaults(run=run_serve if name == "serve" else run_up)


def run_serve(words: argparse.Namespace) -> int:
    given = configure(port=words.port, data=words.data)
    require_free(given)
    asyncio.run(_unlock_all(given))
    return _serve(given)


def run_up(words: argparse.Namespace) -> int:
    """Everything from nothing: schema, worked example (unless ``--empty`` or something is there), server."""
    given = configure(port=words.port, data=words.data)
    require_free(given)
    if not words.empty and not loader.versions(loader.shipped()):
        raise Unavailable("protocols.no_library", folder=str(loader.shipped()))
    given.data.mkdir(parents=True, exist_ok=True)
    asyncio.run(_prepare(given, with_example=not words.empty))
    return _serve(given)


def require_free(given: Settings) -> None:
    """Before anything is printed or made. Raises ``Unavailable('cli.port_taken')``."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((given.host, given.port))
        except OSError:
            raise Unavailable("cli.port_taken", port=given.port) from None


async def _unlock_all(given: Settings) -> None:
    await require_migrated(given)
    async with opened(given):
        for association in await associations.all_associations():
            await unlock(association, given)


async def _prepare(given: Settings, *, with_example: bool) -> None:
    words = translator()
    unfinished = given.data / UNFINISHED
    if unfinished.exists():
        _take_away_half_an_example(given)
        print(words("cli.example_again"))
    await migrate(given)
    async with opened(given):
        present = await associations.all_associations()
        if with_example and not present:
            unfinished.touch()
            with Progress(words("cli.making_example")) as progress:
                await make(given, progress)
            unfinished.unlink()
            present = await associations.all_associations()
        for association in present:
            await unlock(association, given)
            if association.base.split("/a/")[0] != given.public_origin:
                print(words("cli.other_origin", base=association.base, origin=given.public_origin), file=sys.stderr)
        print()
        if not present:
            print(words("cli.empty", origin=given.public_origin))
        found = await addresses(given.public_origin)
        for title in dict.fromkeys(one.title for one in found):
            print(words(title))
            for one in found:
                if one.title == title:
                    print(f"  {one.what}\n      {one.address}")
        print()
        print(words("cli.how_to_stop"))
        sys.stdout.flush()


def _take_away_half_an_example(given: Settings) -> None:
    """What an interrupted first start left: only ever the invented association, so nothing of anybody is lost."""
    if given.engine != "sqlite":
        raise Refused("cli.example_unfinished", file=str(given.data / UNFINISHED))
    for path in given.sqlite_path.parent.glob(f"{given.sqlite_path.name}*"):
        path.unlink()
    shutil.rmtree(given.data / "keys" / story.SLUG, ignore_errors=True)
    (given.data / UNFINISHED).unlink()


def _serve(given: Settings) -> int:
    """Serve until Ctrl-C or SIGTERM. The jobs run in the same process, under the lease."""
    if given.vc_api_test_issuer:
        print(translator()("foreign.test_issuer_on", origin=given.public_origin), file=sys.stderr, flush=True)
    app = create_app(given, background=jobs.keep_running)
    config = uvicorn.Config(
        app,
        host=given.host,
        port=given.port,
        log_level=os.environ.get("SEAL_LOG", "warning"),
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=10,
        forwarded_allow_ips=list(given.trusted_proxies),
        proxy_headers=bool(given.trusted_proxies),
    )
    server = uvicorn.Server(config)
    signal.signal(signal.SIGTERM, lambda *_: setattr(server, "should_exit", True))
    server.run()
    return 0 if server.started else 1
