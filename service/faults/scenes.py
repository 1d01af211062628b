"""Scenes of a drill at offices beside the first one: taken back, corrected, paid, late.

Each is a temptation: what must not happen could happen here, and a check would see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from integrations.messages import OfficeMessage, Voucher
from service.faults.history import Message
from service.persistence.rows import CaseRow
from service.usecases.cases.moving import UNDO

if TYPE_CHECKING:
    from service.faults.drill import Drill

_TAKEN_UP = {
    "exemption.claimed": False,
    "debt.requested": False,
    "sheet.asks_levy": False,
    "sheet.incomplete_for_tax": False,
}
_LETTER = {"letter.number": "17/CCT", "letter.day": "2026-11-25"}
_ASKED = {"request.items": "Giấy khai sinh", **_LETTER}
_NUMBER = "0123/TB-CCT"
_NOTICE = {
    "notice.number": _NUMBER,
    "notice.lines": [{"kind": "registration_fee", "amount": 5_000_000}],
}
_RETURNED = {"supplement.items": "Bản vẽ", "supplement.reason": "Thiếu chữ ký"}
_LONG = timedelta(days=45)


def take_back(drill: Drill, in_time: str, too_late: str) -> None:
    """Let a clerk take back a move before its effects left, and one after."""
    for case, left in ((in_time, False), (too_late, True)):
        counter = drill.office_of(case)
        drill.move(case, 2, "return_at_counter", facts=_RETURNED)
        if left:
            drill.later(timedelta(hours=2))
            drill.work()
        drill.move(case, 3, UNDO, office=counter)


def correct(drill: Drill, land: str) -> str:
    """Let the tax office answer a sheet that is corrected meanwhile; return its case.

    What it says of the older sheet is still on its way when the newer one is signed.
    """
    drill.work_on()
    tax = _child_of(drill, land)
    _say(drill, tax.code, "take_up", _TAKEN_UP)
    _say(drill, tax.code, "issue_notice", _NOTICE)
    drill.work()
    version = drill.row_of(land).version
    drill.move(land, version, "correct_sheet", facts={"correction.what": "Diện tích"})
    return tax.code


def pay(drill: Drill) -> None:
    """Let the payment office tell of money that came, and of money that did not yet."""
    for number, status, amount in (
        ("GNT-pending", "pending", 1_000_000),
        ("GNT-failed", "failed", 1_500_000),
        ("GNT-paid", "paid", 2_000_000),
    ):
        voucher = Voucher.model_validate(
            {
                "number": number,
                "notice_number": _NUMBER,
                "amount": amount,
                "paid_at": drill.desk.now(),
                "status": status,
            }
        )
        told = OfficeMessage(
            id=f"drilled-{number}",
            kind="payment",
            said=voucher.model_dump(mode="json"),
            sent_at=drill.desk.now(),
        )
        drill.hear(Message("payment", told.id, "true"), told)


def run_out(drill: Drill, land: str) -> None:
    """Let the tax office ask the citizen, who does not answer in time."""
    tax = _child_of(drill, land).code
    _say(drill, tax, "take_up", _TAKEN_UP | {"exemption.claimed": True})
    _say(drill, tax, "ask_citizen", _ASKED)
    drill.work_on()
    drill.later(_LONG)
    drill.work_on()


def _child_of(drill: Drill, parent: str) -> CaseRow:
    row = drill.row_of(parent)
    with drill.desk.database.reading() as uow:
        links = uow.cases.links(row.tenant_id, row.id)
        (link,) = (each for each in links if each.parent_id == row.id)
        return uow.cases.by_id(row.tenant_id, link.child_id)


def _say(drill: Drill, case: str, event: str, facts: Mapping[str, Any]) -> None:
    told = OfficeMessage(
        id=f"drilled-{event}-{case}",
        case=case,
        event=event,
        facts=dict(facts),
        sent_at=drill.desk.now(),
    )
    drill.hear(Message("tax", told.id, "true", case, event), told)
