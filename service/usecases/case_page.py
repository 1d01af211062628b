"""A case as a clerk sees it: what may be done, what is known, how the clock stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from service.auth.actors import Actor
from service.auth.policies import Action, authorize, consent_for
from service.persistence.rows import DocumentRow, FactRow, MoveRow, OfficeRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import clocks, money, sentences
from service.usecases.answer_question import acting, find_matter
from service.usecases.case_facts import cases_of
from service.usecases.casefile import CaseFile, find_case, matter_target, open_case
from service.usecases.desk import Desk
from service.usecases.entering import choices_of, spec_of
from service.usecases.helping import terms
from service.usecases.issuing import paper_name
from service.usecases.read_matter import shown
from service.usecases.receive import FaultRow, faults_of
from service.usecases.situations import COMMUNE, PARTIES, PERSON, situation_from
from service.usecases.submit_dossier import imagined
from service.usecases.voices import disputed
from workflows.chart.values import Offer
from workflows.deadlines import ClockLedger, Holding
from workflows.definition import Label, Record, Source, Warn
from workflows.errors import (
    ConditionNotMetError,
    FactsMissingError,
    MoveRefusedError,
    PapersMissingError,
)
from workflows.packages import Edition


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
    """An action that the chart knows here, and why it is not possible yet."""

    event: str
    label: Label
    available: bool
    why_not: str | None
    fields: tuple[FieldRow, ...]
    papers: tuple[str, ...]
    warn: Warn | None
    undo: bool
    source: Source | None


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper of the dossier."""

    id: str
    name: str
    copy: tuple[str, ...]
    present: bool
    made_by: tuple[str, ...]
    form: bool


@dataclass(frozen=True, slots=True)
class CaseFact:
    """What is known, who said it, and how often it was said."""

    key: str
    label: str
    value: object
    shown: str
    said_by: str
    on_behalf_of: str | None
    source: str
    at: datetime
    history: int
    conflict: bool


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One line of the history in words."""

    seq: int
    at: datetime
    event: str
    label: Label
    by: str
    role: str
    on_behalf_of: str | None
    office: str | None
    from_labels: tuple[Label, ...]
    to_labels: tuple[Label, ...]
    handled: str
    basis: tuple[Source, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A stretch of the clock; ``days`` of the term that it used."""

    starts: datetime
    ends: datetime | None
    kind: str
    days: int
    reason: str | None
    reason_text: str | None
    source: Source | None
    letter: str | None
    ball: str | None


@dataclass(frozen=True, slots=True)
class ClockView:
    """How the clock stands; days in the unit of the term."""

    used: int
    left: int | None
    allowed: int | None
    unit: str | None
    running: bool
    finished: bool
    stopped: bool
    reason: str | None
    reason_text: str | None
    due: date | None
    appointment: date | None
    certain: bool
    late: bool
    rows: tuple[ClockRow, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """A case linked to this one."""

    case_code: str
    as_: str
    title: str
    direction: str
    state_label: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything that the page of a case shows."""

    code: str
    matter_code: str
    applicant: str
    procedure: str
    title: Label
    edition: Edition
    edition_id: str
    edition_title: str
    edition_status: str
    version: int
    status: int | None
    is_over: bool
    outcome: str | None
    labels: tuple[Label, ...]
    active: tuple[str, ...]
    done: tuple[str, ...]
    owner_role: str | None
    owner_name: str | None
    received_at: datetime | None
    appointment: date | None
    clock: ClockView | None
    offers: tuple[OfferRow, ...]
    papers: tuple[PaperRow, ...]
    facts: tuple[CaseFact, ...]
    timeline: tuple[TimelineRow, ...]
    obligations: tuple[money.MoneyRow, ...]
    people: tuple[tuple[str, str], ...]
    links: tuple[LinkedCase, ...]
    documents: tuple[DocumentRow, ...]
    warnings: tuple[str, ...]
    faults: tuple[FaultRow, ...]
    next_in_list: str | None


def case_view(desk: Desk, actor: Actor, code: str) -> CaseView:
    """Return a case for whoever may read it; that he looked is written down."""
    with desk.database.reading() as uow:
        file = open_case(desk, uow, find_case(uow, code))
        target = file.target(matter_target(desk, uow, file.matter))
        authorize(actor, Action.READ_CASE, target)
        view = _view(desk, uow, actor, file)
        person = acting(actor, consent_for(actor, None, target.matter))
    with desk.database.transaction() as uow:
        uow.people.note_access(
            tenant_id=file.row.tenant_id,
            at=desk.now(),
            who=person.name,
            account_id=person.account_id,
            office_id=person.office_id,
            on_behalf_of=person.on_behalf_of,
            what="case",
            matter_id=file.row.matter_id,
            case_id=file.row.id,
        )
    return view


def _view(desk: Desk, uow: UnitOfWork, actor: Actor, file: CaseFile) -> CaseView:
    row = file.row
    moves = uow.cases.moves(row.tenant_id, row.id)
    offices = {each.id: each for each in uow.people.offices(row.tenant_id)}
    clock = clock_view(desk, file)
    active = file.chart.active(file.instance)
    visited = {
        name
        for move in moves
        for side in ("before", "after")
        for name in move.body[side]["configuration"]
    }
    return CaseView(
        code=row.code,
        matter_code=file.matter.code,
        applicant=row.applicant,
        procedure=row.procedure,
        title=file.procedure.title,
        edition=file.edition,
        edition_id=file.edition.id,
        edition_title=file.edition.title,
        edition_status=str(file.edition.status),
        version=row.version,
        status=row.status,
        is_over=row.ended_at is not None,
        outcome=row.outcome,
        labels=file.chart.labels(file.instance),
        active=active,
        done=tuple(sorted(visited - set(active))),
        owner_role=row.owner_role,
        owner_name=owner_name(file, offices, row.owner_role),
        received_at=row.received_at,
        appointment=row.appointment,
        clock=clock,
        offers=offers_of(desk, actor, file),
        papers=_papers(file, actor),
        facts=() if actor.kind == "helper" else _facts(file),
        timeline=tuple(map(_line, moves)),
        obligations=money.rows_of(desk, uow, file),
        people=file.people,
        links=_links(uow, desk, file),
        documents=uow.records.documents(row.tenant_id, row.id),
        warnings=_warnings(file),
        faults=faults_of(uow, row.tenant_id, row.id),
        next_in_list=_next(desk, uow, actor, file),
    )


# --- what may be done -----------------------------------------------------------------


def offers_of(desk: Desk, actor: Actor, file: CaseFile) -> tuple[OfferRow, ...]:
    """Return what the actor may do now, and what not yet and why."""
    del desk
    roles = file.roles_of(actor)
    if not roles or file.row.ended_at is not None:
        return ()
    found = file.chart.offers(
        file.instance, roles, lookup=file.lookup, papers=file.papers()
    )
    rows: dict[str, OfferRow] = {}
    for offer in found:
        row = _offer(file, offer)
        rows[offer.event] = _merged(rows.get(offer.event), row)
    return tuple(sorted(rows.values(), key=lambda row: not row.available))


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
        warn=one.warn or other.warn,
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
        tuple(_field(file, record) for record in offer.records),
        papers,
        offer.warn,
        offer.undo is not None,
        offer.source[0] if offer.source else None,
    )


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
        # What may be left out belongs to one act: the next one says it anew.
        own.value if own and not record.optional else None,
        record.optional,
    )


def _fact_label(file: CaseFile, key: str) -> str:
    spec = file.edition.facts.get(key)
    question = file.edition.questions.get(key)
    return spec.label.clerk if spec else question.text if question else key


# --- papers ---------------------------------------------------------------------------


def papers_to_come(
    desk: Desk, actor: Actor, matter_code: str, step_id: str, procedure_id: str
) -> tuple[PaperRow, ...]:
    """Return the papers that a step needs whose dossier nobody has begun yet."""
    with desk.database.reading() as uow:
        matter = find_matter(uow, matter_code)
        authorize(actor, Action.READ_MATTER, matter_target(desk, uow, matter))
        file = imagined(desk, uow, matter, step_id, procedure_id)
        return _papers(file, actor)


# --- what is known --------------------------------------------------------------------


def _papers(file: CaseFile, actor: Actor) -> tuple[PaperRow, ...]:
    """Return the papers of a dossier; one that a helper hands in has the mandate."""
    rows = tuple(
        PaperRow(
            paper.id,
            paper_name(file, paper.id),
            paper.copy_,
            paper.id in file.ticked,
            paper.made_by,
            paper.form is not None,
        )
        for paper in file.required()
    )
    mandate = terms().mandate_paper
    if actor.kind != "helper" or any(row.id == mandate for row in rows):
        return rows
    ticked = mandate in file.ticked
    name = paper_name(file, mandate)
    return (*rows, PaperRow(mandate, name, ("original",), ticked, (), form=False))


def _facts(file: CaseFile) -> tuple[CaseFact, ...]:
    situation = situation_from(file.desk, file.matter, file.facts)
    people = {party.id for party in situation.parties}
    apart = disputed(file.facts, file.edition, people, cases_of(file))
    times: Counter[str] = Counter()
    newest: dict[str, FactRow] = {}
    for row in file.facts:
        if row.key != PARTIES and row.case_id in {None, file.row.id}:
            times[row.key] += 1
            before = newest.get(row.key)
            # What the case itself recorded goes before what the matter says.
            if before is None or before.case_id is None or row.case_id is not None:
                newest[row.key] = row
    return tuple(
        CaseFact(
            key,
            _label(file, key),
            row.value,
            _shown(file, key, row.value),
            row.said_by,
            row.on_behalf_of,
            row.source,
            row.at,
            times[key],
            key in apart,
        )
        for key, row in newest.items()
    )


def _shown(file: CaseFile, key: str, value: object) -> str:
    if key == COMMUNE and isinstance(value, str):
        return file.desk.territory.commune_name(file.row.tenant_id, value) or value
    return shown(file.edition.questions.get(_pattern(key)), value)


def _pattern(key: str) -> str:
    if key.startswith("party["):
        return PERSON + key.partition("].")[2]
    return "relationship" if key.startswith("relationship[") else key


def _label(file: CaseFile, key: str) -> str:
    pattern = _pattern(key)
    spec = file.edition.facts.get(pattern)
    if spec is not None:
        return spec.label.clerk
    question = file.edition.questions.get(pattern)
    if question is None:
        return key
    return sentences.about((question.legal or question.text), _people(file, key))


def _people(file: CaseFile, key: str) -> tuple[str, ...]:
    """Return the names of the people that a fact is about, by its key."""
    names = {row.key: row.value for row in file.facts if row.case_id is None}
    ids = key.partition("[")[2].partition("]")[0].split(",")
    return tuple(
        str(names.get(f"party[{each}].full_name") or each) for each in ids if each
    )


def _line(move: MoveRow) -> TimelineRow:
    body = move.body
    label = body["label"]
    return TimelineRow(
        move.seq,
        move.at,
        body["event"],
        Label.model_validate(label)
        if label
        else sentences.EVENTS.get(
            body["event"], Label(citizen=body["event"], clerk=body["event"])
        ),
        body["actor"],
        body["role"],
        body["on_behalf_of"],
        body["office_name"],
        tuple(Label.model_validate(each) for each in body["from"]),
        tuple(Label.model_validate(each) for each in body["to"]),
        body["handled"],
        tuple(Source.model_validate(each) for each in body["basis"]),
        body["message_id"],
    )


def clock_view(desk: Desk, file: CaseFile) -> ClockView | None:
    """Return how the clock of a case stands now; None before it started."""
    now = desk.now()
    ledger = clocks.main_ledger(file, clocks.moves_of(file.row.clock), now)
    standing = ledger.at(now) if ledger else None
    if ledger is None or standing is None:
        return None
    holding = standing.holdings[0] if standing.holdings else None
    length = standing.length
    return ClockView(
        standing.used,
        standing.left,
        length.n if length else None,
        length.unit if length else None,
        standing.running,
        standing.finished,
        holding is not None,
        holding.reason if holding else None,
        reason_text(holding),
        standing.due,
        standing.appointment,
        standing.certain,
        standing.late,
        clock_rows(ledger, now),
        standing.notes,
    )


def clock_rows(ledger: ClockLedger, now: datetime) -> tuple[ClockRow, ...]:
    """Return the stretches of a clock up to now."""
    rows = []
    for each in ledger.intervals:
        if each.since > now:
            continue
        holding = each.holdings[0] if each.holdings else None
        source = holding.entry.source if holding and holding.entry else None
        rows.append(
            ClockRow(
                each.since,
                each.until,
                "running" if each.running else "stopped",
                ledger.days(each, now),
                holding.reason if holding else None,
                reason_text(holding),
                source,
                holding.letter if holding else None,
                each.ball,
            )
        )
    return tuple(rows)


def reason_text(holding: Holding | None) -> str | None:
    """Return in words why a clock stands still."""
    if holding is None:
        return None
    return holding.entry.label.citizen if holding.entry else holding.reason


def owner_name(
    file: CaseFile, offices: Mapping[str, OfficeRow], role: str | None
) -> str | None:
    """Return who has the ball, in words: the office by name, else its kind."""
    if role is None:
        return None
    office = offices.get(file.offices.get(role, ""))
    if office is not None:
        return office.name
    competence = file.procedure.competence.get(role)
    kind = competence.office if competence is not None else role
    known = file.edition.offices.get(kind) if isinstance(kind, str) else None
    if known is not None:
        return known.citizen
    return sentences.ROLES.get(role, role)


def _links(uow: UnitOfWork, desk: Desk, file: CaseFile) -> tuple[LinkedCase, ...]:
    found = []
    for link in file.links:
        is_child = link.parent_id == file.row.id
        other_id = link.child_id if is_child else link.parent_id
        other = open_case(desk, uow, uow.cases.by_id(file.row.tenant_id, other_id))
        labels = other.chart.labels(other.instance)
        found.append(
            LinkedCase(
                other.row.code,
                link.name,
                other.procedure.title.clerk,
                "child" if is_child else "parent",
                labels[0].clerk if labels else "",
                other.row.ended_at is not None,
            )
        )
    return tuple(found)


def _warnings(file: CaseFile) -> tuple[str, ...]:
    warnings = [file.edition.notice] if file.edition.notice else []
    if any(role not in file.offices for role in file.procedure.competence):
        warnings.append(sentences.NO_OFFICE)
    return tuple(warnings)


def _next(desk: Desk, uow: UnitOfWork, actor: Actor, file: CaseFile) -> str | None:
    if actor.kind != "clerk" or actor.office_id is None:
        return None
    after = (file.row.due_on, file.row.id)
    rows = uow.cases.page(
        actor.tenant,
        actor.office_id,
        only=None,
        today=desk.today(),
        after=after,
        limit=1,
    )
    return rows[0].code if rows else None
