"""A judged credential as VC-API answers it, with a problem detail (RFC 9457) for each broken rule.

    {"verified": false, "checks": ["proof", "dataModel", "validity", "status"],
     "problemDetails": [{"type": "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR",
                         "title": …, "detail": …, "code": "foreign.issuer", "pointer": "/issuer"}],
     "warnings": [the same form], "errors": [as problemDetails, for older callers],
     "issuer": …, "verificationMethod": …, "keySource": "did_key | handed_in | this_server",
     "credentialStatus": [{"statusPurpose", "statusListCredential", "status", "message"}]}

A ``status`` of null is one that was not read. Presentations add ``credentialResults``, in their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from seal.foreign.faults import Fault
from seal.foreign.status import Status
from seal.foreign.verifying import Asked, Judged
from seal.web.i18n import Translator


def credential(judged: Judged, asked: Asked, t: Translator) -> dict[str, Any]:
    """The answer for a credential."""
    return {**_common(judged, asked, t), "credentialStatus": [_status(one) for one in judged.statuses]}


def presentation(judged: Judged, asked: Asked, t: Translator) -> dict[str, Any]:
    """The answer for a presentation; its problems hold those of its credentials."""
    return {
        **_common(judged, asked, t),
        "credentialResults": [credential(one, asked, t) for one in judged.credentials],
    }


def refused(faults: Iterable[Fault], t: Translator) -> dict[str, Any]:
    """The answer for a request of which nothing could be read."""
    details = [detail(fault, t) for fault in faults]
    return {"verified": False, "checks": [], "problemDetails": details, "warnings": [], "errors": details}


def _common(judged: Judged, asked: Asked, t: Translator) -> dict[str, Any]:
    details = [detail(fault, t) for fault in judged.faults]
    wanted = {"validity": asked.validity, "status": asked.status}
    answer: dict[str, Any] = {
        "verified": judged.verified,
        "checks": ["proof", "dataModel", *(name for name, on in wanted.items() if on)],
        "problemDetails": details,
        "warnings": [detail(fault, t) for fault in judged.warnings],
        "errors": details,
    }
    if judged.key is not None:
        answer["issuer"] = judged.key.controller
        answer["verificationMethod"] = judged.key.method
        answer["keySource"] = judged.key.source.value
    return answer


def detail(fault: Fault, t: Translator) -> dict[str, Any]:
    """One problem detail; ``title`` says the kind, ``detail`` the rule and the remedy."""
    return {
        "type": fault.kind.value,
        "title": t(f"foreign.kind.{fault.kind.name.lower()}"),
        "detail": t.reason(fault.reason),
        "code": fault.reason.code,
        "pointer": fault.pointer,
    }


def _status(one: Status) -> dict[str, Any]:
    return {
        "statusPurpose": one.purpose,
        "statusListCredential": one.list_address,
        "status": one.value,
        "message": one.message,
    }
