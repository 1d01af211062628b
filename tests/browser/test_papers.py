"""Papers are checked on a phone before anybody travels, with a script or without."""

import pytest

from service.usecases.papers.check_papers import step_check
from tests.browser.people import Person
from tests.factories import a_matter
from tests.forms import photos

pytestmark = pytest.mark.browser

STEP = "notarize_contract"


@pytest.fixture
def gift(town):
    return a_matter(town.desk)


def citizen_of(town, gift, *, script=True) -> Person:
    person = town.somebody(script=script).opens("/mo-lai")
    person.types("Mã việc", gift[0].code).types("Số mở, 6 số", gift[0].pin)
    return person.presses("Mở")


def at_paper(person, gift, paper="certificate", more="") -> Person:
    path = f"/ho-so/{gift[0].code}/buoc/{STEP}/giay-to/{paper}{more}"
    return person.opens(path)


def takes_photos(person, *contents, kind="image/jpeg", name="anh") -> Person:
    files = [
        {"name": f"{name}-{place}.jpg", "mimeType": kind, "buffer": content}
        for place, content in enumerate(contents)
    ]
    person.page.set_input_files("#anh", files)
    return person


def the_paper(town, gift, paper="certificate"):
    return step_check(town.desk, gift[1], gift[0].code, STEP).paper(paper)


def a_large_photo():
    """Return a photo as a phone takes it: twelve megapixels, lying, with its place."""
    page = photos.on_a_table(photos.a_page((2800, 3700), lines=30))
    return photos.from_a_phone(photos.sideways(page))


def test_a_photo_is_made_small_on_the_phone_before_it_is_sent(town, gift):
    person = at_paper(citizen_of(town, gift), gift)
    sent = []
    person.page.on(
        "request",
        lambda request: (
            sent.append(len(request.post_data_buffer or b""))
            if request.method == "POST"
            else None
        ),
    )

    large = a_large_photo()
    takes_photos(person, large)
    person.page.wait_for_selector("#anh-noi:not([hidden])")
    person.sees("Đã thu nhỏ 1 ảnh, còn")
    person.presses("Gửi và xem ảnh có rõ không")

    assert sent[-1] < len(large) / 2
    person.sees("Đã có 1 trang", "đọc được")
    (page,) = the_paper(town, gift).pages
    assert page.flaws == ()
    with town.desk.database.reading() as uow:
        matter = uow.matters.by_code(gift[0].code)
        (row,) = uow.paper_checks.pages(matter.tenant_id, matter.id)
    assert row.width < row.height == 1600


def test_a_photo_goes_as_it_is_without_a_script_and_is_upright_all_the_same(town, gift):
    person = at_paper(citizen_of(town, gift, script=False), gift)

    takes_photos(person, a_large_photo()).presses("Gửi và xem ảnh có rõ không")

    person.sees("Đã có 1 trang", "đọc được")
    assert the_paper(town, gift).pages[0].flaws == ()


@pytest.mark.parametrize("script", [True, False])
def test_a_renamed_program_and_no_file_at_all_are_refused_and_the_photo_stays(
    town, gift, script
):
    person = at_paper(citizen_of(town, gift, script=script), gift)
    takes_photos(person, photos.jpeg(photos.a_page()))
    person.presses("Gửi và xem ảnh có rõ không").sees("Đã có 1 trang")

    takes_photos(person, b"MZ\x90" + b"\0" * 400)
    person.presses("Gửi và xem ảnh có rõ không")
    assert person.status == 422
    person.sees("Có chỗ cần sửa", "chương trình máy tính", "Đã có 1 trang")

    person.presses("Gửi và xem ảnh có rõ không")
    person.sees("Chưa chọn ảnh nào", "Đã có 1 trang")


@pytest.mark.parametrize("script", [True, False])
def test_a_photo_of_thirty_megabytes_gets_a_page_and_not_a_broken_connection(
    town, gift, tmp_path, script
):
    person = at_paper(citizen_of(town, gift, script=script), gift)
    photo = tmp_path / "anh.jpg"
    photo.write_bytes(b"\xff\xd8\xff" + bytes(30 * 1024 * 1024))

    person.page.set_input_files("#anh", photo)
    person.presses("Gửi và xem ảnh có rõ không")

    assert person.status == 422
    person.sees("lớn quá 12 MB", "Những gì đã làm vẫn còn")


def test_the_back_button_and_a_second_tap_add_no_page(town, gift):
    person = at_paper(citizen_of(town, gift, script=False), gift)
    for _ in range(2):
        takes_photos(person, photos.jpeg(photos.a_page()))
        person.presses("Gửi và xem ảnh có rõ không")
        person.page.go_back()

    at_paper(person, gift).sees("Đã có 1 trang")


@pytest.mark.parametrize("script", [True, False])
def test_a_family_finds_at_home_what_would_send_them_back(town, gift, script):
    person = citizen_of(town, gift, script=script)
    person.opens(f"/ho-so/{gift[0].code}/buoc/{STEP}")
    person.sees("Chưa kiểm tra giấy nào").follows("Kiểm tra giấy tờ")

    at_paper(person, gift, more="/doc")
    for answer in person.page.locator("input[value=co]").all():
        answer.check()
    person.types("Diện tích (m²)", "250").presses("Lưu và xem kết quả")
    person.sees("Chưa kiểm tra xong", "đơn Dắt điền là “200”, còn trên sổ", "là “250”")

    at_paper(person, gift, more="/doc")
    person.types("Diện tích (m²)", "200,0").presses("Lưu và xem kết quả")
    person.sees("Đi được rồi").does_not_see("Hồ sơ sẽ bị trả")

    person.presses("Xóa hết ngay").sees("Chưa kiểm tra giấy nào")


def test_a_photo_of_a_card_is_looked_at_and_not_kept(town, gift):
    person = at_paper(citizen_of(town, gift), gift, "identity")
    takes_photos(person, photos.jpeg(photos.blurred(photos.a_page())))
    person.presses("Gửi và xem ảnh có rõ không")

    person.sees("Ảnh giấy này không được giữ.", "Ảnh bị mờ", "nên chụp lại")
    person.does_not_see("Xem ảnh")
