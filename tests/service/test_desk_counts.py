"""The counters of a desk say how many cases there are, whatever happens to cases."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text

from service.persistence.database import downgrade, upgrade
from service.persistence.desk_counts import recount, shares
from service.persistence.rows import CaseRow
from service.persistence.tables.desks import desk_count
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.outside.working import run_until_idle
from service.usecases.worklist.find_cases import find_cases
from service.usecases.worklist.list_work import worklist
from service.usecases.worklist.recount_desks import recount_desks, write_missing_words
from tests.conftest import MORNING
from tests.factories import clerk, filed, finish, row_of


def true(desk) -> bool:
    with desk.database.reading() as uow:
        return uow.worklist.drifts() == ()


def test_counters_are_true_after_every_move_of_a_gift(desk):
    gift = filed(desk)
    assert true(desk)
    assert worklist(desk, clerk(desk, "notary")).office.new == 1
    while row_of(desk, gift.case).ended_at is None:
        finish(desk, gift.citizen, gift.case, most=1)
        assert true(desk)
    assert worklist(desk, clerk(desk, "notary")).office.all == 0
    with desk.database.reading() as uow:
        left = uow.cases.connection.execute(
            text("SELECT count(*) FROM desk_count WHERE office_id LIKE 'notary%'")
        )
        assert left.scalar() == 0


def test_a_fault_is_counted_until_it_is_settled(desk):
    row = row_of(desk, filed(desk).case)
    for by, faults in ((1, 1), (1, 1), (-1, 1), (-1, 0)):
        with desk.database.transaction() as uow:
            uow.cases.count_fault(row.tenant_id, row.id, by)
        assert worklist(desk, clerk(desk, "notary")).faults == faults
        assert true(desk)


def test_a_move_by_an_old_reading_of_the_row_counts_what_changed_since(desk):
    case = filed(desk).case
    old = row_of(desk, case)
    with desk.database.transaction() as uow:
        uow.worklist.assign(old, "somebody", by="x", at=desk.now())
        uow.cases.count_fault(old.tenant_id, old.id, 1)
    columns = {
        name: getattr(old, name)
        for name in (
            "instance", "clock", "head_hash", "status", "owner_role", "office_id",
            "received_at", "since", "due_on", "appointment", "stop_reason", "outcome",
            "counted_with",
        )
    }  # fmt: skip
    with desk.database.transaction() as uow:
        over = {**columns, "version": old.version + 1, "ended_at": desk.now()}
        assert uow.cases.move(old, over)
    assert true(desk)


def test_a_wrong_counter_is_found_by_the_audit_and_counted_anew(desk):
    filed(desk)
    with desk.database.transaction() as uow:
        uow.cases.connection.execute(text("UPDATE desk_count SET n = 7"))
    report = verify_audit(desk)
    assert {each.kind for each in report.findings} == {"count"}
    assert "counts 7 of all cases, there are 1" in report.findings[0].text
    assert {drift.says for drift in recount_desks(desk).drifts} == {7}
    assert verify_audit(desk).ok
    assert recount_desks(desk).drifts == ()


def test_cases_older_than_their_words_are_found_after_a_recount(desk):
    case = filed(desk).case
    with desk.database.transaction() as uow:
        uow.cases.connection.execute(text("DELETE FROM case_search"))
    notary = clerk(desk, "notary")
    assert find_cases(desk, notary, case[-7:]).rows == ()
    assert recount_desks(desk).cases == 1
    (found,) = find_cases(desk, notary, case[-7:]).rows
    assert found.case_code == case


def test_after_an_upgrade_old_cases_are_counted_at_once_and_found_by_the_worker(desk):
    case = filed(desk).case
    downgrade(desk.database, "0003")
    upgrade(desk.database)
    assert verify_audit(desk).ok
    notary = clerk(desk, "notary")
    assert find_cases(desk, notary, case[-7:]).rows == ()
    run_until_idle(desk)
    (found,) = find_cases(desk, notary, case[-7:]).rows
    assert found.case_code == case
    assert write_missing_words(desk) == 0


DAY = date(2026, 12, 1)
BLANK = CaseRow(
    "66", "case", "HS-1", "matter", None, "register_gift", "digest", 1, {}, [], "",
    None, None, None, "", MORNING, None, MORNING, DAY, None, None, 0, None, None,
)  # fmt: skip


@st.composite
def conditions(draw):
    return replace(
        BLANK,
        office_id=draw(st.sampled_from([None, "a", "b"])),
        ended_at=draw(st.sampled_from([None, BLANK.since])),
        received_at=draw(st.sampled_from([None, BLANK.since])),
        stop_reason=draw(st.sampled_from([None, "supplement"])),
        owner_role=draw(st.sampled_from(["citizen", "one_stop", None])),
        faults=draw(st.integers(0, 2)),
        assignee_id=draw(st.sampled_from([None, "an", "binh"])),
    )


@given(st.lists(conditions(), min_size=1, max_size=6))
def test_counters_after_any_changes_are_those_of_the_last_condition(changes):
    engine = create_engine("sqlite://")
    desk_count.create(engine)
    with engine.begin() as connection:
        for before, after in pairwise([None, *changes]):
            recount(connection, before, after)
        left = connection.execute(select(desk_count)).all()
    engine.dispose()
    assert {tuple(row[:-1]): row.n for row in left} == dict.fromkeys(
        map(tuple, shares(changes[-1])), 1
    )
