"""Which duty a step of a case takes, and who has it: himself, or lent on paper."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from service.auth.actors import ORDINARY, Actor
from service.auth.policies import Action, MatterTarget, authorize
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import CaseFile
from service.usecases.cases.delegation import signs_for, standing_in
from service.usecases.desk import Desk
from workflows.definition import Strict
from workflows.loader import load_data

_DATA = Path(__file__).with_name("duties.yaml")


class Duties(Strict):
    """The duty of each step, by the step or by the part that an office plays."""

    steps: Mapping[str, str]
    parts: Mapping[str, str]
    otherwise: str

    def of(self, event: str, parts: Collection[str]) -> frozenset[str]:
        """Return the duties any of which is enough to take the step."""
        if event in self.steps:
            return frozenset({self.steps[event]})
        return frozenset(self.parts.get(part, self.otherwise) for part in parts)


@cache
def duties() -> Duties:
    """Return which duty a step takes, as the data file has it."""
    return Duties.model_validate(load_data(_DATA))


def held(actor: Actor, lent: Collection[str] = ()) -> frozenset[str]:
    """Return what the actor does in his office; a clerk with none told all but lead."""
    return (actor.duties or ORDINARY) | frozenset(lent)


def lent_to(desk: Desk, uow: UnitOfWork, actor: Actor) -> frozenset[str]:
    """Return the duties that somebody of his office handed to the actor on paper."""
    if actor.kind != "clerk" or actor.account_id is None:
        return frozenset()
    found = signs_for(uow, actor.tenant, actor.account_id, desk.now())
    return frozenset(
        duty
        for each in found
        if each.office_id == actor.office_id
        for duty in each.duties
    )


def on_duty(
    desk: Desk, uow: UnitOfWork, actor: Actor, file: CaseFile, event: str
) -> Actor:
    """Return who takes the step: the actor, with both names when he stands in.

    Raises OtherDutyError when the step is for somebody else of his office.
    """
    parts = file.roles_of(actor)
    if actor.kind != "clerk" or not parts:
        return actor
    wanted = duties().of(event, parts)
    person = actor
    for duty in sorted(wanted - held(actor)):
        stood = standing_in(uow, actor, duty, desk.now())
        if stood is not None and not wanted & held(actor):
            person = replace(stood[0], duties=held(actor, {duty}))
    # What a resident allows helpers says nothing about clerks.
    matter = MatterTarget(file.matter.tenant_id, file.matter.id, (), desk.now())
    target = replace(file.target(matter), duties=wanted)
    authorize(person, Action.MOVE_CASE, target)
    return person
