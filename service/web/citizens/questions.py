"""What the page of one question shows: its words, its choices, its answer now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from service.errors import NotFoundError
from service.usecases.desk import Desk
from service.usecases.matter.identity_card import NAMES, may_be_read
from service.usecases.matter.read_matter import PERSON_ID, MatterView
from service.usecases.matter.situations import PERSON
from service.usecases.sentences import NOT_KNOWN, masked
from service.web.formats import day
from workflows.definition import Question
from workflows.guidance import Asked, question_about
from workflows.rules.law import Basis
from workflows.situation import Situation

MOST_PEOPLE = 20
# With "Tôi chưa rõ" a phone shows one more before the button.
MOST_IN_SIGHT = 4
INPUT_MODES = {
    "money": "numeric",
    "integer": "numeric",
    "decimal": "decimal",
    "person_id": "numeric",
    "phone": "tel",
}
ON_CARDS = frozenset(PERSON + name for name in NAMES)
YES_NO = (("true", "Có"), ("false", "Không"))


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One answer to choose; ``value`` as the form sends it."""

    value: str
    label: str
    legal: str | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person on the page of people, as typed or as known."""

    id: str
    name: str = ""
    share: str = ""


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """One question about this matter, ready for the template.

    ``asked_by`` is the key of the question in the law, without the person it is about;
    ``raw`` is the current answer as it would be typed; empty when there is none, and
    when only its end may be seen, which is ``hidden``.
    ``card_of`` is the person whose identity card tells the answer.
    """

    key: str
    asked_by: str
    kind: str
    text: str
    question: Question
    choices: tuple[ChoiceRow, ...]
    raw: str
    said_unknown: bool
    why: tuple[Basis, ...]
    pair: tuple[str, str]
    role: str
    people: tuple[PersonRow, ...]
    hidden: str | None
    card_of: str | None

    @property
    def in_sight(self) -> tuple[ChoiceRow, ...]:
        """Return the choices that stand before the button without a tap."""
        many = len(self.choices) > MOST_IN_SIGHT
        return self.choices[: MOST_IN_SIGHT - 1] if many else self.choices

    @property
    def folded(self) -> tuple[ChoiceRow, ...]:
        """Return the rarer choices, which unfold."""
        return self.choices[len(self.in_sight) :]

    @property
    def inputmode(self) -> str | None:
        """Return which keyboard a phone should show."""
        return INPUT_MODES.get(self.kind)

    @property
    def short(self) -> bool:
        """Return whether a narrow field is enough."""
        return self.kind in {"date", *INPUT_MODES}

    @property
    def may_be_unknown(self) -> bool:
        """Return whether "Tôi chưa rõ" is an answer; who takes part must be told."""
        return self.kind not in {"parties", "commune"}


def find_question(desk: Desk, view: MatterView, key: str) -> QuestionPage:
    """Return the page of a question of this matter, asked already or not yet.

    Raises NotFoundError for a key that asks nothing here.
    """
    edition = desk.law.edition(view.province, view.on, view.commune)
    asked = question_about(view.situation, edition, key)
    if asked is None:
        raise NotFoundError("question", key)
    return _page(asked, view)


def _page(asked: Asked, view: MatterView) -> QuestionPage:
    question, situation = asked.question, view.situation
    raw = _raw(_current(asked, situation))
    hides = view.hides_numbers and question.type == PERSON_ID
    role = question.roles[0] if question.type == "parties" else ""
    return QuestionPage(
        key=asked.key,
        asked_by=asked.asked_by,
        kind=question.type,
        text=asked.text,
        question=question,
        choices=_choices(question),
        raw="" if hides else raw,
        said_unknown=situation.was_asked(asked.key),
        why=asked.why,
        pair=asked.pair or ("", ""),
        role=role,
        people=_people(situation, role),
        hidden=masked(raw) if hides and raw else None,
        card_of=_card_of(asked, view),
    )


def _card_of(asked: Asked, view: MatterView) -> str | None:
    if asked.asked_by not in ON_CARDS:
        return None
    holders = {each.id for each in view.people if may_be_read(view.edition, each)}
    return asked.party if asked.party in holders else None


def _choices(question: Question) -> tuple[ChoiceRow, ...]:
    if question.choices:
        return tuple(
            ChoiceRow(_raw(choice.value), choice.label, choice.legal)
            for choice in question.choices
        )
    if question.type == "yes_no":
        return tuple(ChoiceRow(value, label) for value, label in YES_NO)
    return ()


def _current(asked: Asked, situation: Situation) -> object:
    if asked.question.type == "commune":
        return situation.commune
    if asked.pair:
        wanted = set(asked.pair)
        found = (
            each.kind
            for each in situation.relationships or ()
            if set(each.between) == wanted
        )
        return next(found, None)
    return situation.facts().get(asked.key)


def _raw(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return f"{value:,}".replace(",", ".")
        case Decimal():
            return str(value).replace(".", ",")
        case date():
            return day(value)
        case _:
            return str(value)


def answer_in_words(view: MatterView, asked: QuestionPage) -> str:
    """Return the answer that stands, as the page of all answers shows it."""
    if asked.kind == "relationship":
        return _chosen_label(asked, asked.raw) or NOT_KNOWN
    found = (row.shown for row in view.answered if row.key == asked.key)
    return next(found, NOT_KNOWN)


def sent_in_words(asked: QuestionPage, sent: Mapping[str, str]) -> str:
    """Return what a page sent as its reader knows it: labels, names, typed words."""
    if asked.kind == "parties":
        return ", ".join(row.name for row in person_rows(asked, sent) if row.name)
    raw = sent.get("tra-loi", "")
    label = _chosen_label(asked, raw)
    return label or (raw if raw and not asked.choices else NOT_KNOWN)


def _chosen_label(asked: QuestionPage, raw: str) -> str | None:
    labels = (choice.label for choice in asked.choices if choice.value == raw)
    return next(labels, None)


def _people(situation: Situation, role: str) -> tuple[PersonRow, ...]:
    people = [party for party in situation.parties if party.role == role]
    alike = len({party.share for party in people}) <= 1
    return tuple(
        PersonRow(
            id=party.id,
            name=str(party.facts.get("full_name", "")),
            share="" if alike else str(party.share),
        )
        for party in people
    )


def person_rows(asked: QuestionPage, typed: Mapping[str, str]) -> list[PersonRow]:
    """Return the rows of the page of people: as typed, else as known, else one empty.

    "Thêm một người" (the field ``them``) adds an empty row.
    """
    rows = [
        PersonRow(
            id=typed[f"ma-{place}"],
            name=typed.get(f"ten-{place}", ""),
            share=typed.get(f"phan-{place}", ""),
        )
        for place in range(MOST_PEOPLE)
        if f"ma-{place}" in typed
    ] or list(asked.people)
    if not rows or "them" in typed:
        rows.append(PersonRow(id=_free_id(asked.role, rows)))
    return rows


def _free_id(role: str, rows: list[PersonRow]) -> str:
    taken = {row.id for row in rows}
    numbers = (f"{role}-{number}" for number in range(1, MOST_PEOPLE + 2))
    return next(id_ for id_ in numbers if id_ not in taken)
