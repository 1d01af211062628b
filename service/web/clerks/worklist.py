"""The clerk's worklist: the open cases of an office by due day, and the search."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from urllib.parse import urlencode

from fastapi import APIRouter, Request, status
from fastapi.responses import RedirectResponse, Response

from service.auth.actors import Actor
from service.usecases.cases.approvals import count_to_confirm
from service.usecases.cases.claiming import may_assign
from service.usecases.desk import Desk
from service.usecases.outside.paper_entry import count_papers_to_confirm
from service.usecases.outside.silences import silent_offices
from service.usecases.worklist.find_cases import find_cases
from service.usecases.worklist.list_work import (
    MINE,
    OFFICE,
    OPEN_TO_ALL,
    Wish,
    worklist,
)
from service.usecases.worklist.name_outside import may_use_lists
from service.web.dependencies import (
    ClerkDep,
    DeskDep,
)
from service.web.limits import FEW_SEARCHES
from service.web.rendering import page

router = APIRouter(prefix="/can-bo")

# What an address says for whose cases, and for how they stand.
WHOSE = {"cua-toi": MINE, "chua-giao": OPEN_TO_ALL, "ca-co-quan": OFFICE}
FILTERS = {
    "qua-han": "overdue",
    "hom-nay": "today",
    "sap-han": "soon",
    "cho-nhan": "new",
    "dang-dung": "stopped",
    "su-co": "faults",
    "dang-chuan-bi": "draft",
}
_ALL_TICKED = "het"


@dataclass(frozen=True, slots=True)
class View:
    """What an address of the list asks for, word by word as it stood there."""

    ai: str = ""
    loc: str = ""
    thu_tuc: str = ""
    ngay: str = ""

    @property
    def wish(self) -> Wish:
        """Return the same as the use case has it; what is no word of ours is left."""
        return Wish(
            WHOSE.get(self.ai, self.ai or None),
            FILTERS.get(self.loc),
            self.thu_tuc or None,
            _day(self.ngay),
        )

    def link(self, **changes: str) -> str:
        """Return the address of the list with some words changed; empty ones go."""
        words = {
            "ai": self.ai,
            "loc": self.loc,
            "thu-tuc": self.thu_tuc,
            "ngay": self.ngay,
        }
        words |= {name.replace("_", "-"): word for name, word in changes.items()}
        query = urlencode({name: word for name, word in words.items() if word})
        return f"/can-bo?{query}" if query else "/can-bo"

    def table_link(self, kind: str) -> str:
        """Return the address of the same list as a table: csv or xlsx."""
        path, _, query = self.link().partition("?")
        return f"{path}/danh-sach.{kind}?{query}".rstrip("?")


def view_of(words: Mapping[str, str]) -> View:
    """Return the view that the words of an address, or of a form, ask for."""
    return View(
        words.get("ai", ""),
        words.get("loc", ""),
        words.get("thu-tuc", ""),
        words.get("ngay", ""),
    )


@router.get("", name="worklist")
def show_worklist(
    request: Request,
    desk: DeskDep,
    clerk: ClerkDep,
    tiep: str | None = None,
    chon: str = "",
) -> Response:
    """Show the open cases of the clerk or of his office by due day."""
    view = view_of(request.query_params)
    ticked = chon == _ALL_TICKED
    return worklist_page(request, desk, clerk, view, cursor=tiep, all_ticked=ticked)


def worklist_page(  # noqa: PLR0913  what the page showed, and what came of it
    request: Request,
    desk: Desk,
    clerk: Actor,
    view: View,
    *,
    cursor: str | None = None,
    all_ticked: bool = False,
    ticked: Collection[str] = (),
    problems: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """Render the list with rows ticked; ``problems`` say why nothing was done."""
    work = worklist(desk, clerk, view.wish, cursor=cursor)
    shown = {whose: word for word, whose in WHOSE.items()}.get(work.whose, work.whose)
    context = {
        "work": work,
        "view": view,
        "cursor": cursor or "",
        "whose": shown,
        "state": view.loc if view.loc in FILTERS else "",
        "all_ticked": all_ticked,
        "ticked": ticked,
        "leads": may_assign(clerk),
        "to_confirm": count_to_confirm(desk, clerk)
        + count_papers_to_confirm(desk, clerk),
        "uses_lists": may_use_lists(clerk),
        "problems": problems,
        "silences": silent_offices(desk),
    }
    status_code = status.HTTP_422_UNPROCESSABLE_CONTENT if problems else 200
    return page(request, "clerk/worklist.html", context, status=status_code)


@router.get("/tim", name="find_cases", dependencies=[FEW_SEARCHES])
def show_found(
    request: Request, desk: DeskDep, clerk: ClerkDep, q: str = ""
) -> Response:
    """Show the dossiers of the office that fit what somebody said of one.

    A whole code that is found opens its dossier at once, as a scanner wants it.
    """
    found = find_cases(desk, clerk, q)
    if found.code and [row.case_code for row in found.rows] == [found.code]:
        to = f"/can-bo/ho-so/{found.code}"
        return RedirectResponse(to, status_code=status.HTTP_303_SEE_OTHER)
    context = {"found": found, "asked": q.strip()}
    return page(request, "clerk/found.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
