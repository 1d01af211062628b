"""Everything that an office owns, for the day on which it takes it elsewhere.

A file of JSON lines for each kind of thing, and a schema that says what each column is.
All of it is of one moment, and read some cases at a time, so that the size of the
office does not matter. What is sealed is left out unless it is asked for; who took
what out stands in the log of administrators.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from service.auth.actors import Actor
from service.errors import InputError
from service.persistence import office_export as kept
from service.usecases.administration.administering import noted, only_administrator
from service.usecases.desk import Desk

FORM = "dat-office-1"
SCHEMA = "schema.json"
ZIP = ".zip"
EXISTS = "{place}: đã có; chọn một nơi mới."
NO_OFFICE = "--office: không có cơ quan {office!r}."
NOT_WRITTEN = "{place}: không ghi được ({why})."


@dataclass(slots=True)
class FileSchema:
    """One file of the export: how it looks, its lines and its sum."""

    shape: kept.Shape
    rows: int = 0
    sha256: str = ""


@dataclass(slots=True)
class OfficeSchema:
    """What the export holds, as ``schema.json`` has it."""

    form: str
    office: str
    province: str
    made_at: str
    opened: bool
    files: dict[str, FileSchema] = field(default_factory=dict)


def export_office(
    desk: Desk, actor: Actor, office_id: str, place: Path, *, opened: bool
) -> OfficeSchema:
    """Write everything of an office into a new folder, or a new file ``.zip``.

    For the administrator. Raises InputError for an office nobody knows, a place that is
    taken or cannot be written.
    """
    only_administrator(actor)
    if place.exists():
        raise InputError(EXISTS.format(place=place))
    zipped = place.suffix == ZIP
    folder = place.with_name(f".{place.name}.d") if zipped else place
    try:
        folder.mkdir(mode=0o700, parents=True)
        schema = _written(desk, actor, office_id, folder, opened=opened)
        if zipped:
            _zip(folder, place)
    except OSError as error:
        raise InputError(NOT_WRITTEN.format(place=place, why=error.strerror)) from error
    finally:
        if zipped:
            shutil.rmtree(folder, ignore_errors=True)
    return schema


def _written(
    desk: Desk, actor: Actor, office_id: str, folder: Path, *, opened: bool
) -> OfficeSchema:
    tenant = actor.tenant
    _note(desk, actor, office_id, opened=opened)
    schema = OfficeSchema(FORM, office_id, tenant, desk.now().isoformat(), opened)
    with ExitStack() as stack, desk.database.snapshot() as uow:
        files = _Files(stack, folder, schema)
        for name in kept.OF_OFFICE:
            files.begin(name, kept.shape_of(name, opened=False))
            files.add(name, uow.office_export.of_office(name, tenant, office_id))
        for name in kept.OF_CASES:
            files.begin(name, kept.shape_of(name, opened=opened))
        files.begin(kept.MESSAGES, kept.SHAPE_OF_MESSAGES)
        for ids in uow.office_export.cases(tenant, office_id):
            for name in kept.OF_CASES:
                rows = uow.office_export.of_cases(
                    name, tenant, office_id, ids, opened=opened
                )
                files.add(name, rows)
            files.add(kept.MESSAGES, uow.office_export.messages(tenant, ids))
    files.end()
    told = json.dumps(asdict(schema), ensure_ascii=False, indent=1)
    (folder / SCHEMA).write_text(f"{told}\n", "utf-8")
    return schema


def _note(desk: Desk, actor: Actor, office_id: str, *, opened: bool) -> None:
    """Write down, before anything is read, who takes what out."""
    with desk.database.transaction() as uow:
        office = uow.people.office(actor.tenant, office_id)
        if office is None:
            raise InputError(NO_OFFICE.format(office=office_id))
        after = {"opened": "có" if opened else "không"}
        noted(desk, uow, actor, "office.exported", office.name, after=after)


class _Files:
    """The files of an export while they grow."""

    def __init__(self, stack: ExitStack, folder: Path, schema: OfficeSchema) -> None:
        self._stack, self._folder, self._schema = stack, folder, schema
        self._open: dict[str, IO[bytes]] = {}
        self._sums: dict[str, Any] = {}

    def begin(self, name: str, shape: kept.Shape) -> None:
        """Begin a file, which nobody else may read."""
        path = self._folder / f"{name}.jsonl"
        path.touch(mode=0o600)
        self._open[name] = self._stack.enter_context(path.open("wb"))
        self._sums[name] = hashlib.sha256()
        self._schema.files[path.name] = FileSchema(shape)

    def add(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows, one a line."""
        schema = self._schema.files[f"{name}.jsonl"]
        for line in _lines(rows):
            self._open[name].write(line)
            self._sums[name].update(line)
            schema.rows += 1

    def end(self) -> None:
        """Say of each file by which sum it is known."""
        for name, told in self._sums.items():
            self._schema.files[f"{name}.jsonl"].sha256 = told.hexdigest()


def _lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    for row in rows:
        told = json.dumps(dict(row), ensure_ascii=False, default=_plain)
        yield f"{told}\n".encode()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _zip(folder: Path, place: Path) -> None:
    """Pack the folder into one file, whole or not at all."""
    growing = place.with_name(f".{place.name}")
    growing.touch(mode=0o600)
    with zipfile.ZipFile(growing, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    growing.replace(place)
