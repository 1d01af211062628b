"""Everything that an office owns, table by table, some cases at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Table, func, or_, select

from service.persistence.sealing import Sealed, SealedBytes
from service.persistence.tables.cases import (
    case,
    case_move,
    case_note,
    case_office,
    case_paper,
    document,
    hand_over,
    obligation,
    payment,
)
from service.persistence.tables.law import holiday
from service.persistence.tables.messages import notification
from service.persistence.tables.people import account, delegation, office

_BATCH = 500
# What is never taken along: it opens an account.
_SECRET = frozenset({"password_hash"})
# What belongs to an office itself, and by which column. Days off are the province's.
OF_OFFICE: Mapping[str, tuple[Table, str | None]] = {
    "office": (office, "id"),
    "staff": (account, "office_id"),
    "delegations": (delegation, "office_id"),
    "holidays": (holiday, None),
}
# What belongs to its cases, and by which column it names the case.
OF_CASES: Mapping[str, tuple[Table, str]] = {
    "cases": (case, "id"),
    "offices_of_cases": (case_office, "case_id"),
    "moves": (case_move, "case_id"),
    "papers_brought": (case_paper, "case_id"),
    "papers": (document, "case_id"),
    "obligations": (obligation, "case_id"),
    "payments": (payment, "case_id"),
    "notes": (case_note, "case_id"),
    "hand_overs": (hand_over, "case_id"),
}
MESSAGES = "messages"


@dataclass(frozen=True, slots=True)
class Shape:
    """Of which table a file is, its columns with their types, and what is left out."""

    table: str
    columns: Mapping[str, str]
    left: tuple[str, ...]


# Counted, not copied: the words of messages stand in the matter of the resident.
SHAPE_OF_MESSAGES = Shape(
    "notification",
    {
        "case_id": "VARCHAR",
        "template": "VARCHAR",
        "state": "VARCHAR",
        "count": "INTEGER",
    },
    ("text",),
)


@dataclass(frozen=True, slots=True)
class OfficeExport:
    """Queries of the export of an office, inside one transaction."""

    connection: Connection

    def cases(self, tenant: str, office_id: str) -> Iterator[tuple[str, ...]]:
        """Yield the ids of cases in which the office plays a role, some at a time."""
        after = ""
        while True:
            found = self.connection.execute(
                select(case_office.c.case_id)
                .distinct()
                .where(case_office.c.tenant_id == tenant)
                .where(case_office.c.office_id == office_id)
                .where(case_office.c.case_id > after)
                .order_by(case_office.c.case_id)
                .limit(_BATCH)
            )
            ids = tuple(found.scalars())
            if not ids:
                return
            yield ids
            after = ids[-1]

    def of_office(
        self, name: str, tenant: str, office_id: str
    ) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of a kind that belong to the office itself."""
        table, by = OF_OFFICE[name]
        query = select(*columns(table, opened=False)).where(table.c.tenant_id == tenant)
        if by is not None:
            query = query.where(table.c[by] == office_id)
        found = self.connection.execute(query.order_by(table.c.id))
        for row in found.mappings():
            yield dict(row)

    def of_cases(
        self,
        name: str,
        tenant: str,
        office_id: str,
        ids: Sequence[str],
        *,
        opened: bool,
    ) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of a kind that belong to some cases; notes of its own only."""
        table, by = OF_CASES[name]
        query = select(*columns(table, opened=opened)).where(
            table.c.tenant_id == tenant, table.c[by].in_(ids)
        )
        if table is case_note:
            query = query.where(table.c.office_id == office_id)
        if table is hand_over:
            ours = (table.c.from_office == office_id, table.c.to_office == office_id)
            query = query.where(or_(*ours))
        found = self.connection.execute(
            query.order_by(table.c[by], *(c for c in table.primary_key))
        )
        for row in found.mappings():
            yield dict(row)

    def messages(self, tenant: str, ids: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """Yield how many messages of each kind and state there were about cases."""
        told = (notification.c.case_id, notification.c.template, notification.c.state)
        found = self.connection.execute(
            select(*told, func.count().label("count"))
            .where(notification.c.tenant_id == tenant, notification.c.case_id.in_(ids))
            .group_by(*told)
            .order_by(*told)
        )
        for row in found.mappings():
            yield dict(row)


def shape_of(name: str, *, opened: bool) -> Shape:
    """Return how the file of a kind looks."""
    table, _ = OF_CASES[name] if name in OF_CASES else OF_OFFICE[name]
    taken = {each.name: str(each.type) for each in columns(table, opened=opened)}
    left = tuple(each.name for each in table.c if each.name not in taken)
    return Shape(table.name, taken, left)


def columns(table: Table, *, opened: bool) -> list[Column[Any]]:
    """Return what is taken of a table; what is sealed only when it is opened.

    The contents of papers stay: they are asked for one by one.
    """
    return [
        each
        for each in table.c
        if each.name not in _SECRET
        and not isinstance(each.type, SealedBytes)
        and (opened or not isinstance(each.type, Sealed))
    ]
