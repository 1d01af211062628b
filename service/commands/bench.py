"""``dat bench``: the program measured against baselines of the same run."""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Iterable, Iterator
from importlib import import_module
from pathlib import Path

from service.bench.measures import QUICK, Effort, Measure, machine, rounded
from service.bench.report import page
from service.commands.inputs import add_json, print_json
from service.errors import InputError

SUBJECTS = (
    "engine",
    "law",
    "commands",
    "store",
    "papers",
    "web",
    "scale",
    "audit",
    "timing_of_codes",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what is measured, and whether only the shape of the answer matters."""
    parser.add_argument(
        "--only", action="append", choices=SUBJECTS, help="this subject; repeatable"
    )
    parser.add_argument(
        "--quick", action="store_true", help="hardly any rounds: figures mean little"
    )
    parser.add_argument(
        "--html", type=Path, metavar="FOLDER", help="also a page and the same as JSON"
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print each measure; answer 1 when a limit does not hold."""
    effort = QUICK if args.quick else Effort()
    measures = _measured(args.only or SUBJECTS, effort)
    return report(measures, as_json=args.json, folder=args.html, effort=effort)


def report(
    measures: Iterable[Measure],
    *,
    as_json: bool,
    folder: Path | None = None,
    effort: Effort = QUICK,
) -> int:
    """Print measures as they come, or all as JSON; answer 1 when a limit is missed.

    With a folder they also lie there as ``index.html`` and ``bench.json``.
    """
    around = machine()
    kept: list[Measure] = []
    if not as_json:
        print(*(f"{name} {value}" for name, value in around.items()), sep=", ")
        print(_row("measure", "value", "baseline", "", "ratio", "bar", ""))
    for each in measures:
        kept.append(each)
        if not as_json:
            print(_line(each), flush=True)
    told = {"measures": [each.to_json() for each in kept], "machine": around}
    if as_json:
        print_json(told)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        shown = "a glance: figures mean little" if effort == QUICK else "in full"
        (folder / "index.html").write_text(page(kept, around, shown), "utf-8")
        (folder / "bench.json").write_text(json.dumps(told, indent=1), "utf-8")
    return 1 if any(each.fails for each in kept) else 0


def _measured(subjects: Collection[str], effort: Effort) -> Iterator[Measure]:
    for subject in SUBJECTS:
        if subject not in subjects:
            continue
        try:
            module = import_module(f"service.bench.{subject}")
        except ModuleNotFoundError as missing:
            raise InputError(
                f"Thiếu gói {missing.name!r} để so sánh; cài nhóm bench trong "
                "requirements.lock rồi chạy lại."
            ) from missing
        yield from module.measure(effort)


def _line(measure: Measure) -> str:
    bar = ""
    if measure.bar is not None:
        sign = "≥" if measure.bar.is_at == "least" else "≤"
        unit = "×" if measure.bar.of == "ratio" else f" {measure.unit}"
        kind = "" if measure.bar.firm else " (goal)"
        bar = f"{sign} {measure.bar.figure:g}{unit}{kind}"
    return _row(
        f"{measure.promise:<2} {measure.id}",
        _figure(measure.value),
        _figure(measure.baseline),
        f"{measure.unit}, {measure.against}",
        f"{_figure(measure.ratio)}×",
        bar,
        measure.verdict,
    )


def _row(*cells: str) -> str:
    name, value, baseline, what, ratio, bar, verdict = cells
    return (
        f"{name:<44} {value:>10} {baseline:>10} {what:<36} {ratio:>8}  "
        f"{bar:<17} {verdict}"
    ).rstrip()


def _figure(figure: float) -> str:
    return f"{rounded(figure):,.10g}"
