"""The page on which a family sees its plan beside another one, and may choose it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import RedirectResponse, Response

from service.usecases.matter.adopt import adopt, changes_of
from service.usecases.matter.what_if import WhatIf, what_if
from service.usecases.sentences import MONEY_KINDS
from service.web import sentences
from service.web.citizens.matters import payer_names, titles
from service.web.dependencies import ActorDep, DeskDep, PostedDep, get_actor
from service.web.rendering import page
from workflows.comparison import Json
from workflows.journey.model import Plan

router = APIRouter(dependencies=[Depends(get_actor)])


@dataclass(frozen=True, slots=True)
class Owed:
    """What one person owes; ``line`` is as the plan has it."""

    payer: str
    line: Json


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """Sums of one kind in the two plans; a plan may have none of it."""

    label: str
    base: tuple[Owed, ...]
    other: tuple[Owed, ...]


@router.get("/ke-hoach/{code}/so-sanh", name="compare")
def show_comparison(
    request: Request, desk: DeskDep, actor: ActorDep, code: str
) -> Response:
    """Offer what may be done otherwise; with a choice, show the two side by side."""
    picked = _picked(request)
    found = what_if(desk, actor, code, picked)
    context = _context(found, picked) | {"picked": picked}
    # A choice that nobody can make is told, and changes nothing: the page is as it was.
    return page(request, "citizen/compare.html", context, status=status.HTTP_200_OK)


@router.get("/ke-hoach/{code}/so-sanh/dung", name="confirm_way")
def confirm_way(
    request: Request, desk: DeskDep, actor: ActorDep, code: str
) -> Response:
    """Say which answers the chosen way changes, before anything is changed."""
    picked = _picked(request)
    found = what_if(desk, actor, code, picked)
    context = {
        "matter": found.matter,
        "changes": changes_of(found),
        "picked": picked,
        "there": sentences.ways(variant.label for variant in found.chosen.values()),
        "back": f"/ke-hoach/{found.matter.code}/so-sanh?{urlencode(picked)}",
    }
    return page(request, "citizen/adopt.html", context)


@router.post("/ke-hoach/{code}/so-sanh/dung", name="take_way")
def take_way(desk: DeskDep, actor: ActorDep, posted: PostedDep, code: str) -> Response:
    """Take the chosen way as the family's answers and go to the new plan."""
    adopt(desk, actor, code, posted.fields())
    return RedirectResponse(f"/ke-hoach/{code}", status.HTTP_303_SEE_OTHER)


def _picked(request: Request) -> dict[str, str]:
    return {name: value for name, value in request.query_params.items() if value}


def _context(found: WhatIf, picked: Mapping[str, str]) -> dict[str, object]:
    base = found.matter.plan
    context: dict[str, object] = {
        "matter": found.matter,
        "offers": found.offers,
        "problems": found.problems,
        "base": base,
        "other": found.other,
        "found": found.found,
    }
    if found.other is None or found.found is None:
        return context
    rows = tuple(_money(base, found.other, payer_names(found.matter)))
    return context | {
        "asked": found.asked,
        "adoptable": bool(changes_of(found)),
        "chosen_query": urlencode(
            {id_: key for id_, key in picked.items() if id_ in found.chosen}
        ),
        "question": sentences.compared(
            offer.comparison.text for offer in found.offers if offer.id in found.chosen
        ),
        "several": len(found.chosen) > 1,
        "here": sentences.ways(
            offer.now.label if offer.now else None
            for offer in found.offers
            if offer.id in found.chosen
        ),
        "there": sentences.ways(variant.label for variant in found.chosen.values()),
        "answer": sentences.outcome(base, found.other, found.found),
        "money": [row for row in rows if row.base != row.other],
        "kept": [row for row in rows if row.base == row.other],
        "steps": _step_names(base),
        "other_steps": _step_names(found.other),
        "instruments": titles(found.matter),
    }


def _step_names(plan: Plan) -> Sequence[str]:
    return [step.name.citizen for step in plan.main_steps]


def _money(base: Plan, other: Plan, payers: dict[str, str]) -> Iterator[MoneyRow]:
    """Yield the sums by kind, whoever owes them."""
    ones, others = _by_kind(base, payers), _by_kind(other, payers)
    for kind in dict.fromkeys((*ones, *others)):
        yield MoneyRow(
            MONEY_KINDS.get(kind, kind), ones.get(kind, ()), others.get(kind, ())
        )


def _by_kind(plan: Plan, payers: dict[str, str]) -> dict[str, tuple[Owed, ...]]:
    costs: Json = plan.costs
    found: dict[str, tuple[Owed, ...]] = {}
    for line in costs["lines"]:
        owed = Owed(payers.get(line["payer"], line["payer"]), line)
        found[line["kind"]] = (*found.get(line["kind"], ()), owed)
    return found
