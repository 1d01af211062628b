"""The helper's day: whom to help, what comes next, what to print for the visits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.errors import BadRequestError
from service.usecases.helpers.give_consent import residents_a_day
from service.usecases.helpers.helper_day import (
    RUNNING,
    VisitWish,
    end_visit,
    plan_visits,
    print_visits,
    residents,
    visits,
)
from service.usecases.helpers.teams import leads_team
from service.usecases.matter.read_matter import matter_view
from service.usecases.papers.issuing import PDF
from service.web.citizens.matters import next_thing
from service.web.dependencies import (
    ActorDep,
    DeskDep,
    HelperDep,
    Posted,
    PostedDep,
    get_actor,
)
from service.web.formats import pdf_named
from service.web.limits import FEW_PRINTS
from service.web.rendering import go_to, page

router = APIRouter(dependencies=[Depends(get_actor)])

_PLACE = re.compile(r"[0-9]{1,2}")


@router.get("/ho-tro", name="helping")
def show_helping(request: Request, desk: DeskDep, actor: ActorDep) -> Response:
    """Tell a resident how to be helped; show a helper whom he helps, and what next."""
    if actor.kind != "helper":
        return page(request, "helper/start.html")
    rows, today = residents(desk, actor), desk.today()
    context = {
        "rows": [(row, row.view and next_thing(row.view)) for row in rows],
        "today": today,
        "today_rows": visits(rows, today),
        "helped": sum(row.state == RUNNING for row in rows),
        "most": residents_a_day(desk),
        "prints": any(row.prints for row in visits(rows, today)),
        "leads": leads_team(desk, actor),
    }
    return page(request, "helper/day.html", context)


@router.get("/ho-tro/buoi", name="visits")
def show_visits(
    request: Request, desk: DeskDep, actor: HelperDep, ngay: str = ""
) -> Response:
    """Show whom the helper visits on a day, and let him choose the order."""
    return _visits_page(request, desk, actor, _day(desk, ngay), {})


@router.post("/ho-tro/buoi", name="post_visits")
def post_visits(
    request: Request, desk: DeskDep, actor: HelperDep, posted: PostedDep
) -> Response:
    """Note who is visited on the day, where and in which order."""
    day = _day(desk, posted.text("ngay"))
    wishes = _wishes(desk, actor, posted, day)
    try:
        plan_visits(desk, actor, wishes)
    except BadRequestError as refusal:
        places = {each.matter_code: i for i, each in enumerate(wishes)}
        problems = {f"thon-{places[p.key]}": p.text for p in refusal.problems}
        return _visits_page(request, desk, actor, day, problems)
    return go_to(f"/ho-tro/buoi?ngay={day}")


@router.get("/ho-tro/buoi.pdf", name="visits_pdf", dependencies=[FEW_PRINTS])
def visits_pdf(desk: DeskDep, actor: HelperDep, ngay: str = "") -> Response:
    """Return the papers for all visits of a day in one file."""
    content = print_visits(desk, actor, _day(desk, ngay))
    if content is None:
        return go_to("/ho-tro/buoi")
    return Response(content, media_type=PDF, headers=pdf_named("buoi-tham"))


@router.get("/ho-tro/ket-thuc/{code}", name="end_visit")
def show_end(request: Request, desk: DeskDep, actor: HelperDep, code: str) -> Response:
    """Ask whether the helper is done for good or for today."""
    view = matter_view(desk, actor, code)
    return page(request, "helper/end.html", {"matter": view})


@router.post("/ho-tro/ket-thuc/{code}", name="post_end_visit")
def post_end_visit(
    request: Request, desk: DeskDep, actor: HelperDep, posted: PostedDep, code: str
) -> Response:
    """End the visit, tell the resident in counts, and give the consent back."""
    give_back = "tra-lai" in posted.fields()
    counts = end_visit(desk, actor, code, give_back=give_back)
    return page(request, "helper/ended.html", {"counts": counts})


def _visits_page(
    request: Request,
    desk: DeskDep,
    actor: HelperDep,
    day: date,
    problems: Mapping[str, str],
) -> Response:
    rows = [row for row in residents(desk, actor) if row.state == RUNNING]
    context = {
        "day": day,
        "rows": rows,
        "chosen": visits(rows, day),
        "problems": problems,
    }
    return page(request, "helper/visits.html", context)


def _wishes(
    desk: DeskDep, actor: HelperDep, posted: Posted, day: date
) -> list[VisitWish]:
    """Return what the form notes; a day that is not this page's stays as it is."""
    known = {row.matter_code: row for row in residents(desk, actor)}
    found = []
    for place, code in enumerate(posted.all("ma")):
        row = known.get(code)
        before = row.visit_on if row and row.visit_on != day else None
        order = posted.text(f"thu-tu-{place}")
        found.append(
            VisitWish(
                code,
                posted.text(f"thon-{place}"),
                day if f"di-{place}" in posted.fields() else before,
                int(order) if _PLACE.fullmatch(order) else 0,
            )
        )
    return found


def _day(desk: DeskDep, typed: str) -> date:
    """Return the day that was chosen, today for what is no day."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return desk.today()
