"""What a step is read from: the law of the day it is filed, the facts of its parcel."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from workflows.errors import NoPackageInForceError
from workflows.factgraph import FactGraph
from workflows.journey.beliefs import Beliefs
from workflows.journey.desk import Desk
from workflows.journey.figures import Figures
from workflows.law.edition import Edition
from workflows.parcels import Parcel
from workflows.situation import Situation
from workflows.territory import BranchHint


class Editions(Protocol):
    """What knows the law of a place on any day: a ``Law``."""

    def edition(self, province: str, day: date, commune: str | None = None) -> Edition:
        """Return the law of the place, or raise NoPackageInForceError."""


@dataclass(frozen=True, slots=True)
class Book:
    """One edition of the law with the facts and beliefs of one step."""

    edition: Edition
    beliefs: Beliefs
    figures: Figures
    desk: Desk


@dataclass(slots=True)
class Books:
    """The books of a matter: of the day of planning, and of later days.

    A dossier is under the law of the day on which it is received, so a step that is
    filed after a change is read from the new law. Without ``editions``, or where no
    law is loaded for that day yet, the last one that is known stays.
    """

    situation: Situation
    edition: Edition
    graph: FactGraph
    beliefs: Beliefs
    branch: BranchHint | None = None
    editions: Editions | None = None
    _known: dict[date, Edition] = field(default_factory=dict)
    _graphs: dict[str, FactGraph] = field(default_factory=dict)

    @property
    def first(self) -> Book:
        """Return the book of the day of planning, for the matter as a whole."""
        return self._book(self.edition, None)

    def of_step(self, parcel: Parcel | None, filed: date) -> Book:
        """Return the book of a step by its parcel and the day on which it is filed."""
        return self._book(self._edition_on(filed), parcel)

    def _book(self, edition: Edition, parcel: Parcel | None) -> Book:
        graph, beliefs = self.graph, self.beliefs
        if parcel is not None:
            graph = self._graph_of(parcel)
            beliefs = beliefs.within(graph.lookup)
        figures = Figures(edition, graph, self.situation.commune)
        return Book(edition, beliefs, figures, Desk(edition, beliefs, self.branch))

    def _graph_of(self, parcel: Parcel) -> FactGraph:
        if parcel.id not in self._graphs:
            facts = self.situation.of_parcel(parcel.id).facts()
            self._graphs[parcel.id] = FactGraph(facts, self.edition, self.situation.on)
        return self._graphs[parcel.id]

    def _edition_on(self, day: date) -> Edition:
        place = self.situation
        if self.editions is None or day <= place.on:
            return self.edition
        if day not in self._known:
            with suppress(NoPackageInForceError):
                self._known[day] = self.editions.edition(
                    place.province, day, place.commune
                )
        before = [known for known in self._known if known <= day]
        return self._known[max(before)] if before else self.edition
