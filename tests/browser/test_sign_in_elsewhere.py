"""On a phone: sign in elsewhere, find a matter again, unlink it; follow by a phone."""

import pytest

from service.usecases.outside.working import run_until_idle
from service.usecases.telling.message_choices import (
    Wanted,
    add_contact,
    confirm_contact,
)
from tests.browser.conftest import a_town
from tests.factories import a_matter, filed
from tests.integrations.providers import simulated, told_of
from tests.service.test_messages import SIX

pytestmark = pytest.mark.browser

HOA = "Nguyễn Thị Mẫu Hoa"
SCRIPT = pytest.mark.parametrize(
    "script", [True, False], ids=["with script", "without"]
)


@pytest.fixture(scope="module")
def whole_town(seeded, tmp_path_factory):
    """A town beside which a provider of identities is served."""
    with simulated() as (provider, address):
        told = told_of(address)
        folder = tmp_path_factory.mktemp("town")
        with a_town(seeded, folder, knows_address=True, identity=told) as town:
            provider.clock = town.hour
            yield town


def signs_in(person, name=HOA):
    person.presses("Đăng nhập bằng VNeID").follows("Sang trang VNeID")
    with person.page.expect_navigation():
        person.page.get_by_role("button", name=name).click()
    return person.looks()


@SCRIPT
def test_a_matter_is_found_again_without_its_number_and_unlinked(town, script):
    with town.alone() as desk:
        opened, _ = a_matter(desk)
    citizen = town.somebody(script=script).opens("/mo-lai")
    signs_in(citizen).sees("Việc của tôi", HOA)
    citizen.follows("Thêm việc").types("Mã việc", opened.code)
    citizen.types("Số mở, 6 số", opened.pin).presses("Mở")
    citizen.follows("Mở việc này không cần số mở").sees(HOA, "người đang đăng nhập")

    later = town.somebody(script=script).opens("/")
    signs_in(later).sees(opened.code)
    box = later.page.locator("section.box", has_text=opened.code)
    with later.page.expect_navigation():
        box.get_by_role("button", name="Mở việc này").click()
    assert later.path == f"/ho-so/{opened.code}"

    later.follows("Việc của tôi")
    box.locator("summary").click()
    with later.page.expect_navigation():
        box.get_by_role("button", name="Gỡ việc này").click()
    later.looks().does_not_see(opened.code)
    assert later.opens(f"/ho-so/{opened.code}").path.startswith("/mo-lai")


@SCRIPT
def test_what_the_provider_tells_is_looked_over_before_it_is_recorded(town, script):
    with town.alone() as desk:
        opened, _ = a_matter(desk)
    citizen = town.somebody(script=script).opens(f"/mo-lai?ma={opened.code}")
    citizen.types("Số mở, 6 số", opened.pin).presses("Mở")
    citizen.follows("Mở việc này không cần số mở")
    signs_in(citizen).sees("Ông bà là ai trong việc này?")
    citizen.chooses("Người nhận").presses("Xem trước rồi chọn")
    citizen.sees(HOA, "20/11/1981", "Chưa ghi gì cả").presses("Ghi vào hồ sơ")
    citizen.sees(HOA, "20/11/1981", "Nơi đăng nhập định danh điện tử")


def test_who_stops_at_the_provider_finds_the_other_doors(town):
    citizen = town.somebody().opens("/mo-lai")
    signs_in(citizen, "Không đăng nhập")
    citizen.sees("Ông bà đã dừng đăng nhập", "Mở việc bằng mã và số mở")


@SCRIPT
def test_a_phone_shows_where_its_matters_stand(town, script):
    phone = "0912345601" if script else "0912345602"
    with town.alone() as desk:
        gift = filed(desk)
        wanted = Wanted("hoa", "sms", phone, ("progress",))
        contact = add_contact(desk, gift.citizen, gift.code, wanted)
        run_until_idle(desk)
        digits = SIX.search(desk.ports.messenger.kept()[0].text)[0]
        assert confirm_contact(desk, gift.citizen, gift.code, contact, digits)

    citizen = town.somebody(script=script).opens("/tra-cuu")
    citizen.follows("Xem bằng số điện thoại nhận tin")
    citizen.types("Số điện thoại, 10 số", phone).presses("Gửi mã")
    citizen.follows("Bản thử nghiệm: xem mã ở đây")
    # The newest text to this phone: another one may have come to another phone.
    newest = f'.box:has-text("{phone}")'
    citizen.waits_until_the_page_says("xem các hồ sơ gắn với số điện thoại", newest)
    code = SIX.search(citizen.page.locator(f"{newest} .official").first.inner_text())[0]
    citizen.opens("/tra-cuu/dien-thoai/ma").types("Mã xác nhận, 6 số", code)
    citizen.presses("Xem hồ sơ").sees(gift.code, "chỉ cho xem")
    citizen.follows("Xem từng bước").sees(gift.case)
    citizen.opens("/tra-cuu/dien-thoai/viec").presses("Đóng lại")
    assert citizen.opens("/tra-cuu/dien-thoai/viec").path == "/tra-cuu/dien-thoai"
