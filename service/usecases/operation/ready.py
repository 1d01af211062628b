"""Whether the service can do work now: the store takes a line, the law holds today.

What is told names no place on the disk and nobody: everybody may ask.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from service.usecases.desk import Desk
from service.usecases.operation.service_days import beginning, slot_of
from workflows.errors import WorkflowError


def what_is_wrong(desk: Desk) -> list[str]:
    """Return what keeps the service from working, a line each; empty when it can."""
    wrong = list(_of_store(desk))
    try:
        desk.law.edition(desk.settings.province, desk.today())
    except WorkflowError as error:
        wrong.append(str(error))
    return [*wrong, *_without_room(desk)]


def _of_store(desk: Desk) -> Iterator[str]:
    """Say what the store lacks: an answer, the newest schema, a line that it keeps."""
    database = desk.database
    if not database.answers():
        yield "the database does not answer"
    elif not database.at_head():
        yield "the database is not at the schema of this program"
    elif not _takes_a_line(desk):
        yield "the database takes no changes"


def _takes_a_line(desk: Desk) -> bool:
    tenant, (day, slot) = desk.settings.province, slot_of(desk.now())
    return desk.database.takes(
        lambda uow: uow.operation.touch(beginning(uow, tenant, day, slot))
    )


def waiting_seconds(desk: Desk) -> int:
    """Return how long the oldest effect of the outbox waits; 0 when none does."""
    with desk.database.reading() as uow:
        since = uow.operation.waits_since(desk.settings.province)
    return int((desk.now() - since).total_seconds()) if since else 0


def little_room(desk: Desk) -> bool:
    """Return whether a disk of the installation has less room than it should."""
    return any(_without_room(desk))


def _without_room(desk: Desk) -> Iterator[str]:
    """Say whether a place has too little room: the data folder, that of the database.

    A database server looks after its own disk.
    """
    desk.settings.data_dir.mkdir(parents=True, exist_ok=True)
    places = {"of the data": desk.settings.data_dir}
    if desk.database.file is not None:
        places["of the database"] = desk.database.file.parent
    least = desk.settings.least_free_megabytes
    for name, place in places.items():
        if shutil.disk_usage(place).free < least * 1024 * 1024:
            yield f"less than {least} MB are free in the folder {name}"
