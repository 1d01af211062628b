"""Plans read as a family reads them: nobody is sent where nothing is to be done."""

import pytest

from tests.workflows.test_goals import planned, raw_of
from workflows.journey import Plan

TAX = "assess_financial_obligation"
INCOME_TAX = "TAX-03-BDS-TNCN"
REGISTRATION_FEE = "TAX-01-LPTB"
OWNER_STAYS = [
    "add_spouse",
    "confirm_farm_land_term",
    "correct_certificate",
    "divide_parcel",
    "exchange_certificate",
    "merge_parcels",
    "replace_lost_certificate",
    "update_personal_information",
]
NO_INCOME = [
    *OWNER_STAYS,
    "change_land_use_purpose",
    "extend_land_use_term",
    "first_certificate",
]


def forms(made: Plan) -> set[str]:
    return {form.id for step in made.steps for form in step.forms}


@pytest.mark.parametrize("goal", OWNER_STAYS)
def test_nobody_is_sent_to_the_tax_office_when_the_owner_stays(goal):
    made = planned(raw_of(goal))

    assert TAX not in {step.procedure for step in made.steps}
    assert not forms(made) & {INCOME_TAX, REGISTRATION_FEE}


@pytest.mark.parametrize("goal", NO_INCOME)
def test_no_income_tax_return_is_asked_where_no_right_passes(goal):
    assert INCOME_TAX not in forms(planned(raw_of(goal)))


def test_land_surveyed_anew_may_owe_something_but_no_income_tax():
    made = planned(raw_of("exchange_certificate", exchange__reason="h"))

    assert TAX in {step.procedure for step in made.steps}
    assert INCOME_TAX not in forms(made)
    assert "exchange_measured_larger" in {warning.id for warning in made.warnings}


def test_a_longer_term_has_the_tax_term_of_a_levy_and_no_return_of_the_fee():
    made = planned(raw_of("extend_land_use_term"))

    assert made.step(TAX).working_days == 5  # NĐ 252/2026 Đ17.2.b
    assert REGISTRATION_FEE not in forms(made)


def test_the_certificate_alone_is_enough_to_ask_for_a_longer_term():
    made = planned(raw_of("extend_land_use_term"))

    papers = {paper.id for paper in made.step("extend_land_use_term").papers}
    assert papers == {"certificate"}  # NĐ 151 PL I, Phần VII, II.1: one of three


@pytest.mark.parametrize(
    "goal",
    ["sell", "mortgage_land", "divide_parcel", "change_land_use_purpose", "add_spouse"],
)
def test_land_that_never_had_a_certificate_gets_its_first_one_first(goal):
    raw = raw_of(goal, certificate__exists=False, certificate__in_hand=None)

    assert planned(raw).main_steps[0].procedure == "issue_first_certificate"


@pytest.mark.parametrize("goal", NO_INCOME)
def test_every_form_of_a_plan_has_a_name_in_words(goal):
    for step in planned(raw_of(goal)).steps:
        for form in step.forms:
            assert form.name != form.id
