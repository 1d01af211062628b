"""Walks of the procedures of the law together with the cases that they open.

Every walk ends with every clock at rest, no signal is unforeseen, and no certificate is
signed on an old answer of the tax office. Planted mistakes must be found.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.workflows.walking import (
    WALKS,
    FaultError,
    charts_of,
    edition_of,
    never_taken,
    started_by_people,
    walked,
)
from workflows import lint
from workflows.loader import packages_folder
from workflows.statechart import Chart

TAX = "assess_financial_obligation"
GIFT = "register_gift"
PURPOSE = "change_land_use_purpose"
FIRST = "issue_first_certificate"
LONG = 400

Edition = dict[str, Any]
State = dict[str, Any]


@pytest.fixture(scope="module")
def edition() -> Edition:
    return edition_of("66")


@pytest.fixture(scope="module")
def charts(edition) -> dict[str, Chart]:
    return charts_of(edition)


@pytest.mark.parametrize("procedure", started_by_people("66"))
def test_every_walk_ends_without_a_fault_and_every_arrow_is_taken(
    edition, charts, procedure
) -> None:
    walks = walked(edition, charts, procedure, WALKS)

    assert len({walk.outcome for walk in walks}) > 1
    assert never_taken(walks, charts[procedure]) == []


def test_walks_of_a_gift_take_every_arrow_of_the_tax_case_and_meet_every_answer(
    edition, charts
) -> None:
    walks = walked(edition, charts, "register_gift", WALKS)

    assert never_taken(walks, charts[TAX]) == []
    handled = set().union(*(walk.handled for walk in walks))
    assert handled == {"moved", "recorded", "deferred", "late", "stale"}
    assert any(walk.signed for walk in walks)


def test_the_packages_of_the_law_have_no_error() -> None:
    report = lint.check(packages_folder(None))

    assert [str(finding) for finding in report.errors] == []


# --- planted mistakes ------------------------------------------------------------


def _state(edition: Edition, procedure: str, name: str) -> State:
    """Return the raw definition of a state, wherever it stands in the chart."""
    waiting = [edition["procedures"][procedure]["chart"]["states"]]
    while waiting:
        states = waiting.pop()
        if name in states:
            return states[name]
        waiting += [state["states"] for state in states.values() if "states" in state]
    raise KeyError(name)


def _tax_forgets_the_end_of_its_parent(edition: Edition) -> None:
    del _state(edition, TAX, "live")["events"]["parent.ended"]


def _tax_never_answers_while_it_calculates(edition: Edition) -> None:
    del _state(edition, TAX, "live")["events"]["parent.confirm_settled"]


def _tax_does_not_listen_to_the_money_ledger(edition: Edition) -> None:
    _state(edition, TAX, "live")["record"].remove("ledger.*")


def _no_signal_may_come_late(edition: Edition) -> None:
    edition["procedures"]["register_gift"]["chart"]["late"] = {"record": []}


def _a_ready_result_hears_no_signals(edition: Edition) -> None:
    _state(edition, "register_gift", "ready")["record"] = []


def _a_stop_by_law_keeps_no_signals(edition: Edition) -> None:
    _state(edition, "register_gift", "stopped_by_law")["defer"] = []


def _an_exemption_is_not_foreseen(edition: Edition) -> None:
    del _state(edition, "register_gift", "money_region")["events"]["child.tax.exempt"]


def _the_signature_leaves_the_clock_running(edition: Edition) -> None:
    events = _state(edition, "register_gift", "cert_new")["events"]
    del events["sign_certificate"]["clock"]


def _the_gate_asks_nobody(edition: Edition) -> None:
    last = _state(edition, "register_gift", "tax_gate")["always"][-1]
    last.update(to="signing", do=[])


def _the_gate_takes_no_for_yes(edition: Edition) -> None:
    events = _state(edition, "register_gift", "asking_tax")["events"]
    events["child.tax.not_settled"]["to"] = "signing"


def _the_gate_asks_without_a_new_revision(edition: Edition) -> None:
    last = _state(edition, "register_gift", "tax_gate")["always"][-1]
    del last["do"][0]["signal"]["revises"]


def _a_late_word_of_the_tax_office_does_not_stop_the_signature(
    edition: Edition,
) -> None:
    events = _state(edition, "register_gift", "concluding")["events"]
    del events["child.tax.notice_withdrawn"]


def _after_a_stop_the_case_begins_anew(edition: Edition) -> None:
    _state(edition, "register_gift", "stopped_by_law")["events"]["resume"]["to"] = (
        "checking"
    )


PLANTED: list[Callable[[Edition], None]] = [
    _tax_forgets_the_end_of_its_parent,
    _tax_never_answers_while_it_calculates,
    _tax_does_not_listen_to_the_money_ledger,
    _no_signal_may_come_late,
    _a_ready_result_hears_no_signals,
    _a_stop_by_law_keeps_no_signals,
    _an_exemption_is_not_foreseen,
    _the_signature_leaves_the_clock_running,
    _the_gate_asks_nobody,
    _the_gate_takes_no_for_yes,
    _the_gate_asks_without_a_new_revision,
    _a_late_word_of_the_tax_office_does_not_stop_the_signature,
    _after_a_stop_the_case_begins_anew,
]


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__[1:])
def test_a_planted_mistake_is_found_by_walking(edition, plant) -> None:
    changed = deepcopy(edition)
    plant(changed)

    with pytest.raises(FaultError):
        walked(changed, charts_of(changed), "register_gift", LONG)


# --- planted in changes of purpose, first certificates, estates and the tax case --


def _a_rice_payment_is_not_heard(edition: Edition) -> None:
    del _state(edition, PURPOSE, "rice_payment")["events"]["child.rice.settled"]


def _land_is_handed_over_with_the_clock_running(edition: Edition) -> None:
    del _state(edition, PURPOSE, "on_site")["events"]["hand_over_on_site"]["clock"]


def _a_first_certificate_ends_without_its_clock(edition: Edition) -> None:
    for name in ("result_notice", "result_notice_not_eligible"):
        _without_clock(_state(edition, FIRST, "concluding")["events"][name])


def _without_clock(lines: Any) -> None:
    for line in lines if isinstance(lines, list) else [lines]:
        line.pop("clock", None)


def _an_instalment_is_not_heard(edition: Edition) -> None:
    live = _state(edition, TAX, "live")
    live["record"].remove("ledger.*")
    del _state(edition, TAX, "partly_paid")["events"]["ledger.paid_part"]


def _a_deferral_is_not_foreseen(edition: Edition) -> None:
    del _state(edition, GIFT, "money_region")["events"]["child.tax.deferred"]


ELSEWHERE: list[tuple[str, Callable[[Edition], None]]] = [
    (PURPOSE, _a_rice_payment_is_not_heard),
    (PURPOSE, _land_is_handed_over_with_the_clock_running),
    (FIRST, _a_first_certificate_ends_without_its_clock),
    (GIFT, _an_instalment_is_not_heard),
    (GIFT, _a_deferral_is_not_foreseen),
]


@pytest.mark.parametrize(
    ("procedure", "plant"), ELSEWHERE, ids=lambda each: getattr(each, "__name__", each)
)
def test_a_mistake_planted_elsewhere_is_found_by_walking(
    edition, procedure, plant
) -> None:
    changed = deepcopy(edition)
    plant(changed)

    with pytest.raises(FaultError):
        walked(changed, charts_of(changed), procedure, LONG)
