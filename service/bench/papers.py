"""How long a printed paper takes, what its worker holds, and what its file weighs.

The papers are those of the plan of the sample. Single papers are printed in a process
of its own, so that the first one pays for loading the PDF engine, and next to a bare
render of the same finished page by the same engine: its typeface found and its style
parsed already, no tags, no standard, no answers inside.
"""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from forms import pdf
from forms.catalog import Catalog
from forms.engine import bare_render
from forms.filled import FilledForm
from forms.prefill import fill
from forms.press import Press
from service.bench.measures import Bar, Effort, Measure
from service.bench.processes import ROOT, resident_megabytes, surroundings
from service.bench.sample import SAMPLE
from service.usecases.papers.shelf import Shelf
from workflows.journey import plan
from workflows.loader import load_calendar, load_law, load_territory
from workflows.situation import read

# What the papers should keep to; memory and size do not hang on the machine.
FORM_GOAL = 1.3
SLOW_LIMIT = 2000.0  # milliseconds
CACHED_GOAL = 1 / 20
WORKERS_GOAL = 1.8
WORKER_LIMIT = 150.0
FILE_LIMIT = 60.0
# How many papers a measure of several workers prints for each that a round prints.
_BATCH = 8


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds: the first print, each one after it, and a form of two pages in rounds.

    Each round prints the form, renders its page barely, and takes it from the shelf.
    """

    first: float
    warm: list[float]
    form: list[float]
    bare: list[float]
    cached: list[float]


def measure(effort: Effort) -> Iterator[Measure]:
    """Print every paper of the plan alone, then many by one worker and by two."""
    taken = _times_in_a_process(effort.prints)
    warm, bare = median(taken.warm), median(taken.bare)
    yield _in_milliseconds("warm", warm, taken.first, "the first paper of a process")
    slow = sorted(taken.warm)[int(len(taken.warm) * 0.95)]
    yield _in_milliseconds(
        "slow",
        slow,
        bare,
        "a bare render of a page; 95 of 100 papers are there",
        Bar(SLOW_LIMIT, "most", of="value"),
        "P5",
    )
    yield _in_milliseconds(
        "form",
        median(taken.form),
        bare,
        "a bare render of its page",
        Bar(FORM_GOAL, "most", firm=False),
    )
    yield _in_milliseconds(
        "cached",
        median(taken.cached),
        bare,
        "a bare render of its page",
        Bar(CACHED_GOAL, "most", firm=False),
    )
    yield from _workers(effort.prints)
    yield _file()


def forms_of_the_plan() -> list[FilledForm]:
    """Return the forms that the plan of the sample names, each filled from it."""
    law = load_law()
    situation = read(SAMPLE, law, load_territory())
    edition = law.edition(situation.province, situation.on, commune=situation.commune)
    steps = plan(situation, edition, load_calendar()).steps
    names = dict.fromkeys(form.id for step in steps for form in step.forms)
    catalog, facts = Catalog.load(), situation.facts()
    return [
        fill(catalog.edition(name, edition.chain, situation.on), facts)
        for name in names
    ]


def times(rounds: int) -> Times:
    """Return the seconds of everything that one process prints."""
    filled = forms_of_the_plan()
    form = filled[0]
    first = _seconds(_print, form)
    warm = [_seconds(_print, each) for _ in range(rounds) for each in filled]
    shelf = Shelf()
    made = pdf.sheet(form)
    shelf.put(pdf.fingerprint(made), b"%PDF-")
    ours, bare, cached = [], [], []
    for _ in range(rounds * 3):
        ours.append(_seconds(_print, form))
        bare.append(_seconds(bare_render, made))
        cached.append(_seconds(_take, shelf, form))
    return Times(first, warm, ours, bare, cached)


def _times_in_a_process(rounds: int) -> Times:
    with TemporaryDirectory(prefix="dat-bench-") as name:
        done = subprocess.run(  # noqa: S603  our own interpreter, our own arguments
            [sys.executable, "-m", "service.bench.papers", str(rounds)],
            check=True,
            cwd=ROOT,
            env=surroundings(Path(name)),
            stdout=subprocess.PIPE,
        )
    return Times(**json.loads(done.stdout))


def _workers(rounds: int) -> Iterator[Measure]:
    """Print the same papers by one worker and by two; no paper is printed twice."""
    pages = [pdf.sheet(each) for each in forms_of_the_plan()]
    batch = [
        pdf.Sheet(each.page, each.answers, f"{each.name}-{number}")
        for number in range(rounds * _BATCH)
        for each in pages
    ]
    one, _, _ = _rate(1, batch)
    two, warmed, held = _rate(2, batch)
    yield Measure(
        "papers.workers",
        two,
        one,
        "one worker",
        "papers/s",
        two / one,
        Bar(WORKERS_GOAL, "least", firm=False),
    )
    yield Measure(
        "papers.memory",
        held,
        warmed,
        "a worker before its first paper",
        "MB",
        held / warmed,
        Bar(WORKER_LIMIT, "most", of="value"),
    )


def _rate(workers: int, batch: list[pdf.Sheet]) -> tuple[float, float, float]:
    """Return papers a second, and the memory of the largest worker before and after."""
    press = Press(workers=workers)
    before = {each.pid for each in multiprocessing.active_children()}

    def largest() -> float:
        processes = multiprocessing.active_children()
        ours = [each.pid for each in processes if each.pid not in before]
        return max(resident_megabytes(pid) for pid in ours if pid is not None)

    try:
        with ThreadPoolExecutor(workers) as threads:
            # Workers are warm when each has printed something.
            starting = [pdf.Sheet("<p>ă", b"", str(number)) for number in range(8)]
            _print_all(threads, press, starting)
            warmed = largest()
            seconds = _seconds(_print_all, threads, press, batch)
            return len(batch) / seconds, warmed, largest()
    finally:
        press.close()


def _file() -> Measure:
    """Weigh the form of two pages next to a bare file of its page."""
    made = pdf.sheet(forms_of_the_plan()[0])
    ours, bare = len(pdf.render(made)), len(bare_render(made))
    return Measure(
        "papers.file",
        ours / 1000,
        bare / 1000,
        "a bare file of its page",
        "KB",
        ours / bare,
        Bar(FILE_LIMIT, "most", of="value"),
    )


def _in_milliseconds(
    name: str,
    value: float,
    baseline: float,
    against: str,
    bar: Bar | None = None,
    promise: str = "",
) -> Measure:
    ratio = value / baseline
    taken, other = value * 1000, baseline * 1000
    return Measure(f"papers.{name}", taken, other, against, "ms", ratio, bar, promise)


def _print(filled: FilledForm) -> bytes:
    return pdf.render(pdf.sheet(filled))


def _print_all(
    threads: ThreadPoolExecutor, press: Press, sheets: list[pdf.Sheet]
) -> None:
    list(threads.map(press.print, sheets))


def _take(shelf: Shelf, filled: FilledForm) -> bytes | None:
    return shelf.get(pdf.fingerprint(pdf.sheet(filled)))


def _seconds(work: Callable[..., object], *given: object) -> float:
    start = perf_counter()
    work(*given)
    return perf_counter() - start


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(times(int(sys.argv[1])))))
