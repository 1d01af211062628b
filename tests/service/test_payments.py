"""Money that does not match: refused with a reason, or kept for a person."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import BadRequestError
from service.usecases.cases.pay import payment_page, record_payment
from service.usecases.following.follow_access import Level
from service.usecases.following.follow_case import follow
from service.usecases.outside.faults import faults_page, list_faults
from service.usecases.outside.notice_difference import compare, difference_page
from service.usecases.outside.receive import hear, process_inbox
from service.usecases.outside.working import run_until_idle
from service.usecases.playing.demo import seed_people
from tests.factories import ADMINISTRATOR, act, clerk
from tests.service.test_faults import TAKEN, visitor_of
from tests.service.test_linked_cases import SALE, at_the_tax_office
from tests.visitor import Visitor
from workflows.money_ledger import Line, Part
from workflows.rules.money import LineKind, LineStatus, MoneyLine

NOTICE = {
    "notice.number": "0123/TB-TCS",
    "notice.lines": [
        {"kind": "personal_income_tax", "amount": 22000000},
        {"kind": "registration_fee", "amount": 5000000},
    ],
}


@pytest.fixture
def owing(desk):
    """A sale whose notice asks 22 million of income tax and 5 million of fee."""
    return a_notice(desk)[1:]


def a_notice(desk):
    seed_people(desk)
    strangers = {"between": ["lan", "minh"], "kind": "none"}
    sale = SALE | {"relationships": [strangers]}
    matter, case, child = at_the_tax_office(desk, sale, "register_transfer")
    act(desk, clerk(desk, "tax"), child, "take_up", facts=TAKEN)
    act(desk, clerk(desk, "tax"), child, "issue_notice", facts=NOTICE)
    run_until_idle(desk)
    return matter, case, child


def fee_of(desk, child):
    rows = payment_page(desk, clerk(desk, "tax"), child).rows
    return next(row for row in rows if row.kind == "registration_fee")


def pay(desk, child, amount, voucher, **more):
    line = fee_of(desk, child).line
    return record_payment(
        desk, clerk(desk, "tax"), child,
        line=line, amount=amount, voucher=voucher, **more,
    )  # fmt: skip


def test_a_sum_that_does_not_match_is_recorded_only_when_a_person_says_so(desk, owing):
    _, child = owing
    page = visitor_of(desk, "thue").opens(f"/can-bo/ho-so/{child}/nop-tien")
    typed = {"khoan": fee_of(desk, child).line, "so-tien": "6.000.000"}
    typed |= {"chung-tu": "GNT-1", "ngay-nop": ""}

    page.sends(f"/can-bo/ho-so/{child}/nop-tien", **typed)
    assert page.status == 422
    assert "nhưng chỉ còn phải nộp 5.000.000" in page.text
    assert 'value="6.000.000"' in page.text
    assert fee_of(desk, child).paid == 0
    page.sends(f"/can-bo/ho-so/{child}/nop-tien", **typed, thua="1")
    assert page.status == 200
    found = payment_page(desk, clerk(desk, "tax"), child)
    assert [(row.amount, row.over) for row in found.vouchers] == [(6000000, 1000000)]
    assert fee_of(desk, child).left == 0


def test_a_voucher_counts_once_and_for_one_thing(desk, owing):
    _, child = owing
    pay(desk, child, 2000000, "GNT-1")
    assert pay(desk, child, 2000000, "GNT-1").paid == 2000000
    with pytest.raises(BadRequestError, match="đã ghi ngày") as refused:
        pay(desk, child, 3000000, "GNT-1")
    assert refused.value.problems[0].key == "voucher"
    assert fee_of(desk, child).paid == 2000000


def test_nobody_has_paid_tomorrow_yet(desk, owing):
    _, child = owing
    with pytest.raises(BadRequestError, match="chưa tới"):
        pay(desk, child, 1, "GNT-1", paid_on=desk.today() + timedelta(days=1))


def test_a_voucher_of_an_earlier_day_bears_no_interest_after_it(desk, desks, owing):
    _, child = owing
    due = fee_of(desk, child).due
    desks.hour.later(days=40)
    run_until_idle(desk)
    assert fee_of(desk, child).interest > 0
    pay(desk, child, 5000000, "GNT-1", paid_on=due)
    assert (fee_of(desk, child).left, fee_of(desk, child).interest) == (0, 0)


def test_a_payment_that_does_not_match_the_notice_waits_for_a_person(desk, owing):
    _, child = owing
    raw = json.dumps(
        {
            "id": "payment-1",
            "kind": "payment",
            "case": child,
            "line": fee_of(desk, child).line,
            "amount": 7000000,
            "voucher": "GNT-7",
            "sent_at": desk.now().isoformat(),
        }
    ).encode()
    hear(desk, "payment", raw)
    process_inbox(desk)

    (fault,) = list_faults(desk, clerk(desk, "tax"))
    assert fault.what == "Báo đã nộp tiền"
    assert fault.error.startswith("Chứng từ ghi 7.000.000")
    assert ("Số chứng từ", "GNT-7") in fault.told
    assert fee_of(desk, child).paid == 0


def test_money_counts_only_when_the_payment_office_tells_of_it(desk, owing):
    _, child = owing
    fee = fee_of(desk, child)
    told = {
        "id": "payment-1", "kind": "payment", "case": child, "line": fee.line,
        "amount": fee.left, "voucher": "GNT-8", "sent_at": desk.now().isoformat(),
    }  # fmt: skip
    hear(desk, "notary", json.dumps(told).encode())
    process_inbox(desk)

    assert fee_of(desk, child).paid == 0
    (fault,) = faults_page(desk, ADMINISTRATOR).rows
    assert fault.error == "Cơ quan gửi tin không phải nơi báo việc này."


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("so-tien", "mười", "phải là số đồng nguyên"),
        ("so-tien", "0", "lớn hơn 0"),
        ("chung-tu", "", "Cần số chứng từ"),
        ("ngay-nop", "31/2/2026", "31/2/2026"),
        ("khoan", "no-such-line", "Không có khoản tiền này"),
    ],
)
def test_what_is_typed_wrongly_is_said_at_its_field_and_kept(
    desk, owing, field, typed, said
):
    _, child = owing
    page = visitor_of(desk, "thue").opens(f"/can-bo/ho-so/{child}/nop-tien")
    right = {"khoan": fee_of(desk, child).line, "so-tien": "1.000"}
    right |= {"chung-tu": "GNT-1", "ngay-nop": "25/11/2026"}
    page.sends(f"/can-bo/ho-so/{child}/nop-tien", **right | {field: typed})
    assert page.status == 422
    assert said in page.text
    assert f'id="{field}-loi"' in page.text
    assert fee_of(desk, child).paid == 0


def test_the_notice_goes_before_our_estimate_and_the_difference_is_explained(
    desk, owing
):
    case, child = owing
    found = difference_page(desk, clerk(desk, "tax"), child)
    (notice,) = found.notices
    tax = next(row for row in notice.rows if row.kind == "personal_income_tax")
    assert (tax.notice, tax.ours, tax.difference) == (22000000, 20000000, 2000000)
    assert any("1.100.000.000" in sentence for sentence in tax.why)
    assert tax.basis
    page = visitor_of(desk, "datdai").opens(f"/can-bo/ho-so/{case}/doi-chieu")
    assert "hơn 2.000.000" in page.text
    seen = follow(desk, case, Level.PIN)
    rows = next(view.money_view for view in (seen, *seen.cases) if view.code == case)
    assert {row.amount for row in rows.rows} == {22000000, 5000000}
    assert rows.apart == found.notices
    assert follow(desk, case, Level.DIGITS).money_view.apart == ()


def test_the_plan_of_the_family_shows_the_notice_that_came(desk):
    matter, _, _ = a_notice(desk)
    family = Visitor(desk).reopens(matter.code, matter.pin)
    family.opens(f"/ke-hoach/{matter.code}")
    assert "Đã có thông báo 0123/TB-TCS" in family.text
    assert "ước tính trước đây 20.000.000" in family.text


def test_an_office_without_a_part_in_the_case_sees_no_money_of_it(desk, owing):
    _, child = owing
    stranger = visitor_of(desk, "phuong")
    for page in ("doi-chieu", "nop-tien"):
        assert stranger.opens(f"/can-bo/ho-so/{child}/{page}").status == 403


# --- any notice beside any estimate ---------------------------------------------------

KINDS = ("personal_income_tax", "registration_fee", "land_use_levy")
SUMS = st.integers(1, 10**12)
ASKED = st.lists(
    st.builds(
        lambda kind, amount: Line(kind, kind, "lan", "1/TB", (Part(amount, None),)),
        st.sampled_from(KINDS),
        SUMS,
    ),
    max_size=5,
)
RECKONED = st.lists(
    st.builds(
        lambda kind, amount: MoneyLine(
            LineKind(kind),
            "lan",
            None,
            None,
            amount,
            LineStatus.UNKNOWN if amount is None else LineStatus.COMPUTED,
            "vì sao",
            (),
        ),
        st.sampled_from(KINDS),
        st.none() | SUMS,
    ),
    max_size=5,
)


@given(ASKED, RECKONED)
def test_every_sum_of_a_notice_is_told_once_and_every_difference_has_a_reason(
    asked, reckoned
):
    rows = compare(asked, reckoned, KINDS)
    assert sum(row.notice or 0 for row in rows) == sum(line.amount for line in asked)
    assert len({row.kind for row in rows}) == len(rows)
    for row in rows:
        assert row.why
        known = row.ours is not None
        assert (row.difference is not None) == known
        if known:
            assert row.difference == (row.notice or 0) - row.ours
        if row.same:
            assert row.why == ("Khớp với ước tính.",)
