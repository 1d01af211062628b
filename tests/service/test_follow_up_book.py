"""The follow-up book: what an office received between two days, a row a case."""

from datetime import timedelta

import pytest

from service.errors import BadRequestError, NotAllowedError
from service.usecases.matter.submit_dossier import submit
from service.usecases.outside.working import run_until_idle
from service.usecases.papers.fill_forms import case_paper, sheets_at_counter
from service.usecases.worklist import follow_up_book as book
from tests.factories import act, clerk, file_of, filed, finish
from tests.service.test_papers import LAND_OFFICE, ONE_STOP, TOLD


@pytest.fixture
def taken(desk):
    """Return a gift whose registration the counter took in and handed on."""
    matter = filed(desk, TOLD)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    act(desk, clerk(desk, "one-stop"), case, "accept")
    run_until_idle(desk)
    return matter, case


def rows(desk, office, first, last):
    made = book.follow_up_book(desk, clerk(desk, office), first, last)
    return [[cell.value for cell in row] for row in made.filled.rows["entries"]]


def test_a_case_stands_in_the_book_of_the_counter_that_received_it(desk, taken):
    _, case = taken
    today = desk.today()

    (row,) = rows(desk, "one-stop", today, today)

    number, code, procedure, _, owner, reach, office, got, due, back, *_ = row
    assert (number, code) == ("1", case)
    assert "tặng cho" in procedure
    assert owner == "Nguyễn Thị Mẫu Hoa"
    assert "0905000456" in reach
    assert office == LAND_OFFICE
    assert got == "25/11/2026"
    assert due is None or due.count("/") == 2
    assert back is None


def test_the_head_of_the_book_names_the_office_of_the_clerk(desk, taken):
    made = book.follow_up_book(
        desk, clerk(desk, "one-stop"), desk.today(), desk.today()
    )

    assert made.filled.by_id["agency"].value == ONE_STOP
    assert made.pdf.startswith(b"%PDF")


def test_other_days_and_other_offices_have_other_books(desk, taken):
    today = desk.today()
    before = today - timedelta(days=1)

    assert rows(desk, "one-stop", before, before) == []
    assert [row[1] for row in rows(desk, "notary", today, today)] == [taken[0].case]


def test_without_days_the_book_is_offered_for_this_month(desk, taken):
    offer = book.book_offer(desk, clerk(desk, "one-stop"), None, None)

    assert (offer.first.day, offer.last, offer.cases) == (1, desk.today(), 1)


def test_days_in_the_wrong_order_are_refused(desk, taken):
    today = desk.today()

    with pytest.raises(BadRequestError, match="Ngày đầu"):
        book.book_offer(desk, clerk(desk, "one-stop"), today, today - timedelta(days=1))


def test_a_book_that_would_be_too_long_is_refused_and_never_cut(
    desk, taken, monkeypatch
):
    monkeypatch.setattr(book, "MOST", 0)

    with pytest.raises(BadRequestError, match="ít ngày hơn"):
        book.follow_up_book(desk, clerk(desk, "one-stop"), desk.today(), desk.today())


def test_the_book_is_for_clerks_only(desk, taken):
    matter, _ = taken

    with pytest.raises(NotAllowedError):
        book.book_offer(desk, matter.citizen, None, None)


def test_the_control_sheet_has_a_row_for_each_time_the_dossier_changed_hands(
    desk, taken
):
    _, case = taken

    sheet = case_paper(desk, clerk(desk, "one-stop"), case, "ONESTOP-06").filled
    handed = [row[0].value for row in sheet.rows["handovers"]]

    assert handed == [f"1. Giao: {ONE_STOP}\n2. Nhận: {LAND_OFFICE}"]
    assert (
        sheet.rows["handovers"][0][1].value
        == "09 giờ 00 phút, ngày 25 tháng 11 năm 2026"
    )


def test_a_counter_prints_the_control_sheet_always_and_the_receipt_of_a_result_late(
    desk, taken
):
    law = file_of(desk, taken[1]).edition

    sheets = {
        status: [each.form for each in sheets_at_counter(desk, law, status)]
        for status in (None, 4, 9, 10)
    }

    both = ["ONESTOP-06", "ONESTOP-RESULT"]
    assert sheets == {None: both[:1], 4: both[:1], 9: both, 10: both}
