"""Cases: reading and moving one, links, offices of a case, papers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
    union_all,
    update,
)

from service.persistence.around import Around, around
from service.persistence.desk_counts import NOBODY, recount
from service.persistence.rows import CaseRow, LinkRow, MoveRow, columns_of
from service.persistence.sealing import placed
from service.persistence.tables.cases import (
    case,
    case_assignee,
    case_link,
    case_move,
    case_office,
    case_paper,
)
from service.persistence.upsert import put_all

_COLUMNS = [case.c[item.name] for item in fields(CaseRow)]
_BY_CODE = select(*_COLUMNS).where(case.c.code == bindparam("code"))
_BY_ID = select(*_COLUMNS).where(
    case.c.tenant_id == bindparam("tenant"), case.c.id == bindparam("id")
)
_LOCKED = _BY_ID.with_for_update()
_LOCKED_BY_CODE = _BY_CODE.with_for_update()
_OF_MATTER = (
    select(*_COLUMNS)
    .where(case.c.tenant_id == bindparam("tenant"))
    .where(case.c.matter_id == bindparam("matter_id"))
    .order_by(case.c.opened_at, case.c.id)
)
# The version check stands in the one statement that writes: of two clerks one gets it.
_MOVE = (
    update(case)
    .where(case.c.tenant_id == bindparam("b_tenant"))
    .where(case.c.id == bindparam("b_id"))
    .where(case.c.version == bindparam("b_version"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "version", "instance", "clock", "head_hash", "status", "owner_role",
                "office_id", "received_at", "since", "due_on", "appointment",
                "stop_reason", "ended_at", "outcome", "counted_with",
            )
        }
    )
    # What a move does not write may have changed since the row was read.
    .returning(case.c.faults, case.c.assignee_id)
)  # fmt: skip
# Whoever had the case in its new office has it again; nobody holds it any more.
_HAND_OVER = (
    update(case)
    .where(case.c.tenant_id == bindparam("b_tenant"), case.c.id == bindparam("b_id"))
    .values(
        held_by=None,
        held_until=None,
        assignee_id=select(func.nullif(case_assignee.c.account_id, NOBODY))
        .where(case_assignee.c.tenant_id == bindparam("b_tenant"))
        .where(case_assignee.c.case_id == bindparam("b_id"))
        .where(case_assignee.c.office_id == bindparam("b_office"))
        .scalar_subquery(),
    )
    .returning(case.c.assignee_id)
)
_ADD_MOVE = insert(case_move)
_MOVES = (
    select(case_move)
    .where(case_move.c.tenant_id == bindparam("tenant"))
    .where(case_move.c.case_id == bindparam("id"))
    .order_by(case_move.c.seq)
)
_LINKS_OF_TENANT = select(case_link).where(case_link.c.tenant_id == bindparam("tenant"))
# Two searches by an index: with OR, SQLite reads the links of the whole province.
_LINKS = union_all(
    _LINKS_OF_TENANT.where(case_link.c.parent_id == bindparam("id")),
    _LINKS_OF_TENANT.where(case_link.c.child_id == bindparam("id")),
).order_by("opened_at")
_OFFICES = select(case_office.c.role, case_office.c.office_id).where(
    case_office.c.tenant_id == bindparam("tenant"),
    case_office.c.case_id == bindparam("id"),
)
_CLOSE_LINKS = (
    update(case_link)
    .where(case_link.c.tenant_id == bindparam("tenant"))
    .where(case_link.c.child_id == bindparam("child"))
    .values(closed_at=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class Cases:
    """Queries about cases, inside one transaction."""

    connection: Connection

    def add(self, row: CaseRow) -> None:
        """Store a new case."""
        self.connection.execute(insert(case), columns_of(row))
        recount(self.connection, None, row)

    def by_code(self, code: str) -> CaseRow | None:
        """Return the case with the code."""
        found = self.connection.execute(_BY_CODE, {"code": code}).first()
        return CaseRow(*found) if found else None

    def by_id(self, tenant: str, case_id: str) -> CaseRow:
        """Return the case; it must exist."""
        found = self.connection.execute(_BY_ID, {"tenant": tenant, "id": case_id})
        return CaseRow(*found.one())

    def locked(self, tenant: str, case_id: str) -> CaseRow:
        """Return the case and keep others from moving it until the end."""
        found = self.connection.execute(_LOCKED, {"tenant": tenant, "id": case_id})
        return CaseRow(*found.one())

    def locked_by_code(self, code: str) -> CaseRow | None:
        """Return the case with the code and keep others from moving it until the end.

        None when there is none.
        """
        found = self.connection.execute(_LOCKED_BY_CODE, {"code": code}).first()
        return CaseRow(*found) if found else None

    def of_matter(self, tenant: str, matter_id: str) -> tuple[CaseRow, ...]:
        """Return the cases of a matter in the order in which they were opened."""
        found = self.connection.execute(
            _OF_MATTER, {"tenant": tenant, "matter_id": matter_id}
        )
        return tuple(CaseRow(*row) for row in found)

    def move(self, before: CaseRow, after: Mapping[str, Any]) -> bool:
        """Write the case as it stands after a move, if nobody moved it meanwhile.

        The counters of the desks change with it. In another office it is whose it was
        there.
        """
        keys = {
            "b_tenant": before.tenant_id,
            "b_id": before.id,
            "b_version": before.version,
        }
        found = self.connection.execute(_MOVE, {**after, **keys}).first()
        if found is None:
            return False
        was = replace(before, faults=found.faults, assignee_id=found.assignee_id)
        now = replace(was, **after)
        if now.office_id != was.office_id:
            now = self._handed_over(now)
        recount(self.connection, was, now)
        return True

    def _handed_over(self, row: CaseRow) -> CaseRow:
        keys = {"b_tenant": row.tenant_id, "b_id": row.id, "b_office": row.office_id}
        found = self.connection.execute(_HAND_OVER, keys).one()
        return replace(row, assignee_id=found.assignee_id)

    def pin(
        self, tenant: str, case_id: str, digest: str, procedure: str | None = None
    ) -> None:
        """Put a case under another edition of the law, perhaps by another name."""
        before = self.locked(tenant, case_id)
        name = before.procedure if procedure is None else procedure
        self._change(before, edition_digest=digest, procedure=name)

    def _change(self, before: CaseRow, **columns: Any) -> None:  # noqa: ANN401  columns
        self.connection.execute(
            update(case)
            .where(case.c.tenant_id == before.tenant_id, case.c.id == before.id)
            .values(**columns)
        )
        recount(self.connection, before, replace(before, **columns))

    def live_under(self, digests: Collection[str]) -> tuple[CaseRow, ...]:
        """Return the open cases that pin one of the editions, by code."""
        found = self.connection.execute(
            select(*_COLUMNS)
            .where(case.c.ended_at.is_(None), case.c.edition_digest.in_(digests))
            .order_by(case.c.code)
        )
        return tuple(CaseRow(*row) for row in found)

    def add_move(self, row: MoveRow) -> None:
        """Append one line to the history."""
        self.connection.execute(_ADD_MOVE, placed(case_move, columns_of(row)))

    def moves(self, tenant: str, case_id: str) -> tuple[MoveRow, ...]:
        """Return the history of a case, oldest first."""
        found = self.connection.execute(_MOVES, {"tenant": tenant, "id": case_id})
        return tuple(MoveRow(**row) for row in found.mappings())

    def last_move(self, tenant: str, case_id: str) -> MoveRow | None:
        """Return the newest line of the history."""
        found = self.connection.execute(
            select(case_move)
            .where(case_move.c.tenant_id == tenant, case_move.c.case_id == case_id)
            .order_by(case_move.c.seq.desc())
            .limit(1)
        )
        row = found.mappings().first()
        return MoveRow(**row) if row else None

    def everyone(self, batch: int = 500) -> Iterator[CaseRow]:
        """Yield all cases in the order of their keys, a batch at a time."""
        after = ("", "")
        while True:
            found = self.connection.execute(
                select(*_COLUMNS)
                .where(tuple_(case.c.tenant_id, case.c.id) > after)
                .order_by(case.c.tenant_id, case.c.id)
                .limit(batch)
            ).all()
            if not found:
                return
            yield from (CaseRow(*row) for row in found)
            after = (found[-1].tenant_id, found[-1].id)

    def count_fault(self, tenant: str, case_id: str, by: int) -> None:
        """Raise or lower the number of faults that a person must look at."""
        before = self.locked(tenant, case_id)
        self._change(before, faults=before.faults + by)

    def received_at_office(
        self, tenant: str, office_id: str, since: datetime, until: datetime, limit: int
    ) -> tuple[CaseRow, ...]:
        """Return the cases of an office received in a time, in the order of receipt.

        ``since`` is in it and ``until`` is not.
        """
        of_office = (
            select(case_office.c.role)
            .where(case_office.c.tenant_id == tenant)
            .where(case_office.c.case_id == case.c.id)
            .where(case_office.c.office_id == office_id)
            .exists()
        )
        found = self.connection.execute(
            select(*_COLUMNS)
            .where(case.c.tenant_id == tenant, of_office)
            .where(case.c.received_at >= since, case.c.received_at < until)
            .order_by(case.c.received_at, case.c.code)
            .limit(limit)
        )
        return tuple(CaseRow(*row) for row in found)

    # --- offices, papers, links -----------------------------------------------------

    def set_offices(
        self, tenant: str, case_id: str, offices: Mapping[str, str]
    ) -> None:
        """Say which office plays which role of the chart in this case."""
        rows = [
            {"tenant_id": tenant, "case_id": case_id, "role": role, "office_id": office}
            for role, office in offices.items()
        ]
        if rows:
            self.connection.execute(insert(case_office), rows)

    def put_at(self, before: CaseRow, role: str, office: str) -> CaseRow:
        """Let another office play a role, and put the case on its desk; return it so.

        Nobody holds it there yet.
        """
        place = [case_office.c.tenant_id == before.tenant_id]
        place += [case_office.c.case_id == before.id, case_office.c.role == role]
        self.connection.execute(delete(case_office).where(*place))
        self.set_offices(before.tenant_id, before.id, {role: office})
        self._change(before, office_id=office)
        now = self._handed_over(replace(before, office_id=office))
        recount(self.connection, replace(before, office_id=office), now)
        return self.by_id(before.tenant_id, before.id)

    def offices(self, tenant: str, case_id: str) -> dict[str, str]:
        """Return the office of each role of the chart."""
        found = self.connection.execute(_OFFICES, {"tenant": tenant, "id": case_id})
        return {row.role: row.office_id for row in found}

    def set_papers(
        self,
        tenant: str,
        case_id: str,
        papers: Mapping[str, bool],
        **by: Any,  # noqa: ANN401
    ) -> None:
        """Tick papers off as present, or not present after all."""
        key = {"tenant_id": tenant, "case_id": case_id}
        rows = [
            {**key, "paper_id": paper_id, "present": present, **by}
            for paper_id, present in sorted(papers.items())
        ]
        put_all(self.connection, case_paper, (*key, "paper_id"), rows)

    def around(self, row: CaseRow, parent_id: str | None) -> Around:
        """Return the papers, the offices and the conditions that a case goes by.

        ``parent_id`` is the case that opened it, if one did.
        """
        return around(self.connection, row, parent_id)

    def add_link(self, row: LinkRow) -> None:
        """Remember which case opened which."""
        self.connection.execute(insert(case_link), columns_of(row))

    def links(self, tenant: str, case_id: str) -> tuple[LinkRow, ...]:
        """Return the links of a case to its parent and to its children."""
        found = self.connection.execute(_LINKS, {"tenant": tenant, "id": case_id})
        return tuple(LinkRow(**row) for row in found.mappings())

    def link_by_outbox(self, tenant: str, outbox_id: str) -> LinkRow | None:
        """Return the link that this effect made already, if it did."""
        found = self.connection.execute(
            select(case_link).where(
                case_link.c.tenant_id == tenant, case_link.c.outbox_id == outbox_id
            )
        )
        row = found.mappings().first()
        return LinkRow(**row) if row else None

    def close_links(self, tenant: str, child_id: str, at: datetime) -> None:
        """Say that the linked case ended."""
        self.connection.execute(
            _CLOSE_LINKS, {"tenant": tenant, "child": child_id, "at": at}
        )

    def hear_revision(self, tenant: str, child_id: str, revision: int) -> None:
        """Say that the linked case has heard a correction of its parent."""
        self.connection.execute(
            update(case_link)
            .where(case_link.c.tenant_id == tenant, case_link.c.child_id == child_id)
            .values(revision=revision)
        )

    def with_codes(self, tenant: str, ids: Sequence[str]) -> dict[str, CaseRow]:
        """Return cases by id."""
        found = self.connection.execute(
            select(*_COLUMNS).where(case.c.tenant_id == tenant, case.c.id.in_(ids))
        )
        return {row.id: CaseRow(*row) for row in found}
