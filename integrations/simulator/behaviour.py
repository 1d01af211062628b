"""How a simulated office behaves: by a script, by chance, or as it should.

A plan is data (YAML or JSON): ``script`` says what happens after how many calls and for
how long, ``rates`` how often something happens by chance. Chance is drawn from the seed
and the name of the call or message, so that the same run goes the same way whatever
comes first.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Deed = Literal[
    "down", "refuse", "slow", "lose", "half", "garbage",
    "twice", "reorder", "delay", "litter", "change_mind",
]  # fmt: skip
# What may go wrong with a call, and with a message of the office.
AT_DOOR: tuple[Deed, ...] = ("down", "refuse", "slow", "lose", "half", "garbage")
IN_VOICE: tuple[Deed, ...] = ("twice", "reorder", "delay", "litter", "change_mind")
EVERYBODY = "all"

Rate = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(gt=0, le=600)]


class Rule(BaseModel):
    """One thing that the office does wrong.

    It begins after so many calls (of what the office says: messages) and lasts so many
    ``times``, so many ``minutes``, or until the plan is changed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    do: Deed
    after: int = Field(default=0, ge=0)
    times: int | None = Field(default=None, ge=1)
    minutes: float | None = Field(default=None, gt=0)


class Plan(BaseModel):
    """All that an office does wrong; ``seconds`` is how slow or late it then is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    script: tuple[Rule, ...] = ()
    rates: Mapping[Deed, Rate] = Field(default_factory=dict)
    seconds: Seconds = 1.0


def load_plans(path: Path) -> dict[str, Plan]:
    """Read the plans of a file, by the name of the office or ``all``.

    Raises a ValidationError or a YAMLError that says what is wrong with it.
    """
    content = yaml.safe_load(path.read_text("utf-8"))
    return TypeAdapter(dict[str, Plan]).validate_python(content)


@dataclass(slots=True)
class _Running:
    """How far a rule has come."""

    seen: int = 0
    done: int = 0
    began: datetime | None = None


@dataclass(slots=True)
class Conduct:
    """Decides what goes wrong next in one office, and counts it."""

    office: str
    clock: Callable[[], datetime]
    seed: int = 0
    plan: Plan = field(default_factory=Plan)
    counts: Counter[str] = field(default_factory=Counter)
    _running: dict[int, _Running] = field(default_factory=dict)
    _met: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def change(self, plan: Plan) -> None:
        """Behave by another plan from now on; its script begins anew."""
        with self._lock:
            self.plan = plan
            self._running.clear()

    def at_door(self, key: str) -> frozenset[Deed]:
        """Return what goes wrong with this call."""
        return self._draw(AT_DOOR, key)

    def in_voice(self, message_id: str) -> frozenset[Deed]:
        """Return what goes wrong with this message of the office."""
        return self._draw(IN_VOICE, message_id)

    def silent(self) -> bool:
        """Return whether the office is down for a while, and so says nothing either."""
        with self._lock:
            return any(
                rule.do == "down" and rule.times is None and self._lasts(rule, number)
                for number, rule in enumerate(self.plan.script)
            )

    def _draw(self, deeds: Collection[Deed], name: str) -> frozenset[Deed]:
        with self._lock:
            self._met[name] += 1
            chance = random.Random(  # noqa: S311  a trial, not a secret
                f"{self.seed}/{self.office}/{name}/{self._met[name]}"
            )
            drawn = {d for d in deeds if chance.random() < self.plan.rates.get(d, 0)}
            for number, rule in enumerate(self.plan.script):
                if rule.do in deeds and self._happens(rule, number):
                    drawn.add(rule.do)
            self.counts.update(drawn)
            return frozenset(drawn)

    def _happens(self, rule: Rule, number: int) -> bool:
        running = self._running.setdefault(number, _Running())
        running.seen += 1
        if running.seen <= rule.after:
            return False
        running.began = running.began or self.clock()
        if not self._lasts(rule, number):
            return False
        running.done += 1
        return True

    def _lasts(self, rule: Rule, number: int) -> bool:
        """Return whether a rule that begins at once, or has begun, is not over yet."""
        running = self._running.get(number, _Running())
        if running.began is None:
            return rule.after == 0
        if rule.times is not None and running.done >= rule.times:
            return False
        return rule.minutes is None or (
            self.clock() < running.began + timedelta(minutes=rule.minutes)
        )
