"""One procedure, and everybody acting on it in any order (Hypothesis draws it)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from service.persistence.database import Database
from service.usecases.matter.answer_question import record_facts
from service.usecases.matter.submit_dossier import open_step
from tests.stateful import citizens, clerks, outside
from tests.stateful.covered import Covered
from tests.stateful.invariants import AT_REST, EVERY, check
from tests.stateful.law import situation_for, untold
from tests.stateful.world import STEP, World, begin

_Item = TypeVar("_Item")
STARTS = (
    datetime(2026, 11, 25, 2, 0, tzinfo=UTC),
    datetime(2026, 12, 30, 8, 50, tzinfo=UTC),
    datetime(2027, 2, 4, 7, 0, tzinfo=UTC),
)


@dataclass(frozen=True)
class Drawn:
    """What happens next, as Hypothesis draws it."""

    data: st.DataObject

    def number(self, least: int, most: int) -> int:
        return self.data.draw(st.integers(least, most))

    def pick(self, items: Sequence[_Item]) -> _Item:
        return items[self.number(0, len(items) - 1)]

    def chance(self, percent: int) -> bool:
        return self.number(0, 99) < percent


Opening = Callable[[], tuple[Database, Path]]


class Matter(RuleBasedStateMachine):
    """Each rule is somebody who acts; the invariants are checked after each."""

    procedure: str
    opening: Opening
    covered: Covered | None = None
    world: World | None = None

    @initialize(data=st.data())
    def a_citizen_begins(self, data: st.DataObject) -> None:
        self.world = begun(self.procedure, self.opening, Drawn(data))

    def _do(self, act: Callable[..., Any], data: st.DataObject) -> None:
        self.world.story.append(act.__name__)
        act(self.world, Drawn(data))

    @rule(data=st.data())
    def the_work_goes_on(self, data: st.DataObject) -> None:
        self._do(clerks.goes_on, data)

    @rule(data=st.data())
    def the_work_goes_on_and_on(self, data: st.DataObject) -> None:
        self._do(clerks.goes_on, data)

    @rule(data=st.data())
    def it_goes_on_and_the_worker_works(self, data: st.DataObject) -> None:
        self._do(clerks.goes_on, data)
        self._do(outside.works, data)

    @rule(data=st.data())
    def somebody_enters_what_does_not_fit(self, data: st.DataObject) -> None:
        self._do(clerks.enters_what_does_not_fit, data)

    @rule(data=st.data())
    def somebody_raises_anything(self, data: st.DataObject) -> None:
        self._do(clerks.raises_anything, data)

    @rule(data=st.data())
    def who_may_not_tries(self, data: st.DataObject) -> None:
        self._do(clerks.who_may_not_tries, data)

    @rule(data=st.data())
    def somebody_comes_too_late(self, data: st.DataObject) -> None:
        self._do(clerks.comes_too_late, data)

    @rule(data=st.data())
    def somebody_takes_back(self, data: st.DataObject) -> None:
        self._do(clerks.takes_back, data)

    @rule(data=st.data())
    def a_second_person_decides(self, data: st.DataObject) -> None:
        self._do(clerks.goes_on, data)
        self._do(clerks.decides_on_proposals, data)

    @rule(data=st.data())
    def clerks_share_the_work(self, data: st.DataObject) -> None:
        self._do(clerks.shares_the_work, data)
        self._do(clerks.takes_for_elsewhere, data)

    @rule(data=st.data())
    def a_fault_is_settled(self, data: st.DataObject) -> None:
        self._do(clerks.settles_faults, data)

    @rule(data=st.data())
    def the_citizen_hands_in(self, data: st.DataObject) -> None:
        self._do(citizens.prepares, data)
        self._do(citizens.hands_in, data)

    @rule(data=st.data())
    def the_citizen_says_something(self, data: st.DataObject) -> None:
        self._do(citizens.says, data)
        self._do(citizens.rates, data)

    @rule(data=st.data())
    def the_citizen_withdraws(self, data: st.DataObject) -> None:
        if Drawn(data).chance(30):
            self._do(citizens.withdraws, data)

    @rule(data=st.data())
    def the_helper_tries(self, data: st.DataObject) -> None:
        if Drawn(data).chance(60):
            self._do(citizens.lets_help, data)
        self._do(citizens.is_helped, data)

    @rule(data=st.data())
    def money_comes(self, data: st.DataObject) -> None:
        way = (citizens.pays, clerks.records_a_payment, outside.confirms_a_payment)
        self._do(Drawn(data).pick(way), data)

    @rule(data=st.data())
    def an_office_tells(self, data: st.DataObject) -> None:
        self._do(clerks.goes_on, data)
        self._do(outside.tells, data)

    @rule(data=st.data())
    def an_office_says_nonsense(self, data: st.DataObject) -> None:
        self._do(outside.says_nonsense, data)

    @rule(data=st.data())
    def an_office_is_down_or_back(self, data: st.DataObject) -> None:
        if Drawn(data).chance(60):
            self._do(outside.goes_down, data)
        else:
            outside.comes_back(self.world)

    @rule(data=st.data())
    def the_worker_works(self, data: st.DataObject) -> None:
        self._do(outside.works, data)

    @rule(data=st.data())
    def time_passes(self, data: st.DataObject) -> None:
        self._do(clerks.goes_on, data)
        self._do(outside.passes, data)

    @invariant()
    def everything_holds(self) -> None:
        if self.world is not None and self.world.is_new():
            check(self.world, EVERY)

    def teardown(self) -> None:
        if self.world is None:
            return
        try:
            outside.settles(self.world)
            check(self.world, EVERY + AT_REST)
            if self.covered is not None:
                self.covered.add(self.world)
        finally:
            self.world.desk.database.dispose()


def machine_for(
    procedure: str, opening: Opening, covered: Covered | None = None
) -> type[Matter]:
    """Return the machine of a procedure; ``opening`` gives a desk's database anew."""
    told = {
        "procedure": procedure,
        "opening": staticmethod(opening),
        "covered": covered,
    }
    return type(f"Matter_{procedure}", (Matter,), told)


def begun(procedure: str, opening: Opening, draw: Drawn) -> World:
    """Open a matter with what a citizen may have told, and the draft of its step."""
    database, folder = opening()
    world = begin(
        database, folder, procedure=procedure, situation=situation_for(procedure),
        at=draw.pick(STARTS), mode=draw.pick(("manual", "auto")),
    )  # fmt: skip
    facts = {
        key: draw.pick(values)
        for key, values in untold(procedure).items()
        if draw.chance(70)
    }
    record_facts(world.desk, world.citizen, world.matter.code, facts, "citizen")
    open_step(world.desk, world.citizen, world.matter.code, STEP)
    if draw.chance(70):
        citizens.hands_in(world, draw)
    return world
