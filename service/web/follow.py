"""Following a matter or a case by its code: who has the ball, and until when."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.errors import TooManyTriesError
from service.usecases.follow_case import follow
from service.usecases.sentences import LINE_STATES, MONEY_KINDS
from service.web.dependencies import DeskDep, PostedDep, get_actor
from service.web.rendering import page
from service.web.sentences import sentences_of

router = APIRouter(dependencies=[Depends(get_actor)])


@router.get("/tra-cuu", name="follow")
def show_follow(request: Request, desk: DeskDep, ma: str = "") -> Response:
    """Ask for a code, or show in plain words where it stands (no names, no sums)."""
    return _answer(request, desk, ma, None)


@router.post("/tra-cuu", name="post_follow")
def post_follow(request: Request, desk: DeskDep, posted: PostedDep) -> Response:
    """Show the details too, for whoever knows the code and its number."""
    return _answer(request, desk, posted.text("ma"), posted.text("so") or None)


def _answer(request: Request, desk: DeskDep, code: str, pin: str | None) -> Response:
    if not code:
        return page(request, "follow.html", _context(code, {}))
    client = request.client.host if request.client else ""
    try:
        view = follow(desk, code, pin, client=client)
    except TooManyTriesError as refusal:
        context = _context(code, {"ma": sentences_of(refusal)[0]})
        return page(request, "follow.html", context, status=refusal.status)
    if not view.found:
        problems = {
            "ma": f"Không thấy hồ sơ nào có mã “{code}”. Xin xem lại từng chữ, "
            "hoặc hỏi quầy đã nhận hồ sơ."
        }
        return page(request, "follow.html", _context(code, problems), status=404)
    problems = {}
    if pin and not view.details:
        problems["so"] = "Số mở chưa đúng, nên chỉ hiện phần ai có mã cũng xem được."
    return page(request, "follow.html", _context(code, problems) | {"view": view})


def _context(code: str, problems: dict[str, str]) -> dict[str, object]:
    return {
        "code": code,
        "problems": problems,
        "view": None,
        "money_labels": MONEY_KINDS,
        "line_states": LINE_STATES,
    }
