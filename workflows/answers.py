"""One answer at a time: checked as JSON gives it, or read as a person types it.

Both doors give the same typed values: bool, int of đồng, Decimal, date, str.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from workflows import sentences
from workflows.definition import FactSpec, Question, Validation
from workflows.errors import Problem
from workflows.shapes import kind_of, load_shapes, problem
from workflows.writing import tidy, unfit

DONG_MOST = 10**15
LAST_DAY_IS_TODAY = "on"
NO_LIMITS = Validation()

_PLAIN_NUMBER = re.compile(r"\d{1,12}(\.\d{1,6})?")
# Longer ones are no sums that anybody meant, and at some length Python reads none.
_GROUPED = re.compile(r"\d{1,3}([. \u00a0]\d{3}){1,9}")
_GROUPED_BY_COMMA = re.compile(r"\d{1,3}(,\d{3}){1,9}")
_CURRENCY = re.compile(r"(đồng|đ|vnđ|vnd)$")
_IN_WORDS = re.compile(r"(\d{1,18}(?:[.,]\d{1,18})?)\s*(nghìn|ngàn|triệu|tỷ|tỉ)")
_SCALE = {"nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer must be: its type, its choices, its limits.

    ``shape`` is the kind of identifier that it is, if it is one.
    """

    type: str
    choices: tuple[str | bool, ...] = ()
    limits: Validation = NO_LIMITS
    shape: str | None = None


def expected_by(key: str, question: Question) -> Expected:
    """Return what a question expects whose answer is the fact ``key``."""
    values = tuple(choice.value for choice in question.choices)
    return Expected(question.type, values, question.validation, kind_of(key))


def expected_of(key: str, spec: FactSpec) -> Expected:
    """Return what the recorded fact ``key`` expects."""
    shape = spec.shape or kind_of(key)
    return Expected(spec.type, tuple(spec.choices), shape=shape)


# --- as JSON gives it ---------------------------------------------------------------


def accept(key: str, value: object, expected: Expected, on: date) -> object:
    """Return the typed value, or the Problem that says what is allowed.

    ``on`` is the day of the matter: the last day of facts that lie in the past.
    """
    kind = expected.type
    if kind == "yes_no":
        return value if isinstance(value, bool) else _type(key, value, sentences.YES_NO)
    if kind == "choice":
        return _choice(key, value, expected.choices)
    if kind in {"money", "integer"}:
        return _whole(key, value, expected)
    if kind == "decimal":
        return _decimal(key, value, expected)
    if kind == "date":
        return _day(key, value, expected, on)
    return _words(key, value, expected)


def _type(key: str, value: object, wanted: str) -> Problem:
    return Problem(key, value, sentences.wrong_type(key, value, wanted))


def _choice(key: str, value: object, allowed: tuple[str | bool, ...]) -> object:
    for choice in allowed:
        if value == choice and isinstance(value, type(choice)):
            return choice
    words = (_as_json(choice) for choice in allowed)
    return Problem(key, value, sentences.not_allowed(key, value, words))


def _as_json(choice: str | bool) -> str:  # noqa: FBT001  a choice may be a boolean
    return str(choice).lower() if isinstance(choice, bool) else choice


def _whole(key: str, value: object, expected: Expected) -> object:
    wanted = sentences.WHOLE_DONG if expected.type == "money" else sentences.INTEGER
    if isinstance(value, float) and value.is_integer() and abs(value) <= DONG_MOST:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return _type(key, value, wanted)
    if value > DONG_MOST:
        limit = sentences.TRILLION_MOST
        return Problem(key, value, sentences.out_of_range(key, value, None, limit))
    return _within(key, value, Decimal(value), expected)


def _decimal(key: str, value: object, expected: Expected) -> object:
    text = str(value) if isinstance(value, str | int | float) else ""
    if isinstance(value, bool) or not _PLAIN_NUMBER.fullmatch(text):
        return _type(key, value, sentences.DECIMAL)
    number = Decimal(text)
    return _within(key, number, number, expected)


def _within(key: str, value: object, number: Decimal, expected: Expected) -> object:
    limits = expected.limits
    too_small = limits.min is not None and number < Decimal(limits.min)
    too_big = limits.max is not None and number > Decimal(limits.max)
    places = -int(number.as_tuple().exponent)
    too_fine = limits.places is not None and places > limits.places
    if too_small or too_big or too_fine:
        text = sentences.out_of_range(key, value, limits.min, limits.max)
        return Problem(key, value, limits.message or text)
    return value


def _day(key: str, value: object, expected: Expected, on: date) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return Problem(key, value, sentences.no_such_day(key, value))
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return Problem(key, value, sentences.no_such_day(key, value))
    return _not_too_late(key, day, expected, on)


def _not_too_late(
    key: str, day: date, expected: Expected, on: date | None
) -> date | Problem:
    last = on if expected.limits.max == LAST_DAY_IS_TODAY else None
    if last is not None and day > last:
        return Problem(key, day, sentences.day_too_late(key, day, last))
    return day


def _words(key: str, value: object, expected: Expected) -> object:
    text = tidy(value) if isinstance(value, str) else ""
    if not text:
        return _type(key, value, sentences.TEXT)
    refusal = unfit(text)
    if refusal is not None:
        return Problem(key, value, refusal)
    if expected.shape is not None:
        refusal = problem(expected.shape, text)
        kept = load_shapes().shapes[expected.shape].kept(text)
        return kept if refusal is None else Problem(key, value, refusal)
    pattern = expected.limits.pattern
    if pattern is not None and not re.fullmatch(pattern, text):
        message = expected.limits.message
        fallback = sentences.wrong_type(key, value, sentences.TEXT)
        return Problem(key, value, message or fallback)
    return text


# --- as a person types it -----------------------------------------------------------


def parse(key: str, raw: str, expected: Expected, on: date | None = None) -> object:
    """Read what was typed; return the value, None for "Tôi chưa rõ", or a Problem.

    Its sentence speaks of the answer: who types at a page has never seen a key.
    """
    text = tidy(raw)
    if not text:
        return Problem(key, raw, sentences.NO_ANSWER)
    if text.casefold() == sentences.UNSURE.casefold():
        return None
    reader = {
        "yes_no": _typed_yes_no,
        "money": _typed_money,
        "integer": _typed_money,
        "decimal": _typed_decimal,
        "date": _typed_day,
    }.get(expected.type, _typed_words)
    read = reader(sentences.THE_ANSWER, text, expected, on)
    return replace(read, key=key) if isinstance(read, Problem) else read


def _typed_yes_no(key: str, text: str, _: Expected, __: date | None) -> object:
    word = text.casefold()
    if word in sentences.YES_WORDS:
        return True
    if word in sentences.NO_WORDS:
        return False
    return Problem(key, text, sentences.NO_ANSWER)


def _typed_money(key: str, text: str, expected: Expected, _: date | None) -> object:
    number = _CURRENCY.sub("", text.casefold()).strip()
    spelled = _IN_WORDS.fullmatch(number)
    if spelled:
        amount = Decimal(spelled[1].replace(",", ".")) * _SCALE[spelled[2]]
        whole = int(amount) if amount == amount.to_integral_value() else None
    elif _GROUPED.fullmatch(number) or _GROUPED_BY_COMMA.fullmatch(number):
        whole = int(re.sub(r"\D", "", number))
    else:
        whole = int(number) if re.fullmatch(r"\d{1,16}", number) else None
    if whole is None:
        wanted = sentences.WHOLE_DONG if expected.type == "money" else sentences.INTEGER
        return _type(key, text, wanted)
    return _whole(key, whole, expected)


def _typed_decimal(key: str, text: str, expected: Expected, _: date | None) -> object:
    """Read 200,5 and 1.000,5 and 200.5; 1.000 is a thousand unless only one fits."""
    number = re.sub(r"\s*(m2|m²)$", "", text.casefold())
    readings = []
    if "," in number:
        readings.append(number.replace(".", "").replace(",", "."))
    elif _GROUPED.fullmatch(number):
        readings += [re.sub(r"\D", "", number), number]
    else:
        readings.append(number)
    if not any(_PLAIN_NUMBER.fullmatch(reading) for reading in readings):
        return _type(key, text, sentences.DECIMAL_TYPED)
    outcomes = [_decimal(key, reading, expected) for reading in readings]
    return next((o for o in outcomes if not isinstance(o, Problem)), outcomes[0])


def _typed_day(key: str, text: str, expected: Expected, on: date | None) -> object:
    numbers = re.findall(r"\d+", text)
    if len(numbers) != 3:
        return Problem(key, text, sentences.no_such_day_typed(text))
    year_first = len(numbers[0]) == 4
    year, month, number = numbers if year_first else reversed(numbers)
    if len(year) != 4:
        return Problem(key, text, sentences.no_such_day_typed(text))
    try:
        day = date(int(year), int(month), int(number))
    except ValueError:
        return Problem(key, text, sentences.no_such_day_typed(text))
    return _not_too_late(key, day, expected, on)


def _typed_words(key: str, text: str, expected: Expected, _: date | None) -> object:
    if expected.type == "choice":
        for choice in expected.choices:
            if text == _as_json(choice):
                return choice
        return Problem(key, text, sentences.NO_ANSWER)
    return _words(key, text, expected)
