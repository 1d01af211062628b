"""What every chart promises beyond coming to an end; a planted mistake breaks it.

A linked case that is opened is waited for, a public notice stops the clock, an estate
is divided only after both communes confirmed, and money counts as paid when all of it
is. Walks alone do not see these: the chart would still end, only wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest

from tests.workflows.walking import edition_of

PROVINCES = ("66", "15")
TAX = "assess_financial_obligation"
PURPOSE = "change_land_use_purpose"
FIRST = "issue_first_certificate"
ESTATE = "notarize_estate_division"

Raw = dict[str, Any]
Chain = tuple[Raw, ...]


def states(edition: Raw, procedure: str) -> dict[str, Chain]:
    """Return every state by name with those around it, innermost first."""
    found: dict[str, Chain] = {}

    def gather(inside: Raw, around: Chain) -> None:
        for name, state in inside.items():
            found[name] = (state, *around)
            gather(state.get("states", {}), found[name])

    gather(edition["procedures"][procedure]["chart"]["states"], ())
    return found


def arrows(edition: Raw, procedure: str) -> Iterator[tuple[str, str, Raw]]:
    """Yield state, event (empty for a choice) and line of every arrow."""
    for name, (state, *_) in states(edition, procedure).items():
        yield from ((name, "", line) for line in state.get("always", []))
        for event, lines in state.get("events", {}).items():
            listed = lines if isinstance(lines, list) else [lines]
            yield from ((name, event, line) for line in listed)


def effects(line: Raw, kind: str) -> Iterator[Any]:
    """Yield the effects of one kind of an arrow."""
    for effect in line.get("do", []):
        if effect.get(kind) is not None:
            yield effect[kind]


# --- the promises -----------------------------------------------------------------


def waits_for_the_cases_it_opens(edition: Raw) -> Iterator[str]:
    """Yield the arrows that open a case and lead where no answer is listened to."""
    for procedure in edition["procedures"]:
        known = states(edition, procedure)
        for name, event, line in arrows(edition, procedure):
            for start in effects(line, "start"):
                answers = f"child.{start['as']}."
                chain = known[line.get("to") or name]
                heard = [each for state in chain for each in state.get("events", {})]
                if not any(each.startswith(answers) for each in heard):
                    yield f"{procedure}: {event or 'choice'} of {name}"


def stops_the_clock_while_a_notice_hangs(edition: Raw) -> Iterator[str]:
    """Yield the states in which a public notice hangs and the term runs on."""
    for procedure in edition["procedures"]:
        for name, chain in states(edition, procedure).items():
            after = chain[0].get("after") or {}
            hangs = str(after.get("event", "")).endswith("posting_ended")
            if hangs and not any(state.get("stops") for state in chain):
                yield f"{procedure}: {name}"


def divides_after_every_confirmation(edition: Raw) -> Iterator[str]:
    """Yield the arrows by which one place alone opens the way to the division."""
    inside = {
        name
        for name, chain in states(edition, ESTATE).items()
        if any("residence_region" in state.get("states", {}) for state in chain[1:])
        or "residence_region" in chain[0].get("states", {})
    }
    for name, event, line in arrows(edition, ESTATE):
        leaves = line.get("to") is not None and line["to"] not in inside
        if name in inside and leaves and event != "done.postings":
            yield f"{event} of {name} leads to {line['to']}"


def counts_as_paid_only_what_is_paid(edition: Raw) -> Iterator[str]:
    """Yield the arrows that call money settled before all of it is paid."""
    for procedure in edition["procedures"]:
        for name, event, line in arrows(edition, procedure):
            says = [s["name"] for s in effects(line, "signal") if s["to"] == "parent"]
            by_ledger = event.startswith("ledger.")
            if by_ledger and "settled" in says and event != "ledger.paid_all":
                yield f"{procedure}: {event} of {name}"


def tells_that_money_is_owed(edition: Raw) -> Iterator[str]:
    """Yield the arrows that put a payment off and leave no trace of it."""
    for procedure in edition["procedures"]:
        for name, event, line in arrows(edition, procedure):
            says = {signal["name"] for signal in effects(line, "signal")}
            for order in effects(line, "obligation"):
                noted = "deferred" in says or line.get("sets")
                if order.get("defer") and not noted:
                    yield f"{procedure}: {event} of {name}"
    for name, event, line in arrows(edition, TAX):
        says = {signal["name"] for signal in effects(line, "signal")}
        if event == "ledger.paid_all" and "settled" in says and not line.get("if"):
            yield f"{TAX}: {event} of {name} is settled whatever is owed"


# --- planted mistakes -------------------------------------------------------------


def _the_join_forgets_the_rice_case(edition: Raw) -> None:
    states(edition, PURPOSE)["rice_choice"][0]["always"][0]["to"] = "rice_done"


def _the_join_forgets_the_infrastructure_case(edition: Raw) -> None:
    line = states(edition, PURPOSE)["infrastructure_choice"][0]["always"][0]
    line["to"] = "infrastructure_done"


def _posting_does_not_stop_the_clock(edition: Raw) -> None:
    del states(edition, FIRST)["posting"][0]["stops"]


def _one_confirmation_opens_the_gate(edition: Raw) -> None:
    event = states(edition, ESTATE)["land_to_confirm"][0]["events"]["confirmed"]
    (event[0] if isinstance(event, list) else event)["to"] = "posted_everywhere"


def _a_part_is_taken_for_all(edition: Raw) -> None:
    event = states(edition, TAX)["unpaid"][0]["events"]["ledger.paid_part"]
    line = event[0] if isinstance(event, list) else event
    line["to"] = "paid"
    line["do"][0]["signal"]["name"] = "settled"


def _a_deferral_is_not_told(edition: Raw) -> None:
    line = states(edition, TAX)["notice_issued"][0]["events"]["defer_debt"][0]
    line["do"] = [each for each in line["do"] if each.get("signal") is None]


def _what_is_owed_counts_as_paid(edition: Raw) -> None:
    lines = states(edition, TAX)["notice_issued"][0]["events"]["ledger.paid_all"]
    del lines[0]
    del lines[0]["if"]


Promise = Callable[[Raw], Iterator[str]]
PLANTED: list[tuple[Promise, Callable[[Raw], None]]] = [
    (waits_for_the_cases_it_opens, _the_join_forgets_the_rice_case),
    (waits_for_the_cases_it_opens, _the_join_forgets_the_infrastructure_case),
    (stops_the_clock_while_a_notice_hangs, _posting_does_not_stop_the_clock),
    (divides_after_every_confirmation, _one_confirmation_opens_the_gate),
    (counts_as_paid_only_what_is_paid, _a_part_is_taken_for_all),
    (tells_that_money_is_owed, _a_deferral_is_not_told),
    (tells_that_money_is_owed, _what_is_owed_counts_as_paid),
]


@pytest.mark.parametrize("province", PROVINCES)
@pytest.mark.parametrize("promise", dict(PLANTED), ids=lambda promise: promise.__name__)
def test_every_procedure_keeps_its_promise(province, promise) -> None:
    assert list(promise(edition_of(province))) == []


@pytest.mark.parametrize(
    ("promise", "plant"), PLANTED, ids=lambda each: each.__name__.strip("_")
)
def test_a_planted_mistake_breaks_the_promise(promise, plant) -> None:
    changed = deepcopy(edition_of("66"))
    plant(changed)

    assert list(promise(changed))
