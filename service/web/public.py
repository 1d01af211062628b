"""Pages for anybody: the goals in everyday words, and a forgiving search."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.auth.sessions import open_matter
from service.usecases.goals import (
    IN_FRONT,
    by_topic,
    goal_choices,
    goal_page,
    search_goals,
)
from service.usecases.start_matter import start_matter
from service.web.dependencies import ActorDep, DeskDep, get_actor, get_posted
from service.web.rendering import page
from service.web.session_cookies import keep_session, old_token

router = APIRouter(dependencies=[Depends(get_actor)])


@router.get("/", name="home")
def home(request: Request, desk: DeskDep, q: str = "") -> Response:
    """Show the goals; with ``q`` those that fit, accents or not."""
    found = search_goals(desk, q) if q else ()
    goals = goal_choices(desk)
    context = {
        "goals": goals[:IN_FRONT],
        "topics": by_topic(goals),
        "q": q,
        "found": found,
    }
    return page(request, "public/home.html", context)


@router.get("/viec/{goal}", name="goal")
def show_goal(request: Request, desk: DeskDep, goal: str) -> Response:
    """Say what the goal means before anything is asked."""
    return page(request, "public/goal.html", {"goal": goal_page(desk, goal)})


@router.post("/viec/{goal}", name="start", dependencies=[Depends(get_posted)])
def start(request: Request, desk: DeskDep, actor: ActorDep, goal: str) -> Response:
    """Open a matter and show its code and number, once."""
    opened = start_matter(desk, actor, goal=goal, province=desk.settings.province)
    signed = open_matter(desk, opened.code, opened.pin, old_token=old_token(request))
    request.state.actor = signed.actor
    response = page(request, "public/opened.html", {"opened": opened})
    keep_session(desk, response, signed)
    return response
