"""A simulated office remembers what it acknowledged, whatever kills its process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from integrations.errors import KeyReusedError, OfficeUnavailableError
from integrations.journal import Journal, JournalBusyError
from integrations.messages import OfficeMessage, ParcelRecord, TransferSlip
from integrations.tax.sandbox import TaxSandbox
from integrations.twin import Twin

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
SLIP = TransferSlip(
    case_code="HS-1",
    parent_code="HS-0",
    procedure="p",
    received_on=None,
    lines=[{"kind": "registration_fee", "payer": "receiver", "amount": 3000000}],
)


@pytest.fixture
def an_office(request):
    """Open an office on its journal, closed at the end at the latest."""

    def opened(path):
        journal = Journal(path)
        request.addfinalizer(journal.close)
        return TaxSandbox(Twin("tax", lambda: NOW, journal), auto=True), journal

    return opened


def test_an_office_that_was_killed_knows_what_it_took_and_what_it_has_to_say(
    an_office, tmp_path
):
    before, journal = an_office(tmp_path / "tax.jsonl")
    before.send_slip(SLIP, key="slip-1")
    before.twin.put(ParcelRecord(land={"commune": "24133", "parcel_no": "7"}))
    first = before.twin.waiting()[0]
    before.twin.delivered(first.message.id)
    journal.close()

    after, _ = an_office(tmp_path / "tax.jsonl")
    assert after.twin.seen == {"slip-1": SLIP}
    assert after.twin.things == before.twin.things
    assert after.statement(NOW) == before.statement(NOW)
    assert after.twin.waiting() == before.twin.waiting()
    assert [each.message.event for each in after.twin.waiting()] == ["issue_notice"]
    after.send_slip(SLIP, key="slip-1")
    assert (len(after.twin.said), after.twin.repeats) == (2, 1)


def test_a_line_that_the_kill_left_half_written_was_told_to_nobody(an_office, tmp_path):
    path = tmp_path / "tax.jsonl"
    before, journal = an_office(path)
    before.send_slip(SLIP, key="slip-1")
    journal.close()
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"did":"took","key":"slip-2","bo')
    after, journal = an_office(path)
    assert set(after.twin.seen) == {"slip-1"}
    assert path.read_bytes() == whole
    after.twin.take("slip-3", SLIP)
    journal.close()
    assert set(an_office(path)[0].twin.seen) == {"slip-1", "slip-3"}


def test_an_answer_cut_off_between_taking_and_saying_is_said_with_the_repeat():
    office = TaxSandbox(Twin("tax", lambda: NOW), auto=True)
    office.twin.faults.lose_answer = 1
    with pytest.raises(OfficeUnavailableError):
        office.send_slip(SLIP, key="slip-1")
    assert office.twin.waiting() == ()
    office.send_slip(SLIP, key="slip-1")
    said = [each.message.event for each in office.twin.waiting()]
    assert said == ["take_up", "issue_notice"]


def test_two_processes_never_share_the_memory_of_an_office(an_office, tmp_path):
    _, journal = an_office(tmp_path / "tax.jsonl")
    with pytest.raises(JournalBusyError):
        an_office(tmp_path / "tax.jsonl")
    journal.close()
    an_office(tmp_path / "tax.jsonl")


def test_another_message_under_the_same_key_is_refused_counted_and_changes_nothing():
    twin = Twin("tax", lambda: NOW)
    twin.take("key", SLIP)
    for other in (SLIP.model_copy(update={"revision": 1}), a_kept("x")):
        with pytest.raises(KeyReusedError, match="key"):
            twin.take("key", other)
    assert twin.take("key", SLIP)[1] is False
    assert (twin.conflicts, twin.repeats, twin.seen) == (2, 1, {"key": SLIP})


def test_a_statement_begins_at_the_instant_that_is_asked_for():
    hours = iter(NOW + timedelta(hours=each) for each in range(9))
    twin = Twin("tax", lambda: next(hours))
    for number in range(3):
        twin.take(f"key-{number}", a_kept(str(number)))
        twin.say(OfficeMessage(id=f"said-{number}000", case="HS-1", sent_at=NOW))
    told = twin.statement(NOW + timedelta(hours=3))
    assert [each.key for each in told.received] == ["key-2"]
    assert [each.id for each in told.said] == ["said-1000", "said-2000"]
    assert OfficeMessage.model_validate_json(told.said[0].raw).case == "HS-1"


def a_kept(key):
    return OfficeMessage(id=f"message-{key}", case="HS-1", sent_at=NOW)
