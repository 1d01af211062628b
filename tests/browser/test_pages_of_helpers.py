"""Every page of a helper, with coverage and without, is for everybody."""

import pytest

from tests.browser.english import left_in_vietnamese, reads_english
from tests.browser.people import Person
from tests.browser.quality import lacking
from tests.browser.scenes import NEW, Scene
from tests.browser.ways import at, helping

pytestmark = pytest.mark.browser


def device_of_helper(scene: Scene) -> Person:
    """Go to a device that took the questions of a matter along."""
    code, _ = scene.helped
    person = scene.clerk("giupviec").opens("/ho-tro/ngoai-tuyen")
    person.types("Số khóa của chuyến này", "190945")
    person.page.locator("#khoa-mau button").click()
    person.page.locator("#chuyen").wait_for()
    if person.page.locator("#danh-sach > li").count() == 0:
        person.page.locator(f"[name=viec][value='{code}']").check()
        person.page.locator("#lay").click()
    person.page.locator("#danh-sach [data-b=mo]").click()
    return person


def asked_offline(kind: str):
    """Go to a question of this kind on the device."""

    def goes(scene: Scene) -> Person:
        person = device_of_helper(scene)
        row = person.page.locator("#cau-hoi > div").filter(has_text=kind)
        row.first.locator("[data-b=ghi]").click()
        return person

    return goes


def asked_offline_in_vain(scene: Scene) -> Person:
    person = asked_offline("Ngày sinh")(scene)
    person.page.locator("#tra-loi").fill("hồi xưa")
    person.page.get_by_role("button", name="Tiếp tục").click()
    return person


def sheet_of_questions(scene: Scene) -> Person:
    person = scene.clerk("giupviec")
    return person.opens(f"/ho-tro/ngoai-tuyen/{scene.helped[0]}/phieu")


def helper_at(path: str):
    return lambda scene: scene.clerk("giupviec").opens(path)


def refused_door(scene: Scene) -> Person:
    return helping("/ho-tro/them")(scene).presses("Tiếp: bà con đồng ý")


def asked_at_the_door(scene: Scene) -> Person:
    page = helping("/ho-tro/them")(scene).types(
        "Mã việc, nếu bà con đã có", scene.unreached[0]
    )
    page.chooses("Xem và theo dõi").chooses("Theo dõi hồ sơ").chooses("1 giờ")
    return page.presses("Tiếp: bà con đồng ý")


def refused_code(scene: Scene) -> Person:
    page = asked_at_the_door(scene).types("Số điện thoại của bà con", "0912345678")
    page.presses("Gửi mã").types("Mã bà con đọc, 6 số", "1")
    return page.presses("Bà con đọc mã này")


def refused_slip(scene: Scene) -> Person:
    page = asked_at_the_door(scene).presses("Lập giấy để in")
    return page.types("Số trên giấy đã ký", "1").presses("Bà con đã ký giấy này")


def refused_again(scene: Scene) -> Person:
    path = "/ho-so/{code}/hoi-lai/certificate.wanted"
    return helping(path)(scene).presses("Hỏi lại bà con")


def visits_of_a_day(scene: Scene) -> Person:
    page = helping("/ho-tro/buoi")(scene)
    page.page.locator("[name='di-0']").check()
    return page.presses("Ghi buổi đi thăm")


def refused_visits(scene: Scene) -> Person:
    page = helping("/ho-tro/buoi")(scene)
    page.page.locator("#thon-0").fill("x" * 90)
    return page.presses("Ghi buổi đi thăm")


PAGES = {
    "help": at("/ho-tro"),
    "offline, not signed in": at("/ho-tro/ngoai-tuyen"),
    "offline, locked": helper_at("/ho-tro/ngoai-tuyen"),
    "offline, a resident": device_of_helper,
    "offline, yes or no": asked_offline("tranh chấp"),
    "offline, day": asked_offline("Ngày sinh"),
    "offline, hint": asked_offline_in_vain,
    "offline, on paper": sheet_of_questions,
    "help, for the helper": helping("/ho-tro"),
    "help, at the door": helping("/ho-tro/them"),
    "help, at the door, refused": refused_door,
    "help, asked": asked_at_the_door,
    "help, code refused": refused_code,
    "help, paper refused": refused_slip,
    "help, visits": visits_of_a_day,
    "help, visits, refused": refused_visits,
    "help, a matter": helping("/ho-so/{code}"),
    "help, end": helping("/ho-tro/ket-thuc/{code}"),
    "help, ask again": helping("/ho-so/{code}/hoi-lai/certificate.wanted"),
    "help, ask again, refused": refused_again,
    "team, lead": lambda scene: scene.clerk("totruong").opens("/ho-tro/to"),
    "team, no lead": helping("/ho-tro/to"),
    "team, what stands out": lambda scene: scene.clerk("totruong").opens(
        "/ho-tro/to/bat-thuong"
    ),
    "help, refused to look": lambda scene: scene.clerk("giupviec").opens(
        f"/ho-so/{scene.demo(NEW)[0]}"
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_a_helper_is_for_everybody(scene, town, name):
    person = PAGES[name](scene)
    assert list(lacking(person)) == []
    assert not reads_english(name) or left_in_vietnamese(scene, person) == []
