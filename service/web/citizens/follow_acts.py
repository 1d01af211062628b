"""What a citizen does at the end of a case: take it back, or say how it was."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, status
from fastapi.responses import RedirectResponse, Response

from service.auth.actors import Actor
from service.errors import BadRequestError, NotFoundError, TooManyTriesError
from service.usecases.cases.pay import order_payment
from service.usecases.following import follow_access
from service.usecases.following.follow_access import Level, Pass
from service.usecases.following.follow_case import follow
from service.usecases.following.rate_service import (
    LONGEST,
    SCORES,
    own_rating,
    rate,
    ratings_of_office,
)
from service.usecases.matter.withdraw import withdraw, withdrawal
from service.usecases.sentences import MONEY_KINDS
from service.web.citizens.follow import PATH, follow_page, held_pass, keep
from service.web.dependencies import (
    ActorDep,
    ClerkDep,
    DeskDep,
    PostedDep,
    client_of,
    get_actor,
)
from service.web.rendering import page
from service.web.sentences import sentences_of

router = APIRouter(dependencies=[Depends(get_actor)])

WITHDRAW = f"{PATH}/rut"
RATE = f"{PATH}/danh-gia"
PAY = f"{PATH}/nop-tien"
NEEDS_PIN = "Số mở chưa đúng. Xin xem lại trên giấy đã giữ."
NOT_SURE = "Đánh dấu vào ô này nếu chắc chắn muốn rút."

Act = Callable[[Actor, str], Response]


@router.get(WITHDRAW, name="withdraw")
def show_withdraw(
    request: Request, desk: DeskDep, actor: ActorDep, ma: str = ""
) -> Response:
    """Say what withdrawing would mean, and ask why, which may be left out."""

    def shown(citizen: Actor, code: str) -> Response:
        context = {"found": withdrawal(desk, citizen, code)} | _typed({})
        return page(request, "follow/withdraw.html", context)

    return _as_citizen(request, desk, actor, {"ma": ma}, WITHDRAW, shown)


@router.post(WITHDRAW, name="post_withdraw")
def post_withdraw(
    request: Request, desk: DeskDep, actor: ActorDep, posted: PostedDep
) -> Response:
    """Ask once more; withdraw only when the box is ticked."""

    def done(citizen: Actor, code: str) -> Response:
        asked_again = "hoi-lai" in posted.fields()
        problems = {}
        if asked_again and not posted.text("chac-chan"):
            problems["chac-chan"] = NOT_SURE
        if asked_again and not problems:
            try:
                reason, key = posted.text("ly-do"), posted.text("khoa")
                withdraw(desk, citizen, code, reason=reason, key=key)
            except BadRequestError as refusal:
                problems = {each.key: each.text for each in refusal.problems}
            else:
                return _go(PATH, code)
        found = withdrawal(desk, citizen, code)
        context = _typed(posted.fields(), problems) | {"found": found}
        template = "follow/withdraw_again.html"
        if "ly-do" in problems:
            template = "follow/withdraw.html"
        return page(request, template, context)

    return _as_citizen(request, desk, actor, posted.fields(), WITHDRAW, done)


@router.post(PAY, name="post_order_payment")
def post_order(
    request: Request, desk: DeskDep, actor: ActorDep, posted: PostedDep
) -> Response:
    """Order one sum at the payment page; the follow page says what became of it."""

    def done(citizen: Actor, code: str) -> Response:
        line, key = posted.text("khoan"), posted.text("khoa")
        try:
            order_payment(desk, citizen, code, line, key=key)
        except BadRequestError as refusal:
            view = follow(desk, code, Level.PIN)
            problems = {f"tien-{code}": each.text for each in refusal.problems}
            return follow_page(request, code, view, problems, 422)
        return _go(PATH, code)

    return _as_citizen(request, desk, actor, posted.fields(), PAY, done)


@router.get(RATE, name="rate")
def show_rate(
    request: Request, desk: DeskDep, actor: ActorDep, ma: str = ""
) -> Response:
    """Ask how the service was, with what was said before."""

    def shown(citizen: Actor, code: str) -> Response:
        said = own_rating(desk, citizen, code)
        typed = {"muc": str(said.score), "nhan-xet": said.words} if said else {}
        return _rate_page(request, code, typed, {})

    return _as_citizen(request, desk, actor, {"ma": ma}, RATE, shown)


@router.post(RATE, name="post_rate")
def post_rate(
    request: Request, desk: DeskDep, actor: ActorDep, posted: PostedDep
) -> Response:
    """Keep what is said of the service; saying it again replaces it."""

    def done(citizen: Actor, code: str) -> Response:
        try:
            rate(
                desk,
                citizen,
                code,
                score=posted.text("muc"),
                words=posted.text("nhan-xet"),
            )
        except BadRequestError as refusal:
            problems = {each.key: each.text for each in refusal.problems}
            return _rate_page(request, code, posted.fields(), problems)
        return _go(PATH, code)

    return _as_citizen(request, desk, actor, posted.fields(), RATE, done)


@router.get("/can-bo/danh-gia", name="ratings")
def show_ratings(request: Request, desk: DeskDep, clerk: ClerkDep) -> Response:
    """Show a clerk how his office is rated: counts without names or small numbers."""
    found = ratings_of_office(desk, clerk)
    context = {"found": found, "scores": SCORES}
    return page(request, "follow/ratings.html", context)


# --- the citizen ----------------------------------------------------------------------


def _as_citizen(
    request: Request,
    desk: DeskDep,
    actor: Actor,
    typed: Mapping[str, str],
    path: str,
    act: Act,
) -> Response:
    """Act as the citizen of the case, or ask for the number and keep what was typed.

    Whoever is signed in as somebody else acts as himself, and is refused.
    """
    with desk.database.reading() as uow:
        found = follow_access.find(uow, typed.get("ma", ""))
    if found is None or found.case is None:
        raise NotFoundError("case", typed.get("ma", ""))
    held, problems, status_code = held_pass(request, desk), {}, 200
    fresh: Pass | None = None
    if typed.get("so"):
        try:
            fresh = follow_access.prove(
                desk, found.case.code, typed["so"], client=client_of(request)
            )
            problems = {"so": NEEDS_PIN}
            status_code = 422
        except TooManyTriesError as refusal:
            problems = {"so": sentences_of(refusal)[0]}
            status_code = refusal.status
    citizen = follow_access.acting_citizen(desk, actor, found, fresh or held)
    if citizen.kind == "citizen" and citizen.matter_id is None:
        kept = {key: text for key, text in typed.items() if key != "so"}
        context = {"kept": kept, "action": path, "problems": problems}
        return page(request, "follow/number.html", context, status=status_code)
    response = act(citizen, found.case.code)
    if fresh is not None:
        keep(desk, response, fresh)
    return response


def _typed(
    typed: Mapping[str, str], problems: Mapping[str, str] | None = None
) -> dict[str, object]:
    return {
        "reason": typed.get("ly-do", ""),
        "key": typed.get("khoa") or secrets.token_urlsafe(12),
        "problems": dict(problems or {}),
        "money_labels": MONEY_KINDS,
    }


def _rate_page(
    request: Request, code: str, typed: Mapping[str, str], problems: Mapping[str, str]
) -> Response:
    context = {
        "code": code,
        "typed": typed,
        "problems": dict(problems),
        "scores": SCORES,
        "longest": LONGEST,
    }
    return page(request, "follow/rate.html", context)


def _go(path: str, code: str) -> RedirectResponse:
    return RedirectResponse(
        f"{path}?{urlencode({'ma': code})}", status_code=status.HTTP_303_SEE_OTHER
    )
