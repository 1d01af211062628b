"""How many open cases an office has, kept by the moves themselves.

Every open case on a desk has a share in a few counters: of its office, of its
procedure, of whoever it is assigned to, and of faults. A change of the case changes the
counters by what it had before and what it has now, in the same transaction and in the
order of their keys, so that two moves at once never wait for each other in a ring.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Executable,
    Select,
    String,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
)
from sqlalchemy import (
    case as when,
)
from sqlalchemy.dialects import postgresql, sqlite

from service.persistence.rows import CaseRow
from service.persistence.tables.cases import case
from service.persistence.tables.desks import desk_count

DRAFT, NEW, RUNNING, STOPPED = "draft", "new", "running", "stopped"
CITIZEN = "citizen"  # the role that has the ball while the citizen prepares
ALL, PROCEDURE, ASSIGNEE, FAULT = "all", "procedure", "assignee", "fault"
NOBODY = ""


class CountKey(NamedTuple):
    """What one counter counts."""

    tenant_id: str
    office_id: str
    kind: str
    name: str
    state: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Drift:
    """A counter that does not say how many cases there are."""

    key: CountKey
    says: int
    are: int


_KEY = [desk_count.c[name] for name in CountKey._fields]


def state_of(row: CaseRow) -> str:
    """Return how far an open case is: prepared, handed in, its clock runs or stands."""
    if row.stop_reason is not None:
        return STOPPED
    if row.received_at is not None:
        return RUNNING
    return DRAFT if row.owner_role == CITIZEN else NEW


def shares(row: CaseRow) -> set[CountKey]:
    """Return the counters in which a case counts; none when it is on no desk."""
    if row.office_id is None or row.ended_at is not None:
        return set()
    names = {ALL: "", PROCEDURE: row.procedure, ASSIGNEE: row.assignee_id or NOBODY}
    if row.faults > 0:
        names[FAULT] = ""
    return {
        CountKey(
            row.tenant_id, row.office_id, kind, name, state_of(row), row.due_on
        )
        for kind, name in names.items()
    }  # fmt: skip


def recount(connection: Connection, before: CaseRow | None, after: CaseRow) -> None:
    """Change the counters by what a case was and what it is now."""
    was = shares(before) if before is not None else set()
    now = shares(after)
    changes = sorted([(key, 1) for key in now - was] + [(key, -1) for key in was - now])
    if not changes:
        return
    rows = [key._asdict() | {"n": by} for key, by in changes]
    connection.execute(_ADDED[connection.dialect.name], rows)
    lowered = [key._asdict() for key, by in changes if by < 0]
    if lowered:
        connection.execute(_DROP_IF_EMPTY, lowered)


# One key each: a list of keys would have SQLite read all counters.
_DROP_IF_EMPTY = delete(desk_count).where(
    *(desk_count.c[name] == bindparam(name) for name in CountKey._fields),
    desk_count.c.n == 0,
)


def _added(added: postgresql.Insert | sqlite.Insert) -> Executable:
    return added.on_conflict_do_update(
        index_elements=list(CountKey._fields),
        set_={"n": desk_count.c.n + added.excluded.n},
    )


_ADDED = {
    "postgresql": _added(postgresql.insert(desk_count)),
    "sqlite": _added(sqlite.insert(desk_count)),
}


# --- all of them, counted anew --------------------------------------------------------


def _counted() -> Select[Any]:
    """Count the open cases of every desk: what the counters should say."""
    state = when(
        (case.c.stop_reason.is_not(None), STOPPED),
        (case.c.received_at.is_not(None), RUNNING),
        (case.c.owner_role == CITIZEN, DRAFT),
        else_=NEW,
    )
    names = {
        ALL: literal("", String),
        PROCEDURE: case.c.procedure,
        ASSIGNEE: func.coalesce(case.c.assignee_id, NOBODY),
        FAULT: literal("", String),
    }
    parts = []
    for kind, name in names.items():
        keys = [
            case.c.tenant_id.label("tenant_id"),
            case.c.office_id.label("office_id"),
            literal(kind, String).label("kind"),
            name.label("name"),
            state.label("state"),
            case.c.due_on.label("due_on"),
        ]
        part = select(*keys, literal(1).label("n")).where(
            case.c.ended_at.is_(None), case.c.office_id.is_not(None)
        )
        parts.append(part.where(case.c.faults > 0) if kind == FAULT else part)
    each = union_all(*parts).subquery()
    columns = [each.c[name] for name in CountKey._fields]
    return select(*columns, func.sum(each.c.n).label("n")).group_by(*columns)


def drifts(connection: Connection) -> tuple[Drift, ...]:
    """Return the counters that are wrong; one statement, so one moment of the store."""
    counted = _counted().subquery()
    nothing = literal(0)
    said = select(*_KEY, desk_count.c.n.label("says"), nothing.label("are"))
    are = select(
        *(counted.c[name] for name in CountKey._fields),
        nothing.label("says"),
        counted.c.n.label("are"),
    )
    both = union_all(said, are).subquery()
    columns = [both.c[name] for name in CountKey._fields]
    says, count = func.sum(both.c.says), func.sum(both.c.are)
    found = connection.execute(
        select(*columns, says, count).group_by(*columns).having(says != count)
    )
    return tuple(
        Drift(CountKey(*row[:-2]), int(row[-2]), int(row[-1]))
        for row in sorted(found.all(), key=tuple)
    )


def count_anew(connection: Connection) -> None:
    """Let every counter say how many cases there are; moves wait meanwhile."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE desk_count IN EXCLUSIVE MODE"))
    connection.execute(delete(desk_count))
    columns = [*CountKey._fields, "n"]
    connection.execute(insert(desk_count).from_select(columns, _counted()))


# --- what a page reads ----------------------------------------------------------------


def rows_of(
    connection: Connection, tenant: str, office_id: str, kinds: Iterable[str]
) -> tuple[tuple[CountKey, int], ...]:
    """Return the counters of an office of these kinds, by name, state and day."""
    found = connection.execute(
        select(*_KEY, desk_count.c.n)
        .where(desk_count.c.tenant_id == tenant, desk_count.c.office_id == office_id)
        .where(desk_count.c.kind.in_(list(kinds)))
        .order_by(*_KEY)
    )
    return tuple((CountKey(*row[:-1]), row[-1]) for row in found)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many open cases are in which condition; ``all`` without the drafts."""

    all: int = 0
    draft: int = 0
    new: int = 0
    stopped: int = 0
    overdue: int = 0
    today: int = 0
    soon: int = 0


def tallies(
    connection: Connection, tenant: str, office_id: str, today: date, soon: date
) -> dict[tuple[str, str], Tally]:
    """Return the tally of each kind and name of an office.

    ``soon`` is the last day that is near. A day counts only while the clock runs.
    """
    due = desk_count.c.due_on
    when_due = when(
        (due < today, "overdue"),
        (due == today, "today"),
        (due <= soon, "soon"),
        else_="later",
    ).label("when_due")
    columns = [desk_count.c.kind, desk_count.c.name, desk_count.c.state, when_due]
    found = connection.execute(
        select(*columns, func.sum(desk_count.c.n))
        .where(desk_count.c.tenant_id == tenant, desk_count.c.office_id == office_id)
        .group_by(*columns)
    )
    sums: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in found:
        total, n = sums[row[0], row[1]], int(row[4])
        total["all"] += n if row[2] != DRAFT else 0
        condition = row[3] if row[2] == RUNNING else row[2]
        if condition != "later":
            total[condition] += n
    return {key: Tally(**total) for key, total in sums.items()}
