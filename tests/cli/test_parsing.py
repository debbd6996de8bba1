"""Command lines as the README and people write them."""

from __future__ import annotations

import pytest

from seal import cli

MONITOR = ["monitor", "--data", "d", "https://sello.example", "--trust", "ab"]


@pytest.mark.parametrize(
    ("words", "how"),
    [
        (MONITOR, "once"),
        ([*MONITOR, "run"], "run"),
        ([*MONITOR, "once"], "once"),
        (["monitor", "https://sello.example", "run", "--data", "d", "--trust", "ab"], "run"),
        ([*MONITOR, "run", "--every", "60"], "run"),
    ],
)
def test_how_to_monitor_is_read_before_and_behind_the_options(words: list[str], how: str) -> None:
    found = cli.parsed(words)
    assert (found.url, found.how) == ("https://sello.example", how)


@pytest.mark.parametrize("words", [[*MONITOR, "walk"], [*MONITOR, "run", "run"], ["fsck", "run"], ["migrate", "--no"]])
def test_a_word_too_many_is_a_wrong_call(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.parsed(words)
    assert ended.value.code == 2
    assert "unrecognized arguments" in capsys.readouterr().err


def test_signing_starts_again_without_a_reason_and_never_stops_without_one() -> None:
    assert cli.parsed(["keys", "start"]).reason is None
    with pytest.raises(SystemExit):
        cli.parsed(["keys", "stop"])
