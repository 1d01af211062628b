"""A migration that is killed in the middle leaves the old schema or the new one."""

from __future__ import annotations

import os
import signal
from typing import Any

from sqlalchemy import event, inspect

from service.faults.apart import in_a_child
from service.faults.chance import Chance
from service.faults.trials import Trial
from service.faults.world import World
from service.persistence.database import Database, connect, upgrade

NAME = "a migration that is killed is whole or absent"
_TIMES = 4


def migration_killed(world: World, chance: Chance) -> Trial:
    """Kill an upgrade at a chosen statement, some times, then let one go through."""
    choose, wrong, kills = chance.of("statement"), [], 0
    with world.ground.database() as address:
        many = _statements_of_upgrade(world)
        for _ in range(_TIMES):
            number = choose.randrange(1, many + 1)
            kills += in_a_child(lambda n=number: _upgrade(address, n))  # type: ignore[misc]
            database = connect(address)
            left = _tables(database)
            database.dispose()
            if left:
                wrong.append(f"killed at statement {number}: {left} tables are there")
        database = connect(address)
        upgrade(database)
        after = _tables(database)
        database.dispose()
    if not after:
        wrong.append("the upgrade after the kills made no tables")
    return Trial(NAME, kills, 0, _TIMES + 1, tuple(wrong))


def _statements_of_upgrade(world: World) -> int:
    with world.ground.database() as address:
        database, seen = connect(address), 0

        @event.listens_for(database.engine, "before_cursor_execute")
        def _count(*_told: Any) -> None:  # noqa: ANN401  what SQLAlchemy tells
            nonlocal seen
            seen += 1

        upgrade(database)
        database.dispose()
        return seen


def _upgrade(address: str, number: int) -> None:
    """Upgrade; die before the statement with the number."""
    database, left = connect(address), number

    @event.listens_for(database.engine, "before_cursor_execute")
    def _count(*_told: Any) -> None:  # noqa: ANN401  what SQLAlchemy tells
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    upgrade(database)


def _tables(database: Database) -> int:
    with database.engine.connect() as connection:
        return len(inspect(connection).get_table_names())
