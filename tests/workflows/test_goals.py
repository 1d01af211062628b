"""Every goal of the program, planned for a made-up family in Đắk Lắk, and its order."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.matters import SITUATIONS, edition_of, sample, the_places, told
from workflows.guidance import next_questions
from workflows.journey import Plan, Step, plan
from workflows.loader import load_calendar, load_law
from workflows.parties import PartyRole

CALENDAR = load_calendar()
LAW = load_law()
CONTRACT = "notarize_contract"

# What a family goes through when its papers are in order, in this order.
ORDINARY = {
    "sell": [CONTRACT, "register_transfer"],
    "give": [CONTRACT, "register_gift"],
    "inherit": ["notarize_estate_division", "register_inheritance"],
    "swap_farm_land": ["register_farm_land_swap"],
    "divide_parcel": ["split_parcel"],
    "merge_parcels": ["merge_parcels"],
    "first_certificate": ["issue_first_certificate"],
    "exchange_certificate": ["exchange_certificate"],
    "replace_lost_certificate": ["reissue_lost_certificate"],
    "correct_certificate": ["correct_certificate"],
    "update_personal_information": ["update_personal_information"],
    "add_spouse": ["exchange_certificate"],
    "change_land_use_purpose": ["change_land_use_purpose"],
    "extend_land_use_term": ["extend_land_use_term"],
    "confirm_farm_land_term": ["confirm_farm_land_term"],
    "mortgage_land": [CONTRACT, "register_mortgage"],
    "discharge_mortgage": ["discharge_mortgage"],
    "request_land_data": ["supply_land_data"],
    "settle_dispute": ["mediate_dispute"],
}
LAWFUL = LAW.edition("66", told(sample("gift-to-daughter")).on).goals


def raw_of(goal, **answers):
    """The situation of a goal with some answers changed; None leaves one out."""
    raw = sample(f"goals/{goal.replace('_', '-')}")
    changed = raw["answers"] | {k.replace("__", "."): v for k, v in answers.items()}
    raw["answers"] = {key: value for key, value in changed.items() if value is not None}
    return raw


def planned(raw) -> Plan:
    situation = told(raw)
    edition = edition_of(situation)
    return plan(situation, edition, CALENDAR, branches=the_places(), editions=LAW)


def order(made: Plan) -> list[str]:
    return [step.procedure for step in made.main_steps]


def precedes(made: Plan, first: str, then: str) -> bool:
    """Whether one procedure must be over before the other is filed."""
    one, other = (
        next(step for step in made.main_steps if step.procedure == name)
        for name in (first, then)
    )
    return one.ends < other.starts and one.id in ancestors(made, other)


def ancestors(made: Plan, step: Step) -> set[str]:
    found = set(step.after)
    for name in step.after:
        found |= ancestors(made, made.step(name))
    return found


# --- each goal ------------------------------------------------------------------------


def test_every_goal_of_the_design_has_its_situation():
    files = {p.stem.replace("-", "_") for p in (SITUATIONS / "goals").glob("*.json")}

    assert files == set(ORDINARY)
    assert len(files) == 19
    assert files <= set(LAWFUL)


@pytest.mark.parametrize("goal", ORDINARY)
def test_a_goal_is_reached_by_its_procedures_in_their_order(goal):
    made = planned(raw_of(goal))

    assert order(made) == ORDINARY[goal]
    reached = {name for step in made.main_steps for name in step.establishes}
    assert set(LAWFUL[goal].reach) <= reached
    assert all(need.how != "gap" for step in made.main_steps for need in step.requires)


@pytest.mark.parametrize("goal", ORDINARY)
def test_what_is_not_known_of_a_goal_says_whom_to_ask(goal):
    made = planned(raw_of(goal))

    assert made.assumptions == ()
    for each in made.unknown:
        assert each.what
        assert each.ask
    without_days = [s.name.citizen for s in made.main_steps if s.working_days is None]
    for name in without_days:
        assert any(name in each.what for each in made.unknown)
        assert made.duration.partial


@pytest.mark.parametrize("goal", ORDINARY)
def test_every_step_of_a_goal_has_an_office_a_form_or_paper_and_a_place_in_law(goal):
    for step in planned(raw_of(goal)).main_steps:
        assert step.office.citizen
        assert step.basis
        assert step.papers or step.forms
        assert step.ends >= step.starts


# --- what must come before what -------------------------------------------------------

LOST = {"certificate__in_hand": None, "certificate__lost": True}
BANK_REFUSES = {"mortgage__registered": True, "mortgage__consent": False}
PART = {"transfer__whole": False, "transfer__area_m2": "50"}


@pytest.mark.parametrize(
    ("goal", "answers", "first", "then"),
    [
        ("sell", LOST, "reissue_lost_certificate", CONTRACT),
        ("inherit", LOST, "reissue_lost_certificate", "register_inheritance"),
        ("divide_parcel", LOST, "reissue_lost_certificate", "split_parcel"),
        ("mortgage_land", LOST, "reissue_lost_certificate", "register_mortgage"),
        ("inherit", {}, "notarize_estate_division", "register_inheritance"),
        ("give", BANK_REFUSES, "discharge_mortgage", CONTRACT),
        ("give", PART, "split_parcel", CONTRACT),
        ("inherit", PART, "split_parcel", "notarize_estate_division"),
        ("swap_farm_land", PART, "split_parcel", "register_farm_land_swap"),
        (
            "sell",
            {"certificate__names_match": False},
            "update_personal_information",
            CONTRACT,
        ),
        ("sell", {"dispute__open": True}, "mediate_dispute", CONTRACT),
        ("inherit", {"dispute__open": True}, "mediate_dispute", "register_inheritance"),
        ("sell", {"debt__on_certificate": True}, "discharge_deferred_debt", CONTRACT),
        (
            "mortgage_land",
            {"debt__on_certificate": True},
            "discharge_deferred_debt",
            "register_mortgage",
        ),
    ],
)
def test_what_stands_in_the_way_is_settled_first(goal, answers, first, then):
    made = planned(raw_of(goal, **answers))

    assert precedes(made, first, then)


def test_a_lost_certificate_of_mortgaged_land_is_not_issued_anew_before_discharge():
    made = planned(raw_of("sell", **LOST, **BANK_REFUSES))

    assert precedes(made, "discharge_mortgage", "reissue_lost_certificate")


def test_the_bank_that_agrees_spares_the_discharge():
    raw = raw_of("sell", mortgage__registered=True, mortgage__consent=True)

    assert order(planned(raw)) == ORDINARY["sell"]


def test_a_debt_does_not_stand_in_the_way_of_an_inheritance():
    made = planned(raw_of("inherit", debt__on_certificate=True))

    assert "discharge_deferred_debt" not in order(made)


def test_a_part_of_a_purpose_needs_no_split():
    made = planned(raw_of("change_land_use_purpose", purpose__whole=False))

    assert "split_parcel" not in order(made)


def test_a_split_for_a_sale_has_two_clocks_the_drawing_then_the_registration():
    made = planned(raw_of("sell", **PART))
    drawing, registration = made.step("split_parcel"), made.step("register_transfer")

    assert drawing.establishes == ("parcel.split_drawn",)
    assert drawing.working_days > 0 < registration.working_days
    assert drawing.ends < made.step(CONTRACT).starts < registration.starts


def warned(made: Plan) -> set[str]:
    return {warning.id for warning in made.warnings}


def test_who_sells_without_the_spouse_on_the_certificate_is_told_to_ask():
    assert "spouse_not_named" in warned(
        planned(raw_of("sell", spouse__on_certificate=False))
    )
    assert "spouse_not_named" not in warned(planned(raw_of("sell")))


def test_the_days_to_register_are_told_where_the_law_sets_them():
    assert "register_in_time" in warned(planned(raw_of("give")))
    assert "register_inheritance_in_time" in warned(planned(raw_of("inherit")))
    assert "register_in_time" not in warned(planned(raw_of("mortgage_land")))


@pytest.mark.parametrize("goal", ORDINARY)
def test_a_goal_is_warned_only_of_what_its_own_steps_touch(goal):
    made = planned(raw_of(goal))
    specs = edition_of(told(raw_of(goal))).warnings

    for warning in made.warnings:
        spec = specs.get(warning.id)
        if spec is None:
            continue
        assert (
            not spec.procedures
            or set(spec.procedures) & set(order(made))
            or (set(spec.procedures) & {step.procedure for step in made.steps})
        )
        assert not spec.goals or goal in spec.goals


def test_land_never_certified_gets_its_first_certificate_without_a_deed_of_the_notary():
    raw = raw_of("first_certificate", origin__inherited=True)

    assert order(planned(raw)) == ["issue_first_certificate"]


def test_a_plan_asks_too_early_only_before_the_last_year_of_the_term():
    early = raw_of("extend_land_use_term", land__term_end="2028-11-30")
    in_time = planned(raw_of("extend_land_use_term"))

    assert "extension_too_early" in warned(planned(early))
    assert "extension_too_early" not in warned(in_time)
    (last_day,) = [w for w in in_time.warnings if w.id == "extension_last_day"]
    assert "6 tháng" in last_day.text


def test_a_hard_commune_adds_its_days_and_one_that_is_not_known_may():
    hard = planned(raw_of("replace_lost_certificate", commune__area_class="II"))
    plain = planned(raw_of("replace_lost_certificate"))
    open_ = planned(raw_of("replace_lost_certificate", commune__area_class=None))
    step = "reissue_lost_certificate"

    assert hard.step(step).working_days == plain.step(step).working_days + 10
    assert open_.step(step).working_days == plain.step(step).working_days
    assert open_.step(step).longest_working_days == hard.step(step).working_days
    assert "difficult_area" in warned(open_)
    assert "commune.area_class" in {each.key for each in open_.unknown}


# --- properties -----------------------------------------------------------------------

FEW = settings(max_examples=30, deadline=None)
IN_THE_WAY = {
    "lost": LOST,
    "names": {"certificate__names_match": False},
    "mortgage": BANK_REFUSES,
    "dispute": {"dispute__open": True},
    "debt": {"debt__on_certificate": True},
    "part": PART,
}
DEALS = st.sampled_from(["sell", "give", "inherit", "swap_farm_land"])
TROUBLES = st.sets(st.sampled_from(sorted(IN_THE_WAY)))


def troubled(goal, names) -> Plan:
    answers = {}
    for name in names:
        answers |= IN_THE_WAY[name]
    return planned(raw_of(goal, **answers))


@FEW
@given(DEALS, TROUBLES, st.sampled_from(sorted(IN_THE_WAY)))
def test_one_more_thing_in_the_way_never_makes_a_plan_shorter(goal, names, one_more):
    before, after = troubled(goal, names), troubled(goal, names | {one_more})

    assert set(order(before)) <= set(order(after))
    assert after.duration.earliest_finish >= before.duration.earliest_finish
    # Not the days on the critical path: it may pass through other steps than before.
    assert office_days(after) >= office_days(before)


def office_days(made: Plan) -> int:
    return sum(step.working_days or 0 for step in made.main_steps)


@FEW
@given(DEALS, TROUBLES)
def test_run_forwards_every_step_finds_what_it_needs(goal, names):
    made = troubled(goal, names)
    needs = [need for step in made.main_steps for need in step.requires]
    held = {need.condition for need in needs if need.met_by is None}
    for step in sorted(made.main_steps, key=lambda step: (step.starts, step.ends)):
        assert {need.condition for need in step.requires} <= held
        held -= set(step.takes_away)
        held |= set(step.establishes)

    assert set(LAWFUL[goal].reach) <= held


def ways_through(made: Plan, last: Step) -> Iterator[tuple[Step, ...]]:
    """Every chain of steps, each waiting for the one before, that ends with this."""
    if not last.after:
        yield (last,)
    for name in last.after:
        for way in ways_through(made, made.step(name)):
            yield (*way, last)


@FEW
@given(DEALS, TROUBLES)
def test_the_critical_path_is_the_longest_way_through(goal, names):
    made = troubled(goal, names)
    ways = [way for step in made.main_steps for way in ways_through(made, step)]

    def waits(way):
        """Days in which nobody on this way works: none on the longest."""
        idle = (way[0].starts - made.duration.earliest_start).days
        idle += sum(
            (after.starts - CALENDAR.next_working(before.ends)).days
            for before, after in pairwise(way)
        )
        return idle + (made.duration.earliest_finish - way[-1].ends).days

    main = tuple(s for s in made.main_steps if s.id in made.critical_path)
    assert min(map(waits, ways)) == 0
    assert main in ways
    assert waits(main) == 0


def test_the_people_of_the_situations_are_of_the_roles_that_their_goals_need():
    for goal in ORDINARY:
        roles = {party.role for party in told(raw_of(goal)).parties}
        if goal in {"sell", "give", "swap_farm_land"}:
            assert {PartyRole.TRANSFEROR, PartyRole.RECEIVER} <= roles
        elif goal == "inherit":
            assert {PartyRole.DECEASED, PartyRole.HEIR} <= roles
        else:
            assert PartyRole.APPLICANT in roles


def test_who_comes_for_a_lost_certificate_need_not_say_that_it_is_lost():
    raw = raw_of("replace_lost_certificate", certificate__lost=None)

    assert order(planned(raw)) == ["reissue_lost_certificate"]
    assert "certificate.lost" not in {item.key for item in questions_of(raw)}
    assert {"certificate_fee", "appraisal_fee"} <= {
        money["kind"] for money in planned(raw).costs["lines"]
    }


def test_nobody_without_his_certificate_is_sent_to_have_it_revoked():
    raw = raw_of("sell", certificate__in_hand=False)

    assert "revoke_wrong_certificate" not in order(planned(raw))


def questions_of(raw):
    situation = told(raw)
    return next_questions(situation, edition_of(situation), limit=99).questions
