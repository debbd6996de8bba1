"""One test for each way in which a document can be wrong: the code and the place."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from seal.errors import BadInput
from seal.traceability.epcis import model
from tests.traceability.epcis import examples

EVENT = "/epcisBody/eventList/0"
OBJECT = examples.EVENTS["object"]
CLASS = {"epcClass": "urn:x:y"}
PAPER = {"bizTransaction": "urn:x:y"}
REPORT = "/sensorElementList/0/sensorReport/0"


def report(**said: Any) -> dict[str, Any]:
    return {"sensorElementList": [{"sensorReport": [{"type": "Mass", **said}]}]}


def faults(value: Any, **limits: int) -> list[tuple[str, str]]:
    data = value if isinstance(value, bytes) else examples.body(value)
    with pytest.raises(BadInput) as refused:
        model.read(data, **limits)
    return [(reason.code, str(reason.params.get("path", ""))) for reason in refused.value.reasons]


def with_event(sort: str, change: dict[str, Any], *drop: str) -> dict[str, Any]:
    event = copy.deepcopy(examples.EVENTS[sort]) | change
    for name in drop:
        del event[name]
    return examples.document(event)


def test_every_type_of_event_is_taken_with_all_it_may_carry() -> None:
    found = model.read(examples.body(examples.document()))
    assert [one.event.type.value for one in found.received] == [
        "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent",
    ]  # fmt: skip
    assert found.received[2].path == "/epcisBody/eventList/2"


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"eventTime": "2026-02-03"}, "epcis.time", "/eventTime"),
        ({"eventTime": "2026-02-30T10:00:00Z"}, "epcis.time", "/eventTime"),
        ({"eventTime": "2026-02-03T10:00:00"}, "epcis.time", "/eventTime"),
        ({"recordTime": 5}, "epcis.time", "/recordTime"),
        ({"eventTimeZoneOffset": "-3"}, "epcis.offset", "/eventTimeZoneOffset"),
        ({"eventTimeZoneOffset": "+14:30"}, "epcis.offset", "/eventTimeZoneOffset"),
        ({"eventID": "no uri"}, "epcis.uri", "/eventID"),
        ({"eventID": f"urn:x:{'y' * 1_000}"}, "epcis.uri", "/eventID"),
        ({"eventID": "javascript:alert(1)"}, "epcis.event_id", "/eventID"),
        ({"eventID": "Data:text/html,x"}, "epcis.event_id", "/eventID"),
        ({"eventID": "evento-1"}, "epcis.uri", "/eventID"),
        ({"certificationInfo": ["urn:x:y", 3]}, "epcis.uri", "/certificationInfo/1"),
        ({"action": "MOVE"}, "epcis.word", "/action"),
        ({"action": "urn:x:move"}, "epcis.word", "/action"),
        ({"bizStep": "shiping"}, "epcis.word", "/bizStep"),
        ({"bizStep": ["shipping"]}, "epcis.text", "/bizStep"),
        ({"bizStep": "urn:epcglobal:cbv:bizstep:shipping"}, "epcis.short_form", "/bizStep"),
        ({"disposition": "gone"}, "epcis.word", "/disposition"),
        ({"persistentDisposition": {}}, "epcis.missing", "/persistentDisposition"),
        ({"persistentDisposition": {"set": []}}, "epcis.empty", "/persistentDisposition/set"),
        ({"readPoint": "urn:x:y"}, "epcis.object", "/readPoint"),
        ({"readPoint": {}}, "epcis.missing", "/readPoint"),
        ({"bizLocation": {"id": "x"}}, "epcis.uri", "/bizLocation/id"),
        ({"epcList": "urn:x:y"}, "epcis.list", "/epcList"),
        ({"epcList": ["urn:x:y", "urn:x:y"]}, "epcis.again", "/epcList/1"),
        ({"quantityList": [{"quantity": 1}]}, "epcis.missing", "/quantityList/0"),
        ({"quantityList": [{**CLASS, "quantity": "1"}]}, "epcis.number_wanted", "/quantityList/0/quantity"),
        ({"quantityList": [{**CLASS, "uom": "kg"}]}, "epcis.uom", "/quantityList/0/uom"),
        ({"quantityList": [{**CLASS, "ext:z": 1}]}, "epcis.member", "/quantityList/0/ext:z"),
        ({"bizTransactionList": [{"type": "po"}]}, "epcis.missing", "/bizTransactionList/0"),
        ({"bizTransactionList": [{"type": "p", **PAPER}]}, "epcis.word", "/bizTransactionList/0/type"),
        ({"sourceList": [{"source": "urn:x:y"}]}, "epcis.missing", "/sourceList/0"),
        ({"destinationList": [{"type": "location", "destination": ""}]}, "epcis.uri", "/destinationList/0/destination"),
        ({"sensorElementList": [{}]}, "epcis.missing", "/sensorElementList/0"),
        ({"sensorElementList": [{"sensorReport": []}]}, "epcis.empty", "/sensorElementList/0/sensorReport"),
        (report(type="Heat"), "epcis.word", f"{REPORT}/type"),
        (report(booleanValue=1), "epcis.truth", f"{REPORT}/booleanValue"),
        (report(hexBinaryValue="g"), "epcis.hexadecimal", f"{REPORT}/hexBinaryValue"),
        ({"errorDeclaration": {}}, "epcis.missing", "/errorDeclaration"),
        ({"ilmd": {"cosecha": 1}}, "epcis.member", "/ilmd/cosecha"),
        ({"parentID": "urn:x:y"}, "epcis.member", "/parentID"),
        ({"epcLst": []}, "epcis.member", "/epcLst"),
        ({"type": "QuantityEvent"}, "epcis.event_type", "/type"),
        ({"action": "OBSERVE"}, "epcis.ilmd", "/ilmd"),
        ({"@context": 5}, "epcis.context", "/@context"),
    ],
)  # fmt: skip
def test_the_place_of_a_fault_is_named(change: dict[str, Any], code: str, path: str) -> None:
    assert faults(with_event("object", change)) == [(code, EVENT + path)]


@pytest.mark.parametrize(
    ("sort", "drop", "code"),
    [
        ("object", ("eventTime",), "epcis.missing"),
        ("object", ("eventTimeZoneOffset",), "epcis.missing"),
        ("object", ("action",), "epcis.missing"),
        ("object", ("epcList", "quantityList", "sensorElementList"), "epcis.what"),
        ("aggregation", ("childEPCs", "childQuantityList"), "epcis.what"),
        ("transaction", ("bizTransactionList",), "epcis.missing"),
        ("transaction", ("epcList", "quantityList"), "epcis.what"),
        ("transformation", ("transformationID", "inputEPCList", "inputQuantityList"), "epcis.what"),
        ("association", ("parentID",), "epcis.missing"),
    ],
)
def test_what_is_missing_is_named(sort: str, drop: tuple[str, ...], code: str) -> None:
    assert faults(with_event(sort, {}, *drop)) == [(code, EVENT)]


@pytest.mark.parametrize(
    ("more", "code", "path"),
    [
        ({"schemaVersion": "1.2"}, "epcis.version", "/schemaVersion"),
        ({"creationDate": "ayer"}, "epcis.time", "/creationDate"),
        ({"type": "EPCISMasterDataDocument"}, "epcis.document_type", "/type"),
        ({"type": None}, "epcis.document_type", "/type"),
        ({"epcisBody": []}, "epcis.object", "/epcisBody"),
        ({"epcisBody": {}}, "epcis.missing", "/epcisBody"),
        ({"epcisBody": {"eventList": {}}}, "epcis.list", "/epcisBody/eventList"),
        ({"epcisBody": {"eventList": [5]}}, "epcis.object", EVENT),
        ({"epcisBody": {"eventList": []}}, "epcis.no_event", "/epcisBody/eventList"),
        ({"sender": 1}, "epcis.text", "/sender"),
        ({"remitente": "x"}, "epcis.member", "/remitente"),
        ({"@context": [[]]}, "epcis.context", "/@context/0"),
        ({"@context": ["urn:x:y", "urn:x:y"]}, "epcis.context", "/@context/1"),
        ({"@context": [f"urn:x:{n}" for n in range(21)]}, "epcis.contexts", "/@context"),
        (
            {"epcisHeader": {"epcisMasterData": {"vocabularyList": [{}]}}},
            "epcis.missing",
            "/epcisHeader/epcisMasterData/vocabularyList/0",
        ),
    ],
)  # fmt: skip
def test_the_head_of_a_document_is_read_too(more: dict[str, Any], code: str, path: str) -> None:
    assert faults(examples.document(OBJECT, **more)) == [(code, path)]


def test_all_faults_are_told_at_once_but_no_more_than_fifty() -> None:
    bad = copy.deepcopy(OBJECT) | {"action": "X", "bizStep": "Y", "eventTime": "Z"}
    assert len(faults(examples.document(bad))) == 3
    assert len(faults(examples.document(*[bad] * 40))) == 50


def test_one_id_for_two_different_events_is_a_fault() -> None:
    other = copy.deepcopy(OBJECT) | {"bizStep": "packing"}
    assert faults(examples.document(OBJECT, other)) == [("epcis.id_twice", "/epcisBody/eventList/1/eventID")]


def test_the_same_event_twice_in_a_document_is_one() -> None:
    assert len(model.read(examples.body(examples.document(OBJECT, OBJECT))).received) == 1


def test_more_events_than_may_be_sent() -> None:
    assert faults(examples.document(), most_events=4) == [("epcis.events", "/epcisBody/eventList")]


def test_an_event_alone_names_its_context() -> None:
    assert faults(OBJECT) == [("epcis.missing", "/")]
    assert len(model.read(examples.body(OBJECT | {"@context": examples.CONTEXT})).received) == 1


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        (b"\xff", "epcis.utf8", ""),
        (b"", "epcis.json", ""),
        (b'{"type": }', "epcis.json", ""),
        (b"[]", "epcis.object", "/"),
        (b'"x"', "epcis.object", "/"),
        (b'{"a": 1, "a": 2}', "epcis.twice", ""),
        (b'{"a": NaN}', "epcis.number", ""),
        (b'{"a": ' + b"1" * 50 + b"}", "epcis.number", ""),
        (b'{"a": 1e999999}', "epcis.number", ""),
        (b'{"a": "\\ud800"}', "epcis.characters", "/a"),
        (b'{"a": "\\u0000"}', "epcis.characters", "/a"),
        (b"[" * 100_000 + b"]" * 100_000, "epcis.depth", "/"),
        (b"[" * 50 + b"]" * 50, "epcis.depth", "/0" * 41),
        (b"[" + b"0," * 400_000 + b"0]", "epcis.too_many", ""),
        (b" " * 1_000_001, "epcis.too_long", ""),
    ],
)  # fmt: skip
def test_what_is_no_json_of_ours(data: bytes, code: str, path: str) -> None:
    assert faults(data) == [(code, path)]
