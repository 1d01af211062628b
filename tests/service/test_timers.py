"""What time brings happens once, on its day."""

from service.usecases.cases.sweep_timers import sweep_timers
from service.usecases.outside.working import run_until_idle
from tests.factories import act, clerk, file_of, row_of
from tests.service.test_linked_cases import SALE, at_the_tax_office


def test_a_timer_fires_once_and_not_before_its_day(desk, desks):
    _, _, child = at_the_tax_office(desk)
    tax = clerk(desk, "tax")
    act(
        desk, tax, child, "take_up",
        facts={
            "exemption.claimed": True,
            "debt.requested": False,
            "sheet.asks_levy": False,
            "sheet.incomplete_for_tax": False,
        },
    )  # fmt: skip
    act(desk, tax, child, "ask_citizen")
    row = row_of(desk, child)
    with desk.database.reading() as uow:
        (timer,) = uow.queues.timers_of("66", row.id)
    desks.hour.now = timer.due_at
    desks.hour.later(seconds=-1)
    assert sweep_timers(desk) == 0
    desks.hour.later(seconds=1)
    assert sweep_timers(desk) == 1
    assert sweep_timers(desk) == 0
    with desk.database.reading() as uow:
        events = [move.body["event"] for move in uow.cases.moves("66", row.id)]
    assert events.count(timer.event) == 1


def test_a_timer_of_a_state_that_was_left_does_not_fire(desk, desks):
    matter, _, child = at_the_tax_office(desk)
    tax = clerk(desk, "tax")
    act(
        desk, tax, child, "take_up",
        facts={
            "exemption.claimed": True,
            "debt.requested": False,
            "sheet.asks_levy": False,
            "sheet.incomplete_for_tax": False,
        },
    )  # fmt: skip
    act(desk, tax, child, "ask_citizen")
    act(desk, matter.citizen, child, "answer")
    version = row_of(desk, child).version
    desks.hour.later(days=60)
    assert sweep_timers(desk) == 0
    assert row_of(desk, child).version == version


def test_a_term_of_payment_that_ends_is_told_once_and_interest_begins(desks):
    desk = desks.make(mode="auto")
    _, case, child = at_the_tax_office(desk, SALE, "register_transfer")
    run_until_idle(desk)
    assert "unpaid" in file_of(desk, child).instance.configuration
    desks.hour.later(days=45)
    run_until_idle(desk)
    assert "overdue" in file_of(desk, child).instance.configuration
    version = row_of(desk, child).version
    desks.hour.later(days=1)
    run_until_idle(desk)
    assert row_of(desk, child).version == version
    assert row_of(desk, case).faults == 0
