"""The kept list of mutants that nothing can tell from the original, each with the proof."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.mutation.copying import AS_FUNCTION

PATH = Path(__file__).with_name("equivalents.yaml")


@dataclass(frozen=True)
class Change:
    """One place changed: lines without indent, of a function, before and after, under the line ``above`` them.

    Names no number that an edit elsewhere would move.
    """

    function: str
    above: str
    before: str
    after: str


def read(path: Path = PATH) -> dict[str, dict[Change, str]]:
    """By target: each change and why it is none; an entry may give several lines to come ``after``.

    Raises ``ValueError`` for an entry without a reason.
    """
    found: dict[str, dict[Change, str]] = {}
    for target, entries in yaml.safe_load(path.read_text("utf-8")).items():
        found[target] = {}
        for one in entries:
            if not one["why"].strip():
                raise ValueError(f"{target}, {one['function']}: no reason")
            for after in one["after"]:
                change = Change(one["function"], one["above"], one["before"].strip(), after.strip())
                found[target][change] = one["why"].strip()
    return found


def change_of(mutant: str, diff: str) -> Change:
    """What a diff of the tool changes. Mutants are named ``module.x_function__mutmut_4`` or ``….xǁClassǁmethod…``.

    ``Class.method`` is how it is named here.
    """
    mangled = mutant.rpartition(".")[2].partition("__mutmut_")[0].removesuffix(AS_FUNCTION)
    function = mangled.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    body = [line for line in diff.splitlines() if line[:1] in (" ", "-", "+") and line[:3] not in ("---", "+++")]
    first = next((place for place, line in enumerate(body) if line[0] != " "), 0)

    def lines(sign: str) -> str:
        return "\n".join(line[1:].strip() for line in body if line[0] == sign)

    return Change(function, body[first - 1].strip() if first else "", lines("-"), lines("+"))
