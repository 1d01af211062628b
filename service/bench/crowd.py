"""A province full of cases: the database copies a few real ones a million times.

Every tenth case is open, on the desk of one of nine offices, so that a desk fills a
page of its list in the small crowd as in the large one. Copies have no plan, and ended
ones nothing that was told: the lists and the look-up read neither.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, text, update

from service.auth.actors import Actor
from service.auth.codes import new_code
from service.bench.matters import Opened, handed_in
from service.bench.moves import MOVES, next_move
from service.persistence.desk_counts import count_anew
from service.persistence.rows import FAR, AccountRow, CaseRow
from service.persistence.tables.cases import case, case_move, case_office, case_paper
from service.persistence.tables.desks import case_search
from service.persistence.tables.matters import fact, matter
from service.secrecy.key_ring import Ring
from service.secrecy.signing import Signer
from service.usecases.desk import Desk
from service.usecases.playing.demo import clerk_of

OFFICES = 9
CLERKS = 10
OPEN_EACH = 10
# So many open cases have a code that a citizen can type.
TYPED = 400
# Two primes that scatter the numbers of cases over ends of codes that look like chance.
_SPREAD, _ENDS = 387_420_489, 999_999_937
_STARTED = (matter, case, case_office, case_search)
_WHOLE = (*_STARTED, fact, case_paper, case_move)


@dataclass(frozen=True, slots=True)
class Crowd:
    """A desk with so many cases, one of its clerks, and what people ask for.

    ``codes`` are codes of open cases, ``ends`` are ends of codes by which the office of
    the clerk finds one case each.
    """

    desk: Desk
    size: int
    clerk: Actor
    codes: tuple[str, ...]
    ends: tuple[str, ...]


def gather(desk: Desk, size: int) -> Crowd:
    """Fill the database of a desk with so many cases."""
    desk = replace(desk, database=replace(desk.database, ring=AnyRow(desk.ring)))
    new, received, ended = (handed_in(desk) for _ in range(3))
    _move(desk, received, 1)
    _move(desk, ended, MOVES)
    rows = [_row(desk, each) for each in (new, received, ended)]
    clerk = _offices(desk, rows[0])
    models = (
        (rows[0], f"n % {2 * OPEN_EACH} = 0", _WHOLE),
        (rows[1], f"n % {2 * OPEN_EACH} = {OPEN_EACH}", _WHOLE),
        (rows[2], f"n % {OPEN_EACH} > 0", _STARTED),
    )
    for model, chosen, tables in models:
        for table in tables:
            with desk.database.transaction() as uow:
                _copy(uow.cases.connection, table, model, chosen, size)
            tidy(desk, f'ANALYZE "{table.name}"')
    with desk.database.transaction() as uow:
        codes = _typed_codes(desk, uow.cases.connection, rows[0], size)
        count_anew(uow.cases.connection)
    desk.database.forget()
    tidy(desk, "VACUUM ANALYZE")
    of_clerk = range(OPEN_EACH * OFFICES, size, OPEN_EACH * OFFICES)
    return Crowd(desk, size, clerk, codes, tuple(map(_end, of_clerk[:TYPED])))


@dataclass(frozen=True, slots=True)
class AnyRow:
    """Keys under which a value opens in every row of its column.

    The database copies sealed values a million times; to open them costs what it costs.
    """

    ring: Ring

    def seal(self, plain: bytes, about: str) -> bytes:
        """Seal for the column."""
        return self.ring.seal(plain, about.partition("|")[0])

    def open(self, sealed: bytes, about: str) -> bytes:
        """Open what stands in the column."""
        return self.ring.open(sealed, about.partition("|")[0])

    def names(self) -> frozenset[str]:
        """Return the names of the keys."""
        return self.ring.names()

    def in_use(self) -> str:
        """Return the name of the key that seals."""
        return self.ring.in_use()

    def index(self, text: str, about: str) -> str:
        """Return the keyed sum."""
        return self.ring.index(text, about)

    def signer(self) -> Signer:
        """Return the key that signs."""
        return self.ring.signer()


def tidy(desk: Desk, order: str) -> None:
    """Do at once what PostgreSQL does by itself some time after a table has grown.

    Until then a foreign key is checked by the plan that suited a table of a few rows.
    """
    if desk.database.dialect == "postgresql":
        with desk.database.engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.execute(text(order))


# --- the models -----------------------------------------------------------------------


def _move(desk: Desk, opened: Opened, times: int) -> None:
    for _ in range(times):
        move = next_move(desk, opened)
        if move is not None:
            move()


def _row(desk: Desk, opened: Opened) -> CaseRow:
    with desk.database.reading() as uow:
        row = uow.cases.by_code(opened.case)
    if row is None:
        raise LookupError(opened.case)
    return row


def _offices(desk: Desk, row: CaseRow) -> Actor:
    """Open as many offices of each kind; return a clerk of the first one.

    Cases whose number is a multiple of the number of offices are on his desk.
    """
    clerk = clerk_of(desk, row.tenant_id, str(row.office_id))
    with desk.database.transaction() as uow:
        for office in uow.people.offices(row.tenant_id):
            for number in range(OFFICES):
                uow.people.put_office(replace(office, id=f"{office.id}-{number}"))
        for number in range(CLERKS):
            name = f"clerk-{number}"
            uow.people.add_account(
                AccountRow(
                    row.tenant_id, name, name, "", f"Cán bộ {number}", "clerk",
                    f"{row.office_id}-0", None, None,
                )
            )  # fmt: skip
    return replace(clerk, account_id="clerk-0", office_id=f"{row.office_id}-0")


# --- copies ---------------------------------------------------------------------------


def _copy(
    connection: Connection, table: Table, model: CaseRow, chosen: str, size: int
) -> None:
    """Copy the rows of one case for every number up to ``size`` that is chosen."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(
        _value(connection.dialect.name, table, column) for column in table.columns
    )
    key = {matter: "id = :matter", case: "id = :case"}.get(table, "case_id = :case")
    if table is fact:
        key = "matter_id = :matter"
    connection.execute(
        text(
            f'INSERT INTO "{table.name}" ({names})'  # noqa: S608  our own names  # nosec B608
            " WITH RECURSIVE count(n) AS"
            f" (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < {size}),"
            f' model AS MATERIALIZED (SELECT * FROM "{table.name}"'
            f" WHERE tenant_id = :tenant AND {key})"
            f" SELECT {values} FROM count CROSS JOIN model WHERE {chosen}"
        ),
        {"tenant": model.tenant_id, "matter": model.matter_id, "case": model.id},
    )


def _value(dialect: str, table: Table, column: Column[Any]) -> str:
    """Return what copy ``n`` has in a column: its own name, office, day, clerk."""
    name = f'"{column.name}"'
    number = _digits(dialect, "n")
    of_desk = f"n / {OPEN_EACH * OFFICES}"
    if column.name in {"id", "matter_id", "case_id"}:
        return f"{name} || '-' || {number}"
    if column.name == "office_id":
        return f"{name} || '-' || ((n / {OPEN_EACH}) % {OFFICES})"
    return {
        (matter, "code"): f"'DAT-' || {number}",
        (matter, "plan"): "NULL",
        (case, "code"): f"'HS-' || {number}",
        (case, "due_on"): _day(dialect, f"(n / {OPEN_EACH}) % 59"),
        (case, "assignee_id"): (
            f"CASE WHEN {of_desk} % 2 = 0"
            f" THEN 'clerk-' || (({of_desk} / 2) % {CLERKS}) END"
        ),
        (case_search, "key"): (
            "CASE WHEN kind = 'code' THEN "
            + _digits(dialect, f"(n * {_SPREAD}) % {_ENDS}")
            + ' || "key" ELSE "key" END'
        ),
    }.get((table, column.name), name)


def _digits(dialect: str, number: str) -> str:
    """Return nine digits."""
    if dialect == "sqlite":
        return f"printf('%09d', {number})"
    number = number.replace("n *", "n::bigint *")
    return f"lpad(({number})::text, 9, '0')"


def _day(dialect: str, back: str) -> str:
    """Return so many days before the due day, where there is one."""
    if dialect == "sqlite":
        earlier = f"date(due_on, '-' || ({back}) || ' days')"
    else:
        earlier = f"due_on - ({back})"
    return f"CASE WHEN due_on < '{FAR}' THEN {earlier} ELSE due_on END"


def _end(number: int) -> str:
    """Return the end of the code of a copy: it is kept from its last digit on."""
    return f"{(number * _SPREAD) % _ENDS:09d}"[::-1]


def _typed_codes(
    desk: Desk, connection: Connection, model: CaseRow, size: int
) -> tuple[str, ...]:
    """Give some open cases a code that people can type, and return those codes."""
    numbers = range(2 * OPEN_EACH, size + 1, 2 * OPEN_EACH)
    chosen = numbers[:: max(1, len(numbers) // TYPED)]
    codes = {f"{model.id}-{n:09d}": new_code(desk.ids, "HS") for n in chosen}
    connection.execute(
        update(case)
        .where(case.c.tenant_id == model.tenant_id, case.c.id == bindparam("which"))
        .values(code=bindparam("typed")),
        [{"which": which, "typed": code} for which, code in codes.items()],
    )
    return tuple(codes.values())
