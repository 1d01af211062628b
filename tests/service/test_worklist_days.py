"""What a list of the desk says of days: of work that is done, of terms of no days."""

from service.usecases.matter.submit_dossier import submit
from service.usecases.worklist.list_work import OFFICE, Wish, worklist
from tests.factories import act, clerk, filed, finish
from tests.service.test_payments import a_notice
from tests.visitor import at_the_counter_of


def test_what_an_office_has_finished_is_never_overdue_on_its_list(desks):
    desk = desks.make()
    _, _, tax = a_notice(desk)
    desks.hour.later(days=40)

    work = worklist(desk, clerk(desk, "tax"), Wish(OFFICE))
    (row,) = [each for each in work.rows if each.case_code == tax]
    assert row.finished
    assert not row.late
    assert work.office.overdue == 0
    assert worklist(desk, clerk(desk, "tax"), Wish(OFFICE, "overdue")).rows == ()
    page = at_the_counter_of(desk, "tax").opens("/can-bo?ai=ca-co-quan").text
    assert "✓ Đã có kết quả" in page
    assert "▲" not in page


def test_the_case_says_the_same_day_as_the_list_and_who_acted_last_in_words(desk):
    _, case, _ = a_notice(desk)
    page = at_the_counter_of(desk, "land-branch").opens(f"/can-bo/ho-so/{case}").text
    (row,) = worklist(desk, clerk(desk, "land-branch"), Wish(OFFICE)).rows
    assert f"{row.due.day}/{row.due.month}/{row.due.year}" in standing_of(page)
    assert "Hồ sơ liên thông" in standing_of(page)
    assert "child" not in standing_of(page)


def test_after_an_apology_the_case_and_the_list_say_the_new_day(desk):
    gift = filed(desk)
    finish(desk, gift.citizen, gift.case)
    case = submit(desk, gift.citizen, gift.code, "register_gift", idempotency_key=None)
    act(desk, clerk(desk, "one-stop"), case, "accept")
    told = {"apology.reason": "Mất điện", "apology.new_day": "2026-12-21"}
    act(desk, clerk(desk, "land-branch"), case, "apologise", facts=told)
    page = at_the_counter_of(desk, "land-branch").opens(f"/can-bo/ho-so/{case}").text
    (row,) = worklist(desk, clerk(desk, "land-branch"), Wish(OFFICE)).rows
    assert row.due.isoformat() == "2026-12-21"
    assert "21/12/2026" in standing_of(page)


def standing_of(page: str) -> str:
    """Return the paragraphs under the name of a case, up to its way."""
    return page.partition("</h1>")[2].partition("<section")[0]
