"""One pass of the work that waits: deliver, collect, receive, raise timers."""

from __future__ import annotations

from dataclasses import dataclass

from service.usecases.administration.office_days import up_to_date
from service.usecases.administration.sweep_identities import sweep_identities
from service.usecases.cases.recounting import carry_out_recounts
from service.usecases.cases.sweep_timers import sweep_timers
from service.usecases.desk import Desk
from service.usecases.following.follow_by_phone import send_phone_codes
from service.usecases.outside.compare_books import compare_due
from service.usecases.outside.deliver import deliver_outbox
from service.usecases.outside.office_lines import try_resting
from service.usecases.outside.receive import hear, process_inbox
from service.usecases.papers.outside_papers import delete_gone
from service.usecases.papers.paper_photos import sweep_photos
from service.usecases.practising.practice_folders import sweep_rooms
from service.usecases.telling.deliver_messages import deliver_messages
from service.usecases.worklist.recount_desks import write_missing_words


@dataclass(frozen=True, slots=True)
class WorkDone:
    """How much one pass did."""

    delivered: int
    received: int
    timers: int

    def __bool__(self) -> bool:
        return bool(self.delivered or self.received or self.timers)


def run_once(desk: Desk) -> WorkDone:
    """Do everything that is due now, once through, by the newest calendar."""
    desk = up_to_date(desk)
    delivered = deliver_outbox(desk) + _asked_for(desk) + deliver_messages(desk)
    collect(desk)
    sweep_rooms(desk)
    caught_up = _sweep(desk)
    return WorkDone(delivered + caught_up, process_inbox(desk), sweep_timers(desk))


def _asked_for(desk: Desk) -> int:
    """Send the codes that visitors wait for, in one worker at a time."""
    with desk.database.turn("phone codes") as own:
        return send_phone_codes(desk) if own else 0


def _sweep(desk: Desk) -> int:
    """Do what one worker does for all of them; return how much was caught up."""
    with desk.database.turn("sweeps") as own:
        if not own:
            return 0
        try_resting(desk)
        compare_due(desk)
        sweep_photos(desk)
        sweep_identities(desk)
        delete_gone(desk)
        return carry_out_recounts(desk) + write_missing_words(desk)


def run_until_idle(desk: Desk, most: int = 1000) -> None:
    """Do passes until nothing is due any more."""
    for _ in range(most):
        if not run_once(desk):
            return


def collect(desk: Desk) -> None:
    """Fetch what offices in this process have to say; they sign like real ones."""
    for name, office in desk.ports.speaking().items():
        for raw in office.collect():
            hear(desk, name, raw)
