"""Reads how people say what they want: the only file access of finding and triage."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from workflows.finding import SpokenWords
from workflows.loader_yaml import read_yaml
from workflows.triage import Triage

_FOLDER = Path(__file__).parent / "data" / "finding"


@cache
def load_spoken_words() -> SpokenWords:
    """Read the names of one thing and the fillers."""
    return SpokenWords.model_validate(_read("words.yaml"))


@cache
def load_triage() -> Triage:
    """Read the questions for somebody who does not know the name of his errand."""
    return Triage.model_validate(_read("triage.yaml"))


def _read(name: str) -> dict[str, object]:
    path = _FOLDER / name
    return dict(read_yaml(path.read_text("utf-8"), path.name))
