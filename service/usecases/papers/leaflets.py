"""Leaflets for a notice board or a pocket: what a goal asks of anybody, on one page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from forms import words
from forms.leaflet import Leaflet, Size, Told, leaflet_sheet
from forms.marks import Mark
from service.usecases.desk import Desk
from service.usecases.papers import cover_sentences as say
from service.usecases.papers.issuing import pressed
from service.usecases.sentences import COPIES, MONEY_KINDS
from workflows.calendar import Calendar
from workflows.definition import Status
from workflows.errors import UnknownNameError
from workflows.journey import Plan, Step, plan
from workflows.liabilities import estimate
from workflows.packages import Edition, Law
from workflows.rules.money import LineStatus, MoneyLine
from workflows.situation import Situation
from workflows.territory import Territory

MOST_THINGS = 3
PAGE = "/viec/"
READ_ON = "Quét mã, hoặc gõ địa chỉ này vào máy:"
FILLED_IN = "Dắt điền sẵn, in ra ký."
IF_NEEDED = "nếu cần."
NO_SUM = "chưa có số chung, mỗi nhà một khác. Trả lời mấy câu, Dắt tính cho nhà mình."
AS_OF = "Theo quy định biết đến {day}. Chỗ “chưa xác minh” thì hỏi quầy Một cửa."
NO_MONEY = "Chưa thấy khoản tiền nào."
NO_PAPERS = "Hỏi nơi nhận hồ sơ mang gì."
NO_STEPS = "Hỏi quầy Một cửa xã, phường."


@dataclass(frozen=True, slots=True)
class Shelves:
    """What a leaflet is made from: the law of a place on a day, and where it leads."""

    law: Law
    territory: Territory
    calendar: Calendar
    province: str
    on: date
    base_url: str

    @property
    def edition(self) -> Edition:
        """Return the law of the place on the day."""
        return self.law.edition(self.province, self.on)


@dataclass(frozen=True, slots=True)
class LeafletRow:
    """A goal that has a leaflet."""

    goal: str
    title: str
    summary: str
    topic: str


def leaflets(desk: Desk) -> tuple[LeafletRow, ...]:
    """Return the goals in their order; each has a leaflet."""
    goals = shelves_of(desk).edition.goals
    ordered = sorted(goals.items(), key=lambda item: (item[1].order, item[0]))
    return tuple(
        LeafletRow(name, goal.title, goal.summary, goal.topic) for name, goal in ordered
    )


def leaflet_pdf(desk: Desk, goal: str, size: Size) -> bytes:
    """Return the leaflet of a goal as PDF; raises UnknownNameError naming the goals."""
    leaflet = leaflet_of(shelves_of(desk), goal)
    return pressed(desk, desk.settings.province, leaflet_sheet(leaflet, size))[0]


def shelves_of(desk: Desk) -> Shelves:
    """Return what the leaflets of an installation are made from today."""
    settings = desk.settings
    return Shelves(
        desk.law,
        desk.territory,
        desk.calendar.in_place(settings.province, None),
        settings.province,
        desk.today(),
        settings.base_url,
    )


def leaflet_of(shelves: Shelves, goal: str) -> Leaflet:
    """Return what the leaflet of a goal says, as far as the law alone tells it.

    Raises UnknownNameError for a goal that the law of the place does not have.
    """
    edition, on = shelves.edition, shelves.on
    if goal not in edition.goals:
        raise UnknownNameError("việc", goal, edition.goals)
    spec = edition.goals[goal]
    situation = Situation(shelves.province, None, on, goal, (), None, dict(spec.tells))
    made = plan(
        situation,
        edition,
        shelves.calendar,
        branches=shelves.territory,
        editions=shelves.law,
    )
    lines = estimate(situation, edition, shelves.calendar).lines
    address = shelves.base_url.rstrip("/") + PAGE + goal
    return Leaflet(
        title=spec.title,
        official=spec.legal,
        summary=spec.summary,
        bring=tuple(_bring(made)[:MOST_THINGS]) or (Told(NO_PAPERS),),
        steps=tuple(map(_step, made.main_steps)) or (Told(NO_STEPS),),
        money=tuple(_money(lines)) or (Told(NO_MONEY),),
        as_of=AS_OF.format(day=f"{on.day}/{on.month}/{on.year}"),
        mark=Mark(address, address.partition("://")[2], READ_ON),
    )


def _bring(made: Plan) -> list[Told]:
    """Return what to bring: first what is asked of everybody, papers before forms."""
    steps = made.main_steps
    found: dict[str, tuple[bool, Told]] = {}
    for paper in (each for step in steps for each in step.papers if each.step is None):
        copies = " hoặc ".join(COPIES.get(kind, kind) for kind in paper.copy)
        note = IF_NEEDED if paper.optional else f"{copies}."
        found.setdefault(paper.id, (paper.optional, Told(f"{paper.name}:", note)))
    for form in (each for step in steps for each in step.forms):
        note = IF_NEEDED if form.optional else FILLED_IN
        found.setdefault(form.id, (form.optional, Told(f"{form.name}:", note)))
    return [told for _, told in sorted(found.values(), key=lambda each: each[0])]


def _step(step: Step) -> Told:
    days = say.lasts(step.working_days, step.longest_working_days, 0)
    return Told(
        f"{step.name.citizen}:",
        f"{step.office.citizen}. {' '.join(days)}",
        certain=step.status == Status.VERIFIED,
    )


def _money(lines: tuple[MoneyLine, ...]) -> Iterator[Told]:
    """Yield sums that the law alone tells, then what depends on the family."""
    open_: list[str] = []
    for line in lines:
        name = MONEY_KINDS.get(line.kind, line.kind)
        if line.status is LineStatus.EXEMPT:
            yield Told(f"{name}:", f"{say.FREE.lower()}.", certain=_seen(line))
        elif line.amount is not None:
            yield Told(f"{name}:", f"{words.dong(line.amount)}.", certain=_seen(line))
        else:
            open_.append(name if not open_ else name[:1].lower() + name[1:])
    if open_:
        yield Told(f"{', '.join(open_)}:", NO_SUM)


def _seen(line: MoneyLine) -> bool:
    return all(place.status == Status.VERIFIED for place in line.basis)
