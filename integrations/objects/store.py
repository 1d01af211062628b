"""What a store of papers can do, and how an installation reaches it.

What lies there is sealed before it leaves the process, and its name tells the sum of
what lies under it. An object is written once and never changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict, SecretStr


class ObjectsAwayError(Exception):
    """The store does not answer, or does not let us in: nothing is known, try again."""


class ObjectMissingError(Exception):
    """The store answers, and has nothing under the name."""


@dataclass(frozen=True, slots=True)
class Lying:
    """An object of the store: its name, and since when it lies there."""

    name: str
    since: datetime


class ObjectStore(Protocol):
    """Keeps bytes under names. Every call may raise ``ObjectsAwayError``."""

    def put(self, name: str, content: bytes) -> None:
        """Keep bytes under a name; the same once more changes nothing."""
        ...

    def get(self, name: str) -> bytes:
        """Return what lies under a name; raises ObjectMissingError."""
        ...

    def delete(self, name: str) -> None:
        """Let a name go; one that is not there is gone already."""
        ...

    def lying(self) -> Iterator[Lying]:
        """Yield all that lies there."""
        ...


class ObjectPlace(BaseModel):
    """Where papers lie: a bucket of a store that speaks S3; without one, the database.

    Keys that are not told are taken from where the library looks for them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str = ""
    bucket: str = ""
    region: str = "us-east-1"
    prefix: str = "dat/"
    key: str = ""
    secret: SecretStr = SecretStr("")
    seconds: float = 10

    @property
    def is_set(self) -> bool:
        """Return whether papers go to a store."""
        return bool(self.bucket)
