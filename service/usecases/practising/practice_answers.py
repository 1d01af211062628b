"""The questions of an exercise: which choices there are, and what is right here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from service.usecases.practising.practice_book import Ask, Choice
from service.usecases.practising.practice_checks import Seen
from service.usecases.practising.practice_sentences import NOT_ANSWERED


@dataclass(frozen=True, slots=True)
class AskView:
    """A question with its choices, what was typed, and what would be right."""

    ask: Ask
    choices: tuple[Choice, ...]
    typed: str
    right: str


def asked(seen: Seen, typed: Mapping[str, str]) -> tuple[AskView, ...]:
    """Return the questions of the exercise as they are in this room."""
    return tuple(
        AskView(each, _choices(seen, each), typed.get(each.id, ""), _right(seen, each))
        for each in seen.exercise.asks
    )


def feedback_on(view: AskView) -> str | None:
    """Return what to tell about the answer, None when it is right."""
    if not view.typed:
        return NOT_ANSWERED.format(question=view.ask.text)
    if _plain(view.ask, view.typed) == view.right:
        return None
    chosen = next((each for each in view.choices if each.value == view.typed), None)
    return chosen.says if chosen and chosen.says else view.ask.wrong


def _choices(seen: Seen, ask: Ask) -> tuple[Choice, ...]:
    if not ask.choices_from:
        return ask.choices
    steps = seen.plan.main_steps
    return tuple(Choice(value=step.id, text=step.name.citizen) for step in steps)


def _right(seen: Seen, ask: Ask) -> str:
    if ask.right_from:
        return _WORKED_OUT[ask.right_from](seen)
    return next(each.value for each in ask.choices if each.right)


def _plain(ask: Ask, typed: str) -> str:
    """Return what was typed as it is compared: a number bare, a day as ISO text."""
    if ask.kind == "number":
        digits = typed.split(maxsplit=1)[0]
        return digits.lstrip("0") or digits
    if ask.kind == "day":
        try:
            day, month, year = map(int, typed.replace("-", "/").split("/"))
            return date(year, month, day).isoformat()
        except ValueError:
            return ""
    return typed


_WORKED_OUT: dict[str, Callable[[Seen], str]] = {
    "first_step": lambda seen: seen.plan.main_steps[0].id,
    "step_count": lambda seen: str(len(seen.plan.main_steps)),
    "working_days": lambda seen: str(seen.plan.duration.working_days),
    "printed_number": lambda seen: seen.room.number,
    "due_day": lambda seen: seen.first_due or "",
}
