"""What citizens say of the service: once for a case, changeable, without a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.errors import BadRequestError, NotFoundError
from service.persistence.afterwards import RatingRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import (
    CaseFile,
    find_case,
    matter_target,
    open_case,
)
from service.usecases.desk import Desk
from service.usecases.following.follow_sentences import NO_SCORE, too_long
from workflows.errors import ConditionNotMetError, Problem

# From the best to the worst, in words; the number is what is stored.
SCORES: Mapping[int, str] = {
    5: "Rất hài lòng",
    4: "Hài lòng",
    3: "Bình thường",
    2: "Chưa hài lòng",
    1: "Rất không hài lòng",
}
LONGEST = 500
# Below so many ratings a count could point at somebody.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Ratings:
    """How an office was rated: ``counts`` by score, None where they are too few."""

    total: int | None
    counts: Mapping[int, int | None]


def own_rating(desk: Desk, actor: Actor, code: str) -> RatingRow | None:
    """Return what the citizen said of a case before, None when nothing yet.

    Raises NotAllowedError for anybody else, NotFoundError before the case has ended.
    """
    with desk.database.reading() as uow:
        row = _opened(desk, uow, actor, code).row
        if row.ended_at is None or row.received_at is None:
            raise NotFoundError("rating", code)
        return uow.afterwards.rating(row.tenant_id, row.id)


def rate(desk: Desk, actor: Actor, code: str, *, score: str, words: str) -> None:
    """Store what the citizen says of a case that ended; a new word replaces the old.

    ``score`` is a number of ``SCORES`` as typed. Raises BadRequestError for another,
    ConditionNotMetError before the end, NotAllowedError for anybody else.
    """
    with desk.database.transaction() as uow:
        file = _opened(desk, uow, actor, code)
        number = _number(score, words)
        if file.row.ended_at is None or file.row.office_id is None:
            raise ConditionNotMetError("rate", [code])
        uow.afterwards.put_rating(
            RatingRow(
                file.row.tenant_id,
                file.row.id,
                file.row.matter_id,
                file.row.office_id,
                number,
                words.strip(),
                desk.now(),
            )
        )


def _opened(desk: Desk, uow: UnitOfWork, actor: Actor, code: str) -> CaseFile:
    file = open_case(desk, uow, find_case(uow, code))
    authorize(actor, Action.FINISH, file.target(matter_target(desk, uow, file.matter)))
    return file


def _number(score: str, words: str) -> int:
    number = next((each for each in SCORES if str(each) == score), None)
    problems = []
    if number is None:
        problems.append(Problem("muc", score, NO_SCORE))
    if len(words.strip()) > LONGEST:
        problems.append(Problem("nhan-xet", words, too_long(LONGEST)))
    if problems or number is None:
        raise BadRequestError(problems)
    return number


def ratings_of_office(desk: Desk, actor: Actor) -> Ratings:
    """Return how the clerk's own office was rated, without small numbers.

    Nothing at all below ``FEWEST`` ratings.
    """
    authorize(actor, Action.WORKLIST, Installation(actor.tenant))
    with desk.database.reading() as uow:
        found = uow.afterwards.scores(actor.tenant, actor.office_id or "")
    return suppressed(found)


def suppressed(found: Mapping[int, int]) -> Ratings:
    """Return counts by score without those that could point at somebody.

    Where some score has fewer than ``FEWEST`` ratings, all such are hidden, none too;
    then the next smallest, until two or more are hidden that make ``FEWEST`` together:
    else the total would give them away.
    """
    total = sum(found.values())
    if total < FEWEST:
        return Ratings(None, dict.fromkeys(SCORES))
    known = {score: found.get(score, 0) for score in SCORES}
    hidden: set[int] = set()
    if any(0 < count < FEWEST for count in known.values()):
        rising = sorted(known, key=lambda score: known[score])
        for score in rising:
            enough = sum(known[each] for each in hidden) >= FEWEST and len(hidden) > 1
            if known[score] >= FEWEST and enough:
                break
            hidden.add(score)
    return Ratings(
        total, {score: None if score in hidden else known[score] for score in SCORES}
    )
