"""Single trials of the harness: short ones, on SQLite and on a server of their own."""

from types import SimpleNamespace

import pytest

from service.faults import Chance, ground
from service.faults.trial_backup import backup_under_load
from service.faults.trial_clerks import clerks_at_once
from service.faults.trial_clock import clock_steps
from service.faults.trial_migration import migration_killed
from service.faults.trial_silence import offices_away


@pytest.fixture(scope="module")
def base():
    with ground(None) as made:
        yield made


@pytest.mark.parametrize(
    "trial",
    [migration_killed, backup_under_load, clerks_at_once, offices_away, clock_steps],
)
def test_a_trial_looks_at_something_and_finds_nothing_wrong(base, trial):
    seen = trial(SimpleNamespace(ground=base), Chance(5))
    assert seen.wrong == ()
    assert seen.looked_at > 0
    assert seen.kills + seen.faults > 0 or trial is backup_under_load


def test_a_trial_finds_what_two_clerks_must_not_both_be_told(base, monkeypatch):
    def anyone_wins(desk, case, key):
        return None

    monkeypatch.setattr("service.faults.trial_clerks.accept", anyone_wins)
    seen = clerks_at_once(SimpleNamespace(ground=base), Chance(5))
    assert "4 were told" in seen.wrong[0]
