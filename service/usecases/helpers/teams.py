"""Community teams: who is in which, and what the lead reports to the commune.

The lead sees how his members are doing and no resident: counts by hamlet and month, of
which small ones are not told, and what looks unusual in the way help is given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service.auth.actors import Actor
from service.auth.policies import (
    Action,
    Installation,
    TeamTarget,
    authorize,
    is_running,
)
from service.errors import BadRequestError
from service.persistence.helping import (
    HelpNoteRow,
    HelpRequestRow,
    LookRow,
    MemberRow,
    TeamRow,
)
from service.persistence.practice import SheetRow
from service.persistence.rows import ConsentRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.desk import VIETNAM, Desk, legal_day
from service.usecases.helpers.give_consent import (
    CONSENT,
    SLIP,
    day_begins,
    residents_a_day,
)
from service.usecases.helpers.helper_day import LISTED
from service.usecases.helpers.helping import terms
from service.usecases.worklist.spreadsheets import csv_of
from workflows.errors import BadInputError, Problem
from workflows.sentences import A_COMMUNE
from workflows.writing import tidy, unfit

_LOOKED_BACK = timedelta(days=30)
_COUNTED_BACK = timedelta(days=190)
# A cell that begins with one of these would be a formula in a spreadsheet.
_COLUMNS = ("Tổ", "Thôn, buôn", "Tháng", "Số nhà được giúp")


@dataclass(frozen=True, slots=True)
class Member:
    """A member and his load: residents helped now, begun today, and the most a day.

    ``practised`` counts the exercises on his completion sheets, the newest of which was
    printed on ``practised_on``.
    """

    name: str
    lead: bool
    now: int
    today: int
    most: int
    practised: int
    practised_on: date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """How many residents of a hamlet were helped in a month, in words."""

    hamlet: str
    month: str
    count: str


@dataclass(frozen=True, slots=True)
class TeamReport:
    """What the lead of a team sees."""

    team: str
    commune: str | None
    members: tuple[Member, ...]
    cells: tuple[Cell, ...]
    anomalies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team with its members, for the administrator."""

    id: str
    name: str
    commune: str | None
    members: tuple[MemberRow, ...]


@dataclass(frozen=True, slots=True)
class _Work:
    """What one member did, as the report counts it."""

    member: MemberRow
    consents: tuple[ConsentRow, ...]
    requests: tuple[HelpRequestRow, ...]
    notes: dict[str, HelpNoteRow]
    looks: tuple[LookRow, ...]
    sheets: tuple[SheetRow, ...]


# --- who is in which team ---------------------------------------------------------


def create_team(desk: Desk, actor: Actor, *, name: str, place: str) -> str:
    """Store a team of a commune and return its id; BadRequestError for a bad name."""
    authorize(actor, Action.ADMINISTER, Installation(actor.tenant))
    wanted = tidy(name)
    problems = []
    if not wanted or unfit(wanted):
        problems.append(Problem("name", name, sentences.TEAM_NAME))
    commune = None
    if place:
        try:
            commune = desk.territory.resolve(actor.tenant, place, A_COMMUNE)
        except BadInputError as error:
            problems += [Problem("place", place, each.text) for each in error.problems]
    if problems:
        raise BadRequestError(problems)
    row = TeamRow(actor.tenant, desk.ids.new_id(), wanted, commune)
    with desk.database.transaction() as uow:
        known = [
            each for each in uow.helping.teams(actor.tenant) if each.name == wanted
        ]
        if known:
            return known[0].id
        uow.helping.put_team(row)
    return row.id


def join_team(
    desk: Desk, actor: Actor, *, account: str, team_id: str, lead: bool
) -> None:
    """Take a helper into a team, as its lead or not; he leaves the one he was in."""
    authorize(actor, Action.ADMINISTER, Installation(actor.tenant))
    with desk.database.transaction() as uow:
        found = uow.people.account_by_name(account.strip().lower())
        teams = {each.id for each in uow.helping.teams(actor.tenant)}
        problems = []
        if found is None or found.kind != "helper":
            problems.append(Problem("account", account, sentences.HELPER_UNKNOWN))
        if team_id not in teams:
            problems.append(Problem("team", team_id, sentences.NO_SUCH_TEAM))
        if problems or found is None:
            raise BadRequestError(problems)
        uow.helping.put_member(
            actor.tenant, found.id, team_id, lead=lead, at=desk.now()
        )


def teams(desk: Desk, actor: Actor) -> tuple[TeamView, ...]:
    """Return all teams with their members, for the administrator."""
    authorize(actor, Action.ADMINISTER, Installation(actor.tenant))
    with desk.database.reading() as uow:
        members = uow.helping.members(actor.tenant)
        return tuple(
            TeamView(
                row.id,
                row.name,
                _commune(desk, row),
                tuple(each for each in members if each.team_id == row.id),
            )
            for row in uow.helping.teams(actor.tenant)
        )


def leads_team(desk: Desk, actor: Actor) -> bool:
    """Return whether the actor leads a team."""
    with desk.database.reading() as uow:
        own = uow.helping.member(actor.tenant, actor.account_id)
    return own is not None and own.lead


def _commune(desk: Desk, row: TeamRow) -> str | None:
    if row.commune is None:
        return None
    return desk.territory.commune_name(row.tenant_id, row.commune)


# --- the report -------------------------------------------------------------------


def led_team(uow: UnitOfWork, actor: Actor) -> str:
    """Return the id of the team that the actor leads; NotAllowedError for no lead."""
    own = uow.helping.member(actor.tenant, actor.account_id)
    target = TeamTarget(actor.tenant, leads=own is not None and own.lead)
    authorize(actor, Action.LEAD, target)
    return own.team_id if own else ""


def team_report(desk: Desk, actor: Actor) -> TeamReport:
    """Return the report of the team that the actor leads; nobody else may see it."""
    with desk.database.reading() as uow:
        team_id = led_team(uow, actor)
        team = next(
            each for each in uow.helping.teams(actor.tenant) if each.id == team_id
        )
        works = [
            _work(desk, uow, each)
            for each in uow.helping.members(actor.tenant)
            if each.team_id == team_id
        ]
    return TeamReport(
        team.name,
        _commune(desk, team),
        tuple(_member(desk, work) for work in works),
        tuple(_cells(desk, works)),
        tuple(line for work in works for line in _anomalies(desk, work)),
    )


def report_csv(report: TeamReport) -> bytes:
    """Return the counts as CSV for a spreadsheet; no cell of it is a formula."""
    rows = [(report.team, cell.hamlet, cell.month, cell.count) for cell in report.cells]
    return csv_of([_COLUMNS, *rows])


def _work(desk: Desk, uow: UnitOfWork, member: MemberRow) -> _Work:
    tenant, now = desk.settings.province, desk.now()
    account = member.account_id
    return _Work(
        member,
        uow.people.consents(tenant, account_id=account),
        uow.helping.requests(tenant, account_id=account, since=now - _COUNTED_BACK),
        uow.helping.notes(tenant, account),
        uow.helping.looks(tenant, account, now - _LOOKED_BACK),
        uow.practice.sheets_of(tenant, account),
    )


def _member(desk: Desk, work: _Work) -> Member:
    now, begins = desk.now(), day_begins(desk)
    running = {row.matter_id for row in work.consents if is_running(row, now)}
    today = {row.matter_id for row in work.consents if row.given_at >= begins}
    return Member(
        work.member.display_name,
        work.member.lead,
        len(running),
        len(today),
        residents_a_day(desk),
        len({name for sheet in work.sheets for name in sheet.exercises}),
        max((sheet.on_day for sheet in work.sheets), default=None),
    )


def _cells(desk: Desk, works: Sequence[_Work]) -> Iterator[Cell]:
    """Yield the counts of each hamlet and month; few residents are not counted out.

    A hamlet is typed freely: a text that stands for few residents is not told either,
    because it might be the name of one.
    """
    written: dict[str, str] = {}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    since = desk.now() - _COUNTED_BACK
    for work in works:
        for row in work.consents:
            if row.given_at < since:
                continue
            note = work.notes.get(row.matter_id)
            hamlet = (note.hamlet if note else "") or sentences.NO_HAMLET
            day = legal_day(row.given_at)
            hamlet = written.setdefault(hamlet.casefold(), hamlet)
            found[f"{day.year}-{day.month:02d}", hamlet].add(row.matter_id)
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (month, hamlet), matters in found.items():
        few = len(matters) < _smallest()
        told[month, sentences.OTHER_HAMLETS if few else hamlet] |= matters
    for (month, hamlet), matters in sorted(told.items(), reverse=True):
        yield Cell(hamlet, month, sentences.count_told(len(matters), _smallest()))


def _smallest() -> int:
    return terms().smallest_cell


def _anomalies(desk: Desk, work: _Work) -> Iterator[str]:
    """Yield what is unusual in how a member helps, each in plain words."""
    name, since = work.member.display_name, desk.now() - _LOOKED_BACK
    recent = [row for row in work.consents if row.given_at >= since]
    a_day: dict[date, set[str]] = defaultdict(set)
    for row in recent:
        a_day[legal_day(row.given_at)].add(row.matter_id)
    for day, matters in sorted(a_day.items()):
        if len(matters) >= terms().many_a_day:
            yield sentences.many_in_a_day(name, len(matters), day)
    given = [row for row in work.requests if row.kind == CONSENT and row.given_at]
    ways = [row.way for row in given if row.given_at and row.given_at >= since]
    if len(ways) >= terms().slips_in_a_row and set(ways) == {SLIP}:
        yield sentences.only_papers(name, len(ways))
    phones: dict[str, set[str]] = defaultdict(set)
    for asked in work.requests:
        if asked.given_at and asked.body.get("phone"):
            phones[asked.body["phone"]].add(asked.matter_id)
    shared = max((len(each) for each in phones.values()), default=0)
    if shared > 1:
        yield sentences.one_phone(name, shared)
    looks = [row for row in work.looks if row.what != LISTED]
    night = sum(map(_at_night, (row.at for row in looks)))
    if night:
        yield sentences.at_night(name, night)
    outside = len(set(_outside(work, looks)))
    if outside:
        yield sentences.outside_visits(name, outside)


def _at_night(at: datetime) -> bool:
    begins, ends = terms().night
    hour = at.astimezone(VIETNAM).hour
    return hour >= begins or hour < ends


def _outside(work: _Work, looks: Iterable[LookRow]) -> Iterator[tuple[date, str]]:
    """Yield day and matter of looks on a day without a visit or a fresh consent."""
    visits = {(legal_day(row.given_at), row.matter_id) for row in work.consents}
    visits |= {
        (note.visit_on, note.matter_id)
        for note in work.notes.values()
        if note.visit_on is not None
    }
    for row in looks:
        if (legal_day(row.at), row.matter_id) not in visits:
            yield legal_day(row.at), row.matter_id
