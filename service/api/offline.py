"""What the helper's device asks for: open questions to take along, answers to bring.

Nothing here is a page: answers are JSON, also those that refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from service.errors import (
    AppError,
    AskResidentError,
    BadRequestError,
    HelpEndedError,
    NotAllowedError,
    NotFoundError,
    RepeatedKeyError,
    SignInRequiredError,
)
from service.usecases.helpers import offline_sentences as say
from service.usecases.helpers.offline_answers import NotedAnswer, receive_answers
from service.usecases.helpers.offline_pack import take_pack
from service.web import csrf
from service.web.dependencies import DeskDep, HelperDep
from service.web.sentences import HEADINGS, PLAIN

MOST_ANSWERS = 200
LONGEST_ANSWER = 2000
_SENTENCES: dict[type[AppError], str] = {
    SignInRequiredError: say.SIGN_IN,
    NotAllowedError: say.REFUSED,
    HelpEndedError: say.REFUSED,
    AskResidentError: say.NOT_YOURS,
    NotFoundError: say.REFUSED,
    RepeatedKeyError: say.REPEATED,
    csrf.ForeignFormError: PLAIN[csrf.ForeignFormError],
}


class _Route(APIRoute):
    """Refuses in JSON: ``{"text": ...}``, a sentence for the person.

    ``fields`` names what a program sent that is missing, wrong or not asked for.
    """

    def get_route_handler(
        self,
    ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except AppError as error:
                return JSONResponse({"text": _sentence(error)}, error.status)
            except RequestValidationError as error:
                told = {"text": HEADINGS[422].sentence, "fields": _fields(error)}
                return JSONResponse(told, 422)

        return handled


router = APIRouter(prefix="/api/v1/offline", route_class=_Route)


class _Sent(BaseModel):
    """What a device sends: a key that nobody asked for is refused by its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AnswerIn(_Sent):
    """One answer as it was typed on the device."""

    key: str = Field(max_length=160)
    raw: str = Field(default="", max_length=LONGEST_ANSWER)
    unknown: bool = False
    said_at: AwareDatetime


class AnswersIn(_Sent):
    """The answers of one resident, with the ticket of the pack they belong to."""

    ticket: str = Field(max_length=40_000)
    answers: list[AnswerIn] = Field(max_length=MOST_ANSWERS)


@router.get("/form", name="offline_form")
def form_token(request: Request, actor: HelperDep) -> Response:
    """Return the token that binds what is sent to this visit of the helper."""
    return JSONResponse({"form": csrf.token_for(request), "helper": actor.name})


@router.get("/packs/{code}", name="offline_pack")
def get_pack(desk: DeskDep, actor: HelperDep, code: str) -> Response:
    """Return the open questions of a resident; the resident sees who took them."""
    return JSONResponse(jsonable_encoder(asdict(take_pack(desk, actor, code))))


@router.post("/answers", name="offline_answers")
def post_answers(
    request: Request,
    desk: DeskDep,
    actor: HelperDep,
    sent: AnswersIn,
    idempotency_key: Annotated[str, Header(min_length=16, max_length=80)],
    x_dat_form: Annotated[str, Header(max_length=128)] = "",
) -> Response:
    """Take the answers once, and return of each what became of it."""
    csrf.check(request, x_dat_form)
    noted = [NotedAnswer(**each.model_dump()) for each in sent.answers]
    results = receive_answers(desk, actor, sent.ticket, noted, idempotency_key)
    return JSONResponse({"results": [asdict(each) for each in results]})


def _sentence(error: AppError) -> str:
    if isinstance(error, BadRequestError):
        return error.problems[0].text
    return _SENTENCES.get(type(error), HEADINGS[500].sentence)


def _fields(error: RequestValidationError) -> list[str]:
    """Return where a body or a header is wrong, without what stands there."""
    return [".".join(map(str, each["loc"][1:])) for each in error.errors()]
