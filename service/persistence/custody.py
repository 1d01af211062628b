"""What proves and keeps: heads of the audit, lists taken out, holds, oddities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime

from sqlalchemy import (
    Connection,
    Integer,
    and_,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from service.persistence.audit import FIRST, digest, summed
from service.persistence.rows import MoveRow
from service.persistence.tables.cases import case, case_move
from service.persistence.tables.custody import audit_head, audit_link, data_taken
from service.persistence.tables.exchange import exchange, exchange_head
from service.persistence.tables.helping import access_log
from service.persistence.tables.matters import fact, matter
from service.persistence.tables.people import admin_log
from service.persistence.upsert import put

# Links of the log of administrators and of offices, apart from the ids of cases.
ADMIN_LOG, OFFICE_LOG = "admin_log/", "exchange/"
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class LinkRow:
    """How far one chain had come when a head was made, chained to the link before."""

    tenant_id: str
    n: int
    chain: str
    seq: int
    hash: str
    link: str

    def follows(self, before: str) -> bool:
        """Return whether it is what was written after the link before."""
        return self.link == link_of(before, self.chain, self.seq, self.hash)


@dataclass(frozen=True, slots=True)
class HeadRow:
    """The head of a day: as it was signed (``words``), and where it was sent."""

    tenant_id: str
    day: date
    began_at: datetime
    ended_at: datetime | None = None
    links: int | None = None
    words: str | None = None
    key: str | None = None
    sent: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None


@dataclass(frozen=True, slots=True)
class SeenRow:
    """One look of an account at a matter, or at one of its cases."""

    at: datetime
    what: str
    matter_id: str
    case_id: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class TakenRow:
    """A list of cases that left the service as a file: by whom, by which wish."""

    tenant_id: str
    at: datetime
    who: str
    account_id: str | None
    office_id: str | None
    what: str
    rows: int
    about: str
    cases: Sequence[str]


def link_of(before: str, chain: str, seq: int, hash_: str) -> str:
    """Return the sum of a link: over the one before it and what it says."""
    return summed(before, f"{chain}|{seq}", hash_)


_LINK = [audit_link.c[item.name] for item in fields(LinkRow)]
_SEEN = [access_log.c[item.name] for item in fields(SeenRow)]
_TAKEN = [data_taken.c[item.name] for item in fields(TakenRow)]
_HEAD = [audit_head.c[item.name] for item in fields(HeadRow)]


@dataclass(frozen=True, slots=True)
class Custody:
    """Queries about what proves and keeps, inside one transaction."""

    connection: Connection

    # --- heads of the audit -----------------------------------------------------------

    def head(self, tenant: str, day: date) -> HeadRow | None:
        """Return the head of a day, also one that was only begun."""
        found = self.connection.execute(
            select(*_HEAD).where(
                audit_head.c.tenant_id == tenant, audit_head.c.day == day
            )
        ).first()
        return HeadRow(*found) if found else None

    def heads(self, tenant: str, most: int) -> tuple[HeadRow, ...]:
        """Return the last heads, the newest first."""
        found = self.connection.execute(
            select(*_HEAD)
            .where(audit_head.c.tenant_id == tenant)
            .order_by(audit_head.c.day.desc())
            .limit(most)
        )
        return tuple(HeadRow(*row) for row in found)

    def begin_head(self, row: HeadRow) -> bool:
        """Begin the head of a day; False when somebody did already."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "day")}
        return put(self.connection, audit_head, key, values, replace=False)

    def end_head(self, row: HeadRow) -> None:
        """Write down how it ended, or where else it was sent."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "day")}
        put(self.connection, audit_head, key, values)

    def last_link(self, tenant: str) -> tuple[int, str]:
        """Return the number of links and the sum of the last one."""
        found = self.connection.execute(
            select(audit_link.c.n, audit_link.c.link)
            .where(audit_link.c.tenant_id == tenant)
            .order_by(audit_link.c.n.desc())
            .limit(1)
        ).first()
        return (found.n, found.link) if found else (0, FIRST)

    def links(self, tenant: str) -> Iterator[LinkRow]:
        """Yield all links in their order, some at a time."""
        after = 0
        while True:
            found = self.connection.execute(
                select(*_LINK)
                .where(audit_link.c.tenant_id == tenant, audit_link.c.n > after)
                .order_by(audit_link.c.n)
                .limit(_BATCH)
            ).all()
            if not found:
                return
            yield from (LinkRow(*row) for row in found)
            after = found[-1].n

    def link_at(self, tenant: str, n: int) -> str | None:
        """Return the sum of a link; before the first there is a known one."""
        if n == 0:
            return FIRST
        found = self.connection.execute(
            select(audit_link.c.link).where(
                audit_link.c.tenant_id == tenant, audit_link.c.n == n
            )
        )
        return found.scalar()

    def last_of_administrators(self, tenant: str) -> str | None:
        """Return the chain of the newest link to the log of administrators."""
        found = self.connection.execute(
            select(func.max(audit_link.c.chain))
            .where(audit_link.c.tenant_id == tenant)
            .where(audit_link.c.chain.startswith(ADMIN_LOG, autoescape=True))
        )
        return found.scalar()

    def add_links(self, rows: list[LinkRow]) -> None:
        """Store links; the database lets none of them be changed."""
        for start in range(0, len(rows), _BATCH):
            told = [asdict(row) for row in rows[start : start + _BATCH]]
            self.connection.execute(insert(audit_link), told)

    def grown(self, tenant: str) -> Iterator[tuple[str, int, str]]:
        """Yield each chain that has grown since its last link, with its end now."""
        for id_, seq, end in (
            (case.c.id, case.c.version, case.c.head_hash),
            (
                literal(OFFICE_LOG) + exchange_head.c.office,
                exchange_head.c.seq,
                exchange_head.c.hash,
            ),
        ):
            table = seq.table
            linked = (
                select(func.coalesce(func.max(audit_link.c.seq), 0))
                .where(audit_link.c.tenant_id == tenant, audit_link.c.chain == id_)
                .correlate(table)
                .scalar_subquery()
            )
            found = self.connection.execute(
                select(id_, seq, end)
                .select_from(table)
                .where(table.c.tenant_id == tenant, seq > linked)
                .order_by(id_)
            )
            yield from (tuple(row) for row in found)

    def totals(self, tenant: str) -> tuple[int, int]:
        """Return how many cases there are, and how many lines they have together."""
        found = self.connection.execute(
            select(func.count(), func.coalesce(func.sum(case.c.version), 0)).where(
                case.c.tenant_id == tenant
            )
        ).one()
        return int(found[0]), int(found[1])

    def log_of_administrators(
        self, tenant: str, since: datetime | None, until: datetime
    ) -> tuple[int, str]:
        """Return how many lines the log got in a time, and their sum."""
        query = select(admin_log).where(
            admin_log.c.tenant_id == tenant, admin_log.c.at < until
        )
        if since is not None:
            query = query.where(admin_log.c.at >= since)
        count, told = 0, FIRST
        for row in self.connection.execute(query.order_by(admin_log.c.id)).mappings():
            told = digest([told, {**row, "at": row["at"].isoformat()}])
            count += 1
        return count, told

    def unlike_links(self, tenant: str) -> Iterator[tuple[LinkRow, str | None, bool]]:
        """Yield links that the histories do not bear out, in their order.

        With each the code of its case, None when the case is gone, and whether the line
        it names is there at all.
        """
        plain = and_(
            ~audit_link.c.chain.startswith(ADMIN_LOG, autoescape=True),
            ~audit_link.c.chain.startswith(OFFICE_LOG, autoescape=True),
        )
        found = self.connection.execute(
            select(*_LINK, case.c.code, case_move.c.hash.label("there"))
            .select_from(
                audit_link.outerjoin(
                    case_move,
                    and_(
                        case_move.c.tenant_id == audit_link.c.tenant_id,
                        case_move.c.case_id == audit_link.c.chain,
                        case_move.c.seq == audit_link.c.seq,
                    ),
                ).outerjoin(
                    case,
                    and_(
                        case.c.tenant_id == audit_link.c.tenant_id,
                        case.c.id == audit_link.c.chain,
                    ),
                )
            )
            .where(audit_link.c.tenant_id == tenant, plain)
            .where(
                or_(case_move.c.hash.is_(None), case_move.c.hash != audit_link.c.hash)
            )
            .order_by(audit_link.c.n)
        )
        for row in found:
            yield LinkRow(*row[: len(_LINK)]), row.code, row.there is not None

    def unlike_office_links(self, tenant: str) -> Iterator[LinkRow]:
        """Yield links to logs of offices whose line is gone or another one."""
        name = literal(OFFICE_LOG) + exchange.c.office
        found = self.connection.execute(
            select(*_LINK)
            .outerjoin(
                exchange,
                and_(
                    exchange.c.tenant_id == audit_link.c.tenant_id,
                    name == audit_link.c.chain,
                    exchange.c.seq == audit_link.c.seq.cast(Integer),
                ),
            )
            .where(audit_link.c.tenant_id == tenant)
            .where(audit_link.c.chain.startswith(OFFICE_LOG, autoescape=True))
            .where(or_(exchange.c.hash.is_(None), exchange.c.hash != audit_link.c.hash))
            .order_by(audit_link.c.n)
        )
        yield from (LinkRow(*row) for row in found)

    def note_sent(self, row: HeadRow, sent: Mapping[str, str]) -> None:
        """Write down where a head went."""
        self.connection.execute(
            update(audit_head)
            .where(audit_head.c.tenant_id == row.tenant_id)
            .where(audit_head.c.day == row.day)
            .values(sent=dict(sent))
        )

    # --- what an account saw, changed and took out ------------------------------------

    def add_taken(self, row: TakenRow) -> None:
        """Write down that a list was taken out; the database lets nobody change it."""
        self.connection.execute(
            insert(data_taken), asdict(row) | {"cases": list(row.cases)}
        )

    def taken(
        self, tenant: str, account_id: str, since: datetime, until: datetime
    ) -> tuple[TakenRow, ...]:
        """Return what an account took out in a time, the oldest first."""
        found = self.connection.execute(
            select(*_TAKEN)
            .where(data_taken.c.tenant_id == tenant)
            .where(data_taken.c.account_id == account_id)
            .where(data_taken.c.at >= since, data_taken.c.at < until)
            .order_by(data_taken.c.at)
        )
        return tuple(TakenRow(*row) for row in found)

    def seen(
        self, tenant: str, account_id: str, since: datetime, until: datetime
    ) -> Iterator[SeenRow]:
        """Yield the looks of an account in a time, the oldest first."""
        found = self.connection.execute(
            select(*_SEEN)
            .where(access_log.c.tenant_id == tenant)
            .where(access_log.c.account_id == account_id)
            .where(access_log.c.at >= since, access_log.c.at < until)
            .order_by(access_log.c.at)
        )
        yield from (SeenRow(*row) for row in found)

    def codes_of_matters(self, tenant: str, ids: Sequence[str]) -> Mapping[str, str]:
        """Return the codes of some matters by their ids."""
        found = self.connection.execute(
            select(matter.c.id, matter.c.code).where(
                matter.c.tenant_id == tenant, matter.c.id.in_(ids)
            )
        )
        return {row.id: row.code for row in found}

    def cases_by_id(
        self, tenant: str, ids: Sequence[str]
    ) -> Mapping[str, tuple[str, str]]:
        """Return code and matter of some cases by their ids."""
        found = self.connection.execute(
            select(case.c.id, case.c.code, case.c.matter_id).where(
                case.c.tenant_id == tenant, case.c.id.in_(ids)
            )
        )
        return {row.id: (row.code, row.matter_id) for row in found}

    def told_in(
        self, tenant: str, matter_ids: Sequence[str], until: datetime
    ) -> Iterator[tuple[str, str, str, datetime]]:
        """Yield matter, key, speaker and time of what was told; no value."""
        found = self.connection.execute(
            select(fact.c.matter_id, fact.c.key, fact.c.said_by, fact.c.at)
            .where(fact.c.tenant_id == tenant, fact.c.matter_id.in_(matter_ids))
            .where(fact.c.at < until)
            .order_by(fact.c.matter_id, fact.c.seq)
        )
        yield from (tuple(row) for row in found)

    def moves_in(
        self, tenant: str, case_ids: Sequence[str], since: datetime, until: datetime
    ) -> Iterator[MoveRow]:
        """Yield the moves of some cases in a time."""
        found = self.connection.execute(
            select(case_move)
            .where(case_move.c.tenant_id == tenant, case_move.c.case_id.in_(case_ids))
            .where(case_move.c.at >= since, case_move.c.at < until)
            .order_by(case_move.c.case_id, case_move.c.seq)
        )
        yield from (MoveRow(**row) for row in found.mappings())
