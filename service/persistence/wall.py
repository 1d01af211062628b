"""The second wall: what a transaction is for, told to PostgreSQL, which keeps the rest.

``service.auth.policies`` decides who may do what. Should a query behind it forget its
``where``, the row-level security of PostgreSQL (migration 0007) still shows only the
rows that the transaction is for: those of a citizen's or helper's own matters, those of
a province, or all of them for the program itself. Without a scope there are none.

Owners of tables are held to it too (``FORCE``). A superuser never is: whoever connects
as one works as ``dat_row``, a role without a sign-in that owns what he owns. SQLite has
no such wall.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine.interfaces import ExecutionContext

Reach: TypeAlias = Literal["nothing", "own", "province", "all"]

ROLE = "dat_row"
# The option of a connection that says for whom its next transaction is.
SCOPE = "dat_scope"
_BARE = "dat_bare"
_TOGETHER = {_BARE: True}
_BEGIN = "BEGIN"
_PASSES_WALLS = (
    "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
)
_MAKE_ROLE = f"""
DO $$ BEGIN
  IF (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) THEN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
      BEGIN
        CREATE ROLE {ROLE} NOLOGIN;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
    IF NOT pg_has_role('{ROLE}', current_user, 'member') THEN
      BEGIN
        EXECUTE 'GRANT ' || quote_ident(current_user) || ' TO {ROLE}';
      EXCEPTION WHEN unique_violation THEN NULL;
      END;
    END IF;
  END IF;
END $$
"""  # noqa: S608  our own role  # nosec B608


# What stands between the values of a list, as the policies read it.
_BETWEEN = "\x1f"
# Whether something of the province goes by a name that somebody asks for it by.
_IS_THERE = text(
    "SELECT EXISTS (SELECT FROM matter WHERE code = :name)"
    ' OR EXISTS (SELECT FROM "case" WHERE code = :name)'
    " OR EXISTS (SELECT FROM document WHERE id = :name)"
    " OR EXISTS (SELECT FROM consent WHERE id = :name)"
    " OR EXISTS (SELECT FROM help_request WHERE id = :name)"
)


def _pass() -> None:
    """Let everybody by who has no reach of his own."""


@dataclass(slots=True)
class Scope:
    """For whom the transactions of a database are; a request learns it on its way.

    ``own``: the ids of what is hers: matters, and the account or identity that she
    signed in by. ``refuse`` raises what she is told who asks for another's.
    """

    reach: Reach = "nothing"
    tenant: str = ""
    own: frozenset[str] = frozenset()
    refuse: Callable[[], None] = _pass

    def become(self, reach: Reach, tenant: str, own: Iterable[str] = ()) -> None:
        """Be for somebody from the next transaction on."""
        self.reach, self.tenant, self.own = reach, tenant, frozenset(own)

    def told(self, role: str | None) -> list[str]:
        """Return what tells a transaction for whom it is."""
        told = [] if role is None else [f"SET LOCAL ROLE {role}"]
        if self.reach != "nothing":
            told.append(_set("reach", self.reach))
        if self.reach in {"own", "province"}:
            told.append(_set("tenant", self.tenant))
        if self.reach == "own":
            told.append(self.told_own())
        return told

    def told_own(self) -> str:
        """Return what tells the database what is hers."""
        return _set("own", *sorted(self.own))


def everything() -> Scope:
    """Return the scope of the program itself: workers, commands, the installation."""
    return Scope("all")


def let_in(connection: Connection, *ids: str) -> None:
    """Let a matter, or what else is known by these ids, be of the scope from here on.

    For what a person has just begun, and for what the policies have to judge of next.
    """
    scope = _own_scope(connection)
    if scope is None or scope.own.issuperset(ids):
        return
    scope.own |= frozenset(ids)
    connection.exec_driver_sql(scope.told_own())


def refuse_others(connection: Connection, name: str) -> None:
    """Refuse what goes by this name and is behind the wall, as its scope refuses.

    Without it what is another's would look like what is not there, and nobody would be
    asked to sign in again. Of the row itself nothing comes through the wall.
    """
    scope = _own_scope(connection)
    if scope is None:
        return
    connection.exec_driver_sql(_set("reach", "province"))
    is_there = connection.execute(_IS_THERE, {"name": name}).scalar()
    connection.exec_driver_sql(_set("reach", scope.reach))
    if is_there:
        scope.refuse()


def _own_scope(connection: Connection) -> Scope | None:
    """Return the scope of a transaction that is for what is somebody's own."""
    scope: Scope | None = connection.get_execution_options().get(SCOPE)
    walled = connection.dialect.name == "postgresql"
    return scope if walled and scope is not None and scope.reach == "own" else None


def make_role(connection: Connection) -> None:
    """Make the role in which a superuser works here, unless it is there.

    It belongs to the server, not to the database: no dump holds it, and migrations of
    other databases may make it at this moment.
    """
    connection.exec_driver_sql(_MAKE_ROLE)


def whole(connection: Connection) -> None:
    """Let the transaction of an owner, who works as himself, reach all rows."""
    connection.exec_driver_sql(_set("reach", "all"))


# The same for a program of PostgreSQL that an owner runs.
WHOLE = {"PGOPTIONS": "-c dat.reach=all"}


class Opening:
    """Begins the transactions of an engine for the scope that is given with each.

    That costs no question of its own: it goes with the ``BEGIN``.
    """

    def __init__(self, engine: Engine) -> None:
        self._role: str | None = None
        event.listen(engine, "connect", self._meet)
        event.listen(engine, "begin", self._open)
        event.listen(engine, "do_execute", self._send)

    def _meet(self, raw: Any, _record: object) -> None:  # noqa: ANN401  psycopg
        # Transactions are begun by the hook below, not guessed by the driver.
        raw.autocommit = True
        (passes,) = raw.execute(_PASSES_WALLS).fetchone()
        self._role = ROLE if passes else None

    def _open(self, connection: Connection) -> None:
        options = connection.get_execution_options()
        scope = options.get(SCOPE)
        if "isolation_level" in options:
            # The driver knows how it begins, and does so with the first statement.
            told = [] if scope is None else scope.told(self._role)
            if told:
                self._say(connection, told)
            return
        raw = connection.connection.driver_connection
        if raw is not None and not raw.autocommit:
            raw.autocommit = True  # lent before for an isolation of its own
        told = [] if scope is None else scope.told(self._role)
        self._say(connection, [_BEGIN, *told])

    def _say(self, connection: Connection, told: Iterable[str]) -> None:
        connection.exec_driver_sql("; ".join(told), execution_options=_TOGETHER)

    def _send(
        self,
        cursor: Any,  # noqa: ANN401  psycopg
        statement: str,
        _parameters: object,
        context: ExecutionContext,
    ) -> bool | None:
        """Send several statements in one, which no driver can prepare."""
        if _BARE not in context.execution_options:
            return None
        cursor.execute(statement, prepare=False)
        return True


def _set(name: str, *values: str) -> str:
    quoted = _BETWEEN.join(values).replace("'", "''")
    return f"SET LOCAL dat.{name} = '{quoted}'"
