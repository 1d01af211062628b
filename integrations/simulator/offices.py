"""Which offices are simulated: each its sandbox, its wire, its journal, its conduct."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from starlette.routing import BaseRoute, Mount

from integrations.http import Call
from integrations.identity.server import SimulatedProvider
from integrations.identity.server import app as provider_app
from integrations.journal import Journal
from integrations.land_registry.sandbox import LandRegistrySandbox
from integrations.land_registry.wire import CALLS as LAND_CALLS
from integrations.messaging.sandbox import MessengerSandbox
from integrations.messaging.server import routes as text_routes
from integrations.messaging.wire import CALLS as TEXT_CALLS
from integrations.notary.sandbox import NotarySandbox
from integrations.notary.wire import CALLS as NOTARY_CALLS
from integrations.payment.sandbox import PaymentSandbox
from integrations.payment.wire import CALLS as PAYMENT_CALLS
from integrations.portal.sandbox import PortalSandbox
from integrations.portal.server import routes as portal_routes
from integrations.simulator.behaviour import EVERYBODY, Conduct, Plan
from integrations.simulator.wire import Behaving, SimulatedOffice, behaving
from integrations.tax.sandbox import TaxSandbox
from integrations.tax.wire import CALLS as TAX_CALLS
from integrations.twin import Twin

Clock = Callable[[], datetime]


def no_more(sandbox: object, key: bytes, behaves: Behaving) -> list[BaseRoute]:
    """Return no routes: all that the office is asked are signed calls."""
    del sandbox, key, behaves
    return []


@dataclass(frozen=True, slots=True)
class Kind:
    """How an office of a kind is made: from its twin, and whether it answers alone.

    ``more`` returns the routes of a wire that is not our own.
    """

    make: Callable[[Twin, bool], Any]
    calls: tuple[Call[Any, Any], ...]
    more: Callable[[Any, bytes, Behaving], list[BaseRoute]] = no_more


def _provider_routes(
    provider: SimulatedProvider, key: bytes, behaves: Behaving
) -> list[BaseRoute]:
    """Return the provider at the root; it misbehaves in ways of its own."""
    del behaves
    provider.client_secret = key.hex()
    return [Mount("/", provider_app(provider))]


KINDS: Mapping[str, Kind] = {
    "tax": Kind(lambda twin, auto: TaxSandbox(twin, auto=auto), TAX_CALLS),
    "notary": Kind(lambda twin, _: NotarySandbox(twin), NOTARY_CALLS),
    "land_registry": Kind(
        lambda twin, auto: LandRegistrySandbox(twin, auto=auto), LAND_CALLS
    ),
    "payment": Kind(lambda twin, auto: PaymentSandbox(twin, auto=auto), PAYMENT_CALLS),
    "messaging": Kind(
        lambda twin, auto: MessengerSandbox(twin, tells=auto), TEXT_CALLS, text_routes
    ),
    "portal": Kind(lambda twin, _: PortalSandbox(twin), (), portal_routes),
    "identity": Kind(
        lambda twin, _: SimulatedProvider(twin.clock, ""), (), _provider_routes
    ),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What a run of simulated offices is made with.

    ``keys`` are the signing keys by office, ``plans`` how they behave, by office or for
    all of them.
    """

    folder: Path
    clock: Clock
    keys: Mapping[str, tuple[bytes, ...]]
    plans: Mapping[str, Plan] = field(default_factory=dict)
    auto: bool = False
    seed: int = 0


def open_offices(trial: Trial, names: Iterable[str]) -> tuple[SimulatedOffice, ...]:
    """Open offices with all that they knew before.

    Raises JournalBusyError when another process has them open.
    """
    return tuple(_open(trial, name) for name in names)


def close_offices(offices: Iterable[SimulatedOffice]) -> None:
    """Let another process open them."""
    for office in offices:
        if office.twin.journal is not None:
            office.twin.journal.close()


def _open(trial: Trial, name: str) -> SimulatedOffice:
    kind = KINDS[name]
    twin = Twin(name, trial.clock, Journal(trial.folder / f"{name}.jsonl"))
    plan = trial.plans.get(name, trial.plans.get(EVERYBODY, Plan()))
    conduct = Conduct(name, trial.clock, trial.seed, plan)
    port = kind.make(twin, trial.auto)
    keys = trial.keys[name]
    office = SimulatedOffice(name, port, twin, kind.calls, keys, conduct)
    office.more = tuple(kind.more(port, keys[0], partial(behaving, office)))
    return office
