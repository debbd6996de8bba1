"""Pinned witnesses: without their fresh line on the very checkpoint, nothing in a bundle is green."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seal.clock import rfc3339
from seal.errors import BadInput
from seal.transparency import cosignature as cosignatures
from seal.transparency.cosignature import WitnessKey, with_lines
from seal.transparency.note import parse_note
from seal.verification import bundle, command, witnessed

from . import world

HOME = world.Keeper()
UNIT = HOME.token().digits
TOWN, SISTER = (
    WitnessKey(name, world.raw(world.private_key(name))) for name in ("municipio.example/w1", "hermana.example")
)
Run = Callable[..., tuple[int, str]]


def cosigned(note: str, *keys: WitnessKey, by: WitnessKey | None = None, **delta: float) -> str:
    """The note with a cosignature of each key, made at ``world.later(delta)``; ``by`` holds the pen."""
    parsed, at = parse_note(note.encode()), int(world.later(**delta).timestamp())
    lines = [
        cosignatures.cosignature(
            key, at, world.private_key((by or key).name).sign(cosignatures.message(parsed.text, at))
        )
        for key in keys
    ]
    return with_lines(parsed, lines).encoded.decode()


def written(folder: Path, checkpoint: str | None, **changes: Any) -> str:
    path = folder / "bundle.jwt"
    path.write_bytes(world.signed(HOME, world.contents(HOME, checkpoint=checkpoint, **changes)))
    return str(path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def go(*words: str, at: str = rfc3339(world.NOW)) -> tuple[int, str]:
        code = command.main([*words, "--trust", HOME.fingerprint, "--at", at])
        return code, capsys.readouterr().out

    return go


HEAD = world.checkpoint(HOME)


def test_with_its_witness_it_is_judged_and_says_what_is_proved(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, cosigned(HEAD, TOWN))
    code, said = run(UNIT, "--bundle", path, "--witness", TOWN.text)
    assert code == 0
    assert f"witness: {TOWN.name} saw the log grow to 10 entries" in said
    code, said = run(UNIT, "--bundle", path, "--witness", TOWN.text, "--json")
    assert json.loads(said)["witnessed"] == [{"name": TOWN.name, "size": 10, "at": rfc3339(world.NOW)}]


@pytest.mark.parametrize(
    ("checkpoint", "says"),
    [
        (None, "no valid cosignature"),
        (HEAD, "no valid cosignature"),
        (cosigned(HEAD, SISTER), "no valid cosignature"),
        (cosigned(HEAD, TOWN, by=SISTER), "no valid cosignature"),
        (cosigned(HEAD, TOWN, days=-8), "more than 7 days ago"),
        (cosigned(HEAD, TOWN, days=-1, minutes=-1), "taken back to an old state"),
        (cosigned(HEAD, TOWN, minutes=11), "yet to come"),
    ],
)
@pytest.mark.parametrize("what", [UNIT, None])
def test_without_it_nothing_is_green(
    run: Run, tmp_path: Path, checkpoint: str | None, says: str, what: str | None
) -> None:
    path = written(tmp_path, checkpoint)
    words = (path,) if what is None else (what, "--bundle", path)
    assert run(*words)[0] == 0  # but for the pin, it would be
    code, said = run(*words, "--witness", TOWN.text)
    assert code == (1 if what is None else 3)
    assert said.startswith("cannot_check")
    assert says in said


def test_a_fork_takes_no_line_of_the_other_history(run: Run, tmp_path: Path) -> None:
    line = parse_note(cosigned(HEAD, TOWN).encode()).signatures[1]
    fork = with_lines(parse_note(world.checkpoint(HOME, root=b"f" * 32).encode()), [line]).encoded.decode()
    assert run(UNIT, "--bundle", written(tmp_path, fork), "--witness", TOWN.text)[0] == 3


def test_a_cosignature_grows_old_while_the_list_lies_about(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, cosigned(HEAD, TOWN))
    for days, code in ((7, 0), (7.01, 3)):
        assert run(UNIT, "--bundle", path, "--witness", TOWN.text, at=rfc3339(world.later(days=days)))[0] == code


def test_all_are_needed_unless_a_number_is_said(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, cosigned(HEAD, TOWN))
    both = ("--bundle", path, "--witness", TOWN.text, "--witness", SISTER.text)
    code, said = run(UNIT, *both)
    assert (code, SISTER.name in said, TOWN.name in said) == (3, True, False)
    assert run(UNIT, *both, "--witnesses-needed", "1")[0] == 0
    for number in ("0", "3"):
        assert run(UNIT, *both, "--witnesses-needed", number)[0] == 3
    assert run(UNIT, "--bundle", path, "--witnesses-needed", "1")[0] == 3
    assert run(UNIT, "--bundle", written(tmp_path, cosigned(HEAD, TOWN, SISTER)), *both[2:])[0] == 0


def test_what_the_witness_has_not_seen_yet_is_not_judged(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, cosigned(world.checkpoint(HOME, size=9), TOWN))  # the batch is leaf 9
    code, said = run(UNIT, "--bundle", path, "--witness", TOWN.text)
    assert code == 3
    assert "after the 9 entries" in said
    assert run(HOME.plaque().digits, "--bundle", path, "--witness", TOWN.text)[0] == 0


def test_a_log_key_is_no_witness(run: Run, tmp_path: Path) -> None:
    code, said = run(UNIT, "--bundle", written(tmp_path, HEAD), "--witness", "sello.example+00000000+AAAA")
    assert (code, "of type 04" in said) == (3, True)


def test_every_reason_is_told() -> None:
    wanted = witnessed.Pinned((TOWN, SISTER), 2, world.NOW)
    data = world.signed(HOME, world.contents(HOME, checkpoint=HEAD))
    with pytest.raises(BadInput) as caught:
        bundle.read(data, fingerprint=HOME.fingerprint, witnesses=wanted)
    assert [reason.params["name"] for reason in caught.value.reasons] == [TOWN.name, SISTER.name]
