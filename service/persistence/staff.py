"""How staff sign in: second factor, recovery codes, old passwords, half sign-ins."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from service.persistence.rows import AccountRow, SessionRow
from service.persistence.tables.people import account, session
from service.persistence.tables.staff import (
    half_sign_in,
    old_password,
    recovery_code,
    staff_access,
)
from service.persistence.upsert import put


def key_place(account_id: str) -> str:
    """Return for which place the key of an account's device is sealed."""
    return f"staff_access:key:{account_id}"


@dataclass(frozen=True, slots=True)
class StaffRow:
    """What is known of an account besides who it is.

    ``reviewed_at`` is the day from which the term of the next review runs; nobody
    looked the account over yet while ``reviewed_by`` is None.
    ``key`` is the sealed key of the device that shows codes. ``last_step`` is the
    newest step of time whose code was taken. ``reset_*``: an administrator asked that
    the second factor be taken away, and another one has to agree.
    """

    tenant_id: str
    account_id: str
    counted_from: datetime
    reviewed_at: datetime
    password_at: datetime | None = None
    must_change: bool = False
    key: bytes | None = None
    key_since: datetime | None = None
    last_step: int = 0
    reviewed_by: str | None = None
    reset_at: datetime | None = None
    reset_by: str | None = None
    reset_reason: str | None = None


@dataclass(frozen=True, slots=True)
class HalfRow:
    """Somebody whose password was right; ``proved``: the second factor was too."""

    tenant_id: str
    token_hash: str
    account_id: str
    proved: bool
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class RecoveryRow:
    """A recovery code that was not used yet."""

    mark: str
    code_hash: str


@dataclass(frozen=True, slots=True)
class Staff:
    """Queries about how staff sign in, inside one transaction."""

    connection: Connection

    # --- what is known of an account --------------------------------------------------

    def of(self, tenant: str, account_id: str) -> StaffRow | None:
        """Return what is known of an account; None for one of an older release."""
        found = self.connection.execute(
            select(staff_access).where(*_of(staff_access, tenant, account_id))
        )
        row = found.mappings().first()
        return StaffRow(**row) if row else None

    def many(self, tenant: str, account_ids: Collection[str]) -> Mapping[str, StaffRow]:
        """Return what is known of each of some accounts."""
        found = self.connection.execute(
            select(staff_access).where(
                staff_access.c.tenant_id == tenant,
                staff_access.c.account_id.in_(account_ids),
            )
        )
        return {row["account_id"]: StaffRow(**row) for row in found.mappings()}

    def know(self, row: StaffRow) -> bool:
        """Begin to know an account; False when it is known."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "account_id")}
        return put(self.connection, staff_access, key, values, replace=False)

    def change(self, tenant: str, account_id: str, **values: Any) -> None:  # noqa: ANN401  columns
        """Change what is known of an account."""
        self.connection.execute(
            update(staff_access)
            .where(*_of(staff_access, tenant, account_id))
            .values(values)
        )

    def take_step(self, tenant: str, account_id: str, step: int) -> bool:
        """Take the code of a step of time; False when it or a later one was taken."""
        taken = self.connection.execute(
            update(staff_access)
            .where(*_of(staff_access, tenant, account_id))
            .where(staff_access.c.last_step < step)
            .values(last_step=step)
        )
        return taken.rowcount > 0

    def idle(self, tenant: str, before: datetime, most: int) -> tuple[AccountRow, ...]:
        """Return open accounts that nobody used since, and that are known so long."""
        found = self.connection.execute(
            select(account)
            .join(staff_access, _joined())
            .where(account.c.tenant_id == tenant, account.c.disabled_at.is_(None))
            .where(staff_access.c.counted_from < before)
            .where(
                func.coalesce(account.c.last_used_at, staff_access.c.counted_from)
                < before
            )
            .order_by(account.c.id)
            .limit(most)
        )
        return tuple(AccountRow(**row) for row in found.mappings())

    def lock(self, tenant: str, account_id: str, at: datetime) -> bool:
        """Lock an account; False when somebody else did."""
        locked = self.connection.execute(
            update(account)
            .where(account.c.tenant_id == tenant, account.c.id == account_id)
            .where(account.c.disabled_at.is_(None))
            .values(disabled_at=at)
        )
        return locked.rowcount > 0

    def administrators(self, tenant: str, but: Collection[str]) -> int:
        """Return how many others may administer the province."""
        found = self.connection.execute(
            select(func.count())
            .select_from(account)
            .where(account.c.tenant_id == tenant, account.c.kind == "administrator")
            .where(account.c.disabled_at.is_(None), account.c.id.not_in(but))
        )
        return int(found.scalar_one())

    def unknown(self, tenant: str, most: int) -> tuple[str, ...]:
        """Return accounts of which nothing is known yet: those of an older release."""
        found = self.connection.execute(
            select(account.c.id)
            .join(staff_access, _joined(), isouter=True)
            .where(account.c.tenant_id == tenant)
            .where(staff_access.c.account_id.is_(None))
            .order_by(account.c.id)
            .limit(most)
        )
        return tuple(found.scalars())

    def unreviewed(self, tenant: str, before: datetime) -> int:
        """Return how many open accounts nobody has looked over since."""
        found = self.connection.execute(
            select(func.count())
            .select_from(account)
            .join(staff_access, _joined())
            .where(account.c.tenant_id == tenant, account.c.disabled_at.is_(None))
            .where(staff_access.c.tenant_id == tenant)
            .where(staff_access.c.reviewed_at < before)
        )
        return int(found.scalar_one())

    # --- recovery codes, old passwords ------------------------------------------------

    def put_codes(
        self, tenant: str, account_id: str, codes: Collection[RecoveryRow]
    ) -> None:
        """Store recovery codes in the place of those that there were."""
        self.connection.execute(
            delete(recovery_code).where(*_of(recovery_code, tenant, account_id))
        )
        told = {"tenant_id": tenant, "account_id": account_id}
        for code in codes:
            self.connection.execute(insert(recovery_code), told | asdict(code))

    def codes(self, tenant: str, account_id: str) -> tuple[RecoveryRow, ...]:
        """Return the recovery codes that were not used."""
        found = self.connection.execute(
            select(recovery_code.c.mark, recovery_code.c.code_hash)
            .where(*_of(recovery_code, tenant, account_id))
            .where(recovery_code.c.used_at.is_(None))
            .order_by(recovery_code.c.mark)
        )
        return tuple(RecoveryRow(*row) for row in found)

    def use_code(self, tenant: str, account_id: str, mark: str, at: datetime) -> bool:
        """Use a recovery code up; False when somebody did before."""
        used = self.connection.execute(
            update(recovery_code)
            .where(*_of(recovery_code, tenant, account_id))
            .where(recovery_code.c.mark == mark, recovery_code.c.used_at.is_(None))
            .values(used_at=at)
        )
        return used.rowcount > 0

    def keep_password(
        self, tenant: str, account_id: str, password_hash: str, at: datetime
    ) -> None:
        """Remember a password that was replaced."""
        key = {"tenant_id": tenant, "account_id": account_id, "at": at}
        put(self.connection, old_password, key, {"password_hash": password_hash})

    def old_passwords(self, tenant: str, account_id: str, most: int) -> tuple[str, ...]:
        """Return the hashes of replaced passwords, newest first."""
        found = self.connection.execute(
            select(old_password.c.password_hash)
            .where(*_of(old_password, tenant, account_id))
            .order_by(old_password.c.at.desc())
            .limit(most)
        )
        return tuple(found.scalars())

    # --- between password and desk ----------------------------------------------------

    def add_half(self, row: HalfRow, now: datetime) -> None:
        """Remember who gave the right password; those that ran out are forgotten."""
        self.connection.execute(
            delete(half_sign_in).where(half_sign_in.c.ends_at <= now)
        )
        self.connection.execute(insert(half_sign_in), asdict(row))

    def half(self, tenant: str, token_hash: str) -> HalfRow | None:
        """Return the half sign-in of a token."""
        found = self.connection.execute(
            select(half_sign_in).where(
                half_sign_in.c.tenant_id == tenant,
                half_sign_in.c.token_hash == token_hash,
            )
        )
        row = found.mappings().first()
        return HalfRow(**row) if row else None

    def drop_half(self, tenant: str, token_hash: str) -> None:
        """Forget a half sign-in."""
        self.connection.execute(
            delete(half_sign_in).where(
                half_sign_in.c.tenant_id == tenant,
                half_sign_in.c.token_hash == token_hash,
            )
        )

    def drop_halves(self, tenant: str, account_id: str) -> None:
        """Forget every half sign-in with an account."""
        self.connection.execute(
            delete(half_sign_in).where(*_of(half_sign_in, tenant, account_id))
        )

    def drop_every_half(self, tenant: str) -> None:
        """Forget every half sign-in of everybody."""
        self.connection.execute(
            delete(half_sign_in).where(half_sign_in.c.tenant_id == tenant)
        )

    # --- open sessions ----------------------------------------------------------------

    def sessions(self, tenant: str, account_id: str) -> tuple[SessionRow, ...]:
        """Return the sign-ins with an account that were not ended, newest first."""
        found = self.connection.execute(
            select(session)
            .where(*_of(session, tenant, account_id))
            .order_by(session.c.created_at.desc(), session.c.token_hash)
        )
        return tuple(SessionRow(**row) for row in found.mappings())


def _of(table: Any, tenant: str, account_id: str) -> tuple[Any, Any]:  # noqa: ANN401  a table
    return table.c.tenant_id == tenant, table.c.account_id == account_id


def _joined() -> Any:  # noqa: ANN401  a condition
    return (staff_access.c.tenant_id == account.c.tenant_id) & (
        staff_access.c.account_id == account.c.id
    )
