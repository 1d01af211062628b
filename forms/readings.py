"""Numbers that stand on a certificate in one way and are now called in another."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml

from workflows.definition import Seen, Strict


class Pair(Strict):
    """Two facts about one thing: as it is now, and as the certificate prints it."""

    now: str
    printed: str
    what: str


class Readings(Strict):
    """The data file: the pairs of facts, and where it is known that both are kept."""

    pairs: tuple[Pair, ...]
    source: Seen


@cache
def load_readings() -> tuple[Pair, ...]:
    """Read the pairs once."""
    text = (resources.files("forms") / "data" / "readings.yaml").read_text("utf-8")
    return Readings.model_validate(yaml.safe_load(text)).pairs
