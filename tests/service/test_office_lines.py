"""An office that is silent is left alone, nothing is lost, and nothing else waits."""

import hashlib
import random
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from integrations.errors import OfficeUnavailableError
from integrations.http import Line
from integrations.messages import TransferSlip
from integrations.tax.gateway import connect
from service.persistence.exchanges import LineRow, OutgoingRow
from service.usecases.outside.deliver import deliver_outbox
from service.usecases.outside.faults import list_faults, retry
from service.usecases.outside.office_lines import OfficeRestsError, ask
from service.usecases.outside.outgoing import post
from service.usecases.outside.working import run_once, run_until_idle
from tests.factories import clerk, row_of
from tests.integrations.test_http import an_office, says
from tests.service.test_linked_cases import at_the_tax_office


def line_of(desk, office="tax"):
    with desk.database.reading() as uow:
        return uow.exchanges.line("66", office)


def fixed(desk, key):
    with desk.database.reading() as uow:
        return uow.exchanges.outgoing("66", key)


def sheet_of(desk, child):
    return f"{row_of(desk, child).id}-send-00"


def silent(office="tax", after=None):
    def call():
        raise OfficeUnavailableError(office, "status 503", after)

    return call


def falls_silent(desk, calls=5, office="tax"):
    for _ in range(calls):
        with pytest.raises(OfficeUnavailableError):
            ask(desk, office, silent(office))


def test_what_an_older_program_fixed_is_sent_as_it_was_fixed(desk):
    """Sent in other bytes under its key, the office would take it for a misuse."""
    body = b'{"case_code": "HS-1", "parent_code": "HS-0", "procedure": "p",'
    body += b' "received_on": null}'
    got = []

    def answer(request):
        got.append(request.rfile.read(int(request.headers["content-length"])))
        says(200)(request)

    with an_office(answer) as address:
        line = Line("tax", address, b"key", desk.now)
        ports = replace(desk.ports, tax=connect(line))
        row = OutgoingRow(
            "66", "key-1", "tax", "slip", None, body.decode(), "", desk.now()
        )
        post(replace(desk, ports=ports), row)
    assert got == [body]


# --- the rest of a silent office ------------------------------------------------------


def test_after_five_calls_without_an_answer_an_office_is_called_no_more(desk):
    falls_silent(desk, 4)
    assert line_of(desk).opened_at is None
    falls_silent(desk, 1)
    with pytest.raises(OfficeRestsError) as rests:
        ask(desk, "tax", lambda: pytest.fail("it was called"))
    assert desk.now() < rests.value.until <= desk.now() + timedelta(seconds=30)


def test_an_answer_in_between_begins_the_count_anew(desk):
    falls_silent(desk, 4)
    ask(desk, "tax", lambda: "an answer")
    falls_silent(desk, 4)
    assert ask(desk, "tax", lambda: "an answer") == "an answer"
    assert line_of(desk).failures == 0


def test_only_one_process_tries_a_silent_office_and_all_know_what_it_found(desks):
    one, other = desks.make(seed=1), desks.make(seed=2)
    falls_silent(one)
    with pytest.raises(OfficeRestsError):
        ask(other, "tax", lambda: pytest.fail("it was called"))
    desks.hour.later(seconds=31)

    def while_the_other_waits():
        with pytest.raises(OfficeRestsError):
            ask(other, "tax", lambda: pytest.fail("it was called"))
        return "back"

    assert ask(one, "tax", while_the_other_waits) == "back"
    assert ask(other, "tax", lambda: "also here") == "also here"


def test_a_process_that_died_while_it_tried_keeps_nobody_from_trying(desks):
    desk = desks.make()
    falls_silent(desk)
    desks.hour.later(seconds=31)
    with pytest.raises(KeyboardInterrupt):
        ask(desk, "tax", _dies)
    desks.hour.later(seconds=61)
    assert ask(desk, "tax", lambda: "back") == "back"


def _dies():
    raise KeyboardInterrupt


def test_the_rests_grow_to_five_minutes_and_no_further(desk, desks):
    falls_silent(desk)
    rests = []
    for _ in range(8):
        rests.append(line_of(desk).next_try_at - desk.now())
        desks.hour.now = line_of(desk).next_try_at
        falls_silent(desk, 1)
    assert rests[0] <= timedelta(seconds=30)
    assert rests[0] < rests[2] < rests[4]
    assert max(rests) <= timedelta(minutes=5)


def test_an_office_that_asks_for_an_hour_gets_it(desk, desks):
    falls_silent(desk, 4)
    with pytest.raises(OfficeUnavailableError):
        ask(desk, "tax", silent(after=3600))
    desks.hour.later(minutes=59)
    with pytest.raises(OfficeRestsError):
        ask(desk, "tax", lambda: pytest.fail("it was called"))
    desks.hour.later(minutes=1)
    assert ask(desk, "tax", lambda: "back") == "back"


def test_silence_is_counted_from_the_first_call_without_an_answer(desk, desks):
    began = desk.now()
    falls_silent(desk, 1)
    for _ in range(20):
        desks.hour.later(hours=1)
        falls_silent(desk, 1)
    assert line_of(desk).silent_since == began
    desks.hour.later(hours=1)
    ask(desk, "tax", lambda: "back")
    assert line_of(desk) == LineRow(
        "66", "tax", last_tried_at=desk.now(), last_answer_at=desk.now()
    )


# --- what waits for it ----------------------------------------------------------------


def test_while_one_office_is_silent_the_others_go_on(desk, desks):
    falls_silent(desk)
    _, case, child = at_the_tax_office(desk)
    assert not desk.ports.tax.twin.seen
    assert any(row_of(desk, case).code == each.code for each in _records(desk))
    with desk.database.reading() as uow:
        waits = uow.queues.out_by_id("66", sheet_of(desk, child))
    assert (waits.tries, waits.done_at, waits.failed_at) == (0, None, None)
    assert waits.due_at == line_of(desk).next_try_at

    desks.hour.later(seconds=31)
    run_once(desk)
    assert list(desk.ports.tax.twin.seen) == [sheet_of(desk, child)]


def _records(desk):
    return list(desk.ports.portal.twin.seen.values())


def test_an_office_away_for_seven_days_gets_everything_when_it_is_back(desk, desks):
    desk.ports.tax.twin.faults.fail = 10**9
    _, _, child = at_the_tax_office(desk)
    with desk.database.reading() as uow:
        created = uow.queues.out_by_id("66", sheet_of(desk, child)).created_at
    while desk.now() < created + timedelta(days=7) - timedelta(hours=6):
        desks.hour.later(hours=6)
        run_once(desk)
    assert not desk.ports.tax.twin.seen
    assert row_of(desk, child).faults == 0
    desk.ports.tax.twin.faults.fail = 0
    desks.hour.later(minutes=10)
    for _ in range(2):  # the first pass finds it there, the second hands over
        run_once(desk)
    assert list(desk.ports.tax.twin.seen) == [sheet_of(desk, child)]


def test_what_an_office_has_not_answered_in_seven_days_goes_to_a_person_once(
    desk, desks
):
    desk.ports.tax.twin.faults.fail = 10**9
    _, _, child = at_the_tax_office(desk)
    for _ in range(9 * 4):
        desks.hour.later(hours=6)
        run_once(desk)
    calls = desk.ports.tax.twin.calls
    assert row_of(desk, child).faults == 1
    (fault,) = list_faults(desk, clerk(desk, "tax"))
    run_until_idle(desk)
    assert desk.ports.tax.twin.calls == calls, "beyond the horizon nobody tries alone"

    desk.ports.tax.twin.faults.fail = 0
    retry(desk, clerk(desk, "tax"), fault.id)
    run_until_idle(desk)
    assert row_of(desk, child).faults == 0
    assert len(desk.ports.tax.twin.seen) == 1


def test_the_waits_between_tries_lie_anywhere_below_the_pause(desks):
    """Full jitter: half of all waits are shorter than half of the pause."""
    desk = desks.make(office_failures=10**6)
    desk.ports.tax.twin.faults.fail = 10**6
    _, _, child = at_the_tax_office(desk)
    again = text("UPDATE outbox SET due_at = :now, tries = 10 WHERE id = :id")
    waits = []
    for seed in range(12):
        other = desks.make(seed=seed, office_failures=10**6)
        other.ports.tax.twin.faults.fail = 10**6
        with desk.database.transaction() as uow:
            uow.cases.connection.execute(
                again, {"now": desk.now(), "id": sheet_of(desk, child)}
            )
        deliver_outbox(other)
        with desk.database.reading() as uow:
            waits.append(
                uow.queues.out_by_id("66", sheet_of(desk, child)).due_at - desk.now()
            )
    assert any(wait < timedelta(minutes=30) for wait in waits)
    assert all(timedelta(0) < wait <= timedelta(hours=1) for wait in waits)


# --- fixed before the first try -------------------------------------------------------


def test_what_is_sent_again_is_what_was_sent_first_whatever_changed(
    desk, desks, monkeypatch
):
    sent = []
    given = desk.ports.tax.send_slip

    def watched(self, slip, *, key):
        sent.append(slip.model_dump_json())
        return given(slip, key=key)

    monkeypatch.setattr(type(desk.ports.tax), "send_slip", watched)
    desk.ports.tax.twin.faults.lose_answer = 1
    matter, _, child = at_the_tax_office(desk)
    with desk.database.transaction() as uow:
        uow.cases.connection.execute(
            text("UPDATE \"case\" SET procedure = 'another' WHERE id IN"
                 " (SELECT parent_id FROM case_link)")
        )  # fmt: skip
    desks.hour.later(minutes=1)
    deliver_outbox(desk)
    del matter
    first, *again = sent
    assert again == [first]
    row = fixed(desk, sheet_of(desk, child))
    assert row.body == first
    assert row.sha256 == hashlib.sha256(first.encode()).hexdigest()
    (kept,) = desk.ports.tax.statement(row.frozen_at).received
    assert (kept.key, kept.sha256) == (row.id, row.sha256)


def test_what_was_kept_is_what_is_sent_letter_for_letter(desk):
    _, _, child = at_the_tax_office(desk)
    body = fixed(desk, sheet_of(desk, child)).body
    assert TransferSlip.model_validate_json(body).model_dump_json() == body


# --- any weather ----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_in_any_weather_each_office_has_everything_once_and_in_order(desks, seed):
    """Two workers, an office that fails, loses answers, is away; then it clears up."""
    chance = random.Random(seed)  # noqa: S311  weather, no secret
    desk = desks.make(seed=seed)
    other = replace(desks.make(seed=seed + 100), ports=desk.ports)
    offices = (desk.ports.tax.twin, desk.ports.land_registry.twin)
    for twin in offices:
        twin.faults.fail = 10**9
    _, case, child = at_the_tax_office(desk)
    for _ in range(25):
        twin = chance.choice(offices)
        twin.faults.fail = chance.choice((0, 0, 1, 2, 10**9))
        twin.faults.lose_answer = chance.choice((0, 1, 2))
        desks.hour.later(seconds=chance.choice((1, 40, 600, 7200)))
        deliver_outbox(chance.choice((desk, other)), limit=chance.choice((1, 3, 50)))
    for twin in offices:
        twin.faults.fail = twin.faults.lose_answer = 0
    for _ in range(4):
        desks.hour.later(minutes=10)
        for worker in (desk, other):
            run_once(worker)

    for code in (case, child):
        file = row_of(desk, code)
        assert file.faults == 0
        with desk.database.reading() as uow:
            found = uow.cases.connection.execute(
                text(
                    "SELECT id, lane, done_at FROM outbox WHERE case_id = :case"
                    " AND kind IN ('sync', 'send') ORDER BY lane, seq, n"
                ),
                {"case": file.id},
            ).all()
        assert all(row.done_at is not None for row in found)
        for twin in offices:
            went = (fixed(desk, row.id) for row in found)
            wanted = [row.id for row in went if row and row.office == twin.name]
            assert [key for key in twin.seen if key in set(wanted)] == wanted
    assert all(twin.conflicts == 0 for twin in offices)


def test_only_the_composition_says_where_an_office_is():
    """No message, page or package can send the program to an address of its choice.

    The fault harness plays offices of its own, beside the service.
    """
    root = Path(__file__).parents[2]
    reached = {
        path.relative_to(root).as_posix()
        for path in sorted((root / "service").rglob("*.py"))
        if re.search(r"from integrations\.http import [^\n]*\b(Line|OfficeClient)\b",
                     path.read_text("utf-8"))
        and "faults" not in path.parts
    }  # fmt: skip
    assert reached == {"service/composition.py"}
