"""The harness itself: what it copies, what it counts, and that its kept list still speaks of code that is there."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation import equivalents
from tests.mutation.copying import AS_FUNCTION, ROOT, properties_as_functions
from tests.mutation.equivalents import Change, change_of
from tests.mutation.run import report
from tests.mutation.targets import TARGETS

DIFF = """# seal.x.xǁLedgerǁquota_as_function__mutmut_1: survived
--- seal/x.py
+++ seal/x.py
@@ -1,3 +1,3 @@
 def quota_as_function(self) -> int:
-    return self.units + self.spare
+    return self.units - self.spare
"""
MUTANT = "seal.x.xǁLedgerǁquota_as_function__mutmut_1"
ABOVE = "def quota_as_function(self) -> int:"
CHANGE = Change("Ledger.quota", ABOVE, "return self.units + self.spare", "return self.units - self.spare")


def test_a_property_is_spelled_as_a_function_that_means_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    source = (ROOT / "seal/labels/model.py").read_text("utf-8")
    plain = properties_as_functions(source)
    assert source.count("@property") == plain.count(" = property(") > 5
    assert "@property" not in plain
    made = ModuleType("spelled_otherwise")
    monkeypatch.setitem(sys.modules, made.__name__, made)
    exec(compile(plain, "model.py", "exec"), made.__dict__)
    ledger = made.Ledger(100, 2, 24, 4)
    assert (ledger.quota, ledger.live, ledger.left) == (102, 20, 82)
    assert made.VoidReason("lost").lost


def test_what_is_decorated_otherwise_stays() -> None:
    source = "class A:\n    @staticmethod\n    def b() -> int:\n        return 1\n"
    assert properties_as_functions(source) == source


def test_a_change_is_known_without_its_number() -> None:
    assert change_of(MUTANT, DIFF) == CHANGE
    assert change_of("seal.x.x__split__mutmut_3", DIFF).function == "_split"
    assert change_of("seal.x.x_parse__mutmut_12", DIFF).function == "parse"


def test_below_the_bar_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    counted, alive = Counter(killed=18, endless=1, survived=1), {MUTANT: DIFF}
    assert report("quota", 95, counted, alive, {}, 1) == 0
    assert report("quota", 96, counted, alive, {}, 1) == 1
    said = capsys.readouterr().out
    assert "noticed 19 of 20, 95.0 %" in said
    assert "return self.units - self.spare" in said


def test_an_equivalent_is_not_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert report("quota", 100, Counter(killed=19, survived=1), {MUTANT: DIFF}, {CHANGE: "why"}, 1) == 0
    assert "noticed 19 of 19, 100.0 %" in capsys.readouterr().out


def test_an_equivalent_that_was_noticed_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    report("quota", 100, Counter(killed=20), {}, {CHANGE: "why"}, 1)
    assert "kept as an equivalent and none: Ledger.quota" in capsys.readouterr().out


def test_a_line_that_no_test_runs_is_not_noticed() -> None:
    assert report("quota", 95, Counter(killed=1, untested=1), {MUTANT: DIFF}, {}, 1) == 1


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_is_there(name: str) -> None:
    for path in (*TARGETS[name].files, *TARGETS[name].tests):
        assert (ROOT / path).is_file()


def test_every_equivalent_speaks_of_a_line_that_is_there() -> None:
    for target, kept in equivalents.read().items():
        lines = {
            line.strip() for name in TARGETS[target].files for line in (ROOT / name).read_text("utf-8").splitlines()
        }
        for change in kept:
            assert {change.above.replace(AS_FUNCTION, ""), *change.before.splitlines()} <= lines, change
            assert change.before != change.after


def test_an_equivalent_without_a_reason_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "equivalents.yaml"
    path.write_text("quota: [{function: f, above: d, before: a, after: [b], why: ' '}]\n", "utf-8")
    with pytest.raises(ValueError, match="no reason"):
        equivalents.read(path)
