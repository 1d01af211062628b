"""A case at the desk: notes, stale pages, papers and evidence."""

import re
from html import unescape

import pytest

from service.errors import (
    BadRequestError,
    NotAllowedError,
)
from service.usecases.cases.case_notes import MOST_LETTERS, add_note
from service.usecases.cases.case_page import case_view
from service.usecases.custody.export_data import export_matter
from service.usecases.custody.see_data import rights_view
from service.usecases.matter.answer_question import answer, record_facts
from service.usecases.matter.submit_dossier import submit
from service.usecases.outside.receive import process_inbox
from service.usecases.outside.working import run_until_idle
from service.usecases.papers.case_photos import case_photo, leaves_of
from service.usecases.papers.paper_photos import add_photo
from tests.factories import (
    a_matter,
    act,
    clerk,
    file_of,
    filed,
    finish,
    row_of,
)
from tests.forms import photos
from tests.service.test_linked_cases import at_the_tax_office, say
from tests.service.test_payments import a_notice
from tests.visitor import Visitor, at_the_counter_of

SECRET = "người nộp hay quên giấy"


def words_of(visitor) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", visitor.text)).split())


@pytest.fixture
def gift(desk):
    return filed(desk)


# --- notes ----------------------------------------------------------------------------


def test_a_note_is_read_by_its_own_office_alone(desk):
    _, case, _ = at_the_tax_office(desk)
    land, counter = clerk(desk, "land-branch"), clerk(desk, "one-stop")
    add_note(desk, land, case, SECRET, "once")

    (note,) = case_view(desk, land, case).notes
    assert (note.text, note.author, note.at) == (SECRET, land.name, desk.now())
    assert case_view(desk, counter, case).notes == ()


def test_two_taps_write_one_note(desk, gift):
    visitor = at_the_counter_of(desk, "notary").opens(f"/can-bo/ho-so/{gift.case}")
    for _ in range(2):
        visitor.sends(
            f"/can-bo/ho-so/{gift.case}/ghi-chu", ghi_chu="Gọi lại thứ Hai", khoa="1"
        )
    assert visitor.status == 200
    assert visitor.text.count("Gọi lại thứ Hai") == 1


def test_a_note_that_is_too_long_comes_back_as_it_was_typed(desk, gift):
    visitor = at_the_counter_of(desk, "notary").opens(f"/can-bo/ho-so/{gift.case}")
    long = "dài " * (MOST_LETTERS // 4) + "quá"
    visitor.sends(f"/can-bo/ho-so/{gift.case}/ghi-chu", ghi_chu=long, khoa="1")

    assert visitor.status == 422
    assert f">{long}</textarea>" in visitor.text
    with pytest.raises(BadRequestError):
        add_note(desk, clerk(desk, "notary"), gift.case, "  \n ", "2")


def test_no_note_reaches_the_resident(desk, gift):
    add_note(desk, clerk(desk, "notary"), gift.case, SECRET, "once")

    assert SECRET not in export_matter(desk, gift.citizen, gift.code).model_dump_json()
    citizen = Visitor(desk).reopens(gift.code, gift.pin)
    for path in (f"/tra-cuu?ma={gift.case}", f"/ho-so/{gift.code}/quyen"):
        assert SECRET not in citizen.opens(path).text


# --- a page that is older than the case -----------------------------------------------


def test_what_was_typed_on_a_stale_page_comes_back_and_then_goes_through(desk):
    case = at_the_land_office(desk)
    visitor = at_the_counter_of(desk, "land-branch")
    where = f"/can-bo/ho-so/{case}/viec/apologise"
    visitor.opens(where)
    version = row_of(desk, case).version
    act(desk, clerk(desk, "land-branch"), case, "conditions_met")

    typed = {"f-apology.reason": "Chờ đo lại", "f-apology.new_day": "20/12/2026"}
    visitor.sends(where, **typed, phien_ban=version, khoa="a")

    assert visitor.status == 409
    assert "vừa làm “Đủ điều kiện, chuyển xử lý”" in words_of(visitor)
    assert 'value="Chờ đo lại"' in visitor.text
    assert f'name="phien-ban" value="{row_of(desk, case).version}"' in visitor.text


def test_what_was_typed_for_an_action_that_is_gone_is_told_not_lost(desk):
    case = at_the_land_office(desk)
    visitor = at_the_counter_of(desk, "land-branch")
    where = f"/can-bo/ho-so/{case}/viec/conditions_not_met"
    visitor.opens(where)
    version = row_of(desk, case).version
    act(desk, clerk(desk, "land-branch"), case, "conditions_met")

    field = {"f-refusal.reason": "Sổ không khớp thửa đất"}
    visitor.sends(where, **field, phien_ban=version, khoa="a")

    assert visitor.status == 409
    assert "Đã gõ mà chưa ghi" in visitor.text
    assert "Sổ không khớp thửa đất" in visitor.text


def test_the_same_form_sent_twice_moves_the_case_once(desk, gift):
    visitor = at_the_counter_of(desk, "notary").opens(f"/can-bo/ho-so/{gift.case}")
    offer = next(
        each
        for each in case_view(desk, clerk(desk, "notary"), gift.case).offers
        if each.available and not each.fields
    )
    version = row_of(desk, gift.case).version
    papers = [paper.id for paper in file_of(desk, gift.case).required()]
    for _ in range(2):
        visitor.sends(
            f"/can-bo/ho-so/{gift.case}/viec/{offer.event}",
            phien_ban=version, khoa="twice", giay=[*papers, "originals"],
        )  # fmt: skip
    assert visitor.status == 200
    assert row_of(desk, gift.case).version == version + 1


def at_the_land_office(desk) -> str:
    """Return a gift that the land office checks."""
    opened, citizen = a_matter(desk)
    return _handed_in(desk, opened, citizen)


def _handed_in(desk, opened, citizen) -> str:
    contract = submit(
        desk, citizen, opened.code, "notarize_contract", idempotency_key=None
    )
    finish(desk, citizen, contract)
    case = submit(desk, citizen, opened.code, "register_gift", idempotency_key=None)
    act(desk, clerk(desk, "one-stop"), case, "accept")
    run_until_idle(desk)
    return case


# --- what may be done, what is known, and the papers ----------------------------------


def test_an_action_says_what_it_takes_what_it_prints_and_its_law(desk):
    case = at_the_land_office(desk)
    visitor = at_the_counter_of(desk, "land-branch").opens(f"/can-bo/ho-so/{case}")

    said = words_of(visitor)
    assert "Ghi: Nội dung cần bổ sung" in said
    assert "In ra: Phiếu bổ sung giấy tờ." in said
    assert "Căn cứ: Nghị định 309/2026/NĐ-CP" in said


def test_the_words_of_the_resident_stand_beside_the_actions(desk):
    case = at_the_land_office(desk)
    view = case_view(desk, clerk(desk, "land-branch"), case)

    assert view.citizen.words == (view.labels[0].citizen,)
    assert view.citizen.due == view.clock.due
    assert view.citizen.messages


def test_two_sources_that_differ_stand_side_by_side(desk):
    opened, citizen = a_matter(desk)
    key = "party[hoa].person_id"
    answer(desk, citizen, opened.code, key, "066181000056")
    record_facts(desk, citizen, opened.code, {key: "066181000065"}, "identity_card_qr")
    case = _handed_in(desk, opened, citizen)

    facts = case_view(desk, clerk(desk, "land-branch"), case).facts
    words = next(fact.words for fact in facts if fact.key == key)

    assert {word.shown for word in words} == {"066181000056", "066181000065"}
    assert any("mã QR trên căn cước" in word.said for word in words)


@pytest.fixture
def photographed(desk):
    """Return a filed gift whose certificate was photographed for this step."""
    opened, citizen = a_matter(desk)
    add_photo(
        desk, citizen, opened.code, "register_gift", "certificate",
        photos.jpeg(photos.a_page()),
    )  # fmt: skip
    return opened, citizen, _handed_in(desk, opened, citizen)


def test_a_photo_is_evidence_beside_the_fact_that_can_be_read_on_it(desk, photographed):
    _, _, case = photographed
    visitor = at_the_counter_of(desk, "land-branch").opens(f"/can-bo/ho-so/{case}")
    where = f"/can-bo/ho-so/{case}/giay-to?trai=certificate"

    facts = case_view(desk, clerk(desk, "land-branch"), case).facts
    area = next(fact for fact in facts if fact.key == "land.area_m2")
    assert area.papers == ("certificate",)
    assert where in visitor.text


def test_a_photo_lies_beside_the_form_that_was_printed(desk, photographed):
    _, _, case = photographed
    visitor = at_the_counter_of(desk, "land-branch")
    visitor.opens(f"/can-bo/ho-so/{case}/giay-to?trai=certificate")

    assert visitor.status == 200
    pictures = re.findall(r'<img class="leaf" src="([^"]+)"', visitor.text)
    assert "/anh/" in pictures[0]
    assert "/ve/" in pictures[1]
    for path in pictures[:2]:
        got = visitor.client.get(path)
        assert got.headers["content-type"] == "image/jpeg"
        assert got.content.startswith(b"\xff\xd8")
    assert (
        visitor.client.get(pictures[1].replace("/1.jpg", "/99.jpg")).status_code == 404
    )


def test_a_paper_of_too_many_pages_leads_to_its_file(desks):
    desk = desks.make(photo_pages=1)
    visitor = at_the_counter_of(desk, "land-branch")
    case = at_the_land_office(desk)
    visitor.opens(f"/can-bo/ho-so/{case}/giay-to")

    assert visitor.status == 200
    (path, *_) = re.findall(r'href="(/can-bo/giay/[^"]+)"', visitor.text)
    got = visitor.client.get(path)
    assert got.headers["content-type"] == "application/pdf"


def test_the_resident_reads_who_looked_at_a_photo(desk, photographed):
    opened, citizen, case = photographed
    land = clerk(desk, "land-branch")
    _, leaves = leaves_of(desk, land, case)
    page = next(leaf.photos[0] for leaf in leaves if leaf.photos)
    assert case_photo(desk, land, case, page)

    looks = rights_view(desk, citizen, opened.code).looks
    assert ("Xem ảnh giấy tờ", land.name) in {(each.what, each.who) for each in looks}
    for stranger in (clerk(desk, "commune"), clerk(desk, "notary")):
        with pytest.raises(NotAllowedError):
            case_photo(desk, stranger, case, page)


# --- taking a slip back ---------------------------------------------------------------


def test_who_made_the_last_move_takes_it_back_on_the_page_until_it_left(desk, desks):
    gift = filed(desk)
    run_until_idle(desk)
    visitor = at_the_counter_of(desk, "notary").opens(f"/can-bo/ho-so/{gift.case}")
    before = row_of(desk, gift.case)
    offers = case_view(desk, clerk(desk, "notary"), gift.case).offers
    asked = next(each for each in offers if each.event == "return_at_counter").fields
    typed = {f"f-{field.key}": "Thiếu căn cước" for field in asked}
    for last in (False, True):
        version = row_of(desk, gift.case).version
        where = f"/can-bo/ho-so/{gift.case}/viec/return_at_counter"
        visitor.sends(where, phien_ban=version, **typed)
        assert "Hoàn tác việc vừa làm" in visitor.text
        version = row_of(desk, gift.case).version
        if last:
            desks.hour.later(minutes=2)
            run_until_idle(desk)
        visitor.sends(f"/can-bo/ho-so/{gift.case}/hoan-tac", phien_ban=version)
        assert visitor.status == (409 if last else 200)
        if not last:
            assert row_of(desk, gift.case).instance == before.instance


def test_nobody_takes_back_what_a_colleague_did(desk):
    gift = filed(desk)
    act(desk, clerk(desk, "notary"), gift.case, "return_at_counter")

    visitor = at_the_counter_of(desk, "notary").opens(f"/can-bo/ho-so/{gift.case}")
    assert "Hoàn tác việc vừa làm" not in visitor.text


# --- what an office wrote -------------------------------------------------------------


def test_the_message_of_an_office_lies_beside_the_fact_that_it_told(desk):
    _, _, child = at_the_tax_office(desk)
    facts = {
        "exemption.claimed": True,
        "debt.requested": False,
        "sheet.asks_levy": False,
        "sheet.incomplete_for_tax": False,
    }
    say(desk, child, "take_up", facts, name="message-7")
    process_inbox(desk)

    known = case_view(desk, clerk(desk, "tax"), child).facts
    reply = next(fact.reply for fact in known if fact.key == "exemption.claimed")
    assert (reply.number, reply.at) == ("tax:message-7", desk.now())
    assert [shown for _, shown in reply.values] == ["Không", "Có", "Không", "Không"]


# --- values in words ------------------------------------------------------------------


def test_the_lines_of_a_notice_are_words_to_whoever_opens_the_case(desk):
    _, _, tax = a_notice(desk)
    facts = case_view(desk, clerk(desk, "tax"), tax).facts
    told = {fact.key: fact.shown for fact in facts}

    assert "Thuế thu nhập cá nhân" in told["notice.lines"]
    assert "22.000.000\xa0đ; " in told["notice.lines"]
    assert not set("[]{}'_") & set(told["notice.lines"])
