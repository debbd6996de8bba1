"""The witness as a process: killed anywhere, or two at once, it never cosigns two histories."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from seal.witness import serving
from tests.witness.conftest import PASSPHRASE, SECOND, Town
from tests.witness.rogue import Rogue, entries


@pytest.mark.parametrize("failpoint", ["witness.checked", "witness.recorded", "witness.signed", "witness.kept"])
def test_killed_at_any_step_it_cosigns_one_root_of_a_size(town: Town, rogue: Rogue, failpoint: str) -> None:
    rogue.entries = entries(5)
    assert town.command("once", failpoint=failpoint).returncode == -9
    rogue.entries = entries(5, "other ")  # the thief tries the other history on the witness that came back
    tried = town.command("once", "--json")
    first = failpoint != "witness.checked"  # until it was written down nothing had been seen
    assert tried.returncode == (1 if first else 0), tried.stdout + tried.stderr
    if first:
        assert json.loads(tried.stdout)["reasons"][0]["code"] == "witness.fork"
    rogue.entries = entries(5)
    town.command("once")
    roots = town.roots(rogue)
    assert list(roots) == [5]
    assert len(roots[5]) == 1


def test_the_command_from_nothing(town: Town, rogue: Rogue) -> None:
    rogue.entries = entries(3)
    shown = town.command("show").stdout.strip()
    assert shown == town.key.text
    assert "cosigned, 3 entries" in town.command("once").stdout
    assert rogue.origin in town.command("list").stdout
    again = town.command("add", rogue.base, "--trust", rogue.keeper.fingerprint)
    assert (again.returncode, "on the list already" in again.stderr) == (1, True)
    rogue.entries = entries(3, "other ")
    refused = town.command("once")
    assert refused.returncode == 1
    assert "two histories" in refused.stdout
    assert PASSPHRASE not in refused.stdout + refused.stderr


def test_two_histories_at_once_never_both(town: Town, rogue: Rogue) -> None:
    """Many requests race, each with a connection of its own, as processes have."""
    histories = [entries(7, name) for name in ("a ", "b ", "c ", "d ")] * 4
    bodies = [b"old 0\n\n" + rogue.head(of=history) for history in histories]
    signer = town.signer
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: serving.add_checkpoint(town.folder, signer, body, SECOND), bodies))
    cosigned = {body for body, answer in zip(bodies, answers, strict=True) if answer[0] == 200}
    assert len(cosigned) == 1
    assert {answer[0] for answer in answers} <= {200, 409}
