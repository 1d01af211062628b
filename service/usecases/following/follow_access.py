"""The second factor of following: what a code alone does not show.

A code is printed on receipts and lies in chats, so it shows stages and days only. The
number of the matter opens everything. For the code of one case its last four digits of
the applicant's identity card or telephone are a lesser key: they show sums, with names
cut to initials, and let nobody act. Four digits are few: they are tried a few times a
day for each code, whoever asks.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from service.auth.actors import Actor
from service.auth.codes import normalise
from service.auth.sessions import (
    citizen_of,
    count_number,
    count_try,
    forget_numbers,
    forget_tries,
)
from service.persistence.rows import CaseRow, MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.desk import Desk
from service.usecases.matter.situations import PARTIES, PARTY

_FOUR = re.compile(r"[0-9]{4}")
_KEYS = ("person_id", "phone")  # facts of a person whose last digits open a case
_DAY = timedelta(days=1)


class Level(StrEnum):
    """How much somebody who follows may see."""

    CODE = "code"
    DIGITS = "digits"
    PIN = "pin"


@dataclass(frozen=True, slots=True)
class Pass:
    """What a second factor opened: a whole matter, or one case; until when.

    ``lock`` tells the number that the matter had then: another number ends the pass.
    """

    matter_id: str
    case_id: str
    level: Level
    until: datetime
    lock: str


@dataclass(frozen=True, slots=True)
class Found:
    """The matter and the case that a code names; no case for the code of a matter."""

    matter: MatterRow
    case: CaseRow | None


def find(uow: UnitOfWork, code: str) -> Found | None:
    """Return what the code names, as a person typed it; None when there is nothing."""
    canonical = normalise(code) or ""
    case = uow.cases.by_code(canonical)
    if case is not None:
        return Found(uow.matters.by_id(case.tenant_id, case.matter_id), case)
    matter = uow.matters.by_code(canonical)
    return None if matter is None else Found(matter, None)


def prove(desk: Desk, code: str, second: str, *, client: str = "") -> Pass | None:
    """Return what the second factor opens, None when it opens nothing.

    ``client`` is whoever asks, as far as the door knows. The answer and the work are
    the same for a code that does not exist and for a factor that does not fit. Raises
    TooManyTriesError, for a code and for a client.
    """
    second = "".join(second.split())
    digits = _FOUR.fullmatch(second) is not None
    with desk.database.reading() as uow:
        found = find(uow, code)
    named = normalise(code) or code
    of_digits = _key("code", named, "digits")
    # The number is that of the matter, by whichever of its codes it is asked for.
    of_number = found.matter.code if found is not None else named
    count_try(desk, _key("client", client), most=desk.settings.follow_tries_of_client)
    if digits:
        most = desk.settings.follow_digits_a_day
        count_try(desk, of_digits, most=most, window=_DAY)
    else:
        count_number(desk, of_number)
    with desk.database.reading() as uow:
        ends = set(_last_digits(uow, found)) if found is not None and digits else set()
    stored = found.matter.pin_hash if found is not None else None
    level = Level.PIN if desk.passwords.fits(stored, second) else Level.CODE
    if any(hmac.compare_digest(second, end) for end in ends):
        level = Level.DIGITS
    if found is None or level is Level.CODE:
        return None
    if digits:
        forget_tries(desk, of_digits)
    else:
        forget_numbers(desk, of_number)
    _note(desk, found)
    return Pass(
        found.matter.id,
        found.case.id if found.case is not None and level is Level.DIGITS else "",
        level,
        desk.now() + timedelta(minutes=desk.settings.follow_minutes),
        _lock(desk, found.matter),
    )


def level_of(desk: Desk, actor: Actor, found: Found, held: Pass | None) -> Level:
    """Return how much may be shown: by the open matter, or by a second factor."""
    if actor.kind == "citizen" and actor.matter_id == found.matter.id:
        return Level.PIN
    if held is None or held.matter_id != found.matter.id or held.until <= desk.now():
        return Level.CODE
    if not hmac.compare_digest(held.lock, _lock(desk, found.matter)):
        return Level.CODE
    if held.case_id and (found.case is None or held.case_id != found.case.id):
        return Level.CODE
    return held.level


def acting_citizen(desk: Desk, actor: Actor, found: Found, held: Pass | None) -> Actor:
    """Return who acts: the citizen whom the number opened the matter to, else he.

    Whoever is signed in as somebody else stays that: a helper is never the citizen.
    """
    signed_in = actor.kind != "citizen" or actor.matter_id is not None
    if signed_in or level_of(desk, actor, found, held) is not Level.PIN:
        return actor
    return citizen_of(found.matter.tenant_id, found.matter.id)


# --- the pass as a cookie -------------------------------------------------------------


def written(desk: Desk, held: Pass) -> str:
    """Return the pass as text that nobody else can make."""
    body = ".".join(
        (
            held.matter_id,
            held.case_id,
            held.level,
            str(int(held.until.timestamp())),
            held.lock,
        )
    )
    return f"{body}.{_mac(desk, body)}"


def read(desk: Desk, text: str | None) -> Pass | None:
    """Return the pass that a text holds, None for anything that we did not write."""
    body, _, mac = (text or "").rpartition(".")
    if not hmac.compare_digest(mac.encode(), _mac(desk, body).encode()):
        return None
    matter_id, case_id, level, until, lock = body.split(".")
    at = datetime.fromtimestamp(int(until), UTC)
    return Pass(matter_id, case_id, Level(level), at, lock)


def _lock(desk: Desk, matter: MatterRow) -> str:
    return _mac(desk, f"lock:{matter.pin_hash}")[:16]


def _mac(desk: Desk, body: str) -> str:
    return hmac.new(desk.secret, b"follow:" + body.encode(), hashlib.sha256).hexdigest()


# --- trying ---------------------------------------------------------------------------


def _key(*parts: str) -> str:
    # Neither codes nor addresses stand in the table of tries.
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]
    return f"follow:{parts[0]}:{digest}"


def _last_digits(uow: UnitOfWork, found: Found) -> Iterator[str]:
    """Yield the last four digits of the applicant's numbers; none for a matter."""
    if found.case is None:
        return
    facts = uow.matters.facts(found.matter.tenant_id, found.matter.id)
    newest = {row.key: row.value for row in facts}
    people = newest.get(PARTIES) or []
    for person in people if isinstance(people, list) else []:
        start = f"{PARTY}{person['id']}]."
        if newest.get(f"{start}full_name") != found.case.applicant:
            continue
        for name in _KEYS:
            told = re.sub(r"[^0-9]", "", str(newest.get(start + name) or ""))
            if len(told) > len("0000"):
                yield told[-4:]


def _note(desk: Desk, found: Found) -> None:
    """Write down that somebody looked who knew the second factor."""
    with desk.database.transaction() as uow:
        uow.people.note_access(
            tenant_id=found.matter.tenant_id,
            at=desk.now(),
            who="citizen",
            account_id=None,
            office_id=None,
            on_behalf_of=None,
            what="follow",
            matter_id=found.matter.id,
            case_id=found.case.id if found.case else None,
        )
