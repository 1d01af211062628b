"""A whole situation told at once: from a file, the demo, or a rehearsal."""

from __future__ import annotations

from service.auth.actors import Actor
from service.usecases.cases.moving import plain
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import record_facts
from service.usecases.matter.situations import PARTIES, PARTY, RELATIONSHIP
from workflows.parcels import PARCELS
from workflows.situation import Situation, parcel_json


def tell_situation(
    desk: Desk, actor: Actor, matter_code: str, situation: Situation
) -> None:
    """Record everything that a situation says as facts of the matter.

    Answers that are asked and not known are recorded as such, people with their
    shares, each kinship, and the parcels that result.
    """
    facts: dict[str, object] = {
        PARTIES: [
            {"id": party.id, "role": str(party.role), "share": str(party.share)}
            for party in situation.parties
        ]
    }
    for party in situation.parties:
        facts |= {
            f"{PARTY}{party.id}].{name}": plain(value)
            for name, value in party.facts.items()
        }
    if situation.parcels:
        facts[PARCELS] = [parcel_json(parcel) for parcel in situation.parcels]
    for told in situation.relationships or ():
        key = f"{RELATIONSHIP}{','.join(told.between)}]"
        facts[key] = told.kind and str(told.kind)
    facts |= {key: plain(value) for key, value in situation.answers.items()}
    record_facts(desk, actor, matter_code, facts, actor.kind)
