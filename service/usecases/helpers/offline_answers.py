"""Answers that a helper noted without coverage, taken once when they arrive.

Each is checked like one typed on its page. It counts when a consent runs as it arrives;
or ran, and was not withdrawn, when it was said, and it arrives within the hours that
the settings allow. What changed in the meantime is never overwritten: both words stay,
and a person says which holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from service.auth.actors import Actor
from service.auth.policies import Action, MatterTarget, consent_for
from service.errors import (
    AskResidentError,
    BadRequestError,
    NotAllowedError,
    NotFoundError,
)
from service.persistence.rows import FactRow, MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases.casefile import matter_target
from service.usecases.cases.decide import keep_answer, repeated
from service.usecases.cases.moving import plain
from service.usecases.desk import Desk
from service.usecases.helpers import offline_sentences as say
from service.usecases.helpers.offline_pack import Ticket, read_ticket
from service.usecases.matter.answer_question import (
    acting,
    authorize_answers,
    find_matter,
    read_typed,
    store_answer,
)
from service.usecases.matter.read_matter import PERSON_ID, shown
from service.usecases.matter.situations import (
    COMMUNE,
    NOTED_OFFLINE,
    current,
    edition_today,
)
from service.usecases.matter.standing import NAME
from service.usecases.matter.voices import MAKE_UP, pattern_of
from workflows.errors import Problem


@dataclass(frozen=True, slots=True)
class NotedAnswer:
    """One answer as it was typed; ``said_at`` is when, by the device's reckoning."""

    key: str
    raw: str
    unknown: bool
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an answer: taken, same, conflict or refused, and why.

    ``noted`` and ``held`` are the two words of a conflict; ``again``: it may be
    corrected and sent again.
    """

    key: str
    outcome: str
    text: str
    noted: str = ""
    held: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class _Arrival:
    """What is known as the answers arrive."""

    matter: MatterRow
    target: MatterTarget
    ticket: Ticket
    newest: dict[str, FactRow]


def receive_answers(
    desk: Desk,
    actor: Actor,
    ticket_text: str,
    noted: Sequence[NotedAnswer],
    idempotency_key: str,
) -> tuple[Received, ...]:
    """Take the answers of one pack and say of each what became of it.

    The same key gives the same results again, and nothing is written twice. Raises
    BadRequestError for a ticket that is not this helper's, RepeatedKeyError for
    another content under a key that came before.
    """
    ticket = read_ticket(desk, ticket_text)
    if actor.kind != "helper" or actor.account_id != ticket.account:
        raise BadRequestError([Problem("ticket", "", say.FOREIGN)])
    request = [
        ticket.matter,
        [
            [each.key, each.raw, each.unknown, each.said_at.isoformat()]
            for each in noted
        ],
    ]
    with desk.database.transaction() as uow:
        found = find_matter(uow, ticket.matter)
        matter = uow.matters.locked(found.tenant_id, found.id)
        known = repeated(uow, actor, idempotency_key, request)
        if known is not None:
            return tuple(Received(**each) for each in known["results"])
        rows = uow.matters.facts(matter.tenant_id, matter.id)
        target = matter_target(desk, uow, matter)
        arrival = _Arrival(matter, target, ticket, current(rows))
        results = tuple(_receive(desk, uow, actor, arrival, each) for each in noted)
        answer = {"results": [asdict(each) for each in results]}
        keep_answer(desk, uow, actor, idempotency_key, request, answer)
    return results


def _receive(
    desk: Desk, uow: UnitOfWork, actor: Actor, arrival: _Arrival, noted: NotedAnswer
) -> Received:
    key = noted.key
    if key not in arrival.ticket.keys:
        return Received(key, "refused", say.NOT_ASKED)
    try:
        person = _entitled(desk, actor, arrival, noted)
        unsure = noted.unknown and key != COMMUNE
        value = None if unsure else read_typed(desk, arrival.matter, key, noted.raw)
    except AskResidentError:
        return Received(key, "refused", say.NOT_YOURS)
    except NotAllowedError:
        return Received(key, "refused", say.ENDED)
    except NotFoundError:
        return Received(key, "refused", say.NOT_ASKED)
    if isinstance(value, Problem):
        return Received(key, "refused", value.text, again=True)
    return _taken(desk, uow, person, arrival, key, value)


def _taken(
    desk: Desk,
    uow: UnitOfWork,
    person: Actor,
    arrival: _Arrival,
    key: str,
    value: object,
) -> Received:
    """Write the value down, unless somebody else answered since it was taken along."""
    held = arrival.newest.get(key)
    if held is None or held.seq <= arrival.ticket.seq or held.value is None:
        store_answer(desk, uow, person, arrival.matter, key, value)
        return Received(key, "taken", say.TAKEN)
    if value is None:
        return Received(key, "same", say.KNOWN_ALREADY)
    if plain(value) == held.value:
        return Received(key, "same", say.SAME)
    return _both(desk, uow, person, arrival, key, value)


def _entitled(desk: Desk, actor: Actor, arrival: _Arrival, noted: NotedAnswer) -> Actor:
    """Return the helper with both names, or raise NotAllowedError.

    A consent that was withdrawn lets nothing in, whenever it was said.
    """
    target, said_at = arrival.target, noted.said_at
    late = timedelta(hours=desk.settings.offline_late_hours)
    if consent_for(actor, Action.ANSWER, target) is None and (
        arrival.ticket.taken_at <= said_at <= target.now <= said_at + late
    ):
        left = [row for row in target.consents if row.ended_at is None]
        target = replace(target, consents=left, now=said_at)
    authorize_answers(actor, target, [noted.key])
    return acting(actor, consent_for(actor, Action.ANSWER, target))


def _both(
    desk: Desk,
    uow: UnitOfWork,
    person: Actor,
    arrival: _Arrival,
    key: str,
    value: object,
) -> Received:
    """Show both words; keep the noted one beside the other where one may choose."""
    edition = edition_today(desk, arrival.matter)
    question = edition.questions.get(pattern_of(key))
    words = [shown(question, plain(value)), shown(question, arrival.newest[key].value)]
    if key == COMMUNE:
        tenant = arrival.matter.tenant_id
        words = [desk.territory.commune_name(tenant, each) or each for each in words]
    if question is not None and question.type == PERSON_ID:
        words = [sentences.masked(each) for each in words]
    noted, held = words
    if key in MAKE_UP or key.endswith(f".{NAME}"):
        return Received(key, "conflict", say.ANSWER_AGAIN, noted, held)
    store_answer(desk, uow, person, arrival.matter, key, value, NOTED_OFFLINE)
    return Received(key, "conflict", say.DIFFERS, noted, held)
