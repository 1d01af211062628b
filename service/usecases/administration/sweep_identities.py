"""What was kept of who came to sign in or to follow by phone ends by itself."""

from __future__ import annotations

from datetime import timedelta

from service.usecases.desk import Desk


def sweep_identities(desk: Desk) -> int:
    """Delete sign-ins and phones whose time is over, and people long not seen.

    A person goes with the links to her matters; the matters stay, and their codes and
    numbers open them. Returns how many rows had their time.
    """
    now = desk.now()
    unseen_since = now - timedelta(days=desk.settings.identity_days)
    with desk.database.reading() as uow:
        if not uow.identities.anything_over(now, unseen_since):
            return 0
    with desk.database.transaction() as uow:
        return uow.identities.forget_over(now, unseen_since)
