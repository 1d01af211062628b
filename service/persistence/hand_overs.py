"""Dossiers on their way from one office to another: given here, taken there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Connection, RowMapping, insert, select, update

from service.persistence.tables.cases import case, hand_over

Side = Literal["from_office", "to_office"]


@dataclass(frozen=True, slots=True)
class HandOverRow:
    """A dossier that a move sent to another office; ``version`` is that of the move.

    ``due_on`` is the day on which the law wants it forwarded.
    """

    tenant_id: str
    case_id: str
    version: int
    from_office: str
    to_office: str
    at: datetime
    due_on: date
    given_at: datetime | None = None
    given_by: str | None = None
    taken_at: datetime | None = None
    taken_by: str | None = None


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """A hand-over on a list, with what its case is called."""

    row: HandOverRow
    case_code: str
    applicant: str


@dataclass(frozen=True, slots=True)
class HandOvers:
    """Queries about hand-overs, inside one transaction."""

    connection: Connection

    def expect(self, row: HandOverRow) -> None:
        """Store that a dossier has to be handed over."""
        self.connection.execute(insert(hand_over).values(**asdict(row)))

    def of_case(self, tenant: str, case_id: str) -> tuple[HandOverRow, ...]:
        """Return the hand-overs of a case in their order."""
        table = hand_over.c
        found = self.connection.execute(
            select(hand_over)
            .where(table.tenant_id == tenant, table.case_id == case_id)
            .order_by(table.version)
        )
        return tuple(HandOverRow(**row) for row in found.mappings())

    def open(
        self, tenant: str, side: Side, office_id: str, most: int = 200
    ) -> tuple[OnTheWay, ...]:
        """Return what an office has still to give, or to take, those due first."""
        table = hand_over.c
        office = table[side]
        done = table.given_at if side == "from_office" else table.taken_at
        waiting = [table.taken_at.is_(None), done.is_(None)]
        found = self.connection.execute(
            select(hand_over, case.c.code, case.c.applicant)
            .join(
                case,
                (case.c.tenant_id == table.tenant_id) & (case.c.id == table.case_id),
            )
            .where(table.tenant_id == tenant, office == office_id, *waiting)
            .order_by(table.due_on, table.case_id, table.version)
            .limit(most)
        )
        return tuple(_listed(row) for row in found.mappings())

    def sign(
        self,
        tenant: str,
        side: Side,
        office_id: str,
        key: tuple[str, int],
        by: str,
        at: datetime,
    ) -> bool:
        """Write who gave or took a dossier; False when it was written before.

        ``key`` is the case and the version. Only the office of that side may sign.
        """
        table = hand_over.c
        gives = side == "from_office"
        done = table.given_at if gives else table.taken_at
        values = (
            {"given_at": at, "given_by": by}
            if gives
            else {"taken_at": at, "taken_by": by}
        )
        signed = self.connection.execute(
            update(hand_over)
            .where(
                table.tenant_id == tenant,
                table[side] == office_id,
                table.case_id == key[0],
                table.version == key[1],
                done.is_(None),
            )
            .values(**values)
        )
        return signed.rowcount == 1


def _listed(row: RowMapping) -> OnTheWay:
    names: Collection[str] = HandOverRow.__dataclass_fields__
    return OnTheWay(
        HandOverRow(**{name: row[name] for name in names}),
        row["code"],
        row["applicant"],
    )
