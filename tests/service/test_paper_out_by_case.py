"""What goes by hand stands together by its case, the newest first."""

from datetime import timedelta

from service.persistence.office_words import PaperOutRow
from service.usecases.outside.paper_out import by_case, papers_to_send
from tests.factories import clerk, filed, row_of
from tests.visitor import at_the_counter_of


def waits(desk, code, name, minutes):
    case = row_of(desk, code)
    since = desk.now() + timedelta(minutes=minutes)
    with desk.database.transaction() as uow:
        uow.words.put_on_paper(
            PaperOutRow(case.tenant_id, name, case.id, "portal", "record", since)
        )


def test_papers_of_one_case_stand_together_with_their_number(desk):
    old, new = filed(desk).case, filed(desk).case
    waits(desk, old, "a", 1)
    waits(desk, new, "b", 2)
    waits(desk, old, "c", 0)
    waits(desk, new, "d", 3)
    waits(desk, new, "e", 4)
    groups = by_case(papers_to_send(desk, clerk(desk, "notary")))
    assert [(each.case_code, len(each.papers)) for each in groups] == [
        (new, 3),
        (old, 2),
    ]
    assert [each.id for each in groups[0].papers] == ["e", "d", "b"]

    page = at_the_counter_of(desk, "notary").opens("/can-bo/gui-giay")
    assert page.text.index(new) < page.text.index(old)
    assert "5 giấy của 2 hồ sơ" in page.text
    assert page.text.count("<details>") == 5
    page.sends("/can-bo/gui-giay/d", **{"so-d": "", "ngay-d": ""})
    assert page.status == 422
    assert page.text.count("<details open>") == 1
