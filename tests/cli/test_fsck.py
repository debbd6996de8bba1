"""``seal fsck`` on both engines: clean on what verbs made, and each kind of breach is named by its row."""

from __future__ import annotations

import argparse
import json
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio

from seal import cli
from seal.cli import fsck
from seal.cli.fsck.breach import REMEDIES
from seal.db import unit_of_work
from seal.errors import NotFound
from seal.web.i18n import Translator
from tests.cli import kept as story
from tests.cli.kept import Kept
from tests.cli.plants import PLANTS

on_module_loop = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kept(environment: None) -> AsyncIterator[Kept]:
    """Something of everything, found clean with its constraints and without them."""
    async with story.opened() as made:
        before = await fsck.inspect()
        assert [report.breaches for report in before] == [()]
        await story.strip()
        assert await fsck.inspect() == before
        yield made


def parsed(*words: str) -> argparse.Namespace:
    return cli.parser(list(words)).parse_args(words)


class _RolledBackError(Exception):
    """Nothing that is planted stays."""


async def _look(name: str, kept: Kept) -> tuple[fsck.Breach, ...]:
    found: tuple[fsck.Breach, ...] = ()
    with suppress(_RolledBackError):
        async with unit_of_work():
            await PLANTS[name](kept).put()
            (report,) = await fsck.look(only=_looked_by(name))
            found = report.breaches
            raise _RolledBackError
    return found


def _looked_by(name: str) -> tuple[str, ...]:
    """The checks that a breach may be called after, with those of every row; all where it is called otherwise."""
    called = name.split(".")[0]
    near = {
        "keys": ("book",),
        "labels": ("seals",),
        "log": ("objects", "witnesses", "batch", "certification", "decisions", "transitions"),
    }.get(called, ())
    return (called, *near, "constraints", "values") if called in {one for one, _, _ in fsck.CHECKS} else ()


@on_module_loop
@pytest.mark.parametrize("name", sorted(PLANTS))
async def test_a_planted_breach_is_named_by_its_row(kept: Kept, name: str) -> None:
    planted = PLANTS[name](kept)
    code = name.partition("/")[0]
    found = await _look(name, kept)
    if code == "row.unreadable":
        assert code in {one.code for one in found}
        return
    said = Translator("es", strict=True)
    assert [one for one in found if "{" in said.told(f"fsck.what.{one.code}", one.params)] == []
    named = {(one.code, one.table, one.id) for one in found}
    assert (code, planted.table, str(planted.id)) in named, sorted(named)
    unreadable = [one.params for one in found if one.code == "row.unreadable"]
    assert code.startswith("row.") or not unreadable, unreadable


def test_every_kind_of_breach_is_planted() -> None:
    assert {name.partition("/")[0] for name in PLANTS} == set(REMEDIES)


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_breach_and_remedy_has_words(lang: str) -> None:
    said = Translator(lang, strict=True)
    for code, remedy in REMEDIES.items():
        assert said(f"fsck.what.{code}")
        assert said(f"fsck.remedy.{remedy}")


@on_module_loop
async def test_the_command_says_what_and_where(
    kept: Kept, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEAL_LANG", "en")
    words = parsed("fsck")
    assert await words.run(words) == 0
    assert "aysen: clean" in capsys.readouterr().out
    broken = kept.one("label_void")
    async with unit_of_work():
        await story.run("UPDATE label_void SET reason = 'stolen' WHERE id = {}", broken["id"])
    try:
        assert await words.run(words) == 1
        assert f"BREACH of invariant 3: label_void {broken['id']}" in capsys.readouterr().out
        words = parsed("fsck", "--association", "aysen", "--json")
        assert await words.run(words) == 1
        said = json.loads(capsys.readouterr().out)
    finally:
        async with unit_of_work():
            await story.run("UPDATE label_void SET reason = {} WHERE id = {}", broken["reason"], broken["id"])
    assert said["clean"] is False
    found = {(one["invariant"], one["table"], one["id"], one["code"]) for one in said["associations"][0]["breaches"]}
    assert (3, "label_void", str(broken["id"]), "labels.document") in found
    assert all(one["what"] and one["remedy"] for one in said["associations"][0]["breaches"])


@on_module_loop
async def test_an_unknown_association_is_refused(kept: Kept) -> None:
    with pytest.raises(NotFound):
        await fsck.inspect("nowhere")
