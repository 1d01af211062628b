"""A neighbour helps on her own phone, and the resident decides on his."""

import re

import pytest

from service.usecases.matter.answer_question import answer
from tests.factories import a_matter

pytestmark = pytest.mark.browser

PHONE = "0912 345 678"
NAME, NUMBER = "Y Thu Niê", "066181000056"
OWN = "certificate.wanted"


def read_aloud(town) -> str:
    """Return the six digits of the newest message to the resident's phone."""
    with town.alone() as desk:
        newest = list(desk.ports.messenger.twin.seen.values())[-1]
    return re.search(r"mã (\d{6})", newest.text)[1]


def test_from_consent_by_a_code_to_printing_and_to_the_end(town):
    opened, resident = a_matter(town.desk)
    answer(town.desk, resident, opened.code, "party[father].full_name", NAME)
    answer(town.desk, resident, opened.code, "party[father].person_id", NUMBER)
    page = f"/ho-so/{opened.code}"
    helper = town.somebody()
    town.sign_in(helper, "giupviec")
    citizen = town.somebody().opens("/mo-lai")
    citizen.types("Mã việc", opened.code).types("Số mở, 6 số", opened.pin)
    citizen.presses("Mở")

    # At the door nothing is chosen before, and nothing is open yet.
    helper.opens("/ho-tro").follows("Thêm bà con")
    assert helper.ticked() == []
    helper.types("Mã việc, nếu bà con đã có", opened.code.lower())
    helper.chooses("Điền và in giúp").chooses("Làm giấy tờ").chooses("1 giờ")
    helper.presses("Tiếp: bà con đồng ý").sees("Không được làm", opened.code)
    assert helper.status_of(page) == 403

    # The resident reads the code aloud from his phone.
    helper.types("Số điện thoại của bà con", PHONE).presses("Gửi mã")
    helper.sees("số có đuôi 678").types("Mã bà con đọc, 6 số", read_aloud(town))
    helper.presses("Bà con đọc mã này").sees("Bà con đã đồng ý")
    helper.follows("Mở việc của bà con")
    assert f"Đang giúp: {NAME}" in helper.page.locator(".helping").inner_text()
    helper.opens(f"{page}/kiem-tra").sees(NAME).does_not_see(NUMBER)

    # What only the resident decides asks him again, on his own phone.
    helper.opens(f"{page}/cau-hoi/{OWN}").sees("Câu này bà con tự quyết")
    helper.chooses("Có").presses("Hỏi lại bà con")
    citizen.opens(f"{page}/nho-giup").sees("hỏi ông bà", "Ông bà trả lời: Có")
    citizen.presses("Đúng, tôi đồng ý").does_not_see("hỏi ông bà")
    citizen.opens(f"{page}/kiem-tra").sees("Có Người dân")

    # The packet holds what the office needs; that it was printed is written down.
    step = f"{page}/buoc/notarize_contract/bo-giay.pdf"
    assert helper.status_of(step) == 200
    citizen.opens(f"{page}/ai-da-lam").sees(
        "Chị Đỗ Thị Mẫu Mận, thay cho Y Thu Niê, in giấy có đủ số căn cước",
        "đồng ý bằng mã trên điện thoại",
    )

    # The resident takes the leave back, and the helper sees nothing.
    citizen.opens(f"{page}/nho-giup").presses("Dừng ngay Chị Đỗ Thị Mẫu Mận")
    helper.opens(page).sees("hỏi lại bà con").does_not_see(NAME)
    assert helper.status == 403
    assert helper.status_of(step) == 403
    helper.opens("/ho-tro").sees("bà con đã rút lại").does_not_see(NAME)


def test_a_helper_who_posts_a_claim_is_told_to_ask(town):
    opened, _ = a_matter(town.desk)
    citizen = town.somebody().opens("/mo-lai")
    citizen.types("Mã việc", opened.code).types("Số mở, 6 số", opened.pin)
    citizen.presses("Mở").lets_help(opened.code, "giupviec")
    helper = town.somebody()
    town.sign_in(helper, "giupviec")
    helper.opens(f"/ho-so/{opened.code}/cau-hoi/land.area_m2")
    fields = [*helper.form(), ("tra-loi", "true")]
    form = dict(fields)["csrf"]

    helper.page.evaluate(
        """([path, form]) => {
            const made = document.createElement("form");
            made.method = "post";
            made.action = path;
            for (const [name, value] of [["csrf", form], ["tra-loi", "true"]]) {
                const field = document.createElement("input");
                field.name = name;
                field.value = value;
                made.append(field);
            }
            document.body.append(made);
            made.submit();
        }""",
        [f"/ho-so/{opened.code}/cau-hoi/{OWN}", form],
    )
    helper.page.wait_for_url(f"**/cau-hoi/{OWN}")
    helper.sees("Việc này bà con tự quyết").follows("Hỏi lại bà con")
    assert helper.path == f"/ho-so/{opened.code}/hoi-lai/{OWN}"


def test_a_signed_paper_lets_in_and_its_number_stops_from_any_phone(town):
    opened, _ = a_matter(town.desk)
    helper = town.somebody()
    town.sign_in(helper, "giupviec")
    helper.opens("/ho-tro/them").types("Mã việc, nếu bà con đã có", opened.code)
    helper.chooses("Điền và in giúp").chooses("Làm giấy tờ").chooses("3 ngày")
    helper.presses("Tiếp: bà con đồng ý").presses("Lập giấy để in")
    assert helper.downloads("Mở giấy để in").startswith(b"%PDF")
    with town.desk.database.reading() as uow:
        (asked,) = uow.helping.requests("66", matter_id=opened.matter_id)
    helper.types("Số trên giấy đã ký", asked.slip).presses("Bà con đã ký giấy này")
    helper.sees("Bà con đã đồng ý").opens("/ho-tro").sees("Còn 24 giờ")

    anybody = town.somebody().opens("/mo-lai").types("Mã việc", asked.slip)
    anybody.presses("Mở")
    assert anybody.typed("Số giấy") == asked.slip
    anybody.presses("Dừng ngay").sees("Đã dừng")
    assert helper.status_of(f"/ho-so/{opened.code}") == 403
