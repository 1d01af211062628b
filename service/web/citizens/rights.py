"""Pages on which a person sees, corrects, takes out and deletes what is hers."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.errors import BadRequestError, TooManyTriesError
from service.usecases.custody.erase_matter import (
    FiledError,
    close_other_devices,
    erase_matter,
    withdraw_everything,
)
from service.usecases.custody.export_data import MatterExport, export_matter
from service.usecases.custody.legal_holds import OnHoldError
from service.usecases.custody.rights_requests import (
    acknowledge,
    ask,
    one_request,
    open_requests,
    settle,
)
from service.usecases.custody.rights_rules import rights
from service.usecases.custody.see_data import rights_view
from service.web.dependencies import (
    ActorDep,
    AdministratorDep,
    DeskDep,
    PostedDep,
    get_actor,
)
from service.web.entrance.session_cookies import drop_session, old_token
from service.web.rendering import go_to, page
from service.web.sentences import sentences_of

router = APIRouter(dependencies=[Depends(get_actor)])

_JSON = "application/json; charset=utf-8"
_ERASE = "erase"
_WORKLIST = "/quan-tri/quyen"


@router.get("/ho-so/{code}/quyen", name="rights")
def show_rights(
    request: Request, desk: DeskDep, actor: ActorDep, code: str
) -> Response:
    """Show what is stored, who looked, and what may be done about it."""
    view = rights_view(desk, actor, code)
    return page(request, "citizen/rights.html", {"view": view})


@router.get("/ho-so/{code}/quyen/ban-in", name="rights_sheet")
def show_sheet(request: Request, desk: DeskDep, actor: ActorDep, code: str) -> Response:
    """Show the same as a sheet to print or keep."""
    view = rights_view(desk, actor, code)
    return page(request, "citizen/rights_sheet.html", {"view": view})


@router.get("/ho-so/{code}/quyen/thong-tin.json", name="rights_file")
def take_out(desk: DeskDep, actor: ActorDep, code: str) -> Response:
    """Give everything of the matter as one file."""
    export = export_matter(desk, actor, code)
    name = f'attachment; filename="{export.code}.json"'
    headers = {"Content-Disposition": name}
    return Response(export.model_dump_json(indent=1), media_type=_JSON, headers=headers)


@router.get("/thong-tin/dinh-dang.json", name="rights_format")
def show_format() -> Response:
    """Give the JSON schema of that file."""
    schema = json.dumps(MatterExport.model_json_schema(), ensure_ascii=False, indent=1)
    return Response(schema, media_type=_JSON)


# --- asking ---------------------------------------------------------------------------


@router.get("/ho-so/{code}/quyen/yeu-cau", name="rights_request")
def show_request(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    code: str,
    loai: str = "",
    ve: str = "",
) -> Response:
    """Ask what the person wants; a link may have chosen already."""
    typed = {"loai": loai, "ve": ve, "khoa": secrets.token_hex(16)}
    return _request_page(request, desk, actor, code, typed, {})


@router.post("/ho-so/{code}/quyen/yeu-cau", name="post_rights_request")
def post_request(
    request: Request, desk: DeskDep, actor: ActorDep, posted: PostedDep, code: str
) -> Response:
    """Take a request and let its days run."""
    kind, about, key = posted.text("loai"), posted.text("ve"), posted.text("khoa")
    try:
        ask(desk, actor, code, kind, about, key=key)
    except BadRequestError as refusal:
        names = {"kind": "loai", "about": "ve"}
        problems = {names[each.key]: each.text for each in refusal.problems}
        typed = {"loai": kind, "ve": about, "khoa": key}
        return _request_page(request, desk, actor, code, typed, problems)
    return go_to(f"/ho-so/{code}/quyen#yeu-cau")


def _request_page(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    code: str,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
) -> Response:
    context = {
        "view": rights_view(desk, actor, code),
        "typed": typed,
        "problems": problems,
    }
    return page(request, "citizen/rights_request.html", context)


# --- ending ---------------------------------------------------------------------------


@router.post("/ho-so/{code}/quyen/rut-dong-y", name="withdraw_everything")
def post_withdrawal(
    desk: DeskDep, actor: ActorDep, posted: PostedDep, code: str
) -> Response:
    """End every consent now."""
    del posted
    withdraw_everything(desk, actor, code)
    return go_to(f"/ho-so/{code}/quyen#dong-y")


@router.post("/ho-so/{code}/quyen/dong-may-khac", name="close_other_devices")
def post_close(
    request: Request, desk: DeskDep, actor: ActorDep, posted: PostedDep, code: str
) -> Response:
    """End the sign-ins of the other devices."""
    del posted
    close_other_devices(desk, actor, code, old_token(request))
    return go_to(f"/ho-so/{code}/quyen#may")


@router.get("/ho-so/{code}/quyen/xoa", name="erase")
def show_erase(request: Request, desk: DeskDep, actor: ActorDep, code: str) -> Response:
    """Say what is deleted and what stays, and ask for the number."""
    return _erase_page(request, desk, actor, code, {})


@router.post("/ho-so/{code}/quyen/xoa", name="post_erase")
def post_erase(
    request: Request, desk: DeskDep, actor: ActorDep, posted: PostedDep, code: str
) -> Response:
    """Delete the matter for good; a dossier that was handed in only by a request."""
    try:
        erase_matter(desk, actor, code, posted.text("so"))
    except BadRequestError as refusal:
        problems = {"so": refusal.problems[0].text}
        return _erase_page(request, desk, actor, code, problems)
    except TooManyTriesError as refusal:
        problems = {"so": sentences_of(refusal)[0]}
        return _erase_page(request, desk, actor, code, problems)
    except OnHoldError as refusal:
        return _erase_page(request, desk, actor, code, {"so": str(refusal)})
    except FiledError:
        return go_to(f"/ho-so/{code}/quyen/yeu-cau?loai={_ERASE}")
    response = go_to("/da-xoa")
    drop_session(desk, response)
    return response


@router.get("/da-xoa", name="erased")
def show_erased(request: Request) -> Response:
    """Say that it is gone, and what stays."""
    return page(request, "public/erased.html")


def _erase_page(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    code: str,
    problems: Mapping[str, str],
) -> Response:
    context = {"view": rights_view(desk, actor, code), "problems": problems}
    return page(request, "citizen/erase.html", context)


# --- answering ------------------------------------------------------------------------


@router.get(_WORKLIST, name="rights_worklist")
def show_worklist(request: Request, desk: DeskDep, actor: AdministratorDep) -> Response:
    """Show the requests that wait, due first."""
    context = {"rows": open_requests(desk, actor), "rules": rights()}
    return page(request, "administrator/rights.html", context)


@router.get(_WORKLIST + "/{id_}", name="rights_answer")
def show_answer(
    request: Request, desk: DeskDep, actor: AdministratorDep, id_: str
) -> Response:
    """Show one request and the form for its answer."""
    return _answer_page(request, desk, actor, id_, {}, {})


@router.post(_WORKLIST + "/{id_}/bao-nhan", name="rights_acknowledge")
def post_acknowledge(
    desk: DeskDep, actor: AdministratorDep, posted: PostedDep, id_: str
) -> Response:
    """Say that the request arrived."""
    del posted
    acknowledge(desk, actor, id_)
    return go_to(f"{_WORKLIST}/{id_}")


@router.post(_WORKLIST + "/{id_}", name="post_rights_answer")
def post_answer(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    posted: PostedDep,
    id_: str,
) -> Response:
    """Take the answer; the request leaves the list."""
    try:
        settle(desk, actor, id_, posted.text("ket-qua"), posted.text("tra-loi"))
    except BadRequestError as refusal:
        names = {"outcome": "ket-qua", "answer": "tra-loi"}
        problems = {names[each.key]: each.text for each in refusal.problems}
        return _answer_page(request, desk, actor, id_, posted.fields(), problems)
    return go_to(_WORKLIST)


def _answer_page(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    id_: str,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
) -> Response:
    context = {
        "row": one_request(desk, actor, id_),
        "rules": rights(),
        "typed": typed,
        "problems": problems,
    }
    return page(request, "administrator/rights_answer.html", context)
