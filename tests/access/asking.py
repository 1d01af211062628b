"""Asks every route what nobody would ask: by its description, as anybody."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from service.api.description import describe
from tests.access.matrix import rows
from tests.access.walking import OK

# What forms and addresses are often broken with.
NASTY = (
    "", " ", "\x00", "\r\n", "\u202e", "\ufeff", "9" * 400, "a" * 5000, "-1", "0",
    "1e999", "NaN", "Infinity", "2026-02-30", "9999-12-31", "0001-01-01",
    "2026-11-30T25:00", "１２３", "½", "{{7*7}}", "<script>", "';--",
    "%s%n", "../../etc", "null", "true", "[]", "{}", "party[hoa].full_name",
    "party[].x", "DAT-", "0905123456", "🏠" * 90,
)  # fmt: skip
LEAKS = re.compile(
    rb"Traceback|sqlalchemy|psycopg|sqlite3|site-packages"
    rb"|File (?:&#34;|\")|SELECT .+ FROM"
)
_NO_TEMPLATES = {"/tinh/jsqr/{file}", "/tinh/{file}"}


class Forms(HTMLParser):
    """The forms of one page: where each is sent, and its fields with their values."""

    def __init__(self, page):
        super().__init__()
        self.page, self.found, self._field = page, [], None

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            action = (told.get("action") or self.page).partition("?")[0]
            self.found.append((told.get("method", "get").lower(), action, {}))
        name = told.get("name")
        if tag in {"input", "select", "textarea", "button"} and self.found and name:
            self._field = self.found[-1][2].setdefault(name, set())
            self._field.add(told.get("value") or "")
        if tag == "option" and self._field is not None:
            self._field.add(told.get("value") or "")


def as_pattern(path):
    """Return what an address of a route looks like."""
    parts = re.split(r"({\w+(?::\w+)?})", path)
    kinds = [".+" if part.endswith(":path}") else "[^/]+" for part in parts]
    return re.compile(
        "".join(
            kind if part.startswith("{") else re.escape(part)
            for part, kind in zip(parts, kinds, strict=True)
        )
    )


def fields_of_pages(world):
    """Return by route what its form sends, as every page of everybody shows it."""
    posts = {row.path: as_pattern(row.path) for row in rows() if row.method == "POST"}
    found = {}
    for row in rows():
        may = row.who(OK) if row.method == "GET" else ()
        if not may or row.path in _NO_TEMPLATES:
            continue
        where = world.address(row.path, world.own)
        for actor in {may[0], may[-1]}:
            page = world.asks(actor, "GET", where)
            if "text/html" not in page.headers.get("content-type", ""):
                continue
            forms = Forms(where.partition("?")[0])
            forms.feed(page.text)
            for method, action, fields in forms.found:
                for path, pattern in posts.items() if method == "post" else ():
                    if pattern.fullmatch(action):
                        kept = found.setdefault(path, {})
                        for name, values in fields.items():
                            kept.setdefault(name, set()).update(values)
    return found


def described(world):
    """Return the description of the service, with the fields that its pages show."""
    told = describe(world.client.app)
    seen = fields_of_pages(world)
    for path, operations in told["paths"].items():
        body = operations.get("post", {}).get("requestBody", {}).get("content", {})
        for kind in list(body) if path in seen else ():
            fields = {name: _field(values) for name, values in seen[path].items()}
            body[kind] = {
                "schema": {
                    "type": "object",
                    "properties": fields,
                    "required": sorted(fields)[: len(fields) // 2],
                    "additionalProperties": {"type": "string"},
                }
            }
    return told


def _field(values):
    real = sorted(values)
    return {"anyOf": [{"enum": real}, {"type": "string"}, {"enum": list(NASTY)}]}


@dataclass
class Tally:
    """What was asked, what was answered, and what must never be."""

    answers: Counter = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def cases(self):
        return self.answers.total()


def ask_everything(world, kept, *, cases, start=0):
    """Ask every operation of the description its share of cases; return the tally."""
    schema = schemathesis.openapi.from_dict(described(world))
    may = {row.route: row.who(OK) for row in rows()}
    operations = [found.ok() for found in schema.get_all_operations()]
    tally = Tally()
    while tally.cases < cases:
        # What can be asked in a few ways only is asked less often.
        share = -(-(cases - tally.cases) // len(operations))
        start += 1
        for operation in operations:
            kept.again()
            route = f"{operation.method.upper()} {operation.path}"
            actors = sorted({"nobody", *may[route], *may[route][:1] * 9})
            _ask(world, operation, actors, share, start, tally)
    return tally


def _ask(world, operation, actors, share, start, tally):
    @seed(start)
    @settings(
        max_examples=share,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def asks(data):
        case = data.draw(operation.as_strategy())
        actor = data.draw(st.sampled_from(actors))
        path = _path(world, operation, case, data)
        answer = _send(world, actor, path, case)
        tally.answers[answer.status_code] += 1
        if answer.status_code >= 500 or LEAKS.search(answer.content):
            tally.broken.append(
                f"{answer.status_code} {case.method} {path!r} {actor} {case.query!r}"
                f" {case.headers!r} {case.body!r}"
            )

    asks()


def _path(world, operation, case, data):
    real = data.draw(st.sampled_from([True, True, True, False]))
    if real:
        thing = data.draw(st.sampled_from([world.own, world.own, world.other]))
        return world.address(operation.path, thing).partition("?")[0]
    return re.sub(
        r"{(\w+)(?::\w+)?}",
        lambda part: quote(
            str((case.path_parameters or {}).get(part[1], "x")), safe=""
        ),
        operation.path,
    )


def _send(world, actor, path, case):
    """Send a case as the browser or program of an actor, mostly with its token."""
    world.client.cookies.clear()
    headers = {
        str(name): re.sub(r"[^\x20-\x7e]", "", str(value)).strip()
        for name, value in (case.headers or {}).items()
    }
    headers |= {"cookie": world.cookies(actor), "x-dat-form": world.form}
    query = case.query or None
    if case.method.upper() == "GET":
        return world.client.get(path, params=query, headers=headers)
    if case.media_type == "application/json":
        return world.client.post(
            path, json=_plain(case.body), params=query, headers=headers
        )
    body = case.body if isinstance(case.body, dict) else {"x": str(case.body)}
    fields = {str(name): _words(value) for name, value in body.items()}
    return world.client.post(
        path, data=fields | {"csrf": world.form}, params=query, headers=headers
    )


def _plain(body):
    return None if type(body).__name__ == "NotSet" else body


def _words(value):
    return [str(each) for each in value] if isinstance(value, list) else str(value)
