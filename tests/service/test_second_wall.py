"""What PostgreSQL itself keeps from a transaction that is not for it."""

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import ProgrammingError

from service.persistence.database import connect, upgrade
from service.persistence.dumps import dump, is_empty
from service.persistence.tables.columns import metadata
from service.persistence.tables.matters import fact
from service.persistence.wall import ROLE, Scope
from tests.conftest import RING, Desks, emptied
from tests.factories import PROVINCE, a_matter

# Tables without a wall, and why: a new table is put behind one, or stands here.
OPEN = {
    "account": "staff; who signs in is looked for before anybody is known",
    "account_identity": "staff, by a keyed hash",
    "admin_log": "what administrators did, no resident",
    "audit_head": "sums only",
    "audit_link": "sums only",
    "backup_run": "of the installation",
    "channel_token": "of the installation; no person",
    "comparison": "counts of a book",
    "delegation": "staff",
    "desk_count": "counts",
    "erasure": "that something was erased: no word of what",
    "exchange": "sums and codes of what crossed the border, no body",
    "exchange_head": "sums only",
    "fault_act": "what staff did about a fault",
    "figure_month": "counts",
    "figure_touched": "ids of cases",
    "finished_case": "days that cases took, for everybody to read",
    "half_sign_in": "by a secret, before anybody is known",
    "holiday": "public",
    "holiday_count": "public",
    "message_wording": "public",
    "object_gone": "names of objects that nobody names any more",
    "office": "public",
    "office_day": "counts",
    "office_line": "of the installation",
    "old_password": "staff; read before anybody is known",
    "oddity": "counts of staff",
    "oddity_day": "days",
    "package_edition": "the law",
    "phone_ask": "by a secret, before anybody is known; sealed, some minutes",
    "practice_note": "made up",
    "practice_sheet": "staff",
    "recount": "orders of administrators",
    "recovery_code": "staff; read before anybody is known",
    "search_due": "ids of cases",
    "service_day": "counts",
    "session": "by a secret, before anybody is known",
    "sign_in_flow": "by a secret, before anybody is known",
    "staff_access": "staff; read before anybody is known",
    "team": "of the installation",
    "team_member": "staff",
    "texts_sent": "counts by a keyed hash",
    "throttle": "counts by a keyed hash",
    "timer": "ids of cases",
}


@pytest.fixture
def walled(postgres_url):
    database = emptied(postgres_url)
    yield database
    database.dispose()


@pytest.fixture
def owned(walled):
    """Return a database whose owner is no superuser, and can make no roles."""
    admin, name = walled.engine, "dat_of_owner"
    with admin.connect() as connection:
        outside = connection.execution_options(isolation_level="AUTOCOMMIT")
        outside.execute(text(f"CREATE ROLE {name} LOGIN"))
        outside.execute(text(f"CREATE DATABASE {name} OWNER {name}"))
    url = admin.url.set(username=name, database=name)
    database = connect(url.render_as_string(hide_password=False), RING)
    yield database
    database.dispose()
    with admin.connect() as connection:
        outside = connection.execution_options(isolation_level="AUTOCOMMIT")
        outside.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        outside.execute(text(f"DROP ROLE {name}"))


@pytest.fixture
def two(walled, tmp_path):
    """Return the store and the ids of two matters that have nothing in common."""
    desk = Desks(walled, tmp_path).make()
    return walled, *(a_matter(desk)[0].matter_id for _ in range(2))


def found(database, scope, query="SELECT matter_id FROM fact"):
    """Return what a query without any ``where`` finds for somebody."""
    with database.within(scope).reading() as uow:
        return {row[0] for row in uow.cases.connection.execute(text(query))}


def test_each_table_is_behind_the_wall_or_says_why_not(walled):
    walls = found(walled, Scope(), "SELECT tablename FROM pg_policies")
    forced = found(
        walled,
        Scope(),
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity",
    )
    assert walls == forced
    assert walls | OPEN.keys() >= {table.name for table in metadata.sorted_tables}
    assert not walls & OPEN.keys()


def test_a_forgotten_where_finds_the_rows_of_one_person_only(two):
    database, hers, others = two
    assert found(database, Scope("all")) == {hers, others}
    assert found(database, Scope("province", PROVINCE)) == {hers, others}
    assert found(database, Scope("own", PROVINCE, frozenset({hers}))) == {hers}
    assert found(database, Scope("province", "01")) == set()
    assert found(database, Scope("own", "01", frozenset({hers}))) == set()


@pytest.mark.parametrize("table", ["matter", "fact", "draft", "idempotency"])
def test_without_a_word_for_whom_it_is_nothing_is_there(two, table):
    database = two[0]
    assert found(database, Scope(), f"SELECT tenant_id FROM {table}") == set()  # noqa: S608


def test_what_belongs_to_another_can_neither_be_written_nor_changed(two):
    database, hers, others = two
    mine = database.within(Scope("own", PROVINCE, frozenset({hers})))
    row = {"tenant_id": PROVINCE, "seq": 9000, "key": "k", "said_by": "x"}
    row |= {"source": "citizen", "value": None, "detail": None}
    row |= {"at": text("now()")}
    with mine.transaction() as uow:
        uow.cases.connection.execute(insert(fact).values(matter_id=hers, **row))
        changed = text("UPDATE matter SET goal = goal")
        assert uow.cases.connection.execute(changed).rowcount == 1
    with pytest.raises(ProgrammingError), mine.transaction() as uow:
        uow.cases.connection.execute(insert(fact).values(matter_id=others, **row))


def test_of_what_goes_by_a_code_the_wall_says_that_it_is_there_and_no_more(two):
    database, hers, others = two
    with database.reading() as uow:
        code = uow.matters.by_id(PROVINCE, others).code
    asked, scope = [], Scope("own", PROVINCE, frozenset({hers}))
    scope.refuse = lambda: asked.append("refused")
    with database.within(scope).reading() as uow:
        uow.refuse_others("DAT-NONE")
        assert asked == []
        uow.refuse_others(code)
        assert asked == ["refused"]
        # What the question reached is behind the wall again.
        assert uow.matters.by_code(code) is None
    elsewhere = Scope("own", "01", frozenset({hers}), scope.refuse)
    with database.within(elsewhere).reading() as uow:
        uow.refuse_others(code)
    assert asked == ["refused"]


def test_who_has_no_reach_of_his_own_is_refused_nothing_by_the_wall(two):
    database, _, others = two
    with database.reading() as uow:
        code = uow.matters.by_id(PROVINCE, others).code
        uow.refuse_others(code)
    with database.within(Scope("province", PROVINCE)).reading() as uow:
        uow.refuse_others(code)


def test_what_is_let_in_is_there_from_then_on(two):
    database, hers, others = two
    scope = Scope("own", PROVINCE, frozenset({hers}))
    with database.within(scope).reading() as uow:
        uow.let_in(others)
        told = uow.cases.connection.execute(select(fact.c.matter_id).distinct())
        assert set(told.scalars()) == {hers, others}
    assert found(database, scope) == {hers, others}


def test_a_superuser_works_as_a_role_that_the_wall_holds(walled):
    assert found(walled, Scope(), "SELECT current_user") == {ROLE}
    with walled.engine.connect() as connection:
        assert connection.execute(text("SELECT current_user")).scalar() != ROLE


def test_nothing_of_a_scope_stays_on_the_connection(two):
    database, hers, _ = two
    assert found(database, Scope("own", PROVINCE, frozenset({hers})))
    for asked in ("SELECT current_setting('dat.reach', true)", "SELECT current_user"):
        with database.engine.connect() as connection:
            assert connection.execute(text(asked)).scalar() not in {"own", ROLE}


def test_the_values_of_a_scope_are_told_as_values(walled):
    odd = frozenset({"it's", "100 %s", "a;b"})
    told = found(
        walled, Scope("own", PROVINCE, odd), "SELECT current_setting('dat.own')"
    )
    assert told == {"\x1f".join(sorted(odd))}


def test_an_ordinary_owner_is_held_too_and_his_dump_holds_every_row(owned, tmp_path):
    upgrade(owned)
    assert is_empty(owned)
    desk = Desks(owned, tmp_path).make()
    hers = a_matter(desk)[0].matter_id
    assert found(owned, Scope(), "SELECT current_user") != {ROLE}
    assert found(owned, Scope()) == set()
    with owned.engine.connect() as connection:
        assert connection.execute(select(fact)).first() is None
    assert not is_empty(owned)
    tally = dump(owned, tmp_path / "dump")
    assert tally.rows["fact"] > 0
    assert tally.rows["matter"] == 1
    assert found(owned, Scope("own", PROVINCE, frozenset({hers}))) == {hers}
    with owned.snapshot() as uow:
        assert set(uow.cases.connection.execute(select(fact.c.matter_id)).scalars())
