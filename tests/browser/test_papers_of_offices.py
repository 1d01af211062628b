"""What another office sent on paper is typed at the desk, and counts once."""

import json
from dataclasses import replace

import pytest

from integrations.tax.gateway import connect
from service.usecases.cases.decide import raise_event
from service.usecases.outside.receive import hear
from service.usecases.outside.working import run_until_idle
from tests.browser.people import PHONE
from tests.factories import clerk, file_of, filed
from tests.service.test_linked_cases import SALE, at_the_tax_office

pytestmark = pytest.mark.browser

TYPE = "Nhập giấy của cơ quan khác"
LOOK = "Xem lại trước khi ghi"
RIGHT = "Đúng như trên giấy, ghi vào hồ sơ"


def by_wire(town, code, what, said):
    with town.alone() as desk:
        body = {"id": f"wire-{code}", "case": code, "what": what, "said": said}
        raw = json.dumps(body | {"sent_at": desk.now().isoformat()}).encode()
        assert hear(desk, "tax", raw).outcome == "accepted"


def test_a_tax_notice_typed_from_paper_counts_and_later_comes_by_wire(town):
    number = "0123/TB-TCS"
    with town.alone() as desk:
        _, case, child = at_the_tax_office(desk, SALE, "register_transfer")
        today = desk.today()
    day = f"{today:%d/%m/%Y}"
    land = town.somebody(PHONE, script=False)
    town.sign_in(land, "datdai")
    land.opens(f"/can-bo/ho-so/{case}").follows(TYPE)
    land.follows("Thông báo nộp tiền").presses(LOOK)
    land.sees("Cần ghi: Số thông báo.", "Cần ghi: Các khoản phải nộp.")
    land.types("Số thông báo", number).types("Ngày thông báo", "31/12/2099")
    land.picks("Khoản 1", "Lệ phí trước bạ").types(
        "Số tiền khoản 1 (đồng)", "3.000.000"
    )
    land.presses(LOOK).sees("31/12/2099 chưa tới")
    land.types("Ngày thông báo", day).presses(LOOK)
    land.sees("Đang chờ ông bà nộp tiền", "3.000.000", number)
    land.presses("Sửa lại")
    assert land.typed("Số thông báo") == number
    land.types("Ai mang giấy đến (nếu có)", "Người dân mang đến").presses(LOOK)
    land.presses(RIGHT).sees("Đã ghi, hồ sơ đã chuyển bước", "Người dân mang đến")
    land.opens(f"/can-bo/ho-so/{case}").sees("Giấy, do Anh Phạm Mẫu Duy nhập.")

    said = {"number": number, "day": today.isoformat()}
    lines = [{"kind": "registration_fee", "amount": 3000000, "sub_item": "2801"}]
    by_wire(town, child, "notice", said | {"lines": lines})
    land.opens(f"/can-bo/ho-so/{case}").waits_until_the_page_says("khớp")
    tax = town.clerk("thue").opens(f"/can-bo/ho-so/{child}")
    tax.sees("Anh Phạm Mẫu Duy", number).does_not_see("Sự cố:")


def test_a_paper_with_another_sum_is_shown_as_a_difference_and_moves_nothing(town):
    number = "0139/TB-TCS"
    with town.alone() as desk:
        _, case, child = at_the_tax_office(desk, SALE, "register_transfer")
        today = desk.today()
    lines = [{"kind": "registration_fee", "amount": 3000000}]
    said = {"number": number, "day": today.isoformat(), "lines": lines}
    by_wire(town, child, "notice", said)
    land = town.clerk("datdai").opens(f"/can-bo/ho-so/{case}")
    land.waits_until_the_page_says("Tin qua hệ thống")
    land.follows(TYPE).follows("Thông báo nộp tiền điều chỉnh")
    land.types("Số thông báo", number).types("Ngày thông báo", f"{today:%d/%m/%Y}")
    land.picks("Khoản 1", "Lệ phí trước bạ").types("Số tiền khoản 1 (đồng)", "2900000")
    land.presses(LOOK).sees("đã ghi là “Thông báo nộp tiền”", "Đối chiếu với giấy")
    assert land.typed("Số tiền khoản 1 (đồng)") == "2900000"

    land.types("Số thông báo", "0140/TB-TCS").presses(LOOK)
    land.sees("Chỉ có hiệu lực sau khi lãnh đạo").presses(RIGHT)
    land.sees("Người nhập không tự xác nhận được")
    boss = town.clerk("truongdatdai")
    boss.opens(f"/can-bo/ho-so/{case}").follows("Xem giấy đã nhập")
    boss.presses("Đã đối chiếu với giấy, xác nhận")
    boss.sees("Đã ghi, hồ sơ đã chuyển bước", "Ông Phạm Mẫu Thành đã đối chiếu")


def test_a_notarized_act_typed_from_paper_ends_the_case_of_the_notary(town):
    with town.alone() as desk:
        matter = filed(desk)
        papers = [each.id for each in file_of(desk, matter.case).required()]
        raise_event(desk, clerk(desk, "notary"), matter.case, "accept", papers=papers)
        day = f"{desk.today():%d/%m/%Y}"
    counter = town.clerk("motcua").opens(f"/can-bo/ho-so/{matter.case}")
    counter.chooses("Người dân nhờ tôi xem")
    counter.types("Ghi rõ", "Người dân mang hợp đồng đã công chứng đến quầy")
    counter.presses("Xem trong 30 phút").follows(TYPE).follows(
        "Văn bản công chứng đã vào sổ"
    )
    counter.types("Số công chứng", "0123/2026").types("Ngày công chứng", day)
    counter.presses(LOOK).sees("Cần ghi: Tổ chức hành nghề công chứng.")
    counter.types("Tổ chức hành nghề công chứng", "Văn phòng công chứng (mẫu)")
    counter.presses(LOOK).sees("Đã công chứng").presses(RIGHT)
    counter.sees("Đã ghi, hồ sơ đã chuyển bước")
    notary = town.clerk("congchung").opens(f"/can-bo/ho-so/{matter.case}")
    notary.sees("Chị Lê Thị Mẫu An", "0123/2026", "Đã công chứng")


def test_a_sheet_for_an_office_on_paper_is_printed_sent_and_noted(town):
    with town.alone() as desk:
        ports = replace(desk.ports, tax=connect(None))
        unconnected = replace(desk, ports=ports)
        _, case, _ = at_the_tax_office(unconnected, SALE, "register_transfer")
        run_until_idle(unconnected)
        day = f"{desk.today():%d/%m/%Y}"
    land = town.somebody(PHONE, script=False)
    town.sign_in(land, "datdai")
    land.opens("/can-bo/gui-giay").sees(case, "Phiếu chuyển thông tin")
    land.presses("Đã gửi bằng giấy").sees("Cần ghi: Số công văn gửi đi.")
    land.types("Số công văn gửi đi", "12/PCTT").types("Ngày gửi", day)
    land.presses("Đã gửi bằng giấy").sees("Không có giấy nào phải gửi.")
    land.opens(f"/can-bo/ho-so/{case}").sees("12/PCTT", "Đã gửi bằng giấy")
