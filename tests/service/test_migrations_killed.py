"""An upgrade that was killed at any statement is whole or absent; two at once queue."""

import os
import signal

import pytest
from sqlalchemy import event, text

from service.persistence.database import connect, downgrade, upgrade
from service.usecases.custody.verify_audit import verify_audit
from tests.conftest import RING
from tests.factories import filed, row_of
from tests.service.test_store import the_tables_are_as_declared

OLD = "0003"


def in_a_child(work):
    """Run the work in a forked process; return the signal that ended it, or 0."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001  the child says it by its code
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def statements(engine, most=None):
    """Count the statements of an engine; the process dies before number ``most``."""
    seen = []

    @event.listens_for(engine, "before_cursor_execute")
    def _count(*told):
        seen.append(told[2])
        if len(seen) == most:
            os.kill(os.getpid(), signal.SIGKILL)

    return seen


def killed_at(url, number, move, revision):
    def work():
        database = connect(url, RING)
        statements(database.engine, number)
        move(database, revision)

    return in_a_child(work)


def revision_of(database):
    with database.engine.connect() as connection:
        asked = text("SELECT version_num FROM alembic_version")
        return connection.execute(asked).scalar()


def url_of(database):
    return database.engine.url.render_as_string(hide_password=False)


def spread(many, count):
    """Return so many numbers from 1 to ``many``, the first and the last among them."""
    return sorted({1 + round(n * (many - 1) / (count - 1)) for n in range(count)})


@pytest.mark.parametrize(
    ("move", "here", "there"), [(upgrade, OLD, "head"), (downgrade, "head", OLD)]
)
def test_a_migration_killed_at_a_statement_leaves_the_old_schema_with_all_data(
    desk, move, here, there
):
    matter = filed(desk)
    before = row_of(desk, matter.case)
    database, url = desk.database, url_of(desk.database)
    downgrade(database, OLD)
    back = upgrade if move is downgrade else downgrade
    if here == "head":
        upgrade(database)
    start = revision_of(database)
    seen = statements(database.engine)
    move(database, there)
    many = len(seen)
    back(database, here)
    database.dispose()
    for number in spread(many, 9):
        assert killed_at(url, number, move, there) == signal.SIGKILL
        assert revision_of(database) == start
    if here == "head":
        the_tables_are_as_declared(database)
    move(database, there)
    upgrade(database)
    the_tables_are_as_declared(database)
    assert row_of(desk, matter.case).head_hash == before.head_hash
    assert verify_audit(desk).ok


def test_processes_that_upgrade_at_once_make_one_upgrade(desk):
    matter = filed(desk)
    database, url = desk.database, url_of(desk.database)
    downgrade(database, OLD)
    database.dispose()
    go, ready = os.pipe()
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            os.close(ready)
            os.read(go, 1)  # until the parent closes the other end
            try:
                other = connect(url, RING)
                seen = statements(other.engine)
                upgrade(other)
                made = any("ALTER TABLE account ADD" in each for each in seen)
            except BaseException:  # noqa: BLE001  the parent reads the code
                os._exit(9)
            os._exit(1 if made else 0)
        children.append(child)
    os.close(ready)
    os.close(go)
    ends = [os.WEXITSTATUS(os.waitpid(child, 0)[1]) for child in children]
    assert sorted(ends) == [0, 0, 0, 1]
    the_tables_are_as_declared(database)
    assert row_of(desk, matter.case).version == 2
