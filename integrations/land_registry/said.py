"""What the land database says about a dossier that it was told of."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from integrations.messages import Heard
from integrations.said import Paper

# What a waiting letter is for; the words stand in the data of the kinds.
WaitingFor = Literal["0", "2", "3", "4", "5", "6"]


class ReceiptNumber(Paper):
    """The database gave the dossier its own number."""

    receipt_number: str = Field(min_length=1)


class Received(Paper):
    """The dossier was received there."""

    at: datetime | None = None
    officer: str = ""


class Moved(Paper):
    """The dossier went from one desk to another."""

    sender: str = ""
    receiver: str
    hours_allowed: int | None = Field(default=None, ge=0)
    is_return: bool = False
    note: str = ""


class Waiting(Paper):
    """The dossier waits, by which letter and for what; with or without a pause."""

    waiting_for: WaitingFor
    reason: str = Field(min_length=1)
    paused: bool


class SupplementReceived(Paper):
    """What was missing came; the day of return may be a new one."""

    new_day: date | None = None
    note: str = ""


class Finished(Paper):
    """The work on the dossier is done."""

    end_status: str
    result_papers: tuple[str, ...] = ()
    officer: str = ""


class TaxNotice(Heard):
    """A notice of the tax office as the land database has it."""

    owner: str = ""
    tax_kind: str = ""
    notice_number: str


class TaxResult(Paper):
    """The tax office answered the land database."""

    notices: tuple[TaxNotice, ...] = ()


class PleaseUpdate(Paper):
    """Something in the dossier has to be put right here."""

    note: str = Field(min_length=1)


class WrongProcedure(Paper):
    """The dossier was entered under another procedure than it should be."""

    note: str = Field(min_length=1)
