"""A citizen begins: a matter with a tracking code and a pin, before any form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.auth.actors import Actor
from service.auth.codes import new_code, new_pin
from service.persistence.rows import MatterRow
from service.usecases.desk import Desk
from workflows.errors import UnknownNameError

PREFIX = "DAT"


@dataclass(frozen=True, slots=True)
class MatterOpened:
    """The new matter; the pin is told once and stored only as a hash."""

    code: str
    pin: str
    matter_id: str


def start_matter(
    desk: Desk,
    actor: Actor,
    *,
    goal: str,
    province: str,
    commune: str | None = None,
    on: date | None = None,
) -> MatterOpened:
    """Open a matter for a goal; ``on`` is the day whose law counts, today by default.

    Raises UnknownNameError for a goal that the law of the place does not know,
    NoPackageInForceError, or BadInputError for a commune.
    """
    del actor  # anybody may begin
    day = on or desk.today()
    place = desk.territory.resolve(province, commune) if commune else None
    edition = desk.law.edition(province, day, place)
    if goal not in edition.goals:
        raise UnknownNameError("goal", goal, edition.goals)
    code, pin = new_code(desk.ids, PREFIX), new_pin(desk.ids)
    row = MatterRow(
        province,
        desk.ids.new_id(),
        code,
        desk.passwords.hash(pin),
        goal,
        place,
        day,
        1,
        None,
        desk.now(),
    )
    with desk.database.transaction() as uow:
        uow.matters.add(row)
    return MatterOpened(code, pin, row.id)
