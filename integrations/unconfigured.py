"""What a live gateway says while the agreement with the office is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from integrations.errors import AdapterNotConfiguredError
from integrations.messages import Statement


@dataclass(frozen=True, slots=True)
class Gateway:
    """A live system that is not connected yet; every call says what is missing."""

    office: str
    missing: str
    address: str = ""

    def check(self) -> str:
        """Raise AdapterNotConfiguredError with what is missing."""
        self.refuse()

    def collect(self) -> tuple[bytes, ...]:
        """Return nothing: an office that is not connected does not speak."""
        return ()

    def statement(self, since: datetime) -> Statement:
        """Raise AdapterNotConfiguredError with what is missing."""
        del since
        self.refuse()

    def refuse(self) -> NoReturn:
        """Raise AdapterNotConfiguredError."""
        known = f" (address {self.address} is set)" if self.address else ""
        raise AdapterNotConfiguredError(self.office, self.missing + known)
