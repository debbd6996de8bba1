"""Documents as others write them: one event of each type, with everything that the standard lets it carry."""

from __future__ import annotations

import copy
import json
from typing import Any

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
WHEN = {"eventTime": "2026-02-03T10:15:00.000-03:00", "eventTimeZoneOffset": "-03:00"}
JAM = "https://id.gs1.org/01/07804520123453/10/C-7"
JAR = "https://id.gs1.org/01/07804520123453/21/"
PLACE = {"id": "https://id.gs1.org/414/9520123456788"}
WHERE = {"readPoint": PLACE, "bizLocation": PLACE}
PARTIES = {
    "bizTransactionList": [{"type": "desadv", "bizTransaction": "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}],
    "sourceList": [{"type": "possessing_party", "source": "https://id.gs1.org/417/9520123456788"}],
    "destinationList": [{"type": "owning_party", "destination": "https://tienda.example/"}],
}
SENSED = {
    "sensorElementList": [
        {
            "sensorMetadata": {"time": "2026-02-03T10:15:00Z", "deviceID": "urn:x:sonda", "deviceMetadata": "urn:x:m"},
            "sensorReport": [
                {"type": "Temperature", "value": 4.25, "uom": "CEL", "component": "x", "meanValue": 4},
                {"type": "https://example.com/Olor", "booleanValue": True, "stringValue": "limpio",
                 "hexBinaryValue": "0aF", "uriValue": "https://example.com/v", "exception": "ALARM_CONDITION"},
            ],
        }
    ]
}  # fmt: skip

EVENTS: dict[str, dict[str, Any]] = {
    "object": {
        "type": "ObjectEvent", **WHEN, **WHERE, **PARTIES, **SENSED,
        "eventID": "urn:uuid:0b1a1f10-0000-4000-8000-00000001",
        "action": "ADD", "bizStep": "commissioning", "disposition": "active", "epcList": [f"{JAR}1", f"{JAR}2"],
        "quantityList": [{"epcClass": JAM, "quantity": 12.5, "uom": "KGM"}],
        "persistentDisposition": {"set": ["completeness_verified"], "unset": ["completeness_inferred"]},
        "ilmd": {"ext:cosecha": "2026"}, "certificationInfo": ["https://sello.example/c/7Q4K2MXP8"],
        "ext:nota": {"libre": [1, "dos", None]},
    },
    "aggregation": {
        "type": "AggregationEvent", **WHEN, **WHERE, **PARTIES, "action": "ADD", "bizStep": "packing",
        "parentID": "https://id.gs1.org/00/106141412345678908", "childEPCs": [f"{JAR}1"],
        "childQuantityList": [{"epcClass": JAM, "quantity": 3}], "recordTime": "2026-02-03T14:00:00Z",
    },
    "transaction": {
        "type": "TransactionEvent", **WHEN, **WHERE, **PARTIES, "action": "OBSERVE", "epcList": [f"{JAR}1"],
        "quantityList": [{"epcClass": JAM}], "bizStep": "https://example.com/paso", "disposition": "in_transit",
    },
    "transformation": {
        "type": "TransformationEvent", **WHEN, **WHERE,
        "inputQuantityList": [{"epcClass": "urn:x:fruta", "quantity": 20, "uom": "KGM"}],
        "outputEPCList": [f"{JAR}1"], "outputQuantityList": [{"epcClass": JAM}],
        "inputEPCList": ["urn:x:balde:1"], "transformationID": "urn:x:cocida:1", "ilmd": {"ext:olla": 3},
        "errorDeclaration": {"declarationTime": "2026-02-04T10:00:00Z", "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:0b1a1f10-0000-4000-8000-00000002"], "ext:por": "Ana"},
    },
    "association": {
        "type": "AssociationEvent", **WHEN, "action": "DELETE", "parentID": "urn:x:caja:1",
        "childQuantityList": [{"epcClass": JAM}], **SENSED,
    },
}  # fmt: skip


def document(*events: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An ``EPCISDocument`` that holds these; of every type, unless some are given."""
    return copy.deepcopy(
        {
            "@context": [CONTEXT, {"ext": "https://example.com/ext/"}],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-02-03T10:20:00-03:00",
            "epcisBody": {"eventList": list(events or EVENTS.values())},
            **more,
        }
    )


def answer(*events: dict[str, Any]) -> dict[str, Any]:
    """The same as the answer to a query."""
    return {
        "@context": CONTEXT,
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-02-03T10:20:00-03:00",
        "epcisBody": {"queryResults": {"queryName": "q", "resultsBody": {"eventList": list(events)}}},
    }


def body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
