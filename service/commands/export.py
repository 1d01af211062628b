"""``dat export``: cases, exchanges with offices, or all of an office, as JSON."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from service.auth.actors import Actor
from service.commands.desks import migrated_desk
from service.commands.inputs import a_day
from service.errors import InputError
from service.usecases.custody.export_office import export_office
from service.usecases.indicators.export_cases import taken_cases
from service.usecases.outside.exchange_log import exported_exchanges
from workflows.dossiers import Period

CASES, EXCHANGE, OFFICE = "cases", "exchange", "office"
WHAT = (CASES, EXCHANGE, OFFICE)
BY = "lệnh dat export office"
BY_CASES = "lệnh dat export cases"
# Before and after every case: the ends of a period that has only one.
_EVER = Period(date(1900, 1, 1), date(9000, 1, 1))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to export, and the period."""
    parser.description = (
        "cases: every case that was handed in; with --from or --to those that were on a"
        " desk between the two days: received before the last one was over, and not"
        " ended before the first one. `dat figures` of the same days counts them."
        " exchange: what went to outside offices and came from them, without the"
        " bodies, with the sums that chain the lines of each office. office: everything"
        " that an office owns, a file of JSON lines for each kind of thing and a schema"
        " of them, all as of one moment; what is sealed only with --open. It is logged,"
        " as is that cases were taken out."
    )
    parser.add_argument("what", metavar="WHAT", help=", ".join(WHAT))
    parser.add_argument("--office", help="of this office only")
    parser.add_argument(
        "--into", type=Path, metavar="PLACE", help="office: a new folder, or file .zip"
    )
    parser.add_argument(
        "--open", action="store_true", dest="opened", help="office: what is sealed too"
    )
    parser.add_argument("--from", dest="first", metavar="DAY", help="the first day")
    parser.add_argument("--to", dest="last", metavar="DAY", help="the last day")


def run(args: argparse.Namespace) -> int:
    """Print the cases as JSON lines."""
    if args.what not in WHAT:
        raise InputError(f"export: không có {args.what!r}; chỉ có: {', '.join(WHAT)}.")
    if args.what == OFFICE:
        return _office(args)
    first = a_day(args.first, "--from") if args.first else _EVER.first
    last = a_day(args.last, "--to") if args.last else _EVER.last
    if first > last:
        raise InputError(f"--from: {first} sau {last}; ngày đầu không sau ngày cuối.")
    asked = args.first or args.last
    period = Period(first, last) if asked else None
    desk = migrated_desk()
    asker = Actor("administrator", BY_CASES, desk.settings.province)
    try:
        lines = (
            exported_exchanges(desk, period, args.office)
            if args.what == EXCHANGE
            else (each.to_json() for each in taken_cases(desk, asker, period))
        )
        for line in lines:
            print(json.dumps(line, ensure_ascii=False))
    finally:
        desk.press.close()
    return 0


def _office(args: argparse.Namespace) -> int:
    """Write everything that an office owns, and say how much it is."""
    if not args.office or args.into is None:
        raise InputError("export office: cần --office và --into.")
    desk = migrated_desk()
    try:
        asker = Actor("administrator", BY, desk.settings.province)
        schema = export_office(desk, asker, args.office, args.into, opened=args.opened)
    finally:
        desk.press.close()
    for name, told in schema.files.items():
        print(f"{name}: {told.rows} dòng")
    if not args.opened:
        print("Nội dung niêm phong không có trong tệp; có khi thêm --open.")
    return 0
