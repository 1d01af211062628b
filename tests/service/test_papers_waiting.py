"""A typed paper that waits for a second person is on the list, and is of one case."""

import pytest

from service.errors import WordDiffersError
from service.usecases.outside import paper_entry
from service.usecases.outside.paper_entry import (
    Place,
    confirm_paper,
    count_papers_to_confirm,
    enter_paper,
    papers_waiting,
)
from tests.factories import clerk
from tests.service.test_four_eyes import superior
from tests.service.test_linked_cases import SALE, at_the_tax_office
from tests.visitor import at_the_counter_of

PAPER = {"number": "0045/CCTT", "day": "25/11/2026", "items": "Vị trí thửa đất"}


@pytest.fixture(autouse=True)
def two_look(monkeypatch):
    """Every paper takes a second person."""
    monkeypatch.setattr(paper_entry, "_second", lambda kind, target: True)


def typed(desk, **other):
    """Return the case, its sheet and the paper about it that was typed there."""
    _, case, child = at_the_tax_office(desk, SALE, "register_transfer")
    land, place = clerk(desk, "land-branch"), Place(child, "tax", "asks_land_office")
    return case, child, enter_paper(desk, land, case, place, PAPER | other)


def test_a_typed_paper_stands_on_the_list_of_its_office_until_somebody_decides(desk):
    case, child, name = typed(desk)
    land, lead = clerk(desk, "land-branch"), superior(desk)
    (row,) = papers_waiting(desk, lead)
    assert (row.id, row.case_code, row.paper_at) == (name, child, case)
    assert (row.to_confirm, row.mine) == (True, False)
    (row,) = papers_waiting(desk, land)
    assert (row.to_confirm, row.mine) == (False, True)
    assert papers_waiting(desk, clerk(desk, "tax")) == ()
    assert count_papers_to_confirm(desk, lead) == 1
    assert count_papers_to_confirm(desk, land) == 0

    page = at_the_counter_of(desk, "land-branch").opens("/can-bo/duyet")
    page.opens(f"/can-bo/ho-so/{case}/giay-khac/da-nhap/{name}")
    assert f"/giay-khac/da-nhap/{name}" in page.opens("/can-bo/duyet").text
    assert page.opens(f"/can-bo/ho-so/{case}/giay-khac/da-nhap/{name}").status == 200

    confirm_paper(desk, lead, case, name)
    assert papers_waiting(desk, lead) == ()
    assert count_papers_to_confirm(desk, lead) == 0


def test_the_same_paper_at_another_case_is_told_with_its_code_to_who_may_see(desk):
    case, _, _ = typed(desk)
    with pytest.raises(WordDiffersError, match=case):
        typed(desk)


def test_who_may_not_see_the_other_case_is_not_told_its_code(desk, monkeypatch):
    case, child, _ = typed(desk)
    real = paper_entry.may
    monkeypatch.setattr(
        paper_entry,
        "may",
        lambda actor, action, target: (
            action != paper_entry.Action.READ_CASE and real(actor, action, target)
        ),
    )
    with pytest.raises(WordDiffersError, match="một hồ sơ khác") as told:
        typed(desk)
    assert not {case, child} & set(str(told.value).split())


def test_the_same_paper_typed_again_with_other_words_says_where_it_differs(desk):
    case, child, name = typed(desk)
    land, place = clerk(desk, "land-branch"), Place(child, "tax", "asks_land_office")
    assert enter_paper(desk, land, case, place, PAPER) == name
    with pytest.raises(WordDiffersError, match="nội dung cần cung cấp"):
        enter_paper(desk, land, case, place, PAPER | {"items": "Giá đất"})
