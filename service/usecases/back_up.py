"""Backup while the service works, and restore into a place that is empty.

An archive holds the database, what the installation keeps in files (own packages of
the law, recordings), and a manifest by which a restore is proved: the sums of all
parts, the rows of every table, and the head of all histories. The secret key is not in
it: who finds an archive must not find the key beside it.
"""

from __future__ import annotations

import hmac
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from service.errors import InputError
from service.persistence import dumps
from service.persistence.database import upgrade
from service.usecases.archives import (
    Histories,
    Manifest,
    Part,
    pack,
    part_of,
    unpack,
)
from service.usecases.desk import Desk
from service.usecases.recordings import FOLDER as RECORDINGS
from service.usecases.verify_audit import AuditReport, verify_audit

_DATABASE = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_FILES = "files"
_PACKAGES = "packages"
ENDING = ".tar.gz"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore put back, and what the proof of it says.

    ``aside`` is where that lies which stood there before; ``kept`` are files that were
    there already with other content and stay; ``other_secret``: the key of the
    archive's installation was another one.
    """

    manifest: Manifest
    report: AuditReport
    other_rows: tuple[str, ...]
    aside: str | None
    kept: tuple[str, ...]
    other_secret: bool

    @property
    def ok(self) -> bool:
        """Return whether everything is there as it was."""
        told = self.manifest.histories
        found = Histories(
            cases=self.report.cases, moves=self.report.moves, head=self.report.head
        )
        return self.report.ok and not self.other_rows and found == told


def back_up(desk: Desk, folder: Path) -> tuple[Path, Manifest]:
    """Write one archive of everything into the folder, whole or not at all.

    The service may go on meanwhile: the archive holds one instant. Raises InputError
    when the folder cannot be written.
    """
    _answers(desk)
    if not dumps.has_schema(desk.database):
        raise InputError("Cơ sở dữ liệu chưa có gì để sao lưu.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".sao-luu-", dir=folder) as made:
            return _written(desk, folder, Path(made))
    except OSError as error:
        raise InputError(f"{folder}: không ghi được ({error.strerror}).") from error


def restore(desk: Desk, archive: Path, *, force: bool = False) -> Restored:
    """Put an archive into the empty database of the desk, brought on and proved.

    It is proved before it takes the place: what is not as it was backed up does not
    stay, and all is as before. With ``force`` what stands there is set aside, never
    deleted. Raises InputError, before anything is changed, for an archive or a place
    that does not fit, and while somebody uses the database.
    """
    _answers(desk)
    with _opened(archive) as (manifest, folder), desk.database.alone():
        dump = folder / _DATABASE[desk.database.dialect]
        _fits(desk, manifest, dump)
        if not force and not dumps.is_empty(desk.database):
            raise InputError(
                "Cơ sở dữ liệu đích đang có dữ liệu. Chọn nơi còn trống, hoặc thêm"
                " --force: dữ liệu cũ được cất sang bên, không bị xóa."
            )
        mark = f"{desk.now():%Y%m%dT%H%M%S}"
        with dumps.arriving(desk.database, dump, mark) as arrival:
            upgrade(arrival.database)
            proved = _proved(desk, manifest, arrival)
            arrival.stays = proved.ok
        if not proved.ok:
            return proved
        kept = _put_files(desk, folder / _FILES)
    return replace(proved, aside=arrival.aside, kept=kept)


def _proved(desk: Desk, manifest: Manifest, arrival: dumps.Arrival) -> Restored:
    told, found = manifest.rows, arrival.tally.rows
    return Restored(
        manifest,
        verify_audit(replace(desk, database=arrival.database)),
        tuple(n for n in sorted({*told, *found}) if told.get(n) != found.get(n)),
        None,
        (),
        not hmac.compare_digest(manifest.secret, _mark(desk)),
    )


def _answers(desk: Desk) -> None:
    if not desk.database.answers():
        raise InputError("Cơ sở dữ liệu không trả lời. Xem lại địa chỉ và quyền vào.")


# --- making ---------------------------------------------------------------------------


def _written(desk: Desk, folder: Path, made: Path) -> tuple[Path, Manifest]:
    now, dialect = desk.now(), desk.database.dialect
    name = _DATABASE[dialect]
    tally = dumps.dump(desk.database, made / name)
    files = tuple(_copied(desk, made))
    manifest = Manifest(
        program=version("dat"),
        taken_at=now,
        dialect=dialect,
        revision=tally.revision,
        rows=dict(tally.rows),
        histories=Histories(cases=tally.cases, moves=tally.moves, head=tally.head),
        secret=_mark(desk),
        parts=(part_of(made, name), *files),
    )
    path = folder / f"dat-{now:%Y%m%dT%H%M%SZ}{ENDING}"
    growing = made / path.name
    with growing.open("xb") as sink:
        growing.chmod(0o600)
        pack(manifest, made, sink)
        sink.flush()
        os.fsync(sink.fileno())
    growing.replace(path)
    return path, manifest


def _places(desk: Desk) -> dict[str, Path]:
    """Return the folders that belong to the installation, by their names inside."""
    settings = desk.settings
    return {
        _PACKAGES: settings.own_packages,
        RECORDINGS: settings.data_dir / RECORDINGS,
    }


def _copied(desk: Desk, made: Path) -> Iterator[Part]:
    for name, place in _places(desk).items():
        for path in sorted(place.rglob("*")) if place.is_dir() else ():
            if not path.is_file() or path.is_symlink():
                continue
            inside = Path(_FILES, name, path.relative_to(place))
            (made / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, made / inside)
            yield part_of(made, inside.as_posix())


def _mark(desk: Desk) -> str:
    return hmac.digest(desk.secret, b"backup", "sha256").hex()[:16]


# --- putting back ---------------------------------------------------------------------


@contextmanager
def _opened(archive: Path) -> Iterator[tuple[Manifest, Path]]:
    with tempfile.TemporaryDirectory(prefix="dat-phuc-hoi-") as made:
        try:
            source = archive.open("rb")
        except OSError as error:
            raise InputError(
                f"{archive}: không đọc được ({error.strerror})."
            ) from error
        with source:
            yield unpack(source, Path(made)), Path(made)


def _fits(desk: Desk, manifest: Manifest, dump: Path) -> None:
    here = desk.database.dialect
    if manifest.dialect != here:
        there = _NAMES.get(manifest.dialect, manifest.dialect)
        raise InputError(
            f"Bản sao lưu là của {there}, nơi phục hồi là {_NAMES[here]}."
            " Chọn nơi phục hồi cùng loại bằng --into."
        )
    if not dumps.knows(manifest.revision):
        raise InputError(
            f"Bản sao lưu ở phiên bản dữ liệu {manifest.revision}, bản Dắt này chưa"
            f" biết. Cài bản {manifest.program} trở lên rồi phục hồi lại."
        )
    if here == "sqlite" and not dumps.is_sound(dump):
        raise InputError("Cơ sở dữ liệu trong tệp sao lưu đã hỏng.")


def _put_files(desk: Desk, folder: Path) -> tuple[str, ...]:
    """Put back what is not there; return what stays because it says something else."""
    kept = []
    for name, place in _places(desk).items():
        source = folder / name
        for path in sorted(source.rglob("*")) if source.is_dir() else ():
            target = place / path.relative_to(source)
            if path.is_dir():
                continue
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
            elif target.read_bytes() != path.read_bytes():
                kept.append(str(target))
    return tuple(kept)
