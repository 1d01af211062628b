"""Numbers that stand on a certificate in one way and are now called in another."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml

from workflows.definition import Mark, Strict


class Pair(Strict):
    """Two facts about one thing: as it is now, and as the certificate prints it."""

    now: str
    printed: str
    what: str


class ReadingSource(Strict):
    """Where it is known that the two are kept apart."""

    at: str
    mark: Mark


class Readings(Strict):
    """The data file: the pairs of facts."""

    pairs: tuple[Pair, ...]
    source: ReadingSource


@cache
def load_readings() -> tuple[Pair, ...]:
    """Read the pairs once."""
    text = (resources.files("forms") / "data" / "readings.yaml").read_text("utf-8")
    return Readings.model_validate(yaml.safe_load(text)).pairs
