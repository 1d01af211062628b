"""Plans of real situations under the real packages, and the properties of planning."""

import json
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows import situation as situations
from workflows.definition import Condition, Procedure
from workflows.errors import UnknownNameError
from workflows.journey import plan
from workflows.journey.beliefs import Beliefs
from workflows.journey.chain import GOAL, Chain, faults, in_order
from workflows.loader import load_calendar, load_law, load_territory
from workflows.parties import Kinship, Party, PartyRole, Relationship
from workflows.situation import Situation

SAMPLES = Path(__file__).parents[1] / "situations"
LAW = load_law()
CALENDAR = load_calendar()
TERRITORY = load_territory()
MONDAY = date(2026, 11, 23)

EVERYTHING_IN_ORDER = {
    "certificate.in_hand": True,
    "certificate.names_match": True,
    "mortgage.registered": False,
    "dispute.open": False,
    "debt.on_certificate": False,
    "contract.notarized": False,
    "certification.by": "notary",
    "transfer.whole": True,
    "commune.area_class": "none",
}


def a_situation(goal="give", *, on=MONDAY, **answers):
    told = {key.replace("__", "."): value for key, value in answers.items()}
    return Situation(
        province="66",
        commune="24133",
        on=on,
        goal=goal,
        parties=(
            Party("loc", PartyRole.TRANSFEROR, Fraction(1)),
            Party("hoa", PartyRole.RECEIVER, Fraction(1)),
        ),
        relationships=(Relationship(("loc", "hoa"), Kinship.BIRTH_PARENT_CHILD),),
        answers=told,
    )


def settled(goal="give", **answers):
    """Everything is known and in order, but for the answers given."""
    base = {key.replace(".", "__"): value for key, value in EVERYTHING_IN_ORDER.items()}
    return a_situation(goal, **{**base, **answers})


def plan_of(situation, **given):
    edition = LAW.edition(situation.province, situation.on, situation.commune)
    return plan(situation, edition, CALENDAR, **given)


def main_ids(made):
    return [step.id for step in made.main_steps]


def keys(items):
    return {item.key for item in items}


def warned(made):
    return {warning.id for warning in made.warnings}


# --- what must be planned -------------------------------------------------------------


def test_a_gift_of_a_certified_parcel_is_a_contract_and_a_registration():
    made = plan_of(settled())

    assert main_ids(made) == ["notarize_contract", "register_gift"]
    assert made.step("register_gift").after == ("notarize_contract",)
    assert made.assumptions == ()


def test_the_tax_office_works_beside_the_registration_that_asks_it():
    made = plan_of(settled())
    tax = made.step("assess_financial_obligation")
    registration = made.step("register_gift")

    assert tax.within == "register_gift"
    assert registration.starts <= tax.starts <= tax.ends <= registration.ends
    assert "assess_financial_obligation" in made.critical_path


def test_a_lost_certificate_is_issued_anew_before_the_contract():
    made = plan_of(settled(certificate__in_hand=None, certificate__lost=True))

    assert main_ids(made) == [
        "reissue_lost_certificate",
        "notarize_contract",
        "register_gift",
    ]
    wait = [p for p in made.step("reissue_lost_certificate").periods if not p.counting]
    assert [period.length.n for period in wait] == [15, 5]


def test_the_bank_that_does_not_agree_is_paid_and_the_mortgage_discharged_first():
    made = plan_of(settled("sell", mortgage__registered=True, mortgage__consent=False))

    assert main_ids(made) == [
        "discharge_mortgage",
        "notarize_contract",
        "register_transfer",
    ]
    assert [each.paper for each in made.preparations] == ["release_paper"]


def test_the_bank_that_agrees_gives_a_paper_and_nothing_is_discharged():
    made = plan_of(settled("sell", mortgage__registered=True, mortgage__consent=True))

    assert main_ids(made) == ["notarize_contract", "register_transfer"]
    (consent,) = made.preparations
    assert (consent.paper, consent.who) == ("mortgagee_consent", "mortgagee")
    assert consent.before == ("notarize_contract", "register_transfer")
    papers = {paper.id: paper for paper in made.step("register_transfer").papers}
    assert papers["mortgagee_consent"].made_by == "mortgagee"


def test_a_lost_certificate_of_mortgaged_land_waits_for_the_discharge():
    made = plan_of(
        settled(
            "sell",
            certificate__in_hand=None,
            certificate__lost=True,
            mortgage__registered=True,
            mortgage__consent=True,
        )
    )

    assert main_ids(made)[:2] == ["discharge_mortgage", "reissue_lost_certificate"]


def test_a_part_of_a_parcel_is_split_off_before_the_contract():
    made = plan_of(settled(transfer__whole=False))

    assert main_ids(made) == ["split_parcel", "notarize_contract", "register_gift"]
    assert made.step("split_parcel").establishes == ("parcel.split_drawn",)


def test_dividing_a_parcel_for_oneself_ends_with_certificates():
    made = plan_of(settled("divide_parcel"))

    assert made.step("split_parcel").establishes == ("parcel.split_registered",)


def test_the_commune_certifies_the_contract_when_the_family_wants_it_there():
    made = plan_of(settled(certification__by="commune"))

    assert main_ids(made) == ["certify_contract", "register_gift"]
    papers = {paper.id: paper for paper in made.step("register_gift").papers}
    assert papers["contract"].step == "certify_contract"


def test_what_is_so_already_needs_no_step():
    made = plan_of(settled("replace_lost_certificate"))

    assert made.steps == ()
    assert made.duration.working_days == 0
    assert made.notes


def test_a_contract_already_signed_leaves_only_the_registration():
    made = plan_of(settled(contract__notarized=True))

    assert main_ids(made) == ["register_gift"]


def test_the_paper_that_one_step_makes_is_brought_to_the_next():
    made = plan_of(settled(certificate__in_hand=None, certificate__lost=True))
    papers = {paper.id: paper for paper in made.step("notarize_contract").papers}

    assert papers["certificate"].step == "reissue_lost_certificate"


def test_a_goal_that_no_package_has_is_refused_by_name():
    with pytest.raises(UnknownNameError):
        plan_of(a_situation("fly"))


def test_a_branch_is_named_for_the_step_that_a_branch_decides():
    edition = LAW.edition("66", MONDAY)
    made = plan(settled(), edition, CALENDAR, branches=TERRITORY)

    assert "Buôn Ma Thuột" in made.step("register_gift").office.branch
    assert made.step("notarize_contract").office.branch is None


# --- what is not known ----------------------------------------------------------------


def test_with_no_answers_the_ordinary_case_is_assumed_and_asked():
    made = plan_of(a_situation())

    assert main_ids(made) == ["notarize_contract", "register_gift"]
    told = {each.key: each.value for each in made.assumptions}
    assert told["certificate.in_hand"] is True
    assert told["mortgage.registered"] is False
    assert told["certification.by"] == "notary"
    assert all(each.text for each in made.assumptions)
    assert keys(made.assumptions) <= keys(made.unknown)


def test_a_fact_that_decides_nothing_here_is_not_asked():
    made = plan_of(settled(mortgage__registered=False))

    assert "mortgage.consent" not in keys(made.unknown)


def test_an_unknown_consent_is_asked_for_it_would_spare_a_step():
    made = plan_of(settled("sell", mortgage__registered=True))

    assert "discharge_mortgage" in main_ids(made)
    assert "mortgage.consent" in keys(made.unknown)


def test_an_unknown_area_is_a_question_and_may_make_every_land_step_longer():
    known = plan_of(settled())
    unknown = plan_of(settled(commune__area_class=None))

    assert "commune.area_class" in keys(unknown.unknown)
    assert "difficult_area" in warned(unknown)
    assert unknown.duration.earliest_finish == known.duration.earliest_finish
    step = unknown.step("register_gift")
    assert step.longest_working_days > step.working_days


def test_a_difficult_area_adds_its_days_to_the_term():
    plain, hard = plan_of(settled()), plan_of(settled(commune__area_class="III"))
    added = hard.step("register_gift").working_days
    added -= plain.step("register_gift").working_days

    assert added > 0
    assert hard.duration.earliest_finish > plain.duration.earliest_finish
    assert "difficult_area" not in warned(hard)


def test_a_condition_that_no_procedure_brings_about_is_said_aloud():
    for_the_court = {"dispute__mediation_failed": True, "dispute__has_title": True}
    made = plan_of(settled(dispute__open=True, **for_the_court))

    assert "no_way_known" in warned(made)
    assert any("tranh chấp" in each.what for each in made.unknown)


# --- warnings -------------------------------------------------------------------------


def test_an_unverified_package_says_so_on_every_plan():
    made = plan_of(settled())

    assert "package_unverified" in warned(made)
    assert made.step("register_gift").status == "unverified"
    assert made.step("notarize_contract").status == "verified"


def test_a_buyer_is_told_that_certificates_no_longer_show_a_mortgage():
    assert "mortgage_not_on_certificate" in warned(plan_of(settled("sell")))
    assert "mortgage_not_on_certificate" not in warned(plan_of(settled()))


@pytest.mark.parametrize(
    ("purpose", "term", "expected"),
    [
        ("CLN", "Lâu dài", True),
        ("CLN", None, True),
        ("CLN", "15/10/2063", False),
        ("ODT", "Lâu dài", False),
        (None, "Lâu dài", False),
    ],
)
def test_a_farm_term_without_end_is_reset_at_this_registration(purpose, term, expected):
    made = plan_of(settled(land__purpose=purpose, land__term=term))

    assert ("agricultural_term_reset" in warned(made)) is expected


@pytest.mark.parametrize(
    ("issued", "expected"),
    [("2024-07-31", True), ("2024-08-01", False), ("2012-08-15", True), (None, True)],
)
def test_a_certificate_since_august_2024_already_has_its_farm_term(issued, expected):
    facts = {"land__purpose": "CLN", "land__term": "Lâu dài"}
    made = plan_of(settled(certificate__issue_date=issued, **facts))

    assert ("agricultural_term_reset" in warned(made)) is expected


def test_a_buyer_is_pointed_to_the_information_about_the_land_until_he_has_signed():
    before = plan_of(settled("sell"))
    (hint,) = [w for w in before.warnings if w.id == "mortgage_not_on_certificate"]

    assert hint.suggests == "request_land_data"
    signed = plan_of(settled("sell", contract__notarized=True))
    assert "mortgage_not_on_certificate" not in warned(signed)


@pytest.mark.parametrize(
    ("commune", "issued", "expected"),
    [
        ("22015", "2012-08-15", True),  # Phường 9 went to two wards
        ("22015", None, True),
        ("22015", "2025-09-01", False),
        ("24121", "2012-08-15", False),
    ],
)
def test_an_old_address_that_went_to_two_communes_is_asked_about(
    commune, issued, expected
):
    situation = replace(settled(certificate__issue_date=issued), commune=commune)
    made = plan_of(situation, branches=TERRITORY)
    found = [w.text for w in made.warnings if w.id == "old_address_split"]

    assert bool(found) is expected
    assert not found or "Phường 9" in found[0]


def test_without_a_table_of_old_communes_nothing_is_said_of_them():
    situation = replace(settled(), commune="22015")

    assert "old_address_split" not in warned(plan_of(situation))


def test_a_plan_that_runs_past_the_powers_of_the_decree_says_so():
    edition = LAW.edition("66", date(2027, 2, 22), "24133")
    late = replace(settled(), on=date(2027, 2, 22))
    made = plan(late, edition, CALENDAR, editions=LAW)

    assert made.duration.earliest_finish > date(2027, 3, 1)
    assert "decision_period_ends" in warned(made)
    assert "decision_period_ends" not in warned(plan_of(settled()))


def test_of_two_possible_branches_both_are_named_and_one_is_to_be_asked():
    situation = replace(settled(), commune="22240")
    office = plan_of(situation, branches=TERRITORY).step("register_gift").office

    assert office.kind == "any_one_stop_in_province"
    assert " hoặc " in office.branch
    assert office.branch_status == "unverified"
    assert "Hỏi" in office.branch_ask


@pytest.mark.parametrize(
    ("issued", "expected"), [("1998-05-20", True), ("2012-08-15", False), (None, False)]
)
def test_old_residential_land_is_measured_at_this_registration(issued, expected):
    made = plan_of(settled(certificate__issue_date=issued))

    assert ("old_residential_notation" in warned(made)) is expected


def test_a_plan_that_runs_over_new_year_warns_of_the_new_law():
    short = plan_of(settled())
    long = plan_of(settled(certificate__in_hand=None, certificate__lost=True))
    (change,) = [w for w in long.warnings if w.id == "notary_law_changes"]

    assert "notary_law_changes" not in warned(short)
    assert change.day == date(2027, 1, 1)
    assert {"price_tables_change", "notary_law_changes"} <= warned(long)


def test_the_duty_to_register_states_the_days_of_the_law():
    (duty,) = [w for w in plan_of(settled()).warnings if w.id == "register_in_time"]

    assert "30 ngày" in duty.text
    assert duty.basis[0].instrument == "ldd-2024"


def test_every_warning_of_the_packages_names_procedures_and_figures_that_exist():
    edition = LAW.edition("66", MONDAY)

    for name, spec in edition.warnings.items():
        for reference in spec.figures.values():
            assert reference.param in edition.parameters, name
        for source in spec.source:
            assert source.instrument in edition.instruments, name


def test_a_province_with_its_own_decision_needs_no_mark_on_what_it_changed():
    situation = replace(settled(), province="15", commune=None)
    made = plan_of(situation)

    assert made.edition == "vn-15-qd47-2026"
    assert made.step("register_gift").status == "verified"
    assert "package_unverified" not in warned(made)


# --- days -----------------------------------------------------------------------------


def test_the_first_dossier_is_filed_on_the_working_day_after_the_plan():
    # 24/11/2026 is a holiday.
    made = plan_of(settled())

    assert made.duration.earliest_start == date(2026, 11, 25)


def test_a_given_start_on_a_day_off_becomes_the_next_working_day():
    made = plan_of(settled(), start=date(2026, 11, 28))

    assert made.duration.earliest_start == date(2026, 11, 30)


def test_each_step_is_filed_after_the_end_of_the_one_before():
    made = plan_of(settled(certificate__in_hand=None, certificate__lost=True))

    for before, after in pairwise(made.main_steps):
        assert after.starts == CALENDAR.next_working(before.ends)


def test_the_working_days_of_the_plan_are_those_of_the_critical_path():
    made = plan_of(settled())
    total = sum(made.step(step).working_days for step in made.critical_path)

    assert made.duration.working_days == total


def test_the_periods_of_a_step_follow_one_another_without_a_hole():
    made = plan_of(settled(certificate__in_hand=None, certificate__lost=True))

    for step in made.main_steps:
        assert step.periods[0].starts == step.starts
        assert step.periods[-1].ends == step.ends
        for before, after in pairwise(step.periods):
            assert after.starts == before.ends


# --- properties -----------------------------------------------------------------------

ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "certificate.in_hand": st.booleans(),
        "certificate.lost": st.booleans(),
        "certificate.names_match": st.just(True),
        "mortgage.registered": st.booleans(),
        "mortgage.consent": st.booleans(),
        "mortgage.released": st.booleans(),
        "contract.notarized": st.booleans(),
        "certification.by": st.sampled_from(["notary", "commune"]),
        "transfer.whole": st.booleans(),
        "commune.area_class": st.sampled_from(["I", "II", "III", "none"]),
        "dispute.open": st.just(False),
        "debt.on_certificate": st.just(False),
    },
)
GOALS = st.sampled_from(
    [
        "give",
        "sell",
        "divide_parcel",
        "mortgage_land",
        "discharge_mortgage",
        "replace_lost_certificate",
    ]
)
FEW = settings(max_examples=25, deadline=None)


def told(goal, answers):
    return replace(a_situation(goal), answers=answers)


@FEW
@given(GOALS, ANSWERS)
def test_every_requirement_of_a_step_is_met_by_an_earlier_step_or_is_named(
    goal, answers
):
    made = plan_of(told(goal, answers))
    finished = {step.id: step.ends for step in made.steps}

    for step in made.main_steps:
        for need in step.requires:
            if need.how == "step":
                assert finished[need.met_by] < step.starts
            elif need.how == "gap":
                assert any(need.label in each.what for each in made.unknown)
            else:
                assert need.how in {"facts", "assumed", "person"}


@FEW
@given(GOALS, ANSWERS)
def test_a_fact_that_is_told_is_never_asked(goal, answers):
    made = plan_of(told(goal, answers))

    assert keys(made.unknown).isdisjoint(answers)
    assert keys(made.assumptions).isdisjoint(answers)


@FEW
@given(GOALS, ANSWERS, st.randoms(use_true_random=False))
def test_the_order_of_answers_changes_nothing(goal, answers, shuffler):
    shuffled = list(answers.items())
    shuffler.shuffle(shuffled)

    assert plan_of(told(goal, answers)) == plan_of(told(goal, dict(shuffled)))


@FEW
@given(GOALS, ANSWERS, st.integers(0, 60), st.integers(1, 20))
def test_a_later_start_never_ends_earlier(goal, answers, days, later):
    situation = told(goal, answers)
    start = MONDAY + timedelta(days=days)
    early = plan_of(situation, start=start).duration
    late = plan_of(situation, start=start + timedelta(days=later)).duration

    assert start <= early.earliest_start <= early.earliest_finish
    assert early.earliest_finish <= late.earliest_finish


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")), ids=lambda p: p.stem)
def test_the_plan_of_a_sample_is_plain_json_in_the_shape_of_the_contract(path):
    raw = json.loads(path.read_text("utf-8"))
    made = plan_of(situations.read(raw, LAW, TERRITORY)).to_json()

    assert json.loads(json.dumps(made)) == made
    for step in made["steps"]:
        assert step.keys() >= {
            "id", "procedure", "name", "office", "after", "requires", "establishes",
            "papers", "forms", "working_days", "calendar_days", "package", "status",
            "basis",
        }  # fmt: skip
        assert all(paper["made_by"] for paper in step["papers"])
    assert made["duration"]["earliest_finish"] >= raw["on"]
    assert {"what", "ask"} <= set().union(*made["unknown"], {"what", "ask"})


# --- the chain by itself --------------------------------------------------------------


def a_procedure(name, *, gives, requires=(), ends=(), applies_if=None):
    return Procedure.model_validate(
        {
            "procedure": name,
            "title": {"citizen": name, "clerk": name},
            "basis": {"instrument": "product", "at": "test", "mark": "D"},
            "competence": {},
            "applies_if": applies_if,
            "requires": [{"condition": each} for each in requires],
            "ends": list(ends),
            "chart": {
                "entries": {"start": {"to": "done"}},
                "states": {
                    "done": {
                        "final": {
                            "name": "done",
                            "establishes": [{"condition": each} for each in gives],
                        }
                    }
                },
            },
        }
    )


def chained(wanted, *procedures, facts=None):
    told_facts = facts or {}
    beliefs = Beliefs(told_facts.get)
    conditions = {
        name: Condition(label=name, holds_if=name)
        for procedure in procedures
        for name in (
            *(each.condition or "" for each in procedure.requires),
            *(
                result.condition
                for state in procedure.chart.states.values()
                if state.final
                for result in state.final.establishes
            ),
        )
    }
    known = {procedure.procedure: procedure for procedure in procedures}
    chain = Chain(known, conditions, beliefs, lambda _: 1)
    draft = chain.reach(wanted)
    order = in_order(draft)
    return draft, order, faults(draft, order, chain.established)


def test_a_step_that_takes_a_condition_away_comes_after_everybody_who_needs_it():
    draft, order, found = chained(
        ("sold", "photographed"),
        a_procedure("a_sale", gives=["sold"], ends=["at_home"]),
        a_procedure("z_photo", gives=["photographed"], requires=["at_home"]),
        facts={"at_home": True},
    )

    assert order == ("z_photo", "a_sale")
    assert found == ()
    assert draft.precedes("z_photo", "a_sale")


def test_a_wanted_condition_that_another_step_would_take_is_made_last():
    _, order, found = chained(
        ("clean", "cooked"),
        a_procedure("clean_up", gives=["clean"]),
        a_procedure("cook", gives=["cooked"], ends=["clean"]),
    )

    assert order == ("cook", "clean_up")
    assert found == ()


def test_two_steps_that_take_from_each_other_are_found_out():
    _, _, found = chained(
        ("one", "two"),
        a_procedure("first", gives=["one"], requires=["key"], ends=["key"]),
        a_procedure("second", gives=["two"], requires=["key"], ends=["key"]),
        facts={"key": True},
    )

    assert any("key" in fault for fault in found)


def test_procedures_that_need_each_other_leave_a_gap_and_do_not_go_in_circles():
    draft, _, found = chained(
        ("egg",),
        a_procedure("lay", gives=["egg"], requires=["hen"]),
        a_procedure("hatch", gives=["hen"], requires=["egg"]),
    )

    assert [link.condition for link in draft.links if link.how == "gap"] == ["egg"]
    assert found == ()


def test_of_two_ways_the_one_that_does_not_apply_is_not_taken():
    draft, order, _ = chained(
        ("paper",),
        a_procedure("by_one", gives=["paper"], applies_if="never_so"),
        a_procedure("by_two", gives=["paper"]),
        facts={"never_so": False},
    )

    assert order == ("by_two",)
    assert [(link.needed_by, link.met_by) for link in draft.links] == [(GOAL, "by_two")]
