"""The codes by which the national portal knows a dossier; its lists stand in data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.usecases.desk import Desk
from workflows.definition import ListItem

STATUSES = "national_statuses"
CHANNELS = "filing_channels"
COPIES = "paper_copy_types"
# The package of the one-stop rules; it holds where and when no land package does.
ONE_STOP = "common"


@dataclass(frozen=True, slots=True)
class NationalCodes:
    """The lists of one edition: ten statuses, the channels, the types of a paper."""

    statuses: Mapping[str, ListItem]
    channels: Mapping[str, ListItem]
    copies: Mapping[str, ListItem]

    def words(self, status: int | None) -> str:
        """Return what the list calls a status; nothing for a draft."""
        item = self.statuses.get(str(status))
        return item.label.clerk if item else ""

    @property
    def returned(self) -> tuple[int, ...]:
        """Return the statuses of which the citizen has the result."""
        return tuple(int(code) for code in self.statuses if self.is_returned(int(code)))

    def is_returned(self, status: int | None) -> bool:
        """Return whether the status says that the citizen has the result."""
        item = self.statuses.get(str(status))
        return item is not None and item.data.get("returned") is True

    def has_result(self, status: int | None) -> bool:
        """Return whether the status says that there is a result, handed over or not."""
        item = self.statuses.get(str(status))
        return item is not None and item.data.get("result") is True

    def channel_words(self, channel: int | None) -> str:
        """Return what the list calls a channel; nothing when it is not known."""
        item = self.channels.get(str(channel))
        return item.label.clerk if item else ""

    def channel_of(self, actor_kind: str) -> int | None:
        """Return the channel by which such a person hands in, None for nobody's."""
        for code, item in self.channels.items():
            people = item.data.get("handed_in_by")
            if isinstance(people, list) and actor_kind in people:
                return int(code)
        return None

    def copy_type(self, copy: str) -> str | None:
        """Return the code for what a procedure says of a paper, None for no word."""
        for code, item in self.copies.items():
            copies = item.data["copies"]
            if isinstance(copies, list) and copy in copies:
                return code
        return None


def codes_today(desk: Desk) -> NationalCodes:
    """Return the codes in force today: what is sent out speaks today's language."""
    lists = desk.law.package_edition(ONE_STOP, desk.today()).lists
    return NationalCodes(lists[STATUSES], lists[CHANNELS], lists[COPIES])
