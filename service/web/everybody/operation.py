"""How the service does: for everybody by the day; for who runs it, the backups."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.usecases.custody import audit_heads
from service.usecases.operation.availability import DAYS, availability
from service.usecases.operation.backup_runs import backups, last_good
from service.usecases.operation.service_days import (
    IN_TIME,
    QUICK_MILLISECONDS,
    SLOT_MINUTES,
)
from service.web.dependencies import AdministratorDep, DeskDep, get_actor
from service.web.rendering import page
from workflows.loader_indicators import load_counting

router = APIRouter()

SERVICE, BACKUPS = "/tinh-trang", "/quan-tri/sao-luu"
HEADS = "/quan-tri/dau-chuoi"


@router.get(SERVICE, name="availability", dependencies=[Depends(get_actor)])
def show_availability(request: Request, desk: DeskDep) -> Response:
    """Show whether the service was there, and how soon it handed messages over."""
    context = {
        "told": availability(desk),
        "most": DAYS,
        "minutes": SLOT_MINUTES,
        "at_once": int(IN_TIME.total_seconds()),
        "quick": QUICK_MILLISECONDS // 1000,
        "least": load_counting().least_shown,
    }
    return page(request, "public/availability.html", context)


@router.get(BACKUPS, name="backups")
def show_backups(request: Request, desk: DeskDep, actor: AdministratorDep) -> Response:
    """Show an administrator which backups were made, and the last good one."""
    del actor
    context = {
        "runs": backups(desk),
        "good": last_good(desk),
        "hour": desk.settings.backs_up_at,
        "days": desk.settings.backup_keep_days,
        "second": desk.settings.backup_copy_dir is not None,
    }
    return page(request, "administrator/backups.html", context)


@router.get(HEADS, name="audit_heads")
def show_heads(request: Request, desk: DeskDep, actor: AdministratorDep) -> Response:
    """Show the last heads of the audit, and where each was sent."""
    del actor
    settings = desk.settings
    context = {
        "heads": audit_heads.heads(desk),
        "hour": settings.heads_at,
        "folder": settings.audit_head_dir is not None,
        "mail": settings.audit_head_to,
        "ways": audit_heads.WAYS,
    }
    return page(request, "administrator/audit_heads.html", context)
