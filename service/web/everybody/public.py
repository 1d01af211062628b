"""Pages for anybody: the goals in everyday words, a forgiving search, the triage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import RedirectResponse, Response

from service.auth.sessions import open_matter
from service.errors import RepeatedKeyError
from service.translations.catalogue import catalogue
from service.usecases.matter.begin import begin, beginning
from service.usecases.matter.goals import (
    IN_FRONT,
    GoalChoice,
    by_topic,
    commune_called,
    goal_choices,
    goal_page,
    search,
)
from service.web import csrf
from service.web.clerks.new_number import code_card
from service.web.dependencies import ActorDep, DeskDep, PostedDep, get_actor
from service.web.entrance.session_cookies import keep_session, old_token
from service.web.languages import language_of
from service.web.rendering import page
from workflows.errors import UnknownNameError
from workflows.loader_finding import load_triage
from workflows.triage import NOT_SURE

router = APIRouter(dependencies=[Depends(get_actor)])

TRIAGE = "/chua-ro-viec"


@dataclass(frozen=True, slots=True)
class Pick:
    """A goal to pick: where it leads, and which of its names fits what was typed."""

    href: str
    choice: GoalChoice
    because: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """An answer of the triage to pick."""

    href: str
    text: str
    hint: str = ""


@router.get("/", name="home")
def home(request: Request, desk: DeskDep, q: str = "", xa: str = "") -> Response:
    """Show the goals; with ``q`` those that fit, with ``xa`` for land in a commune."""
    q = q.strip()[:200]
    in_words = catalogue(language_of(request)).find
    found = search(desk, q, in_words) if q else None
    place = found.place if found else None
    if not commune_called(desk, xa):
        only = place.communes if place else ()
        xa = only[0][0] if len(only) == 1 else ""
    goals = goal_choices(desk)
    hits = found.goals if found else ()
    topics = by_topic(goals)
    context = {
        "goals": _picks(goals[:IN_FRONT], xa),
        "topics": {topic: _picks(inside, xa) for topic, inside in topics.items()},
        "q": q,
        "found": [
            Pick(_goal_address(hit.choice, xa), hit.choice, hit.because) for hit in hits
        ],
        "place": place,
        "commune": commune_called(desk, xa) if xa else None,
        "communes": [
            (_address("/", q=q, xa=code), name)
            for code, name in (place.communes if place else ())
        ],
    }
    return page(request, "public/home.html", context)


@router.get("/viec/{goal}", name="goal")
def show_goal(
    request: Request,
    desk: DeskDep,
    goal: str,
    tu: str = "",
    xa: str = "",
    di: str = "",
) -> Response:
    """Say what the goal means before anything is asked, and what is told already."""
    start = beginning(desk, goal, entry=tu, commune=xa, path=di)
    context = {
        "goal": start.choice,
        "start": start,
        "way": di,
        "key": desk.ids.token(),
        "back": _address(TRIAGE, di=_before(di)) if di else "/",
    }
    return page(request, "public/goal.html", context)


@router.post("/viec/{goal}", name="start")
def start(
    request: Request, desk: DeskDep, actor: ActorDep, posted: PostedDep, goal: str
) -> Response:
    """Open a matter and show its code and number; two taps open one matter.

    A page that comes again later, by the button "back", opens nothing.
    """
    first = beginning(
        desk,
        goal,
        entry=posted.text("tu"),
        commune=posted.text("xa"),
        path=posted.text("di"),
    )
    try:
        opened = begin(desk, actor, first, csrf.once(request, posted.text("khoa")))
    except RepeatedKeyError:
        return RedirectResponse("/mo-lai", status.HTTP_303_SEE_OTHER)
    signed = open_matter(desk, opened.code, opened.pin, old_token=old_token(request))
    request.state.actor = signed.actor
    response = page(
        request,
        "public/opened.html",
        {"opened": opened, "card": code_card(desk, opened.code)},
    )
    keep_session(desk, response, signed)
    return response


@router.get(TRIAGE, name="triage")
def triage(request: Request, desk: DeskDep, di: str = "") -> Response:
    """Ask one short question after the other until a goal, or whom to ask, is clear.

    ``di`` holds the answers so far with points between; nothing else is kept.
    """
    turn = load_triage().walk(di.split(".") if di else ())
    here = ".".join(turn.path)
    goal = turn.goal
    if goal is not None and _is_offered(desk, goal):
        address = _address(f"/viec/{goal}", di=here)
        return RedirectResponse(address, status.HTTP_303_SEE_OTHER)
    context: dict[str, object] = {
        "turn": turn,
        "back": _address(TRIAGE, di=_before(here)) if here else "/",
    }
    question = turn.question
    if question is None or turn.unsure:
        likely = question.may_begin if question is not None else None
        if likely is not None and _is_offered(desk, likely):
            context["likely"] = goal_page(desk, likely)
            context["begin"] = _address(f"/viec/{likely}", di=here)
        return page(request, "public/whom_to_ask.html", context)
    context["ways"] = [
        Way(_further(here, key), answer.text, answer.hint)
        for key, answer in question.answers.items()
    ]
    context["unsure"] = _further(here, NOT_SURE)
    return page(request, "public/triage.html", context)


def ways_to_goals(request: Request, error: Exception) -> tuple[tuple[str, str], ...]:
    """Return where somebody goes on who came for a goal that no package knows."""
    if isinstance(error, UnknownNameError) and "goal" in request.path_params:
        return ((TRIAGE, "Tìm việc bằng vài câu hỏi"),)
    return ()


def _picks(choices: Iterable[GoalChoice], commune: str) -> list[Pick]:
    return [Pick(_goal_address(choice, commune), choice) for choice in choices]


def _goal_address(choice: GoalChoice, commune: str) -> str:
    return _address(f"/viec/{choice.id}", tu=choice.entry, xa=commune)


def _address(path: str, **asked: str) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{query}" if query else path


def _further(here: str, answer: str) -> str:
    return _address(TRIAGE, di=f"{here}.{answer}" if here else answer)


def _before(here: str) -> str:
    return here.rpartition(".")[0]


def _is_offered(desk: DeskDep, goal: str) -> bool:
    """Return whether the law of the place knows a goal that the triage leads to."""
    try:
        goal_page(desk, goal)
    except UnknownNameError:
        return False
    return True
