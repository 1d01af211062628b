"""Notes that an office keeps on a case for itself; people never see them."""

from __future__ import annotations

import hashlib

from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.errors import BadRequestError
from service.persistence.case_desk import NoteRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases import case_sentences
from service.usecases.cases.casefile import (
    CaseFile,
    find_case,
    matter_target,
    open_case,
)
from service.usecases.desk import Desk
from workflows.errors import Problem

NOTE = "ghi-chu"
MOST_LETTERS = 2000
# So many notes of an office stand on the page of a case, the newest first.
MOST_NOTES = 50


def add_note(desk: Desk, actor: Actor, case_code: str, text: str, key: str) -> None:
    """Keep a note of the clerk's office on a case, with his name and the instant.

    The same key writes it once. Raises BadRequestError for an empty or too long text.
    """
    words = text.strip()
    if not words:
        raise BadRequestError([Problem(NOTE, text, case_sentences.NOTE_EMPTY)])
    if len(words) > MOST_LETTERS:
        raise BadRequestError([Problem(NOTE, text, case_sentences.NOTE_TOO_LONG)])
    with desk.database.transaction() as uow:
        file = open_case(desk, uow, find_case(uow, case_code))
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(actor, Action.NOTE, target)
        uow.case_desk.add_note(
            NoteRow(
                file.row.tenant_id,
                _name_of(desk, actor, case_code, key),
                file.row.id,
                actor.office_id or "",
                actor.account_id,
                actor.name,
                words,
                desk.now(),
            )
        )


def notes_of(uow: UnitOfWork, actor: Actor, file: CaseFile) -> tuple[NoteRow, ...]:
    """Return the notes of the reader's own office on a case, newest first."""
    if actor.kind != "clerk" or actor.office_id is None:
        return ()
    row = file.row
    return uow.case_desk.notes(row.tenant_id, row.id, actor.office_id, MOST_NOTES)


def _name_of(desk: Desk, actor: Actor, case_code: str, key: str) -> str:
    """Return the id of a note: that of its form, so that two taps are one note."""
    if not key:
        return desk.ids.new_id()
    said = f"{actor.key}:{case_code}:{key}".encode()
    return hashlib.sha256(said).hexdigest()[:32]
