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


# --- the thirty days ------------------------------------------------------------------

# Land Law Đ133.3 binds people to thirty days at points a, b, i, k, l, m and q alone.
BOUND = {
    "register_transfer": "a",
    "register_gift": "a",
    "register_inheritance": "a",
    "register_farm_land_swap": "a",
    "give_land_to_state": "a",
    "update_personal_information": "b",
    "register_household_agreement": "i",
    "register_spouse_agreement": "i",
    "register_dispute_outcome": "k",
    "register_mortgage_enforcement": "k",
    "register_neighbour_rights": "l",
}
FREE = {
    "register_area_decrease",
    "register_attached_asset",
    "register_purpose_change_without_permission",
    "register_private_enterprise",
    "discharge_lease_registration",
    "discharge_deferred_debt",
    "exchange_certificate",
    "reissue_lost_certificate",
    "correct_certificate",
    "correct_first_certificate",
    "confirm_farm_land_term",
    "split_parcel",
    "register_mortgage",
    "discharge_mortgage",
}


def test_the_thirty_days_bind_exactly_the_changes_that_the_law_names():
    bound = {
        name
        for name, procedure in EDITION.procedures.items()
        if DUTY in duties(procedure)
    }

    assert bound & (BOUND.keys() | FREE) == BOUND.keys()


@pytest.mark.parametrize(("procedure", "point"), sorted(BOUND.items()))
def test_each_duty_names_its_point_or_the_article(procedure, point):
    source = EDITION.procedure(procedure).deadlines["citizen_duty"].source

    assert source.instrument == "ldd-2024"
    assert "Đ133.3" in source.at
    assert "Đ133.1" not in source.at or f"Đ133.1.{point}" in source.at


def test_only_a_change_of_name_must_be_told_in_thirty_days():
    made = planned("update_personal_information", information__name_changed=True)
    quiet = planned("update_personal_information", information__name_changed=False)
    duty = EDITION.procedure("update_personal_information").deadlines["citizen_duty"]

    assert duty.expected_if is not None
    assert "name_change_in_time" in {warning.id for warning in made.warnings}
    assert "name_change_in_time" not in {warning.id for warning in quiet.warnings}


def test_after_a_recognised_mediation_thirty_working_days_stand_in_their_place():
    deadlines = EDITION.procedure("register_dispute_outcome").deadlines
    after = deadlines["duty_after_mediation"]

    assert after.replaces == "citizen_duty"
    assert isinstance(after.length, ParamRef)
    term = length(EDITION.parameter(after.length.param).at(DAY))
    assert (term.n, term.unit) == (30, "working_day")


# --- days -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("procedure", "expected"),
    [
        ("register_farm_land_swap", 8),
        ("update_personal_information", 4),
        ("register_area_decrease", 10),
        ("register_neighbour_rights", 5),
        ("register_household_agreement", 8),
        ("register_spouse_agreement", 8),
        ("register_dispute_outcome", 8),
        ("register_mortgage_enforcement", 8),
        ("discharge_lease_registration", 3),
        ("register_purpose_change_without_permission", 7),
        ("register_private_enterprise", 8),
        ("give_land_to_state", 10),
        ("correct_certificate", 8),
        ("correct_first_certificate", 8),
        ("confirm_farm_land_term", 7),
    ],
)
def test_each_change_has_the_days_of_the_baseline(procedure, expected):
    assert days(procedure) == expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [*((reason, 5) for reason in "abcdeg"), ("dd", 5), ("h", 10)],
)
def test_an_exchange_takes_the_days_of_its_reason(reason, expected):
    made = planned("exchange_certificate", exchange__reason=reason)

    assert days("exchange_certificate", reason) == expected
    assert made.step("exchange_certificate").working_days == expected


def test_an_exchange_without_a_reason_has_no_days_and_asks_for_it():
    made = planned("exchange_certificate")

    assert made.step("exchange_certificate").working_days is None
    assert any("Vì sao muốn đổi sổ" in each.ask for each in made.unknown)


def test_a_house_already_on_the_certificate_is_changed_sooner_than_a_new_one():
    assert days("register_attached_asset", "new") == 8
    assert days("register_attached_asset", "change") == 5


# --- exchange and correction ----------------------------------------------------------


def test_the_eight_reasons_of_an_exchange_are_a_closed_list():
    assert list(EDITION.lists["exchange_reasons"]) == [*"abcd", "dd", *"egh"]
    asked = {choice.value for choice in EDITION.questions["exchange.reason"].choices}
    assert asked == set(EDITION.lists["exchange_reasons"])


def test_common_land_of_spouses_is_exchanged_and_own_land_is_agreed_on():
    common = planned("add_spouse", spouse__on_certificate=False)
    own = planned(
        "add_spouse", spouse__on_certificate=False, spouse__separate_land=True
    )

    assert steps(common) == ["exchange_certificate"]
    assert steps(own) == ["register_spouse_agreement"]


def test_a_bank_that_holds_the_certificate_comes_to_the_hand_over_of_a_new_survey():
    held = {"certificate__in_hand": False, "certificate__held_by_mortgagee": True}
    surveyed = planned("exchange_certificate", exchange__reason="h", **held)
    torn = planned("exchange_certificate", exchange__reason="b", **held)

    assert "certificate.in_hand" not in {
        need.condition for need in surveyed.step("exchange_certificate").requires
    }
    assert "certificate.in_hand" in {
        need.condition for need in torn.step("exchange_certificate").requires
    }


@pytest.mark.parametrize(
    ("first", "procedure", "office"),
    [
        (True, "correct_first_certificate", "commune_committee"),
        (False, "correct_certificate", "land_office_branch"),
    ],
)
def test_whoever_issued_a_certificate_corrects_it(first, procedure, office):
    made = planned("correct_certificate", certificate__first_issue=first)

    assert steps(made) == [procedure]
    assert made.step(procedure).office.handled_kind == office


def test_farm_land_of_one_who_does_not_farm_it_is_not_confirmed():
    assert steps(planned("confirm_farm_land_term")) == ["confirm_farm_land_term"]
    other = planned("confirm_farm_land_term", farming__direct=False)
    assert steps(other) == []
    assert "no_way_known" in {warning.id for warning in other.warnings}


# --- who brings what ------------------------------------------------------------------


def test_erosion_is_confirmed_by_the_commune_and_measured_at_the_cost_of_the_state():
    procedure = EDITION.procedure("register_area_decrease")

    assert procedure.competence["assisting_office"].office == "commune_committee"
    brought = {paper.id for paper in procedure.papers_in}
    assert brought == {"F-CHANGE", "certificate", "mandate"}


def test_a_judgment_may_be_registered_without_the_certificate():
    procedure = EDITION.procedure("register_dispute_outcome")
    (certificate,) = [p for p in procedure.papers_in if p.id == "certificate"]

    assert certificate.when is not None
    assert "certificate.in_hand" not in requirements("register_dispute_outcome")


def test_land_given_to_the_state_costs_nothing_and_goes_through_the_commune():
    procedure = EDITION.procedure("give_land_to_state")

    assert procedure.fees == ()
    assert procedure.competence["receiving_office"].office == "commune_committee"
    assert not [paper for paper in procedure.papers_in if paper.form]


@pytest.mark.parametrize(
    "goal", ["swap_farm_land", "exchange_certificate", "correct_certificate", "sell"]
)
def test_a_lost_certificate_stands_before_everything_that_needs_it(goal):
    made = planned(
        goal,
        certificate__in_hand=False,
        certificate__lost=True,
        exchange__reason="b",
        swap__agreed=True,
    )

    assert steps(made)[0] == "reissue_lost_certificate"


def test_the_farm_term_has_its_own_form_and_the_number_of_every_form_is_doubted():
    made = planned("confirm_farm_land_term")
    forms = [form.id for form in made.step("confirm_farm_land_term").forms]

    assert forms == ["F-AGRI-TERM"]
    for name in ("confirm_farm_land_term", "exchange_certificate", "register_gift"):
        for paper in EDITION.procedure(name).papers_in:
            if paper.edition is not None and paper.form in {"F-CHANGE", "F-AGRI-TERM"}:
                assert "chưa xác minh" in (paper.edition.show or "")
