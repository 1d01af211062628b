"""Several processes check the histories, each with a connection of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from service.persistence.chains import Span
from service.persistence.database import Database
from service.usecases.custody.check_chains import Checked, check_span
from service.usecases.custody.verify_audit import Share
from service.usecases.desk import Desk

# Below so many cases one process is done before others have begun.
_FEW = 5_000
_SPANS_EACH = 8
_opened: list[Database] = []  # the one database of a process that was lent


@contextmanager
def shared(
    desk: Desk, database: Callable[[], Database], processes: int | None = None
) -> Iterator[Share | None]:
    """Lend processes that check histories for the desk, when it is worth it.

    ``database`` opens the same one in another process.
    """
    count = processes or os.cpu_count() or 1
    with desk.database.reading() as uow:
        spans = uow.chains.spans(count * _SPANS_EACH)
        few = processes is None and uow.chains.cases() < _FEW
    if few or count == 1:
        yield None
        return
    with ProcessPoolExecutor(
        count, get_context("spawn"), initializer=_open, initargs=(database,)
    ) as pool:
        yield lambda: pool.map(_check, spans)


def _open(database: Callable[[], Database]) -> None:
    _opened.append(database())


def _check(span: Span) -> Checked:
    return check_span(_opened[0], span)
