from __future__ import annotations

import pytest

from seal.errors import BadInput
from seal.protocols import loader, terms
from seal.protocols.terms import CustodyModel, Level, ResultKind, Review
from seal.web.i18n import translator
from tests.protocols.library import MIEL, Copy, miel

P, T = "protocol.yaml", "text.es.yaml"


def test_the_shipped_library_has_no_fault() -> None:
    library = loader.load_each(loader.shipped())
    assert library.faults == {}
    names = ("ahumado", "lana", "mermelada", "miel", "queso")
    assert list(library.protocols) == [(name, "0.1.0") for name in names]
    assert list(library.modules) == [("higiene", "0.1.0"), ("territorio", "0.1.0")]


def test_miel_is_resolved_with_its_modules() -> None:
    protocol = miel()
    assert len(protocol.points) == 34 + 28 + 16
    assert len({point.id for point in protocol.points}) == 78
    assert [include.id for include in protocol.includes] == ["territorio", "higiene"]
    assert protocol.rules.custody_model is CustodyModel.SEGREGATED
    assert protocol.point("TERR-A01").level is Level.CRITICAL
    assert protocol.point("MIEL-C04").review == (Review.CALIBRATE,)
    assert {chapter.id for chapter in protocol.chapters} == {point.chapter for point in protocol.points}


def test_every_point_has_words_in_both_languages() -> None:
    for language in ("es", "en"):
        texts = miel().texts[language]
        for point in miel().points:
            words = texts.points[point.id]
            assert all((words.requirement, words.public, words.look_for, words.fix)), point.id
        assert set(texts.facts) == {fact.id for fact in miel().facts}
        assert set(texts.chapters) == {chapter.id for chapter in miel().chapters}


def test_batch_tests_say_limit_frequency_and_who_may_test() -> None:
    moisture, hmf, diastase, residues = miel().rules.batch_tests
    assert [str(moisture.max), moisture.every, moisture.by] == ["20", "batch", "self"]
    assert [str(hmf.max), hmf.every, hmf.by] == ["40", "batch_or_season", "lab"]
    assert [str(diastase.min), diastase.every] == ["8", "season"]
    assert residues.kind is ResultKind.ABSENCE
    assert moisture.may_be_done_by(terms.Tester.LAB)
    assert not hmf.may_be_done_by(terms.Tester.SELF)


def test_deadlines_are_longer_at_the_first_audit() -> None:
    major, critical, advice = (miel().point(name) for name in ("MIEL-A02", "MIEL-A01", "TERR-C05"))
    days = [miel().days_to_correct(major, first_audit=first) for first in (True, False)]
    assert days == [90, 28]
    assert miel().days_to_correct(critical, first_audit=True) == 0
    assert miel().days_to_correct(advice, first_audit=False) is None


SPOILED = [
    # file, old, new, code, line, params that must be there
    (
        "miel",
        P,
        "applies_if: {fact: transhumance}",
        "applies_if: {fact: transhumanse}",
        "unknown_fact_near",
        {"meant": "transhumance", "place": "points > MIEL-A06 > applies_if"},
    ),
    ("miel", P, "  level: critical", "  level: critica", "unknown_value_near", {"meant": "critical"}),
    ("miel", P, "  fix_days: 0", "  fix_day: 0", "unknown_key_near", {"meant": "fix_days"}),
    (
        "miel",
        P,
        "unit: g/100g, max: 20, every",
        "unit: g/100gr, max: 20, every",
        "unknown_unit_near",
        {"meant": "g/100g"},
    ),
    ("miel", P, "unit: g/100g, max: 20, every", "unit: g/100g, max: 21, every", "bounds_differ", {"point": "MIEL-D01"}),
    ("miel", P, "{id: moisture, point", "{id: moistur, point", "unknown_batch_test_near", {"meant": "moistur"}),
    ("miel", P, "point: MIEL-D09", "point: MIEL-D99", "unknown_point_near", {}),
    ("miel", P, "  chapter: A", "  chapter: Z", "unknown_chapter", {"allowed": "A, B, C, D, E"}),
    ("miel", P, "- id: MIEL-A02", "- id: TERR-A01", "id_taken", {"by": "territorio"}),
    ("miel", P, "'doc:sag_register!expires'", "'dok:sag_register!expires'", "unknown_evidence_near", {"meant": "doc"}),
    ("miel", P, "target_max: 18", "target_max: 21", "bounds_crossed", {"low": "target_max", "high": "max"}),
    ("miel", P, "max: 20, target_max", "max: veinte, target_max", "not_number", {"value": "veinte"}),
    ("miel", P, "  na: never", "  na: justify", "na_critical", {"place": "points > MIEL-A01 > na"}),
    ("miel", P, "  na: derived", "  na: justify", "na_derived", {"place": "points > MIEL-A06 > na"}),
    ("miel", P, "applies_if: {fact: transhumance}", "applies_if: transhumance", "condition", {}),
    (
        "miel",
        P,
        "applies_if: {fact: transhumance}",
        "applies_if: {fakt: transhumance}",
        "unknown_key_near",
        {"meant": "fact"},
    ),
    (
        "miel",
        P,
        "custody_model: segregated",
        "custody_model: mass_balance",
        "unknown_value",
        {"allowed": "identity_preserved, segregated"},
    ),
    ("miel", P, "basis: hives", "basis: hive", "unknown_fact_near", {"meant": "hives"}),
    ("miel", P, "certificate_months: 12", "certificate_months: 12.5", "not_whole_number", {"value": "12.5"}),
    ("miel", P, "{id: A, min_percent: 60}", "{id: A, min_percent: 160}", "out_of_range", {"bound": "≤ 100"}),
    ("miel", P, "version: 0.1.0", "version: 1.0", "not_its_folder", {"folder": "0.1.0"}),
    ("miel", P, "hives: number", "hives: numbers", "unknown_value_near", {"meant": "number"}),
    ("miel", P, "{id: higiene, version: 0.1.0", "{id: higiena, version: 0.1.0", "include_missing", {"id": "higiena"}),
    ("miel", P, " minor: 1,", " ", "missing_key", {"key": "minor"}),
    (
        "miel",
        P,
        "rule: level_percent, level: critical, min: 100",
        "rule: level_percent, level: critical",
        "missing_key",
        {"key": "min"},
    ),
    ("miel", P, "3: 90}}", "3: 190}}", "out_of_range", {"bound": "0 … 100"}),
    ("miel", P, "{id: gold, min: 96", "{id: gold, min: 86", "grades_order", {"id": "gold"}),
    ("miel", P, "partial: 0.5", "partial: 1.5", "out_of_range", {"bound": "0 … 1"}),
    ("miel", T, "  MIEL-A01:", "  MIEL-A1:", "unknown_id_near", {"meant": "MIEL-A01"}),
    ("miel", T, "  moisture:", "  moistures:", "unknown_id_near", {"meant": "moisture"}),
    (
        "miel",
        T,
        "    public: Los apiarios están inscritos en el registro oficial del SAG.\n",
        "",
        "missing_key",
        {"key": "public"},
    ),
    ("miel", T, "language: es", "language: en", "text_language", {"language": "es"}),
    ("miel", T, "id: miel", "id: queso", "text_of_another", {"id": "miel"}),
    (
        "territorio",
        P,
        "status: published",
        "status: published\nincludes: [{id: higiene, version: 0.1.0}]",
        "module_includes",
        {},
    ),
]


@pytest.mark.parametrize(("protocol", "name", "old", "new", "code", "params"), SPOILED)
def test_a_spoiled_file_names_file_line_fault_and_remedy(
    copied: Copy, protocol: str, name: str, old: str, new: str, code: str, params: dict[str, str]
) -> None:
    before = copied.path(protocol, name).read_text("utf-8")
    line = before[: before.index(old)].count("\n") + 1
    copied.unpin()
    copied.edit(protocol, name, old, new)
    faults = copied.faults()
    found = [fault for fault in faults if fault.code == f"protocols.{code}"]
    assert found, faults
    assert params.items() <= found[0].params.items(), found[0].params
    assert found[0].params["file"] == f"{protocol}/0.1.0/{name}"
    near = 1 if code in ("missing_key", "text_language", "module_includes", "unknown_batch_test_near") else 0
    assert abs(int(found[0].params["line"]) - line) <= (300 if near else 0), (line, found[0].params)
    for language in ("es", "en"):
        for fault in faults:
            sentence = translator(language, strict=True).reason(fault)
            assert "{place}" not in sentence
            assert "{value}" not in sentence
            assert sentence.startswith(f"{fault.params['file']}:{fault.params['line']}: ")


def test_every_fault_is_reported_at_once(copied: Copy) -> None:
    copied.edit("miel", P, "level: critical\n", "level: critic\n")
    copied.edit("miel", P, "custody_model: segregated", "custody_model: mixed")
    copied.edit("miel", T, "  moisture:", "  moistures:")
    copied.edit("territorio", P, "level: critical\n", "level: criticall\n")
    files = {fault.params["file"] for fault in copied.faults()}
    assert files >= {"miel/0.1.0/protocol.yaml", "territorio/0.1.0/protocol.yaml"}
    assert len([fault for fault in copied.faults() if fault.params["file"] == "miel/0.1.0/protocol.yaml"]) == 2


def test_an_edited_module_is_refused_by_whoever_pins_it(copied: Copy) -> None:
    copied.edit("territorio", P, "fix_days: 28", "fix_days: 29")
    (fault,) = copied.faults()
    assert fault.code == "protocols.include_changed"
    assert fault.params["id"] == "territorio"
    assert fault.params["digest"] == loader.load_module(copied.folder, "territorio", "0.1.0").digest


def test_a_faulty_protocol_blocks_only_itself(copied: Copy) -> None:
    copied.edit("miel", P, "schema: seal-protocol/1", "schema: seal-protocol/9")
    library = loader.load_each(copied.folder)
    assert list(library.faults) == [MIEL]
    assert len(library.modules) == 2
    with pytest.raises(BadInput):
        loader.load_library(copied.folder)


def test_without_spanish_there_is_no_protocol(copied: Copy) -> None:
    copied.path("miel", T).unlink()
    assert [fault.code for fault in copied.faults()] == ["protocols.no_spanish"]


def test_without_english_spanish_is_given(copied: Copy) -> None:
    copied.path("miel", "text.en.yaml").unlink()
    assert copied.load().title("en") == "Miel artesanal"


def test_a_module_alone_is_no_protocol() -> None:
    with pytest.raises(BadInput, match="is_module"):
        loader.load(loader.shipped(), "higiene", "0.1.0")


@pytest.mark.parametrize("cut", [10, 400, 3000, 9000])
def test_a_file_cut_short_is_refused(copied: Copy, cut: int) -> None:
    path = copied.path("miel", P)
    path.write_bytes(path.read_bytes()[:cut])
    assert copied.faults()


def test_an_edited_published_file_has_another_digest(copied: Copy) -> None:
    copied.edit("miel", P, "max: 20, target_max: 18", "max: 20, target_max: 17")
    assert copied.load().digest != miel().digest
