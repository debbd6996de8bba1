"""``seal monitor``: follow somebody else's log and say what is wrong with it; the work is in ``seal.witness``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from seal.cli.words import translator
from seal.clock import SystemClock
from seal.errors import BadInput
from seal.keys import ed25519
from seal.transparency.cosignature import parse_witness_key
from seal.witness import monitor

EVERY_SECONDS = 300
HOW = ("once", "run")
GOOD, FOUND, UNREACHABLE = 0, 1, 3


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("monitor", help="follow another log, apart from its server; report what is wrong")
    command.add_argument("url", metavar="URL", help="the base address of the association, like https://sello.example")
    command.add_argument("how", nargs="?", choices=HOW, default="once", help="once, or again and again")
    # Not "data": the monitor's folder must never be taken for a server's.
    command.add_argument("--data", dest="folder", type=Path, required=True, metavar="DIR", help="its own folder")
    command.add_argument("--trust", required=True, metavar="FINGERPRINT", help="as printed on a certificate")
    command.add_argument("--witness", action="append", default=[], metavar="VKEY", help="who should cosign; repeatable")
    command.add_argument("--every", type=float, default=EVERY_SECONDS, metavar="SECONDS", help="for run")
    command.add_argument("--json", action="store_true", help="for programs: one line a run")
    command.set_defaults(run=run, last_word=("how", HOW))


def run(words: argparse.Namespace) -> int:
    """0 nothing found, 1 something was, 3 the log could not be read whole."""
    fingerprint = "".join(words.trust.split()).replace(":", "").replace("-", "").lower()
    if not ed25519.is_key_id(fingerprint):
        raise BadInput("verification.fingerprint")
    witnesses = tuple(parse_witness_key(text) for text in words.witness)
    while True:
        at = int(SystemClock().now().timestamp())
        code = _say(monitor.once(words.folder, words.url, fingerprint, witnesses, at), words.json)
        if words.how == "once":
            return code
        time.sleep(words.every)


def _say(report: monitor.Report, as_json: bool) -> int:
    said = translator()
    if as_json:
        found = [
            {
                "code": one.code,
                "params": dict(one.params),
                "sentence": said.reason(one.reason),
                "evidence": [str(path) for path in files],
            }
            for one, files in report.findings
        ]
        why = [{"code": one.code, "sentence": said.reason(one)} for one in report.unreachable]
        line = {"origin": report.origin, "size": report.size, "findings": found, "unreachable": why}
        print(json.dumps(line, ensure_ascii=False))
    else:
        ending = (
            "cli.monitor_found"
            if report.findings
            else "cli.monitor_unread"
            if report.unreachable
            else "cli.monitor_good"
        )
        print(said(ending, origin=report.origin, size=report.size, count=len(report.findings)))
        for one, files in report.findings:
            print(f"  {one.code}: {said.reason(one.reason)}")
            for path in files:
                print(f"    {path}")
        for reason in report.unreachable:
            print(f"  {said.reason(reason)}")
    sys.stdout.flush()
    return FOUND if report.findings else UNREACHABLE if report.unreachable else GOOD
