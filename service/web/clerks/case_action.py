"""One action on a case: its form, and what is wrong with what was typed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from service.errors import (
    AlreadyProposedError,
    BadRequestError,
    HeldError,
    NotAllowedError,
    OtherDutyError,
    StaleVersionError,
    status_of,
)
from service.usecases.cases.case_offers import OfferRow
from service.usecases.cases.case_page import CaseView, case_view
from service.usecases.cases.casefile import ORIGINALS
from service.usecases.cases.decide import raise_event
from service.usecases.sentences import MONEY_KINDS
from service.web.clerks.case import SEE_OTHER, case_context, to_case, version_of
from service.web.dependencies import (
    ClerkDep,
    DeskDep,
    Posted,
    PostedDep,
)
from service.web.rendering import page
from service.web.sentences import sentences_of
from workflows.errors import (
    EventNotExpectedError,
    FactsMissingError,
    WorkflowError,
)

router = APIRouter(prefix="/can-bo")

LINE_PARTS = ("loai", "nguoi", "tien")
MOST_LINES = 4
MONEY_LINE = re.compile(rf"f-(?P<key>.+)-({'|'.join(LINE_PARTS)})-\d")
ALL_IN = "all_in"
# Fields of every action: the version that was shown, the key of the form, papers, and
# that the page warned of a colleague who works on the case.
VERSION, KEY, PAPER, WARNED = "phien-ban", "khoa", "giay", "van-lam"


@dataclass(frozen=True, slots=True)
class PaperTick:
    """A paper that may be ticked together with an action."""

    id: str
    name: str
    present: bool


@router.get("/ho-so/{code}/viec/{event}", name="action")
def show_action(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    code: str,
    event: str,
    dong: int | None = None,
) -> Response:
    """Show the form of one action: what must be recorded and which papers are in.

    ``dong`` tells lines of one event apart that ask for different things.
    """
    view = case_view(desk, clerk, code)
    offer = _offer(view, event, dong)
    if offer is None:
        return _refused_page(request, view, EventNotExpectedError(event, view.active))
    return _action_page(request, view, offer, {}, {})


@router.post("/ho-so/{code}/viec/{event}", name="post_action")
def post_action(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    posted: PostedDep,
    code: str,
    event: str,
    dong: int | None = None,
) -> Response:
    """Do the action, or show the same form with what is wrong and what was typed."""
    try:
        done = raise_event(
            desk,
            clerk,
            code,
            event,
            facts=facts_of(posted),
            papers=posted.all(PAPER),
            expected_version=version_of(posted),
            idempotency_key=posted.text(KEY) or None,
            heeds=not posted.text(WARNED),
        )
    except (BadRequestError, FactsMissingError) as refusal:
        view = case_view(desk, clerk, code)
        offer = _offer(view, event, dong)
        if offer is None:
            return _refused_page(request, view, refusal)
        return _wrong_facts_page(request, view, offer, posted, refusal)
    except (
        WorkflowError,
        StaleVersionError,
        AlreadyProposedError,
        HeldError,
        OtherDutyError,
    ) as refusal:
        return _not_done(request, case_view(desk, clerk, code), event, posted, refusal)
    except NotAllowedError:
        # Who has not said why he looks is asked that first.
        case_view(desk, clerk, code)
        raise
    if done.proposal is not None:
        return RedirectResponse(f"/can-bo/duyet/{done.proposal}", SEE_OTHER)
    return to_case(code)


def _not_done(
    request: Request, view: CaseView, event: str, posted: Posted, refusal: Exception
) -> Response:
    """Show what the case says now, with all that was typed: nobody types it twice.

    While the action is still on offer its form comes again, for the case as it stands
    now; else the page of the case tells what was typed and not kept.
    """
    offer = next((each for each in view.offers if each.event == event), None)
    if offer is None:
        return _refused_page(request, view, refusal, _unsaved(view, posted))
    typed = {
        name: text
        for name, text in posted.fields().items()
        if name not in {VERSION, KEY}
    }
    return _action_page(
        request,
        view,
        _whole(view, offer),
        typed,
        {},
        ticked=posted.all(PAPER),
        refusal=sentences_of(refusal),
        status=status_of(refusal),
    )


def _unsaved(view: CaseView, posted: Posted) -> list[tuple[str, str]]:
    """Return in words what was typed, by the captions of the form."""
    facts = view.edition.facts
    return [
        (facts[key].label.clerk if key in facts else key, text)
        for key, text in facts_of(posted).items()
    ]


def _wrong_facts_page(
    request: Request,
    view: CaseView,
    offer: OfferRow,
    posted: Posted,
    refusal: BadRequestError | FactsMissingError,
) -> Response:
    """Show the form again: what is wrong, at its field, and all that was typed."""
    if isinstance(refusal, BadRequestError):
        problems = {f"f-{p.key}": p.text for p in refusal.problems}
        return _action_page(
            request,
            view,
            offer,
            posted.fields(),
            problems,
            ticked=posted.all(PAPER),
            status=refusal.status,
        )
    whole = _whole(view, offer)
    words = {f"f-{field.key}": field.label.clerk for field in whole.fields}
    problems = {
        f"f-{key}": f"Cần ghi: {words.get(f'f-{key}', key)}." for key in refusal.missing
    }
    return _action_page(
        request,
        view,
        whole,
        posted.fields(),
        problems,
        ticked=posted.all(PAPER),
        status=422,
    )


def _refused_page(
    request: Request,
    view: CaseView,
    refusal: Exception,
    unsaved: Sequence[tuple[str, str]] = (),
) -> Response:
    """Show the case as it stands now, and why nothing was done."""
    told = {"refusal": sentences_of(refusal), "unsaved": unsaved}
    context = {**case_context(request, view), **told}
    return page(request, "clerk/case.html", context, status=status_of(refusal))


def _action_page(  # noqa: PLR0913  what the form showed, and what came of it
    request: Request,
    view: CaseView,
    offer: OfferRow,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    ticked: Collection[str] = (),
    refusal: Sequence[str] = (),
    status: int = 200,
) -> Response:
    context = {
        "refusal": refusal,
        "ticked": ticked,
        "case": view,
        "offer": offer,
        "line": request.query_params.get("dong", ""),
        "papers": _tickable(view, offer),
        "money_labels": MONEY_KINDS,
        "most_lines": MOST_LINES,
        "instruments": {
            key: row.title for key, row in view.edition.instruments.items()
        },
        "typed": typed,
        "problems": problems,
        "key": typed.get(KEY) or secrets.token_hex(16),
    }
    return page(request, "clerk/action.html", context, status=status)


def facts_of(posted: Posted) -> dict[str, str]:
    """Return what was typed, by fact; money lines come in three fields each."""
    facts: dict[str, str] = {}
    lists: set[str] = set()
    for name in posted.fields():
        line = MONEY_LINE.fullmatch(name)
        if line:
            lists.add(line["key"])
        elif name.startswith("f-") and posted.text(name):
            facts[name.removeprefix("f-")] = posted.text(name)
    for key in lists:
        rows = (
            [posted.text(f"f-{key}-{part}-{place}") for part in LINE_PARTS]
            for place in range(MOST_LINES)
        )
        facts[key] = "\n".join("; ".join(row) for row in rows if any(row))
    return facts


def _tickable(view: CaseView, offer: OfferRow) -> tuple[PaperTick, ...]:
    """Return the papers to tick with an action, by their names."""
    known = {paper.id: paper for paper in view.papers}
    ticks: list[PaperTick] = []
    for wanted in offer.papers:
        if wanted == ORIGINALS:
            ticks.append(PaperTick(ORIGINALS, "Đã nhận đủ bản chính", present=False))
        elif wanted == ALL_IN:
            ticks += [PaperTick(p.id, p.name, present=p.present) for p in view.papers]
        else:
            spec = view.edition.papers.get(wanted)
            name = spec.name if spec else wanted
            present = wanted in known and known[wanted].present
            ticks.append(PaperTick(wanted, name, present=present))
    return tuple(ticks)


def _offer(view: CaseView, event: str, line: int | None) -> OfferRow | None:
    """Return the action; None when it is not on offer, perhaps not any more."""
    known = dict(enumerate(view.offers))
    chosen = known.get(line if line is not None else -1)
    if chosen is not None and chosen.event == event:
        return chosen
    for offer in view.offers:
        if offer.event == event:
            return offer
    return None


def _whole(view: CaseView, offer: OfferRow) -> OfferRow:
    """Return the action with the fields of all its lines: what was chosen decides."""
    fields = {
        field.key: field
        for each in (offer, *view.offers)
        if each.event == offer.event
        for field in each.fields
    }
    return replace(offer, fields=tuple(fields.values()))
