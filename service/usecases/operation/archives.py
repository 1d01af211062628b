"""The one file of a backup: a manifest, and the parts that it sums up.

``pack`` writes to an open file and ``unpack`` reads from one, from front to back: what
encrypts an archive stands between these two and the disk.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO, Literal, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from service.errors import InputError

_MANIFEST = "manifest.json"
_PACKED = 6  # the highest takes four times as long for a hundredth less
_CHUNK = 1 << 20
_MOST_OF_MANIFEST = 1 << 24

NO_ARCHIVE = "Đây không phải tệp sao lưu của Dắt, hoặc tệp đã hỏng."
NEWER_SHAPE = (
    "Bản sao lưu này do một bản Dắt mới hơn làm ra. Cài bản đó rồi phục hồi lại."
)


class Sink(Protocol):
    """Where an archive is written to: a file, or what seals it on its way to one."""

    def write(self, content: bytes, /) -> object:
        """Take more of it."""

    def flush(self) -> object:
        """Let go what waits, if anything may."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Strict):
    """A file in the archive."""

    name: str
    size: int
    sha256: str


class Histories(_Strict):
    """How many cases and moves there are; ``head`` sums up the head of every case."""

    cases: int
    moves: int
    head: str


class Manifest(_Strict):
    """What a backup holds. ``secret`` recognises the key, and says nothing of it.

    ``objects`` are papers that lie outside: their rows name them with their sums, and
    they are backed up where they lie. ``keys`` names the keys of the ring that its
    values ask for.
    """

    shape: Literal[1] = 1
    program: str
    taken_at: datetime
    dialect: str
    revision: str
    rows: dict[str, int]
    histories: Histories
    objects: int = 0
    secret: str
    keys: tuple[str, ...] = ()
    parts: tuple[Part, ...]


def part_of(folder: Path, name: str) -> Part:
    """Return the sum of a file that lies in the folder."""
    path = folder / name
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return Part(name=name, size=path.stat().st_size, sha256=digest)


def pack(manifest: Manifest, folder: Path, sink: Sink) -> None:
    """Write the manifest and its parts, which lie in the folder, to an open file."""
    with (
        gzip.GzipFile(fileobj=sink, mode="wb", compresslevel=_PACKED) as packed,
        tarfile.open(fileobj=packed, mode="w|") as archive,
    ):
        _add(archive, _MANIFEST, io.BytesIO(manifest.model_dump_json().encode()))
        for part in manifest.parts:
            with (folder / part.name).open("rb") as handle:
                _add(archive, part.name, handle)


def unpack(source: IO[bytes], folder: Path) -> Manifest:
    """Put the parts of an archive into an empty folder; return the manifest.

    Raises InputError for what is no archive, for a part whose sum is another, and for
    one that is missing.
    """
    try:
        with tarfile.open(fileobj=source, mode="r|gz") as archive:
            members = iter(archive)
            manifest = _manifest(archive, next(members, None))
            _take(archive, members, manifest, folder)
    except (tarfile.TarError, EOFError, OSError, UnicodeError) as error:
        raise InputError(NO_ARCHIVE) from error
    return manifest


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = content.seek(0, io.SEEK_END)
    entry.mode = 0o600
    content.seek(0)
    archive.addfile(entry, content)


def _manifest(archive: tarfile.TarFile, entry: tarfile.TarInfo | None) -> Manifest:
    if entry is None or entry.name != _MANIFEST or entry.size > _MOST_OF_MANIFEST:
        raise InputError(NO_ARCHIVE)
    opened = archive.extractfile(entry)
    if opened is None:
        raise InputError(NO_ARCHIVE)
    try:
        return Manifest.model_validate_json(opened.read())
    except ValidationError as error:
        newer = any(each["loc"] == ("shape",) for each in error.errors())
        raise InputError(NEWER_SHAPE if newer else NO_ARCHIVE) from error


def _take(
    archive: tarfile.TarFile,
    members: Iterable[tarfile.TarInfo],
    manifest: Manifest,
    folder: Path,
) -> None:
    """Write what the manifest names, and nothing else, each checked on the way."""
    wanted = {part.name: part for part in manifest.parts}
    for entry in members:
        part = wanted.pop(entry.name, None)
        opened = archive.extractfile(entry) if part and entry.isreg() else None
        if part is None or opened is None or not _inside(folder, part.name):
            raise InputError(NO_ARCHIVE)
        path = folder / part.name
        path.parent.mkdir(parents=True, exist_ok=True)
        _copy(opened, path)
        if part_of(folder, part.name) != part:
            raise InputError(f"{part.name}: nội dung khác với lúc sao lưu.")
    if wanted:
        raise InputError(f"{min(wanted)}: không có trong tệp sao lưu.")


def _inside(folder: Path, name: str) -> bool:
    return (folder / name).resolve().is_relative_to(folder.resolve())


def _copy(source: IO[bytes], path: Path) -> None:
    with path.open("xb") as sink:
        while chunk := source.read(_CHUNK):
            sink.write(chunk)
