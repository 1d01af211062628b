"""A process killed in the middle of a move leaves all of it or nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from service.usecases.cases.decide import raise_event
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.outside.faults import list_faults
from service.usecases.outside.working import run_until_idle
from tests.factories import clerk, filed, row_of

ROOT = Path(__file__).parents[2]
POINTS = ("opened", "moved", "written", "effects", "before commit", "committed")
CHILD = """
import os, signal, sys
from pathlib import Path
from service.persistence.database import connect
from service.usecases.cases.decide import raise_event
from service.usecases.outside.working import run_until_idle
from tests.conftest import Desks
from tests.factories import clerk

def passing(point):
    if point == os.environ["DAT_TEST_KILL_AT"]:
        os.kill(os.getpid(), signal.SIGKILL)

url, folder, what, case = sys.argv[1:]
desk = Desks(connect(url), Path(folder)).make(seed=99, passing=passing)
if what == "deliver":
    run_until_idle(desk)
else:
    raise_event(desk, clerk(desk, "notary"), case, "accept", idempotency_key="key")
"""


def killed(database, tmp_path, point, what, case):
    url = database.engine.url.render_as_string(hide_password=False)
    run = subprocess.run(
        [sys.executable, "-c", CHILD, url, str(tmp_path), what, case],
        cwd=ROOT,
        env={**os.environ, "DAT_TEST_KILL_AT": point, "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
        timeout=120,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr.decode()[-2000:]


@pytest.mark.parametrize("point", POINTS)
def test_a_move_is_whole_or_absent(desk, database, tmp_path, point):
    matter = filed(desk)
    run_until_idle(desk)
    before = row_of(desk, matter.case)
    killed(database, tmp_path, point, "move", matter.case)
    after = row_of(desk, matter.case)
    with desk.database.reading() as uow:
        moves = uow.cases.moves("66", before.id)
        effects = uow.queues.out_of_move("66", before.id, before.version + 1)
        answer = uow.records.answer("66", "congchung-66:key")
    whole = point == "committed"
    assert after.version == before.version + whole
    assert len(moves) == after.version
    assert bool(effects) is whole
    assert (answer is not None) is whole
    assert verify_audit(desk).ok
    notary = clerk(desk, "notary")
    again = raise_event(desk, notary, matter.case, "accept", idempotency_key="key")
    assert again.repeated is whole
    assert again.version == before.version + 1


@pytest.mark.parametrize("point", ["sent", "delivered"])
def test_an_effect_is_done_once_though_its_worker_was_killed(
    desk, database, tmp_path, point
):
    matter = filed(desk)
    run_until_idle(desk)
    raise_event(desk, clerk(desk, "notary"), matter.case, "accept")
    killed(database, tmp_path, point, "deliver", "")
    run_until_idle(desk)
    with desk.database.reading() as uow:
        row = row_of(desk, matter.case)
        documents = uow.records.documents("66", row.id)
        waiting = uow.queues.due_out(desk.now(), 50)
    assert waiting == ()
    assert len(documents) == len({document.form for document in documents})
    assert list_faults(desk, clerk(desk, "notary")) == ()
