"""The smaller changes as the law has them: who must hurry, who must pay first."""

from __future__ import annotations

from datetime import date

import pytest

from tests.workflows.matters import sample, told
from workflows.definition import ParamRef, Procedure
from workflows.journey import plan
from workflows.journey.model import Plan
from workflows.loader import load_calendar, load_law
from workflows.parameters import length

DAY = date(2026, 11, 23)
LAW = load_law()
EDITION = LAW.edition("66", DAY)
CALENDAR = load_calendar()
DUTY = "land.change_registration_days"


def planned(goal: str, **answers: object) -> Plan:
    raw = sample("gift-to-daughter")
    raw["goal"] = goal
    if goal not in {"give", "sell", "swap_farm_land"}:
        raw["parties"] = [raw["parties"][0] | {"role": "applicant", "share": "1"}]
        raw["relationships"] = []
    told_here = {key.replace("__", "."): value for key, value in answers.items()}
    raw["answers"] |= {"commune.area_class": "none"} | told_here
    situation = told(raw)
    return plan(situation, EDITION, CALENDAR)


def steps(made: Plan) -> list[str]:
    return [step.id for step in made.main_steps]


def requirements(procedure: str) -> set[str]:
    found = EDITION.procedure(procedure).requires
    return {name for need in found for name in need.alternatives}


def duties(procedure: Procedure) -> set[str]:
    return {
        deadline.length.param
        for deadline in procedure.deadlines.values()
        if deadline.per == "matter" and isinstance(deadline.length, ParamRef)
    }


def days(procedure: str, branch: str | None = None) -> int:
    given = EDITION.procedure(procedure).deadlines["handling"].length
    assert isinstance(given, ParamRef)
    return length(EDITION.parameter(given.param).at(DAY, branch=branch)).n


# --- exchange of farm land ------------------------------------------------------------


def test_farm_land_is_swapped_without_a_notary():
    assert steps(planned("swap_farm_land", swap__agreed=True)) == [
        "register_farm_land_swap"
    ]
    assert "contract.notarized" not in requirements("register_farm_land_swap")


def test_the_paper_of_a_swap_is_the_one_that_the_two_sides_write():
    made = planned("swap_farm_land", swap__agreed=False)

    (prepared,) = made.preparations
    assert prepared.paper == "swap_contract"
    assert prepared.before == ("register_farm_land_swap",)


# --- debts on the certificate ---------------------------------------------------------


@pytest.mark.parametrize("goal", ["sell", "give", "swap_farm_land"])
def test_a_debt_on_the_certificate_is_struck_out_before_the_land_passes(goal):
    made = planned(goal, debt__on_certificate=True, swap__agreed=True)

    assert steps(made)[0] == "discharge_deferred_debt"
    assert steps(made)[-1].startswith("register_")


def test_inheritance_does_not_ask_for_a_debt():
    assert "debt.cleared" not in requirements("register_inheritance")
    assert "debt.cleared" in requirements("register_transfer")


def test_a_paid_debt_is_struck_out_on_the_same_day():
    assert days("discharge_deferred_debt") == 0


# --- names ----------------------------------------------------------------------------


def test_a_wrong_name_is_put_right_before_the_contract_is_signed():
    made = planned("give", certificate__names_match=False)

    assert steps(made) == [
        "update_personal_information",
        "notarize_contract",
        "register_gift",
    ]


@pytest.mark.parametrize(
    ("in_data", "by_state", "asked"),
    [(True, False, False), (False, True, False), (False, False, True)],
)
def test_a_proof_of_new_data_is_asked_only_when_no_database_has_them(
    in_data, by_state, asked
):
    made = planned(
        "update_personal_information",
        population_data__has_change=in_data,
        information__by_state_document=by_state,
    )
    papers = {paper.id for paper in made.step("update_personal_information").papers}

    assert ("information_change_proof" in papers) is asked
