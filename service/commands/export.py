"""``dat export cases``: one JSON object a line, for other programs."""

from __future__ import annotations

import argparse
import json
from datetime import date

from service.commands.desks import migrated_desk
from service.commands.inputs import a_day
from service.errors import InputError
from service.usecases.export_cases import exported_cases
from workflows.dossiers import Period

WHAT = ("cases",)
# Before and after every case: the ends of a period that has only one.
_EVER = Period(date(1900, 1, 1), date(9000, 1, 1))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to export, and the period."""
    parser.description = (
        "Every case that was handed in; with --from or --to those that were on a desk"
        " between the two days: received before the last one was over, and not ended"
        " before the first one. `dat figures` of the same days counts them."
    )
    parser.add_argument("what", metavar="WHAT", help=" or ".join(WHAT))
    parser.add_argument("--from", dest="first", metavar="DAY", help="the first day")
    parser.add_argument("--to", dest="last", metavar="DAY", help="the last day")


def run(args: argparse.Namespace) -> int:
    """Print the cases as JSON lines."""
    if args.what not in WHAT:
        raise InputError(f"export: không có {args.what!r}; chỉ có: {', '.join(WHAT)}.")
    first = a_day(args.first, "--from") if args.first else _EVER.first
    last = a_day(args.last, "--to") if args.last else _EVER.last
    if first > last:
        raise InputError(f"--from: {first} sau {last}; ngày đầu không sau ngày cuối.")
    asked = args.first or args.last
    desk = migrated_desk()
    try:
        for dossier in exported_cases(desk, Period(first, last) if asked else None):
            print(json.dumps(dossier.to_json(), ensure_ascii=False))
    finally:
        desk.press.close()
    return 0
