"""The service and the simulated offices as processes of their own, over real HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 120  # seconds that a process may take to begin


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@contextmanager
def dat(folder: Path, *command: str, **settings: str):
    """Run one command of the program on a data directory until the block ends."""
    # Nothing of the settings of whoever runs the tests reaches the process.
    own = {key: value for key, value in os.environ.items() if key[:4] != "DAT_"}
    told = {"DAT_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT), **settings}
    process = subprocess.Popen(
        [sys.executable, "-m", "service", *command],
        cwd=ROOT,
        env=own | told,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            raise


def line_that_begins(process: subprocess.Popen[str], words: str) -> str:
    """Return the first line of a process that begins so; fail when it ends without."""
    for line in process.stdout:
        if line.startswith(words):
            return line.strip()
    raise AssertionError(f"the process never said {words!r}")


@contextmanager
def sandbox(folder: Path, callbacks: str, *more: str):
    """Run the simulated offices; give their addresses by name."""
    command = ("sandbox", "--port-base", "0", "--callbacks", callbacks, *more)
    with dat(folder, *command) as process:
        told = line_that_begins(process, "DAT_GATEWAYS=").partition("=")[2]
        yield json.loads(told.strip("'"))


@contextmanager
def service(folder: Path, port: int, gateways, **settings: str):
    """Run the service with its worker; give its address when it answers."""
    address = f"http://127.0.0.1:{port}"
    told = {"DAT_GATEWAYS": json.dumps(gateways), "DAT_WORKER_SECONDS": "0.2"}
    with dat(folder, "serve", "--port", str(port), **told, **settings) as process:
        wait_for(f"{address}/livez", process)
        yield address


def wait_for(address: str, process: subprocess.Popen[str]) -> None:
    latest = time.monotonic() + PATIENCE
    while time.monotonic() < latest:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310
                answer.read()
        except OSError:
            assert process.poll() is None, "the service ended"
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"{address} never answered")
