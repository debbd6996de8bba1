"""The drill: a server that flips answers, hides a recall, forks its log, serves old checkpoints, against every client.

One table, attack by client. Without the keys nothing is ever green: what is shown unharmed is a true old list, and it
carries its own old day. With the stolen log key no fork and no rollback is green where a witness is pinned; what stays
unseen by a pinned witness alone is in the table too, and the README names it.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from seal.cli import main
from seal.clock import rfc3339
from seal.settings import Settings
from seal.transparency.note import parse_note
from seal.witness import key as witness_keys
from seal.witness import monitor, running
from tests import world as people
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.public.test_page import ask
from tests.verification import world
from tests.walks.malicious import ASKED, FIRST, LATER, Drill, Shown, build
from tests.witness.conftest import PASSPHRASE
from tests.witness.rogue import served

CLIENTS = ("list", "list, witness", "proof, witness", "archive", "archive, witness", "page", "witness", "monitor")
"""``seal verify --bundle``, ``--proof`` and ``--archive``, with and without a pinned witness; the page of an archive in
Chromium, from disk; ``seal witness once``; ``seal monitor``."""

# What a client says of the recalled label: RECALLED, or NO (it cannot be judged); FIRST_DAY: good as of the first day,
# when it was; LIE: good as of now. Of the certificate's proof: LOGGED, its status not known. A witness that has nothing
# to say is QUIET, and so is a monitor.
RECALLED, NO, FIRST_DAY, LIE, LOGGED, QUIET = "recalled", "no", "first day", "LIE", "logged", "quiet"

WITHOUT_KEYS = {
    "shows everything as it is": (RECALLED, RECALLED, LOGGED, RECALLED, RECALLED, RECALLED, QUIET, QUIET),
    "flips an answer": (NO, NO, LOGGED, NO, NO, NO, QUIET, "bundle"),
    "signs with keys of its own": (NO, NO, NO, NO, NO, NO, "chain.fingerprint", "keys"),
    "hides the recall behind an old list": (
        FIRST_DAY, FIRST_DAY, LOGGED, FIRST_DAY, FIRST_DAY, FIRST_DAY, QUIET, "bundle_older",
    ),
    "forks the log": (RECALLED, RECALLED, NO, NO, NO, NO, "checkpoint.signature", "checkpoint"),
    "serves an old checkpoint": (RECALLED, RECALLED, LOGGED, NO, NO, NO, "witness.rollback", "rollback"),
    "serves the first day whole": (
        FIRST_DAY, FIRST_DAY, LOGGED, FIRST_DAY, FIRST_DAY, FIRST_DAY, "witness.inconsistent", "rollback",
    ),
}  # fmt: skip
WITH_THE_LOG_KEY = {
    "forks the log": (LIE, NO, NO, LIE, NO, LIE, "witness.fork", "fork"),
    "forks the log and goes on": (LIE, NO, NO, LIE, NO, LIE, "witness.inconsistent", "fork"),
    "rolls back to the first day": (LIE, NO, LOGGED, LIE, NO, LIE, "witness.inconsistent", "rollback"),
    "leaves the checkpoint out": (LIE, NO, LOGGED, LIE, NO, LIE, QUIET, "bundle_older"),
    # the log stands as it is, and what is said beside it lies: no witness can see that, a monitor does
    "hides the recall beside the true log": (LIE, LIE, LOGGED, LIE, LIE, LIE, QUIET, "unrevoked unrevoked"),
}


def attacks(drill: Drill, holder: dict[str, Any]) -> dict[str, Shown]:
    found = without_keys(drill) if holder is WITHOUT_KEYS else with_the_log_key(drill)
    assert found.keys() == holder.keys()
    return found


def without_keys(drill: Drill) -> dict[str, Shown]:
    first, later = drill.first, drill.later
    head, body, _ = drill.sign(drill.hidden(later)).split(b".")
    own = world.Keeper("the server's own", drill.rogue.base)
    contents = replace(drill.hidden(later), statements=tuple(own.statements), checkpoint=None)
    rows = [{"statement": own.statements[0].decode(), "object_id": "x", "salt": "00" * 16}]
    forked = drill.rewritten()
    forged = drill.head(forked).split(b"\n\n")[0] + b"\n\n" + later.checkpoint.split(b"\n\n", 1)[1]
    return {
        "shows everything as it is": later,
        "flips an answer": replace(later, bundle=b".".join((head, body, later.bundle.split(b".")[2]))),
        "signs with keys of its own": replace(
            later,
            keys=json.dumps({"statements": rows}).encode(),
            bundle=world.signed(own, contents),
            checkpoint=world.checkpoint(own, len(later.entries)).encode(),
        ),
        "hides the recall behind an old list": replace(later, bundle=first.bundle, lists=first.lists),
        "forks the log": replace(later, entries=forked, checkpoint=forged),
        "serves an old checkpoint": replace(later, checkpoint=first.checkpoint),
        "serves the first day whole": first,
    }


def with_the_log_key(drill: Drill) -> dict[str, Shown]:
    first, later = drill.first, drill.later
    lists = drill.lists_without(later, ASKED)
    forked = drill.rewritten()
    longer = (*forked, forked[-1])

    def lie(shown: Shown, checkpoint: bytes | None, **changes: Any) -> Shown:
        """The recall hidden in a list of this moment, beside that checkpoint."""
        note = checkpoint.decode() if checkpoint else None
        contents = drill.hidden(shown)
        epoch = drill.contents(later).epoch + 1
        bundle = drill.sign(contents, checkpoint=note, as_of=ASKED, epoch=epoch)
        return replace(shown, bundle=bundle, lists=lists, checkpoint=checkpoint or shown.checkpoint, **changes)

    return {
        "forks the log": lie(later, drill.head(forked), entries=forked),
        "forks the log and goes on": lie(later, drill.head(longer), entries=longer),
        "rolls back to the first day": lie(first, first.checkpoint),
        "leaves the checkpoint out": lie(later, None),
        "hides the recall beside the true log": lie(later, later.checkpoint),
    }


@pytest.fixture
def drill(storage: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drill]:
    def forget() -> None:
        for name in [name for name in os.environ if name.startswith("SEAL_")]:
            monkeypatch.delenv(name)

    create = people.associations.create
    with served() as rogue:
        monkeypatch.setattr(people.associations, "create", lambda **given: create(**{**given, "base": rogue.base}))
        made = asyncio.run(build(storage, rogue, tmp_path, forget))
        monkeypatch.chdir(tmp_path)
        made.later.serve(rogue)
        second = int(LATER.timestamp())
        seen = monitor.once(tmp_path / "monitor", rogue.base, made.fingerprint, (made.town,), second)
        assert (seen.findings, seen.unreachable) == ((), ())
        yield made


@pytest.mark.browser
def test_what_every_client_says_to_every_attack(
    drill: Drill, storage: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {}
    with ExitStack() as stack:
        # one engine is enough for Chromium: it opens a file
        page = stack.enter_context(chromium()) if storage.engine == "sqlite" else None
        for table in (WITHOUT_KEYS, WITH_THE_LOG_KEY):
            for name, shown in attacks(drill, table).items():
                said = dict(answers(drill, shown, page, capsys))
                expected = {one: word for one, word in zip(CLIENTS, table[name], strict=True) if one in said}
                wrong |= {(name, one): (said[one], word) for one, word in expected.items() if said[one] != word}
    assert len(said) == len(CLIENTS) - (page is None)
    assert wrong == {}


@contextmanager
def chromium() -> Iterator[Page]:
    """A page without any network."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*FLAGS])
        yield browser.new_context(locale="es-CL", offline=True).new_page()
        browser.close()


def test_the_table_holds_what_is_promised() -> None:
    """Nobody may write a lie into it."""
    assert all(LIE not in row for row in WITHOUT_KEYS.values())
    pinned = [place for place, name in enumerate(CLIENTS) if "witness" in name]
    moved = [row for name, row in WITH_THE_LOG_KEY.items() if name != "hides the recall beside the true log"]
    assert all(row[place] != LIE for row in moved for place in pinned)
    assert all(row[CLIENTS.index("monitor")] != QUIET for row in WITH_THE_LOG_KEY.values())


def answers(
    drill: Drill, shown: Shown, page: Page | None, capsys: pytest.CaptureFixture[str]
) -> Iterator[tuple[str, str]]:
    """What each client says."""
    folder = drill.folder / "handed out"
    folder.mkdir(exist_ok=True)
    files = {
        "bundle.jwt": shown.bundle,
        "c.jwt": drill.certificate,
        "c.proof": shown.proof_file(),
        "a.zip": shown.packed(),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    witness = ("--witness", drill.town.text)

    def verify(*words: str) -> str:
        told = [str(folder / word) if word in files else word for word in words]
        main(["verify", *told, "--trust", drill.fingerprint, "--at", rfc3339(ASKED), "--json"])
        return judged(json.loads(capsys.readouterr().out))

    yield "list", verify(drill.label, "--bundle", "bundle.jwt")
    yield "list, witness", verify(drill.label, "--bundle", "bundle.jwt", *witness)
    yield "proof, witness", verify("c.jwt", "--proof", "c.proof", *witness)
    yield "archive", verify(drill.label, "--archive", "a.zip")
    yield "archive, witness", verify(drill.label, "--archive", "a.zip", *witness)
    if page is not None:
        yield "page", by_page(page, drill, folder / "a.zip")
    shown.serve(drill.rogue)
    yield "witness", watched(drill, by_witness)
    yield "monitor", watched(drill, by_monitor)


def judged(said: dict[str, Any]) -> str:
    if "verdict" not in said or said["verdict"] == "cannot_check":
        return LOGGED if "log" in said else NO
    if said["verdict"] != "authentic":
        return str(said["verdict"])
    return dated("status_as_of" in said["notes"] and said["as_of"] == rfc3339(FIRST))


def dated(is_old: bool) -> str:
    return FIRST_DAY if is_old else LIE


def by_page(page: Page, drill: Drill, archive: Path) -> str:
    file = archive.with_name("index.html")
    with zipfile.ZipFile(archive) as packed:
        file.write_bytes(packed.read("index.html"))
    page.goto(file.as_uri())
    page.wait_for_selector("#checks[data-faults]")
    if not (page.locator("#checks").get_attribute("data-faults") or "").isdigit():
        page.click("#send")  # not even the list could be read: it has nothing to judge by
        assert page.locator("#panel[data-code]").count() == 0
        return NO
    code = ask(page, drill.label)
    if code != "authentic":
        return NO if code == "cannot_check" else code
    notes = page.locator("#panel").get_attribute("data-notes") or ""
    return dated("status_as_of" in notes and f"{FIRST.day} feb 2026" in page.locator("#panel .t").inner_text())


def watched(drill: Drill, go: Callable[[Drill, Path], str]) -> str:
    """What a watcher says that saw the later day; it is the same watcher before each attack."""
    copy = drill.folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(drill.folder / ("town" if go is by_witness else "monitor"), copy)
    return go(drill, copy)


def by_witness(drill: Drill, folder: Path) -> str:
    before = len(drill.rogue.posted)
    (result,) = running.visit_all(folder, witness_keys.unlock(folder, PASSPHRASE), int(ASKED.timestamp()))
    texts = {parse_note(body).text for body in drill.rogue.posted[before:]}
    assert texts <= {parse_note(drill.later.checkpoint).text}, "it cosigned another history"
    return " ".join(one.code for one in result.reasons) or QUIET


def by_monitor(drill: Drill, folder: Path) -> str:
    report = monitor.once(folder, drill.rogue.base, drill.fingerprint, (), int(ASKED.timestamp()))
    assert report.unreachable == ()
    return " ".join(sorted(one.code.removeprefix("monitor.") for one, _ in report.findings)) or QUIET
