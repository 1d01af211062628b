"""Land changes hands in the browser: a gift to the end, a sale up to the payment."""

import re
from datetime import UTC, datetime

import pypdfium2
import pytest

from tests.browser.people import Person, in_line

pytestmark = pytest.mark.browser

CASE = re.compile(r"HS-\w{5}-\w{5}-\w{5}-\w")
NOTARY = "Văn phòng công chứng Cao Nguyên Xanh (mẫu)"
COUNTER = "Trung tâm Phục vụ hành chính công phường Buôn Ma Thuột (mẫu)"
RECEIPT = "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
TAX_OFFICE = "Thuế cơ sở khu vực Buôn Ma Thuột (mẫu)"
LAND_OFFICE = "Chi nhánh đăng ký đất đai khu vực Buôn Ma Thuột (mẫu)"

TAKE_UP = (
    "Nhận phiếu chuyển có đề nghị miễn / Nhận phiếu chuyển có tiền sử dụng đất / "
    "Nhận phiếu chuyển, không đề nghị miễn"
)
CONTRACT_STEP = "Ký hợp đồng ở văn phòng công chứng"
TRANSFER_PAPERS = (
    "Đơn sang tên",
    "Tờ khai thuế",
    "Tờ khai lệ phí",
    "Sổ",
    "Hợp đồng",
)

# What the family knows about each question that may be asked.
FATHER, MOTHER, DAUGHTER = "transferor-1", "transferor-2", "receiver-1"
ABOUT_THE_GIFT = {
    f"relationship[{FATHER},{DAUGHTER}]": "Cha mẹ đẻ",
    f"relationship[{MOTHER},{DAUGHTER}]": "Cha mẹ đẻ",
    "property.kind": "Đất và nhà",
    "transfer.whole": "Có",
    "land.area_m2": "200",
    "land.table_price": "5.000.000",
    "house.value": "0",
    "certificate.in_hand": "Có",
    "certificate.names_match": "Có",
    "mortgage.registered": "Không",
    "dispute.open": "Không",
    "debt.on_certificate": "Không",
    "land.of_household": "Không",
    "contract.notarized": "Không",
    "certification.by": "Văn phòng công chứng",
    "commune.area_class": "Tôi chưa rõ",
}
ABOUT_THE_FAMILY = {
    f"party[{FATHER}].birth_date": "12/3/1951",
    f"party[{MOTHER}].birth_date": "2/8/1954",
    f"party[{DAUGHTER}].birth_date": "20/11/1981",
    f"party[{FATHER}].person_id": "066051000012",
    f"party[{MOTHER}].person_id": "066154000034",
    f"party[{DAUGHTER}].person_id": "066181000056",
    f"party[{FATHER}].address": "Số 1 đường Ví Dụ, phường Buôn Ma Thuột",
    f"party[{MOTHER}].address": "Số 1 đường Ví Dụ, phường Buôn Ma Thuột",
    f"party[{DAUGHTER}].address": "Số 2 đường Ví Dụ, phường Buôn Ma Thuột",
    f"party[{FATHER}].phone": "0901000001",
    f"party[{MOTHER}].phone": "0901000002",
    f"party[{DAUGHTER}].phone": "0901000003",
}
ABOUT_THE_BOOK = {
    "land.purpose": "Đất ở tại phường",
    "land.parcel_no": "125",
    "land.map_sheet_no": "34",
    "land.address": "Số 1 đường Ví Dụ, phường Buôn Ma Thuột",
    "house.area_m2": "90",
    "certificate.numbers_differ": "Không",
    "certificate.serial_no": "AB 123456",
    "certificate.book_no": "CH00123",
    "certificate.issue_date": "15/8/2012",
    "population_data.answers": "Có",
}


def morning(town, year: int, month: int, day: int) -> None:
    """Let it be nine o'clock in Vietnam on that day."""
    town.hour.now = datetime(year, month, day, 2, 0, tzinfo=UTC)


def begins(person: Person, goal: str) -> tuple[str, str]:
    """Choose a goal on the first page; return the code and the number to keep."""
    person.opens("/").follows(goal).presses("Bắt đầu")
    person.sees("Giữ lại hai dòng này")
    code = person.page.locator(".code-card .code").inner_text()
    pin = person.page.locator(".code-card .num").inner_text()
    person.follows("Tôi đã chép lại, đi tiếp")
    return code, pin


def case_of(person: Person, code: str) -> str:
    """Return the code of the case that runs, as the page for following shows it."""
    person.opens(f"/tra-cuu?ma={code}")
    return CASE.findall(person.words)[-1]


def files(person: Person, code: str, step: str, *papers: str) -> str:
    """Hand in a step that is ready, with these papers; return its case."""
    person.opens(f"/ho-so/{code}").follows(step)
    person.ticks(*papers).presses("Nộp hồ sơ bước này")
    assert person.path == f"/ho-so/{code}"
    return case_of(person, code)


def at_work(town, name: str, case: str) -> Person:
    """A clerk signs in two minutes later and opens the case from the worklist."""
    town.hour.later(minutes=2)
    clerk = town.clerk(name)
    clerk.sees("Việc trên bàn", case)
    return clerk.follows(case)


def test_a_gift_of_land_goes_from_the_first_question_to_the_new_certificate(town):
    morning(town, 2026, 11, 25)
    family = town.somebody()

    code, _ = begins(family, "Cho đất")
    answers_everything(family)
    changes_one_answer(family, code)
    reads_the_plan(family, code)
    contract = is_refused_without_a_paper_then_files(family, code)
    the_notary_signs_the_contract(town, contract)
    the_follower_reads(
        family,
        code,
        "Đến lượt ông bà làm bước tiếp, Sang tên đất được cho",
        "Ký hợp đồng ở văn phòng công chứng: Đã có hợp đồng công chứng",
    )
    family.opens(f"/ke-hoach/{code}").sees("Làm tiếp Sang tên đất được cho")
    case = files(family, code, "Sang tên đất được cho", *TRANSFER_PAPERS)
    the_counter_takes_the_dossier(town, case, "Nguyễn Thị Hòa", "7/12/2026")
    the_follower_reads(
        family,
        code,
        "Sang tên đất được cho: Văn phòng đất đai đang kiểm tra",
        f"Đang chờ ai {LAND_OFFICE}",
        "Hẹn trả 7/12/2026 Thứ Hai",
        "Đã nộp, chờ quầy kiểm tra 25/11/2026. Xong",
    )
    the_land_office_sends_the_sheet(town, case)
    the_follower_reads(
        family,
        code,
        "Cơ quan thuế đang tính tiền",
        f"Đang chờ ai {TAX_OFFICE}",
        "‖ Đang dừng",
        "Hẹn trả, nếu đồng hồ chạy lại hôm nay 7/12/2026",
    )
    the_tax_office_exempts(town, case)
    the_land_office_signs(town, case)
    the_follower_reads(
        family, code, "Đã có kết quả, mời ông bà đến nhận", "Đang chờ ai Ông bà"
    )
    the_counter_hands_over(town, case)

    the_follower_reads(
        family,
        code,
        "Sang tên đất được cho: Đã nhận kết quả",
        "Đã có kết quả, mời ông bà đến nhận 25/11/2026. Xong",
        "Đã nhận kết quả 25/11/2026. Xong",
    )
    family.does_not_see("Đang chờ ai", "Nguyễn Văn Lộc")
    family.opens(f"/ho-so/{code}").sees("Sang tên đất được cho Xong")
    family.opens(f"/ke-hoach/{code}").sees("Đã xong mọi bước")


def answers_everything(family: Person) -> None:
    family.follows("Trả lời tiếp")
    family.answers("Buôn Ma Thuột")
    family.names("Nguyễn Văn Lộc", "Trần Thị Sáu").names("Nguyễn Thị Hòa")
    family.unfolds("Vì sao hỏi câu này?").sees("Căn cứ: Nghị định 253/2026/NĐ-CP")
    asked = family.answers_what_is_asked(
        ABOUT_THE_GIFT | ABOUT_THE_FAMILY | ABOUT_THE_BOOK
    )
    assert family.path.endswith("/kiem-tra"), f"nobody can answer {family.heading!r}"
    assert {"certificate.in_hand", f"party[{MOTHER}].birth_date"} <= set(asked)
    family.sees("Đã trả lời đủ")


def told(family: Person) -> dict[str, str]:
    """Return every answer of the page that lists them."""
    rows = family.page.locator("dl.kv > div").all()
    return {
        in_line(row.locator("dt").inner_text()): in_line(
            row.locator("dd").first.inner_text()
        )
        for row in rows
    }


def changes_one_answer(family: Person, code: str) -> None:
    before = told(family)
    area = "Thửa đất rộng bao nhiêu mét vuông?"
    assert before[area].startswith("200")

    family.changes(area)
    assert family.page.locator("#tra-loi").input_value() == "200"
    family.page.locator("#tra-loi").fill("250,5")
    family.presses("Tiếp tục")

    after = told(family)
    assert after.pop(area).startswith("250,5")
    assert after == {key: said for key, said in before.items() if key != area}


def reads_the_plan(family: Person, code: str) -> None:
    family.follows("Xem kế hoạch")
    family.sees(
        # Contract: handed in on 26/11, 2 days, 30/11. Registration: handed in on 1/12,
        # 7 days of the tax office and 8 of the land office, 22/12.
        "Xong sớm nhất 22/12/2026 Thứ Ba",
        "2 bước",
        "Ký hợp đồng ở văn phòng công chứng, rồi Sang tên đất được cho",
        "Thuế thu nhập cá nhân",
        "0 đ, miễn",
        "Chưa có số",
        "hỏi quầy Một cửa",
        "Cộng phần đã biết",
    )
    family.does_not_see("Tổng")


def is_refused_without_a_paper_then_files(family: Person, code: str) -> str:
    family.follows("Chuẩn bị bước này")
    family.ticks("Căn cước").presses("Nộp hồ sơ bước này")
    family.sees("Còn thiếu: Sổ (sổ đỏ, sổ hồng). Có đủ rồi hãy nộp.")
    assert family.page.title().startswith("Lỗi: ")
    assert [name.split(" bản sao")[0] for name in family.ticked()] == ["Căn cước"]

    family.ticks("Sổ").presses("Nộp hồ sơ bước này")
    family.sees("Đang làm: Ký hợp đồng ở văn phòng công chứng")
    case = case_of(family, code)
    family.sees("Đã nộp, chờ quầy kiểm tra", "Đang chờ ai", NOTARY)
    return case


def the_follower_reads(family: Person, code: str, *words: str) -> None:
    family.opens(f"/tra-cuu?ma={code}").sees(*words)


def the_notary_signs_the_contract(town, case: str) -> None:
    notary = at_work(town, "congchung", case)
    notary.takes("Tiếp nhận, in giấy hẹn").sees("Đã dùng 0 trong 2 ngày làm việc")
    notary.takes("Hẹn ký").sees("Chờ các bên ký")
    notary.takes("Chứng kiến ký, chụp ảnh, đóng dấu, vào sổ")
    notary.types("Số công chứng, số chứng thực", "0123/2026")
    notary.types("Ngày công chứng, chứng thực", "25/11/2026")
    notary.types("Nơi công chứng, chứng thực", NOTARY)
    notary.ticks("Đã nhận đủ bản chính")
    notary.presses("Chứng kiến ký, chụp ảnh, đóng dấu, vào sổ")
    notary.sees("✓ Đã kết thúc")


def the_counter_takes_the_dossier(town, case: str, name: str, day: str) -> None:
    counter = at_work(town, "motcua", case)
    counter.takes("Tiếp nhận, in giấy hẹn")
    counter.waits_until_the_page_says(RECEIPT).sees(f"Hẹn trả {day}")

    receipt = pdf_words(counter.downloads(RECEIPT))
    number, month, year = day.split("/")
    assert f"ngày {number:0>2} tháng {month:0>2} năm {year}" in receipt
    assert f"Bộ phận tiếp nhận và trả kết quả: {COUNTER}" in receipt
    assert name in receipt


def pdf_words(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return in_line(" ".join(page.get_textpage().get_text_range() for page in document))


def the_land_office_sends_the_sheet(town, case: str) -> None:
    surveyor = at_work(town, "datdai", case)
    surveyor.takes("Đủ điều kiện, chuyển xử lý")
    measure = "Cần trích lục, trích đo bản đồ địa chính"
    surveyor.says(measure, "Không").presses("Đủ điều kiện, chuyển xử lý")
    surveyor.sees("Có chỗ cần sửa", "Cần ghi: Cấp mới Giấy chứng nhận")
    assert surveyor.said(measure) == "Không"

    surveyor.says(
        "Không phát sinh nghĩa vụ tài chính (không gửi phiếu chuyển)", "Không"
    )
    surveyor.says("Cấp mới Giấy chứng nhận (không thì xác nhận thay đổi)", "Có")
    surveyor.presses("Đủ điều kiện, chuyển xử lý")
    surveyor.sees("‖ Đồng hồ dừng Chờ cơ quan thuế xác định nghĩa vụ tài chính")
    surveyor.waits_until_the_page_says("Phiếu chuyển thông tin")


def tax_case_of(town, case: str) -> str:
    """Return the case of the tax office that the land office opened."""
    town.hour.later(minutes=2)
    surveyor = town.clerk("datdai").opens(f"/can-bo/ho-so/{case}")
    surveyor.waits_until_the_page_says("Hồ sơ liên thông")
    linked = surveyor.page.get_by_role("region", name="Hồ sơ liên thông")
    return CASE.findall(str(linked.get_by_role("link").get_attribute("href")))[0]


def the_tax_office_exempts(town, case: str) -> None:
    officer = at_work(town, "thue", tax_case_of(town, case))
    takes_up_the_sheet(officer, exemption="Có")
    officer.takes("Quyết định miễn (03/MGTH)")
    officer.types("Số, ngày quyết định miễn", "45/QĐ-MT ngày 25/11/2026")
    officer.presses("Quyết định miễn (03/MGTH)")


def the_land_office_signs(town, case: str) -> None:
    surveyor = at_work(town, "datdai", case)
    surveyor.waits_until_the_page_says("Dự thảo Giấy chứng nhận")
    surveyor.takes("Trình ký").waits_until_the_page_says("Ký Giấy chứng nhận")
    surveyor.takes("Ký Giấy chứng nhận, cập nhật hồ sơ địa chính")
    surveyor.types("Số phát hành Giấy chứng nhận (số seri)", "AA 00000123")
    surveyor.types("Số vào sổ cấp Giấy chứng nhận", "CN00123")
    surveyor.presses("Ký Giấy chứng nhận, cập nhật hồ sơ địa chính")


def the_counter_hands_over(town, case: str) -> None:
    counter = at_work(town, "motcua", case)
    counter.takes("Trả kết quả, thu bản chính").ticks("Đã nhận đủ bản chính")
    counter.presses("Trả kết quả, thu bản chính")
    counter.sees("✓ Đã kết thúc Đã trả kết quả", "Hồ sơ đã kết thúc.")


# --- a sale, up to the payment ----------------------------------------------------

ABOUT_THE_SALE = {
    "relationship[transferor-1,receiver-1]": "Không phải người thân",
    "property.kind": "Đất trống",
    "transfer.whole": "Có",
    "land.area_m2": "150",
    "land.table_price": "4.000.000",
    "land.price_coefficient": "1",
    "contract.price": "900.000.000",
}


def test_a_sale_stops_the_clock_until_the_tax_is_paid(town):
    morning(town, 2026, 11, 30)
    seller = town.somebody()
    code, pin = begins(seller, "Bán")
    tells_about_the_sale(seller)
    contract = files(seller, code, CONTRACT_STEP, "Căn cước", "Sổ")
    the_notary_signs_the_contract(town, contract)
    case = files(seller, code, "Sang tên đất đã mua", *TRANSFER_PAPERS)
    the_counter_takes_the_dossier(town, case, "Hồ Văn Minh", "10/12/2026")
    the_land_office_sends_the_sheet(town, case)
    tax_case = tax_case_of(town, case)
    the_tax_office_issues_a_notice(town, tax_case)
    the_clock_stands_still_for_everybody(town, seller, code, pin, case)
    the_tax_office_records_the_payments(town, tax_case)
    seller.opens(f"/tra-cuu?ma={code}")
    seller.waits_until_the_page_says("Đang soạn để ký")
    seller.sees(
        f"Đang chờ ai {LAND_OFFICE}",
        "Hẹn trả 14/12/2026 Thứ Hai",  # two days later than on the receipt
        "30/11/2026 – 2/12/2026 ‖ Dừng Chờ ông bà nộp tiền",
        "2/12/2026 – nay ▶ Chạy",
    )


def tells_about_the_sale(seller: Person) -> None:
    seller.follows("Trả lời tiếp")
    seller.answers("Buôn Ma Thuột")
    seller.names("Phan Thị Lan").names("Hồ Văn Minh")
    asked = seller.answers_what_is_asked(ABOUT_THE_SALE)
    assert {"contract.price", "property.kind"} <= set(asked)
    seller.opens(seller.path.partition("/cau-hoi")[0]).follows("Xem kế hoạch")
    seller.sees(
        "Thuế thu nhập cá nhân, Phan Thị Lan trả 18.000.000 đ",
        "Lệ phí trước bạ, Hồ Văn Minh trả 4.500.000 đ",
        "Trả lời tiếp",
    )


def takes_up_the_sheet(officer: Person, *, exemption: str) -> None:
    officer.takes(TAKE_UP)
    officer.says("Phiếu chuyển đề nghị xác định tiền sử dụng đất", "Không")
    officer.says("Phiếu chuyển không đủ thông tin để xác định nghĩa vụ", "Không")
    officer.says("Có đề nghị miễn, giảm", exemption)
    officer.says("Có đề nghị ghi nợ", "Không")
    officer.presses(TAKE_UP)


def the_tax_office_issues_a_notice(town, tax_case: str) -> None:
    officer = at_work(town, "thue", tax_case)
    takes_up_the_sheet(officer, exemption="Không")
    officer.takes("Ban hành thông báo")
    officer.types("Số thông báo", "0123/TB-TCS")
    owes(officer, 1, "Thuế thu nhập cá nhân", "Phan Thị Lan", "mười tám triệu")
    owes(officer, 2, "Lệ phí trước bạ", "Hồ Văn Minh", "4.500.000")
    officer.presses("Ban hành thông báo")
    officer.sees("Có chỗ cần sửa", "số đồng nguyên, như 3.000.000")
    assert officer.typed("Số thông báo") == "0123/TB-TCS"
    assert officer.typed("Số tiền khoản 1 (đồng)") == "mười tám triệu"

    officer.types("Số tiền khoản 1 (đồng)", "18.000.000")
    officer.presses("Ban hành thông báo")
    officer.waits_until_the_page_says("Thông báo nộp tiền")
    officer.sees("Phan Thị Lan 18.000.000 đ 0 đ", "Hồ Văn Minh 4.500.000 đ 0 đ")


def owes(officer: Person, place: int, kind: str, payer: str, amount: str) -> None:
    """Fill in one line of the notice."""
    officer.picks(f"Khoản {place}", kind)
    officer.picks(f"Người nộp khoản {place}", payer)
    officer.types(f"Số tiền khoản {place} (đồng)", amount)


def the_clock_stands_still_for_everybody(
    town, seller: Person, code: str, pin: str, case: str
) -> None:
    seller.opens(f"/tra-cuu?ma={code}")
    seller.waits_until_the_page_says("Đang chờ ông bà nộp tiền")
    morning(town, 2026, 12, 2)
    surveyor = at_work(town, "datdai", case)
    surveyor.sees("‖ Đồng hồ dừng Chờ công dân thực hiện nghĩa vụ tài chính")
    surveyor.sees("Đã dùng 0 trong 8")
    seller.opens(f"/tra-cuu?ma={code}")
    seller.sees("Đang chờ ông bà nộp tiền", "‖ Đang dừng", "Từ 30/11/2026, đã 2 ngày")
    stranger = town.somebody().opens(f"/tra-cuu?ma={code}")
    stranger.sees("Đang chờ ông bà nộp tiền", "‖ Đang dừng")
    stranger.does_not_see("Phan Thị Lan", "18.000.000")
    stranger.types("Số mở, 6 số", pin).presses("Xem thêm")
    stranger.sees("Thuế thu nhập cá nhân, Phan Thị Lan 18.000.000 đ Chưa nộp đủ")
    seller.types("Số mở, 6 số", pin).presses("Xem thêm")
    seller.sees("Thuế thu nhập cá nhân, Phan Thị Lan 18.000.000 đ Chưa nộp đủ")
    seller.sees("Lệ phí trước bạ, Hồ Văn Minh 4.500.000 đ", "Chậm nhất")


def the_tax_office_records_the_payments(town, tax_case: str) -> None:
    town.hour.later(minutes=2)
    officer = town.clerk("thue").opens(f"/can-bo/ho-so/{tax_case}")
    for voucher, amount in (("GNT-1", "18.000.000"), ("GNT-2", "4.500.000")):
        officer.follows("Ghi nhận nộp tiền")
        officer.types("Số tiền (đồng)", "0").types("Số chứng từ", voucher)
        officer.presses("Ghi nhận").sees("phải là số đồng nguyên, lớn hơn 0")
        assert officer.typed("Số chứng từ") == voucher
        officer.types("Số tiền (đồng)", amount).presses("Ghi nhận")
        officer.sees("Đã nộp đủ")
