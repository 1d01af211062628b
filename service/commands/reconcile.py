"""``dat reconcile``: compare the books of outside offices with ours, and mend."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from service.commands.desks import migrated_desk
from service.commands.inputs import add_json, print_json
from service.errors import InputError
from service.persistence.exchanges import ComparisonRow
from service.usecases.outside.compare_books import DIFFERENT, comparable, compare
from service.usecases.outside.connection_sentences import COUNTS, OFFICE_NAMES

_BY = "dat reconcile"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take which office, and how to print."""
    parser.description = (
        "What an office said and never came is taken in, what it never had is sent"
        " again under its key; what cannot both be true is shown to a person. Answers"
        " 1 when a person must look, or an office could not be asked."
    )
    parser.add_argument("--office", help="this office only; all that keep a book")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Compare now, and print what was found."""
    desk = migrated_desk()
    offices = comparable(desk)
    if args.office is not None and args.office not in offices:
        known = ", ".join(offices)
        raise InputError(f"--office: không có {args.office!r}; chỉ có: {known}.")
    chosen = [args.office] if args.office else list(offices)
    found = [compare(desk, office, _BY) for office in chosen]
    if args.json:
        print_json([_to_json(row) for row in found])
    else:
        for row in found:
            print(_told(row))
    return 1 if any(row.error or row.counts.get(DIFFERENT) for row in found) else 0


def _to_json(row: ComparisonRow) -> dict[str, object]:
    told = asdict(row)
    return told | {
        name: told[name].isoformat() for name in ("since", "began_at", "ended_at")
    }


def _told(row: ComparisonRow) -> str:
    name = OFFICE_NAMES[row.office]
    if row.error is not None:
        return f"{name}: chưa đối chiếu được ({row.error})."
    counted = [
        f"{words} {row.counts[key]}"
        for key, words in COUNTS.items()
        if row.counts.get(key)
    ]
    return f"{name}: {', '.join(counted) if counted else 'khớp'}."
