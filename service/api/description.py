"""What may be asked of this service and how, as OpenAPI: for programs and for fuzzers.

The framework describes what it can read from the routes. Pages read their forms
themselves, and the door of the offices its raw message: that is said here.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from integrations.webhooks import ID, SIGNATURE, TIMESTAMP
from service.errors import NotFoundError
from service.web import csrf
from service.web.dependencies import DeskDep

PATH = "/api/v1/openapi.json"
_FORM = "application/x-www-form-urlencoded"
_CALLBACKS = "/api/v1/callbacks/"
_WORDS: dict[str, object] = {"type": "string"}
_A_FORM: dict[str, object] = {
    "type": "object",
    "description": (
        "The fields of the form as its page shows them, with the token of the visit."
    ),
    "properties": {csrf.FIELD: _WORDS},
    "required": [csrf.FIELD],
    "additionalProperties": _WORDS,
}
_A_MESSAGE: dict[str, object] = {
    "type": "object",
    "description": "One signed message of an office; docs/exchange.md has its shapes.",
    "properties": {
        "id": _WORDS,
        "case": _WORDS,
        "what": _WORDS,
        "said": {"type": "object"},
        "sent_at": {"type": "string", "format": "date-time"},
    },
    "required": ["id"],
}
_REFUSED = {"4XX": {"description": "Refused, with a sentence that says why."}}
_A_PAGE = {"description": "A page, a paper, or the way to the next page."}

router = APIRouter()


@router.get(PATH, name="description")
def show_description(request: Request, desk: DeskDep) -> Response:
    """Describe every route; an installation that serves people tells nobody.

    There ``dat openapi`` prints the same for whoever runs it.
    """
    if desk.settings.environment != "demo":
        raise NotFoundError("page", PATH)
    return JSONResponse(describe(request.app))


@router.get("/openapi.json", name="description_by_habit")
def where_programs_look(request: Request) -> Response:
    """Lead programs on that try the usual address first."""
    return RedirectResponse(request.url_for("description"))


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI description of the whole application as JSON data."""
    told = app.openapi()
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            operation["responses"] |= _REFUSED
            if not path.startswith("/api/"):
                operation["responses"]["200"] = _A_PAGE
            if method == "post" and "requestBody" not in operation:
                _describe_body(path, operation)
    return told


def _describe_body(path: str, operation: dict[str, Any]) -> None:
    of_office = path.startswith(_CALLBACKS)
    kind, schema = ("application/json", _A_MESSAGE) if of_office else (_FORM, _A_FORM)
    operation["requestBody"] = {"required": True, "content": {kind: {"schema": schema}}}
    if of_office:
        operation.setdefault("parameters", []).extend(
            {"name": name, "in": "header", "required": True, "schema": _WORDS}
            for name in (ID, TIMESTAMP, SIGNATURE)
        )
