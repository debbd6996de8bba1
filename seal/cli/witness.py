"""``seal witness init | show | add | list | once | run | serve``: words here, work in ``seal.witness``."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn

from seal.cli.words import translator
from seal.clock import SystemClock, rfc3339
from seal.errors import BadInput
from seal.settings import settings
from seal.transparency.cosignature import WitnessKey
from seal.witness import key, running, serving
from seal.witness.key import Signer
from seal.witness.state import State

EVERY_SECONDS = 60


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("witness", help="cosign another log, apart from its server").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    init = group.add_parser("init", help="make the witness's own folder and key; once")
    init.add_argument("--name", required=True, help="an address without its scheme, like municipio.example/testigo")
    show = group.add_parser("show", help="print the verifier key, to be given to logs and verifiers")
    add = group.add_parser("add", help="witness a log")
    add.add_argument("url", metavar="URL", help="the base address of the association, like https://sello.example")
    add.add_argument("--trust", metavar="FINGERPRINT", help="reach the log's key by the chain of key statements")
    add.add_argument("--key", metavar="VKEY", help="or: the log's own verifier key")
    listed = group.add_parser("list", help="which logs, and what was seen last")
    once = group.add_parser("once", help="visit every log once: verify, cosign, deliver")
    run = group.add_parser("run", help="the same again and again")
    run.add_argument("--every", type=float, default=EVERY_SECONDS, metavar="SECONDS")
    serve = group.add_parser("serve", help="take checkpoints that logs send (C2SP tlog-witness)")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, required=True)
    for command, work in (
        (init, run_init), (show, run_show), (add, run_add), (listed, run_list), (once, run_once), (run, run_run),
        (serve, run_serve),
    ):  # fmt: skip
        # Not "data": the witness's folder must never be taken for a server's.
        command.add_argument("--data", dest="folder", type=Path, required=True, metavar="DIR", help="its own folder")
        command.add_argument("--json", action="store_true", help="for programs")
        command.set_defaults(run=work)


def _passphrase(*, twice: bool = False) -> str:
    given = settings().key_passphrase
    if given is not None:
        return given.get_secret_value()
    words = translator()
    typed = getpass.getpass(words("cli.passphrase"))
    if twice and getpass.getpass(words("cli.passphrase_again")) != typed:
        raise BadInput("cli.passphrases_differ")
    return typed


def _signer(words: argparse.Namespace) -> Signer:
    key.read(words.folder)
    return key.unlock(words.folder, _passphrase())


def _now() -> int:
    return int(SystemClock().now().timestamp())


def run_init(words: argparse.Namespace) -> int:
    return _say_key(words, key.make(words.folder, words.name, _passphrase(twice=True), SystemClock().now()))


def run_show(words: argparse.Namespace) -> int:
    return _say_key(words, key.read(words.folder))


def _say_key(words: argparse.Namespace, own: WitnessKey) -> int:
    print(json.dumps({"name": own.name, "verifier_key": own.text}) if words.json else own.text)
    return 0


def run_add(words: argparse.Namespace) -> int:
    trusted = running.add(words.folder, words.url, words.trust, words.key)
    print("\n".join([trusted.origin, *(f"  {one.text}" for one in trusted.keys)]))
    return 0


def run_list(words: argparse.Namespace) -> int:
    key.read(words.folder)
    state = State(words.folder)
    for one in state.logs():
        at = rfc3339(datetime.fromtimestamp(one.cosigned_at, UTC)) if one.cosigned_at else "-"
        print(f"{one.origin} {one.size} {at} {one.url}")
    state.close()
    return 0


def run_once(words: argparse.Namespace) -> int:
    """0 if every log is well, 1 if one could not be reached or was not cosigned."""
    return _visit(words, _signer(words))


def run_run(words: argparse.Namespace) -> int:
    signer = _signer(words)
    while True:
        _visit(words, signer)
        time.sleep(words.every)


def _visit(words: argparse.Namespace, signer: Signer) -> int:
    results = running.visit_all(words.folder, signer, _now())
    for one in results:
        _say(one, words.json)
    sys.stdout.flush()
    return 1 if any(one.reasons for one in results) else 0


def _say(one: running.Result, as_json: bool) -> None:
    said = translator()
    sentences = [said.reason(reason) for reason in one.reasons]
    if as_json:
        found: dict[str, Any] = {"origin": one.origin, "size": one.size, "cosigned": one.cosigned}
        found["reasons"] = [
            {"code": reason.code, "params": dict(reason.params), "sentence": sentence}
            for reason, sentence in zip(one.reasons, sentences, strict=True)
        ]
        print(json.dumps(found | {"evidence": [str(path) for path in one.evidence]}, ensure_ascii=False))
        return
    print(said("cli.witness_cosigned" if one.cosigned else "cli.witness_seen", origin=one.origin, size=one.size))
    for line in (*sentences, *map(str, one.evidence)):
        print(f"  {line}")


def run_serve(words: argparse.Namespace) -> int:
    app = serving.Application(words.folder, _signer(words), _now)
    log_level = os.environ.get("SEAL_LOG", "warning")
    config = uvicorn.Config(
        app,
        host=words.host,
        port=words.port,
        log_level=log_level,
        access_log=False,
        server_header=False,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    signal.signal(signal.SIGTERM, lambda *_: setattr(server, "should_exit", True))
    server.run()
    return 0 if server.started else 1
