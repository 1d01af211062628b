"""Community teams: the page of the lead, its report, and who is in which team."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import RedirectResponse, Response

from service.errors import BadRequestError
from service.usecases.helpers.teams import (
    create_team,
    join_team,
    report_csv,
    team_report,
    teams,
)
from service.web.dependencies import (
    AdministratorDep,
    DeskDep,
    HelperDep,
    Posted,
    PostedDep,
    get_actor,
)
from service.web.rendering import page

router = APIRouter(dependencies=[Depends(get_actor)])

_FIELDS = {"name": "ten-to", "place": "xa", "account": "ten", "team": "to"}


@router.get("/ho-tro/to", name="team")
def show_team(request: Request, desk: DeskDep, actor: HelperDep) -> Response:
    """Show the lead his members, the counts for the commune, and what is unusual."""
    return page(request, "helper/team.html", {"report": team_report(desk, actor)})


@router.get("/ho-tro/to.csv", name="team_csv")
def team_csv(desk: DeskDep, actor: HelperDep) -> Response:
    """Return the counts for the commune's report, to open in a spreadsheet."""
    return Response(
        report_csv(team_report(desk, actor)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="bao-cao-to.csv"'},
    )


@router.get("/quan-tri/to", name="teams")
def show_teams(request: Request, desk: DeskDep, actor: AdministratorDep) -> Response:
    """Show the teams, and let the administrator add a team or a member."""
    return _teams_page(request, desk, actor, None, {})


@router.post("/quan-tri/to", name="post_teams")
def post_teams(
    request: Request, desk: DeskDep, actor: AdministratorDep, posted: PostedDep
) -> Response:
    """Store a new team, or take a helper into one."""
    try:
        if "ten-to" in posted.fields():
            create_team(
                desk, actor, name=posted.text("ten-to"), place=posted.text("xa")
            )
        else:
            join_team(
                desk,
                actor,
                account=posted.text("ten"),
                team_id=posted.text("to"),
                lead="to-truong" in posted.fields(),
            )
    except BadRequestError as refusal:
        problems = {_FIELDS[p.key]: p.text for p in refusal.problems}
        return _teams_page(request, desk, actor, posted, problems)
    return RedirectResponse("/quan-tri/to", status_code=status.HTTP_303_SEE_OTHER)


def _teams_page(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    posted: Posted | None,
    problems: Mapping[str, str],
) -> Response:
    context = {
        "teams": teams(desk, actor),
        "typed": {
            name: posted.text(name) if posted else "" for name in _FIELDS.values()
        },
        "problems": problems,
    }
    return page(request, "helper/teams.html", context)
