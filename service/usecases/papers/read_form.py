"""One official form as a page shows it: values with their sources, blanks with why.

Where two sources differ the reader sees both and may say which holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from forms.definition import Heading, ListBlock, Row, Signatures, Table, fields_of
from forms.filled import FilledField, FilledForm
from forms.likeness import likeness
from forms.sentences import several_sources
from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.persistence.rows import FactRow, MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import (
    CaseFile,
    find_case,
    matter_target,
    open_case,
)
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import find_matter
from service.usecases.matter.read_matter import PERSON_ID, shown
from service.usecases.matter.situations import edition_today, situation_from
from service.usecases.matter.voices import disputed, pattern_of, said_now
from service.usecases.papers.case_facts import cases_of
from service.usecases.papers.fill_forms import case_form, marked_form
from service.usecases.papers.paper_facts import name_of, said
from service.usecases.sentences import masked
from workflows.guidance import Asked, questions_about
from workflows.packages import Edition


@dataclass(frozen=True, slots=True)
class Word:
    """One of several values of a fact; ``seq`` is its number in the ledger."""

    seq: int
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """A fact on which sources differ, with what each says, the newest first."""

    key: str
    name: str
    words: tuple[Word, ...]
    question: Asked | None


@dataclass(frozen=True, slots=True)
class Part:
    """Fields of the form under one heading of it, in the printed order."""

    heading: str
    fields: tuple[FilledField, ...]


@dataclass(frozen=True, slots=True)
class FormReading:
    """A filled form with what a page needs to lead on from its blanks.

    ``asked`` are the questions by the facts that they ask for.
    """

    filled: FilledForm
    parts: tuple[Part, ...]
    disputes: tuple[Dispute, ...]
    asked: Mapping[str, Asked]

    @property
    def disputed(self) -> dict[str, int]:
        """Return the facts on which sources differ, each with its place on the page."""
        return {each.key: place for place, each in enumerate(self.disputes, start=1)}

    def lines(self, part: Part) -> list[list[FilledField]]:
        """Return the fields of a part; blanks in a row for one reason are one line.

        A blank that an answer or a choice would fill has a line of its own.
        """
        return [list(fields) for _, fields in groupby(part.fields, key=self._alike)]

    def _alike(self, field: FilledField) -> tuple[str, str | None, bool]:
        facts = {key.partition("#")[0] for key in field.keys}
        leads_on = not facts.isdisjoint({*self.asked, *self.disputed})
        alone = leads_on or not field.is_blank
        name = field.id if alone else ""
        return name, field.blank_reason, field.value is False


def read_form(
    desk: Desk, actor: Actor, matter_code: str, step_id: str, form_id: str
) -> FormReading:
    """Return a form of a step: of its case when one is open, else of the matter.

    A helper sees the ends of personal numbers only.
    """
    filled = marked_form(desk, actor, matter_code, form_id, step_id)
    hides = actor.kind == "helper"
    with desk.database.reading() as uow:
        matter = find_matter(uow, matter_code)
        cases = uow.cases.of_matter(matter.tenant_id, matter.id)
        of_step = [row for row in cases if row.step_id == step_id]
        file = open_case(desk, uow, of_step[-1]) if of_step else None
        return _reading(desk, uow, matter, file, filled, hides=hides)


def read_case_form(
    desk: Desk, actor: Actor, case_code: str, form_id: str
) -> FormReading:
    """Return a form of a case for whoever works on it."""
    filled = case_form(desk, actor, case_code, form_id)
    with desk.database.reading() as uow:
        file = open_case(desk, uow, find_case(uow, case_code))
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(actor, Action.READ_CASE, target)
        return _reading(desk, uow, file.matter, file, filled, hides=False)


def read_disputes(desk: Desk, actor: Actor, matter_code: str) -> tuple[Dispute, ...]:
    """Return every fact of a matter on which sources differ, printed or not."""
    with desk.database.reading() as uow:
        matter = find_matter(uow, matter_code)
        authorize(actor, Action.READ_MATTER, matter_target(desk, uow, matter))
        rows = uow.matters.facts(matter.tenant_id, matter.id)
    edition = edition_today(desk, matter)
    situation = situation_from(desk, matter, rows)
    people = {party.id for party in situation.parties}
    apart = disputed(rows, edition, people)
    hides = actor.kind == "helper"
    mask = _Mask(_numbers(rows, edition) if hides else frozenset())
    asked = questions_about(situation, edition, apart.keys()) if apart else {}
    return tuple(
        _dispute(edition, key, words, asked.get(key), mask)
        for key, words in apart.items()
        if key in asked or name_of(edition, key)
    )


def _dispute(
    edition: Edition,
    key: str,
    words: tuple[FactRow, ...],
    asked: Asked | None,
    mask: _Mask,
) -> Dispute:
    name = asked.text if asked is not None else name_of(edition, key)
    return Dispute(key, name, _apart(edition, words, mask), asked)


def _reading(
    desk: Desk,
    uow: UnitOfWork,
    matter: MatterRow,
    file: CaseFile | None,
    filled: FilledForm,
    *,
    hides: bool,
) -> FormReading:
    rows = file.facts if file else uow.matters.facts(matter.tenant_id, matter.id)
    edition = file.edition if file else edition_today(desk, matter)
    situation = situation_from(desk, matter, rows)
    wanted = {key.partition("#")[0] for one in filled.fields for key in one.keys}
    asked = questions_about(situation, edition, wanted)
    words = said_now(rows, edition, cases_of(file) if file else ())
    mask = _Mask(_numbers(rows, edition) if hides else frozenset())
    disputes = tuple(
        _dispute(edition, each.key, words[each.key], asked.get(each.key), mask)
        for each in filled.conflicts
        if each.key in words
    )
    return FormReading(filled, _parts(filled, mask), disputes, asked)


@dataclass(frozen=True, slots=True)
class _Mask:
    """What the reader sees of a text: of these numbers only the end."""

    hidden: frozenset[str]

    def text(self, text: str) -> str:
        """Return the text with the numbers masked."""
        for number in self.hidden:
            text = text.replace(number, masked(number))
        return text

    def field(self, field: FilledField) -> FilledField:
        """Return the field as the reader sees it."""
        value, reason = field.value, field.blank_reason
        return replace(
            field,
            value=self.text(value) if isinstance(value, str) else value,
            blank_reason=reason and self.text(reason),
        )


def _numbers(rows: Iterable[FactRow], edition: Edition) -> frozenset[str]:
    """Return every personal number that anybody ever told."""
    return frozenset(
        str(row.value)
        for row in rows
        for question in (edition.questions.get(pattern_of(row.key)),)
        if row.value and question is not None and question.type == PERSON_ID
    )


def _apart(
    edition: Edition, words: tuple[FactRow, ...], mask: _Mask
) -> tuple[Word, ...]:
    """Return each value once, with everybody who says it."""
    alike: dict[str, list[FactRow]] = {}
    for row in words:
        alike.setdefault(likeness(row.key, row.value), []).append(row)
    return tuple(
        Word(
            rows[0].seq,
            mask.text(
                shown(edition.questions.get(pattern_of(rows[0].key)), rows[0].value)
            ),
            several_sources([said(row) for row in rows]),
        )
        for rows in alike.values()
    )


def _parts(filled: FilledForm, mask: _Mask) -> tuple[Part, ...]:
    """Return the fields as printed; rows of a table stand under its caption."""
    header = filled.edition.header
    top = [*header.agency, *header.under_title]
    top += [header.place_date] if header.place_date else []
    parts: list[Part] = []
    heading, fields = "", [filled.by_id[one.id] for one in top if one.id]
    for block in filled.blocks:
        match block:
            case Heading():
                parts.append(Part(heading, tuple(fields)))
                heading, fields = f"{block.number} {block.caption}".strip(), []
            case Table() if not block.fixed:
                fields += [cell for row in filled.rows[block.id] for cell in row]
            case ListBlock():
                fields.append(filled.by_id[block.id])
            case Row() | Table() | Signatures():
                fields += [filled.by_id[one.id] for one in fields_of(block)]
            case _:
                continue
    parts.append(Part(heading, tuple(fields)))
    return tuple(
        replace(part, fields=tuple(map(mask.field, part.fields)))
        for part in parts
        if part.fields
    )
