"""What must hold after a run, each promise by its name and with how much was looked at.

A check that looked at nothing fails: it has proved nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from integrations.messages import OfficeMessage
from service.faults.history import Command, History
from service.faults.rows import Store
from service.faults.world import World
from service.persistence.contacts import tracking_of
from service.persistence.rows import Json, MoveRow, OutboxRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.moving import UNDO
from service.usecases.cases.vouchers import PAID, PAYMENT, voucher_of
from service.usecases.custody.verify_audit import outcome_of, verify_audit
from service.usecases.desk import Desk
from service.usecases.outside.outward_records import ONE_STOP
from workflows.statechart import Instance

Figure = Literal["lost", "twice", ""]


@dataclass(frozen=True, slots=True)
class Check:
    """One promise: how much was looked at and what does not hold.

    ``figure`` says whether findings count as something lost or something done twice.
    """

    name: str
    looked_at: int
    wrong: tuple[str, ...]
    figure: Figure = ""

    @property
    def ok(self) -> bool:
        """Return whether it held, and there was something to look at."""
        return not self.wrong and self.looked_at > 0


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a check looks at."""

    desk: Desk
    uow: UnitOfWork
    store: Store
    history: History
    seen: dict[str, dict[str, list[str]]]
    before: frozenset[str]

    def commands(self) -> Iterator[tuple[Command, Json | None]]:
        """Yield what was asked, with the answer that the service keeps of it."""
        by_end = {
            key.partition(":")[2]: value for key, value in self.store.answers.items()
        }
        by_last = {key.rpartition(":")[2]: v for key, v in self.store.answers.items()}
        for command in self.history.commands:
            kept = by_last if command.kind == "submit" else by_end
            yield command, kept.get(command.key)


def checks(world: World) -> tuple[Check, ...]:
    """Look at everything that a run left, with the desk of the harness."""
    return look_at(world.desk, world.history, world.offices.seen, world.before)


def look_at(
    desk: Desk,
    history: History,
    seen: dict[str, dict[str, list[str]]],
    before: frozenset[str],
) -> tuple[Check, ...]:
    """Look at a store, at what was asked of it, and at what the offices have seen."""
    with desk.database.reading() as uow:
        scene = Scene(desk, uow, Store.of(uow), history, seen, before)
        found = [_made(name, figure, look(scene)) for name, figure, look in CHECKS]
    return (*found, *_audited(desk))


def _made(name: str, figure: Figure, looked: Iterator[str | None]) -> Check:
    """Return a check from what it yields: None for each good thing, else a sentence."""
    told = list(looked)
    wrong = [each for each in told if each is not None]
    return Check(name, len(told), tuple(wrong), figure)


def _audited(desk: Desk) -> Iterator[Check]:
    report = verify_audit(desk)
    for name, kinds, looked_at in (
        (
            "chain whole",
            {"missing", "order", "changed", "cut", "deleted"},
            report.moves,
        ),
        ("state equals the fold of the history", {"fold", "row"}, report.cases),
        ("counters equal a recount", {"count"}, report.cases),
    ):
        wrong = [
            f"{each.case_code} {each.seq}: {each.text}"
            for each in report.findings
            if each.kind in kinds
        ]
        yield Check(name, looked_at, tuple(wrong))


# --- commands -------------------------------------------------------------------------


def _kept(scene: Scene) -> Iterator[str | None]:
    """Check that every acknowledged command stands in the history exactly once."""
    cases = scene.store.by_code()
    for command, answer in scene.commands():
        if not command.acknowledged:
            continue
        if answer is None:
            yield f"{_name(command)}: acknowledged, and no answer is kept"
            continue
        case = cases.get(answer["case_code"])
        move = scene.store.move(case, answer["version"]) if case else None
        if move is None or move.body["event"] != command.event:
            yield f"{_name(command)}: acknowledged, and not in the history"
        elif command.version is not None and move.seq != command.version + 1:
            yield f"{_name(command)}: acknowledged at {move.seq}"
        elif command.kind != "submit" and move.body["actor_id"] != command.actor:
            yield f"{_name(command)}: the history names {move.body['actor_id']}"
        else:
            yield None


def _once(scene: Scene) -> Iterator[str | None]:
    """Check that each move of a person in the history was asked for by one key."""
    asked = Counter(
        (answer["case_code"], answer["version"])
        for answer in scene.store.answers.values()
        if "case_code" in answer and not answer.get("proposal")
    )
    for case in scene.store.cases.values():
        for move in scene.store.moves[case.id]:
            if f"{case.id}~{move.seq}" not in scene.before and _of_a_person(move):
                times = asked[case.code, move.seq]
                ok = times == 1
                told = (
                    f"{case.code} {move.seq} {move.body['event']}: asked {times} times"
                )
                yield None if ok else told


def _of_a_person(move: MoveRow) -> bool:
    body = move.body
    asked = body["kind"] in {"event", UNDO} and body["message_id"] is None
    return asked and (bool(body["actor_id"]) or body["event"] == "submit")


def _one_wins(scene: Scene) -> Iterator[str | None]:
    """Check that of all who act on one version of a case only one is told: done."""
    by_version: dict[tuple[str, int], list[Command]] = defaultdict(list)
    for command in scene.history.commands:
        if command.version is not None and command.answered:
            by_version[command.case, command.version].append(command)
    for (case, version), met in by_version.items():
        if len(met) < 2:
            continue
        won = [each for each in met if each.acknowledged]
        names = ", ".join(_name(each) for each in won)
        yield f"{case} at {version}: {names}" if len(won) > 1 else None


def _same_again(scene: Scene) -> Iterator[str | None]:
    """Check that what was done once is answered the same when it is asked again."""
    for command in scene.history.commands:
        told = [each for each in command.answered if each.told != "proposed"]
        if len(told) < 2 or not command.acknowledged:
            continue
        seen = {(each.told, each.where) for each in told}
        yield None if len(seen) == 1 else f"{_name(command)}: {sorted(seen)}"


def _answered(scene: Scene) -> Iterator[str | None]:
    """Check that the service answers in the end, and never by breaking."""
    yield from scene.history.odd
    for command in scene.history.commands:
        broken = [each.status for each in command.attempts if each.told == "broken"]
        yield f"{_name(command)}: {broken}" if broken else None


def _name(command: Command) -> str:
    at = f"{command.case}~{command.version}" if command.case else command.group
    return f"{command.kind} {command.number} {command.event} {at} by {command.actor}"


# --- effects --------------------------------------------------------------------------


def _effects_stored(scene: Scene) -> Iterator[str | None]:
    """Check that every effect that a move asks for has its row."""
    effects = scene.store.effects_of()
    for case in scene.store.cases.values():
        instance = Instance()
        for move in scene.store.moves[case.id]:
            outcome = outcome_of(scene.desk, scene.uow, instance, move)
            instance = Instance.from_json(move.body["after"])
            if outcome is None:
                continue
            rows = {row.n: row.kind for row in effects[case.id, move.seq]}
            wanted = {n: each.kind for n, each in enumerate(outcome.effects)}
            for n, kind in wanted.items():
                ok = rows.get(n) == kind
                told = f"{case.code} {move.seq}: effect {n} {kind} has no row"
                yield None if ok else told


def _delivered(scene: Scene) -> Iterator[str | None]:
    """Check that every effect was done, and that the office has what was for it."""
    taxed = _of_tax(scene)
    for row in scene.store.outbox.values():
        if row.id in scene.before:
            continue
        office = _goes_to(scene, row)
        if row.done_at is None:
            yield f"{row.id} {row.kind}: {row.error or 'waits'}"
        elif (
            not office
            or row.error == UNDO
            or (office == "tax" and row.case_id not in taxed)
        ):
            continue
        else:
            ok = row.id in scene.seen[office]
            yield None if ok else f"{row.id} {row.kind}: never reached {office}"


def _goes_to(scene: Scene, row: OutboxRow) -> str:
    """Return the office outside that an effect goes to, an empty text for none.

    What was fixed for it says so; what was never fixed should have gone where most do.
    """
    fixed = scene.uow.exchanges.outgoing(row.tenant_id, row.id)
    if fixed is not None:
        return fixed.office
    if row.kind == "sync":
        return "portal" if row.body["to"] == ONE_STOP else "land_registry"
    return "tax" if row.kind == "send" else ""


def _of_tax(scene: Scene) -> frozenset[str]:
    """Return the cases that the tax office works on."""
    return frozenset(
        case.id
        for case in scene.store.cases.values()
        if any(
            office.startswith("tax-")
            for office in scene.uow.cases.offices(case.tenant_id, case.id).values()
        )
    )


def _one_body(scene: Scene) -> Iterator[str | None]:
    """Check that an office that gets a message twice gets the same message."""
    for office, keys in scene.seen.items():
        for key, bodies in keys.items():
            if len(bodies) > 1:
                told = f"{office} {key}: {len(set(bodies))} different bodies"
                yield None if len(set(bodies)) == 1 else told


def _in_order(scene: Scene) -> Iterator[str | None]:
    """Check that an office heard of one case in the order in which it moved."""
    for office, keys in scene.seen.items():
        last: dict[tuple[str, str], tuple[int, int]] = {}
        for key in keys:
            row = scene.store.outbox.get(key)
            if row is None:
                continue
            place = (row.case_id, row.lane)
            before, now = last.get(place, (0, 0)), (row.seq, row.n)
            told = f"{office} heard of {key} after {before}"
            yield None if before <= now else told
            last[place] = max(before, now)


def _committed(scene: Scene) -> Iterator[str | None]:
    """Check that no office has heard of anything that is not stored here."""
    for office, keys in scene.seen.items():
        texts = {tracking_of(name) for name in scene.store.messages}
        known = texts if office == "messaging" else set(scene.store.outbox)
        for key in keys:
            name = key.rpartition(".")[0] if office == "messaging" else key
            yield None if name in known else f"{office} heard of {key}"


def _nothing_open(scene: Scene) -> Iterator[str | None]:
    """Check that nothing waits any more."""
    for effect in scene.store.outbox.values():
        waits = effect.done_at is None and effect.failed_at is None
        told = f"{effect.id} {effect.kind} {effect.error or ''}"
        yield told if waits else None
    for name, row in scene.store.inbox.items():
        yield f"message {name}" if row["state"] == "open" else None


# --- messages -------------------------------------------------------------------------


def _messages_heard(scene: Scene) -> Iterator[str | None]:
    """Check that what we said we have was applied or lies before a person."""
    for message in scene.history.messages:
        if message.kind != "true" or not _TAKEN_IN & set(message.outcomes):
            continue
        row = scene.store.inbox.get(f"{message.office}:{message.id}")
        if row is None:
            yield f"{message.id}: {message.outcomes}, and not kept"
        else:
            ok = row["state"] in {"done", "fault", "dismissed"}
            yield None if ok else f"{message.id}: {row['state']}"


def _messages_once(scene: Scene) -> Iterator[str | None]:
    """Check that no message moved a case twice."""
    times = Counter(
        move.body["message_id"]
        for moves in scene.store.moves.values()
        for move in moves
        if move.body["message_id"] is not None
    )
    for name, count in times.items():
        row = scene.store.inbox.get(name)
        if count > 1:
            yield f"{name}: applied {count} times"
        elif row is not None and row["state"] == "fault":
            yield f"{name}: applied, and before a person as if it were not"
        else:
            yield None


def _unreadable_kept(scene: Scene) -> Iterator[str | None]:
    """Check that what cannot be read lies before a person."""
    kept = {
        name.rpartition(":")[2]
        for name, row in scene.store.inbox.items()
        if row["state"] in {"quarantined", "dismissed"}
    }
    for message in scene.history.messages:
        if message.kind == "garbage" and "quarantined" in message.outcomes:
            ok = message.sha256[:32] in kept
            yield None if ok else f"{message.id}: quarantined, and not kept"


def _nonsense_kept_out(scene: Scene) -> Iterator[str | None]:
    """Check that what is garbled, or was not signed by the office, moves nothing."""
    for message in scene.history.messages:
        if message.kind == "forged":
            told = [each for each in message.outcomes if each == "accepted"]
            yield f"{message.id}: {told}" if told else None
        elif message.kind == "garbage" and message.outcomes:
            # A door that broke is knocked at again; what it says in the end counts.
            *_, last = message.outcomes
            broken = [each for each in message.outcomes if each.startswith("5")]
            told = [each for each in message.outcomes if each not in _KEPT_OUT]
            ok = last in _KEPT_OUT and told == broken
            yield None if ok else f"{message.id}: {told}"


def _newest_wins(scene: Scene) -> Iterator[str | None]:
    """Check that a linked case has acted on the newest sheet that it was told of.

    And that what it answers to an older sheet moves nothing.
    """
    for link in scene.store.links:
        heard = [
            move.body["revision"]
            for move in scene.store.moves[link.child_id]
            if move.body["role"] == "parent" and move.body["handled"] in _TAKEN
        ]
        newest = max([0, *heard])
        told = f"{link.child_id}: acts on {link.revision}, heard {newest}"
        yield None if link.revision >= newest else told
    for case in scene.store.cases.values():
        for move in scene.store.moves[case.id]:
            source, _, rest = move.body["event"].partition(".")
            if source == "child":
                sent = dict(Instance.from_json(move.body["before"]).revisions)
                newest = sent.get(rest.partition(".")[0], 0)
                old = move.body["revision"] < newest and move.body["handled"] in _TAKEN
                told = f"{case.code} {move.seq} {rest}: acts on an answer to an older"
                yield told if old else None


def _undone_never_left(scene: Scene) -> Iterator[str | None]:
    """Check that what was taken back is at no office and on nobody's page."""
    left = scene.store.shown.union(*scene.seen.values())
    for row in scene.store.outbox.values():
        late = row.error == UNDO and row.id in left
        yield f"{row.id} {row.kind}: taken back after it left" if late else None


def _timers_raised(scene: Scene) -> Iterator[str | None]:
    """Check that each timer that was seen to run out raised its event, or a fault."""
    noted = defaultdict(list)
    for timer in scene.history.timers:
        noted[timer.case_id].append(timer)
    for case in scene.store.cases.values():
        raised = {move.body["event"]: move.seq for move in scene.store.moves[case.id]}
        for each in noted[case.id]:
            fault = f"timer-{case.id}-{each.armed_seq}-{each.event}"
            ok = raised.get(each.event, 0) > each.armed_seq or (
                fault in scene.store.inbox
            )
            yield None if ok else f"{case.code}: {each.event} was never raised"
        yield None


def _credited(scene: Scene) -> Iterator[str | None]:
    """Check that money that a message credited stands on a voucher that says so."""
    paid = defaultdict(set)
    for row in scene.store.inbox.values():
        if (row["body"] or {}).get("kind") == PAYMENT:
            voucher = voucher_of(OfficeMessage.model_validate(row["body"]))
            if voucher.status == PAID:
                paid[voucher.number].add(voucher.amount)
    for row in scene.store.payments:
        ok = row["by"] != PAYMENT or row["amount"] in paid[row["voucher"]]
        yield None if ok else f"{row['voucher']}: {row['amount']} was never paid"
    yield from (None for _ in scene.store.cases)


_TAKEN_IN = frozenset({"accepted", "duplicate"})
_KEPT_OUT = frozenset({"quarantined", "duplicate", "401"})
_TAKEN = frozenset({"moved", "recorded"})

Looks = Callable[[Scene], Iterator[str | None]]
CHECKS: tuple[tuple[str, Figure, Looks], ...] = (
    ("every acknowledged command is kept", "lost", _kept),
    ("every move was asked for once", "twice", _once),
    ("of two at once one wins", "twice", _one_wins),
    ("a repeat gets the same answer", "", _same_again),
    ("the service answers, and never breaks", "", _answered),
    ("every effect of a move is stored with it", "lost", _effects_stored),
    ("every effect reached its office", "lost", _delivered),
    ("a repeat to an office is the same message", "twice", _one_body),
    ("the order within a case is kept", "", _in_order),
    ("nothing uncommitted was told outside", "", _committed),
    ("every message of an office is kept", "lost", _messages_heard),
    ("every message is applied once", "twice", _messages_once),
    ("what is garbled or forged moves nothing", "", _nonsense_kept_out),
    ("what cannot be read lies before a person", "lost", _unreadable_kept),
    ("the newest sheet wins", "", _newest_wins),
    ("what was taken back never left", "", _undone_never_left),
    ("every timer that ran out raised its event", "lost", _timers_raised),
    ("money is credited by vouchers that were paid", "twice", _credited),
    ("nothing is left open", "lost", _nothing_open),
)
