"""What outside offices said about cases, by wire or on paper, each paper once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    func,
    select,
    update,
)

from service.persistence.rows import Json
from service.persistence.tables.cases import case_link, case_office
from service.persistence.tables.exchange import office_word, paper_out
from service.persistence.upsert import put


@dataclass(frozen=True, slots=True)
class OfficeWordRow:
    """One thing that an office said.

    ``name`` is what a paper is known by, or the id of the message where there is no
    paper. ``entered`` tells who typed it here, None when it came by wire. ``moved``:
    the case moved by it; else it is kept for people to read. ``again_at``: it came a
    second time, by another way, and said the same.
    """

    tenant_id: str
    office: str
    name: str
    case_id: str
    message_id: str
    what: str
    number: str
    day: date | None
    said: Json
    entered: Json | None
    at: datetime
    moved: bool
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PaperOutRow:
    """An effect that goes on paper, and when and under what number it went."""

    tenant_id: str
    outbox_id: str
    case_id: str
    office: str
    kind: str
    since: datetime
    sent_at: datetime | None = None
    number: str | None = None
    day: date | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class OfficeWords:
    """Queries about what offices said, inside one transaction."""

    connection: Connection

    def add(self, row: OfficeWordRow) -> bool:
        """Keep a word; False when one of that name was there before."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "office", "name")}
        return put(self.connection, office_word, key, values, replace=False)

    def by_name(self, tenant: str, office: str, name: str) -> OfficeWordRow | None:
        """Return the word of an office that is known by a name."""
        found = self.connection.execute(
            select(office_word).where(
                office_word.c.tenant_id == tenant,
                office_word.c.office == office,
                office_word.c.name == name,
            )
        )
        row = found.mappings().first()
        return None if row is None else OfficeWordRow(**row)

    def of_case(self, tenant: str, case_id: str) -> tuple[OfficeWordRow, ...]:
        """Return what was said about a case, newest first."""
        found = self.connection.execute(
            select(office_word)
            .where(office_word.c.tenant_id == tenant, office_word.c.case_id == case_id)
            .order_by(office_word.c.at.desc(), office_word.c.name)
        )
        return tuple(OfficeWordRow(**row) for row in found.mappings())

    def came_again(self, row: OfficeWordRow, at: datetime) -> None:
        """Note that a paper came a second time and said the same."""
        self.connection.execute(
            update(office_word)
            .where(
                office_word.c.tenant_id == row.tenant_id,
                office_word.c.office == row.office,
                office_word.c.name == row.name,
            )
            .values(again_at=at)
        )

    # --- what goes on paper -----------------------------------------------------------

    def put_on_paper(self, row: PaperOutRow) -> None:
        """Put an effect on the list, once."""
        values = asdict(row)
        key = {name: values.pop(name) for name in ("tenant_id", "outbox_id")}
        put(self.connection, paper_out, key, values, replace=False)

    def paper_out(self, tenant: str, outbox_id: str) -> PaperOutRow | None:
        """Return what became of an effect that went, or goes, on paper."""
        found = self.connection.execute(
            select(paper_out).where(
                paper_out.c.tenant_id == tenant, paper_out.c.outbox_id == outbox_id
            )
        )
        row = found.mappings().first()
        return None if row is None else PaperOutRow(**row)

    def on_paper(self, tenant: str, office: str, most: int) -> tuple[PaperOutRow, ...]:
        """Return what an office has to send on paper, oldest first.

        It sends for cases in which it plays a role, and for those linked below them.
        """
        case_id = paper_out.c.case_id
        acts = (case_office.c.tenant_id == tenant, case_office.c.office_id == office)
        link = (case_link.c.tenant_id == tenant, case_link.c.child_id == case_id)
        linked = _there_is(case_link.c.opened_at, *link)
        above = _there_is(
            case_office.c.office_id,
            *acts,
            case_office.c.case_id == case_link.c.parent_id,
        )
        below_mine = _there_is(case_link.c.opened_at, *link, above)
        mine = _there_is(
            case_office.c.office_id, *acts, case_office.c.case_id == case_id
        )
        found = self.connection.execute(
            select(paper_out)
            .where(paper_out.c.tenant_id == tenant, paper_out.c.sent_at.is_(None))
            .where(below_mine | (mine & ~linked))
            .order_by(paper_out.c.since, paper_out.c.outbox_id)
            .limit(most)
        )
        return tuple(PaperOutRow(**row) for row in found.mappings())

    def sent_of_case(self, tenant: str, case_id: str) -> tuple[PaperOutRow, ...]:
        """Return what went on paper for a case."""
        found = self.connection.execute(
            select(paper_out).where(
                paper_out.c.tenant_id == tenant,
                paper_out.c.case_id == case_id,
                paper_out.c.sent_at.is_not(None),
            )
        )
        return tuple(PaperOutRow(**row) for row in found.mappings())

    def sent_on_paper(
        self, row: PaperOutRow, number: str, day: date, by: str, at: datetime
    ) -> bool:
        """Write down how it went; False when somebody did before."""
        found = self.connection.execute(
            update(paper_out)
            .where(
                paper_out.c.tenant_id == row.tenant_id,
                paper_out.c.outbox_id == row.outbox_id,
                paper_out.c.sent_at.is_(None),
            )
            .values(sent_at=at, number=number, day=day, by=by)
        )
        return found.rowcount == 1

    def off_paper(self, row: PaperOutRow) -> bool:
        """Take it off the list; False when it went on paper or was taken off before."""
        found = self.connection.execute(
            delete(paper_out).where(
                paper_out.c.tenant_id == row.tenant_id,
                paper_out.c.outbox_id == row.outbox_id,
                paper_out.c.sent_at.is_(None),
            )
        )
        return found.rowcount == 1


def _there_is(
    counted: ColumnElement[Any], *conditions: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Return whether there is such a row for the paper that is looked at.

    It is counted, for what merely EXISTS the database may look for by reading the whole
    table once; a count it takes for each paper of the queue, by the key of its case.
    What is ``counted`` is a column of no key, lest SQLite walks along a key that holds
    all it needs, from one end to the other.
    """
    found = select(func.count(counted)).where(*conditions)
    return found.scalar_subquery() > 0
