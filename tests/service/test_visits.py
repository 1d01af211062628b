"""A dossier of other offices opens with a reason that the resident can read."""

import json

import pytest

from service.auth.actors import Actor, anonymous
from service.errors import (
    NotAllowedError,
    ReasonNeededError,
    SignInRequiredError,
)
from service.usecases.cases.case_notes import add_note
from service.usecases.cases.case_page import case_view
from service.usecases.cases.decide import raise_event
from service.usecases.cases.visit_case import say_why
from service.usecases.custody.export_data import export_matter
from service.usecases.custody.see_data import rights_view
from service.usecases.helpers.who_helped import who_helped
from service.usecases.matter.answer_question import record_facts
from tests.factories import (
    PROVINCE,
    a_helper,
    clerk,
    filed,
    row_of,
)
from tests.service.test_linked_cases import at_the_tax_office
from tests.visitor import Visitor, at_the_counter_of

REASON = "bà Lành hỏi tại quầy sáng nay"
SECRET = "người nộp hay quên giấy"


@pytest.fixture
def gift(desk):
    return filed(desk)


# --- a dossier of other offices -------------------------------------------------------


def test_a_dossier_of_other_offices_asks_why_before_it_opens(desk, gift):
    visitor = at_the_counter_of(desk, "commune").opens(f"/can-bo/ho-so/{gift.case}")

    assert visitor.status == 403
    assert "Vì sao cần xem?" in visitor.text
    assert "Ai nói" not in visitor.text


def test_no_reason_or_half_a_reason_opens_nothing_and_keeps_what_was_typed(desk, gift):
    visitor = at_the_counter_of(desk, "commune").opens(f"/can-bo/ho-so/{gift.case}")
    visitor.sends(f"/can-bo/ho-so/{gift.case}/xem", ly_do="hỏi")

    assert visitor.status == 422
    assert "Chọn vì sao cần xem hồ sơ này." in visitor.text
    assert ">hỏi</textarea>" in visitor.text
    assert visitor.opens(f"/can-bo/ho-so/{gift.case}").status == 403


def test_a_reason_opens_it_to_be_read_and_to_nothing_else(desk, gift):
    visitor = at_the_counter_of(desk, "commune").opens(f"/can-bo/ho-so/{gift.case}")
    where = f"/can-bo/ho-so/{gift.case}"
    visitor.sends(f"{where}/xem", vi_sao="asked", ly_do=REASON)

    assert (visitor.status, visitor.path) == (200, where)
    assert REASON in visitor.text
    assert f'action="{where}' not in visitor.text
    assert visitor.opens(f"{where}/to/ONESTOP-06").status == 403
    assert visitor.opens(f"{where}/giay-to").status == 403


def test_a_visitor_from_another_office_sees_the_ends_of_numbers_and_no_sums(desk):
    opened = filed(desk)
    record_facts(
        desk, opened.citizen, opened.code,
        {"party[hoa].person_id": "066181000056"}, "citizen",
    )  # fmt: skip
    stranger = clerk(desk, "commune")
    say_why(desk, stranger, opened.case, "order", REASON)

    view = case_view(desk, stranger, opened.case)

    shown = [fact.shown for fact in view.facts]
    assert "•••••••••056" in shown
    assert "066181000056" not in str(view.facts)
    assert view.obligations == view.offers == view.notes == ()
    assert "5.000.000" not in str(view.facts)
    assert view.citizen.messages == ()


def test_a_visitor_sees_no_number_in_full_where_two_people_say_different_ones(desk):
    opened = filed(desk)
    key, numbers = "party[hoa].person_id", ("066181000056", "066181000064")
    for number, source in zip(numbers, ("citizen", "card_qr"), strict=True):
        record_facts(desk, opened.citizen, opened.code, {key: number}, source)
    at_work = case_view(desk, clerk(desk, "notary"), opened.case)
    assert all(number in str(at_work.facts) for number in numbers)
    stranger = clerk(desk, "commune")
    say_why(desk, stranger, opened.case, "order", REASON)

    view = case_view(desk, stranger, opened.case)

    assert not any(number in str(view.facts) for number in numbers)


def test_each_look_from_another_office_is_told_to_the_resident_with_its_reason(
    desk, gift
):
    stranger = clerk(desk, "commune")
    say_why(desk, stranger, gift.case, "asked", REASON)
    case_view(desk, stranger, gift.case)

    looks = rights_view(desk, gift.citizen, gift.code).looks
    deeds = who_helped(desk, gift.citizen, gift.code).deeds

    told = f"Người dân nhờ tôi xem: {REASON}"
    assert [look.reason for look in looks if look.who == stranger.name] == [told]
    assert told in {deed.reason for deed in deeds}
    page = Visitor(desk).reopens(gift.code, gift.pin)
    assert REASON in page.opens(f"/ho-so/{gift.code}/quyen").text


def test_the_look_of_an_office_that_works_on_it_needs_no_reason(desk, gift):
    case_view(desk, clerk(desk, "notary"), gift.case)

    looks = rights_view(desk, gift.citizen, gift.code).looks
    assert {look.reason for look in looks} == {None}


def test_a_reason_holds_for_a_while_and_for_whoever_gave_it(desk, desks, gift):
    stranger = clerk(desk, "commune")
    say_why(desk, stranger, gift.case, "order", REASON)
    with pytest.raises(ReasonNeededError):
        case_view(desk, clerk(desk, "tax"), gift.case)
    desks.hour.later(minutes=desk.settings.visit_minutes - 1)
    assert case_view(desk, stranger, gift.case).visit
    desks.hour.later(minutes=1)
    with pytest.raises(ReasonNeededError):
        case_view(desk, stranger, gift.case)


def test_a_visitor_from_another_office_moves_and_notes_nothing(desk, gift):
    stranger = clerk(desk, "commune")
    say_why(desk, stranger, gift.case, "order", REASON)
    before = row_of(desk, gift.case)

    with pytest.raises(NotAllowedError):
        raise_event(desk, stranger, gift.case, "decline")
    with pytest.raises(NotAllowedError):
        add_note(desk, stranger, gift.case, SECRET, "k")
    assert row_of(desk, gift.case) == before


ASKED = {
    "a reason": lambda desk, who, case: say_why(desk, who, case, "asked", REASON),
    "a note": lambda desk, who, case: add_note(desk, who, case, SECRET, "k"),
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED.keys())
def test_only_clerks_give_reasons_and_write_notes(desk, gift, ask):
    helper = a_helper(desk, gift.citizen, gift.code, ["fill", "submit"])
    boss = Actor("administrator", "admin", PROVINCE, account_id="admin")
    for who in (gift.citizen, helper, boss, anonymous(PROVINCE)):
        with pytest.raises((NotAllowedError, SignInRequiredError)):
            ask(desk, who, gift.case)


def test_a_linked_case_of_another_office_says_where_it_is_and_asks_why(desk):
    _, case, child = at_the_tax_office(desk)
    (link,) = case_view(desk, clerk(desk, "land-branch"), case).links

    assert link.case_code == child
    assert "Thuế" in link.office
    assert not link.own
    with pytest.raises(ReasonNeededError):
        case_view(desk, clerk(desk, "land-branch"), child)


def test_who_looked_is_in_the_file_that_the_resident_takes(desk, gift):
    stranger = clerk(desk, "commune")
    say_why(desk, stranger, gift.case, "order", REASON)
    case_view(desk, stranger, gift.case)

    taken = json.loads(export_matter(desk, gift.citizen, gift.code).model_dump_json())
    reasons = [row.get("reason") for row in taken["records"]["access_log"]]
    assert any(REASON in (reason or "") for reason in reasons)
