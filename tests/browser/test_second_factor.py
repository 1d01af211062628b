"""Staff at a phone: the device is set up, the codes are put away, the code is typed."""

import pyotp
import pytest

from tests.browser.conftest import a_town
from tests.browser.people import Person
from tests.browser.quality import lacking
from tests.factories import PASSWORD, an_account

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def whole_town(seeded, tmp_path_factory):
    folder = tmp_path_factory.mktemp("asked")
    with a_town(seeded, folder, second_factor="everybody") as town:
        yield town


def shown_by(town, key):
    """Return what the device shows that took this key."""
    return pyotp.TOTP(key.replace(" ", "")).at(town.hour.now)


def fine(person: Person) -> Person:
    assert list(lacking(person, light=False)) == []
    return person


def test_a_helper_sets_her_phone_up_and_signs_in_with_it(town):
    an_account(town.desk, "hongmau", "Chị Hồng Mẫu", "helper")
    person = town.somebody()
    town.sign_in(person, "hongmau")
    fine(person).sees("quét mã QR này", "Không quét được thì gõ khóa này")
    key = person.page.locator("main b.code").inner_text()
    picture = person.page.locator("main img").bounding_box()
    assert picture["width"] == picture["height"] >= 200
    person.types("Mã 6 số ứng dụng đang hiện", "000000")
    person.presses("Xong, lấy mã dự phòng").sees("Mã chưa đúng hoặc đã dùng rồi")
    assert person.page.locator("main b.code").inner_text() == key
    fine(person).types("Mã 6 số ứng dụng đang hiện", shown_by(town, key))
    person.presses("Xong, lấy mã dự phòng").sees("chỉ hiện một lần")
    recovery = person.page.locator("main .codes b.code").all_inner_texts()
    assert len(recovery) == 10
    fine(person).follows("Đã cất giấy, vào làm việc")
    assert person.path == "/ho-tro"

    town.hour.later(minutes=1)
    again = town.somebody()
    town.sign_in(again, "hongmau")
    fine(again).types("Mã 6 số, hoặc một mã dự phòng", shown_by(town, key))
    again.presses("Tiếp tục")
    assert again.path == "/ho-tro"

    without_phone = town.somebody()
    town.sign_in(without_phone, "hongmau")
    without_phone.types("Mã 6 số, hoặc một mã dự phòng", recovery[0].lower())
    without_phone.presses("Tiếp tục").opens("/tai-khoan-cua-toi")
    fine(without_phone).sees("Còn 9 mã dự phòng", "Máy này", "Đăng xuất ở đó")
    without_phone.presses("Đăng xuất mọi nơi khác").sees("Đã đăng xuất ở nơi đó")
    assert again.opens("/tai-khoan-cua-toi").path == "/dang-nhap"


def test_a_first_password_is_changed_on_a_page_for_everybody(town):
    an_account(town.desk, "moimau", "Anh Mới Mẫu", "helper")
    with town.desk.database.transaction() as uow:
        row = uow.people.account_by_name("moimau")
        uow.staff.change(row.tenant_id, row.id, must_change=True)
    person = town.somebody()
    town.sign_in(person, "moimau")
    fine(person).types("Mật khẩu mới", PASSWORD).types("Gõ lại mật khẩu mới", PASSWORD)
    fine(person.presses("Đặt mật khẩu")).sees("Mật khẩu này đã dùng trước đây")
