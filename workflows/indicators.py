"""Indicator 2.1, dossiers handled on time, and what else is counted about dossiers.

Every judgement is made as of an instant: the end of the period that is looked at. What
happened at or after that instant is not seen.

The rule (QĐ 766/QĐ-TTg, indicator 2.1; its figures are data): a dossier is on time when
its end, less the time in which the citizen was supplementing it, is not after the
appointment. A day as appointment lasts until its end, 24:00 in Vietnam (BLDS Điều 148
khoản 6). A dossier without an end is judged at the end of the period; a supplement that
nobody handed in lasts until then, so such a dossier ends at the request. More than one
supplement request makes it late whatever the days are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Literal, TypeAlias

from workflows.dossiers import Counting, Dossier, Json, OnTimeRule, Period, end_of

Reason: TypeAlias = Literal["on_time", "late", "asked_again"]
_CENT = Decimal("0.01")
_A_DAY = Decimal(24 * 60 * 60)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a dossier is on time, why, and at which instant it counts as ended."""

    on_time: bool
    reason: Reason
    counts_as_ended: datetime


def judge(rule: OnTimeRule, dossier: Dossier, until: datetime) -> Judgement | None:
    """Judge a dossier as of an instant; None without an appointment to judge by."""
    if dossier.appointment is None:
        return None
    seen = dossier.seen_at(until)
    end = seen.ended or until
    ended = end - supplement_time(seen, end)
    if len(seen.supplements) > rule.most_supplements:
        return Judgement(False, "asked_again", ended)
    on_time = ended <= end_of(dossier.appointment)
    return Judgement(on_time, "on_time" if on_time else "late", ended)


def supplement_time(dossier: Dossier, end: datetime) -> timedelta:
    """Return how long the citizen was supplementing the dossier up to its end."""
    lengths = (
        min(each.completed or end, end) - min(each.requested, end)
        for each in dossier.supplements
    )
    return sum(lengths, timedelta())


# --- many dossiers --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; of nothing there is no rate."""

    part: int = 0
    whole: int = 0

    @property
    def rate(self) -> float | None:
        """Return per cent with two decimals, None for nothing of nothing."""
        if not self.whole:
            return None
        exact = Decimal(100 * self.part) / Decimal(self.whole)
        return float(exact.quantize(_CENT, ROUND_HALF_UP))

    def to_json(self) -> Json:
        """Return the numbers and the rate."""
        return {"part": self.part, "whole": self.whole, "rate": self.rate}


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of the dossiers of one period.

    ``on_time.whole`` are those with an appointment, ``promised_nothing`` those without;
    ``average_days`` and ``median_days`` are days of 24 hours from receipt to the end,
    less the time of supplements, of those that ended in the period.
    """

    on_time: Share = Share()
    asked_again: int = 0
    promised_nothing: int = 0
    received: int = 0
    ended: int = 0
    open: int = 0
    average_days: float | None = None
    median_days: float | None = None
    online: Share = Share()
    digitised: Share = Share()
    paid_online: Share = Share()
    returns: Mapping[str, int] = field(default_factory=dict)

    @property
    def late(self) -> int:
        """Return how many were not on time."""
        return self.on_time.whole - self.on_time.part

    def to_json(self) -> Json:
        """Return them for the command, and as they are stored by the month."""
        return {
            "total": self.on_time.whole,
            "on_time": self.on_time.part,
            "late": self.late,
            "rate": self.on_time.rate,
            "late_asked_again": self.asked_again,
            "without_appointment": self.promised_nothing,
            "received": self.received,
            "ended": self.ended,
            "open": self.open,
            "average_days": self.average_days,
            "median_days": self.median_days,
            "online": self.online.to_json(),
            "digitised": self.digitised.to_json(),
            "paid_online": self.paid_online.to_json(),
            "returns": dict(self.returns),
        }

    @classmethod
    def from_json(cls, raw: Json) -> Figures:
        """Read what ``to_json`` wrote."""
        return cls(
            on_time=Share(raw["on_time"], raw["total"]),
            asked_again=raw["late_asked_again"],
            promised_nothing=raw["without_appointment"],
            received=raw["received"],
            ended=raw["ended"],
            open=raw["open"],
            average_days=raw["average_days"],
            median_days=raw["median_days"],
            online=_share(raw["online"]),
            digitised=_share(raw["digitised"]),
            paid_online=_share(raw["paid_online"]),
            returns=raw["returns"],
        )


def count(counting: Counting, dossiers: Iterable[Dossier], period: Period) -> Figures:
    """Count the dossiers of a period, as they stood at its end; others are left out."""
    rule = counting.on_time
    known = list(dossiers)
    seen = [each.seen_at(period.until) for each in known if each.belongs(period)]
    judged = [found for each in seen if (found := judge(rule, each, period.until))]
    days = [length for each in seen if (length := _days(each)) is not None]
    return Figures(
        on_time=Share(sum(each.on_time for each in judged), len(judged)),
        asked_again=sum(each.reason == "asked_again" for each in judged),
        promised_nothing=len(seen) - len(judged),
        received=sum(each.received >= period.since for each in seen if each.received),
        ended=len(days),
        open=len(seen) - len(days),
        average_days=_rounded(sum(days, Decimal()) / len(days)) if days else None,
        median_days=_rounded(median(days)) if days else None,
        online=_yes(each.channel and each.channel == counting.online for each in seen),
        digitised=_yes(each.digitised for each in seen),
        paid_online=_yes(each.paid_online for each in seen),
        returns=_returned(known, period),
    )


def grouped(
    dossiers: Iterable[Dossier], key: Callable[[Dossier], str | None]
) -> dict[str, list[Dossier]]:
    """Return the dossiers by a key, in its order; without one they are left out."""
    groups: dict[str, list[Dossier]] = {}
    for each in dossiers:
        name = key(each)
        if name is not None:
            groups.setdefault(name, []).append(each)
    return dict(sorted(groups.items()))


def _returned(dossiers: Iterable[Dossier], period: Period) -> dict[str, int]:
    kinds = Counter(
        gone.kind
        for each in dossiers
        for gone in each.returns
        if period.since <= gone.at < period.until
    )
    return dict(sorted(kinds.items()))


def _days(dossier: Dossier) -> Decimal | None:
    if dossier.ended is None or dossier.received is None:
        return None
    length = dossier.ended - dossier.received - supplement_time(dossier, dossier.ended)
    return Decimal(length.total_seconds()) / _A_DAY


def _yes(answers: Iterable[bool | int | None]) -> Share:
    known = [answer for answer in answers if answer is not None]
    return Share(sum(map(bool, known)), len(known))


def _share(raw: Json) -> Share:
    return Share(raw["part"], raw["whole"])


def _rounded(exact: Decimal) -> float:
    return float(exact.quantize(_CENT, ROUND_HALF_UP))
