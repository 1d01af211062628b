"""Lines of the log about who came in, who was turned away, and from where.

Standards of security ask for source, account, hour and act of each (TCVN 14423). An
account is named by its id, a citizen not at all: her matter is not to be read here.
"""

from __future__ import annotations

import logging
from enum import StrEnum

from service.observability import note, source

_log = logging.getLogger("service.security")


class Event(StrEnum):
    """What happened; the page about security lists each of them."""

    SIGNED_IN = "signed in"
    HALF_WAY = "the first factor was right"
    REFUSED = "a sign-in was refused"
    SIGNED_OUT = "signed out"
    LIMITED = "too many tries"
    NOT_ALLOWED = "an act was not allowed"
    FOREIGN_FORM = "a form came from elsewhere"


def tell(event: Event, *, kind: str = "", account: str = "", **more: str) -> None:
    """Write that it happened: at which door or to which act, to which account.

    ``more`` are fields of the allow-list of the log.
    """
    fields = {"source": source(), "kind": kind, "account": account} | more
    told = {name: value for name, value in fields.items() if value}
    note(_log, event, event=event.name.lower(), **told)
