"""A short run on both databases: killed, cut, doubled, and nothing lost or twice."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from service.commands import faults

ROOT = Path(__file__).parents[2]
SECONDS = "6"


def command(folder, *more):
    line = [sys.executable, "-m", "service", "faults", "--seed", "1"]
    line += ["--seconds", SECONDS, "--json", "--history", str(folder / "history.jsonl")]
    around = {**os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [*line, *more], cwd=ROOT, env=around, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def alive(session):
    """Return the processes of a session that still run."""
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdecimal():
            try:
                fields = (each / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(each.name))
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    if request.param == "sqlite":
        return []
    return ["--db", request.getfixturevalue("postgres_url")]


def test_a_short_run_loses_nothing_and_does_nothing_twice(tmp_path, database):
    running = command(tmp_path, *database)
    out, errors = running.communicate(timeout=280)
    assert out, errors
    told = json.loads(out)
    assert (told["lost"], told["twice"]) == (0, 0), told["checks"]
    assert told["kills"] > 0
    assert {"web", "worker"} <= {point.partition(":")[0] for point in told["by_point"]}
    assert {"lost answer", "reset", "message forged"} <= set(told["by_fault"])
    assert [each for each in told["checks"] if each["wrong"]] == []
    assert sum(each["looked_at"] > 0 for each in told["checks"]) >= 10
    assert "dat faults --seed 1" in errors
    assert alive(running.pid) == []
    assert list(tmp_path.glob("dat-faults-*")) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_leaves_no_process_and_no_file(tmp_path, number):
    running = command(tmp_path)
    until = time.monotonic() + 200
    while len(alive(running.pid)) < 3 and time.monotonic() < until:
        time.sleep(0.1)
    assert len(alive(running.pid)) >= 3
    running.send_signal(number)
    running.communicate(timeout=60)
    assert running.returncode != 0
    assert alive(running.pid) == []
    assert list(tmp_path.glob("dat-faults-*")) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_request_to_stop_that_was_swallowed_is_heeded_at_the_next_step(
    monkeypatch, number
):
    @contextmanager
    def swallowing(_db):
        with suppress(KeyboardInterrupt):
            signal.raise_signal(number)
        yield SimpleNamespace(world=nullcontext)

    monkeypatch.setattr(faults, "ground", swallowing)
    before = signal.getsignal(number)
    options = argparse.ArgumentParser()
    faults.add_arguments(options)
    with pytest.raises(KeyboardInterrupt):
        faults.run(options.parse_args(["--seed", "1"]))
    assert signal.getsignal(number) is before
