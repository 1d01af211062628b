"""A matter that must stay as it is: two administrators say so, on a paper.

While a hold is in force nothing of the matter is erased, neither by the person herself
nor by the sweeps whose day has come. She reads why when she asks. It ends with its last
day, or when two administrators let go of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from service.auth.actors import Actor
from service.errors import BadRequestError, InputError, NotFoundError
from service.persistence import holds as kept
from service.persistence.holds import HoldRow
from service.persistence.rows import MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.administration.administering import (
    Entered,
    id_of_form,
    noted,
    only_administrator,
)
from service.usecases.custody import hold_sentences as say
from service.usecases.desk import Desk
from workflows.errors import Problem

CODE, REASON, PAPER, UNTIL = "ma", "ly-do", "van-ban", "den-ngay"


class Deed(StrEnum):
    """What is decided about a hold."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    OFF = "off"
    OFF_CONFIRM = "off_confirm"


class OnHoldError(InputError):
    """A matter is under a hold, so nothing of it may be erased; it says until when."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an administrator typed: of which matter or case, why, by which paper."""

    code: str
    reason: str
    paper_number: str
    until: str


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold on the list of administrators; ``mine``: another one must confirm it."""

    id: str
    code: str
    reason: str
    paper_number: str
    until_day: date
    asked_name: str
    asked_at: datetime
    held_by: str | None
    held_at: datetime | None
    off_asked_name: str | None
    off_reason: str | None
    over: bool
    mine: bool


def holds(desk: Desk, actor: Actor) -> tuple[HoldView, ...]:
    """Return the holds that wait or are in force, the next to end first."""
    only_administrator(actor)
    with desk.database.reading() as uow:
        return tuple(
            _view(desk, uow, actor, row) for row in uow.holds.open(actor.tenant)
        )


def ask_hold(desk: Desk, actor: Actor, wanted: Wanted, key: str = "") -> str:
    """Ask that a matter be held; another administrator must confirm it; return its id.

    The same form again is the same hold. Raises BadRequestError with every problem.
    """
    only_administrator(actor)
    entered = Entered()
    reason = entered.line(REASON, wanted.reason, say.REASON)
    paper = entered.line(PAPER, wanted.paper_number, say.PAPER)
    until = entered.day(UNTIL, wanted.until)
    if until is not None and until < desk.today():
        entered.refuse(UNTIL, wanted.until, say.UNTIL)
    with desk.database.transaction() as uow:
        matter = _matter(uow, actor, wanted.code)
        if matter is None:
            entered.refuse(CODE, wanted.code, say.NO_SUCH_CODE)
        if entered.problems or matter is None or until is None:
            raise BadRequestError(entered.problems)
        row = HoldRow(
            actor.tenant, id_of_form(desk, key), matter.id, reason, paper, until,
            kept.ASKED, actor.key, actor.name, desk.now(),
        )  # fmt: skip
        if uow.holds.add(row):
            told = {"paper_number": paper, "until_day": until.isoformat()}
            noted(desk, uow, actor, "hold.asked", matter.code, after=told)
    return row.id


def decide_hold(
    desk: Desk, actor: Actor, hold_id: str, what: str, reason: str = ""
) -> None:
    """Confirm or refuse a hold, ask to let go of it, or confirm that.

    Nobody confirms what he has asked for himself. What was decided already stays.
    Raises BadRequestError, NotFoundError.
    """
    only_administrator(actor)
    now = desk.now()
    with desk.database.transaction() as uow:
        row = uow.holds.by_id(actor.tenant, hold_id)
        if row is None:
            raise NotFoundError("hold", hold_id)
        code = uow.matters.by_id(row.tenant_id, row.matter_id).code
        match what, row.state:
            case (Deed.CONFIRM, kept.ASKED):
                _by_another(actor, row.asked_id)
                uow.holds.change(row, state=kept.HELD, held_by=actor.name, held_at=now)
                noted(desk, uow, actor, "hold.held", code)
            case (Deed.REFUSE, kept.ASKED):
                uow.holds.change(
                    row, state=kept.REFUSED, ended_by=actor.name, ended_at=now
                )
                noted(desk, uow, actor, "hold.refused", code)
            case (Deed.OFF, kept.HELD):
                entered = Entered()
                why = entered.line(REASON, reason, say.REASON)
                if entered.problems:
                    raise BadRequestError(entered.problems)
                uow.holds.change(
                    row,
                    off_asked_id=actor.key,
                    off_asked_name=actor.name,
                    off_reason=why,
                )
                noted(desk, uow, actor, "hold.off_asked", code, after={"reason": why})
            case (Deed.OFF_CONFIRM, kept.HELD) if row.off_asked_id is not None:
                _by_another(actor, row.off_asked_id)
                uow.holds.change(
                    row, state=kept.ENDED, ended_by=actor.name, ended_at=now
                )
                noted(desk, uow, actor, "hold.ended", code)


def hold_on(desk: Desk, uow: UnitOfWork, matter: MatterRow) -> HoldRow | None:
    """Return the hold by which nothing of a matter may be erased today."""
    rows = uow.holds.of_matters(matter.tenant_id, [matter.id])
    return next((row for row in rows if row.holds(desk.today())), None)


def refuse_held(desk: Desk, uow: UnitOfWork, matter: MatterRow) -> None:
    """Raise OnHoldError, in words for the person, while a matter is held."""
    row = hold_on(desk, uow, matter)
    if row is not None:
        raise OnHoldError(say.on_hold(row.paper_number, row.until_day))


def _over(actor: Actor, at: datetime) -> dict[str, object]:
    return {"ended_by": actor.name, "ended_at": at}


def _by_another(actor: Actor, first: str) -> None:
    if actor.key == first:
        raise BadRequestError([Problem("viec", "", say.BY_ANOTHER)])


def _matter(uow: UnitOfWork, actor: Actor, code: str) -> MatterRow | None:
    """Return the matter of a code, also of one of its cases."""
    wanted = code.strip().upper()
    case = uow.cases.by_code(wanted)
    if case is not None and case.tenant_id == actor.tenant:
        return uow.matters.by_id(case.tenant_id, case.matter_id)
    found = uow.matters.by_code(wanted)
    return found if found is not None and found.tenant_id == actor.tenant else None


def _view(desk: Desk, uow: UnitOfWork, actor: Actor, row: HoldRow) -> HoldView:
    waits = row.off_asked_id if row.state == kept.HELD else row.asked_id
    return HoldView(
        row.id,
        uow.matters.by_id(row.tenant_id, row.matter_id).code,
        row.reason,
        row.paper_number,
        row.until_day,
        row.asked_name,
        row.asked_at,
        row.held_by,
        row.held_at,
        row.off_asked_name,
        row.off_reason,
        row.until_day < desk.today(),
        waits == actor.key,
    )
