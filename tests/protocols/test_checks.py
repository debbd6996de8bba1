"""One spoiled key at a time: each is named with file, line, place and remedy. ``data/todo`` has every key once."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from seal.errors import BadInput, Reason
from seal.protocols import assembly, examples, loader
from seal.protocols.model import Protocol
from seal.web.i18n import translator

DATA = Path(__file__).parent / "data"
TODO = ("todo", "0.2.0")


@cache
def todo() -> Protocol:
    return loader.load(DATA, *TODO)


def faults(folder: Path) -> tuple[Reason, ...]:
    with pytest.raises(BadInput) as refused:
        loader.load(folder, *TODO)
    return refused.value.reasons


def test_every_key_of_the_language_is_read() -> None:
    protocol = todo()
    assert {type(point.answer).__name__ for point in protocol.points} >= {"PlanAnswer", "PanelAnswer", "LabAnswer"}
    assert len({type(point.answer) for point in protocol.points}) == 19
    assert {rule.rule for rule in protocol.rules.scoring.pass_all} >= {"norm_points", "no_fall", "plan_kept"}


def test_its_example_comes_out_as_written() -> None:
    assert examples.paths(DATA, todo())
    assert examples.faults(DATA, todo()) == ()


def test_it_comes_back_whole_from_its_kept_copy() -> None:
    assert assembly.unpack(assembly.package(todo())) == todo()


SPOILED = [
    # old, new, code, params that must be there
    ("change: stricter", "change: harder", "unknown_value", {"allowed": "clarifying, editorial, looser, stricter"}),
    ("change: stricter\n", "", "change_previous", {"place": "previous"}),
    ("previous: 0.1.0", "previous: 0.2.0", "previous_newer", {"value": "0.2.0"}),
    ("valid_from: 2027-01-01", "valid_from: 2027-02-30", "not_date", {"value": "2027-02-30"}),
    ("valid_from: 2027-01-01", "valid_from: 20270101", "not_date", {"value": "20270101"}),
    ("mandatory_from: 2027-07-01", "mandatory_from: 2026-07-01", "bounds_crossed", {"low": "valid_from"}),
    ("retired: [TODO-A09]", "retired: [TODO-A01]", "retired_used", {"id": "TODO-A01"}),
    ("retired: [TODO-A09]", "retired: [A09]", "bad_form", {"value": "A09"}),
    ("type: multi,", "type: mulit,", "unknown_value_near", {"meant": "multi"}),
    ("choices: [fresh, chanco, aged]", "choices: [fresh]", "choices_few", {"place": "facts > cheese_types"}),
    ("[cow, goat, sheep]", "[cow, goat, goat]", "repeated", {"value": "goat"}),
    ("plausible: [1, 5000]}", "plausible: [5000, 1]}", "bounds_crossed", {"low": "5000"}),
    ("pasteurises: yes_no", "pasteurises: {type: yes_no, choices: [a1, b1]}", "unread_key", {"value": "choices"}),
    ("choices: [cow, goat, sheep]", "choice: [cow, goat, sheep]", "unknown_key_near", {"meant": "choices"}),
    ("{fact: species, is: cow}", "{fact: species, is: cwo}", "unknown_choice_near", {"meant": "cow"}),
    ("{fact: species, is: cow}", "{fact: species}", "fact_compared", {"type": "choice"}),
    (
        "{fact: milk_litres, above: 100}",
        "{fact: milk_litre, above: 100}",
        "unknown_fact_near",
        {"meant": "milk_litres"},
    ),
    ("{fact: milk_litres, above: 100}", "{fact: milk_litres, above: many}", "compare_number", {"value": "many"}),
    ("{fact: pasteurises}, {not", "{fact: pasteurises, is: 1}, {not", "fact_compared", {"fact": "pasteurises"}),
    ("{fact: pasteurises}, {not", "{fact: cheese_types, is: aged}, {not", "fact_compared", {"type": "multi"}),
    ("{site: [kitchen]}", "{site: [kitchn]}", "unknown_site_near", {"meant": "kitchen"}),
    ("{product: [cheese]}", "{product: [chese]}", "unknown_product_near", {"meant": "cheese"}),
    ("{year: {at_least: 2}}", "{year: 2}", "compare_year", {"value": "2"}),
    ("level_by_year: {2: major, 3: critical}", "level_by_year: {2: mayor}", "unknown_value_near", {"meant": "major"}),
    ("level_by_year: {2: major, 3: critical}", "level_by_year: {0: major}", "out_of_range", {"bound": "≥ 1"}),
    ("  na: never", "  na: justify", "na_critical", {"place": "points > TODO-A01 > na"}),
    ("weight: 4", "weight: -4", "out_of_range", {"value": "-4"}),
    ("weight: 4", "weight: 4e9", "not_number", {"value": "4e9"}),
    ("grain: product", "grain: prodct", "unknown_value_near", {"meant": "product"}),
    ("non_compliant: 1}\n- id", "non_compliant: 99}\n- id", "out_of_range", {"value": "99"}),
    ("certificate_months: 12", "certificate_months: 99999", "out_of_range", {"bound": "1 … 120"}),
    ("surveillance_month: 6", "surveillance_month: -1", "out_of_range", {"value": "-1"}),
    ("unannounced_percent: 10", "unannounced_percent: 101", "out_of_range", {"bound": "0 … 100"}),
    ("[120, 30]", "[120, -30]", "out_of_range", {"value": "-30"}),
    ("grace_days: 0", "grace_days: 99999999", "out_of_range", {"place": "validity > grace_days"}),
    ("first_audit_days: 90", "first_audit_days: -90", "out_of_range", {"value": "-90"}),
    ("minors: 3", "minors: 0", "out_of_range", {"bound": "1 … 1000"}),
    ("reapply_after_days: 365", "reapply_after_days: 99999999", "out_of_range", {"value": "99999999"}),
    ("loss_percent: 3", "loss_percent: 300", "out_of_range", {"value": "300"}),
    ("  shelf_life_days: 90", "  shelf_life_months: 99999", "out_of_range", {"bound": "0 … 1200"}),
    ("precision: 1", "precision: 0", "out_of_range", {"bound": "> 0"}),
    ("max: 20, target_max: 18", "max: 1e999999999, target_max: 18", "not_number", {"value": "1e999999999"}),
    ("replicates: {count: 3", "replicates: {count: 1", "out_of_range", {"value": "1"}),
    ("take: median}", "take: middle}", "unknown_value", {"allowed": "mean, median, worst"}),
    ("min: 0, replaces: true, source: [seal rules]", "replaces: true", "variant_empty", {}),
    ("min: 0, replaces", "M: 0, replaces", "unread_key", {"value": "M"}),
    ("sampling: {of: lots, take: sqrt", "sampling: {of: lot, take: sqrt", "unknown_value_near", {"meant": "lots"}),
    ("take: sqrt", "take: half", "not_whole_number", {"value": "half"}),
    ("{percent: 10, min: 5}", "{percent: 110, min: 5}", "out_of_range", {"bound": "1 … 100"}),
    ("{percent: 10, min: 5}", "{min: 5}", "missing_key", {"key": "percent"}),
    ("proportion: true", "proportion: true, accept: 1", "unread_key", {"value": "accept"}),
    ("aggregate: all\n  sampling", "aggregate: some\n  sampling", "unknown_value", {"allowed": "all, mean, worst"}),
    ("{type: scale, max: 3, norm: 2}", "{type: scale, max: 3, norm: 4}", "out_of_range", {"bound": "1 … 3"}),
    ("{type: scale, max: 3, norm: 2}", "{type: scale, max: 3}", "missing_key", {"key": "norm"}),
    ("{type: scale, max: 3, norm: 2}", "{type: scales, max: 3}", "unknown_value_near", {"meant": "scale"}),
    ("{type: scale, max: 3, norm: 2}", "{max: 3, norm: 2}", "missing_key", {"key": "type"}),
    ("{type: scale, max: 3, norm: 2}", "scale", "not_map", {"value": "scale"}),
    ("{type: rank, max: 5, pass: 3}", "{type: rank, max: 5, pass: 6}", "out_of_range", {"value": "6"}),
    ("{type: rank, max: 5, pass: 3}", "{type: rank, max: 5, pas: 3}", "unknown_key_near", {"meant": "pass"}),
    ("min_percent: 90}", "min_percent: 190}", "out_of_range", {"value": "190"}),
    ("wood: compliant, plastic", "wood: partial, plastic", "choices_none_compliant", {}),
    ("[salt, rennet, culture], at_least: 2", "[salt, rennet, culture], at_least: 4", "out_of_range", {"value": "4"}),
    ("{type: date, max_age_days: 365}", "{type: date}", "one_of", {"keys": "max_age_days, not_before_audit"}),
    ("columns: [day, litres]", "columns: [day, day]", "repeated", {"value": "day"}),
    ("max_minutes: 120", "max_minutes: 0", "out_of_range", {"value": "0"}),
    ("{type: lab}", "{type: number}\n  xyzzy: 1", "unknown_key", {"value": "xyzzy"}),
    ("  answer: {type: outcome}", "  answer: {type: number}", "missing_key", {"key": "measure"}),
    ("{type: plan, n: 5, c: 2, m: 100", "{type: plan, n: 5, c: 5, m: 100", "out_of_range", {"bound": "0 … 4"}),
    (
        "{type: plan, n: 5, c: 2, m: 100, M: 1000",
        "{type: plan, n: 5, c: 2, m: 100, M: 10",
        "bounds_crossed",
        {"high": "M"},
    ),
    ("{type: plan, n: 5, c: 2, m: 100, M: 1000, unit: mg/kg", "{type: plan, n: 5, c: 2, m: 100", "missing_key", {}),
    ("judges_min: 3, trim: 1", "judges_min: 3, trim: 2", "out_of_range", {"bound": "5 … 100"}),
    ("by: reconciliation", "by: magic", "unknown_value", {"allowed": "reconciliation"}),
    ("group: norms}", "group: norm}", "unknown_group_near", {"meant": "norms"}),
    ("{rule: panel, group: taste, min: 6", "{rule: panel, group: taste, max: 6", "missing_key", {"key": "min"}),
    ("{rule: no_failure, group: musts}", "{rule: no_failure}", "one_of", {"keys": "level, group"}),
    ("{rule: plan_kept, min: 80}", "{rule: plan_kept, min: 80, floor: 3}", "unread_key", {"value": "floor"}),
    ("{rule: plan_kept", "{rule: plan_keep", "unknown_value_near", {"meant": "plan_kept"}),
    ("minor: 1, ko: 50}", "minr: 1, ko: 50}", "unknown_value_near", {"meant": "minor"}),
    ("{id: bronze, min: 60}", "{id: gold, min: 60}", "repeated", {"value": "gold"}),
    ("repeat_major: suspend", "repeat_major: forgive", "unknown_value", {"allowed": "suspend"}),
    ("every: month, also: [recipe_change]", "every: month, also: [month]", "repeated", {"value": "month"}),
    ("every: quarter", "every: quartr", "unknown_value_near", {"meant": "quarter"}),
    ("every: batch\n  lots: 3", "every: season\n  lots: 3", "unread_key", {"value": "lots"}),
    ("override: two_persons", "override: anybody", "unknown_value", {"allowed": "none, two_persons"}),
    ("plan: {n: 5, c: 0, absent_in_g: 25}", "plan: {n: 5, c: 0}", "one_of", {"keys": "m, absent_in_g"}),
    ("release: conditional", "release: condicional", "unknown_value_near", {"meant": "conditional"}),
    ("  release: conditional\n", "", "unread_key", {"value": "result_days"}),
    ("  result_days: 10\n", "", "missing_key", {"key": "result_days"}),
    ("result_days: 10", "result_days: 365", "out_of_range", {"bound": "1 … 90"}),
    ("  by: lab\n  plan: {n: 5, c: 0, absent", "  by: official\n  plan: {n: 5, c: 0, absent", "official_positive", {}),
    ("plan: {n: 5, c: 0, absent_in_g: 25}", "plan: {n: 5, c: 0, absent_in_g: 25, M: 3}", "unread_key", {"value": "M"}),
    ("has: fresh}, m: 10, M: 100}", "has: fresh}, max: 10}", "unread_key", {"value": "max"}),
    ("formula: litres_per_kg", "formula: litres_per_kgs", "unknown_value_near", {"meant": "litres_per_kg"}),
    ("formula: litres_per_kg", "formula: per_basis", "missing_key", {"key": "per_basis_max"}),
    ("basis: milk_litres", "basis: milk_liters", "unknown_fact_near", {"meant": "milk_litres"}),
    ("typical: [8.5, 12], cap: 8,", "typical: [8.5, 12], cap: 9,", "bounds_crossed", {"low": "cap"}),
    ("typical: [8.5, 12], cap: 8,", "typical: [12, 8.5], cap: 8,", "bounds_crossed", {"low": "12"}),
    ("{id: pressed, from: milk, to: cheese", "{id: pressed, from: milk", "missing_key", {"key": "to"}),
    ("period: month", "period: day", "unknown_value", {"allowed": "batch, month, season, year"}),
    ("shelf_life_days: 90\n", "shelf_life_days: 90\n  shelf_life_months: 3\n", "one_of", {}),
    ("allergens: [milk]", "allergens: [milks]", "unknown_value_near", {"meant": "milk"}),
    ("[250 g, 1 kg]", "[250 g, un kilo]", "bad_form", {"value": "un kilo"}),
    ("serial: piece", "serial: pieza", "unknown_value_near", {"meant": "piece"}),
    ("storage: [cold]", "storage: [cold, dark]", "words_missing", {"id": "dark"}),
    ("{wood: compliant,", "{iron: compliant, wood: compliant,", "words_missing", {"id": "iron"}),
]


@pytest.mark.parametrize(("old", "new", "code", "params"), SPOILED)
def test_a_spoiled_key_names_file_line_place_and_remedy(
    tmp_path: Path, old: str, new: str, code: str, params: dict[str, str]
) -> None:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "todo/0.2.0/protocol.yaml"
    text = path.read_text("utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), "utf-8")
    found = faults(tmp_path)
    named = [fault for fault in found if fault.code == f"protocols.{code}" and params.items() <= fault.params.items()]
    assert named, found
    if code not in ("words_missing", "retired_used"):
        line = text[: text.index(old)].count("\n") + 1
        assert abs(int(named[0].params["line"]) - line) <= (24 if code == "na_critical" else 6)
    for language in ("es", "en"):
        for fault in found:
            sentence = translator(language, strict=True).reason(fault)
            assert sentence.startswith("todo/0.2.0/")
            assert "{value}" not in sentence
            assert "{place}" not in sentence


def test_a_grade_that_seals_must_be_among_the_grades(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "todo/0.2.0/protocol.yaml"
    text = path.read_text("utf-8")
    path.write_text(
        text.replace("{id: bronze, min: 60}", "{id: bronze, min: 60, seal: false}").replace(
            "{id: gold, min: 90,", "{id: gold, min: 90, seal: false,"
        ),
        "utf-8",
    )
    assert [fault.code for fault in faults(tmp_path)] == ["protocols.no_grade_seals"]


def test_all_faults_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "todo/0.2.0/protocol.yaml"
    text = path.read_text("utf-8")
    for old, new in (("weight: 4", "weight: x"), ("serial: piece", "serial: p"), ("{site: [kitchen]}", "{site: k}")):
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")
    assert {fault.code for fault in faults(tmp_path)} == {
        "protocols.not_number",
        "protocols.unknown_value",
        "protocols.compare_in",
    }
