"""What guards every answer and every act: headers, tokens, cookies, sessions."""

import re
from dataclasses import replace

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from service.main import BY_ITSELF, NO_PAGE, SECURITY_HEADERS, create_app
from service.web import csrf
from service.web.desks import SESSION
from tests.access.matrix import rows
from tests.access.walking import FORBIDDEN, NOT_FOUND, OK, SIGN_IN, word_for

# Signed with the key of an office; no browser comes here with somebody's cookie.
SIGNED = "POST /api/v1/callbacks/{office}"
# Who is in no room to practise in leaves none: nothing is done.
LEFT = "POST /luyen-tap/thoat"
ACTS = [
    row for row in rows() if row.method == "POST" and row.route not in {SIGNED, LEFT}
]
FOREIGN = (
    {"origin": "https://evil.example"},
    {"origin": "https://testserver.evil.example"},
    {"origin": "http://localhost"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
)


def furthest(row):
    """Return who comes furthest with this act, and with which thing."""
    for word in (OK, NOT_FOUND):
        for thing in row.expected:
            for actor in row.who(word, thing):
                return actor, thing
    return "resident" if row.path.startswith("/ho-so") else "clerk", "own"


@pytest.mark.parametrize("row", ACTS, ids=[row.route for row in ACTS])
def test_no_act_is_done_without_the_token_or_from_elsewhere(world, row):
    actor, thing = furthest(row)
    where = world.address(row.path, getattr(world, thing))

    assert world.posts(actor, where, form="").status_code == 403
    assert world.posts(actor, where, form="0" * 64).status_code == 403
    for headers in FOREIGN:
        assert world.posts(actor, where, headers=headers).status_code == 403, headers


def test_a_form_of_ours_is_taken_whatever_the_browser_tells_of_it(world):
    where = world.address("/ho-so/{code}/quyen/dong-may-khac", world.own)
    for headers in (
        {"origin": "null", "sec-fetch-site": "same-origin"},
        {"origin": "http://testserver"},
        {"origin": world.desk.settings.base_url},
        {},
    ):
        answer = world.posts("resident", where, headers=headers)
        assert answer.status_code == 303, headers


@pytest.mark.parametrize("environment", ["demo", "production"])
def test_every_answer_carries_what_guards_a_page(world, monkeypatch, environment):
    client = world.client
    if environment == "production":
        client = TestClient(
            create_app(by_https(world.desk)),
            base_url="https://testserver",
            raise_server_exceptions=False,
            follow_redirects=False,
        )
    client.cookies.clear()
    met = set()
    for row in rows():
        where = world.address(row.path, world.own)
        answer = client.request(row.method, where)
        met.add(answer.status_code)
        kind = answer.headers.get("content-type", BY_ITSELF[0])
        guards = SECURITY_HEADERS | ({} if kind.startswith(BY_ITSELF) else NO_PAGE)
        for name, value in guards.items():
            assert answer.headers.get(name) == value, (row.route, name)
        told = "strict-transport-security" in answer.headers
        assert told == (environment == "production"), row.route
    assert {200, 303, 401, 403, 404} <= met

    def breaks(*_args, **_more):
        raise RuntimeError("a secret of the code")

    monkeypatch.setattr("service.web.everybody.public.page", breaks)
    broken = client.get("/chua-ro-viec")
    assert broken.status_code == 500
    assert "secret" not in broken.text
    assert "Traceback" not in broken.text
    for name, value in SECURITY_HEADERS.items():
        assert broken.headers.get(name) == value, name


def by_https(desk):
    """Return the desk of an installation that people reach by https."""
    settings = desk.settings.model_copy(
        update={
            "environment": "production",
            "secure_cookies": True,
            "base_url": "https://testserver",
            "secret_key": SecretStr("s" * 40),
        }
    )
    return replace(desk, settings=settings)


def test_by_https_every_cookie_is_bound_to_the_host_by_its_name(world):
    client = TestClient(create_app(by_https(world.desk)), base_url="https://testserver")
    page = client.get("/mo-lai")
    form = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
    sent = {"csrf": form, "ma": world.own.code, "so": world.own.pin}
    client.post("/mo-lai", data=sent, follow_redirects=False)
    client.get("/ngon-ngu/en", follow_redirects=False)
    assert set(client.cookies) == {
        "__Host-dat_visit",
        "__Host-dat_session",
        "__Host-dat_lang",
    }
    assert client.get(f"/ho-so/{world.own.code}").url.path.startswith("/ho-so")
    shown = client.get("/dung-giup")
    form = re.search(r'name="csrf" value="([^"]+)"', shown.text)[1]
    left = client.post("/dang-xuat", data={"csrf": form}, follow_redirects=False)
    for told in left.headers.get_list("set-cookie"):
        assert told.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/"} <= set(told.split("; "))


def test_a_cookie_that_a_neighbour_planted_under_the_old_name_opens_nothing(world):
    client = TestClient(
        create_app(by_https(world.desk)),
        base_url="https://testserver",
        follow_redirects=False,
    )
    client.cookies.set(SESSION, world.tokens["clerk"])
    assert word_for(client.get("/can-bo")) == SIGN_IN


# --- sessions -------------------------------------------------------------------------


def test_nobody_is_signed_in_by_a_session_that_was_laid_under_him(world):
    """The id before the sign-in opens nothing afterwards, and is another one."""
    client = TestClient(create_app(world.desk), follow_redirects=False)
    client.cookies.set(SESSION, "planted")
    page = client.get("/mo-lai")
    form = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
    mark = client.cookies[csrf.VISIT]
    sent = {"csrf": form, "ma": world.own.code, "so": world.own.pin}
    answer = client.post("/mo-lai", data=sent)
    given = answer.cookies[SESSION]
    assert given != "planted"
    assert len(given) >= 22  # 128 bits and more
    client.cookies.clear()
    client.cookies.set(SESSION, "planted")
    client.cookies.set(csrf.VISIT, mark)
    assert word_for(client.get(f"/ho-so/{world.own.code}")) == SIGN_IN


def test_a_cookie_that_was_signed_out_opens_nothing_any_more(world):
    where = f"/ho-so/{world.own.code}"
    assert word_for(world.asks("resident", "GET", where)) == OK
    world.asks("resident", "POST", "/dang-xuat")
    assert word_for(world.asks("resident", "GET", where)) == SIGN_IN
    assert word_for(world.asks("resident", "POST", f"{where}/kiem-tra")) == SIGN_IN


def test_another_duty_and_another_office_hold_at_the_next_request(world):
    case = f"/can-bo/ho-so/{world.own.names['case']}"
    assert word_for(world.asks("clerk", "GET", case)) == OK
    change = world.desk.database.transaction
    with change() as uow:
        elsewhere = {"office_id": "construction-66"}
        uow.people.change_account(world.ids["clerk"], **elsewhere)
    assert word_for(world.asks("clerk", "GET", case)) == FORBIDDEN
    with change() as uow:
        uow.people.change_account(world.ids["administrator"], kind="helper")
    assert word_for(world.asks("administrator", "GET", "/quan-tri")) == FORBIDDEN


def test_the_end_of_a_helpers_session_of_help_holds_at_the_next_request(world):
    where = f"/ho-so/{world.own.code}"
    assert word_for(world.asks("helper", "GET", where)) == OK
    ends = f"{where}/nho-giup/{world.own.names['consent_id']}/dung"
    assert world.asks("resident", "POST", ends).status_code == 303
    assert word_for(world.asks("helper", "GET", where)) == FORBIDDEN
