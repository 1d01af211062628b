"""The administrator's pages of offices, and of who signs for whom in one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.errors import BadRequestError
from service.usecases.administration import admin_offices
from service.usecases.administration.admin_offices import WantedOffice
from service.usecases.administration.delegating import (
    Wanted,
    delegate,
    delegations,
    end_delegation,
    signers,
)
from service.usecases.administration.office_kinds import office_kinds
from service.web.dependencies import AdministratorDep, DeskDep, Posted, PostedDep
from service.web.rendering import go_to, page

router = APIRouter(prefix="/quan-tri")

OFFICES = "/quan-tri/co-quan"
DELEGATIONS = "/quan-tri/giao-ky"
_FIELDS = {"name": "ten", "kind": "loai", "communes": "xa"}
_OF_DELEGATION = {
    "giver": "nguoi-giao",
    "taker": "nguoi-nhan",
    "from_day": "tu",
    "until_day": "den",
    "paper_number": "so-van-ban",
    "paper_day": "ngay-van-ban",
}


# --- offices --------------------------------------------------------------------------


@router.get("/co-quan", name="offices")
def show_offices(request: Request, desk: DeskDep, actor: AdministratorDep) -> Response:
    """List the offices, and offer to store one for each commune."""
    return _offices_page(request, desk, actor, {})


@router.get("/co-quan/theo-xa", name="back_to_offices")
def show_seed(actor: AdministratorDep) -> Response:
    """Go back to the list, for whoever reads the address of a refused form again."""
    del actor
    return go_to(OFFICES)


@router.post("/co-quan/theo-xa", name="seed_offices")
def post_seed(
    request: Request, desk: DeskDep, actor: AdministratorDep, posted: PostedDep
) -> Response:
    """Store an office of a kind for every commune that has none."""
    try:
        new = admin_offices.seed_communes(desk, actor, posted.text("loai"))
    except BadRequestError as refusal:
        return _offices_page(request, desk, actor, _problems(refusal))
    return go_to(f"{OFFICES}?them={new}")


@router.get("/co-quan/moi", name="new_office")
def show_new_office(
    request: Request, desk: DeskDep, actor: AdministratorDep
) -> Response:
    """Ask for what a new office needs."""
    del desk, actor
    return _new_page(request, None, {})


@router.post("/co-quan/moi", name="post_new_office")
def post_new_office(
    request: Request, desk: DeskDep, actor: AdministratorDep, posted: PostedDep
) -> Response:
    """Store an office."""
    try:
        id_ = admin_offices.save_office(
            desk, actor, _wanted(posted), key=posted.text("khoa")
        )
    except BadRequestError as refusal:
        return _new_page(request, posted, _problems(refusal))
    return go_to(f"{OFFICES}/{id_}?xong=1")


@router.get("/co-quan/{id_}", name="office")
def show_office(
    request: Request, desk: DeskDep, actor: AdministratorDep, id_: str
) -> Response:
    """Show an office, whom it serves, and the odd days of its calendar."""
    return _office_page(request, desk, actor, id_, None, {})


@router.post("/co-quan/{id_}", name="post_office")
def post_office(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    posted: PostedDep,
    id_: str,
) -> Response:
    """Change an office."""
    try:
        admin_offices.save_office(desk, actor, _wanted(posted), id_=id_)
    except BadRequestError as refusal:
        return _office_page(request, desk, actor, id_, posted, _problems(refusal))
    return go_to(f"{OFFICES}/{id_}?xong=1")


@router.post("/co-quan/{id_}/nhan", name="close_office")
def post_close(
    desk: DeskDep, actor: AdministratorDep, posted: PostedDep, id_: str
) -> Response:
    """Let no new case go to the office any more, or again."""
    close = posted.text("ngung") == "1"
    admin_offices.open_or_close_office(desk, actor, id_, close=close)
    return go_to(f"{OFFICES}/{id_}?xong=1")


def _offices_page(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    problems: Mapping[str, str],
) -> Response:
    table = desk.territory.tables.get(actor.tenant)
    context = {
        "offices": admin_offices.offices(desk, actor),
        "seeds": [
            (id_, each.name) for id_, each in office_kinds().items() if each.seed
        ],
        "communes": len(table.communes) if table else 0,
        "added": request.query_params.get("them", ""),
        "problems": problems,
    }
    return page(request, "administrator/offices.html", context)


def _new_page(
    request: Request, posted: Posted | None, problems: Mapping[str, str]
) -> Response:
    context = {
        "kinds": [(id_, each.name) for id_, each in office_kinds().items()],
        "typed": posted.fields() if posted else {},
        "key": (posted.text("khoa") if posted else "") or secrets.token_hex(16),
        "problems": problems,
    }
    return page(request, "administrator/new_office.html", context)


def _office_page(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    id_: str,
    posted: Posted | None,
    problems: Mapping[str, str],
) -> Response:
    found = admin_offices.office_page(desk, actor, id_)
    context = {
        "office": found.office,
        "days": found.days,
        "kinds": [(name, each.name) for name, each in office_kinds().items()],
        "typed": posted.fields() if posted else {},
        "done": "xong" in request.query_params,
        "problems": problems,
    }
    return page(request, "administrator/office.html", context)


def _wanted(posted: Posted) -> WantedOffice:
    return WantedOffice(posted.text("loai"), posted.text("ten"), posted.text("xa"))


# --- who signs for whom ---------------------------------------------------------------


@router.get("/giao-ky", name="delegations")
def show_delegations(
    request: Request, desk: DeskDep, actor: AdministratorDep
) -> Response:
    """Show who signs for whom, and the form for the people of a chosen office."""
    office = request.query_params.get("co-quan", "")
    return _delegations_page(request, desk, actor, office, None, {})


@router.post("/giao-ky", name="post_delegation")
def post_delegation(
    request: Request, desk: DeskDep, actor: AdministratorDep, posted: PostedDep
) -> Response:
    """Store a delegation."""
    typed = {name: posted.text(id_) for name, id_ in _OF_DELEGATION.items()}
    try:
        delegate(desk, actor, Wanted(**typed), posted.text("khoa"))
    except BadRequestError as refusal:
        problems = {_OF_DELEGATION[each.key]: each.text for each in refusal.problems}
        office = posted.text("co-quan")
        return _delegations_page(request, desk, actor, office, posted, problems)
    return go_to(f"{DELEGATIONS}?xong=1")


@router.post("/giao-ky/{id_}/ket-thuc", name="end_delegation")
def post_end(
    desk: DeskDep, actor: AdministratorDep, posted: PostedDep, id_: str
) -> Response:
    """End a delegation from now on."""
    del posted
    end_delegation(desk, actor, id_)
    return go_to(f"{DELEGATIONS}?xong=1")


def _delegations_page(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    office: str,
    posted: Posted | None,
    problems: Mapping[str, str],
) -> Response:
    found = signers(desk, actor, office) if office else ()
    context = {
        "rows": delegations(desk, actor),
        "offices": [
            (each.row.id, each.row.name)
            for each in admin_offices.offices(desk, actor)
            if each.open
        ],
        "office": office,
        "givers": [(each.id, each.name) for each in found if each.gives],
        "takers": [(each.id, each.name) for each in found],
        "typed": posted.fields() if posted else {},
        "key": (posted.text("khoa") if posted else "") or secrets.token_hex(16),
        "done": "xong" in request.query_params,
        "problems": problems,
    }
    return page(request, "administrator/delegations.html", context)


def _problems(refusal: BadRequestError) -> dict[str, str]:
    return {_FIELDS[each.key]: each.text for each in refusal.problems}
