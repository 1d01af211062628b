"""Passwords: long, not common, one's own; changed by oneself, and no old one again."""

from dataclasses import asdict
from itertools import pairwise

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from service.auth import own_account
from service.auth.accounts import NewAccount, add_account
from service.auth.half_way import give_password
from service.auth.password_rules import LONGEST, common, password_problem
from service.auth.passwords import Passwords
from service.auth.sessions import read_session, sign_in
from service.errors import BadRequestError
from service.usecases.administration.admin_accounts import set_password
from tests.service.test_sign_in import ADMIN, PASSWORD, an_account
from tests.visitor import Visitor

OWN = "mùa cà phê năm nay được giá"
OTHER = "mưa đầu mùa về sớm hơn"


@pytest.mark.parametrize(("length", "second", "taken"), [
    (13, False, False), (14, False, True), (7, True, False), (8, True, True),
    (128, False, True), (129, False, False),
])  # fmt: skip
def test_how_long_a_password_is_follows_from_the_second_factor(length, second, taken):
    password = ("mùa cà phê 7 " * 11)[:length]
    assert (password_problem(password, second=second) is None) == taken


def test_none_of_the_most_common_passwords_is_taken():
    top = [each for each in FREQUENCY_LISTS["passwords"][:3000] if len(each) >= 8]
    assert len(top) > 500
    assert all(password_problem(each, second=True) for each in top)
    assert all(password_problem(each.upper(), second=True) for each in top)


@pytest.mark.parametrize("password", [
    "Mật khẩu mật khẩu", "aaaaaaaaaaaaaa", "!!!!!!!!!!!!!!", "abcabcabcabcabc",
    "passwordpassword", "ban-thu-nghiem-2026", "Qwerty123456789",
    "Nguyễn Văn Tám 1980", "can-bo.tam mot hai ba",
])  # fmt: skip
def test_what_guessers_try_first_is_refused_whatever_its_length(password):
    names = ("can-bo.tam", "Nguyễn Văn Tám")
    assert password_problem(password, second=False, names=names)


@pytest.mark.parametrize(
    "password",
    ["chỉ có chữ thường thôi", "41 56 23 98 07 61", "🌾🌾🌾 lúa chín 🌾🌾🌾"],
)
def test_no_kind_of_character_is_asked_for(password):
    assert password_problem(password, second=False) is None


def test_the_list_of_common_passwords_is_long():
    assert len(common()) > 20_000


@pytest.fixture
def person(desk):
    add_account(desk, ADMIN, NewAccount("lan", PASSWORD, "Lan", "helper"), "lan")
    return Visitor(desk).signs_in("lan", PASSWORD)


def changes(person, old=PASSWORD, new=OWN, again=OWN):
    person.opens("/tai-khoan-cua-toi")
    fields = {"mat-khau": old, "mat-khau-moi": new, "go-lai": again}
    return person.sends("/tai-khoan-cua-toi/mat-khau", **fields)


def test_who_knows_the_old_one_changes_it_and_is_signed_out_everywhere_else(
    desk, person
):
    elsewhere = sign_in(desk, "lan", PASSWORD)
    assert changes(person).status == 200
    assert "Đã đổi mật khẩu" in person.text
    assert read_session(desk, elsewhere.token) is None
    assert sign_in(desk, "lan", OWN).actor.name == "Lan"


@pytest.mark.parametrize(("typed", "said"), [
    ({"old": "not the old one"}, "Mật khẩu đang dùng chưa đúng."),
    ({"again": OTHER}, "Hai lần gõ không giống nhau."),
    ({"new": "ngắn", "again": "ngắn"}, "Mật khẩu cần ít nhất 14 ký tự."),
    ({"new": PASSWORD, "again": PASSWORD}, "Mật khẩu này đã dùng trước đây."),
])  # fmt: skip
def test_what_is_wrong_with_a_change_is_said_and_nothing_changes(
    desk, person, typed, said
):
    assert changes(person, **typed).status == 422
    assert said in person.text
    assert PASSWORD not in person.text
    assert sign_in(desk, "lan", PASSWORD).actor.name == "Lan"


def test_a_password_is_taken_exactly_as_it_was_typed(desk, person):
    blank = f" {OWN} "
    assert changes(person, new=blank, again=blank).status == 200
    assert Visitor(desk).signs_in("lan", OWN).status == 401
    assert Visitor(desk).signs_in("lan", blank).path == "/ho-tro"


def test_guessing_the_old_password_ends(desk, person):
    for _ in range(desk.settings.sign_in_tries):
        changes(person, old="a guess of somebody")
    assert changes(person).status == 429
    assert int(person.headers["retry-after"]) > 0


def test_a_password_that_another_chose_is_changed_before_anything_else(desk):
    id_ = an_account(desk)
    set_password(desk, ADMIN, id_, OTHER)
    first = sign_in(desk, "lan", OTHER)
    assert read_session(desk, first.token) is None
    with pytest.raises(BadRequestError):
        give_password(desk, first.token, OTHER, OTHER)
    signed = give_password(desk, first.token, OWN, OWN)
    assert read_session(desk, signed.token).name == "Lan"
    assert sign_in(desk, "lan", OWN).step is None


def test_an_administrator_takes_none_of_the_last_ten_and_changes_each_two_months(
    desks,
):
    desk = desks.make(password_days=60)
    new = NewAccount("chinh", PASSWORD, "Chính", "administrator")
    add_account(desk, ADMIN, new, "chinh")
    chosen = [PASSWORD, *(f"{OWN} {number}" for number in range(10))]
    signed = sign_in(desk, "chinh", PASSWORD)
    for old, new in pairwise(chosen):
        desks.hour.later(seconds=1)
        signed = own_account.change_password(
            desk, signed.actor, signed.token, old, new, new
        )
    for used in chosen[1:]:
        with pytest.raises(BadRequestError):
            own_account.change_password(
                desk, signed.actor, signed.token, chosen[-1], used, used
            )
    desks.hour.later(days=59)
    assert sign_in(desk, "chinh", chosen[-1]).step is None
    desks.hour.later(days=1)
    assert sign_in(desk, "chinh", chosen[-1]).step == "password"


def test_a_password_may_be_as_long_as_a_sentence():
    sentence = "con trâu đi trước cái cày theo sau, ruộng của nhà mình ở đầu buôn ấy "
    for length in (64, LONGEST):
        assert password_problem((sentence * 3)[:length], second=False) is None
    assert password_problem((sentence * 3)[: LONGEST + 1], second=False)


def test_passwords_are_kept_as_slow_hashes_with_a_salt_of_their_own():
    told = [Passwords().hash("the same words twice") for _ in range(2)]
    assert told[0] != told[1]
    kind, version, costs = told[0].split("$")[1:4]
    assert (kind, version) == ("argon2id", "v=19")
    cost = dict(each.split("=") for each in costs.split(","))
    assert int(cost["m"]) >= 19 * 1024
    assert int(cost["t"]) >= 2


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_fields_that_a_form_does_not_have_change_nothing(desk, person):
    """Whoever sends every column of the table along changes the password only."""
    with desk.database.reading() as uow:
        before = uow.people.account("lan")
    columns = dict.fromkeys(asdict(before), "administrator")
    kinds = {"loai": "administrator", "kind": "administrator", "viec": "lead"}
    person.opens("/tai-khoan-cua-toi")
    fields = {"mat-khau": PASSWORD, "mat-khau-moi": OWN, "go-lai": OWN}
    person.sends("/tai-khoan-cua-toi/mat-khau", **columns | kinds | fields)
    assert "Đã đổi mật khẩu" in person.text
    with desk.database.reading() as uow:
        after = uow.people.account("lan")
    changed = {
        name for name, value in asdict(after).items() if value != asdict(before)[name]
    }
    assert changed <= {"password_hash", "used_at"}
    assert "password_hash" in changed
