"""What the chart lets somebody do on a case now, and what not yet and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from service.auth.actors import Actor
from service.persistence.rows import FactRow
from service.usecases import sentences
from service.usecases.cases import case_sentences
from service.usecases.cases.case_duties import duties, held
from service.usecases.cases.casefile import CaseFile
from service.usecases.cases.entering import choices_of, spec_of
from service.usecases.papers.issuing import paper_name
from workflows.chart.values import Offer
from workflows.definition import FactSpec, Label, Record, Source, Warn
from workflows.errors import (
    ConditionNotMetError,
    FactsMissingError,
    MoveRefusedError,
    PapersMissingError,
)


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of an action; ``choices`` are values with their words."""

    key: str
    label: Label
    type: str
    choices: tuple[tuple[str, str], ...]
    example: object
    help: str | None
    known: object
    optional: bool = False


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An action that the chart knows here, and why it is not possible yet.

    ``named`` are the papers that must be there and ``sheets`` those that are printed
    with it, by their names.
    """

    event: str
    label: Label
    available: bool
    why_not: str | None
    fields: tuple[FieldRow, ...]
    papers: tuple[str, ...]
    warn: Warn | None
    undo: bool
    source: Source | None
    named: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    second_person: bool = False


def offers_of(
    actor: Actor, file: CaseFile, lent: Collection[str] = ()
) -> tuple[OfferRow, ...]:
    """Return what the actor may do now, and what not yet and why.

    ``lent`` are duties that somebody of his office handed to him.
    """
    roles = file.roles_of(actor)
    if not roles or file.row.ended_at is not None:
        return ()
    found = file.chart.offers(
        file.instance, roles, lookup=file.lookup, papers=file.papers()
    )
    rows: dict[str, OfferRow] = {}
    for offer in found:
        row = _for_duty(actor, offer, _offer(file, offer), roles, lent)
        rows[offer.event] = _merged(rows.get(offer.event), row)
    return tuple(sorted(rows.values(), key=lambda row: not row.available))


def _for_duty(
    actor: Actor,
    offer: Offer,
    row: OfferRow,
    roles: Collection[str],
    lent: Collection[str],
) -> OfferRow:
    """Return the action; one for somebody else of the office says for whom."""
    if actor.kind != "clerk":
        return row
    wanted = duties().of(offer.event, set(roles) & set(offer.by) or roles)
    if wanted & held(actor, lent):
        return row
    why = case_sentences.DUTIES[min(wanted)]
    return replace(row, available=False, why_not=why)


def _merged(one: OfferRow | None, other: OfferRow) -> OfferRow:
    """Join the lines of one event: which of them is taken depends on what is entered.

    A field or a paper that not every line asks for is optional.
    """
    if one is None:
        return other
    shared = {field.key for field in one.fields} & {field.key for field in other.fields}
    fields = {
        field.key: replace(field, optional=field.optional or field.key not in shared)
        for field in (*one.fields, *other.fields)
    }
    return replace(
        one,
        label=_joined(one, other),
        available=one.available or other.available,
        why_not=None if one.available or other.available else one.why_not,
        fields=tuple(fields.values()),
        papers=tuple(dict.fromkeys((*one.papers, *other.papers))),
        named=tuple(dict.fromkeys((*one.named, *other.named))),
        sheets=tuple(dict.fromkeys((*one.sheets, *other.sheets))),
        warn=one.warn or other.warn,
        second_person=one.second_person or other.second_person,
    )


def _joined(one: OfferRow, other: OfferRow) -> Label:
    """Return the words of the line that is possible, or of both when both are."""
    if one.available != other.available:
        return one.label if one.available else other.label
    if not one.available or one.label == other.label:
        return one.label
    return Label(
        citizen=f"{one.label.citizen} / {other.label.citizen}",
        clerk=f"{one.label.clerk} / {other.label.clerk}",
    )


def _offer(file: CaseFile, offer: Offer) -> OfferRow:
    label = offer.label or Label(citizen=offer.event, clerk=offer.event)
    needed = offer.needs.papers
    papers = needed if isinstance(needed, tuple) else (str(needed),)
    # Papers that are asked for can be ticked in the form of the action itself.
    waits = offer.why_not if not isinstance(offer.why_not, PapersMissingError) else None
    return OfferRow(
        offer.event,
        label,
        waits is None,
        why_not(file, waits) if waits else None,
        # What the lines of money tell is not asked a second time.
        tuple(_field(file, each) for each in offer.records if each.of_line is None),
        papers,
        offer.warn,
        offer.undo is not None,
        offer.source[0] if offer.source else None,
        tuple(_paper_words(file, paper) for paper in papers),
        tuple(paper_name(file, form) for form in _issued(file, offer)),
        second_person=offer.second_person,
    )


def _paper_words(file: CaseFile, paper: str) -> str:
    """Name a paper that an action needs; some are asked for without being named."""
    return case_sentences.NEEDED.get(paper) or paper_name(file, paper)


def _issued(file: CaseFile, offer: Offer) -> tuple[str, ...]:
    """Return the sheets that a move prints, by itself or by the state it leads to."""
    entered = file.chart.state(offer.target).entry if offer.target else ()
    return (*offer.issues, *(effect.issue for effect in entered if effect.issue))


def why_not(file: CaseFile, error: MoveRefusedError) -> str:
    """Return in words why an action is not possible yet."""
    match error:
        case FactsMissingError(missing=missing):
            words = ", ".join(_fact_label(file, key) for key in missing)
            return sentences.facts_missing(words)
        case ConditionNotMetError():
            return sentences.CONDITION
        case _:
            return sentences.NOT_NOW


def _field(file: CaseFile, record: Record) -> FieldRow:
    spec = spec_of(file, record.fact)
    choices = tuple(
        (name, label.clerk) for name, label in choices_of(file, record).items()
    ) or tuple(spec.choices.items())
    own = file.own_facts.get(record.fact)
    if spec.type == "lines":
        choices = tuple((kind, kind) for kind in file.procedure.obligations)
    return FieldRow(
        record.fact,
        spec.label,
        "choice" if choices and spec.type != "lines" else spec.type,
        choices,
        spec.example,
        spec.help,
        _again(file, spec, own, optional=record.optional),
        record.optional,
    )


def _again(
    file: CaseFile, spec: FactSpec, own: FactRow | None, *, optional: bool
) -> object:
    """Return what the field begins with: what the case recorded before, if it holds.

    What may be left out, free words and a letter belong to one act: the next one says
    it anew. A letter is of today unless somebody says otherwise.
    """
    if spec.letter is not None:
        return file.desk.today().isoformat() if spec.letter == "day" else None
    one_act = optional or spec.type == "text"
    return own.value if own and not one_act else None


def _fact_label(file: CaseFile, key: str) -> str:
    spec = file.edition.facts.get(key)
    question = file.edition.questions.get(key)
    return spec.label.clerk if spec else question.text if question else key
