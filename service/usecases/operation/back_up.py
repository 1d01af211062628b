"""Backup while the service works, and restore into a place that is empty.

An archive holds the database, what the installation keeps in files (own packages of
the law, recordings), and a manifest by which a restore is proved: the sums of all
parts, the rows of every table, and the head of all histories. It is sealed with the
ring of keys, and only what the ring opens is read: who finds an archive learns nothing,
and who makes one up is refused. Neither the ring nor the secret key is in it.
"""

from __future__ import annotations

import hmac
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from io import BufferedReader
from pathlib import Path

from service.errors import InputError
from service.persistence import dumps
from service.persistence.database import upgrade
from service.persistence.resealing import keys_in_use
from service.secrecy.key_ring import MissingKeyError, UnsealableError
from service.secrecy.sealed_file import Opening, Sealing, is_sealed
from service.usecases.custody.verify_audit import AuditReport, verify_audit
from service.usecases.desk import Desk
from service.usecases.matter.recordings import FOLDER as RECORDINGS
from service.usecases.operation.archives import (
    Histories,
    Manifest,
    Part,
    pack,
    part_of,
    unpack,
)
from service.usecases.papers.outside_papers import missing_outside

_DATABASE = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_FILES = "files"
_PACKAGES = "packages"
ENDING = ".tar.gz.sealed"
_CHUNK = 1 << 20


NOT_SEALED = (
    "Đây không phải tệp sao lưu của Dắt, hoặc của một bản Dắt cũ chưa mã hóa. Chỉ khi"
    " chắc chắn tệp do chính mình làm ra thì thêm --unsealed."
)
OTHER_KEYS = (
    "Tệp sao lưu không mở được bằng vòng khóa ở đây (DAT_KEY_FILE): tệp của nơi khác,"
    " đã bị sửa hoặc bị cắt ngắn. Không có gì được phục hồi."
)


def lacks_keys(names: Collection[str]) -> str:
    """Say which keys of the ring a backup asks for that are not here."""
    told = ", ".join(sorted(names))
    return (
        f"Bản sao lưu cần khóa {told}, mà vòng khóa ở đây (DAT_KEY_FILE) không có. Đưa"
        " tệp khóa của lúc sao lưu từ nơi cất giữ về rồi làm lại. Không có gì được"
        " phục hồi."
    )


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore put back, and what the proof of it says.

    ``aside`` is where that lies which stood there before; ``kept`` are files that were
    there already with other content and stay; ``other_secret``: the key of the
    archive's installation was another one; ``missing`` are papers outside that the
    store of this desk has not.
    """

    manifest: Manifest
    report: AuditReport
    other_rows: tuple[str, ...]
    aside: str | None
    kept: tuple[str, ...]
    other_secret: bool
    missing: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether everything is there as it was."""
        told = self.manifest.histories
        found = Histories(
            cases=self.report.cases, moves=self.report.moves, head=self.report.head
        )
        same = not self.other_rows and found == told
        return self.report.ok and same and not self.missing


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


def restore(
    desk: Desk, archive: Path, *, force: bool = False, unsealed: bool = False
) -> Restored:
    """Put an archive into the empty database of the desk, brought on and proved.

    Nothing of an archive that this ring of keys did not seal is used, but for
    ``unsealed``: one of an older program, for which whoever restores it answers. It is
    proved before it takes the place: what is not as it was backed up does not stay, and
    all is as before. With ``force`` what stands there is set aside, never deleted.
    Raises InputError, before anything is changed, for an archive or a place that does
    not fit, and while somebody uses the database.
    """
    _answers(desk)
    with (
        _opened(desk, archive, unsealed=unsealed) as (manifest, folder),
        desk.database.alone(),
    ):
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
        missing_outside(arrival.database, desk.database.objects),
    )


def verify_backup(desk: Desk, archive: Path, *, unsealed: bool = False) -> Restored:
    """Restore an archive into a place that is gone afterwards, and prove it there.

    The place is beside the database of the desk: a file, or a database of its server.
    """
    _answers(desk)
    with (
        tempfile.TemporaryDirectory(prefix="dat-kiem-tra-") as made,
        dumps.scratch(desk.database, Path(made)) as beside,
    ):
        settings = desk.settings.model_copy(
            update={"data_dir": Path(made), "packages_dir": None}
        )
        there = replace(desk, database=beside, settings=settings)
        return restore(there, archive, unsealed=unsealed)


def _answers(desk: Desk) -> None:
    if not desk.database.answers():
        raise InputError("Cơ sở dữ liệu không trả lời. Xem lại địa chỉ và quyền vào.")


# --- making ---------------------------------------------------------------------------


def _written(desk: Desk, folder: Path, made: Path) -> tuple[Path, Manifest]:
    now, dialect = desk.now(), desk.database.dialect
    name = _DATABASE[dialect]
    # An older schema has other columns: then each key may be asked for.
    known = desk.database.at_head()
    keys = keys_in_use(desk.database) if known else desk.ring.names()
    tally = dumps.dump(desk.database, made / name)
    files = tuple(_copied(desk, made))
    manifest = Manifest(
        program=version("dat"),
        taken_at=now,
        dialect=dialect,
        revision=tally.revision,
        rows=dict(tally.rows),
        histories=Histories(cases=tally.cases, moves=tally.moves, head=tally.head),
        objects=tally.outside,
        secret=_mark(desk),
        keys=tuple(sorted(keys | {desk.ring.in_use()})),
        parts=(part_of(made, name), *files),
    )
    path = folder / f"dat-{now:%Y%m%dT%H%M%SZ}{ENDING}"
    growing = made / path.name
    with growing.open("xb") as sink:
        growing.chmod(0o600)
        with closing(Sealing(desk.ring, sink)) as sealed:
            pack(manifest, made, sealed)
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
def _opened(
    desk: Desk, archive: Path, *, unsealed: bool
) -> Iterator[tuple[Manifest, Path]]:
    with tempfile.TemporaryDirectory(prefix="dat-phuc-hoi-") as made:
        try:
            source = archive.open("rb")
        except OSError as error:
            raise InputError(
                f"{archive}: không đọc được ({error.strerror})."
            ) from error
        with source:
            manifest = _unpacked(desk, source, Path(made), unsealed=unsealed)
        yield manifest, Path(made)


def _unpacked(
    desk: Desk, source: BufferedReader, folder: Path, *, unsealed: bool
) -> Manifest:
    """Put the parts into a folder; return when every piece to the last was proved."""
    if not is_sealed(source.peek(64)):
        if not unsealed:
            raise InputError(NOT_SEALED)
        return unpack(source, folder)
    try:
        opened = BufferedReader(Opening(desk.ring, source))
        manifest = unpack(opened, folder)
        while opened.read(_CHUNK):
            pass
    except MissingKeyError as error:
        raise InputError(lacks_keys({error.name})) from error
    except UnsealableError as error:
        raise InputError(OTHER_KEYS) from error
    return manifest


def _fits(desk: Desk, manifest: Manifest, dump: Path) -> None:
    here = desk.database.dialect
    if missing := set(manifest.keys) - desk.ring.names():
        raise InputError(lacks_keys(missing))
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
