"""What every use case works with: the store, the law, the clock, the offices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from forms.catalog import Catalog
from forms.darkroom import Darkroom
from forms.press import Printer
from integrations.ports import Ports
from service.auth.codes import Ids
from service.auth.passwords import Passwords
from service.persistence.database import Database
from service.persistence.office_days import HolidayRow
from service.secrecy.key_ring import Ring
from service.settings import Settings
from service.usecases.administration.office_days import NoticeShelf
from service.usecases.lately import Lately
from service.usecases.papers.shelf import Shelf
from workflows.calendar import Calendar
from workflows.guidance import Guidance
from workflows.packages import Edition, Law
from workflows.situation import Situation
from workflows.territory import Territory

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

Clock = Callable[[], datetime]


def let_pass(point: str) -> None:
    """Go on: nothing watches the points of a transaction in ordinary operation."""


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a use case may reach, chosen in ``service.composition`` only.

    ``passing`` is told the name of each point of a transaction that is reached;
    ``seal`` puts the seal of the installation on a PDF, None when it has none.
    ``practice``: the desk of a practice room, whose people and cases are made up.
    ``calendar`` knows the notices of the installation up to the change with the number
    ``counted_with``. ``guided`` keeps what is asked next in the matters that were read
    lately: whoever answers a question is led to the next one and then shown it.
    ``told`` keeps how a situation reads that was told word for word the same lately.
    ``shown`` are the pages of lists of which it is written down who had them lately.
    """

    database: Database
    law: Law
    territory: Territory
    calendar: Calendar
    catalog: Catalog
    clock: Clock
    ids: Ids
    ports: Ports
    settings: Settings
    passwords: Passwords
    secret: bytes
    press: Printer
    darkroom: Darkroom
    editions: dict[str, Edition] = field(default_factory=dict)
    papers: Shelf = field(default_factory=Shelf)
    passing: Callable[[str], None] = let_pass
    seal: Callable[[bytes], bytes] | None = None
    practice: bool = False
    notices: NoticeShelf = field(default_factory=NoticeShelf)
    guided: Lately[Guidance] = field(default_factory=Lately)
    told: Lately[Situation] = field(default_factory=Lately)
    shown: Lately[None] = field(default_factory=Lately)
    counted_with: int = 0

    @property
    def ring(self) -> Ring:
        """Return the keys that seal what people told us; the store has them too."""
        return self.database.ring

    def now(self) -> datetime:
        """Return the instant, in UTC."""
        return self.clock().astimezone(UTC)

    def today(self) -> date:
        """Return the legal day in Vietnam."""
        return self.clock().astimezone(VIETNAM).date()

    def calendar_after(self, number: int) -> Calendar:
        """Return the calendar as it was after the change of notices with the number."""
        if number == self.counted_with:
            return self.calendar
        return self.notices.calendar(self.calendar, number, self._notices)

    def _notices(self) -> tuple[int, tuple[HolidayRow, ...]]:
        with self.database.reading() as uow:
            number = uow.office_days.number(self.settings.province)
            return number, uow.office_days.all(self.settings.province)


def legal_day(at: datetime) -> date:
    """Return the day in Vietnam on which an instant falls."""
    return at.astimezone(VIETNAM).date()
