"""Hostile files: each is refused by name inside a second of processor and 100 MB, in a child that would be killed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from seal.errors import BadInput
from seal.protocols import loader
from seal.web.i18n import translator
from tests.protocols.library import Copy, copy_to

DRIVER = """
import json, os, resource, sys
from pathlib import Path
from seal.errors import BadInput
from seal.protocols import commands, loader

def child(folder):
    pages = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (pages + 100_000_000,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
    try:
        loader.load(folder, "miel", "0.1.0")
    except BadInput as error:
        found = [[each.code.removeprefix("protocols."), each.params["file"]] for each in error.reasons]
        (folder / "found.json").write_text(json.dumps(found))

for folder in sorted(Path(sys.argv[1]).iterdir()):
    pid = os.fork()
    if not pid:
        try:
            child(folder)
            os._exit(0)
        except BaseException as error:
            (folder / "died.txt").write_text(repr(error)[:300])
            os._exit(1)
    os.waitpid(pid, 0)
"""
"""Reads every copy of the library, each in a process that is killed after a second or 100 MB."""
P, T = "miel/0.1.0/protocol.yaml", "miel/0.1.0/text.es.yaml"


def written(text: str | bytes) -> Callable[[Path], None]:
    return lambda path: path.unlink() or (path.write_bytes(text if isinstance(text, bytes) else text.encode()) and None)


def added(text: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(path.read_text("utf-8") + text, "utf-8") and None


def recoded(encoding: str) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(path.read_text("utf-8").encode(encoding, "replace")) and None


def replaced(old: str, new: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return change


def hundred_megabytes(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(100_000_000)


def linked(path: Path) -> None:
    outside = path.parents[3] / "secret.yaml"
    outside.write_text("password: hunter2\n", "utf-8")
    path.unlink()
    path.symlink_to(outside)


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
FAT = "".join(f"- {{id: MIEL-Z{each:02}, chapter: A}}\n" for each in range(100)) * 60

CASES: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "a bomb of aliases": (P, written(LAUGHS), "alias"),
    "merge keys": (P, written("a: &a {b: 1}\nc: {<<: *a}\n"), "alias"),
    "a hundred megabytes": (P, hundred_megabytes, "too_big"),
    "a hundred megabytes of words": (T, hundred_megabytes, "too_big"),
    "a type mark": (P, added("x: !!python/object/apply:os.system [id]\n"), "tag"),
    "deep lists": (P, written("a: " + "[" * 400_000), "too_deep"),
    "deep maps": (P, written("a: " + "{b: " * 200_000), "too_deep"),
    "deep blocks": (P, written("".join(" " * depth + "a:\n" for depth in range(1200))), "too_deep"),
    "deep questions": (P, written("? " * 400_000), "too_deep"),
    "a million keys": (P, written("".join(f"{each}:\n" for each in range(90_000))), "too_many"),
    "a million elements": (P, written("a: [" + "1," * 480_000 + "1]"), "too_many"),
    "as many unknown keys as are read": (P, written("".join(f"k{each}: 1\n" for each in range(24_000))), "unknown_key"),
    "as many wrong points as are read": (P, added(FAT), "missing_key"),
    "a key given twice": (P, added("version: 0.1.0\n"), "duplicate_key"),
    "two documents": (P, added("---\na: 1\n"), "several_documents"),
    "a number with an exponent": (P, replaced("max: 45", "max: 1e999999999"), "not_number"),
    "a number of a million digits": (P, replaced("max: 45", "max: " + "9" * 600_000), "not_number"),
    "a whole number of a million digits": (
        P,
        replaced("fix_days: 28", "fix_days: " + "9" * 600_000),
        "not_whole_number",
    ),
    "infinity": (P, replaced("max: 45", "max: .inf"), "not_number"),
    "not a number": (P, replaced("max: 45", "max: NaN"), "not_number"),
    "utf-16": (P, recoded("utf-16"), "not_utf8"),
    "utf-16 without a mark": (
        P,
        lambda path: path.write_bytes("a: 1\n".encode("utf-16-le")) and None,
        "hidden_character",
    ),
    "latin-1": (T, recoded("latin-1"), "not_utf8"),
    "a byte order mark": (P, recoded("utf-8-sig"), "byte_order_mark"),
    "a mark in the middle": (T, replaced("title: Miel", "title: \ufeffMiel"), "hidden_character"),
    "words that turn round": (T, replaced("title: Miel", "title: \u202eMiel"), "hidden_character"),
    "a null": (T, replaced("title: Miel", "title: Mi\x00el"), "hidden_character"),
    "an escaped null": (T, replaced("title: Miel artesanal", 'title: "Mi\\0el"'), "hidden_character"),
    "half a pair": (T, replaced("title: Miel artesanal", 'title: "Mi\\uD800el"'), "not_yaml"),
    "an id that leads out": (P, replaced("id: miel\n", "id: ../../etc\n"), "bad_form"),
    "a version that leads out": (P, replaced("version: 0.1.0\n", "version: ../../0.1.0\n"), "bad_form"),
    "an include that leads out": (P, replaced("id: higiene", "id: ../higiene"), "bad_form"),
    "includes that are no list": (P, replaced("custody_model", "x: 1\nincludes_: 5\ncustody_model"), "unknown_key"),
    "a link that leads out": (P, linked, "leads_out"),
    "words behind a link": (T, linked, "leads_out"),
    "a pipe": (P, pipe, "not_a_file"),
    "an endless device": (T, device, "leads_out"),
}


def itself(copied: Copy) -> None:
    copied.edit("miel", "protocol.yaml", "{id: territorio, version", "{id: miel, version")


def each_other(copied: Copy) -> None:
    shutil.copytree(copied.folder / "miel", copied.folder / "otra")
    for name in ("protocol.yaml", "text.es.yaml", "text.en.yaml"):
        copied.edit("otra", name, "id: miel", "id: otra")
    copied.edit("otra", "protocol.yaml", "{id: territorio", "{id: miel")
    copied.edit("miel", "protocol.yaml", "{id: territorio", "{id: otra")


CIRCLES = {"a protocol that includes itself": itself, "two protocols that include each other": each_other}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the library for each case, spoiled and read."""
    folder = tmp_path_factory.mktemp("hostile")
    for name in (*CASES, *CIRCLES):
        copied = copy_to(folder / name.replace(" ", "-"), home=False)
        copied.unpin()
        if name in CASES:
            file, spoil, _ = CASES[name]
            spoil(copied.folder / file)
        else:
            CIRCLES[name](copied)
    done = subprocess.run([sys.executable, "-c", DRIVER, folder], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-600:]
    return folder


def faults(folder: Path, name: str) -> list[list[str]]:
    home = folder / name.replace(" ", "-")
    died = home / "died.txt"
    assert not died.exists(), died.read_text()
    assert (home / "found.json").exists(), "killed, or not refused"
    return list(json.loads((home / "found.json").read_text()))


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_is_refused_by_name_inside_its_limits(found: Path, name: str) -> None:
    file, _, code = CASES[name]
    refused = faults(found, name)
    assert any(each.startswith(code) and where == file for each, where in refused), refused[:5]
    assert len(refused) < 400


@pytest.mark.parametrize("name", CIRCLES)
def test_a_circle_of_includes_is_refused(found: Path, name: str) -> None:
    assert ["include_protocol", P] in faults(found, name)


def test_the_limits_are_real(tmp_path: Path) -> None:
    greedy = DRIVER.replace('loader.load(folder, "miel", "0.1.0")', "[bytes(1_000_000) for each in range(200)]")
    (tmp_path / "one").mkdir()
    subprocess.run([sys.executable, "-c", greedy, tmp_path], check=True, timeout=60)
    assert "MemoryError" in (tmp_path / "one" / "died.txt").read_text()


def test_what_stands_behind_a_link_is_never_shown(copied: Copy) -> None:
    linked(copied.path("miel", "protocol.yaml"))
    for fault in copied.faults():
        assert "hunter2" not in translator("es").reason(fault)


@pytest.mark.parametrize("includes", ["5", "true", "[5]", "{a: b}", "miel", "[[[]]]"])
def test_includes_of_another_kind_are_a_fault(copied: Copy, includes: str) -> None:
    text = copied.path("higiene", "protocol.yaml").read_text("utf-8").replace("kind: module", "kind: protocol")
    copied.path("higiene", "protocol.yaml").write_text(text + f"includes: {includes}\n", "utf-8")
    with pytest.raises(BadInput):
        loader.load_module(copied.folder, "higiene", "0.1.0")
