"""A plain list of the API's operations and of every problem code: no script, nothing from elsewhere."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from seal.web import context, render
from seal.web.policy import Public, policy

_METHODS = ("get", "post", "put", "patch", "delete")


@policy(Public)
@get("/api/docs", sync_to_thread=True)
def show(request: Request[Any, Any, Any]) -> Response[str]:
    """What ``/api/openapi.json`` says, for reading."""
    paths: dict[str, dict[str, Any]] = request.app.openapi_schema.to_schema()["paths"]
    operations = [
        (method.upper(), path, item[method].get("summary", ""), item[method].get("description", ""))
        for path, item in sorted(paths.items())
        for method in _METHODS
        if method in item
    ]
    errors = sorted(context.translator_of(request).catalogue.errors.items())
    return render.page(request, "web/docs.html", operations=operations, errors=errors)
