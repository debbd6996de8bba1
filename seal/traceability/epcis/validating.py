"""The rules of an EPCIS 2.0 document in JSON: every fault with its place. Pure.

Written by hand after GS1's schema and held to it by a test: what the schema refuses is refused here. Stricter in this:
the version must be 2.x, only the five types of event of the standard are taken, names have limits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from seal.traceability.epcis import vocabulary as words
from seal.traceability.epcis.faults import Faults, shown, under
from seal.traceability.epcis.shapes import (
    Rule,
    anything,
    either,
    is_uri,
    listed,
    matches,
    members,
    number,
    text,
    time,
    truth,
    uri,
    word,
)
from seal.traceability.epcis.vocabulary import EventType

MOST_CONTEXTS = 20
EVENT_SCHEMES = ("urn", "ni", "https", "http", "did", "tag", "info")
"""Schemes that name a thing or lead to a page; nothing that a browser would run is the name of an event."""
_uom = matches(r"[A-Z0-9]{2,3}", "epcis.uom")
_offset = matches(r"[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)", "epcis.offset")
_bizstep = word(words.BIZ_STEPS)
_disposition = word(words.DISPOSITIONS)
_action = word(words.ACTIONS, own=False)
_quantity = members({"epcClass": uri, "quantity": number, "uom": _uom}, needs=["epcClass"])
_epcs = listed(uri, unique=True)
_epcs_repeating = listed(uri)
_quantities = listed(_quantity)
_place = members({"id": uri}, needs=["id"], more="any")
_transactions = listed(
    members({"type": word(words.TRANSACTION_TYPES), "bizTransaction": uri}, needs=["bizTransaction"])
)
_party = word(words.PARTY_TYPES)
_sources = listed(members({"type": _party, "source": uri}, needs=["type", "source"]))
_destinations = listed(members({"type": _party, "destination": uri}, needs=["type", "destination"]))
_dispositions = listed(_disposition, least=1, unique=True)
_ilmd = members({}, more="named")
_error = members(
    {"declarationTime": time, "reason": word(words.ERROR_REASONS), "correctiveEventIDs": listed(uri)},
    needs=["declarationTime"],
    more="named",
)
_report = members(
    {
        "type": word(words.MEASUREMENTS, banned=words.OF_VOC),
        "exception": word(words.ALERTS, banned=words.OF_VOC),
        "component": word(words.COMPONENTS),
        "time": time,
        "stringValue": text,
        "booleanValue": truth,
        "hexBinaryValue": matches(r"[A-Fa-f0-9]+", "epcis.hexadecimal"),
        "uom": text,
        **dict.fromkeys(
            ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules", "microorganism",
             "chemicalSubstance", "coordinateReferenceSystem", "uriValue"), uri,
        ),
        **dict.fromkeys(
            ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"), number,
        ),
    },
    needs=["type"],
    more="named",
)  # fmt: skip
_sensor = members(
    {
        "sensorMetadata": members(
            {
                **dict.fromkeys(("time", "startTime", "endTime"), time),
                **dict.fromkeys(("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"), uri),
            },
            more="named",
        ),
        "sensorReport": listed(_report, least=1),
    },
    needs=["sensorReport"],
    more="named",
)


def _persistent(value: Any, path: str, faults: Faults) -> None:
    members({"set": _dispositions, "unset": _dispositions})(value, path, faults)
    if isinstance(value, dict) and not {"set", "unset"} & set(value):
        faults.add("epcis.missing", path, name="set")


def _context(value: Any, path: str, faults: Faults) -> None:
    if isinstance(value, list):
        if len(value) > MOST_CONTEXTS:
            faults.add("epcis.contexts", path, most=MOST_CONTEXTS)
        for place, one in enumerate(value[:MOST_CONTEXTS]):
            if isinstance(one, list) or one in value[:place]:
                faults.add("epcis.context", under(path, place))
            else:
                _context(one, under(path, place), faults)
    elif not isinstance(value, dict) and not is_uri(value):
        faults.add("epcis.context", path)


def _event_id(value: Any, path: str, faults: Faults) -> None:
    uri(value, path, faults)
    if is_uri(value) and value.partition(":")[0].lower() not in EVENT_SCHEMES:
        faults.add("epcis.event_id", path, given=shown(value), known=", ".join(EVENT_SCHEMES))


_COMMON: Mapping[str, Rule] = {
    "@context": _context,
    "type": anything,
    "eventTime": time,
    "recordTime": time,
    "eventTimeZoneOffset": _offset,
    "eventID": _event_id,
    "certificationInfo": either(uri, listed(uri), lambda value: isinstance(value, list)),
    "errorDeclaration": _error,
    "bizStep": _bizstep,
    "disposition": _disposition,
    "readPoint": _place,
    "bizLocation": _place,
    "bizTransactionList": _transactions,
    "sourceList": _sources,
    "destinationList": _destinations,
    "sensorElementList": listed(_sensor),
}
_AGGREGATION: Mapping[str, Rule] = {
    "parentID": uri, "childEPCs": _epcs_repeating, "childQuantityList": _quantities, "action": _action,
}  # fmt: skip
_OWN: Mapping[EventType, Mapping[str, Rule]] = {
    EventType.OBJECT: {
        "epcList": _epcs, "quantityList": _quantities, "action": _action, "persistentDisposition": _persistent,
        "ilmd": _ilmd,
    },
    EventType.AGGREGATION: _AGGREGATION,
    EventType.ASSOCIATION: _AGGREGATION,
    EventType.TRANSACTION: {
        "parentID": uri, "epcList": _epcs_repeating, "quantityList": _quantities, "action": _action,
        "bizTransactionList": listed(
            members({"type": word(words.TRANSACTION_TYPES), "bizTransaction": uri}, needs=["bizTransaction"]), least=1
        ),
    },
    EventType.TRANSFORMATION: {
        "inputEPCList": _epcs, "inputQuantityList": _quantities, "outputEPCList": _epcs,
        "outputQuantityList": _quantities, "transformationID": uri, "persistentDisposition": _persistent,
        "ilmd": _ilmd,
    },
}  # fmt: skip
_NEEDS: Mapping[EventType, Collection[str]] = {
    EventType.OBJECT: ("action",),
    EventType.AGGREGATION: ("action",),
    EventType.ASSOCIATION: ("action", "parentID"),
    EventType.TRANSACTION: ("action", "bizTransactionList"),
    EventType.TRANSFORMATION: (),
}
_RULES: Mapping[EventType, Rule] = {
    sort: members({**_COMMON, **own}, needs=["eventTime", "eventTimeZoneOffset", *_NEEDS[sort]], more="named")
    for sort, own in _OWN.items()
}


def event(value: Any, path: str, faults: Faults, *, alone: bool = False) -> None:
    """One event; ``alone`` when it is the whole document, and then names its context."""
    if not isinstance(value, dict):
        faults.add("epcis.object", path)
        return
    named = value.get("type")
    if not isinstance(named, str) or named not in set(EventType):
        faults.add("epcis.event_type", under(path, "type"), given=shown(named), known=", ".join(EventType))
        return
    sort = EventType(named)
    _RULES[sort](value, path, faults)
    if alone and "@context" not in value:
        faults.add("epcis.missing", path, name="@context")
    if not _says_what(sort, value):
        faults.add("epcis.what", path, type=sort.value)
    if "ilmd" in value and sort is EventType.OBJECT and value.get("action") in ("OBSERVE", "DELETE"):
        faults.add("epcis.ilmd", under(path, "ilmd"), action=str(value["action"]))


def _says_what(sort: EventType, value: Mapping[str, Any]) -> bool:
    """Whether the event names what it is about (EPCIS 2.0 7.4.1 to 7.4.6)."""

    def some(name: str) -> bool:
        return bool(value.get(name))

    match sort:
        case EventType.OBJECT:
            sensed = some("sensorElementList") and "readPoint" in value
            return "epcList" in value or some("quantityList") or sensed
        case EventType.AGGREGATION | EventType.ASSOCIATION:
            return some("childEPCs") or some("childQuantityList") or value.get("action") == "DELETE"
        case EventType.TRANSACTION:
            return "epcList" in value or some("quantityList") or value.get("action") == "DELETE"
        case EventType.TRANSFORMATION:
            into = some("inputEPCList") or some("inputQuantityList")
            out = some("outputEPCList") or some("outputQuantityList")
            return (into or out) if "transformationID" in value else (into and out)


_vocabulary = members(
    {
        "type": uri,
        "vocabularyElementList": listed(
            members(
                {
                    "id": uri,
                    "attributes": listed(members({"id": uri}, needs=["id"], more="any")),
                    "children": listed(uri),
                },
                needs=["id"],
                more="any",
            )
        ),
    },
    needs=["type"],
    more="any",
)
_header = members(
    {"epcisMasterData": members({"vocabularyList": listed(_vocabulary)}, more="any")},
    more="named",
)


def _version(value: Any, path: str, faults: Faults) -> None:
    if not isinstance(value, str) or re.fullmatch(r"2(?:\.\d{1,4}){0,3}", value) is None:
        faults.add("epcis.version", path, given=shown(value))


_results = members({"eventList": anything, "vocabularyList": listed(_vocabulary)}, needs=["eventList"], more="named")
_QUERY_BODY = members(
    {
        "queryResults": members(
            {"queryName": text, "subscriptionID": text, "resultsBody": _results},
            needs=["queryName", "resultsBody"],
            more="named",
        )
    },
    needs=["queryResults"],
    more="named",
)
_HEAD: Mapping[str, Rule] = {
    "@context": _context, "id": uri, "type": anything, "schemaVersion": _version, "creationDate": time,
}  # fmt: skip
_DOCUMENTS: Mapping[str, Rule] = {
    "EPCISDocument": members(
        {
            **_HEAD,
            **dict.fromkeys(("instanceIdentifier", "sender", "receiver"), text),
            "epcisHeader": _header,
            "epcisBody": members({"eventList": anything}, needs=["eventList"], more="any"),
        },
        needs=["@context", "schemaVersion", "creationDate", "epcisBody"],
        more="named",
    ),
    "EPCISQueryDocument": members({**_HEAD, "epcisBody": _QUERY_BODY}, needs=["@context", "epcisBody"], more="named"),
}


def document(value: Any, events: Collection[tuple[str, Any, bytes]], faults: Faults, *, most: int) -> None:
    """A document and its events (pointer, value, bytes), of which there may be ``most``."""
    if not isinstance(value, dict):
        faults.add("epcis.object", "")
        return
    named = value.get("type")
    if isinstance(named, str) and named in set(EventType):
        event(value, "", faults, alone=True)
        return
    if not isinstance(named, str) or named not in _DOCUMENTS:
        faults.add("epcis.document_type", "/type", given=shown(named))
        return
    _DOCUMENTS[named](value, "", faults)
    body = value.get("epcisBody")
    path = "/epcisBody/eventList"
    if named == "EPCISQueryDocument" and isinstance(body, dict):
        for step in ("queryResults", "resultsBody"):
            body = body.get(step) if isinstance(body, dict) else None
        path = "/epcisBody/queryResults/resultsBody/eventList"
    found = body.get("eventList") if isinstance(body, dict) else None
    if isinstance(body, dict) and "eventList" in body and not isinstance(found, list):
        faults.add("epcis.list", path)
    if len(events) > most:
        faults.add("epcis.events", path, count=len(events), most=most)
        return
    for place, one, _ in events:
        if faults.full:
            return
        event(one, place, faults)
