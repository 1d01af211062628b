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
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from workflows.definition import PackageHead
from workflows.errors import PackageInvalidError
from workflows.law.assembly import Assembly, assemble
from workflows.law.edition import Edition
from workflows.law.findings import Finding
from workflows.law.located import LocatedMap, plain
from workflows.law.memory import Memory
from workflows.law.sections import PackageSource, gather
from workflows.law.sentences import CHANGED_SINCE
from workflows.law.writing import misfits, origins_of, read_definitions, written
from workflows.packages import Law, Selection

if TYPE_CHECKING:
    # What a command needs none of it does not wait for: with the editions in the cache
    # there is no YAML to read, and the packages do without holidays and communes.
    from workflows.calendar import Calendar
    from workflows.identity_card import CardFormat
    from workflows.paper_checks import PaperChecks
    from workflows.photo_checks import PhotoChecks
    from workflows.territory import Territory

__all__ = [
    "Sources",
    "load_calendar",
    "load_card_format",
    "load_data",
    "load_law",
    "load_paper_checks",
    "load_photo_checks",
    "load_territory",
    "packages_folder",
]

DATA = Path(__file__).parent / "data"


# --- packages ---------------------------------------------------------------------


class Sources:
    """The packages below a folder as written; read once, when first asked for.

    ``own`` is the folder of an installation's own packages: they stand beside those of
    the program, and one of the same id stands in the place of the program's.
    """

    def __init__(self, folder: Path, own: Path | None = None) -> None:
        self.folders = (folder,) if own is None else (folder, own)

    @cached_property
    def memory(self) -> Memory:
        """Return what was made of definitions that editions share."""
        return Memory()

    @cached_property
    def packages(self) -> dict[str, PackageSource]:
        """Return every package by id, the names of its files in order."""
        return {folder: self._package(folder) for folder in sorted(self._files)}

    @cached_property
    def stamp(self) -> str:
        """Return a hash of the path, size and time of every file, and of our code."""
        return _stamp([*self._paths(), *_code()])

    @cached_property
    def place(self) -> str:
        """Return a hash of the folders and of our code, not of what the files say."""
        folders = "|".join(map(str, self.folders))
        return hashlib.sha256(f"{folders}|{_stamp(_code())}".encode()).hexdigest()[:32]

    @cached_property
    def _files(self) -> dict[str, tuple[Path, list[Path]]]:
        """Return for each package the folder it lies in, and its files in order."""
        found: dict[str, tuple[Path, list[Path]]] = {}
        for folder in self.folders:
            here: dict[str, list[Path]] = {}
            for path in sorted(folder.glob("*/**/*.yaml")):
                here.setdefault(path.relative_to(folder).parts[0], []).append(path)
            found |= {name: (folder, paths) for name, paths in here.items()}
        return found

    def _paths(self) -> list[Path]:
        return [path for _, paths in self._files.values() for path in paths]

    @cached_property
    def _begun(self) -> str:
        return _stamp(self._paths())

    def forget(self) -> None:
        """Forget what was read; whoever asks again reads the files again."""
        for name in ("packages", "memory"):
            vars(self).pop(name, None)

    def changed(self) -> bool:
        """Return whether a file not yet read was changed, or added, since ``begin``."""
        if "packages" in vars(self):
            return False
        begun, own = self._begun, self.folders[1:]
        return Sources(self.folders[0], *own).begin() != begun

    def begin(self) -> str:
        """Remember how the files are now; return what is remembered."""
        return self._begun

    def _package(self, folder: str) -> PackageSource:
        from workflows.loader_yaml import (  # noqa: PLC0415  see above
            UnreadableError,
            read_yaml,
        )

        contents: dict[str, LocatedMap] = {}
        findings: list[Finding] = []
        root, paths = self._files[folder]
        for path in paths:
            name = path.relative_to(root).as_posix()
            try:
                contents[name] = read_yaml(path.read_text("utf-8"), name)
            except UnreadableError as error:
                findings.append(error.finding)
            except UnicodeDecodeError as error:
                text = f"the file is not UTF-8: {error.reason}"
                findings.append(Finding(name, 1, "yaml", text))
        return gather(folder, contents, findings)

    def province_of(self, name: str) -> str:
        """Return the province that a head names which could not be read whole."""
        found = self.packages.get(name)
        code = found.head.submap("territory").get("province") if found else None
        return "" if code is None else str(code)

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
        chain = [self.packages[name] for name in selection.chain]
        return assemble(chain, self.memory, known_on=selection.known_on)


def load_law(
    root: Path | None = None,
    cache_dir: Path | None = None,
    *,
    own: Path | None = None,
    refused: Mapping[str, Sequence[str]] | None = None,
) -> Law:
    """Return every package below ``root`` (the data of this program by default).

    ``own`` is a folder of further packages. With ``cache_dir`` the editions are kept
    there and the YAML is read only when a file has changed.

    A package that cannot be read, breaks the format or is ``refused`` for other reasons
    is left out whole: an edition that needs it raises PackageInvalidError with every
    line that is wrong, or is the last good one that the cache still has; ``faults`` of
    the law says so. What does not rest on it goes on. Raises PackageInvalidError itself
    when no package is left.
    """
    sources = Sources(packages_folder(root), own)
    sources.begin()
    shelf = None if cache_dir is None else _Shelf(cache_dir / sources.stamp)
    good = None if cache_dir is None else _Shelf(cache_dir / f"good-{sources.place}")
    heads = None if shelf is None else shelf.heads()
    faults = {name: tuple(lines) for name, lines in (refused or {}).items()}
    if heads is None:
        heads, findings = sources.heads()
        faults |= _by_package(findings)
        if shelf is not None and not findings:
            shelf.keep_heads(heads)
    sound = {name: head for name, head in heads.items() if name not in faults}
    if faults and not sound:
        raise PackageInvalidError(line for name in faults for line in faults[name])
    if good is not None:
        known = good.heads() or {}
        heads = heads | {name: known[name] for name in faults if name in known}
        good.keep_heads(known | sound)
    lost = {name: sources.province_of(name) for name in faults if name not in heads}
    desk = _Desk(sources, heads, shelf, good, faults)
    return Law(heads, desk.edition, faults, lost, forget=sources.forget)


def _by_package(findings: Iterable[Finding]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for finding in sorted(findings):
        name = finding.file.partition("/")[0]
        found[name] = (*found.get(name, ()), str(finding))
    return found


def _code() -> list[Path]:
    code = Path(__file__).parent
    return [*code.glob("*.py"), *(code / "law").glob("*.py")]


def _stamp(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        status = path.stat()
        digest.update(f"{path}|{status.st_size}|{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:32]


def packages_folder(root: Path | None) -> Path:
    """Return the folder whose folders are packages: ``root/packages`` or ``root``."""
    root = DATA if root is None else root
    return root / "packages" if (root / "packages").is_dir() else root


class _Desk:
    """Makes editions: from the cache when they are there, else from the YAML."""

    def __init__(
        self,
        sources: Sources,
        heads: Mapping[str, PackageHead],
        shelf: _Shelf | None,
        good: _Shelf | None,
        faults: dict[str, tuple[str, ...]],
    ) -> None:
        self._sources = sources
        self._heads = heads
        self._shelf = shelf
        self._good = good
        self._faults = faults

    def edition(self, selection: Selection) -> Edition:
        """Return the edition of the selection, or the last good one in its place."""
        key = _key(selection)
        broken = [name for name in selection.chain if name in self._faults]
        text = None if self._shelf is None or broken else self._shelf.text(key)
        if text is None:
            try:
                text = self._written(selection, broken)
            except PackageInvalidError as error:
                self._faults |= _lines_by_package(error, selection)
                text = None if self._good is None else self._good.text(key)
                if text is None:
                    raise
                return Edition(text)
            if self._shelf is not None:
                self._shelf.keep(key, text)
        if self._good is not None:
            self._good.keep_new(key, text)
        return Edition(text, lambda: origins_of(self._sources.assemble(selection)))

    def _written(self, selection: Selection, broken: Sequence[str]) -> str:
        if broken:
            raise PackageInvalidError(
                line for name in sorted(broken) for line in self._faults[name]
            )
        if self._sources.changed():
            name = selection.chain[0]
            raise PackageInvalidError([f"{name}/package.yaml:1: {CHANGED_SINCE}"])
        assembly = self._sources.assemble(selection)
        findings = {*assembly.findings, *read_definitions(assembly).findings}
        if findings:
            raise PackageInvalidError(str(finding) for finding in sorted(findings))
        heads = [self._heads[name] for name in selection.chain]
        return written(heads, dict(selection.statuses), assembly)


def _lines_by_package(
    error: PackageInvalidError, selection: Selection
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in error.findings:
        name = line.partition("/")[0]
        name = name if name in selection.chain else selection.chain[0]
        found[name] = (*found.get(name, ()), line)
    return found


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
        self.keep_new("heads", json.dumps(raw, ensure_ascii=False))

    def text(self, key: str) -> str | None:
        try:
            return (self._folder / f"{key}.json").read_text("utf-8")
        except OSError:
            return None

    def keep_new(self, key: str, text: str) -> None:
        """Keep the text unless it is the one that is kept already."""
        if self.text(key) != text:
            self.keep(key, text)

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
    if selection.known_on is not None:
        text += f"|{selection.known_on}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


# --- other data -------------------------------------------------------------------


def load_data(path: Path) -> Mapping[str, object]:
    """Return a YAML data file as plain JSON data; dates are ISO text."""
    from workflows.loader_yaml import (  # noqa: PLC0415  see above
        UnreadableError,
        read_yaml,
    )

    try:
        content = read_yaml(path.read_text("utf-8"), path.name)
    except UnreadableError as error:
        raise PackageInvalidError([str(error.finding)]) from error
    return {key: plain(value) for key, value in content.items()}


def load_calendar(root: Path | None = None) -> Calendar:
    """Return the calendar of working days with the official notices."""
    from workflows.calendar import from_overlay  # noqa: PLC0415  see above

    return from_overlay(load_data((root or DATA) / "calendar" / "overlay.yaml"))


@cache
def load_card_format() -> CardFormat:
    """Return how the QR of an identity card is laid out; read when first asked for."""
    from workflows.identity_card import CardFormat  # noqa: PLC0415  see above

    return CardFormat.model_validate(load_data(DATA / "identity" / "card.yaml"))


@cache
def load_paper_checks() -> PaperChecks:
    """Return what is checked of papers before travelling; read when first asked for."""
    from workflows.paper_checks import PaperChecks  # noqa: PLC0415  see above

    return PaperChecks.model_validate(load_data(DATA / "papers" / "checks.yaml"))


@cache
def load_photo_checks() -> PhotoChecks:
    """Return when a photo of a paper is good enough; read when first asked for."""
    from workflows.photo_checks import PhotoChecks  # noqa: PLC0415  see above

    return PhotoChecks.model_validate(load_data(DATA / "papers" / "photos.yaml"))


def load_territory(root: Path | None = None) -> Territory:
    """Return the provinces, and the communes and offices of those that have files."""
    from workflows.territory import Table, Territory  # noqa: PLC0415  see above

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
