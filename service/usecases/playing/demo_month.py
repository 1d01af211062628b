"""A month at the desks of a province, played: made-up cases by the hundred.

Every matter is played like a rehearsal, by the same use cases: people hand in, offices
move, money is asked for and paid. The clock of the desk goes back for each of them, and
a matter stays where it is when the month is over. The same seed gives the same month.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from service.auth.actors import anonymous
from service.auth.sessions import citizen_of
from service.persistence.hand_overs import Side
from service.persistence.paper_checks import PaperPageRow
from service.usecases.cases import clocks, money
from service.usecases.cases.casefile import CaseFile, open_case
from service.usecases.cases.hand_overs import SIDES
from service.usecases.cases.moving import SUBMIT
from service.usecases.cases.pay import record_payment
from service.usecases.desk import Desk, legal_day
from service.usecases.indicators.count_figures import count_months, look_again
from service.usecases.matter.situations import situation_from
from service.usecases.matter.start_matter import start_matter
from service.usecases.matter.submit_dossier import open_step, plan_of, submit
from service.usecases.matter.tell import tell_situation
from service.usecases.playing.demo import clerk_of
from service.usecases.playing.play import Play, StuckError, act, can_do, play_turn, work
from service.usecases.playing.rehearsal_moves import Turn, turns_at
from service.usecases.playing.rehearsal_time import OPENS, at_hour, drawn, opening
from workflows.loader import load_data
from workflows.situation import read

_DATA = Path(__file__).with_name("demo_month.yaml")
_MARK = "demo-month"
_MOST_TURNS = 60
_HUNDRED = 100
_MANY = 100_000
_HOURS_OPEN = 8


class MonthOverError(Exception):
    """The clock would go beyond the end of the month: the matter stays as it is."""


@dataclass(slots=True)
class Month:
    """The month that is played: its desk, its days, and the chance that decides.

    ``set_clock`` sets the clock of the desk; nothing happens after ``until``.
    """

    desk: Desk
    set_clock: Callable[[datetime], None]
    until: datetime
    seed: int
    stuck: list[str] = field(default_factory=list)

    def wind(self, at: datetime) -> None:
        """Go on to an instant; raise MonthOverError when it lies beyond the end."""
        if at > self.until:
            raise MonthOverError
        self.set_clock(at)

    def chance(self, number: int, about: str, most: int) -> int:
        """Return a number from 0 to ``most`` for one matter and one question."""
        return drawn(self.seed, f"{number}/{about}", most)


@dataclass(slots=True)
class _Course:
    """How one matter goes: what offices still do on its last step, how late it is."""

    acts: list[Mapping[str, Any]]
    late: int
    at_the_counter: bool


@cache
def _data() -> Mapping[str, Any]:
    return load_data(_DATA)


def fill_month(month: Month, matters: int) -> int:
    """Play so many matters once in an installation, and count the figures.

    Return how many cases there are; 0 when the month was filled before.
    """
    desk, tenant = month.desk, month.desk.settings.province
    month.set_clock(month.until)
    with desk.database.transaction() as uow:
        if uow.records.answer(tenant, _MARK) is not None:
            return 0
        uow.records.keep_answer(tenant, _MARK, "", {}, desk.now())
    days = list(_working_days(month))
    for number in range(matters):
        _play_matter(month, number, days[number * len(days) // matters])
    month.set_clock(month.until)
    _hand_over(month)
    cases = look_again(desk)
    count_months(desk)
    return cases


def _hand_over(month: Month) -> None:
    """Sign for every dossier that had to be forwarded before the last day."""
    with month.desk.database.reading() as uow:
        offices = uow.people.offices(month.desk.settings.province)
    for hours, side in enumerate(SIDES.values(), start=1):
        for office in offices:
            _sign_for(month, office.id, side, timedelta(hours=hours))


def _sign_for(month: Month, office_id: str, side: Side, later: timedelta) -> None:
    desk, tenant = month.desk, month.desk.settings.province
    with desk.database.reading() as uow:
        waiting = uow.hand_overs.open(tenant, side, office_id, _MANY)
    rows = [each.row for each in waiting if each.row.due_on < legal_day(month.until)]
    if not rows:
        return
    by = clerk_of(desk, tenant, office_id).name
    with desk.database.transaction() as uow:
        for row in rows:
            key, at = (row.case_id, row.version), row.at + later
            uow.hand_overs.sign(tenant, side, office_id, key, by, at)


def _working_days(month: Month) -> Iterator[date]:
    last = legal_day(month.until)
    day = last - timedelta(days=int(_data()["days_back"]))
    while day <= last:
        if month.desk.calendar.is_working(day):
            yield day
        day += timedelta(days=1)


def _play_matter(month: Month, number: int, day: date) -> None:
    minutes = month.chance(number, "hour", _HOURS_OPEN * 60)
    starts = opening(month.desk, at_hour(day, OPENS) + timedelta(minutes=minutes))
    try:
        month.wind(starts)
        _play_steps(month, number)
    except MonthOverError:
        return
    except StuckError as error:
        month.stuck.append(str(error))


def _play_steps(month: Month, number: int) -> None:
    desk = month.desk
    tenant = desk.settings.province
    situation = read(_told(month, number), desk.law, desk.territory)
    opened = start_matter(
        desk,
        anonymous(tenant),
        goal=situation.goal,
        province=tenant,
        commune=situation.commune,
        on=situation.on,
    )
    citizen = citizen_of(tenant, opened.matter_id)
    tell_situation(desk, citizen, opened.code, situation)
    play = Play(desk, month.wind, citizen, month.chance(number, "play", 10**9))
    with desk.database.reading() as uow:
        matter = uow.matters.by_id(tenant, opened.matter_id)
        facts = uow.matters.facts(tenant, matter.id)
    steps = plan_of(desk, matter, situation_from(desk, matter, facts)).main_steps
    for step in steps:
        course = _course(month, number, last=step is steps[-1])
        code = open_step(desk, citizen, opened.code, step.id)
        if month.chance(number, "photos", _HUNDRED - 1) < _data()["photographed"]:
            _photograph(desk, code)
        if month.chance(number, "online", _HUNDRED - 1) < _data()["online"]:
            submit(desk, citizen, opened.code, step.id, idempotency_key=None)
        else:
            _hand_in_at_the_counter(play, code)
        if not _play_case(play, code, step.establishes, course):
            return


def _hand_in_at_the_counter(play: Play, code: str) -> None:
    """Let the clerk of the counter hand in what somebody brings on paper."""
    file = _file(play.desk, code)
    turns = (Turn(SUBMIT, role, {}) for role in sorted(file.offices))
    act(play, file, next(turn for turn in turns if can_do(file, turn)))


def _told(month: Month, number: int) -> dict[str, object]:
    """Return a situation of the data with made-up people, as of the day."""
    raw = _weighted(month, number, "goal", _data()["goals"])["situation"]
    parties = [
        {"full_name": _name(month, number, place), **party}
        for place, party in enumerate(raw["parties"])
    ]
    return {
        "province": month.desk.settings.province,
        "on": month.desk.today().isoformat(),
        **raw,
        "parties": parties,
        "answers": {**_data()["land"], **raw["answers"]},
    }


def _name(month: Month, number: int, place: int) -> str:
    family, given = (
        names[month.chance(number, f"{kind}/{place}", len(names) - 1)]
        for kind, names in (("family", _data()["family"]), ("given", _data()["given"]))
    )
    return f"{family} Mẫu {given}"


def _course(month: Month, number: int, *, last: bool) -> _Course:
    fates = list(_data()["fates"].values())
    fate = _weighted(month, number, "fate", fates) if last else {}
    at_counter = month.chance(number, "pay", _HUNDRED - 1) < _data()["at_the_counter"]
    return _Course(list(fate.get("acts", ())), int(fate.get("late", 0)), at_counter)


def _weighted(
    month: Month, number: int, about: str, choices: list[Mapping[str, Any]]
) -> Mapping[str, Any]:
    left = month.chance(number, about, sum(each["weight"] for each in choices) - 1)
    for each in choices:
        left -= each["weight"]
        if left < 0:
            return each
    return choices[-1]


def _play_case(play: Play, code: str, wanted: Collection[str], course: _Course) -> bool:
    """Play a case; return whether it came to a good end."""
    for _ in range(_MOST_TURNS):
        work(play)
        file = _file(play.desk, code)
        if file.row.ended_at is not None:
            final = file.chart.outcome(file.instance)
            return final is not None and bool(final.establishes)
        if _act(play, file, course) or _pay_at_counter(play, file, course):
            continue
        _run_late(play, file, course)
        if not play_turn(play, file, wanted):
            raise StuckError(f"{file.row.procedure} stands still: {file.row.instance}")
    raise StuckError(f"{code} does not come to an end")


def _act(play: Play, file: CaseFile, course: _Course) -> bool:
    """Let an office do what is not on the shortest way, where it may now."""
    if not course.acts:
        return False
    wanted = course.acts[0]
    turn = next(
        (
            each
            for each in turns_at(file, file.instance)
            if each.event in wanted["events"] and not each.is_signal
        ),
        None,
    )
    if turn is None:
        return False
    play.later(int(wanted.get("after", 0)))
    facts = dict(turn.facts)
    if wanted.get("eve"):
        _to_the_eve(play, file)
        facts[clocks.NEW_DAY] = _new_day(play, file).isoformat()
    del course.acts[0]
    role = "handling_office" if turn.role == "timer" else turn.role
    act(play, file, Turn(turn.event, role, facts), _data()["papers"])
    return True


def _to_the_eve(play: Play, file: CaseFile) -> None:
    if file.row.appointment is not None:
        eve = play.desk.calendar.last_working(file.row.appointment - timedelta(days=1))
        play.wind(max(play.now, at_hour(eve, OPENS)))


def _new_day(play: Play, file: CaseFile) -> date:
    return play.desk.calendar.add(file.row.appointment or play.desk.today(), 5)


def _run_late(play: Play, file: CaseFile, course: _Course) -> None:
    """Let the promised day pass, once, while an office works on the case."""
    if not course.late or file.row.appointment is None or file.row.stop_reason:
        return
    day = play.desk.calendar.add(file.row.appointment, course.late)
    course.late = 0
    play.wind(max(play.now, at_hour(day, OPENS)))


def _pay_at_counter(play: Play, file: CaseFile, course: _Course) -> bool:
    """Let the citizen pay at a counter what a notice asks for, when he does that."""
    if not course.at_the_counter:
        return False
    with play.desk.database.reading() as uow:
        rows = money.rows_of(play.desk, uow, file)
    owed = [row for row in rows if row.left > 0 and row.status in {"open", "late"}]
    if not owed:
        return False
    play.later(1)
    with play.desk.database.reading() as uow:
        holders = {each.case_code: _file(play.desk, each.case_code) for each in owed}
    for row in owed:
        offices = holders[row.case_code].offices
        clerk = clerk_of(play.desk, file.row.tenant_id, next(iter(offices.values())))
        record_payment(
            play.desk,
            clerk,
            row.case_code,
            line=row.line,
            amount=row.left,
            voucher=f"{row.case_code}-{row.line}-{row.paid}"[:96],
        )
    return True


def _photograph(desk: Desk, code: str) -> None:
    """Say that every paper of the dossier was photographed; no photo is kept."""
    file = _file(desk, code)
    with desk.database.transaction() as uow:
        for paper in file.required():
            uow.paper_checks.add_page(
                PaperPageRow(
                    file.row.tenant_id,
                    desk.ids.new_id(),
                    file.row.matter_id,
                    file.row.step_id or "",
                    paper.id,
                    desk.ids.new_id(),
                    None,
                    1,
                    1,
                    1,
                    [],
                    file.row.applicant,
                    None,
                    desk.now(),
                    desk.today() + timedelta(days=desk.settings.photo_days),
                ),
                None,
                b"",
            )


def _file(desk: Desk, code: str) -> CaseFile:
    with desk.database.reading() as uow:
        row = uow.cases.by_code(code)
        if row is None:
            raise LookupError(code)
        return open_case(desk, uow, row)
