"""The plan on paper: the next step in large type, the others in a line each.

It is kept at home and read at the counter, so it says where, with what, what to say,
what to bring back and what it costs; what nobody knows has a dashed edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import normalize

from forms import pdf
from forms.marks import Mark
from forms.packet import Bring, Place, Till


@dataclass(frozen=True, slots=True)
class LaterStep:
    """A step of the plan in one line: its number, name and days."""

    number: int
    title: str
    when: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """The sheet of one step of a plan, all in words.

    ``people`` are the names that are known, empty for none; ``say`` are the sentences
    for the counter, ``take_home`` what to bring back, ``finish`` when all is over.
    """

    goal: str
    title: str
    official: str
    number: int
    count: int
    people: str
    place: Place
    bring: tuple[Bring, ...]
    say: tuple[str, ...]
    take_home: tuple[str, ...]
    tills: tuple[Till, ...]
    lasts: tuple[str, ...]
    others: tuple[LaterStep, ...]
    finish: str
    total: str
    printed: str
    mark: Mark


def plan_sheet(shown: PlanSheet) -> pdf.Sheet:
    """Return the sheet ready to be rendered; it holds no answers for a machine."""
    page = pdf.laid_out("plan.html.jinja", sheet=shown)
    return pdf.Sheet(normalize("NFC", page))
