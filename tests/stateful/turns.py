"""What could be done on a case now, by whom, and with which facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from service.auth.actors import Actor
from service.usecases.cases.casefile import ORIGINALS, CaseFile
from service.usecases.cases.entering import choices_of, spec_of
from service.usecases.playing.rehearsal_moves import everything
from tests.stateful.world import PROVINCE, World
from workflows.chart.run import ANYONE
from workflows.chart.values import Offer
from workflows.definition import Record
from workflows.money_ledger import Ledger

_Item = TypeVar("_Item")
PEOPLE = frozenset({"citizen", "helper"})
# What fits nothing, for every type of fact.
NONSENSE = (
    "",
    "không rõ",
    "31/02/2026",
    -1,
    10**30,
    [],
    {},
    [{"kind": "x"}],
    "a" * 4000,
)


class Choices(Protocol):
    """Where what happens next is drawn from."""

    def number(self, least: int, most: int) -> int:
        """Return a whole number, both ends among them."""
        ...

    def pick(self, items: Sequence[_Item]) -> _Item:
        """Return one of several things."""
        ...

    def chance(self, percent: int) -> bool:
        """Return True so often in a hundred times."""
        ...


@dataclass(frozen=True)
class Turn:
    """An event that somebody could raise on a case, in which role."""

    file: CaseFile
    offer: Offer
    role: str
    actor: Actor

    @property
    def code(self) -> str:
        """Return the code of the case."""
        return self.file.row.code

    def __repr__(self) -> str:
        name, event = self.file.row.procedure, self.offer.event
        return f"{name} {self.file.instance.configuration}: {event} by {self.role}"


def turns(world: World, *, ready: bool = True) -> list[Turn]:
    """Return what the charts offer on the open cases; not ``ready``: what waits too."""
    return [
        turn
        for file in world.files()
        for turn in turns_on(world, file)
        if not ready or turn.offer.available
    ]


def turns_on(world: World, file: CaseFile) -> Iterator[Turn]:
    """Yield what the chart of a case offers to those who have a role in it."""
    roles = frozenset({*file.procedure.competence, *PEOPLE, ANYONE})
    offers = file.chart.offers(
        file.instance, roles, lookup=file.lookup, papers=everything(file)
    )
    for offer in offers:
        for role in offer.by:
            actor = actor_for(world, file, role)
            if actor is not None:
                yield Turn(file, offer, role, actor)


def actor_for(world: World, file: CaseFile, role: str) -> Actor | None:
    """Return who plays a role of the chart in a case; None when nobody does."""
    if role in {"citizen", ANYONE}:
        return world.citizen
    if role == "helper":
        return world.helper
    office = file.offices.get(role)
    return None if office is None else world.clerk(office)


def papers_of(file: CaseFile) -> frozenset[str]:
    """Return every paper that a case can ask for, the originals among them."""
    return frozenset(everything(file).present) | {ORIGINALS}


def fitting(
    world: World, draw: Choices, file: CaseFile, offer: Offer
) -> dict[str, Any]:
    """Return facts that an office could well enter with an event."""
    facts: dict[str, Any] = {}
    for record in offer.records:
        if record.of_line is not None or (record.optional and draw.chance(40)):
            continue
        facts[record.fact] = _value(world, draw, file, record)
    return facts


def unfitting(draw: Choices, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts with one of them spoilt, left out, or one too many."""
    way = draw.number(0, 2)
    if way == 0 or not facts:
        return {**facts, "nobody.asks.this": draw.pick(NONSENSE)}
    key = draw.pick(sorted(facts))
    if way == 1:
        return {name: value for name, value in facts.items() if name != key}
    return {**facts, key: draw.pick(NONSENSE)}


def _value(world: World, draw: Choices, file: CaseFile, record: Record) -> Any:
    choices = choices_of(file, record)
    if choices:
        return draw.pick(sorted(choices))
    spec = spec_of(file, record.fact)
    match spec.type:
        case "yes_no":
            return draw.chance(50)
        case "date":
            return _day(world, draw, spec)
        case "lines":
            return _lines(draw, file, spec.example)
        case _:
            return spec.example if spec.example is not None else f"Lời {world.number()}"


def _day(world: World, draw: Choices, spec: Any) -> str:
    today = world.desk.today()
    if spec.after is None:
        ahead = 0 if spec.not_after else 20
        return (today + timedelta(days=draw.number(-5, ahead))).isoformat()
    day = today + timedelta(days=draw.number(1, 60))
    if spec.working_day:
        day = world.desk.calendar.in_place(PROVINCE).next_working(day)
    return day.isoformat()


def _lines(draw: Choices, file: CaseFile, example: Any) -> list[dict[str, Any]]:
    kinds = list(file.procedure.obligations) or ["registration_fee"]
    lines = example if isinstance(example, list) else [{"kind": kinds[0], "amount": 1}]
    known = [line for line in lines if line["kind"] in kinds] or lines
    taken = [line for line in known if draw.chance(70)] or known[:1]
    return [
        {**line, "amount": draw.pick([line["amount"], 0, 250_000])} for line in taken
    ]


def ledger_of(world: World, case_id: str) -> Ledger | None:
    """Return the money ledger of a case, if it has one."""
    with world.desk.database.reading() as uow:
        stored = uow.records.peek_ledger(PROVINCE, case_id)
    return None if stored is None else Ledger.from_json(stored.ledger)
