"""What was asked of residents and given, teams, and the notes of a helper's visits."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from service.persistence.rows import Json
from service.persistence.sealing import placed
from service.persistence.tables.helping import access_log, help_note, help_request
from service.persistence.tables.people import account, team, team_member
from service.persistence.upsert import put


@dataclass(frozen=True, slots=True)
class HelpRequestRow:
    """Something asked of a resident, in the whole words that were shown.

    ``kind`` is "consent" (then the consent has the same id) or "answer". ``way`` is the
    resident's own act: "session", "code" or "slip"; None while nothing was given.
    ``code_nonce`` tells the code that was sent for just this, ``phone_end`` the end of
    the number that it went to.
    """

    tenant_id: str
    id: str
    kind: str
    matter_id: str
    account_id: str
    resident: str
    body: Json
    version: str
    words: str
    asked_at: datetime
    expires_at: datetime
    slip: str | None = None
    code_nonce: str | None = None
    phone_end: str | None = None
    way: str | None = None
    given_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None

    def is_open(self, now: datetime) -> bool:
        """Return whether the resident may still answer."""
        undecided = self.given_at is None and self.closed_at is None
        return undecided and now < self.expires_at


@dataclass(frozen=True, slots=True)
class HelpNoteRow:
    """Where a helper finds a resident, and the day and place in the row of a visit."""

    tenant_id: str
    account_id: str
    matter_id: str
    hamlet: str
    visit_on: date | None
    place: int


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A community team of a commune."""

    tenant_id: str
    id: str
    name: str
    commune: str | None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A helper in a team, with the name people call him by."""

    account_id: str
    team_id: str
    lead: bool
    since: datetime
    name: str
    display_name: str


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look of a helper at a matter, as the report of the team counts it."""

    at: datetime
    account_id: str
    matter_id: str
    what: str


@dataclass(frozen=True, slots=True)
class Helping:
    """Queries about helping, inside one transaction."""

    connection: Connection

    # --- what is asked of residents -------------------------------------------------

    def add_request(self, row: HelpRequestRow) -> bool:
        """Store what is asked; False when the same request stands already."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "id")}
        return put(self.connection, help_request, key, values, replace=False)

    def request(self, tenant: str, request_id: str) -> HelpRequestRow | None:
        """Return what was asked, held until the end of a writing transaction."""
        found = self.connection.execute(
            select(help_request)
            .where(help_request.c.tenant_id == tenant, help_request.c.id == request_id)
            .with_for_update()
        )
        row = found.mappings().first()
        return HelpRequestRow(**row) if row else None

    def by_slip(self, slip: str) -> HelpRequestRow | None:
        """Return what was asked on the paper with this number."""
        found = self.connection.execute(
            select(help_request).where(help_request.c.slip == slip)
        )
        row = found.mappings().first()
        return HelpRequestRow(**row) if row else None

    def change_request(self, row: HelpRequestRow, **changes: Any) -> None:  # noqa: ANN401  columns
        """Change columns of a request."""
        self.connection.execute(
            update(help_request)
            .where(help_request.c.tenant_id == row.tenant_id)
            .where(help_request.c.id == row.id)
            .values(placed(help_request, changes, asdict(row)))
        )

    def requests(
        self,
        tenant: str,
        *,
        matter_id: str | None = None,
        account_id: str | None = None,
        since: datetime | None = None,
    ) -> tuple[HelpRequestRow, ...]:
        """Return what was asked about a matter or by a helper, newest first."""
        query = select(help_request).where(help_request.c.tenant_id == tenant)
        if matter_id is not None:
            query = query.where(help_request.c.matter_id == matter_id)
        if account_id is not None:
            query = query.where(help_request.c.account_id == account_id)
        if since is not None:
            query = query.where(help_request.c.asked_at >= since)
        found = self.connection.execute(query.order_by(help_request.c.asked_at.desc()))
        return tuple(HelpRequestRow(**row) for row in found.mappings())

    # --- visits ---------------------------------------------------------------------

    def put_note(self, row: HelpNoteRow) -> None:
        """Store the note of a helper on a matter, or change it."""
        values = asdict(row)
        names = ("tenant_id", "account_id", "matter_id")
        key = {name: values.pop(name) for name in names}
        put(self.connection, help_note, key, values)

    def notes(self, tenant: str, account_id: str) -> dict[str, HelpNoteRow]:
        """Return the notes of a helper by matter."""
        found = self.connection.execute(
            select(help_note).where(
                help_note.c.tenant_id == tenant, help_note.c.account_id == account_id
            )
        )
        rows = (HelpNoteRow(**row) for row in found.mappings())
        return {row.matter_id: row for row in rows}

    # --- teams ----------------------------------------------------------------------

    def put_team(self, row: TeamRow) -> None:
        """Store a team, or change it."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "id")}
        put(self.connection, team, key, values)

    def teams(self, tenant: str) -> tuple[TeamRow, ...]:
        """Return the teams of a province."""
        found = self.connection.execute(
            select(team).where(team.c.tenant_id == tenant).order_by(team.c.name)
        )
        return tuple(TeamRow(**row) for row in found.mappings())

    def put_member(
        self, tenant: str, account_id: str, team_id: str, *, lead: bool, at: datetime
    ) -> None:
        """Take a helper into a team; he leaves the one he was in."""
        put(
            self.connection,
            team_member,
            {"tenant_id": tenant, "account_id": account_id},
            {"team_id": team_id, "lead": lead, "since": at},
        )

    def members(self, tenant: str) -> tuple[MemberRow, ...]:
        """Return all members of all teams, by name."""
        found = self.connection.execute(
            select(
                team_member.c.account_id,
                team_member.c.team_id,
                team_member.c.lead,
                team_member.c.since,
                account.c.name,
                account.c.display_name,
            )
            .join(
                account,
                (account.c.tenant_id == team_member.c.tenant_id)
                & (account.c.id == team_member.c.account_id),
            )
            .where(team_member.c.tenant_id == tenant)
            .order_by(account.c.display_name)
        )
        return tuple(MemberRow(**row) for row in found.mappings())

    def member(self, tenant: str, account_id: str | None) -> MemberRow | None:
        """Return the membership of a helper, None when he is in no team."""
        rows = self.members(tenant)
        return next((row for row in rows if row.account_id == account_id), None)

    def looks(
        self, tenant: str, account_id: str, since: datetime
    ) -> tuple[LookRow, ...]:
        """Return how a helper looked at matters since an instant, oldest first."""
        columns = access_log.c
        found = self.connection.execute(
            select(columns.at, columns.account_id, columns.matter_id, columns.what)
            .where(columns.tenant_id == tenant, columns.account_id == account_id)
            .where(columns.at >= since)
            .order_by(columns.at)
        )
        return tuple(LookRow(*row) for row in found)
