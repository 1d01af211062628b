"""``dat figures``: the on-time rate of a period and the other indicators."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from service.commands.desks import migrated_desk
from service.commands.inputs import a_day, add_json, print_json
from service.usecases.indicators.figures import FiguresReport, Group, figures_between
from workflows.indicators import Figures
from workflows.loader_indicators import load_counting

_UNKNOWN = "chưa có"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the period, the office, and how to print."""
    parser.description = "\n\n".join(
        (
            "The on-time rate by indicator 2.1, and other figures of a period.",
            *load_counting().definition.values(),
        )
    )
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--from", dest="first", required=True, help="first day")
    parser.add_argument("--to", dest="last", required=True, help="last day")
    parser.add_argument("--office", help="only the cases of this office, by its id")
    parser.add_argument(
        "--cases", action="store_true", help="with --json: the verdict on each case"
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print the figures of the period."""
    first, last = a_day(args.first, "--from"), a_day(args.last, "--to")
    desk = migrated_desk()
    try:
        report = figures_between(desk, first, last, args.office)
    finally:
        desk.press.close()
    if args.json:
        print_json(report.to_json(cases=args.cases))
    else:
        print("\n".join(_lines(report)))
    return 0


def _lines(report: FiguresReport) -> Iterator[str]:
    period, figures = report.period, report.figures
    yield f"Từ {period.first:%d/%m/%Y} đến hết {period.last:%d/%m/%Y}"
    yield _line("Tất cả", figures)
    if figures.promised_nothing:
        yield f"Không có ngày hẹn nên không tính: {figures.promised_nothing} hồ sơ"
    yield f"Thời gian trung bình: {_days(figures.average_days)}"
    yield f"Nộp qua mạng: {_rate(figures.online.rate)}"
    yield f"Số hóa đủ giấy tờ: {_rate(figures.digitised.rate)}"
    yield f"Trả tiền qua mạng: {_rate(figures.paid_online.rate)}"
    for kind in load_counting().returns:
        if kind.kind in figures.returns:
            yield f"{kind.label}: {figures.returns[kind.kind]} lần"
    yield from _groups("Theo cơ quan", report.by_office)
    yield from _groups("Theo thủ tục", report.by_procedure)
    yield from _groups("Theo tháng", report.by_month)


def _groups(title: str, groups: tuple[Group, ...]) -> Iterator[str]:
    yield f"\n{title}:"
    for each in groups:
        yield f"  {_line(each.name, each.figures)}"


def _line(name: str, figures: Figures) -> str:
    judged = figures.on_time
    return (
        f"{name}: đúng hạn {judged.part}/{judged.whole}"
        f" ({_rate(judged.rate)}), trễ {figures.late}"
    )


def _rate(rate: float | None) -> str:
    return _UNKNOWN if rate is None else f"{rate:.2f} %".replace(".", ",")


def _days(days: float | None) -> str:
    return _UNKNOWN if days is None else f"{days:.2f} ngày".replace(".", ",")
