"""What a browser is told at the edge, and what it can send that it should not."""

import re

import pytest
from starlette.testclient import TestClient

from service.main import SECURITY_HEADERS, create_app
from service.web import cookies
from service.web.formats import shown_as
from tests.access.matrix import rows
from tests.access.test_guards import by_https, furthest

ELSEWHERE = "https://evil.example"
# What a browser is told of the letters of a text.
LETTERS = re.compile(r"charset=utf-8", re.IGNORECASE)
TEXTS = ("text/", "application/javascript", "application/xml")
LOGOUT = 'action="/dang-xuat"'
PRINTED = (".pdf", "/qr", "/ve.svg", "/nhac")
# A sample of the routes, for what one part of the program does for all of them.
SOME = rows()[::15]
# A blank form is a paper in a frame of the page about it, not a page.
PAPER = "GET /quan-tri/bieu-mau/{package}/{name}/to-trong"


@pytest.fixture(scope="module")
def answers(made_world):
    """Return what whoever comes furthest reads on each route but printed papers."""
    world, kept = made_world
    kept.again()
    found = {}
    for row in rows():
        if row.method == "GET" and not row.path.endswith(PRINTED):
            actor, thing = furthest(row)
            where = world.address(row.path, getattr(world, thing))
            found[row.route] = actor, world.asks(actor, "GET", where)
    return found


def policy():
    """Return the directives of the policy of pages, each with what it lets in."""
    told = SECURITY_HEADERS["Content-Security-Policy"]
    return {name: rest for name, *rest in map(str.split, told.split(";"))}


def test_a_page_loads_and_runs_only_what_is_ours(answers):
    told = policy()
    assert told["default-src"] == ["'none'"]
    for closed in ("object-src", "base-uri", "frame-ancestors"):
        assert told[closed] == ["'none'"], closed
    for open_ in ("script-src", "style-src", "connect-src", "form-action"):
        assert told[open_] == ["'self'"], open_
    assert told["img-src"] == ["'self'", "data:"]
    loaded = re.compile(
        r"<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)=\"(\S+?)\""
    )
    for route, (_, answer) in answers.items():
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        for where in loaded.findall(answer.text):
            assert where.startswith(("/", "data:")), (route, where)
            assert not where.startswith("//"), (route, where)


def test_no_script_stands_in_a_page(answers):
    """Neither a script nor a style nor a handler: the policy would not run them."""
    seen = 0
    for route, (_, answer) in answers.items():
        kind = answer.headers.get("content-type", "")
        if not kind.startswith("text/html") or route == PAPER:
            continue
        seen += 1
        assert not re.search(r"<script\b(?![^>]*\bsrc=)", answer.text), route
        assert not re.search(r"<[^>]+\son[a-z]+=\"", answer.text), route
        assert not re.search(r"<[^>]+\sstyle=\"", answer.text), route
        assert "javascript:" not in answer.text, route
    assert seen > 50


def test_every_answer_with_a_body_says_its_type_and_its_letters(answers, world):
    for name in ("dat.css", "desk.js", "nothing.js"):
        answers = answers | {name: ("nobody", world.client.get(f"/tinh/{name}"))}
    for route, (_, answer) in answers.items():
        kind = answer.headers.get("content-type", "")
        if not answer.content:
            continue
        assert kind, route
        if kind.startswith(TEXTS):
            assert LETTERS.search(kind), (route, kind)


def test_pages_of_people_are_kept_by_nobody(answers):
    for route, (_, answer) in answers.items():
        if not route.startswith("GET /tinh"):
            assert answer.headers["cache-control"] == "no-store", route


def test_every_page_behind_a_sign_in_has_the_way_out(answers):
    seen = 0
    for route, (actor, answer) in answers.items():
        page = answer.headers.get("content-type", "").startswith("text/html")
        known = actor not in {"nobody", "office"}
        if answer.status_code == 200 and page and known and route != PAPER:
            assert LOGOUT in answer.text, (route, actor)
            seen += 1
    assert seen > 30


def test_no_other_site_may_read_an_answer(world):
    for row in SOME:
        where = world.address(row.path, world.own)
        world.client.cookies.clear()
        asked = {"origin": ELSEWHERE, "access-control-request-method": row.method}
        for method in ("OPTIONS", "GET"):
            answer = world.client.request(method, where, headers=asked)
            told = [
                name for name in answer.headers if name.startswith("access-control")
            ]
            assert told == [], row.route
            if method == "OPTIONS":
                assert answer.status_code in {404, 405}, row.route


def test_methods_that_nobody_needs_are_refused(world):
    for row in SOME:
        where = world.address(row.path, world.own)
        for method in ("TRACE", "PUT", "PATCH", "DELETE"):
            answer = world.client.request(method, where)
            assert answer.status_code in {404, 405}, (method, row.route)


def test_no_folder_and_no_description_is_shown(world):
    client = TestClient(create_app(by_https(world.desk)), base_url="https://testserver")
    for where in (
        "/tinh/", "/tinh/jsqr/", "/openapi.json", "/docs", "/redoc",
        "/.git/HEAD", "/.env", "/tinh/../pyproject.toml",
    ):  # fmt: skip
        answer = client.get(where)
        assert answer.status_code == 404, where
        assert "desk.js" not in answer.text, where


def test_no_form_is_sent_by_reading(answers):
    """A form that is sent by GET only asks; it carries no token, and needs none."""
    for route, (_, answer) in answers.items():
        if answer.headers.get("content-type", "").startswith("text/html"):
            for form in re.findall(r"<form\b.*?</form>", answer.text, re.DOTALL):
                posts = 'method="post"' in form.partition(">")[0]
                assert posts == ('name="csrf"' in form), route


def test_https_holds_for_a_year_and_below_the_host(world):
    client = TestClient(create_app(by_https(world.desk)), base_url="https://testserver")
    for where in ("/", "/nothing", "/tinh/dat.css", "/livez"):
        told = client.get(where).headers["strict-transport-security"]
        most, *more = (each.strip() for each in told.split(";"))
        assert int(most.removeprefix("max-age=")) >= 365 * 24 * 60 * 60
        assert more == ["includeSubDomains"]


def test_every_cookie_is_kept_from_other_sites_and_from_scripts(world, answers):
    given = [
        line for _, answer in answers.values()
        for line in answer.headers.get_list("set-cookie")
    ]  # fmt: skip
    world.client.cookies.clear()
    given += world.client.get("/ngon-ngu/en").headers.get_list("set-cookie")
    given += world.client.get("/mo-lai").headers.get_list("set-cookie")
    assert len({line.partition("=")[0] for line in given}) > 1
    for line in given:
        told = {each.strip().lower() for each in line.split(";")}
        assert {"httponly", "samesite=lax"} <= told, line
        assert not any(each.startswith("domain=") for each in told), line


def test_no_page_gives_the_session_away(world, answers):
    for route, (actor, answer) in answers.items():
        token = world.tokens.get(actor)
        if token:
            assert token not in answer.text, route


def test_nobody_is_sent_to_another_site(world):
    """Whoever comes in or goes on is led to a page of ours, whatever a form says."""
    evil = "//evil.example/x"
    page = world.client.get("/mo-lai", params={"ma": world.own.code})
    form = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
    known = {"csrf": form, "ma": world.own.code, "so": world.own.pin}
    for name in ("toi", "to", "next", "ve"):
        told = known | {name: evil}
        answer = world.client.post(f"/mo-lai?{name}=https:{evil}", data=told)
        assert answer.headers["location"].startswith("/ho-so/"), name
    for where in ("/ngon-ngu/en", "/dang-nhap/vneid/ve", "/viec-cua-toi"):
        asked = dict.fromkeys(("ve", "toi", "next", "state"), f"https:{evil}")
        for more in ({}, {"referer": f"https:{evil}"}):
            answer = world.client.get(where, params=asked, headers=more)
            there = answer.headers.get("location", "/")
            assert there.startswith("/"), where
            assert not there.startswith("//"), where


def test_a_field_that_comes_twice_or_in_the_address_tricks_nobody(world):
    """The token is read from the form; a second field adds nothing to the first."""
    where = world.address("/ho-so/{code}/quyen/dong-may-khac", world.own)
    cookie = {"cookie": world.cookies("resident")}
    world.client.cookies.clear()
    for fields, address in (
        ([], f"{where}?csrf={world.form}"),
        ([("csrf", world.form), ("csrf", "0" * 64)], where),
        ([("csrf", world.form[:32]), ("csrf", world.form[32:])], where),
    ):
        body = "&".join(f"{name}={value}" for name, value in fields)
        kind = {"content-type": "application/x-www-form-urlencoded"}
        answer = world.client.post(address, content=body, headers=cookie | kind)
        assert answer.status_code == 403, address


def test_the_name_of_a_download_cannot_break_its_header():
    told = shown_as('a"\r\nSet-Cookie: x=1; Giấy/..\\%00', "application/pdf")
    assert told.startswith("inline; filename*=UTF-8''")
    name = told.partition("''")[2]
    assert re.fullmatch(r"[A-Za-z0-9._~%/-]+", name)


def test_the_names_of_cookies_say_that_they_go_by_https(world):
    settings = by_https(world.desk).settings
    assert cookies.named(settings, "x") == "__Host-x"
    assert cookies.named(settings, "x", "/luyen-tap") == "__Secure-x"


def test_typed_text_is_shown_as_it_was_typed(world):
    trick = "<b>x</b>\"'><script>1</script>{{ 7*7 }}"
    world.client.cookies.clear()
    for where in ("/mo-lai?ma", "/viec?tim"):
        path, _, name = where.partition("?")
        answer = world.client.get(path, params={name: trick})
        assert "<script>1" not in answer.text
        assert "<b>x</b>" not in answer.text
    form = world.form
    world.client.cookies.clear()
    answer = world.client.post(
        "/dang-nhap",
        data={"csrf": form, "ten": trick, "mat-khau": "x"},
        headers={"cookie": world.cookies("nobody")},
    )
    assert answer.status_code == 401
    assert "&lt;b&gt;x&lt;/b&gt;" in answer.text
    assert "{{ 7*7 }}" in answer.text
