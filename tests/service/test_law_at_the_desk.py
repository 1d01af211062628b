"""What the desk says of the law carries its source, and says when nobody checked it."""

import re
from dataclasses import replace

import pytest

from service.errors import BadRequestError
from service.usecases.administration.delegating import Wanted, delegate, signers
from service.usecases.cases.case_notes import add_note
from service.usecases.cases.decide import raise_event
from service.usecases.custody.export_data import export_matter
from service.usecases.matter.submit_dossier import submit
from service.usecases.outside.national_codes import codes_today
from service.usecases.playing.demo import seed_offices
from tests.factories import act, clerk, filed, finish
from tests.service.test_delegation import an_account
from tests.service.test_sign_in import ADMIN
from tests.visitor import Visitor, at_the_counter_of

ITEMS = {"supplement.items": "Bản vẽ", "supplement.reason": "Thiếu chữ ký"}
LETTER = {"letter.number": "17/HDHS", "letter.day": "2026-11-25"}
NOTE = "Hỏi lại người ở quầy"


@pytest.fixture
def gift(desk):
    """Return a gift that the counter has taken in."""
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    act(desk, clerk(desk, "one-stop"), case, "accept")
    return replace(matter, case=case)


def box(html, words):
    """Return the words of the box that holds some words, tags left out."""
    boxes = re.findall(r'<div class="box warn">(.*?)</div>', html, re.DOTALL)
    (found,) = [each for each in boxes if words in each]
    return " ".join(re.sub(r"<.*?>", " ", found).split())


def test_a_warning_names_its_law_and_says_that_nobody_checked_it(desk, gift):
    land = clerk(desk, "land-branch")
    act(desk, land, gift.case, "request_supplement", facts=ITEMS | LETTER)
    raise_event(desk, gift.citizen, gift.case, "supply", facts={})
    visitor = at_the_counter_of(desk, "land-branch")

    visitor.opens(f"/can-bo/ho-so/{gift.case}/viec/request_supplement")

    said = box(visitor.text, "bị tính quá hạn")
    assert "Quyết định 766/QĐ-TTg, chỉ tiêu 2.1" in said
    assert "chưa xác minh" in said


def test_an_apology_tells_on_which_day_it_is_due_at_the_latest(desk, gift):
    visitor = at_the_counter_of(desk, "land-branch")

    visitor.opens(f"/can-bo/ho-so/{gift.case}/viec/apologise")

    said = box(visitor.text, "chậm nhất 01 ngày trước ngày hết hạn")
    assert "Nghị định 118/2025/NĐ-CP" in said
    assert "chưa xác minh" in said


def test_who_forwards_reads_the_hour_and_the_article(desk, gift):
    visitor = at_the_counter_of(desk, "one-stop").opens("/can-bo/ban-giao")

    assert "Nhận sau 15:00" in visitor.text
    assert "Nghị định 309/2026/NĐ-CP" in visitor.text
    assert "Đ9 (Đ18.2 NĐ 118/2025)" in visitor.text


def test_codes_of_the_portal_rest_on_its_service_and_not_on_the_indicators(desk):
    codes = codes_today(desk)
    instruments = desk.law.edition("66", desk.today()).instruments

    for items in (codes.statuses, codes.channels, codes.copies):
        for item in items.values():
            assert "Cổng Dịch vụ công" in instruments[item.source.instrument].title
            assert not item.source.mark.verified


def test_a_notary_lets_nobody_sign_in_his_place(desk):
    seed_offices(desk, "66")
    giver = an_account(desk, "ccv", "Ông Mẫu Chứng", "notary-66", "sign")
    taker = an_account(desk, "phu", "Chị Mẫu Phụ", "notary-66", "handle")
    wanted = Wanted(
        giver, taker, "2026-11-26", "2026-11-27", "12/QĐ-VPCC", "2026-11-24"
    )

    with pytest.raises(BadRequestError) as refused:
        delegate(desk, ADMIN, wanted)

    (problem,) = refused.value.problems
    assert problem.key == "giver"
    assert "tự ký" in problem.text
    assert not any(each.gives for each in signers(desk, ADMIN, "notary-66"))


def test_a_resident_learns_that_offices_keep_notes_and_how_to_ask_for_them(desk, gift):
    add_note(desk, clerk(desk, "land-branch"), gift.case, NOTE, "once")

    told = export_matter(desk, gift.citizen, gift.code)
    page = Visitor(desk).reopens(gift.code, gift.pin)
    page.opens(f"/ho-so/{gift.code}/quyen")

    (case,) = [each for each in told.cases if each.code == gift.case]
    (note,) = case.notes_of_offices
    assert set(note) == {"at", "office"}
    assert NOTE not in told.model_dump_json()
    assert "1 ghi chú nội bộ của cơ quan" in page.text
    assert "gửi yêu cầu" in page.text
    assert NOTE not in page.text
