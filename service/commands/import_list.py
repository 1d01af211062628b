"""``dat import-list FILE``: cases of the existing one-stop system, by their codes."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from service.auth.actors import system
from service.commands.desks import migrated_desk
from service.commands.inputs import add_json, print_json, read_file
from service.usecases.worklist.import_list import REFUSED, import_list, in_words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the file, the office whose list it is, and how to print."""
    parser.add_argument("file", metavar="FILE", help="a list as CSV (UTF-8) or XLSX")
    parser.add_argument(
        "--office",
        default="",
        help="the office that follows these cases, by its id; else every counter",
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print what became of each line; answer 1 when a line could not be used."""
    content = read_file(args.file)
    desk = migrated_desk()
    try:
        actor = system(desk.settings.province)
        report = import_list(desk, actor, content, args.office or None)
    finally:
        desk.press.close()
    refused = REFUSED in report.counts
    if args.json:
        print_json(
            {
                "lines": [asdict(line) for line in report.lines],
                "counts": report.counts,
                "unknown_columns": list(report.unknown_columns),
            }
        )
        return 1 if refused else 0
    for line in report.lines:
        print(in_words(line))
    if report.unknown_columns:
        print(f"Cột không dùng đến: {', '.join(report.unknown_columns)}")
    print(f"{len(report.lines)} dòng.")
    return 1 if refused else 0
