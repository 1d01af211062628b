"""Figures of stored cases: they are what the history says, and counted beside it."""

from datetime import date, timedelta

import pytest

from service.usecases.cases.decide import undo
from service.usecases.indicators.count_figures import (
    count_months,
    look_again,
    sweep_figures,
)
from service.usecases.indicators.export_cases import exported_cases
from service.usecases.indicators.figures import figures_between
from service.usecases.matter.submit_dossier import submit
from service.usecases.outside.working import run_until_idle
from tests import slow_figures
from tests.factories import act, clerk, file_of, filed, finish, row_of
from workflows.errors import BadInputError

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))
COUNTED = ("total", "on_time", "late", "rate")


def exported(desk):
    """Return the lines of ``dat export cases``."""
    return [each.to_json() for each in exported_cases(desk)]


def at_the_counter(desk):
    """Have the contract of a gift notarised and hand the gift in."""
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    run_until_idle(desk)
    return matter, case


def at_the_land_office(desk):
    """Hand the gift in and have it received."""
    matter, case = at_the_counter(desk)
    act(desk, clerk(desk, "one-stop"), case, "accept")
    return matter, case


def ask_for_more(desk, case):
    act(desk, clerk(desk, "land-branch"), case, "request_supplement")


def agree(desk, first, last):
    """Count both ways, and hold every number against the slow calculator."""
    lines = exported(desk)
    told = figures_between(desk, first, last).to_json()
    slow = slow_figures.table(lines, first, last)
    assert {key: told[key] for key in COUNTED} == slow
    for key, groups in (("office", "by_office"), ("procedure", "by_procedure")):
        quick = {
            each[key]: {name: each[name] for name in COUNTED} for each in told[groups]
        }
        assert quick == slow_figures.by(lines, key, first, last)
    return told


def test_totals_are_those_of_the_history_whatever_happened(desks):
    desk = desks.make()
    matter, case = at_the_land_office(desk)
    desks.hour.later(days=1)
    ask_for_more(desk, case)
    agree(desk, *NOVEMBER)
    desks.hour.later(days=6)
    act(desk, matter.citizen, case, "supply")
    finish(desk, matter.citizen, case)
    desks.hour.later(days=30)
    assert agree(desk, *NOVEMBER)["late"] == 0
    december = agree(desk, *DECEMBER)
    assert december["late"] > 0
    assert december["until"] == "2027-01-01T00:00:00+07:00"
    assert [each["month"] for each in december["by_month"]] == ["2026-12"]


def test_a_second_request_is_late_though_the_day_was_not_over(desks):
    desk = desks.make()
    matter, case = at_the_land_office(desk)
    ask_for_more(desk, case)
    act(desk, matter.citizen, case, "supply")
    assert agree(desk, *NOVEMBER)["late"] == 0
    ask_for_more(desk, case)
    told = agree(desk, *NOVEMBER)
    assert (told["late"], told["late_asked_again"]) == (1, 1)
    assert told["returns"] == {"supplement": 2}


def test_what_the_counter_gave_back_was_not_yet_received(desks):
    desk = desks.make()
    _, case = at_the_counter(desk)
    act(desk, clerk(desk, "one-stop"), case, "return_at_counter")
    told = agree(desk, *NOVEMBER)
    assert [each["procedure"] for each in told["by_procedure"]] == ["notarize_contract"]
    assert told["returns"] == {"counter": 1}
    (line,) = (each for each in exported(desk) if each["code"] == case)
    assert line["received"] is None
    assert line["supplements"] == []


def test_what_was_taken_back_never_happened(desk):
    _, case = at_the_counter(desk)
    counter = clerk(desk, "one-stop")
    act(desk, counter, case, "return_at_counter")
    undo(desk, counter, case)
    assert agree(desk, *NOVEMBER)["returns"] == {}


def test_the_office_in_charge_is_the_one_whose_term_it_is(desk):
    _, case = at_the_land_office(desk)
    (line,) = (each for each in exported(desk) if each["code"] == case)
    assert line["office"] == clerk(desk, "land-branch").office_id
    assert line["received"].endswith("+07:00")
    assert line["appointment"] == row_of(desk, case).appointment.isoformat()


def test_only_the_cases_that_moved_are_looked_at_again(desk):
    at_the_land_office(desk)
    assert look_again(desk) == 2
    assert look_again(desk) == 0


def test_a_case_that_moves_while_it_is_looked_at_is_looked_at_once_more(desk):
    _, case = at_the_land_office(desk)
    id_ = row_of(desk, case).id
    with desk.database.transaction() as uow:
        versions = uow.figures.touched("66", 10)
        uow.figures.touch("66", id_, versions[id_] + 1)
        uow.figures.looked_at("66", versions)
        assert uow.figures.touched("66", 10) == {id_: versions[id_] + 1}


def test_an_office_asks_for_its_own_cases_only(desk):
    at_the_land_office(desk)
    office = clerk(desk, "notary").office_id
    told = figures_between(desk, *NOVEMBER, office).to_json(cases=True)
    assert [each["office"] for each in told["by_office"]] == [office]
    assert [each["verdict"] for each in told["cases"]] == ["on_time"]


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ((date(2026, 11, 2), date(2026, 11, 1)), "--to"),
        ((date(2027, 1, 1), date(2027, 1, 2)), "--from"),
        ((*NOVEMBER, "nowhere"), "--office"),
    ],
)
def test_days_and_offices_that_cannot_be_are_refused_by_name(desk, asked, key):
    with pytest.raises(BadInputError) as refused:
        figures_between(desk, *asked)
    assert [problem.key for problem in refused.value.problems] == [key]


# --- months ---------------------------------------------------------------------------


def month(desk, day, office="", procedure=""):
    with desk.database.reading() as uow:
        rows = uow.figures.of_month("66", day)
    (row,) = (
        each for each in rows if (each.office_id, each.procedure) == (office, procedure)
    )
    return row.body


def test_a_month_is_stored_as_it_would_be_counted(desk):
    at_the_land_office(desk)
    look_again(desk)
    assert count_months(desk) == 1
    told = figures_between(desk, *NOVEMBER)
    assert month(desk, NOVEMBER[0]) == told.figures.to_json()
    for group in told.by_office:
        assert month(desk, NOVEMBER[0], group.id) == group.figures.to_json()
    for group in told.by_procedure:
        body = month(desk, NOVEMBER[0], procedure=group.id)
        assert body == group.figures.to_json()


def test_a_month_that_is_over_is_counted_once_more_and_then_stays(desks):
    desk = desks.make()
    matter, case = at_the_land_office(desk)
    look_again(desk)
    count_months(desk)
    desks.hour.later(days=20)
    assert count_months(desk) == 2
    november = month(desk, NOVEMBER[0])
    finish(desk, matter.citizen, case)
    look_again(desk)
    assert count_months(desk) == 1
    assert month(desk, NOVEMBER[0]) == november
    assert file_of(desk, case).row.version > 2


def test_the_worker_looks_at_many_cases_a_part_at_a_time(desk):
    for _ in range(3):
        filed(desk)
    assert look_again(desk, 2) == 2
    assert look_again(desk, 2) == 1
    assert look_again(desk, 2) == 0


def test_the_worker_counts_at_most_every_ten_minutes(desks):
    desk = desks.make()
    at_the_land_office(desk)
    assert sweep_figures(desk)
    assert not sweep_figures(desk)
    desks.hour.now += timedelta(minutes=10)
    assert sweep_figures(desk)
