"""A whole day at the desks of land, tax, notary and commune, each in the browser."""

import json
from pathlib import Path

import pytest

from service.usecases.matter.submit_dossier import submit
from service.usecases.outside.working import run_until_idle
from tests.browser.scenes import SALE, SALE_OF_LAND, TAX
from tests.browser.test_gift import TAKE_UP, morning
from tests.factories import GIFT, a_matter, act, clerk, filed, finish

pytestmark = pytest.mark.browser

MORTGAGE = json.loads(
    (Path(__file__).parents[1] / "situations/goals/mortgage-land.json").read_text()
)
ESTATE = GIFT | {
    "goal": "inherit",
    "parties": [
        {"id": "father", "role": "deceased", "share": "1"},
        {"id": "an", "role": "heir", "share": "1/2"},
        {"id": "hoa", "role": "heir", "share": "1/2"},
    ],
    "relationships": [
        {"between": ["father", "an"], "kind": "birth_parent_child"},
        {"between": ["father", "hoa"], "kind": "birth_parent_child"},
    ],
}
AT_COMMUNE = GIFT | {"answers": GIFT["answers"] | {"certification.by": "commune"}}
MEASURED = "Hoàn thành trích lục, trích đo"
EXTRACT = "Số trích lục, số hiệu mảnh trích đo bản đồ địa chính"
CORRECT = "Đính chính phiếu chuyển"
PROOF = "Chấp nhận giấy tờ chứng minh đã nộp"
ON_PROOF = "Ký trên giấy tờ chứng minh, không chờ thuế trả lời"
ANNOTATE = "Ký xác nhận thay đổi, cập nhật hồ sơ địa chính"
SERIAL = "Số phát hành Giấy chứng nhận được ghi thay đổi"
ENTER = "Ghi đăng ký vào cơ sở dữ liệu (không ghi trên Giấy chứng nhận)"
NOTICE = "Ban hành thông báo"
ASK = "Yêu cầu cung cấp thông tin (01/CCTT-ĐĐTCQ)"
LETTER = "Số văn bản làm căn cứ tạm dừng tính ngày"
REVIEW = "Tự phát hiện sai sót, xem lại"
MINUTES = "Xác nhận kết thúc niêm yết"
SIGN_DEED = "Chứng kiến ký, công chứng văn bản"
CERTIFY = "Chứng kiến ký, ghi lời chứng, vào sổ"
PEOPLE = (
    "Người để lại di sản, người thỏa thuận phân chia, quan hệ với người để lại di sản"
)
DEED_NO = "Số công chứng văn bản phân chia di sản"


def at(town, name, case):
    """Let a clerk sign in and open a case."""
    return town.clerk(name).opens(f"/can-bo/ho-so/{case}")


def a_sale(town):
    """Bring a sale to the land office: the matter and its case there."""
    with town.alone() as desk:
        sale = filed(desk, SALE)
        finish(desk, sale.citizen, sale.case)
        case = submit(desk, sale.citizen, sale.code, SALE_OF_LAND, idempotency_key=None)
        act(desk, clerk(desk, "one-stop"), case, "accept")
        run_until_idle(desk)
    return sale, case


def test_a_day_at_the_land_desk(town, scene):
    morning(town, 2026, 11, 25)
    sale, case = a_sale(town)
    land = at(town, "datdai", case).takes("Đủ điều kiện, chuyển xử lý")
    land.says("Cần trích lục, trích đo bản đồ địa chính", "Có")
    no_money = "Không phát sinh nghĩa vụ tài chính (không gửi phiếu chuyển)"
    land.says(no_money, "Không")
    land.says("Cấp mới Giấy chứng nhận (không thì xác nhận thay đổi)", "Không")
    land.presses("Đủ điều kiện, chuyển xử lý")

    land.takes(MEASURED).types(EXTRACT, "chưa có")
    land.types("Ngày trích lục, ngày ký mảnh trích đo", "24/11/2026").presses(MEASURED)
    land.sees("Số của giấy", "TL 0123/2026")
    land.types(EXTRACT, "TL 0123/2026").presses(MEASURED)
    land.waits_until_the_page_says("Hồ sơ liên thông").takes(CORRECT)
    land.types("Nội dung đính chính phiếu chuyển", "Vị trí 2, không phải vị trí 1")
    land.presses(CORRECT)

    tax_case = scene.case(sale.code, TAX)
    with town.alone() as desk:
        for event in ("take_up", "issue_notice"):
            act(desk, clerk(desk, "tax"), tax_case, event)
        run_until_idle(desk)
    land.opens(f"/can-bo/ho-so/{case}").takes(PROOF)
    proof = "Loại giấy tờ chứng minh đã hoàn thành nghĩa vụ tài chính"
    land.says(proof, "Chứng từ đã hoàn thành nghĩa vụ tài chính")
    land.types("Số, ngày giấy tờ chứng minh", "0000123 ngày 25/11/2026").presses(PROOF)
    land.takes("Trình ký").waits_until_the_page_says("Chờ nghĩa vụ bổ sung")
    land.takes(ON_PROOF).says(proof, "Chứng từ đã hoàn thành nghĩa vụ tài chính")
    land.types("Số, ngày giấy tờ chứng minh", "0000123 ngày 25/11/2026")
    land.presses(ON_PROOF)

    land.takes(ANNOTATE).types(SERIAL, "600374")
    content = "Nội dung xác nhận thay đổi ghi trên Giấy chứng nhận"
    land.types(content, "Chuyển nhượng cho bà Hoa").presses(ANNOTATE)
    land.sees("có 1 hoặc 2 chữ in hoa rồi 6 đến 8 chữ số")
    assert land.typed(content) == "Chuyển nhượng cho bà Hoa"
    land.types(SERIAL, "BN 600374").presses(ANNOTATE).sees("Chờ trả kết quả")


def test_a_mortgage_is_entered_with_its_number_and_hour(town):
    with town.alone() as desk:
        loan = filed(desk, MORTGAGE)
        finish(desk, loan.citizen, loan.case)
        case = submit(
            desk, loan.citizen, loan.code, "register_mortgage", idempotency_key=None
        )
        act(desk, clerk(desk, "one-stop"), case, "accept")
        act(desk, clerk(desk, "land-branch"), case, "arrive")
    land = at(town, "datdai", case).takes(ENTER)
    land.types("Số vào sổ, số đăng ký trong cơ sở dữ liệu", "000123/2026")
    land.types("Ngày ghi, cập nhật vào sổ, cơ sở dữ liệu", "25/11/2026")
    hour = "Giờ, phút ghi, cập nhật vào sổ, cơ sở dữ liệu"
    land.types(hour, "25:10").presses(ENTER).sees("giờ và phút của một ngày")
    land.types(hour, "10:15").presses(ENTER).sees("Chờ trả kết quả", "10:15")


def test_a_day_at_the_tax_desk(town, scene):
    sale, case = a_sale(town)
    with town.alone() as desk:
        finish(desk, sale.citizen, case)
    tax_case = scene.case(sale.code, TAX)
    tax = at(town, "thue", tax_case).takes(TAKE_UP)
    for asked in (
        "Phiếu chuyển đề nghị xác định tiền sử dụng đất",
        "Phiếu chuyển không đủ thông tin để xác định nghĩa vụ",
        "Có đề nghị miễn, giảm",
        "Có đề nghị ghi nợ",
    ):
        tax.says(asked, "Không")
    tax.presses(TAKE_UP).takes(ASK)
    tax.types("Nội dung cần cung cấp, giải trình", "Vị trí thửa đất").presses(ASK)
    tax.sees(f"Cần ghi: {LETTER}.").types(LETTER, "02/CCTT").presses(ASK)
    tax.sees("Chờ cơ quan đất đai trả lời", "02/CCTT")
    with town.alone() as desk:
        act(desk, clerk(desk, "land-branch"), case, "answer_tax")
        run_until_idle(desk)
    tax.opens(f"/can-bo/ho-so/{tax_case}")
    the_notice(tax, "0123/TB-TCS", "22.000.000")

    tax.follows("So thông báo với ước tính").sees("Số phải nộp là số trên thông báo.")
    tax.sees("Thuế thu nhập cá nhân 22.000.000 đ", "Lệ phí trước bạ")
    tax.opens(f"/can-bo/ho-so/{tax_case}").takes(REVIEW)
    tax.types("Lý do xem lại thông báo", "Áp nhầm hệ số").presses(REVIEW)
    tax.takes("Thu hồi thông báo").types("Lý do thu hồi thông báo", "Áp nhầm hệ số")
    tax.presses("Gửi lãnh đạo xác nhận").sees("Chờ lãnh đạo cùng cơ quan xác nhận")
    boss = town.clerk("truongthue").opens("/can-bo/duyet").follows("Thu hồi thông báo")
    boss.sees("Áp nhầm hệ số").presses("Xác nhận, làm luôn")
    tax.opens(f"/can-bo/ho-so/{tax_case}")
    the_notice(tax, "0124/TB-TCS", "20.000.000")

    tax.follows("Ghi nhận nộp tiền")
    tax.types("Số tiền (đồng)", "30.000.000").types("Số chứng từ", "GNT-1")
    tax.presses("Ghi nhận").sees("nhưng chỉ còn phải nộp 20.000.000 đ")
    assert tax.typed("Số chứng từ") == "GNT-1"
    tax.types("Số tiền (đồng)", "20.000.000").presses("Ghi nhận")
    tax.waits_until_the_page_says("Đang chờ Hồ sơ chính: Đã nộp đủ")

    scene.fault()
    tax.opens("/can-bo/su-co").sees("Không có hồ sơ mang mã này.", "HS-KHONG-CO")
    tax.unfolds("Bỏ qua việc này").types("Vì sao bỏ qua", "Gửi nhầm nơi")
    tax.presses("Bỏ qua Báo một việc 1").sees("Đã bỏ qua.", "Gửi nhầm nơi")


def the_notice(tax, number, amount):
    """Issue a notice of one line; what is due follows from the line."""
    tax.takes(NOTICE).types("Số thông báo", number)
    tax.picks("Khoản 1", "Thuế thu nhập cá nhân")
    tax.types("Số tiền khoản 1 (đồng)", amount).presses(NOTICE)
    tax.waits_until_the_page_says("Ghi nhận nộp tiền").sees(amount)


def test_a_day_at_the_notary_and_at_the_commune(town):
    with town.alone() as desk:
        estate = filed(desk, ESTATE, "notarize_estate_division")
        opened, citizen = a_matter(desk, AT_COMMUNE)
        gift = submit(
            desk, citizen, opened.code, "certify_contract", idempotency_key=None
        )
    notary = at(town, "congchung", estate.case).takes("Tiếp nhận, in giấy hẹn")
    send = "Gửi thông báo niêm yết đến các nơi"
    notary.takes(send).types(PEOPLE, "Người cha và hai con")
    notary.types("Danh mục di sản", "Thửa đất số 125, tờ bản đồ 34")
    complaints = "Nơi nhận khiếu nại, tố cáo về bỏ sót, giấu giếm"
    notary.types(complaints, "Văn phòng công chứng")
    known = "Rõ nơi thường trú cuối cùng, không có thì nơi tạm trú cuối cùng"
    same = "Nơi thường trú cuối cùng của người để lại di sản ở cùng xã với đất"
    notary.says(known, "Có").says(same, "Có").presses(send).sees("Chờ niêm yết")

    commune = at(town, "phuong", estate.case).takes("Ghi ngày niêm yết")
    commune.types("Nơi niêm yết", "Trụ sở phường")
    commune.types("Ngày bắt đầu niêm yết", "26/11/2026").presses("Ghi ngày niêm yết")
    commune.sees("chưa tới").types("Ngày bắt đầu niêm yết", "20/11/2026")
    commune.presses("Ghi ngày niêm yết").sees("Đang niêm yết công khai")
    the_commune_certifies(commune, gift)

    # Fifteen days from 20 November end on a Saturday: on Monday 7 December at midnight.
    morning(town, 2026, 12, 8)
    commune = at(town, "phuong", estate.case).waits_until_the_page_says(MINUTES)
    commune.takes(MINUTES)
    commune.types("Ngày lập biên bản kết thúc niêm yết", "8/12/2026")
    commune.types("Kết quả niêm yết ghi trong biên bản", "Không có ý kiến")
    commune.presses(MINUTES)

    notary = at(town, "congchung", estate.case).takes("Hẹn ký").takes(SIGN_DEED)
    notary.types(DEED_NO, "chưa vào sổ")
    notary.types("Ngày công chứng văn bản phân chia di sản", "8/12/2026")
    notary.ticks("Đã nhận đủ bản chính").presses(SIGN_DEED)
    notary.sees("bắt đầu bằng số thứ tự trong sổ")
    notary.types(DEED_NO, "0456/2026").ticks("Đã nhận đủ bản chính")
    notary.presses(SIGN_DEED).sees("✓ Đã kết thúc", "0456/2026")


def the_commune_certifies(commune, case):
    commune.opens(f"/can-bo/ho-so/{case}").takes("Tiếp nhận, in giấy hẹn")
    commune.takes("Đủ điều kiện, hẹn ký").takes(CERTIFY)
    commune.types("Số công chứng, số chứng thực", "0789/2026")
    commune.types("Ngày công chứng, chứng thực", "25/11/2026")
    commune.types("Nơi công chứng, chứng thực", "Trụ sở phường")
    commune.ticks("Đã nhận đủ bản chính").presses(CERTIFY).sees("✓ Đã kết thúc")
