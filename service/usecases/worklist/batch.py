"""One action on many cases: each in a transaction of its own, with its own result.

What can be done together asks for nothing, or for a day or a choice that is the same
for every case. An action that warns of a cost, that a second person confirms, or that
needs papers ticked, lines of money or free words is done case by case: there a person
must look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.errors import AppError, HeldError, InputError
from service.persistence.rows import CaseRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import desk_sentences as words
from service.usecases.cases.case_offers import FieldRow, OfferRow, offers_of
from service.usecases.cases.casefile import CaseFile, open_cases
from service.usecases.cases.decide import raise_event
from service.usecases.cases.entering import read_facts
from service.usecases.cases.holding import hold_of, names_of
from service.usecases.custody.lists_seen import note_shown
from service.usecases.desk import Desk
from workflows.chart.values import Offer
from workflows.definition import Label
from workflows.errors import EventNotExpectedError, FactsMissingError, WorkflowError

MOST_CASES = 100
TOGETHER = "together"
# Entries that may be the same for many cases; words, numbers and sums are of one case.
_SHARED = frozenset({"date", "choice", "yes_no"})


@dataclass(frozen=True, slots=True)
class Item:
    """A case that was ticked: what tells it from others, and its version on the page.

    ``state`` are the words for where it is, ``held_by`` the colleague who works on it.
    """

    case_code: str
    applicant: str
    title: str
    state: str
    version: int
    held_by: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """An action that some of the cases allow; ``fields`` are the same for all of them.

    ``codes`` are the cases that it can be done with now.
    """

    event: str
    label: Label
    fields: tuple[FieldRow, ...]
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Batch:
    """The ticked cases, and what may be done with them together, most cases first."""

    items: tuple[Item, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case: its words now, or why nothing was done."""

    case_code: str
    state: str | None
    refusal: Exception | None = None


def batch_of(desk: Desk, actor: Actor, codes: Sequence[str]) -> Batch:
    """Return what may be done with the cases that are on the desk of the office.

    Other cases are left out. Raises NotAllowedError for whoever is no clerk, InputError
    for too many cases at once.
    """
    with desk.database.reading() as uow:
        files = _files(desk, uow, actor, codes)
        names = names_of(uow, actor)
    note_shown(desk, actor, [file.row.id for file in files])
    items = tuple(_item(desk, actor, file, names) for file in files)
    found: dict[tuple[object, ...], Choice] = {}
    for file in files:
        for offer in _together(actor, file):
            key = _same(offer)
            known = found.get(key)
            codes_ = known.codes if known else frozenset()
            found[key] = Choice(
                offer.event, offer.label, offer.fields, codes_ | {file.row.code}
            )
    choices = sorted(found.values(), key=lambda each: -len(each.codes))
    return Batch(items, tuple(choices))


def do_together(
    desk: Desk,
    actor: Actor,
    event: str,
    cases: Sequence[tuple[str, int | None]],
    facts: Mapping[str, object],
    *,
    key: str,
) -> tuple[Result, ...]:
    """Raise one event on cases as they stood on the page, one after the other.

    ``cases`` are codes with the version that was seen. What one case refuses does not
    keep the others back. The same ``key`` again gives the same results: no case moves
    twice. Raises BadRequestError or FactsMissingError for an entry that no case can
    take; then nothing was done.
    """
    authorize(actor, Action.WORKLIST, Installation(actor.tenant))
    if not key:
        raise InputError("a batch needs a key")
    with desk.database.reading() as uow:
        files = _files(desk, uow, actor, [code for code, _ in cases])
    _check_entry(actor, files, event, facts)
    _note_looks(desk, actor, files)
    refusals = {
        file.row.code: refusal
        for file in files
        if (refusal := _refusal(actor, file, event, dict(cases)))
    }
    return tuple(
        Result(code, None, refusals[code])
        if code in refusals
        else _one(desk, actor, event, code, version, facts, key)
        for code, version in dict(cases).items()
    )


def _note_looks(desk: Desk, actor: Actor, files: Sequence[CaseFile]) -> None:
    """Write down that the clerk had these cases before him, who opens none of them."""
    with desk.database.transaction() as uow:
        for file in files:
            uow.people.note_access(
                tenant_id=file.row.tenant_id, at=desk.now(), who=actor.name,
                account_id=actor.account_id, office_id=actor.office_id,
                on_behalf_of=None, what=TOGETHER, matter_id=file.row.matter_id,
                case_id=file.row.id,
            )  # fmt: skip


def _refusal(
    actor: Actor, file: CaseFile, event: str, seen: Mapping[str, int | None]
) -> Exception | None:
    """Return why a case is left out: somebody must look at it by itself.

    A case that moved on since the page was read is asked all the same: it may be the
    same request again. One of which no version was seen is taken as it stands.
    """
    moved = seen[file.row.code] not in {None, file.row.version}
    fits = any(offer.event == event for offer in _together(actor, file))
    if fits or moved:
        return None
    return EventNotExpectedError(event, file.chart.active(file.instance))


def _one(
    desk: Desk,
    actor: Actor,
    event: str,
    code: str,
    version: int | None,
    facts: Mapping[str, object],
    key: str,
) -> Result:
    try:
        moved = raise_event(
            desk,
            actor,
            code,
            event,
            facts=facts,
            expected_version=version,
            idempotency_key=f"{key}:{code}",
            heeds=True,
        )
    except (AppError, WorkflowError) as refusal:
        return Result(code, None, refusal)
    return Result(code, moved.labels[0].clerk if moved.labels else "")


def _files(
    desk: Desk, uow: UnitOfWork, actor: Actor, codes: Sequence[str]
) -> tuple[CaseFile, ...]:
    authorize(actor, Action.WORKLIST, Installation(actor.tenant))
    wanted = list(dict.fromkeys(codes))
    if len(wanted) > MOST_CASES:
        raise InputError(words.too_many(MOST_CASES))
    rows = uow.worklist.by_codes(actor.tenant, actor.office_id or "", wanted)
    by_code = {row.code: row for row in rows}
    return open_cases(desk, uow, [by_code[code] for code in wanted if code in by_code])


def _together(actor: Actor, file: CaseFile) -> Iterator[OfferRow]:
    """Yield the actions of a case that need nobody to look at it by itself."""
    ready = {line.event for line in _lines(actor, file) if line.why_not is None}
    for offer in offers_of(actor, file):
        simple = all(field.type in _SHARED for field in offer.fields)
        alone = offer.warn is not None or offer.second_person
        if offer.event in ready and simple and not alone:
            yield offer


def _same(offer: OfferRow) -> tuple[object, ...]:
    fields = tuple((field.key, field.type, field.choices) for field in offer.fields)
    return (offer.event, offer.label.clerk, fields)


def _check_entry(
    actor: Actor, files: Sequence[CaseFile], event: str, facts: Mapping[str, object]
) -> None:
    """Refuse at once what is typed wrong; what only some cases refuse is their own."""
    refusals: list[Exception] = []
    for file in files:
        offers = [each for each in _together(actor, file) if each.event == event]
        if not offers:
            continue
        missing = [
            field.key
            for field in offers[0].fields
            if not field.optional and facts.get(field.key) in {None, ""}
        ]
        try:
            if missing:
                raise FactsMissingError(event, missing)
            lines = [each for each in _lines(actor, file) if each.event == event]
            read_facts(file, lines, facts)
        except (AppError, WorkflowError) as refusal:
            refusals.append(refusal)
        else:
            return
    if refusals:
        raise refusals[0]


def _lines(actor: Actor, file: CaseFile) -> tuple[Offer, ...]:
    return tuple(
        file.chart.offers(
            file.instance,
            file.roles_of(actor),
            lookup=file.lookup,
            papers=file.papers(),
        )
    )


def _held(
    desk: Desk, actor: Actor, row: CaseRow, names: Mapping[str, str]
) -> HeldError | None:
    hold = hold_of(desk, actor, row, names)
    return HeldError(hold.name, hold.until) if hold and not hold.own else None


def _item(desk: Desk, actor: Actor, file: CaseFile, names: Mapping[str, str]) -> Item:
    labels = file.chart.labels(file.instance)
    held = _held(desk, actor, file.row, names)
    return Item(
        file.row.code,
        file.row.applicant,
        file.procedure.title.clerk,
        labels[0].clerk if labels else "",
        file.row.version,
        held.name if held else None,
    )
