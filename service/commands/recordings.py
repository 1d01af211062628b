"""``dat recordings``: which questions nobody has spoken yet, with the words to read."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from service.commands.inputs import data_dir, print_json, the_law, today
from service.translations.catalogue import LANGUAGES
from service.usecases.matter.recordings import to_record


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the language and the place."""
    parser.add_argument("--language", choices=sorted(LANGUAGES), default="vi")
    parser.add_argument("--province", default="66")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Print the files to record, each with its text; there is nothing to say if none.

    Whoever records reads the text as it stands and stores the file under its name in
    the data directory; the page of the question then has a player.
    """
    edition = the_law().edition(args.province, today())
    lacking = to_record(data_dir(), args.language, edition)
    if args.json:
        print_json([asdict(each) for each in lacking])
        return 0
    print(f"Còn {len(lacking)} câu chưa có bản ghi âm ({LANGUAGES[args.language]}).")
    for each in lacking:
        mark = "" if each.translated else " (chưa dịch)"
        print(f"\n{each.file}{mark}\n  {each.text}")
    return 0
