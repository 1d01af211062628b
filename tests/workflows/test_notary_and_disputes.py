"""The notary, the commune, the register of securities, land data and disputes.

Each expected figure is the one of the article named beside it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest

from tests.workflows.matters import costs, edition_of, sample, the_law, told
from workflows.definition import Length, PaperIn
from workflows.journey import Plan, plan
from workflows.loader import load_calendar
from workflows.packages import Edition
from workflows.statechart import Chart, Event, Instance, Papers

NOW = date(2026, 11, 23)
NEXT_YEAR = date(2027, 1, 4)
NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
DIVISION = "notarize_estate_division"
NOTARY = ["submit", "accept"]
WITHOUT = Papers(frozenset(), frozenset(), originals_in=True)


@cache
def law(province: str = "66", day: date = NOW) -> Edition:
    return the_law().edition(province, day)


def figure(name: str, day: date = NOW) -> object:
    value = law(day=day).parameter(name).at(day).value
    return Length.model_validate(value) if isinstance(value, dict) else value


def days(n: int) -> Length:
    return Length(n=n, unit="day")


def working_days(n: int) -> Length:
    return Length(n=n, unit="working_day")


def paper(procedure: str, name: str, day: date = NOW) -> PaperIn | None:
    lines = law(day=day).procedure(procedure).papers_in
    return next((line for line in lines if line.id == name), None)


class Case:
    """A case that is led through its chart by hand."""

    def __init__(self, procedure: str, **facts: object) -> None:
        self.chart: Chart = law().chart(procedure)
        self.facts = {key.replace("__", "."): value for key, value in facts.items()}
        self.at = NOON
        start = self.chart.start(lookup=self.facts.get, at=self.at)
        self.instance: Instance = start.after
        self.clock: list[str] = []

    def go(self, *events: str, by: str = "handling_office") -> Case:
        for name in events:
            self.at += timedelta(minutes=5)
            outcome = self.chart.step(
                self.instance,
                Event(name, self.at, "somebody", by, self.facts, second="another"),
                lookup=self.facts.get,
                papers=WITHOUT,
            )
            self.instance = outcome.after
            self.clock += [name for each in outcome.clock if each.start]
        return self

    @property
    def states(self) -> tuple[str, ...]:
        return self.chart.active(self.instance)

    def ended(self) -> str | None:
        final = self.chart.outcome(self.instance)
        return None if final is None else final.name


def an_estate(**facts: object) -> Case:
    told_facts = {
        "estate__residence_known": True,
        "estate__same_commune": False,
        "complaint__open": False,
        "estate__notice_people": "Cha và ba con",
        "estate__notice_assets": "Thửa đất",
        "estate__notice_complaints_to": "Văn phòng công chứng",
        "posting__place": "Trụ sở",
        "posting__first_day": "2026-11-25",
        "posting__minutes_day": "2026-12-10",
        "posting__outcome": "Không có ý kiến",
    } | facts
    return Case(DIVISION, **told_facts).go(*NOTARY, "send_notice")


def planned(raw: dict) -> Plan:
    situation = told(raw)
    return plan(situation, edition_of(situation), load_calendar())


def for_goal(goal: str, **answers: object) -> dict:
    return {
        "province": "66",
        "commune": "24133",
        "on": NOW.isoformat(),
        "goal": goal,
        "parties": [{"id": "ai", "role": "applicant"}],
        "relationships": [],
        "answers": {key.replace("__", "."): said for key, said in answers.items()},
    }


def steps(raw: dict) -> list[str]:
    return [step.procedure for step in planned(raw).main_steps]


def amounts(raw: dict, kind: str) -> list[int | None]:
    return [line.amount for line in costs(raw).lines if line.kind == kind]


# --- the estate -----------------------------------------------------------------------


def test_the_deed_waits_until_both_communes_have_confirmed():  # NĐ 104/2025 Đ44.2-3
    case = an_estate()
    case.go("posted", by="residence_posting_office")
    case.go("posted", by="land_posting_office")
    case.go("residence_posting_ended", "land_posting_ended", by="timer")

    case.go("confirmed", by="land_posting_office")
    assert "drafting" not in case.states
    case.go("confirmed", by="residence_posting_office")
    assert "drafting" in case.states


def test_one_commune_that_is_both_posts_once():
    case = an_estate(estate__same_commune=True)
    case.go("posted", by="land_posting_office").go("land_posting_ended", by="timer")

    assert "drafting" in case.go("confirmed", by="land_posting_office").states


def test_an_unknown_residence_goes_to_the_portal_and_the_land_still_posts():
    case = an_estate(estate__residence_known=False, estate__same_commune=False)
    case.go("portal_posted").go("portal_posting_ended", by="timer")
    assert "drafting" not in case.states
    case.go("posted", by="land_posting_office").go("land_posting_ended", by="timer")

    assert "drafting" in case.go("confirmed", by="land_posting_office").states


def test_the_notice_hangs_fifteen_days_and_is_confirmed_in_three_working_days():
    assert figure("notary.posting_days") == days(15)
    assert figure("notary.posting_confirm") == working_days(3)
    step = planned(sample("inherit-three-heirs")).step(DIVISION)
    waits = [each.length for each in step.periods if not each.counting]
    assert waits == [days(15), working_days(3)]


def test_a_complaint_stops_the_deed_until_it_is_settled():  # Đ44.6
    case = an_estate(complaint__text="Bỏ sót một người con", complaint__outcome="Rút")
    case.go("complaint_received")
    for place in ("residence", "land"):
        case.go("posted", by=f"{place}_posting_office")
        case.go(f"{place}_posting_ended", by="timer")
        case.go("confirmed", by=f"{place}_posting_office")

    assert "suspended" in case.states
    assert "drafting" in case.go("complaint_settled").states


def test_a_sole_heir_goes_the_same_way_and_is_told():  # CC24 Đ59.5
    raw = sample("inherit-three-heirs")
    raw["parties"] = raw["parties"][:2]
    raw["parties"][1]["share"] = "1"
    raw["relationships"] = raw["relationships"][:1]

    made = planned(raw)
    assert made.main_steps[0].procedure == DIVISION
    assert "sole_heir_too" in {each.id for each in made.warnings}
    assert "sole_heir_too" not in {
        each.id for each in planned(sample("inherit-three-heirs")).warnings
    }


def test_three_children_share_one_certificate_and_pay_neither_tax_nor_fee():
    raw = sample("inherit-three-heirs")

    assert amounts(raw, "personal_income_tax") == [0, 0, 0]  # NĐ 253/2026 Đ18.1
    assert amounts(raw, "registration_fee") == [0, 0, 0]  # NĐ 10/2022 Đ10.10
    papers = planned(raw).step("register_inheritance").papers
    assert "one_certificate_agreement" in {each.id for each in papers}


# --- where one signs, and what it costs -----------------------------------------------


@pytest.mark.parametrize(
    ("procedure", "rule"),
    [
        ("notarize_contract", "any_in_province_of_land"),  # CC24 Đ44
        ("certify_contract", "where_the_land_is"),  # NĐ 23/2015 Đ5.6
        ("notarize_inheritance_refusal", "anywhere"),
        ("certify_inheritance_refusal", "anywhere"),  # Đ5.5
        ("notarize_mandate", "anywhere"),
        ("certify_mandate", "anywhere"),
    ],
)
def test_only_wills_refusals_and_mandates_are_free_of_the_place(procedure, rule):
    assert law().procedure(procedure).competence["handling_office"].rule == rule


@pytest.mark.parametrize(
    ("name", "amount"),
    [
        ("notary.fixed.mandate_contract", 50_000),  # TT 257/2016 Đ4.3
        ("notary.fixed.mandate_letter", 20_000),
        ("notary.fixed.refusal", 20_000),
        ("notary.fixed.will", 50_000),
        ("notary.fixed.amendment", 40_000),
        ("notary.fixed.cancellation", 25_000),
        ("notary.fixed.farm_land_swap", 40_000),
        ("notary.fixed.guarantee", 100_000),
        ("notary.fixed.other", 40_000),
        ("notary.fixed.keep_will", 100_000),  # Đ4.4
        ("notary.fixed.copy_first_pages", 5_000),  # Đ4.5
        ("notary.fixed.copy_later_pages", 3_000),
        ("notary.fixed.copy_most", 100_000),
        ("certification.fixed.contract", 50_000),  # TT 226/2016 Đ4
        ("certification.fixed.amendment", 30_000),
        ("certification.fixed.correction", 25_000),
        ("certification.fixed.signature", 10_000),
        ("certification.fixed.copy_first_pages", 2_000),
        ("certification.fixed.copy_later_pages", 1_000),
        ("certification.fixed.copy_most", 200_000),
        ("certification.fixed.rural_credit_mortgage", 0),  # Đ5
    ],
)
def test_a_fixed_fee_is_the_one_of_the_circular(name, amount):
    assert figure(name) == amount


@pytest.mark.parametrize(
    ("goal", "answers", "kind", "amount"),
    [
        ("refuse_inheritance", {"deed__at_commune": False}, "notary_fee", 20_000),
        ("refuse_inheritance", {"deed__at_commune": True}, "certification_fee", 50_000),
        (
            "give_mandate",
            {"deed__at_commune": False, "mandate__is_contract": True},
            "notary_fee",
            50_000,
        ),
        (
            "give_mandate",
            {"deed__at_commune": False, "mandate__is_contract": False},
            "notary_fee",
            20_000,
        ),
        (
            "give_mandate",
            {"deed__at_commune": True, "mandate__is_contract": False},
            "certification_fee",
            10_000,
        ),
    ],
)
def test_a_refusal_and_a_mandate_cost_their_fixed_fee(goal, answers, kind, amount):
    raw = for_goal(goal, estate__divided=False, **answers)

    assert amounts(raw, kind) == [amount]
    assert len(costs(raw).lines) == 1


def test_nobody_refuses_after_the_estate_was_divided():
    assert steps(for_goal("refuse_inheritance", estate__divided=False))
    assert steps(for_goal("refuse_inheritance", estate__divided=True)) == []


def test_a_contract_of_a_household_lists_its_members():
    for procedure in ("notarize_contract", "certify_contract"):
        line = paper(procedure, "household_members")
        assert line is not None
        assert line.when is not None


# --- the amended law of 2027 ----------------------------------------------------------


def test_from_2027_data_stand_for_papers_at_the_notary():  # Luật 04/2026 Đ42.1, 42.7a
    for procedure in ("notarize_contract", DIVISION):
        before = paper(procedure, "certificate")
        after = paper(procedure, "certificate", NEXT_YEAR)
        assert before is not None
        assert after is not None
        assert (before.copy_, before.fetch_from) == (("copy_with_original",), None)
        assert "electronic" in after.copy_
        assert after.fetch_from == "land_database"


def test_from_2027_a_refusal_needs_no_title():  # Đ42.7
    assert paper("notarize_inheritance_refusal", "certificate") is not None
    assert paper("notarize_inheritance_refusal", "certificate", NEXT_YEAR) is None


def test_from_2027_the_province_rule_stays_and_so_do_its_exceptions():  # Đ44
    new = law(day=NEXT_YEAR)

    def rule(procedure: str) -> str | None:
        return new.procedure(procedure).competence["handling_office"].rule

    assert rule("notarize_contract") == "any_in_province_of_land"
    assert rule("notarize_mandate") == rule("notarize_inheritance_refusal")
    for procedure in ("notarize_contract", "notarize_mandate"):
        source = new.procedure(procedure).competence["handling_office"].source
        assert source.instrument == "l04-2026"


# --- securities -----------------------------------------------------------------------


SECURED = (
    "register_mortgage",
    "discharge_mortgage",
    "change_mortgage_registration",
    "notify_mortgage_enforcement",
    "transfer_mortgage_registration",
)


@pytest.mark.parametrize("procedure", SECURED)
def test_the_day_of_registration_runs_from_the_land_office_not_the_counter(procedure):
    case = Case(procedure, when=None)
    case.go("submit", by="citizen").go("accept", by="receiving_office")
    assert case.clock == []

    assert case.go("arrive").clock == ["arrive"]  # NĐ 99/2022 Đ16


def test_a_security_is_registered_the_same_day_or_in_three():
    assert figure("secured.handling") == working_days(0)
    assert figure("secured.extended") == working_days(3)
    for procedure in SECURED:
        deadlines = law().procedure(procedure).deadlines
        assert deadlines["extended"].replaces == "handling"


def test_the_original_book_is_filed_and_comes_back_without_an_entry():
    # NĐ 99/2022 Đ27.3; NQ 254/2025 Đ11.2.b
    line = paper("register_mortgage", "certificate")
    assert line is not None
    assert line.copy_ == ("original",)
    out = {each.id for each in law().procedure("register_mortgage").papers_out}
    assert "certificate_annotated" not in out


@pytest.mark.parametrize(
    ("procedure", "code"),
    [
        ("change_mortgage_registration", "1.011442"),
        ("notify_mortgage_enforcement", "1.011444"),
        ("transfer_mortgage_registration", "1.011445"),
    ],
)
def test_each_registration_has_its_code(procedure, code):
    assert law().procedure(procedure).codes["national"] == code


# --- land data ------------------------------------------------------------------------


@pytest.mark.parametrize("province", ["66", "15"])
def test_land_data_are_the_same_in_every_province(province):  # NĐ 49/2026 Đ16.3
    procedure = law(province).procedure("supply_land_data")

    assert procedure.package == "vn-land-data-nd151"
    assert procedure.codes["national"] == "1.012789"


def test_land_data_come_the_same_day_or_in_two_or_ten_working_days():
    # NĐ 151/2025 PL I, Phần VI, 3 and 5
    assert figure("land_data.in_stock") == working_days(0)
    assert figure("land_data.not_in_stock") == working_days(2)
    assert figure("land_data.extended") == working_days(10)
    assert figure("land_data.refusal") == working_days(2)


def test_land_data_are_handed_over_only_when_the_fee_is_paid():
    case = Case("supply_land_data", land_data__fee_due=True, land_data__receipt="1")
    case.go("submit", by="citizen").go("accept", "find_in_stock")
    assert "awaiting_fee" in case.states
    assert [stop.reason for stop in case.chart.stops(case.instance)] == [
        "citizen_payment"
    ]

    assert case.go("take_fee", "supply_data").ended() == "supplied"


def test_the_fee_for_land_data_is_not_invented():
    (line,) = costs(for_goal("request_land_data")).lines

    assert (line.kind, line.amount) == ("land_data_fee", None)
    assert "56/2024" in (line.reason or "")


# --- disputes -------------------------------------------------------------------------


def a_mediation(**facts: object) -> Case:
    case = Case(
        "mediate_dispute",
        mediation__minutes_number="07/BB-HG",
        mediation__minutes_day="2026-12-10",
        mediation__meeting_day="2026-12-10",
        mediation__side_not_signing=True,
        dispute__decision_number="1/QĐ",
        dispute__decision_day="2026-12-20",
        dispute__recognised_on="2026-12-21",
        objection__text="Nghĩ lại",
        **facts,
    )
    case.go("submit", by="citizen")
    return case.go("accept", "accept_petition", "call_meeting")


def established(case: Case) -> set[str]:
    final = case.chart.outcome(case.instance)
    return set() if final is None else {each.condition for each in final.establishes}


def test_mediation_takes_thirty_days_from_the_petition():  # Land Law Đ235.2
    assert figure("dispute.days.mediation") == days(30)
    case = Case("mediate_dispute")
    case.go("submit", by="citizen").go("accept")
    assert case.clock == ["accept"]


def test_minutes_stand_though_a_side_does_not_sign_them():
    case = a_mediation(mediation__changes_land=False)
    case.go("agree").go("no_other_opinion", by="timer")

    assert case.go("close").ended() == "settled"
    assert established(case) == {"dispute.settled"}


def test_an_agreement_that_moves_the_boundary_must_be_registered():  # Đ235.4
    case = a_mediation(mediation__changes_land=True)
    case.go("agree").go("no_other_opinion", by="timer").go("recognise")

    final = case.chart.outcome(case.instance)
    assert final is not None
    assert final.suggests == "register_dispute_outcome"
    assert established(case) == {"dispute.settled"}
    assert figure("dispute.days.register_outcome") == working_days(30)


def test_a_change_of_mind_within_ten_days_brings_the_council_back():  # NĐ 102 Đ105.3
    assert figure("dispute.days.other_opinion") == days(10)
    case = a_mediation(mediation__changes_land=False)
    case.go("agree").go("other_opinion_given", by="citizen")
    assert "meeting_again" in case.states

    assert case.go("not_agree").ended() == "not_settled"


def test_the_second_absence_counts_as_failure():  # NĐ 102/2024 Đ105.1.d
    case = a_mediation().go("party_absent")
    assert "meeting" in case.states

    assert case.go("party_absent").ended() == "not_settled"
    assert established(case) == {"dispute.mediated"}


def failed(**answers: object) -> dict:
    area = {"commune__area_class": "none"}
    return for_goal("settle_dispute", dispute__mediation_failed=True, **area | answers)


def test_a_dispute_is_mediated_before_anybody_decides_it():
    assert steps(for_goal("settle_dispute")) == ["mediate_dispute"]


@pytest.mark.parametrize(
    ("with_organisation", "procedure", "term"),
    [
        (False, "resolve_dispute_at_commune", 45),  # NĐ 151/2025 PL I, Phần VIII, I.5.a
        (True, "resolve_dispute", 50),  # I.5.b
    ],
)
def test_who_decides_follows_from_who_disputes(with_organisation, procedure, term):
    told_so = {"dispute__with_organisation": with_organisation}
    plain = planned(failed(dispute__has_title=False, **told_so))
    hard = planned(
        failed(dispute__has_title=False, commune__area_class="III", **told_so)
    )

    assert [step.procedure for step in plain.main_steps] == [procedure]
    assert plain.step(procedure).term == days(term)
    assert figure("dispute.difficult_area_addon") == days(10)  # I.5.c
    assert hard.step(procedure).ends > plain.step(procedure).ends


def test_titled_land_is_for_the_court():  # Land Law Đ236.1
    made = planned(failed(dispute__has_title=True))

    assert made.main_steps == ()
    warnings = {each.id: each.text for each in made.warnings}
    assert "tòa án" in warnings["court_decides_titled_land"]


def test_a_decision_holds_when_thirty_days_pass_without_an_appeal():  # Đ236.3
    assert figure("dispute.days.appeal") == days(30)
    facts = {
        "dispute__sides_agreed": False,
        "dispute__decision_number": "2/QĐ",
        "dispute__decision_day": "2026-12-20",
        "dispute__decision_changes_land": False,
    }
    case = Case("resolve_dispute_at_commune", **facts).go("submit", by="citizen")
    case.go("accept")
    assert case.clock == []
    case.go("accept_petition", "propose_decision", "sign_decision")
    assert case.clock == ["accept_petition"]
    assert "awaiting_force" in case.states

    assert case.go("appeal_term_ended", by="timer").ended() == "settled"


def test_the_goals_are_there_in_both_provinces():
    for province in ("66", "15"):
        assert {"request_land_data", "settle_dispute"} <= set(law(province).goals)
