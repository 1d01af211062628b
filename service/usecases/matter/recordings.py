"""Recordings of the questions, spoken by people of the place, in the data directory.

``audio/<language>/<question key>.mp3`` (or ``.ogg``) below it. A question about a
person has one recording for everybody, so its words name nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from service.translations.catalogue import LANGUAGES, catalogue
from workflows.definition import Question
from workflows.packages import Edition

FOLDER = "audio"
# The media type of each ending that is served, the one that is looked for first first.
KINDS = {"mp3": "audio/mpeg", "ogg": "audio/ogg"}
_NOBODY = {"{name}": "người này", "{other}": "người kia"}


@dataclass(frozen=True, slots=True)
class Recording:
    """A file that is there, with its media type; ``name`` is the key and the ending."""

    path: Path
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class ToRecord:
    """A question that nobody has spoken yet: the file to make, and what to read out.

    ``translated`` is false when the text stands in Vietnamese, for want of a better.
    """

    key: str
    file: str
    text: str
    translated: bool


def recording(
    data_dir: Path, language: str, key: str, edition: Edition
) -> Recording | None:
    """Return the recording of a question in a language, None where there is none.

    Only the key of a question of the edition is ever looked for, so no name can lead
    out of the folder.
    """
    if language not in LANGUAGES or key not in edition.questions:
        return None
    for ending, media_type in KINDS.items():
        name = f"{key}.{ending}"
        path = data_dir / FOLDER / language / name
        if path.is_file():
            return Recording(path, name, media_type)
    return None


def to_record(data_dir: Path, language: str, edition: Edition) -> tuple[ToRecord, ...]:
    """Return the questions without a recording, in the order of asking."""
    lacking = [
        (question.order, key, question)
        for key, question in edition.questions.items()
        if recording(data_dir, language, key, edition) is None
    ]
    return tuple(
        _to_record(language, key, question)
        for _, key, question in sorted(lacking, key=lambda each: each[:2])
    )


def _to_record(language: str, key: str, question: Question) -> ToRecord:
    words = catalogue(language)
    source = list(_said(question))
    found = [words.find(part) for part in source]
    file = f"{FOLDER}/{language}/{key}.mp3"
    translated = language == "vi" or None not in found
    parts = [part or own for part, own in zip(found, source, strict=True)]
    return ToRecord(key, file, " ".join(parts), translated)


def _said(question: Question) -> Iterator[str]:
    yield _without_names(question.text)
    if question.help:
        yield question.help
    for choice in question.choices:
        yield choice.label if choice.label.endswith((".", "?")) else f"{choice.label}."


def _without_names(text: str) -> str:
    for place, words in _NOBODY.items():
        text = text.replace(place, words)
    return text[:1].upper() + text[1:]
