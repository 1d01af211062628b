"""A person proves with six digits that an address is hers: sent there, typed here.

For whoever needs the person's own act (see ``CodeFor``)::

    send_code(desk, matter_code, CodeFor.HELP, to=Address("sms", "0912345678"))
    ...
    if proved_address(desk, matter_code, CodeFor.HELP, typed): ...

The digits are stored nowhere: they follow from a random nonce and the secret of the
installation, and the message gets them in the moment in which it leaves. A code holds
for some minutes, for a few wrong tries, and once; a newer one of the same purpose takes
its place. The figures stand in ``messaging.yaml``. Each function opens a transaction of
its own: call it outside of yours.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from service.auth.codes import normalise
from service.auth.sessions import count_try
from service.persistence.contacts import CodeRow, ContactRow, MessageRow
from service.persistence.rows import MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.desk import Desk
from service.usecases.telling.messaging import messaging

CODE = "code"
_PHONE = re.compile(r"^(?:\+?84|0)(\d{9})$")
_EMAIL = re.compile(r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$")
_LONGEST_EMAIL = 254


class CodeFor(StrEnum):
    """What a code is for."""

    CONTACT = "contact"  # the person reads messages at this address
    HELP = "help"  # she lets the neighbour beside her act for her
    FOLLOW = "follow"  # she sees where the matters of this phone stand


@dataclass(frozen=True, slots=True)
class Address:
    """A channel (zalo, sms, email) and the phone number or e-mail address there."""

    channel: str
    address: str

    @property
    def masked(self) -> str:
        """Return the address so that its owner knows it and nobody else learns it."""
        name, at, host = self.address.partition("@")
        if at:
            return f"{name[:1]}…@{host}"
        return f"… {self.address[-3:]}"


def read_address(channel: str, raw: str) -> Address | None:
    """Return the address that a person typed, or None when it cannot be one.

    A phone number is kept as ten digits from 0; blanks, dots and hyphens do not matter.
    """
    if messaging().channels[channel].address == "email":
        text = raw.strip().lower()
        fits = len(text) <= _LONGEST_EMAIL and _EMAIL.match(text)
        return Address(channel, text) if fits else None
    found = _PHONE.match(re.sub(r"[\s.\-()]", "", raw))
    return Address(channel, f"0{found[1]}") if found else None


def send_code(
    desk: Desk,
    matter_code: str,
    purpose: CodeFor,
    *,
    to: Address | None = None,
    words: str | None = None,
    counted: bool = False,
) -> Address | None:
    """Send six digits to an address; return where, None when there is no address.

    Without ``to`` the code goes to the first confirmed address of the matter, by the
    order of the channels. A page that strangers see must answer None and an address
    alike. The message leaves with the worker, also in quiet hours, because the person
    sits there and waits. ``words`` say what just this code agrees to, with a place
    {code}; ``counted`` that ``count_code`` was asked before. Raises TooManyTriesError
    when too many were sent to this address or about this matter.
    """
    now = desk.now()
    with desk.database.transaction() as uow:
        matter = uow.matters.by_code(normalise(matter_code) or "")
        if matter is None:
            return None
        target = to or _confirmed(uow, matter)
        if target is None:
            return None
    if not counted:
        count_code(desk, matter.id, target)
    rules = messaging().code
    row = CodeRow(
        matter.tenant_id,
        matter.id,
        purpose,
        desk.ids.new_id(),
        target.channel,
        target.address,
        now,
        now + timedelta(minutes=rules.minutes),
        0,
        None,
    )
    with desk.database.transaction() as uow:
        uow.contacts.put_code(row)
        uow.contacts.put_message(code_message(row, [target], words))
    return target


def count_code(desk: Desk, matter_id: str, to: Address, *, client: str = "") -> None:
    """Count a code that is about to be sent; raise TooManyTriesError beyond the limits.

    Each costs money and rings at somebody's: ``client`` is the address of whoever asks.
    """
    rules = messaging().code
    if client:
        _count_sent(desk, f"c:{client}", rules.sent_by_client)
    for what in (f"m:{matter_id}", f"a:{to.address}"):
        _count_sent(desk, what, rules.sent)


def proved_address(
    desk: Desk, matter_code: str, purpose: CodeFor, typed: str
) -> Address | None:
    """Return the address whose digits these are; a right code holds once.

    None for a wrong, old, used or never sent code, and after too many wrong tries
    for every one: then a new code must be sent. Blanks between digits do not matter.
    """
    now = desk.now()
    with desk.database.transaction() as uow:
        matter = uow.matters.by_code(normalise(matter_code) or "")
        row = matter and uow.contacts.code(matter.tenant_id, matter.id, purpose)
        if not row or row.used_at is not None or now >= row.ends_at:
            return None
        if row.tries >= messaging().code.tries:
            return None
        right = hmac.compare_digest(
            digits_of(desk, row).encode(), "".join(typed.split()).encode()
        )
        changed = (
            replace(row, used_at=now) if right else replace(row, tries=row.tries + 1)
        )
        uow.contacts.put_code(changed)
        return Address(row.channel, row.address) if right else None


def digits_of(desk: Desk, row: CodeRow) -> str:
    """Return the digits of a code; they stand nowhere else."""
    told = f"{row.purpose}|{row.matter_id}|{row.nonce}".encode()
    number = int.from_bytes(hmac.digest(desk.secret, b"code:" + told, hashlib.sha256))
    count = messaging().code.digits
    return f"{number % 10**count:0{count}d}"


def in_order(addresses: list[Address]) -> list[Address]:
    """Return addresses in the order in which their channels are tried."""
    places = list(messaging().channels)
    return sorted(addresses, key=lambda each: places.index(each.channel))


def address_of(row: ContactRow) -> Address:
    """Return the address of a row."""
    return Address(row.channel, row.address)


def _confirmed(uow: UnitOfWork, matter: MatterRow) -> Address | None:
    rows = uow.contacts.of_matter(matter.tenant_id, matter.id)
    known = [address_of(row) for row in rows if row.confirmed_at is not None]
    return next(iter(in_order(known)), None)


def code_message(
    row: CodeRow, ways: list[Address], words: str | None = None
) -> MessageRow:
    """Return the message with a code, to be sent the first of these ways that works."""
    return MessageRow(
        row.tenant_id,
        f"{CODE}-{row.nonce}",
        row.matter_id,
        None,
        CODE,
        row.purpose,
        words or messaging().codes[row.purpose],
        [[way.channel, way.address] for way in ways],
        0,
        "queued",
        row.made_at,
        row.made_at,
        0,
        None,
        None,
    )


def _count_sent(desk: Desk, what: str, most: int) -> None:
    key = f"sent:{hashlib.sha256(what.encode()).hexdigest()[:40]}"
    window = timedelta(minutes=messaging().code.sent_minutes)
    count_try(desk, key, most=most, window=window)
