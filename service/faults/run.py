"""A run: people, offices, time and death do what they do for so many seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from service.faults.browser import StuckError
from service.faults.checks import Check, checks
from service.faults.nursery import killed
from service.faults.players import CitizenPlayer, ClerkPlayer, meet
from service.faults.rows import waiting
from service.faults.world import World

_LIVE_MATTERS = 8
_OFFICES = ("notary", "one-stop", "land-branch", "tax")
_SETTLE = 60.0
# So many voices of offices say again what they said before.
_VOICES = 36
# So often a citizen looks whether the next step may be handed in, and how long between.
_LOOKS, _BETWEEN_LOOKS = 4, 4.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did and what the checks found."""

    seconds: float
    by_point: dict[str, int]
    by_fault: dict[str, int]
    moves: int
    checks: tuple[Check, ...]

    @property
    def kills(self) -> int:
        """Return how many processes were killed."""
        return sum(self.by_point.values())

    @property
    def faults(self) -> int:
        """Return how many faults of other kinds were done."""
        return sum(self.by_fault.values())

    def count(self, figure: str) -> int:
        """Return how many findings count for a headline figure: lost, or twice."""
        return sum(len(each.wrong) for each in self.checks if each.figure == figure)

    @property
    def ok(self) -> bool:
        """Return whether nothing is wrong and every check looked at something."""
        return all(each.ok for each in self.checks)


def run(world: World, seconds: float) -> Outcome:
    """Put a world under faults for so many seconds, let it settle, and check it."""
    begun = time.monotonic()
    asyncio.run(_Run(world, begun + seconds).play())
    world.nursery.listen()
    found = checks(world)
    moves = next(each.looked_at for each in found if each.name == "chain whole")
    return Outcome(
        time.monotonic() - begun,
        killed(world.by_point),
        dict(sorted(world.history.faults.items())),
        moves,
        found,
    )


@dataclass(slots=True)
class _Run:
    world: World
    until: float
    live: int = 0
    met: int = 0
    people: list[ClerkPlayer] = field(default_factory=list)

    @property
    def going_on(self) -> bool:
        return time.monotonic() < self.until

    async def play(self) -> None:
        world = self.world
        await world.open()
        try:
            async with asyncio.TaskGroup() as group:
                for office in _OFFICES:
                    group.create_task(self._clerk(self._names(office)[-1]))
                for office in _OFFICES[:2]:
                    group.create_task(self._meetings(office))
                group.create_task(self._feed(group))
                group.create_task(self._time())
                for n in range(_VOICES):
                    group.create_task(world.offices.mutter(n, lambda: self.going_on))
                group.create_task(self._calm())
                group.create_task(self._failing())
            await self._least()
            await world.offices.fall_silent()
            await self._settle()
        finally:
            for each in self.people:
                await each.close()
            await world.close()

    async def _failing(self) -> None:
        """Let the database fail when a third of the time is over, where it may."""
        failing = self.world.ground.failing
        if failing is not None:
            await asyncio.sleep((self.until - time.monotonic()) / 3)
            self.world.history.fault("primary killed")
            await asyncio.to_thread(failing)

    async def _calm(self) -> None:
        """End the faults in time, so that what was begun is answered."""
        await asyncio.sleep(self.until - time.monotonic())
        self.world.calm()

    async def _clerk(self, name: str) -> None:
        player = self._at_work(name)
        await self._patiently(player.sign_in)
        while self.going_on:
            await self._patiently(player.turn)

    def _names(self, office: str) -> list[str]:
        """Return the names of the clerks of an office."""
        return [
            each.name
            for each in self.world.clerks
            if each.office_id.rpartition("-")[0] == office
        ]

    def _at_work(self, name: str) -> ClerkPlayer:
        clerk = next(each for each in self.world.clerks if each.name == name)
        player = ClerkPlayer(self.world, name, self.world.port, clerk=clerk)
        self.people.append(player)
        return player

    async def _patiently(self, what: Callable[[], Awaitable[object]]) -> None:
        """Do something; a player who never gets an answer is noted as a finding."""
        try:
            await what()
        except StuckError as error:
            self.world.history.odd.append(f"never answered: {error}")

    async def _meetings(self, office: str) -> None:
        one, other = (self._at_work(name) for name in self._names(office)[:2])
        await self._patiently(one.sign_in)
        await self._patiently(other.sign_in)
        while self.going_on:
            await self._patiently(lambda: self._meeting(one, other))

    async def _meeting(self, one: ClerkPlayer, other: ClerkPlayer) -> None:
        codes = await one.cases()
        if not codes:
            await asyncio.sleep(0.1)
            return
        self.met += 1
        await meet(one, other, one.chance.choice(codes), self.met)

    async def _least(self) -> None:
        """Do once, in peace, what every run must have seen, however short it was."""
        opened = await self.world.new_matter()
        citizen = CitizenPlayer(
            self.world,
            "last citizen",
            self.world.port,
            always_twice=True,
            opened=opened,
        )
        await self._patiently(citizen.enter)
        await self._patiently(lambda: citizen.hand_in(opened.steps[0]))
        await citizen.close()
        one, other = (self._at_work(name) for name in self._names(_OFFICES[0])[:2])
        await self._patiently(one.sign_in)
        await self._patiently(other.sign_in)
        await self._patiently(lambda: self._meeting(one, other))
        await self.world.offices.talk_nonsense(self.world.chance.of("last"), "tax")

    # --- matters ----------------------------------------------------------------------

    async def _feed(self, group: asyncio.TaskGroup) -> None:
        """Open matters, so that there is always work."""
        number = 0
        while self.going_on:
            if self.live >= _LIVE_MATTERS:
                await asyncio.sleep(0.05)
                continue
            opened = await self.world.new_matter()
            self.live += 1
            number += 1
            player = CitizenPlayer(
                self.world, f"citizen-{number}", self.world.port, opened=opened
            )
            group.create_task(self._citizen(player))

    async def _citizen(self, player: CitizenPlayer) -> None:
        try:
            await self._patiently(player.enter)
            for step in player.opened.steps:
                for _ in range(_LOOKS):
                    if not self.going_on or await player.hand_in(step):
                        break
                    await asyncio.sleep(_BETWEEN_LOOKS)
        except StuckError as error:
            self.world.history.odd.append(f"never answered: {error}")
        finally:
            self.live -= 1
            await player.close()

    # --- time -------------------------------------------------------------------------

    async def _time(self) -> None:
        """Set the clock forward and back now and then.

        Never so far that an effect which had bad luck a few times has waited for seven
        days and is a person's: whoever waits that long has a trial of its own.
        """
        chance = self.world.chance.of("time")
        while self.going_on:
            await asyncio.sleep(1 + 2 * chance.random())
            minutes = chance.choice((-30, -5, -1, 5, 30, 60, 240))
            self.world.history.fault(
                "clock set forward" if minutes > 0 else "clock set back"
            )
            self.world.clock.step(timedelta(minutes=minutes))

    async def _settle(self) -> None:
        """Let what waits be done: the clock runs on until nothing is due any more."""
        until = time.monotonic() + _SETTLE
        while time.monotonic() < until:
            heard = any(each.kind == "true" for each in self.world.history.messages)
            if heard and not still_open(self.world):
                return
            self.world.clock.step(timedelta(minutes=2))
            await asyncio.sleep(0.1)
            await self.world.offices.fall_silent()


def still_open(world: World) -> int:
    """Return how many effects, messages and texts wait to be done."""
    return waiting(world.desk.database)
