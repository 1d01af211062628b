"""A family follows its dossier on a phone: pays, takes it back, receives, rates."""

import pytest

from service.usecases.following.follow_case import follow
from tests.browser.scenes import GIFT_OF_LAND, SALE_OF_LAND
from tests.factories import act, clerk, row_of

pytestmark = pytest.mark.browser


def test_the_number_is_typed_once_and_the_notice_shows_where_to_pay(town, scene):
    code, pin = scene.owing
    case = scene.case(code, SALE_OF_LAND)
    family = town.somebody(script=False).opens("/tra-cuu")
    family.types("Mã việc hoặc mã hồ sơ", case).presses("Tra cứu")
    family.sees("Đang chờ ông bà nộp tiền", "‖ Đang dừng")
    family.does_not_see("18.000.000", "Thông báo 0123/TB-TCS")

    family.types("Số mở, 6 số", "123").presses("Xem thêm")
    family.sees("Có chỗ cần sửa", "Số này chưa mở được")
    family.types("Số mở, 6 số", pin).presses("Xem thêm")
    family.sees(
        "Thông báo 0123/TB-TCS, ngày",
        "Nơi nhận tiền, như thông báo ghi thử nghiệm",
        "Chỉ nộp theo thông báo; Dắt không thu tiền.",
        "Chờ ông bà nộp tiền",
        "Nộp đúng ngày cuối",
    )
    assert family.page.locator("img.pay-qr").bounding_box()["width"] >= 200

    family.opens(f"/tra-cuu?ma={code}").sees("Chỉ nộp theo thông báo")
    diary = family.downloads("Ghi các ngày vào lịch điện thoại").decode()
    assert diary.count("BEGIN:VEVENT") >= 1
    family.opens(f"/tra-cuu?ma={code}").presses("Đóng lại")
    family.does_not_see("0123/TB-TCS")


def test_withdrawal_is_thought_over_twice_and_the_dossier_comes_back(town, scene):
    code, pin, case = scene.withdrawable
    family = town.somebody(script=False).opens(f"/tra-cuu?ma={code}")
    family.types("Số mở, 6 số", pin).presses("Xem thêm")
    family.unfolds("Không muốn làm nữa?").follows("Xem việc rút hồ sơ")
    family.sees("Rút thì mất gì", "nộp lại từ đầu", "ra quầy nhận lại")
    family.follows("Không rút nữa")
    assert row_of(town.desk, case).ended_at is None

    family.opens(f"/tra-cuu/rut?ma={case}")
    family.types("Vì sao rút? Không ghi cũng được", "Gia đình chưa thống nhất")
    family.presses("Đi tiếp để rút")
    family.sees("Chắc chắn rút hồ sơ?", "Gia đình chưa thống nhất")
    family.presses("Rút hồ sơ").sees("Đánh dấu vào ô này nếu chắc chắn muốn rút.")
    family.ticks("Tôi hiểu").presses("Rút hồ sơ")
    family.sees("Ông bà đã rút hồ sơ")
    assert row_of(town.desk, case).outcome == "withdrawn"
    surveyor = town.clerk("datdai").opens(f"/can-bo/ho-so/{case}")
    surveyor.sees("Gia đình chưa thống nhất")


def test_a_family_reads_where_to_take_its_paper_receives_it_and_rates(town, scene):
    code, pin, case = scene.ready_to_take
    family = town.somebody().opens("/mo-lai")
    family.types("Mã việc", code).types("Số mở, 6 số", pin).presses("Mở")
    family.opens(f"/tra-cuu?ma={code}")
    counter = follow(town.desk, case).counter
    family.sees(
        f"Đến {counter}",
        f"Nhận ở đâu {counter}",
        "Căn cước, giấy hẹn",
        "Mang thêm Giấy ủy quyền",
        "Chưa rõ nơi này có gửi không",
    )
    assert family.downloads("Giấy tiếp nhận").startswith(b"%PDF")

    act(town.desk, clerk(town.desk, "one-stop"), case, "hand_over")
    family.opens(f"/tra-cuu?ma={code}").sees("ghi: đã trả ngày")
    family.page.locator(f'a[href="/tra-cuu/danh-gia?ma={case}"]').click()
    family.presses("Gửi đánh giá").sees("Chọn một trong năm mức.")
    family.chooses("Hài lòng").presses("Gửi đánh giá")
    family.sees("Ông bà đã nói: Hài lòng.")
    assert scene.case(code, GIFT_OF_LAND) == case
