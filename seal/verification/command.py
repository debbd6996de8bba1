"""``seal verify``: the same verdict without any server. Reads files, opens no network and no database.

    seal verify TOKEN|URL|CODE|FILE [--bundle FILE] [--trust FINGERPRINT] [--witness VKEY] [--proof FILE] [--at TIME]
                [--json]

FILE is a ``batch-certificate.jwt`` (``vc+jwt``) or a bundle. Exit 0: authentic or in force, notes printed (of a bundle
itself: it holds); 1: any worse verdict (it does not hold); 3: cannot judge (a file
without a signature, a list that is later than --at). A bundle without a fingerprint is judged
and marked *trust on first use*, with the fingerprint to compare with a certificate on paper; with neither, the answer
is 3. With --witness (repeatable) nothing is judged unless those witnesses cosigned the bundle's checkpoint lately.
With --proof (a ``tlog-proof``) a certificate is also looked for in the public log: 1 if the proof does not hold;
without a bundle that is all that can be said, so 3. It never trusts the server that is being checked. Verdicts are
printed as codes, faults as sentences.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from seal.clock import LAST, SystemClock, rfc3339
from seal.errors import BadInput, Reason
from seal.keys import ed25519, jws
from seal.verification import bundle as bundles
from seal.verification import proving, reading, witnessed
from seal.verification.bundle import Bundle
from seal.verification.model import STALE, Code, Verdict, judge
from seal.web.i18n import Translator

GOOD, WORSE, CANNOT_JUDGE = 0, 1, 3
_FILE_MAX_BYTES = 16_000_000
_FILES = frozenset({".jwt", ".json", ".png", ".svg", ".pdf", ".txt", ".zip"})
"""Endings of what is meant as a file, there or not."""
BEFORE_LIST = timedelta(days=1)
"""How far ``--at`` may lie before the list: it is then judged as of the list."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """A wrong call judges nothing: 3, where argparse would say 2."""
        self.print_usage(sys.stderr)
        self.exit(CANNOT_JUDGE, f"{self.prog}: {message}\n")


def add_arguments(parser: argparse.ArgumentParser, *, needed: bool = True) -> None:
    """The arguments of ``seal verify``; ``needed``: something to judge must be named."""
    parser.add_argument(
        "what",
        nargs=None if needed else "?",
        metavar="TOKEN|URL|CODE|FILE",
        help="what to judge; '-' reads it from standard input",
    )
    parser.add_argument("--bundle", metavar="FILE", type=Path, help="the signed bundle that it is judged against")
    parser.add_argument("--trust", metavar="FINGERPRINT", help="64 hexadecimal digits, as printed on a certificate")
    witnessed.add_arguments(parser)
    parser.add_argument("--proof", metavar="FILE", type=Path, help="proof that a certificate is in the public log")
    parser.add_argument("--at", metavar="TIME", help="judge as at this time (2026-11-21T12:00:00Z); default: now")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code and never raises for anything that was handed to it."""
    parser = _Parser(prog="seal verify", description="Judge a label, an address or a file without any server.")
    add_arguments(parser)
    return run(parser.parse_args(argv))


def run(words: argparse.Namespace, lang: str = "en") -> int:
    """The same from parsed arguments; ``lang`` is the language of its sentences."""
    said = io.StringIO()
    with redirect_stdout(said):
        code = _run(words, lang)
    try:
        print(said.getvalue(), end="", flush=True)
    except BrokenPipeError:
        # Whoever read has enough; the verdict stands. What is left goes nowhere, so that the exit is quiet too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _run(words: argparse.Namespace, lang: str) -> int:
    is_bundle = False
    try:
        fingerprint = fingerprint_of(words.trust)
        at = moment_of(words.at)
        if words.what is None:
            raise BadInput("verification.what_needed")
        text = text_of(words.what)
        is_bundle = reading.typ_of(text) == bundles.TYP
        pinned = witnessed.pinned(words.witness, words.witnesses_needed, at)
        if words.proof is not None and words.bundle is None:
            return _logged_only(words, text, fingerprint, pinned, at, lang)
        if not is_bundle and words.bundle is None:
            raise BadInput("verification.bundle_needed")
        data = text.encode("utf-8") if is_bundle else _bytes(words.bundle)
        bundle = bundles.read(data, fingerprint=fingerprint, witnesses=pinned)
        if not is_bundle and words.at is not None and at < bundle.contents.as_of - BEFORE_LIST:
            raise BadInput("verification.list_later", as_of=rfc3339(bundle.contents.as_of))
        evidence = None if is_bundle else bundles.evidence(bundle, text)
    except BadInput as error:
        sentences = " ".join(Translator(lang).sentences(error))
        return cannot(sentences, words.json, WORSE if is_bundle else CANNOT_JUDGE)
    if evidence is None:
        return _say_bundle(bundle, at, as_json=words.json, lang=lang)
    logged = None
    if words.proof is not None:
        try:
            logged = _logged(words, text, fingerprint or bundle.fingerprint, pinned, at)
        except BadInput as error:
            return cannot(" ".join(Translator(lang).sentences(error)), words.json, WORSE)
    verdict = judge(evidence, at)
    host, home = reading.host_of(text), reading.host_of(bundle.contents.base)
    other = host if host != home else None
    code = say(verdict, bundle, words.json, other, logged, lang)
    if logged is not None and not words.json:
        _print_logged(logged, lang)
    if other is not None and not words.json:
        print(
            "note: " + Translator(lang).reason(Reason("verification.other_host", {"host": other, "home": home or ""}))
        )
    return code


def _logged(
    words: argparse.Namespace, text: str, fingerprint: str | None, pinned: witnessed.Pinned | None, at: datetime
) -> proving.Logged:
    if text.startswith("{"):
        raise BadInput("proof.of_jwt")
    if reading.typ_of(text) != jws.VC:
        raise BadInput("proof.of_certificates")
    return proving.check(_bytes(words.proof, strip=False), text.encode(), fingerprint, pinned, at)


def _logged_only(
    words: argparse.Namespace,
    text: str,
    fingerprint: str | None,
    pinned: witnessed.Pinned | None,
    at: datetime,
    lang: str,
) -> int:
    """The status of a certificate cannot be judged by a proof; its place in the log can."""
    try:
        logged = _logged(words, text, fingerprint, pinned, at)
    except BadInput as error:
        return cannot(" ".join(Translator(lang).sentences(error)), words.json, WORSE)
    why = Translator(lang).reason(Reason("verification.bundle_needed"))
    if words.json:
        trust = {"trust": "pinned" if logged.pinned else "first_use", "fingerprint": logged.fingerprint}
        seen = {"witnessed": [_seen(one) for one in logged.witnessed]} if logged.witnessed else {}
        said = {"verdict": Code.CANNOT_CHECK.value, "why": why, "log": logged.document, "did": logged.did}
        print_json(said | trust | seen)
        return CANNOT_JUDGE
    cannot(why, as_json=False)
    _print_logged(logged, lang)
    for one in logged.witnessed:
        print(_witness_line(one))
    _print_pin(logged.pinned, logged.did, logged.fingerprint)
    return CANNOT_JUDGE


def _print_logged(logged: proving.Logged, lang: str) -> None:
    print("log: " + " ".join(Translator(lang).reason(one) for one in logged.sentences))


def say(
    verdict: Verdict,
    bundle: Bundle,
    as_json: bool,
    other_host: str | None = None,
    logged: proving.Logged | None = None,
    lang: str = "en",
) -> int:
    code = GOOD if verdict.good else CANNOT_JUDGE if verdict.code is Code.CANNOT_CHECK else WORSE
    if as_json:
        print_json(
            {
                "verdict": verdict.code.value,
                "notes": [note.value for note in verdict.notes],
                "as_of": rfc3339(verdict.as_of),
                "source": verdict.source.value,
                "stale": verdict.stale,
                "lines": [
                    {"name": line.name, "code": line.code, "params": dict(line.params)} for line in verdict.lines
                ],
                **({"other_host": other_host} if other_host is not None else {}),
                **({"log": logged.document} if logged is not None else {}),
                **trust(bundle),
            }
        )
        return code
    print(verdict.code.value)
    for note in verdict.notes:
        print(f"note: {note.value}{' (stale)' if note.value == 'status_as_of' and verdict.stale else ''}")
    for line in verdict.lines:
        params = "".join(f" {name}={value}" for name, value in line.params.items())
        print(f"{line.name}: {line.code}{params}")
    print_trust(bundle, lang)
    return code


def _say_bundle(bundle: Bundle, at: datetime, *, as_json: bool, lang: str) -> int:
    one = bundle.contents
    stale = max(at, one.as_of) - one.as_of > STALE
    if as_json:
        summary = {
            "bundle": "holds",
            "name": one.name,
            "base": one.base,
            "as_of": rfc3339(one.as_of),
            "epoch": one.epoch,
            "stale": stale,
            "certifications": len(one.certifications),
            "batches": len(one.batches),
        }
        print_json(summary | trust(bundle))
        return GOOD
    print(f"bundle of {one.name} ({one.base}), epoch {one.epoch}, as of {rfc3339(one.as_of)}{' (stale)' * stale}")
    print(f"certifications: {len(one.certifications)}, batches: {len(one.batches)}")
    print_trust(bundle, lang)
    return GOOD


def trust(bundle: Bundle) -> dict[str, Any]:
    return {
        "trust": "pinned" if bundle.pinned else "first_use",
        "fingerprint": bundle.fingerprint,
        "did": bundle.contents.did,
        **({"demonstration": True} if bundle.contents.demonstration else {}),
        **({"witnessed": [_seen(one) for one in bundle.witnessed]} if bundle.witnessed else {}),
    }


def _seen(one: witnessed.Seen) -> dict[str, Any]:
    return {"name": one.name, "size": one.size, "at": rfc3339(one.at)}


def print_trust(bundle: Bundle, lang: str = "en") -> None:
    if bundle.contents.demonstration:
        print(f"note: {Translator(lang)('verification.demonstration.line')}")
    for one in bundle.witnessed:
        print(_witness_line(one))
    _print_pin(bundle.pinned, bundle.contents.did, bundle.fingerprint)


def _witness_line(one: witnessed.Seen) -> str:
    return f"witness: {one.name} saw the log grow to {one.size} entries, none changed, as of {rfc3339(one.at)}"


def _print_pin(pinned: bool, did: str, fingerprint: str) -> None:
    if pinned:
        print(f"trust: pinned ({did})")
        return
    print(f"trust: first use ({did}): compare this fingerprint with a certificate on paper")
    print(f"fingerprint: {fingerprint}")


def cannot(why: str, as_json: bool, exit_code: int = CANNOT_JUDGE) -> int:
    if as_json:
        print_json({"verdict": Code.CANNOT_CHECK.value, "why": why})
    else:
        print(f"{Code.CANNOT_CHECK.value}: {why}")
    return exit_code


def print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True))


def fingerprint_of(text: str | None) -> str | None:
    """Spaces, colons and capitals of a printed fingerprint are nothing."""
    if text is None:
        return None
    plain = "".join(text.split()).replace(":", "").replace("-", "").lower()
    if not ed25519.is_key_id(plain):
        raise BadInput("verification.fingerprint")
    return plain


def moment_of(text: str | None) -> datetime:
    if text is None:
        return SystemClock().now()
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and moment.year < LAST.year:  # the last year leaves no room for zones
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadInput("verification.moment")


def text_of(what: str) -> str:
    """The words themselves, or what the named file holds. Raises ``BadInput`` for what can carry no signature."""
    try:
        if what == "-":
            text = sys.stdin.read(_FILE_MAX_BYTES)
        elif _is_file(what):
            text = _bytes(Path(what)).decode("utf-8")
        else:
            text = what
    except UnicodeError:
        raise BadInput("verification.no_signature") from None
    text = text.strip()
    if not reading.may_be_held(text) and not (text.startswith("{") and reading.read_embedded(text)):
        raise BadInput("verification.no_signature")
    return text


def _is_file(what: str) -> bool:
    """Also for a name that ends like a file's and is not there: reading it then says so."""
    if "://" in what:
        return False
    try:
        return Path(what).exists() or Path(what).suffix.lower() in _FILES
    except (OSError, ValueError):
        return False  # too long for a name, or no name at all


def _bytes(path: Path, *, strip: bool = True) -> bytes:
    try:
        with path.open("rb") as file:  # read to a bound: a device has no size and no end
            data = file.read(_FILE_MAX_BYTES + 1)
        if len(data) > _FILE_MAX_BYTES:
            raise BadInput("verification.file_too_large", file=str(path))
        return data.strip() if strip else data
    except (OSError, ValueError):
        raise BadInput("verification.no_file", file=str(path)) from None


if __name__ == "__main__":
    raise SystemExit(main())
