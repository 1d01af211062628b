"""The papers of a case: what they say, from whom, and that each is made once."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from forms.errors import PressStoppedError
from service.errors import BadRequestError
from service.persistence.sealing import placed
from service.persistence.tables.cases import document
from service.usecases.matter.answer_question import answer
from service.usecases.matter.read_matter import matter_view
from service.usecases.matter.submit_dossier import submit
from service.usecases.outside.working import run_until_idle
from service.usecases.papers.fill_forms import case_paper, filled_form, forms_of
from service.web.citizens.matters import next_thing
from tests.factories import GIFT, act, clerk, file_of, filed, finish, row_of
from tests.forms.papers import squash, text_of
from workflows.situation import read

PEOPLE = {
    "father": {"full_name": "Nguyễn Mẫu Bình", "person_id": "066051000012"},
    "mother": {"full_name": "Trần Thị Mẫu Sáu", "person_id": "066154000034"},
    "hoa": {"full_name": "Nguyễn Thị Mẫu Hoa", "phone": "0905000456"},
}
TOLD = GIFT | {
    "parties": [party | PEOPLE[party["id"]] for party in GIFT["parties"]],
    "answers": GIFT["answers"] | {"land.parcel_no": "125"},
}
ONE_STOP = "Trung tâm Phục vụ hành chính công phường Buôn Ma Thuột (mẫu)"
LAND_OFFICE = "Chi nhánh đăng ký đất đai khu vực Buôn Ma Thuột (mẫu)"
NOTARY = "Văn phòng công chứng Cao Nguyên Xanh (mẫu)"
COUNTER_CLERK = "Chị Lê Thị Mẫu An"
LAND_CLERK = "Anh Phạm Mẫu Duy"


@pytest.fixture
def handed_in(desk):
    """Return a gift whose contract is signed and whose registration is handed in."""
    matter = filed(desk, TOLD)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    return matter, case


def documents(desk, case):
    row = row_of(desk, case)
    with desk.database.reading() as uow:
        return {
            kept.form: uow.records.document("66", kept.id)
            for kept in uow.records.documents("66", row.id)
        }


def words(desk, case, form):
    return text_of(documents(desk, case)[form][1])


def test_the_request_that_hands_in_makes_no_paper_the_worker_does(desk, handed_in):
    _, case = handed_in
    assert documents(desk, case) == {}
    run_until_idle(desk)
    kept = documents(desk, case)
    assert set(kept) == {"F-CHANGE", "TAX-03-BDS-TNCN", "TAX-01-LPTB"}
    for row, content in kept.values():
        assert row.media_type == "application/pdf"
        assert hashlib.sha256(content).hexdigest() == row.sha256


def test_a_form_is_kept_as_it_was_when_it_was_handed_in(desk, desks, handed_in):
    matter, case = handed_in
    desks.hour.later(minutes=5)
    answer(desk, matter.citizen, matter.code, "land.parcel_no", "999")
    run_until_idle(desk)
    kept = squash(words(desk, case, "F-CHANGE"))
    assert squash("thửa đất số 125") in kept
    assert "999" not in kept
    now = case_paper(desk, matter.citizen, case, "F-CHANGE")
    assert "999" in squash(text_of(now.pdf))


def test_the_receipt_is_the_counters_though_the_land_office_has_the_case(
    desk, handed_in
):
    _, case = handed_in
    act(desk, clerk(desk, "one-stop"), case, "accept")
    act(desk, clerk(desk, "land-branch"), case, "conditions_met")
    run_until_idle(desk)
    receipt = squash(words(desk, case, "ONESTOP-01"))
    assert squash(f"{ONE_STOP} BỘ PHẬN TIẾP NHẬN") in receipt
    assert squash(f"Bộ phận tiếp nhận và trả kết quả: {ONE_STOP}") in receipt
    assert squash(LAND_OFFICE) not in receipt
    assert squash(COUNTER_CLERK) in receipt
    assert squash(LAND_CLERK) not in receipt
    assert squash("8 ngày làm việc") in receipt
    assert squash("Phường Buôn Ma Thuột, ngày 25 tháng 11 năm 2026") in receipt
    slip = squash(words(desk, case, "F-SLIP-TRANSFER"))
    assert squash("Kính gửi: Thuế cơ sở khu vực Buôn Ma Thuột (mẫu)") in slip
    assert slip.startswith(squash(LAND_OFFICE))


def test_the_receipt_counts_the_papers_by_their_kind(desk, handed_in):
    matter, case = handed_in
    act(desk, clerk(desk, "one-stop"), case, "accept")
    run_until_idle(desk)
    rows = case_paper(desk, matter.citizen, case, "ONESTOP-01").filled.rows["papers"]
    by_name = {row[1].value: [cell.value for cell in row[2:]] for row in rows}
    change = "Đơn đăng ký biến động đất đai, tài sản gắn liền với đất"
    assert by_name[change] == ["1", None, None]
    assert len(by_name) >= 4


def test_a_change_form_takes_the_contract_from_the_case_that_signed_it(desk, handed_in):
    matter, case = handed_in
    filled = case_paper(desk, matter.citizen, case, "F-CHANGE").filled
    said = filled.by_id["2"]
    assert f"tại {NOTARY}" in said.value
    assert matter.case in said.provenance
    assert filled.by_id["to"].value == LAND_OFFICE
    papers = filled.by_id["3"].value
    assert "Hợp đồng" in papers
    assert "Đơn đăng ký biến động" not in papers
    assert "Giấy chứng nhận quyền" not in papers  # the form prints it itself


def test_before_there_is_a_case_the_office_stays_blank_with_its_reason(desk):
    matter = filed(desk, TOLD)
    filled = filled_form(desk, matter.citizen, matter.code, "F-CHANGE")
    assert filled.by_id["to"].value is None
    assert "khi mở hồ sơ" in filled.by_id["to"].blank_reason
    assert filled.by_id["1a"].provenance == "ông bà trả lời, 25/11/2026"


def test_what_follows_from_the_kinship_stands_on_the_tax_return(desk):
    matter = filed(desk, TOLD)
    rows = filled_form(desk, matter.citizen, matter.code, "TAX-03-BDS-TNCN").rows["26"]
    assert rows[0][1].value == "Nguyễn Thị Mẫu Hoa"
    assert rows[0][4].value == "Cha mẹ đẻ và con đẻ"
    assert "Nghị định 253/2026" in rows[0][4].provenance


def test_a_number_that_an_office_gives_is_not_made_up(desk, handed_in):
    matter, case = handed_in
    act(desk, clerk(desk, "one-stop"), case, "accept")
    act(desk, clerk(desk, "land-branch"), case, "conditions_met")
    run_until_idle(desk)
    slip = case_paper(desk, matter.citizen, case, "F-SLIP-TRANSFER").filled
    assert slip.by_id["number"].value is None
    assert "Văn thư" in slip.by_id["number"].blank_reason
    assert slip.by_id["date"].provenance.startswith(LAND_CLERK)


def test_the_sheet_of_a_supplement_bears_the_number_that_the_clerk_recorded(
    desk, handed_in
):
    _, case = handed_in
    act(desk, clerk(desk, "one-stop"), case, "accept")
    act(desk, clerk(desk, "land-branch"), case, "request_supplement")
    assert file_of(desk, case).own_facts["letter.number"].value == "17/HDHS"
    run_until_idle(desk)
    assert squash("Số: 17/HDHS") in squash(words(desk, case, "ONESTOP-02"))


@pytest.mark.parametrize(
    ("event", "form", "said"),
    [
        ("return_at_counter", "ONESTOP-02", "Bản sao chứng thực giấy khai sinh"),
        ("decline", "ONESTOP-03", "Thửa đất không thuộc tỉnh này"),
    ],
)
def test_a_sheet_gives_the_reason_the_day_and_the_clerk(
    desk, desks, handed_in, event, form, said
):
    _, case = handed_in
    act(desk, clerk(desk, "one-stop"), case, event)
    desks.hour.later(days=1)  # a sheet that may still be taken back is made later
    run_until_idle(desk)
    sheet = squash(words(desk, case, form))
    assert squash(said) in sheet
    assert squash("ngày 25 tháng 11 năm 2026") in sheet
    assert squash(COUNTER_CLERK) in sheet


def test_who_withdraws_gets_a_notice_that_says_so(desk, handed_in):
    matter, case = handed_in
    act(desk, clerk(desk, "one-stop"), case, "accept")
    act(desk, matter.citizen, case, "withdraw", papers={"withdrawal_request"})
    run_until_idle(desk)
    notice = squash(words(desk, case, "ONESTOP-05"))
    assert squash("Lý do dừng: Công dân rút hồ sơ") in notice
    assert squash("Thời điểm dừng: 25/11/2026") in notice


def test_an_apology_names_the_promised_day_and_the_new_one(desk, handed_in):
    _, case = handed_in
    act(desk, clerk(desk, "one-stop"), case, "accept")
    promised = row_of(desk, case).due_on
    act(
        desk, clerk(desk, "land-branch"), case, "apologise",
        facts={"apology.reason": "Mất điện", "apology.new_day": "2026-12-21"},
    )  # fmt: skip
    run_until_idle(desk)
    sheet = squash(words(desk, case, "ONESTOP-04"))
    assert squash(f"{promised:%d/%m/%Y}") in sheet
    assert squash("Lý do: Mất điện") in sheet
    assert squash("Ngày 21 tháng 12 năm 2026") in sheet


def test_who_is_asked_for_more_papers_is_told_whose_turn_it_is(desk, handed_in):
    matter, case = handed_in

    def told():
        return next_thing(matter_view(desk, matter.citizen, matter.code))

    act(desk, clerk(desk, "one-stop"), case, "accept")
    assert told().heading == "Đang làm: Sang tên đất được cho"
    act(desk, clerk(desk, "land-branch"), case, "request_supplement")
    assert told().heading == "Đến lượt ông bà: Sang tên đất được cho"


@pytest.mark.parametrize("promised", ["2026-01-01", "2026-11-25"])
def test_an_apology_promises_a_day_that_lies_ahead(desk, handed_in, promised):
    _, case = handed_in
    act(desk, clerk(desk, "one-stop"), case, "accept")

    with pytest.raises(BadRequestError) as refused:
        act(
            desk, clerk(desk, "land-branch"), case, "apologise",
            facts={"apology.reason": "Mất điện", "apology.new_day": promised},
        )  # fmt: skip

    assert "một ngày sau hôm nay" in refused.value.problems[0].text


def test_a_notice_that_corrects_another_says_so(desk, handed_in):
    _, case = handed_in
    act(desk, clerk(desk, "one-stop"), case, "accept")
    act(desk, clerk(desk, "land-branch"), case, "conditions_met")
    run_until_idle(desk)
    with desk.database.reading() as uow:
        link = file_of(desk, case).children[0]
        tax_case = uow.cases.by_id("66", link.child_id).code
    tax = clerk(desk, "tax")
    said = []
    for event in ("take_up", "issue_notice", "review_own_error", "reassess"):
        act(desk, tax, tax_case, event)
    said.append(ticked(desk, tax, tax_case))
    act(desk, tax, tax_case, "adjust_notice")
    said.append(ticked(desk, tax, tax_case))
    assert said == [(True, False), (False, True)]


def test_a_notice_of_the_tax_office_names_the_dossier_that_was_handed_in(
    desk, handed_in
):
    _, case = handed_in
    act(desk, clerk(desk, "one-stop"), case, "accept")
    act(desk, clerk(desk, "land-branch"), case, "conditions_met")
    run_until_idle(desk)
    with desk.database.reading() as uow:
        link = file_of(desk, case).children[0]
        tax_case = uow.cases.by_id("66", link.child_id).code
    tax = clerk(desk, "tax")
    for event in ("take_up", "issue_notice"):
        act(desk, tax, tax_case, event)
    told = {
        form: case_paper(desk, tax, tax_case, form).filled.by_id[place].value
        for form, place in {
            "TAX-NOTICE-PIT": "basis.code",
            "TAX-NOTICE-LPTB": "basis.code",
            "TAX-ACCEPTANCE": "case",
        }.items()
    }
    assert set(told.values()) == {case}


def test_the_receipt_of_a_same_day_procedure_says_so(desk):
    told = json.loads(
        Path("tests/situations/goals/discharge-mortgage.json").read_text()
    )
    matter = filed(desk, told, "discharge_mortgage")
    act(desk, clerk(desk, "one-stop"), matter.case, "accept")
    run_until_idle(desk)
    receipt = squash(words(desk, matter.case, "ONESTOP-01"))
    assert squash("theo quy định là: trong ngày làm việc") in receipt


def ticked(desk, actor, case):
    boxes = case_paper(desk, actor, case, "TAX-NOTICE-PIT").filled.by_id
    return boxes["first"].value, boxes["adjusted"].value


def test_what_is_handed_in_again_unchanged_is_kept_once(desk, desks, handed_in):
    matter, case = handed_in
    run_until_idle(desk)
    before = documents(desk, case)
    act(desk, clerk(desk, "one-stop"), case, "return_at_counter")
    desks.hour.later(days=1)
    run_until_idle(desk)
    act(desk, matter.citizen, case, "submit")
    run_until_idle(desk)
    with desk.database.reading() as uow:
        kept = uow.records.documents("66", row_of(desk, case).id)
    assert len(kept) == len(before) + 1


def test_a_paper_that_is_stored_is_not_rendered_again(desk, desks, handed_in):
    matter, case = handed_in
    run_until_idle(desk)
    with desk.database.transaction() as uow:
        connection = uow.cases.connection
        stored = select(document).where(document.c.form == "F-CHANGE")
        for row in connection.execute(stored).mappings().all():
            kept = placed(document, {"content": b"%PDF as it was kept"}, row)
            of_row = update(document).where(document.c.id == row["id"])
            connection.execute(of_row.values(kept))
    here = case_paper(desk, matter.citizen, case, "F-CHANGE").pdf
    elsewhere = case_paper(desks.make(), matter.citizen, case, "F-CHANGE").pdf
    assert here.startswith(b"%PDF-")
    assert elsewhere == b"%PDF as it was kept"


def test_every_form_of_the_plan_that_is_printed_can_be_filled(desk):
    matter = filed(desk, TOLD)
    assert read(TOLD, desk.law, desk.territory)
    rows = forms_of(desk, matter.citizen, matter.code)
    assert rows
    for row in rows:
        assert row.available
        assert filled_form(desk, matter.citizen, matter.code, row.form_id).fields


class StoppedPress:
    """A press whose workers end in the middle, until somebody has mended it."""

    def print(self, *sheets):
        raise PressStoppedError


def test_a_press_that_stopped_is_asked_again_and_no_paper_is_lost(desk, desks):
    matter = filed(desk, TOLD)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    run_until_idle(replace(desk, press=StoppedPress()))
    assert documents(desk, case) == {}
    desks.hour.later(hours=2)
    run_until_idle(desk)
    assert set(documents(desk, case)) == {"F-CHANGE", "TAX-03-BDS-TNCN", "TAX-01-LPTB"}


def test_a_lost_certificate_is_asked_for_by_who_has_the_land_not_by_who_will(desk):
    lost = json.loads(Path("tests/situations/gift-lost-certificate.json").read_text())
    step = "reissue_lost_certificate"
    matter = filed(desk, lost, step)
    owners = [p["full_name"] for p in lost["parties"] if p["role"] == "transferor"]
    taker = next(p["full_name"] for p in lost["parties"] if p["role"] == "receiver")

    receipt = case_paper(desk, matter.citizen, matter.case, "ONESTOP-01").filled
    request = case_paper(desk, matter.citizen, matter.case, "F-CHANGE").filled
    before = filled_form(desk, matter.citizen, matter.code, "F-CHANGE", step)
    later = filled_form(desk, matter.citizen, matter.code, "F-CHANGE", "register_gift")

    for said in (receipt.by_id["owner"], request.by_id["1a"], before.by_id["1a"]):
        assert all(name in said.value for name in owners)
        assert taker not in said.value
    for form in (request, before):
        assert form.by_id["2"].value.startswith(
            "Đề nghị cấp lại Giấy chứng nhận do bị mất"
        )
    assert later.by_id["1a"].value == taker
    assert later.by_id["2"].value.startswith("Nhận tặng cho")
