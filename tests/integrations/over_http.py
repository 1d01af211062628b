"""A simulated office on a loopback port, for cases that run over twin and wire."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import fields, is_dataclass

import pytest

from integrations.errors import OfficeUnavailableError
from integrations.http import Line, OfficeClient
from integrations.simulator.behaviour import Plan
from integrations.simulator.offices import Trial, close_offices, open_offices
from integrations.simulator.wire import create_app
from tests.simulator.conftest import PATIENCE, hasty, running

KEY = b"a key of the office and ours, 32 bytes"
# What goes wrong with the next call, and whether the office heard it all the same.
DOUBTS = {
    "down": {"script": [{"do": "down", "times": 1}]},
    "slow": {"script": [{"do": "slow", "times": 1}], "seconds": 1.5},
    "lost": {"script": [{"do": "lose", "times": 1}]},
    "half": {"script": [{"do": "half", "times": 1}]},
    "garbage": {"script": [{"do": "garbage", "times": 1}]},
}


class Office:
    """A simulated office and how it is reached."""

    def __init__(self, office, address, hour):
        self.office, self.address, self.hour = office, address, hour
        self.sandbox, self.twin, self._ports = office.port, office.twin, []

    def reach(self, connect, *more, key=KEY):
        """Return the gateway of this office; its connections are given back."""
        return self.keep(connect(self.line(key=key), *more))

    def keep(self, port):
        self._ports.append(port)
        return port

    def close(self):
        for client in self._clients():
            client.close()

    def behaves(self, plan):
        self.office.conduct.change(Plan.model_validate(plan))

    @contextmanager
    def in_doubt(self, doubt):
        """Let the call of this block go wrong, so that nothing is known of it."""
        self.behaves(DOUBTS[doubt])
        waiting = self._clients() if doubt == "slow" else ()
        with pytest.raises(OfficeUnavailableError), hasty(*waiting):
            yield

    def _clients(self):
        return [client for port in self._ports for client in clients_of(port)]

    def line(self, name="", address="", key=KEY):
        there = address or self.address
        return Line(name or self.office.name, there, key, self.hour, PATIENCE)


@contextmanager
def an_office(folder, name, hour, *, auto=False):
    """Open one office with its journal in a folder."""
    trial = Trial(folder / "offices", hour, {name: (KEY,)}, auto=auto)
    (office,) = open_offices(trial, [name])
    try:
        with running([create_app(office)]) as (address,):
            reached = Office(office, address, hour)
            try:
                yield reached
            finally:
                reached.close()
    finally:
        close_offices([office])


def clients_of(thing):
    """Find the connections that a gateway holds, however deep."""
    if isinstance(thing, OfficeClient):
        yield thing
    elif isinstance(thing, dict):
        for each in thing.values():
            yield from clients_of(each)
    elif is_dataclass(thing):
        for each in fields(thing):
            yield from clients_of(getattr(thing, each.name))
