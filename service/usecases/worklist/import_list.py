"""A list of the existing one-stop system, read by its codes: nothing is typed twice.

A code that a dossier here carries is that dossier: it is told where the two systems
differ, and nothing here is changed by a list. A line that names our own code ties the
two. Everything else is only followed here, as the list told of it. Nothing is guessed
from names or days. Reading the same list again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.errors import InputError
from service.persistence.outside import FollowedRow
from service.persistence.rows import FAR, CaseRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.desk import Desk
from service.usecases.outside.national_codes import NationalCodes, codes_today
from service.usecases.worklist import other_system_sentences as say
from service.usecases.worklist.list_columns import (
    CODE,
    OURS,
    BadLine,
    Entry,
    columns_of,
    entries_of,
    under_head,
)
from service.usecases.worklist.name_outside import may_tie, tie, why_not_tied
from service.usecases.worklist.spreadsheets import read_table

NEW, CHANGED, SAME, KNOWN, TIED, REFUSED = say.OUTCOMES
# So many lines are stored at once: what is done stays done when something breaks.
_BATCH = 200


@dataclass(frozen=True, slots=True)
class LineResult:
    """What became of a line of the list: its number, its code, the outcome and why.

    ``texts`` are whole sentences; ``case_code`` is the dossier here with the code.
    """

    line: int
    code: str
    outcome: str
    texts: tuple[str, ...] = ()
    case_code: str | None = None

    @property
    def text(self) -> str:
        """Return the sentences in one line."""
        return " ".join(self.texts)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a list: each line, and the columns that nobody knows."""

    lines: tuple[LineResult, ...]
    unknown_columns: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many lines had which outcome; outcomes of none are left out."""
        found = Counter(line.outcome for line in self.lines)
        return {name: found[name] for name in say.OUTCOMES if found[name]}


def import_list(
    desk: Desk, actor: Actor, content: bytes, office_id: str | None = None
) -> ImportReport:
    """Read a list (CSV or XLSX) and keep what it says, line by line.

    What is only followed stands on the list of ``office_id``, or of every counter.
    Raises InputError when the file cannot be used at all, or there is no such office.
    """
    authorize(actor, Action.OTHER_SYSTEMS, Installation(actor.tenant))
    codes = codes_today(desk)
    table = under_head(read_table(content))
    columns = columns_of(table)
    office = actor.office_id if office_id is None else office_id
    if office_id is not None:
        _known_office(desk, actor, office_id)
    importing = _Importing(desk, actor, codes, office or "", desk.now())
    entries = entries_of(table, columns, codes)
    results: list[LineResult] = []
    while batch := list(islice(entries, _BATCH)):
        with desk.database.transaction() as uow:
            results += [importing.line(uow, each) for each in batch]
    return ImportReport(tuple(results), columns.unknown)


def _known_office(desk: Desk, actor: Actor, office_id: str) -> None:
    with desk.database.reading() as uow:
        known = [each.id for each in uow.people.offices(actor.tenant)]
    if office_id not in known:
        raise InputError(say.no_such_office(office_id, ", ".join(known)))


@dataclass(frozen=True, slots=True)
class _Importing:
    desk: Desk
    actor: Actor
    codes: NationalCodes
    office_id: str
    at: datetime

    def line(self, uow: UnitOfWork, entry: Entry | BadLine) -> LineResult:
        """Keep what a line says; return what became of it."""
        if isinstance(entry, BadLine):
            return LineResult(entry.line, entry.code, REFUSED, entry.texts)
        code = entry.text(CODE) or ""
        ours = entry.text(OURS)
        carrying = uow.outside.case_by_external(self.actor.tenant, code)
        if ours is None and carrying is None:
            return self._follow(uow, entry, code)
        if ours is not None and (carrying is None or carrying.code != ours):
            return self._tie(uow, entry, code, ours, carrying)
        assert carrying is not None  # noqa: S101  the two branches above are the rest
        if not may_tie(uow, self.actor, carrying):
            return LineResult(entry.line, code, KNOWN)
        texts = self._difference(entry, carrying)
        return LineResult(entry.line, code, KNOWN, texts, carrying.code)

    def _tie(
        self,
        uow: UnitOfWork,
        entry: Entry,
        code: str,
        ours: str,
        carrying: CaseRow | None,
    ) -> LineResult:
        refusal, row = why_not_tied(uow, self.actor, ours, code, carrying)
        if row is None:
            return LineResult(entry.line, code, REFUSED, (refusal,))
        tie(uow, row, code)
        return LineResult(entry.line, code, TIED, self._difference(entry, row), ours)

    def _follow(self, uow: UnitOfWork, entry: Entry, code: str) -> LineResult:
        told = FollowedRow(
            self.actor.tenant,
            code,
            entry.text("procedure"),
            entry.text("applicant"),
            entry.day("received_on"),
            entry.day("due_on") or FAR,
            entry.day("returned_on"),
            entry.status,
            entry.text("office"),
            self.office_id,
            self.actor.name,
            self.at,
        )
        if uow.outside.follow(told):
            return LineResult(entry.line, code, NEW)
        known = uow.outside.followed(self.actor.tenant, code)
        merged = _merged(known or told, told)
        if merged == known:
            return LineResult(entry.line, code, SAME)
        uow.outside.refresh(
            replace(merged, imported_by=self.actor.name, imported_at=self.at)
        )
        return LineResult(entry.line, code, CHANGED)

    def _difference(self, entry: Entry, row: CaseRow) -> tuple[str, ...]:
        """Say where the list tells another status than the dossier here has."""
        if entry.status is None or entry.status == row.status:
            return ()
        theirs, ours = (self.codes.words(each) for each in (entry.status, row.status))
        return (say.other_status(theirs, ours),)


def _merged(known: FollowedRow, told: FollowedRow) -> FollowedRow:
    """Return what is known after a newer list; what it does not say stays."""
    return replace(
        known,
        procedure=told.procedure or known.procedure,
        applicant=told.applicant or known.applicant,
        received_on=told.received_on or known.received_on,
        due_on=known.due_on if told.due_on == FAR else told.due_on,
        returned_on=told.returned_on or known.returned_on,
        status=told.status or known.status,
        office=told.office or known.office,
    )


def in_words(line: LineResult) -> str:
    """Return what became of a line as one sentence, as the command prints it."""
    code = f"{line.code} ({line.case_code})" if line.case_code else line.code
    said = f"dòng {line.line}: {code}: {say.OUTCOMES[line.outcome]}."
    return f"{said} {line.text}" if line.text else said
