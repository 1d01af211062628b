"""Bugs planted in the service are found, each by the check that is there for it.

All of them take minutes; a run of the tests plants the two whose turn it is today, and
``dat faults --bugs`` plants all.
"""

from datetime import UTC, datetime

import pytest

from service.cli import main
from service.faults import ground
from service.faults.bugs import BUGS
from service.faults.checks import CHECKS
from service.faults.hunt import CONTROL, hunt

DAYS = 11
TODAY = datetime.now(UTC).toordinal() % DAYS  # noqa: TID251  whose turn it is
AUDITED = {
    "chain whole",
    "state equals the fold of the history",
    "counters equal a recount",
}


def test_every_bug_has_a_name_of_its_own_and_checks_that_there_are():
    known = {name for name, _, _ in CHECKS} | AUDITED
    assert len({bug.name for bug in BUGS}) == len(BUGS) >= 22
    assert {check for bug in BUGS for check in bug.checks} <= known


def test_the_bugs_whose_turn_it_is_are_found_and_nothing_is_found_without_one():
    turn = BUGS[TODAY::DAYS]
    with ground(None, rate=1) as base:
        control, *found = hunt(base, turn)
    assert (control.name, control.ok, control.wrong) == (CONTROL, True, ())
    assert control.kills >= 10
    assert [each.name for each in found if not each.ok] == []
    assert len(found) == len(turn)


@pytest.mark.parametrize("names", ["no-such-bug", "no-key-kept,another"])
def test_a_bug_that_nobody_knows_is_refused_with_those_that_there_are(names, capsys):
    assert main(["faults", "--bugs", names]) == 2
    said = capsys.readouterr().err
    assert "no-key-kept" in said
    assert "Traceback" not in said
