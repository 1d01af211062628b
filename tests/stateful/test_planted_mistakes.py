"""The machine is tested too: a planted mistake is found, by the check that is for it.

A mistake is put into the product itself, and the machine runs until it sees it.
"""

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import and_

from service.errors import AppError
from service.persistence import cases, worklist
from service.persistence.tables.cases import case
from service.usecases.cases import decide
from service.usecases.outside import deliver, receive
from tests.stateful import clerks
from tests.stateful.machine import machine_for
from tests.stateful.profiles import PROFILES
from tests.stateful.world import PROVINCE, FoundError
from workflows.errors import WorkflowError
from workflows.statechart import Chart

LONG_ENOUGH = settings(PROFILES["short"], max_examples=40)
PROCEDURE = "register_gift"


def a_state_without_owner(patch):
    asked = Chart.owner

    def owner(chart, instance):
        return None if "submitted" in instance.configuration else asked(chart, instance)

    patch.setattr(Chart, "owner", owner)


def a_list_that_drops_what_came_just_now(patch):
    asked = worklist._condition

    def condition(wanted):
        return and_(asked(wanted), case.c.received_at.is_not(None))

    patch.setattr(worklist, "_condition", condition)


def a_status_marked_as_sent_that_was_not(patch):
    patch.setattr(deliver, "hand_over", lambda desk, row: None)


def a_message_to_the_citizen_that_is_not_written(patch):
    patch.setitem(deliver._INSIDE, "notify", lambda desk, uow, row, file: None)


def a_refusal_that_leaves_a_trace(patch):
    raise_event = decide.raise_event

    def raised(desk, actor, code, event, **more):
        try:
            return raise_event(desk, actor, code, event, **more)
        except (AppError, WorkflowError):
            with desk.database.transaction() as uow:
                row = uow.cases.by_code(code)
                paper = {"left.behind": True}
                at = desk.now()
                uow.cases.set_papers(PROVINCE, row.id, paper, by="nobody", at=at)
            raise

    patch.setattr(clerks, "raise_event", raised)


def a_second_tap_that_acts_again(patch):
    patch.setattr(decide, "repeated", lambda uow, actor, key, request: None)


def a_duty_that_nobody_asks_for(patch):
    patch.setattr(decide, "on_duty", lambda desk, uow, actor, file, event: actor)


def a_counter_that_forgets_a_new_case(patch):
    patch.setattr(cases, "recount", lambda connection, before, after: None)


def a_fault_that_its_case_does_not_count(patch):
    def fault(desk, row, error):
        with desk.database.transaction() as uow:
            uow.queues.change_in(row, state="fault", error=error[:500])

    patch.setattr(receive, "_fault", fault)


@pytest.mark.parametrize(
    ("mistake", "found_by"),
    [
        (a_state_without_owner, "somebody_has_the_ball"),
        (a_list_that_drops_what_came_just_now, "stands_on_one_list"),
        (a_status_marked_as_sent_that_was_not, "effects_marked_done_were_done"),
        (a_message_to_the_citizen_that_is_not_written, "effects_marked_done_were_done"),
        (a_refusal_that_leaves_a_trace, "yet .* changed"),
        (a_second_tap_that_acts_again, "second t|same request"),
        (a_duty_that_nobody_asks_for, "was let through"),
        (a_counter_that_forgets_a_new_case, "counters_are_right"),
        (a_fault_that_its_case_does_not_count, "faults_are_seen"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_planted_mistake_is_found(mistake, found_by, monkeypatch, opening):
    mistake(monkeypatch)
    with pytest.raises(FoundError, match=found_by):
        run_state_machine_as_test(machine_for(PROCEDURE, opening), settings=LONG_ENOUGH)
