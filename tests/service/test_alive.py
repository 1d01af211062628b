"""A connection that the server ended is replaced before anybody notices."""

from sqlalchemy import text

from service.persistence.database import connect


def reads(database):
    with database.reading() as uow:
        return uow.office_days.number("none")


def test_a_connection_that_was_ended_a_moment_ago_is_made_anew(postgres_url):
    database, other = connect(postgres_url), connect(postgres_url)
    try:
        with database.engine.connect() as connection:
            mine = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        with other.engine.connect() as connection:
            assert connection.execute(
                text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": mine}
            ).scalar()
        assert reads(database) == 0
    finally:
        database.dispose()
        other.dispose()


def test_a_connection_is_asked_after_a_rest_only(postgres_url, monkeypatch):
    database, pinged = connect(postgres_url), []
    ping = database.engine.dialect.do_ping
    monkeypatch.setattr(
        database.engine.dialect, "do_ping", lambda raw: pinged.append(raw) or ping(raw)
    )
    try:
        for _ in range(3):
            reads(database)
        assert pinged == []
        monkeypatch.setattr("service.persistence.alive._SHORT_REST", -1)
        reads(database)
        assert len(pinged) == 1
    finally:
        database.dispose()
