"""What holds after every step, whoever did what: each a small check with a name.

A check yields sentences about what is wrong; none of them writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from sqlalchemy import Select, select, text

from integrations.messages import PortalRecord
from service.persistence.tables.exchange import outgoing
from service.persistence.tables.queues import outbox
from service.persistence.worklist import Wanted
from service.usecases.cases import clocks
from service.usecases.cases.case_offers import offers_of
from service.usecases.cases.casefile import CITIZEN, CaseFile
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.outside.faults import faults_page
from tests.stateful.turns import ledger_of
from tests.stateful.world import PROVINCE, FoundError, World

Check = Callable[[World], Iterator[str]]
# Who a state may wait for beside the people and the offices of its case.
_ELSEWHERE = frozenset({"calendar", "parent", "other_office"})
# A message that was taken, or that a person sees; what is typed waits for a second one.
_SETTLED = {"done", "fault", "quarantined", "dismissed", "second", "returned"}


def counters_are_right(world: World) -> Iterator[str]:
    """Every desk counts the cases that are there."""
    with world.desk.database.reading() as uow:
        yield from (str(drift) for drift in uow.worklist.drifts())


def the_row_is_the_last_line(world: World) -> Iterator[str]:
    """A case stands where the last line of its history leads."""
    for row in world.rows():
        with world.desk.database.reading() as uow:
            last = uow.cases.last_move(PROVINCE, row.id)
        if last is None or (last.seq, last.hash) != (row.version, row.head_hash):
            yield f"{row.code}: version {row.version}, the last line is {last}"
        elif last.body["after"] != row.instance:
            yield f"{row.code}: stands elsewhere than its last line says"


def somebody_has_the_ball(world: World) -> Iterator[str]:
    """Every open case waits for somebody who plays a part in it and is there."""
    for file in world.files():
        owner = file.row.owner_role
        # A kind of office that the law names may be one that has no desk here.
        known = {CITIZEN, *file.offices, *file.edition.offices, *_ELSEWHERE}
        if owner is None:
            yield f"{told(file)}: nobody has the ball"
        elif owner not in known:
            yield f"{told(file)}: waits for {owner}, and no office plays that part"


def a_wait_can_end(world: World) -> Iterator[str]:
    """Somebody there can do something, or a timer or another case ends the wait."""
    for file in world.files():
        if not (_someone_can_act(world, file) or _ends_by_itself(world, file)):
            yield f"{told(file)}: nobody can do anything"


def a_wait_has_a_clock(world: World) -> Iterator[str]:
    """A received case runs against a day, stands still for a reason, or is finished."""
    for file in world.files():
        if file.row.received_at is None or not file.procedure.deadlines:
            continue
        found = _main(file)
        if found is None:
            yield f"{told(file)}: received, but no clock was started"
            continue
        standing = found.at(file.desk.now())
        if standing is None or not (
            standing.running or standing.finished or standing.holdings
        ):
            yield f"{told(file)}: the clock neither runs nor stands for a reason"


def stops_have_reasons(world: World) -> Iterator[str]:
    """Every stretch in which a clock stood still has a reason of the closed list."""
    for file in world.files(ended=True):
        reasons = clocks.stop_reasons(file.edition)
        moves = clocks.moves_of(file.row.clock)
        for name, ledger in clocks.ledgers(file, moves).items():
            for interval in ledger.intervals:
                for holding in interval.holdings:
                    if holding.reason not in reasons:
                        yield f"{told(file)}: {name} stood still for {holding.reason!r}"


def stands_on_one_list(world: World) -> Iterator[str]:
    """Every open case is on the list of one office, or it is the citizen's draft."""
    listed = Counter(
        code for office in _in_play(world) for code in _listed(world, office)
    )
    for row in world.rows():
        if row.ended_at is not None and listed[row.code]:
            yield f"{row.procedure} {row.code}: has ended and is still on a list"
    for file in world.files():
        times = listed[file.row.code]
        if times > 1:
            yield f"{told(file)}: on {times} lists"
        elif times == 0 and not _is_hers(world, file):
            yield f"{told(file)}: on nobody's list (owner {file.row.owner_role})"


def whoever_owns_sees_it(world: World) -> Iterator[str]:
    """What an office has to do stands on the list of that office and no other."""
    for file in world.files():
        row = file.row
        wanted = file.desks.get(row.owner_role or "")
        if wanted is not None and row.office_id != wanted:
            yield f"{told(file)}: is with {wanted}, and on the list of {row.office_id}"


def an_ended_case_is_quiet(world: World) -> Iterator[str]:
    """An ended case has no timers, and no clock runs on in it."""
    for file in world.files(ended=True):
        if file.row.ended_at is None:
            continue
        with world.desk.database.reading() as uow:
            timers = uow.queues.timers_of(PROVINCE, file.row.id)
        if timers:
            yield f"{told(file)}: ended, and {timers[0].event} still comes"
        found = _main(file)
        standing = found.at(file.desk.now()) if found else None
        if standing is not None and standing.running:
            yield f"{told(file)}: ended, and its clock runs"


def one_case_of_a_step(world: World) -> Iterator[str]:
    """A step has one open case, an effect opened one linked case, a case one end."""
    rows = world.rows()
    steps = Counter(row.step_id for row in rows if row.step_id and not row.ended_at)
    yield from (f"step {step} has {n} open cases" for step, n in steps.items() if n > 1)
    for row in rows:
        if (row.ended_at is None) != (row.outcome is None):
            yield f"{row.code}: ended {row.ended_at} with outcome {row.outcome}"
    with world.desk.database.reading() as uow:
        links = {link for row in rows for link in uow.cases.links(PROVINCE, row.id)}
    opened = Counter(link.outbox_id for link in links)
    yield from (f"effect {id_} opened {n} cases" for id_, n in opened.items() if n > 1)
    by_id = {row.id: row for row in rows}
    for link in links:
        child = by_id[link.child_id]
        if (link.closed_at is None) != (child.ended_at is None):
            yield f"{child.code}: link closed {link.closed_at}, ended {child.ended_at}"


def effects_marked_done_were_done(world: World) -> Iterator[str]:
    """What the outbox calls done has left its mark where it went, once."""
    unheard = dict(_not_heard(world))
    fixed = {row[0] for row in query(world, "SELECT id FROM outgoing")}
    words = {
        "notify": "SELECT outbox_id FROM notification",
        "start": "SELECT outbox_id FROM case_link",
    }
    found = {kind: {row[0] for row in query(world, sql)} for kind, sql in words.items()}
    said = {row[0] for row in query(world, "SELECT message_id FROM inbox")}
    row = outbox.c
    effects = select(row.id, row.kind, row.body, row.done_at, row.failed_at, row.error)
    for id_, kind, body, done_at, failed_at, error in query(world, effects):
        if done_at is not None and failed_at is not None:
            yield f"effect {id_}: done, and waiting for a person"
        if done_at is None or error is not None:
            continue
        if kind in found and id_ not in found[kind]:
            yield f"effect {id_}: {kind} is marked done and was not done"
        if id_ in unheard or (kind == "sync" and id_ not in fixed):
            yield f"effect {id_}: marked as sent, and the office never heard of it"
        if kind == "signal" and id_ not in said and '"ended' not in str(body):
            yield f"effect {id_}: signalled, and no case was told"


def faults_are_seen(world: World) -> Iterator[str]:
    """What needs a person stands on a list; each case counts its own."""
    seen = {row.id for row in faults_page(world.desk, world.administrator).rows}
    open_ones: Counter[str] = Counter()
    failed = "SELECT id, case_id FROM outbox WHERE failed_at IS NOT NULL"
    stuck = (
        "SELECT message_id, case_id FROM inbox WHERE state IN ('fault', 'quarantined')"
    )
    for id_, case_id in (*query(world, failed), *query(world, stuck)):
        open_ones[case_id] += 1
        if id_ not in seen and len(seen) < 50:
            yield f"fault {id_}: nobody sees it"
    for row in world.rows():
        if row.faults != open_ones[row.id]:
            yield f"{row.code}: counts {row.faults} faults, has {open_ones[row.id]}"


def money_adds_up(world: World) -> Iterator[str]:
    """What vouchers brought is what the ledger was credited, each voucher once."""
    paid = Counter[str]()
    for case_id, amount in query(world, "SELECT case_id, amount FROM payment"):
        paid[case_id] += amount
    for row in world.rows():
        ledger = ledger_of(world, row.id)
        vouchers = ledger.vouchers if ledger else ()
        if sum(each.amount for each in vouchers) != paid[row.id]:
            yield f"{row.code}: payments {paid[row.id]}, vouchers {vouchers}"
        for line in ledger.lines if ledger else ():
            if line.credited + line.left != line.owed or min(line.left, line.paid) < 0:
                yield f"{row.code}: the line {line.id} does not add up"


EVERY: tuple[Check, ...] = (
    counters_are_right,
    the_row_is_the_last_line,
    somebody_has_the_ball,
    a_wait_can_end,
    a_wait_has_a_clock,
    stops_have_reasons,
    stands_on_one_list,
    whoever_owns_sees_it,
    an_ended_case_is_quiet,
    one_case_of_a_step,
    effects_marked_done_were_done,
    faults_are_seen,
    money_adds_up,
)


# --- when the worker is idle and the offices answer -----------------------------------


def the_history_folds(world: World) -> Iterator[str]:
    """The chain of every case is whole, and its history gives the row."""
    for found in verify_audit(world.desk).findings:
        yield f"{found.case_code} {found.seq} {found.kind}: {found.text}"


def nothing_is_left_to_do(world: World) -> Iterator[str]:
    """Every message was taken or waits for a person, every effect was done or does."""
    states = "SELECT message_id, state FROM inbox"
    for id_, state in query(world, states):
        if state not in _SETTLED:
            yield f"message {id_} is {state}"
    waiting = "SELECT id, kind FROM outbox WHERE done_at IS NULL AND failed_at IS NULL"
    for id_, kind in query(world, waiting):
        yield f"effect {id_} ({kind}) still waits"


AT_REST: tuple[Check, ...] = (the_history_folds, nothing_is_left_to_do)


def check(world: World, checks: tuple[Check, ...] = EVERY) -> None:
    """Raise FoundError with everything that does not hold, and what had happened."""
    found = [f"{each.__name__}: {text}" for each in checks for text in each(world)]
    if found:
        raise FoundError("\n".join([*found, "after:", *world.story]))


# --- looking --------------------------------------------------------------------------


def query(world: World, asked: str | Select) -> list[tuple]:
    """Return the rows of a question to the store."""
    with world.desk.database.engine.connect() as connection:
        statement = text(asked) if isinstance(asked, str) else asked
        return [tuple(row) for row in connection.execute(statement)]


def told(file: CaseFile) -> str:
    """Return which case it is and where it stands."""
    return f"{file.row.procedure} {file.row.code} {file.instance.configuration}"


def _in_play(world: World) -> set[str]:
    """Return every office that has a part in a case, or has a case."""
    parts = {each for file in world.files() for each in file.offices.values()}
    return parts | {row.office_id for row in world.rows() if row.office_id}


def _listed(world: World, office_id: str) -> Iterator[str]:
    """Yield the cases on the list of an office, and the drafts that come to it."""
    today = world.desk.today()
    with world.desk.database.reading() as uow:
        for state in (None, "draft"):
            wanted = Wanted(PROVINCE, office_id, today, today, state=state)
            yield from (row.code for row in uow.worklist.page(wanted, None, 100))


def _not_heard(world: World) -> Iterator[tuple[str, str]]:
    """Yield what was fixed to be sent and that its office has not in its book."""
    ports = world.desk.ports
    told = [post.body for post in ports.portal.twin.seen.values()]
    fixed = select(outgoing.c.id, outgoing.c.office, outgoing.c.body)
    for id_, office, body in query(world, fixed):
        if office == "portal":
            record = PortalRecord.model_validate_json(body)
            heard = record.dossier in told and record.progress in told
        else:
            heard = id_ in getattr(ports, office).twin.seen
        if not heard:
            yield id_, office


def _is_hers(world: World, file: CaseFile) -> bool:
    """Return whether the citizen has the case and her page says what she may do."""
    return file.row.owner_role == CITIZEN and bool(offers_of(world.citizen, file))


def _someone_can_act(world: World, file: CaseFile) -> bool:
    people = [
        world.citizen,
        *(world.clerk(each) for each in set(file.offices.values())),
    ]
    return any(offers_of(actor, file) for actor in people)


def _ends_by_itself(world: World, file: CaseFile) -> bool:
    """Return whether a timer, a case, money, or a word on its way ends the wait."""
    with world.desk.database.reading() as uow:
        timers = uow.queues.timers_of(PROVINCE, file.row.id)
    ledger = ledger_of(world, file.row.id)
    return (
        bool(timers)
        or (ledger is not None and ledger.is_open)
        or (file.row.owner_role == "parent" and file.parent is not None)
        or any(link.closed_at is None for link in file.children)
        or _is_on_its_way(world, file.row.id)
    )


def _is_on_its_way(world: World, case_id: str) -> bool:
    """Return whether an effect or a message of a case waits for the worker or a person.

    What a person has to see stands on her list, so somebody knows of it.
    """
    effects = "SELECT case_id FROM outbox WHERE done_at IS NULL"
    messages = "SELECT case_id FROM inbox WHERE state IN ('open', 'fault')"
    waiting = (*query(world, effects), *query(world, messages))
    return (case_id,) in waiting


def _main(file: CaseFile) -> object:
    return clocks.main_ledger(file, clocks.moves_of(file.row.clock), file.desk.now())
