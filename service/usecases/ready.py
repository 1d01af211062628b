"""Whether the service can do work now: the store answers, the law holds today."""

from __future__ import annotations

import shutil

from service.usecases.desk import Desk
from workflows.errors import WorkflowError

LEAST_FREE = 200 * 1024 * 1024


def what_is_wrong(desk: Desk) -> list[str]:
    """Return what keeps the service from working, a line each; empty when it can."""
    wrong = []
    if not desk.database.answers():
        wrong.append("the database does not answer")
    try:
        desk.law.edition(desk.settings.province, desk.today())
    except WorkflowError as error:
        wrong.append(str(error))
    desk.settings.data_dir.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(desk.settings.data_dir).free < LEAST_FREE:
        wrong.append("less than 200 MB are free in the data directory")
    return wrong
