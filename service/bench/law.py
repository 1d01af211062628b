"""The law as data: checked, planned with and compared, next to parsing its YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from statistics import median
from time import perf_counter

import yaml

from service.bench.measures import Bar, Effort, Measure
from service.bench.sample import SAMPLE
from workflows import lint
from workflows.journey import plan
from workflows.loader import (
    load_calendar,
    load_law,
    load_territory,
    packages_folder,
)
from workflows.packages import Law, compare
from workflows.situation import read

BASELINE = "parsing the packages' YAML"
DAY = date.fromisoformat(SAMPLE["on"])
CHECK_LIMIT = 10.0
PLAN_LIMIT_MS = 50.0
DIFF_LIMIT_MS = 1000.0


def measure(effort: Effort) -> Iterator[Measure]:
    """Measure in this process: the check whole, plan and diff with the law loaded."""
    baseline = _median(_parse, effort)
    # Before anything is loaded, as in the command: what lies about slows it down.
    checked = _median(lambda: lint.check(packages_folder(None)), effort)
    yield _measure("law.check", checked, baseline, Bar(CHECK_LIMIT, "most"))
    law = load_law()
    for goal in law.edition(SAMPLE["province"], DAY).goals:
        taken = _median(_planning(law, goal), effort)
        yield _measure(
            f"law.plan.{goal}", taken, baseline, Bar(PLAN_LIMIT_MS, "most", of="value")
        )
    taken = _median(lambda: _diff(law), effort)
    yield _measure("law.diff", taken, baseline, Bar(DIFF_LIMIT_MS, "most", of="value"))


def _parse() -> None:
    for path in packages_folder(None).glob("*/**/*.yaml"):
        yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)


def _planning(law: Law, goal: str) -> Callable[[], object]:
    edition = law.edition(SAMPLE["province"], DAY)
    calendar = load_calendar()
    situation = read(SAMPLE | {"goal": goal}, law, load_territory())
    return lambda: plan(situation, edition, calendar)


def _diff(law: Law) -> object:
    one, other = "vn-nd151-2025", "vn-15-qd47-2026"
    return compare(
        law.package_edition(one, DAY), law.package_edition(other, DAY), DAY, DAY
    )


def _median(action: Callable[[], object], effort: Effort) -> float:
    """Return the median of milliseconds, after one go that fills the caches."""
    action()
    taken = []
    for _ in range(effort.prints):
        start = perf_counter()
        action()
        taken.append((perf_counter() - start) * 1000)
    return median(taken)


def _measure(name: str, value: float, baseline: float, bar: Bar) -> Measure:
    return Measure(name, value, baseline, BASELINE, "ms", value / baseline, bar)
