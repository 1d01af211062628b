"""Cases reckoned anew from the law's own figures, and what a plan must tell.

Every expected amount is worked out here, from the figures of the articles named beside
them, never by the rules of the program.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest

from tests.workflows.matters import a_matter, costs, edition_of, line, lines, told
from workflows.definition import Mark, Status
from workflows.journey import plan
from workflows.loader import load_calendar, load_law
from workflows.obligations import (
    Ledger,
    Notice,
    NoticeLine,
    charge_interest,
    instalments,
    open_notice,
    tick,
)

BASELINE = load_law().package_edition("vn-nd151-2025", date(2026, 11, 23))

PIT = "personal_income_tax"
FEE = "registration_fee"

SALE = Fraction(2, 100)  # NĐ 253/2026 Đ57
GIFT, FREE = Fraction(10, 100), 20_000_000  # NĐ 253/2026 Đ61
RATE, MOST = Fraction(5, 1000), 500_000_000  # NĐ 10/2022 Đ8; the cap is recalled
LATE = Fraction(3, 10_000)  # Law 108/2025 Đ16, NĐ 252/2026 Đ26.1.a
AREA, PRICE = 200, 5_000_000  # what a_matter has: 200 m² at 5 million đồng


def dong(amount):
    return floor(amount + Fraction(1, 2))


def a_sale(price, givers=("seller",), takers=("buyer",), kin="none", **more):
    more = {"transferor__only_home": False} | more
    return a_matter("sell", givers, takers, kin, contract__price=price, **more)


def amounts(raw, kind):
    return {x.payer: x.amount for x in lines(raw, kind)}


# --- people and shares --------------------------------------------------------------


def test_a_gift_of_two_to_two_with_mixed_kinship_is_cut_by_both_shares():
    raw = a_matter(
        givers=("ba", "cau"),
        takers=("an", "binh"),
        shares={"ba": "1/3", "cau": "2/3", "an": "3/4", "binh": "1/4"},
        kin="none",
        land__price_coefficient="1.2",
        house__value=300_000_000,
    )
    for pair in raw["relationships"]:
        if pair["between"] == ["ba", "an"]:
            pair["kind"] = "birth_parent_child"
    house = 300_000_000
    taxed = AREA * PRICE * Fraction(12, 10) + house  # with the coefficient, Đ61.4.c
    table = AREA * PRICE + house  # without it, NĐ 10/2022 Đ7.1.a
    from_others = Fraction(2, 3) * Fraction(3, 4)  # ba to an is free of both

    assert amounts(raw, PIT) == {
        "an": dong((taxed * from_others - FREE) * GIFT),
        "binh": dong((taxed * Fraction(1, 4) - FREE) * GIFT),
    }
    assert amounts(raw, FEE) == {
        "an": dong(table * from_others * RATE),
        "binh": dong(table * Fraction(1, 4) * RATE),
    }


def test_a_sale_below_the_state_s_price_to_kin_and_stranger():
    raw = a_sale(
        900_000_000,
        givers=("ba", "cau"),
        shares={"ba": "1/3", "cau": "2/3"},
        kin={"ba": "birth_parent_child", "cau": "none"},
        land__price_coefficient="1.1",
        house__value=200_000_000,
    )
    floor_price = AREA * PRICE * Fraction(11, 10) + 200_000_000
    table = AREA * PRICE + 200_000_000

    assert amounts(raw, PIT) == {
        "ba": 0,
        "cau": dong(floor_price * Fraction(2, 3) * SALE),
    }
    assert amounts(raw, FEE) == {"buyer": dong(table * RATE)}  # kin or not: a sale pays


def test_a_receiver_of_two_gifts_in_one_deed_has_one_threshold():
    raw = a_matter(givers=("bac", "chu"), kin="none", land__table_price=150_000)

    assert amounts(raw, PIT) == {"hoa": dong((AREA * 150_000 - FREE) * GIFT)}


def test_a_buyer_who_pays_the_seller_s_tax_owes_both():
    raw = a_sale(3_000_000_000, taxes_paid_by="receiver")

    assert costs(raw).total_by_payer["buyer"] == dong(3_000_000_000 * (SALE + RATE))


def test_buyers_share_the_highest_fee_of_one_asset():
    raw = a_sale(
        289_000_000_001,
        takers=("an", "binh"),
        shares={"an": "1/3", "binh": "2/3"},
    )

    assert amounts(raw, FEE) == {
        "an": dong(MOST * Fraction(1, 3)),
        "binh": dong(MOST * Fraction(2, 3)),
    }


def test_a_part_of_a_parcel_is_taxed_on_its_own_area():
    raw = a_matter(
        kin="none",
        transfer__whole=False,
        transfer__area_m2="80.5",
        land__price_coefficient="1.5",
    )
    part = Fraction(Decimal("80.5")) * PRICE

    assert line(raw, PIT).amount == dong((part * Fraction(3, 2) - FREE) * GIFT)
    assert line(raw, FEE).amount == dong(part * RATE)


# --- days ---------------------------------------------------------------------------


@pytest.mark.parametrize(("since", "is_free"), [("2026-05-25", 0), ("2026-05-24", 1)])
def test_the_only_home_of_182_days_is_taxed_and_of_183_days_is_free(since, is_free):
    raw = a_sale(
        1_200_000_000,
        transferor__only_home=True,
        transferor__first_certificate_date=since,
    )
    owned = (date(2026, 11, 23) - date.fromisoformat(since)).days

    assert owned == 182 + is_free  # NĐ 253/2026 Đ19
    assert line(raw, PIT).amount == (0 if is_free else dong(1_200_000_000 * SALE))


def test_a_parent_s_gift_signed_before_july_and_registered_after_is_free():
    # NĐ 253/2026 Đ61.3.b: the moment of a gift is the registration of the right
    raw = a_matter(contract__notarized=True, contract__date="2026-06-20")

    assert (line(raw, PIT).amount, line(raw, PIT).status) == (0, "exempt")


def test_a_term_that_ends_on_culture_day_moves_and_interest_starts_after_it():
    issued = date(2026, 10, 25)  # 30 days: 24/11/2026, a holiday (BLDS Đ148.5)
    notice = Notice(
        "1/TB",
        issued,
        (NoticeLine(FEE, "receiver", 5_000_000),),
        {FEE: instalments({"n": 30, "unit": "day"})},
        load_calendar(),
    )
    ledger, _ = open_notice(Ledger(), notice)
    ledger, _ = charge_interest(ledger, Decimal("0.0003"))

    assert tick(ledger, date(2026, 11, 25)) == (ledger, ())
    # paid on the 29th: the 26th, 27th and 28th are late (Đ26.1.a)
    assert ledger.interest(date(2026, 11, 29)) == dong(5_000_000 * LATE * 3)


# --- exemptions of the fee ----------------------------------------------------------


@pytest.mark.parametrize(
    "more", [{"household__poor": True}, {"commune__area_class": "I"}]
)
def test_a_home_is_free_of_the_fee_and_not_of_the_tax(more):
    raw = a_matter(kin="none", **more)  # NĐ 175/2025 Đ1.6.đ

    assert line(raw, FEE).status == "exempt"
    assert line(raw, PIT).amount == dong((AREA * PRICE - FREE) * GIFT)


def test_farm_land_of_a_poor_household_pays_the_fee():
    raw = a_matter(
        kin="none",
        property__kind="land",
        land__purpose="CLN",
        house__value=None,
        household__poor=True,
    )

    assert line(raw, FEE).amount == dong(AREA * PRICE * RATE)


@pytest.mark.parametrize("kind", ["land", "land_and_house"])
def test_a_fee_on_the_contract_s_price_names_the_texts_that_differ(kind):
    # NĐ 10/2022 Đ7.1.d speaks of house and land, TT 13/2022 Đ3.1.a of bare land too
    fee = line(a_sale(2_000_000_000, property__kind=kind, land__purpose="ODT"), FEE)

    assert fee.amount == dong(2_000_000_000 * RATE)
    assert {"nd10-2022", "tt13-2022"} <= {place.instrument for place in fee.basis}
    assert "hợp đồng" in fee.reason


# --- the notary ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "fee"),
    [
        (49_999_999, 50_000),
        (50_000_000, 100_000),
        (100_000_000, 100_000),
        (1_000_000_000, Fraction(1_000_000_000, 1000)),
        (1_000_010_000, 1_000_000 + Fraction(10_000 * 6, 10_000)),
        (3_000_000_000, 1_000_000 + Fraction(2_000_000_000 * 6, 10_000)),
        (3_000_010_000, 2_200_000 + Fraction(10_000 * 5, 10_000)),
        (100_000_000_000, 5_200_000 + Fraction(90_000_000_000 * 3, 10_000)),
        (100_000_010_000, 32_200_000 + Fraction(10_000 * 2, 10_000)),
        (288_999_990_000, 70_000_000 - 2),
        (289_000_000_000, 70_000_000),
        (400_000_000_000, 70_000_000),
    ],
)
def test_the_notary_s_fee_at_the_borders_of_the_tariff(price, fee):
    raw = a_sale(price, land__table_price=1)  # TT 257/2016 Đ4.2.a, VAT inside (Đ4.1)

    assert line(raw, "notary_fee").amount == dong(fee)


# --- plans --------------------------------------------------------------------------


def planned(raw):
    situation = told(raw)
    return plan(situation, edition_of(situation), load_calendar())


def in_order(goal="give", **more):
    settled = {
        "certificate__names_match": True,
        "dispute__open": False,
        "debt__on_certificate": False,
        "contract__notarized": False,
        "certification__by": "notary",
        "commune__area_class": "none",
    }
    return a_matter(goal, **(settled | more))


def days_of(made, step):
    return next(x.working_days for x in made.steps if x.id == step)


@pytest.mark.parametrize(
    ("kin", "days"),
    [("birth_parent_child", 7), ("cousin", 3)],  # NĐ 252/2026 Đ33.2.c; Đ17.2.b
)
def test_the_tax_office_has_longer_to_decide_an_exemption_than_to_reckon(kin, days):
    made = planned(in_order(kin=kin))

    assert days_of(made, "assess_financial_obligation") == days


def asked(made):
    return {x.ask for x in made.unknown}


def warnings(made):
    return {x.id: x.text for x in made.warnings}


def test_a_dispute_about_titled_land_that_mediation_did_not_end_is_for_the_court():
    made = planned(
        in_order(
            dispute__open=True, dispute__mediation_failed=True, dispute__has_title=True
        )
    )  # Land Law Đ236.1

    assert "tòa án" in warnings(made)["no_way_known"]
    assert any("tòa án" in ask for ask in asked(made))
    assert made.duration.partial


def test_the_end_is_open_while_the_bank_has_not_agreed():
    waits = planned(in_order(mortgage__registered=True, mortgage__consent=False))

    assert waits.duration.partial
    assert not planned(in_order()).duration.partial


def test_a_lost_certificate_of_mortgaged_land_is_first_asked_for_at_the_bank():
    # NĐ 99/2022 Đ33.2 wants the original; a mortgaged one is not issued anew
    lost = {"certificate__in_hand": False, "certificate__lost": True}
    made = planned(in_order(**lost, mortgage__registered=True))

    assert "ngân hàng" in warnings(made)["lost_and_mortgaged"]
    assert "lost_and_mortgaged" not in warnings(planned(in_order(**lost)))


def test_the_bank_brings_the_certificate_that_it_holds():
    made = planned(
        in_order(
            certificate__in_hand=False,
            certificate__lost=False,
            mortgage__registered=True,
            mortgage__consent=False,
        )
    )
    (step,) = (x for x in made.steps if x.id == "discharge_mortgage")

    assert {x.made_by for x in step.papers if x.id == "certificate"} == {"mortgagee"}


def test_a_spouse_who_is_not_on_the_certificate_is_spoken_of_before_the_deed():
    made = planned(in_order("sell", spouse__on_certificate=False))  # Đ135.4

    assert "công chứng viên" in warnings(made)["spouse_not_named"]


def test_who_splits_a_parcel_is_told_that_the_least_area_is_not_known():
    # Land Law Đ220: set by the province, whose decision was not found
    made = planned(in_order(transfer__whole=False, transfer__area_m2="80"))

    assert "diện tích tối thiểu" in warnings(made)["split_least_area"]
    assert "split_least_area" not in warnings(planned(in_order()))


def test_heirs_are_told_the_day_from_which_they_must_register():
    raw = in_order("inherit", estate__divided=True)
    for party in raw["parties"]:
        of = {"transferor": "deceased", "receiver": "heir"}
        party["role"] = of[party["role"]]
    text = warnings(planned(raw))["register_inheritance_in_time"]

    assert "30 ngày" in text
    assert "chia xong di sản" in text  # Land Law Đ133.3


def test_a_debt_does_not_stand_in_the_way_of_heirs():
    raw = in_order("inherit", debt__on_certificate=True)  # Đ45.5 leaves them out
    for party in raw["parties"]:
        of = {"transferor": "deceased", "receiver": "heir"}
        party["role"] = of[party["role"]]

    assert "no_way_known" not in warnings(planned(raw))


# --- what the annex of the baseline says itself ---------------------------------------


@pytest.mark.parametrize(
    ("figure", "unit", "n", "at"),
    [
        ("land.days.split_refusal", "working_day", 3, "C.I.3.a-b"),
        ("land.days.split_confirmation", "working_day", 5, "C.I.3.c"),
        ("land.posting_days", "day", 15, "C.VIII.3.a"),
        ("land.posting_minutes_days", "day", 5, "C.VIII.3.b"),
    ],
)
def test_days_that_the_annex_gives_are_not_borrowed_from_a_province(
    figure, unit, n, at
):
    told_here = BASELINE.parameter(figure).at(date(2025, 7, 1))

    assert told_here.value == {"n": n, "unit": unit}
    source = told_here.source
    assert (source.instrument, source.mark) == ("nd151-2025", Mark.SEEN)
    assert source.at.endswith(at)


@pytest.mark.parametrize("procedure", ["reissue_lost_certificate", "split_parcel"])
def test_steps_that_the_annex_gives_are_not_borrowed_from_a_province(procedure):
    assert '"modelled_on":{' not in BASELINE.procedure(procedure).model_dump_json()


def test_disputes_are_sure_where_the_annex_has_ended():
    # Law Đ235-236; NĐ 49/2026 Đ16.3.đ2 and e1 kept Đ5.2.g and Part VIII of NĐ 151/2025.
    after_the_annex = load_law().edition("66", date(2026, 11, 23))

    assert after_the_annex.statuses["vn-disputes-nd151"] is Status.VERIFIED
    assert after_the_annex.statuses["vn-66-2026"] is Status.UNVERIFIED
    for name in ("mediate_dispute", "resolve_dispute", "resolve_dispute_at_commune"):
        assert after_the_annex.procedure(name).basis[0].instrument == "ldd-2024"


FILED = {"original", "copy_with_original", "certified"}  # PL I, Phần V, A.I.2.đ


@pytest.mark.parametrize(
    ("procedure", "paper"),
    [
        ("register_transfer", "contract"),
        ("register_gift", "contract"),
        ("register_inheritance", "estate_division"),
        ("register_spouse_agreement", "spouse_agreement"),
        ("register_dispute_outcome", "dispute_outcome_document"),
        ("register_neighbour_rights", "neighbour_right_paper"),
    ],
)
def test_people_choose_how_to_file_a_paper_but_the_book_is_filed_itself(
    procedure, paper
):
    filed = {line.id: set(line.copy_) for line in papers_of(procedure)}

    assert filed[paper] == FILED
    assert filed["certificate"] == {"original"}  # A.I.2.e


def papers_of(procedure):
    return BASELINE.procedure(procedure).papers_in


def test_a_bank_that_sells_needs_nobody_s_consent():
    # NĐ 101/2024 Đ19.2.h as NĐ 226/2025 Đ7.3.b completed it
    papers = {line.id for line in papers_of("register_mortgage_enforcement")}
    conditions = {
        name
        for need in BASELINE.procedure("register_mortgage_enforcement").requires
        for name in need.alternatives
    }

    assert "mortgage_handling_document" in papers
    assert not conditions & {"mortgagee.consented", "mortgage.cleared"}


def test_the_article_on_farm_land_terms_is_shown_as_ended():
    # NĐ 49/2026 Đ16.3.c ended NĐ 102/2024 Đ65 on 31/01/2026
    basis = BASELINE.procedure("confirm_farm_land_term").basis
    figure = BASELINE.parameter("land.days.farm_term").at(date(2026, 11, 23))

    assert ("nd49-2026", "Đ15.1, Đ16.3.c") in {(x.instrument, x.at) for x in basis}
    assert figure.status is Status.UNVERIFIED
    assert "31/01/2026" in (figure.source.note or "")


@pytest.mark.parametrize(("both_sign", "told_so"), [(True, False), (False, True)])
def test_a_letter_of_mandate_is_for_handing_in_and_taking_papers(both_sign, told_so):
    raw = {
        "province": "66",
        "commune": "24133",
        "on": "2026-11-23",
        "goal": "give_mandate",
        "parties": [{"id": "ai", "role": "applicant"}],
        "relationships": [],
        "answers": {"deed.at_commune": True, "mandate.is_contract": both_sign},
    }
    situation = told(raw)
    made = plan(situation, edition_of(situation), load_calendar())
    warned = {warning.id for warning in made.warnings}

    assert ("letter_of_mandate" in warned) is told_so
    fees = {x.amount for x in lines(raw, "certification_fee")}
    assert fees == {50_000 if both_sign else 10_000}  # TT 226/2016 Đ4


@pytest.mark.parametrize(
    ("goal", "warning", "at"),
    [
        ("sell", "land_of_minority_policy", "Đ45.3.c, Đ48"),
        ("give", "land_of_minority_policy", "Đ45.3.c, Đ48"),
        ("swap_farm_land", "swap_in_one_province", "Đ45.3.b, Đ47"),
    ],
)
def test_what_the_land_law_forbids_some_owners_is_told_before_they_sign(
    goal, warning, at
):
    situation = told(a_matter(goal, kin="none", swap__agreed=True))
    made = plan(situation, edition_of(situation), load_calendar())
    (found,) = [each for each in made.warnings if each.id == warning]

    assert [source.at for source in found.basis] == [at]


def test_land_whose_term_is_written_is_looked_at_before_a_sale():
    warned = []
    for term in ("15/10/2043", "Lâu dài"):
        situation = told(a_matter("sell", kin="none", land__term=term))
        made = plan(situation, edition_of(situation), load_calendar())
        warned.append("term_may_be_over" in {each.id for each in made.warnings})

    assert warned == [True, False]
