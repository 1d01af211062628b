"""How an outside office fails.

::

    IntegrationError
    ├── OfficeUnavailableError       no answer, or not now: try again later
    ├── OfficeRefusedError           it will never accept this: a person must look
    │   ├── KeyReusedError           the key has already brought another message
    │   ├── LevelTooLowError             who signed in is known at too low a level
    │   └── AccountKindError             who signed in is not one natural person
    └── AdapterNotConfiguredError    the live system is not set up; says what is missing
"""

from __future__ import annotations


class IntegrationError(Exception):
    """Root of what goes wrong with an outside office."""

    def __init__(self, office: str, reason: str) -> None:
        self.office = office
        self.reason = reason
        super().__init__(f"{office}: {reason}")


class OfficeUnavailableError(IntegrationError):
    """Nothing is known about the outcome: send again with the same key.

    ``after`` is how many seconds the office asks to be left alone, when it says so.
    """

    def __init__(self, office: str, reason: str, after: float | None = None) -> None:
        self.after = after
        super().__init__(office, reason)


class OfficeRefusedError(IntegrationError):
    """The office answered no; sending again changes nothing."""


class KeyReusedError(OfficeRefusedError):
    """A key came with two different messages; the first of them stays."""

    def __init__(self, office: str, key: str) -> None:
        self.key = key
        super().__init__(office, f"another message came under the key {key}")


class LevelTooLowError(OfficeRefusedError):
    """The provider knows who signed in less surely than was asked for."""


class AccountKindError(OfficeRefusedError):
    """Who signed in is an organization, or something else that is no person."""


class AdapterNotConfiguredError(IntegrationError):
    """No agreement, address or key is set up for the live system."""
