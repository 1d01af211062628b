"""Reads the data of the law from files: the only place in this room that does.

Editions are kept in a cache that is named by the size and time of every file, so that a
short command need not read the YAML again.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from workflows.calendar import Calendar, from_overlay
from workflows.definition import PackageHead
from workflows.errors import PackageInvalidError
from workflows.law.assembly import Assembly, assemble
from workflows.law.edition import Edition
from workflows.law.findings import Finding
from workflows.law.located import LocatedMap, plain
from workflows.law.sections import PackageSource, gather
from workflows.law.writing import misfits, origins_of, read_definitions, written
from workflows.loader_yaml import UnreadableError, read_yaml
from workflows.packages import Law, Selection
from workflows.territory import Table, Territory

__all__ = [
    "Sources",
    "load_calendar",
    "load_data",
    "load_law",
    "load_territory",
    "packages_folder",
    "read_yaml",
]

DATA = Path(__file__).parent / "data"


# --- packages ---------------------------------------------------------------------


class Sources:
    """The packages below a folder as written; read once, when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def packages(self) -> dict[str, PackageSource]:
        """Return every package by id, the names of its files in order."""
        folders = sorted({path.parts[0] for path in self._relative})
        return {folder: self._package(folder) for folder in folders}

    @cached_property
    def stamp(self) -> str:
        """Return a hash of the path, size and time of every file, and of our code."""
        code = Path(__file__).parent
        paths = [*self._files, *code.glob("*.py"), *(code / "law").glob("*.py")]
        digest = hashlib.sha256()
        for path in paths:
            status = path.stat()
            digest.update(f"{path}|{status.st_size}|{status.st_mtime_ns}\n".encode())
        return digest.hexdigest()[:32]

    @cached_property
    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*/**/*.yaml"))

    @property
    def _relative(self) -> list[Path]:
        return [path.relative_to(self.folder) for path in self._files]

    def _package(self, folder: str) -> PackageSource:
        contents: dict[str, LocatedMap] = {}
        findings: list[Finding] = []
        for path in self._relative:
            if path.parts[0] != folder:
                continue
            name = path.as_posix()
            try:
                text = (self.folder / path).read_text("utf-8")
                contents[name] = read_yaml(text, name)
            except UnreadableError as error:
                findings.append(error.finding)
        return gather(folder, contents, findings)

    def heads(self) -> tuple[dict[str, PackageHead], list[Finding]]:
        """Return the head of every package, and what is wrong with the files."""
        heads: dict[str, PackageHead] = {}
        findings: list[Finding] = []
        for name, package in self.packages.items():
            findings.extend(package.findings)
            if not package.head:
                continue
            try:
                heads[name] = PackageHead.model_validate(plain(package.head))
            except ValidationError as error:
                place = package.head.place
                findings.extend(
                    misfits(f"package {name!r}", error, package.head, place)
                )
        return heads, findings

    def assemble(self, selection: Selection) -> Assembly:
        """Put the packages of a selection together."""
        return assemble([self.packages[name] for name in selection.chain])


def load_law(root: Path | None = None, cache_dir: Path | None = None) -> Law:
    """Return every package below ``root`` (the data of this program by default).

    With ``cache_dir`` the editions are kept there and the YAML is read only when a file
    has changed. Raises PackageInvalidError with every line that cannot be read or
    breaks the format; an edition is checked when it is first asked for.
    """
    sources = Sources(packages_folder(root))
    shelf = None if cache_dir is None else _Shelf(cache_dir / sources.stamp)
    heads = None if shelf is None else shelf.heads()
    if heads is None:
        heads, findings = sources.heads()
        if findings:
            raise PackageInvalidError(str(finding) for finding in sorted(findings))
        if shelf is not None:
            shelf.keep_heads(heads)
    desk = _Desk(sources, heads, shelf)
    return Law(heads, desk.edition)


def packages_folder(root: Path | None) -> Path:
    """Return the folder whose folders are packages: ``root/packages`` or ``root``."""
    root = DATA if root is None else root
    return root / "packages" if (root / "packages").is_dir() else root


class _Desk:
    """Makes editions: from the cache when they are there, else from the YAML."""

    def __init__(
        self, sources: Sources, heads: Mapping[str, PackageHead], shelf: _Shelf | None
    ) -> None:
        self._sources = sources
        self._heads = heads
        self._shelf = shelf

    def edition(self, selection: Selection) -> Edition:
        key = _key(selection)
        text = None if self._shelf is None else self._shelf.text(key)
        if text is None:
            text = self._written(selection)
            if self._shelf is not None:
                self._shelf.keep(key, text)
        return Edition(text, lambda: origins_of(self._sources.assemble(selection)))

    def _written(self, selection: Selection) -> str:
        assembly = self._sources.assemble(selection)
        findings = {*assembly.findings, *read_definitions(assembly).findings}
        if findings:
            raise PackageInvalidError(str(finding) for finding in sorted(findings))
        heads = [self._heads[name] for name in selection.chain]
        return written(heads, dict(selection.statuses), assembly)


class _Shelf:
    """Editions in files; what cannot be read or written is simply made anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def heads(self) -> dict[str, PackageHead] | None:
        text = self.text("heads")
        if text is None:
            return None
        return {
            name: PackageHead.model_validate(raw)
            for name, raw in json.loads(text).items()
        }

    def keep_heads(self, heads: Mapping[str, PackageHead]) -> None:
        raw = {
            name: head.model_dump(mode="json", by_alias=True)
            for name, head in heads.items()
        }
        self.keep("heads", json.dumps(raw, ensure_ascii=False))

    def text(self, key: str) -> str | None:
        try:
            return (self._folder / f"{key}.json").read_text("utf-8")
        except OSError:
            return None

    def keep(self, key: str, text: str) -> None:
        """Write beside the name and rename, so that no reader sees half a file."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=self._folder, delete=False
            ) as file:
                file.write(text)
            Path(file.name).replace(self._folder / f"{key}.json")


def _key(selection: Selection) -> str:
    text = "|".join(f"{name}={status}" for name, status in selection.statuses)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


# --- other data -------------------------------------------------------------------


def load_data(path: Path) -> Mapping[str, object]:
    """Return a YAML data file as plain JSON data; dates are ISO text."""
    try:
        content = read_yaml(path.read_text("utf-8"), path.name)
    except UnreadableError as error:
        raise PackageInvalidError([str(error.finding)]) from error
    return {key: plain(value) for key, value in content.items()}


def load_calendar(root: Path | None = None) -> Calendar:
    """Return the calendar of working days with the official notices."""
    return from_overlay(load_data((root or DATA) / "calendar" / "overlay.yaml"))


def load_territory(root: Path | None = None) -> Territory:
    """Return the provinces, and the communes and offices of those that have files."""
    folder = (root or DATA) / "territory"
    tables = {
        province.name: Table.of(
            _rows(province / "communes.csv"),
            _rows(province / "legacy.csv"),
            load_data(province / "offices.yaml"),
        )
        for province in sorted(folder.glob("*/"))
        if province.is_dir()
    }
    return Territory.of(load_data(folder / "provinces.yaml"), tables)


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))
