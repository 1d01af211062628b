"""The counter gives a new number, and the card on which a matter's code stands."""

from __future__ import annotations

import secrets
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from forms.marks import Mark
from service.errors import BadRequestError
from service.usecases.desk import Desk
from service.usecases.matter.new_number import (
    CHECKED,
    CODE,
    PAPER,
    PAPERS,
    may_have_card,
    new_number,
)
from service.usecases.matter.read_matter import matter_view
from service.web.dependencies import (
    ActorDep,
    ClerkDep,
    CounterDep,
    DeskDep,
    PostedDep,
    get_actor,
)
from service.web.rendering import page

router = APIRouter(dependencies=[Depends(get_actor)])

ONCE = "khoa"
_KEY_LETTERS = 16


@router.get("/can-bo/so-mo", name="new_number")
def show_new_number(request: Request, clerk: CounterDep, ma: str = "") -> Response:
    """Ask for the code, and what paper the clerk looked at."""
    del clerk
    return _asking(request, {CODE: ma}, {})


@router.post("/can-bo/so-mo", name="post_new_number")
def post_new_number(
    request: Request, desk: DeskDep, clerk: ClerkDep, posted: PostedDep
) -> Response:
    """Give the number and show it once, to be written down by the citizen."""
    fields = dict(posted.fields())
    try:
        made = new_number(
            desk,
            clerk,
            posted.text(CODE),
            paper=posted.text(PAPER),
            checked=CHECKED in fields,
            once=posted.text(ONCE),
        )
    except BadRequestError as refusal:
        problems = {each.key: each.text for each in refusal.problems}
        return _asking(request, fields, problems)
    context = {"card": code_card(desk, made.code), "pin": made.pin}
    return page(request, "clerk/number_given.html", context)


def _asking(
    request: Request, typed: dict[str, str], problems: dict[str, str]
) -> Response:
    once = typed.get(ONCE, "")
    context = {
        "typed": typed,
        "papers": PAPERS,
        "problems": problems,
        "key": once if len(once) > _KEY_LETTERS else secrets.token_hex(_KEY_LETTERS),
    }
    return page(request, "clerk/new_number.html", context)


@router.get("/ho-so/{code}/the-ma", name="code_card")
def show_code_card(
    request: Request, desk: DeskDep, actor: ActorDep, code: str
) -> Response:
    """Show a small card to print: the code, and a picture that opens its page.

    The number is not known to the program any more: the card has room to write it.
    """
    may_have_card(desk, actor, code)
    view = matter_view(desk, actor, code)
    context = {"matter": view, "card": code_card(desk, view.code)}
    return page(request, "citizen/code_card.html", context)


def code_card(desk: Desk, code: str) -> Mark:
    """Return the code with its picture: an address that carries the code only."""
    address = f"{desk.settings.base_url}/mo-lai?ma={quote(code)}"
    return Mark(address, code, "Mở lại việc này")
