"""``seal verify`` for credentials of others: files only, no network and no database.

    seal verify FILE [--foreign] [--keys FILE] [--status FILE]... [--at TIME] [--json]

FILE is a credential or presentation: JSON with a proof, an envelope, or a compact ``vc+jwt``/``vp+jwt``. ``--keys`` is
a DID document, a JWK Set or a list of these (not needed for ``did:key``); ``--status``, once for each list that the
credential names, a status list credential or a list of them. Exit 0: verified, and every status list that it names was
read; 1: it is not; 3: it cannot be judged (unreadable arguments, the issuer's key is not known, or a list is missing:
the answer names it).
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from seal.clock import SystemClock
from seal.errors import BadInput
from seal.foreign import answering, reading, saying, taking, values, verifying
from seal.foreign import keyring as keyrings
from seal.foreign.faults import Fault, Kind, Unreadable
from seal.foreign.keyring import Keyring
from seal.foreign.saying import Result, Said
from seal.foreign.verifying import Asked, Judged
from seal.verification.command import CANNOT_JUDGE, GOOD, WORSE
from seal.verification.model import Code
from seal.verification.reading import read_credential
from seal.web.i18n import Translator

_EXIT = {
    Result.NOT_VERIFIED: WORSE,
    Result.CANNOT_CHECK: CANNOT_JUDGE,
    # Whoever asks by exit code must not take what may be revoked for good.
    Result.VERIFIED_UNCHECKED: CANNOT_JUDGE,
}
_FILE_MAX_BYTES = 3 * reading.MAX_BYTES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``seal verify`` takes besides its own arguments."""
    parser.add_argument("--foreign", action="store_true", help="FILE is a W3C credential of any issuer")
    parser.add_argument("--keys", metavar="FILE", type=Path, help="the issuer's DID document or JWK Set")
    parser.add_argument(
        "--status",
        metavar="FILE",
        type=Path,
        action="append",
        help="a status list credential that it names; repeatable",
    )


def is_meant(words: argparse.Namespace) -> bool:
    """Is this a credential that is not one of ours? Asked for by an argument, or told from the file itself."""
    if words.foreign or words.keys or words.status:
        return True
    if words.bundle is not None or words.proof is not None or words.what == "-":
        return False
    try:
        data = _bytes(words.what)
        value = taking.value_of(data)
    except (BadInput, Unreadable):
        return False
    if isinstance(value, str) and taking.typ_of(value) == "vc+jwt":
        # One of ours is judged by a bundle, which knows more than its signature.
        return read_credential(data.strip()) is None
    return taking.is_meant(value)


def run(words: argparse.Namespace, lang: str = "en") -> int:
    """Judge the file; prints the answer and returns the exit code."""
    t = Translator(lang)
    try:
        if words.bundle is not None or words.proof is not None:
            raise BadInput("verification.not_with")
        at: datetime = _moment(words.at)
        data = _bytes(words.what)
        ring = Keyring().with_keys(keyrings.read(taking.value_of(_bytes(words.keys))) if words.keys else ())
        given = {str(file): taking.several(_bytes(file)) for file in words.status or ()}
    except BadInput as error:
        return _cannot(" ".join(t.sentences(error)), words.json)
    except Unreadable as unreadable:
        return _cannot(t.reason(unreadable.fault.reason), words.json)
    try:
        value = taking.value_of(data)
    except Unreadable as unreadable:
        return _unread(unreadable, words.json, t)
    lists = verifying.status_lists([one for several in given.values() for one in several], ring, at)
    presented = taking.is_presentation(value)
    judged = (verifying.present if presented else verifying.credential)(value, ring, lists, at)
    judged = replace(judged, warnings=(*judged.warnings, *_unused(judged, given, ring, at), *_nobody(judged)))
    said = saying.say(judged, t)
    if words.json:
        answer = (answering.presentation if presented else answering.credential)(judged, Asked(), t)
        print(json.dumps({"result": said.result.value, **answer}, ensure_ascii=False, indent=2))
    else:
        _print(said, t)
    return _EXIT.get(said.result, GOOD)


def _unused(judged: Judged, given: dict[str, list[Any]], ring: Keyring, at: datetime) -> list[Fault]:
    """The files that hold no list which the credential names: somebody meant them to count."""
    named = {status.list_address for one in (judged, *judged.credentials) for status in one.statuses}
    return [
        Fault(Kind.STATUS_RETRIEVAL, "status_unused", "", {"file": file})
        for file, several in given.items()
        if not named & verifying.status_lists(several, ring, at).keys()
    ]


def _nobody(judged: Judged) -> list[Fault]:
    """A demonstration's credentials are signed like any other."""
    issuers = {one.issuer for one in (judged, *judged.credentials)}
    local = sorted(issuer for issuer in issuers if issuer.split("%3A")[0] == "did:web:localhost")
    return [Fault(Kind.SECURITY, "issuer_local", "/issuer", {"issuer": local[0]})] if local else []


def _moment(text: str | None) -> datetime:
    found = SystemClock().now() if text is None else values.moment(text)
    if found is None:
        raise BadInput("verification.moment")
    return found


def _bytes(name: str | Path) -> bytes:
    try:
        if name == "-":
            return sys.stdin.buffer.read(_FILE_MAX_BYTES)
        with Path(name).open("rb") as file:
            return file.read(_FILE_MAX_BYTES)  # what is longer is refused by its length when it is read
    except (OSError, ValueError):
        raise BadInput("verification.no_file", file=str(name)) from None


def _cannot(why: str, as_json: bool) -> int:
    """For arguments that cannot be understood: nothing was judged."""
    code = Code.CANNOT_CHECK.value
    print(json.dumps({"result": code, "why": why}, ensure_ascii=False) if as_json else f"{code}: {why}")
    return CANNOT_JUDGE


def _unread(unreadable: Unreadable, as_json: bool, t: Translator) -> int:
    if as_json:
        print(json.dumps(answering.refused([unreadable.fault], t), ensure_ascii=False, indent=2))
    else:
        _print(saying.unread(unreadable.fault, t), t)
    return WORSE


def _print(said: Said, t: Translator, before: str = "") -> None:
    print(f"{before}{said.result.value}: {t(f'foreign.result.{said.result.value}')}")
    for line in said.faults:
        print(f"{before}- {line.says}{f' [{line.pointer}]' if line.pointer else ''}")
    if said.issuer:
        print(f"{before}{t('foreign.result.issuer')}: {said.issuer}")
    if said.types:
        print(f"{before}{t('foreign.result.types')}: {', '.join(said.types)}")
    if said.source:
        print(f"{before}{t('foreign.result.key')}: {t(f'foreign.source.{said.source}')}")
    for line in said.warnings:
        print(f"{before}note: {line.says}")
    for one in said.inside:
        _print(one, t, before + "  ")
