"""From the QR of an identity card to the facts of one person, as the person chooses.

The text is read anew each time and kept nowhere. A value that differs from what is
known already is shown beside it, and nothing is taken over that nobody chose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from forms.likeness import likeness
from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.errors import NotFoundError
from service.persistence.rows import MatterRow
from service.usecases import sentences
from service.usecases.cases.casefile import matter_target
from service.usecases.cases.moving import plain
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import Word, find_matter, record_words
from service.usecases.matter.read_matter import PERSON_ID, shown
from service.usecases.matter.situations import PERSON, edition_today, situation_from
from workflows.addresses import AddressKind, AddressReading, address_now
from workflows.answers import accept, expected_by
from workflows.definition import Question, Seen
from workflows.errors import Problem
from workflows.identity_card import IdentityCard, doubts, read_card
from workflows.loader import load_card_format
from workflows.packages import Edition
from workflows.parties import Party
from workflows.sentences import ROLE_NAMES, one_of_role

SOURCE = "identity_card_qr"
# What a card tells of a unit that is no more, as it is called now.
SOURCE_NOW = "identity_card_now"
ADDRESS = "address"
# What a card tells, by the name of the fact of a person that it becomes.
_TOLD = {
    "full_name": "full_name",
    "person_id": "number",
    "birth_date": "birth_date",
    "id_issue_date": "issue_date",
    ADDRESS: "residence",
}
NAMES = tuple(_TOLD)
KEEP, TAKE = "giu", "the"

State: TypeAlias = Literal["new", "same", "differs", "refused"]


@dataclass(frozen=True, slots=True)
class CardHolder:
    """The person whose card is read: the id, what to call them, what may be filled."""

    id: str
    called: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """One value that may be taken for a fact, by what the form sends for it."""

    choice: str
    value: object
    shown: str

    @property
    def source(self) -> str:
        """Return where the value comes from: the card, or the card and the map."""
        return SOURCE if self.choice == TAKE else SOURCE_NOW


@dataclass(frozen=True, slots=True)
class CardField:
    """A fact as the card tells it, beside what is known of it already.

    ``state`` is new, same, differs (or has several offers: somebody must choose) or
    refused, with the sentence in ``problem``.
    """

    name: str
    state: State
    offers: tuple[Offer, ...]
    stored: str | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class CardReading:
    """What the page shows before anything is taken.

    ``birth_year`` is told when the card has no whole day; ``source`` says what became
    of the old units.
    """

    holder: CardHolder
    fields: tuple[CardField, ...]
    doubts: tuple[str, ...]
    address: AddressReading | None
    birth_year: int | None
    source: Seen


def called(party: Party, people: Collection[Party]) -> str:
    """Return the name of a person, else what they are among these people."""
    name, role = party.facts.get("full_name"), ROLE_NAMES[party.role]
    if name:
        return str(name)
    alike = [each.id for each in people if each.role is party.role]
    return role if len(alike) == 1 else one_of_role(role, alike.index(party.id) + 1)


def may_be_read(edition: Edition, party: Party) -> bool:
    """Return whether questions about the person are answered by an identity card."""
    return "person_id" in _names_for(edition, party)


def card_holder(desk: Desk, actor: Actor, code: str, party_id: str) -> CardHolder:
    """Return the person whose card may be read, for whoever may answer for them.

    Raises NotFoundError for somebody who takes no part, or of whom no card is asked.
    """
    return open_sheet(desk, actor, code, party_id)[1]


def read_identity_card(
    desk: Desk, actor: Actor, code: str, party_id: str, text: str
) -> CardReading | Problem:
    """Read the text of a QR and set it beside what is known; nothing is stored."""
    sheet, holder, party = open_sheet(desk, actor, code, party_id)
    known = load_card_format()
    card = read_card(text, known)
    if isinstance(card, Problem):
        return card
    address = address_now(desk.territory, card.residence) if card.residence else None
    found = (
        sheet.field(party, name, _offered(card, name, address), address)
        for name in holder.names
    )
    return CardReading(
        holder,
        tuple(each for each in found if each is not None),
        (*sheet.also_of(party, card.number), *doubts(card, known)),
        address,
        card.birth_year if card.birth_date is None else None,
        desk.territory.known.old_units,
    )


def take_identity_card(
    desk: Desk,
    actor: Actor,
    code: str,
    party_id: str,
    text: str,
    chosen: Mapping[str, str],
) -> CardReading | Problem | None:
    """Take over what was chosen, by the name of each fact; a new value needs no choice.

    None when it was done. A Problem, or the reading when a choice is missing, means
    that nothing was stored.
    """
    reading = read_identity_card(desk, actor, code, party_id, text)
    if isinstance(reading, Problem) or open_choices(reading, chosen):
        return reading
    record_words(desk, actor, code, chosen_words(reading, chosen))
    return None


def chosen_words(
    reading: CardReading, chosen: Mapping[str, str], source: str | None = None
) -> list[Word]:
    """Return what is to be recorded of the holder, each as the word of its source."""
    return [
        Word(
            f"party[{reading.holder.id}].{each.name}",
            plain(offer.value),
            source or offer.source,
            settles=each.stored is not None,
        )
        for each in reading.fields
        if (offer := _choice(each, chosen)) is not None
    ]


def open_choices(reading: CardReading, chosen: Mapping[str, str]) -> tuple[str, ...]:
    """Return the facts for which somebody still has to choose."""
    return tuple(
        each.name
        for each in reading.fields
        if each.state == "differs"
        and chosen.get(each.name) != KEEP
        and _choice(each, chosen) is None
    )


def _choice(field: CardField, chosen: Mapping[str, str]) -> Offer | None:
    if field.state == "new":
        return field.offers[0]
    if field.state != "differs":
        return None
    choice = chosen.get(field.name)
    return next((each for each in field.offers if each.choice == choice), None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the fields of a card are checked against."""

    edition: Edition
    matter: MatterRow
    parties: Collection[Party]
    hides: bool

    def also_of(self, party: Party, number: str) -> Iterator[str]:
        """Yield a sentence for each other person whose number this is already."""
        for other in self.parties:
            if other.id != party.id and other.facts.get(PERSON_ID) == number:
                yield sentences.number_of_another(called(other, self.parties))

    def field(
        self,
        party: Party,
        name: str,
        values: Collection[object],
        address: AddressReading | None,
    ) -> CardField | None:
        """Return the field of one fact; None when the card does not tell it."""
        if not values:
            return None
        question = self.edition.questions[PERSON + name]
        stored = party.facts.get(name)
        checked = [self._checked(party, name, question, value) for value in values]
        problem = next((each for each in checked if isinstance(each, Problem)), None)
        said = None if stored is None else self._stored(question, stored)
        if problem is not None:
            return CardField(name, "refused", (), said, problem.text)
        offers = tuple(
            Offer(str(plain(value)) if place else TAKE, value, _shown(question, value))
            for place, value in enumerate(checked)
        )
        return CardField(name, _state(name, checked, stored, address), offers, said)

    def _checked(
        self, party: Party, name: str, question: Question, value: object
    ) -> object:
        key = f"party[{party.id}].{name}"
        told = plain(value)
        return accept(key, told, expected_by(key, question), self.matter.on_day)

    def _stored(self, question: Question, value: object) -> str:
        if self.hides and question.type == PERSON_ID:
            return sentences.masked(str(value))
        return _shown(question, value)


def _state(
    name: str,
    values: Collection[object],
    stored: object,
    address: AddressReading | None,
) -> State:
    """Return how the card stands to what is known.

    An address is chosen by a person even when nothing is known yet, unless it is one of
    today word for word.
    """
    if stored is not None and likeness(name, stored) in {
        likeness(name, value) for value in values
    }:
        return "same"
    if stored is not None:
        return "differs"
    as_it_is = address is not None and (
        address.kind is AddressKind.PRESENT and not address.lines
    )
    return "differs" if name == ADDRESS and not as_it_is else "new"


def _shown(question: Question, value: object) -> str:
    return shown(question, value.isoformat() if isinstance(value, date) else value)


def _offered(
    card: IdentityCard, name: str, address: AddressReading | None
) -> tuple[object, ...]:
    """Return the values that the card offers for a fact: as printed, then as it is."""
    value = getattr(card, _TOLD[name])
    if value is None:
        return ()
    if name == ADDRESS and address is not None:
        return (value, *address.lines)
    return (value,)


def _names_for(edition: Edition, party: Party) -> tuple[str, ...]:
    questions = {name: edition.questions.get(PERSON + name) for name in NAMES}
    return tuple(
        name for name, asked in questions.items() if asked and party.role in asked.roles
    )


def open_sheet(
    desk: Desk, actor: Actor, code: str, party_id: str
) -> tuple[Sheet, CardHolder, Party]:
    """Return what to check against, and the person, for whoever may answer for them.

    Raises NotFoundError for somebody who takes no part, or of whom no card is asked.
    """
    with desk.database.reading() as uow:
        matter = find_matter(uow, code)
        authorize(actor, Action.ANSWER, matter_target(desk, uow, matter))
        rows = uow.matters.facts(matter.tenant_id, matter.id)
    edition = edition_today(desk, matter)
    parties = situation_from(desk, matter, rows).parties
    party = next((each for each in parties if each.id == party_id), None)
    if party is None or not may_be_read(edition, party):
        raise NotFoundError("party", party_id)
    holder = CardHolder(party.id, called(party, parties), _names_for(edition, party))
    sheet = Sheet(edition, matter, parties, hides=actor.kind == "helper")
    return sheet, holder, party
