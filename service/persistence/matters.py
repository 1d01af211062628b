"""Matters and their ledger of facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from service.persistence.rows import FactRow, MatterRow, columns_of
from service.persistence.sealing import placed
from service.persistence.tables.law import package_edition
from service.persistence.tables.matters import condition_met, fact, matter
from service.persistence.upsert import put

_BY_CODE = select(matter).where(matter.c.code == bindparam("code"))
_BY_ID = select(matter).where(
    matter.c.tenant_id == bindparam("tenant"), matter.c.id == bindparam("id")
)
_FACT_COLUMNS = [fact.c[item.name] for item in fields(FactRow)]
_FACTS = (
    select(*_FACT_COLUMNS)
    .where(fact.c.tenant_id == bindparam("tenant"))
    .where(fact.c.matter_id == bindparam("matter_id"))
    .order_by(fact.c.seq)
)
_LAST_FACT = select(func.max(fact.c.seq)).where(
    fact.c.tenant_id == bindparam("tenant"), fact.c.matter_id == bindparam("matter_id")
)
_ADD_FACT = insert(fact)
_CONDITIONS = select(condition_met.c.condition, condition_met.c.holds).where(
    condition_met.c.tenant_id == bindparam("tenant"),
    condition_met.c.matter_id == bindparam("matter_id"),
)


@dataclass(frozen=True, slots=True)
class Matters:
    """Queries about matters, inside one transaction."""

    connection: Connection

    def add(self, row: MatterRow) -> None:
        """Store a new matter."""
        self.connection.execute(insert(matter), columns_of(row))

    def by_code(self, code: str) -> MatterRow | None:
        """Return the matter with the tracking code."""
        found = self.connection.execute(_BY_CODE, {"code": code}).mappings().first()
        return MatterRow(**found) if found else None

    def by_id(self, tenant: str, matter_id: str) -> MatterRow:
        """Return the matter; it must exist."""
        found = self.connection.execute(_BY_ID, {"tenant": tenant, "id": matter_id})
        return MatterRow(**found.mappings().one())

    def locked(self, tenant: str, matter_id: str) -> MatterRow:
        """Return the matter and keep others from changing it until the end."""
        found = self.connection.execute(
            _BY_ID.with_for_update(), {"tenant": tenant, "id": matter_id}
        )
        return MatterRow(**found.mappings().one())

    def touch(self, row: MatterRow, **changes: Any) -> None:  # noqa: ANN401  columns
        """Change columns of a matter and count its version up."""
        self.connection.execute(
            update(matter)
            .where(matter.c.tenant_id == row.tenant_id, matter.c.id == row.id)
            .values(version=matter.c.version + 1, **changes)
        )

    def facts(self, tenant: str, matter_id: str) -> tuple[FactRow, ...]:
        """Return the whole ledger of a matter, oldest first."""
        found = self.connection.execute(
            _FACTS, {"tenant": tenant, "matter_id": matter_id}
        )
        return tuple(FactRow(*row) for row in found)

    def add_facts(
        self, tenant: str, matter_id: str, rows: Iterable[Mapping[str, Any]]
    ) -> None:
        """Append statements; their numbers follow the last one of the matter."""
        told = list(rows)
        if not told:
            return
        last = self.connection.execute(
            _LAST_FACT, {"tenant": tenant, "matter_id": matter_id}
        ).scalar()
        place = {"tenant_id": tenant, "matter_id": matter_id}
        values = [
            {"on_behalf_of": None, "detail": None, "case_id": None}
            | dict(row)
            | place
            | {"seq": number}
            for number, row in enumerate(told, start=(last or 0) + 1)
        ]
        self.connection.execute(_ADD_FACT, [placed(fact, row) for row in values])

    def conditions(self, tenant: str, matter_id: str) -> dict[str, bool]:
        """Return the conditions that cases of the matter established or ended."""
        found = self.connection.execute(
            _CONDITIONS, {"tenant": tenant, "matter_id": matter_id}
        )
        return {row.condition: row.holds for row in found}

    def set_condition(
        self,
        tenant: str,
        matter_id: str,
        condition: str,
        **values: Any,  # noqa: ANN401
    ) -> None:
        """Say that a condition holds from now on, or no longer does."""
        key = {"tenant_id": tenant, "matter_id": matter_id, "condition": condition}
        put(self.connection, condition_met, key, values)

    def keep_edition(
        self, tenant: str, digest: str, package_id: str, body: str, at: datetime
    ) -> None:
        """Store the edition that a case pins, once; it is never changed."""
        key = {"tenant_id": tenant, "digest": digest}
        put(
            self.connection,
            package_edition,
            key,
            {"package_id": package_id, "body": body, "stored_at": at},
            replace=False,
        )

    def has_edition(self, tenant: str, digest: str) -> bool:
        """Return whether the edition is stored already."""
        found = self.connection.execute(
            select(package_edition.c.digest).where(
                package_edition.c.tenant_id == tenant,
                package_edition.c.digest == digest,
            )
        )
        return found.first() is not None

    def editions_of(self, name: str) -> frozenset[str]:
        """Return the stored editions of a package, or the one with the digest."""
        table = package_edition.c
        found = self.connection.execute(
            select(table.digest).where(
                or_(table.package_id == name, table.digest == name)
            )
        )
        return frozenset(found.scalars())

    def edition_body(self, digest: str) -> str | None:
        """Return the stored JSON of an edition, whoever stored it."""
        found = self.connection.execute(
            select(package_edition.c.body)
            .where(package_edition.c.digest == digest)
            .limit(1)
        )
        return found.scalar()
