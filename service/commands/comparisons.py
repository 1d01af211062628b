"""Two plans side by side as text for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import zip_longest
from textwrap import wrap

from forms.words import money
from service.usecases.sentences import (
    COPIES,
    DURATIONS,
    MONEY_KINDS,
    NO_NUMBER,
    NOT_KNOWN,
)
from workflows.comparison import Brought, Differences, Json
from workflows.guidance import Asked
from workflows.journey.model import Plan, Step

WIDTH, CAPTION = 38, 24
HERE, THERE = "KẾ HOẠCH NÀY", "NẾU LÀM KHÁC"
NOTHING = "Không có gì khác nhau: các bước, giấy tờ, ngày và tiền đều như cũ."


def comparison_text(
    base: Plan,
    other: Plan,
    found: Differences,
    changes: Mapping[str, str],
    asked: Sequence[Asked],
) -> str:
    """Lay out only what differs between two plans, the base on the left."""
    said = ", ".join(f"{key}={value}" for key, value in changes.items())
    lines = [f"So sánh: {base.title} và {other.title} ({said})"]
    if found.same:
        return "\n".join([*lines, "", NOTHING])
    lines += ["", *_row("", HERE, THERE)]
    for caption, rows in (
        ("Ngày", _days(found)),
        ("Các bước", _steps(found)),
        ("Giấy phải mang", _papers(found)),
        ("Tiền", _money(found)),
        ("Cần để ý", _warnings(found)),
        ("Tạm coi là", _assumptions(found)),
        ("Chưa biết", _unknown(found)),
    ):
        written = [line for row in rows for line in _row(*row)]
        lines += ["", caption, *(written or ["  như nhau"])]
    if asked:
        lines += ["", "Làm khác thì còn phải trả lời, nay tạm coi là chưa rõ:"]
        lines += [f"  - {each.text}" for each in asked]
    return "\n".join(lines)


Row = tuple[str, str, str]


def _days(found: Differences) -> Iterator[Row]:
    for key, (one, another) in found.days.items():
        yield DURATIONS.get(key, key), _said(one), _said(another)


def _said(value: object) -> str:
    if isinstance(value, date):
        return f"{value.day}/{value.month}/{value.year}"
    if isinstance(value, bool):
        return "còn phần chưa biết" if value else "đã biết đủ"
    return str(value)


def _steps(found: Differences) -> Iterator[Row]:
    for one, another in zip_longest(found.steps.removed, found.steps.added):
        yield "", _step(one), _step(another)
    for one, another in found.steps.changed:
        yield "", _step(one), _step(another)


def _step(step: Step | None) -> str:
    if step is None:
        return "-"
    days = "chưa rõ" if step.working_days is None else step.working_days
    until = f"{step.ends.day}/{step.ends.month}/{step.ends.year}"
    where = step.office.citizen
    return f"{step.name.citizen}: {days} ngày làm việc, đến {until} ({where})"


def _papers(found: Differences) -> Iterator[Row]:
    for one, another in zip_longest(found.papers.removed, found.papers.added):
        yield "", _paper(one), _paper(another)
    for one, another in found.papers.changed:
        yield "", _paper(one), _paper(another)


def _paper(paper: Brought | None) -> str:
    if paper is None:
        return "-"
    copies = " hoặc ".join(COPIES.get(each, each) for each in paper.copy)
    marks = ", ".join(filter(None, (copies, "nếu có" if paper.optional else "")))
    return f"{paper.name} ({marks})" if marks else paper.name


def _money(found: Differences) -> Iterator[Row]:
    for line in found.money.removed:
        yield _kind(line), _line(line), "-"
    for line in found.money.added:
        yield _kind(line), "-", _line(line)
    for one, another in found.money.changed:
        yield _kind(one), _line(one), _line(another)
    if found.totals[0] != found.totals[1]:
        yield "Cộng phần đã biết", money(found.totals[0]), money(found.totals[1])


def _kind(line: Json) -> str:
    return f"{MONEY_KINDS.get(line['kind'], line['kind'])} [{line['payer']}]"


def _line(line: Json) -> str:
    amount = NO_NUMBER if line["amount"] is None else money(line["amount"])
    return f"{amount} ({line['reason']})"


def _warnings(found: Differences) -> Iterator[Row]:
    for one, another in zip_longest(found.warnings.removed, found.warnings.added):
        yield "", one.text if one else "-", another.text if another else "-"


def _assumptions(found: Differences) -> Iterator[Row]:
    rows = zip_longest(found.assumptions.removed, found.assumptions.added)
    for one, another in (*rows, *found.assumptions.changed):
        yield "", one.text if one else NOT_KNOWN, another.text if another else "-"


def _unknown(found: Differences) -> Iterator[Row]:
    for one, another in zip_longest(found.unknown.removed, found.unknown.added):
        yield "", one.what if one else "-", another.what if another else "-"


def _row(caption: str, one: str, another: str) -> Iterator[str]:
    columns = [
        wrap(caption, CAPTION) or [""],
        wrap(one, WIDTH) or [""],
        wrap(another, WIDTH) or [""],
    ]
    for left, middle, right in zip_longest(*columns, fillvalue=""):
        yield f"  {left:<{CAPTION}}  {middle:<{WIDTH}}  {right}".rstrip()
