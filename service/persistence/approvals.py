"""What one person of an office proposes and another one confirms or sends back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    func,
    insert,
    select,
    update,
)

from service.persistence.rows import Json
from service.persistence.sealing import placed
from service.persistence.tables.cases import case, proposal


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A move that waits for a second person: all that was typed, and what became of it.

    ``case_version`` is the version on which it was proposed; on any other it is dead.
    ``state`` is open, confirmed, returned, withdrawn or dead.
    """

    tenant_id: str
    id: str
    case_id: str
    case_version: int
    event: str
    label: str
    facts: Json
    papers: list[str]
    office_id: str
    proposed_by: str
    proposed_name: str
    proposed_for: str | None
    proposed_at: datetime
    state: str = "open"
    decided_by: str | None = None
    decided_name: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ListedProposal:
    """A proposal on a list, with what its case is called."""

    row: ProposalRow
    case_code: str
    applicant: str
    procedure: str
    edition_digest: str


@dataclass(frozen=True, slots=True)
class Approvals:
    """Queries about proposals, inside one transaction."""

    connection: Connection

    def add(self, row: ProposalRow) -> None:
        """Store a proposal; the open ones of an older version of its case are dead."""
        table = proposal.c
        self.connection.execute(
            update(proposal)
            .where(
                table.tenant_id == row.tenant_id,
                table.case_id == row.case_id,
                table.state == "open",
                table.case_version != row.case_version,
            )
            .values(state="dead", decided_at=row.proposed_at)
        )
        self.connection.execute(insert(proposal), placed(proposal, asdict(row)))

    def by_id(self, tenant: str, id_: str) -> ProposalRow | None:
        """Return one proposal; who holds its case decides on it alone."""
        table = proposal.c
        found = self.connection.execute(
            select(proposal).where(table.tenant_id == tenant, table.id == id_)
        )
        row = found.mappings().first()
        return None if row is None else _row(row)

    def of_case(self, tenant: str, case_id: str, version: int) -> ProposalRow | None:
        """Return what waits for a second person on this version of a case."""
        table = proposal.c
        found = self.connection.execute(
            select(proposal).where(
                table.tenant_id == tenant,
                table.case_id == case_id,
                table.state == "open",
                table.case_version == version,
            )
        )
        row = found.mappings().first()
        return None if row is None else _row(row)

    def returned(self, tenant: str, case_id: str, version: int) -> ProposalRow | None:
        """Return the newest proposal of this version that was sent back."""
        table = proposal.c
        found = self.connection.execute(
            select(proposal)
            .where(
                table.tenant_id == tenant,
                table.case_id == case_id,
                table.state == "returned",
                table.case_version == version,
            )
            .order_by(table.decided_at.desc())
            .limit(1)
        )
        row = found.mappings().first()
        return None if row is None else _row(row)

    def waiting(
        self, tenant: str, office_id: str, most: int = 200
    ) -> tuple[ListedProposal, ...]:
        """Return what waits in an office, oldest first; what a case outran is not."""
        table = proposal.c
        found = self.connection.execute(
            select(
                proposal,
                case.c.code,
                case.c.applicant,
                case.c.procedure,
                case.c.edition_digest,
            )
            .join(case, _same_version())
            .where(
                table.tenant_id == tenant,
                table.office_id == office_id,
                table.state == "open",
            )
            .order_by(table.proposed_at, table.id)
            .limit(most)
        )
        names = set(ProposalRow.__dataclass_fields__)
        return tuple(
            ListedProposal(
                ProposalRow(**{key: row[key] for key in names}),
                row["code"],
                row["applicant"],
                row["procedure"],
                row["edition_digest"],
            )
            for row in found.mappings()
        )

    def count(self, tenant: str, office_id: str, but: str, most: int = 100) -> int:
        """Count what waits in an office and was not proposed by ``but``, up to most."""
        table = proposal.c
        waiting = (
            select(table.id)
            .join(case, _same_version())
            .where(
                table.tenant_id == tenant,
                table.office_id == office_id,
                table.state == "open",
                table.proposed_by != but,
            )
            .limit(most)
            .subquery()
        )
        found = self.connection.execute(select(func.count()).select_from(waiting))
        return int(found.scalar_one())

    def decide(
        self,
        row: ProposalRow,
        state: str,
        at: datetime,
        by: tuple[str | None, str],
        reason: str | None = None,
    ) -> bool:
        """Write what became of an open proposal; False when it was decided before.

        ``by`` is the account and the name of who decided.
        """
        table = proposal.c
        done = self.connection.execute(
            update(proposal)
            .where(
                table.tenant_id == row.tenant_id,
                table.id == row.id,
                table.state == "open",
            )
            .values(
                state=state,
                decided_by=by[0],
                decided_name=by[1],
                decided_at=at,
                reason=reason,
            )
        )
        return done.rowcount == 1


def _same_version() -> ColumnElement[bool]:
    return and_(
        case.c.tenant_id == proposal.c.tenant_id,
        case.c.id == proposal.c.case_id,
        case.c.version == proposal.c.case_version,
    )


def _row(found: RowMapping) -> ProposalRow:
    return ProposalRow(**found)
