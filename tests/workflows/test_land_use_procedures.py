"""First certificates, changes of use, terms, measures: what the law's data must say."""

import copy
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from workflows import obligations
from workflows.factgraph import FactGraph
from workflows.journey import plan
from workflows.loader import load_calendar, load_law, load_territory
from workflows.parameters import length
from workflows.situation import read

SITUATIONS = Path(__file__).parents[1] / "situations"
DAY = date(2026, 11, 23)
LAW = load_law()
TERRITORY = load_territory()
CALENDAR = load_calendar()
BASELINE = LAW.package_edition("vn-nd151-2025", DAY)
TAX = BASELINE.procedure("assess_financial_obligation")


def told(name, **answers):
    raw = json.loads((SITUATIONS / f"{name}.json").read_text())
    raw["answers"] |= {key.replace("__", "."): value for key, value in answers.items()}
    return raw


def planned(raw):
    situation = read(raw, LAW, TERRITORY)
    edition = LAW.edition(situation.province, situation.on, situation.commune)
    return plan(situation, edition, CALENDAR)


def facts_of(raw):
    situation = read(raw, LAW, TERRITORY)
    edition = LAW.edition(situation.province, situation.on, situation.commune)
    return FactGraph(situation.facts(), edition, situation.on)


def for_goal(goal, **answers):
    raw = copy.deepcopy(told("garden-to-residential"))
    keep = {"certificate.in_hand", "commune.area_class", "land.area_m2"}
    raw["goal"] = goal
    raw["answers"] = {k: v for k, v in raw["answers"].items() if k in keep}
    raw["answers"] |= {key.replace("__", "."): value for key, value in answers.items()}
    return raw


def arrows(procedure, event):
    found = []
    waiting = [BASELINE.procedure(procedure).chart.states]
    while waiting:
        for state in waiting.pop().values():
            found += state.events.get(event, ())
            waiting.append(state.states)
    return found


def papers(made, step):
    (found,) = [each for each in made.steps if each.procedure == step]
    return {paper.id for paper in found.papers} | {form.id for form in found.forms}


def warned(made):
    return {warning.id for warning in made.warnings}


# --- another use of the land --------------------------------------------------------


def test_a_change_of_purpose_takes_fifteen_plain_days_and_ten_more_in_hard_areas():
    deadline = BASELINE.procedure("change_land_use_purpose").deadlines["handling"]
    term = length(BASELINE.parameter(deadline.length.param).at(DAY))
    more = length(BASELINE.parameter(deadline.addon.length.param).at(DAY))
    assert (term.n, term.unit, more.n, more.unit) == (15, "day", 10, "day")


def test_a_part_of_a_parcel_changes_its_use_with_a_survey_and_without_a_split():
    made = planned(told("garden-to-residential"))
    steps = [step.procedure for step in made.steps]
    assert "split_parcel" not in steps
    assert "survey_sheet" in papers(made, "change_land_use_purpose")
    whole = planned(told("garden-to-residential", purpose__whole=True))
    assert "survey_sheet" not in papers(whole, "change_land_use_purpose")


@pytest.mark.parametrize(
    ("purpose", "paper"), [("LUC", "rice_land_plan"), ("RSX", "forest_papers")]
)
def test_rice_and_forest_land_ask_for_papers_of_their_own(purpose, paper):
    made = planned(told("garden-to-residential", land__purpose=purpose))
    assert paper in papers(made, "change_land_use_purpose")
    garden = planned(told("garden-to-residential"))
    assert paper not in papers(garden, "change_land_use_purpose")


def test_papers_say_the_land_type_in_words_and_an_unknown_code_stays_a_code():
    known = facts_of(told("garden-to-residential"))
    assert known.value("land.purpose_name") == "Đất trồng cây lâu năm"
    assert known.value("purpose.target_name") == "Đất ở tại đô thị"

    raw = told("garden-to-residential")
    del raw["answers"]["land.purpose"]
    assert facts_of(raw).value("land.purpose_name") is None


def test_after_the_decision_three_offices_reckon_side_by_side_and_nobody_withdraws():
    states = BASELINE.procedure("change_land_use_purpose").chart.states
    after = states["obligations"]
    assert after.type == "parallel"
    assert list(after.states) == ["levy", "rice", "infrastructure"]
    assert "withdraw" in states["open"].events
    assert "withdraw" not in after.events


def test_a_clerk_of_the_commune_may_decide_only_when_the_province_delegates():
    decides = BASELINE.procedure("change_land_use_purpose").competence
    assert decides["deciding_office"].may_delegate
    assert decides["deciding_office"].source.at == "Đ14.1"


def test_answers_of_finance_and_construction_have_no_invented_term():
    deadline = BASELINE.procedure("assess_other_charge").deadlines["handling"]
    assert BASELINE.parameter(deadline.length.param).at(DAY).unknown


# --- the levy ------------------------------------------------------------------------


def test_a_levy_is_paid_half_in_thirty_days_and_half_in_ninety():
    spec = TAX.obligations["land_use_levy"]
    terms = obligations.instalments(
        BASELINE.parameter(spec.instalments.param).at(DAY).value
    )
    lines = (obligations.NoticeLine("land_use_levy", "applicant", 45_000_001),)
    notice = obligations.Notice(
        "1", date(2026, 12, 1), lines, {"land_use_levy": terms}, CALENDAR
    )
    ledger, _ = obligations.open_notice(obligations.Ledger(), notice)
    (line,) = ledger.lines
    assert [part.amount for part in line.parts] == [22_500_000, 22_500_001]
    assert [part.due - notice.issued for part in line.parts] == [
        timedelta(days=30),
        timedelta(days=90),
    ]


def test_the_tax_office_has_five_days_for_a_levy_and_three_without():
    three = BASELINE.parameter(TAX.deadlines["handling"].length.param).at(DAY)
    five = BASELINE.parameter(TAX.deadlines["levy"].length.param).at(DAY)
    assert (length(three).n, length(five).n) == (3, 5)
    assert facts_of(told("first-certificate")).value("sheet.asks_levy") is True
    assert facts_of(told("gift-to-daughter")).value("sheet.asks_levy") is False


@pytest.mark.parametrize(
    ("day", "open_"), [(date(2029, 7, 31), True), (date(2029, 8, 1), False)]
)
def test_a_first_certificate_may_be_owed_until_the_end_of_july_2029(day, open_):
    graph = FactGraph({"goal": "first_certificate"}, BASELINE, day)
    assert graph.value("debt.window_open") is open_


def test_income_tax_is_never_owed_only_the_fee_beside_it():
    for arrow in arrows("assess_financial_obligation", "defer_debt"):
        orders = [each.obligation.defer for each in arrow.do if each.obligation]
        told_parent = any(each.signal for each in arrow.do)
        assert orders == (["all"] if told_parent else ["registration_fee"])


# --- the first certificate -----------------------------------------------------------


def test_a_first_certificate_is_planned_in_twenty_days_with_the_posting_apart():
    made = planned(told("first-certificate"))
    (step,) = [s for s in made.steps if s.procedure == "issue_first_certificate"]
    assert step.working_days == 20
    assert {"first_certificate_debt", "first_certificate_pays_fee"} <= warned(made)


def test_no_statute_stops_a_first_registration_but_every_other_one():
    assert arrows("issue_first_certificate", "stop_by_law") == []
    for procedure in (
        "merge_parcels",
        "register_area_change",
        "certify_remaining_area",
    ):
        assert arrows(procedure, "stop_by_law"), procedure


def test_the_posting_of_a_first_registration_lasts_fifteen_days_and_stops_the_clock():
    states = BASELINE.procedure("issue_first_certificate").chart.states
    board = states["open"].states["notice_board"].states
    assert {s.stops.reason for s in board.values() if s.stops} == {"posting"}
    days = BASELINE.parameter(board["posting"].after.length.param).at(DAY)
    assert (length(days).n, length(days).unit) == (15, "day")


def test_who_holds_the_notice_of_the_commune_enters_by_the_other_door():
    doors = BASELINE.procedure("issue_first_certificate").chart.entries
    assert list(doors) == ["holder_of_result_notice", "start"]
    made = planned(
        told("first-certificate", result_notice__held=True, origin__has_papers=True)
    )
    asked = papers(made, "issue_first_certificate")
    assert "F-RESULT-NOTICE" in asked
    assert "land_origin_papers" not in asked


def test_heirs_of_land_without_certificate_need_their_agreement():
    made = planned(told("first-certificate", origin__inherited=True))
    assert "heirs_commitment" in papers(made, "issue_first_certificate")


# --- the term ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends", "early", "late"),
    [
        ("2027-11-24", True, False),  # the last twelve months begin tomorrow
        ("2027-11-23", False, False),
        ("2027-05-23", False, False),  # the last day
        ("2027-05-22", False, True),
    ],
)
def test_an_extension_is_asked_in_the_last_year_and_six_months_before(
    ends, early, late
):
    graph = facts_of(for_goal("extend_land_use_term", land__term_end=ends))
    assert graph.value("term.extension_too_early") is early
    assert graph.value("term.extension_too_late") is late


def test_a_plan_to_extend_too_early_says_so():
    made = planned(for_goal("extend_land_use_term", land__term_end="2030-01-01"))
    assert "extension_too_early" in warned(made)


# --- measures, old deals, wrong certificates ---------------------------------


def test_what_a_split_suggests_is_written():
    final = BASELINE.procedure("split_parcel").chart.states["told_to_register_first"]
    assert final.final.suggests in BASELINE.procedures


@pytest.mark.parametrize(
    "procedure", ["register_area_change", "register_informal_transfer"]
)
def test_the_other_side_is_told_by_letter_or_where_unknown_in_the_media(procedure):
    letter, media = arrows(procedure, "tell_seller")
    assert any(effect.issue == "seller_notice" for effect in letter.do)
    assert media.to == "media"
    times = BASELINE.parameter("land.media_notices").at(DAY).value
    wait = length(BASELINE.parameter("land.seller_notice_days").at(DAY))
    assert (times, wait.n, wait.unit) == (3, 30, "day")


@pytest.mark.parametrize(
    "parameter", ["land.days.informal_transfer", "land.days.consolidation"]
)
def test_days_of_lao_cai_are_not_taken_for_the_baseline(parameter):
    assert BASELINE.parameter(parameter).at(DAY).unknown


def test_residential_land_is_redetermined_by_one_of_two_routes():
    by_law, by_words = (
        arrows("redetermine_residential_area", event)[0].source[0]
        for event in ("by_land_law", "by_old_words")
    )
    assert (by_law.instrument, by_law.at) == ("ldd-2024", "Đ141.6")
    assert (by_words.instrument, by_words.at) == ("nd49-2026", "Đ20.2")


def test_who_gave_a_wrong_certificate_takes_it_back_and_a_right_one_may_follow():
    procedure = BASELINE.procedure("revoke_wrong_certificate")
    assert procedure.competence["handling_office"].source.at == "Đ14.2.d"
    days = [
        length(BASELINE.parameter(each.length.param).at(DAY)).n
        for each in procedure.deadlines.values()
    ]
    assert days == [25, 20]


@pytest.mark.parametrize(
    ("goal", "first"),
    [
        ("merge_parcels", "merge_parcels"),
        ("register_area_increase", "register_area_change"),
        ("register_uncertified_area", "register_uncertified_area_increase"),
        ("certify_informal_transfer", "register_informal_transfer"),
        ("redetermine_residential_area", "redetermine_residential_area"),
        ("certify_remaining_area", "certify_remaining_area"),
        ("settle_wrong_certificate", "revoke_wrong_certificate"),
        ("certify_consolidated_land", "certificate_for_land_consolidation"),
    ],
)
def test_each_goal_is_planned_by_its_procedure(goal, first):
    made = planned(for_goal(goal))
    assert made.main_steps[0].procedure == first
