"""What a member of staff still has to do between the password and the desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from service.persistence.staff import StaffRow
from service.settings import Settings


class Step(StrEnum):
    """The next thing to do, in the order in which they come."""

    CODE = "code"  # of the device that shows them, or from the printed sheet
    PASSWORD = "password"  # noqa: S105  to choose another one
    ENROL = "enrol"  # to set the device up


def next_step(
    settings: Settings,
    kind: str,
    known: StaffRow | None,
    now: datetime,
    *,
    proved: bool,
) -> Step | None:
    """Return what comes next for an account of a kind; None: the desk is open.

    ``proved``: the second factor was given, here or where she signed in.
    """
    if has_key(known) and not proved:
        return Step.CODE
    if known is not None and known.must_change:
        return Step.PASSWORD
    if is_old(settings, kind, known, now):
        return Step.PASSWORD
    if settings.needs_second(kind) and not proved:
        return Step.ENROL
    return None


def has_key(known: StaffRow | None) -> bool:
    """Return whether an account has a device that shows codes."""
    return known is not None and known.key is not None


def is_old(
    settings: Settings, kind: str, known: StaffRow | None, now: datetime
) -> bool:
    """Return whether the password has been in use longer than its kind may keep it.

    One of an account of which nothing is known is as old as can be.
    """
    days = settings.days_of_password(kind)
    if days is None:
        return False
    since = known.password_at if known is not None else None
    return since is None or now - since >= timedelta(days=days)
