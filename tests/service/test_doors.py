"""Guessing at a door: tries add up, at whatever door and however many come at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from service.auth.sessions import count_try, open_matter
from service.errors import SignInRefusedError, TooManyTriesError
from service.usecases.following import follow_access
from tests.factories import a_matter, filed


def wrong(pin):
    return f"{(int(pin) + 1) % 1_000_000:06d}"


def test_tries_that_come_at_the_same_moment_are_all_counted(desk):
    def tries(_):
        try:
            count_try(desk, "door", most=5)
        except TooManyTriesError:
            return 0
        return 1

    with ThreadPoolExecutor(12) as people:
        assert sum(people.map(tries, range(60))) == 5


def test_the_number_of_a_matter_has_one_counter_at_every_door(desk):
    opened = filed(desk)
    for _ in range(desk.settings.sign_in_tries // 2):
        assert follow_access.prove(desk, opened.case, wrong(opened.pin)) is None
        with pytest.raises(SignInRefusedError):
            open_matter(desk, opened.code, wrong(opened.pin))
    with pytest.raises(TooManyTriesError):
        open_matter(desk, opened.code, opened.pin)
    with pytest.raises(TooManyTriesError):
        follow_access.prove(desk, opened.case, opened.pin)


def test_a_day_has_only_so_many_tries_with_a_number(desks):
    desk = desks.make(number_tries_a_day=15)
    opened, _ = a_matter(desk)
    for _ in range(15):
        with pytest.raises(SignInRefusedError):
            open_matter(desk, opened.code, wrong(opened.pin))
        desks.hour.later(minutes=1)
    desks.hour.later(hours=2)
    with pytest.raises(TooManyTriesError):
        open_matter(desk, opened.code, opened.pin)
    desks.hour.later(hours=22)
    assert open_matter(desk, opened.code, opened.pin)
