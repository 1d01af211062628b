"""Why the service refuses, and the only place that knows status codes.

::

    AppError
    ├── InputError            a command or a request that cannot be used
    │   └── BadRequestError       with the problems, one for each field
    ├── WordUnreadableError   a message or a paper of an office that cannot be read
    ├── WordDiffersError      a paper of an office says something else than before
    ├── UnstorableError       a letter or a number that the database cannot hold
    ├── RepeatedKeyError      the same idempotency key with other content
    ├── SignInRequiredError   nobody is signed in
    ├── SignInRefusedError    wrong name, password, code or pin: never says which
    ├── TooManyTriesError     wait, then try again
    ├── TooManyRoomsError     no room to practise in is free
    ├── NotAllowedError       this person may not do this to this thing
    │   ├── AskResidentError      a helper must ask the resident, who answers himself
    │   ├── HelpEndedError        no consent of the resident runs for this helper
    │   ├── ReasonNeededError     a clerk reads a dossier of other offices only so
    │   └── OtherDutyError        somebody else of the clerk's office does this
    ├── NotFoundError         nothing by this name that this person may know of
    ├── StaleVersionError     somebody else moved the case first
    ├── AlreadyProposedError  something waits for a second person on this case
    ├── AlreadyDecidedError   the second person has decided, or it was taken back
    ├── HeldError             a colleague works on the case just now
    └── ElsewhereError        the case is not on the desk of this office
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from forms.errors import NoEditionInForceError, PressError, UnknownFormError
from workflows.errors import (
    BadInputError,
    MoveRefusedError,
    NoPackageInForceError,
    Problem,
    RoleNotAllowedError,
    UnknownNameError,
)


class AppError(Exception):
    """Root of what this room refuses."""

    status = 500


class InputError(AppError):
    """What was given cannot be used; the sentence says what is allowed."""

    status = 422


class UnstorableError(AppError):
    """A letter that is none, or a number beyond all bounds: nobody types those."""

    status = 422


class BadRequestError(InputError):
    """Fields of a form that a person must correct, all of them at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.text for problem in self.problems))


class StoreFullError(Exception):
    """The store has no room: nothing was written, and reading goes on.

    No AppError: nothing is wrong with what was asked, and whoever takes a refusal for
    the end of a message or a timer must not take this for one.
    """


class StoreAwayError(StoreFullError):
    """The store of papers outside does not answer: nothing was written, try again."""


class WordUnreadableError(AppError):
    """What an office said has a kind or a content that nobody here can read."""

    status = 422


class WordDiffersError(AppError):
    """The same paper of an office said something else before: a person decides."""

    status = 409


class RepeatedKeyError(AppError):
    """An idempotency key came again with other content."""

    status = 422


class SignInRequiredError(AppError):
    """Nobody is signed in."""

    status = 401


class SignInRefusedError(AppError):
    """The sign-in does not fit; it never says which part."""

    status = 401


class TooManyTriesError(AppError):
    """Too many tries; ``retry_after`` is in seconds."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"too many tries, wait {retry_after} seconds")


class TooManyRoomsError(AppError):
    """So many people practise at once that no room is free."""

    status = 429


class NotAllowedError(AppError):
    """The actor may not do this to this thing. Nothing changed."""

    status = 403

    def __init__(self, action: str, reason: str) -> None:
        self.action = action
        self.reason = reason
        super().__init__(f"{action} is not allowed: {reason}")


class AskResidentError(NotAllowedError):
    """Only the resident confirms, pays, claims or chooses.

    ``about`` names the fact to ask about; empty when it is another act of his.
    """

    def __init__(self, action: str, about: str) -> None:
        self.about = about
        super().__init__(action, "the resident does this himself")


class HelpEndedError(NotAllowedError):
    """A helper has no running consent of the resident: not yet, or no more."""


class ReasonNeededError(NotAllowedError):
    """A dossier in which the clerk's office plays no role opens with a reason only."""

    def __init__(self) -> None:
        super().__init__("visit_case", "no reason was given")


class OtherDutyError(NotAllowedError):
    """The clerk's office may, but this takes a duty there that he does not have."""

    def __init__(self, action: str, duties: Iterable[str]) -> None:
        self.duties = tuple(sorted(duties))
        super().__init__(action, f"it takes one of {self.duties}")


class NotFoundError(AppError):
    """There is nothing of this kind by this name."""

    status = 404

    def __init__(self, kind: str, name: str) -> None:
        self.kind = kind
        self.name = name
        super().__init__(f"there is no {kind} {name!r}")


class AlreadyProposedError(AppError):
    """Something on this case waits for a second person; it is decided first."""

    status = 409

    def __init__(self, label: str, by: str) -> None:
        self.label = label
        self.by = by
        super().__init__(f"{by} has proposed {label!r} already")


class AlreadyDecidedError(AppError):
    """A proposal was confirmed, sent back or taken back before. Nothing changed."""

    status = 409

    def __init__(self, state: str, by: str) -> None:
        self.state = state
        self.by = by
        super().__init__(f"the proposal is {state} by {by}")


class HeldError(AppError):
    """A colleague works on the case just now, until an instant. Nothing changed."""

    status = 409

    def __init__(self, name: str, until: datetime) -> None:
        self.name = name
        self.until = until
        super().__init__(f"{name} works on the case until {until}")


class ElsewhereError(AppError):
    """The case is not on the desk of this office now. Nothing changed."""

    status = 409


class StaleVersionError(AppError):
    """The case moved on in the meantime: who moved it, what they did, and when."""

    status = 409

    def __init__(self, version: int, by: str, event_label: str, at: datetime) -> None:
        self.version = version
        self.by = by
        self.event_label = event_label
        self.at = at
        super().__init__(f"the case is at version {version}: {by} did {event_label!r}")


_STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (RoleNotAllowedError, 403),
    (MoveRefusedError, 409),
    (UnknownNameError, 404),
    (BadInputError, 422),
    (NoPackageInForceError, 422),
    (UnknownFormError, 404),
    (NoEditionInForceError, 404),
    (PressError, 503),
    (StoreFullError, 503),
)


def status_of(error: Exception) -> int:
    """Return the HTTP status that says the same as the error."""
    if isinstance(error, AppError):
        return error.status
    found = (status for kind, status in _STATUSES if isinstance(error, kind))
    return next(found, 500)
