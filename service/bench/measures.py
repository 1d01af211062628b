"""What a measurement says: a value, its baseline of the same run, and the bar."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal

# What the program and those beside it are built of.
_BUILT_OF = (
    *("dat", "fastapi", "starlette", "uvicorn", "sqlalchemy", "psycopg", "jinja2"),
    *("weasyprint", "django", "djangorestframework", "gunicorn"),
)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much of everything is done: enough for steady medians, or for its shape."""

    rounds: int = 15
    processes: int = 7
    seconds: float = 1.0
    cases: int = 20
    pages: int = 200
    visits: int = 3
    moves: int = 32
    prints: int = 3
    guesses: int = 200
    crowds: tuple[int, int] = (10_000, 1_000_000)
    lines: int = 200_000


QUICK = Effort(
    rounds=2,
    processes=1,
    seconds=0.2,
    cases=2,
    pages=12,
    visits=1,
    moves=4,
    prints=1,
    guesses=4,
    crowds=(400, 2000),
    lines=200,
)


@dataclass(frozen=True, slots=True)
class Bar:
    """The figure that a ratio, or the value itself, has to keep to.

    A goal that is not ``firm`` is reported and fails nothing.
    """

    figure: float
    is_at: Literal["least", "most"]
    of: Literal["ratio", "value"] = "ratio"
    firm: bool = True


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: the median ``value`` and ``baseline`` in ``unit``, and their ratio.

    The ratio may be a median of ratios, so that it is not quite ``value / baseline``:
    within one round whatever else the machine does weighs on both. ``promise`` is the
    goal of the design that it answers, P1 to P7.
    """

    id: str
    value: float
    baseline: float
    against: str
    unit: str
    ratio: float
    bar: Bar | None = None
    promise: str = ""

    @property
    def times_the_bar(self) -> float:
        """Return how many times as good as its bar it is; 1 is just kept, or no bar."""
        if self.bar is None:
            return 1.0
        figure = self.ratio if self.bar.of == "ratio" else self.value
        if self.bar.is_at == "least":
            return figure / self.bar.figure
        return self.bar.figure / figure

    @property
    def holds(self) -> bool | None:
        """Return whether the bar is kept; None where there is none."""
        return None if self.bar is None else self.times_the_bar >= 1

    @property
    def verdict(self) -> str:
        """Return in words whether the bar is kept; nothing where there is none."""
        return {None: "", True: "met", False: "not met"}[self.holds]

    @property
    def fails(self) -> bool:
        """Return whether a firm limit does not hold."""
        return self.bar is not None and self.bar.firm and self.holds is False

    def to_json(self) -> dict[str, Any]:
        """Return the measure for machines; ``limit`` is firm, ``goal`` is not."""
        bar = self.bar
        return {
            "id": self.id,
            "promise": self.promise or None,
            "value": rounded(self.value),
            "baseline": rounded(self.baseline),
            "against": self.against,
            "unit": self.unit,
            "ratio": rounded(self.ratio),
            "limit": bar.figure if bar and bar.firm else None,
            "goal": bar.figure if bar and not bar.firm else None,
            "bar": f"at {bar.is_at}, of the {bar.of}" if bar else None,
            "holds": self.holds,
            "verdict": self.verdict or None,
        }


def rounded(figure: float) -> float:
    """Return a figure with four digits that count."""
    return float(f"{figure:.4g}")


def _versions() -> Iterator[tuple[str, str]]:
    for name in _BUILT_OF:
        with suppress(PackageNotFoundError):
            yield name, version(name)


def machine() -> dict[str, Any]:
    """Return what the absolute figures were measured on, and how busy it was."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "versions": dict(_versions()),
        "load": [rounded(each) for each in os.getloadavg()],
    }
