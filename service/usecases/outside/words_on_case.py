"""What other offices said about a case, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from integrations.kinds import kinds_of
from integrations.messages import OfficeMessage
from service.persistence.office_words import OfficeWordRow, PaperOutRow
from service.persistence.rows import InboxRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import CaseFile, open_case
from service.usecases.desk import Desk
from service.usecases.outside import fault_sentences
from service.usecases.outside import word_sentences as say
from service.usecases.outside.typed_papers import shown_of


@dataclass(frozen=True, slots=True)
class WordOnCase:
    """One thing that an office said, and how it came.

    ``state`` is moved, kept, second (it waits for a second person), returned, or sent
    for what went to the office on paper;
    ``typed_by`` is who typed it from paper and ``message_id`` leads to what he typed.
    """

    at: datetime
    office: str
    label: str
    told: tuple[tuple[str, str], ...]
    state: str
    warns: bool
    typed_by: str | None
    message_id: str | None
    again_at: datetime | None


def words_of(desk: Desk, uow: UnitOfWork, file: CaseFile) -> tuple[WordOnCase, ...]:
    """Return what was said about a case and those linked below it, newest first."""
    tenant = file.row.tenant_id
    ids = [file.row.id, *(link.child_id for link in file.children)]
    found: list[WordOnCase] = []
    for case_id in ids:
        found += map(_sent, uow.words.sent_of_case(tenant, case_id))
        words = uow.words.of_case(tenant, case_id)
        waiting = uow.queues.typed_waiting(tenant, case_id)
        if not words and not waiting:
            continue
        target = file
        if case_id != file.row.id:
            target = open_case(desk, uow, uow.cases.by_id(tenant, case_id))
        found += _said(target, words)
        found += _waiting(target, waiting)
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def _said(file: CaseFile, words: tuple[OfficeWordRow, ...]) -> Iterator[WordOnCase]:
    for row in words:
        kind = kinds_of(row.office)[row.what]
        entered = row.entered or {}
        yield WordOnCase(
            row.at,
            say.OFFICES[row.office],
            kind.label,
            shown_of(kind, row.said, file),
            "moved" if row.moved else "kept",
            kind.warns and not row.said.get("lifted"),
            entered.get("by"),
            row.message_id if entered else None,
            row.again_at,
        )


def _waiting(file: CaseFile, rows: tuple[InboxRow, ...]) -> Iterator[WordOnCase]:
    for row in rows:
        message = OfficeMessage.model_validate(row.body)
        kind = kinds_of(row.source)[message.what]
        yield WordOnCase(
            row.received_at,
            say.OFFICES[row.source],
            kind.label,
            shown_of(kind, message.said, file),
            row.state,
            warns=False,
            typed_by=message.entered.by if message.entered else None,
            message_id=row.message_id,
            again_at=None,
        )


def _sent(row: PaperOutRow) -> WordOnCase:
    day = f"{row.day:%d/%m/%Y}" if row.day else ""
    return WordOnCase(
        row.sent_at or row.since,
        say.OFFICES.get(row.office, row.office),
        fault_sentences.EFFECTS.get(row.kind, row.kind),
        ((say.NUMBER_OF_DISPATCH, row.number or ""), (say.DAY_OF_DISPATCH, day)),
        "sent",
        warns=False,
        typed_by=row.by,
        message_id=None,
        again_at=None,
    )
