"""How long a person waits for a command, next to importing two libraries only."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from service.bench.measures import Bar, Effort, Measure
from service.bench.processes import ROOT, surroundings
from service.bench.sample import SAMPLE

COMMANDS = ("plan", "estimate")
BASELINE = "import pydantic, sqlalchemy"
LIMIT = 3.0


def measure(effort: Effort) -> Iterator[Measure]:
    """Run whole processes in turns, after one of each that fills the caches."""
    with TemporaryDirectory(prefix="dat-bench-") as name:
        folder = Path(name)
        situation = folder / "situation.json"
        situation.write_text(json.dumps(SAMPLE), "utf-8")
        around = surroundings(folder)
        lines = {BASELINE: [sys.executable, "-c", BASELINE]} | {
            command: [sys.executable, "-m", "service", command, str(situation)]
            for command in COMMANDS
        }
        for line in lines.values():
            _seconds(line, around)
        taken: dict[str, list[float]] = {name: [] for name in lines}
        for _ in range(effort.processes):
            for each, line in lines.items():
                taken[each].append(_seconds(line, around))
    base = taken[BASELINE]
    for command in COMMANDS:
        yield Measure(
            f"commands.{command}",
            median(taken[command]) * 1000,
            median(base) * 1000,
            BASELINE,
            "ms",
            median(a / b for a, b in zip(taken[command], base, strict=True)),
            Bar(LIMIT, "most"),
        )


def _seconds(line: Sequence[str], around: Mapping[str, str]) -> float:
    start = perf_counter()
    subprocess.run(  # noqa: S603  our own interpreter, our own arguments
        line, check=True, cwd=ROOT, env=around, stdout=subprocess.DEVNULL
    )
    return perf_counter() - start
