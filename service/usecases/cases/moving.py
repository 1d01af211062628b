"""The one way in which a case moves: step, then store everything in one transaction.

``apply`` is called inside a transaction by whoever raises an event: a person, a linked
case, a timer, the money ledger. It writes the row by its version, the line of history
with its hash, the effects that wait, timers, facts and conditions, or nothing at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from service.auth.actors import Actor
from service.errors import StaleVersionError
from service.metrics import MOVES
from service.persistence.audit import FIRST, chained
from service.persistence.rows import (
    FAR,
    CaseRow,
    Json,
    MoveRow,
    OutboxRow,
    TimerRow,
    columns_of,
)
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases import clocks
from service.usecases.cases.casefile import CaseFile, offices_for
from service.usecases.cases.findable import make_findable, tells
from service.usecases.cases.hand_overs import arrived, expect
from service.usecases.desk import Desk, legal_day
from service.usecases.following.usual_time import keep_length
from workflows.chart.values import Outcome, TimerOrder
from workflows.deadlines import Standing, expiry
from workflows.definition import ClockOrder, Effect, Final, Label
from workflows.errors import ConditionNotMetError
from workflows.guards import evaluate
from workflows.statechart import Event, Instance, Papers

UNDO = "undo"
MIGRATE = "migrate"
MIGRATED = "edition.migrated"
MIGRATED_LABEL = Label(
    citizen="Hồ sơ chuyển sang làm theo quy định mới",
    clerk="Chuyển hồ sơ sang bản quy định mới theo điều khoản chuyển tiếp",
)
# A line of history that counts the days of the case anew and moves nothing.
RECOUNT = "recount"
SUBMIT = "submit"
# The effect of our own that keeps the citizen's forms with the dossier.
FILE_FORM = "file_form"
LANES = {"notify": "notify", "sync": "sync", "send": "sync", FILE_FORM: "papers"}
# What goes to an office of its own does not wait for what goes elsewhere.
_LANES_TO = {"notary": "notary"}


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a move is made: what was raised, by whom, and how it reached us.

    ``second`` is who confirmed what ``actor`` had proposed.
    """

    event: Event
    actor: Actor
    papers: Collection[str] = ()
    message_id: str | None = None
    second: Actor | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the chart looked at, so that the history can be folded by itself."""

    kind: str
    known: dict[str, object]
    papers: Papers

    def noting(self, lookup: Callable[[str], object]) -> Callable[[str], object]:
        """Return the look-up that also notes what was asked and what it said."""

        def asked(key: str) -> object:
            value = lookup(key)
            self.known[key] = plain(value)
            return value

        return asked


@dataclass(frozen=True, slots=True)
class Carried:
    """A case before and after it changes its edition, and what the history keeps."""

    before: CaseFile
    after: CaseFile
    orders: tuple[ClockOrder, ...]
    facts: Mapping[str, object]
    said: Json
    timers: tuple[TimerRow, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """A case after a move, and what the chart said about it."""

    file: CaseFile
    outcome: Outcome
    effects: int

    @property
    def row(self) -> CaseRow:
        """Return the row as it was written."""
        return self.file.row


def begin(
    desk: Desk, uow: UnitOfWork, file: CaseFile, actor: Actor, entry: str | None
) -> Applied:
    """Enter the chart of a case: the first line of its history.

    A draft whose law changed before it was handed in enters the chart anew.
    """
    at = later(file.row, desk.now())
    seen = _Seen("start", {}, Papers())
    outcome = file.chart.start(entry, lookup=seen.noting(file.lookup), at=at)
    event = Event(entry or "start", at, actor.name, "system")
    return _store(desk, uow, file, outcome, Cause(event, actor), seen)


def apply(desk: Desk, uow: UnitOfWork, file: CaseFile, cause: Cause) -> Applied:
    """Raise an event on a case; a leaf of MoveRefusedError leaves everything as it was.

    Raises StaleVersionError when somebody moved the case since the file was opened.
    """
    seen = _Seen("event", {}, file.papers(cause.papers))
    outcome = file.chart.step(
        file.instance,
        cause.event,
        lookup=seen.noting(file.lookup),
        papers=seen.papers,
    )
    return _store(desk, uow, file, outcome, cause, seen)


def take_back(desk: Desk, uow: UnitOfWork, file: CaseFile, actor: Actor) -> Applied:
    """Take the last move back, while none of its effects has left.

    Raises ConditionNotMetError when the chart does not allow it, when its effects have
    left, or when it moved a clock.
    """
    row = file.row
    last = uow.cases.last_move(row.tenant_id, row.id)
    effects = uow.queues.out_of_move(row.tenant_id, row.id, row.version)
    if last is None or not _may_take_back(file, last, effects):
        raise ConditionNotMetError(UNDO, [last.body["event"] if last else UNDO])
    restored = Instance.from_json(last.body["before"])
    for effect in effects:
        uow.queues.change_out(effect, done_at=desk.now(), error=UNDO)
    event = Event(UNDO, later(row, desk.now()), actor.name, last.body["role"])
    outcome = Outcome("moved", file.instance, restored)
    seen = _Seen(UNDO, {}, Papers())
    return _store(desk, uow, file, outcome, Cause(event, actor), seen)


def may_take_back(uow: UnitOfWork, file: CaseFile, actor: Actor) -> bool:
    """Return whether the actor made the last move and can still take it back."""
    row = file.row
    last = uow.cases.last_move(row.tenant_id, row.id)
    if last is None or last.body["actor_id"] != (actor.account_id or ""):
        return False
    effects = uow.queues.out_of_move(row.tenant_id, row.id, row.version)
    return _may_take_back(file, last, effects)


def carry_over(desk: Desk, uow: UnitOfWork, case: Carried, actor: Actor) -> Applied:
    """Put a case under another edition: one line of history, its timers armed anew.

    The promised day stays, unless ``orders`` reckon it anew.
    """
    row = case.before.row
    there = case.after.instance
    outcome = Outcome("moved", case.before.instance, there, clock=case.orders)
    event = Event(
        MIGRATED, later(row, desk.now()), actor.name, "administrator", case.facts
    )
    seen = _Seen(MIGRATE, {}, Papers())
    named = offices_for(desk, uow, case.after.procedure, case.after.matter)
    new = {role: name for role, name in named.items() if role not in case.after.offices}
    uow.cases.set_offices(row.tenant_id, row.id, new)
    file = replace(
        case.after,
        row=replace(case.after.row, instance=row.instance),
        offices={**case.after.offices, **new},
    )
    cause, said = Cause(event, actor), _migrated(case)
    applied = _store(desk, uow, file, outcome, cause, seen, said)
    uow.cases.pin(row.tenant_id, row.id, file.row.edition_digest, file.row.procedure)
    make_findable(uow, applied.row)
    uow.queues.disarm(row.tenant_id, row.id)
    for timer in case.timers:
        uow.queues.arm(timer)
    return applied


def stay(
    desk: Desk,
    uow: UnitOfWork,
    file: CaseFile,
    cause: Cause,
    effects: tuple[Effect, ...],
    more: Json,
) -> Applied:
    """Store a line of history that leaves the case where it is: its days changed.

    ``more`` is what the line says beside, its label among it.
    """
    outcome = Outcome("moved", file.instance, file.instance, effects=effects)
    seen = _Seen(RECOUNT, {}, Papers())
    return _store(desk, uow, file, outcome, cause, seen, more)


def _may_take_back(
    file: CaseFile, last: MoveRow, effects: Collection[OutboxRow]
) -> bool:
    body = last.body
    if body["kind"] in {MIGRATE, RECOUNT}:
        return False
    if any(effect.done_at or effect.failed_at or effect.tries for effect in effects):
        return False
    if body["handled"] != "moved" or body["clock"]["orders"]:
        return False
    before = Instance.from_json(body["before"])
    return any(
        line.undo is not None
        for state in (file.chart.active(before) if before.configuration else ())
        for line in file.chart.state(state).events.get(body["event"], ())
    )


def later(row: CaseRow, now: datetime) -> datetime:
    """Return the instant of a move: never before the last one, even if a clock is."""
    if not row.clock:
        return now
    return max(now, datetime.fromisoformat(row.clock[-1]["at"]))


def _store(
    desk: Desk,
    uow: UnitOfWork,
    file: CaseFile,
    outcome: Outcome,
    cause: Cause,
    seen: _Seen,
    more: Json | None = None,
) -> Applied:
    event = cause.event
    file = clocks.counting(file, event.at)
    row = file.row
    moved = replace(file, row=row)
    step = clocks.clock_move(file, outcome, event.at, event.facts)
    clock = [*row.clock, clocks.to_json(step)]
    body = _body(file, outcome, cause, seen, clock[-1])
    if more is not None:
        body |= more
    seq = row.version + 1
    head = chained(row.head_hash or FIRST, row.id, seq, body)
    after = _row_after(file, outcome, event.at, clock, seq, head)
    if not uow.cases.move(row, _columns(after)):
        raise stale(file, uow)
    desk.passing("moved")
    uow.cases.add_move(
        MoveRow(row.tenant_id, row.id, seq, event.at, body, row.head_hash, head)
    )
    if (after.status, after.appointment) != (row.status, row.appointment):
        uow.figures.touch(row.tenant_id, row.id, seq)
    desk.passing("written")
    pause = _pause(desk, outcome)
    effects = _effects(file, outcome, after, event, pause)
    uow.queues.put_out(effects)
    _set_timers(desk, uow, file, outcome, after, event)
    _record_facts(uow, file, cause)
    expect(uow, moved, after, event.at)
    if any(order.start for order in outcome.clock):
        arrived(uow, file, cause.actor, event.at)
    comes = row.office_id is None and after.office_id is not None
    if comes or tells(event.facts):
        make_findable(uow, after)
    if cause.papers:
        ticks = dict.fromkeys(cause.papers, True)
        uow.cases.set_papers(
            row.tenant_id, row.id, ticks, by=cause.actor.name, at=event.at
        )
    _hear(uow, file, outcome, event)
    final = file.chart.outcome(outcome.after)
    if final is not None and file.row.ended_at is None and after.ended_at is not None:
        _end(uow, file, final, cause, event.at)
        if final.establishes:
            keep_length(uow, replace(moved, row=after), event.at)
    if not desk.practice:
        MOVES.add(row.procedure)
    desk.passing("effects")
    return Applied(replace(moved, row=after), outcome, len(effects))


def stale(file: CaseFile, uow: UnitOfWork) -> StaleVersionError:
    """Return the error that tells who moved the case and what they did."""
    last = uow.cases.last_move(file.row.tenant_id, file.row.id)
    if last is None:
        return StaleVersionError(file.row.version, "", "", file.row.since)
    label = last.body.get("label") or {}
    return StaleVersionError(
        last.seq,
        str(last.body["actor"]),
        str(label.get("clerk") or last.body["event"]),
        last.at,
    )


# --- the row and the line of history --------------------------------------------------


def _row_after(
    file: CaseFile,
    outcome: Outcome,
    at: datetime,
    clock: list[Json],
    seq: int,
    head: str,
) -> CaseRow:
    row, chart = file.row, file.chart
    owner = chart.owner(outcome.after)
    final = chart.outcome(outcome.after)
    ledger = clocks.main_ledger(file, clocks.moves_of(clock), at)
    standing = ledger.at(at) if ledger else None
    holding = standing.holdings[0] if standing and standing.holdings else None
    changed = outcome.after.configuration != outcome.before.configuration
    return replace(
        row,
        version=seq,
        instance=outcome.after.to_json(),
        clock=clock,
        head_hash=head,
        status=chart.status(outcome.after),
        owner_role=owner,
        office_id=_desk_of(file, outcome.after, owner),
        received_at=row.received_at or (at if standing else None),
        since=at if changed else row.since,
        due_on=_list_day(standing),
        appointment=standing.appointment if standing else None,
        stop_reason=holding.reason if holding else None,
        ended_at=row.ended_at or (at if final else None),
        outcome=final.name if final else None,
    )


def _list_day(standing: Standing | None) -> date:
    """Return the day by which the lists order a case and count it as late.

    What is finished is never late: it waits for somebody to fetch it.
    """
    if standing is None or standing.finished:
        return FAR
    return standing.due or FAR


def _desk_of(file: CaseFile, instance: Instance, owner: str | None) -> str | None:
    """Return the office on whose list the case stands: the one that has the ball.

    While the citizen has it, that is the office that he comes to: the one which the
    innermost state lets act.
    """
    if owner is not None and owner in file.desks:
        return file.desks[owner]
    roles = (
        role
        for state in reversed(file.chart.active(instance))
        for lines in file.chart.state(state).events.values()
        for line in lines
        for role in line.by
    )
    here = next((role for role in roles if role in file.desks), None)
    return file.desks[here] if here else file.row.office_id


def _columns(row: CaseRow) -> Json:
    columns = columns_of(row)
    for name in (
        "tenant_id", "id", "code", "matter_id", "step_id", "procedure",
        "edition_digest", "applicant", "opened_at", "faults", "assignee_id",
        "held_by", "held_until", "external_code", "channel",
    ):  # fmt: skip
        del columns[name]
    return columns


def _body(
    file: CaseFile,
    outcome: Outcome,
    cause: Cause,
    seen: _Seen,
    clock: Json,
) -> Json:
    event, actor = cause.event, cause.actor
    label = label_of(file, outcome, event.name)
    body = {
        "kind": seen.kind,
        "edition": file.edition.digest,
        "procedure": file.row.procedure,
        "event": event.name,
        "at": event.at.isoformat(),
        "actor": actor.name,
        "actor_id": actor.account_id,
        "role": event.role,
        "on_behalf_of": actor.on_behalf_of,
        "office": actor.office_id,
        "office_name": actor.office_name,
        "facts": plain(dict(event.facts)),
        "revision": event.revision,
        "papers": {
            "present": sorted(seen.papers.present),
            "required": sorted(seen.papers.required),
            "originals": seen.papers.originals_in,
        },
        "known": plain(seen.known),
        "handled": outcome.handled,
        "before": outcome.before.to_json(),
        "after": outcome.after.to_json(),
        "label": label and label.model_dump(),
        "from": [each.model_dump() for each in _labels(file, outcome.before)],
        "to": [each.model_dump() for each in _labels(file, outcome.after)],
        "basis": [
            source.model_dump(mode="json", exclude_none=True)
            for taken in outcome.taken
            for source in taken.transition.source
        ],
        "clock": clock,
        "counted_with": file.row.counted_with,
        "message_id": cause.message_id,
    }
    return body | _confirmed(cause)


def _confirmed(cause: Cause) -> Json:
    """Return both names of a move that one person proposed and another confirmed."""
    body: Json = {}
    if cause.event.second is not None:
        body["second"] = cause.event.second
    if cause.second is not None:
        body["second_id"] = cause.second.account_id
        body["second_for"] = cause.second.on_behalf_of
    return body


def _migrated(case: Carried) -> Json:
    """Return what the line of a migration says otherwise than other lines do."""
    clause = case.said["clause"]
    before = _labels(case.before, case.before.instance)
    return {
        "migration": case.said,
        "label": MIGRATED_LABEL.model_dump(),
        "from": [each.model_dump() for each in before],
        "basis": [clause["source"]] if clause else [],
    }


def label_of(file: CaseFile, outcome: Outcome, event: str) -> Label | None:
    """Return the words for a move: those of the arrow that the event itself took."""
    del file
    labels = [
        taken.transition.label
        for taken in outcome.taken
        if taken.transition.label is not None
    ]
    own = [
        taken.transition.label
        for taken in outcome.taken
        if taken.event_name == event and taken.transition.label is not None
    ]
    return next(iter((*own, *labels)), None)


def _labels(file: CaseFile, instance: Instance) -> tuple[Label, ...]:
    if not instance.configuration or not file.chart.knows(instance):
        return ()
    return file.chart.labels(instance)


def plain(value: object) -> object:
    """Return a value as JSON has it: exact numbers as text, days as ISO dates."""
    match value:
        case None | bool() | int():
            return value
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(part) for key, part in value.items()}
        case list() | tuple() | set() | frozenset():
            parts = [plain(part) for part in value]
            return parts if isinstance(value, list | tuple) else sorted(parts, key=str)
        case _:
            return str(value)


# --- what follows from the move -------------------------------------------------------


def _lane(kind: str, body: Json) -> str:
    lane = LANES.get(kind, "inner")
    return _LANES_TO.get(str(body["to"]), lane) if kind == "sync" else lane


def _effects(
    file: CaseFile, outcome: Outcome, after: CaseRow, event: Event, pause: timedelta
) -> list[OutboxRow]:
    bodies = [
        (effect.kind, _effect_body(file, outcome, event, effect))
        for effect in outcome.effects
    ]
    if event.name == SUBMIT and outcome.handled == "moved":
        bodies += [
            (FILE_FORM, {"form": paper.form}) for paper in file.required() if paper.form
        ]
    if after.ended_at is not None and file.row.ended_at is None:
        bodies += [("end", {"outcome": after.outcome})]
    if after.status is not None and after.status != file.row.status:
        bodies += [("sync", {"what": "status", "to": "one_stop"})]
    return [
        OutboxRow(
            after.tenant_id,
            f"{after.id}-{after.version:04d}-{n:02d}",
            after.id,
            _lane(kind, body),
            after.version,
            n,
            kind,
            body | {"status": after.status, "at": event.at.isoformat()},
            event.at,
            event.at + pause,
            0,
            None,
            None,
            None,
        )
        for n, (kind, body) in enumerate(bodies)
    ]


def _pause(desk: Desk, outcome: Outcome) -> timedelta:
    """Return how long effects wait, so that a slip can be taken back before."""
    if any(taken.transition.undo for taken in outcome.taken):
        return timedelta(seconds=desk.settings.undo_seconds)
    return timedelta(0)


def _effect_body(
    file: CaseFile, outcome: Outcome, event: Event, effect: Effect
) -> Json:
    body = effect.model_dump(mode="json", by_alias=True, exclude_none=True)[effect.kind]
    content: Json = body if isinstance(body, dict) else {effect.kind: body}
    if effect.signal is not None and effect.signal.to != "parent":
        revisions = dict(outcome.after.revisions)
        content = content | {"revision": revisions.get(effect.signal.to, 0)}
    if effect.signal is not None and effect.signal.to == "parent":
        content = content | {"revision": heard(file, outcome, event)}
    return content


def heard(file: CaseFile, outcome: Outcome, event: Event) -> int:
    """Return the newest correction of the parent that this case has acted on."""
    before = file.parent.revision if file.parent else 0
    if event.role == "parent" and outcome.handled in {"moved", "recorded"}:
        before = max(before, event.revision)
    taken_up = [
        told.event.revision
        for told in outcome.delivered
        if told.handled in {"moved", "recorded"}
    ]
    return max([before, *taken_up])


def _hear(uow: UnitOfWork, file: CaseFile, outcome: Outcome, event: Event) -> None:
    if file.parent is None:
        return
    revision = heard(file, outcome, event)
    if revision > file.parent.revision:
        uow.cases.hear_revision(file.row.tenant_id, file.row.id, revision)


def _set_timers(
    desk: Desk,
    uow: UnitOfWork,
    file: CaseFile,
    outcome: Outcome,
    after: CaseRow,
    event: Event,
) -> None:
    for order in outcome.timers:
        uow.queues.disarm(after.tenant_id, after.id, order.state)
        due_at = _due(desk, file, order, event) if order.arm else None
        if due_at is not None:
            uow.queues.arm(
                TimerRow(
                    after.tenant_id,
                    after.id,
                    order.state,
                    order.event,
                    due_at,
                    after.version,
                )
            )
    if after.ended_at is not None:
        uow.queues.disarm(after.tenant_id, after.id)


def _due(
    desk: Desk, file: CaseFile, order: TimerOrder, event: Event
) -> datetime | None:
    length = clocks.resolved(file, order.length, legal_day(event.at))
    if length is None:
        return None
    calendar = desk.calendar.in_place(file.row.tenant_id, file.matter.commune)
    day = clocks.counted_from(file, order.since, event.at, event.facts)
    return expiry(day, length, calendar)


def _record_facts(uow: UnitOfWork, file: CaseFile, cause: Cause) -> None:
    actor, event = cause.actor, cause.event
    uow.matters.add_facts(
        file.row.tenant_id,
        file.row.matter_id,
        [
            {
                "key": key,
                "value": plain(value),
                "said_by": actor.name,
                "on_behalf_of": actor.on_behalf_of,
                "at": event.at,
                "source": actor.office_id or event.role,
                "detail": cause.message_id,
                "case_id": file.row.id,
            }
            for key, value in event.facts.items()
        ],
    )


def _end(
    uow: UnitOfWork, file: CaseFile, final: Final, cause: Cause, at: datetime
) -> None:
    """Say which conditions the outcome brought about and which it took away.

    What the case found out then holds for the whole matter: the number of a contract,
    the number of a new certificate.
    """
    row = file.row
    tenant, matter_id = row.tenant_id, row.matter_id
    by = {"case_id": row.id, "at": at}
    seen = {**{key: each.value for key, each in file.own_facts.items()}}
    seen |= dict(cause.event.facts)

    def lookup(key: str) -> object:
        return seen[key] if key in seen else file.lookup(key)

    established = [
        result.condition
        for result in final.establishes
        if result.when is None or evaluate(result.when, lookup) is True
    ]
    if established:
        for condition in file.procedure.ends:
            uow.matters.set_condition(tenant, matter_id, condition, holds=False, **by)
        uow.matters.add_facts(
            tenant,
            matter_id,
            [
                {
                    "key": key,
                    "value": plain(value),
                    "said_by": cause.actor.name,
                    "at": at,
                    "source": row.procedure,
                    "detail": row.code,
                }
                for key, value in seen.items()
            ],
        )
    for condition in established:
        uow.matters.set_condition(tenant, matter_id, condition, holds=True, **by)
    if file.parent is not None:
        uow.cases.close_links(tenant, row.id, at)
