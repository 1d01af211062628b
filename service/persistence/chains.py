"""The histories of all cases in the order of their keys, for who checks every line.

A million lines go by: no row becomes an object of its own, no body is parsed, and no
more than some hundred cases and lines are held at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    func,
    select,
    tuple_,
    type_coerce,
)

from service.persistence.rows import Json
from service.persistence.sealing import open_bytes, place_of, ring_of
from service.persistence.tables.cases import case, case_move
from service.secrecy.key_ring import UnsealableError

Key = tuple[str, str]
# seq, prev_hash, hash, and the text of the body; None when that does not open.
Line = tuple[int, str, str, bytes | None]

# The id of a case, what its row knows, and its lines.
History = tuple[str, "Known | None", Iterable[Line]]

_BATCH = 500
_ROWS = 2000
_KEY_OF_CASE = tuple_(case.c.tenant_id, case.c.id)
_KEY_OF_LINE = tuple_(case_move.c.tenant_id, case_move.c.case_id)
_CASES = (
    select(
        *(case.c.tenant_id, case.c.id, case.c.code),
        *(case.c.version, case.c.head_hash, case.c.instance),
    )
    .order_by(case.c.tenant_id, case.c.id)
    .limit(_BATCH)
)
_LINES = select(
    *(case_move.c.tenant_id, case_move.c.case_id, case_move.c.seq),
    *(case_move.c.prev_hash, case_move.c.hash),
    type_coerce(case_move.c.body, Text),
).order_by(case_move.c.tenant_id, case_move.c.case_id, case_move.c.seq)
_BODY = "case_move.body"


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring cases: those after one key, up to another one or to the end."""

    after: Key = ("", "")
    until: Key | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the row of a case says of its history."""

    code: str
    version: int
    head_hash: str
    instance: Json


@dataclass(frozen=True, slots=True)
class Chains:
    """Queries over all histories, inside one transaction."""

    connection: Connection

    def cases(self) -> int:
        """Return how many cases there are."""
        told = select(func.count()).select_from(case)
        return self.connection.execute(told).scalar_one()

    def spans(self, count: int) -> tuple[Span, ...]:
        """Return so many spans of about as many cases, which hold all that there are.

        There are fewer when there are not so many cases.
        """
        size = -(-self.cases() // count)
        ends = [("", "")]
        for _ in range(count - 1):
            found = self.connection.execute(
                select(case.c.tenant_id, case.c.id)
                .where(*_between(_KEY_OF_CASE, ends[-1], None))
                .order_by(case.c.tenant_id, case.c.id)
                .offset(max(size, 1) - 1)
                .limit(1)
            ).first()
            if found is None:
                break
            ends.append((found.tenant_id, found.id))
        return tuple(map(Span, ends, [*ends[1:], None]))

    def heads(self) -> Iterator[tuple[str, str]]:
        """Yield the code and the head of each case, in the order of their keys."""
        found = self.connection.execute(
            select(case.c.code, case.c.head_hash).order_by(case.c.tenant_id, case.c.id),
            execution_options={"yield_per": _ROWS},
        )
        yield from map(tuple, found)

    def histories(self, span: Span) -> Iterator[History]:
        """Yield the id of each case of a span, what its row knows, and its lines.

        There is no row for lines whose case is gone. Each history is read to its end
        before the next one is asked for, or it is passed over.
        """
        after, until = span.after, span.until
        while True:
            asked = _CASES.where(*_between(_KEY_OF_CASE, after, until))
            rows = self.connection.execute(asked).all()
            last = len(rows) < _BATCH
            end = until if last else (rows[-1].tenant_id, rows[-1].id)
            known = {(row[0], row[1]): Known(*row[2:]) for row in rows}
            lines = self.connection.execute(
                _LINES.where(*_between(_KEY_OF_LINE, after, end)),
                execution_options={"yield_per": _ROWS},
            )
            for key, found in groupby(lines, key=itemgetter(0, 1)):
                yield key[1], known.pop(key, None), self._opened(key, found)
            for key, row in known.items():
                yield key[1], row, ()
            if last or end is None:
                return
            after = end

    def _opened(self, key: Key, rows: Iterable[Any]) -> Iterator[Line]:
        ring = ring_of(self.connection.dialect)
        for _, _, seq, prev_hash, hash_, sealed in rows:
            try:
                body = open_bytes(ring, sealed, place_of(_BODY, *key, seq))
            except UnsealableError:
                body = None
            yield seq, prev_hash, hash_, body


def _between(
    key: ColumnElement[Any], after: Key, until: Key | None
) -> list[ColumnElement[bool]]:
    told = [key > after]
    return told if until is None else [*told, key <= until]
