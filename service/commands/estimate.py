"""``dat estimate S.json``: only the money lines."""

from __future__ import annotations

import argparse

from service.commands.inputs import (
    add_situation,
    books,
    print_json,
    read_situation,
    titles_of,
)
from service.commands.reports import money_text
from workflows.liabilities import estimate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take a situation."""
    add_situation(parser)


def run(args: argparse.Namespace) -> int:
    """Print who pays what, on which base and article, and what is not known."""
    loaded = books()
    situation, edition = read_situation(args.situation, loaded)
    answer = estimate(situation, edition, loaded.calendar).to_json()
    if args.json:
        print_json(answer)
    else:
        print(money_text(answer, titles_of(edition)))
    return 0
