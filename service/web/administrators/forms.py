"""The administrator's pages of the forms: each edition beside its official wording."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from service.usecases.administration.law_sentences import MARKS
from service.usecases.papers import read_editions
from service.usecases.papers.issuing import PDF
from service.usecases.papers.read_editions import EditionRow, FormList, Here, Standing
from service.web.administrators.law import AsOf, as_of_day
from service.web.dependencies import AdministratorDep, DeskDep
from service.web.formats import pdf_named
from service.web.limits import FEW_PRINTS
from service.web.rendering import page
from service.web.sentences import FILLINGS, NO_PACKAGE, STANDINGS

HOME = "/quan-tri/bieu-mau"

router = APIRouter(prefix=HOME)

# The empty paper stands in a frame of our own page: it runs nothing and asks for
# nothing, and its style stands inside it, as the printer reads it.
_IN_A_FRAME = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
)

_KINDS: Mapping[str, Callable[[EditionRow], bool]] = {
    "duoc-chon": lambda row: row.standing is Standing.CHOSEN,
    "da-xac-minh": lambda row: row.verified,
    "chua-xac-minh": lambda row: not row.verified,
    "con-thieu": lambda row: bool(row.missing),
}


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """From where the forms are looked at: a day and a place, as the address has them.

    ``query`` is what a link carries on, empty for today and the installation's place.
    """

    as_of: AsOf
    here: Here
    query: str


def _seen(desk: DeskDep, ngay: str = "", tinh: str = "", xa: str = "") -> Viewpoint:
    as_of = as_of_day(desk, ngay)
    asked = {
        "ngay": "" if as_of.day == as_of.today else as_of.day.isoformat(),
        "tinh": "" if tinh == desk.settings.province else tinh,
        "xa": xa,
    }
    told = urlencode({name: value for name, value in asked.items() if value})
    here = read_editions.place(desk, as_of.day, tinh, xa)
    return Viewpoint(as_of, here, f"?{told}" if told else "")


ViewpointDep = Annotated[Viewpoint, Depends(_seen)]


@router.get("", name="forms")
def show_forms(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    seen: ViewpointDep,
    goi: str = "",
    loai: str = "",
) -> Response:
    """List the editions: where each holds, how it is known, whether it is chosen."""
    listed = read_editions.editions(desk, actor, seen.here)
    kept = _KINDS.get(loai)
    rows = [
        row
        for row in listed.rows
        if goi in {"", row.edition.package} and (kept is None or kept(row))
    ]
    context = {
        "seen": seen,
        "listed": listed,
        "rows": rows,
        "groups": _by_form(rows),
        "counts": {
            name: sum(map(is_so, listed.rows)) for name, is_so in _KINDS.items()
        },
        "packages": _packages(desk, listed),
        "package": goi,
        "kind": loai if kept else "",
        "provinces": desk.territory.provinces,
        "communes": desk.territory.communes(seen.here.province),
        "standings": STANDINGS,
    }
    return page(request, "law/forms.html", context)


@router.get("/{package}/{name}", name="form_edition")
def show_edition(
    request: Request,
    desk: DeskDep,
    actor: AdministratorDep,
    seen: ViewpointDep,
    package: str,
    name: str,
) -> Response:
    """Show one edition: the empty paper, and beside it the official wording."""
    view = read_editions.edition(desk, actor, f"{package}/{name}", seen.here)
    context = {
        "seen": seen,
        "view": view,
        "base": f"{HOME}/{quote(view.row.edition.edition)}",
        "marks": MARKS,
        "standings": STANDINGS,
        "fillings": FILLINGS,
    }
    return page(request, "law/form.html", context)


@router.get(
    "/{package}/{name}/to-trong.pdf", name="form_blank_pdf", dependencies=[FEW_PRINTS]
)
def blank_pdf(
    desk: DeskDep, actor: AdministratorDep, package: str, name: str
) -> Response:
    """Hand over the empty paper as it is printed."""
    content = read_editions.blank_paper(desk, actor, f"{package}/{name}")
    return Response(content, media_type=PDF, headers=pdf_named(quote(name)))


@router.get("/{package}/{name}/to-trong", name="form_blank_page")
def blank_page(
    desk: DeskDep, actor: AdministratorDep, package: str, name: str
) -> Response:
    """Show the empty paper on the screen, for the frame beside its wording."""
    html = read_editions.blank_page(desk, actor, f"{package}/{name}")
    return HTMLResponse(html, headers={"Content-Security-Policy": _IN_A_FRAME})


def _by_form(rows: Iterable[EditionRow]) -> dict[str, list[EditionRow]]:
    """Group the editions by form: the one that is chosen first, then the newest."""
    groups: dict[str, list[EditionRow]] = {}
    for row in rows:
        groups.setdefault(row.edition.id, []).append(row)
    for group in groups.values():
        group.sort(key=lambda row: row.edition.from_day, reverse=True)
        group.sort(key=lambda row: row.standing is not Standing.CHOSEN)
    return groups


def _packages(desk: DeskDep, listed: FormList) -> dict[str, str]:
    """Return the packages that have editions, each with its title."""
    names = sorted({row.edition.package for row in listed.rows})
    heads = desk.law.packages
    return {n: heads[n].title if n in heads else NO_PACKAGE for n in names}
