"""How offices keep their word: the board for everybody, the figures for who leads."""

from __future__ import annotations

from datetime import MAXYEAR, date

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.errors import NotFoundError
from service.usecases.indicators.quality import Board, board_of, public_board
from service.web.dependencies import (
    AdministratorDep,
    ClerkDep,
    DeskDep,
    get_actor,
)
from service.web.rendering import page
from workflows.loader_indicators import load_counting

router = APIRouter()

BOARD, OFFICE, PROVINCE = "/chat-luong", "/can-bo/so-lieu", "/quan-tri/so-lieu"


@router.get(BOARD, name="quality", dependencies=[Depends(get_actor)])
def show_quality(request: Request, desk: DeskDep, thang: str = "") -> Response:
    """Show the board of a month, small numbers left out."""
    return _shown(
        request, "public/quality.html", BOARD, public_board(desk, _day(thang))
    )


@router.get(OFFICE, name="office_figures")
def show_office(
    request: Request, desk: DeskDep, clerk: ClerkDep, thang: str = ""
) -> Response:
    """Show a superior the figures of his office."""
    board = board_of(desk, clerk, _day(thang))
    return _shown(request, "clerk/figures.html", OFFICE, board)


@router.get(PROVINCE, name="province_figures")
def show_province(
    request: Request, desk: DeskDep, administrator: AdministratorDep, thang: str = ""
) -> Response:
    """Show an administrator the figures of every office."""
    board = board_of(desk, administrator, _day(thang))
    return _shown(request, "clerk/figures.html", PROVINCE, board)


def _shown(
    request: Request, template: str, address: str, board: Board | None
) -> Response:
    counting = load_counting()
    context = {
        "board": board,
        "address": address,
        "least": counting.least_shown,
        "verified": counting.on_time.source.mark.verified,
    }
    return page(request, template, context)


def _day(typed: str) -> date | None:
    """Read a month such as 2026-11; raise NotFoundError for what is none."""
    if not typed:
        return None
    try:
        day = date.fromisoformat(f"{typed}-01")
    except ValueError as error:
        raise NotFoundError("month", typed) from error
    if day.year == MAXYEAR:
        raise NotFoundError("month", typed)
    return day
