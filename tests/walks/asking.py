"""How to ask every private address of the product: what its places and its body name, and what its answer looks like.

A place that names something is written ``<kind>``; :class:`Asker` puts the id of that kind in it.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
from litestar import Litestar

from seal.web.policy import Rule, http_handlers, rule_of

from .programs import epcis_document, photograph

PLACES = {
    "audit_id": "audit", "producer_id": "producer", "person_id": "person", "finding_id": "finding",
    "batch_id": "batch", "certification_id": "certification", "range_id": "range", "evidence_id": "evidence",
    "file_id": "file", "session_id": "session", "version_id": "version", "notice_id": "notice",
    "object_id": "certification", "waiver_id": "waiver", "capture_id": "capture",
    "organisation_id": "organisation", "product_id": "product", "site_id": "site", "roll_id": "roll",
    "box_id": "box", "lot_id": "lot", "entry_id": "entry", "recall_id": "recall",
    "run_id": "run", "format_id": "format", "template_id": "template",
}  # fmt: skip
"""Name of a place in an address -> the kind of thing that it names."""
WORDS = {
    "protocol_id": "miel", "version": "0.1.0", "chapter": "miel.A", "part": "desk", "role": "auditor", "number": "1",
    "form": "sheet.xlsx", "event_id": "urn:x:de-nadie", "test_id": "moisture",
    "file": "zpl",
}  # fmt: skip
ACTIONS = {
    "/desk/batches/{batch_id:uuid}/{action:str}": ("hold", "release", "recall", "revoke"),
    "/desk/certificates/{certification_id:uuid}/{action:str}": ("suspend", "lift", "withdraw"),
}
_PICTURE = base64.b64encode(photograph()).decode()
_WHY = {"reason": "Para la prueba."}
_STOP = {"reason_class": "quality", **_WHY}
_DAY = "2026-02-03"
_TERMS = base64.b64encode(b"Otros terminos.").decode()

_RESPONSE = {"cause": "Descuido.", "correction": "Listo.", "prevention": "Control."}
_SCOPE = {"sites": ["<site>"], "products": ["<product>"]}
_OPENED = {"material": "honey", "amount": "1", "unit": "kg"}
_BATCH = {"lot": "X-1", "units": 10, "produced_on": _DAY}

MACHINES = ("/api/", "/epcis/")
"""Where programs ask."""
_PAPER = {"medium": "roll", "shape": "rect"}
BODIES: dict[str, dict[str, Any]] = {
    "/label-formats": {
        **_PAPER, "name": "Otro rollo", "page_mm": [60, 40], "label_mm": [60, 40], "pitch_mm": [60, 40],
        "space_mm": 24.5, "template_id": "<template>",
    },
    "/label-runs/{run_id:uuid}/cancel": {},
    "/label-templates": {
        "name": "Otra", "label_mm": [60, 40], "space_mm": 24.5, "html": "{{symbol}}",
    },
    "/epcis/capture": epcis_document(),
    "/audits": {
        "producer_id": "<producer>", "version_id": "<version>", "planned_for": _DAY, "auditors": ["<person>"], **_SCOPE,
    },
    "/audits/{audit_id:uuid}/abort": {"cause": "access_refused", **_WHY},
    "/audits/{audit_id:uuid}/answers": {
        "answers": [{"id": "<new>", "point_id": "MIEL-A01", "outcome": "compliant", "revises": "<answer>"}]
    },
    "/audits/{audit_id:uuid}/conclude": {},
    "/audits/{audit_id:uuid}/declaration": {"conflict": None},
    "/audits/{audit_id:uuid}/evidence": {
        "id": "<new>", "answer_id": "<answer>", "media_type": "image/jpeg", "data_base64": _PICTURE,
    },
    "/audits/{audit_id:uuid}/facts": {"facts": {"transhumance": True}, **_WHY},
    "/audits/{audit_id:uuid}/return": _WHY,
    "/audits/{audit_id:uuid}/start": {},
    "/audits/{audit_id:uuid}/submit": {},
    "/audits/{audit_id:uuid}/team": {"person_id": "<person>"},
    "/audits/{audit_id:uuid}/team/{person_id:uuid}/end": _WHY,
    "/audits/{audit_id:uuid}/void": _WHY,
    "/audits/{audit_id:uuid}/votes": {"choice": "refuse", **_WHY, **_SCOPE},
    "/batches": {"producer_id": "<producer>", "product_id": "<product>", "site_id": "<site>", **_BATCH},
    "/batches/{batch_id:uuid}/conditions": {"test_id": "hmf", "laboratory": "Austral", "sampled_on": _DAY},
    "/batches/{batch_id:uuid}/discard": _WHY,
    "/batches/{batch_id:uuid}/origin": {"made_of": [{"lot": "<batch>", "amount": "1", "unit": "unit"}]},
    "/batches/{batch_id:uuid}/hold": _STOP,
    "/batches/{batch_id:uuid}/label-runs": {"first": 1, "last": 2},
    "/batches/{batch_id:uuid}/labels": {"count": 1},
    "/batches/{batch_id:uuid}/labels/void": {"first": 1, "last": 1, "reason": "damaged"},
    "/batches/{batch_id:uuid}/labels/counts": {"used": 1},
    "/batches/{batch_id:uuid}/labels/reprint": {"lines": "1", "reason": "damaged"},
    "/batches/{batch_id:uuid}/recall": {**_STOP, "advice": "return"},
    "/batches/{batch_id:uuid}/release": _WHY,
    "/batches/{batch_id:uuid}/revoke": _STOP,
    "/batches/{batch_id:uuid}/seal": {},
    "/batches/{batch_id:uuid}/tests": {
        "test_id": "moisture", "value": "17", "unit": "g/100g", "by": "self", "tested_on": _DAY, "file_id": "<file>",
        "pooled": ["<batch>"],
    },
    "/batches/{batch_id:uuid}/waivers": {
        "gate": "batch.test_missing", "subject": "hmf", **_WHY, "file_id": "<file>",
    },
    "/waivers/{waiver_id:uuid}/approve": {},
    "/waivers/{waiver_id:uuid}/end": _WHY,
    "/boxes": {"producer": "<producer>"},
    "/boxes/{box_id:uuid}/put": {"lines": "1"},
    "/boxes/{box_id:uuid}/state": {"act": "close"},
    "/boxes/{box_id:uuid}/take": {"lines": "1"},
    "/certifications/{certification_id:uuid}/lifting": _WHY,
    "/certifications/{certification_id:uuid}/suspension": {**_STOP, "batches": ["<batch>"]},
    "/certifications/{certification_id:uuid}/withdrawal": {**_STOP, "batches": ["<batch>"]},
    "/findings/{finding_id:uuid}/deadline": {"due_on": "2026-12-01", **_WHY},
    "/findings/{finding_id:uuid}/dispute": _WHY,
    "/findings/{finding_id:uuid}/grade": {"grade": "minor", **_WHY},
    "/findings/{finding_id:uuid}/response": _RESPONSE,
    "/findings/{finding_id:uuid}/ruling": {"ruling": "remove", **_WHY},
    "/findings/{finding_id:uuid}/verification": {"accepted": True, **_WHY},
    "/labels/repack": {"batch": "<batch>", "lines": "2", "happened_on": _DAY, **_OPENED},
    "/labels/void": {"batch": "<batch>", "lines": "1", "reason": "lost"},
    "/organisations": {"name": "Otra Tienda", "kind": "shop"},
    "/organisations/{organisation_id:uuid}/gln": {"gln": "9520123456788"},
    "/people": {"name": "Persona Nueva"},
    "/people/{person_id:uuid}/links": {},
    "/people/{person_id:uuid}/roles": {"role": "auditor"},
    "/producers": {"trade_name": "Otra Miel", "commune": "Cochrane"},
    "/producers/{producer_id:uuid}/advice": {"given_on": _DAY, "note": "Prueba.", "by": "<person>"},
    "/producers/{producer_id:uuid}/agreement": {"version": "2", "terms_base64": _TERMS},
    "/producers/{producer_id:uuid}/book/intakes": {
        "material": "honey", "amount": "1", "unit": "kg", "happened_on": _DAY, "site_id": "<site>",
    },
    "/producers/{producer_id:uuid}/book/entries": {
        "kind": "lose", "happened_on": _DAY, "takes": [{"lot": "<lot>", "amount": "1", "unit": "g"}], **_WHY,
    },
    "/book/entries/{entry_id:uuid}/receipt": {"happened_on": _DAY},
    "/book/entries/{entry_id:uuid}/reversal": _WHY,
    "/batches/{batch_id:uuid}/explanations": {"text": "Se perdió un balde."},
    "/producers/{producer_id:uuid}/facts": {"facts": {"transhumance": True}},
    "/producers/{producer_id:uuid}/membership": {"action": "take_leave", **_WHY},
    "/producers/{producer_id:uuid}/permits": {"kind": "otro", "number": "1", "file_id": "<file>"},
    "/producers/{producer_id:uuid}/products": {
        "protocol_id": "miel", "name": {"es": "Otra"}, "net_content": "1 kg", "grams": 1000,
    },
    "/producers/{producer_id:uuid}/products/{product_id:uuid}/gtin": {"gtin": "07804520123453"},
    "/producers/{producer_id:uuid}/sites/{site_id:uuid}/gln": {"gln": "9520123456788"},
    "/producers/{producer_id:uuid}/relations": {
        "person_id": "<person>", "kind": "relative", "since": _DAY, "degree": 2,
    },
    "/producers/{producer_id:uuid}/representatives": {"person_id": "<person>"},
    "/producers/{producer_id:uuid}/sites": {"name": "Otro", "kind": "apiary", "commune": "Cochrane"},
    "/recalls": {"lots": ["<batch>"], **_STOP, "advice": "return", "drill": True},
    "/recalls/preview": {"lots": ["<batch>"]},
    "/recalls/{recall_id:uuid}/close": {"closing": "Nada."},
    "/recalls/{recall_id:uuid}/counts": {"place": "<organisation>", "lot": "<batch>", "found": 1},
    "/recalls/{recall_id:uuid}/told": {"place": "<organisation>", "note": "Por teléfono."},
    "/recalls/{recall_id:uuid}/words": {
        "language": "es", "text": "Texto.", "approved_by": "Dra. Soto", "approved_as": "Seremi de Salud",
    },
    "/returns": {"happened_on": _DAY, "lines": "1"},
    "/shipments": {"organisation_id": "<organisation>", "happened_on": _DAY, "lines": "1"},
    "/protocols": {"protocol": "miel", "version": "0.1.0"},
    "/protocols/clearances": {
        "version": "miel@0.1.0", "place": "MIEL-A01", "flag": "national_text", "name": "Ana", "note": "Ley 21.489",
    },
    "/protocols/drafts": {"protocol": "de_nadie", "version": "0.1.0"},
    "/protocols/drafts/{protocol_id:str}/{version:str}/revisions": {"files": {"overlay.yaml": "schema: x"}},
    "/protocols/drafts/{protocol_id:str}/{version:str}/upstream": {"to": "0.2.0"},
    "/protocols/proposals": {"protocol": "miel", "version": "0.1.0"},
    "/protocols/returns": {"protocol": "miel", "version": "0.1.0", **_WHY},
    "/protocols/withdrawals": {"protocol": "miel", "version": "0.1.0", **_WHY},
    "/protocols/{version_id:uuid}/checklist": {"facts": {}},
    "/rolls": {"size": 3},
    "/rolls/{roll_id:uuid}/allotments": {"first": 1, "last": 1, "producer": "<producer>"},
    "/rolls/{roll_id:uuid}/bindings": {"first": 1, "last": 1, "batch": "<batch>"},
    "/rolls/{roll_id:uuid}/void": {"first": 2, "last": 2, "reason": "lost"},
}  # fmt: skip
"""JSON bodies by the address after ``/api/v1``; each could be taken if what it names were one's own."""

_WHEN = {"given_on": _DAY, "note": "Prueba."}
FORMS: dict[str, dict[str, Any]] = {
    "/desk/audits": {
        "producer": "<producer>", "version": "<version>", "planned_for": _DAY, "kind": "initial",
        "auditors": ["<person>"], **_SCOPE,
    },
    "/desk/audits/{audit_id:uuid}/chapters/{chapter:str}": {
        "id.MIEL-A01": "<new>", "outcome.MIEL-A01": "compliant", "revises.MIEL-A01": "<answer>",
        "justification.MIEL-A01": "Otra vez.",
    },
    "/desk/audits/{audit_id:uuid}/conclude": {},
    "/desk/audits/{audit_id:uuid}/declaration": {"interest": "none"},
    "/desk/audits/{audit_id:uuid}/end": {"act": "abort.access_refused", **_WHY},
    "/desk/audits/{audit_id:uuid}/paper/{part:str}/{number:int}": {
        "filled_by": "<person>", "id.MIEL-A01": "<new>", "outcome.MIEL-A01": "compliant",
        "revises.MIEL-A01": "<answer>", "justification.MIEL-A01": "Otra vez.",
    },
    "/desk/audits/{audit_id:uuid}/start": {},
    "/desk/audits/{audit_id:uuid}/submit": {},
    "/desk/audits/{audit_id:uuid}/team": {"person": "<person>", "change": "assign"},
    "/desk/batches": {"producer": "<producer>", "product": "<product>", "site": "<site>", **_BATCH, "lot": "X-2"},
    "/desk/batches/{batch_id:uuid}/conditions": {"test_id": "hmf", "laboratory": "Austral", "sampled_on": _DAY},
    "/desk/batches/{batch_id:uuid}/discard": _WHY,
    "/desk/batches/{batch_id:uuid}/seal": {},
    "/desk/batches/{batch_id:uuid}/tests": {
        "test_id": "moisture", "value": "17", "unit": "g/100g", "by": "self", "tested_on": _DAY,
    },
    "/desk/batches/{batch_id:uuid}/waivers": {"gate": "batch.test_missing", "subject": "hmf", **_WHY},
    "/desk/batches/{batch_id:uuid}/{action:str}": {**_STOP, "advice": "return"},
    "/desk/waivers/{waiver_id:uuid}/approve": {},
    "/desk/waivers/{waiver_id:uuid}/end": _WHY,
    "/desk/batches/{batch_id:uuid}/explanations": {"text": "Se perdió un balde."},
    "/desk/batches/{batch_id:uuid}/origin": {},
    "/desk/book/entries/{entry_id:uuid}/receipt": {"happened_on": _DAY, "site": "<site>"},
    "/desk/book/entries/{entry_id:uuid}/return": {"happened_on": _DAY},
    "/desk/book/entries/{entry_id:uuid}/reversal": {"why": "Prueba."},
    "/desk/book/{producer_id:uuid}/in": {
        "kind": "harvest", "material": "honey", "amount": "1", "unit": "kg", "happened_on": _DAY, "site": "<site>",
    },
    "/desk/book/{producer_id:uuid}/out": {
        "act": "dispatch", "to": "organisation:<organisation>", "of_<lot>": "0,001", "happened_on": _DAY,
    },
    "/desk/certificates/{certification_id:uuid}/issue": {},
    "/desk/certificates/{certification_id:uuid}/{action:str}": _STOP,
    "/desk/decisions/{audit_id:uuid}/adjourn": {"adjourn_reason": "Prueba."},
    "/desk/decisions/{audit_id:uuid}/vote": {"choice": "refuse", **_WHY},
    "/desk/events": {},
    "/desk/findings/{finding_id:uuid}/deadline": {"due_on": "2026-12-01", "extend_reason": "Prueba."},
    "/desk/findings/{finding_id:uuid}/dispute": {"dispute_reason": "Prueba."},
    "/desk/findings/{finding_id:uuid}/grade": {"grade": "minor", "grade_reason": "Prueba."},
    "/desk/findings/{finding_id:uuid}/response": _RESPONSE,
    "/desk/findings/{finding_id:uuid}/ruling": {"ruling": "remove", "ruling_reason": "Prueba."},
    "/desk/findings/{finding_id:uuid}/verification": {"accepted": "yes", "verify_reason": "Prueba."},
    "/desk/labels/boxes": {"producer": "<producer>"},
    "/desk/labels/boxes/{box_id:uuid}/contents": {"lines": "1", "way": "put"},
    "/desk/labels/boxes/{box_id:uuid}/state": {"act": "close"},
    "/desk/labels/paper/formats/new": {
        **_PAPER, "name": "Otro", "label_width": "60", "label_height": "40", "template": "<template>",
    },
    "/desk/labels/paper/formats/{format_id:uuid}/retire": {},
    "/desk/labels/paper/templates/new": {
        "name": "Otra", "shape": "rect", "label_width": "60", "label_height": "40", "space": "24.5",
        "html": "{{symbol}}", "css": "p{}",
    },
    "/desk/labels/{batch_id:uuid}/runs": {"first": "1", "last": "2", "format": "a4-24", "start": "1"},
    "/desk/labels/runs/{run_id:uuid}/cancel": {},
    "/desk/labels/rolls": {"size": "3"},
    "/desk/labels/rolls/{roll_id:uuid}/allot": {"first": "1", "last": "1", "producer": "<producer>"},
    "/desk/labels/rolls/{roll_id:uuid}/void": {"from": "2", "to": "2", "void_reason": "lost"},
    "/desk/labels/void": {"batch": "<batch>", "lines": "1", "void_reason": "lost"},
    "/desk/labels/{batch_id:uuid}": {"count": "1"},
    "/desk/labels/{batch_id:uuid}/bind": {"roll": "<roll>", "first": "1", "last": "1"},
    "/desk/labels/{batch_id:uuid}/count": {"counted_on": _DAY, "used": "1", "spoiled": "0", "left_over": "0"},
    "/desk/labels/{batch_id:uuid}/repack": {"lines": "2", "happened_on": _DAY, **_OPENED},
    "/desk/labels/{batch_id:uuid}/reprint": {"lines": "1", "void_reason": "damaged"},
    "/desk/labels/{batch_id:uuid}/void": {"first": "1", "last": "1", "void_reason": "damaged"},
    "/desk/notices/{notice_id:uuid}/done": {},
    "/desk/organisations": {"name": "Otra Tienda", "kind": "shop"},
    "/desk/organisations/{organisation_id:uuid}/gln": {"gln": "9520123456788"},
    "/desk/producers/{producer_id:uuid}/products/{product_id:uuid}/gtin": {"gtin": "07804520123453"},
    "/desk/producers/{producer_id:uuid}/sites/{site_id:uuid}/gln": {"gln": "9520123456788"},
    "/desk/papers/{object_id:uuid}": {},
    "/desk/people": {"name": "Persona Nueva", "language": "es", "roles": ["auditor"]},
    "/desk/people/{person_id:uuid}/end": {},
    "/desk/people/{person_id:uuid}/link": {},
    "/desk/people/{person_id:uuid}/roles": {"role": "auditor", "change": "grant"},
    "/desk/producers": {"trade_name": "Otra Miel", "commune": "Cochrane", "language": "es"},
    "/desk/producers/{producer_id:uuid}/advice": {**_WHEN, "by": "<person>"},
    "/desk/producers/{producer_id:uuid}/agreement": {"version": "2", "terms": "Otros.", "accepted": "1"},
    "/desk/producers/{producer_id:uuid}/facts": {"fact.transhumance": "yes"},
    "/desk/producers/{producer_id:uuid}/membership": {
        "membership_action": "take_leave", "membership_reason": "Prueba.",
    },
    "/desk/producers/{producer_id:uuid}/permits": {
        "permit_kind": "other", "permit_kind_other": "otro", "permit_number": "1",
    },
    "/desk/producers/{producer_id:uuid}/products": {
        "name_es": "Otra", "protocol_id": "miel", "net_content": "1 kg", "grams": "1000",
    },
    "/desk/producers/{producer_id:uuid}/relations": {
        "relation_person": "<person>", "relation_kind": "relative", "relation_since": _DAY, "relation_degree": "2",
    },
    "/desk/producers/{producer_id:uuid}/representatives": {"person": "<person>", "change": "begin"},
    "/desk/producers/{producer_id:uuid}/sites": {
        "site_name": "Otro", "site_kind": "apiary", "site_commune": "Cochrane",
    },
    "/desk/protocols/drafts": {"protocol_id": "propio", "version": "0.1.0", "title": "Otro"},
    "/desk/protocols/drafts/{protocol_id:str}/{version:str}": {"file.overlay.yaml": "schema: x"},
    "/desk/protocols/drafts/{protocol_id:str}/{version:str}/check": {"file.overlay.yaml": "schema: x"},
    "/desk/protocols/drafts/{protocol_id:str}/{version:str}/sheet": {},
    "/desk/protocols/drafts/{protocol_id:str}/{version:str}/discard": {"discard_reason": "Prueba."},
    "/desk/protocols/drafts/{protocol_id:str}/{version:str}/upstream": {"to": "0.2.0"},
    "/desk/protocols/{protocol_id:str}/{version:str}/flags": {
        "flag": "MIEL-A02 national_text", "act": "clear", "name": "Ana", "note": "Ley 21.489",
    },
    "/desk/protocols/{protocol_id:str}/{version:str}/propose": {},
    "/desk/protocols/{protocol_id:str}/{version:str}/publish": {},
    "/desk/protocols/{protocol_id:str}/{version:str}/return": {"return_reason": "Prueba."},
    "/desk/protocols/{protocol_id:str}/{version:str}/withdraw": {"withdraw_reason": "Prueba."},
    "/desk/recalls": {**_STOP, "advice": "return", "cause": "lots", "lots": "<batch>", "drill": "1"},
    "/desk/recalls/look": {"cause": "lots", "lots": "<batch>"},
    "/desk/recalls/{recall_id:uuid}/close": {"closing": "Nada."},
    "/desk/recalls/{recall_id:uuid}/counts": {
        "where": "organisation", "place": "<organisation>", "lot": "<batch>", "found": "1", "destroyed": "0",
        "sold": "0",
    },
    "/desk/recalls/{recall_id:uuid}/told": {
        "where": "organisation", "place": "<organisation>", "reached": "yes", "note": "Por teléfono.",
    },
    "/desk/recalls/{recall_id:uuid}/words": {
        "language": "es", "text": "Texto.", "approved_by": "Dra. Soto", "approved_as": "Seremi de Salud",
    },
    "/desk/returns": {"happened_on": _DAY, "lines": "1"},
    "/desk/salir": {},
    "/desk/shipments": {"organisation": "<organisation>", "happened_on": _DAY, "lines": "1"},
    "/desk/sessions/{session_id:uuid}/end": {},
}  # fmt: skip
"""What the desk's forms send."""

QUERIES = {
    "/api/v1/audits": "producer", "/api/v1/batches": "producer", "/api/v1/certifications": "producer",
    "/api/v1/findings": "producer", "/desk/audits/new": "producer", "/desk/batches/new": "producer",
    "/api/v1/counts": "producer", "/desk/counts": "producer", "/desk/counts.csv": "producer",
}  # fmt: skip
"""Addresses that take an id after the question mark."""


@dataclass(frozen=True)
class Route:
    """One method of one private address, with its rule and what it is sent."""

    method: str
    path: str
    rule: Rule
    sent: Mapping[str, Any]
    action: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.action}".strip()

    @property
    def machine(self) -> bool:
        return self.path.startswith(MACHINES)

    @property
    def places(self) -> tuple[str, ...]:
        """Places of the address that name something, in order."""
        return tuple(re.findall(r"\{(\w+):uuid\}", self.path))

    @property
    def named(self) -> frozenset[str]:
        """Kinds of things that the body names."""
        return frozenset(re.findall(r"<(\w+)>", json.dumps(self.sent))) - {"new"}

    @property
    def paper(self) -> bool:
        """Makes a PDF, which takes its time."""
        return self.path.endswith((".pdf", "/sheet"))


def private_routes(app: Litestar) -> Iterator[Route]:
    """Every private address; one that is missing from the tables above fails here."""
    for path, handler in sorted(http_handlers(app), key=lambda found: found[0]):
        rule = rule_of(handler)
        assert rule is not None
        if rule.public:
            continue
        for method in sorted(handler.http_methods - {"OPTIONS"}):
            sent: Mapping[str, Any] = {}
            if method == "POST":
                table = BODIES if path.startswith(MACHINES) else FORMS
                short = path.removeprefix("/api/v1")
                assert short in table, f"say in tests/walks/asking.py what {path} is sent"
                sent = table[short]
            for action in ACTIONS.get(path, ("",)):
                yield Route(method, path, rule, sent, action)


@dataclass
class Asker:
    """A signed-in browser or program of one person, that asks with its own ids unless told otherwise."""

    browser: httpx.AsyncClient
    token: str
    own: Mapping[str, str]
    prefix: str

    async def ask(
        self, route: Route, *, places: Mapping[str, str] | None = None, named: Mapping[str, str] | None = None,
        query: str = "", key: str = "",
    ) -> httpx.Response:  # fmt: skip
        """Ask ``route``; ``places`` (by name of the place) and ``named`` (by kind) replace one's own ids."""
        path = re.sub(r"\{(\w+):\w+\}", lambda found: self._place(found[1], route, places or {}), route.path)
        sent = _filled(route.sent, {**self.own, **(named or {}), "new": str(uuid4())})
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/json" if route.machine else "text/html",
        }
        key = key or str(uuid4())
        given: dict[str, Any] = {}
        if route.method == "POST" and route.machine:
            headers["Idempotency-Key"] = key
            given = {"json": sent} if sent else {}
        elif route.method == "POST":
            given = {"data": {**sent, "_once": key}}
        return await self.browser.request(
            route.method, f"{self.prefix}{path}{query}", headers=headers, follow_redirects=False, **given
        )

    def _place(self, name: str, route: Route, places: Mapping[str, str]) -> str:
        if name == "action":
            return route.action
        if name in places:
            return places[name]
        return WORDS[name] if name in WORDS else self.own[PLACES[name]]


def _filled(sent: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(sent, dict):
        return {_filled(name, ids): _filled(value, ids) for name, value in sent.items()}
    if isinstance(sent, list):
        return [_filled(value, ids) for value in sent]
    return re.sub(r"<(\w+)>", lambda found: ids[found[1]], sent) if isinstance(sent, str) else sent


_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SECRET = re.compile(r'(name="_(?:csrf|once)" value=")[^"]*')
_LINK = re.compile(r"/entrar/[\w-]{20,}")
Look = tuple[int, str, str, str]


def look_of(answer: httpx.Response) -> Look:
    """What somebody outside can tell of an answer: all but ids, form tokens and new links."""
    text = answer.text if "pdf" not in answer.headers.get("content-type", "") else f"{len(answer.content)} bytes"
    hidden: Callable[[str], str] = lambda found: _LINK.sub("/entrar/LINK", _SECRET.sub(r"\1X", _UUID.sub("ID", found)))  # noqa: E731
    return (
        answer.status_code,
        answer.headers.get("content-type", ""),
        hidden(answer.headers.get("location", "")),
        hidden(text),
    )


def nothing() -> str:
    """An id that nobody has."""
    return str(UUID(int=uuid4().int))
