"""Columns of what people told us: sealed with the row in which they stand.

A value is written by ``placed``, which says whose it is; it is read like any other,
because the statement brings the key of the row along. What was put into another row
does not open there. The ring is that of the database.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal
from weakref import WeakKeyDictionary

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Dialect,
    LargeBinary,
    RowMapping,
    Table,
    Text,
    cast,
    literal_column,
    type_coerce,
)
from sqlalchemy.types import TypeDecorator

from service.persistence.audit import canonical
from service.secrecy.key_ring import NoRing, Ring, UnsealableError

# "canonical" is JSON as histories are hashed: who checks them parses nothing.
Shape = Literal["json", "canonical", "text", "day"]

_APART = "|"  # between the parts of a place; nothing sealed has it
_APART_IN_SQL = literal_column(f"'{_APART}'", Text)
_NO_RING = NoRing()
_RINGS: WeakKeyDictionary[Dialect, Ring] = WeakKeyDictionary()


def give_ring(dialect: Dialect, ring: Ring) -> None:
    """Let the columns of a database be sealed with the ring."""
    _RINGS[dialect] = ring


def ring_of(dialect: Dialect) -> Ring:
    """Return the ring of a database; one that refuses when it was given none."""
    return _RINGS.get(dialect, _NO_RING)


def place_of(column: str, *key: object) -> str:
    """Return the place for which a value of a column is sealed: its row by its key."""
    return _APART.join((column, *map(str, key)))


@dataclass(frozen=True, slots=True)
class Placed:
    """A value with the place for which it is sealed."""

    value: Any
    about: str


class _OfRow:
    """What is sealed with its row: ``place`` is table and column, ``key`` its key."""

    place: str
    key: tuple[str, ...]

    def about(self, row: Mapping[str, Any]) -> str:
        """Return the place in a row."""
        return place_of(self.place, *(row[name] for name in self.key))

    def checked(self, value: Any) -> Placed:  # noqa: ANN401
        """Return the value; raises TypeError for one that was not placed."""
        if not isinstance(value, Placed):
            raise TypeError(f"{self.place} is sealed: say for which row by placed()")
        return value


class Sealed(_OfRow, TypeDecorator[Any]):
    """JSON, a text or a day, kept as a sealed text.

    None stays NULL: that nothing was told is seen.
    """

    impl = Text
    cache_ok = True

    def __init__(self, place: str, key: tuple[str, ...], shape: Shape = "json") -> None:
        super().__init__()
        self.place = place
        self.key = key
        self.shape = shape

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401
        """Seal a placed value."""
        if value is None:
            return None
        told = self.checked(value)
        return seal_text(ring_of(dialect), written(told.value, self.shape), told.about)

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Let the key of the row be read with the value."""
        told: ColumnElement[Any] = type_coerce(column, Text)
        row = column.table.c
        for name in self.key:
            told = told.concat(_APART_IN_SQL).concat(cast(row[name], Text))
        return type_coerce(told, self)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Open; raises UnsealableError for what was changed or comes from elsewhere."""
        if value is None:
            return None
        sealed, _, key = value.partition(_APART)
        about = f"{self.place}{_APART}{key}"
        return read(open_text(ring_of(dialect), sealed, about), self.shape)


class SealedBytes(_OfRow, TypeDecorator[bytes]):
    """A file, sealed. Whoever reads it opens it with ``opened``."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str, key: tuple[str, ...]) -> None:
        super().__init__()
        self.place = place
        self.key = key

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ANN401
        """Seal a placed file."""
        if value is None:
            return None
        told = self.checked(value)
        return ring_of(dialect).seal(told.value, told.about)


def sealed(
    table: str,
    name: str,
    *key: str,
    shape: Shape | Literal["file"] = "json",
    null: bool = False,
) -> Column[Any]:
    """Declare a sealed column; ``key`` names its row inside the province."""
    place, whole = f"{table}.{name}", ("tenant_id", *key)
    if shape == "file":
        return Column(name, SealedBytes(place, whole), nullable=null)
    return Column(name, Sealed(place, whole, shape), nullable=null)


def placed(
    table: Table, values: Mapping[str, Any], row: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return what is written into a row, each sealed column with its place.

    ``row`` has the key of the row, when the values themselves have not.
    """
    told = dict(values)
    for name, kind in sealed_columns(table).items():
        if told.get(name) is not None:
            told[name] = Placed(told[name], kind.about(values if row is None else row))
    return told


def opened(connection: Connection, table: Table, found: RowMapping) -> dict[str, Any]:
    """Return a row of a table with its files opened."""
    row = {str(name): value for name, value in found.items()}
    ring, told = ring_of(connection.dialect), dict(row)
    for name, kind in sealed_columns(table).items():
        if isinstance(kind, SealedBytes) and told[name] is not None:
            told[name] = ring.open(bytes(told[name]), kind.about(row))
    return told


@cache
def sealed_columns(table: Table) -> Mapping[str, Sealed | SealedBytes]:
    """Return the sealed columns of a table by name."""
    return {
        column.name: column.type
        for column in table.columns
        if isinstance(column.type, Sealed | SealedBytes)
    }


# --- the texts of the columns, for migrations and for a change of keys too ------------


def seal_text(ring: Ring, plain: str, about: str) -> str:
    """Return a text sealed, in letters that every column holds."""
    sealed = ring.seal(plain.encode(), about)
    named = sealed.index(b":", sealed.index(b":") + 1) + 1
    return sealed[:named].decode() + base64.b64encode(sealed[named:]).decode()


def open_text(ring: Ring, sealed: str, about: str) -> str:
    """Return the text again; raises UnsealableError."""
    return open_bytes(ring, sealed, about).decode()


def open_bytes(ring: Ring, sealed: str, about: str) -> bytes:
    """Return the text again as it was sealed, in UTF-8; raises UnsealableError."""
    try:
        named = sealed.index(":", sealed.index(":") + 1) + 1
        body = binascii.a2b_base64(sealed[named:])
    except ValueError as error:
        raise UnsealableError(f"{about!r} holds nothing that was sealed") from error
    return ring.open(sealed[:named].encode() + body, about)


def written(value: Any, shape: Shape) -> str:  # noqa: ANN401  of any column
    """Return a value as the text that is sealed."""
    if shape == "canonical":
        return canonical(value)
    if shape == "json":
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value.isoformat() if shape == "day" else str(value)


def read(plain: str, shape: Shape) -> Any:  # noqa: ANN401  of any column
    """Return the value of a text that was sealed."""
    if shape in {"json", "canonical"}:
        return json.loads(plain)
    return date.fromisoformat(plain) if shape == "day" else plain
