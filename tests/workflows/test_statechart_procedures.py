"""The procedures as they are shipped, walked by actors who do what they are offered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.charts import NOON
from workflows.definition import Record
from workflows.errors import MoveRefusedError
from workflows.loader import load_law
from workflows.statechart import (
    ENGINE_ROLES,
    Chart,
    Event,
    Instance,
    Offer,
    Papers,
)

DAY = date(2026, 11, 24)
EDITION = load_law().package_edition("vn-nd151-2025", DAY)
MOST_MOVES = 60
ROW_LIMIT = 2048
ITEMS = {
    fact.item
    for procedure in EDITION.procedures.values()
    for fact in procedure.facts.values()
}


class Guesses(dict[str, object]):
    """Facts by guess: each is drawn once and stays; items of lists are not known."""

    def __init__(self, draw: st.DataObject) -> None:
        super().__init__()
        self._draw = draw

    def __missing__(self, name: str) -> object:
        if name in ITEMS:
            return None
        self[name] = self._draw.draw(st.booleans(), label=name)
        return self[name]


def entered(offers: list[Offer], draw: st.DataObject) -> dict[str, object]:
    """Fill the form of an action, for each line of its event that may be taken."""
    records = {record.fact: record for offer in offers for record in offer.records}
    return {fact: _value(record, draw) for fact, record in records.items()}


def _value(record: Record, draw: st.DataObject) -> object:
    if record.one_of is not None:
        items = set(EDITION.lists[record.one_of.list]) - set(record.one_of.except_)
        return draw.draw(st.sampled_from(sorted(items)), label=record.fact)
    spec = EDITION.facts.get(record.fact)
    if spec is not None and spec.type == "yes_no":
        return draw.draw(st.booleans(), label=record.fact)
    return "đã ghi"


def everybody(chart: Chart) -> set[str]:
    """Return every role that some line of the chart names."""
    roles: set[str] = {"timer", "system", "citizen"}
    for state in chart._rules.states.values():
        for lines in state.events.values():
            roles.update(role for line in lines for role in line.by)
    return roles


def signals(chart: Chart, instance: Instance) -> list[str]:
    """Return the events that another case or the ledger may raise here."""
    states = (chart.state(name) for name in chart.active(instance))
    names = {
        name
        for state in states
        for name, lines in state.events.items()
        if not name.startswith("done.") and any(not line.by for line in lines)
    }
    return sorted(names)


@pytest.mark.parametrize("procedure", sorted(EDITION.procedures))
def test_every_configuration_of_a_procedure_leads_to_an_end(procedure):
    found = EDITION.chart(procedure).analyse()

    assert found.ends
    assert found.unreachable == found.trapped == found.never_taken == ()


@pytest.mark.parametrize("procedure", sorted(EDITION.procedures))
@settings(max_examples=12, deadline=None)
@given(draw=st.data())
def test_what_is_offered_is_accepted_and_the_row_stays_small(procedure, draw):
    chart = EDITION.chart(procedure)
    facts = Guesses(draw)
    configurations = set(chart.analyse().configurations)
    roles = everybody(chart)
    instance = chart.start(lookup=facts.__getitem__, at=NOON).after
    for _ in range(MOST_MOVES):
        if chart.is_over(instance):
            break
        offers = chart.offers(
            instance, roles, lookup=facts.__getitem__, papers=_all_papers(chart)
        )
        available = [offer for offer in offers if offer.available]
        actions = list(dict.fromkeys(offer.event for offer in available))
        chosen = draw.draw(st.sampled_from(actions + signals(chart, instance)))
        lines = [offer for offer in available if offer.event == chosen]
        if lines:
            instance = acted(chart, instance, lines, facts, draw)
        else:
            instance = signalled(chart, instance, chosen, facts)

        row = json.dumps(instance.to_json(), ensure_ascii=False).encode()
        assert instance.configuration in configurations
        assert len(row) <= ROW_LIMIT
        assert Instance.from_json(json.loads(row)) == instance


def _all_papers(chart: Chart) -> Papers:
    named = {
        paper
        for state in chart._rules.states.values()
        for lines in state.events.values()
        for line in lines
        if not isinstance(line.needs.papers, str)
        for paper in line.needs.papers
    }
    return Papers(frozenset(named), frozenset(), originals_in=True)


def acted(
    chart: Chart,
    instance: Instance,
    lines: list[Offer],
    facts: Guesses,
    draw: st.DataObject,
) -> Instance:
    """Do what is offered: it must be accepted, and set no fault free."""
    role = "citizen" if "anyone" in lines[0].by else lines[0].by[0]
    recorded = entered(lines, draw)
    event = Event(lines[0].event, NOON, "an.actor", role, recorded, second="another")
    outcome = chart.step(
        instance, event, lookup=facts.__getitem__, papers=_all_papers(chart)
    )

    assert outcome.handled == "moved"
    if event.name == "accept":
        # What the counter notes at receipt decides later moves.
        facts.update(event.facts)
    return outcome.after


def signalled(
    chart: Chart, instance: Instance, name: str, facts: Mapping[str, object]
) -> Instance:
    """Tell the case what another one says; its guards may still refuse it."""
    role = name.partition(".")[0]
    event = Event(name, NOON, "", role if role in ENGINE_ROLES else "system")
    try:
        return chart.step(instance, event, lookup=facts.__getitem__).after
    except MoveRefusedError:
        return instance
