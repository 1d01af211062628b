"""The payment page: the same cases over the twin, and over HTTP to it."""

from datetime import timedelta

import pytest

from integrations.errors import OfficeRefusedError, OfficeUnavailableError
from integrations.messages import OfficeMessage, PaymentOrder, Voucher
from integrations.payment.gateway import connect
from integrations.payment.sandbox import PaymentSandbox
from integrations.twin import Twin
from tests.conftest import Hour
from tests.integrations.over_http import DOUBTS, an_office

ORDER = PaymentOrder(
    case_code="HS-1",
    notice_number="thử nghiệm 0123/TB-Đắk Lắk",
    line="0123/registration_fee/minh",
    payer="Hồ Văn Minh",
    amount=5_000_000,
    payable_id="6600000000019",
)


class InProcess:
    def __init__(self, hour):
        self.twin = Twin("payment", hour)
        self.port = self.sandbox = PaymentSandbox(self.twin, auto=True)


@pytest.fixture(params=["twin", "wire"])
def page(request, tmp_path):
    hour = Hour()
    if request.param == "twin":
        yield InProcess(hour)
        return
    with an_office(tmp_path, "payment", hour, auto=True) as office:
        office.port = office.reach(connect)
        yield office


def vouchers_said(page):
    return [
        (each.message.case, Voucher.model_validate(each.message.said))
        for each in page.twin.said.values()
    ]


def test_an_order_is_taken_once_and_its_voucher_names_the_notice(page):
    first = page.port.order(ORDER, key="HS-1-x")
    assert page.port.order(ORDER, key="HS-1-x") == first
    assert first.reference
    ((case, voucher),) = vouchers_said(page)
    assert case == "HS-1"
    assert voucher.notice_number == ORDER.notice_number
    assert (voucher.payable_id, voucher.payer) == (ORDER.payable_id, ORDER.payer)
    assert (voucher.amount, voucher.status) == (5_000_000, "paid")
    assert voucher.number.startswith("thử nghiệm")
    assert voucher.receipt


def test_another_order_under_a_key_is_refused(page):
    page.port.order(ORDER, key="HS-1-x")
    other = ORDER.model_copy(update={"amount": 1})
    with pytest.raises(OfficeRefusedError):
        page.port.order(other, key="HS-1-x")
    assert len(vouchers_said(page)) == 1


def test_a_failing_page_is_asked_again_and_has_the_order_once(page):
    page.twin.faults.fail = 1
    with pytest.raises(OfficeUnavailableError):
        page.port.order(ORDER, key="HS-1-x")
    page.twin.faults.lose_answer = 1
    with pytest.raises(OfficeUnavailableError):
        page.port.order(ORDER, key="HS-1-x")
    page.port.order(ORDER, key="HS-1-x")
    assert list(page.twin.seen) == ["HS-1-x"]
    assert len(vouchers_said(page)) == 1


def test_the_vouchers_of_a_day_are_those_of_that_day_in_vietnam(page):
    page.port.order(ORDER, key="HS-1-x")
    day = page.twin.clock().date()
    assert [each.amount for each in page.port.vouchers(day).vouchers] == [5_000_000]
    assert page.port.vouchers(day - timedelta(days=1)).vouchers == ()


def test_its_book_tells_what_it_was_asked_and_what_it_said(page):
    begin = page.twin.clock()
    page.port.order(ORDER, key="HS-1-x")
    told = page.port.statement(begin)
    assert [each.key for each in told.received] == ["HS-1-x"]
    (said,) = told.said
    assert OfficeMessage.model_validate_json(said.raw).kind == "payment"


@pytest.mark.parametrize("doubt", sorted(DOUBTS))
def test_over_the_wire_a_doubt_is_a_doubt_and_the_repeat_settles_it(tmp_path, doubt):
    with an_office(tmp_path, "payment", Hour(), auto=True) as office:
        port = office.reach(connect)
        with office.in_doubt(doubt):
            port.order(ORDER, key="HS-1-x")
        assert port.order(ORDER, key="HS-1-x").reference
        assert list(office.twin.seen) == ["HS-1-x"]
        assert len(vouchers_said(office)) == 1


def test_over_the_wire_a_stranger_is_refused(tmp_path):
    with (
        an_office(tmp_path, "payment", Hour()) as office,
        pytest.raises(OfficeRefusedError, match="401"),
    ):
        office.reach(connect, key=b"another key").order(ORDER, key="HS-1-x")
