"""What was checked of the papers of a step, and the photos that are kept of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, tuple_

from service.persistence import documents
from service.persistence.holds import not_held
from service.persistence.rows import DocumentRow
from service.persistence.tables.cases import document
from service.persistence.tables.matters import paper_check, paper_page
from service.persistence.upsert import put


@dataclass(frozen=True, slots=True)
class PaperCheckRow:
    """What a person answered and read: ``answers`` by question, ``reads`` by field."""

    tenant_id: str
    matter_id: str
    step_id: str
    paper_id: str
    answers: Mapping[str, str]
    reads: Mapping[str, str]
    pages: int | None
    by: str
    on_behalf_of: str | None
    at: datetime
    expires_on: date


@dataclass(frozen=True, slots=True)
class PaperPageRow:
    """One photographed page; ``document_id`` is None when the photo was not kept.

    ``sha256`` is that of the JPEG that was drawn; ``size`` its bytes.
    """

    tenant_id: str
    id: str
    matter_id: str
    step_id: str
    paper_id: str
    sha256: str
    document_id: str | None
    width: int
    height: int
    size: int
    flaws: Sequence[str]
    by: str
    on_behalf_of: str | None
    at: datetime
    expires_on: date


_CHECK_KEY = ("tenant_id", "matter_id", "step_id", "paper_id")
_PAGE_COLUMNS = [paper_page.c[item.name] for item in fields(PaperPageRow)]
_CHECK_COLUMNS = [paper_check.c[item.name] for item in fields(PaperCheckRow)]


@dataclass(frozen=True, slots=True)
class PaperChecks:
    """Queries about papers that are checked before travelling."""

    connection: Connection

    def checks(self, tenant: str, matter_id: str) -> tuple[PaperCheckRow, ...]:
        """Return what was answered and read in all steps of a matter."""
        found = self.connection.execute(
            select(*_CHECK_COLUMNS).where(
                paper_check.c.tenant_id == tenant, paper_check.c.matter_id == matter_id
            )
        )
        return tuple(PaperCheckRow(*row) for row in found)

    def put_check(self, row: PaperCheckRow) -> None:
        """Write what was answered and read of one paper."""
        values = asdict(row)
        key = {name: values.pop(name) for name in _CHECK_KEY}
        put(self.connection, paper_check, key, values)

    def pages(self, tenant: str, matter_id: str) -> tuple[PaperPageRow, ...]:
        """Return the pages of all papers of a matter, oldest first."""
        found = self.connection.execute(
            select(*_PAGE_COLUMNS)
            .where(
                paper_page.c.tenant_id == tenant, paper_page.c.matter_id == matter_id
            )
            .order_by(paper_page.c.at, paper_page.c.id)
        )
        return tuple(PaperPageRow(*row) for row in found)

    def add_page(
        self, row: PaperPageRow, kept: DocumentRow | None, content: bytes
    ) -> None:
        """Store a page, with its photo as ``kept`` when it is to be kept."""
        if kept is not None:
            values = asdict(kept) | {"content": content, "outbox_id": None}
            documents.add(self.connection, values)
        self.connection.execute(insert(paper_page), asdict(row))

    def drop_pages(self, tenant: str, pages: Sequence[PaperPageRow]) -> None:
        """Delete pages and their photos."""
        ids = [page.id for page in pages]
        self._drop(
            paper_page.c.tenant_id == tenant,
            paper_page.c.id.in_(ids),
        )

    def drop_checks(self, tenant: str, matter_id: str, step_id: str) -> None:
        """Delete what was answered and read of the papers of a step."""
        self.connection.execute(
            delete(paper_check).where(
                paper_check.c.tenant_id == tenant,
                paper_check.c.matter_id == matter_id,
                paper_check.c.step_id == step_id,
            )
        )

    def forget(self, today: date) -> int:
        """Delete everything whose day has come; return how many pages went.

        What belongs to a matter under a hold stays.
        """
        self.connection.execute(
            delete(paper_check).where(
                paper_check.c.expires_on <= today, not_held(paper_check, today)
            )
        )
        return self._drop(paper_page.c.expires_on <= today, not_held(paper_page, today))

    def anything_due(self, today: date) -> bool:
        """Return whether there is anything whose day has come."""
        return any(
            self.connection.execute(
                select(table.c.matter_id)
                .where(table.c.expires_on <= today, not_held(table, today))
                .limit(1)
            ).first()
            for table in (paper_page, paper_check)
        )

    def _drop(self, *where: ColumnElement[bool]) -> int:
        photos = select(paper_page.c.tenant_id, paper_page.c.document_id).where(
            *where, paper_page.c.document_id.is_not(None)
        )
        self.connection.execute(
            delete(document).where(
                tuple_(document.c.tenant_id, document.c.id).in_(photos)
            )
        )
        return self.connection.execute(delete(paper_page).where(*where)).rowcount
