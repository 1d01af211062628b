"""Who works in a world: the offices, their clerks, and how a matter goes well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.auth.actors import Actor
from service.auth.sessions import citizen_of
from service.faults.children import Opened, open_matter
from service.persistence.rows import AccountRow
from service.usecases.cases.moving import SUBMIT
from service.usecases.desk import Desk
from service.usecases.matter.submit_dossier import open_step, submit
from service.usecases.outside.working import run_until_idle
from service.usecases.playing.demo import next_move, seed_people

PASSWORD = "dat-faults-only-here"  # noqa: S105  made up, on a database that is dropped
COLLEAGUES = 3


@dataclass(frozen=True, slots=True)
class Clerk:
    """A clerk who can sign in, and the office where he sits."""

    name: str
    account_id: str
    office_id: str


def people(desk: Desk) -> tuple[Clerk, ...]:
    """Store the made-up offices, and several clerks with the same duties in each."""
    seed_people(desk)
    hashed = desk.passwords.hash(PASSWORD)
    clerks = []
    with desk.database.transaction() as uow:
        for office in uow.people.offices(desk.settings.province):
            for number in range(COLLEAGUES):
                name = f"{office.id}-{number}"
                uow.people.add_account(
                    AccountRow(
                        office.tenant_id, name, name, hashed, f"Cán bộ {name}",
                        "clerk", office.id, None, None,
                    )
                )  # fmt: skip
                clerks.append(Clerk(name, name, office.id))
    return tuple(clerks)


def walk(desk: Desk) -> None:
    """Take one matter all the way, so that every chart has been used before a fork."""
    opened, citizen = _begin(desk)
    for step in opened.steps:
        case = _file(desk, citizen, opened, step)
        while next_move(desk, citizen, case):
            run_until_idle(desk)


def half_way(desk: Desk) -> None:
    """Take one matter as far as the tax office, to which nothing has gone yet."""
    citizen, case = at_the_counter(desk)
    next_move(desk, citizen, case)
    run_until_idle(desk)
    next_move(desk, citizen, case)


def at_the_counter(desk: Desk) -> tuple[Actor, str]:
    """Take one matter as far as its second step; return the citizen and that case."""
    opened, citizen = _begin(desk)
    first, second = opened.steps[:2]
    case = _file(desk, citizen, opened, first)
    while next_move(desk, citizen, case):
        run_until_idle(desk)
    return citizen, _file(desk, citizen, opened, second)


def _begin(desk: Desk) -> tuple[Opened, Actor]:
    opened = open_matter(desk)
    with desk.database.reading() as uow:
        matter = uow.matters.by_code(opened.code)
    if matter is None:
        raise LookupError(opened.code)
    return opened, citizen_of(matter.tenant_id, matter.id)


def _file(desk: Desk, citizen: Actor, opened: Opened, step: str) -> str:
    open_step(desk, citizen, opened.code, step)
    case = submit(desk, citizen, opened.code, step, idempotency_key=None)
    run_until_idle(desk)
    return case


def guide(desk: Desk) -> dict[str, Mapping[str, object]]:
    """Return what was recorded with each event so far."""
    with desk.database.reading() as uow:
        return {
            move.body["event"]: move.body["facts"]
            for row in uow.cases.everyone()
            for move in uow.cases.moves(row.tenant_id, row.id)
            if move.body["event"] != SUBMIT
        }
