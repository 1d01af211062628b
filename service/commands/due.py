"""``dat due``: the day a term ends, with the days that were counted."""

from __future__ import annotations

import argparse
from datetime import datetime, time

from service.commands.inputs import VIETNAM, add_json, books, print_json
from service.errors import InputError
from workflows.deadlines import due, receive
from workflows.definition import Length

UNITS = {"working": "working_day", "calendar": "day"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the instant of receipt and the length of the term."""
    parser.add_argument(
        "--received", required=True, help="day and hour, such as 2026-11-23T16:00"
    )
    parser.add_argument("--days", required=True, help="length of the term, 0 or more")
    parser.add_argument("--unit", default="working", help=" or ".join(UNITS))
    parser.add_argument("--province", default="66", help="two digits, such as 66")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print the due day; the cut-off hour is the one of the province on that day."""
    received = _instant(args.received)
    length = _length(args.days, args.unit)
    loaded = books()
    edition = loaded.law.edition(args.province, received.date())
    cutoff = edition.parameter("onestop.cutoff").at(received.date())
    starts = receive(received, time.fromisoformat(str(cutoff.value)), loaded.calendar)
    answer = due(starts, length, loaded.calendar)
    counted = [day.isoformat() for day in answer.counted]
    notes = {
        day.isoformat(): note
        for day in (answer.starts, *answer.counted)
        if (note := loaded.calendar.note(day))
    }
    if args.json:
        print_json(
            {
                "due": answer.due.isoformat(),
                "starts": answer.starts.isoformat(),
                "counted": counted,
                "notes": notes,
            }
        )
        return 0
    print(f"Coi như nhận ngày {answer.starts:%d/%m/%Y}; hạn {answer.due:%d/%m/%Y}.")
    print("Các ngày được tính: " + ", ".join(f"{d:%d/%m}" for d in answer.counted))
    for day, note in notes.items():
        print(f"Chưa xác minh, {day}: {note}")
    return 0


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            f"--received: {text!r} không phải ngày giờ có thật; "
            "viết như 2026-11-23T16:00."
        ) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=VIETNAM)


def _length(days: str, unit: str) -> Length:
    if not days.isdecimal():
        raise InputError(f"--days: {days!r} phải là số nguyên từ 0 trở lên.")
    if unit not in UNITS:
        raise InputError(
            f"--unit: {unit!r} không có; chọn một trong: {', '.join(UNITS)}."
        )
    return Length(n=int(days), unit="working_day" if unit == "working" else "day")
