"""What the children of the nursery run: the real service, the real worker, a feeder."""

from __future__ import annotations

import gc
import json
import os
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

import uvicorn
from fastapi import FastAPI

from service.auth.actors import anonymous
from service.auth.sessions import citizen_of
from service.bench.sample import SAMPLE
from service.faults.nursery import Role
from service.persistence.database import STORE_FAILURES
from service.usecases.desk import Desk
from service.usecases.matter.situations import situation_from
from service.usecases.matter.start_matter import start_matter
from service.usecases.matter.submit_dossier import plan_of
from service.usecases.matter.tell import tell_situation
from service.worker import Worker
from workflows.situation import read

Passing = Callable[[str], None]
Spoil = Callable[[Desk], Desk]

# The points at which a process may die, by who passes there.
MOVE_POINTS = ("opened", "moved", "written", "effects", "before commit", "committed")
WEB_POINTS = (*MOVE_POINTS, "message kept", "message taken in")
WORKER_POINTS = (
    "sent", "delivered", "marked", "message sent", "message marked",
    "applied", "worked off", "moved", "written", "effects",
)  # fmt: skip
# How long a child works at most, in seconds of the processor.
WEB_LIFE, WORKER_LIFE = 4.0, 0.3
# So many of them serve one database at once, as in an installation that has grown.
WEBS, WORKERS = 2, 5
_WHILE = 0.2


@dataclass(frozen=True, slots=True)
class Opened:
    """A matter that a citizen opened and told: its code, its number, its steps."""

    code: str
    pin: str
    steps: tuple[str, ...]

    @classmethod
    def read(cls, line: bytes) -> Self:
        """Read what the feeder wrote."""
        code, pin, steps = json.loads(line)
        return cls(code, pin, tuple(steps))


def roles(
    desk: Desk,
    app: FastAPI,
    doors: Sequence[socket.socket],
    feed: tuple[int, int],
    spoil: Spoil | None,
) -> tuple[Role, ...]:
    """Return the kinds of children of a run; the feeder is never killed.

    With one door all processes of pages serve at it. Each of several doors is that of a
    host of its own, with its pages and its worker.
    """

    def at_desk(passing: Passing) -> Desk:
        gc.enable()
        # The pool of the parent is empty; what it knows of statements stays.
        desk.database.engine.dispose(close=False)
        own = replace(desk, passing=passing)
        return spoil(own) if spoil is not None else own

    def web(passing: Passing, door: socket.socket = doors[0]) -> None:
        serve(app, at_desk(passing), door)

    def worker(passing: Passing) -> None:
        Worker(at_desk(passing)).run()

    def feeder(passing: Passing) -> None:
        own = at_desk(passing)
        wanted, given = feed
        while os.read(wanted, 1):
            told = _opened(own)
            line = json.dumps([told.code, told.pin, told.steps]).encode() + b"\n"
            os.write(given, line)

    if len(doors) == 1:
        return (
            Role("web", web, WEB_POINTS, WEB_LIFE, WEBS),
            Role("worker", worker, WORKER_POINTS, WORKER_LIFE, WORKERS),
            Role("feeder", feeder),
        )
    hosts = []
    for n, door in enumerate(doors, 1):
        pages = partial(web, door=door)
        hosts += [
            Role(f"web of host {n}", pages, WEB_POINTS, WEB_LIFE),
            Role(f"worker of host {n}", worker, WORKER_POINTS, WORKER_LIFE),
        ]
    return (*hosts, Role("feeder", feeder))


def serve(app: FastAPI, desk: Desk, door: socket.socket) -> None:
    """Serve the pages of a desk at an open door, until the process is told to stop."""
    app.state.desk = desk
    config = uvicorn.Config(
        app, lifespan="off", log_config=None, access_log=False, ws="none"
    )
    uvicorn.Server(config).run(sockets=[door])


def _opened(desk: Desk) -> Opened:
    """Open a matter, as often as it takes while the database is away."""
    while True:
        try:
            return open_matter(desk)
        except STORE_FAILURES:
            time.sleep(_WHILE)


def open_matter(desk: Desk) -> Opened:
    """Open a matter of the sample and tell everything, as far as to hand it in."""
    situation = read(SAMPLE, desk.law, desk.territory)
    opened = start_matter(
        desk,
        anonymous(situation.province),
        goal=situation.goal,
        province=situation.province,
        commune=situation.commune,
        on=situation.on,
    )
    citizen = citizen_of(situation.province, opened.matter_id)
    tell_situation(desk, citizen, opened.code, situation)
    with desk.database.reading() as uow:
        matter = uow.matters.by_id(citizen.tenant, opened.matter_id)
        facts = uow.matters.facts(matter.tenant_id, matter.id)
    plan = plan_of(desk, matter, situation_from(desk, matter, facts))
    return Opened(opened.code, opened.pin, tuple(step.id for step in plan.main_steps))
