"""Single trials of the harness: short ones, on SQLite and on a server of their own."""

import asyncio
from types import SimpleNamespace

import pytest

from service.faults import Chance, ground
from service.faults.trial_backup import backup_under_load
from service.faults.trial_clerks import clerks_at_once
from service.faults.trial_clock import clock_steps
from service.faults.trial_disk import disk_full
from service.faults.trial_migration import migration_killed
from service.faults.trial_silence import offices_away
from service.faults.trial_term import told_to_stop
from service.main import _broken


@pytest.fixture(scope="module")
def base():
    with ground(None) as made:
        yield made


@pytest.mark.parametrize(
    "trial",
    [
        migration_killed,
        backup_under_load,
        clerks_at_once,
        offices_away,
        clock_steps,
        disk_full,
        told_to_stop,
    ],
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


def test_a_full_disk_is_tried_on_sqlite_and_elsewhere_it_says_that_it_was_not():
    elsewhere = SimpleNamespace(ground=SimpleNamespace(server="a server"))
    seen = disk_full(elsewhere, Chance(5))
    assert seen.not_made
    assert not seen.ok


def test_a_full_disk_that_is_told_in_other_words_is_found(base, monkeypatch):
    monkeypatch.setattr("service.main._no_room", _broken)
    seen = disk_full(SimpleNamespace(ground=base), Chance(6))
    assert any("it was answered 500" in each for each in seen.wrong)


def test_a_service_that_does_not_end_when_it_is_told_is_found(base, monkeypatch):
    async def hangs(*_args, **_more):
        await asyncio.sleep(600)

    monkeypatch.setattr("uvicorn.Server.shutdown", hangs)
    monkeypatch.setattr("service.faults.counter._WITHIN", 0.5)
    monkeypatch.setattr("service.faults.trial_term._ROUNDS", 1)
    seen = told_to_stop(SimpleNamespace(ground=base), Chance(5))
    assert any("ended with None" in each for each in seen.wrong)
