"""What the notaries were asked about the land of a matter, and what they answered."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from service.persistence.rows import Json
from service.persistence.tables.exchange import land_question
from service.persistence.upsert import put

_KEY = ("tenant_id", "matter_id", "answered")


@dataclass(frozen=True, slots=True)
class LandQuestionRow:
    """One asking: about which land, by whom, when, and what came of it.

    ``outcome`` says why there is no answer, or that there is one. The ``warnings`` are
    as the office told them; a reason stands there only when an office asked.
    """

    tenant_id: str
    matter_id: str
    answered: bool
    land: Json
    asked_by: str
    on_behalf_of: str | None
    asked_at: datetime
    answered_at: datetime | None
    outcome: str
    warnings: list[Json]


@dataclass(frozen=True, slots=True)
class LandQuestions:
    """Queries about what notaries were asked, inside one transaction."""

    connection: Connection

    def of_matter(self, tenant: str, matter_id: str) -> tuple[LandQuestionRow, ...]:
        """Return the asking without an answer and the newest answer, as far as any."""
        table = land_question.c
        found = self.connection.execute(
            select(land_question).where(
                table.tenant_id == tenant, table.matter_id == matter_id
            )
        )
        return tuple(LandQuestionRow(**row) for row in found.mappings())

    def keep(self, row: LandQuestionRow) -> None:
        """Keep an asking in the place of older ones; whoever holds the matter does it.

        An answer ends what waited for it. No asking ends an answer, and what was asked
        later stays.
        """
        for known in self.of_matter(row.tenant_id, row.matter_id):
            if known.answered == row.answered and known.asked_at > row.asked_at:
                return
            if row.answered and not known.answered and known.asked_at <= row.asked_at:
                self._drop(known)
        values = asdict(row)
        key = {name: values.pop(name) for name in _KEY}
        put(self.connection, land_question, key, values)

    def _drop(self, row: LandQuestionRow) -> None:
        table = land_question.c
        self.connection.execute(
            delete(land_question).where(
                table.tenant_id == row.tenant_id,
                table.matter_id == row.matter_id,
                table.answered.is_(row.answered),
            )
        )
