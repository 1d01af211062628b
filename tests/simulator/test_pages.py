"""Somebody acts as an office on its page, in a plain browser without any script."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import httpx2
import pytest

from integrations.kinds import OFFICES
from integrations.messages import PaymentOrder, TextMessage
from integrations.messaging.wire import MAIL
from integrations.payment.wire import ORDER
from integrations.simulator.forms import forms_of
from integrations.tax.wire import SEND_SLIP
from tests.simulator.conftest import PATIENCE
from tests.simulator.test_twin import SLIP

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def opened(client, path):
    answer = httpx2.get(
        client.line.address + path, follow_redirects=True, timeout=PATIENCE
    )
    assert "Thử nghiệm: đây là cơ quan giả" in answer.text
    return answer.text


def typed_on(page):
    """Return what stands in the fields of a form, as a browser would send it."""
    radios = re.findall(r'type="radio" name="(\w+)" value="(\d)" checked', page)
    fields = re.findall(r'id="o-\w+" name="(\w+)"[^>]*? value="([^"]*)"', page)
    areas = re.findall(r'name="(\w+)"[^>]*>([^<]*)</textarea>', page)
    return dict(HIDDEN.findall(page) + radios + fields + areas)


def sent(client, path, typed, **headers):
    return httpx2.post(
        client.line.address + path, data=typed, headers=headers, timeout=PATIENCE
    )


def test_a_sheet_that_came_in_is_shown_and_answered_by_a_notice(an_office):
    with an_office(auto=False) as (office, client):
        client.call(SEND_SLIP, SLIP, key="slip-1")
        assert "HS-1" in opened(client, "/")
        case = opened(client, "/ho-so?ma=HS-1")
        assert "Loại: Lệ phí trước bạ; Người nộp: receiver; Số tiền: 3.000.000" in case
        taken_up = typed_on(opened(client, "/noi?ma=HS-1&loai=taken_up"))
        assert (taken_up["asks_levy"], taken_up["debt_requested"]) == ("0", "0")
        form = opened(client, "/noi?ma=HS-1&loai=notice")
        typed = typed_on(form)
        assert typed["lines"].strip() == "registration_fee; receiver; 3000000"
        typed["lines"] = "registration_fee; receiver; 2.500.000"
        for _ in range(2):
            answer = sent(client, "/noi", typed)
            assert answer.headers["location"] == "/ho-so?ma=HS-1"
        assert "Chưa ai nhận" in opened(client, "/ho-so?ma=HS-1")
    (saying,) = office.twin.waiting()
    assert (saying.message.case, saying.message.what) == ("HS-1", "notice")
    assert saying.message.said["number"] == typed["number"] != ""
    assert saying.message.said["lines"][0]["amount"] == 2500000


def test_what_cannot_be_said_is_shown_at_its_field_and_nothing_typed_is_lost(an_office):
    with an_office(auto=False) as (office, client):
        client.call(SEND_SLIP, SLIP, key="slip-1")
        typed = typed_on(opened(client, "/noi?ma=HS-1&loai=notice"))
        typed |= {"lines": "registration_fee; receiver; nhiều", "payee": "<Kho bạc>"}
        answer = sent(client, "/noi", typed)
        assert answer.status_code == 422
        assert 'id="sai-lines"' in answer.text
        assert "&lt;Kho bạc&gt;" in answer.text
        assert office.twin.waiting() == ()
        again = typed_on(answer.text)
        assert again["id"] == typed["id"]


def test_every_kind_of_message_has_a_form_that_says_it_as_it_stands(an_office):
    for name in OFFICES:
        with an_office(name, auto=False) as (office, client):
            for form in forms_of(name).values():
                page = opened(client, f"/noi?ma=HS-1&loai={form.name}")
                typed = typed_on(page)
                for field in form.fields:
                    if field.required and not typed.get(field.name):
                        typed[field.name] = {
                            "yes_no": "1",
                            "day": "2026-12-01",
                            "choice": next(iter(field.choices), ""),
                            "lines": "registration_fee; receiver; 5",
                        }.get(field.widget, "lời")
                answer = sent(client, "/noi", typed)
                assert answer.status_code == 303, (form.name, answer.text)
        said = [each.message.what for each in office.twin.waiting()]
        assert said == list(forms_of(name))


def test_a_paper_carries_the_day_that_it_is_in_vietnam(an_office):
    evening = datetime(2026, 12, 1, 18, tzinfo=UTC)
    with an_office(auto=False, clock=lambda: evening) as (_, client):
        typed = typed_on(opened(client, "/noi?ma=HS-1&loai=notice"))
    assert typed["day"] == "2026-12-02"


def test_money_that_came_in_is_told_once_with_its_voucher(an_office):
    order = PaymentOrder(
        case_code="HS-1", notice_number="12/TB", line="fee", payer="Hoa", amount=5000
    )
    with an_office("payment", auto=False) as (office, client):
        client.call(ORDER, order, key="order-1")
        typed = typed_on(opened(client, "/noi?ma=HS-1&loai=paid"))
        assert (typed["line"], typed["amount"]) == ("fee", "5000")
        typed |= {"amount": "2.000", "number": "GNT-1"}
        for _ in range(2):
            assert sent(client, "/noi", typed).status_code == 303
        assert "GNT-1" in opened(client, "/ho-so?ma=HS-1")
    (saying,) = office.twin.waiting()
    assert (saying.message.line, saying.message.amount) == ("fee", 2000)
    assert saying.message.said["notice_number"] == "12/TB"


@pytest.mark.parametrize(
    ("kind", "status", "called"),
    [
        ("paid", "paid", "Đã thu tiền: GNT-1"),
        ("returned", "returned", "Đã trả lại tiền: GNT-1"),
    ],
)
def test_a_bank_tells_of_money_by_the_number_of_the_notice_alone(
    an_office, kind, status, called
):
    with an_office("payment", auto=False) as (office, client):
        assert f'href="/noi?loai={kind}"' in opened(client, "/")
        typed = typed_on(opened(client, f"/noi?loai={kind}"))
        typed |= {"notice_number": "12/TB", "amount": "2.000", "number": "GNT-1"}
        assert sent(client, "/noi", typed).status_code == 303
        assert called in opened(client, "/")
    (saying,) = office.twin.waiting()
    assert (saying.message.case, saying.message.line) == ("", "")
    told = saying.message.said
    assert (told["notice_number"], told["status"]) == ("12/TB", status)


def test_what_became_of_a_text_is_reported_by_a_button(an_office):
    text = TextMessage(channel="email", address="a@b.example", template="t", text="x")
    with an_office("messaging", auto=False) as (office, client):
        client.call(MAIL, text, key="text-1")
        assert "Tin gửi cho người dân" in opened(client, "/")
        for became in ("failed", "failed", "dance"):
            told = {"khoa": "text-1", "became": became}
            assert sent(client, "/bao", told).status_code == 303
        assert "Không đến: text-1" in opened(client, "/")
    (saying,) = office.twin.waiting()
    assert saying.message.said == {"key": "text-1", "delivery": "failed"}


def test_the_provider_of_identities_is_told_on_its_page_how_to_misbehave(an_office):
    with an_office("identity", auto=False) as (office, client):
        found = httpx2.get(
            f"{client.line.address}/.well-known/openid-configuration", timeout=PATIENCE
        )
        assert found.json()["issuer"] == client.line.address
        sent(client, "/cach-cu-xu", {"wrong": "thẻ không ký"})
        assert "<option selected>thẻ không ký" in opened(client, "/cach-cu-xu")
    assert office.port.wrong == "thẻ không ký"


def test_an_event_that_no_form_knows_is_said_freely(an_office):
    typed = {"ma": "HS-1", "event": "take_up", "facts": '{"a": true}', "revision": "2"}
    with an_office(auto=False) as (office, client):
        token = dict(HIDDEN.findall(opened(client, "/tu-do?ma=HS-1")))
        bad = sent(client, "/tu-do", typed | token | {"facts": "{"})
        assert bad.status_code == 422
        assert sent(client, "/tu-do", typed | token).status_code == 303
    (saying,) = office.twin.waiting()
    assert saying.message.event == "take_up"
    assert (saying.message.facts, saying.message.revision) == ({"a": True}, 2)


def test_a_form_of_another_site_makes_an_office_say_nothing(an_office):
    with an_office(auto=False) as (office, client):
        typed = typed_on(opened(client, "/tu-do?ma=HS-1")) | {"event": "e"}
        for origin in ("http://elsewhere.example", "null"):
            assert sent(client, "/tu-do", typed, origin=origin).status_code == 403
        assert office.twin.waiting() == ()
        own = sent(client, "/tu-do", typed, origin=client.line.address)
        assert own.status_code == 303


def test_the_behaviour_is_changed_on_the_page_and_what_happened_is_counted(an_office):
    with an_office() as (office, client):
        bad = sent(client, "/cach-cu-xu", {"plan": "script: [{do: dance}]"})
        assert bad.status_code == 422
        assert "dance" in bad.text
        sent(client, "/cach-cu-xu", {"plan": "script: [{do: slow, times: 1}]"})
        client.call(SEND_SLIP, SLIP, key="slip-1")
        page = opened(client, "/cach-cu-xu")
    assert "do: slow" in page
    assert re.search(r"<code>slow</code></th><td>[^<]*</td><td>1</td>", page)
    assert office.conduct.counts["slow"] == 1


@pytest.mark.parametrize("path", ["/noi?ma=HS-1&loai=dance", "/noi?loai=notice"])
def test_an_address_that_means_nothing_leads_to_the_first_page(an_office, path):
    with an_office() as (_, client):
        assert "Hồ sơ đã đến" in opened(client, path)
