"""Queries of an address: what is understood, what is refused by name, and pages that lose and repeat nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.traceability.epcis import asking, listing, model
from seal.traceability.epcis.listing import Listed, Standing
from tests.traceability.epcis import examples

START = datetime(2026, 2, 3, tzinfo=UTC)


def event(sort: str, minutes: int = 0, **more: object) -> model.Event:
    at = (START + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")
    return model.event({**examples.EVENTS[sort], "eventTime": at, **more})


def takes(pairs: dict[str, str], one: model.Event, recorded_at: datetime = START) -> bool:
    return asking.read(list(pairs.items())).takes(one, recorded_at)


@pytest.mark.parametrize(
    ("name", "yes", "no"),
    [
        ("eventType", "AggregationEvent|ObjectEvent", "TransactionEvent"),
        ("EQ_action", "ADD", "OBSERVE|DELETE"),
        ("EQ_bizStep", "commissioning", "shipping"),
        ("EQ_bizStep", "urn:epcglobal:cbv:bizstep:commissioning", "https://example.com/commissioning"),
        ("EQ_bizStep", "https://ref.gs1.org/cbv/BizStep-commissioning", "packing"),
        ("EQ_disposition", "active", "recalled"),
        ("EQ_eventID", str(examples.EVENTS["object"]["eventID"]), "urn:x:y"),
        ("EQ_readPoint", "urn:epc:id:sgln:952012.345678.0", "urn:x:y"),
        ("EQ_bizLocation", "https://id.gs1.org/414/9520123456788", "urn:x:y"),
        ("GE_eventTime", "2026-02-03T00:00:00Z", "2026-02-03T00:00:00.001Z"),
        ("LT_eventTime", "2026-02-02T21:00:01-03:00", "2026-02-03T00:00:00Z"),
        ("GE_recordTime", "2026-02-03T00:00:00Z", "2026-02-04T00:00:00Z"),
        ("LT_recordTime", "2026-02-04T00:00:00Z", "2026-02-03T00:00:00Z"),
        ("MATCH_epc", f"urn:x:y|{examples.JAR}2", f"{examples.JAR}3"),
        ("MATCH_anyEPC", "urn:epc:id:sgtin:780452.0012345.1", examples.JAM),
        ("MATCH_epcClass", "urn:epc:class:lgtin:780452.0012345.C-7", f"{examples.JAR}1"),
        ("MATCH_anyEPCClass", examples.JAM, "urn:x:y"),
        ("MATCH_parentID", "", f"{examples.JAR}1"),
        ("MATCH_inputEPC", "", f"{examples.JAR}1"),
        ("MATCH_outputEPCClass", "", examples.JAM),
    ],
)
def test_each_parameter_chooses(name: str, yes: str, no: str) -> None:
    one = event("object")
    assert not yes or takes({name: yes}, one)
    assert not takes({name: no}, one)


def test_parents_inputs_and_outputs_are_found_by_their_parts() -> None:
    packed, made = event("aggregation"), event("transformation")
    assert takes({"MATCH_parentID": "urn:epc:id:sscc:0614141.1234567890"}, packed)
    assert takes({"MATCH_inputEPCClass": "urn:x:fruta"}, made)
    assert takes({"MATCH_outputEPC": f"{examples.JAR}1", "MATCH_inputEPC": "urn:x:balde:1"}, made)
    assert not takes({"MATCH_outputEPC": f"{examples.JAR}1", "MATCH_inputEPC": "urn:x:otro"}, made)


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ([("EQ_bizStp", "shipping")], "epcis.parameter"),
        ([("EQ_quantity", "1")], "epcis.parameter"),
        ([("EQ_action", "ADD"), ("EQ_action", "ADD")], "epcis.parameter_twice"),
        ([("EQ_action", "MOVE")], "epcis.parameter_value"),
        ([("EQ_bizStep", "shipping|")], "epcis.parameter_value"),
        ([("eventType", "urn:x:y")], "epcis.parameter_value"),
        ([("GE_eventTime", "ayer")], "epcis.parameter_value"),
        ([("MATCH_epc", "no uri")], "epcis.parameter_value"),
        ([("MATCH_epc", "|".join(["urn:x:y"] * 101))], "epcis.parameter_value"),
        ([("perPage", "0")], "epcis.parameter_value"),
        ([("perPage", "٣")], "epcis.parameter_value"),
        ([("orderBy", "quantity")], "epcis.parameter_value"),
        ([("orderDirection", "up")], "epcis.parameter_value"),
        ([("eventCountLimit", "5")], "epcis.limit_without_order"),
        ([("orderBy", "eventTime"), ("eventCountLimit", "5"), ("maxEventCount", "5")], "epcis.parameters_apart"),
        ([("nextPageToken", "x")], "epcis.page_token"),
        ([("nextPageToken", "ñ")], "epcis.page_token"),
        ([("nextPageToken", "W10")], "epcis.page_token"),
    ],
)
def test_what_no_query_is_is_refused(pairs: list[tuple[str, str]], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        asking.read(pairs)
    assert refused.value.code == code


def test_the_near_name_is_told() -> None:
    with pytest.raises(BadInput) as refused:
        asking.read([("EQ_bizStp", "shipping")])
    assert refused.value.params == {"name": "EQ_bizStp", "near": "EQ_bizStep"}


def listed(number: int, one: model.Event, recorded_at: datetime) -> Listed:
    return Listed(UUID(int=number), one.time, recorded_at, Standing.RECORD, lambda: one)


def walk(every: list[Listed], pairs: list[tuple[str, str]]) -> list[Listed]:
    """All pages of a query, one after the other, each asked as a program asks."""
    found: list[Listed] = []
    token: list[tuple[str, str]] = []
    for _ in range(len(every) + 2):
        page = listing.page(every, asking.read([*pairs, *token]))
        found += page.events
        if page.next is None:
            return found
        token = [("nextPageToken", asking.token(page.next, pairs))]
    raise AssertionError("pages without end")


rows = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=25)
queries = st.fixed_dictionaries(
    {"orderBy": st.sampled_from(["eventTime", "recordTime"]), "orderDirection": st.sampled_from(["ASC", "DESC"])},
    optional={"eventCountLimit": st.integers(1, 30).map(str)},
)


@given(rows, queries, st.integers(1, 7))
def test_pages_hold_every_event_once_in_order(
    told: list[tuple[int, int]], query: dict[str, str], per_page: int
) -> None:
    every = [
        listed(number, event("object", at), START + timedelta(minutes=recorded))
        for number, (at, recorded) in enumerate(told)
    ]
    found = walk(every, [*query.items(), ("perPage", str(per_page))])
    by = [(one.recorded_at if query["orderBy"] == "recordTime" else one.event.time, one.key) for one in every]
    wanted = sorted(by, reverse=query["orderDirection"] == "DESC")[: int(query.get("eventCountLimit", 99))]
    got = [(one.recorded_at if query["orderBy"] == "recordTime" else one.event.time, one.key) for one in found]
    assert got == wanted


def test_a_token_of_another_query_is_no_place() -> None:
    place = asking.Place(START, UUID(int=1), 3)
    pairs = [("EQ_action", "ADD")]
    token = asking.token(place, pairs)
    assert asking.read([*pairs, ("perPage", "5"), ("nextPageToken", token)]).after == place
    with pytest.raises(BadInput):
        asking.read([("EQ_action", "OBSERVE"), ("nextPageToken", token)])
