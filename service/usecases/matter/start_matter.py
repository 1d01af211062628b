"""A citizen begins: a matter with a tracking code and a pin, before any form."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from service.auth.actors import Actor
from service.auth.codes import new_code, new_pin
from service.errors import RepeatedKeyError
from service.persistence.rows import Json, MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.desk import Desk
from workflows.errors import UnknownNameError

PREFIX = "DAT"
# Later than this the same form is no second tap: the number is not told again.
_SECOND_TAP = timedelta(minutes=10)
_BEGUN = "begin:"


@dataclass(frozen=True, slots=True)
class MatterOpened:
    """The new matter; the pin is told once and stored only as a hash."""

    code: str
    pin: str
    matter_id: str


@dataclass(frozen=True, slots=True)
class FirstWords:
    """What a person told by choosing where to begin, kept as his own words.

    ``told`` are answers by the key of their question, as JSON. The same ``key`` again
    opens the same matter, with the same pin, for some minutes: the pin then follows
    from the key and the secret of the installation, so it is not stored.
    """

    told: Mapping[str, object] = field(default_factory=dict)
    key: str | None = None


def start_matter(
    desk: Desk,
    actor: Actor,
    *,
    goal: str,
    province: str,
    commune: str | None = None,
    on: date | None = None,
    first: FirstWords | None = None,
) -> MatterOpened:
    """Open a matter for a goal; ``on`` is the day whose law counts, today by default.

    Raises UnknownNameError for a goal that the law of the place does not know,
    NoPackageInForceError, BadInputError for a commune, or RepeatedKeyError for a key
    that opened a matter long ago.
    """
    day = on or desk.today()
    place = desk.territory.resolve(province, commune) if commune else None
    edition = desk.law.edition(province, day, place)
    if goal not in edition.goals:
        raise UnknownNameError("goal", goal, edition.goals)
    words = first or FirstWords()
    key = f"{_BEGUN}{words.key}" if words.key else None
    pin = _pin_of(desk, key) if key else new_pin(desk.ids)
    row = MatterRow(
        province,
        desk.ids.new_id(),
        new_code(desk.ids, PREFIX),
        desk.passwords.hash(pin),
        goal,
        place,
        day,
        1,
        None,
        desk.now(),
    )
    with desk.database.transaction() as uow:
        before = _opened_before(desk, uow, row, key)
        if before is not None:
            return MatterOpened(before["code"], pin, before["matter_id"])
        uow.matters.add(row)
        _keep_told(desk, uow, actor, row, words.told)
    return MatterOpened(row.code, pin, row.id)


def _opened_before(
    desk: Desk, uow: UnitOfWork, row: MatterRow, key: str | None
) -> Json | None:
    """Return what the same key has opened; None for the first, which is noted.

    Raises RepeatedKeyError when it did so too long ago.
    """
    if key is None:
        return None
    opened = {"code": row.code, "matter_id": row.id}
    if uow.records.claim_answer(row.tenant_id, key, row.goal, opened, desk.now()):
        return None
    known = uow.records.answer(row.tenant_id, key)
    before = known and uow.matters.by_code(known[1]["code"])
    if not known or not before or desk.now() - before.opened_at > _SECOND_TAP:
        raise RepeatedKeyError("the matter was opened by this form before")
    return known[1]


def _keep_told(
    desk: Desk,
    uow: UnitOfWork,
    actor: Actor,
    matter: MatterRow,
    told: Mapping[str, object],
) -> None:
    uow.matters.add_facts(
        matter.tenant_id,
        matter.id,
        [
            {
                "key": key,
                "value": value,
                "said_by": actor.name,
                "on_behalf_of": actor.on_behalf_of,
                "at": desk.now(),
                "source": actor.kind,
                "detail": None,
            }
            for key, value in told.items()
        ],
    )


def _pin_of(desk: Desk, key: str) -> str:
    digest = hmac.new(desk.secret, b"pin:" + key.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06d}"
