"""What this process counts of its own work, in the text format of Prometheus.

A label is a name of the program (a route template, a procedure, a door), never a word
that somebody typed: no person can be found in the metrics. Each process tells its own
counts; whoever gathers them adds the processes up.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# From the look-up of a case to the slowest paper, in seconds.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)

_Labels = tuple[str, ...]


@dataclass(slots=True)
class Counter:
    """A number that only grows, for each set of labels."""

    name: str
    told: str
    labels: _Labels = ()
    _counts: dict[_Labels, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, *values: str) -> None:
        """Count one more under these values of the labels."""
        with self._lock:
            self._counts[values] = self._counts.get(values, 0) + 1

    def lines(self) -> Iterator[str]:
        """Yield the lines of the text format."""
        with self._lock:
            counts = dict(self._counts) or ({} if self.labels else {(): 0.0})
        yield from _head(self.name, self.told, "counter")
        for values, count in sorted(counts.items()):
            yield _line(self.name, self.labels, values, count)


@dataclass(slots=True)
class Histogram:
    """How long something took, in buckets, for each set of labels."""

    name: str
    told: str
    labels: _Labels = ()
    _counts: dict[_Labels, list[int]] = field(default_factory=dict)
    _sums: dict[_Labels, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def observe(self, seconds: float, *values: str) -> None:
        """Count something that took so long under these values of the labels."""
        with self._lock:
            counts = self._counts.setdefault(values, [0] * (len(BUCKETS) + 1))
            counts[bisect_left(BUCKETS, seconds)] += 1
            self._sums[values] = self._sums.get(values, 0) + seconds

    def lines(self) -> Iterator[str]:
        """Yield the lines of the text format; the buckets add up, as it wants them."""
        with self._lock:
            counted = {key: list(each) for key, each in self._counts.items()}
            sums = dict(self._sums)
        yield from _head(self.name, self.told, "histogram")
        for values, counts in sorted(counted.items()):
            below = 0
            for bound, count in zip((*BUCKETS, "+Inf"), counts, strict=True):
                below += count
                labels, with_bound = (*self.labels, "le"), (*values, str(bound))
                yield _line(f"{self.name}_bucket", labels, with_bound, below)
            yield _line(f"{self.name}_sum", self.labels, values, sums[values])
            yield _line(f"{self.name}_count", self.labels, values, below)


@dataclass(frozen=True, slots=True)
class Gauge:
    """What stands at the moment of the question; None is not told."""

    name: str
    told: str
    values: Mapping[str, float | None]
    label: str = ""

    def lines(self) -> Iterator[str]:
        """Yield the lines of the text format."""
        yield from _head(self.name, self.told, "gauge")
        for value, number in sorted(self.values.items()):
            if number is not None:
                labels = (self.label,) if self.label else ()
                yield _line(self.name, labels, (value,) if labels else (), number)


REQUESTS = Histogram(
    "dat_request_seconds",
    "How long requests took, by the template of the route.",
    ("route", "method", "status"),
)
MOVES = Counter("dat_moves_total", "Moves of cases, by procedure.", ("procedure",))
DELIVERED = Counter(
    "dat_deliveries_total",
    "Tries to do an effect of the outbox, by its kind and what came of it.",
    ("kind", "outcome"),
)
PAPERS = Histogram("dat_paper_seconds", "How long a paper took to be printed.")
SIGN_INS_FAILED = Counter(
    "dat_sign_ins_failed_total", "Sign-ins that were refused, by the door.", ("door",)
)
LOOKED_UP = Counter(
    "dat_lookups_total", "Look-ups by code, by the server that was read.", ("place",)
)
COUNTED = (REQUESTS, MOVES, DELIVERED, PAPERS, SIGN_INS_FAILED, LOOKED_UP)


def text_of(metrics: Iterable[Counter | Histogram | Gauge]) -> str:
    """Return the metrics as one text."""
    return "".join(f"{line}\n" for each in metrics for line in each.lines())


def _head(name: str, told: str, kind: str) -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} {kind}"


def _line(name: str, labels: Sequence[str], values: Sequence[str], n: float) -> str:
    pairs = ",".join(
        f'{label}="{_escaped(value)}"'
        for label, value in zip(labels, values, strict=True)
    )
    return f"{name}{{{pairs}}} {n:g}" if pairs else f"{name} {n:g}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
