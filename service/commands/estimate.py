"""``dat estimate S.json``: only the money lines."""

from __future__ import annotations

import argparse

from service.commands.inputs import (
    add_known_on,
    add_situation,
    books,
    known_then,
    print_json,
    read_situation,
    titles_of,
)
from service.commands.reports import money_text
from workflows.liabilities import estimate
from workflows.parties import names_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take a situation."""
    add_situation(parser)
    add_known_on(parser)


def run(args: argparse.Namespace) -> int:
    """Print who pays what, on which base and article, and what is not known."""
    loaded = books(args.known_on)
    situation, edition = read_situation(args.situation, loaded)
    answer = estimate(situation, edition, loaded.calendar).to_json()
    if args.json:
        print_json(answer)
    else:
        print(known_then(args.known_on), end="")
        print(money_text(answer, titles_of(edition), names_of(situation.parties)))
    return 0
