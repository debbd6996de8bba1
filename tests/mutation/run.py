"""Mutation testing: change the trusted files one place at a time, and see whether a test notices.

    python -m tests.mutation.run TARGET|all [--function NAME]

Prints for each target how many mutants there are, how many were noticed (killed by a failing test, or by a test that
never ends), and each one that survived, as a diff. Exit code 1 when less than the target's bar was noticed. A mutant
that cannot be told from the original stands in ``equivalents.yaml`` with the reason, and is not counted.
The tree is copied, the checkout is never touched. One process, about half an hour for all.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.mutation import equivalents
from tests.mutation.copying import AS_FUNCTION, ROOT, copy
from tests.mutation.equivalents import Change, change_of
from tests.mutation.targets import TARGETS, Target

_STATUS = {
    None: "not tried",
    0: "survived",
    1: "killed",
    3: "killed",
    5: "untested",
    33: "untested",
    24: "endless",
    -24: "endless",
}
"""Exit codes of the tool, one a mutant: pytest's own, 33 for no test that runs the line, SIGXCPU."""
NOTICED = ("killed", "endless")


def main(argv: Sequence[str] | None = None) -> int:
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("target", choices=["all", *TARGETS])
    words.add_argument("--function", help="mutate one function or method only")
    given = words.parse_args(argv)
    names = list(TARGETS) if given.target == "all" else [given.target]
    print(f"at {_commit()}", flush=True)
    return max([_mutate(name, TARGETS[name], given.function) for name in names])


def _mutate(name: str, target: Target, function: str | None) -> int:
    began, known = time.monotonic(), equivalents.read().get(name, {})
    with tempfile.TemporaryDirectory(prefix="seal-mutation-") as made:
        folder = Path(made)
        copy(target, folder)
        only = [] if function is None else [f"*[_ǁ]{function}{end}__mutmut_*" for end in ("", AS_FUNCTION)]
        done = _tool(folder, "run", "--max-children", "1", *only)
        codes = {mutant: code for mutant, code in _codes(folder, target).items() if code is not None or not only}
        found = {mutant: _STATUS.get(code, f"exit {code}") for mutant, code in codes.items()}
        if done.returncode or not found:
            print(f"{name}: mutmut failed\n{done.stdout[-3000:]}{done.stderr[-3000:]}", flush=True)
            return 1
        alive = {mutant: _tool(folder, "show", mutant).stdout for mutant, how in found.items() if how not in NOTICED}
    return report(name, target.bar, Counter(found.values()), alive, known, time.monotonic() - began)


def report(
    name: str, bar: int, counted: Counter[str], alive: dict[str, str], known: Mapping[Change, str], seconds: float
) -> int:
    """Say what was found; ``alive`` are diffs by mutant, ``known`` the kept equivalents. 1 below the bar, else 0."""
    changed = {mutant: change_of(mutant, diff) for mutant, diff in alive.items()}
    same = {change for change in changed.values() if change in known}
    missed = [mutant for mutant, change in changed.items() if change not in same]
    whole = counted.total() - (len(changed) - len(missed))
    noticed = sum(counted[how] for how in NOTICED)
    for mutant in missed:
        print(f"{name}: not noticed: {mutant}\n{alive[mutant]}", flush=True)
    for change in known.keys() - same:
        print(f"{name}: kept as an equivalent and none: {_words(change)}", flush=True)
    counts = ", ".join(f"{how} {count}" for how, count in sorted(counted.items()))
    print(
        f"{name}: {counted.total()} mutants, {counts}; equivalent {len(changed) - len(missed)}; "
        f"noticed {noticed} of {whole}, {100 * noticed / whole:.1f} % (bar {bar} %), {seconds:.0f} s",
        flush=True,
    )
    return 1 if 100 * noticed < bar * whole else 0


def _words(change: Change) -> str:
    return f"{change.function}: {change.before} -> {change.after}"


def _codes(folder: Path, target: Target) -> dict[str, int | None]:
    """The exit code of the tests by mutant; ``None`` for one that was not tried."""
    found: dict[str, int | None] = {}
    for name in target.files:
        kept = folder / "mutants" / f"{name}.meta"
        if kept.exists():
            found |= json.loads(kept.read_text("utf-8"))["exit_code_by_key"]
    return found


def _tool(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The tool is not for import: it reads its settings from the folder it is started in."""
    tool = Path(sys.executable).with_name("mutmut")
    if not tool.exists():
        raise SystemExit(f"{tool} is not there: deploy/deep installs it")
    return subprocess.run([tool, *words], cwd=folder, capture_output=True, text=True, errors="replace", check=False)


def _commit() -> str:
    """The commit that is mutated, and whether files differ from it; empty outside of git."""
    words = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=7", "--exclude=*"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip() or "no commit"


if __name__ == "__main__":
    raise SystemExit(main())
