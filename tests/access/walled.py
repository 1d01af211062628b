"""The world of the matrix on PostgreSQL, where the second wall stands."""

import copy
from dataclasses import replace

from sqlalchemy import func, insert, select, text
from starlette.testclient import TestClient

from service.main import create_app
from service.persistence.database import connect
from service.persistence.sealing import opened, placed
from service.persistence.tables.columns import metadata
from tests.conftest import RING


class Walled:
    """A world that was made on SQLite, with its rows in a database of a server.

    ``again`` puts them back to how they were. Connections to ``url`` make and drop the
    databases of it.
    """

    def __init__(self, world, url, folder) -> None:
        self._admin = connect(url)
        name = self._admin.engine.url.database
        self._walked, self._kept = f"{name}_walked", f"{name}_kept"
        self._outside(f"CREATE DATABASE {self._kept} TEMPLATE {name}")
        self.database = self._connect(self._kept)
        _carry(world.desk.database, self.database)
        self.database.dispose()
        self._outside(f"CREATE DATABASE {self._walked} TEMPLATE {self._kept}")
        self.database = self._connect(self._walked)
        self.world = copy.copy(world)
        self.world.desk = replace(
            world.desk,
            database=self.database,
            settings=world.desk.settings.model_copy(update={"data_dir": folder}),
        )
        self.world.client = TestClient(
            create_app(self.world.desk),
            follow_redirects=False,
            raise_server_exceptions=False,
        )

    def again(self):
        self.database.dispose()
        self._outside(
            f"DROP DATABASE {self._walked} WITH (FORCE)",
            f"CREATE DATABASE {self._walked} TEMPLATE {self._kept}",
        )

    def close(self):
        self.world.client.app.state.rooms.close()
        self.database.dispose()
        self._outside(
            *(
                f"DROP DATABASE {each} WITH (FORCE)"
                for each in (self._walked, self._kept)
            )
        )
        self._admin.dispose()

    def _connect(self, name):
        url = self._admin.engine.url.set(database=name)
        return connect(url.render_as_string(hide_password=False), RING)

    def _outside(self, *statements):
        with self._admin.engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            for each in statements:
                alone.execute(text(each))


def _carry(source, target):
    """Put every row of one database into the other, which has none."""
    with source.reading() as old, target.engine.connect() as new, new.begin():
        new.execute(text("SET LOCAL session_replication_role = replica"))
        for table in metadata.sorted_tables:
            new.execute(table.delete())
            found = old.cases.connection
            rows = [
                placed(table, opened(found, table, row))
                for row in found.execute(select(table)).mappings()
            ]
            if rows:
                new.execute(insert(table), rows)
            counted = table.autoincrement_column
            if rows and counted is not None:
                most = new.execute(select(func.max(counted))).scalar()
                number = func.pg_get_serial_sequence(f'"{table.name}"', counted.name)
                new.execute(select(func.setval(number, most)))
