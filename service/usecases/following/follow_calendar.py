"""The days of a case as a calendar file: what to do and when, and no names.

The name of an entry never changes, so that a file that is taken in again moves the
entries of the one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from icalendar import Alarm, Calendar, Event

from service.usecases.desk import Desk
from service.usecases.following.follow_case import FollowView
from service.usecases.sentences import MONEY_KINDS

_ONE_DAY = timedelta(days=1)
_REMINDED = timedelta(days=-1, hours=9)  # the morning before, by the clock of the phone
_PRODUCT = "-//Dat//Theo doi ho so//VI"


@dataclass(frozen=True, slots=True)
class Entry:
    """A day in the calendar; ``uid`` stays the same, ``sequence`` rises."""

    uid: str
    day: date
    words: str
    sequence: int


def calendar_file(desk: Desk, view: FollowView) -> bytes:
    """Return the days of a case, or of all cases of a matter, as iCalendar."""
    made = Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for entry in entries(view):
        made.add_component(_event(desk, entry, view.code))
    content: bytes = made.to_ical()
    return content


def entries(view: FollowView) -> tuple[Entry, ...]:
    """Return appointments, last days to pay and last days to answer, of what runs."""
    views = view.cases or (view,)
    return tuple(entry for each in views if not each.is_over for entry in _of(each))


def _of(view: FollowView) -> Iterator[Entry]:
    if view.due is not None and view.due_certain:
        words = f"Hẹn trả kết quả: {view.title}"
        yield Entry(f"{view.code}-hen-tra", view.due, words, view.version)
    if view.answer_by is not None:
        words = f"Ngày cuối để bổ sung, trả lời: {view.title}"
        yield Entry(f"{view.code}-tra-loi", view.answer_by, words, view.version)
    for row in view.money_view.rows:
        if row.due is not None and row.left > 0:
            words = f"Ngày cuối để nộp: {MONEY_KINDS.get(row.kind, row.notice)}"
            uid = f"{row.case_code}-nop-{row.line}"
            yield Entry(uid, row.due, words, view.version)


def _event(desk: Desk, entry: Entry, code: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@dat")
    event.add("dtstamp", desk.now())
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + _ONE_DAY)
    event.add("summary", entry.words)
    event.add("description", f"Mã {code}. Xem lại trước khi đi, ngày có thể đổi.")
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.words)
    alarm.add("trigger", _REMINDED)
    event.add_component(alarm)
    return event
