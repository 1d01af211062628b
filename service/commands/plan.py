"""``dat plan S.json``: the whole journey before it starts."""

from __future__ import annotations

import argparse

from service.commands.inputs import (
    add_situation,
    books,
    print_json,
    read_situation,
    titles_of,
)
from service.commands.reports import plan_text
from workflows.journey import plan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take a situation."""
    add_situation(parser)


def run(args: argparse.Namespace) -> int:
    """Print the plan: steps, order, papers, costs, days, warnings, unknowns."""
    loaded = books()
    situation, edition = read_situation(args.situation, loaded)
    made = plan(situation, edition, loaded.calendar, branches=loaded.territory)
    answer = made.to_json()
    if args.json:
        print_json(answer)
    else:
        print(plan_text(answer, titles_of(edition)))
    return 0
