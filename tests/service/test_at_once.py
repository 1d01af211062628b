"""Several clerks at once, a repeated click, a crash in between: each thing once."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from service.errors import HeldError
from service.usecases.cases.approvals import confirm
from service.usecases.cases.claiming import take_up
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.worklist.batch import do_together
from tests.factories import clerk, filed, row_of
from tests.service.test_four_eyes import checked, refuse, superior

ROOT = Path(__file__).parents[2]
CHILD = """
import os, signal, sys
from pathlib import Path
from service.persistence.database import connect
from service.usecases.cases.approvals import confirm
from service.usecases.worklist.batch import do_together
from service.usecases.playing.demo import clerk_of, superior_of
from tests.conftest import Desks

left = int(os.environ["DAT_TEST_KILL_AFTER"])

def passing(point):
    global left
    if point == os.environ["DAT_TEST_KILL_AT"]:
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

url, folder, what, *names = sys.argv[1:]
desk = Desks(connect(url), Path(folder)).make(seed=99, passing=passing)
if what == "batch":
    seen = [(case, 2) for case in names]
    do_together(desk, clerk_of(desk, "66", "notary-66"), "accept", seen, {}, key="k")
else:
    confirm(desk, superior_of(desk, "66", "land-branch-66"), names[0])
"""


def killed(database, tmp_path, point, after, what, *names):
    url = database.engine.url.render_as_string(hide_password=False)
    run = subprocess.run(
        [sys.executable, "-c", CHILD, url, str(tmp_path), what, *names],
        cwd=ROOT,
        env={
            **os.environ,
            "DAT_TEST_KILL_AT": point,
            "DAT_TEST_KILL_AFTER": str(after),
            "PYTHONPATH": str(ROOT),
        },
        check=False,
        capture_output=True,
        timeout=120,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr.decode()[-2000:]


def at_once(people, do):
    """Let everybody do the same thing at the same moment; return what each got."""
    ready = Barrier(len(people))

    def one(person):
        ready.wait()
        return do(person)

    with ThreadPoolExecutor(len(people)) as threads:
        return list(threads.map(one, people))


def colleagues(desk, count):
    an = clerk(desk, "notary")
    return [
        replace(an, account_id=f"clerk-{n}", name=f"clerk-{n}") for n in range(count)
    ]


def test_of_clerks_who_take_a_case_up_at_once_one_has_it(desk):
    case = filed(desk).case
    people = colleagues(desk, 4)
    results = at_once(people, lambda one: take_up(desk, one, [case])[0].refusal)
    assert sum(isinstance(each, HeldError) for each in results) == 3
    winner = people[results.index(None)].account_id
    row = row_of(desk, case)
    assert (row.held_by, row.assignee_id) == (winner, winner)
    assert verify_audit(desk).ok


def test_batches_over_the_same_cases_at_once_move_each_case_once(desk):
    cases = [filed(desk).case for _ in range(4)]
    one, two = colleagues(desk, 2)

    def together(job):
        person, order = job
        seen = [(case, 2) for case in order]
        return do_together(desk, person, "accept", seen, {}, key="k")

    done = at_once([(one, cases), (two, cases[::-1])], together)
    moved = [each.case_code for batch in done for each in batch if not each.refusal]
    assert sorted(moved) == sorted(cases)
    assert [row_of(desk, case).version for case in cases] == [3] * 4
    assert verify_audit(desk).ok


def test_a_batch_that_was_killed_is_finished_by_the_same_click_again(
    desk, database, tmp_path
):
    cases = [filed(desk).case for _ in range(3)]
    killed(database, tmp_path, "before commit", 1, "batch", *cases)
    assert [row_of(desk, case).version for case in cases] == [3, 2, 2]
    assert verify_audit(desk).ok
    seen = [(case, 2) for case in cases]
    done = do_together(desk, clerk(desk, "notary"), "accept", seen, {}, key="k")
    assert [each.refusal for each in done] == [None] * 3
    assert [row_of(desk, case).version for case in cases] == [3] * 3
    assert verify_audit(desk).ok


def test_superiors_who_confirm_at_once_make_one_move(desk):
    code = checked(desk)
    proposal = refuse(desk, code).proposal
    boss = superior(desk)
    done = at_once([boss, boss, boss], lambda one: confirm(desk, one, proposal))
    assert sorted(each.repeated for each in done) == [False, True, True]
    assert len({each.version for each in done}) == 1
    assert verify_audit(desk).ok


@pytest.mark.parametrize("point", ["moved", "before commit", "committed"])
def test_a_confirmation_is_whole_or_absent(desk, database, tmp_path, point):
    code = checked(desk)
    proposal = refuse(desk, code).proposal
    before = row_of(desk, code)
    killed(database, tmp_path, point, 0, "confirm", proposal)
    whole = point == "committed"
    assert row_of(desk, code).version == before.version + whole
    assert verify_audit(desk).ok
    again = confirm(desk, superior(desk), proposal)
    assert (again.repeated, again.version) == (whole, before.version + 1)
