"""Every page of following, messages, rights and leave is for everybody."""

import re

import pytest

from tests.browser.english import left_in_vietnamese, reads_english
from tests.browser.people import Person
from tests.browser.quality import lacking
from tests.browser.scenes import (
    AT_LAND_OFFICE,
    AT_TAX_OFFICE,
    BEGUN,
    CONTRACT,
    NEW,
    Scene,
)
from tests.browser.ways import as_citizen, at, follows_to, request_sent

pytestmark = pytest.mark.browser


def followed_case(scene: Scene) -> Person:
    case = scene.case(scene.demo(NEW)[0], CONTRACT)
    return scene.anybody().opens(f"/tra-cuu?ma={case}")


def refused_number(scene: Scene) -> Person:
    person = scene.anybody().opens("/mo-lai").types("Mã việc", scene.demo(NEW)[0])
    return person.types("Số mở, 6 số", "000000").presses("Mở")


def followed_with_number(scene: Scene) -> Person:
    code, pin = scene.owing
    person = scene.anybody().opens(f"/tra-cuu?ma={code}")
    return person.types("Số mở, 6 số", pin).presses("Xem thêm")


def follows_with(second: str, times: int = 1):
    """Try to see more of a case of the demo, by somebody who knows no number."""

    def goes(scene: Scene) -> Person:
        case = scene.case(scene.demo(AT_LAND_OFFICE)[0], CONTRACT)
        person = scene.town.somebody().opens(f"/tra-cuu?ma={case}")
        for _ in range(times):
            person.types("Số mở, 6 số", second).presses("Xem thêm")
        return person

    return goes


def withdrawing_once_more(scene: Scene) -> Person:
    return follows_to("withdrawable", "/rut")(scene).presses("Đi tiếp để rút")


def withdrawing_too_many_words(scene: Scene) -> Person:
    person = follows_to("withdrawable", "/rut")(scene)
    person.page.locator("#ly-do").fill("dài " * 200)
    person.presses("Đi tiếp để rút").ticks("Tôi hiểu")
    return person.presses("Rút hồ sơ")


def withdrawing_as_a_stranger(scene: Scene) -> Person:
    _, _, case = scene.withdrawable
    return scene.town.somebody().opens(f"/tra-cuu/rut?ma={case}")


def rated_without_a_score(scene: Scene) -> Person:
    return follows_to("delivered", "/danh-gia")(scene).presses("Gửi đánh giá")


def messages_refused(scene: Scene) -> Person:
    person = as_citizen(NEW, "/ho-so/{code}/tin-nhan")(scene)
    return person.presses("Đồng ý và gửi mã xác nhận")


def code_asked_for(scene: Scene) -> Person:
    code, pin = scene.disputed
    person = scene.citizen(code, pin).opens(f"/ho-so/{code}/tin-nhan")
    if "chưa xác nhận" in person.words:
        return person.follows("Gõ mã xác nhận")
    person.chooses("Tin nhắn SMS").chooses("Báo tin khi hồ sơ")
    person.types("Số điện thoại, hoặc địa chỉ thư", "0912 345 678")
    return person.presses("Đồng ý và gửi mã xác nhận")


def messages_agreed_to(scene: Scene) -> Person:
    code, pin = scene.ready
    person = scene.citizen(code, pin).opens(f"/ho-so/{code}/tin-nhan")
    person.chooses("Tin nhắn SMS").chooses("Báo tin khi hồ sơ")
    person.types("Số điện thoại, hoặc địa chỉ thư", "0912 345 670")
    asked = person.presses("Đồng ý và gửi mã xác nhận").path
    person.opens("/thu-nghiem/tin-nhan").waits_until_the_page_says("0912345670")
    digits = re.search(r"mã (\d{6})", person.words)[1]
    person.opens(asked).types("Mã xác nhận, 6 số", digits)
    return person.presses("Xác nhận").unfolds("Giờ không gửi tin")


def code_refused(scene: Scene) -> Person:
    return code_asked_for(scene).types("Mã xác nhận, 6 số", "1").presses("Xác nhận")


def refused_consent(scene: Scene) -> Person:
    page = as_citizen(NEW, "/ho-so/{code}/nho-giup")(scene)
    return page.types("Tên đăng nhập của người giúp", "x").presses("Xem lời đồng ý")


def words_of_consent(scene: Scene) -> Person:
    page = as_citizen(NEW, "/ho-so/{code}/nho-giup")(scene)
    page.types("Tên đăng nhập của người giúp", "giupviec").chooses("Điền và in giúp")
    return page.chooses("Làm giấy tờ").chooses("30 phút").presses("Xem lời đồng ý")


def refused_stop(scene: Scene) -> Person:
    page = scene.anybody().opens("/dung-giup").types("Số giấy", "GY-0")
    return page.presses("Dừng ngay")


def request_refused(scene: Scene) -> Person:
    return as_citizen(NEW, "/ho-so/{code}/quyen/yeu-cau")(scene).presses("Gửi yêu cầu")


def erasing_refused(scene: Scene) -> Person:
    person = as_citizen(BEGUN, "/ho-so/{code}/quyen/xoa")(scene)
    return person.types("Số mở, 6 số", "0").presses("Xóa hẳn")


PAGES = {
    "asking for help": as_citizen(NEW, "/ho-so/{code}/nho-giup"),
    "asking for help, refused": refused_consent,
    "asking for help, the words": words_of_consent,
    "who helped": as_citizen(NEW, "/ho-so/{code}/ai-da-lam"),
    "stop by paper": at("/dung-giup"),
    "stop by paper, refused": refused_stop,
    "messages": as_citizen(AT_TAX_OFFICE, "/ho-so/{code}/tin-nhan"),
    "messages, refused": messages_refused,
    "messages, agreed to": messages_agreed_to,
    "messages, code": code_asked_for,
    "messages, code refused": code_refused,
    "messages of the trial": at("/thu-nghiem/tin-nhan"),
    "rights": as_citizen(AT_TAX_OFFICE, "/ho-so/{code}/quyen"),
    "rights, a request": request_sent,
    "rights, a sheet": as_citizen(AT_TAX_OFFICE, "/ho-so/{code}/quyen/ban-in"),
    "rights, asking": as_citizen(NEW, "/ho-so/{code}/quyen/yeu-cau"),
    "rights, asking refused": request_refused,
    "rights, erasing": as_citizen(BEGUN, "/ho-so/{code}/quyen/xoa"),
    "rights, erasing refused": erasing_refused,
    "rights, erasing a dossier": as_citizen(NEW, "/ho-so/{code}/quyen/xoa"),
    "rights, erased": at("/da-xoa"),
    "following": at("/tra-cuu"),
    "following, not found": at("/tra-cuu?ma=DAT-00000"),
    "following a matter": as_citizen(AT_TAX_OFFICE, "/tra-cuu?ma={code}"),
    "following a case": followed_case,
    "following with the number": followed_with_number,
    "following, wrong number": follows_with("000000"),
    "following, too many tries": follows_with("0000", times=6),
    "following, result waits": follows_to("ready_to_take"),
    "following, result given": follows_to("delivered"),
    "withdrawing": follows_to("withdrawable", "/rut"),
    "withdrawing, once more": withdrawing_once_more,
    "withdrawing, not sure": lambda scene: withdrawing_once_more(scene).presses(
        "Rút hồ sơ"
    ),
    "withdrawing, too many words": withdrawing_too_many_words,
    "withdrawing, number asked": withdrawing_as_a_stranger,
    "withdrawing, wrong number": lambda scene: (
        withdrawing_as_a_stranger(scene)
        .types("Số mở, 6 số", "000000")
        .presses("Tiếp tục")
    ),
    "withdrawing, too late": follows_to("ready_to_take", "/rut"),
    "rating": follows_to("delivered", "/danh-gia"),
    "rating, without a score": rated_without_a_score,
    "opening again": at("/mo-lai"),
    "opening again, refused": refused_number,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_following_and_of_rights_is_for_everybody(scene, town, name):
    person = PAGES[name](scene)
    assert list(lacking(person)) == []
    assert not reads_english(name) or left_in_vietnamese(scene, person) == []
