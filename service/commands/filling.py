"""What the commands that print papers share: filling a form, its mark, the file."""

from __future__ import annotations

import argparse

from forms import pdf
from forms.catalog import Catalog
from forms.filled import FilledForm
from forms.marks import Mark
from forms.prefill import fill
from service.commands.inputs import write_file
from service.errors import InputError
from service.usecases.papers.marks import mark_of_code
from service.usecases.papers.paper_facts import about_plan_step, matter_facts
from service.usecases.papers.paper_sentences import FROM_FILE
from workflows.factgraph import FactGraph
from workflows.journey import Step
from workflows.packages import Edition
from workflows.situation import Situation


def add_mark(parser: argparse.ArgumentParser) -> None:
    """Add the code that the paper leads back to, and the copy without it."""
    parser.add_argument(
        "--code",
        metavar="CODE",
        help="print a small QR that leads to this matter (DAT-...) or case (HS-...)",
    )
    parser.add_argument("--clean", action="store_true", help="a copy without that QR")


def mark_from(args: argparse.Namespace) -> Mark | None:
    """Return the mark of the code that was typed; raises InputError when it is none."""
    from service.settings import Settings  # noqa: PLC0415  seldom needed, slow to load

    if args.code is None or args.clean:
        return None
    mark = mark_of_code(Settings().base_url, args.code)
    if mark is None:
        raise InputError(
            f"--code: {args.code!r} không phải mã việc (DAT-...) hay mã hồ sơ (HS-...)."
        )
    return mark


def filled_from(
    catalog: Catalog,
    situation: Situation,
    law: Edition,
    form_id: str,
    step: Step | None = None,
) -> FilledForm:
    """Return a form filled from a situation, as the law of its day has it.

    With the step that it is filed in, for whom that step is: a lost certificate is
    issued again for the giver, the gift is registered for the receiver.
    """
    if step is not None and step.serves is not None:
        situation = situation.of_parcel(step.serves.parcel)
    edition = catalog.edition(form_id, law.chain, situation.on)
    graph = FactGraph(situation.facts(), law, situation.on)
    facts = matter_facts(graph, law, edition, unsaid=FROM_FILE)
    if step is not None:
        about_plan_step(facts, law, situation.goal, step, edition.form)
    return fill(edition, facts.values, facts.where, facts.unknown)


def write_pdf(output: str, *sheets: pdf.Sheet) -> None:
    """Write the sheets as one PDF; raises InputError when the file cannot be."""
    write_file(output, pdf.render(*sheets))
