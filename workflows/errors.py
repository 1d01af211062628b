"""Why the domain refuses.

::

    WorkflowError
    ├── MoveRefusedError          nothing changed; a person may try something else
    │   ├── EventNotExpectedError     no active state waits for this event
    │   ├── RoleNotAllowedError       another role may raise it
    │   ├── FactsMissingError         facts that the actor must enter or find out first
    │   ├── PapersMissingError        papers that must be in first
    │   ├── SecondPersonMissingError  a second person has to confirm it
    │   └── ConditionNotMetError      every line of the event has a guard that is false
    ├── BadInputError             a situation or a value that a person must correct
    ├── NoPackageInForceError     no law is loaded for this place and day
    ├── FigureNotYetSetError      a figure is asked for a day before its first date
    ├── PackageInvalidError       the data packages break the format
    └── UnknownNameError          a procedure, parameter, goal or form nobody defined
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


class WorkflowError(Exception):
    """Root of everything that this room refuses."""


class MoveRefusedError(WorkflowError):
    """A move that was not made. The instance stays as it was."""


class EventNotExpectedError(MoveRefusedError):
    """No active state waits for the event."""

    def __init__(self, event: str, configuration: tuple[str, ...]) -> None:
        self.event = event
        self.configuration = configuration
        super().__init__(
            f"event {event!r} is not expected in {', '.join(configuration)}"
        )


class RoleNotAllowedError(MoveRefusedError):
    """The event is expected, but from another role."""

    def __init__(self, event: str, role: str, allowed: tuple[str, ...]) -> None:
        self.event = event
        self.role = role
        self.allowed = allowed
        super().__init__(
            f"{role!r} may not raise {event!r}; allowed: {', '.join(allowed)}"
        )


class FactsMissingError(MoveRefusedError):
    """Facts that must be entered with the event, or known before a guard decides."""

    def __init__(self, event: str, missing: Iterable[str]) -> None:
        self.event = event
        self.missing = tuple(sorted(missing))
        super().__init__(f"{event!r} needs the facts {', '.join(self.missing)}")


class PapersMissingError(MoveRefusedError):
    """Papers that must be in before the event may happen."""

    def __init__(self, event: str, missing: Iterable[str]) -> None:
        self.event = event
        self.missing = tuple(sorted(missing))
        super().__init__(f"{event!r} needs the papers {', '.join(self.missing)}")


class SecondPersonMissingError(MoveRefusedError):
    """Everything is there, but one person alone may not do it."""

    def __init__(self, event: str) -> None:
        self.event = event
        super().__init__(f"{event!r} needs a second person who confirms it")


class ConditionNotMetError(MoveRefusedError):
    """The event is expected, but each of its lines has a condition that is false."""

    def __init__(self, event: str, conditions: Iterable[str]) -> None:
        self.event = event
        self.conditions = tuple(conditions)
        super().__init__(f"{event!r} is not possible: {'; '.join(self.conditions)}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct: where, what stands there, what is wrong, what is allowed.

    ``text`` is a whole sentence in plain Vietnamese that names the key, the value and
    what is allowed, fit for the page and for the command line.
    """

    key: str
    value: object
    text: str


class BadInputError(WorkflowError):
    """What a person gave cannot be used; ``problems`` says all of it at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.text for problem in self.problems))


class NoPackageInForceError(WorkflowError):
    """No package of the law holds for the territory on the day."""


class FigureNotYetSetError(WorkflowError):
    """A figure of the law was asked for a day before the first one it has a value for.

    The package has no text for that day; guessing the later figure would be wrong.
    """

    def __init__(self, parameter: str, day: date, first: date) -> None:
        self.parameter = parameter
        self.day = day
        self.first = first
        super().__init__(
            f"{parameter!r} has no figure on {day}; the first one holds from {first}"
        )


class PackageInvalidError(WorkflowError):
    """The data packages break the format; ``findings`` are lines for a person."""

    def __init__(self, findings: Iterable[str]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(self.findings))


class UnknownNameError(WorkflowError):
    """A name that no package defines; ``allowed`` lists what there is."""

    def __init__(self, kind: str, name: str, allowed: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.allowed = tuple(sorted(allowed))
        super().__init__(
            f"there is no {kind} {name!r}; there are: {', '.join(self.allowed)}"
        )
