"""Answering on a real phone: back, two taps, two tabs, another phone, a lost line."""

import unicodedata

import pytest

from service.auth.sessions import citizen_of
from service.usecases.matter.read_matter import matter_view
from tests.browser.people import expect
from tests.factories import PROVINCE, a_matter

pytestmark = pytest.mark.browser

AREA = "land.area_m2"
OLD_ADDRESS = "Buôn Kram, Ea Tiêu, Cư Kuin, Đắk Lắk"
NEW_ADDRESS = "Buôn Kram, xã Ea Ktur, tỉnh Đắk Lắk"
VOICES = """
const said = [];
window.said = said;
const voices = %s;
Object.defineProperty(window, "speechSynthesis", {value: {
    speaking: false, getVoices: () => voices, cancel() {},
    speak(each) { said.push(each.text); }, addEventListener() {},
}});
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


@pytest.fixture
def matter(town):
    return a_matter(town.desk)[0]


def opens(town, matter, key="", **how):
    person = town.somebody(**how).opens("/mo-lai")
    person.types("Mã việc", matter.code).types("Số mở, 6 số", matter.pin)
    person.presses("Mở")
    return at(person, matter, key) if key else person


def at(person, matter, key):
    return person.opens(f"/ho-so/{matter.code}/cau-hoi/{key}")


def stands(town, matter, key):
    citizen = citizen_of(PROVINCE, matter.matter_id)
    return matter_view(town.desk, citizen, matter.code).standing(key).value


def words(town, matter, key):
    with town.desk.database.reading() as uow:
        rows = uow.matters.facts(PROVINCE, matter.matter_id)
    return [row.value for row in rows if row.key == key]


def test_a_matter_resumes_on_another_device_with_what_was_half_typed(town, matter):
    first = opens(town, matter, "land.address")
    first.page.locator("#tra-loi").press_sequentially("Buôn Kô S")
    expect(first.page.get_by_text("Đã giữ lại, chưa gửi.")).to_be_visible()

    second = opens(town, matter, "land.address", script=False).sees("Chưa gửi")
    assert second.page.locator("#tra-loi").input_value() == "Buôn Kô S"
    second.answers("Buôn Kô Siêr")

    assert stands(town, matter, "land.address") == "Buôn Kô Siêr"
    at(first, matter, "land.address").does_not_see("Chưa gửi")


def test_the_back_button_changes_an_answer_and_loses_none(town, matter):
    person = opens(town, matter, AREA).answers("250")
    later = person.asked
    person.page.go_back()
    person.looks()
    assert person.asked == AREA
    person.page.locator("#tra-loi").fill("300")
    person.presses("Tiếp tục")

    assert person.asked == later
    assert stands(town, matter, AREA) == "300"
    assert stands(town, matter, "certificate.in_hand") is True


def test_the_question_before_is_one_tap_away(town, matter):
    person = opens(town, matter, AREA).follows("Câu trước")

    person.follows("Câu trước")
    assert person.asked != AREA
    assert stands(town, matter, AREA) == "200"


def test_two_taps_are_one_answer(town, matter):
    person = opens(town, matter, AREA)
    person.page.locator("#tra-loi").fill("270")
    with person.page.expect_navigation():
        person.page.get_by_role("button", name="Tiếp tục").dblclick()

    at(person, matter, AREA)
    assert words(town, matter, AREA) == ["200", "270"]


def test_two_tabs_are_told_apart(town, matter):
    first = opens(town, matter, AREA)
    second = at(first.another_tab(), matter, AREA)
    town.visitors.append(second)
    second.answers("280")

    first.page.locator("#tra-loi").fill("290")
    first.presses("Tiếp tục")
    first.sees("Câu này đã đổi ở trang khác", "280", "290")
    assert stands(town, matter, AREA) == "280"
    first.presses("Ghi câu vừa gửi")
    assert stands(town, matter, AREA) == "290"


def test_a_lost_line_takes_nothing_away_and_the_answer_is_sent_again(town, matter):
    person = opens(town, matter, AREA)
    person.context.set_offline(True)
    person.page.locator("#tra-loi").fill("310")
    person.page.get_by_role("button", name="Tiếp tục").click()
    expect(person.page.get_by_text("Mất mạng.")).to_be_visible()
    assert person.page.locator("#tra-loi").input_value() == "310"

    with person.page.expect_navigation():
        person.context.set_offline(False)

    person.complaints.clear()  # the browser notes each try without a line
    assert stands(town, matter, AREA) == "310"


def test_an_answer_sent_when_the_session_has_expired_waits_for_the_number(town, matter):
    person = opens(town, matter, AREA, script=False)
    person.page.locator("#tra-loi").fill("320")
    town.hour.later(hours=2)
    person.presses("Tiếp tục").sees("Câu ông bà vừa gửi vẫn còn")
    person.types("Mã việc", matter.code).types("Số mở, 6 số", matter.pin)
    person.presses("Mở")

    assert person.asked
    assert stands(town, matter, AREA) == "320"


@pytest.mark.parametrize(
    ("voices", "shown"),
    [
        ('[{lang: "en-US"}, {lang: "vi-VN"}]', True),
        ('[{lang: "en-US"}]', False),
        ("[]", False),
    ],
)
def test_a_question_is_read_aloud_only_by_a_vietnamese_voice(
    town, matter, voices, shown
):
    person = opens(town, matter)
    person.page.add_init_script(VOICES % voices)
    at(person, matter, "certificate.in_hand")
    button = person.page.get_by_role("button", name="Nghe đọc câu hỏi")

    assert button.is_visible() == shown
    if shown:
        button.click()
        said = person.page.evaluate("window.said")
        assert said[0] == person.heading
        assert said[-1].startswith("Tôi chưa rõ")


def test_without_any_voice_nothing_is_offered(town, matter):
    person = opens(town, matter, "certificate.in_hand")

    assert not person.page.get_by_role("button", name="Nghe đọc câu hỏi").is_visible()


def test_at_most_four_answers_stand_before_the_button(town, matter):
    person = opens(town, matter, "relationship[father,hoa]")
    answers = person.page.locator("label.opt:visible")

    assert answers.count() <= 4
    person.chooses("Anh chị em họ").presses("Tiếp tục")
    assert stands(town, matter, "relationship[father,hoa]") == "cousin"
    at(person, matter, "relationship[father,hoa]")
    assert person.page.locator("label.opt:visible:has(:checked)").count() == 1


def test_wrong_numbers_many_times_say_how_long_to_wait_and_lose_nothing(town, matter):
    person = town.somebody().opens("/mo-lai").types("Mã việc", matter.code)
    for _ in range(town.desk.settings.sign_in_tries):
        person.types("Số mở, 6 số", "000000").presses("Mở")
        person.sees("Mã việc hoặc số mở chưa đúng")

    person.types("Số mở, 6 số", matter.pin).presses("Mở")
    assert person.status == 429
    person.sees("Xin chờ 5 phút rồi thử lại")
    assert person.typed("Mã việc") == matter.code

    town.hour.later(minutes=6)
    person.types("Số mở, 6 số", matter.pin).presses("Mở").sees("Các bước")
    assert stands(town, matter, AREA) == "200"


# The same name, as one phone composes its letters and as another takes them apart.
@pytest.mark.parametrize("letters", ["NFC", "NFD"])
def test_a_name_with_an_apostrophe_and_combining_breves_comes_to_every_page(
    town, matter, letters
):
    name = "H' Blê̆ Ê̆ban"
    person = opens(town, matter, "parties.receiver")
    person.page.locator("#ten-0").fill(unicodedata.normalize(letters, name))
    person.presses("Tiếp tục").opens(f"/ho-so/{matter.code}/kiem-tra")

    person.sees(unicodedata.normalize("NFC", name))
    (receiver,) = stands(town, matter, "parties.receiver")
    assert receiver["name"] == unicodedata.normalize("NFC", name)


def test_a_birth_year_without_a_day_is_kept_and_the_day_may_come_later(town, matter):
    key = "party[father].birth_date"
    person = opens(town, matter, key)
    person.page.locator("#tra-loi").fill("1951")
    person.presses("Tiếp tục").sees("Đã ghi năm sinh 1951")
    assert stands(town, matter, "party[father].birth_year") == 1951

    at(person, matter, key).answers("12/3/1951")
    assert stands(town, matter, key) == "1951-03-12"


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [("Buôn Kram, xã Ea Ktur", NEW_ADDRESS), ("Để nguyên như đã viết", OLD_ADDRESS)],
)
def test_an_address_from_before_july_2025_is_asked_about_and_none_is_lost(
    town, matter, chosen, kept
):
    key = "party[hoa].address"
    person = opens(town, matter, key)
    person.page.locator("#tra-loi").fill(OLD_ADDRESS)
    person.presses("Tiếp tục").sees("Địa chỉ này có tên cũ")
    person.chooses(chosen).presses("Tiếp tục")

    assert stands(town, matter, key) == kept
