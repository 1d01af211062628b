"""What the identity provider tells is offered for the party who she says she is.

As with the QR of an identity card: each value stands beside what is known already, and
nothing is recorded that she did not choose; it can be changed later like any answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.persistence.identities import IdentityRow
from service.usecases.administration import identity_sentences
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import find_matter, record_words
from service.usecases.matter.identity_card import (
    CardHolder,
    CardReading,
    called,
    chosen_words,
    may_be_read,
    open_choices,
    open_sheet,
)
from service.usecases.matter.my_matters import who_is
from service.usecases.matter.situations import edition_today, situation_from


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the matter who may be the one who is signed in."""

    id: str
    name: str


def candidates(desk: Desk, actor: Actor, code: str) -> tuple[Candidate, ...]:
    """Return the people of a matter among whom she says who she is."""
    with desk.database.reading() as uow:
        matter = find_matter(uow, code)
        authorize(actor, Action.ANSWER, matter_target(desk, uow, matter))
        rows = uow.matters.facts(matter.tenant_id, matter.id)
    edition = edition_today(desk, matter)
    parties = situation_from(desk, matter, rows).parties
    return tuple(
        Candidate(each.id, called(each, parties))
        for each in parties
        if may_be_read(edition, each)
    )


def read_offer(desk: Desk, actor: Actor, code: str, party_id: str) -> CardReading:
    """Set what the provider tells beside what is known of a party; nothing is stored.

    Raises SignInRequiredError when nobody is signed in by her identity.
    """
    with desk.database.reading() as uow:
        person = who_is(uow, actor)
    sheet, holder, party = open_sheet(desk, actor, code, party_id)
    told = _told(person)
    names = tuple(name for name in holder.names if name in told)
    found = (sheet.field(party, name, told[name], None) for name in names)
    return CardReading(
        CardHolder(holder.id, holder.called, names),
        tuple(each for each in found if each is not None),
        tuple(sheet.also_of(party, person.person_id or "")),
        None,
        None,
        desk.territory.known.old_units,
    )


def take_offer(
    desk: Desk, actor: Actor, code: str, party_id: str, chosen: Mapping[str, str]
) -> CardReading | None:
    """Record what she chose; the reading again when a choice is missing."""
    reading = read_offer(desk, actor, code, party_id)
    if open_choices(reading, chosen):
        return reading
    words = chosen_words(reading, chosen, identity_sentences.SOURCE)
    record_words(desk, actor, code, words)
    return None


def _told(person: IdentityRow) -> Mapping[str, Collection[object]]:
    values = {
        "full_name": person.full_name,
        "person_id": person.person_id,
        "birth_date": person.birth_date,
    }
    return {name: () if value is None else (value,) for name, value in values.items()}
