"""Random walks of a procedure together with the cases it opens.

A walk plays everybody: persons raise what the chart offers them, timers go off, money
is paid late, in parts or at once, and messages between linked cases wait, cross,
overtake each other and arrive twice. Whatever the chart does not foresee is a fault.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from workflows.definition import ListItem, Procedure, StateSpec
from workflows.errors import FactsMissingError, MoveRefusedError
from workflows.loader import load_law
from workflows.statechart import Chart, Event, Instance, Offer, Outcome, Papers

PERSONS = (
    "citizen",
    "helper",
    "receiving_office",
    "handling_office",
    "assisting_office",
    "posting_office",
    "deciding_office",
    "residence_posting_office",
    "land_posting_office",
    "supervisor",
    "system",
    "anyone",
)
DAY = date(2026, 11, 23)
# Walks of each procedure, each with another seed.
WALKS = 2_000
NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
# How likely an event is put among the choices, where it would end most walks too early.
SELDOM = {
    "abandon": 0.05,
    "accept_proof": 0.3,
    "accept_written_proof": 0.15,
    "already_mortgaged": 0.2,
    "already_transferred": 0.2,
    "ask_tax_again": 0.15,
    "certificate_found": 0.03,
    "complete_slip": 0.05,
    "confirm_annotation": 0.5,
    "correct_sheet": 0.02,
    "conditions_not_met": 0.05,
    "decline": 0.05,
    "deny_erosion": 0.3,
    "dispute_filed": 0.05,
    "data_mismatch": 0.2,
    "give_up": 0.05,
    "no_error_found": 0.3,
    "not_eligible": 0.2,
    "place_was_right": 0.3,
    "not_permitted": 0.05,
    "propose": 0.5,
    "refuse": 0.3,
    "refuse_for_good": 0.1,
    "sign_certificate": 0.5,
    "stop_by_law": 0.1,
    "supplement_term_ended": 0.3,
    "take_uncertified": 0.3,
    "withdraw": 0.03,
}
# How often this fact is true; the others are true half of the time.
LIKELY = {"obligation.none": 0.1}
MOST_STEPS = 3000
# A fact that rides along with each answer, so that a kept one is known again.
QUESTION = "walk.question"

Edition = Mapping[str, Any]


class FaultError(AssertionError):
    """A walk came to something that no chart may do."""


@dataclass(slots=True)
class Ledger:
    """The money of one tax case: how much of the lines is paid, and what it says."""

    open: bool = False
    paid: int = 0
    term_over: bool = False

    def order(self, order: Mapping[str, object]) -> list[str]:
        """Follow an order of the chart and return what the ledger says at once."""
        if "open" in order:
            self.open, self.paid, self.term_over = True, 0, False
        elif "adjust" in order:
            self.open, self.term_over = True, False
            return ["paid_all"] if self.paid == 2 else ["paid_part"] * (self.paid == 1)
        elif order.get("defer", "all") == "all" and {"cancel", "defer"} & set(order):
            self.open = False
        return []

    def may_say(self) -> list[str]:
        """Return what may happen to the money next."""
        if not self.open or self.paid == 2:
            return []
        late = [] if self.term_over else ["term_ended"]
        return ["paid_part", "paid_all", "paid_all", *late]

    def happens(self, what: str) -> None:
        """Take a payment, or the end of the term, into the book."""
        if what == "term_ended":
            self.term_over = True
        else:
            self.paid = 2 if what == "paid_all" else 1


@dataclass(slots=True)
class Case:
    """A running case: its chart and instance, what is known in it, its links."""

    name: str
    chart: Chart
    instance: Instance
    parent: Case | None = None
    link: str = ""
    heard: int = 0
    facts: dict[str, object] = field(default_factory=dict)
    links: dict[str, Case] = field(default_factory=dict)
    timers: dict[str, str] = field(default_factory=dict)
    running: set[str] = field(default_factory=set)
    ledger: Ledger = field(default_factory=Ledger)
    told_end: bool = False
    trail: list[str] = field(default_factory=list)
    # What persons may do now; forgotten with every event, for only events change it.
    offers: Mapping[tuple[str, str], Sequence[Offer]] | None = None

    @property
    def over(self) -> bool:
        return self.chart.is_over(self.instance)


@dataclass(frozen=True, slots=True)
class Message:
    """A signal on its way; ``question`` is the number of what it asks or answers."""

    to: Case
    event: Event
    question: int = 0


class Walk:
    """One walk: a case opened by a citizen, with everything that follows from it."""

    def __init__(
        self, edition: Edition, charts: Mapping[str, Chart], procedure: str, seed: int
    ) -> None:
        self._edition = edition
        self._charts = charts
        self._random = Random(seed)  # noqa: S311  a seeded walk, no secret
        self._at = NOON
        self._post: list[Message] = []
        self._asked = 0
        self.taken: set[int] = set()
        self.handled: set[str] = set()
        self._ground: str | int | None = None
        self.signed = False
        self.cases: list[Case] = []
        self.root = self._open(procedure, None, "")

    def run(self) -> Walk:
        """Walk until every case is over and no message is left, or raise FaultError."""
        for _ in range(MOST_STEPS):
            moves = list(self._moves())
            if moves:
                self._random.choice(moves)()
            elif all(case.over for case in self.cases):
                break
        open_cases = [c for c in self.cases if not c.over]
        if open_cases:
            raise FaultError(f"does not end: {[_told(c) for c in open_cases]}")
        for case in self.cases:
            if case.running:
                raise FaultError(f"clock still runs at the end: {_told(case)}")
        return self

    @property
    def outcome(self) -> str:
        """Return the name of the end that the citizen's case came to."""
        final = self.root.chart.outcome(self.root.instance)
        return "" if final is None else final.name

    # --- what may happen next -------------------------------------------------------

    def _moves(self) -> Iterator[Any]:
        for case in self.cases:
            if case.over:
                continue
            yield from self._by_persons(case)
            for state, event in case.timers.items():
                yield self._by_timer(case, state, event)
            for what in case.ledger.may_say():
                yield self._by_ledger(case, what)
        if self._post:
            yield from [self._deliver] * 2

    def _by_persons(self, case: Case) -> Iterator[Any]:
        if case.offers is None:
            case.offers = self._offers(case)
        for (event, _), lines in case.offers.items():
            if self._random.random() < SELDOM.get(event, 1):
                yield lambda e=event, of=tuple(lines): self._person(case, e, of)

    def _offers(self, case: Case) -> Mapping[tuple[str, str], Sequence[Offer]]:
        offers: dict[tuple[str, str], list[Offer]] = {}
        found = case.chart.offers(
            case.instance, PERSONS, lookup=self._lookup(case), papers=self._papers()
        )
        for offer in found:
            if offer.available:
                offers.setdefault((offer.event, offer.state), []).append(offer)
        return offers

    def _by_timer(self, case: Case, state: str, event: str) -> Any:
        def go_off() -> None:
            case.timers.pop(state, None)
            self._fire(case, self._event(event, "timer"))

        return go_off

    def _by_ledger(self, case: Case, what: str) -> Any:
        def tell() -> None:
            case.ledger.happens(what)
            self._told(case, self._event(f"ledger.{what}", "ledger"))

        return tell

    def _person(self, case: Case, event: str, offers: Sequence[Offer]) -> None:
        facts = {
            record.fact: self._invent(record.fact, record.one_of)
            for offer in offers
            for record in offer.records
        }
        role = self._random.choice([r for r in offers[0].by if r in PERSONS])
        try:
            self._fire(case, self._event(event, role, facts))
        except FactsMissingError as asked:
            more = {fact: self._invent(fact, None) for fact in asked.missing}
            self._fire(case, self._event(event, role, facts | more))
        except MoveRefusedError as refused:
            raise FaultError(f"offered, then refused: {refused}") from refused

    def _deliver(self) -> None:
        """Take a letter: usually the oldest; now and then another, or one twice."""
        overtaking = self._random.random() < 0.15
        place = self._random.randrange(len(self._post)) if overtaking else 0
        twice = self._random.random() < 0.1
        message = self._post[place] if twice else self._post.pop(place)
        self._told(message.to, message.event, message.question)

    def _told(self, case: Case, event: Event, question: int = 0) -> None:
        """Give a case a signal that it must foresee: nobody could do it over."""
        try:
            self._fire(case, event, question)
        except MoveRefusedError as refused:
            raise FaultError(
                f"unexpected signal, {_told(case)}: {refused}"
            ) from refused

    # --- one move -------------------------------------------------------------------

    def _open(self, procedure: str, parent: Case | None, link: str) -> Case:
        chart = self._charts[procedure]
        facts: dict[str, object] = {}
        outcome = chart.start(lookup=self._drawn(facts), at=self._at)
        case = Case(procedure, chart, outcome.after, parent, link, facts=facts)
        self.cases.append(case)
        self._follow_up(case, outcome, 0)
        return case

    def _fire(self, case: Case, event: Event, question: int = 0) -> None:
        case.offers = None
        outcome = case.chart.step(
            case.instance, event, lookup=self._lookup(case), papers=self._papers()
        )
        case.trail.append(f"{event.name}:{outcome.handled}")
        for told in outcome.delivered:
            if told.refused is not None:
                raise FaultError(f"kept signal refused: {told.refused}")
        self.handled.add(outcome.handled)
        moved = outcome.handled in {"moved", "recorded"}
        if moved and event.role == "parent":
            case.heard = max(case.heard, event.revision)
        for told in outcome.delivered:
            if told.event.role == "parent" and told.handled in {"moved", "recorded"}:
                case.heard = max(case.heard, told.event.revision)
        if moved:
            case.facts.update(event.facts)
        case.instance = outcome.after
        self._follow_up(case, outcome, question)

    def _follow_up(self, case: Case, outcome: Outcome, question: int) -> None:
        self._watch_the_gate(case, outcome, question)
        self.taken.update(id(taken.transition) for taken in outcome.taken)
        for order in outcome.timers:
            case.timers.pop(order.state, None)
            if order.arm and not self._length_unknown(order.length):
                case.timers[order.state] = order.event
        for clock in outcome.clock:
            case.running -= set(clock.replace or {})
            if clock.finish is not None:
                case.running.clear()
            case.running |= set((clock.replace or {}).values())
            case.running |= {clock.start} if clock.start else set()
        for effect in outcome.effects:
            self._perform(case, effect, question)
        if case.over and not case.told_end:
            case.told_end = True
            case.timers.clear()
            for child in case.links.values():
                self._send(child, "parent.ended", "parent", case)

    def _perform(self, case: Case, effect: Any, question: int) -> None:
        if effect.start is not None:
            if effect.start.as_ in case.links:
                raise FaultError(f"{effect.start.as_!r} is opened twice")
            opened = self._open(effect.start.procedure, case, effect.start.as_)
            case.links[effect.start.as_] = opened
        elif effect.obligation is not None:
            orders = effect.obligation.model_dump(exclude_none=True)
            for said in case.ledger.order(orders):
                self._post.append(
                    Message(case, self._event(f"ledger.{said}", "ledger"))
                )
        elif effect.signal is not None:
            self._signal(case, effect.signal.to, effect.signal.name, question)

    def _signal(self, case: Case, to: str, name: str, question: int) -> None:
        if to != "parent":
            if name == "confirm_settled":
                self._asked += 1
                question = self._asked
            self._send(case.links[to], f"parent.{name}", "parent", case, question)
        elif case.parent is not None:
            event = f"child.{case.link}.{name}"
            self._send(case.parent, event, "child", case, question)

    def _send(
        self, to: Case, event: str, role: str, sender: Case, question: int = 0
    ) -> None:
        revisions = dict(sender.instance.revisions)
        revision = sender.heard if role == "child" else revisions.get(to.link, 0)
        facts = {QUESTION: question} if question else {}
        told = Event(event, self._at, sender.name, role, facts, revision)
        self._post.append(Message(to, told, question))

    def _watch_the_gate(self, case: Case, outcome: Outcome, question: int) -> None:
        """See that a signature rests on the answer to the newest question, or a paper.

        A kept signal brings its own question along when it is delivered later.
        """
        for taken in outcome.taken:
            if taken.event_name == "accept_written_proof":
                self._ground = "paper"
            elif taken.event_name in {"propose", "ask_tax_again"}:
                self._ground = None
            elif taken.event_name == "child.tax.confirmed" and taken.target is not None:
                self._ground = self._question_of(question, outcome)
            elif taken.event_name in {"sign_certificate", "confirm_annotation"}:
                if "tax" in case.links and self._ground not in {"paper", self._asked}:
                    raise FaultError(f"signed on {self._ground!r}: {_told(case)}")
                self.signed = True

    def _question_of(self, question: int, outcome: Outcome) -> int:
        kept = [
            told.event.facts.get(QUESTION)
            for told in outcome.delivered
            if told.event.name == "child.tax.confirmed"
        ]
        return next((int(str(number)) for number in kept if number), question)

    # --- small things ---------------------------------------------------------------

    def _event(
        self, name: str, role: str, facts: Mapping[str, object] | None = None
    ) -> Event:
        self._at += timedelta(minutes=7)
        return Event(name, self._at, "walker", role, facts or {}, second="another")

    def _lookup(self, case: Case) -> Any:
        """Answer a fact of the case; a yes or no that nobody told is drawn and kept."""
        return self._drawn(case.facts)

    def _drawn(self, facts: dict[str, object]) -> Any:
        def look(fact: str) -> object:
            spec = self._edition["facts"].get(fact)
            if fact not in facts and spec is not None and spec["type"] == "yes_no":
                facts[fact] = self._random.random() < 0.5
            return facts.get(fact)

        return look

    def _invent(self, fact: str, one_of: Any) -> object:
        if one_of is not None:
            items = self._edition["lists"][one_of.list]
            return self._random.choice([i for i in items if i not in one_of.except_])
        spec = self._edition["facts"][fact]
        if spec["type"] == "yes_no":
            return self._random.random() < LIKELY.get(fact, 0.5)
        return spec["example"]

    def _papers(self) -> Papers:
        return Papers(frozenset(self._edition["papers"]), frozenset(), True)

    def _length_unknown(self, length: Any) -> bool:
        parameter = getattr(length, "param", None)
        if parameter is None:
            return False
        newest = self._edition["parameters"][parameter]["values"][-1]["value"]
        return isinstance(newest, dict) and "unknown" in newest


def charts_of(edition: Edition) -> dict[str, Chart]:
    """Compile every procedure of an edition given as plain data."""
    lists = {
        name: {key: ListItem.model_validate(item) for key, item in items.items()}
        for name, items in edition["lists"].items()
    }
    return {
        name: Chart(Procedure.model_validate(raw), lists)
        for name, raw in edition["procedures"].items()
    }


@cache
def edition_of(province: str) -> Edition:
    """Return the edition of a province in force, as plain data."""
    raw: Edition = json.loads(load_law().edition(province, DAY).canonical_json())
    return raw


def started_by_people(province: str) -> list[str]:
    """Return the procedures that no other case opens, by id."""
    procedures = edition_of(province)["procedures"]
    return sorted(
        name for name, raw in procedures.items() if not raw.get("linked_only")
    )


def shape_of(edition: Edition, procedure: str) -> str:
    """Return what decides how a procedure walks: its chart and facts, no sources."""
    raw = edition["procedures"][procedure]
    parts = {part: raw.get(part) for part in ("chart", "facts", "flags", "signals")}
    return json.dumps(_without_sources(parts), sort_keys=True)


def _without_sources(raw: Any) -> Any:
    if isinstance(raw, dict):
        kept = {key: value for key, value in raw.items() if key != "source"}
        return {key: _without_sources(value) for key, value in kept.items()}
    return [_without_sources(each) for each in raw] if isinstance(raw, list) else raw


def walked(
    edition: Edition, charts: Mapping[str, Chart], procedure: str, number: int
) -> list[Walk]:
    """Walk a procedure so many times; raise FaultError at the first fault."""
    return [Walk(edition, charts, procedure, seed).run() for seed in range(number)]


def never_taken(walks: Sequence[Walk], chart: Chart) -> list[str]:
    """Return the arrows of a chart that none of the walks took, in words."""
    taken = set().union(*(walk.taken for walk in walks))
    return [words for line, words in lines_of(chart).items() if line not in taken]


def lines_of(chart: Chart) -> dict[int, str]:
    """Return every arrow of a chart by identity, with words that lead to it."""
    found: dict[int, str] = {}

    def gather(states: Mapping[str, StateSpec]) -> None:
        for name, state in states.items():
            for line in state.always:
                found[id(line)] = f"{name} (always) -> {line.to}"
            for event, lines in state.events.items():
                for line in lines:
                    found[id(line)] = f"{name}: {event} -> {line.to}"
            gather(state.states)

    gather(chart.procedure.chart.states)
    return found


def _told(case: Case) -> str:
    where = ", ".join(case.instance.configuration)
    return f"{case.name} in {where} after {case.trail[-8:]}, clocks {case.running}"
