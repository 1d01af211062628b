"""Pages around sign-in elsewhere: out, back, my matters, and what is linked to what."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.auth.actors import Actor
from service.errors import NotFoundError, TooManyTriesError
from service.usecases.administration.identity_sentences import CHOOSE_WHO
from service.usecases.administration.sign_in_elsewhere import (
    RETURN,
    Door,
    NotSignedInError,
    begin_elsewhere,
    finish_elsewhere,
)
from service.usecases.desk import Desk
from service.usecases.matter import my_matters
from service.usecases.matter.identity_card import CardReading
from service.usecases.matter.identity_offer import candidates, read_offer, take_offer
from service.usecases.matter.read_matter import MatterView, matter_view
from service.web import csrf
from service.web.citizens.card import chosen_in, not_chosen
from service.web.citizens.reopening import MY_MATTERS as MINE
from service.web.dependencies import (
    ActorDep,
    DeskDep,
    PostedDep,
    client_of,
    get_actor,
)
from service.web.entrance.session_cookies import drop_session, keep_session, old_token
from service.web.entrance.staff_sign_in import way_on
from service.web.rendering import go_to, page
from service.web.sentences import CARD_FIELDS, sentences_of

router = APIRouter(dependencies=[Depends(get_actor)])

OUT = "/dang-nhap/vneid"
STAFF = "can-bo"


@router.get(OUT, name="back_from_sign_in_elsewhere")
def show_door() -> Response:
    """Go to the door, for whoever reads the address of the form again."""
    return go_to("/mo-lai")


@router.post(OUT, name="sign_in_elsewhere")
def post_out(request: Request, desk: DeskDep, posted: PostedDep) -> Response:
    """Say what will be told to us, with the way to the provider.

    A link and no redirection: the policy of our pages lets forms lead nowhere else.
    """
    door = Door.STAFF if posted.text("cua") == STAFF else Door.CITIZEN
    _configured(desk)
    try:
        address = begin_elsewhere(
            desk,
            csrf.visit_of(request),
            door,
            matter_code=posted.text("ma"),
            client=client_of(request),
        )
    except (NotSignedInError, TooManyTriesError) as refusal:
        return _refused(request, refusal)
    context = {"address": address, "staff": door is Door.STAFF}
    return page(request, "identity/leaving.html", context)


@router.get(RETURN, name="back_from_elsewhere")
def show_back(
    request: Request, desk: DeskDep, state: str = "", code: str = ""
) -> Response:
    """Sign in who comes back, or say in a sentence why nobody is signed in."""
    _configured(desk)
    try:
        came = finish_elsewhere(
            desk, csrf.visit_of(request), state, code, old_token=old_token(request)
        )
    except NotSignedInError as refusal:
        return _refused(request, refusal)
    citizen = came.signed.actor.kind == "citizen" and came.signed.step is None
    on = MINE if citizen else way_on(came.signed)
    response = go_to(f"/ho-so/{came.matter_code}/vneid" if came.matter_code else on)
    keep_session(desk, response, came.signed)
    return response


def _configured(desk: Desk) -> None:
    if desk.ports.identity.title is None:
        raise NotFoundError("page", OUT)


def _refused(
    request: Request, refusal: NotSignedInError | TooManyTriesError
) -> Response:
    context = {"sentence": sentences_of(refusal)[0]}
    return page(request, "identity/refused.html", context, status=refusal.status)


# --- my matters -----------------------------------------------------------------------


@router.get(MINE, name="my_matters")
def show_mine(request: Request, desk: DeskDep, actor: ActorDep) -> Response:
    """List the matters of who is signed in, with where each stands."""
    context = {"mine": my_matters.my_matters(desk, actor)}
    return page(request, "identity/my_matters.html", context)


@router.post(f"{MINE}/mo", name="open_mine")
def post_open(
    request: Request, desk: DeskDep, actor: ActorDep, posted: PostedDep
) -> Response:
    """Open a linked matter, under a new session."""
    code = posted.text("ma")
    signed = my_matters.open_mine(desk, actor, code, old_token(request))
    response = go_to(f"/ho-so/{code}")
    keep_session(desk, response, signed)
    return response


@router.post(f"{MINE}/go", name="unlink_mine")
def post_unlink(desk: DeskDep, actor: ActorDep, posted: PostedDep) -> Response:
    """Take a matter off the list; one that is not on it is no error."""
    try:
        my_matters.unlink_mine(desk, actor, posted.text("ma"))
    except NotFoundError:
        return go_to(MINE)
    return go_to(MINE)


@router.post(f"{MINE}/quen", name="forget_me")
def post_forget(desk: DeskDep, actor: ActorDep, posted: PostedDep) -> Response:
    """Forget who is signed in, and all her links."""
    del posted
    my_matters.forget_me(desk, actor)
    response = go_to("/")
    drop_session(desk, response)
    return response


@router.get(f"{MINE}/{{act}}", name="back_to_mine")
def show_mine_again(act: str) -> Response:
    """Go back to the list, for whoever reads the address of a form again."""
    del act
    return go_to(MINE)


# --- one matter -----------------------------------------------------------------------


@router.get("/ho-so/{code}/vneid", name="links_of_matter")
def show_links(request: Request, desk: DeskDep, actor: ActorDep, code: str) -> Response:
    """Show who opens the matter by her identity, and offer what is told of her."""
    return _links_page(request, desk, actor, code, {})


@router.post("/ho-so/{code}/vneid", name="post_links_of_matter")
def post_links(
    request: Request, desk: DeskDep, actor: ActorDep, posted: PostedDep, code: str
) -> Response:
    """Link the matter, take a link away, or go on to what is told of a party."""
    fields = posted.fields()
    if "go" in fields:
        my_matters.unlink_other(desk, actor, code, fields["go"])
        own = fields["go"] == actor.identity_id
        return go_to(MINE if own else f"/ho-so/{code}/vneid")
    if "gan" in fields:
        my_matters.link_this(desk, actor, code)
        return go_to(f"/ho-so/{code}/vneid")
    if not fields.get("ai"):
        return _links_page(request, desk, actor, code, {"ai": CHOOSE_WHO})
    return go_to(f"/ho-so/{code}/vneid/{fields['ai']}")


@router.get("/ho-so/{code}/vneid/{party}", name="offer")
def show_offer(
    request: Request, desk: DeskDep, actor: ActorDep, code: str, party: str
) -> Response:
    """Show what the provider tells beside what is known; nothing is recorded."""
    reading = read_offer(desk, actor, code, party)
    nothing = dict.fromkeys(CARD_FIELDS, "")
    return _offer_page(request, matter_view(desk, actor, code), reading, nothing, {})


@router.post("/ho-so/{code}/vneid/{party}", name="post_offer")
def post_offer(
    request: Request,
    desk: DeskDep,
    actor: ActorDep,
    posted: PostedDep,
    code: str,
    party: str,
) -> Response:
    """Record what was chosen, or ask for the choice that is missing."""
    chosen = chosen_in(posted)
    again = take_offer(desk, actor, code, party, chosen)
    if again is None:
        return go_to(f"/ho-so/{code}/kiem-tra")
    problems = not_chosen(again, chosen)
    view = matter_view(desk, actor, code)
    return _offer_page(request, view, again, chosen, problems)


def _links_page(
    request: Request,
    desk: Desk,
    actor: Actor,
    code: str,
    problems: Mapping[str, str],
) -> Response:
    links = my_matters.links_of(desk, actor, code)
    people = candidates(desk, actor, code) if actor.identity_id else ()
    context = {
        "matter": matter_view(desk, actor, code),
        "links": links,
        "people": people,
        "problems": problems,
    }
    return page(request, "identity/links.html", context)


def _offer_page(
    request: Request,
    view: MatterView,
    reading: CardReading,
    chosen: Mapping[str, str],
    problems: Mapping[str, str],
) -> Response:
    context = {
        "matter": view,
        "reading": reading,
        "labels": CARD_FIELDS,
        "chosen": chosen,
        "problems": problems,
    }
    return page(request, "identity/offer.html", context)
