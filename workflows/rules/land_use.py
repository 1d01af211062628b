"""What first registration, another use of the land and its term turn on."""

from __future__ import annotations

import calendar
from datetime import date

from workflows.definition import Mark
from workflows.rules.law import DatedLaw, dong
from workflows.rules.registry import Place, rule
from workflows.rules.vocabulary import (
    CHANGE_OF_PURPOSE,
    EXTENSION,
    FIRST_CERTIFICATE,
)

LEVY_SHEET = Place("nd252-2026", "Đ17.2.b", Mark.SEEN)
FIRST_DEBT = Place("nd101-2024", "Đ18.11", Mark.SEEN)
TERM_ENDS = Place("ldd-2024", "Đ172.3", Mark.SEEN)
ASKS_LEVY = {CHANGE_OF_PURPOSE, FIRST_CERTIFICATE, EXTENSION}
MONTHS_OF_A_YEAR = 12


@rule("sheet.asks_levy", basis=(LEVY_SHEET,))
def sheet_asks_levy(goal: str | None) -> bool | None:
    """Return whether the tax office will be asked for the levy, not for fees alone."""
    return None if goal is None else goal in ASKS_LEVY


@rule("sheet.income_tax_possible")
def income_tax_possible(*, goal__passes_right: bool | None) -> bool:
    """Return False where no right passes to anybody, so that nobody has an income."""
    return goal__passes_right is not False


@rule("result_notice.brought")
def result_notice_brought(*, result_notice__held: bool | None) -> bool:
    """Return whether the notice of an earlier registration is there; silence is no."""
    return bool(result_notice__held)


@rule("debt.window_open", basis=(FIRST_DEBT,))
def debt_window_open(law: DatedLaw) -> bool:
    """Return whether the law still lets what a first certificate costs be owed."""
    until = law.at("land_use_levy.deferral_until").value
    return isinstance(until, str) and law.on <= date.fromisoformat(until)


@rule("term.extension_too_early", basis=(TERM_ENDS,))
def extension_too_early(land__term_end: date | None, law: DatedLaw) -> bool | None:
    """Return whether the last months of the term, when one may apply, lie ahead."""
    opens = _before(land__term_end, dong(law.at("land.extension_opens")))
    return None if opens is None else law.on < opens


@rule("term.extension_too_late", basis=(TERM_ENDS,))
def extension_too_late(land__term_end: date | None, law: DatedLaw) -> bool | None:
    """Return whether the last day to apply for an extension is over."""
    closes = _before(land__term_end, dong(law.at("land.extension_closes")))
    return None if closes is None else law.on > closes


@rule("land.purpose_name")
def land_purpose_name(land__purpose: str | None, law: DatedLaw) -> str | None:
    """Return the land type in words, as certificates print it beside its code."""
    return _in_words(land__purpose, law)


@rule("purpose.target_name")
def target_name(purpose__target: str | None, law: DatedLaw) -> str | None:
    """Return in words the land type that is asked for."""
    return _in_words(purpose__target, law)


def _in_words(code: str | None, law: DatedLaw) -> str | None:
    item = law.items("land_purposes").get(code or "")
    return None if item is None else item.label.clerk


@rule("rice_land.converted")
def rice_land_converted(*, purpose__leaves_rice: bool | None) -> bool | None:
    """Return whether wet-rice land is given up, which owes a charge and papers."""
    return purpose__leaves_rice


@rule("forest_land.converted")
def forest_land_converted(
    *, goal__changes_purpose: bool | None, land__purpose: str | None, law: DatedLaw
) -> bool | None:
    """Return whether forest land gets another use, by the mark of its code."""
    if not goal__changes_purpose:
        return goal__changes_purpose
    item = law.items("land_purposes").get(land__purpose or "")
    return None if item is None else item.data.get("forest") is True


def _before(end: date | None, months: int | None) -> date | None:
    """Return the day so many months before, on the same day number or the last one."""
    if end is None or months is None:
        return None
    year, month = divmod(end.year * MONTHS_OF_A_YEAR + end.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(end.day, last))
