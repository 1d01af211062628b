"""What people and strangers do wrong with a page never harms a dossier."""

from dataclasses import dataclass

import pytest
import zxingcpp
from pypdfium2 import PdfDocument

from tests.browser.people import DESKTOP, Person, in_line
from tests.browser.scenes import AT_LAND_OFFICE, CONTRACT, GIFT_OF_LAND, NEW
from tests.factories import a_matter, filed

pytestmark = pytest.mark.browser

STEP = "/buoc/notarize_contract"
SHEETS = ("F-CHANGE", "TAX-03-BDS-TNCN", "TAX-01-LPTB")
HAND_IN = "Nộp hồ sơ bước này"
TYPED = "thửa <125> & <b>đậm</b><script>document.title='hỏng'</script>"
FOCUS = """() => {
    const at = document.activeElement, style = getComputedStyle(at);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return {name: at.tagName, ring: ring || style.boxShadow !== "none"};
}"""


def opens_matter(town, code: str, pin: str, *, script: bool = True) -> Person:
    """Return a citizen who has opened a matter again on some phone."""
    person = town.somebody(script=script).opens("/mo-lai")
    person.types("Mã việc", code).types("Số mở, 6 số", pin)
    return person.presses("Mở")


def moves(town, code: str) -> list[str]:
    """Return what happened to the cases of a matter, in order."""
    with town.desk.database.reading() as uow:
        matter = uow.matters.by_code(code)
        return [
            move.body["event"]
            for row in uow.cases.of_matter(matter.tenant_id, matter.id)
            for move in uow.cases.moves(row.tenant_id, row.id)
        ]


# --- a form twice, old, strange or wrong ----------------------------------------------


def test_a_dossier_sent_from_two_tabs_is_handed_in_once(town):
    opened, _ = a_matter(town.desk)
    person = opens_matter(town, opened.code, opened.pin)
    first = person.opens(f"/ho-so/{opened.code}{STEP}")
    old_tab = person.another_tab().opens(f"/ho-so/{opened.code}{STEP}")
    for tab in (first, old_tab):
        tab.ticks("Căn cước", "Sổ")

    first.presses(HAND_IN)
    old_tab.presses(HAND_IN)

    assert moves(town, opened.code).count("submit") == 1
    assert old_tab.status == 409
    old_tab.sees("Hồ sơ không còn chờ việc này nữa. Không có gì bị thay đổi.")


def test_the_same_form_sent_twice_hands_in_once(town):
    opened, _ = a_matter(town.desk)
    form = a_step_ready_to_send(town, opened)

    answers = [form.person.sends(form.fields), form.person.sends(form.fields)]

    assert answers == [303, 303]
    assert moves(town, opened.code).count("submit") == 1


def test_a_form_without_the_token_of_the_page_is_refused(town):
    opened, _ = a_matter(town.desk)
    form = a_step_ready_to_send(town, opened)
    strange = [(name, value) for name, value in form.fields if name != "csrf"]

    assert form.person.sends(strange) == 403
    assert form.person.sends([*strange, ("csrf", "0" * 64)]) == 403
    assert "submit" not in moves(town, opened.code)


def test_a_form_that_another_site_sends_is_refused(town):
    opened, _ = a_matter(town.desk)
    form = a_step_ready_to_send(town, opened)

    for site in ("cross-site", "same-site"):
        assert form.person.sends(form.fields, {"Sec-Fetch-Site": site}) == 403
    assert "submit" not in moves(town, opened.code)


@dataclass
class Sendable:
    """A form that is filled in, with whoever filled it in."""

    person: Person
    fields: list[tuple[str, str]]


def a_step_ready_to_send(town, opened) -> Sendable:
    person = opens_matter(town, opened.code, opened.pin)
    person.opens(f"/ho-so/{opened.code}{STEP}").ticks("Căn cước", "Sổ")
    return Sendable(person, [*person.form(), ("nop", "1")])


@pytest.mark.parametrize(
    ("key", "typed", "sentence"),
    [
        ("land.area_m2", "rộng lắm", "rộng lắm"),
        ("party[father].birth_date", "31/2/1951", "31/2/1951"),
        ("commune", "Xã Không Có", "Xã Không Có"),
        ("land.table_price", "năm triệu", "năm triệu"),
    ],
)
def test_a_refused_answer_stays_in_its_field_and_says_what_is_wrong(
    town, scene, key, typed, sentence
):
    person = opens_matter(town, *scene.demo(NEW))
    page = person.opens(f"{person.path}/cau-hoi/{key}").page
    page.locator("#tra-loi").fill(typed)

    person.presses("Tiếp tục")

    assert page.title().startswith("Lỗi: ")
    assert page.locator("#tra-loi").input_value() == typed
    assert sentence in in_line(page.get_by_role("alert").inner_text())
    assert page.locator("#tra-loi").get_attribute("aria-invalid") == "true"


def test_an_answer_that_was_not_chosen_is_asked_for(town, scene):
    person = opens_matter(town, *scene.demo("mới bắt đầu"))
    person.opens(f"{person.path}/cau-hoi/certificate.in_hand").presses("Tiếp tục")

    assert person.page.get_by_role("alert").count() == 1


@pytest.mark.parametrize(
    "path", ["/khong-co", "/ho-so/DAT-00000-00000-00000-0", "/viec/bay", "/can-bo/la"]
)
def test_an_unknown_page_says_so_in_vietnamese(town, path):
    person = town.somebody()

    assert person.status_of(path) == 404
    person.opens(path).sees("Không có trang này", "Trang đầu")


# --- who may see what ---------------------------------------------------------------


def test_a_clerk_of_another_office_is_asked_why_before_he_sees_anything(town, scene):
    case = scene.case(scene.demo(NEW)[0], CONTRACT)
    stranger = town.clerk("phuong")

    assert stranger.status_of(f"/can-bo/ho-so/{case}") == 403
    stranger.opens(f"/can-bo/ho-so/{case}")
    stranger.sees("Muốn xem phải ghi lý do.", "Vì sao cần xem?")
    stranger.does_not_see("Nguyễn Mẫu Văn Bình")


def test_a_citizen_cannot_open_the_matter_of_somebody_else(town, scene):
    code, _ = scene.demo(NEW)
    stranger = opens_matter(town, *scene.demo("mới bắt đầu"))

    assert stranger.status_of(f"/ho-so/{code}") == 403
    stranger.opens(f"/ho-so/{code}").does_not_see("Nguyễn Mẫu Văn Bình")


def test_whoever_is_not_signed_in_is_led_to_the_door(town, scene):
    case = scene.case(scene.demo(NEW)[0], CONTRACT)
    stranger = town.somebody()

    for path in ("/can-bo", f"/can-bo/ho-so/{case}"):
        assert stranger.opens(path).path == "/dang-nhap"


def test_after_signing_out_the_desk_is_closed(town):
    clerk = town.clerk("congchung").presses("Đăng xuất")

    assert clerk.opens("/can-bo").path == "/dang-nhap"


def test_the_second_of_two_clerks_reads_who_did_what_and_changes_nothing(town):
    gift = filed(town.desk)
    page = f"/can-bo/ho-so/{gift.case}"
    first = town.colleague("congchung2", "Bà Hồ Thị Mẫu Lý", "notary").opens(page)
    second = town.clerk("congchung").opens(page)

    first.takes("Tiếp nhận, in giấy hẹn").sees("Kiểm tra hồ sơ, soạn văn bản")
    before = moves(town, gift.code)
    second.takes("Tiếp nhận, in giấy hẹn")

    assert second.status == 409
    second.sees("Bà Hồ Thị Mẫu Lý vừa làm “Tiếp nhận, in giấy hẹn” lúc 9 giờ 00")
    second.sees("Việc vừa gửi chưa được ghi.", "Kiểm tra hồ sơ, soạn văn bản")
    assert moves(town, gift.code) == before


# --- what is typed is text ----------------------------------------------------------


def test_a_name_that_cannot_be_one_is_refused_and_stays_text(town, scene):
    person = opens_matter(town, *scene.demo("mới bắt đầu"))
    person.opens(f"{person.path}/cau-hoi/parties.applicant").names("thửa <125>")

    assert person.status == 422
    person.sees("Họ và tên có từ 2 đến 100 chữ, không có chữ số và dấu < >.")
    assert person.page.locator("#ten-0").input_value() == "thửa <125>"


def test_what_is_typed_stays_text_on_every_page(town, scene):
    code, pin = scene.demo(AT_LAND_OFFICE)
    person = opens_matter(town, code, pin)
    person.opens(f"/ho-so/{code}/cau-hoi/land.address").answers(TYPED)
    person.opens(f"/ho-so/{code}/kiem-tra").sees(in_line(TYPED))
    case = scene.case(code, GIFT_OF_LAND)
    clerk = town.clerk("datdai").opens(f"/can-bo/ho-so/{case}").sees(in_line(TYPED))
    person.opens(f"/ho-so/{code}/cau-hoi/land.address")

    assert person.page.locator("#tra-loi").input_value() == TYPED
    for reader in (person, clerk):
        assert reader.page.title() != "hỏng"
        assert reader.page.locator("main script:not([src])").count() == 0


def test_a_code_that_is_looked_up_is_shown_as_typed(town):
    person = town.somebody().opens("/tra-cuu")
    person.types("Mã việc hoặc mã hồ sơ", TYPED).presses("Tra cứu")

    assert person.status == 404
    person.sees(in_line(TYPED))


# --- by keyboard, and without a script ------------------------------------------------


def test_the_first_stop_of_the_keyboard_leads_to_the_content(town):
    person = town.somebody().opens("/viec/give")
    person.page.keyboard.press("Tab")

    assert person.page.locator(":focus").inner_text() == "Đến nội dung chính"
    assert person.page.locator(":focus").bounding_box()["y"] >= 0
    person.page.keyboard.press("Enter")
    assert person.page.url.endswith("#noi-dung")


@pytest.mark.parametrize("path", ["/", "/viec/give", "/tra-cuu", "/dang-nhap"])
def test_every_stop_of_the_keyboard_can_be_seen(town, path):
    page = town.somebody().opens(path).page
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["name"] == "BODY":
            break
        seen.append(stop)

    assert len(seen) > 4
    assert [stop for stop in seen if not stop["ring"]] == []


def test_a_question_is_answered_by_keyboard_alone(town, scene):
    person = opens_matter(town, *scene.demo(NEW))
    code = person.path.removeprefix("/ho-so/")
    page = person.opens(f"/ho-so/{code}/cau-hoi/dispute.open").page
    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    person.opens(f"/ho-so/{code}/kiem-tra")
    row = page.locator("dl.kv > div").filter(has_text="tranh chấp")
    assert in_line(row.locator("dd").first.inner_text()).startswith("Không")


def test_a_citizen_begins_and_answers_without_a_script(town):
    person = town.somebody(script=False)
    person.opens("/").follows("Cho đất").presses("Bắt đầu")
    person.follows("Tôi đã chép lại, đi tiếp").follows("Trả lời tiếp")
    person.answers("Buôn Ma Thuột").names("Nguyễn Văn Lộc")

    person.sees("Ai là người nhận mảnh đất?")


def test_a_clerk_works_without_a_script(town):
    gift = filed(town.desk)
    clerk = town.somebody(DESKTOP, script=False)
    town.sign_in(clerk, "congchung")
    clerk.opens(f"/can-bo/ho-so/{gift.case}").takes("Tiếp nhận, in giấy hẹn")

    clerk.sees("Kiểm tra hồ sơ, soạn văn bản")


def test_a_double_click_moves_a_case_once(town):
    gift = filed(town.desk)
    clerk = town.clerk("congchung").opens(f"/can-bo/ho-so/{gift.case}/viec/decline")
    clerk.types("Lý do từ chối tiếp nhận", "Thửa đất không thuộc tỉnh này")

    assert [clerk.sends(clerk.form()), clerk.sends(clerk.form())] == [303, 303]
    assert moves(town, gift.code).count("decline") == 1


def test_a_link_to_an_action_that_is_over_says_so(town):
    gift = filed(town.desk)
    clerk = town.clerk("congchung").opens(f"/can-bo/ho-so/{gift.case}")
    clerk.takes("Tiếp nhận, in giấy hẹn")

    clerk.opens(f"/can-bo/ho-so/{gift.case}/viec/decline")

    assert clerk.status == 409
    clerk.sees("Hồ sơ không còn chờ việc này nữa. Không có gì bị thay đổi.")


def test_a_form_of_the_step_opens_as_pdf(town, scene):
    code, pin = scene.demo(AT_LAND_OFFICE)
    person = opens_matter(town, code, pin)
    person.opens(f"/ho-so/{code}/buoc/{GIFT_OF_LAND}")

    assert person.downloads("mở tờ PDF").startswith(b"%PDF-")


def test_all_papers_of_a_step_open_as_one_pdf_with_a_code_or_without(town, scene):
    code, pin = scene.demo(AT_LAND_OFFICE)
    person = opens_matter(town, code, pin)
    person.opens(f"/ho-so/{code}/buoc/{GIFT_OF_LAND}")

    marked = person.downloads("Mở bộ giấy để in")
    clean = person.downloads("Bản sạch, không có mã QR")

    assert min(len(PdfDocument(each)) for each in (marked, clean)) > len(SHEETS)
    assert len(clean) < len(marked)


def test_a_lost_paper_opens_the_matter_only_for_who_knows_the_number(town):
    opened, _ = a_matter(town.desk)
    family = opens_matter(town, opened.code, opened.pin)
    family.opens(f"/ho-so/{opened.code}{STEP}")
    first = PdfDocument(family.downloads("Mở bộ giấy để in"))[0]
    (code,) = zxingcpp.read_barcodes(first.render(scale=2).to_pil())
    path = code.text.removeprefix(town.desk.settings.base_url)

    finder = town.somebody().opens(path)
    finder.does_not_see("Các bước").sees("Số mở, 6 số")
    finder.types("Số mở, 6 số", opened.pin).presses("Mở").sees("Các bước")
    family.opens(path).sees("Các bước")


def test_an_old_tab_cannot_take_papers_out_of_a_dossier_that_is_handed_in(town):
    opened, _ = a_matter(town.desk)
    person = opens_matter(town, opened.code, opened.pin)
    old_tab = person.opens(f"/ho-so/{opened.code}{STEP}")
    new_tab = person.another_tab().opens(f"/ho-so/{opened.code}{STEP}")
    new_tab.ticks("Căn cước", "Sổ").presses(HAND_IN)

    old_tab.presses("Lưu, nộp sau")

    assert old_tab.status == 409
    new_tab.opens(f"/ho-so/{opened.code}{STEP}")
    new_tab.sees("Căn cước: đã có", "Sổ (sổ đỏ, sổ hồng): đã có")


def test_looking_at_a_step_does_not_hand_it_in(town):
    opened, _ = a_matter(town.desk)
    person = opens_matter(town, opened.code, opened.pin)
    person.opens(f"/ho-so/{opened.code}{STEP}")

    person.opens(f"/ho-so/{opened.code}").sees("Làm được ngay")
    person.does_not_see("Đang làm")


def test_a_dossier_that_comes_back_is_completed_and_handed_in_again(town):
    gift = filed(town.desk)
    counter = town.clerk("congchung").opens(f"/can-bo/ho-so/{gift.case}")
    counter.takes("Trả lại, yêu cầu hoàn thiện (một lần, đầy đủ)")
    counter.types(
        "Nội dung cần bổ sung, hoàn thiện (đầy đủ, một lần)", "Căn cước còn hạn"
    )
    counter.types("Lý do yêu cầu bổ sung", "Căn cước đã hết hạn")
    counter.presses("Trả lại, yêu cầu hoàn thiện (một lần, đầy đủ)")

    person = opens_matter(town, gift.code, gift.pin)
    person.sees("Làm đủ giấy tờ", "Cần làm đủ giấy tờ rồi nộp lại")
    person.follows("Làm đủ và nộp lại").ticks("Căn cước", "Sổ").presses(HAND_IN)

    person.sees("Đang làm")
    assert moves(town, gift.code).count("submit") == 2


# --- help by a neighbour --------------------------------------------------------------


def test_a_neighbour_helps_until_the_citizen_ends_it(town):
    opened, _ = a_matter(town.desk)
    citizen = opens_matter(town, opened.code, opened.pin)
    helper = town.clerk("giupviec")
    page = f"/ho-so/{opened.code}"
    assert helper.status_of(page) == 403

    citizen.lets_help(opened.code, "giupviec")
    helper.opens("/ho-tro").sees(opened.code).follows("Giúp việc này")
    helper.opens(f"{page}/cau-hoi/dispute.open").answers("Không")
    citizen.opens(f"{page}/kiem-tra").sees("Chị Đỗ Thị Mẫu Mận, thay cho")
    citizen.opens(f"{page}/nho-giup").presses("Dừng ngay Chị Đỗ Thị Mẫu Mận")

    assert helper.status_of(page) == 403
