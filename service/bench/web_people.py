"""Who asks for pages in a measurement, and the same people for the twin.

Citizens are told by the code and the number of a matter; one is still asked, one waits
for an office. A clerk moves one case after the other, each once.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from service.auth.actors import Actor
from service.auth.sessions import begin_session, open_matter
from service.bench.load import Page
from service.bench.matters import Opened, handed_in, told
from service.bench.moves import Move, next_move
from service.bench.processes import LOOPBACK
from service.persistence.rows import AccountRow
from service.usecases.desk import Desk
from service.usecases.following.follow_case import FollowView, follow
from service.web.clerks.case_action import KEY, PAPER, VERSION
from service.web.csrf import FIELD, VISIT
from service.web.desks import SESSION

_MARK = "bench"
VISITOR = f"{VISIT}={_MARK}"
_TWIN_SESSION = "twin_session"
# The mark of forms, as Django has it: in a cookie, and in the form itself.
_TWIN_COOKIE, _TWIN_FIELD = "csrftoken", "csrfmiddlewaretoken"
_TWIN_MARK = "bench" + "0" * 27


@dataclass(frozen=True, slots=True)
class People:
    """Pages of ours and of the twin, and the rows that the twin begins with.

    ``moves`` are forms, each sent once; ``question`` leads to the next question.
    """

    question: Page
    lookup: Page
    others: tuple[Page, ...]
    moves: list[Page]
    twin_question: Page
    twin_lookup: Page
    twin_moves: list[Page]
    rows: dict[str, list[dict[str, Any]]] = field(repr=False)


def people_in(desk: Desk, moves: int) -> People:
    """Open two matters, and so many cases that a clerk may move."""
    asked, waiting = told(desk), handed_in(desk)
    cases = [handed_in(desk) for _ in range(moves)]
    to_make = [_first_move(desk, each) for each in cases]
    asked_token, waiting_token = (
        open_matter(desk, each.code, each.pin).token for each in (asked, waiting)
    )
    clerk_token = _clerk_token(desk, to_make[0].actor)
    its_path, its_cookies = f"/ho-so/{waiting.code}", _cookies(waiting_token)
    matters = [
        _matter_row(desk, asked, [asked_token]),
        _matter_row(desk, waiting, [waiting_token]),
        *(_matter_row(desk, each, []) for each in cases),
    ]
    return People(
        question=Page(f"/ho-so/{asked.code}/cau-hoi", _cookies(asked_token)),
        lookup=Page(f"/tra-cuu?ma={waiting.case}"),
        others=(
            Page("/"),
            Page("/viec/give"),
            Page(its_path, its_cookies),
            Page(f"{its_path}/kiem-tra", its_cookies),
            Page(f"/ke-hoach/{waiting.code}", its_cookies),
        ),
        moves=[_form(desk, each, clerk_token) for each in to_make],
        twin_question=Page(
            f"/ho-so/{asked.code}/cau-hoi/certificate.names_match",
            _twin_cookies(asked_token),
        ),
        twin_lookup=Page(f"/tra-cuu/{waiting.case}"),
        twin_moves=[_twin_form(each, clerk_token) for each in to_make],
        rows={"matters": matters, "clerks": [_clerk_row(clerk_token, matters[-1])]},
    )


def asked_for(page: Page, port: int) -> Page:
    """Return the page to which a server leads on from this one."""
    with closing(http.client.HTTPConnection(LOOPBACK, port, timeout=60)) as client:
        client.request("GET", page.path, headers={"Cookie": page.cookies})
        return Page(client.getresponse().headers["Location"], page.cookies)


def _first_move(desk: Desk, opened: Opened) -> Move:
    move = next_move(desk, opened)
    if move is None or move.turn.facts or move.actor.account_id is None:
        raise LookupError(f"{opened.case}: no clerk moves it without saying more")
    return move


def _clerk_token(desk: Desk, clerk: Actor) -> str:
    """Sign a clerk of a made-up office in; the account is opened for it."""
    name = str(clerk.account_id)
    account = AccountRow(
        clerk.tenant, name, name, "", clerk.name, "clerk", clerk.office_id, None, None
    )
    with desk.database.transaction() as uow:
        uow.people.add_account(account)
        return begin_session(desk, uow, None, account_id=name)


def _cookies(token: str) -> str:
    return f"{SESSION}={token}; {VISITOR}"


def form_token(desk: Desk) -> str:
    """Return the token of a form that the visitor of the measurement sends."""
    mark = hmac.new(desk.secret, f"form:{_MARK}".encode(), hashlib.sha256).digest()
    # A page hides the mark under a pad; a pad of nothing leaves it as it is.
    return (bytes(16) + mark[:16]).hex()


def _form(desk: Desk, move: Move, token: str) -> Page:
    """Return the form of a move, as the page of the case has it."""
    fields: list[tuple[str, str]] = [
        (FIELD, form_token(desk)),
        (VERSION, str(move.version)),
        (KEY, move.key),
        *((PAPER, each) for each in sorted(move.papers)),
    ]
    path = f"/can-bo/ho-so/{move.case}/viec/{move.turn.event}"
    return Page(path, _cookies(token), urlencode(fields))


def _twin_form(move: Move, token: str) -> Page:
    fields = {
        _TWIN_FIELD: _TWIN_MARK,
        "event": move.turn.event,
        "version": 1,
        "key": move.key,
    }
    return Page(f"/can-bo/{move.case}", _twin_cookies(token), urlencode(fields))


def _twin_cookies(token: str) -> str:
    return f"{_TWIN_SESSION}={_twin_key(token)}; {_TWIN_COOKIE}={_TWIN_MARK}"


def _twin_key(token: str) -> str:
    """Return the name of the same session there: it has room for so much."""
    return token[:40]


def _clerk_row(token: str, moved: Mapping[str, Any]) -> dict[str, Any]:
    """Return the clerk of the office that has the cases to move."""
    return {"session": _twin_key(token), "office": moved["cases"][0]["office"]}


def _matter_row(desk: Desk, opened: Opened, tokens: Sequence[str]) -> dict[str, Any]:
    with desk.database.reading() as uow:
        matter = uow.matters.by_code(opened.code)
        if matter is None:
            raise LookupError(opened.code)
        facts = {
            row.key: row.value for row in uow.matters.facts(matter.tenant_id, matter.id)
        }
    view = follow(desk, opened.case) if opened.case else None
    return {
        "code": opened.code,
        "title": desk.law.edition(matter.tenant_id, matter.on_day)
        .goals[matter.goal]
        .title,
        "commune": matter.commune or "",
        "facts": facts,
        "sessions": [_twin_key(each) for each in tokens],
        "cases": [] if view is None else [_case_row(desk, view.code, view)],
    }


def _case_row(desk: Desk, code: str, view: FollowView) -> Mapping[str, Any]:
    return {
        "code": code,
        "office": view.waiting_for or "",
        "state": view.status_text,
        "version": 1,
        "due_on": (view.due or desk.today()).isoformat(),
        "moves": [step.label for step in view.steps],
    }
