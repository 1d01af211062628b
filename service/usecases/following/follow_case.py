"""Following by code, in plain words: who has the ball, since when, until when.

The code alone shows stages and the due day; names, sums, clock and papers only with the
second factor (``follow_access``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from service.auth.sessions import citizen_of
from service.persistence.afterwards import RatingRow
from service.persistence.rows import (
    FAR,
    CaseRow,
    DocumentRow,
    MatterRow,
    MoveRow,
    NotificationRow,
    OfficeRow,
)
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases import clocks
from service.usecases.cases.case_clock import ClockRow, clock_view
from service.usecases.cases.case_offers import offers_of
from service.usecases.cases.case_offices import owner_name
from service.usecases.cases.casefile import CITIZEN, CaseFile, open_case
from service.usecases.desk import Desk, legal_day
from service.usecases.following.follow_access import Found, Level, find
from service.usecases.following.follow_money import FollowMoney, money_view
from service.usecases.following.usual_time import UsualView, usual_view
from service.usecases.matter.submit_dossier import pinned_steps, succeeded
from service.usecases.outside.silences import Silence, silences_of, with_children
from service.usecases.papers.issuing import form_edition, paper_name
from workflows.definition import Label

WITHDRAW = "withdraw"
MANDATE = "mandate"  # the paper of who comes in the place of somebody
# National statuses of a case: the result waits, and the result was handed over.
_RESULT_WAITS, _RESULT_GIVEN = 9, 10


@dataclass(frozen=True, slots=True)
class FollowStep:
    """A stage of the way: done, here, or ahead."""

    label: str
    state: str
    from_day: date | None
    to_day: date | None
    times: int = 1


@dataclass(frozen=True, slots=True)
class ResultView:
    """The result: which papers, where they wait, or when and by whom they were given.

    ``mandate`` is what somebody else must bring who comes for them, and how to get it.
    """

    papers: tuple[str, ...]
    place: str | None
    given_on: date | None = None
    given_by: str | None = None
    mandate: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class FollowView:
    """Where a case stands, or for a matter one such view for each of its cases.

    ``if_paid_last`` are the last day to pay and the due day that would follow then;
    ``answer_by`` is the last day of what the citizen is asked for; ``day_before`` was
    promised before the holidays were counted anew. ``silences`` are offices that do not
    answer, for which it waits.
    """

    code: str
    found: bool = False
    level: Level = Level.CODE
    title: str = ""
    goal_title: str = ""
    status_text: str = ""
    status: int | None = None
    waiting_for: str | None = None
    waiting_role: str | None = None
    counter: str | None = None
    matter_id: str | None = None
    matter_code: str = ""
    sheets: tuple[DocumentRow, ...] = ()
    waiting_since: datetime | None = None
    waiting_days: int | None = None
    due: date | None = None
    due_certain: bool = False
    day_before: date | None = None
    clock_stopped: bool = False
    stop_reason: str | None = None
    is_over: bool = False
    steps: tuple[FollowStep, ...] = ()
    money_view: FollowMoney = field(default_factory=FollowMoney)
    clock: tuple[ClockRow, ...] = ()
    messages: tuple[NotificationRow, ...] = ()
    applicant: str | None = None
    cases: tuple[FollowView, ...] = ()
    usual: UsualView | None = None
    if_paid_last: tuple[date, date] | None = None
    answer_by: date | None = None
    result: ResultView | None = None
    may_withdraw: bool = False
    may_rate: bool = False
    rating: RatingRow | None = None
    version: int = 0
    instruments: Mapping[str, str] = field(default_factory=dict)
    silences: tuple[Silence, ...] = ()

    @property
    def details(self) -> bool:
        """Return whether sums may be seen."""
        return self.level is not Level.CODE


def follow(desk: Desk, code: str, level: Level = Level.CODE) -> FollowView:
    """Return where a case or a matter stands, as far as the level lets see it.

    A code that does not exist gives a view of the same shape, not ``found``. It may be
    read of a replica: whoever has just written is shown the newest all the same.
    """
    return follow_as_far(desk, code, lambda _uow, _found: level)


def follow_as_far(
    desk: Desk, code: str, judge: Callable[[UnitOfWork, Found], Level]
) -> FollowView:
    """Return where a code stands, as far as the judge lets see what it names.

    What the code alone shows may be read of a replica. What is not there yet, and what
    more than a code opened, is read of the database itself: a number that ended a
    moment ago opens nothing.
    """
    view = desk.database.look(lambda uow: _seen(desk, uow, code, judge))
    plain = view.found and view.level is Level.CODE
    if plain or desk.database.replica is None:
        return view
    with desk.database.reading() as uow:
        return _seen(desk, uow, code, judge)


def _seen(
    desk: Desk,
    uow: UnitOfWork,
    code: str,
    judge: Callable[[UnitOfWork, Found], Level],
) -> FollowView:
    found = find(uow, code)
    if found is None:
        return FollowView(code.strip()[:40])
    level = judge(uow, found)
    if found.case is not None:
        return _case(desk, uow, found.case, found.matter, level)
    return _matter(desk, uow, found.matter, level)


def _matter(desk: Desk, uow: UnitOfWork, matter: MatterRow, level: Level) -> FollowView:
    edition = desk.law.edition(matter.tenant_id, matter.on_day, matter.commune)
    title = edition.goals[matter.goal].title
    rows = uow.cases.of_matter(matter.tenant_id, matter.id)
    linked = {
        link.child_id
        for row in rows
        for link in uow.cases.links(matter.tenant_id, row.id)
    }
    views = tuple(
        _case(desk, uow, row, matter, level) for row in rows if row.id not in linked
    )
    running = next((view for view in views if not view.is_over), None)
    step = None if running else _next_step(desk, uow, matter)
    view = FollowView(
        matter.code,
        found=True,
        level=level,
        title=title,
        goal_title=title,
        matter_id=matter.id,
        matter_code=matter.code,
        is_over=bool(views) and running is None and step is None,
        cases=views,
        silences=silences_of(desk, uow, matter.tenant_id, [row.id for row in rows]),
    )
    if running is not None:
        return replace(
            view,
            status_text=running.status_text,
            waiting_for=running.waiting_for,
            waiting_role=running.waiting_role,
            counter=running.counter,
            waiting_since=running.waiting_since,
            waiting_days=running.waiting_days,
            due=running.due,
            due_certain=running.due_certain,
            answer_by=running.answer_by,
        )
    if step is None:
        return view
    turn = sentences.your_turn(step)
    return replace(
        view, status_text=turn, waiting_for=sentences.YOU, waiting_role=CITIZEN
    )


def _next_step(desk: Desk, uow: UnitOfWork, matter: MatterRow) -> str | None:
    """Return the name of the step that the citizen may begin now."""
    cases = uow.cases.of_matter(matter.tenant_id, matter.id)
    done = {row.step_id for row in cases if succeeded(desk, uow, row)}
    steps = pinned_steps(matter)
    ready = (
        name
        for name, step in steps.items()
        if name not in done and set(step.after) & set(steps) <= done
    )
    step_id = next(ready, None)
    names = {
        step["id"]: step["name"]["citizen"]
        for step in (matter.plan or {}).get("steps", [])
    }
    return names.get(step_id) if step_id else None


def _case(
    desk: Desk, uow: UnitOfWork, row: CaseRow, matter: MatterRow, level: Level
) -> FollowView:
    file = open_case(desk, uow, row, matter)
    offices = {office.id: office for office in uow.people.offices(row.tenant_id)}
    clock = clock_view(desk, file)
    moves = uow.cases.moves(row.tenant_id, row.id)
    labels = file.chart.labels(file.instance)
    over = row.ended_at is not None
    goal = file.edition.goals.get(matter.goal)
    view = FollowView(
        row.code,
        found=True,
        level=level,
        title=file.procedure.title.citizen,
        goal_title=goal.title if goal else "",
        status_text=labels[0].citizen if labels else "",
        status=row.status,
        waiting_for=None if over else owner_name(file, offices, row.owner_role),
        waiting_role=None if over else row.owner_role,
        counter=None if over else _counter(file, offices),
        matter_id=matter.id,
        matter_code=matter.code,
        waiting_since=None if over else row.since,
        waiting_days=None if over else (desk.today() - legal_day(row.since)).days,
        due=clock.due if clock else (row.due_on if row.due_on != FAR else None),
        due_certain=clock.certain if clock else False,
        day_before=_day_before(moves),
        clock_stopped=clock.stopped if clock else False,
        stop_reason=clock.reason_text if clock else None,
        is_over=over,
        answer_by=None if over else _answer_by(uow, file),
        steps=_steps(moves, file),
        version=row.version,
        instruments={key: each.title for key, each in file.edition.instruments.items()},
        silences=silences_of(desk, uow, row.tenant_id, with_children(file)),
    )
    if level is Level.CODE:
        return view
    owed = money_view(desk, uow, file, level)
    view = replace(
        view,
        sheets=_sheets(desk, uow, file),
        money_view=owed,
        clock=tuple(_named(file, offices, each) for each in clock.rows)
        if clock
        else (),
        messages=_messages(uow, file),
        usual=usual_view(desk, uow, file),
        if_paid_last=_if_paid_last(desk, file, owed),
        result=_result(uow, file, offices),
    )
    if level is Level.DIGITS:
        return view
    citizen = citizen_of(row.tenant_id, matter.id)
    offers = offers_of(citizen, file)
    return replace(
        view,
        applicant=row.applicant,
        may_withdraw=any(each.event == WITHDRAW for each in offers),
        may_rate=over and row.received_at is not None,
        rating=uow.afterwards.rating(row.tenant_id, row.id),
    )


def _named(file: CaseFile, offices: Mapping[str, OfficeRow], row: ClockRow) -> ClockRow:
    """Return a stretch of the clock with the name of whoever had the ball, if any."""
    name = owner_name(file, offices, row.ball)
    return replace(row, ball=name if name != row.ball else None)


def _answer_by(uow: UnitOfWork, file: CaseFile) -> date | None:
    """Return the day after which the case goes on without the citizen's answer."""
    if file.row.owner_role != CITIZEN:
        return None
    armed = uow.queues.timers_of(file.row.tenant_id, file.row.id)
    return min((legal_day(each.due_at) for each in armed), default=None)


def _if_paid_last(
    desk: Desk, file: CaseFile, owed: FollowMoney
) -> tuple[date, date] | None:
    """Return the last day to pay and the due day of the office that would follow."""
    days = [row.due for row in owed.rows if row.due is not None and row.left > 0]
    now = desk.now()
    ledger = clocks.main_ledger(file, clocks.moves_of(file.row.clock), now)
    standing = ledger.at(now) if ledger else None
    if ledger is None or standing is None or standing.ball != CITIZEN or not days:
        return None
    due = ledger.predicted(now, max(days))
    return None if due is None or standing.running else (max(days), due)


def _result(
    uow: UnitOfWork, file: CaseFile, offices: Mapping[str, OfficeRow]
) -> ResultView | None:
    """Return how to get the result, or that it was given; None before and without."""
    papers = tuple(paper_name(file, paper.id) for paper in file.results())
    if file.row.status == _RESULT_WAITS and file.row.owner_role == CITIZEN:
        spec = file.edition.papers.get(MANDATE)
        mandate = None if spec is None else (spec.name, spec.get_it or "")
        return ResultView(papers, _counter(file, offices), mandate=mandate)
    last = uow.cases.last_move(file.row.tenant_id, file.row.id)
    if file.row.status != _RESULT_GIVEN or last is None:
        return None
    by = last.body["office_name"]
    return ResultView(papers, None, legal_day(last.at), by)


def _counter(file: CaseFile, offices: Mapping[str, OfficeRow]) -> str | None:
    """Return the office to which a citizen must come for what waits for him now."""
    if file.row.owner_role != CITIZEN or file.row.received_at is None:
        return None
    awaited = (
        role
        for name in reversed(file.chart.active(file.instance))
        for lines in file.chart.state(name).events.values()
        for line in lines
        for role in line.by
        if role in file.offices
    )
    role = next(awaited, None)
    return None if role is None else owner_name(file, offices, role)


def _sheets(desk: Desk, uow: UnitOfWork, file: CaseFile) -> tuple[DocumentRow, ...]:
    """Return the sheets that offices gave the citizen: receipts, notices."""
    return tuple(
        row
        for row in uow.records.documents(file.row.tenant_id, file.row.id)
        for form in [form_edition(desk, row.form, file.edition.chain, desk.today())]
        if form is not None and form.made_by == "office" and form.everywhere
    )


def _messages(uow: UnitOfWork, file: CaseFile) -> tuple[NotificationRow, ...]:
    return tuple(
        note
        for note in uow.records.notifications(file.row.tenant_id, file.row.id)
        if note.who == "citizen"
    )


def _day_before(moves: Sequence[MoveRow]) -> date | None:
    """Return the day that was promised before the last count anew, None without one."""
    told = [move.body["recount"]["old"] for move in moves if "recount" in move.body]
    return date.fromisoformat(told[-1]) if told else None


def _steps(moves: Sequence[MoveRow], file: CaseFile) -> tuple[FollowStep, ...]:
    """Return the stages that the case went through, the newest last.

    A stage to which the case came back stands where it was last, with its number of
    times.
    """
    steps: dict[str, FollowStep] = {}
    last = ""
    for move in moves:
        labels = [Label.model_validate(each) for each in move.body["to"]]
        words = labels[0].citizen if labels else ""
        if not words or words == last:
            continue
        day = legal_day(move.at)
        if last:
            steps[last] = replace(steps[last], state="done", to_day=day)
        before = steps.pop(words, None)
        steps[words] = FollowStep(
            words, "here", day, None, before.times + 1 if before else 1
        )
        last = words
    if last and file.row.ended_at is not None:
        end = steps[last]
        steps[last] = replace(end, state="done", to_day=end.from_day)
    return tuple(steps.values())
