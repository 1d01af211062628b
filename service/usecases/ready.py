"""Whether the service can do work now: the store answers, the law holds today."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from service.usecases.desk import Desk
from workflows.errors import WorkflowError


def what_is_wrong(desk: Desk) -> list[str]:
    """Return what keeps the service from working, a line each; empty when it can."""
    wrong = []
    if not desk.database.answers():
        wrong.append("the database does not answer")
    try:
        desk.law.edition(desk.settings.province, desk.today())
    except WorkflowError as error:
        wrong.append(str(error))
    return [*wrong, *_without_room(desk)]


def _without_room(desk: Desk) -> Iterator[str]:
    """Say which place has too little room: the data folder, that of the database.

    A database server looks after its own disk.
    """
    desk.settings.data_dir.mkdir(parents=True, exist_ok=True)
    places = {desk.settings.data_dir.resolve()}
    if desk.database.file is not None:
        places.add(desk.database.file.resolve().parent)
    least = desk.settings.least_free_megabytes
    for place in sorted(places):
        if shutil.disk_usage(place).free < least * 1024 * 1024:
            yield f"less than {least} MB are free in {place}"
