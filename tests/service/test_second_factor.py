"""Staff sign in with a second factor: a code that a device shows, once each."""

import re

import pyotp
import pytest

from service.auth import own_account
from service.auth.accounts import NewAccount, add_account
from service.auth.half_way import give_code, half_way
from service.auth.second_factor import drop_key, prove
from service.auth.sessions import read_session, sign_in
from service.errors import SignInRefusedError, TooManyTriesError
from tests.service.test_sign_in import ADMIN, PASSWORD, an_account
from tests.visitor import Visitor

ASKED = {"second_factor": "everybody"}


@pytest.fixture
def desk(desks):
    return desks.make(**ASKED)


def now_shown(desk, key, steps=0):
    """Return what a device shows, or showed so many steps of half a minute ago."""
    at = int(desk.now().timestamp()) + 30 * steps
    return pyotp.TOTP(key.replace(" ", "")).at(at)


def key_on(page):
    """Return the key that a page shows as text."""
    return re.search(r'<b class="code">([A-Z2-7 ]{39})</b>', page)[1]


def enrols(desk, person):
    """Set the device of somebody up who just gave the password; return its key."""
    assert person.path == "/dang-nhap/thiet-bi"
    key = key_on(person.text)
    sealed = re.search(r'name="khoa" value="([^"]+)"', person.text)[1]
    fields = {"khoa": sealed, "ma": now_shown(desk, key)}
    person.sends("/dang-nhap/thiet-bi", **fields)
    assert person.status == 200
    return key


def codes_on(page):
    return re.findall(r"DP-[0-9A-Z-]+", page)


@pytest.fixture
def enrolled(desk):
    """Return a helper with a device: the account, the key, the recovery codes."""
    an_account(desk)
    person = Visitor(desk).signs_in("lan", PASSWORD)
    key = enrols(desk, person)
    with desk.database.reading() as uow:
        return uow.people.account_by_name("lan"), key, codes_on(person.text)


def test_the_first_sign_in_leads_to_the_device_and_then_to_the_desk(desk, desks):
    an_account(desk)
    person = Visitor(desk).signs_in("lan", PASSWORD)
    assert person.opens("/tai-khoan-cua-toi").path == "/dang-nhap"
    key = enrols(desk, person.opens("/dang-nhap/thiet-bi"))
    assert len(set(codes_on(person.text))) == 10
    assert person.opens("/tai-khoan-cua-toi").path == "/tai-khoan-cua-toi"
    desks.hour.later(seconds=60)
    again = Visitor(desk).signs_in("lan", PASSWORD)
    assert again.path == "/dang-nhap/ma"
    assert again.opens("/tai-khoan-cua-toi").path == "/dang-nhap"
    assert again.opens("/dang-nhap/thiet-bi").path == "/dang-nhap/ma"
    assert again.sends("/dang-nhap/ma", ma=now_shown(desk, key)).path == "/ho-tro"


def test_the_password_alone_opens_nothing(desk, enrolled):
    half = sign_in(desk, "lan", PASSWORD)
    assert read_session(desk, half.token) is None
    assert half.actor.account_id is None
    assert half_way(desk, half.token).step == "code"


def test_the_key_and_the_codes_stand_in_the_store_for_nobody_to_read(desk, enrolled):
    account, key, codes = enrolled
    with desk.database.reading() as uow:
        row = uow.staff.of("66", account.id)
        stored = str(uow.staff.codes("66", account.id))
    raw = pyotp.TOTP(key.replace(" ", "")).byte_secret()
    assert raw not in row.key
    assert desk.ring.open(row.key, f"staff_access:key:{account.id}") == raw
    assert not any(code[9:] in stored for code in codes)


@pytest.mark.parametrize(
    ("steps", "right"), [(-2, False), (-1, True), (1, True), (2, False)]
)
def test_the_clock_of_a_device_may_be_half_a_minute_off(
    desk, desks, enrolled, steps, right
):
    account, key, _ = enrolled
    desks.hour.later(minutes=5)
    typed = now_shown(desk, key, steps)
    if right:
        prove(desk, account, f" {typed[:3]} {typed[3:]}")
        return
    with pytest.raises(SignInRefusedError):
        prove(desk, account, typed)


def test_a_code_is_taken_once_and_no_older_one_after_it(desk, desks, enrolled):
    account, key, _ = enrolled
    with pytest.raises(SignInRefusedError):  # it was given to set the device up
        prove(desk, account, now_shown(desk, key))
    desks.hour.later(minutes=5)
    other_process = desks.make(seed=2, **ASKED)
    prove(desk, account, now_shown(desk, key))
    for steps in (0, -1):
        with pytest.raises(SignInRefusedError):
            prove(other_process, account, now_shown(desk, key, steps))


def test_a_recovery_code_is_good_once_and_forgives_how_it_is_written(desk, enrolled):
    account, _, codes = enrolled
    prove(desk, account, codes[3].lower().replace("-", " "))
    for typed in (codes[3], codes[4][:-1], "DP-00000-00000-00000-0"):
        with pytest.raises(SignInRefusedError):
            prove(desk, account, typed)
    with desk.database.reading() as uow:
        assert len(uow.staff.codes("66", account.id)) == 9


def test_guessing_codes_ends_for_all_processes_and_for_the_right_code_too(
    desk, desks, enrolled
):
    account, key, _ = enrolled
    desks.hour.later(minutes=5)
    processes = desk, desks.make(seed=2, **ASKED)
    for turn in range(desk.settings.sign_in_tries):
        with pytest.raises(SignInRefusedError):
            prove(processes[turn % 2], account, "00000x")
    for process in processes:
        with pytest.raises(TooManyTriesError):
            prove(process, account, now_shown(desk, key))


def test_a_day_has_a_most_of_codes_whatever_the_pace(desks):
    desk = desks.make(code_tries_a_day=12, **ASKED)
    id_ = an_account(desk)
    with desk.database.reading() as uow:
        account = uow.people.account(id_)
    for _ in range(12):
        desks.hour.later(minutes=6)
        with pytest.raises(SignInRefusedError):
            prove(desk, account, "123456")
    desks.hour.later(minutes=6)
    with pytest.raises(TooManyTriesError):
        prove(desk, account, "123456")


def test_half_a_sign_in_ends_after_ten_minutes_and_its_token_after_one_step(
    desk, desks, enrolled
):
    _, key, _ = enrolled
    desks.hour.later(minutes=5)
    half = sign_in(desk, "lan", PASSWORD)
    signed = give_code(desk, half.token, now_shown(desk, key))
    assert signed.token != half.token
    assert read_session(desk, signed.token).name == "Lan"
    assert half_way(desk, half.token) is None
    late = sign_in(desk, "lan", PASSWORD)
    desks.hour.later(minutes=10)
    assert half_way(desk, late.token) is None


def test_a_key_that_another_sign_in_was_shown_is_never_kept(desk):
    an_account(desk)
    spy, owner = (Visitor(desk).signs_in("lan", PASSWORD) for _ in range(2))
    key = key_on(spy.text)
    seen = re.search(r'name="khoa" value="([^"]+)"', spy.text)[1]
    assert key != key_on(owner.text)
    typed = {"khoa": seen, "ma": now_shown(desk, key)}
    assert owner.sends("/dang-nhap/thiet-bi", **typed).status == 422
    assert "đã cũ" in owner.text


def test_in_the_demo_a_device_is_a_choice_that_holds_once_made(desks):
    desk = desks.make()
    an_account(desk)
    person = Visitor(desk).signs_in("lan", PASSWORD)
    assert person.path == "/ho-tro"
    person.opens("/tai-khoan-cua-toi/thiet-bi")
    key = key_on(person.text)
    sealed = re.search(r'name="khoa" value="([^"]+)"', person.text)[1]
    fields = {"khoa": sealed, "ma": now_shown(desk, key)}
    for wrong in ({}, {"mat-khau": "not hers"}):
        told = person.sends("/tai-khoan-cua-toi/thiet-bi", **fields | wrong)
        assert "Mật khẩu đang dùng chưa đúng." in told.text
        assert codes_on(told.text) == []
    fields["mat-khau"] = PASSWORD
    assert person.sends("/tai-khoan-cua-toi/thiet-bi", **fields).status == 200
    assert len(codes_on(person.text)) == 10
    assert person.opens("/ho-tro").path == "/ho-tro"
    assert Visitor(desk).signs_in("lan", PASSWORD).path == "/dang-nhap/ma"


def test_another_device_takes_a_code_of_the_first(desk, desks, enrolled):
    _, key, codes = enrolled
    desks.hour.later(minutes=5)
    half = sign_in(desk, "lan", PASSWORD)
    signed = give_code(desk, half.token, now_shown(desk, key))
    new = own_account.key_for(desk, signed.actor, signed.token)
    shown = now_shown(desk, new.typed)
    with pytest.raises(SignInRefusedError):
        own_account.enrol(desk, signed.actor, signed.token, new.sealed, shown, "123")
    renewed, others = own_account.enrol(
        desk, signed.actor, signed.token, new.sealed, shown, codes[0]
    )
    assert read_session(desk, signed.token) is None
    assert read_session(desk, renewed.token) == renewed.actor
    assert not set(others) & set(codes)


def test_who_has_no_device_any_more_sets_one_up_and_chooses_a_password(desk, enrolled):
    account, _, _ = enrolled
    with desk.database.transaction() as uow:
        drop_key(desk, uow, account)
    assert Visitor(desk).signs_in("lan", PASSWORD).path == "/dang-nhap/mat-khau"


def test_where_administrators_only_need_one_a_clerk_signs_in_without(desks):
    desk = desks.make(second_factor="administrators")
    an_account(desk)
    add_account(
        desk, ADMIN, NewAccount("chinh", PASSWORD, "Chính", "administrator"), "c"
    )
    assert Visitor(desk).signs_in("lan", PASSWORD).path == "/ho-tro"
    assert Visitor(desk).signs_in("chinh", PASSWORD).path == "/dang-nhap/thiet-bi"
