"""The test of the test: every bug that is planted is found, and nothing without."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.errors import InputError
from service.faults.bugs import BUGS, Bug
from service.faults.drill import Template, template
from service.faults.world import Ground

CONTROL = "no bug"


@dataclass(frozen=True, slots=True)
class Hunted:
    """What became of one bug: the checks that found it, of those that must.

    ``others`` are further checks that found something.
    """

    name: str
    told: str
    seconds: float
    kills: int
    found_by: tuple[str, ...]
    others: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Return whether the bug was found; without a bug, whether nothing was."""
        if self.name == CONTROL:
            return not (self.found_by or self.others)
        return bool(self.found_by)


def chosen(names: Sequence[str]) -> tuple[Bug, ...]:
    """Return the bugs with these names, all of them without one.

    Raises InputError for a name that is none.
    """
    known = {bug.name: bug for bug in BUGS}
    for name in names:
        if name not in known:
            raise InputError(f"--bugs: không có lỗi {name!r}; có {', '.join(known)}.")
    return tuple(known[name] for name in names) or BUGS


def hunt(ground: Ground, bugs: Sequence[Bug]) -> Iterator[Hunted]:
    """Drill without a bug and with each of them; yield what was found."""
    with template(ground) as prepared:
        yield _drilled(prepared, None)
        for bug in bugs:
            yield _drilled(prepared, bug)


def _drilled(prepared: Template, bug: Bug | None) -> Hunted:
    begun = time.monotonic()
    with prepared.drill(bug.spoil if bug else None) as drill:
        checks = drill.play()
        kills = drill.kills
    wrong = {each.name: each.wrong for each in checks if each.wrong}
    wanted = bug.checks if bug else ()
    return Hunted(
        bug.name if bug else CONTROL,
        bug.told if bug else "the service as it is",
        time.monotonic() - begun,
        kills,
        tuple(name for name in wrong if name in wanted),
        tuple(name for name in wrong if name not in wanted),
        tuple(told for found in wrong.values() for told in found[:2]),
    )
