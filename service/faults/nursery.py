"""Processes that are killed: as soon as one is dead the next of its kind is born.

The nursery is a process of one thread without connections, in which the desk stands
ready. It forks the children of every role, watches them, and forks the next ones. A
child has a plan: the point at which it kills itself with SIGKILL and how often it
passes there before, or a moment at which the nursery kills it from outside.
"""

from __future__ import annotations

import json
import mmap
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NoReturn

from service.faults.chance import Chance

OUTSIDE, ANYWHERE = "outside", "anywhere"
_PATIENCE = 10.0
# How often the nurse looks, and how much longer than its work a child may take.
_LOOK, _IDLE = 0.02, 4
# How many die from outside, at whatever they do, and how many at any point they pass;
# the rest at one certain point. And the longest name of a point.
_FROM_OUTSIDE, _AT_ANY, _NAME = 0.2, 0.5, 64
# How many die young, before they have done much, and how soon: deaths at a beginning
# are as good as others, and the rest live long enough to reach every point.
_DIES_YOUNG, _YOUNG = 0.75, 0.15
# The kind of clock of another process, as Linux numbers it: the time that it ran.
_CPU_OF_PROCESS = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """How a child ends: at the ``nth`` passing of a point, or after so much work.

    The point ``ANYWHERE`` is any one, and each of them counts as a passing.
    ``seconds`` are those of the processor, so that a child gets as far on a busy
    machine as on an idle one. With both, whatever comes first; with neither it lives
    until it is told to stop.
    """

    point: str = ""
    nth: int = 0
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of child: what it runs, where it may die, how much it does, how many."""

    name: str
    run: Callable[[Callable[[str], None]], None]
    points: Sequence[str] = ()
    most: float = 0
    at_once: int = 1

    def plans(self, chance: Random) -> Plan:
        """Return the plan of the next child."""
        if not self.points:
            return Plan()
        seconds = self.most * (0.3 + 0.7 * chance.random())
        if chance.random() < _DIES_YOUNG:
            seconds *= _YOUNG
        how = chance.random()
        if how < _FROM_OUTSIDE:
            return Plan(seconds=seconds)
        if how < _FROM_OUTSIDE + _AT_ANY:
            return Plan(ANYWHERE, chance.randrange(1, 16), seconds)
        return Plan(chance.choice(self.points), chance.choice((1, 1, 1, 2, 3)), seconds)


def _kill_oneself(_point: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def passing(
    plan: Plan, then: Callable[[str], None] = _kill_oneself
) -> Callable[[str], None]:
    """Return what is told of each point that is reached, and kills at the planned.

    ``then`` does something else there; it is given the point.
    """
    hits = 0

    def passed(point: str) -> None:
        nonlocal hits
        if plan.point in {point, ANYWHERE}:
            hits += 1
            if hits == plan.nth:
                then(point)

    return passed


@dataclass(slots=True)
class Nursery:
    """The handle of the harness on the nursery: it reads of deaths and sends orders."""

    pid: int
    orders: int
    news: int
    by_point: dict[str, int] = field(default_factory=dict)
    _left: bytes = b""

    def calm(self) -> None:
        """Let what lives now live on, and give what is born later no plan to die."""
        os.write(self.orders, b"c")

    def wild(self) -> None:
        """Give every child a plan again, those that live now among them."""
        os.write(self.orders, b"w")

    def listen(self) -> None:
        """Read what the nursery has told since."""
        while select.select([self.news], [], [], 0)[0]:
            raw = os.read(self.news, 65536)
            if not raw:
                return
            *lines, self._left = (self._left + raw).split(b"\n")
            for line in lines:
                point = json.loads(line)
                self.by_point[point] = self.by_point.get(point, 0) + 1

    def close(self) -> None:
        """End the nursery with all its children, and wait until they are gone."""
        os.close(self.orders)
        until = time.monotonic() + _PATIENCE
        while os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            if time.monotonic() > until:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                break
            time.sleep(0.005)
        self.listen()
        os.close(self.news)


def open_nursery(
    roles: Sequence[Role], chance: Chance, kept: Sequence[int], log: int
) -> Nursery:
    """Fork the nursery; ``kept`` are the open files that it shares with its children.

    What its processes write on standard error goes to the file ``log``.
    """
    theirs, orders = os.pipe()
    news, tell = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        os.close(theirs)
        os.close(tell)
        return Nursery(pid, orders, news)
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.dup2(log, 2)
        _close_all_but({0, 1, 2, theirs, tell, *kept})
        _Nurse(roles, chance, theirs, tell, frozenset(kept)).work()
        status = 0
    except BaseException:  # noqa: BLE001  nothing may run on in the copy of the harness
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)


def _close_all_but(kept: set[int]) -> None:
    open_now = [int(each.name) for each in Path("/proc/self/fd").iterdir()]
    for handle in open_now:
        if handle not in kept:
            with suppress(OSError):
                os.close(handle)


@dataclass(slots=True)
class _Child:
    """A child that lives; in ``note`` it writes the point at which it kills itself."""

    role: Role
    place: int
    pid: int
    handle: int
    plan: Plan
    note: mmap.mmap
    born: float = field(default_factory=time.monotonic)
    dying: bool = False

    def is_due(self) -> bool:
        """Return whether the child has worked, or idled, as long as it was to."""
        if self.plan.seconds is None or self.dying:
            return False
        worked = time.clock_gettime((~self.pid << 3) | _CPU_OF_PROCESS)
        idle = time.monotonic() - self.born
        return worked >= self.plan.seconds or idle >= _IDLE * self.plan.seconds

    def kill(self) -> None:
        """Kill the child from outside, at whatever it does."""
        self.dying = True
        os.kill(self.pid, signal.SIGKILL)


@dataclass(slots=True)
class _Nurse:
    roles: Sequence[Role]
    chance: Chance
    orders: int
    tell: int
    kept: frozenset[int]
    calm: bool = False
    children: dict[tuple[str, int], _Child] = field(default_factory=dict)
    chances: dict[tuple[str, int], Random] = field(default_factory=dict)

    def work(self) -> None:
        try:
            for role in self.roles:
                for place in range(role.at_once):
                    self.chances[role.name, place] = self.chance.of(role.name, place)
                    self._born(role, place)
            while self._once():
                pass
        finally:
            for child in self.children.values():
                os.kill(child.pid, signal.SIGKILL)
                os.waitpid(child.pid, 0)

    def _once(self) -> bool:
        """Wait for an order, a death, or the moment of one; False when it is over."""
        handles = {child.handle: child for child in self.children.values()}
        ready, _, _ = select.select([self.orders, *handles], [], [], _LOOK)
        if self.orders in ready and not self._obey():
            return False
        for handle in ready:
            if handle in handles:
                self._died(handles[handle])
        for child in self.children.values():
            if child.is_due():
                child.kill()
        return True

    def _obey(self) -> bool:
        told = os.read(self.orders, 64)
        if not told:
            return False
        self.calm = told.endswith(b"c")
        for child in self.children.values():
            # Whoever has a plan dies now: what is born next has the new kind of plan.
            if child.role.points:
                child.kill()
        return True

    def _died(self, child: _Child) -> None:
        _, status = os.waitpid(child.pid, 0)
        os.close(child.handle)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            told = f"{child.role.name}: {_read(child.note) or OUTSIDE}"
        else:
            told = f"{child.role.name}: ended by itself ({status})"
        child.note.close()
        os.write(self.tell, json.dumps(told).encode() + b"\n")
        self._born(child.role, child.place)

    def _born(self, role: Role, place: int) -> None:
        chance = self.chances[role.name, place]
        plan = Plan() if self.calm else role.plans(chance)
        note = mmap.mmap(-1, _NAME)
        pid = os.fork()
        if pid == 0:
            self._live(role, plan, note)
        child = _Child(role, place, pid, os.pidfd_open(pid), plan, note)
        self.children[role.name, place] = child

    def _live(self, role: Role, plan: Plan, note: mmap.mmap) -> NoReturn:
        def die(point: str) -> None:
            note.write(point.encode())
            _kill_oneself(point)

        try:
            _close_all_but({0, 1, 2, *self.kept})
            role.run(passing(plan, die))
        except BaseException:  # noqa: BLE001  nothing may run on in the copy of the nurse
            sys.excepthook(*sys.exc_info())
            sys.stderr.flush()
        finally:
            os._exit(1)


def _read(note: mmap.mmap) -> str:
    return note[:].rstrip(b"\0").decode()


def killed(by_point: Mapping[str, int]) -> dict[str, int]:
    """Return how many children were killed, by role and point."""
    return {point: n for point, n in by_point.items() if "by itself" not in point}
