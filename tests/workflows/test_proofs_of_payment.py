"""What opens the way to the signature when the money is paid, and since when.

NĐ 151/2025 knew the notice of the tax office alone; NĐ 226/2025 Đ7.6.a put three proofs
in its place in Part V of the annex, from 15/8/2025. Part III (decisions) was left as it
was.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.workflows.charts import a_chart, an_event, begin, nobody_knows
from workflows.definition import OneOf, Procedure
from workflows.errors import FactsMissingError
from workflows.loader import load_law
from workflows.statechart import Chart, Event

LAW = load_law()
EDITION = date(2026, 7, 1)  # the first day with every package that a case needs
BEFORE, FIRST = date(2025, 8, 14), date(2025, 8, 15)
WIDENED = {"linked_data", "payment_voucher", "proof_paper"}


def ways_to_prove(procedure: Procedure) -> list[OneOf]:
    found = []
    waiting = list(procedure.chart.states.values())
    while waiting:
        state = waiting.pop()
        waiting.extend(state.states.values())
        found += [
            record.one_of
            for lines in state.events.values()
            for line in lines
            for record in line.records
            if record.fact == "proof.kind" and record.one_of is not None
        ]
    return found


def accepted(procedure: str, day: date, package: str = "vn-nd151-2025") -> set[str]:
    edition = LAW.package_edition(package, EDITION)
    (one,) = {
        frozenset(
            name
            for name, item in edition.lists[way.list].items()
            if item.holds_on(day) and name not in way.except_
        )
        for way in ways_to_prove(edition.procedure(procedure))
    }
    return set(one)


@pytest.mark.parametrize(
    "procedure",
    ["register_transfer", "issue_first_certificate", "register_area_change"],
)
def test_three_proofs_take_the_place_of_the_notice_from_the_middle_of_august(procedure):
    assert accepted(procedure, BEFORE) == {"tax_completion_notice"}
    assert accepted(procedure, FIRST) == {"tax_completion_notice"} | WIDENED


@pytest.mark.parametrize(
    "procedure", ["change_land_use_purpose", "extend_land_use_term"]
)
def test_after_a_decision_the_tax_office_alone_confirms(procedure):
    assert accepted(procedure, FIRST) == {"tax_completion_notice"}


def test_lao_cai_names_the_three_proofs_in_its_own_text():
    edition = LAW.package_edition("vn-15-qd47-2026", EDITION)

    assert accepted("register_transfer", EDITION, "vn-15-qd47-2026") == WIDENED
    sources = {
        item.source.instrument
        for item in edition.lists["obligation_proofs_lao_cai"].values()
    }
    assert sources == {"qd47-2026-lc"}


def a_desk() -> Chart:
    proof = {"fact": "proof.kind", "one_of": {"list": "proofs"}}
    return a_chart(
        {
            "waiting": {"events": {"accept_proof": {"to": "paid", "records": [proof]}}},
            "paid": {"final": "paid"},
        },
        lists={"proofs": {"notice": {}, "receipt": {"since": "2026-11-25"}}},
    )


def test_a_row_of_a_list_is_refused_before_its_first_day_and_taken_on_it():
    chart = a_desk()
    instance = begin(chart)
    today = an_event("accept_proof", proof__kind="receipt")
    tomorrow = Event(
        today.name, today.at.replace(day=25), today.actor, today.role, today.facts
    )

    with pytest.raises(FactsMissingError):
        chart.step(instance, today, lookup=nobody_knows)
    assert chart.step(instance, tomorrow, lookup=nobody_knows).handled == "moved"
