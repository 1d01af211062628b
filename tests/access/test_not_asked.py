"""What nobody asked for has no effect: more fields with a form, a look at a link."""

import re
from collections import Counter
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
import segno
from sqlalchemy import select

from service.api.description import describe
from service.persistence.tables.columns import metadata
from service.persistence.tables.messages import message
from service.web import csrf
from tests.access.asking import as_pattern
from tests.access.matrix import rows
from tests.access.walking import OK
from tests.access.world import _TAKES_FILES, ACTORS
from tests.factories import PROVINCE
from tests.hostile.forms import Form, Page

JSON_DOOR = "/api/v1/"
# What would weigh most if a door took it.
DANGEROUS = {
    "tenant_id": "99", "account_id": "administrator", "owner_id": "administrator",
    "office_id": "tax", "kind": "administrator", "role": "administrator",
    "duties": "sign", "state": "done", "verified": "true", "version": "99",
}  # fmt: skip
MOST_FIELDS = 400  # more of them are not read at all
# What may be written about a form that is refused: that it was tried, and a look.
COUNTED = {"throttle", "access_log"}
_ONCE = re.compile(r"\$argon2\S+")  # the same number is never hashed alike
_NO_DOSSIERS = {"package_edition"}


def stored(world):
    """Return all rows of the store, as they can be read."""
    with world.desk.database.engine.connect() as connection:
        return {
            table.name: Counter(
                _ONCE.sub("", repr(tuple(row)))
                for row in connection.execute(select(table))
            )
            for table in metadata.sorted_tables
            if table.name not in _NO_DOSSIERS
        }


def changed(before, after):
    return {
        name: (after[name] - before[name], before[name] - after[name])
        for name in after
        if after[name] != before[name]
    }


@pytest.fixture(scope="module")
def walked(made_world):
    """Return every page as somebody reads it, and the text of every QR on the way."""
    world, kept = made_world
    kept.again()
    pages, marked, draw = [], [], segno.make_qr
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            segno,
            "make_qr",
            lambda text, **how: marked.append(text) or draw(text, **how),
        )
        for row in rows():
            reads = [each for each in ACTORS if each in row.who(OK)]
            if row.method != "GET" or not reads or "/tinh/" in row.path:
                continue
            actor = next((each for each in reads if each != "nobody"), "nobody")
            where = world.address(row.path, world.own)
            pages.append((actor, where, world.asks(actor, "GET", where)))
    return pages, marked


def shown_forms(pages):
    """Yield every form of a page with who may send it, by its route."""
    doors = {row.path: as_pattern(row.path) for row in rows() if row.method == "POST"}
    for actor, where, page in pages:
        if not page.headers.get("content-type", "").startswith("text/html"):
            continue
        for form in Page(where, page.text).forms:
            address = form.action.partition("?")[0]
            for path, pattern in doors.items() if form.method == "post" else ():
                if pattern.fullmatch(address):
                    yield path, actor, form


def doors(world, pages):
    """Return by route who sends which form: as a page shows it, else the bare one."""
    found = {}
    for path, actor, form in shown_forms(pages):
        found.setdefault(path, (actor, form))
    for row in rows():
        may = row.who(OK)
        if row.method == "POST" and may and not row.path.startswith(JSON_DOOR):
            where = world.address(row.path, world.own)
            files = bool(_TAKES_FILES.search(where))
            found.setdefault(row.path, (may[0], Form(where, "post", files)))
    return found


def sent(world, actor, form, more):
    """Send a form as its page has it, and more with it."""
    address, _, named = form.action.partition("?")
    token = {csrf.FIELD: world.form}
    body = dict(more) | dict(parse_qsl(named)) | form.filled("một chữ") | token
    assert len(body) < MOST_FIELDS
    files = [("anh", ("", b""))] if form.files else None
    world.client.cookies.clear()
    headers = {"cookie": world.cookies(actor)}
    answer = world.client.post(address, data=body, files=files, headers=headers)
    assert answer.status_code < 500, address


def columns():
    """Return the name of every column of the store, as a field nobody asks for."""
    return {
        column.name: "1" for table in metadata.sorted_tables for column in table.columns
    }


def like(effect):
    """Return how many rows of which tables changed."""
    return {name: (len(new), len(gone)) for name, (new, gone) in effect.items()}


def test_no_form_takes_what_it_does_not_show(world, kept, walked):
    found = doors(world, walked[0])
    chance = world.desk.ids._random  # the same names in every round
    start, wrong, did = chance.getstate(), [], 0
    kept.again()
    before = stored(world)

    def effect_of(actor, form, more=()):
        kept.again()
        chance.setstate(start)
        sent(world, actor, form, more)
        return changed(before, stored(world))

    for path, (actor, form) in found.items():
        does = effect_of(actor, form)
        more = DANGEROUS if form.files else columns() | DANGEROUS
        effect = effect_of(actor, form, more)
        did += bool(does.keys() - COUNTED)
        if effect == does or not effect.keys() - COUNTED:
            continue
        # What the same form writes anew each time, such as a sum, is no effect of more.
        again = effect_of(actor, form)
        steady = [name for name in does if does[name] == again.get(name)]
        if like(effect) != like(does) or any(
            effect[name] != does[name] for name in steady
        ):
            wrong.append((path, actor, does, effect))
    print(f"{len(found)} doors, {did} of them changed something")  # noqa: T201
    assert [each[0] for each in wrong] == [], wrong
    forms = {row.path for row in rows() if row.method == "POST" and row.who(OK)}
    assert found.keys() >= {each for each in forms if not each.startswith(JSON_DOOR)}
    assert did > 40


def test_every_door_for_json_describes_that_it_takes_nothing_else(world):
    """The messages of offices are read by themselves: see test_callbacks."""
    told = describe(world.client.app)
    named = told["components"]["schemas"]
    seen = []
    for path, operations in told["paths"].items():
        for operation in operations.values():
            body = operation.get("requestBody", {}).get("content", {})
            if "application/json" in body and "/callbacks/" not in path:
                wanted = [body["application/json"]["schema"]]
                while wanted:
                    schema = wanted.pop()
                    told_of = re.findall(r"'#/components/schemas/(\w+)'", str(schema))
                    wanted += [named[each] for each in told_of]
                    if schema.get("type") == "object":
                        seen.append(path)
                        assert schema["additionalProperties"] is False, path
    assert len(seen) == 2


# --- a program that looks at a link before anybody opens it ---------------------------

# How the fetchers that preview links call themselves.
BOTS = ("facebookexternalhit/1.1", "ZaloPC-win32-24v", "Googlebot/2.1", "")
LINK = re.compile(r"https?://[^\s\"'<>]+")
# What every page may lay down: the mark that binds the forms of one visit.
MAY_LAY = {csrf.VISIT}


def shared(world, pages, marked):
    """Return every address of ours that a page, a paper or a QR gives to pass on."""
    ours, found = world.desk.settings.base_url, set(marked)
    for _, _, page in pages:
        if page.headers.get("content-type", "").startswith("text/"):
            found |= set(LINK.findall(unescape(page.text)))
    return sorted({each.removeprefix(ours) for each in found if each.startswith(ours)})


def told_of_people(world):
    """Return what was told of the people of both matters, and their helpers."""
    with world.desk.database.reading() as uow:
        facts = [
            fact
            for thing in (world.own, world.other)
            for fact in uow.matters.facts(PROVINCE, thing.citizen.matter_id)
        ]
    people = {
        str(each.value)
        for each in facts
        if each.key.startswith("party[") and isinstance(each.value, str)
    }
    return {each for each in people if len(each) > len("hoa")} | {"0912009977"}


def test_a_program_that_previews_links_changes_nothing_and_learns_nobody(
    world, kept, walked
):
    links, people = shared(world, *walked), told_of_people(world)
    print(*links, sep="\n")  # noqa: T201  what was looked at is part of the answer
    kept.again()
    before, wrong = stored(world), []
    for link in links:
        for bot in BOTS:
            world.client.cookies.clear()
            page = world.client.get(link, headers={"user-agent": bot})
            laid = {name for name in page.cookies if name not in MAY_LAY}
            learned = [each for each in people if each in page.text]
            if laid or learned or "og:" in page.text or page.status_code >= 500:
                wrong.append((link, page.status_code, laid, learned))
    assert wrong == []
    assert changed(before, stored(world)) == {}
    ways = {urlsplit(each).path for each in links}
    assert {"/tra-cuu", "/mo-lai"} <= ways


def test_no_message_leads_anywhere(world):
    with world.desk.database.engine.connect() as connection:
        texts = list(connection.execute(select(message)).mappings())
    assert texts
    for each in texts:
        assert not re.search(r"https?:|www\.|\w/\w", each["text"]), each["text"]
