"""Which arrows of the charts were followed, of all that are declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from service.persistence.rows import MoveRow
from service.usecases.cases.casefile import edition_of
from service.usecases.cases.moving import MIGRATE, RECOUNT, UNDO
from tests.stateful.world import PROVINCE, World
from workflows.chart.values import Outcome
from workflows.packages import Edition
from workflows.statechart import Event, Instance, Papers

Line = tuple[str, str, str, int]


@dataclass
class Covered:
    """The arrows that were followed, and how much was done meanwhile."""

    followed: set[Line] = field(default_factory=set)
    matters: int = 0
    acts: int = 0
    refusals: int = 0
    moves: int = 0
    ends: set[tuple[str, str]] = field(default_factory=set)

    def add(self, world: World) -> None:
        """Fold the histories of a matter again and note every arrow."""
        self.matters += 1
        self.acts += world.acts
        self.refusals += world.refusals
        with world.desk.database.reading() as uow:
            for row in world.rows():
                if row.outcome is not None:
                    self.ends.add((row.procedure, row.outcome))
                for move in uow.cases.moves(PROVINCE, row.id):
                    self.moves += 1
                    edition = edition_of(world.desk, uow, move.body["edition"])
                    self.followed |= set(_followed(edition, move))


def declared(edition: Edition, procedure: str) -> set[Line]:
    """Return every arrow of a procedure: state, event, and which line of it."""
    arrows = edition.chart(procedure)._rules.structure.arrows
    return {(procedure, a.source, a.event, a.line) for a in arrows}


def _followed(edition: Edition, move: MoveRow) -> Iterator[Line]:
    name = move.body["procedure"]
    arrows = edition.chart(name)._rules.structure.arrows
    by_id = {id(a.transition): a for a in arrows}
    for taken in _again(edition, move).taken:
        arrow = by_id.get(id(taken.transition))
        if arrow is not None:
            yield (name, arrow.source, arrow.event, arrow.line)


def _again(edition: Edition, move: MoveRow) -> Outcome:
    body = move.body
    instance = Instance.from_json(body["before"])
    if body["kind"] in {MIGRATE, RECOUNT, UNDO}:
        return Outcome("moved", instance, instance)
    chart, known = edition.chart(body["procedure"]), body["known"]
    at = datetime.fromisoformat(body["at"])
    if body["kind"] == "start":
        entry = None if body["event"] == "start" else body["event"]
        return chart.start(entry, lookup=known.get, at=at)
    papers = body["papers"]
    event = Event(
        body["event"], at, body["actor"], body["role"], body["facts"],
        body["revision"], body.get("second"),
    )  # fmt: skip
    seen = Papers(
        frozenset(papers["present"]), frozenset(papers["required"]), papers["originals"]
    )
    return chart.step(instance, event, lookup=known.get, papers=seen)
