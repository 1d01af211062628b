"""Every page of the administrator's is for everybody, with every way it may refuse."""

from datetime import timedelta

import pytest

from service.persistence.oddities import OddityRow
from tests.browser.people import Person
from tests.browser.quality import lacking
from tests.browser.scenes import Scene

pytestmark = pytest.mark.browser

OWN = "/tai-khoan-cua-toi"
PEOPLE, PLACES = "/tai-khoan", "/co-quan"
SIGNING, DAYS, WORDS = "/giao-ky?co-quan=land-branch-66", "/ngay-nghi", "/tin-nhan"
LOOKED, HOLDS = "/ai-da-xem", "/giu-nguyen"
NOTICE = "Thông báo 1/TB ngày 25/11/2026"


def at(path: str):
    return lambda scene: scene.clerk("quantri").opens(f"/quan-tri{path}")


def refused(path: str, button: str):
    """Go to a page and send its form as it is."""
    return lambda scene: at(path)(scene).presses(button)


def delegated(scene: Scene) -> Person:
    admin = at(SIGNING)(scene).picks("Người giao", "Ông Phạm Mẫu Thành")
    admin.picks("Người nhận, ký thay", "Anh Phạm Mẫu Duy")
    admin.types("Từ ngày", "2026-11-25").types("Đến hết ngày", "2026-12-04")
    admin.types("Số văn bản giao", "12/QĐ").types("Ngày của văn bản", "2026-11-24")
    return admin.presses("Giao việc ký này")


def closed_for_a_storm(scene: Scene) -> Person:
    admin = at(DAYS)(scene).chooses("Đóng cửa tại chỗ")
    admin.types("Từ ngày", "2026-11-30").types("Dịp nghỉ, lý do", "Bão mẫu")
    admin.types("Văn bản nào, số và ngày", NOTICE)
    admin.types("Đóng cửa ở xã, phường nào", "24133")
    return admin.presses("Ghi vào lịch")


def withdrawn_without_reason(scene: Scene) -> Person:
    closed_for_a_storm(scene)
    admin = at(DAYS)(scene)
    with admin.page.expect_navigation():
        admin.page.get_by_role("button", name="Bỏ 30/11/2026").first.click()
    return admin.looks()


def order_without_reason(scene: Scene) -> Person:
    return closed_for_a_storm(scene).presses("Tính lại ngày hẹn")


def wording_refused(scene: Scene) -> Person:
    admin = at(f"{WORDS}/accepted")(scene).types("Lời tin", "Xem www.dat.example")
    return admin.presses("Dùng lời này")


def wording_changed(scene: Scene) -> Person:
    admin = at(f"{WORDS}/ready")(scene).types("Lời tin", "Dắt: hồ sơ {code} đã xong.")
    return admin.presses("Dùng lời này")


def counted_anew(scene: Scene) -> Person:
    admin = closed_for_a_storm(scene).types("Vì sao tính lại", NOTICE)
    admin.presses("Tính lại ngày hẹn")
    return admin.waits_until_the_page_says("đã xong")


def looked_into(scene: Scene) -> Person:
    scene.clerk("congchung")
    admin = at(LOOKED)(scene).types("Tên đăng nhập của tài khoản", "congchung")
    admin.types("Từ ngày, hay ngày giờ", "2026-11-24")
    admin.types("Đến hết ngày, hay đến giờ", "2026-11-25")
    admin.types("Phát hiện lúc (nếu có): 72 giờ tính từ đây", "2026-11-25 08:00")
    admin.types("Vì sao tra, theo văn bản nào", NOTICE)
    return admin.presses("Tra")


def stands_out(scene: Scene) -> Person:
    desk = scene.town.desk
    day = desk.today() - timedelta(days=1)
    row = OddityRow(
        "66", day, "datdai-66", "many_matters", "clerk", "land-branch-66", None, 45, 12,
        desk.now(),
    )  # fmt: skip
    with desk.database.transaction() as uow:
        uow.oddities.add(row)
    return at("/bat-thuong")(scene)


def nothing_asked(scene: Scene) -> Person:
    return stands_out(scene).presses("Ghi lại")


def held(scene: Scene) -> Person:
    matter, _ = scene.ready
    admin = at(HOLDS)(scene).types("Mã việc hay mã hồ sơ", matter)
    admin.types("Vì sao", "Vụ án mẫu").types("Số văn bản yêu cầu", "12/CV")
    admin.types("Giữ đến hết ngày", "2027-06-30")
    return admin.presses("Đề nghị giữ nguyên")


PAGES = {
    "start": at(""),
    "people": at(PEOPLE),
    "people of an office": at(f"{PEOPLE}?co-quan=notary-66"),
    "somebody new": at(f"{PEOPLE}/moi"),
    "somebody new, refused": refused(f"{PEOPLE}/moi", "Thêm người này"),
    "a clerk": at(f"{PEOPLE}/datdai-66"),
    "a clerk, password refused": refused(f"{PEOPLE}/datdai-66", "Đặt mật khẩu mới"),
    "a clerk, locked": refused(f"{PEOPLE}/xakhac-66", "Khóa tài khoản này"),
    "a helper": at(f"{PEOPLE}/giupviec-66"),
    "accounts to look over": at("/ra-soat"),
    "one's own account": lambda scene: scene.clerk("quantri").opens(OWN),
    "one's own device": lambda scene: scene.clerk("quantri").opens(f"{OWN}/thiet-bi"),
    "offices": at(PLACES),
    "offices, refused": refused(PLACES, "Lập cho mọi xã, phường chưa có"),
    "a new office": at(f"{PLACES}/moi"),
    "a new office, refused": refused(f"{PLACES}/moi", "Thêm cơ quan này"),
    "an office": at(f"{PLACES}/tax-66"),
    "an office, closed": refused(f"{PLACES}/finance-66", "Ngừng nhận hồ sơ mới"),
    "signing, which office": at("/giao-ky"),
    "signing, refused": refused(SIGNING, "Giao việc ký này"),
    "signing, delegated": delegated,
    "days": at(DAYS),
    "days, refused": refused(DAYS, "Ghi vào lịch"),
    "days, cases concerned": closed_for_a_storm,
    "days, withdrawn without a reason": withdrawn_without_reason,
    "days, ordered without a reason": order_without_reason,
    "days, counted anew": counted_anew,
    "words": at(WORDS),
    "words, one message": at(f"{WORDS}/accepted"),
    "words, refused": wording_refused,
    "words, changed": wording_changed,
    "log": at("/nhat-ky"),
    "heads of the audit": at("/dau-chuoi"),
    "who saw": at(LOOKED),
    "who saw, refused": refused(LOOKED, "Tra"),
    "who saw, told": looked_into,
    "what stands out, nothing": at("/bat-thuong"),
    "what stands out": stands_out,
    "what stands out, no words": nothing_asked,
    "holds": at(HOLDS),
    "holds, refused": refused(HOLDS, "Đề nghị giữ nguyên"),
    "holds, asked": held,
    "what is lacking": at("/con-thieu"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_administrator_is_for_everybody(scene, town, name):
    assert list(lacking(PAGES[name](scene), light=False)) == []
