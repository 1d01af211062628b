"""What may be told to people, by which way and when not: the words of the data.

The figures stand in ``messaging.yaml`` beside this module.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from service.usecases.desk import VIETNAM

_DATA = Path(__file__).with_name("messaging.yaml")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Channel(_Part):
    """A way to reach a person, and the kind of address that it needs."""

    name: str
    address: Literal["phone", "email"]


class Purpose(_Part):
    """Why a person is written to; ``text`` are the words that are agreed to."""

    text: str | None = None
    quiet_hours: Literal["kept", "ignored"] = "kept"


class QuietHours(_Part):
    """From when to when in Vietnam nothing is sent, each such as "21:00"."""

    starts: str = Field(alias="from", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    ends: str = Field(alias="to", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")


class OwnMessage(_Part):
    """A message of the service itself, and what it is sent for."""

    purpose: str
    text: str


class CodeRules(_Part):
    """How long a code holds and how often it may be sent and tried."""

    digits: int
    minutes: int
    tries: int
    sent: int
    sent_minutes: int
    sent_a_day: int
    sent_by_client: int


class Messaging(_Part):
    """All of it."""

    channels: dict[str, Channel]
    purposes: dict[str, Purpose]
    templates: dict[str, str]
    quiet_hours: QuietHours
    code: CodeRules
    codes: dict[str, str]
    own: dict[str, OwnMessage]
    begins: str
    ends: str
    longest: int
    texts_a_day: int

    @property
    def asked(self) -> dict[str, str]:
        """Return the purposes that a person may agree to, each with its words."""
        return {name: each.text for name, each in self.purposes.items() if each.text}


@cache
def messaging() -> Messaging:
    """Return the rules, read once; a wrong file is an error at the first use."""
    return Messaging.model_validate(yaml.safe_load(_DATA.read_text("utf-8")))


def purpose_of(template: str) -> str:
    """Return the purpose under which a message of the packages is sent."""
    return messaging().templates.get(template, "progress")


def after_quiet_hours(at: datetime, starts: str, ends: str) -> datetime:
    """Return the instant itself, or the end of the quiet hours in which it falls.

    ``starts`` and ``ends`` are hours in Vietnam, such as "21:00" and "07:00"; equal
    ones mean that there are no quiet hours. The first minute is quiet, the last is not.
    """
    local = at.astimezone(VIETNAM)
    begin, end = time.fromisoformat(starts), time.fromisoformat(ends)
    clock = local.time()
    over_midnight = begin > end
    quiet = clock >= begin or clock < end if over_midnight else begin <= clock < end
    if not quiet:
        return at
    morning = datetime.combine(local.date(), end, VIETNAM)
    if over_midnight and clock >= begin:
        morning += timedelta(days=1)
    return morning.astimezone(at.tzinfo)
