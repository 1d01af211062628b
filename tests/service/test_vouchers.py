"""Vouchers that name a notice and no case: credited once, or seen by a person."""

from datetime import timedelta

import pytest

from integrations.errors import OfficeUnavailableError
from integrations.messages import OfficeMessage, Voucher, Vouchers
from service.usecases.cases.pay import payment_page
from service.usecases.cases.vouchers import compare_vouchers
from service.usecases.outside.compare_books import compare
from service.usecases.outside.faults import faults_page, list_faults
from service.usecases.outside.receive import hear, process_inbox
from service.usecases.outside.working import run_until_idle
from tests.factories import ADMINISTRATOR, act, clerk
from tests.service.test_faults import TAKEN
from tests.service.test_linked_cases import SALE, at_the_tax_office
from tests.service.test_payments import NOTICE, a_notice

NUMBER = "0123/TB-TCS"
OWED = 27_000_000


def tells(desk, number="GNT-1", amount=OWED, notice=NUMBER, **more):
    """Let the payment office tell of a voucher, as a bank does."""
    voucher = Voucher(
        number=number, notice_number=notice, amount=amount, paid_at=desk.now(), **more
    )
    desk.ports.payment.tell(voucher)
    run_until_idle(desk)


def paid(desk, child):
    return sum(row.paid for row in payment_page(desk, clerk(desk, "tax"), child).rows)


def errors(desk):
    return [each.error for each in list_faults(desk, clerk(desk, "tax"))]


def test_a_voucher_pays_by_the_number_of_the_notice_in_parts_and_once(desk):
    _, _, child = a_notice(desk)
    tells(desk, "GNT-1", 7_000_000, payer="Phan Thị Lan")
    tells(desk, "GNT-1", 7_000_000, payer="Phan Thị Lan", receipt="BL-1")
    assert paid(desk, child) == 7_000_000
    tells(desk, "GNT-2", 20_000_000)
    assert (paid(desk, child), errors(desk)) == (OWED, [])


def test_a_voucher_before_its_notice_waits_and_is_credited_when_it_comes(desk):
    tells(desk)
    _, _, child = a_notice(desk)
    assert (paid(desk, child), errors(desk)) == (OWED, [])


def test_what_waits_for_its_notice_is_seen_by_the_tax_office(desk):
    _, _, child = a_notice(desk)
    tells(desk, notice="9999/TB-TCS")
    (said,) = errors(desk)
    assert said.startswith("Chưa có thông báo số 9999/TB-TCS")
    assert paid(desk, child) == 0


def test_a_payable_id_leads_to_its_own_line(desk):
    matter, _, child = at_the_tax_office(
        desk, SALE | {"relationships": [{"between": ["lan", "minh"], "kind": "none"}]},
        "register_transfer",
    )  # fmt: skip
    lines = [dict(each) for each in NOTICE["notice.lines"]]
    lines[1]["payable_id"] = "6600000000019"
    act(desk, clerk(desk, "tax"), child, "take_up", facts=TAKEN)
    told = NOTICE | {"notice.lines": lines}
    act(desk, clerk(desk, "tax"), child, "issue_notice", facts=told)
    run_until_idle(desk)
    tells(desk, amount=5_000_000, notice="", payable_id="6600000000019")
    rows = payment_page(desk, clerk(desk, "tax"), child).rows
    assert {row.kind: row.left for row in rows} == {
        "personal_income_tax": 22_000_000,
        "registration_fee": 0,
    }
    assert matter


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"amount": OWED + 1}, "nhưng chỉ còn phải nộp"),
        ({"status": "returned"}, "đã trả lại"),
        ({"notice": ""}, "không ghi số thông báo"),
    ],
)
def test_what_does_not_fit_goes_to_a_person_and_credits_nothing(desk, more, said):
    _, _, child = a_notice(desk)
    tells(desk, **more)
    assert paid(desk, child) == 0
    assert said in errors(desk)[0]


@pytest.mark.parametrize("status", ["pending", "failed"])
def test_money_that_did_not_come_is_not_credited(desk, status):
    _, _, child = a_notice(desk)
    tells(desk, status=status)
    assert (paid(desk, child), errors(desk)) == (0, [])
    tells(desk)
    assert paid(desk, child) == OWED


def test_two_cases_under_one_number_are_for_a_person_to_tell_apart(desk):
    children = [a_notice(desk)[2] for _ in range(2)]
    tells(desk)
    assert [paid(desk, child) for child in children] == [0, 0]
    assert errors(desk)[0].startswith("Có nhiều hồ sơ")


def test_a_voucher_that_names_one_case_and_the_notice_of_another_is_not_believed(desk):
    _, _, child = a_notice(desk)
    stranger = at_the_tax_office(desk, SALE, "register_transfer")[2]
    voucher = Voucher(
        number="GNT-1", notice_number=NUMBER, amount=1, paid_at=desk.now()
    )
    message = OfficeMessage(
        id="payment-1", kind="payment", case=stranger, amount=1, voucher="GNT-1",
        said=voucher.model_dump(mode="json"), sent_at=desk.now(),
    )  # fmt: skip
    hear(desk, "payment", message.model_dump_json().encode())
    process_inbox(desk)
    assert paid(desk, child) == 0
    assert "là của hồ sơ khác" in errors(desk)[0]


def test_the_vouchers_of_a_day_are_compared_both_ways(desk):
    _, _, child = a_notice(desk)
    tells(desk, "GNT-1", 7_000_000)
    tells(desk, "GNT-2", 1_000_000, notice="9999/TB")
    found = compare_vouchers(desk, desk.today())
    assert (found.same, [each.number for each in found.missing]) == (1, ["GNT-2"])
    desk.ports.payment.twin.said.clear()
    found = compare_vouchers(desk, desk.today())
    assert [row.voucher for row in found.unknown] == ["GNT-1"]
    desk.ports.payment.tell(
        Voucher(number="GNT-1", notice_number=NUMBER, amount=1, paid_at=desk.now())
    )
    ((ours, theirs),) = compare_vouchers(desk, desk.today()).differ
    assert (ours.amount, theirs.amount) == (7_000_000, 1)
    assert compare_vouchers(desk, desk.today() - timedelta(days=1)).same == 0
    assert paid(desk, child) == 7_000_000


def reconciled(desk, **counts):
    """Compare with the payment office, and again: no difference is told twice."""
    found = compare(desk, "payment", "a test")
    assert (found.error, found.counts) == (None, counts)
    again = compare(desk, "payment", "a test").counts
    assert again == {k: n for k, n in counts.items() if k == "same_vouchers"}


def a_day_of_vouchers(desk, desks):
    """A notice that one voucher pays in part; the code of its case, hours later."""
    desks.hour.later(days=1)
    _, _, child = a_notice(desk)
    tells(desk, "GNT-1", 7_000_000)
    desks.hour.later(hours=2)
    return child


def test_the_reconciliation_counts_the_vouchers_that_agree(desk, desks):
    child = a_day_of_vouchers(desk, desks)
    reconciled(desk, same_vouchers=1)
    assert (paid(desk, child), errors(desk)) == (7_000_000, [])


def test_a_voucher_told_after_midnight_is_in_the_book_of_its_own_day(desk, desks):
    desks.hour.later(days=1)
    a_notice(desk)
    before = desk.now()
    desks.hour.later(days=1)
    voucher = Voucher(number="GNT-1", notice_number=NUMBER, amount=9, paid_at=before)
    desk.ports.payment.tell(voucher)
    run_until_idle(desk)
    desks.hour.later(hours=2)
    reconciled(desk, same_vouchers=1)


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ({"amount": 1}, "bên thu ghi số khác"),
        ({"amount": 7_000_000, "status": "returned"}, "đã trả lại tiền"),
        ({"amount": 7_000_000, "number": "GNT-9"}, "chưa bao giờ báo"),
        (None, "bên thu nói không có"),
    ],
)
def test_what_only_the_list_of_vouchers_says_is_shown_to_a_person_once(
    desk, desks, monkeypatch, there, said
):
    child = a_day_of_vouchers(desk, desks)
    day = desk.today()
    listed = desk.ports.payment.vouchers(day).vouchers
    own = {} if there is None or "number" in there else there
    book = [each.model_copy(update=own) for each in listed if there is not None]
    if there and "number" in there:
        book.append(listed[0].model_copy(update=there))
    monkeypatch.setattr(
        type(desk.ports.payment), "vouchers",
        lambda _self, asked: Vouchers(vouchers=tuple(book if asked == day else ())),
    )  # fmt: skip
    same = {"same_vouchers": 1} if there and ("number" in there) else {}
    if there and "status" in there:
        same = {}
    reconciled(desk, different=1, **same)
    shown = [each.error for each in faults_page(desk, ADMINISTRATOR).rows]
    assert [said in each for each in shown + errors(desk)].count(True) >= 1
    assert paid(desk, child) == 7_000_000


def test_a_payment_office_that_lists_no_vouchers_leaves_the_run_with_its_reason(
    desk, desks, monkeypatch
):
    a_day_of_vouchers(desk, desks)

    def away(_self, _day):
        raise OfficeUnavailableError("payment", "away")

    monkeypatch.setattr(type(desk.ports.payment), "vouchers", away)
    assert compare(desk, "payment", "a test").error == "away"
