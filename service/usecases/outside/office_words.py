"""What an outside office said, made into moves of the case, or kept for people to read.

Which events a word raises is data (``integrations/data``). A paper is known by its
number and its day: typed here and sent over the wire, or typed twice, it counts once;
where the two contradict each other a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from integrations.kinds import Kind, differences, kinds_of, paper_key
from integrations.messages import OfficeMessage
from integrations.said import Paper
from service.errors import WordDiffersError, WordUnreadableError
from service.persistence.office_words import OfficeWordRow
from service.persistence.rows import InboxRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import CaseFile, lines_of, open_case
from service.usecases.cases.moving import Applied
from service.usecases.desk import Desk, legal_day
from service.usecases.outside import word_sentences as say
from service.usecases.outside.office_events import (
    Told,
    offers_for,
    office_of,
    raise_for,
)
from service.usecases.telling.messages import slip_for


def take_word(
    desk: Desk, uow: UnitOfWork, file: CaseFile, row: InboxRow, message: OfficeMessage
) -> tuple[Applied, ...]:
    """Take what an office said about a case; return the moves that came of it.

    Raises WordUnreadableError for a kind or a content that cannot be read,
    WordDiffersError when the same paper said something else before, or a leaf of
    MoveRefusedError; then nothing changed.
    """
    kind, said = read_word(row.source, message)
    known = known_word(uow, file.row.tenant_id, row.source, said)
    if known is not None:
        heed_differences(uow, kind, known, file.row.id, said)
        uow.words.came_again(known, desk.now())
        return ()
    moves = tuple(_moves(desk, uow, file, row, message, kind, said))
    entered = message.entered
    uow.words.add(
        OfficeWordRow(
            file.row.tenant_id,
            row.source,
            paper_key(row.source, said.number, said.day) or row.message_id,
            file.row.id,
            row.message_id,
            kind.name,
            said.number,
            said.day,
            said.model_dump(mode="json"),
            entered.model_dump(mode="json") if entered else None,
            desk.now(),
            bool(moves),
        )
    )
    return moves


def read_word(source: str, message: OfficeMessage) -> tuple[Kind, Paper]:
    """Return the kind and the content of a message; WordUnreadableError for another."""
    kind = kinds_of(source).get(message.what)
    if kind is None:
        raise WordUnreadableError(say.unknown_kind(message.what))
    try:
        return kind, kind.read(message.said)
    except ValidationError as error:
        places = {str(each["loc"][0]) for each in error.errors() if each["loc"]}
        labels = [kind.fields[name].label for name in kind.fields if name in places]
        raise WordUnreadableError(say.unreadable(kind.label, labels)) from error


def known_word(
    uow: UnitOfWork, tenant: str, source: str, said: Paper
) -> OfficeWordRow | None:
    """Return the paper with the same number and day, if it came before."""
    name = paper_key(source, said.number, said.day)
    return None if name is None else uow.words.by_name(tenant, source, name)


def heed_differences(
    uow: UnitOfWork, kind: Kind, known: OfficeWordRow, case_id: str, said: Paper
) -> None:
    """Raise WordDiffersError when a paper says something else than it did before."""
    if known.case_id != case_id:
        other = uow.cases.by_id(known.tenant_id, known.case_id)
        raise WordDiffersError(say.other_case(said.number, other.code))
    if known.what != kind.name:
        before = kinds_of(known.office)[known.what].label
        raise WordDiffersError(say.other_kind(said.number, before))
    names = differences(known.said, said.model_dump(mode="json"))
    if names:
        labels = [kind.fields[name].label for name in kind.fields if name in names]
        raise WordDiffersError(say.differs(said.number, labels))


def raised_by(kind: Kind, file: CaseFile) -> str | None:
    """Return the event of the case's chart that the kind raises, None when none."""
    states = file.procedure.chart.states.values()
    known = {event for event, _ in lines_of(states)}
    return next((event for event in kind.events if event in known), None)


def _moves(
    desk: Desk,
    uow: UnitOfWork,
    file: CaseFile,
    row: InboxRow,
    message: OfficeMessage,
    kind: Kind,
    said: Paper,
) -> Iterator[Applied]:
    """Raise what the paper implies where the chart has not come so far, then itself."""
    last = raised_by(kind, file)
    if last is None:
        return
    facts = dict(kind.facts_of(said, _sheet(uow, file, message.revision)))
    _, roles = office_of(uow, file, row.source)
    for event in (*kind.before, last):
        there = offers_for(file, roles, last, kind.papers)
        if event != last and (there or not offers_for(file, roles, event)):
            continue
        told = Told(
            event,
            facts,
            message.revision,
            row.message_id,
            kind.papers if event == last else (),
            message.entered,
        )
        yield raise_for(desk, uow, file, row.source, told)
        file = open_case(desk, uow, uow.cases.by_id(row.tenant_id, file.row.id))


def _sheet(uow: UnitOfWork, file: CaseFile, revision: int) -> Mapping[str, object]:
    """Return what our own sheet said: an answer to it does not say it again."""
    if file.parent is None:
        return {}
    parent = uow.cases.by_id(file.row.tenant_id, file.parent.parent_id)
    slip = slip_for(file, parent, legal_day(file.row.opened_at), revision)
    return {
        "asks_levy": slip.asks_levy,
        "exemption_claimed": slip.exemption_claimed,
        "debt_requested": slip.debt_requested,
    }
