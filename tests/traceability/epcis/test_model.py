"""What Seal reads out of an event, the exact bytes it keeps, and when two events are one."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.traceability.epcis import model
from seal.traceability.epcis.model import Part, Thing
from tests.traceability.epcis import examples

OBJECT = examples.EVENTS["object"]


def read(*events: dict[str, object]) -> tuple[model.Received, ...]:
    return model.read(examples.body(examples.document(*events))).received


def test_what_when_where_and_why() -> None:
    event = read(OBJECT)[0].event
    assert event.id == OBJECT["eventID"]
    assert event.time.isoformat() == "2026-02-03T13:15:00+00:00"
    assert (event.step, event.disposition, event.action) == ("commissioning", "active", "ADD")
    assert event.read_point == event.location == "https://id.gs1.org/414/9520123456788"
    assert event.things == (
        Thing(Part.OBJECT, "https://id.gs1.org/01/07804520123453/21/1"),
        Thing(Part.OBJECT, "https://id.gs1.org/01/07804520123453/21/2"),
        Thing(Part.OBJECT, "https://id.gs1.org/01/07804520123453/10/C-7", True, Decimal("12.5"), "KGM"),
    )
    assert event.sources == (("possessing_party", "https://id.gs1.org/417/9520123456788"),)
    assert event.destinations == (("owning_party", "https://tienda.example/"),)


def test_names_of_one_thing_in_two_spellings_are_one_name() -> None:
    other = OBJECT | {
        "epcList": ["urn:epc:id:sgtin:780452.0012345.1", "https://x.cl/a/01/7804520123453/21/2?17=270101"]
    }
    assert read(other)[0].event.named(Part.OBJECT, classes=False) == read(OBJECT)[0].event.named(classes=False)


def test_input_output_and_parent_are_told_apart() -> None:
    made = read(examples.EVENTS["transformation"])[0].event
    assert made.named(Part.INPUT, classes=True) == {"urn:x:fruta"}
    assert made.named(Part.INPUT, classes=False) == {"urn:x:balde:1"}
    assert made.named(Part.OUTPUT, classes=False) == {"https://id.gs1.org/01/07804520123453/21/1"}
    assert made.declared_wrong
    packed = read(examples.EVENTS["aggregation"])[0].event
    assert packed.named(Part.PARENT, classes=False) == {"https://id.gs1.org/00/106141412345678908"}


def test_the_exact_bytes_of_each_event_are_kept() -> None:
    first = b'{ "type":"ObjectEvent",  "eventTime":"2026-02-03T10:15:00.0Z","eventTimeZoneOffset":"+00:00"'
    first += b',"action":"ADD","epcList":["urn:x:\\u0041"], "x:n": 1.50 }'
    data = b'\xef\xbb\xbf{"a:b":{"eventList":[1]},"epcisBody" : { "x":[{}], "eventList" : [ ' + first + b" , "
    data += json.dumps(OBJECT).encode() + b' ] } ,"@context":"urn:x:c","type":"EPCISDocument","schemaVersion":"2.0",'
    data += b'"creationDate":"2026-02-03T10:20:00Z"}'
    found = model.read(data)
    assert found.received[0].exact == first
    assert found.received[0].event.document["x:n"] == Decimal("1.50")
    assert found.received[1].exact == json.dumps(OBJECT).encode()
    assert found.context == "urn:x:c"
    assert b'"eventList" : []' in found.envelope
    assert json.loads(found.envelope)["creationDate"] == "2026-02-03T10:20:00Z"


def test_an_event_without_id_is_named_by_its_content() -> None:
    bare = {name: value for name, value in OBJECT.items() if name != "eventID"}
    first = read(bare)[0]
    again = read({**dict(reversed(list(bare.items()))), "recordTime": "2026-03-01T00:00:00Z"})[0]
    assert first.event.id == again.event.id
    assert first.event.id.startswith("ni:///sha-256;")
    assert first.digest == again.digest
    assert read(bare | {"bizStep": "packing"})[0].event.id != first.event.id


@given(st.sampled_from(list(examples.EVENTS)), st.randoms())
def test_the_order_of_members_makes_no_other_event(sort: str, chance: object) -> None:
    event = copy.deepcopy(examples.EVENTS[sort])
    items = list(event.items())
    chance.shuffle(items)  # type: ignore[attr-defined]
    assert model.digest(dict(items)) == model.digest(event)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
        max_leaves=12,
    )
)
def test_any_json_is_read_or_refused(value: object) -> None:
    for one in (value, {"type": "EPCISDocument", "epcisBody": value}, {**examples.document(), "epcisBody": value},
                examples.document(OBJECT | {"quantityList": value, "readPoint": value})):  # fmt: skip
        with suppress(BadInput):
            model.read(examples.body(one))
