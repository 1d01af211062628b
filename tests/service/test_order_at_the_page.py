"""A citizen orders a sum of her notice at the payment page of the State."""

import re
from dataclasses import replace

import pytest

from integrations.messages import PaymentOrder
from service.usecases.following.follow_access import Level
from service.usecases.following.follow_case import follow
from service.usecases.outside.working import run_until_idle
from tests.service.test_follow import Visitor, an_owing_sale

PRESS = "Trả qua cổng thanh toán của Nhà nước"


@pytest.fixture
def sale(desk):
    """A sale whose notice waits for the payment."""
    return an_owing_sale(desk)


def orders(desk):
    seen = desk.ports.payment.twin.seen.values()
    return [each for each in seen if isinstance(each, PaymentOrder)]


def form_of(family):
    """Return the fields of the first form that orders a sum."""
    form = family.answer.text.partition('action="/tra-cuu/nop-tien"')[2]
    return dict(re.findall(r'name="(ma|khoan|khoa)" value="([^"]+)"', form)[:3])


def test_a_sum_of_the_notice_is_ordered_once_and_nothing_is_credited_yet(desk, sale):
    family = Visitor(desk).knows(sale.case, sale.pin)
    assert family.words.count(PRESS) == 2
    fields = form_of(family)
    family.sends("/tra-cuu/nop-tien", **fields)
    assert orders(desk) == [], "no office is called inside a request"
    assert f"Mã lệnh nộp: {fields['khoa']}" in family.words
    assert "Dắt chờ cổng báo đã nhận tiền" in family.words
    family.sends("/tra-cuu/nop-tien", **fields)
    run_until_idle(desk)
    (order,) = orders(desk)
    assert (order.notice_number, order.amount) == ("0123/TB-TCS", 18_000_000)
    family.opens(f"/tra-cuu?ma={sale.case}")
    assert "Cổng đã nhận lệnh. Dắt chờ cổng báo đã nhận tiền" in family.words
    assert family.words.count(PRESS) == 1
    rows = follow(desk, sale.case, Level.PIN).money_view.rows
    assert {row.paid for row in rows} == {0}
    family.sends("/tra-cuu/nop-tien", **(fields | {"khoa": "an-older-sum"}))
    assert family.answer.status_code == 422
    assert "Số phải nộp đã đổi" in family.words


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("https://tra.example/l/1", True),
        ("https://khac.example/l/1", False),
        ("http://tra.example/l/1", False),
        ("javascript:alert(1)", False),
    ],
)
def test_the_page_of_the_provider_is_led_to_only_where_it_is_known(desks, said, shown):
    desk = desks.make(payment_page_hosts=["tra.example"])
    sale = an_owing_sale(desk)
    desk.ports.payment.page = said
    family = Visitor(desk).knows(sale.case, sale.pin)
    family.sends("/tra-cuu/nop-tien", **form_of(family))
    assert "Mở trang của cổng" not in family.words
    run_until_idle(desk)
    family.opens(f"/tra-cuu?ma={sale.case}")
    assert (f'href="{said}"' in family.answer.text) == shown
    assert ("Trang đó là của tra.example" in family.words) == shown
    assert said not in Visitor(desk).opens(f"/tra-cuu?ma={sale.case}").answer.text


def test_a_silent_page_is_said_plainly_and_has_the_order_once_when_it_answers(
    desk, desks, sale
):
    desk.ports.payment.twin.faults.fail = 1
    desk.ports.payment.twin.faults.lose_answer = 1
    family = Visitor(desk).knows(sale.case, sale.pin)
    family.sends("/tra-cuu/nop-tien", **form_of(family))
    run_until_idle(desk)
    family.opens(f"/tra-cuu?ma={sale.case}")
    assert "Cổng thanh toán chưa trả lời. Lệnh này vẫn giữ" in family.words
    for _ in range(3):
        desks.hour.later(minutes=1)
        run_until_idle(desk)
    assert len(orders(desk)) == 1
    assert "Cổng đã nhận lệnh" in family.opens(f"/tra-cuu?ma={sale.case}").words


def test_only_who_knows_the_number_may_order_and_only_where_a_page_is_connected(
    desk, sale
):
    family = Visitor(desk).knows(sale.case, sale.pin)
    fields = form_of(family)
    stranger = Visitor(desk).opens(f"/tra-cuu?ma={sale.case}")
    assert PRESS not in stranger.words
    stranger.sends("/tra-cuu/nop-tien", **fields)
    assert "Cần số mở" in stranger.words
    run_until_idle(desk)
    assert orders(desk) == []
    alone = desk.settings.model_copy(update={"environment": "production"})
    view = follow(replace(desk, settings=alone), sale.case, Level.PIN)
    assert view.money_view.rows
    assert view.money_view.orders == ()
