"""The month of the demo: played by the use cases, and the same for the same seed."""

from dataclasses import replace
from datetime import date, datetime

from forms.stand_in import StandInPrinter
from service.composition import SeededChance
from service.usecases.cases.hand_overs import on_the_way
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.indicators.export_cases import exported_cases
from service.usecases.indicators.figures import figures_between
from service.usecases.playing.demo import seed_offices
from service.usecases.playing.demo_month import Month, fill_month
from tests import slow_figures
from tests.factories import clerk
from workflows.calendar import VIETNAM

NOW = datetime(2026, 11, 30, 11, 0, tzinfo=VIETNAM)
FIRST, LAST = date(2026, 10, 1), date(2026, 11, 30)


def played(desks, matters, seed=66):
    """Play a small month on a desk whose papers are one page."""
    desk = desks.make(mode="auto")
    desk = replace(desk, press=StandInPrinter(desk.press), ids=SeededChance(seed))
    seed_offices(desk, "66")
    month = Month(desk, lambda at: setattr(desks.hour, "now", at), NOW, seed)
    return desk, month, fill_month(month, matters)


def test_a_small_month_is_played_without_a_fault_and_its_figures_hold(desks):
    desk, month, cases = played(desks, 12)
    assert month.stuck == []
    assert cases > 12
    assert desk.now() == NOW
    with desk.database.reading() as uow:
        assert [row.code for row in uow.cases.everyone() if row.faults] == []
    assert verify_audit(desk).ok
    for office in ("one-stop", "land-branch", "commune"):
        way = on_the_way(desk, clerk(desk, office))
        assert not [row for row in way.to_give + way.to_take if row.late]
    lines = [each.to_json() for each in exported_cases(desk)]
    told = figures_between(desk, FIRST, LAST).to_json()
    slow = slow_figures.table(lines, FIRST, LAST)
    assert {key: told[key] for key in slow} == slow
    assert told["total"] == len([each for each in lines if each["received"]])
    assert fill_month(month, 12) == 0
