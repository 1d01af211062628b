"""``dat who-saw``: what an account saw, changed and took out, for after a leak."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

from service.auth.actors import Actor
from service.commands.desks import migrated_desk
from service.commands.inputs import add_json, print_json
from service.errors import BadRequestError, InputError
from service.usecases.custody import who_saw_sentences as say
from service.usecases.custody.who_saw import (
    WhoSaw,
    as_csv,
    draft_report,
    hours_left,
    read_time,
    who_saw,
)

_OPTIONS = {"account": "--account", "until": "--to", "why": "--why"}
BY = "lệnh dat who-saw"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take whose looks, from when to when, why, and how to print."""
    parser.add_argument("--account", required=True, help="the name it signs in by")
    parser.add_argument("--from", dest="first", required=True, metavar="TIME")
    parser.add_argument("--to", dest="last", required=True, metavar="TIME")
    parser.add_argument(
        "--why", required=True, help="kept in the log of administrators"
    )
    parser.add_argument(
        "--found-at", metavar="TIME", help="when the leak was detected: 72 hours run"
    )
    parser.add_argument("--csv", action="store_true", help="a line for each matter")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print it, with a draft of the report to the authority."""
    first, last = _time(args.first, "--from"), _time(args.last, "--to", last=True)
    found_at = _time(args.found_at, "--found-at") if args.found_at else None
    desk = migrated_desk()
    asker = Actor("administrator", BY, desk.settings.province)
    try:
        told = who_saw(desk, asker, args.account, first, last, args.why)
    except BadRequestError as refusal:
        words = (f"{_OPTIONS[each.key]}: {each.text}" for each in refusal.problems)
        raise InputError("\n".join(words)) from refusal
    finally:
        desk.press.close()
    if args.csv:
        sys.stdout.buffer.write(as_csv(told))
        return 0
    report = dict(draft_report(desk, told, found_at))
    if args.json:
        source = {"text": say.SOURCE, "mark": say.MARK, "unknown": say.NOT_SEEN}
        print_json(told.to_json() | {"report": report, "source": source})
        return 0
    _print(told)
    if found_at is not None:
        print(f"\nCòn {hours_left(desk, found_at)} giờ để báo.")
    print(f"\nDự thảo báo cáo ({say.SOURCE}; {say.MARK}). {say.NOT_SEEN}")
    for caption, text in report.items():
        print(f"  {caption}: {text}")
    return 0


def _print(told: WhoSaw) -> None:
    print(f"{told.name}: {len(told.matters)} việc, {told.cases} hồ sơ,")
    print(f"{told.persons} người, {len(told.taken)} tệp danh sách. {say.LIMITS}")
    for each in told.matters:
        looks = ", ".join(f"{what} ({n})" for what, n in each.looks.items())
        print(
            f"{each.code} {' '.join(each.cases)} | {looks} | {len(each.persons)} người"
        )
        for change in each.changes:
            print(f"    đổi: {change}")
    for taken in told.taken:
        print(f"tệp: {say.taken(taken.what, taken.rows)} {taken.about}")
    for listed in told.listed:
        print(f"danh sách: {listed.code} ({listed.pages} trang)")


def _time(typed: str, option: str, *, last: bool = False) -> datetime:
    try:
        return read_time(typed, last=last)
    except ValueError as error:
        raise InputError(f"{option}: {say.NOT_A_TIME}") from error
