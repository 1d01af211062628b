"""People whom a citizen chose to keep, each under a code and a number of its own."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from service.persistence.rows import Json
from service.persistence.tables.matters import profile
from service.persistence.upsert import put


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A kept person; ``fields`` are facts by bare name, as JSON values."""

    tenant_id: str
    id: str
    code: str
    pin_hash: str
    matter_id: str
    fields: Json
    kept_at: datetime
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Profiles:
    """Queries about kept people, inside one transaction."""

    connection: Connection

    def add(self, row: ProfileRow) -> bool:
        """Store a person; False when the same act stored it already."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "id")}
        return put(self.connection, profile, key, values, replace=False)

    def by_code(self, code: str) -> ProfileRow | None:
        """Return the person kept under a code."""
        found = self.connection.execute(select(profile).where(profile.c.code == code))
        row = found.mappings().first()
        return ProfileRow(**row) if row else None

    def of_matter(self, tenant: str, matter_id: str) -> tuple[ProfileRow, ...]:
        """Return the people that were kept from a matter, newest first."""
        found = self.connection.execute(
            select(profile)
            .where(profile.c.tenant_id == tenant, profile.c.matter_id == matter_id)
            .order_by(profile.c.kept_at.desc(), profile.c.id)
        )
        return tuple(ProfileRow(**row) for row in found.mappings())

    def use(self, row: ProfileRow, at: datetime) -> None:
        """Remember when somebody was last taken into a matter."""
        self.connection.execute(
            update(profile)
            .where(profile.c.tenant_id == row.tenant_id, profile.c.id == row.id)
            .values(last_used_at=at)
        )

    def drop(self, tenant: str, profile_id: str) -> None:
        """Forget a person."""
        self.connection.execute(
            delete(profile).where(
                profile.c.tenant_id == tenant, profile.c.id == profile_id
            )
        )
