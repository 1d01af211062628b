"""Judges a photo of a paper by what was measured on it; thresholds stand in data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import model_validator

from workflows.definition import Mark, Names, Strict


class FindingSpec(Strict):
    """A flaw of a photo: beyond which measure it begins, and what to do about it."""

    measure: str
    below: float | None = None
    above: float | None = None
    says: str
    do: str

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.below is None) == (self.above is None):
            raise ValueError("a finding begins either below or above a measure")
        return self

    def shows(self, value: float) -> bool:
        """Return whether a value lies on the bad side."""
        if self.below is not None:
            return value < self.below
        return self.above is not None and value > self.above


class PortalLimit(Strict):
    """The largest file that a portal takes; None is not known, ``ask`` says whom."""

    portal: str
    megabytes: float | None
    ask: str
    mark: Mark


class PhotoChecks(Strict):
    """When a photo is good enough, and what is said of a file that is none."""

    findings: Mapping[str, FindingSpec]
    alone: Names
    portals: tuple[PortalLimit, ...]
    kept: str
    refusals: Mapping[str, str]

    def judge(self, measures: Mapping[str, float]) -> tuple[str, ...]:
        """Return the names of the flaws that the measures show, in their order.

        What is blurred or dark is not blamed for anything else: nothing else can be
        told for certain then.
        """
        found = tuple(
            name
            for name, each in self.findings.items()
            if each.shows(measures[each.measure])
        )
        alone = tuple(name for name in found if name in self.alone)
        return alone or found
