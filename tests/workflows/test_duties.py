"""By when people must hand a step in: from the data of the law and what they told."""

from datetime import date

from tests.workflows.matters import a_matter, edition_of, the_law, the_places
from workflows.journey import plan
from workflows.journey.duties import duties
from workflows.liabilities import estimate
from workflows.loader import load_calendar
from workflows.situation import read


def step_of(raw, step_id):
    situation = read(raw, the_law(), the_places())
    edition = edition_of(situation)
    calendar = load_calendar().in_place(situation.province, situation.commune)
    made = plan(situation, edition, calendar, branches=the_places())
    return made.step(step_id), situation, edition, calendar


def test_a_gift_is_registered_within_thirty_days_of_a_day_nobody_told_yet():
    (duty,) = duties(*step_of(a_matter(), "register_gift"))

    assert duty.since == "Ngày hợp đồng có hiệu lực"
    assert (duty.length.n, duty.length.unit) == (30, "day")
    assert duty.started is None
    assert duty.due is None


def test_the_last_day_is_counted_from_the_day_that_was_told():
    raw = a_matter(contract__effective="2026-11-20")
    (duty,) = duties(*step_of(raw, "register_gift"))

    assert duty.started == date(2026, 11, 20)
    assert duty.due == date(2026, 12, 21)  # the twentieth is a Sunday


def test_a_step_without_a_term_of_the_family_has_none():
    assert duties(*step_of(a_matter(), "notarize_contract")) == ()


def test_a_fee_says_which_procedures_ask_for_it_and_a_tax_says_none():
    situation = read(a_matter(), the_law(), the_places())
    lines = estimate(situation, edition_of(situation)).lines
    asked = {line.kind: line.asked_by for line in lines}

    assert asked["certificate_fee"] == ("register_gift",)
    assert asked["personal_income_tax"] == ()
