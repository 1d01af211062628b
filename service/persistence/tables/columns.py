"""What columns of all tables share: the key of the province, instants, JSON."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    MetaData,
    String,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# A JSON null in a column would be a third kind of nothing: None is SQL NULL.
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; SQLite has no time zones, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Refuse a naive instant; SQLite gets UTC without the zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Return an aware instant in UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


def tenant_column() -> Column[str]:
    """Return the province to which a row belongs, the first part of each key."""
    return Column("tenant_id", String(8), primary_key=True)


def key_column(name: str) -> Column[str]:
    """Return an id that is a part of the key."""
    return Column(name, String(64), primary_key=True)


def of_matter() -> ForeignKeyConstraint:
    """Bind ``matter_id`` to a matter of the same province."""
    return ForeignKeyConstraint(
        ["tenant_id", "matter_id"], ["matter.tenant_id", "matter.id"]
    )


def of_case() -> ForeignKeyConstraint:
    """Bind ``case_id`` to a case of the same province."""
    return ForeignKeyConstraint(["tenant_id", "case_id"], ["case.tenant_id", "case.id"])
