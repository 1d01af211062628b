"""A dossier filed at a counter that does not serve the place of the land.

Any one-stop shop that the procedure names may take it (NĐ 118/2025 Điều 14 khoản 4; NĐ
151/2025 Phụ lục I, Phần V, A.I.4-5 within the province) and sends it on. Its days
count from the receipt by the office in charge (Điều 17 khoản 3), which the chart sees
to. What is noted here is the counter, and whether it serves the commune of the land.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.auth.actors import Actor
from service.auth.codes import normalise
from service.auth.policies import Action, Installation, authorize, may
from service.errors import BadRequestError
from service.persistence.rows import CaseRow, OfficeRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases.casefile import CITIZEN, ELSEWHERE, CaseFile, open_case
from service.usecases.cases.findable import make_findable
from service.usecases.desk import Desk
from workflows.definition import Procedure
from workflows.errors import Problem, WorkflowError
from workflows.journey.desk import RECEIVING
from workflows.packages import Edition

CODE, COUNTER = "ma", "quay"
ACCESS = "take_elsewhere"
_LIST = "onestop.elsewhere_list"


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter that takes the dossier; ``here`` when it serves the land's commune."""

    id: str
    name: str
    here: bool


def may_take(actor: Actor) -> bool:
    """Return whether the clerk takes dossiers at a counter of a one-stop shop."""
    return may(actor, Action.TAKE_ELSEWHERE, Installation(actor.tenant))


def take_elsewhere(desk: Desk, clerk: Actor, code: str) -> str:
    """Bring a dossier that somebody files at the clerk's counter there, by its code.

    Return the code of the case; the same again changes nothing. Who took it is noted
    for its citizen. Raises BadRequestError for an unknown code (one of another province
    looks the same), a dossier that an office received already, a procedure that is
    filed where the land is, and land of which nobody knows the commune.
    """
    authorize(clerk, Action.TAKE_ELSEWHERE, Installation(clerk.tenant))
    with desk.database.transaction() as uow:
        row = uow.cases.locked_by_code(normalise(code) or "")
        if row is None or row.tenant_id != clerk.tenant:
            raise _refused(CODE, code, sentences.NO_SUCH_DOSSIER)
        file = open_case(desk, uow, row)
        if file.offices.get(RECEIVING) == clerk.office_id:
            return row.code
        put_at(desk, uow, file, clerk, clerk.office_id or "", field=CODE, said=code)
        uow.people.note_access(
            tenant_id=row.tenant_id,
            at=desk.now(),
            who=clerk.name,
            account_id=clerk.account_id,
            office_id=clerk.office_id,
            on_behalf_of=None,
            what=ACCESS,
            matter_id=row.matter_id,
            case_id=row.id,
        )
    return row.code


def put_at(
    desk: Desk,
    uow: UnitOfWork,
    file: CaseFile,
    actor: Actor,
    office_id: str,
    *,
    field: str = COUNTER,
    said: str = "",
) -> CaseFile:
    """Let a dossier that nobody has received yet be filed at another counter.

    Raises BadRequestError, at the field, when that counter does not take it.
    """
    fitting = _fitting(uow, file.procedure, file.row.tenant_id)
    office = next((each for each in fitting if each.id == office_id), None)
    if not _is_open(file):
        raise _refused(field, said, sentences.DOSSIER_RECEIVED)
    if office is None:
        raise _refused(field, said, sentences.NOT_AT_THIS_COUNTER)
    if office.communes is not None and file.matter.commune is None:
        raise _refused(field, said, sentences.COMMUNE_OF_LAND_UNKNOWN)
    row = uow.cases.put_at(file.row, RECEIVING, office.id)
    uow.matters.add_facts(
        row.tenant_id,
        row.matter_id,
        [
            {
                "key": ELSEWHERE,
                "value": not _serves(office, file.matter.commune),
                "said_by": actor.name,
                "on_behalf_of": actor.on_behalf_of,
                "at": desk.now(),
                "source": office.id,
                "case_id": row.id,
            }
        ],
    )
    make_findable(uow, row)
    return open_case(desk, uow, row)


def counters(
    desk: Desk, tenant: str, procedure: Procedure, commune: str | None
) -> tuple[Counter, ...]:
    """Return the counters among which who files may choose; empty without a choice.

    Those that serve the commune of the land come first.
    """
    if commune is None:
        return ()
    with desk.database.reading() as uow:
        found = [
            Counter(office.id, office.name, _serves(office, commune))
            for office in _fitting(uow, procedure, tenant)
        ]
    found.sort(key=lambda each: (not each.here, each.name))
    return tuple(found) if any(not each.here for each in found) else ()


def what_is_unknown(desk: Desk, edition: Edition) -> str | None:
    """Return what nobody has found about which procedures are filed anywhere."""
    try:
        return edition.parameter(_LIST).at(desk.today()).unknown
    except WorkflowError:
        return None


def unknown_today(desk: Desk, actor: Actor) -> str | None:
    """Return the same for the law of the actor's province today."""
    return what_is_unknown(desk, desk.law.edition(actor.tenant, desk.today(), None))


def _fitting(
    uow: UnitOfWork, procedure: Procedure, tenant: str
) -> tuple[OfficeRow, ...]:
    """Return the open counters that the procedure names, wherever they are."""
    competence = procedure.competence.get(RECEIVING)
    told = procedure.facts.get(ELSEWHERE)
    if competence is None or competence.rule or told is None or not told.from_offices:
        return ()
    return tuple(
        office
        for office in uow.people.offices(tenant)
        if competence.office in office.kinds and office.closed_at is None
    )


def _serves(office: OfficeRow, commune: str | None) -> bool:
    return office.communes is None or commune in office.communes


def _is_open(file: CaseFile) -> bool:
    """Return whether no office has received the dossier yet."""
    row: CaseRow = file.row
    waiting = row.owner_role in {CITIZEN, RECEIVING}
    return waiting and row.received_at is None and row.ended_at is None


def _refused(field: str, said: str, words: str) -> BadRequestError:
    return BadRequestError([Problem(field, said, words)])
