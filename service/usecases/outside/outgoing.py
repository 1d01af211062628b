"""What goes to outside offices: fixed under its key before the first try, then sent.

A try whose answer was lost is made again with the same bytes, whatever was learned of
the case meanwhile; what changed goes in a later message, under a key of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from integrations.messages import (
    Acknowledgement,
    Appointment,
    Dossier,
    DossierPaper,
    Land,
    Message,
    Ordered,
    PaymentOrder,
    PortalRecord,
    Record,
    TransferSlip,
)
from service.persistence.exchanges import OutgoingRow
from service.persistence.rows import FactRow, OutboxRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import CaseFile, edition_of, open_case
from service.usecases.cases.pay import ORDER, still_owed
from service.usecases.desk import Desk, legal_day
from service.usecases.matter.situations import current
from service.usecases.outside.office_lines import ask
from service.usecases.outside.outward_records import (
    ONE_STOP,
    outward_code,
    outward_record,
)
from service.usecases.papers.paper_facts import official_name
from service.usecases.telling.messages import slip_for


@dataclass(frozen=True, slots=True)
class Letter:
    """What one office is told; ``kind`` is the call that takes it."""

    office: str
    kind: str
    message: Message


def hand_over(desk: Desk, row: OutboxRow) -> Acknowledgement | None:
    """Send what an effect has for an outside office; return its answer.

    None when the effect has nothing for it. Raises an IntegrationError;
    OfficeRestsError when the office is left alone now.
    """
    fixed = _fixed(desk, row)
    if fixed is None:
        return None
    return ask(desk, fixed.office, lambda: post(desk, fixed))


def keep_answer(
    desk: Desk, uow: UnitOfWork, row: OutboxRow, answer: Acknowledgement
) -> None:
    """Keep where the payment page of an order is, when its provider has one."""
    sent = uow.exchanges.outgoing(desk.settings.province, row.id)
    if sent is not None and isinstance(answer, Ordered) and answer.page:
        uow.exchanges.told_page(sent, answer.page)


def post(desk: Desk, fixed: OutgoingRow) -> Acknowledgement:
    """Make one try with what was fixed under a key."""
    return _POSTS[fixed.kind](desk, fixed.body, fixed.id)


def _fixed(desk: Desk, row: OutboxRow) -> OutgoingRow | None:
    with desk.database.reading() as uow:
        known = uow.exchanges.outgoing(row.tenant_id, row.id)
    if known is not None:
        return known
    with desk.database.transaction() as uow:
        letter = LETTERS[row.kind](desk, uow, row)
        if letter is None:
            return None
        return fix(desk, uow, letter, key=row.id, case_id=row.case_id)


def fix(
    desk: Desk, uow: UnitOfWork, letter: Letter, *, key: str, case_id: str | None
) -> OutgoingRow:
    """Fix what is sent under a key; what was fixed first stays."""
    body = letter.message.model_dump_json()
    return uow.exchanges.freeze(
        OutgoingRow(
            desk.settings.province,
            key,
            letter.office,
            letter.kind,
            case_id,
            body,
            hashlib.sha256(body.encode()).hexdigest(),
            desk.now(),
        )
    )


# --- what each effect tells -----------------------------------------------------------


def _record(desk: Desk, uow: UnitOfWork, row: OutboxRow) -> Letter:
    """Return a status for the national portal, or a record for the land database."""
    case = uow.cases.by_id(row.tenant_id, row.case_id)
    if row.body["to"] == ONE_STOP:
        return Letter("portal", "dossier", outward_record(desk, uow, row))
    record = Record(
        case_code=outward_code(case),
        what=row.body["what"],
        to=row.body["to"],
        status=row.body.get("status"),
        at=datetime.fromisoformat(row.body["at"]),
    )
    return Letter("land_registry", "record", record)


def _sheet(desk: Desk, uow: UnitOfWork, row: OutboxRow) -> Letter | None:
    """Return the sheet of a linked case, if it went to a tax office."""
    case = uow.cases.by_id(row.tenant_id, row.case_id)
    file = open_case(desk, uow, case)
    offices = uow.people.offices(row.tenant_id)
    kinds = {each.kind for each in offices if each.id in file.offices.values()}
    if "tax" not in kinds or file.parent is None:
        return None
    parent = uow.cases.by_id(row.tenant_id, file.parent.parent_id)
    edition_of(desk, uow, case.edition_digest)
    received, revision = legal_day(case.opened_at), int(row.body["revision"])
    return Letter("tax", "slip", slip_for(file, parent, received, revision))


def _appointment(desk: Desk, uow: UnitOfWork, row: OutboxRow) -> Letter:
    """Return that somebody wishes to sign, for the notary office of the case."""
    file = open_case(desk, uow, uow.cases.by_id(row.tenant_id, row.case_id))
    wish = Appointment(
        case_code=outward_code(file.row),
        procedure=file.row.procedure,
        applicant=file.row.applicant,
        land=land_of(file),
    )
    return Letter("notary", "appointment", wish)


def _received(desk: Desk, uow: UnitOfWork, row: OutboxRow) -> Letter:
    """Return what the land database is told of a dossier that was received."""
    file = open_case(desk, uow, uow.cases.by_id(row.tenant_id, row.case_id))
    told = Dossier(
        case_code=outward_code(file.row),
        procedure=file.row.procedure,
        procedure_title=file.procedure.title.clerk,
        received_at=file.row.received_at or file.row.opened_at,
        due=file.row.appointment,
        submitter=file.row.applicant,
        land=land_of(file),
        papers=tuple(
            DossierPaper(
                name=official_name(file.edition, paper.id),
                present=paper.id in file.ticked,
            )
            for paper in file.required()
        ),
    )
    return Letter("land_registry", "received", told)


def land_of(file: CaseFile) -> Land:
    """Return the land of the matter of a case, as far as it was told."""
    return land_told(current(file.facts), file.matter.commune)


def land_told(told: Mapping[str, FactRow], commune: str | None) -> Land:
    """Return the land that the facts of a matter name, as far as they do."""

    def word(key: str) -> str:
        row = told.get(key)
        return str(row.value) if row is not None and row.value else ""

    return Land(
        certificate=word("certificate.serial_no"),
        commune=commune or "",
        map_sheet_no=word("land.map_sheet_no"),
        parcel_no=word("land.parcel_no"),
    )


# What the charts send out besides statuses and records, by what it is and to whom.
_TOLD: Mapping[
    tuple[str, str], Callable[[Desk, UnitOfWork, OutboxRow], Letter | None]
] = {
    ("appointment", "notary"): _appointment,
    ("dossier", "land_database"): _received,
}


def _sync(desk: Desk, uow: UnitOfWork, row: OutboxRow) -> Letter | None:
    tell = _TOLD.get((str(row.body["what"]), str(row.body["to"])), _record)
    return tell(desk, uow, row)


def _ordered(desk: Desk, uow: UnitOfWork, row: OutboxRow) -> Letter | None:
    """Return the order of a citizen; nothing when the sum was paid meanwhile."""
    file = open_case(desk, uow, uow.cases.by_id(row.tenant_id, row.case_id))
    if not still_owed(desk, uow, file, row):
        return None
    return Letter("payment", "order", PaymentOrder.model_validate(row.body))


# By the kind of the effect; None when it has nothing for an outside office.
LETTERS: Mapping[str, Callable[[Desk, UnitOfWork, OutboxRow], Letter | None]] = {
    "sync": _sync,
    "send": _sheet,
    ORDER: _ordered,
}


# --- how each kind of letter goes -----------------------------------------------------


def _post_record(desk: Desk, body: str, key: str) -> Acknowledgement:
    return desk.ports.land_registry.record(Record.fixed(body), key=key)


def _post_dossier(desk: Desk, body: str, key: str) -> Acknowledgement:
    record = PortalRecord.fixed(body)
    return desk.ports.portal.synchronise(record, key=key)


def _post_slip(desk: Desk, body: str, key: str) -> Acknowledgement:
    return desk.ports.tax.send_slip(TransferSlip.fixed(body), key=key)


def _post_appointment(desk: Desk, body: str, key: str) -> Acknowledgement:
    return desk.ports.notary.book(Appointment.fixed(body), key=key)


def _post_received(desk: Desk, body: str, key: str) -> Acknowledgement:
    return desk.ports.land_registry.register(Dossier.fixed(body), key=key)


def _post_order(desk: Desk, body: str, key: str) -> Acknowledgement:
    return desk.ports.payment.order(PaymentOrder.fixed(body), key=key)


_POSTS: Mapping[str, Callable[[Desk, str, str], Acknowledgement]] = {
    "record": _post_record,
    "dossier": _post_dossier,
    "slip": _post_slip,
    "appointment": _post_appointment,
    "received": _post_received,
    "order": _post_order,
}
