"""Received cases as other programs read them: what indicator 2.1 needs of each."""

from datetime import date, timedelta

import pytest

from service.auth.actors import Actor
from service.usecases.cases.decide import raise_event
from service.usecases.indicators.export_cases import exported_cases, taken_cases
from service.usecases.matter.submit_dossier import open_step, submit
from service.usecases.outside.working import run_until_idle
from tests.conftest import MORNING
from tests.factories import act, clerk, file_of, filed, finish, row_of
from workflows.dossiers import Period

CLAIMED = {
    "exemption.claimed": True,
    "debt.requested": False,
    "sheet.asks_levy": False,
    "sheet.incomplete_for_tax": False,
}
ITEMS = {"supplement.items": "Bản vẽ", "supplement.reason": "Thiếu chữ ký"}
LETTER = {"letter.number": "17/HDHS", "letter.day": "2026-11-25"}


@pytest.fixture
def received(desk):
    """Return a gift whose registration the counter took in and handed on."""
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    act(desk, clerk(desk, "one-stop"), case, "accept")
    run_until_idle(desk)
    return matter, case


def exported(desk, *days):
    period = Period(*days) if days else None
    return {each.code: each.to_json() for each in exported_cases(desk, period)}


def test_whoever_takes_cases_out_is_written_down_however_few_he_read(desk, received):
    by = Actor("administrator", "chị Quản", "66", account_id="quan")
    today = desk.today()
    reading = taken_cases(desk, by, Period(today, today))
    first = next(reading)
    reading.close()
    assert len(list(taken_cases(desk, by))) > 1
    with desk.database.reading() as uow:
        some, every = uow.custody.taken(
            "66", "quan", MORNING, desk.now() + timedelta(1)
        )
    assert (some.what, some.rows, some.cases) == (
        "cases",
        1,
        [row_of(desk, first.code).id],
    )
    assert (every.rows, every.cases) == (len(exported(desk)), [])


def asks_for_more(desk, case, **facts):
    act(
        desk,
        clerk(desk, "land-branch"),
        case,
        "request_supplement",
        facts=ITEMS | LETTER | facts,
    )


def test_a_received_case_has_exactly_the_keys_of_the_contract(desk, received):
    matter, case = received
    row = row_of(desk, case)

    record = exported(desk)[case]

    assert record == {
        "code": case,
        "procedure": "register_gift",
        "office": "land-branch-66",
        "received": "2026-11-25T09:00:00+07:00",
        "appointment": row.appointment.isoformat(),
        "ended": None,
        "end_status": None,
        "supplements": [],
        "status": 4,
    }
    assert exported(desk)[matter.case]["office"] == "notary-66"


def test_a_draft_is_no_dossier_and_what_the_counter_declined_was_never_received(desk):
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    draft = open_step(desk, matter.citizen, matter.code, "register_gift")
    assert draft not in exported(desk)

    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    assert exported(desk)[case]["status"] == 1
    counter = clerk(desk, "one-stop")
    act(desk, counter, case, "decline", facts={"decline.reason": "Không đúng nơi"})

    record = exported(desk)[case]
    assert (record["received"], record["appointment"]) == (None, None)
    assert (record["end_status"], record["status"]) == (3, 3)


def test_each_request_and_its_completion_is_read_from_the_history(
    desk, desks, received
):
    matter, case = received
    desks.hour.later(hours=1)
    asks_for_more(desk, case)
    assert exported(desk)[case]["supplements"] == [
        {"requested": "2026-11-25T10:00:00+07:00", "completed": None}
    ]
    assert exported(desk)[case]["status"] == 5

    desks.hour.later(hours=2)
    raise_event(desk, matter.citizen, case, "supply", facts={})
    desks.hour.later(hours=3)
    asks_for_more(desk, case, **{"supplement.second_reason": "Bản vẽ sai thửa"})

    record = exported(desk)[case]
    assert record["supplements"] == [
        {
            "requested": "2026-11-25T10:00:00+07:00",
            "completed": "2026-11-25T12:00:00+07:00",
        },
        {"requested": "2026-11-25T15:00:00+07:00", "completed": None},
    ]
    assert record["end_status"] is None


def test_a_return_at_the_counter_before_receipt_is_no_supplement_of_the_term(
    desk, desks
):
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    counter = clerk(desk, "one-stop")
    act(desk, counter, case, "return_at_counter", facts=ITEMS)
    desks.hour.later(hours=1)
    act(desk, matter.citizen, case, "submit")
    act(desk, counter, case, "accept")

    assert exported(desk)[case]["supplements"] == []


def test_a_request_that_ends_the_case_was_never_completed(desk, desks, received):
    _, case = received
    asks_for_more(desk, case)
    desks.hour.later(days=40)
    act(desk, clerk(desk, "land-branch"), case, "supplement_term_ended")

    record = exported(desk)[case]

    (only,) = record["supplements"]
    assert only["completed"] is None
    assert (record["end_status"], record["status"]) == (8, 8)
    assert record["ended"].startswith("2027-01-04")


def ready_is_reached(desk, matter, case):
    for _ in range(12):
        if row_of(desk, case).status == 9:
            return
        finish(desk, matter.citizen, case, most=1)
    raise AssertionError(row_of(desk, case).instance)


def test_the_work_ends_when_the_result_is_ready_not_when_it_is_fetched(
    desk, desks, received
):
    matter, case = received
    finish(desk, matter.citizen, case)
    child = file_of(desk, case).children[0].child_id
    with desk.database.reading() as uow:
        assessment = uow.cases.by_id("66", child).code
    tax = clerk(desk, "tax")
    act(desk, tax, assessment, "take_up", facts=CLAIMED)
    act(desk, tax, assessment, "grant_exemption")
    run_until_idle(desk)
    ready_is_reached(desk, matter, case)
    ready = exported(desk)[case]
    assert (ready["ended"], ready["end_status"]) == ("2026-11-25T09:00:00+07:00", 9)

    desks.hour.later(days=30)
    finish(desk, matter.citizen, case)

    fetched = exported(desk)[case]
    assert fetched["status"] == 10
    assert (fetched["ended"], fetched["end_status"]) == (ready["ended"], 9)


def test_a_period_has_the_cases_that_were_on_a_desk_in_it(desk, desks, received):
    matter, running = received
    today = date(2026, 11, 25)
    before, after = today - timedelta(days=1), today + timedelta(days=1)

    # The contract was received and signed on one day; the registration goes on.
    assert set(exported(desk, today, today)) == {matter.case, running}
    assert set(exported(desk, after, after)) == {running}
    assert exported(desk, before, before) == {}
