"""What the pages show of papers that are checked before anybody travels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from service.errors import NotFoundError
from workflows.definition import Source
from workflows.paper_checks import PaperRead

Outcome: TypeAlias = Literal["go", "not_yet", "unchecked"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a dossier would come back, or what to ask first, and what to do about it.

    ``sure`` is False when nobody here knows whether it comes back. ``mends`` are the
    goals that put it right, by id and title; ``asks_again`` is the question to answer
    anew, by key and text.
    """

    says: str
    do: str
    source: Source | None
    sure: bool = True
    mends: tuple[tuple[str, str], ...] = ()
    asks_again: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a paper in hand, and the answer: yes, no, unsure or None."""

    name: str
    text: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to read on a paper: of ``party``, called ``person``; "" for the land.

    ``masked`` stands for a number that a helper stored and sees no more of.
    """

    key: str
    label: str
    hint: str | None
    party: str
    person: str
    value: str
    masked: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A photographed page: its flaws in words, and whether the photo is kept."""

    id: str
    flaws: tuple[tuple[str, str], ...]
    kept: bool
    size: int


@dataclass(frozen=True, slots=True)
class CheckedPaper:
    """A paper of the step and how far it was checked."""

    id: str
    name: str
    copies: tuple[str, ...]
    get_it: str | None
    needed: bool
    about: PaperRead
    pages: tuple[Page, ...]
    asked: tuple[Asked, ...]
    fields: tuple[Field, ...]
    counted: int | None
    troubles: tuple[Trouble, ...]
    open: tuple[str, ...]
    begun: bool

    @property
    def state(self) -> Outcome:
        """Return whether the paper alone may travel."""
        if any(each.sure for each in self.troubles):
            return "not_yet"
        return "unchecked" if self.open or self.troubles else "go"


@dataclass(frozen=True, slots=True)
class StepCheck:
    """All papers of a step, where they differ, and the answer: go, not yet, unchecked.

    ``deleted_on`` is the day on which everything here is deleted.
    """

    code: str
    step_id: str
    step_name: str
    papers: tuple[CheckedPaper, ...]
    differences: tuple[Trouble, ...]
    deleted_on: date

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """Return everything that speaks against going, what differs last."""
        own = (trouble for paper in self.papers for trouble in paper.troubles)
        return (*own, *self.differences)

    @property
    def outcome(self) -> Outcome:
        """Return the answer for the step; a paper that may not be needed can wait.

        As long as nobody looked at any paper, nothing is said to be in order.
        """
        if any(each.sure for each in self.troubles):
            return "not_yet"
        waiting = any(
            paper.open for paper in self.papers if paper.needed or paper.begun
        )
        looked = self.begun and not waiting and not self.troubles
        return "go" if looked else "unchecked"

    @property
    def begun(self) -> bool:
        """Return whether anything was checked at all."""
        return any(paper.begun for paper in self.papers)

    def paper(self, paper_id: str) -> CheckedPaper:
        """Return one paper; raises NotFoundError for one of another step."""
        for paper in self.papers:
            if paper.id == paper_id:
                return paper
        raise NotFoundError("paper", paper_id)
