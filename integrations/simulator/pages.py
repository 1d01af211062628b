"""The pages on which somebody acts as a simulated office: what came, what to say."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import BaseRoute, Route

from integrations.messages import Message, OfficeMessage
from integrations.simulator.behaviour import Plan
from integrations.simulator.forms import (
    VIETNAM,
    About,
    Form,
    forms_of,
    problems_of,
    suggested,
    words,
)
from integrations.simulator.wire import SimulatedOffice, bounded
from integrations.twin import Saying

_HERE = Path(__file__).parent / "templates"
_MOST_SHOWN = 100
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    # With "no-referrer" a browser would not say that a form is our own.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

Rows = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Came:
    """Something that the office received, as the page shows it."""

    key: str
    title: str
    case: str
    at: str
    rows: Rows


def operator_pages(office: SimulatedOffice) -> tuple[BaseRoute, ...]:
    """Return the pages of an office; they work without any script."""
    desk = _Desk(office)
    return (
        Route("/", desk.home, methods=["GET"]),
        Route("/ho-so", desk.case, methods=["GET"]),
        Route("/noi", desk.form, methods=["GET"]),
        Route("/noi", _from_here(desk.say), methods=["POST"]),
        Route("/tu-do", desk.free, methods=["GET"]),
        Route("/tu-do", _from_here(desk.say_freely), methods=["POST"]),
        Route("/bao", _from_here(desk.report), methods=["POST"]),
        Route("/cach-cu-xu", desk.conduct, methods=["GET"]),
        Route("/cach-cu-xu", _from_here(desk.change), methods=["POST"]),
        Route("/office.css", _style, methods=["GET"]),
    )


@dataclass(frozen=True, slots=True)
class _Desk:
    office: SimulatedOffice

    async def home(self, request: Request) -> Response:
        """Show what came in and what was said, the newest first."""
        del request
        came = list(self._came())[::-1][:_MOST_SHOWN]
        cases = {each.case: each for each in reversed(came) if each.case}
        return self._page(
            "home.html",
            cases=list(cases.values())[::-1],
            others=[each for each in came if not each.case],
            money=[e for e in forms_of(self.office.name).values() if e.kind is None],
            reports=self._reports(),
            said=self._told(list(self.office.twin.said.values())[::-1][:_MOST_SHOWN]),
        )

    async def case(self, request: Request) -> Response:
        """Show what came about one case, and what can be said about it."""
        code = request.query_params.get("ma", "").strip()
        if not code:
            return RedirectResponse("/", 303)
        said = tuple(self.office.twin.said.values())
        return self._page(
            "case.html",
            code=code,
            came=[each for each in self._came() if each.case == code],
            said=self._told([each for each in said if each.message.case == code]),
            forms=list(forms_of(self.office.name).values()),
        )

    async def form(self, request: Request) -> Response:
        """Show the form for one kind of message; money may come without a case."""
        form = forms_of(self.office.name).get(request.query_params.get("loai", ""))
        code = request.query_params.get("ma", "").strip()
        if form is None or (form.kind is not None and not code):
            return RedirectResponse("/", 303)
        typed = suggested(form, self.office, self._newest(code))
        typed |= {"id": self._new_id(), "ma": code}
        return self._form(form, typed, {})

    async def say(self, request: Request) -> Response:
        """Say what was typed, once however often the form is sent."""
        typed = await _typed(request)
        form = forms_of(self.office.name).get(typed.get("loai", ""))
        if form is None:
            return RedirectResponse("/", 303)
        newest = self._newest(typed.get("ma", ""))
        about = About(
            typed.get("id", ""),
            typed.get("ma", ""),
            self.office.twin.clock(),
            int(getattr(newest, "revision", 0)),
        )
        try:
            form.say(self.office, about, typed)
        except ValidationError as error:
            return self._form(form, typed, problems_of(form, error))
        return _to_case(about.case)

    async def free(self, request: Request) -> Response:
        """Show the form for any event and facts, for what no other form can say."""
        typed = {"id": self._new_id(), "ma": request.query_params.get("ma", "")}
        return self._page("free.html", typed=typed, problem="")

    async def say_freely(self, request: Request) -> Response:
        """Say any event with any facts."""
        typed = await _typed(request)
        try:
            message = OfficeMessage.model_validate(
                {
                    "id": typed.get("id", ""),
                    "case": typed.get("ma", ""),
                    "event": typed.get("event", ""),
                    "facts": json.loads(typed.get("facts") or "{}"),
                    "revision": typed.get("revision") or 0,
                    "sent_at": self.office.twin.clock(),
                }
            )
        except ValueError as error:
            return self._page("free.html", 422, typed=typed, problem=str(error))
        self.office.twin.say(message)
        return _to_case(message.case)

    async def report(self, request: Request) -> Response:
        """Report what became of a text, where the office is one of texts."""
        typed = await _typed(request)
        if typed.get("became") in self._reports():
            self.office.port.report(typed.get("khoa", ""), typed["became"])
        return RedirectResponse("/", 303)

    def _reports(self) -> Mapping[str, str]:
        """Return what the office may report of a text, and in which words."""
        reports: Mapping[str, str] = words()["reports"]
        return reports if hasattr(self.office.port, "report") else {}

    async def conduct(self, request: Request) -> Response:
        """Show how the office behaves and what of it has happened."""
        del request
        plan = self.office.conduct.plan.model_dump(mode="json", exclude_defaults=True)
        return self._conduct(yaml.safe_dump(plan, sort_keys=False), "")

    async def change(self, request: Request) -> Response:
        """Let the office behave in another way from now on."""
        typed = await _typed(request)
        wrong, text = self._wrong(), typed.get("plan", "")
        if wrong is not None and typed.get("wrong") in list(type(wrong)):
            self.office.port.wrong = type(wrong)(typed["wrong"])
        try:
            plan = Plan.model_validate(yaml.safe_load(text) or {})
        except (ValidationError, yaml.YAMLError) as error:
            return self._conduct(text, str(error))
        self.office.conduct.change(plan)
        return RedirectResponse("/cach-cu-xu", 303)

    def _conduct(self, text: str, problem: str) -> Response:
        return self._page(
            "conduct.html",
            422 if problem else 200,
            text=text,
            problem=problem,
            deeds=words()["deeds"],
            counts=self.office.conduct.counts,
            wrong=self._wrong(),
        )

    def _wrong(self) -> StrEnum | None:
        """Return how an office with faults of its own misbehaves now."""
        wrong: StrEnum | None = getattr(self.office.port, "wrong", None)
        return wrong

    def _form(
        self, form: Form, typed: Mapping[str, str], problems: Mapping[str, str]
    ) -> Response:
        status = 422 if problems else 200
        return self._page(
            "form.html", status, form=form, typed=typed, problems=problems
        )

    def _page(self, template: str, status: int = 200, **context: object) -> Response:
        shown = words()["offices"][self.office.name]
        html = _environment().get_template(template).render(office=shown, **context)
        return HTMLResponse(html, status, _HEADERS)

    def _new_id(self) -> str:
        return f"{self.office.name}-{secrets.token_hex(8)}"

    def _told(self, said: list[Saying]) -> list[dict[str, str]]:
        """Return what was said as the page shows it."""
        forms = forms_of(self.office.name)
        return [
            {
                "case": each.message.case,
                "what": _called(each.message, forms),
                "at": _hour(each.at),
                "delivered": _hour(each.delivered_at) if each.delivered_at else "",
            }
            for each in said
        ]

    def _newest(self, case: str) -> Message | None:
        seen = reversed(tuple(self.office.twin.seen.values())) if case else ()
        return next((each for each in seen if _case_of(each) == case), None)

    def _came(self) -> Iterator[Came]:
        twin = self.office.twin
        for key, message in tuple(twin.seen.items()):
            kind = type(message).__name__
            yield Came(
                key,
                words()["received"].get(kind, kind),
                _case_of(message),
                _hour(twin.kept[key].at),
                [
                    (words()["fields"].get(name, name), _shown(value))
                    for name, value in message.model_dump(mode="json").items()
                    if value not in (None, "", [], {})
                ],
            )


def _called(message: OfficeMessage, forms: Mapping[str, Form]) -> str:
    """Return what a message of the office is called."""
    if message.what in forms:
        return f"{forms[message.what].label} {message.said.get('number', '')}".strip()
    if message.kind == "delivery":
        became = str(message.said.get("delivery"))
        return f"{words()['reports'].get(became, became)}: {message.said.get('key')}"
    if message.kind == "payment":
        sums = {form.status: form.label for form in forms.values() if not form.kind}
        label = sums.get(str(message.said.get("status", "")), "")
        return f"{label}: {message.voucher}".removeprefix(": ")
    return message.event or message.voucher


def _case_of(message: BaseModel) -> str:
    return str(getattr(message, "case_code", "") or getattr(message, "code", ""))


def _hour(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(_shown(each) for each in value)
    if isinstance(value, dict):
        named = words()["fields"]
        parts = ((named.get(k, k), v) for k, v in value.items() if v not in (None, ""))
        return "; ".join(f"{name}: {_shown(each)}" for name, each in parts)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 10_000:
        return f"{value:,}".replace(",", ".")
    if isinstance(value, str) and _DAY.fullmatch(value):
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    return str(words()["values"].get(str(value), value))


def _to_case(code: str) -> Response:
    return RedirectResponse(f"/ho-so?{urlencode({'ma': code})}", 303)


async def _typed(request: Request) -> dict[str, str]:
    raw = await bounded(request)
    pairs = parse_qsl((raw or b"").decode("utf-8", "replace"), keep_blank_values=True)
    return dict(pairs)


def _from_here(
    endpoint: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """Refuse a form that a page of another site sends."""

    async def checked(request: Request) -> Response:
        origin = request.headers.get("origin", "")
        if origin and urlsplit(origin).netloc != request.headers.get("host"):
            return PlainTextResponse("a form of another site", 403)
        return await endpoint(request)

    return checked


async def _style(request: Request) -> Response:
    del request
    return FileResponse(_HERE / "office.css", media_type="text/css")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["named"] = lambda name: words()["fields"].get(name, name)
    return made
