"""Which offices are simulated: each its sandbox, its wire, its journal, its conduct."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from integrations.http import Call
from integrations.journal import Journal
from integrations.land_registry.sandbox import LandRegistrySandbox
from integrations.land_registry.wire import CALLS as LAND_CALLS
from integrations.notary.sandbox import NotarySandbox
from integrations.notary.wire import CALLS as NOTARY_CALLS
from integrations.simulator.behaviour import EVERYBODY, Conduct, Plan
from integrations.simulator.wire import SimulatedOffice
from integrations.tax.sandbox import TaxSandbox
from integrations.tax.wire import CALLS as TAX_CALLS
from integrations.twin import Twin

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Kind:
    """How an office of a kind is made: from its twin, and whether it answers alone."""

    make: Callable[[Twin, bool], Any]
    calls: tuple[Call[Any, Any], ...]


KINDS: Mapping[str, Kind] = {
    "tax": Kind(lambda twin, auto: TaxSandbox(twin, auto=auto), TAX_CALLS),
    "notary": Kind(lambda twin, _: NotarySandbox(twin), NOTARY_CALLS),
    "land_registry": Kind(
        lambda twin, auto: LandRegistrySandbox(twin, auto=auto), LAND_CALLS
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
    return SimulatedOffice(name, port, twin, kind.calls, trial.keys[name], conduct)
