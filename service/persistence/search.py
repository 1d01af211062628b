"""Words by which the clerks of an office find a case; a search reads a short range."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select

from service.persistence.tables.desks import case_search, search_due

# Keys are small letters, digits and blanks: the tilde comes after every one of them.
_LAST = "~"
_OF_OFFICE = (
    case_search.c.tenant_id == bindparam("tenant"),
    case_search.c.office_id == bindparam("office_id"),
)
_BEGINNING = (
    select(case_search.c.case_id)
    .where(*_OF_OFFICE, case_search.c.kind == bindparam("kind"))
    .where(case_search.c.key >= bindparam("first"))
    .where(case_search.c.key < bindparam("last"))
    .order_by(case_search.c.key, case_search.c.case_id)
    .limit(bindparam("limit"))
)
_OF_CASES = (
    select(case_search.c.case_id, case_search.c.kind, case_search.c.key)
    .where(case_search.c.tenant_id == bindparam("tenant"))
    .where(case_search.c.case_id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class SearchRow:
    """One word of a case for one office; ``kind`` says what it is a word of."""

    tenant_id: str
    office_id: str
    kind: str
    key: str
    case_id: str
    matter_id: str


@dataclass(frozen=True, slots=True)
class Search:
    """Queries about words, inside one transaction."""

    connection: Connection

    def replace(self, tenant: str, case_id: str, rows: Iterable[SearchRow]) -> None:
        """Let a case be found by these words and by no others."""
        self.connection.execute(
            delete(case_search).where(
                case_search.c.tenant_id == tenant, case_search.c.case_id == case_id
            )
        )
        values = [asdict(row) for row in rows]
        if values:
            self.connection.execute(insert(case_search), values)

    def beginning(
        self, tenant: str, office_id: str, kind: str, prefix: str, limit: int
    ) -> tuple[str, ...]:
        """Return cases of an office with a word that begins so, each once.

        At most ``limit`` words are read, in the order of the words.
        """
        found = self.connection.execute(
            _BEGINNING,
            {
                "tenant": tenant,
                "office_id": office_id,
                "kind": kind,
                "first": prefix,
                "last": prefix + _LAST,
                "limit": limit,
            },
        )
        return tuple(dict.fromkeys(found.scalars()))

    def words(
        self, tenant: str, kind: str, ids: Collection[str]
    ) -> dict[str, list[str]]:
        """Return the words of one kind of each of these cases, whoever sees them."""
        found = self.connection.execute(_OF_CASES, {"tenant": tenant, "ids": list(ids)})
        words: dict[str, list[str]] = {}
        for row in found:
            if row.kind == kind:
                words.setdefault(row.case_id, []).append(row.key)
        return words

    # --- cases that are older than the words ----------------------------------------

    def due(self, tenant: str, limit: int) -> tuple[str, ...]:
        """Return cases whose words were never written."""
        found = self.connection.execute(
            select(search_due.c.case_id)
            .where(search_due.c.tenant_id == tenant)
            .order_by(search_due.c.case_id)
            .limit(limit)
        )
        return tuple(found.scalars())

    def written(self, tenant: str, case_id: str) -> None:
        """Say that the words of a case are there now."""
        self.connection.execute(
            delete(search_due).where(
                search_due.c.tenant_id == tenant, search_due.c.case_id == case_id
            )
        )
