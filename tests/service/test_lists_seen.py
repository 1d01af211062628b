"""Whoever had a list of names before him is found by it after a leak."""

from datetime import timedelta

import pytest

from service.persistence.office_words import PaperOutRow
from service.persistence.tables.custody import SHOWN
from service.usecases.cases.approvals import waiting
from service.usecases.cases.hand_overs import on_the_way
from service.usecases.outside import paper_entry
from service.usecases.outside.paper_entry import papers_waiting
from service.usecases.outside.paper_out import papers_to_send
from service.usecases.worklist.batch import batch_of
from tests.conftest import MORNING
from tests.factories import clerk, filed, row_of
from tests.service.test_four_eyes import checked, refuse, superior
from tests.service.test_papers_waiting import typed

DAY = timedelta(days=1)


def on_lists(desk, actor):
    """Return the ids of the cases that stood on each list the actor was shown."""
    with desk.database.reading() as uow:
        found = uow.custody.taken(
            actor.tenant, actor.account_id, MORNING - DAY, MORNING + DAY
        )
    return [list(row.cases) for row in found if row.what == SHOWN]


def test_what_is_on_the_way_to_the_next_office(desk):
    case = row_of(desk, checked(desk)).id
    land = clerk(desk, "land-branch")
    on_the_way(desk, land)
    on_the_way(desk, land)
    assert on_lists(desk, land) == [[case]], "the same list, so soon, once"


def test_what_waits_for_a_second_person(desk):
    case, boss = checked(desk), superior(desk)
    refuse(desk, case)
    waiting(desk, boss)
    assert on_lists(desk, boss) == [[row_of(desk, case).id]]


def test_typed_papers_that_wait(desk, monkeypatch):
    monkeypatch.setattr(paper_entry, "_second", lambda kind, target: True)
    _, child, _ = typed(desk)
    lead = superior(desk)
    papers_waiting(desk, lead)
    assert on_lists(desk, lead) == [[row_of(desk, child).id]]


def test_what_goes_on_paper(desk):
    case = row_of(desk, filed(desk).case)
    with desk.database.transaction() as uow:
        for name in ("a", "b"):
            uow.words.put_on_paper(
                PaperOutRow(
                    case.tenant_id, name, case.id, "portal", "record", desk.now()
                )
            )
    notary = clerk(desk, "notary")
    papers_to_send(desk, notary)
    assert on_lists(desk, notary) == [[case.id]]


@pytest.mark.parametrize("own", [True, False], ids=["own", "of another office"])
def test_cases_that_were_ticked(desk, own):
    case = filed(desk).case
    actor = clerk(desk, "notary" if own else "tax")
    batch_of(desk, actor, [case])
    assert on_lists(desk, actor) == ([[row_of(desk, case).id]] if own else [])
