"""What a notary office says: appointments, acts, estate postings, warnings."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from integrations.messages import Heard
from integrations.said import Paper


class AppointmentAnswered(Paper):
    """Whether and when the parties may come."""

    accepted: bool
    on: date | None = None
    hour: str = ""
    place: str = ""
    note: str = ""


class PartyOfAct(Heard):
    """Somebody who signed, by his role in the act."""

    role: str
    name: str


class ActRecorded(Paper):
    """An act was signed and entered in the book; ``day`` is that of the act."""

    book: str = ""
    notary: str = ""
    office: str = ""
    parties: tuple[PartyOfAct, ...] = ()


class PostingBegun(Paper):
    """The notice of an estate hangs, since which day and where."""

    first_day: date
    place: str = ""


class PostingEnded(Paper):
    """The notice of an estate hung out its time."""

    last_day: date
    outcome: str = ""


class Objection(Paper):
    """Somebody objects to the division of an estate."""

    text: str = Field(min_length=1)
    by: str = ""


class Blocking(Paper):
    """The notary database warns of the land of a case, or a warning is lifted."""

    reason: str = Field(min_length=1)
    by: str = ""
    certificate: str = ""
    parcel: str = ""
    lifted: bool = False
