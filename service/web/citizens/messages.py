"""Pages on which a citizen chooses what she is told, where and when, and reads it."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.errors import BadRequestError, NotFoundError, TooManyTriesError
from service.usecases.telling.message_choices import (
    Wanted,
    add_contact,
    choose,
    confirm_contact,
    contact_to_confirm,
    drop_contact,
    messages_view,
    send_again,
)
from service.usecases.telling.message_sentences import WRONG_CODE
from service.usecases.telling.messaging import messaging
from service.web.dependencies import (
    ActorDep,
    DeskDep,
    Posted,
    PostedDep,
    client_of,
    get_actor,
)
from service.web.rendering import go_to, page
from service.web.sentences import sentences_of

router = APIRouter(dependencies=[Depends(get_actor)])

_FIELDS = {
    "channel": "cach",
    "address": "dia-chi",
    "purposes": "tin",
    "quiet_from": "tu",
    "quiet_to": "den",
}
_HERE = "/ho-so/{code}/tin-nhan"


@router.get("/ho-so/{code}/tin-nhan", name="messages")
def show_messages(
    request: Request, desk: DeskDep, actor: ActorDep, code: str
) -> Response:
    """Show where messages go, what about, and what was said so far."""
    view = messages_view(desk, actor, code)
    context = {"matter": view, "typed": {}, "chosen": [], "at": "", "problems": {}}
    return page(request, "citizen/messages.html", context)


@router.post("/ho-so/{code}/tin-nhan", name="add_contact")
def post_contact(
    request: Request, desk: DeskDep, actor: ActorDep, posted: PostedDep, code: str
) -> Response:
    """Take an address and ask for the code that was sent there."""
    try:
        contact_id = add_contact(
            desk, actor, code, _wanted(posted), client=client_of(request)
        )
    except BadRequestError as refusal:
        problems = {_FIELDS[each.key]: each.text for each in refusal.problems}
    except TooManyTriesError as refusal:
        problems = {"dia-chi": sentences_of(refusal)[0]}
    else:
        return go_to(f"{_HERE.format(code=code)}/{contact_id}/xac-nhan")
    context = {
        "matter": messages_view(desk, actor, code),
        "typed": posted.fields(),
        "chosen": posted.all("tin"),
        "at": "",
        "problems": problems,
    }
    return page(request, "citizen/messages.html", context, status=422)


@router.get("/ho-so/{code}/tin-nhan/{contact}/xac-nhan", name="confirm_contact")
def show_confirm(
    request: Request, desk: DeskDep, actor: ActorDep, code: str, contact: str
) -> Response:
    """Ask for the six digits that were sent."""
    return _confirm_page(request, desk, actor, code, contact, {})


@router.post("/ho-so/{code}/tin-nhan/{contact}/xac-nhan", name="post_confirm")
def post_confirm(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    posted: PostedDep,
    code: str,
    contact: str,
) -> Response:
    """Take the code; a wrong one is said so, and another may be asked for."""
    if confirm_contact(desk, actor, code, contact, posted.text("ma-xac-nhan")):
        return go_to(_HERE.format(code=code))
    problems = {"ma-xac-nhan": WRONG_CODE}
    return _confirm_page(request, desk, actor, code, contact, problems)


@router.post("/ho-so/{code}/tin-nhan/{contact}/gui-lai", name="send_again")
def post_again(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    posted: PostedDep,
    code: str,
    contact: str,
) -> Response:
    """Send another code and go back to where it is typed."""
    del posted
    try:
        send_again(desk, actor, code, contact, client=client_of(request))
    except TooManyTriesError as refusal:
        problems = {"ma-xac-nhan": sentences_of(refusal)[0]}
        return _confirm_page(request, desk, actor, code, contact, problems)
    return go_to(f"{_HERE.format(code=code)}/{contact}/xac-nhan")


@router.post("/ho-so/{code}/tin-nhan/{contact}/chon", name="choose_messages")
def post_choice(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    posted: PostedDep,
    code: str,
    contact: str,
) -> Response:
    """Take what the person agrees to at this address from now on."""
    try:
        choose(desk, actor, code, contact, _wanted(posted))
    except BadRequestError as refusal:
        problems = {
            f"{_FIELDS[each.key]}-{contact}": each.text for each in refusal.problems
        }
        context = {
            "matter": messages_view(desk, actor, code),
            "typed": {f"{key}-{contact}": v for key, v in posted.fields().items()},
            "chosen": posted.all("tin"),
            "at": contact,
            "problems": problems,
        }
        return page(request, "citizen/messages.html", context, status=422)
    return go_to(_HERE.format(code=code))


@router.post("/ho-so/{code}/tin-nhan/{contact}/bo", name="drop_contact")
def post_drop(
    desk: DeskDep, actor: ActorDep, posted: PostedDep, code: str, contact: str
) -> Response:
    """Give an address up; one that is given up already is no error."""
    del posted
    try:
        drop_contact(desk, actor, code, contact)
    except NotFoundError:
        return go_to(_HERE.format(code=code))
    return go_to(_HERE.format(code=code))


@router.get("/thu-nghiem/tin-nhan", name="trial_messages")
def show_trial(request: Request, desk: DeskDep) -> Response:
    """Show what the trial sent to made-up phones; outside the demo there is no such."""
    if desk.settings.environment != "demo":
        raise NotFoundError("page", request.url.path)
    channels = {name: each.name for name, each in messaging().channels.items()}
    context = {"kept": desk.ports.messenger.kept()[:50], "channels": channels}
    return page(request, "public/trial_messages.html", context)


def _confirm_page(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    code: str,
    contact: str,
    problems: Mapping[str, str],
) -> Response:
    context = {
        "code": code,
        "contact": contact_to_confirm(desk, actor, code, contact),
        "minutes": messaging().code.minutes,
        "problems": problems,
    }
    return page(request, "citizen/confirm.html", context)


def _wanted(posted: Posted) -> Wanted:
    return Wanted(
        posted.text("ai"),
        posted.text("cach"),
        posted.text("dia-chi"),
        tuple(posted.all("tin")),
        posted.text("tu"),
        posted.text("den"),
    )
