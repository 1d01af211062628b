"""``dat account``: the first administrator, and the way back in when none is left.

For whoever works on the machine itself; what is done here stands in the log.
"""

from __future__ import annotations

import argparse

from service.auth.accounts import NewAccount
from service.auth.actors import Actor
from service.auth.codes import new_code
from service.auth.second_factor import drop_key
from service.commands.desks import migrated_desk
from service.errors import InputError
from service.persistence.rows import AccountRow
from service.usecases.administration import admin_sentences as say
from service.usecases.administration.admin_accounts import allow, create, set_password
from service.usecases.administration.administering import noted
from service.usecases.desk import Desk

_AT_THE_MACHINE = "dat account"
_PREFIX = "MK"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do, and with which account."""
    parser.add_argument(
        "verb",
        choices=["new", "open", "sign-out-all"],
        help="new: an administrator; open: unlock, new password, no second factor;"
        " sign-out-all: end every session of staff and citizens",
    )
    parser.add_argument("name", nargs="?", default="", help="the name of sign-in")
    parser.add_argument("--person", default="", help="the name of the person")


def run(args: argparse.Namespace) -> int:
    """Make an administrator, let one in again, or end every session there is."""
    desk = migrated_desk()
    actor = Actor("administrator", _AT_THE_MACHINE, desk.settings.province)
    if args.verb == "sign-out-all":
        print(say.signed_out(_sign_out_all(desk, actor)))
        return 0
    if not args.name:
        raise InputError(say.NO_NAME_GIVEN)
    password = new_code(desk.ids, _PREFIX)
    if args.verb == "new":
        person = args.person or args.name
        create(desk, actor, NewAccount(args.name, password, person, "administrator"))
    else:
        _open(desk, actor, _named(desk, args.name), password)
    print(say.first_password(args.name, password))
    return 0


def _open(desk: Desk, actor: Actor, row: AccountRow, password: str) -> None:
    allow(desk, actor, row.id, disabled=False)
    set_password(desk, actor, row.id, password)
    with desk.database.transaction() as uow:
        drop_key(desk, uow, row)
        noted(desk, uow, actor, "account.second_reset", row.name)


def _sign_out_all(desk: Desk, actor: Actor) -> int:
    """End every session and half sign-in; return how many sessions there were."""
    tenant = desk.settings.province
    with desk.database.transaction() as uow:
        ended = uow.people.drop_every_session(tenant)
        uow.staff.drop_every_half(tenant)
        noted(desk, uow, actor, "account.signed_out", say.EVERYBODY)
    return ended


def _named(desk: Desk, name: str) -> AccountRow:
    with desk.database.reading() as uow:
        row = uow.people.account_by_name(name.strip().lower())
    if row is None:
        raise InputError(say.NO_ACCOUNT)
    return row
