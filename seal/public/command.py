"""``seal verify --archive FILE.zip [TOKEN|URL|CODE|FILE]``: everything inside checked, or one label judged by it.

Exit 0: the archive holds (the label is authentic or in force); 1: it has a fault, each named, or the verdict is worse;
3: it cannot be read. An archive with a fault judges nothing.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from seal.clock import rfc3339
from seal.errors import BadInput, Reason
from seal.public import checking, opening
from seal.public.checking import Report
from seal.verification import bundle as bundles
from seal.verification import command, witnessed
from seal.verification.facts import Source
from seal.verification.model import judge
from seal.web.i18n import Translator


def run(words: argparse.Namespace, lang: str) -> int:
    """The command from parsed words; prints, and returns the exit code."""
    t = Translator(lang)
    try:
        fingerprint = command.fingerprint_of(words.trust)
        at = command.moment_of(words.at)
        text = command.text_of(words.what) if words.what else None
        pinned = witnessed.pinned(words.witness, words.witnesses_needed, at)
        report = checking.check(opening.read(Path(words.archive)), fingerprint, pinned)
        evidence = bundles.evidence(report.bundle, text) if text is not None and report.bundle is not None else None
    except BadInput as error:
        return command.cannot(" ".join(t.sentences(error)), words.json)
    if evidence is None or report.bundle is None or not report.sound:
        return _say(report, text is not None, words.json, t)
    return command.say(judge(replace(evidence, source=Source.ARCHIVE), at), report.bundle, words.json, lang=lang)


def _say(report: Report, asked: bool, as_json: bool, t: Translator) -> int:
    """The report. With a question that cannot be answered for a fault, 3."""
    exit_code = command.CANNOT_JUDGE if asked else command.GOOD if report.sound else command.WORSE
    faults = [
        {"member": one.member, "code": one.code, **({"detail": one.detail} if one.detail else {})}
        for one in report.faults
    ]
    one = report.bundle
    if as_json:
        told = {"archive": "holds" if report.sound else "does_not_hold", "counts": report.counts, "faults": faults}
        if one is not None:
            told |= {"name": one.contents.name, "base": one.contents.base, "as_of": rfc3339(one.contents.as_of)}
            told |= command.trust(one)
        command.print_json(told)
        return exit_code
    if one is not None:
        print(f"archive of {one.contents.name} ({one.contents.base}), as of {rfc3339(one.contents.as_of)}")
        print(", ".join(f"{name}: {count}" for name, count in report.counts.items()))
    for fault in report.faults:
        sentence = t.reason(Reason(fault.code, {"detail": fault.detail}))
        print(f"fault: {fault.member}: {sentence}")
    print("archive: holds" if report.sound else f"archive: does not hold, {len(report.faults)} faults")
    if one is not None:
        command.print_trust(one, t.lang)
    return exit_code
