"""Who signed in elsewhere, which matters are linked to her, and phones to follow by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    delete,
    exists,
    select,
    update,
)

from service.persistence.contacts import address_index
from service.persistence.holds import not_held
from service.persistence.rows import MatterRow
from service.persistence.sealing import placed
from service.persistence.tables.identity import (
    account_identity,
    identity,
    identity_matter,
    phone_ask,
    sign_in_flow,
)
from service.persistence.tables.matters import matter
from service.persistence.tables.messages import contact
from service.persistence.tables.people import session
from service.persistence.upsert import put

_MOST = 100  # matters of one person that are listed


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A sign-in elsewhere that is under way; ``matter_code`` is to be linked by it."""

    tenant_id: str
    state_hash: str
    visit_hash: str
    nonce: str
    verifier: str
    door: str
    matter_code: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """A person as the provider last told of her."""

    tenant_id: str
    id: str
    issuer: str
    subject: str
    full_name: str
    person_id: str | None
    birth_date: date | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class LinkedIdentity:
    """An identity that opens a matter, and since when."""

    id: str
    full_name: str
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class AccountIdentityRow:
    """The person who may sign in to an account by her identity."""

    tenant_id: str
    account_id: str
    person_hash: str
    ends_with: str
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class PhoneAskRow:
    """A phone typed to follow by it; ``about`` is the matter whose code was sent."""

    tenant_id: str
    visit_hash: str
    phone: str
    nonce: str
    about: str
    made_at: datetime
    ends_at: datetime
    sent_at: datetime | None
    tries: int
    proved_at: datetime | None


def _split(row: Any, *names: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:  # noqa: ANN401  a row
    values = asdict(row)
    return {name: values.pop(name) for name in ("tenant_id", *names)}, values


def _over(
    now: datetime, unseen_since: datetime
) -> tuple[tuple[Table, ColumnElement[bool]], ...]:
    """Return each table with what in it has had its time."""
    return (
        (sign_in_flow, sign_in_flow.c.ends_at <= now),
        (phone_ask, phone_ask.c.ends_at <= now),
        (identity, (identity.c.seen_at <= unseen_since) & ~_of_held(now)),
    )


def _of_held(now: datetime) -> ColumnElement[bool]:
    """Return what tells the people one of whose matters is under a hold."""
    return exists().where(
        identity_matter.c.tenant_id == identity.c.tenant_id,
        identity_matter.c.identity_id == identity.c.id,
        ~not_held(identity_matter, now.date()),
    )


@dataclass(frozen=True, slots=True)
class Identities:
    """Queries about sign-in elsewhere, inside one transaction."""

    connection: Connection

    # --- sign-ins under way -----------------------------------------------------------

    def begin(self, row: FlowRow, now: datetime) -> None:
        """Remember a sign-in until the person comes back; old ones are forgotten."""
        self.connection.execute(
            delete(sign_in_flow).where(sign_in_flow.c.ends_at <= now)
        )
        put(self.connection, sign_in_flow, *_split(row, "state_hash"))

    def take(self, tenant: str, state_hash: str) -> FlowRow | None:
        """Return the sign-in of a state and forget it: nobody gets it twice."""
        found = self.connection.execute(
            delete(sign_in_flow)
            .where(sign_in_flow.c.tenant_id == tenant)
            .where(sign_in_flow.c.state_hash == state_hash)
            .returning(*sign_in_flow.c)
        )
        row = found.mappings().first()
        return FlowRow(**row) if row else None

    # --- people -----------------------------------------------------------------------

    def come(self, row: IdentityRow) -> str:
        """Store who came, as the provider tells it now; return her lasting id."""
        key, values = _split(row, "issuer", "subject")
        put(self.connection, identity, key, values, replace=False)
        told = {name: value for name, value in values.items() if name != "id"}
        known = self.connection.execute(
            update(identity)
            .where(identity.c.tenant_id == row.tenant_id)
            .where(identity.c.issuer == row.issuer)
            .where(identity.c.subject == row.subject)
            .values(placed(identity, told, key))
            .returning(identity.c.id)
        )
        return str(known.scalar_one())

    def by_id(self, tenant: str, identity_id: str) -> IdentityRow | None:
        """Return who she is; None after she had herself forgotten."""
        found = self.connection.execute(
            select(identity).where(
                identity.c.tenant_id == tenant, identity.c.id == identity_id
            )
        )
        row = found.mappings().first()
        return IdentityRow(**row) if row else None

    def forget(self, tenant: str, identity_id: str) -> None:
        """Forget a person with her links and sign-ins; her matters stay."""
        for table, column in (
            (identity_matter, identity_matter.c.identity_id),
            (session, session.c.identity_id),
            (identity, identity.c.id),
        ):
            self.connection.execute(
                delete(table).where(table.c.tenant_id == tenant, column == identity_id)
            )

    # --- what has had its time --------------------------------------------------------

    def anything_over(self, now: datetime, unseen_since: datetime) -> bool:
        """Return whether a sign-in, a phone or a person has had its time."""
        return any(
            self.connection.execute(
                select(table.c.tenant_id).where(over).limit(1)
            ).first()
            for table, over in _over(now, unseen_since)
        )

    def forget_over(self, now: datetime, unseen_since: datetime) -> int:
        """Delete what has had its time; return how many rows that were.

        With a person go the links to her matters and what is left of her sign-ins.
        """
        gone = 0
        for table, over in _over(now, unseen_since):
            if table is identity:
                for row in self.connection.execute(
                    select(identity.c.tenant_id, identity.c.id).where(over)
                ).all():
                    self.forget(*row)
                    gone += 1
            else:
                gone += self.connection.execute(delete(table).where(over)).rowcount
        return gone

    # --- her matters ------------------------------------------------------------------

    def link(self, tenant: str, identity_id: str, matter_id: str, at: datetime) -> bool:
        """Link a matter to a person; False when it was before."""
        key = {
            "tenant_id": tenant,
            "identity_id": identity_id,
            "matter_id": matter_id,
        }
        return put(
            self.connection, identity_matter, key, {"linked_at": at}, replace=False
        )

    def unlink(
        self, tenant: str, matter_id: str, identity_id: str | None = None
    ) -> None:
        """Take links of a matter away, of one person or of all, and shut it there."""
        for table in (identity_matter, session):
            chosen = [table.c.tenant_id == tenant, table.c.matter_id == matter_id]
            if identity_id is None:
                chosen.append(table.c.identity_id.is_not(None))
            else:
                chosen.append(table.c.identity_id == identity_id)
            statement = (
                delete(table)
                if table is identity_matter
                else update(table).values(matter_id=None)
            )
            self.connection.execute(statement.where(*chosen))

    def matters_of(self, tenant: str, identity_id: str) -> tuple[MatterRow, ...]:
        """Return the matters of a person, linked last first; at most a hundred."""
        found = self.connection.execute(
            select(matter)
            .join(
                identity_matter,
                (identity_matter.c.tenant_id == matter.c.tenant_id)
                & (identity_matter.c.matter_id == matter.c.id),
            )
            .where(identity_matter.c.tenant_id == tenant)
            .where(identity_matter.c.identity_id == identity_id)
            .order_by(identity_matter.c.linked_at.desc(), matter.c.id)
            .limit(_MOST)
        )
        return tuple(MatterRow(**row) for row in found.mappings())

    def linked_to(self, tenant: str, matter_id: str) -> tuple[LinkedIdentity, ...]:
        """Return whom a matter is linked to, first linked first."""
        found = self.connection.execute(
            select(identity.c.id, identity.c.full_name, identity_matter.c.linked_at)
            .join(
                identity_matter,
                (identity_matter.c.tenant_id == identity.c.tenant_id)
                & (identity_matter.c.identity_id == identity.c.id),
            )
            .where(identity_matter.c.tenant_id == tenant)
            .where(identity_matter.c.matter_id == matter_id)
            .order_by(identity_matter.c.linked_at, identity.c.id)
        )
        return tuple(LinkedIdentity(*row) for row in found)

    # --- staff ------------------------------------------------------------------------

    def link_account(self, row: AccountIdentityRow) -> bool:
        """Let a person sign in to an account; False when she does to another one."""
        held = self.connection.execute(
            select(account_identity.c.account_id).where(
                account_identity.c.tenant_id == row.tenant_id,
                account_identity.c.person_hash == row.person_hash,
            )
        ).scalar()
        if held not in {None, row.account_id}:
            return False
        put(self.connection, account_identity, *_split(row, "account_id"))
        return True

    def unlink_account(self, tenant: str, account_id: str) -> None:
        """Leave an account its password only."""
        self.connection.execute(
            delete(account_identity).where(
                account_identity.c.tenant_id == tenant,
                account_identity.c.account_id == account_id,
            )
        )

    def of_account(self, tenant: str, account_id: str) -> AccountIdentityRow | None:
        """Return who may sign in to an account by her identity."""
        return self._account_identity(tenant, account_identity.c.account_id, account_id)

    def account_of(self, tenant: str, person_hash: str) -> AccountIdentityRow | None:
        """Return the account that a person may sign in to."""
        return self._account_identity(
            tenant, account_identity.c.person_hash, person_hash
        )

    def _account_identity(
        self,
        tenant: str,
        column: Any,  # noqa: ANN401  a column
        value: str,
    ) -> AccountIdentityRow | None:
        found = self.connection.execute(
            select(account_identity).where(
                account_identity.c.tenant_id == tenant, column == value
            )
        )
        row = found.mappings().first()
        return AccountIdentityRow(**row) if row else None

    # --- phones -----------------------------------------------------------------------

    def ask_phone(self, row: PhoneAskRow) -> None:
        """Remember the phone that a visitor typed; it takes the place of one before."""
        self.connection.execute(
            delete(phone_ask).where(phone_ask.c.ends_at <= row.made_at)
        )
        put(self.connection, phone_ask, *_split(row, "visit_hash"))

    def phone_asked(self, tenant: str, visit_hash: str) -> PhoneAskRow | None:
        """Return what a visitor asked, held until the end."""
        found = self.connection.execute(
            select(phone_ask)
            .where(phone_ask.c.tenant_id == tenant)
            .where(phone_ask.c.visit_hash == visit_hash)
            .with_for_update()
        )
        row = found.mappings().first()
        return PhoneAskRow(**row) if row else None

    def change_ask(self, row: PhoneAskRow, **changes: Any) -> None:  # noqa: ANN401  columns
        """Say what became of what was asked; nothing when it was asked anew."""
        self.connection.execute(
            update(phone_ask)
            .where(phone_ask.c.tenant_id == row.tenant_id)
            .where(phone_ask.c.visit_hash == row.visit_hash)
            .where(phone_ask.c.nonce == row.nonce)
            .values(**changes)
        )

    def drop_ask(self, tenant: str, visit_hash: str) -> None:
        """Forget what a visitor asked."""
        self.connection.execute(
            delete(phone_ask).where(
                phone_ask.c.tenant_id == tenant, phone_ask.c.visit_hash == visit_hash
            )
        )

    def unsent_asks(self, now: datetime) -> tuple[PhoneAskRow, ...]:
        """Return phones to which a code may have to be sent, oldest first."""
        found = self.connection.execute(
            select(phone_ask)
            .where(phone_ask.c.ends_at > now, phone_ask.c.sent_at.is_(None))
            .order_by(phone_ask.c.ends_at, phone_ask.c.visit_hash)
            .limit(50)
        )
        return tuple(PhoneAskRow(**row) for row in found.mappings())

    def matters_by_phone(
        self, tenant: str, phone: str
    ) -> tuple[tuple[MatterRow, str], ...]:
        """Return matters with a confirmed contact of this phone, and its channel."""
        found_by = address_index(self.connection, phone)
        found = self.connection.execute(
            select(matter, contact.c.channel)
            .join(
                contact,
                (contact.c.tenant_id == matter.c.tenant_id)
                & (contact.c.matter_id == matter.c.id),
            )
            .where(contact.c.tenant_id == tenant, contact.c.address_index == found_by)
            .where(contact.c.confirmed_at.is_not(None), contact.c.ended_at.is_(None))
            .order_by(matter.c.opened_at.desc(), matter.c.id, contact.c.id)
            .limit(_MOST)
        )
        return tuple((MatterRow(*row[:-1]), str(row[-1])) for row in found)
