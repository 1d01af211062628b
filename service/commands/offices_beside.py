"""The simulated offices as a process beside the service, ended with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from integrations.simulator.offices import KINDS
from service.commands.sandbox import GATEWAYS
from service.errors import InputError
from service.settings import Settings

_FIRST_PORT, _ANY_FREE = 8100, 0
_SECONDS_TO_END = 30


@contextmanager
def offices_beside(settings: Settings, callbacks: str) -> Iterator[dict[str, str]]:
    """Run the offices that have no address yet; give the address of each.

    They speak to ``callbacks``. They end with the block, and also when this process is
    killed. Raises InputError when they cannot be run; they have told why.
    """
    names = [name for name in KINDS if name not in settings.gateways]
    for base in (_FIRST_PORT, _ANY_FREE):
        child = _started(settings, names, callbacks, base)
        gateways = _told(child)
        if gateways is not None:
            break
        child.communicate()
    else:
        raise InputError("các cơ quan thử nghiệm không chạy được; thêm --no-offices")
    try:
        yield gateways
    finally:
        child.terminate()
        child.communicate(timeout=_SECONDS_TO_END)


def _started(
    settings: Settings, names: list[str], callbacks: str, base: int
) -> subprocess.Popen[str]:
    command = [
        *(sys.executable, "-m", "service", "sandbox"),
        *("--port-base", str(base), "--callbacks", callbacks),
        *("--parent", str(os.getpid())),
        *(part for name in names for part in ("--office", name)),
        *(("--auto",) if settings.offices_mode == "auto" else ()),
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603  our own


def _told(child: subprocess.Popen[str]) -> dict[str, str] | None:
    """Return the addresses that the process tells, None when it ends without."""
    for line in child.stdout or ():
        if line.startswith(GATEWAYS):
            told: dict[str, str] = json.loads(line.removeprefix(GATEWAYS)[1:-2])
            return told
    return None
