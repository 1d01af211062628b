"""The law as a rule sees it: dated figures, each with the place it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from workflows import sentences
from workflows.definition import ListItem, Status
from workflows.errors import FigureNotYetSetError
from workflows.packages import Edition
from workflows.parameters import Figure
from workflows.rules.registry import Place


@dataclass(frozen=True, slots=True)
class Basis:
    """A place of an instrument behind a money line or a question; how it is known."""

    instrument: str
    at: str
    status: Status


def basis_of(places: Sequence[Place]) -> tuple[Basis, ...]:
    """Return the places of a rule, each with whether its text was seen."""
    return tuple(
        Basis(
            place.instrument,
            place.at,
            Status.VERIFIED if place.mark.verified else Status.UNVERIFIED,
        )
        for place in places
    )


@dataclass(frozen=True, slots=True)
class DatedLaw:
    """The edition in force for a place, asked on the day that decides."""

    edition: Edition
    on: date
    commune: str | None = None

    def at(self, parameter: str, day: date | None = None) -> Figure:
        """Return the figure of the parameter on ``day`` (the day of the matter).

        A day before the first figure gives no value, and ``unknown`` says so: the
        program does not take a later figure for an earlier day.
        """
        asked = day or self.on
        spec = self.edition.parameters.get(parameter)
        title = parameter if spec is None or spec.title is None else spec.title
        figures = self.edition.parameter(parameter)
        try:
            figure = figures.at(asked, commune=self.commune)
        except FigureNotYetSetError as error:
            first = figures.at(error.first, commune=self.commune)
            gap = sentences.no_figure(title, asked)
            return replace(first, value=None, status=Status.UNVERIFIED, unknown=gap)
        if figure.unknown is not None:
            return replace(figure, value=None)
        if figure.value is None:
            return replace(figure, unknown=sentences.no_figure(title, asked))
        return figure

    def items(self, name: str) -> dict[str, ListItem]:
        """Return a closed list by name; an unknown list is empty."""
        return self.edition.lists.get(name, {})


def decimal(figure: Figure) -> Decimal | None:
    """Return a rate; None when it is unknown or repealed."""
    if isinstance(figure.value, bool) or not isinstance(figure.value, Decimal | int):
        return None
    return Decimal(figure.value)


def dong(figure: Figure) -> int | None:
    """Return an amount in đồng, or a number of days; None when it is unknown."""
    value = figure.value
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def names(figure: Figure) -> frozenset[str]:
    """Return a list of names, such as kinds of kinship; empty when it is unknown."""
    value = figure.value
    if not isinstance(value, Sequence) or isinstance(value, str):
        return frozenset()
    return frozenset(item for item in value if isinstance(item, str))


def cited(*figures: Figure) -> tuple[Basis, ...]:
    """Return the places behind some figures, each once."""
    return unique(
        Basis(figure.source.instrument, figure.source.at, figure.status)
        for figure in figures
    )


def gap(*figures: Figure) -> str:
    """Say what is not known about some figures; empty when all are known."""
    return " ".join(figure.unknown for figure in figures if figure.unknown)


def unique(places: Iterable[Basis]) -> tuple[Basis, ...]:
    """Return the places in order, each once."""
    return tuple(dict.fromkeys(places))
