"""Without room nothing is half written, reading goes on, and work goes on after it."""

import re
import shutil
from contextlib import contextmanager

import pytest

from integrations.messages import OfficeMessage
from service.errors import StoreFullError
from service.persistence.database import Database
from service.usecases.cases.decide import raise_event
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.operation.ready import what_is_wrong
from service.usecases.outside.faults import list_faults
from service.usecases.outside.receive import hear
from service.usecases.outside.working import run_once, run_until_idle
from tests.factories import PASSWORD, clerk, filed, row_of
from tests.small_disk import small_disk
from tests.visitor import at_the_counter_of

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture
def disk(database):
    with small_disk(database) as made:
        yield made


def accept(desk, case):
    notary = clerk(desk, "notary")
    return raise_event(desk, notary, case, "accept", idempotency_key=case)


def look(desk, reason):
    with desk.database.transaction() as uow:
        uow.people.note_access(
            tenant_id="66", at=desk.now(), who="x", account_id=None, office_id=None,
            on_behalf_of=None, what="case", matter_id="m", case_id=None, reason=reason,
        )  # fmt: skip


def use_up(desk):
    """Write until there is no room for a line more."""
    with pytest.raises(StoreFullError):  # noqa: PT012  one of many lines is the last
        for _ in range(20_000):
            look(desk, "x" * 300)


def moved_until_full(desk, cases):
    """Return the cases whose move was acknowledged before there was no room."""
    for place, case in enumerate(cases):
        try:
            accept(desk, case)
        except StoreFullError:
            return cases[:place]
    raise AssertionError("there was always room")


def test_without_room_a_move_is_whole_or_absent_and_is_made_when_there_is_room(
    desk, disk
):
    cases = [filed(desk).case for _ in range(5)]
    run_until_idle(desk)
    disk.fill()
    use_up(desk)
    moved = moved_until_full(desk, cases)
    assert {row_of(desk, case).version for case in cases if case not in moved} == {2}
    assert verify_audit(desk).ok
    disk.make_room()
    for case in cases:
        done = accept(desk, case)
        assert (done.version, done.repeated) == (3, case in moved)
    run_until_idle(desk)
    assert verify_audit(desk).ok


def test_without_room_no_message_and_no_effect_becomes_a_fault(desk, disk):
    cases = [filed(desk).case for _ in range(5)]
    for number, case in enumerate(cases):
        told = OfficeMessage(
            id=f"message-{number}", case=case, event="accept", sent_at=desk.now()
        )
        raw = told.model_dump_json().encode()
        hear(desk, "notary", raw)
    disk.fill()
    use_up(desk)
    with pytest.raises(StoreFullError):  # noqa: PT012  one of many passes is stopped
        for _ in range(20):
            run_once(desk)
    disk.make_room()
    run_until_idle(desk)
    assert list_faults(desk, clerk(desk, "notary")) == ()
    assert [row_of(desk, case).version for case in cases] == [3] * len(cases)
    assert verify_audit(desk).ok


def test_the_page_says_so_keeps_what_was_typed_and_reading_goes_on(desk, disk):
    cases = [filed(desk).case for _ in range(5)]
    counter = at_the_counter_of(desk, "notary")
    desk.clock.later(minutes=2)
    disk.fill()
    use_up(desk)
    moved_until_full(desk, cases[:-1])
    case = f"/can-bo/ho-so/{cases[-1]}"
    assert counter.opens("/can-bo").status == 200
    assert cases[-1] in counter.text
    typed = {"phien_ban": "2", "khoa": "one key", "ghi_chu": "Đã xem <bản chính>"}
    counter.sends(f"{case}/viec/accept", **typed)
    assert counter.status == 503
    assert "Máy chủ đang hết chỗ" in counter.text
    again = dict(_HIDDEN.findall(counter.text))
    assert again["ghi-chu"] == "Đã xem &lt;bản chính&gt;"
    assert row_of(desk, cases[-1]).version == 2
    disk.make_room()
    del again["csrf"]
    counter.sends(f"{case}/viec/accept", **again)
    assert row_of(desk, cases[-1]).version == 3


def test_a_password_is_never_shown_again(desk, monkeypatch):
    counter = at_the_counter_of(desk, "notary").opens("/dang-nhap?toi=/")

    @contextmanager
    def full(_):
        raise StoreFullError
        yield

    monkeypatch.setattr(Database, "transaction", full)
    counter.client.cookies.delete("dat_session")
    counter.signs_in("nguoi-notary", PASSWORD)
    assert counter.status == 503
    assert PASSWORD not in counter.text


def test_with_little_room_the_service_says_that_it_is_not_ready(desk, desks):
    assert what_is_wrong(desk) == []
    free = shutil.disk_usage(desk.settings.data_dir).free // (1024 * 1024)
    small = desks.make(least_free_megabytes=free + 10_000)
    places = ["of the data", "of the database"]
    told = [
        f"less than {free + 10_000} MB are free in the folder {each}" for each in places
    ]
    assert what_is_wrong(small) == told[: 1 if desk.database.file is None else 2]
