"""The only place that knows HTTP statuses: an error becomes a problem document (RFC 9457) or a page in words."""

from __future__ import annotations

import json
import logging
import secrets
from http import HTTPStatus
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from seal.errors import (
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
    NotOffered,
    Reason,
    Refused,
    SealError,
    SignInNeeded,
    Unavailable,
)
from seal.web import context, render

PROBLEM_JSON = "application/problem+json"
_FOR_PROGRAMS = (
    "/log/",
    "/status/",
    "/credentials/",
    "/presentations/",
    "/register/",
    "/bundle",
    "/.well-known/",
    "/epcis/",
)
_log = logging.getLogger("seal.web")

_STATUS: tuple[tuple[type[SealError], HTTPStatus], ...] = (
    (BadInput, HTTPStatus.BAD_REQUEST),
    (SignInNeeded, HTTPStatus.UNAUTHORIZED),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (NotOffered, HTTPStatus.NOT_ACCEPTABLE),
    (Conflict, HTTPStatus.CONFLICT),
    (Refused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)
_KIND = {
    HTTPStatus.BAD_REQUEST: "bad_input",
    HTTPStatus.UNAUTHORIZED: "sign_in_needed",
    HTTPStatus.FORBIDDEN: "not_allowed",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method",
    HTTPStatus.NOT_ACCEPTABLE: "not_offered",
    HTTPStatus.CONFLICT: "conflict",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UNPROCESSABLE_ENTITY: "refused",
    HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
}


def status_of(error: SealError | type[SealError]) -> int:
    """The HTTP status of an error or of a class of errors."""
    kind = error if isinstance(error, type) else type(error)
    return next((int(status) for family, status in _STATUS if issubclass(kind, family)), 500)


def document(request: Request[Any, Any, Any], status: int, reasons: tuple[Reason, ...]) -> dict[str, Any]:
    """The body of a problem document; ``type`` points into the page that lists every code."""
    t = context.translator_of(request)
    sentences = [t.reason(reason) for reason in reasons]
    return {
        "type": f"/api/docs#{reasons[0].code}",
        "title": t(f"web.problem.{_kind(status)}"),
        "status": status,
        "detail": " ".join(sentences),
        "reasons": [
            {"code": reason.code, "sentence": sentence, "params": dict(reason.params)}
            for reason, sentence in zip(reasons, sentences, strict=True)
        ],
    }


def wants_json(request: Request[Any, Any, Any]) -> bool:
    """Machines: everything under ``/api``, whoever asks for JSON before HTML, and at an address that only programs read
    whoever does not ask for HTML."""
    path = request.scope["path"]
    if path.startswith("/api/"):
        return True
    accept = request.headers.get("accept", "")
    return "text/html" not in accept and ("json" in accept or path.startswith(_FOR_PROGRAMS))


def answer(request: Request[Any, Any, Any], status: int, reasons: tuple[Reason, ...]) -> Response[Any]:
    """A problem document for machines; for people a page, or the way to the sign-in page."""
    headers = {"Cache-Control": "no-store"}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="seal"'
    if wants_json(request) or status == HTTPStatus.NOT_ACCEPTABLE:  # who takes no page of ours is a machine
        body = json.dumps(document(request, status, reasons), ensure_ascii=False).encode()
        return Response(body, status_code=status, media_type=PROBLEM_JSON, headers=headers)
    if status == HTTPStatus.UNAUTHORIZED and request.method == "GET":
        return render.to(request, "/entrar", headers=headers)
    t = context.translator_of(request)
    return render.page(
        request,
        "web/problem.html",
        status=status,
        headers=headers,
        title=t(f"web.problem.{_kind(status)}"),
        sentences=[t.reason(reason) for reason in reasons],
    )


def _kind(status: int) -> str:
    try:
        return _KIND.get(HTTPStatus(status), "unknown" if status >= 500 else "bad_input")
    except ValueError:
        return "unknown"


def on_seal_error(request: Request[Any, Any, Any], error: SealError) -> Response[Any]:
    return answer(request, status_of(error), error.reasons)


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Litestar's own refusals: no such address, a body that cannot be read, a body that is too large."""
    status = error.status_code
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        reasons = tuple(
            Reason("web.field", {"field": str(fault.get("key") or "body"), "fault": str(fault.get("message", ""))})
            for fault in error.extra
            if isinstance(fault, dict)
        )
        if reasons:
            return answer(request, int(HTTPStatus.BAD_REQUEST), reasons)
    if status >= 500:
        return on_unknown_error(request, error)
    return answer(request, status, (Reason(f"web.{_kind(status)}"),))


def on_unknown_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A fault of ours: the log gets everything, the reader gets a number to quote and nothing else."""
    number = secrets.token_hex(4)
    _log.error("unknown error %s at %s %s", number, request.method, request.scope["path"], exc_info=error)
    return answer(request, int(HTTPStatus.INTERNAL_SERVER_ERROR), (Reason("web.unknown", {"number": number}),))


HANDLERS: dict[Any, Any] = {
    SealError: on_seal_error,
    HTTPException: on_http_error,
    Exception: on_unknown_error,
}
