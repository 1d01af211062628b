"""Accounts are looked after: idle ones locked, each reviewed, lost devices replaced."""

import re
from types import SimpleNamespace

import pytest

from service.auth import own_account
from service.auth.accounts import NewAccount, add_account
from service.auth.second_factor import keep_key, new_key
from service.auth.sessions import read_session, sign_in
from service.errors import SignInRefusedError
from service.usecases.administration.admin_log import changes
from service.usecases.administration.idle_accounts import lock_idle
from tests.service.test_second_factor import now_shown
from tests.service.test_sign_in import ADMIN, PASSWORD, an_account
from tests.visitor import Visitor

ACCOUNTS = "/quan-tri/tai-khoan"


@pytest.fixture
def desk(desks):
    return desks.make(idle_account_days=45)


def an_administrator(desk, name):
    new = NewAccount(name, PASSWORD, name.title(), "administrator")
    add_account(desk, ADMIN, new, name)
    return Visitor(desk).signs_in(name, PASSWORD)


def log(desk):
    return [(each.what, each.subject) for each in changes(desk, ADMIN).rows]


def uses(desk):
    return sign_in(desk, "lan", PASSWORD).actor.name


# --- nobody uses it -------------------------------------------------------------------


def test_an_account_that_nobody_uses_is_locked_and_opened_again_with_a_new_count(
    desk, desks
):
    id_ = an_account(desk)
    desks.hour.later(days=44)
    assert lock_idle(desk) == 0
    token = sign_in(desk, "lan", PASSWORD).token
    desks.hour.later(days=45, seconds=1)
    assert lock_idle(desk) == 1
    assert lock_idle(desk) == 0
    assert read_session(desk, token) is None
    with pytest.raises(SignInRefusedError):
        uses(desk)
    assert log(desk)[0] == ("Khóa tài khoản lâu không dùng", "lan")
    admin = an_administrator(desk, "chinh")
    page = f"{ACCOUNTS}/{id_}"
    admin.opens(page).sends(f"{page}/khoa", **{"khoa-lai": "0"})
    assert lock_idle(desk) == 0
    assert uses(desk) == "Lan"


def test_an_account_that_was_never_used_is_locked_too(desk, desks):
    an_account(desk)
    desks.hour.later(days=45, seconds=1)
    assert lock_idle(desk) == 1


def test_in_the_demo_nobody_is_locked(desks):
    desk = desks.make()
    an_account(desk)
    desks.hour.later(days=400)
    assert lock_idle(desk) == 0
    assert uses(desk) == "Lan"


# --- looked over ----------------------------------------------------------------------


def test_each_account_is_looked_over_twice_a_year_and_what_is_late_is_told(desk, desks):
    id_ = an_account(desk)
    admin = an_administrator(desk, "chinh")
    assert "đến hạn rà soát" not in admin.opens("/quan-tri").text
    desks.hour.later(days=183)
    admin.signs_in("chinh", PASSWORD)
    assert "Có 2 tài khoản đã đến hạn rà soát" in admin.opens("/quan-tri").text
    admin.opens("/quan-tri/ra-soat")
    assert admin.text.count("quá hạn") == 2
    admin.sends("/quan-tri/ra-soat", **{"tai-khoan": id_})
    assert admin.text.count("quá hạn") == 1
    assert "✓ 27/5/2027, Chinh" in admin.text
    assert log(desk)[0] == ("Đã rà soát tài khoản", "lan")


# --- a lost device --------------------------------------------------------------------


@pytest.fixture
def lost(desk):
    """Return the account of a helper with a device, which she lost."""
    id_ = an_account(desk)
    with desk.database.reading() as uow:
        row = uow.people.account(id_)
    key = new_key(desk, row, "here")
    keep_key(desk, row, "here", key.sealed, now_shown(desk, key.typed))
    return SimpleNamespace(id=id_, page=f"{ACCOUNTS}/{id_}")


def has_device(desk, account):
    with desk.database.reading() as uow:
        return uow.staff.of("66", account.id).key is not None


def test_a_second_factor_is_taken_away_when_two_administrators_agree(desk, lost):
    one, other = (an_administrator(desk, name) for name in ("chinh", "phu"))
    act = f"{lost.page}/ma-xac-thuc"
    assert one.opens(lost.page).sends(act).status == 422
    assert "Cần ghi vì sao gỡ" in one.text
    one.sends(act, ly_do="mất điện thoại")
    assert has_device(desk, lost)
    assert one.sends(act, dong_y="1").status == 422
    assert "Người đề nghị không tự xác nhận" in one.text
    other.opens(lost.page).sends(act, dong_y="1")
    assert not has_device(desk, lost)
    assert log(desk)[:2] == [
        ("Gỡ mã xác thực", "lan"),
        ("Đề nghị gỡ mã xác thực", "lan"),
    ]
    assert sign_in(desk, "lan", PASSWORD).step == "password"


def test_the_only_administrator_decides_alone_but_never_on_his_own_device(desk, lost):
    admin = an_administrator(desk, "chinh")
    admin.opens(f"{ACCOUNTS}/chinh").sends(f"{ACCOUNTS}/chinh/ma-xac-thuc", ly_do="x")
    assert "Không tự gỡ mã xác thực của mình" in admin.text
    admin.opens(lost.page).sends(f"{lost.page}/ma-xac-thuc", ly_do="mất máy")
    assert not has_device(desk, lost)


# --- where it is open -----------------------------------------------------------------


def test_a_person_sees_where_the_account_is_open_and_ends_it_there(desk):
    an_account(desk)
    here = Visitor(desk).signs_in("lan", PASSWORD)
    there = [sign_in(desk, "lan", PASSWORD).token for _ in range(3)]
    here.opens("/tai-khoan-cua-toi")
    assert here.text.count("Mở lúc") == 4
    assert here.text.count("Máy này") == 1
    marks = re.findall(r'name="phien" value="(\w+)"', here.text)
    assert not set(marks) & set(there)
    here.sends("/tai-khoan-cua-toi/phien", phien=marks[0])
    assert [bool(read_session(desk, each)) for each in there].count(True) == 2
    here.sends("/tai-khoan-cua-toi/phien")
    assert not any(read_session(desk, each) for each in there)
    assert here.opens("/tai-khoan-cua-toi").text.count("Mở lúc") == 1


def test_nobody_ends_the_sign_in_of_another(desk):
    an_account(desk)
    an_account(desk, "hoa")
    other = sign_in(desk, "hoa", PASSWORD)
    [mark] = own_account.own_account(desk, other.actor, other.token).sign_ins
    person = Visitor(desk).signs_in("lan", PASSWORD).opens("/tai-khoan-cua-toi")
    person.sends("/tai-khoan-cua-toi/phien", phien=mark.mark)
    assert read_session(desk, other.token) == other.actor


def test_an_administrator_ends_every_sign_in_of_an_account(desk):
    id_ = an_account(desk)
    token = sign_in(desk, "lan", PASSWORD).token
    admin = an_administrator(desk, "chinh").opens(f"{ACCOUNTS}/{id_}")
    assert "Mở lúc" in admin.text
    admin.sends(f"{ACCOUNTS}/{id_}/dang-xuat")
    assert read_session(desk, token) is None
    assert log(desk)[0] == ("Đăng xuất tài khoản ở mọi nơi", "lan")
