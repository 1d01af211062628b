"""Who may type a paper of another office, and when a second person must look at it."""

import pytest

from integrations.kinds import kinds_of
from service.usecases.outside import paper_entry
from service.usecases.outside.paper_entry import Place, entry_form, papers_to_type
from tests.factories import clerk
from tests.service.test_linked_cases import SALE, at_the_tax_office


@pytest.fixture
def sheet(desk):
    """Return the codes of a case of the land office and of its sheet at the tax's."""
    _, case, child = at_the_tax_office(desk, SALE, "register_transfer")
    return case, child


def test_a_second_person_looks_also_at_a_paper_that_moves_such_a_step_first(
    desk, sheet, monkeypatch
):
    case, child = sheet
    land, place = clerk(desk, "land-branch"), Place(child, "tax", "notice")
    assert not entry_form(desk, land, case, place).second_person
    kinds = dict(kinds_of("tax"))
    first = (*kinds["notice"].before, *kinds["adjusted"].events)
    kinds["notice"] = kinds["notice"].model_copy(update={"before": first})
    monkeypatch.setattr(
        paper_entry, "kinds_of", lambda office: kinds if office == "tax" else {}
    )
    assert entry_form(desk, land, case, place).second_person


def test_a_clerk_types_no_paper_of_a_source_whose_role_his_office_plays(
    desk, sheet, monkeypatch
):
    case, child = sheet
    of_tax = {
        each.place.office for each in papers_to_type(desk, clerk(desk, "tax"), child)
    }
    assert "tax" not in of_tax
    land = papers_to_type(desk, clerk(desk, "land-branch"), case)
    assert Place(child, "tax", "notice") in {each.place for each in land}

    real = paper_entry.office_of

    def with_others(uow, target, source):
        # Where offices of the same kind play several roles, his is one of them.
        return real(uow, target, source)[0], frozenset(target.offices)

    monkeypatch.setattr(paper_entry, "office_of", with_others)
    again = papers_to_type(desk, clerk(desk, "tax"), child)
    assert "tax" not in {each.place.office for each in again}
