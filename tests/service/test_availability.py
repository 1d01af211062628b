"""Everybody sees whether the service was there and handed messages over."""

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from service.main import create_app
from service.persistence.exchanges import ExchangeRow
from service.persistence.operation import OfficeDayRow
from service.usecases.operation.availability import availability
from service.usecases.operation.backup_runs import back_up_when_due
from service.usecases.operation.service_days import see_service
from service.usecases.outside.working import run_until_idle
from tests.factories import PASSWORD, an_account, filed
from tests.plans import fill, listening, scans
from tests.visitor import Visitor, at_the_counter_of


def seen_until(desk, hour, parts):
    """Let the worker look in so many parts of five minutes, one after another."""
    for _ in range(parts):
        see_service(desk)
        hour.later(minutes=5)


def told(desk):
    page = Visitor(desk).opens("/tinh-trang")
    assert page.status == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_before_anything_is_known_the_page_says_so(desk):
    assert "Chưa có số liệu nào" in told(desk)


def test_a_part_of_a_day_counts_once_whoever_looks(desk, desks):
    assert see_service(desk)
    assert not see_service(desks.make(seed=2))
    desks.hour.later(minutes=5)
    assert see_service(desks.make(seed=2))
    with desk.database.reading() as uow:
        row = uow.operation.day("66", desk.today())
    assert (row.slots, row.last_slot - row.first_slot) == (2, 1)


def test_a_time_without_a_worker_is_one_without_service(desk, desks):
    hour = desks.hour
    seen_until(desk, hour, 60)
    hour.later(minutes=5 * 20)
    seen_until(desk, hour, 40)
    (today,) = availability(desk).days
    assert (today.there.part, today.there.whole) == (100, 120)
    assert "83,3 %" in told(desk)


def test_a_day_that_nobody_saw_is_one_of_absence(desk, desks):
    see_service(desk)
    desks.hour.later(days=2)
    see_service(desk)
    shares = [each.there for each in availability(desk).days]
    assert [(each.part, each.whole) for each in shares[1:2]] == [(0, 288)]
    assert len(shares) == 3


def test_what_goes_to_an_office_counts_when_it_went_at_once(desk, desks):
    see_service(desk)
    for _ in range(6):
        filed(desk)
    run_until_idle(desk)
    share = availability(desk).at_once
    assert share.whole >= 5
    assert share.part == share.whole
    filed(desk)
    desks.hour.later(minutes=10)
    run_until_idle(desk)
    later = availability(desk).at_once
    assert later.whole > share.whole
    assert later.part == share.part


def test_few_messages_are_not_told_and_no_number_is(desk):
    see_service(desk)
    filed(desk)
    run_until_idle(desk)
    row = OfficeDayRow("66", desk.today(), "tax", 4, 4, 4)
    with desk.database.transaction() as uow:
        uow.operation.keep_answers([row])
    assert availability(desk).at_once is None
    assert "Cơ quan thuế không nêu không nêu" in told(desk)
    many = OfficeDayRow("66", desk.today(), "tax", 80, 60, 20)
    with desk.database.transaction() as uow:
        uow.operation.keep_answers([many])
    text = told(desk)
    assert "Cơ quan thuế 75,0 % 25,0 %" in text
    assert "80" not in text


def test_answers_of_offices_are_counted_from_the_log(desk, desks):
    see_service(desk)
    answers = (("accepted", 200), ("refused", 1500), ("unknown", 10), ("accepted", 5))
    for outcome, milliseconds in answers:
        with desk.database.transaction() as uow:
            uow.exchanges.write(
                ExchangeRow(
                    "66", "tax", "out", "slip", "k", None, desk.now(), outcome, 200,
                    milliseconds, "", "", None,
                )
            )  # fmt: skip
    # The first look of the next day counts the whole of the one before.
    desks.hour.later(days=1)
    see_service(desk)
    with desk.database.reading() as uow:
        (row,) = uow.operation.office_days("66", desk.today() - timedelta(days=1))
    assert (row.office, row.asked, row.answered, row.quick) == ("tax", 4, 3, 2)


def test_an_administrator_sees_the_backups_and_nobody_else_does(desks):

    desk = desks.make(backup_hour=0)
    filed(desk)
    an_account(desk, "sao-luu", "Chị Quản Trị", "administrator", None)
    visitor = Visitor(desk).signs_in("sao-luu", PASSWORD)
    assert "Chưa có bản sao lưu nào tốt" in visitor.opens("/quan-tri/sao-luu").text
    made = back_up_when_due(desk)
    page = visitor.opens("/quan-tri/sao-luu")
    assert made.place in page.text
    assert str(desk.settings.data_dir) not in page.text
    clerk = at_the_counter_of(desk, "tax")
    assert clerk.opens("/quan-tri/sao-luu").status == 403


@pytest.mark.parametrize("path", ["/tinh-trang", "/metrics", "/readyz"])
def test_no_statement_of_these_pages_reads_a_growing_table(desk, database, path):

    filed(desk)
    client = TestClient(create_app(desk), client=("127.0.0.1", 5))
    with listening(database) as heard:
        assert client.get(path).status_code == 200
        see_service(desk)
    if database.dialect == "postgresql":
        fill(database)
    found = [f"{sql}\n    {plan}" for sql, plan in scans(database, heard).items()]
    assert not found, "\n".join(found)
