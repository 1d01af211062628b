"""A person entered once: kept by an explicit act, and taken into another matter.

A kept person has a code and a number of its own, and stands in no matter but the one it
was kept from. Only the citizen keeps, takes and deletes; a helper sees none of it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.auth.actors import Actor
from service.auth.codes import new_code, normalise
from service.auth.policies import Action, authorize
from service.auth.sessions import count_number, forget_numbers
from service.errors import BadRequestError, NotFoundError, SignInRefusedError
from service.persistence.profiles import ProfileRow
from service.persistence.rows import MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import (
    answer_parties,
    find_matter,
    record_facts,
)
from service.usecases.matter.same_people import PartyRow
from service.usecases.matter.situations import PARTIES, PARTY, current
from service.usecases.matter.standing import NAME, standing
from service.usecases.matter.start_matter import PREFIX as MATTER
from workflows.errors import Problem
from workflows.writing import tidy

PREFIX = "NG"
# What is kept of a person, by bare name of the fact, with the words for it.
KEPT = {
    NAME: "Họ và tên",
    "birth_date": "Ngày sinh",
    "person_id": "Số căn cước",
    "id_issue_date": "Ngày cấp căn cước",
    "id_issuer": "Nơi cấp căn cước",
    "address": "Nơi thường trú",
    "phone": "Số điện thoại",
}
CODE, NUMBER, WHO, AGREED = "ma", "so", "ten", "dong-y"
TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Someone:
    """A person and what is known of them, as JSON values by bare name."""

    name: str
    fields: Mapping[str, Any]

    @property
    def told(self) -> tuple[str, ...]:
        """Return in words what is known of the person."""
        return tuple(KEPT[name] for name in KEPT if name in self.fields)


@dataclass(frozen=True, slots=True)
class KeptPerson:
    """A person as the list of a matter shows them; the number is shown nowhere."""

    id: str
    code: str
    name: str
    told: tuple[str, ...]
    kept_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewlyKept:
    """The code of a kept person with its number, told once and stored as a hash."""

    code: str
    pin: str
    name: str


def people_to_keep(desk: Desk, actor: Actor, matter_code: str) -> dict[str, Someone]:
    """Return the people of a matter who have a name, by id."""
    with desk.database.reading() as uow:
        matter = _own_matter(desk, uow, actor, matter_code)
        return _people_of(uow, matter)


def kept_people(desk: Desk, actor: Actor, matter_code: str) -> tuple[KeptPerson, ...]:
    """Return whom the citizen kept from a matter."""
    with desk.database.reading() as uow:
        matter = _own_matter(desk, uow, actor, matter_code)
        rows = uow.profiles.of_matter(matter.tenant_id, matter.id)
    return tuple(map(_shown, rows))


def keep_person(
    desk: Desk,
    actor: Actor,
    matter_code: str,
    party: str,
    *,
    agreed: bool,
    once: str,
) -> NewlyKept:
    """Keep a person of a matter beyond it; ``agreed`` is the citizen's own tick.

    ``once`` is the key of the form: sent twice it keeps the person once, under the same
    code and number. Raises BadRequestError without the tick, NotFoundError for somebody
    without a name or not of the matter.
    """
    with desk.database.transaction() as uow:
        matter = _own_matter(desk, uow, actor, matter_code)
        someone = _people_of(uow, matter).get(party)
        if someone is None:
            raise NotFoundError("person", party)
        if not agreed:
            raise BadRequestError([Problem(AGREED, agreed, sentences.AGREE_TO_KEEP)])
        made = _made(desk, f"{matter.id}:{party}:{once}")
        pin = f"{int.from_bytes(made[:8]) % 1_000_000:06d}"
        row = ProfileRow(
            matter.tenant_id,
            made[8:24].hex(),
            new_code(desk.ids, PREFIX),
            desk.passwords.hash(pin),
            matter.id,
            dict(someone.fields),
            desk.now(),
        )
        if not uow.profiles.add(row):
            known = uow.profiles.of_matter(matter.tenant_id, matter.id)
            row = next(each for each in known if each.id == row.id)
    return NewlyKept(row.code, pin, someone.name)


def forget_person(desk: Desk, actor: Actor, matter_code: str, profile_id: str) -> None:
    """Forget a person that was kept from the matter; one already forgotten is fine."""
    with desk.database.transaction() as uow:
        matter = _own_matter(desk, uow, actor, matter_code)
        rows = uow.profiles.of_matter(matter.tenant_id, matter.id)
        if any(row.id == profile_id for row in rows):
            uow.profiles.drop(matter.tenant_id, profile_id)


def open_kept(desk: Desk, code: str, pin: str, *, forget: bool = False) -> KeptPerson:
    """Return the person kept under a code and number, and forget them if asked to.

    Raises SignInRefusedError, the same for an unknown code and a wrong number, or
    TooManyTriesError.
    """
    row = _opened(desk, code, pin)
    if not isinstance(row, ProfileRow):
        raise SignInRefusedError
    if forget:
        with desk.database.transaction() as uow:
            uow.profiles.drop(row.tenant_id, row.id)
    return _shown(row)


def take_person(
    desk: Desk, actor: Actor, matter_code: str, role: str, told: Mapping[str, str]
) -> str:
    """Take a person from where they were entered into a role of this matter.

    ``told`` has the code and the number of a kept person or of another matter, and the
    name when that matter has several. What this matter knows already stays; only what
    is open is filled in. Returns the id of the person here. Raises BadRequestError,
    SignInRefusedError or TooManyTriesError.
    """
    with desk.database.reading() as uow:
        matter = _own_matter(desk, uow, actor, matter_code)
    source = _opened(desk, told.get(CODE, ""), told.get(NUMBER, ""))
    with desk.database.transaction() as uow:
        someone = _chosen(_people_in(uow, source), told.get(WHO, ""))
        _note_taken(desk, uow, source, actor)
        rows = uow.matters.facts(matter.tenant_id, matter.id)
    here = standing(rows, f"{PARTIES}.{role}").value or []
    id_ = _id_of(here, someone.name)
    if id_ is None:
        people = [
            PartyRow(each["id"], role, each["name"] or "", share)
            for each, share in zip(here, _shares(here), strict=True)
        ]
        people.append(PartyRow(_free_id(role, people), role, someone.name))
        outcome = answer_parties(desk, actor, matter_code, people, role=role)
        if outcome.problem is not None:
            raise BadRequestError([Problem(WHO, someone.name, sentences.SHARE_ANEW)])
    with desk.database.reading() as uow:
        rows = uow.matters.facts(matter.tenant_id, matter.id)
    id_ = _id_of(standing(rows, f"{PARTIES}.{role}").value or [], someone.name)
    newest = current(rows)
    keys = {f"{PARTY}{id_}].{name}": value for name, value in someone.fields.items()}
    open_ = {
        key: value
        for key, value in keys.items()
        if key not in newest or newest[key].value is None
    }
    record_facts(desk, actor, matter_code, open_, actor.kind)
    return str(id_)


def _shares(people: Sequence[Mapping[str, Any]]) -> Sequence[str | None]:
    """Return the shares to keep: none when all are alike, they are split anew."""
    told = [each["share"] for each in people]
    return told if len(set(told)) > 1 else [None] * len(told)


def _id_of(people: Sequence[Mapping[str, Any]], name: str) -> str | None:
    alike = (str(each["id"]) for each in people if _same(each["name"] or "", name))
    return next(alike, None)


def _own_matter(
    desk: Desk, uow: UnitOfWork, actor: Actor, matter_code: str
) -> MatterRow:
    matter = find_matter(uow, matter_code)
    authorize(actor, Action.KEEP_PERSON, matter_target(desk, uow, matter))
    return matter


def _opened(desk: Desk, code: str, pin: str) -> ProfileRow | MatterRow:
    canonical = normalise(code, PREFIX, MATTER) or ""
    count_number(desk, canonical)
    with desk.database.reading() as uow:
        found = uow.profiles.by_code(canonical) or uow.matters.by_code(canonical)
    if not desk.passwords.fits(found.pin_hash if found else None, pin.strip()):
        raise SignInRefusedError
    if found is None:
        raise SignInRefusedError
    forget_numbers(desk, canonical)
    return found


def _people_in(uow: UnitOfWork, source: ProfileRow | MatterRow) -> Sequence[Someone]:
    if isinstance(source, MatterRow):
        return tuple(_people_of(uow, source).values())
    return (Someone(str(source.fields[NAME]), source.fields),)


def _chosen(people: Sequence[Someone], name: str) -> Someone:
    if len(people) == 1 and not tidy(name):
        return people[0]
    found = next((each for each in people if _same(each.name, name)), None)
    if found is None:
        names = [each.name for each in people]
        raise BadRequestError([Problem(WHO, name, sentences.choose_somebody(names))])
    return found


def _note_taken(
    desk: Desk, uow: UnitOfWork, source: ProfileRow | MatterRow, actor: Actor
) -> None:
    if isinstance(source, ProfileRow):
        uow.profiles.use(source, desk.now())
        return
    uow.people.note_access(
        tenant_id=source.tenant_id,
        at=desk.now(),
        who=actor.name,
        account_id=None,
        office_id=None,
        on_behalf_of=None,
        what=TAKEN,
        matter_id=source.id,
        case_id=None,
    )


def _people_of(uow: UnitOfWork, matter: MatterRow) -> dict[str, Someone]:
    newest = current(uow.matters.facts(matter.tenant_id, matter.id))
    people = newest[PARTIES].value if PARTIES in newest else []
    known = {each["id"]: _fields_of(each["id"], newest) for each in people}
    return {
        id_: Someone(str(fields[NAME]), fields)
        for id_, fields in known.items()
        if NAME in fields
    }


def _fields_of(id_: str, newest: Mapping[str, Any]) -> dict[str, Any]:
    keys = {name: f"{PARTY}{id_}].{name}" for name in KEPT}
    return {
        name: newest[key].value
        for name, key in keys.items()
        if key in newest and newest[key].value is not None
    }


def _shown(row: ProfileRow) -> KeptPerson:
    someone = Someone(str(row.fields[NAME]), row.fields)
    return KeptPerson(
        row.id, row.code, someone.name, someone.told, row.kept_at, row.last_used_at
    )


def _same(one: object, other: str) -> bool:
    return tidy(str(one)).casefold() == tidy(other).casefold()


def _free_id(role: str, people: Sequence[PartyRow]) -> str:
    taken = {row.id for row in people}
    numbers = (f"{role}-{number}" for number in range(1, len(taken) + 2))
    return next(each for each in numbers if each not in taken)


def _made(desk: Desk, told: str) -> bytes:
    """Return bytes that the same act gives again, and nobody else can find."""
    return hmac.new(desk.secret, f"profile:{told}".encode(), hashlib.sha256).digest()
