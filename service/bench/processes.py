"""Processes of our own for a measurement: their surroundings, and servers that stop."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"
_PATIENCE = 120.0


def surroundings(folder: Path) -> dict[str, str]:
    """Return the environment of a child: the data in ``folder``, bytecode kept.

    Without bytecode every start would compile the program anew, which no installation
    does.
    """
    dropped = {"PYTHONDONTWRITEBYTECODE"}
    own = {
        name: value
        for name, value in os.environ.items()
        if name not in dropped and not name.startswith("DAT_")
    }
    return own | {"DAT_DATA_DIR": str(folder)}


def resident_megabytes(pid: int) -> float:
    """Return how much memory a process holds now."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    line = next(each for each in status.splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@dataclass(frozen=True, slots=True)
class Server:
    """A server process that answers on a port of loopback."""

    port: int
    pid: int

    def resident_megabytes(self) -> float:
        """Return how much memory the process holds now."""
        return resident_megabytes(self.pid)


@contextmanager
def serving(module: Sequence[str], around: Mapping[str, str]) -> Iterator[Server]:
    """Run ``python -m MODULE … --port PORT`` until the block ends."""
    port = free_port()
    with _process([*module, "--port", str(port)], around) as process:
        _wait(process, port)
        yield Server(port, process.pid)


def settled_megabytes(module: Sequence[str], around: Mapping[str, str]) -> float:
    """Run ``python -m MODULE …`` until it takes no more memory; return how much."""
    with _process(module, around) as process:
        until, held = monotonic() + _PATIENCE, 0.0
        while process.poll() is None and monotonic() < until:
            sleep(2.0)
            before, held = held, resident_megabytes(process.pid)
            if held <= before:
                return held
    raise RuntimeError(f"{module!r} does not settle")


@contextmanager
def _process(
    module: Sequence[str], around: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(  # noqa: S603  our own interpreter, our own arguments
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env=dict(around),
        stdout=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def free_port() -> int:
    """Return a port of loopback that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = monotonic() + _PATIENCE
    while process.poll() is None and monotonic() < until:
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
        except OSError:
            sleep(0.05)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not answer on port {port}")
