"""Before a matter is opened: the goal, and what the person has told by choosing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.auth.actors import Actor
from service.usecases.desk import Desk
from service.usecases.matter.goals import GoalChoice, commune_called, goal_page
from service.usecases.matter.read_matter import shown
from service.usecases.matter.situations import COMMUNE
from service.usecases.matter.start_matter import FirstWords, MatterOpened, start_matter
from workflows.loader_finding import load_triage


@dataclass(frozen=True, slots=True)
class Told:
    """An answer that is given by a choice: its question, and the answer in words."""

    key: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Beginning:
    """A goal that may be begun, with the answers that are told already.

    ``commune`` is the code of the commune that was named, empty for none.
    """

    choice: GoalChoice
    told: Mapping[str, bool | str]
    commune: str
    rows: tuple[Told, ...]


def beginning(
    desk: Desk, goal: str, *, entry: str = "", commune: str = "", path: str = ""
) -> Beginning:
    """Return how a goal would be begun from a page that led to it.

    ``entry`` is an everyday name of the goal, ``path`` the answers of the triage with
    points between. What does not lead to this goal tells nothing; an unknown commune
    is passed over. Raises UnknownNameError for an unknown goal.
    """
    choice = goal_page(desk, goal, entry)
    edition = desk.law.edition(desk.settings.province, desk.today())
    told = {**_on_the_way(path, goal), **choice.told}
    rows = [
        Told(key, question.text, shown(question, value))
        for key, value in told.items()
        if (question := edition.questions.get(key)) is not None
    ]
    called = commune_called(desk, commune) if commune else None
    if called is not None:
        rows.insert(0, Told(COMMUNE, edition.questions[COMMUNE].text, called))
    return Beginning(choice, told, commune if called else "", tuple(rows))


def begin(
    desk: Desk, actor: Actor, start: Beginning, idempotency_key: str | None
) -> MatterOpened:
    """Open the matter with what was told; the same key again opens the same one."""
    place = {COMMUNE: start.commune} if start.commune else {}
    return start_matter(
        desk,
        actor,
        goal=start.choice.id,
        province=desk.settings.province,
        commune=start.commune or None,
        first=FirstWords({**place, **start.told}, idempotency_key),
    )


def _on_the_way(path: str, goal: str) -> Mapping[str, bool | str]:
    """Return what the answers of the triage tell, when they lead to this goal."""
    turn = load_triage().walk(path.split(".") if path else ())
    unsure_of = turn.question.may_begin if turn.question is not None else None
    return turn.told if goal in {turn.goal, unsure_of} else {}
