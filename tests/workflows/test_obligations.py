"""The money ledger: terms, payments, corrections, and what the chart is told."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import from_overlay
from workflows.definition import Length, ObligationOrder, ObligationSpec
from workflows.errors import BadInputError
from workflows.obligations import (
    PAID_ALL,
    PAID_PART,
    TERM_ENDED,
    Instalment,
    Ledger,
    LineState,
    Notice,
    NoticeLine,
    Payment,
    adjust_notice,
    cancel,
    charge_interest,
    defer,
    instalments,
    late_interest,
    open_notice,
    pay,
    perform,
    read_lines,
    release,
    tick,
)

CALENDAR = from_overlay(
    yaml.safe_load(Path("workflows/data/calendar/overlay.yaml").read_text("utf-8"))
)
ISSUED = date(2026, 11, 2)
MONTH = Length(n=30, unit="day")
LEVY = instalments(
    [
        {"share": "0.5", "within": {"n": 30, "unit": "day"}},
        {"share": "0.5", "within": {"n": 90, "unit": "day"}},
    ]
)
TERMS = {
    "personal_income_tax": instalments(MONTH),
    "registration_fee": instalments({"n": 30, "unit": "day"}),
    "land_use_levy": LEVY,
}
RATE = Decimal("0.0003")
SPECS = {
    kind: ObligationSpec.model_validate(
        {
            "payer": payer,
            "source": {"instrument": "nd252-2026", "at": "Đ21", "mark": "V"},
        }
    )
    for kind, payer in [
        ("personal_income_tax", "transferor"),
        ("registration_fee", "receiver"),
        ("land_use_levy", "applicant"),
    ]
}
FEE = NoticeLine("registration_fee", "receiver", 3_000_000)
TAX = NoticeLine("personal_income_tax", "transferor", 12_000_000)


def notice(*lines, number="TB-1", issued=ISSUED):
    return Notice(number, issued, lines, TERMS, CALENDAR)


def opened(*lines):
    return open_notice(Ledger(), notice(*lines))[0]


def only(ledger):
    (line,) = ledger.lines
    return line


# --- notices ---


def test_a_notice_is_due_thirty_days_after_its_issue():
    assert opened(FEE).due == date(2026, 12, 2)


def test_a_notice_that_ends_on_a_sunday_is_due_on_monday():
    ledger, _ = open_notice(Ledger(), notice(FEE, issued=date(2026, 11, 6)))

    assert ledger.due == date(2026, 12, 7)


def test_a_levy_in_two_parts_rounds_into_the_last():
    levy = NoticeLine("land_use_levy", "applicant", 100_000_001)

    parts = only(opened(levy)).parts

    assert [(part.amount, part.due) for part in parts] == [
        (50_000_000, date(2026, 12, 2)),
        (50_000_001, date(2027, 2, 1)),
    ]


def test_a_kind_without_a_term_is_owed_and_never_late():
    charge = NoticeLine("rice_land_charge", "applicant", 5_000_000)

    ledger = opened(charge)

    assert (ledger.left, ledger.due) == (5_000_000, None)
    assert tick(ledger, date(2030, 1, 1)) == (ledger, ())


def test_the_same_notice_delivered_twice_opens_its_lines_once():
    once = opened(FEE, TAX)

    assert open_notice(once, notice(FEE, TAX)) == (once, ())


def test_shares_that_are_not_the_whole_are_refused():
    with pytest.raises(ValueError, match="whole"):
        instalments([{"share": "0.5", "within": {"n": 30, "unit": "day"}}])


def test_a_term_nobody_knows_is_one_instalment_without_a_day():
    assert instalments(None) == (Instalment(Decimal(1), None),)


# --- paying ---


def test_paying_a_part_then_the_rest_tells_part_then_all():
    ledger, first = pay(
        opened(FEE, TAX),
        Payment("V1", 3_000_000, date(2026, 11, 5), "registration_fee"),
    )
    ledger, second = pay(ledger, Payment("V2", 12_000_000, date(2026, 11, 6)))

    assert (first, second) == ((PAID_PART,), (PAID_ALL,))
    assert ledger.left == 0
    assert ledger.due is None
    assert not ledger.is_open


def test_a_voucher_taken_twice_counts_once():
    once, _ = pay(opened(FEE), Payment("V1", 1_000_000, date(2026, 11, 5)))

    assert pay(once, Payment(" V1 ", 2_000_000, date(2026, 11, 9))) == (once, ())


def test_a_voucher_without_a_line_pays_what_is_due_first():
    later, _ = open_notice(
        opened(FEE), notice(TAX, number="TB-2", issued=date(2026, 11, 20))
    )

    ledger, _ = pay(later, Payment("V1", 4_000_000, date(2026, 11, 25)))

    assert [line.left for line in ledger.lines] == [0, 11_000_000]


def test_what_is_over_finds_no_place_and_is_kept():
    ledger, told = pay(opened(FEE), Payment("V1", 3_500_000, date(2026, 11, 5)))

    assert told == (PAID_ALL,)
    assert ledger.vouchers[0].unplaced == 500_000
    assert ledger.paid == 3_500_000


def test_a_voucher_for_a_line_that_is_paid_tells_nothing_new():
    paid, _ = pay(opened(FEE), Payment("V1", 3_000_000, date(2026, 11, 5)))

    ledger, told = pay(paid, Payment("V2", 10_000, date(2026, 11, 6)))

    assert told == ()
    assert ledger.vouchers[1].unplaced == 10_000


@pytest.mark.parametrize(
    ("payment", "key"),
    [
        (Payment("V1", 0, ISSUED), "payment.amount"),
        (Payment("V1", -5, ISSUED), "payment.amount"),
        (Payment("  ", 5, ISSUED), "payment.voucher"),
    ],
)
def test_a_payment_of_nothing_or_without_number_is_refused(payment, key):
    with pytest.raises(BadInputError) as refused:
        pay(opened(FEE), payment)

    assert [problem.key for problem in refused.value.problems] == [key]


# --- corrections ---


def test_more_gives_the_added_sum_its_own_term_and_leaves_the_first():
    more = NoticeLine("registration_fee", "receiver", 5_000_000)

    ledger, _ = adjust_notice(
        opened(FEE), notice(more, number="TB-2", issued=date(2026, 11, 20))
    )

    assert [(part.amount, part.due) for part in only(ledger).parts] == [
        (3_000_000, date(2026, 12, 2)),
        (2_000_000, date(2026, 12, 21)),
    ]
    assert ledger.due == date(2026, 12, 2)


def test_less_keeps_the_first_term():
    less = NoticeLine("registration_fee", "receiver", 1_000_000)

    ledger, told = adjust_notice(
        opened(FEE), notice(less, number="TB-2", issued=date(2026, 11, 20))
    )

    assert (ledger.left, ledger.due) == (1_000_000, date(2026, 12, 2))
    assert told == ()


def test_less_of_a_levy_comes_off_the_part_due_last():
    levy = NoticeLine("land_use_levy", "applicant", 100_000_000)
    less = NoticeLine("land_use_levy", "applicant", 70_000_000)

    ledger, _ = adjust_notice(opened(levy), notice(less, number="TB-2"))

    assert [part.amount for part in only(ledger).parts] == [50_000_000, 20_000_000]


def test_less_than_was_paid_settles_and_shows_the_excess():
    paid, _ = pay(opened(FEE), Payment("V1", 2_000_000, date(2026, 11, 5)))
    less = NoticeLine("registration_fee", "receiver", 1_500_000)

    ledger, told = adjust_notice(paid, notice(less, number="TB-2"))

    assert told == (PAID_ALL,)
    assert (only(ledger).left, only(ledger).excess) == (0, 500_000)


def test_adjusting_after_everything_was_paid_tells_that_a_part_is_open_again():
    paid, _ = pay(opened(FEE), Payment("V1", 3_000_000, date(2026, 11, 5)))
    more = NoticeLine("registration_fee", "receiver", 4_000_000)

    ledger, told = adjust_notice(paid, notice(more, number="TB-2"))

    assert told == (PAID_PART,)
    assert ledger.left == 1_000_000


def test_adjusting_after_the_term_tells_again_that_it_has_ended():
    late, _ = tick(opened(FEE), date(2026, 12, 10))
    less = NoticeLine("registration_fee", "receiver", 1_000_000)

    _, told = adjust_notice(
        late, notice(less, number="TB-2", issued=date(2026, 12, 11))
    )

    assert told == (TERM_ENDED,)


def test_lines_that_the_new_notice_does_not_name_stay():
    ledger, _ = adjust_notice(
        opened(FEE, TAX), notice(NoticeLine("land_use_levy", "applicant", 10))
    )

    assert [line.amount for line in ledger.lines] == [3_000_000, 12_000_000, 10]


def test_nothing_to_pay_at_all_is_paid():
    ledger, told = open_notice(
        Ledger(), notice(NoticeLine("registration_fee", "receiver", 0))
    )

    assert told == (PAID_ALL,)
    assert not ledger.is_open


# --- late ---


def test_the_end_of_a_term_is_told_once_and_on_the_day_after():
    ledger = opened(FEE)

    assert ledger.next_tick == date(2026, 12, 2)
    assert tick(ledger, date(2026, 12, 2)) == (ledger, ())
    ledger, told = tick(ledger, date(2026, 12, 3))
    assert told == (TERM_ENDED,)
    assert tick(ledger, date(2026, 12, 4)) == (ledger, ())
    assert ledger.late(date(2026, 12, 4))
    assert ledger.next_tick is None


def test_the_second_part_of_a_levy_ends_its_own_term():
    levy = NoticeLine("land_use_levy", "applicant", 100_000_000)
    ledger, _ = tick(opened(levy), date(2026, 12, 3))

    assert ledger.next_tick == date(2027, 2, 1)
    _, told = tick(ledger, date(2027, 2, 2))
    assert told == (TERM_ENDED,)


def test_a_line_paid_in_time_never_runs_late():
    paid, _ = pay(opened(FEE), Payment("V1", 3_000_000, date(2026, 12, 2)))

    assert tick(paid, date(2027, 1, 1))[1] == ()


def test_interest_runs_from_the_day_after_the_term_to_the_day_before_payment():
    ledger, _ = charge_interest(opened(FEE), RATE)

    assert ledger.interest(date(2026, 12, 3)) == 0
    assert ledger.interest(date(2026, 12, 4)) == 900
    assert ledger.interest(date(2026, 12, 12)) == 9 * 900


def test_interest_counts_each_voucher_by_its_own_day():
    ledger, _ = charge_interest(opened(FEE), RATE)
    ledger, _ = pay(ledger, Payment("V1", 1_000_000, date(2026, 12, 1)))
    ledger, _ = pay(ledger, Payment("V2", 1_000_000, date(2026, 12, 7)))

    assert ledger.interest(date(2026, 12, 12)) == 4 * 300 + 9 * 300


def test_interest_does_not_run_before_it_is_charged():
    assert opened(FEE).interest(date(2027, 6, 1)) == 0


def test_late_interest_is_rounded_to_a_whole_dong():
    assert late_interest(3_001_667, 1, RATE) == 901
    assert late_interest(3_000_000, -3, RATE) == 0


# --- the ends ---


def test_a_deferred_line_is_owed_but_neither_due_nor_late_nor_bearing_interest():
    ledger, _ = defer(opened(FEE, TAX), "registration_fee", date(2031, 11, 2))
    ledger, _ = charge_interest(ledger, RATE)
    ledger, _ = pay(
        ledger, Payment("V1", 12_000_000, date(2026, 11, 5), "personal_income_tax")
    )

    fee = ledger.lines[0]
    assert (fee.state, fee.left, fee.due) == (LineState.DEFERRED, 3_000_000, None)
    assert fee.until == date(2031, 11, 2)
    assert not ledger.is_open
    assert ledger.interest(date(2027, 6, 1)) == 0
    assert tick(ledger, date(2027, 6, 1))[1] == ()


def test_a_deferred_debt_can_be_paid_off_in_parts():
    ledger, _ = defer(opened(FEE))
    ledger, part = pay(ledger, Payment("V1", 1_000_000, date(2027, 11, 5)))
    _, rest = pay(ledger, Payment("V2", 2_000_000, date(2027, 11, 6)))

    assert (part, rest) == ((PAID_PART,), (PAID_ALL,))


def test_a_withdrawn_notice_owes_nothing_and_shows_what_was_paid():
    paid, _ = pay(opened(FEE), Payment("V1", 1_000_000, date(2026, 11, 5)))

    ledger, _ = cancel(paid)

    assert (ledger.left, only(ledger).excess) == (0, 1_000_000)
    again, _ = open_notice(ledger, notice(FEE, number="TB-2"))
    assert again.left == 3_000_000


def test_release_lets_go_only_what_is_unpaid():
    paid, _ = pay(opened(FEE), Payment("V1", 1_000_000, date(2026, 11, 5)))

    ledger, _ = release(paid)

    assert (only(ledger).owed, only(ledger).left, only(ledger).excess) == (
        1_000_000,
        0,
        0,
    )


# --- orders of a chart ---


def order(**given):
    return ObligationOrder.model_validate(given)


def test_the_orders_of_a_chart_are_carried_out():
    ledger, _ = perform(Ledger(), order(open="notice.lines"), notice=notice(FEE, TAX))
    ledger, _ = perform(
        ledger,
        order(adjust="notice.lines", rule="longer_term_only_if_more"),
        notice=notice(NoticeLine("registration_fee", "receiver", 1), number="TB-2"),
    )
    ledger, _ = perform(ledger, order(defer="registration_fee"))
    ledger, _ = perform(ledger, order(interest="start"), rate=RATE)

    assert ledger.left == 12_000_000
    assert ledger.rate == RATE
    assert perform(ledger, order(cancel="all"))[0].left == 0


def test_unpaid_money_is_released_only_when_the_parent_is_not_done():
    let_go = order(release_unpaid_if="parent_not_done")

    assert perform(opened(FEE), let_go, parent_done=True)[0].left == 3_000_000
    assert perform(opened(FEE), let_go)[0].left == 0


@pytest.mark.parametrize(
    "given",
    [
        {"open": "notice.lines"},
        {"interest": "start"},
        {"adjust": "notice.lines", "rule": "as_you_like"},
    ],
)
def test_an_order_that_lacks_what_it_needs_is_a_fault(given):
    with pytest.raises(ValueError, match=r"order|rule"):
        perform(Ledger(), order(**given))


# --- lines as recorded ---


def test_the_payer_is_the_one_of_the_procedure_unless_the_line_says_otherwise():
    lines = read_lines(
        [
            {"kind": "registration_fee", "amount": 1},
            {"kind": "personal_income_tax", "amount": 2, "payer": "receiver"},
        ],
        SPECS,
    )

    assert [line.payer for line in lines] == ["receiver", "receiver"]


def test_every_wrong_line_is_named():
    with pytest.raises(BadInputError) as refused:
        read_lines(
            [
                {"kind": "gift_tax", "amount": 1},
                {"kind": "registration_fee", "amount": "1.5"},
                {"kind": "registration_fee", "amount": -1},
                {"kind": "registration_fee", "amount": True},
                "12",
                {"kind": "land_use_levy", "amount": 1},
                {"kind": "land_use_levy", "amount": 1},
            ],
            SPECS,
        )

    assert [problem.key for problem in refused.value.problems] == [
        "notice.lines[0].kind",
        "notice.lines[1].amount",
        "notice.lines[2].amount",
        "notice.lines[3].amount",
        "notice.lines[4]",
        "notice.lines[6]",
    ]
    assert "registration_fee" in refused.value.problems[0].text


def test_lines_that_are_no_list_are_refused():
    with pytest.raises(BadInputError, match="danh sách"):
        read_lines("12000000", SPECS)


# --- what always holds ---

KINDS = st.sampled_from(["registration_fee", "personal_income_tax", "land_use_levy"])
AMOUNTS = st.integers(0, 200_000_000)
DAYS = st.dates(date(2026, 11, 2), date(2027, 8, 1))


@st.composite
def acts(draw):
    """One act on a ledger, as a function of it."""
    day = draw(DAYS)
    number = f"TB-{draw(st.integers(1, 4))}"
    sums = draw(st.dictionaries(KINDS, AMOUNTS, max_size=3))
    lines = [
        NoticeLine(kind, SPECS[kind].payer, amount) for kind, amount in sums.items()
    ]
    letter = notice(*lines, number=number, issued=day)
    voucher = Payment(
        f"V{draw(st.integers(1, 6))}",
        draw(st.integers(1, 250_000_000)),
        day,
        draw(st.none() | KINDS),
    )
    which = draw(KINDS | st.just("all"))
    return draw(
        st.sampled_from(
            [
                lambda ledger: open_notice(ledger, letter),
                lambda ledger: adjust_notice(ledger, letter),
                lambda ledger: pay(ledger, voucher),
                lambda ledger: pay(ledger, voucher),
                lambda ledger: defer(ledger, which),
                lambda ledger: cancel(ledger, which),
                lambda ledger: tick(ledger, day),
                lambda ledger: charge_interest(ledger, RATE),
                release,
            ]
        )
    )


HISTORIES = st.lists(acts(), max_size=10)


def played(history):
    ledger = Ledger()
    for act in history:
        ledger, _ = act(ledger)
    return ledger


@given(HISTORIES)
def test_paid_and_left_are_always_the_sum_and_nothing_is_below_zero(history):
    for line in played(history).lines:
        assert line.credited + line.left == line.owed
        assert line.credited + line.excess == line.paid
        assert min(line.owed, line.left, line.credited, line.excess) >= 0
        assert all(part.amount >= 0 for part in line.parts)


@given(HISTORIES)
def test_every_dong_that_came_in_is_on_a_line_or_unplaced(history):
    ledger = played(history)

    on_lines = sum(line.paid for line in ledger.lines)

    assert ledger.paid == on_lines + sum(each.unplaced for each in ledger.vouchers)


@given(HISTORIES, st.integers(1, 250_000_000), DAYS)
def test_one_voucher_twice_changes_nothing(history, amount, day):
    once, _ = pay(played(history), Payment("X", amount, day))

    assert pay(once, Payment("X", amount, day)) == (once, ())


@given(HISTORIES)
def test_the_ledger_survives_the_trip_through_json(history):
    ledger = played(history)

    assert Ledger.from_json(json.loads(json.dumps(ledger.to_json()))) == ledger


@given(HISTORIES, DAYS)
def test_a_tick_tells_at_most_once(history, day):
    ledger, _ = tick(played(history), day)

    assert tick(ledger, day) == (ledger, ())


@given(HISTORIES, DAYS, st.integers(0, 60))
def test_interest_never_falls_by_waiting(history, day, more):
    ledger, _ = charge_interest(played(history), RATE)

    assert 0 <= ledger.interest(day) <= ledger.interest(day + timedelta(days=more))


@given(HISTORIES, DAYS)
def test_all_is_told_as_paid_only_when_nothing_is_left_to_pay_now(history, day):
    ledger, told = pay(played(history), Payment("X", 1_000_000_000, day))

    if PAID_ALL in told:
        assert ledger.left == 0


@pytest.mark.parametrize("again", [open_notice, adjust_notice])
def test_a_withdrawn_notice_that_is_issued_again_by_its_number_is_owed_again(again):
    first, _ = open_notice(Ledger(), notice(FEE))
    paid, _ = pay(first, Payment("V-1", 1_000_000, ISSUED))
    withdrawn, _ = cancel(paid)
    owed, told = again(withdrawn, notice(FEE, issued=ISSUED + timedelta(days=9)))
    assert (owed.left, told) == (2_000_000, (PAID_PART,))
    assert owed.due == ISSUED + timedelta(days=39)
    assert [line.id for line in owed.lines] == [line.id for line in first.lines]
    settled, told = pay(owed, Payment("V-2", 2_000_000, ISSUED))
    assert (settled.left, told) == (0, (PAID_ALL,))
