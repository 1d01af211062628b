"""What the packages say to people: a gap in the law, a figure that is not known."""

from __future__ import annotations

from datetime import date

COMMUNE_NOT_KNOWN = "Chưa biết thửa đất ở xã nào nên chưa biết có áp dụng hay không."
BRANCH_NOT_KNOWN = "Chưa biết trường hợp nào áp dụng."


def day(value: date) -> str:
    """Write a legal day: 01/07/2026."""
    return f"{value:%d/%m/%Y}"


def gap(title: str, package: str, first: date | None, last: date | None) -> str:
    """Say for which days no package takes the place of the named one."""
    return (
        f"{_period(first, last)} chưa có gói pháp luật nào có hiệu lực "
        f"thay cho “{title}” ({package})."
    )


def _period(first: date | None, last: date | None) -> str:
    if first is None:
        return "Hiện" if last is None else f"Đến hết ngày {day(last)}"
    start = f"Từ ngày {day(first)}"
    return start if last is None else f"{start} đến hết ngày {day(last)}"


def nothing_for(place: str) -> str:
    """Say that no package was loaded for a place at all."""
    return f"Chưa có gói pháp luật nào cho địa bàn {place}."
