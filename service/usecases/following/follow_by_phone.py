"""Following by a phone: a code goes there, and it shows the matters that know it.

Only an address that a person confirmed counts. Whether anybody has the phone must not
show: the request does the same work either way and writes down what was asked; the
worker looks and sends. A phone is lent and lost more easily than a number is copied, so
it shows where matters stand and lets nobody change them.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta

from service.auth.actors import Actor
from service.auth.sessions import count_try
from service.errors import BadRequestError
from service.persistence.contacts import CodeRow
from service.persistence.identities import PhoneAskRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.administration import identity_sentences as words
from service.usecases.administration.sign_in_elsewhere import sha256
from service.usecases.desk import Desk
from service.usecases.following.follow_access import Found, Level, Pass, level_of
from service.usecases.following.follow_case import FollowView, follow, follow_as_far
from service.usecases.telling.contacts import (
    Address,
    CodeFor,
    code_message,
    digits_of,
    in_order,
    read_address,
)
from service.usecases.telling.messaging import messaging
from workflows.errors import Problem

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page says after a phone was typed, known or not."""

    phone_end: str
    minutes: int


def ask_by_phone(desk: Desk, visit: str, raw: str, *, client: str = "") -> None:
    """Take the phone that a visitor typed; a code follows if somebody confirmed it.

    Raises BadRequestError for what is no phone, TooManyTriesError.
    """
    address = read_address("sms", raw)
    if address is None:
        raise BadRequestError([Problem("phone", raw, words.PHONE)])
    rules, now = messaging().code, desk.now()
    window = timedelta(minutes=rules.sent_minutes)
    for what, most, within in (
        (f"client:{client}", rules.sent_by_client, window),
        (f"phone:{address.address}", rules.sent, window),
        (f"day:{address.address}", rules.sent_a_day, _DAY),
    ):
        count_try(desk, f"by-phone:{sha256(what)[:40]}", most=most, window=within)
    row = PhoneAskRow(
        desk.settings.province,
        sha256(visit),
        address.address,
        desk.ids.new_id(),
        "",
        now,
        now + timedelta(minutes=rules.minutes),
        None,
        0,
        None,
    )
    with desk.database.transaction() as uow:
        uow.identities.ask_phone(row)


def asked_by(desk: Desk, visit: str) -> Asked | None:
    """Return what a visitor asked; None when nothing is waited for."""
    with desk.database.reading() as uow:
        row = uow.identities.phone_asked(desk.settings.province, sha256(visit))
    if row is None or desk.now() >= row.ends_at or row.proved_at is not None:
        return None
    return Asked(row.phone[-3:], messaging().code.minutes)


def send_phone_codes(desk: Desk) -> int:
    """Send the codes that visitors wait for; return how many asks were looked at."""
    with desk.database.reading() as uow:
        rows = uow.identities.unsent_asks(desk.now())
    for row in rows:
        _send(desk, row)
    return len(rows)


def prove_phone(desk: Desk, visit: str, typed: str) -> bool:
    """Return whether the digits are those that went to the phone of this visitor.

    After too many wrong tries none is right any more.
    """
    now, rules = desk.now(), messaging().code
    with desk.database.transaction() as uow:
        row = uow.identities.phone_asked(desk.settings.province, sha256(visit))
        if row is None or now >= row.ends_at or row.proved_at is not None:
            return False
        right = row.tries < rules.tries and hmac.compare_digest(
            digits_of(desk, _code(row)).encode(), "".join(typed.split()).encode()
        )
        if right:
            shown_for = timedelta(minutes=desk.settings.follow_minutes)
            uow.identities.change_ask(row, proved_at=now, ends_at=now + shown_for)
        else:
            uow.identities.change_ask(row, tries=row.tries + 1)
    return right


def matters_of_phone(desk: Desk, visit: str) -> tuple[FollowView, ...] | None:
    """Return where the matters of the proved phone stand; None when none is proved."""
    codes = _codes(desk, visit)
    if codes is None:
        return None
    return tuple(follow(desk, code, Level.DIGITS) for code in codes)


def follow_of_visitor(
    desk: Desk, actor: Actor, code: str, held: Pass | None, visit: str
) -> FollowView:
    """Return where a code stands, as far as this visitor may see it.

    ``held`` is the second factor that she gave before, ``visit`` her mark: a phone that
    she proved shows what belongs to it.
    """

    def level(uow: UnitOfWork, found: Found) -> Level:
        reached = level_of(desk, actor, found, held)
        if reached is not Level.CODE or not visit:
            return reached
        shown = _codes_in(desk, uow, visit) or ()
        return Level.DIGITS if found.matter.code in shown else reached

    return follow_as_far(desk, code, level)


def close_phone(desk: Desk, visit: str) -> None:
    """Forget the phone of a visitor."""
    with desk.database.transaction() as uow:
        uow.identities.drop_ask(desk.settings.province, sha256(visit))


def _codes(desk: Desk, visit: str) -> tuple[str, ...] | None:
    with desk.database.reading() as uow:
        return _codes_in(desk, uow, visit)


def _codes_in(desk: Desk, uow: UnitOfWork, visit: str) -> tuple[str, ...] | None:
    tenant = desk.settings.province
    row = uow.identities.phone_asked(tenant, sha256(visit))
    if row is None or row.proved_at is None or desk.now() >= row.ends_at:
        return None
    found = uow.identities.matters_by_phone(tenant, row.phone)
    return tuple(dict.fromkeys(matter.code for matter, _ in found))


def _send(desk: Desk, row: PhoneAskRow) -> None:
    """Queue the code for a phone that a matter knows; else only note that we looked."""
    with desk.database.transaction() as uow:
        found = uow.identities.matters_by_phone(row.tenant_id, row.phone)
        about = found[0][0].id if found else ""
        uow.identities.change_ask(row, sent_at=desk.now(), about=about)
        if not about:
            return
        channels = dict.fromkeys(channel for _, channel in found)
        ways = in_order([Address(channel, row.phone) for channel in channels])
        code = _code(row, about=about, channel=ways[0].channel)
        uow.contacts.put_code(code)
        uow.contacts.put_message(code_message(code, ways))


def _code(row: PhoneAskRow, *, about: str = "", channel: str = "sms") -> CodeRow:
    """Return the code of an ask as any other that is sent about a matter."""
    return CodeRow(
        row.tenant_id,
        about or row.about,
        CodeFor.FOLLOW,
        row.nonce,
        channel,
        row.phone,
        row.made_at,
        row.ends_at,
        row.tries,
        None,
    )
