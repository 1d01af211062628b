"""A case at the desk as clerks live with it: a look from outside, notes, papers."""

import pytest

from tests.browser.scenes import AT_LAND_OFFICE, GIFT_OF_LAND
from tests.browser.ways import as_citizen
from tests.factories import act, clerk

pytestmark = pytest.mark.browser

WHY = "bà Lành hỏi tại quầy sáng nay"


def test_a_look_from_another_office_is_read_by_the_resident(town, scene):
    code, _ = scene.demo(AT_LAND_OFFICE)
    where = f"/can-bo/ho-so/{scene.case(code, GIFT_OF_LAND)}"
    stranger = town.clerk("congchung").opens(where)
    stranger.presses("Xem trong 30 phút").sees("Chọn vì sao cần xem hồ sơ này.")

    stranger.chooses("Người dân nhờ tôi xem").types("Ghi rõ", WHY)
    stranger.presses("Xem trong 30 phút").sees(WHY, "Nguyễn Mẫu Văn Bình", "chỉ xem")
    stranger.does_not_see("Việc được làm lúc này", "Ghi chú nội bộ", "066051000012")

    resident = as_citizen(AT_LAND_OFFICE, "/ho-so/{code}/quyen")(scene)
    resident.sees(f"Lý do: Người dân nhờ tôi xem: {WHY}")


def test_a_clerk_without_script_loses_nothing_that_he_typed(town, scene):
    _, _, case = scene.evidenced
    page = f"/can-bo/ho-so/{case}"
    person = town.somebody(script=False)
    town.sign_in(person, "datdai")

    person.opens(page).sees("hai nguồn khác nhau", "066181000056", "066181000065")
    person.unfolds("Viết ghi chú").types("Ghi chú", "Gọi lại sáng thứ Hai")
    person.presses("Ghi lại").sees("Gọi lại sáng thứ Hai")
    person.follows("Xem ảnh").sees("Hai giấy cạnh nhau", "Ảnh người dân chụp")
    shown = person.page.locator("img.leaf")
    assert all(each.evaluate("it => it.naturalWidth") > 0 for each in shown.all())

    person.opens(f"{page}/viec/apologise").types("Lý do chậm", "Chờ đo lại")
    with town.alone() as desk:
        act(desk, clerk(desk, "land-branch"), case, "conditions_met")
    person.presses(person.heading)
    assert person.status == 409
    person.sees("vừa làm “Đủ điều kiện, chuyển xử lý”")
    assert person.typed("Lý do chậm") == "Chờ đo lại"
