"""A backup that is taken while others write holds all that was acknowledged before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from service.faults.apart import accept, apart, filed, row_of
from service.faults.chance import Chance
from service.faults.databases import whole
from service.faults.trials import Trial
from service.faults.world import World
from service.persistence.database import connect
from service.usecases.desk import Desk
from service.usecases.operation.back_up import back_up, restore

NAME = "a backup under load is whole, and restored elsewhere"
_CASES = 8


def backup_under_load(world: World, chance: Chance) -> Trial:
    """Back up while cases move; restore elsewhere, and look for what was told: done."""
    after = chance.of("backup").randrange(1, _CASES - 1)
    with (
        apart(world.ground, alone=True) as desk,
        whole(world.ground.server, world.ground.folder) as there,
        TemporaryDirectory(prefix="dat-backup-") as name,
    ):
        cases = [filed(desk).case for _ in range(_CASES)]
        kept, path = _backed_up(desk, cases, after, Path(name))
        elsewhere = replace(
            desk,
            database=connect(there, desk.ring),
            settings=desk.settings.model_copy(update={"data_dir": Path(name) / "new"}),
        )
        done = restore(elsewhere, path)
        wrong = [
            f"{case}: acknowledged before the backup, and not in it"
            for case in kept
            if row_of(elsewhere, case).version != 3
        ]
        if not done.ok:
            wrong.append("what was restored is not what was backed up")
        elsewhere.database.dispose()
    return Trial(NAME, 0, 0, len(kept) + done.report.moves, tuple(wrong))


def _backed_up(
    desk: Desk, cases: list[str], after: int, folder: Path
) -> tuple[list[str], Path]:
    """Move all cases; back up when some have moved, and say which those were."""
    moved: list[str] = []
    some = Event()

    def work() -> None:
        for case in cases:
            accept(desk, case, case)
            moved.append(case)
            if len(moved) == after:
                some.set()

    with ThreadPoolExecutor(1) as thread:
        working = thread.submit(work)
        some.wait(60)
        kept = list(moved)
        path, _ = back_up(desk, folder)
        working.result()
    return kept, path
