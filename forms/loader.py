"""Reads the form editions from YAML: the only file access of the data of forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    and replaces whole keys of it, ``reworded`` replaces words in it. Where a list has
    ``use: name``, the lines of that name in ``shared.yaml`` stand instead. Raises
    ``EditionInvalidError`` naming the file.
    """
    files = editions_by_file(root).values()
    return tuple(edition for editions in files for edition in editions)


@cache
def editions_by_file(root: Path = EDITIONS) -> Mapping[str, tuple[FormEdition, ...]]:
    """Return the editions of each file, by its folder and name."""
    files = sorted(root.glob("*/*.yaml"))
    return {
        path.relative_to(root).as_posix(): tuple(_editions(path, root))
        for path in files
    }


@cache
def load_aliases(root: Path = EDITIONS) -> Mapping[str, Alias]:
    """Read the older ids of forms."""
    raw = _mapping(root / "aliases.yaml")
    return {name: Alias.model_validate(alias) for name, alias in raw.items()}


def read_mapping(path: Path, root: Path) -> dict[str, object]:
    """Read one file; ``same_as`` names another file below the folder it starts from."""
    raw = _mapping(path)
    if "same_as" in raw:
        borrowed = _mapping(root / str(raw.pop("same_as")))
        raw = _reworded(borrowed, _words(raw.pop("reworded", {}))) | raw
    return raw


def _editions(path: Path, root: Path) -> Iterator[FormEdition]:
    place = f"{path.parent.name}/{path.name}"
    shared = root / "shared.yaml"
    lines = _mapping(shared) if shared.exists() else {}
    try:
        raw = {
            key: _with_shared(value, lines)
            for key, value in read_mapping(path, root).items()
        }
    except KeyError as error:
        raise EditionInvalidError(f"{place}: nothing is shared as {error}") from error
    used_by = raw.pop("used_by", None)
    if not isinstance(used_by, list):
        raise EditionInvalidError(f"{place}: used_by is not a list of packages")
    for used in used_by:
        id_ = f"{raw['form']}.{raw['variant']}" if "variant" in raw else raw["form"]
        name = f"{used['package']}/{id_}@{used['from']}"
        whole = raw | used | {"edition": name}
        try:
            yield FormEdition.model_validate(whole)
        except ValidationError as error:
            raise EditionInvalidError(f"{place}: {error}") from error


def _with_shared(part: object, shared: Mapping[str, object]) -> object:
    """Put the shared lines in the place of each ``use: name`` in a list."""
    if isinstance(part, dict):
        return {key: _with_shared(value, shared) for key, value in part.items()}
    if not isinstance(part, list):
        return part
    lines: list[object] = []
    for line in part:
        if isinstance(line, dict) and set(line) == {"use"}:
            found = shared[line["use"]]
            lines += found if isinstance(found, list) else [found]
        else:
            lines.append(_with_shared(line, shared))
    return lines


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


@dataclass(frozen=True, slots=True)
class BoundFact:
    """A fact that an edition prints or decides by, and the line that names it.

    ``fact`` is named as questions name it (``party[{party}].phone``); ``file`` counts
    from the folder of the program.
    """

    form: str
    package: str
    fact: str
    file: str
    line: int


def bound_facts(root: Path = EDITIONS) -> Iterator[BoundFact]:
    """Yield each fact once for every edition that is bound to it."""
    texts = {
        path.relative_to(root).as_posix(): path.read_text("utf-8").split("\n")
        for path in sorted([*root.glob("*/*.yaml"), *root.glob("shared.yaml")])
    }
    for edition in load_editions(root):
        for key in sorted(edition.keys()):
            file, line = _named_in(texts, edition, key)
            place = f"{root.parent.name}/{root.name}/{file}"
            for fact in edition.asked_by(key):
                yield BoundFact(edition.form, edition.package, fact, place, line)


def _named_in(
    texts: Mapping[str, Sequence[str]], edition: FormEdition, key: str
) -> tuple[str, int]:
    """Return the first line with the key, in the edition's file or what it borrows."""
    word = re.compile(rf"(?<![\w.]){re.escape(key)}(?![\w])")
    own = [name for name in texts if Path(name).stem == edition.id]
    own.sort(key=lambda name: not name.startswith(f"{edition.package}/"))
    for name in (*own, *(name for name in texts if "/" not in name)):
        for number, line in enumerate(texts[name], start=1):
            if word.search(line):
                return name, number
    return own[0], 1
