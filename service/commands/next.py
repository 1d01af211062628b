"""``dat next S.json``: the next question, why it is asked, how many remain."""

from __future__ import annotations

import argparse

from forms.catalog import Catalog
from service.commands.inputs import (
    add_known_on,
    add_situation,
    books,
    known_then,
    print_json,
    read_situation,
)
from service.usecases.papers.paper_facts import printed
from workflows.guidance import next_questions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take a situation, and how many questions to show."""
    add_situation(parser)
    add_known_on(parser)
    parser.add_argument("--limit", type=int, default=1, help="how many questions")


def run(args: argparse.Namespace) -> int:
    """Print the questions that the plan, the forms and the rules still need."""
    situation, edition = read_situation(args.situation, books(args.known_on))
    there = printed(Catalog.load(), situation, edition)
    limit = max(args.limit, 1)
    guidance = next_questions(situation, edition, limit=limit, printed=there)
    if args.json:
        print_json(guidance.to_json())
        return 0
    print(known_then(args.known_on), end="")
    for asked in guidance.questions:
        print(asked.text)
        print(f"  ({asked.key})  Vì sao: {asked.question.why.text}")
        for basis in asked.why:
            print(f"  Theo {basis.instrument}, {basis.at}")
    print(f"Còn {guidance.remaining} câu.")
    return 0
