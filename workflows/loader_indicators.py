"""Reads what is counted of dossiers, and how."""

from __future__ import annotations

from functools import cache

from workflows.dossiers import Counting
from workflows.loader import DATA, load_data


@cache
def load_counting() -> Counting:
    """Return the rules of the indicators; read when first asked for."""
    return Counting.model_validate(load_data(DATA / "indicators" / "figures.yaml"))
