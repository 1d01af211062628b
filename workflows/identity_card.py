"""Reads the text of the QR of an identity card: typed values, or what is wrong with it.

Nothing is guessed: what the card does not tell stays unknown, and what stands after the
known fields is left out. The text is personal data and appears in no problem.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, TypeAlias

from pydantic import Field

from workflows.definition import Mark, Names, Seen, Strict
from workflows.errors import Problem
from workflows.territory import fold
from workflows.writing import tidy, unfit

KEY = "card"
LONGEST_QR = 2000
_NUMBER = re.compile(r"[0-9]{12}")
_OLD_NUMBER = re.compile(r"[0-9]{9}")
_NAME = re.compile(r"[^0-9<>]{2,100}")

FieldName: TypeAlias = Literal[
    "number",
    "old_number",
    "full_name",
    "birth_date",
    "sex",
    "residence",
    "issue_date",
]


class Sex(StrEnum):
    """What the card prints as giới tính."""

    MALE = "male"
    FEMALE = "female"


# --- the format, as it stands in the file ---------------------------------------------


class Layout(Strict):
    """The fields in the order of the QR."""

    fields: tuple[FieldName, ...] = Field(min_length=7, max_length=7)
    source: Seen


class DayShape(Strict):
    """One way of writing a day: a pattern with the groups day, month and year."""

    shape: str
    mark: Mark


class Century(Strict):
    """What the fourth digit tells: the first year of a century, and the sex."""

    from_: int = Field(alias="from")
    sex: Sex


class NumberFormat(Strict):
    """What the digits of a personal number tell."""

    places: Names
    centuries: Mapping[str, Century]
    source: Seen


class Sentences(Strict):
    """What is said to people; the names in braces are filled in."""

    empty: str
    too_long: str
    too_few: str
    number: str
    old_number: str
    full_name: str
    birth_date: str
    sex: str
    residence: str
    issue_date: str
    place: str
    century_sex: str
    birth_year: str
    issued_early: str


class Gap(Strict):
    """What nobody has found out, and who knows it."""

    what: str
    ask: str


class CardFormat(Strict):
    """How the QR of a card is laid out, and what is said about a text that is none."""

    separator: str
    layout: Layout
    days: tuple[DayShape, ...]
    sexes: Mapping[Sex, str]
    number: NumberFormat
    sentences: Sentences
    missing: tuple[Gap, ...]


# --- the card -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """What the QR tells, as printed on the card.

    ``birth_date`` is None when the card tells only the year, or nothing; ``residence``
    may name units that are no more.
    """

    number: str
    full_name: str
    old_number: str | None = None
    birth_date: date | None = None
    birth_year: int | None = None
    sex: Sex | None = None
    residence: str | None = None
    issue_date: date | None = None


@dataclass(frozen=True, slots=True)
class _Written:
    """A day as written: whole, or only its year."""

    day: date | None = None
    year: int | None = None


def read_card(text: str, known: CardFormat) -> IdentityCard | Problem:
    """Read the text of a QR; the Problem says which part is wrong, what is allowed.

    Blanks, line ends, decomposed letters and empty parts do not matter; what stands
    after the known parts is left out.
    """
    say = known.sentences
    whole = tidy(text[: LONGEST_QR + 1])
    if not whole:
        return _problem(say.empty)
    if len(text) > LONGEST_QR:
        return _problem(say.too_long)
    parts = [tidy(part) for part in whole.split(known.separator)]
    least = len(known.layout.fields)
    if len(parts) < least:
        told = {"count": len(parts), "least": least, "separator": known.separator}
        return _problem(say.too_few.format(**told))
    return _card(dict(zip(known.layout.fields, parts, strict=False)), known)


def _card(given: Mapping[FieldName, str], known: CardFormat) -> IdentityCard | Problem:
    say = known.sentences
    number = _digits(given["number"])
    old_number = _digits(given["old_number"])
    birth, issued = (_day(given[f], known) for f in ("birth_date", "issue_date"))
    sex = _sex(given["sex"], known)
    allowed = ", ".join(known.sexes.values())
    checks = (
        (_NUMBER.fullmatch(number), say.number),
        (not old_number or _is_old_number(old_number), say.old_number),
        (_is_name(given["full_name"]), say.full_name),
        (birth is not None, say.birth_date),
        (not given["sex"] or sex is not None, say.sex.format(allowed=allowed)),
        (unfit(given["residence"]) is None, say.residence),
        (issued is not None and (issued.day or not issued.year), say.issue_date),
    )
    for holds, sentence in checks:
        if not holds:
            return _problem(sentence)
    birth, issued = birth or _Written(), issued or _Written()
    return IdentityCard(
        number=number,
        full_name=given["full_name"],
        old_number=old_number or None,
        birth_date=birth.day,
        birth_year=birth.year,
        sex=sex,
        residence=given["residence"] or None,
        issue_date=issued.day,
    )


def _is_old_number(text: str) -> bool:
    return any(shape.fullmatch(text) for shape in (_OLD_NUMBER, _NUMBER))


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None and unfit(text) is None


def _problem(sentence: str) -> Problem:
    return Problem(KEY, None, sentence)


def _digits(text: str) -> str:
    return re.sub(r"[\s.]", "", text)


def _day(text: str, known: CardFormat) -> _Written | None:
    """Return the day as far as it is written, or None for one that cannot be."""
    if not text:
        return _Written()
    found = (re.fullmatch(each.shape, _digits(text)) for each in known.days)
    parts = next((match.groupdict() for match in found if match), None)
    if parts is None:
        return None
    year, month, day = (int(parts.get(name, 0)) for name in ("year", "month", "day"))
    try:
        whole = date(year, month or 1, day or 1)
    except ValueError:
        return None
    return _Written(whole if month and day else None, year)


def _sex(text: str, known: CardFormat) -> Sex | None:
    named = (sex for sex, name in known.sexes.items() if fold(name) == fold(text))
    return next(named, None)


# --- what does not fit together -------------------------------------------------------


def doubts(card: IdentityCard, known: CardFormat) -> tuple[str, ...]:
    """Return what looks wrong on a card that could be read; no reason to refuse it.

    The number tells the place of the birth's registration, the sex and the year.
    """
    say, number = known.sentences, known.number
    found = []
    place, century = card.number[:3], number.centuries.get(card.number[3])
    if place not in number.places:
        found.append(say.place.format(digits=place))
    if century is not None and card.sex is not None and century.sex != card.sex:
        by_number, written = known.sexes[century.sex], known.sexes[card.sex]
        found.append(say.century_sex.format(by_number=by_number, written=written))
    if century is not None and card.birth_year is not None:
        year = century.from_ + int(card.number[4:6])
        if year != card.birth_year:
            told = {"by_number": year, "written": card.birth_year}
            found.append(say.birth_year.format(**told))
    if card.issue_date and card.birth_date and card.issue_date < card.birth_date:
        found.append(say.issued_early)
    return tuple(found)
