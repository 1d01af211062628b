"""Six digits prove that an address is hers: sent there, typed here, once."""

import pytest
from sqlalchemy import select

from service.errors import TooManyTriesError
from service.persistence.tables.messages import message, one_time_code
from service.usecases.outside.working import run_until_idle
from service.usecases.telling.contacts import (
    Address,
    CodeFor,
    proved_address,
    send_code,
)
from tests.factories import a_matter

PHONE = Address("sms", "0912345678")


def sent(desk):
    return desk.ports.messenger.kept()


def digits(desk):
    """Return the digits of the newest message, as its reader sees them."""
    run_until_idle(desk)
    return next(word for word in sent(desk)[0].text.split() if word.isdigit())


@pytest.fixture
def code(desk):
    return a_matter(desk)[0].code


def test_the_code_that_was_sent_holds_once(desk, code):
    send_code(desk, code, CodeFor.HELP, to=PHONE)
    typed = digits(desk)
    assert [each.address for each in sent(desk)] == [PHONE.address]
    assert proved_address(desk, code, CodeFor.HELP, f" {typed[:3]} {typed[3:]} ")
    assert not proved_address(desk, code, CodeFor.HELP, typed)


def test_a_code_holds_only_for_what_it_was_sent_for(desk, code):
    send_code(desk, code, CodeFor.HELP, to=PHONE)
    typed = digits(desk)
    assert not proved_address(desk, code, CodeFor.CONTACT, typed)
    assert not proved_address(desk, a_matter(desk)[0].code, CodeFor.HELP, typed)
    assert proved_address(desk, code, CodeFor.HELP, typed)


def test_a_code_ends_after_ten_minutes(desk, desks, code):
    send_code(desk, code, CodeFor.HELP, to=PHONE)
    typed = digits(desk)
    desks.hour.later(minutes=9, seconds=59)
    assert proved_address(desk, code, CodeFor.HELP, typed)
    send_code(desk, code, CodeFor.HELP, to=PHONE)
    typed = digits(desk)
    desks.hour.later(minutes=10)
    assert not proved_address(desk, code, CodeFor.HELP, typed)


def test_after_five_wrong_tries_the_right_code_holds_no_longer(desk, code):
    send_code(desk, code, CodeFor.HELP, to=PHONE)
    typed = digits(desk)
    wrong = f"{(int(typed) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert not proved_address(desk, code, CodeFor.HELP, wrong)
    assert not proved_address(desk, code, CodeFor.HELP, typed)
    send_code(desk, code, CodeFor.HELP, to=PHONE)
    assert proved_address(desk, code, CodeFor.HELP, digits(desk))


def test_a_newer_code_takes_the_place_of_the_older(desk, code):
    send_code(desk, code, CodeFor.HELP, to=PHONE)
    older = digits(desk)
    send_code(desk, code, CodeFor.HELP, to=PHONE)
    newer = digits(desk)
    assert older != newer
    assert not proved_address(desk, code, CodeFor.HELP, older)
    assert proved_address(desk, code, CodeFor.HELP, newer)


def test_no_more_than_three_codes_go_to_one_address_in_a_quarter(desk, desks):
    for _ in range(3):
        send_code(desk, a_matter(desk)[0].code, CodeFor.HELP, to=PHONE)
    code = a_matter(desk)[0].code
    with pytest.raises(TooManyTriesError):
        send_code(desk, code, CodeFor.HELP, to=PHONE)
    desks.hour.later(minutes=15)
    assert send_code(desk, code, CodeFor.HELP, to=PHONE)


def test_a_lost_number_goes_nowhere_without_a_confirmed_address(desk, code):
    assert send_code(desk, code, CodeFor.CONTACT) is None
    assert send_code(desk, "DAT-00000-00000-00000-0", CodeFor.CONTACT) is None
    run_until_idle(desk)
    assert sent(desk) == ()


def test_the_digits_stand_nowhere_in_the_store(desk, code):
    send_code(desk, code, CodeFor.HELP, to=PHONE)
    typed = digits(desk)
    with desk.database.engine.connect() as connection:
        for table in (one_time_code, message):
            rows = connection.execute(select(table)).all()
            assert rows
            assert typed not in str(rows)


def test_a_code_that_waited_too_long_for_the_messenger_is_not_sent(desk, desks, code):
    desk.ports.messenger.twin.faults.fail = 3
    send_code(desk, code, CodeFor.HELP, to=PHONE)
    run_until_idle(desk)
    desks.hour.later(minutes=11)
    desk.ports.messenger.twin.faults.fail = 0
    run_until_idle(desk)
    assert sent(desk) == ()
