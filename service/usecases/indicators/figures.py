"""The figures of a period: on-time rate by indicator 2.1, and what else is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service.persistence.rows import Json
from service.usecases.desk import Desk
from service.usecases.indicators import figure_sentences as words
from service.usecases.indicators.count_figures import (
    dossiers_between,
    look_again,
    so_far,
)
from workflows.definition import Label
from workflows.dossiers import Dossier, Period
from workflows.errors import BadInputError, Problem
from workflows.indicators import Figures, count, grouped, judge
from workflows.loader_indicators import load_counting


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one office, procedure or month, under its id and its name."""

    id: str
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class FiguresReport:
    """The figures of a period as far as it has come, and of its parts."""

    period: Period
    figures: Figures
    by_office: tuple[Group, ...]
    by_procedure: tuple[Group, ...]
    by_month: tuple[Group, ...]
    cases: tuple[Json, ...]

    def to_json(self, *, cases: bool = False) -> Json:
        """Return the answer of ``dat figures``; the cases only when they are asked."""
        answer = {
            "definition": load_counting().definition,
            "from": self.period.first.isoformat(),
            "to": self.period.last.isoformat(),
            "until": self.period.until.isoformat(),
            **self.figures.to_json(),
            "by_office": _told("office", self.by_office),
            "by_procedure": _told("procedure", self.by_procedure),
            "by_month": _told("month", self.by_month),
        }
        return answer | {"cases": list(self.cases)} if cases else answer


def _told(kind: str, groups: Sequence[Group]) -> list[Json]:
    return [
        {kind: each.id, "name": each.name, **each.figures.to_json()} for each in groups
    ]


def figures_between(
    desk: Desk, first: date, last: date, office: str | None = None
) -> FiguresReport:
    """Count the cases of a period, after looking at those that moved meanwhile.

    Raises BadInputError for days in the wrong order, a period that has not begun, or
    an office that is not there.
    """
    if first > last:
        raise BadInputError([Problem("--to", last, words.DAYS_TURNED)])
    if first > desk.today():
        raise BadInputError([Problem("--from", first, words.NOT_BEGUN)])
    tenant = desk.settings.province
    period = so_far(desk, Period(first, last))
    with desk.database.reading() as uow:
        offices = {each.id: each.name for each in uow.people.offices(tenant)}
    if office is not None and office not in offices:
        said = words.no_such_office(", ".join(sorted(offices)))
        raise BadInputError([Problem("--office", office, said)])
    look_again(desk)
    with desk.database.reading() as uow:
        dossiers = [
            each
            for each in dossiers_between(uow, tenant, period)
            if office in {None, each.office}
        ]
    titles = {key: title.clerk for key, title in titles_of(desk).items()}
    months = [
        Group(f"{part.first:%Y-%m}", f"{part.first:%m/%Y}", _count(dossiers, part))
        for part in period.months()
    ]
    return FiguresReport(
        period,
        _count(dossiers, period),
        _groups(dossiers, period, lambda each: each.office, offices),
        _groups(dossiers, period, lambda each: each.procedure, titles),
        tuple(months),
        tuple(_verdicts(dossiers, period)),
    )


def titles_of(desk: Desk) -> Mapping[str, Label]:
    """Return the name of each procedure of the law of today."""
    edition = desk.law.edition(desk.settings.province, desk.today())
    return {name: each.title for name, each in edition.procedures.items()}


def _count(dossiers: Sequence[Dossier], period: Period) -> Figures:
    return count(load_counting(), dossiers, period)


def _groups(
    dossiers: Sequence[Dossier],
    period: Period,
    key: Callable[[Dossier], str | None],
    names: Mapping[str, str],
) -> tuple[Group, ...]:
    present = [each for each in dossiers if each.belongs(period)]
    return tuple(
        Group(name, names.get(name, name), _count(some, period))
        for name, some in grouped(present, key).items()
    )


def _verdicts(dossiers: Sequence[Dossier], period: Period) -> list[Json]:
    rule = load_counting().on_time
    found = []
    for each in dossiers:
        if each.belongs(period):
            judged = judge(rule, each, period.until)
            verdict = judged.reason if judged else "without_appointment"
            ended = judged and judged.counts_as_ended.isoformat()
            found.append(
                {"code": each.code, "verdict": verdict, "counts_as_ended": ended}
            )
    return found
