"""How long a printed paper takes once the program runs, next to the first one.

The papers are those of the plan of the sample. They are printed in a process of its
own, so that the first one pays for loading the PDF engine; nothing is cached.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from forms.catalog import Catalog
from forms.prefill import FilledForm, fill
from service.bench.measures import Effort, Measure
from service.bench.processes import ROOT, surroundings
from service.bench.sample import SAMPLE
from workflows.journey import plan
from workflows.loader import load_calendar, load_law, load_territory
from workflows.situation import read


def measure(effort: Effort) -> Iterator[Measure]:
    """Print every paper of the plan; the first print is the baseline."""
    with TemporaryDirectory(prefix="dat-bench-") as name:
        done = subprocess.run(  # noqa: S603  our own interpreter, our own arguments
            [sys.executable, "-m", "service.bench.papers", str(effort.prints)],
            check=True,
            cwd=ROOT,
            env=surroundings(Path(name)),
            stdout=subprocess.PIPE,
        )
    taken = json.loads(done.stdout)
    warm = median(taken["warm"])
    yield Measure(
        "papers.warm",
        warm * 1000,
        taken["first"] * 1000,
        "the first paper of a process",
        "ms",
        warm / taken["first"],
    )


def sheets() -> list[FilledForm]:
    """Return the forms that the plan of the sample names, filled as far as it goes."""
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


def times(rounds: int) -> dict[str, object]:
    """Return the seconds of the first print, and of each one after it."""
    filled = sheets()
    start = perf_counter()
    from forms import pdf  # noqa: PLC0415  the first print pays for it

    pdf.render(pdf.sheet(filled[0]))
    first = perf_counter() - start
    warm = []
    for _ in range(rounds):
        for each in filled:
            start = perf_counter()
            pdf.render(pdf.sheet(each))
            warm.append(perf_counter() - start)
    return {"first": first, "warm": warm}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(times(int(sys.argv[1]))))
