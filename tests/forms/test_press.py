"""The press: papers made by workers, and what one bad paper does to the others."""

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from forms import pdf, prefill
from forms.errors import (
    FontMissingError,
    FormError,
    PaperTooBigError,
    PaperTooSlowError,
    PressError,
    PressStoppedError,
)
from forms.press import Press
from tests.forms.papers import edition
from tests.forms.samples import TYPICAL

ROOT = Path(__file__).parents[2]


def paper(form="ONESTOP-01"):
    return pdf.sheet(prefill.fill(edition(form), TYPICAL))


def long_page(rows):
    lines = "".join(f"<tr><td>{n}<td>dòng dài" for n in range(rows))
    return pdf.Sheet(f'<!doctype html><html lang="vi"><title>Dài</title><table>{lines}')


@pytest.fixture
def presses():
    """Return what makes presses; each is closed, and none leaves a process behind."""
    made = []
    before = set(multiprocessing.active_children())

    def make(**limits):
        made.append(Press(workers=1, **limits))
        return made[-1]

    make.workers = lambda: set(multiprocessing.active_children()) - before
    yield make
    for each in made:
        each.close()
    assert not make.workers()


def in_the_middle(presses, old=frozenset()):
    """Wait until a worker is busy, and return it."""
    for _ in range(600):
        for worker in presses.workers() - old:
            if seconds_of(worker) > 1.5:
                return worker
        time.sleep(0.05)
    pytest.fail("no worker is busy")


def seconds_of(process):
    try:
        figures = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2]
    except OSError:
        return 0
    used = sum(map(int, figures.split()[11:13]))
    return used / os.sysconf("SC_CLK_TCK")


def test_a_worker_makes_the_same_bytes_as_this_process(presses):
    sheets = [paper("F-CHANGE"), paper("ONESTOP-01")]

    assert presses().print(*sheets) == pdf.render(*sheets)


def test_a_paper_that_takes_too_long_is_given_up_and_the_next_is_printed(presses):
    press = presses(seconds=2)

    with pytest.raises(PaperTooSlowError, match="quá 2 giây"):
        press.print(long_page(20_000))
    assert press.print(paper()).startswith(b"%PDF-")


def test_a_paper_that_needs_too_much_is_given_up_and_the_next_is_printed(presses):
    press = presses(megabytes=128, seconds=60)

    with pytest.raises(PaperTooBigError, match="128 MB"):
        press.print(long_page(8000))
    assert press.print(paper()).startswith(b"%PDF-")


def test_a_paper_whose_worker_is_killed_is_printed_once_more(presses):
    press = presses(seconds=60)
    with ThreadPoolExecutor() as threads:
        printing = threads.submit(press.print, long_page(1500))
        os.kill(in_the_middle(presses).pid, signal.SIGKILL)

        assert printing.result(60).startswith(b"%PDF-")


def test_a_paper_whose_workers_are_killed_twice_is_given_up(presses):
    press = presses(seconds=60)
    with ThreadPoolExecutor() as threads:
        printing = threads.submit(press.print, long_page(20_000))
        first = in_the_middle(presses)
        os.kill(first.pid, signal.SIGKILL)
        os.kill(in_the_middle(presses, {first}).pid, signal.SIGKILL)

        with pytest.raises(PressStoppedError, match="dừng giữa chừng"):
            printing.result(60)
    assert press.print(paper()).startswith(b"%PDF-")


def test_a_worker_killed_while_nothing_is_printed_is_replaced(presses):
    press = presses()
    press.print(paper())
    (idle,) = presses.workers()
    os.kill(idle.pid, signal.SIGKILL)
    idle.join(10)

    assert press.print(paper()).startswith(b"%PDF-")


def test_a_paper_in_the_middle_of_printing_is_finished_before_the_press_closes(presses):
    press = presses(seconds=60)
    with ThreadPoolExecutor() as threads:
        printing = threads.submit(press.print, long_page(1500))
        in_the_middle(presses)
        press.close()

        assert printing.result(1).startswith(b"%PDF-")
    assert not presses.workers()


def test_a_closed_press_begins_anew_with_the_next_paper(presses):
    press = presses()
    press.close()
    press.print(paper())
    press.close()
    assert not presses.workers()

    assert press.print(paper()).startswith(b"%PDF-")


class CountingLock:
    """A lock that knows how often it was let go."""

    def __init__(self):
        self._lock = threading.Lock()
        self.times = 0

    def __enter__(self):
        self._lock.acquire()

    def __exit__(self, *_):
        self.times += 1
        self._lock.release()


def test_the_same_paper_asked_for_by_many_at_once_is_rendered_once(monkeypatch):
    rendered, all_have_asked = [], threading.Event()

    def slowly(_, sheets):
        rendered.append(sheets)
        assert all_have_asked.wait(10)
        return b"%PDF-"

    monkeypatch.setattr(Press, "_print", slowly)
    press = Press()
    lock = CountingLock()
    monkeypatch.setattr(press, "_lock", lock)
    with ThreadPoolExecutor(5) as threads:
        asked = [threads.submit(press.print, paper()) for _ in range(4)]
        asked.append(threads.submit(press.print, paper("F-CHANGE")))
        # Nobody is answered before all have asked, so each took the lock just once.
        while lock.times < len(asked):
            time.sleep(0.01)
        all_have_asked.set()

        assert {each.result(10) for each in asked} == {b"%PDF-"}
    assert len(rendered) == 2


def test_who_waits_for_a_paper_hears_of_its_failure_and_it_can_be_tried_again(
    monkeypatch,
):
    def fails(_, sheets):
        time.sleep(0.2)
        raise PressStoppedError

    monkeypatch.setattr(Press, "_print", fails)
    press = Press()
    with ThreadPoolExecutor() as threads:
        asked = [threads.submit(press.print, paper()) for _ in range(2)]
        assert all(isinstance(each.exception(10), PressStoppedError) for each in asked)

    monkeypatch.setattr(Press, "_print", lambda *_: b"%PDF-")
    assert press.print(paper()) == b"%PDF-"


def test_a_missing_typeface_comes_out_of_the_worker_in_its_own_words():
    error = FontMissingError("Tinos", ["Khác"])

    again = pickle.loads(pickle.dumps(error))  # noqa: S301  our own bytes

    assert isinstance(again, FormError)
    assert not isinstance(again, PressError)
    assert str(again) == str(error)


def run(program, **settings):
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=False,
        text=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **settings},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_engine_is_not_in_the_process_that_asks():
    program = """
import sys
from forms.press import Press
from tests.forms.test_press import paper
press = Press(workers=1)
press.print(paper())
press.close()
maps = open("/proc/self/maps").read()
print("weasyprint" in sys.modules, "pango" in maps)
"""

    assert run(program) == ["False", "False"]


def test_a_worker_writes_nothing_connects_nowhere_and_forgets_the_settings(tmp_path):
    program = f"""
import os, socket, subprocess
from forms.press import _warm_up
from forms.workers import _begin
_begin(_warm_up, 300)
def refused(what, *args):
    try:
        what(*args)
    except OSError as error:
        return type(error).__name__
def write():
    with open({str(tmp_path / "x")!r}, "w") as file:
        file.write("x")
print(refused(write), refused(socket.create_connection, ("127.0.0.1", 9)))
print(refused(subprocess.run, ["true"]), "DAT_SECRET_KEY" in os.environ)
"""

    told = run(program, DAT_SECRET_KEY="không được biết")

    assert told == ["OSError", "PermissionError", "PermissionError", "False"]
    assert (tmp_path / "x").read_bytes() == b""


def test_workers_end_when_the_program_is_killed():
    program = """
import multiprocessing, os, sys
from forms.press import Press
from tests.forms.test_press import paper
press = Press(workers=2)
press.print(paper())
print(*[each.pid for each in multiprocessing.active_children()], flush=True)
os.kill(os.getpid(), 9)
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as child:
        workers = [int(pid) for pid in child.stdout.readline().split()]
        child.wait(20)

    assert len(workers) == 2
    for _ in range(200):
        if not any(Path(f"/proc/{pid}").exists() for pid in workers):
            return
        time.sleep(0.05)
    pytest.fail("a worker outlives its program")
