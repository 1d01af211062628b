"""Reads the form editions from YAML: the only file access of the data of forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from forms.definition import FormEdition
from forms.errors import EditionInvalidError
from workflows.definition import Strict

EDITIONS = Path(__file__).parent / "editions"


class Alias(Strict):
    """A form id that people still ask for, and the form that took its place."""

    to: str
    why: str
    source: str


@cache
def load_editions(root: Path = EDITIONS) -> tuple[FormEdition, ...]:
    """Read each edition below the folder, one for each package that uses it.

    A file lists its packages under ``used_by``; ``same_as`` takes over another file
    and replaces whole keys of it, ``reworded`` replaces words in it. Raises
    ``EditionInvalidError`` naming the file.
    """
    files = sorted(path for path in root.glob("*/*.yaml"))
    return tuple(edition for path in files for edition in _editions(path))


@cache
def load_aliases(root: Path = EDITIONS) -> Mapping[str, Alias]:
    """Read the older ids of forms."""
    raw = _mapping(root / "aliases.yaml")
    return {name: Alias.model_validate(alias) for name, alias in raw.items()}


def _editions(path: Path) -> Iterator[FormEdition]:
    raw = _mapping(path)
    if "same_as" in raw:
        borrowed = _mapping(path.parent.parent / str(raw.pop("same_as")))
        raw = _reworded(borrowed, _words(raw.pop("reworded", {}))) | raw
    place = f"{path.parent.name}/{path.name}"
    used_by = raw.pop("used_by", None)
    if not isinstance(used_by, list):
        raise EditionInvalidError(f"{place}: used_by is not a list of packages")
    for used in used_by:
        name = f"{used['package']}/{raw['form']}@{used['from']}"
        whole = raw | used | {"edition": name}
        try:
            yield FormEdition.model_validate(whole)
        except ValidationError as error:
            raise EditionInvalidError(f"{place}: {error}") from error


def _words(raw: object) -> dict[str, str]:
    pairs = raw.items() if isinstance(raw, dict) else ()
    return {str(old): str(new) for old, new in pairs}


def _reworded(raw: dict[str, object], words: Mapping[str, str]) -> dict[str, object]:
    """Return the mapping with the words replaced wherever they stand in a text."""

    def anew(part: object) -> object:
        if isinstance(part, dict):
            return {key: anew(value) for key, value in part.items()}
        if isinstance(part, list):
            return [anew(value) for value in part]
        if isinstance(part, str):
            for old, new in words.items():
                part = part.replace(old, new)
        return part

    return {key: anew(value) for key, value in raw.items()}


def _mapping(path: Path) -> dict[str, object]:
    try:
        raw = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise EditionInvalidError(f"{path.name}: {error}") from error
    if not isinstance(raw, dict):
        raise EditionInvalidError(f"{path.name}: not a mapping")
    return raw
