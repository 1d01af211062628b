"""A browser as far as a player needs one: cookies, forms, and patience.

Every answer may be lost. A page is asked for again until it comes; a form is sent again
with the same key until the service answers.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

from service.faults.history import Attempt, Told
from service.faults.lines import BROKEN, Line

_PAUSE = 0.02
_REDIRECT = 303
Fields = list[tuple[str, str]]


class StuckError(Exception):
    """The service did not answer, however often it was asked."""


@dataclass(slots=True)
class Entry:
    """One field of a form; ``options`` are the values of a choice, by their order."""

    name: str
    kind: str
    value: str = ""
    example: str = ""
    options: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Form:
    """A form of a page: where it goes and its fields by name."""

    action: str
    entries: dict[str, Entry] = field(default_factory=dict)

    def plain(self) -> Fields:
        """Return what a browser sends when nobody touches the form."""
        sent: Fields = []
        for each in self.entries.values():
            if each.kind in {"checkbox", "radio"}:
                sent += [(each.name, value) for value in each.checked]
            elif each.kind != "button":
                sent.append((each.name, each.value))
        return sent


_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_TAG = re.compile(
    r"<(input|select|option|button|textarea)\b([^>]*)>"
    r'|<p class="hint" id="([^"]+)-goi-y">([^<]*)'
)
_PART = re.compile(r'([\w-]+)(?:="([^"]*)")?')


def _parts(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _PART.findall(text)}


def forms_on(page: str) -> Iterator[Form]:
    """Yield the forms of a page, as far as a player fills them in."""
    for head, body in _FORM.findall(page):
        told = _parts(head)
        yield Form(told.get("action", ""), _entries(body))


def _entries(body: str) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    hints: dict[str, str] = {}
    select: Entry | None = None
    for tag, text, field_, hint in _TAG.findall(body):
        if field_:
            hints[field_] = unescape(hint.partition("Ví dụ:")[2].strip())
            continue
        told = _parts(text)
        name, value = told.get("name", ""), told.get("value", "")
        if tag == "option" and select is not None:
            if "selected" in told or not select.options:
                select.value = value
            select.options.append(value)
        elif name:
            kind = told.get("type", "text") if tag == "input" else tag
            entry = entries.setdefault(name, Entry(name, kind, value))
            entry.example = hints.get(name, "")
            if kind in {"checkbox", "radio"}:
                entry.options.append(value)
                entry.checked += [value] if "checked" in told else []
            select = entry if tag == "select" else None
    return entries


def form_to(page: str, action: str) -> Form | None:
    """Return the form of a page that goes to an address."""
    return next((form for form in forms_on(page) if form.action == action), None)


@dataclass(slots=True)
class Answer:
    """What came back: the page, its status, and where a redirect leads."""

    status: int
    text: str
    where: str


@dataclass(slots=True)
class Browser:
    """One person's browser: one connection, kept alive, and the cookies."""

    port: int
    gate: asyncio.Semaphore | None = None
    patience: float = 300
    cookies: dict[str, str] = field(default_factory=dict)
    _line: Line = field(init=False)

    def __post_init__(self) -> None:
        self._line = Line(self.port, self.gate)

    async def close(self) -> None:
        """Close its connection."""
        self._line.close()

    async def get(self, path: str) -> Answer:
        """Return a page, asked for until it comes; redirects are followed."""
        for _ in range(6):
            answer = await self._patiently(path)
            if answer.status != _REDIRECT:
                return answer
            path = answer.where
        raise StuckError(path)

    async def _patiently(self, path: str) -> Answer:
        until = asyncio.get_running_loop().time() + self.patience
        while asyncio.get_running_loop().time() < until:
            try:
                return await self._ask(self._line, "GET", path, {}, b"")
            except BROKEN:
                await asyncio.sleep(_PAUSE)
        raise StuckError(path)

    async def once(
        self, path: str, fields: Fields, line: Line | None = None
    ) -> Answer | None:
        """Send a form once; None when no answer came."""
        body = urlencode(fields).encode()
        kind = {"content-type": "application/x-www-form-urlencoded"}
        try:
            return await self._ask(line or self._line, "POST", path, kind, body)
        except BROKEN:
            return None

    async def _ask(
        self, line: Line, method: str, path: str, more: Mapping[str, str], body: bytes
    ) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = await line.ask(method, path, {"cookie": cookies, **more}, body)
        for told in answer.headers("set-cookie"):
            name, _, value = told.partition(";")[0].partition("=")
            self.cookies[name] = value
        where = next(iter(answer.headers("location")), "")
        return Answer(answer.status, answer.body.decode(), where)

    async def until_answered(
        self,
        path: str,
        fields: Fields,
        attempts: list[Attempt],
        line: Line | None = None,
    ) -> Answer:
        """Send a form again and again with the same key; note every attempt.

        ``line`` is another connection than its own, for what is sent at once.
        """
        until = asyncio.get_running_loop().time() + self.patience
        while asyncio.get_running_loop().time() < until:
            attempt = Attempt()
            attempts.append(attempt)
            answer = await self.once(path, fields, line)
            if answer is not None:
                attempt.status, attempt.where = answer.status, answer.where
                attempt.told = told_by(answer)
                if attempt.told != "broken":
                    return answer
            await asyncio.sleep(_PAUSE)
        raise StuckError(path)


def told_by(answer: Answer) -> Told:
    """Return what an answer to a form means."""
    if answer.status == _REDIRECT:
        return "proposed" if answer.where.startswith("/can-bo/duyet/") else "done"
    if answer.status >= 500:
        return "broken"
    return "stale" if answer.status == 409 else "refused"
