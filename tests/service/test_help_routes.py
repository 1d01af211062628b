"""After the end a helper sees nothing: every route that names a matter is walked."""

import re

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from service.auth.sessions import sign_in
from service.main import ROUTERS, create_app
from service.usecases.helpers.ask_consent import ask_access
from service.usecases.helpers.give_consent import end_consent
from service.usecases.helpers.helping import Wish
from service.usecases.matter.answer_question import answer
from service.web.desks import SESSION
from tests.factories import PASSWORD, a_helper, filed
from tests.service.test_sign_in import an_account

NAME, NUMBER = "Y Bí Mật Niê", "066181000056"
# Whoever has a code may see where it stands, without a name; these say no more.
PUBLIC = frozenset({"follow", "reopen", "language"})
METHODS = ("GET", "POST")


@pytest.fixture
def closed(desk):
    """A case whose resident let a helper in and took the leave back."""
    gift = filed(desk)
    answer(desk, gift.citizen, gift.code, "party[hoa].full_name", NAME)
    answer(desk, gift.citizen, gift.code, "party[hoa].person_id", NUMBER)
    helper = a_helper(desk, gift.citizen, gift.code, ["fill", "submit"])
    with desk.database.reading() as uow:
        (consent,) = uow.people.consents("66", matter_id=gift.citizen.matter_id)
        documents = uow.records.documents("66", uow.cases.by_code(gift.case).id)
    end_consent(desk, gift.citizen, consent.id)
    wish = Wish("papers", ("fill",), 60)
    request = ask_access(desk, helper, code=gift.code, wish=wish, key=None)
    values = {
        "code": gift.code,
        "case_code": gift.case,
        "case": gift.case,
        "matter": gift.code,
        "step_id": "register_gift",
        "step": "register_gift",
        "form_id": "F-CHANGE",
        "form": "F-CHANGE",
        "party": "hoa",
        "key": "land.area_m2",
        "consent_id": consent.id,
        "request_id": request,
        "document_id": documents[0].id if documents else "none",
        "act": "giay",
    }
    return gift, values


def routes():
    for route in (each for router in ROUTERS for each in router.routes):
        if isinstance(route, APIRoute) and "{" in route.path:
            for method in METHODS:
                if method in route.methods:
                    yield method, route


def test_no_route_shows_or_changes_anything_after_the_end(desk, closed):
    gift, values = closed
    client = TestClient(create_app(desk), follow_redirects=False)
    client.cookies.set(SESSION, sign_in(desk, "lan", PASSWORD).token)
    form = re.search(r'name="csrf" value="([^"]+)"', client.get("/ho-tro").text)[1]
    with desk.database.reading() as uow:
        before = uow.matters.facts("66", gift.citizen.matter_id)

    walked = open_anyway = 0
    for method, route in routes():
        names = re.findall(r"{(\w+)(?::\w+)?}", route.path)
        path = re.sub(
            r"{(\w+)(?::\w+)?}", lambda m: values.get(m[1], "none"), route.path
        )
        data = {"csrf": form, "tra-loi": "250", "ngay": "2026-11-25", "dong-y": "1"}
        answered = client.request(method, path, data=data if method == "POST" else None)
        walked += 1
        assert NAME not in answered.text, (method, path)
        assert NUMBER not in answered.text, (method, path)
        assert answered.status_code < 500, (method, path)
        about = set(names) & {"code", "case_code", "case", "matter", "document_id"}
        if not about or route.name in PUBLIC:
            continue
        open_anyway += answered.status_code == 200
        led_to = answered.headers.get("location", "")
        assert answered.status_code >= 300, (method, path)
        assert not led_to.startswith((f"/ho-so/{gift.code}", "/can-bo/")), path

    assert walked > 60
    assert open_anyway == 0
    with desk.database.reading() as uow:
        assert uow.matters.facts("66", gift.citizen.matter_id) == before


def test_the_refusal_says_what_to_do_in_plain_words(desk, closed):
    gift, _ = closed
    client = TestClient(create_app(desk))
    client.cookies.set(SESSION, sign_in(desk, "lan", PASSWORD).token)

    answered = client.get(f"/ho-so/{gift.code}")

    assert answered.status_code == 403
    assert "hỏi lại bà con" in answered.text
    assert 'href="/ho-tro"' in answered.text


def test_the_title_of_a_page_with_an_error_begins_with_a_word_of_its_own(desk):
    client = TestClient(create_app(desk))
    form = re.search(r'name="csrf" value="([^"]+)"', client.get("/dung-giup").text)[1]
    refused = client.post("/dung-giup", data={"csrf": form, "so": "GY-1"})
    assert refused.status_code == 422
    assert "<title>Lỗi: Dừng giúp" in refused.text


def test_everything_that_misses_when_a_resident_is_added_is_said_at_once(desk):
    an_account(desk)
    client = TestClient(create_app(desk))
    client.cookies.set(SESSION, sign_in(desk, "lan", PASSWORD).token)
    page = client.get("/ho-tro/them").text
    form = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    refused = client.post("/ho-tro/them", data={"csrf": form})
    assert refused.status_code == 422
    for field in ("muc-tieu", "viec", "de-lam", "phut"):
        assert f'href="#{field}"' in refused.text
