"""``dat packet STEP S.json -o F.pdf``: all papers of a step under a cover sheet."""

from __future__ import annotations

import argparse
from dataclasses import replace

from forms.catalog import Catalog
from forms.errors import NoEditionInForceError, UnknownFormError
from forms.filled import FilledForm
from forms.marks import Mark
from forms.packet import sheets
from service.commands.filling import add_mark, filled_from, mark_from, write_pdf
from service.commands.inputs import add_json, books, print_json, read_situation
from service.errors import InputError
from service.usecases.papers.cover import Journey, StepForms, cover_of
from workflows.journey import Plan, Step, plan
from workflows.journey.model import Form
from workflows.liabilities import estimate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the step of the plan, the situation and the file to write."""
    parser.add_argument("step", help="a step of the plan, such as register_gift")
    parser.add_argument("situation", metavar="S.json")
    parser.add_argument(
        "-o", "--output", metavar="F.pdf", required=True, help="the file to write"
    )
    add_mark(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Write the packet and name what is in it."""
    loaded = books()
    mark = mark_from(args)
    situation, law = read_situation(args.situation, loaded)
    calendar = loaded.calendar.in_place(situation.province, situation.commune)
    made = plan(
        situation, law, calendar, branches=loaded.territory, editions=loaded.law
    )
    costs = estimate(situation, law, calendar)
    journey = Journey(situation, law, calendar, made, costs)
    step = _step(made, args.step)
    forms = _forms(journey, step, mark)
    cover = cover_of(journey, step, forms, mark=mark)
    write_pdf(args.output, *sheets(cover, forms.sheets))
    inside = [
        {"form": one.edition.form, "title": form.name} for form, one in forms.filled
    ]
    if args.json:
        elsewhere = [form.id for form in forms.at_counter]
        print_json(
            {
                "step": step.id,
                "file": args.output,
                "forms": inside,
                "at_counter": elsewhere,
            }
        )
        return 0
    print(f"Đã ghi {args.output}: tờ bìa và {len(inside)} tờ của bước {step.id}.")
    for row in inside:
        print(f"  - {row['title']} ({row['form']})")
    for form in forms.at_counter:
        print(f"  - {form.name}: lấy mẫu tại quầy.")
    return 0


def _step(made: Plan, step_id: str) -> Step:
    steps = {step.id: step for step in made.main_steps}
    if step_id not in steps:
        raise InputError(
            f"Kế hoạch không có bước {step_id!r}. Các bước: "
            f"{', '.join(steps) or 'không bước nào'}."
        )
    return steps[step_id]


def _forms(journey: Journey, step: Step, mark: Mark | None) -> StepForms:
    filled: list[tuple[Form, FilledForm]] = []
    at_counter: list[Form] = []
    for form in step.forms:
        try:
            made = filled_from(
                Catalog.load(), journey.situation, journey.edition, form.id, step
            )
        except (UnknownFormError, NoEditionInForceError):
            at_counter.append(form)
        else:
            filled.append((form, replace(made, mark=mark)))
    return StepForms(tuple(filled), tuple(at_counter))
