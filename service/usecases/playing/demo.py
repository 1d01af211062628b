"""Made-up offices, people and cases, so that every page has something to show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from service.auth.actors import Actor, anonymous
from service.auth.sessions import SignedIn, citizen_of, duties_of, sign_in
from service.errors import SignInRefusedError
from service.persistence.helping import TeamRow
from service.persistence.rows import AccountRow, OfficeRow
from service.usecases.administration.office_kinds import office_kinds
from service.usecases.cases.approvals import confirm
from service.usecases.cases.casefile import ORIGINALS, CaseFile, open_case
from service.usecases.cases.decide import MoveResult, raise_event
from service.usecases.desk import Desk
from service.usecases.helpers.give_consent import give_consent
from service.usecases.helpers.helping import terms
from service.usecases.matter.situations import situation_from
from service.usecases.matter.start_matter import start_matter
from service.usecases.matter.submit_dossier import open_step, plan_of, submit
from service.usecases.matter.tell import tell_situation
from service.usecases.outside.working import run_until_idle
from service.usecases.playing.rehearsal_moves import way_to_end
from workflows.loader import load_data
from workflows.situation import read

_DATA = Path(__file__).with_name("demo.yaml")
_PASSWORD = "ban-thu-nghiem-2026"  # noqa: S105  printed for everybody, demo only
# How many moves of the second step are made, by where the matter is to be.
_FURTHER = {"submit": 0, "land_office": 1, "tax_office": 2}


@dataclass(frozen=True, slots=True)
class SeededAccount:
    """A sign-in of the demo, as ``dat serve --demo`` prints it."""

    label: str
    path: str
    sign_in: str
    name: str
    password: str


@cache
def _data() -> Mapping[str, Any]:
    return load_data(_DATA)


def walk_data() -> Sequence[Mapping[str, Any]]:
    """Return the walks of the demo as they stand in its data."""
    walks: Sequence[Mapping[str, Any]] = _data()["walks"]
    return walks


def seed_offices(desk: Desk, province: str) -> None:
    """Store one made-up office of each kind for the whole province."""
    data = _data()
    with desk.database.transaction() as uow:
        for raw in data["offices"]:
            uow.people.put_office(
                OfficeRow(
                    province,
                    f"{raw['id']}-{province}",
                    raw["kind"],
                    list(office_kinds()[raw["kind"]].plays),
                    raw["name"],
                    None,
                )
            )


def clerk_of(desk: Desk, province: str, office_id: str) -> Actor:
    """Return the made-up clerk of a made-up office; raise LookupError for another."""
    for actor in _clerks(desk, province, office_id):
        return actor
    raise LookupError(f"there is no made-up clerk of {office_id!r}")


def _clerks(desk: Desk, province: str, office_id: str) -> Iterator[Actor]:
    """Yield the made-up clerks of a made-up office, its superiors last."""
    with desk.database.reading() as uow:
        office = uow.people.office(province, office_id)
    for raw in _data()["accounts"]:
        if office is not None and f"{raw.get('office')}-{province}" == office.id:
            yield Actor(
                "clerk",
                raw["display"],
                province,
                account_id=f"{raw['name']}-{province}",
                office_id=office.id,
                office_name=office.name,
                office_kinds=frozenset(office.kinds),
                duties=duties_of("clerk", raw.get("duties", ())),
            )


def superior_of(desk: Desk, province: str, office_id: str) -> Actor:
    """Return the made-up superior of a made-up office; LookupError where none leads."""
    for actor in _clerks(desk, province, office_id):
        if "lead" in actor.duties:
            return actor
    raise LookupError(f"nobody leads the made-up office {office_id!r}")


def both_decide(
    desk: Desk,
    actor: Actor,
    case_code: str,
    event: str,
    **more: Any,  # noqa: ANN401  what ``raise_event`` takes
) -> MoveResult:
    """Raise an event as ``raise_event`` does; a made-up superior confirms at once."""
    result = raise_event(desk, actor, case_code, event, **more)
    if result.proposal is None:
        return result
    superior = superior_of(desk, actor.tenant, actor.office_id or "")
    return confirm(desk, superior, result.proposal)


def seed(desk: Desk) -> tuple[SeededAccount, ...]:
    """Fill the database once with offices, accounts and matters; return the sign-ins.

    A second call changes nothing, but matters are then not printed again: their pins
    are stored as hashes only.
    """
    accounts, province = _seed_people(desk), desk.settings.province
    if all(new for _, new in accounts):
        matters = [_seed_matter(desk, province, raw) for raw in _data()["matters"]]
    else:
        matters = []
    run_until_idle(desk)
    return (*(account for account, _ in accounts), *matters)


def seed_people(desk: Desk) -> tuple[SeededAccount, ...]:
    """Fill the database once with the offices, accounts and the team, no matters.

    Return the sign-ins.
    """
    return tuple(account for account, _ in _seed_people(desk))


def made_up_accounts(desk: Desk) -> tuple[str, ...]:
    """Return the names of accounts whose password is the printed one of the demo."""
    told = [*(raw["name"] for raw in _data()["accounts"]), practice_account()]
    with desk.database.reading() as uow:
        rows = [uow.people.account_by_name(name) for name in told]
    return tuple(
        row.name
        for row in rows
        if row is not None
        and row.disabled_at is None
        and desk.passwords.fits(row.password_hash, _PASSWORD)
    )


def _seed_people(desk: Desk) -> list[tuple[SeededAccount, bool]]:
    province = desk.settings.province
    seed_offices(desk, province)
    accounts = [_seed_account(desk, province, raw) for raw in _data()["accounts"]]
    _seed_team(desk, province)
    return accounts


def seed_practice(desk: Desk) -> None:
    """Fill the database of a practice room: the offices, and one helper's account."""
    province = desk.settings.province
    seed_offices(desk, province)
    _seed_account(desk, province, _data()["practice"])


def practice_account() -> str:
    """Return the account name of the one helper of every practice room."""
    return str(_data()["practice"]["name"])


def practising(desk: Desk, old_token: str | None) -> SignedIn:
    """Sign the one helper of a practice room in; raise SignInRefusedError elsewhere."""
    if not desk.practice:
        raise SignInRefusedError
    return sign_in(desk, practice_account(), _PASSWORD, old_token=old_token)


def practising_clerk(desk: Desk, office: str, old_token: str | None) -> SignedIn:
    """Sign a made-up clerk in to a practice room; raise SignInRefusedError elsewhere.

    Raises LookupError for an office that has no made-up clerk.
    """
    if not desk.practice:
        raise SignInRefusedError
    for raw in _data()["accounts"]:
        if raw.get("office") == office:
            _seed_account(desk, desk.settings.province, raw)
            return sign_in(desk, raw["name"], _PASSWORD, old_token=old_token)
    raise LookupError(f"there is no made-up clerk of {office!r}")


def _seed_team(desk: Desk, province: str) -> None:
    """Put the made-up helpers into one made-up team with a lead."""
    team = f"team-{province}"
    raw = _data()["team"]
    with desk.database.transaction() as uow:
        uow.helping.put_team(TeamRow(province, team, raw["name"], raw["commune"]))
        for each in _data()["accounts"]:
            if "team" in each:
                id_, lead = f"{each['name']}-{province}", each["team"] == "lead"
                uow.helping.put_member(province, id_, team, lead=lead, at=desk.now())


def _seed_account(
    desk: Desk, province: str, raw: Mapping[str, Any]
) -> tuple[SeededAccount, bool]:
    shown = SeededAccount(
        raw["label"],
        raw["path"],
        f"{raw['name']} / {_PASSWORD}",
        raw["name"],
        _PASSWORD,
    )
    with desk.database.reading() as uow:
        known = uow.people.account_by_name(raw["name"])
    if known is not None:
        return shown, False
    hashed = desk.passwords.hash(_PASSWORD)
    with desk.database.transaction() as uow:
        uow.people.add_account(
            AccountRow(
                province,
                f"{raw['name']}-{province}",
                raw["name"],
                hashed,
                raw["display"],
                raw["kind"],
                f"{raw['office']}-{province}" if "office" in raw else None,
                None,
                None,
                list(raw.get("duties", ())),
            )
        )
    return shown, True


def _seed_matter(desk: Desk, province: str, raw: Mapping[str, Any]) -> SeededAccount:
    told = {"province": province, "on": desk.today().isoformat(), **raw["situation"]}
    situation = read(told, desk.law, desk.territory)
    opened = start_matter(
        desk,
        anonymous(province),
        goal=situation.goal,
        province=province,
        commune=situation.commune,
    )
    citizen = citizen_of(province, opened.matter_id)
    tell_situation(desk, citizen, opened.code, situation)
    if "helped_by" in raw:
        give_consent(
            desk,
            citizen,
            opened.code,
            helper_name=raw["helped_by"],
            scope=["fill"],
            minutes=terms().longest,
        )
    if raw["moves"] != "none":
        _hand_in(desk, citizen, opened.code, _FURTHER[raw["moves"]])
    return SeededAccount(
        raw["what"],
        "/tra-cuu",
        f"{opened.code} / {opened.pin}",
        opened.code,
        opened.pin,
    )


def _hand_in(desk: Desk, citizen: Actor, code: str, further: int) -> None:
    """Hand in the first step; ``further`` counts moves of the second one."""
    with desk.database.reading() as uow:
        matter = uow.matters.by_id(citizen.tenant, citizen.matter_id or "")
        facts = uow.matters.facts(matter.tenant_id, matter.id)
    situation = situation_from(desk, matter, facts)
    steps = plan_of(desk, matter, situation).main_steps
    case = submit(desk, citizen, code, steps[0].id, idempotency_key=None)
    run_until_idle(desk)
    if not further or len(steps) < 2:
        return
    while next_move(desk, citizen, case):
        run_until_idle(desk)
    open_step(desk, citizen, code, steps[1].id)
    second = submit(desk, citizen, code, steps[1].id, idempotency_key=None)
    run_until_idle(desk)
    for _ in range(further):
        next_move(desk, citizen, second)
        run_until_idle(desk)


def next_move(desk: Desk, citizen: Actor, case_code: str) -> bool:
    """Make the next move of a case by whoever may; return False when none is left."""
    file = _file(desk, case_code)
    way = way_to_end(file, desk.now()) if file.row.ended_at is None else None
    if not way or way[0].is_signal or way[0].role == "timer":
        return False
    turn = way[0]
    actor = (
        citizen
        if turn.role == "citizen"
        else clerk_of(desk, citizen.tenant, file.offices[turn.role])
    )
    both_decide(
        desk,
        actor,
        case_code,
        turn.event,
        facts=turn.facts,
        papers={paper.id for paper in file.required()} | {ORIGINALS},
    )
    return True


def _file(desk: Desk, case_code: str) -> CaseFile:
    with desk.database.reading() as uow:
        row = uow.cases.by_code(case_code)
        if row is None:
            raise LookupError(case_code)
        return open_case(desk, uow, row)
