"""What all messages of offices about a case have in common."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from integrations.messages import Heard


class Paper(Heard):
    """Something an office says that may also stand on paper, with its number and day.

    Number and day are what a paper is known by, however it comes to us.
    """

    number: str = Field(default="", max_length=80)
    day: date | None = None
