"""The administrator's start page, the accounts, and the log of what was changed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.auth.accounts import NewAccount
from service.errors import BadRequestError
from service.usecases.administration import admin_accounts, admin_log, admin_sentences
from service.usecases.administration.admin_offices import offices
from service.usecases.administration.idle_accounts import overdue
from service.usecases.operation.check_setup import check_setup
from service.web.dependencies import AdministratorDep, DeskDep, Older, Posted, PostedDep
from service.web.rendering import go_to, page

router = APIRouter(prefix="/quan-tri")

ACCOUNTS = "/quan-tri/tai-khoan"
_FIELDS = {
    "name": "ten",
    "password": "mat-khau",
    "display_name": "ho-ten",
    "kind": "vai-tro",
    "office_id": "co-quan",
    "duties": "viec",
    "account": "khoa-lai",
    "person_id": "so-can-cuoc",
}


@router.get("", name="administration")
def show_administration(
    request: Request, desk: DeskDep, actor: AdministratorDep
) -> Response:
    """Show what an administrator may do, and where."""
    context = {"overdue": overdue(desk, actor)}
    return page(request, "administrator/start.html", context)


@router.get("/con-thieu", name="lacking")
def show_lacking(request: Request, desk: DeskDep, actor: AdministratorDep) -> Response:
    """Show what the installation still lacks."""
    del actor
    return page(request, "administrator/lacking.html", {"lacks": check_setup(desk)})


@router.get("/nhat-ky", name="admin_log")
def show_log(
    request: Request, desk: DeskDep, actor: AdministratorDep, truoc: Older = None
) -> Response:
    """Show who changed what and when, newest first."""
    context = {"log": admin_log.changes(desk, actor, before=truoc)}
    return page(request, "administrator/log.html", context)


# --- accounts -------------------------------------------------------------------------


@router.get("/tai-khoan", name="accounts")
def show_accounts(request: Request, desk: DeskDep, actor: AdministratorDep) -> Response:
    """List the accounts by name, of one office when it is chosen."""
    asked = request.query_params
    office = asked.get("co-quan", "")
    context = {
        "accounts": admin_accounts.accounts(
            desk, actor, after=asked.get("tiep", ""), office_id=office
        ),
        "offices": offices(desk, actor),
        "office": office,
        "duty_names": admin_sentences.DUTIES,
    }
    return page(request, "administrator/accounts.html", context)


@router.get("/tai-khoan/moi", name="new_account")
def show_new_account(
    request: Request, desk: DeskDep, actor: AdministratorDep
) -> Response:
    """Ask for what a new account needs."""
    return _new_page(request, desk, actor, None, {})


@router.post("/tai-khoan/moi", name="post_new_account")
def post_new_account(
    request: Request, desk: DeskDep, actor: AdministratorDep, posted: PostedDep
) -> Response:
    """Store an account; the password that was typed stands nowhere else."""
    wanted = NewAccount(
        posted.text("ten"),
        posted.exact("mat-khau"),
        posted.text("ho-ten"),
        posted.text("vai-tro"),
        posted.text("co-quan") or None,
        posted.all("viec"),
    )
    try:
        id_ = admin_accounts.create(desk, actor, wanted, posted.text("khoa"))
    except BadRequestError as refusal:
        return _new_page(request, desk, actor, posted, _problems(refusal))
    return go_to(f"{ACCOUNTS}/{id_}?xong=tao")


@router.get("/tai-khoan/{id_}", name="account")
def show_account(
    request: Request, desk: DeskDep, actor: AdministratorDep, id_: str
) -> Response:
    """Show an account and what may be changed about it."""
    return account_page(request, desk, actor, id_, None, {})


@router.post("/tai-khoan/{id_}", name="post_account")
def post_account(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    posted: PostedDep,
    id_: str,
) -> Response:
    """Change the name shown, the office, the duties."""
    try:
        admin_accounts.change(
            desk,
            actor,
            id_,
            display_name=posted.text("ho-ten"),
            office_id=posted.text("co-quan"),
            duties=posted.all("viec"),
        )
    except BadRequestError as refusal:
        return account_page(request, desk, actor, id_, posted, _problems(refusal))
    return go_to(f"{ACCOUNTS}/{id_}?xong=sua")


@router.get("/tai-khoan/{id_}/khoa", name="back_to_account")
@router.get("/tai-khoan/{id_}/mat-khau", name="back_from_password")
@router.get("/tai-khoan/{id_}/vneid", name="back_from_person")
@router.get("/tai-khoan/{id_}/ma-xac-thuc", name="back_from_second_factor")
@router.get("/tai-khoan/{id_}/dang-xuat", name="back_from_sessions")
def show_account_again(actor: AdministratorDep, id_: str) -> Response:
    """Go back to the account, for whoever reads the address of a refused form again."""
    del actor
    return go_to(f"{ACCOUNTS}/{id_}")


@router.post("/tai-khoan/{id_}/khoa", name="lock_account")
def post_lock(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    posted: PostedDep,
    id_: str,
) -> Response:
    """Lock the account, or open it again when the form says so."""
    try:
        admin_accounts.allow(desk, actor, id_, disabled=posted.text("khoa-lai") == "1")
    except BadRequestError as refusal:
        return account_page(request, desk, actor, id_, None, _problems(refusal))
    return go_to(f"{ACCOUNTS}/{id_}?xong=sua")


@router.post("/tai-khoan/{id_}/mat-khau", name="post_password")
def post_password(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    posted: PostedDep,
    id_: str,
) -> Response:
    """Give the account another password."""
    try:
        admin_accounts.set_password(desk, actor, id_, posted.exact("mat-khau"))
    except BadRequestError as refusal:
        return account_page(request, desk, actor, id_, None, _problems(refusal))
    return go_to(f"{ACCOUNTS}/{id_}?xong=mat-khau")


@router.post("/tai-khoan/{id_}/vneid", name="link_person")
def post_person(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    posted: PostedDep,
    id_: str,
) -> Response:
    """Let the person of the account sign in by her identity, or no longer."""
    number = "" if "go" in posted.fields() else posted.text("so-can-cuoc") or "?"
    try:
        admin_accounts.link_person(desk, actor, id_, number)
    except BadRequestError as refusal:
        return account_page(request, desk, actor, id_, None, _problems(refusal))
    return go_to(f"{ACCOUNTS}/{id_}?xong=sua")


def _new_page(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    posted: Posted | None,
    problems: Mapping[str, str],
) -> Response:
    context = _form(desk, actor, problems) | {
        "typed": posted.fields() if posted else {},
        "chosen": posted.all("viec") if posted else [],
        "key": (posted.text("khoa") if posted else "") or secrets.token_hex(16),
        "kinds": admin_sentences.ACCOUNT_KINDS,
    }
    return page(request, "administrator/new_account.html", context)


def account_page(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    id_: str,
    posted: Posted | None,
    problems: Mapping[str, str],
) -> Response:
    """Show an account; what is wrong with a form of it stands first."""
    view = admin_accounts.account(desk, actor, id_)
    context = _form(desk, actor, problems) | {
        "account": view,
        "typed": posted.fields() if posted else {},
        "chosen": posted.all("viec") if posted else view.duties,
        "own": view.row.id == actor.account_id,
        "done": request.query_params.get("xong", ""),
    }
    return page(request, "administrator/account.html", context)


def _form(
    desk: DeskDep, actor: AdministratorDep, problems: Mapping[str, str]
) -> dict[str, object]:
    return {
        "offices": [each for each in offices(desk, actor) if each.open],
        "duty_names": admin_sentences.DUTIES,
        "problems": problems,
    }


def _problems(refusal: BadRequestError) -> dict[str, str]:
    return {_FIELDS[each.key]: each.text for each in refusal.problems}
