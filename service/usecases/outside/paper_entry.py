"""A paper that another office sent is typed here and goes the way of its messages.

Manual mode: where an office is not connected, or its paper is simply there first, a
clerk who works on the matter types what stands on it. It becomes the same message that
the office would have sent, with the name of who typed it; the case moves by the same
rules, and the same paper over the wire later is recognised by its number and day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NoReturn

from integrations.kinds import OFFICES, Kind, kinds_of, paper_key
from integrations.messages import Entered, OfficeMessage
from service.auth.actors import Actor
from service.auth.policies import (
    Action,
    Installation,
    ProposalTarget,
    authorize,
    may,
)
from service.errors import (
    AlreadyDecidedError,
    BadRequestError,
    NotFoundError,
    WordDiffersError,
)
from service.persistence.office_words import OfficeWordRow
from service.persistence.rows import DocumentRow, InboxRow, Json
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.approvals import WaitingRow, superior
from service.usecases.cases.case_offers import FieldRow
from service.usecases.cases.casefile import (
    CaseFile,
    find_case,
    lines_of,
    matter_target,
    open_case,
)
from service.usecases.cases.visit_case import visit_of
from service.usecases.custody.lists_seen import note_shown
from service.usecases.desk import Desk
from service.usecases.outside import fault_sentences
from service.usecases.outside import word_sentences as say
from service.usecases.outside.office_events import offers_for, office_of
from service.usecases.outside.office_words import (
    heed_differences,
    known_word,
    raised_by,
    take_word,
)
from service.usecases.outside.receive import TYPED, keep_typed, process_inbox
from service.usecases.outside.typed_papers import fields_of, read_typed, shown_of
from service.usecases.papers.paper_photos import JPEG, developed
from workflows.definition import Label
from workflows.errors import Problem

BROUGHT_BY, PHOTO, REASON = "nguoi-mang", "tep", "ly-do"
# A message that a second person must look at before it moves anything.
SECOND, RETURNED = "second", "returned"
_DECIDED = {RETURNED: "returned"}
_MOST_AT_ONCE = 20
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Place:
    """Which paper: of which office, of which kind, about which case of the matter."""

    case_code: str
    office: str
    what: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A paper that may be typed now; ``moves``: the case awaits it."""

    place: Place
    label: str
    office_name: str
    case_title: str
    moves: bool


@dataclass(frozen=True, slots=True)
class EntryForm:
    """What is asked of a paper."""

    choice: Choice
    fields: tuple[FieldRow, ...]
    people: tuple[tuple[str, str], ...]
    second_person: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What was read from what was typed, and what would come of it.

    ``known``: this paper came before and says the same; then nothing more is done.
    """

    form: EntryForm
    told: tuple[tuple[str, str], ...]
    becomes: tuple[Label, ...]
    known: OfficeWordRow | None


@dataclass(frozen=True, slots=True)
class EntryView:
    """A paper that was typed: what it says, who typed it, and how far it has come."""

    message_id: str
    case_code: str
    label: str
    office_name: str
    told: tuple[tuple[str, str], ...]
    entered: Entered
    at: datetime
    state: str
    error: str
    documents: tuple[DocumentRow, ...]
    to_confirm: bool
    mine: bool
    moved: bool
    again_at: datetime | None


def papers_to_type(desk: Desk, actor: Actor, code: str) -> tuple[Choice, ...]:
    """Return the papers of other offices that the cases of the matter can take now."""
    with desk.database.reading() as uow:
        file = _opened(desk, uow, actor, code)
        cases = uow.cases.of_matter(file.row.tenant_id, file.row.matter_id)
        targets = [open_case(desk, uow, row) for row in cases if row.ended_at is None]
        found = [
            choice for each in targets for choice in _choices(uow, actor, file, each)
        ]
    return tuple(sorted(found, key=lambda choice: not choice.moves))


def entry_form(desk: Desk, actor: Actor, code: str, place: Place) -> EntryForm:
    """Return what is asked of one paper; NotFoundError when it is not to be typed."""
    with desk.database.reading() as uow:
        return _form(uow, actor, *_both(desk, uow, actor, code, place), place)


def preview(
    desk: Desk, actor: Actor, code: str, place: Place, typed: Mapping[str, str]
) -> Preview:
    """Return what was read and what the case would do; nothing is kept.

    Raises BadRequestError with a sentence for each field, WordDiffersError when the
    paper was there with other words, or a leaf of MoveRefusedError.
    """
    try:
        with desk.database.transaction() as uow:
            _only_look(_tried(desk, uow, actor, code, place, typed))
    except _NothingKeptError as tried:
        return tried.seen


def enter_paper(
    desk: Desk, actor: Actor, code: str, place: Place, typed: Mapping[str, str]
) -> str:
    """Send what was typed the way of the office's messages; return its message id.

    The same paper once more returns the first one. Errors as with ``preview``.
    """
    seen = preview(desk, actor, code, place, typed)
    if seen.known is not None and seen.known.entered is None:
        raise BadRequestError([Problem("number", "", say.CAME_BY_WIRE)])
    with desk.database.reading() as uow:
        _, target = _both(desk, uow, actor, code, place)
        message = _message(uow, actor, target, place, typed)
        name = f"{place.office}:{message.id}"
        if uow.queues.in_by_id(target.row.tenant_id, name) is not None:
            return name
    state = SECOND if seen.form.second_person else "open"
    keep_typed(desk, place.office, message, state)
    process_inbox(desk, _MOST_AT_ONCE)
    return name


def entry_view(desk: Desk, actor: Actor, code: str, message_id: str) -> EntryView:
    """Return a paper that was typed, for whoever works on its matter."""
    with desk.database.reading() as uow:
        row, file, target = _entry(desk, uow, actor, code, message_id)
        message = OfficeMessage.model_validate(row.body)
        kind = kinds_of(row.source)[message.what]
        entered, said = _entered(message), kind.read(message.said)
        word = known_word(uow, row.tenant_id, row.source, said)
        office, _ = _speaker(uow, row.source, target)
        person = superior(desk, uow, actor, entered.account)
        documents = uow.records.documents(row.tenant_id, target.row.id)
    waits = row.state == SECOND
    return EntryView(
        row.message_id,
        target.row.code,
        kind.label,
        office,
        shown_of(kind, message.said, target),
        entered,
        row.received_at,
        row.state,
        fault_sentences.reason(row.error) if row.error else "",
        tuple(each for each in documents if each.form == _form_name(row)),
        waits and may(person, Action.CONFIRM, _proposal(file, entered)),
        entered.account == actor.account_id,
        word is not None and word.moved,
        word.again_at if word is not None else None,
    )


def papers_waiting(desk: Desk, actor: Actor) -> tuple[WaitingRow, ...]:
    """Return papers typed in the clerk's office that a second person has not seen."""
    authorize(actor, Action.WORKLIST, Installation(actor.tenant))
    with desk.database.reading() as uow:
        rows = uow.queues.typed_in(actor.tenant, actor.office_id or "")
        found = tuple(_waiting(desk, uow, actor, row) for row in rows)
    note_shown(desk, actor, sorted({row.case_id for row in rows if row.case_id}))
    return found


def count_papers_to_confirm(desk: Desk, actor: Actor) -> int:
    """Return how many typed papers wait for the actor; 0 for who does not lead."""
    if actor.office_id is None:
        return 0
    with desk.database.reading() as uow:
        if "lead" not in superior(desk, uow, actor).duties:
            return 0
        rows = uow.queues.typed_in(actor.tenant, actor.office_id)
        return sum(
            (row.body or {})["entered"]["account"] != actor.account_id for row in rows
        )


def confirm_paper(desk: Desk, actor: Actor, code: str, message_id: str) -> None:
    """Let a typed paper count: a second person of the office compared it."""
    with desk.database.transaction() as uow:
        row, entered = _to_decide(desk, uow, actor, code, message_id)
        body = dict(row.body or {})
        body["entered"] = entered.model_copy(
            update={"confirmed_by": actor.name}
        ).model_dump(mode="json")
        uow.queues.change_in(row, state="open", body=body)
    process_inbox(desk, _MOST_AT_ONCE)


def return_paper(
    desk: Desk, actor: Actor, code: str, message_id: str, reason: str
) -> None:
    """Send a typed paper back with a reason: it may be typed anew."""
    why = " ".join(reason.split())
    if not why or len(why) > _LONGEST:
        raise BadRequestError([Problem(REASON, reason, say.SAY_WHY)])
    with desk.database.transaction() as uow:
        row, _ = _to_decide(desk, uow, actor, code, message_id)
        note = f"{actor.name}: {why}"
        uow.queues.change_in(row, state=RETURNED, error=note, done_at=desk.now())


def add_paper_photo(
    desk: Desk, actor: Actor, code: str, message_id: str, content: bytes
) -> None:
    """Keep a photo or a scan of a typed paper with its case; BadRequestError else."""
    with desk.database.reading() as uow:
        _entry(desk, uow, actor, code, message_id)
    pages = developed(desk, content)
    if isinstance(pages, Problem):
        raise BadRequestError([replace(pages, key=PHOTO)])
    with desk.database.transaction() as uow:
        row, _, target = _entry(desk, uow, actor, code, message_id)
        message = OfficeMessage.model_validate(row.body)
        label = kinds_of(row.source)[message.what].label
        for page in pages:
            uow.records.add_document(
                DocumentRow(
                    row.tenant_id,
                    desk.ids.new_id(),
                    target.row.matter_id,
                    target.row.id,
                    _form_name(row),
                    say.photo_of(label),
                    JPEG,
                    hashlib.sha256(page.content).hexdigest(),
                    desk.now(),
                ),
                page.content,
                None,
            )


# --- within ---------------------------------------------------------------------------


class _NothingKeptError(Exception):
    """Ends the transaction of a try: what was tried is not kept."""

    def __init__(self, seen: Preview) -> None:
        self.seen = seen
        super().__init__("only tried")


def _only_look(seen: Preview) -> NoReturn:
    raise _NothingKeptError(seen)


def _opened(desk: Desk, uow: UnitOfWork, actor: Actor, code: str) -> CaseFile:
    """Open the case that the clerk works on, or that he looks at with a reason.

    People bring papers to the counter before their dossier lies there. Raises
    ReasonNeededError to a clerk of a counter who has not said why he looks.
    """
    file = open_case(desk, uow, find_case(uow, code))
    visit_of(desk, uow, actor, file)
    target = file.target(matter_target(desk, uow, file.matter))
    authorize(actor, Action.TYPE_PAPER, target)
    return file


def _both(
    desk: Desk, uow: UnitOfWork, actor: Actor, code: str, place: Place
) -> tuple[CaseFile, CaseFile]:
    """Return the case of the clerk and the one that the paper is about."""
    file = _opened(desk, uow, actor, code)
    target = open_case(desk, uow, find_case(uow, place.case_code))
    if target.row.matter_id != file.row.matter_id:
        raise NotFoundError("case", place.case_code)
    return file, target


def _speaker(
    uow: UnitOfWork, source: str, target: CaseFile
) -> tuple[str, frozenset[str]]:
    """Return the name of the office that speaks and its roles in the case.

    The land database is no office of the case: it speaks of the dossiers that it has.
    """
    try:
        office, roles = office_of(uow, target, source)
    except NotFoundError:
        return say.OFFICES[source], frozenset()
    return office.name, roles


def _choices(
    uow: UnitOfWork, actor: Actor, file: CaseFile, target: CaseFile
) -> Iterator[Choice]:
    for source in OFFICES:
        name, roles = _speaker(uow, source, target)
        own = actor.office_id in {target.offices[role] for role in roles}
        kinds = kinds_of(source).values()
        works_on_it = any(raised_by(kind, target) for kind in kinds)
        has_it = target.row.id == file.row.id and source in say.OF_DOSSIER
        if own or not ((works_on_it and roles) or has_it):
            continue
        for kind in kinds:
            moves = _takes(kind, target, roles)
            if kind.on_paper and moves is not None:
                place = Place(target.row.code, source, kind.name)
                title = target.procedure.title.clerk
                yield Choice(place, kind.label, name, title, moves)


def _takes(kind: Kind, target: CaseFile, roles: frozenset[str]) -> bool | None:
    """Return whether the case awaits the paper; None when it cannot take it now."""
    last = raised_by(kind, target)
    if last is None:
        return None if kind.events else False
    events = (*kind.before, last)
    return True if any(offers_for(target, roles, each) for each in events) else None


def _form(
    uow: UnitOfWork, actor: Actor, file: CaseFile, target: CaseFile, place: Place
) -> EntryForm:
    for choice in _choices(uow, actor, file, target):
        if choice.place == place:
            kind = kinds_of(place.office)[place.what]
            fields = fields_of(kind, target)
            second = _second(kind, target)
            return EntryForm(choice, fields, target.people, second)
    raise NotFoundError("paper", place.what)


def _second(kind: Kind, target: CaseFile) -> bool:
    """Return whether anything that the paper may move needs a second person."""
    raises = {*kind.before, raised_by(kind, target)}
    states = target.procedure.chart.states.values()
    return any(
        line.second_person for event, line in lines_of(states) if event in raises
    )


def _tried(
    desk: Desk,
    uow: UnitOfWork,
    actor: Actor,
    code: str,
    place: Place,
    typed: Mapping[str, str],
) -> Preview:
    file, target = _both(desk, uow, actor, code, place)
    form = _form(uow, actor, file, target, place)
    message = _message(uow, actor, target, place, typed)
    kind = kinds_of(place.office)[place.what]
    said = kind.read(message.said)
    known = known_word(uow, target.row.tenant_id, place.office, said) or _typed_before(
        uow, target, place.office, message
    )
    if known is not None:
        _heed_case(desk, uow, actor, target, known)
        heed_differences(uow, kind, known, target.row.id, said)
    row = InboxRow(
        target.row.tenant_id, message.id, place.office, target.row.id, None,
        None, None, desk.now(), "open", None, None,
    )  # fmt: skip
    try:
        moves = take_word(desk, uow, target, row, message)
    except BadRequestError as refusal:
        raise BadRequestError(_at_fields(kind, refusal)) from refusal
    becomes = moves[-1].file.chart.labels(moves[-1].outcome.after) if moves else ()
    return Preview(form, shown_of(kind, message.said, target), becomes, known)


def _typed_before(
    uow: UnitOfWork, target: CaseFile, office: str, message: OfficeMessage
) -> OfficeWordRow | None:
    """Return the same paper as it was typed before and does not count yet."""
    row = uow.queues.in_by_id(target.row.tenant_id, f"{office}:{message.id}")
    if row is None or row.case_id is None:
        return None
    told = OfficeMessage.model_validate(row.body)
    said = kinds_of(office)[told.what].read(told.said)
    return OfficeWordRow(
        row.tenant_id,
        office,
        told.id,
        row.case_id,
        row.message_id,
        told.what,
        said.number,
        said.day,
        said.model_dump(mode="json"),
        _entered(told).model_dump(mode="json"),
        row.received_at,
        moved=False,
    )


def _heed_case(
    desk: Desk, uow: UnitOfWork, actor: Actor, target: CaseFile, known: OfficeWordRow
) -> None:
    """Raise WordDiffersError for a paper of another case.

    It names the case of that matter on which the actor's office works, if any.
    """
    if known.case_id == target.row.id:
        return
    other = open_case(desk, uow, uow.cases.by_id(known.tenant_id, known.case_id))
    own = _own_case(desk, uow, actor, other)
    if may(actor, Action.READ_CASE, own.target(matter_target(desk, uow, own.matter))):
        raise WordDiffersError(say.other_case(known.number, own.row.code))
    raise WordDiffersError(say.at_some_case(known.number))


def _at_fields(kind: Kind, refusal: BadRequestError) -> Iterator[Problem]:
    """Yield the problems of facts at the fields that the facts come from."""
    of_fact = {
        fact: source.field for fact, source in kind.facts.items() if source.field
    }
    for problem in refusal.problems:
        yield replace(problem, key=of_fact.get(problem.key, "number"))


def _message(
    uow: UnitOfWork,
    actor: Actor,
    target: CaseFile,
    place: Place,
    typed: Mapping[str, str],
) -> OfficeMessage:
    kind = kinds_of(place.office)[place.what]
    said = read_typed(kind, target, typed)
    read = kind.read(said)
    key = paper_key(place.office, read.number, read.day)
    if key is None:
        raise BadRequestError([Problem("number", "", say.needed(say.NUMBER))])
    revision = target.parent.revision if target.parent else 0
    return OfficeMessage.model_validate(
        {
            "id": _free_name(uow, target, place.office, key),
            "case": target.row.code,
            "what": kind.name,
            "said": said,
            "entered": Entered(
                by=actor.name,
                account=actor.account_id or "",
                office=actor.office_id or "",
                brought_by=typed.get(BROUGHT_BY, "")[:200],
            ),
            "revision": revision,
            "sent_at": target.desk.now(),
        }
    )


def _free_name(uow: UnitOfWork, target: CaseFile, office: str, key: str) -> str:
    """Return the id of a typed paper: after one that was sent back, the next."""
    number = 1
    while True:
        name = f"{TYPED}{key}" + (f"-{number}" if number > 1 else "")
        row = uow.queues.in_by_id(target.row.tenant_id, f"{office}:{name}")
        if row is None or row.state not in {RETURNED, "dismissed"}:
            return name
        number += 1


def _entry(
    desk: Desk, uow: UnitOfWork, actor: Actor, code: str, message_id: str
) -> tuple[InboxRow, CaseFile, CaseFile]:
    file = _opened(desk, uow, actor, code)
    row = uow.queues.in_by_id(file.row.tenant_id, message_id)
    if row is None or row.case_id is None or not (row.body or {}).get("entered"):
        raise NotFoundError("paper", message_id)
    target = open_case(desk, uow, uow.cases.by_id(row.tenant_id, row.case_id))
    if target.row.matter_id != file.row.matter_id:
        raise NotFoundError("paper", message_id)
    return row, file, target


def _waiting(desk: Desk, uow: UnitOfWork, actor: Actor, row: InboxRow) -> WaitingRow:
    message = OfficeMessage.model_validate(row.body)
    entered = _entered(message)
    case = uow.cases.by_code(message.case)
    if case is None:
        raise NotFoundError("case", message.case)
    target = open_case(desk, uow, case)
    file = _own_case(desk, uow, actor, target)
    person = superior(desk, uow, actor, entered.account)
    return WaitingRow(
        row.message_id,
        target.row.code,
        target.row.applicant,
        target.procedure.title.clerk,
        kinds_of(row.source)[message.what].label,
        entered.by,
        row.received_at,
        may(person, Action.CONFIRM, _proposal(file, entered)),
        entered.account == actor.account_id,
        file.row.code,
    )


def _own_case(desk: Desk, uow: UnitOfWork, actor: Actor, target: CaseFile) -> CaseFile:
    """Return the case of the same matter on which the actor's office works."""
    for row in uow.cases.of_matter(target.row.tenant_id, target.row.matter_id):
        file = open_case(desk, uow, row)
        if actor.office_id in file.offices.values():
            return file
    return target


def _to_decide(
    desk: Desk, uow: UnitOfWork, actor: Actor, code: str, message_id: str
) -> tuple[InboxRow, Entered]:
    row, file, target = _entry(desk, uow, actor, code, message_id)
    uow.cases.locked(row.tenant_id, target.row.id)
    row = uow.queues.in_by_id(row.tenant_id, message_id) or row
    entered = _entered(OfficeMessage.model_validate(row.body))
    person = superior(desk, uow, actor, entered.account)
    authorize(person, Action.CONFIRM, _proposal(file, entered))
    if row.state != SECOND:
        raise AlreadyDecidedError(_DECIDED.get(row.state, "confirmed"), entered.by)
    return row, entered


def _entered(message: OfficeMessage) -> Entered:
    if message.entered is None:
        raise NotFoundError("paper", message.id)
    return message.entered


def _proposal(file: CaseFile, entered: Entered) -> ProposalTarget:
    return ProposalTarget(file.row.tenant_id, entered.office, entered.account)


def _form_name(row: InboxRow) -> str:
    body: Json = row.body or {}
    return f"typed-{str(body.get('id', ''))[:50]}"
