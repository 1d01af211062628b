"""``dat plan S.json``: the whole journey before it starts, or beside another one."""

from __future__ import annotations

import argparse

from service.commands.comparisons import comparison_text
from service.commands.inputs import (
    Books,
    add_known_on,
    add_situation,
    books,
    known_then,
    print_json,
    read_situation,
    titles_of,
)
from service.commands.reports import plan_text
from workflows.comparison import differences
from workflows.journey import plan
from workflows.otherwise import newly_asked, pairs, told_otherwise
from workflows.packages import Edition
from workflows.parties import names_of
from workflows.situation import Situation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take a situation, and what is to be planned otherwise beside it."""
    add_situation(parser)
    add_known_on(parser)
    parser.add_argument(
        "--compare",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="plan it otherwise beside it, such as goal=give, on=next_year, "
        "certification.by=commune, party[father].only_home=true, relationship=sibling; "
        "several changes make one other plan",
    )


def run(args: argparse.Namespace) -> int:
    """Print the plan: steps, order, papers, costs, days, warnings, unknowns.

    With ``--compare`` print only what differs, side by side; as JSON both plans too.
    """
    loaded = books(args.known_on)
    situation, edition = read_situation(args.situation, loaded)
    if args.compare:
        return _compare(args, loaded, situation, edition)
    made = plan(
        situation,
        edition,
        loaded.calendar,
        branches=loaded.territory,
        editions=loaded.law,
    )
    answer = made.to_json()
    if args.json:
        print_json(answer)
    else:
        print(known_then(args.known_on), end="")
        print(plan_text(answer, titles_of(edition), names_of(situation.parties)))
    return 0


def _compare(
    args: argparse.Namespace, loaded: Books, situation: Situation, edition: Edition
) -> int:
    changes = pairs(args.compare)
    other = told_otherwise(situation, changes, loaded.law, loaded.territory)
    other_edition = loaded.law.edition(other.province, other.on, other.commune)
    one, another = (
        plan(
            told,
            law,
            loaded.calendar,
            branches=loaded.territory,
            editions=loaded.law,
        )
        for told, law in ((situation, edition), (other, other_edition))
    )
    found = differences(one, another)
    asked = newly_asked(situation, edition, other, other_edition)
    if args.json:
        questions = [{"key": each.key, "text": each.text} for each in asked]
        print_json(
            {
                "base": one.to_json(),
                "other": another.to_json(),
                "differences": {**found.to_json(), "questions": questions},
            }
        )
    else:
        print(known_then(args.known_on), end="")
        print(comparison_text(one, another, found, changes, asked))
    return 0
