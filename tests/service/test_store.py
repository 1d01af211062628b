"""History stays as it was written; the migration makes the tables we declare."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.persistence.database import connect, downgrade, upgrade
from service.persistence.tables.columns import metadata
from service.usecases.custody.verify_audit import verify_audit
from tests.factories import a_matter, act, clerk, filed
from tests.visitor import at_the_counter_of

NAME = "Nguyễn Thị Lành"

# What is only ever added to, as the database itself sees to.
APPEND_ONLY = ("case_move", "fact", "access_log")


@pytest.mark.parametrize("action", ["UPDATE {} SET tenant_id = 'x'", "DELETE FROM {}"])
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_database_itself_refuses_to_change_or_remove_a_line(desk, table, action):
    matter = filed(desk)
    with desk.database.transaction() as uow:
        uow.people.note_access(
            tenant_id="66", at=desk.now(), who="x", account_id=None, office_id=None,
            on_behalf_of=None, what="case", matter_id=matter.case, case_id=None,
        )  # fmt: skip
    with (
        pytest.raises(DBAPIError, match="append-only"),
        desk.database.transaction() as uow,
    ):
        uow.cases.connection.execute(text(action.format(table)))


def the_tables_are_as_declared(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_declared_tables_are_those_of_the_migration(database):
    the_tables_are_as_declared(database)


def test_the_migration_goes_down_and_up_again(tmp_path):
    database = connect(f"sqlite:///{tmp_path / 'new' / 'a.sqlite'}")
    upgrade(database)
    upgrade(database)
    downgrade(database, "base")
    upgrade(database)
    with database.reading() as uow:
        assert uow.matters.by_code("nothing") is None
    database.dispose()


def test_what_no_database_can_hold_is_refused_and_breaks_nothing(desk):
    a_matter(desk)
    counter = at_the_counter_of(desk, "commune")
    assert counter.opens("/can-bo?thu-tuc=%00").status in {200, 422}
    assert counter.opens("/can-bo?tiep=2026-11-30~%00").status in {200, 422}
    assert counter.opens("/can-bo").status == 200


def test_an_error_of_the_store_says_no_value_that_somebody_typed(database):
    query = text("SELECT :typed FROM nowhere")
    with pytest.raises(DBAPIError) as refused, database.reading() as uow:
        uow.cases.connection.execute(query, {"typed": NAME})
    assert "nowhere" in str(refused.value)
    assert NAME not in str(refused.value)


def test_a_matter_kept_before_an_upgrade_is_whole_after_it_and_after_going_back(desk):
    before = filed(desk)
    for move, revision in ((downgrade, "0002"), (upgrade, "head")):
        move(desk.database, revision)
        with (
            pytest.raises(DBAPIError, match="append-only"),
            desk.database.transaction() as uow,
        ):
            uow.cases.connection.execute(text("DELETE FROM fact"))
        with desk.database.reading() as uow:
            kept = uow.cases.connection.execute(text('SELECT code FROM "case"'))
            assert before.case in set(kept.scalars())
    the_tables_are_as_declared(desk.database)
    act(desk, clerk(desk, "notary"), before.case, "accept")
    assert verify_audit(desk).ok


def test_a_transaction_that_fails_leaves_nothing(desk):
    opened, _ = a_matter(desk)

    def fail():
        with desk.database.transaction() as uow:
            uow.matters.touch(uow.matters.by_code(opened.code), commune="24121")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with desk.database.reading() as uow:
        assert uow.matters.by_code(opened.code).commune == "24133"


def test_no_request_path_reads_the_whole_case_table(desk):
    filed(desk)
    queries = (
        "SELECT * FROM \"case\" WHERE code = 'HS-X'",
        (
            "SELECT * FROM \"case\" WHERE tenant_id = '66' AND office_id = 'o'"
            " AND ended_at IS NULL AND (due_on, id) > ('2026-01-01', '')"
            " ORDER BY due_on, id LIMIT 50"
        ),
    )
    with desk.database.reading() as uow:
        connection = uow.cases.connection
        if desk.database.dialect == "sqlite":
            prefix = "EXPLAIN QUERY PLAN "
        else:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            prefix = "EXPLAIN "
        for query in queries:
            plan = str(connection.execute(text(prefix + query)).all())
            assert "SCAN case" not in plan, plan
            assert "Seq Scan" not in plan, plan
            assert "TEMP B-TREE" not in plan, plan
