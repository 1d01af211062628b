"""People at their browsers: clerks move cases, citizens hand in, all of them impatient.

A player does only what a page offers, and sends the same form again until it is
answered. Each has a generator of its own.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from service.faults.browser import (
    Answer,
    Browser,
    Entry,
    Fields,
    Form,
    form_to,
    told_by,
)
from service.faults.children import Opened, open_matter
from service.faults.history import Attempt, Command, Told
from service.faults.lines import Line
from service.faults.people import PASSWORD, Clerk
from service.usecases.outside.working import run_until_idle

if TYPE_CHECKING:
    from service.faults.world import World

TWICE, STALE = 0.3, 0.15
VERSION, KEY = "phien-ban", "khoa"
_CASE = re.compile(r'/can-bo/ho-so/(HS-[0-9A-Z-]+)"')
_ACTION = re.compile(r'/can-bo/ho-so/(HS-[0-9A-Z-]+)/viec/([^"?]+)(\?dong=\d+)?')
_DAY = re.compile(r"\d{2}/\d{2}/\d{4}")
_ROW = re.compile(
    r'<tr><td><span class="tag (ok|late)">.*?/can-bo/ho-so/([^"]+)"', re.DOTALL
)
_SIGN_IN = "/dang-nhap"
_UNAUTHORIZED, _WRONG = 401, 422


@dataclass(slots=True)
class Person:
    """Somebody with a browser; what every player can do."""

    world: World
    name: str
    port: int
    always_twice: bool = False
    chance: Random = field(init=False)
    browser: Browser = field(init=False)

    def __post_init__(self) -> None:
        self.chance = self.world.chance.of("player", self.name)
        self.browser = Browser(self.port, self.world.gate)

    async def close(self) -> None:
        """Leave."""
        await self.browser.close()

    async def send(self, command: Command, path: str, fields: Fields) -> Answer:
        """Send a command until it is answered; some are sent twice, some at once."""
        attempts = command.attempts
        twice = self.chance.random() < TWICE or self.always_twice
        if twice:
            self.world.history.fault("sent twice")
        if twice and self.chance.random() < 0.5:
            other = Line(self.port, self.world.gate)
            answer, _ = await asyncio.gather(
                self.browser.until_answered(path, fields, attempts),
                self.browser.until_answered(path, fields, attempts, other),
            )
            other.close()
        else:
            answer = await self.browser.until_answered(path, fields, attempts)
            if twice:
                again = await self.browser.until_answered(path, fields, attempts)
                answer = again if told_by(again) == "done" else answer
        return answer


@dataclass(slots=True)
class ClerkPlayer(Person):
    """A clerk: signs in, takes cases from the list of the office, moves them."""

    clerk: Clerk = field(kw_only=True)
    seen: list[str] = field(default_factory=list)

    async def sign_in(self) -> None:
        """Sign in, as often as it takes."""
        while True:
            page = await self.browser.get(_SIGN_IN)
            form = form_to(page.text, _SIGN_IN)
            if form is None:
                return
            sent = _with(form.plain(), {"ten": self.clerk.name, "mat-khau": PASSWORD})
            await self.browser.once(_SIGN_IN, sent)

    async def page(self, path: str) -> Answer:
        """Return a page of the clerk, signed in anew where that is asked."""
        answer = await self.browser.get(path)
        if form_to(answer.text, _SIGN_IN) is not None:
            await self.sign_in()
            answer = await self.browser.get(path)
        return answer

    async def turn(self) -> None:
        """Do one thing: a case of the list, or several of them together."""
        if not self.seen:
            self.seen = await self.cases()
            self.chance.shuffle(self.seen)
            if len(self.seen) > 1 and self.chance.random() < 0.25:
                await self.together(self.seen[:4])
                return
        if not self.seen:
            await asyncio.sleep(0.05)
            return
        await self.move(self.seen.pop())

    async def cases(self) -> list[str]:
        """Return the codes of the cases on the first page of the list."""
        page = await self.page("/can-bo")
        return sorted(set(_CASE.findall(page.text)))

    async def move(self, code: str, group: str = "") -> Command | None:
        """Do one of the actions that the page of a case offers."""
        form = await self.chosen(code)
        return None if form is None else await self.act(code, form, group)

    async def chosen(self, code: str) -> Form | None:
        """Return the form of an action on a case, as its page shows it."""
        page = await self.page(f"/can-bo/ho-so/{code}")
        found = list(_ACTION.finditer(page.text))
        if not found:
            return None
        known = [each for each in found if each[2] in self.world.guide]
        wise = known and self.chance.random() < 0.85
        chosen = self.chance.choice(known if wise else found)
        form = form_to(page.text, chosen[0])
        if form is None:
            asked = await self.page(chosen[0])
            form = form_to(asked.text, chosen[0])
        return form

    async def act(self, code: str, form: Form, group: str = "") -> Command:
        """Fill the form of an action in and send it."""
        event = form.action.rpartition("/")[2].partition("?")[0]
        sent = self.filled(event, form)
        told = dict(sent)
        version = int(told.get(VERSION, 0))
        if not group and version > 1 and self.chance.random() < STALE:
            self.world.history.fault("stale version")
            version -= 1
            sent = _with(sent, {VERSION: str(version)})
        command = self.world.history.command(
            "move", self.clerk.account_id, case=code, event=event,
            key=told.get(KEY, ""), version=version, group=group,
        )  # fmt: skip
        await self.send(command, form.action, sent)
        return command

    def filled(self, event: str, form: Form) -> Fields:
        """Return a form as a clerk fills it in, by the guide where it knows."""
        facts = self.world.guide.get(event, {})
        lines = next((v for v in facts.values() if isinstance(v, list)), [])
        typed: dict[str, str] = {}
        sent: Fields = []
        for entry in form.entries.values():
            if entry.kind == "checkbox":
                sent += [(entry.name, each) for each in entry.options]
            elif entry.kind == "radio":
                sent.append((entry.name, self._choice(entry, facts)))
            elif entry.kind == "select" and "-loai-" in entry.name:
                place = int(entry.name.rpartition("-")[2])
                line = lines[place] if place < len(lines) else {}
                typed[entry.name.replace("-loai-", "-tien-")] = str(
                    line.get("amount", "")
                )
                sent.append((entry.name, str(line.get("kind", ""))))
            elif entry.kind != "button":
                sent.append((entry.name, self._text(entry, facts)))
        return _with(sent, typed)

    def _choice(self, entry: Entry, facts: Mapping[str, object]) -> str:
        known = facts.get(entry.name.removeprefix("f-"))
        wanted = str(known).lower() if isinstance(known, bool) else str(known)
        if wanted in entry.options:
            return wanted
        return entry.checked[0] if entry.checked else self.chance.choice(entry.options)

    def _text(self, entry: Entry, facts: Mapping[str, object]) -> str:
        if not entry.name.startswith("f-"):
            return entry.value
        if _DAY.fullmatch(entry.value) or _DAY.match(entry.example):
            return self.world.desk.today().strftime("%d/%m/%Y")
        known = facts.get(entry.name.removeprefix("f-"))
        return entry.value or str(known or "") or entry.example.rstrip(".") or "mẫu"

    async def together(self, codes: Sequence[str]) -> None:
        """Do one action with several cases of the list."""
        ticked = "&".join(f"c={code}" for code in codes)
        page = await self.page(f"/can-bo/hang-loat?{ticked}")
        links = re.findall(r'href="(\?c=[^"]+viec=[^"]+)"', page.text)
        if not links:
            return
        link = self.chance.choice(links).replace("&amp;", "&")
        page = await self.page(f"/can-bo/hang-loat{link}")
        form = form_to(page.text, "/can-bo/hang-loat/lam")
        if form is None:
            return
        event = form.entries["viec"].value
        sent = [each for each in self.filled(event, form) if each[0] != "c"]
        cases = form.entries["c"].options if "c" in form.entries else []
        key = dict(sent)[KEY]
        commands = []
        for each in cases:
            code, _, version = each.partition("~")
            commands.append(
                self.world.history.command(
                    "batch",
                    self.clerk.account_id,
                    case=code,
                    event=event,
                    key=f"{key}:{code}",
                    version=int(version),
                )
            )
        sent += [("c", each) for each in cases]
        whole = Command(-1, "batch", self.clerk.account_id, "", event, key)
        for _ in range(2 if self.chance.random() < TWICE else 1):
            answer = await self.browser.until_answered(
                form.action, sent, whole.attempts
            )
            done = {code: state == "ok" for state, code in _ROW.findall(answer.text)}
            for command in commands:
                if command.case in done:
                    told: Told = "done" if done[command.case] else "stale"
                    command.attempts.append(Attempt(told, answer.status))


@dataclass(slots=True)
class CitizenPlayer(Person):
    """A citizen: opens the matter by its code and number, hands each step in."""

    opened: Opened = field(kw_only=True)

    async def enter(self) -> None:
        """Open the matter, as often as it takes."""
        while True:
            page = await self.browser.get(f"/mo-lai?ma={self.opened.code}")
            form = form_to(page.text, "/mo-lai")
            if form is None:
                return
            sent = _with(form.plain(), {"ma": self.opened.code, "so": self.opened.pin})
            await self.browser.once("/mo-lai", sent)

    async def hand_in(self, step: str) -> bool:
        """Hand a step in; return whether it was taken, or need not be any more."""
        path = f"/ho-so/{self.opened.code}/buoc/{step}"
        page = await self.browser.get(path)
        form = form_to(page.text, path)
        if form is None or KEY not in form.entries:
            return "Theo dõi hồ sơ" in page.text
        sent = [(name, value) for name, value in form.plain() if name != "co"]
        ready = form.entries.get("co")
        sent += [("co", each) for each in (ready.options if ready else ())]
        sent.append(("nop", "1"))
        command = self.world.history.command(
            "submit", f"citizen:{self.opened.code}", case="", event="submit",
            key=dict(sent)[KEY], group=f"{self.opened.code}/{step}",
        )  # fmt: skip
        answer = await self.send(command, path, sent)
        return told_by(answer) == "done"


def _with(sent: Fields, typed: Mapping[str, str]) -> Fields:
    """Return fields with some of them typed anew."""
    return [(name, value) for name, value in sent if name not in typed] + list(
        typed.items()
    )


async def meet(one: ClerkPlayer, other: ClerkPlayer, code: str, number: int) -> None:
    """Let two clerks act on one version of a case at once."""
    forms = [await each.chosen(code) for each in (one, other)]
    if forms[0] is None or forms[1] is None:
        return
    one.world.history.fault("two clerks at once")
    both = zip((one, other), forms, strict=True)
    await asyncio.gather(
        *(each.act(code, form, f"meeting-{number}") for each, form in both if form)
    )


async def warm_up(world: World, port: int) -> None:
    """Let a citizen and a clerk use every page once."""
    opened = open_matter(world.desk)
    citizen = CitizenPlayer(world, "first citizen", port, opened=opened)
    await citizen.enter()
    await citizen.hand_in(opened.steps[0])
    run_until_idle(world.desk)
    notary = next(each for each in world.clerks if each.office_id.startswith("notary"))
    clerk = ClerkPlayer(world, "first clerk", port, clerk=notary)
    await clerk.sign_in()
    codes = await clerk.cases()
    await clerk.together(codes)
    for code in (*codes, *codes):
        await clerk.move(code)
    await citizen.close()
    await clerk.close()
