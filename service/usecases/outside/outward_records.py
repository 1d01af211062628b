"""What the national portal is told of a dossier after a move, built from the case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from integrations.dossier_sync import (
    SentDossier,
    SentPaper,
    SentProgress,
    SentResult,
    SentSupplement,
)
from integrations.messages import PortalRecord
from service.persistence.rows import CaseRow, MoveRow, OutboxRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import CaseFile, open_case
from service.usecases.cases.dossiers import dossier_of
from service.usecases.desk import Desk
from service.usecases.matter.situations import PARTY, current
from service.usecases.outside.national_codes import NationalCodes, codes_today
from service.usecases.papers.paper_facts import official_name
from workflows.dossiers import Dossier, Supplement

# Where a status goes: the record of the one-stop system, and so the national portal.
ONE_STOP = "one_stop"
_NATIONAL = "national"
_CONTENT, _REASON = "supplement.items", "supplement.reason"
_PERSON = {"owner_id": "person_id", "email": "email", "phone": "phone"}


def outward_record(desk: Desk, uow: UnitOfWork, row: OutboxRow) -> PortalRecord:
    """Return the dossier and the step of work that one effect tells of.

    The status is that of the move which asked for the effect; all else is told as it
    stands when the effect is done, which for the newest move is the same.
    """
    case = uow.cases.by_id(row.tenant_id, row.case_id)
    file = open_case(desk, uow, case)
    moves = uow.cases.moves(row.tenant_id, row.case_id)
    codes = codes_today(desk)
    status = str(row.body["status"] or case.status or "")
    dossier = dossier_of(desk, uow, file)
    offices = {each.id: each.name for each in uow.people.offices(row.tenant_id)}
    office = offices.get(dossier.office or "")
    sent = SentDossier(
        code=outward_code(case),
        procedure_code=file.procedure.codes.get(_NATIONAL),
        procedure_title=file.procedure.title.clerk,
        owner=case.applicant,
        **_person(file),
        summary=file.procedure.title.clerk,
        received_at=case.received_at,
        appointment=case.appointment,
        status=status,
        returned_at=case.ended_at if codes.is_returned(case.status) else None,
        ended_at=dossier.ended,
        office=office,
        papers=_papers(file, codes),
        supplements=_supplements(case, dossier, moves),
        results=tuple(
            SentResult(name=official_name(file.edition, each.id), id=each.id)
            for each in file.results()
            if codes.has_result(dossier.end_status)
        ),
    )
    asked = next((move for move in moves if move.seq == row.seq), moves[-1])
    return PortalRecord(
        code=outward_code(case),
        dossier=sent.to_json(),
        progress=_progress(case, asked, status).to_json(),
    )


def outward_code(row: CaseRow) -> str:
    """Return the code by which the outside knows a case: only it issues its own."""
    return row.external_code or row.code


def _progress(case: CaseRow, move: MoveRow, status: str) -> SentProgress:
    body = move.body
    label = body["label"] or {}
    return SentProgress(
        code=outward_code(case),
        by=str(body["actor"]),
        at=move.at,
        office=body["office_name"],
        what=str(label.get("clerk") or ""),
        status=status,
        began_at=case.since,
        due=case.appointment,
    )


def _person(file: CaseFile) -> dict[str, str | None]:
    """Return what is known of the first person of the dossier, who stands for it."""
    mine = next((id_ for id_, name in file.people if name == file.row.applicant), None)
    told = current(file.facts)
    rows = {field: told.get(f"{PARTY}{mine}].{key}") for field, key in _PERSON.items()}
    return {
        field: str(row.value) if row is not None and row.value else None
        for field, row in rows.items()
    }


def _papers(file: CaseFile, codes: NationalCodes) -> tuple[SentPaper, ...]:
    """Return the papers of the dossier that are there.

    The type is told where the procedure leaves no choice, else not.
    """
    return tuple(
        SentPaper(
            name=official_name(file.edition, paper.id),
            copy_type=codes.copy_type(paper.copy_[0])
            if len(paper.copy_) == 1
            else None,
        )
        for paper in file.required()
        if paper.id in file.ticked
    )


def _supplements(
    case: CaseRow, dossier: Dossier, moves: Sequence[MoveRow]
) -> tuple[SentSupplement, ...]:
    by_instant = {move.at: move for move in moves}
    return tuple(
        _supplement(f"{outward_code(case)}/{number}", each, by_instant)
        for number, each in enumerate(dossier.supplements, start=1)
    )


def _supplement(
    name: str, told: Supplement, moves: dict[datetime, MoveRow]
) -> SentSupplement:
    asked = moves[told.requested].body
    facts = asked["facts"]
    said = (facts.get(_CONTENT), facts.get(_REASON))
    taken = moves[told.completed].body if told.completed else None
    return SentSupplement(
        id=name,
        asked_by=str(asked["actor"]),
        content=". ".join(str(each) for each in said if each),
        asked_at=told.requested,
        taken_by=str(taken["actor"]) if taken else None,
        taken_at=told.completed,
    )
