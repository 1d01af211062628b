"""Prints filled forms: HTML by one template, then one file by the engine.

What a form becomes before it is rendered is light: the engine is loaded only where
something is rendered (``forms.engine``), which the service does in processes of their
own (``forms.press``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from forms.answers import answers
from forms.engine import Sheet, fingerprint, render

if TYPE_CHECKING:
    from forms.definition import Column
    from forms.filled import FilledForm

__all__ = ["Sheet", "fingerprint", "html", "render", "sheet"]

_LAYOUTS = Path(__file__).parent / "layouts"
_NO_BREAK = "\u00a0"
# Widths of the typeface in ems: a space, and a letter of Vietnamese text on average.
_SPACE = 0.25
_LETTER = 0.48


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring columns under one head."""

    caption: str
    group: str
    size: int


def html(filled: FilledForm) -> str:
    """Return the paper as one HTML page, all values escaped."""
    return laid_out("paper.html.jinja", edition=filled.edition, form=filled)


def laid_out(layout: str, **shown: object) -> str:
    """Return a page of one of the layouts; every text that is shown is escaped."""
    return _environment().get_template(layout).render(shown)


def sheet(filled: FilledForm) -> Sheet:
    """Return the paper ready to be rendered, named after its form."""
    return Sheet(html(filled), answers(filled), filled.edition.form)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_LAYOUTS), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["runs"] = _runs
    environment.filters["room"] = _room
    return environment


def _room(text: str, ems: float) -> str:
    """Return the spaces that widen a text to about so many ems of the typeface."""
    missing = ems - _LETTER * len(text)
    return _NO_BREAK * max(0, round(missing / _SPACE))


def _runs(columns: Iterable[Column]) -> list[Run]:
    """Gather the columns under one head, for the first row of a table head."""
    runs: list[Run] = []
    for column in columns:
        if column.group and runs and runs[-1].group == column.group:
            runs[-1] = Run("", column.group, runs[-1].size + 1)
        else:
            runs.append(Run(column.caption, column.group, 1))
    return runs
