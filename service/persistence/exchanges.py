"""What crosses the border to outside offices: bodies, the log of it, who answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    insert,
    select,
    update,
)

from service.persistence.audit import FIRST, digest
from service.persistence.rows import Json, OutboxRow
from service.persistence.sealing import placed
from service.persistence.tables.exchange import (
    comparison,
    exchange,
    exchange_head,
    office_line,
    outgoing,
)
from service.persistence.tables.queues import outbox
from service.persistence.upsert import put

_OPEN = outbox.c.done_at.is_(None) & outbox.c.failed_at.is_(None)
_PIECE = 500


@dataclass(frozen=True, slots=True)
class OutgoingRow:
    """What is sent to an office under the key ``id``; it never changes again.

    ``page`` is where the office said that the person goes on.
    """

    tenant_id: str
    id: str
    office: str
    kind: str
    case_id: str | None
    body: str
    sha256: str
    frozen_at: datetime
    page: str | None = None


@dataclass(frozen=True, slots=True)
class LineRow:
    """Whether an office answers.

    ``silent_since`` is the first call of the row of ``failures`` that got no answer;
    while ``opened_at`` stands nothing is sent before ``next_try_at``, and ``pauses``
    counts the tries that found it silent still. ``lacking`` is what is missing for it
    to be connected at all. ``compare_at`` is when its book is compared next.
    """

    tenant_id: str
    office: str
    failures: int = 0
    pauses: int = 0
    silent_since: datetime | None = None
    opened_at: datetime | None = None
    next_try_at: datetime | None = None
    last_tried_at: datetime | None = None
    last_answer_at: datetime | None = None
    last_heard_at: datetime | None = None
    error: str | None = None
    lacking: str | None = None
    compare_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """One line of the log of an office: what went which way, and what came of it.

    ``direction`` is out or in; the sums are those of the bodies, which are not here.
    """

    tenant_id: str
    office: str
    direction: str
    what: str
    key: str
    case_id: str | None
    at: datetime
    outcome: str
    status: int | None
    milliseconds: int
    error: str
    request_sha256: str
    answer_sha256: str | None
    seq: int = 0
    prev_hash: str = ""
    hash: str = ""

    def sum(self) -> str:
        """Return the hash of the line: over the one before, its place and all else."""
        told = asdict(self) | {"at": self.at.isoformat()}
        del told["hash"]
        return digest(told)


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One comparison of the book of an office with ours; ``counts`` by what was done.

    It has not ended while ``ended_at`` is None; ``error`` is why it could not be made.
    """

    tenant_id: str
    id: str
    office: str
    by: str
    since: datetime
    began_at: datetime
    ended_at: datetime | None
    counts: Json
    error: str | None


_LINES = (
    select(office_line)
    .where(office_line.c.tenant_id == bindparam("tenant"))
    .order_by(office_line.c.office)
)
_EXCHANGE = [exchange.c[item.name] for item in fields(ExchangeRow)]
_COMPARISON = [comparison.c[item.name] for item in fields(ComparisonRow)]


@dataclass(frozen=True, slots=True)
class Exchanges:
    """Queries about the lines to outside offices, inside one transaction."""

    connection: Connection

    # --- what is sent -----------------------------------------------------------------

    def freeze(self, row: OutgoingRow) -> OutgoingRow:
        """Fix what is sent under a key; return what was fixed first."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "id")}
        put(self.connection, outgoing, key, values, replace=False)
        return self.outgoing(row.tenant_id, row.id) or row

    def outgoing(self, tenant: str, id_: str) -> OutgoingRow | None:
        """Return what was fixed under a key."""
        found = self.connection.execute(
            select(outgoing).where(outgoing.c.tenant_id == tenant, outgoing.c.id == id_)
        )
        row = found.mappings().first()
        return OutgoingRow(**row) if row else None

    def told_page(self, row: OutgoingRow, page: str) -> None:
        """Keep the address at which an office said that the person goes on."""
        key = {"tenant_id": row.tenant_id, "id": row.id}
        self.connection.execute(
            update(outgoing)
            .where(outgoing.c.tenant_id == row.tenant_id, outgoing.c.id == row.id)
            .values(placed(outgoing, {"page": page}, key))
        )

    def sent_since(
        self, tenant: str, office: str, since: datetime
    ) -> tuple[OutgoingRow, ...]:
        """Return what was fixed for an office since an instant, oldest first."""
        found = self.connection.execute(
            select(outgoing)
            .where(outgoing.c.tenant_id == tenant, outgoing.c.office == office)
            .where(outgoing.c.frozen_at >= since)
            .order_by(outgoing.c.frozen_at, outgoing.c.id)
        )
        return tuple(OutgoingRow(**row) for row in found.mappings())

    def waiting(self, tenant: str, office: str, limit: int) -> tuple[OutboxRow, ...]:
        """Return effects that an office has not answered yet, the oldest first."""
        found = self.connection.execute(
            select(outbox)
            .join(outgoing, _same_key())
            .where(outgoing.c.tenant_id == tenant, outgoing.c.office == office, _OPEN)
            .order_by(outbox.c.created_at, outbox.c.id)
            .limit(limit)
        )
        return tuple(OutboxRow(**row) for row in found.mappings())

    def offices_awaited(self, tenant: str, cases: Collection[str]) -> frozenset[str]:
        """Return the offices to which something of these cases is still to go."""
        found = self.connection.execute(
            select(outgoing.c.office)
            .join(outbox, _same_key())
            .where(outgoing.c.tenant_id == tenant, outgoing.c.case_id.in_(cases), _OPEN)
            .distinct()
        )
        return frozenset(found.scalars())

    def put_off(
        self, tenant: str, office: str, *, created_after: datetime, until: datetime
    ) -> None:
        """Let nothing that waits for an office be due before an instant.

        But for what was created earlier: of that somebody decides otherwise.
        """
        self.connection.execute(
            update(outbox)
            .where(outbox.c.tenant_id == tenant, _OPEN, outbox.c.due_at < until)
            .where(outbox.c.created_at > created_after)
            .where(outbox.c.id.in_(_ids_for(tenant, office)))
            .values(due_at=until)
        )

    def wake(self, tenant: str, office: str, now: datetime) -> None:
        """Let everything that waits for an office be tried now: it answers again."""
        self.connection.execute(
            update(outbox)
            .where(outbox.c.tenant_id == tenant, _OPEN, outbox.c.due_at > now)
            .where(outbox.c.id.in_(_ids_for(tenant, office)))
            .values(due_at=now)
        )

    # --- who answers ------------------------------------------------------------------

    def line(self, tenant: str, office: str, *, held: bool = False) -> LineRow:
        """Return how it stands with an office; ``held`` keeps others from changing it.

        An office of which nothing is known yet answers.
        """
        key = {"tenant_id": tenant, "office": office}
        query = select(office_line).where(
            office_line.c.tenant_id == tenant, office_line.c.office == office
        )
        if held:
            first = {"failures": 0, "pauses": 0}
            put(self.connection, office_line, key, first, replace=False)
            query = query.with_for_update()
        row = self.connection.execute(query).mappings().first()
        return LineRow(**row) if row else LineRow(tenant, office)

    def lines(self, tenant: str) -> tuple[LineRow, ...]:
        """Return every office of which something is known."""
        found = self.connection.execute(_LINES, {"tenant": tenant})
        return tuple(LineRow(**row) for row in found.mappings())

    def keep_line(self, row: LineRow) -> None:
        """Write down how it stands with an office that is held."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "office")}
        put(self.connection, office_line, key, values)

    def let_try(self, tenant: str, id_: str, now: datetime) -> None:
        """End the rest of the office for which something was fixed under a key."""
        office = select(outgoing.c.office).where(
            outgoing.c.tenant_id == tenant, outgoing.c.id == id_
        )
        self.connection.execute(
            update(office_line)
            .where(office_line.c.tenant_id == tenant)
            .where(office_line.c.office.in_(office), office_line.c.next_try_at > now)
            .values(next_try_at=now)
        )

    # --- the log ----------------------------------------------------------------------

    def write(self, row: ExchangeRow) -> ExchangeRow:
        """Put a line at the end of the log of its office, chained to the last one."""
        key = {"tenant_id": row.tenant_id, "office": row.office}
        first = {"seq": 0, "hash": FIRST}
        put(self.connection, exchange_head, key, first, replace=False)
        head = self.connection.execute(
            select(exchange_head)
            .where(exchange_head.c.tenant_id == row.tenant_id)
            .where(exchange_head.c.office == row.office)
            .with_for_update()
        ).one()
        line = replace(row, seq=head.seq + 1, prev_hash=head.hash)
        line = replace(line, hash=line.sum())
        self.connection.execute(insert(exchange), asdict(line))
        put(
            self.connection,
            exchange_head,
            key,
            {"seq": line.seq, "hash": line.hash},
        )
        return line

    def log(
        self, tenant: str, office: str, *, before: int | None, limit: int
    ) -> tuple[ExchangeRow, ...]:
        """Return a page of the log of an office, newest first."""
        query = (
            select(*_EXCHANGE)
            .where(exchange.c.tenant_id == tenant, exchange.c.office == office)
            .order_by(exchange.c.seq.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(exchange.c.seq < before)
        return tuple(ExchangeRow(*row) for row in self.connection.execute(query))

    def whole_log(self, tenant: str, office: str) -> Iterator[ExchangeRow]:
        """Return the log of an office from its first line on, piece by piece."""
        place = -1
        while True:
            query = (
                select(*_EXCHANGE)
                .where(exchange.c.tenant_id == tenant, exchange.c.office == office)
                .where(exchange.c.seq > place)
                .order_by(exchange.c.seq)
                .limit(_PIECE)
            )
            rows = [ExchangeRow(*row) for row in self.connection.execute(query)]
            yield from rows
            if len(rows) < _PIECE:
                return
            place = rows[-1].seq

    def heads(self) -> tuple[tuple[str, str, int, str], ...]:
        """Return of each log: province, office, how many lines, hash of the last."""
        logged = select(exchange.c.tenant_id, exchange.c.office).distinct()
        known = {
            (row.tenant_id, row.office): (row.seq, row.hash)
            for row in self.connection.execute(select(exchange_head))
        }
        for tenant, office in self.connection.execute(logged):
            known.setdefault((tenant, office), (0, FIRST))
        return tuple((*key, *known[key]) for key in sorted(known))

    def answer_times(self, tenant: str, since: datetime) -> dict[str, list[int]]:
        """Return how long each office took to answer since an instant, sorted."""
        found = self.connection.execute(
            select(exchange.c.office, exchange.c.milliseconds)
            .where(exchange.c.tenant_id == tenant, exchange.c.at >= since)
            .where(exchange.c.direction == "out", exchange.c.outcome != "unknown")
            .order_by(exchange.c.milliseconds)
            .limit(10_000)
        )
        times: dict[str, list[int]] = {}
        for office, took in found:
            times.setdefault(office, []).append(took)
        return times

    # --- comparing --------------------------------------------------------------------

    def begin_comparison(self, row: ComparisonRow) -> None:
        """Write down that the book of an office is compared."""
        self.connection.execute(insert(comparison), asdict(row))

    def end_comparison(self, row: ComparisonRow) -> None:
        """Write down what a comparison found."""
        self.connection.execute(
            update(comparison)
            .where(comparison.c.tenant_id == row.tenant_id, comparison.c.id == row.id)
            .values(ended_at=row.ended_at, counts=row.counts, error=row.error)
        )

    def comparisons(
        self, tenant: str, office: str, limit: int
    ) -> tuple[ComparisonRow, ...]:
        """Return the newest comparisons with an office."""
        found = self.connection.execute(
            select(*_COMPARISON)
            .where(comparison.c.tenant_id == tenant, comparison.c.office == office)
            .order_by(comparison.c.began_at.desc(), comparison.c.id)
            .limit(limit)
        )
        return tuple(ComparisonRow(*row) for row in found)


def _ids_for(tenant: str, office: str) -> Select[tuple[str]]:
    return select(outgoing.c.id).where(
        outgoing.c.tenant_id == tenant, outgoing.c.office == office
    )


def _same_key() -> ColumnElement[bool]:
    return (outgoing.c.tenant_id == outbox.c.tenant_id) & (outgoing.c.id == outbox.c.id)
