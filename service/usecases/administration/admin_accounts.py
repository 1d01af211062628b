"""Accounts of clerks, helpers and administrators, as an administrator keeps them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from service.auth.accounts import (
    KINDS,
    NewAccount,
    account_problems,
    add_account,
)
from service.auth.actors import DUTIES, Actor
from service.auth.own_account import OpenSignIn, open_sign_ins
from service.auth.passwording import store_password, wrong_password
from service.auth.second_factor import known as begin_to_know
from service.auth.sessions import duties_of
from service.errors import BadRequestError, NotFoundError
from service.persistence.identities import AccountIdentityRow
from service.persistence.rows import AccountRow
from service.persistence.staff import StaffRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.administration import admin_sentences, identity_sentences
from service.usecases.administration.administering import (
    Entered,
    id_of_form,
    noted,
    only_administrator,
)
from service.usecases.administration.sign_in_elsewhere import person_hash
from service.usecases.desk import Desk

PAGE = 50
_PERSON_ID = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account without its password; ``duties`` are those that hold.

    ``person_ends``: how the number of the identity card ends by which its person may
    sign in elsewhere; None when she may not. ``staff`` tells of the second factor, and
    ``sign_ins`` where it is open; both of one account only.
    """

    row: AccountRow
    kind: str
    office: str
    duties: tuple[str, ...]
    person_ends: str | None = None
    staff: StaffRow | None = None
    sign_ins: tuple[OpenSignIn, ...] = ()

    @property
    def open(self) -> bool:
        """Return whether somebody may sign in with it."""
        return self.row.disabled_at is None


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """Accounts by name of sign-in; ``after`` opens the next page, None at the end."""

    rows: tuple[AccountView, ...]
    after: str | None


def accounts(
    desk: Desk, actor: Actor, *, after: str = "", office_id: str = ""
) -> AccountsPage:
    """Return a page of accounts, of one office when it is named."""
    only_administrator(actor)
    with desk.database.reading() as uow:
        rows = uow.people.accounts_after(
            actor.tenant, after, office_id or None, PAGE + 1
        )
        names = {row.id: row.name for row in uow.people.offices(actor.tenant)}
    views = tuple(_view(row, names.get(row.office_id or "", "")) for row in rows[:PAGE])
    return AccountsPage(views, views[-1].row.name if len(rows) > PAGE else None)


def account(desk: Desk, actor: Actor, id_: str) -> AccountView:
    """Return one account; NotFoundError for an unknown one."""
    only_administrator(actor)
    with desk.database.reading() as uow:
        row = known_account(uow, actor, id_)
        office = uow.people.office(actor.tenant, row.office_id or "")
        linked = uow.identities.of_account(actor.tenant, row.id)
        staff = uow.staff.of(actor.tenant, row.id)
        sign_ins = open_sign_ins(desk, uow, row)
    return replace(
        _view(row, office.name if office else ""),
        person_ends=linked.ends_with if linked else None,
        staff=staff,
        sign_ins=sign_ins,
    )


def create(desk: Desk, actor: Actor, wanted: NewAccount, key: str = "") -> str:
    """Store an account; ``key`` is what the form carries: sent twice, one account.

    Raises BadRequestError for every bad field, an office that nobody knows included.
    """
    only_administrator(actor)
    entered = Entered()
    entered.line("display_name", wanted.display_name, admin_sentences.DISPLAY_NAME)
    entered.problems += account_problems(desk, wanted)
    with desk.database.reading() as uow:
        office = uow.people.office(actor.tenant, wanted.office_id or "")
    if wanted.kind == "clerk" and wanted.office_id and office is None:
        entered.refuse("office_id", wanted.office_id, admin_sentences.OFFICE)
    if entered.problems:
        raise BadRequestError(entered.problems)
    return add_account(desk, actor, wanted, id_of_form(desk, key), must_change=True)


def change(
    desk: Desk,
    actor: Actor,
    id_: str,
    *,
    display_name: str,
    office_id: str,
    duties: Collection[str],
) -> None:
    """Change the name shown, and for a clerk the office and the duties.

    It holds from the next request of that person on, who signs in anew where office or
    duties are others: no session outlives a change of role. Raises BadRequestError or
    NotFoundError.
    """
    only_administrator(actor)
    entered = Entered()
    name = entered.line("display_name", display_name, admin_sentences.DISPLAY_NAME)
    with desk.database.transaction() as uow:
        row = known_account(uow, actor, id_)
        clerk = row.kind == "clerk"
        if clerk and uow.people.office(actor.tenant, office_id) is None:
            entered.refuse("office_id", office_id, admin_sentences.OFFICE)
        if clerk and (not duties or set(duties) - set(DUTIES)):
            entered.refuse("duties", "", admin_sentences.DUTIES_NEEDED)
        if entered.problems:
            raise BadRequestError(entered.problems)
        kept = sorted(duties, key=DUTIES.index) if clerk else []
        values = {
            "display_name": name,
            "office_id": office_id if clerk else None,
            "duties": kept,
        }
        before = {each: getattr(row, each) for each in values}
        if before != values:
            uow.people.change_account(id_, **values)
            if any(before[each] != values[each] for each in ("office_id", "duties")):
                sign_out_everywhere(uow, row)
            noted(
                desk, uow, actor, "account.changed", row.name,
                before=before, after=values,
            )  # fmt: skip


def allow(desk: Desk, actor: Actor, id_: str, *, disabled: bool) -> None:
    """Lock an account or open it again; a locked one is signed out at once.

    Nobody locks the account with which he is signed in: then none might be left.
    """
    only_administrator(actor)
    with desk.database.transaction() as uow:
        row = known_account(uow, actor, id_)
        if disabled and row.id == actor.account_id:
            entered = Entered()
            entered.refuse("account", row.name, admin_sentences.OWN_ACCOUNT)
            raise BadRequestError(entered.problems)
        if disabled == (row.disabled_at is not None):
            return
        at = desk.now() if disabled else None
        uow.people.change_account(id_, disabled_at=at)
        begin_to_know(desk, uow, row)
        uow.staff.change(actor.tenant, id_, counted_from=desk.now())
        if disabled:
            sign_out_everywhere(uow, row)
        what = "account.disabled" if disabled else "account.enabled"
        noted(desk, uow, actor, what, row.name)


def set_password(desk: Desk, actor: Actor, id_: str, password: str) -> None:
    """Give an account another password; whoever is signed in with it is signed out.

    Its person chooses her own at the next sign-in.
    The password is kept as a hash only, and the log says only that it was changed.
    """
    only_administrator(actor)
    with desk.database.reading() as uow:
        row = known_account(uow, actor, id_)
        wrong = wrong_password(desk, row, uow.staff.of(actor.tenant, id_), password)
    if wrong is not None:
        entered = Entered()
        entered.refuse("password", "", wrong)
        raise BadRequestError(entered.problems)
    hashed = desk.passwords.hash(password)
    with desk.database.transaction() as uow:
        row = known_account(uow, actor, id_)
        store_password(desk, uow, row, hashed, must_change=True)
        sign_out_everywhere(uow, row)
        noted(desk, uow, actor, "account.password", row.name)


def end_sessions(desk: Desk, actor: Actor, id_: str) -> None:
    """Sign an account out wherever it is open."""
    only_administrator(actor)
    with desk.database.transaction() as uow:
        row = known_account(uow, actor, id_)
        sign_out_everywhere(uow, row)
        noted(desk, uow, actor, "account.signed_out", row.name)


def link_person(desk: Desk, actor: Actor, id_: str, person_id: str) -> None:
    """Let the person with this identity card sign in to the account; empty: nobody.

    The number is kept as a keyed hash only, and the log says only how it ends. Whoever
    is signed in with the account is signed out. Raises BadRequestError for what is no
    number, or one that opens another account.
    """
    only_administrator(actor)
    number, entered = "".join(person_id.split()), Entered()
    if number and not _PERSON_ID.fullmatch(number):
        entered.refuse("person_id", "", identity_sentences.NUMBER)
        raise BadRequestError(entered.problems)
    with desk.database.transaction() as uow:
        row = known_account(uow, actor, id_)
        if not number:
            uow.identities.unlink_account(actor.tenant, id_)
        elif not uow.identities.link_account(
            AccountIdentityRow(
                actor.tenant, id_, person_hash(desk, number), number[-3:], desk.now()
            )
        ):
            entered.refuse("person_id", "", identity_sentences.NUMBER_TAKEN)
            raise BadRequestError(entered.problems)
        sign_out_everywhere(uow, row)
        what = "account.linked" if number else "account.unlinked"
        after = {"ends_with": number[-3:]} if number else None
        noted(desk, uow, actor, what, row.name, after=after)


def sign_out_everywhere(uow: UnitOfWork, row: AccountRow) -> None:
    """End every sign-in with an account, those that are only half done too."""
    uow.people.drop_sessions_of_account(row.tenant_id, row.id)
    uow.staff.drop_halves(row.tenant_id, row.id)


def known_account(uow: UnitOfWork, actor: Actor, id_: str) -> AccountRow:
    """Return an account of the administrator's province; NotFoundError else."""
    row = uow.people.account(id_)
    if row is None or row.tenant_id != actor.tenant or row.kind not in KINDS:
        raise NotFoundError("account", id_)
    return row


def _view(row: AccountRow, office: str) -> AccountView:
    held = duties_of(row.kind, row.duties)
    return AccountView(
        row,
        admin_sentences.ACCOUNT_KINDS[row.kind],
        office,
        tuple(each for each in DUTIES if each in held),
    )
