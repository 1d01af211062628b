"""Faults on purpose, and the proof that nothing is lost and nothing is done twice.

A harness forks the real service and the real worker, kills them with SIGKILL at named
points and random moments, and puts a bad road between people, service and offices. It
runs on Linux: it reads /proc and holds processes by file descriptors.

How the parts hang together, for whoever adds to it::

    with ground(None | address | "embedded") as base:      # law, forms, server: once
        with base.world(Chance(seed), spoil=None) as world:  # one installation
            outcome = run(world, seconds)              # players, faults, checks

``Ground.world(chance, spoil)`` makes a fresh database, takes one matter all the way, so
that everything is warm, and forks the nursery. ``spoil`` is ``Callable[[Desk], Desk]``:
it is called in every child before it serves, so that a seeded bug may replace a part
of the desk or patch a module; the parent is never touched. ``Ground.database()``
yields the address of a fresh, empty database for trials of their own.

A ``World`` has ``desk`` (the one of the harness, never killed, for looking), ``clock``
(shared by all processes, ``step(timedelta)``), ``offices`` (``seen``: what reached
whom), ``proxy``, ``nursery`` (``calm()``, ``wild()``, ``by_point``), ``history``,
``chance.of(names)`` (a generator of its own for each chooser) and ``ground``. Nothing
in the process of the harness may hold a thread or an open connection while it forks.

``run(world, seconds)`` gives an ``Outcome`` with kills, faults and checks;
``checks(world)`` looks anew. ``TRIALS`` are named single trials after a run, each
``trial(world, chance) -> Trial``. A check or a trial that looked at nothing fails.
"""

from service.faults.chance import Chance
from service.faults.checks import Check, checks
from service.faults.run import Outcome, run
from service.faults.trials import Trial
from service.faults.trials_all import TRIALS
from service.faults.world import Ground, World, ground

__all__ = [
    "TRIALS",
    "Chance",
    "Check",
    "Ground",
    "Outcome",
    "Trial",
    "World",
    "checks",
    "ground",
    "run",
]
