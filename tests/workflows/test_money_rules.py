"""Taxes and fees: the known cases, the edges, and what must always be so."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.matters import (
    UNHURRIED,
    a_matter,
    costs,
    edition_of,
    graph_of,
    line,
    lines,
    sample,
    told,
)
from workflows.liabilities import estimate_of
from workflows.rules.money import to_dong

PIT = "personal_income_tax"
FEE = "registration_fee"


def a_sale(price=1_000_000_000, kin="none", **more):
    return a_matter("sell", ("seller",), ("buyer",), kin, contract__price=price, **more)


# --- kinship ------------------------------------------------------------------------


def test_parents_who_give_to_their_birth_child_owe_the_notary_alone():
    estimate = costs(a_matter(givers=("father", "mother")))

    known = {
        x.kind: (x.amount, x.status) for x in estimate.lines if x.amount is not None
    }
    assert known == {
        PIT: (0, "exempt"),
        FEE: (0, "exempt"),
        "notary_fee": (1_000_000, "computed"),
    }
    assert estimate.total == 1_000_000


def test_a_father_who_sells_to_his_son_is_free_of_tax_but_the_fee_is_due():
    estimate = costs(sample("sale-father-to-son"))

    amounts = {(x.kind, x.payer): x.amount for x in estimate.lines}
    assert amounts[PIT, "father"] == 0
    assert amounts[FEE, "son"] == 6_000_000


@pytest.mark.parametrize("kin", ["step_parent_child", "uncle_aunt_nephew", "cousin"])
def test_kin_outside_the_law_s_list_are_not_exempt(kin):
    raw = a_matter(kin=kin)

    assert line(raw, PIT).amount == 98_000_000
    assert line(raw, FEE).amount == 5_000_000


@pytest.mark.parametrize(
    "kin",
    [
        "spouse",
        "birth_parent_child",
        "adoptive_parent_child",
        "parents_in_law_daughter_in_law",
        "parents_in_law_son_in_law",
        "paternal_grandparent_grandchild",
        "maternal_grandparent_grandchild",
        "sibling",
    ],
)
def test_each_kinship_of_the_list_exempts_a_gift(kin):
    raw = a_matter(kin=kin)

    assert (line(raw, PIT).status, line(raw, FEE).status) == ("exempt", "exempt")


def test_only_the_stranger_s_half_of_a_gift_is_taxed():
    raw = a_matter(
        givers=("father", "stranger"),
        kin={"father": "birth_parent_child", "stranger": "none"},
    )

    assert line(raw, PIT).base == 480_000_000
    assert line(raw, PIT).amount == 48_000_000
    assert line(raw, FEE).amount == 2_500_000


def test_an_unknown_kinship_leaves_the_tax_open_and_names_the_two():
    raw = a_matter(givers=("father", "mother"))
    del raw["relationships"][1]

    tax = line(raw, PIT)

    assert (tax.amount, tax.status) == (None, "unknown")
    assert tax.needs == ("relationship[mother,hoa]",)
    assert "mother" in tax.reason
    assert costs(raw).partial


def test_an_unknown_kinship_does_not_matter_below_the_threshold():
    raw = a_matter(land__area_m2="2", land__table_price=10_000_000)
    del raw["relationships"]

    assert line(raw, PIT).amount == 0


def test_people_told_to_be_unrelated_by_an_empty_list_are_taxed():
    assert line(a_sale() | {"relationships": []}, PIT).amount == 20_000_000


# --- gift ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "tax"),
    [
        (20_000_000, 0),
        (20_000_001, 0),
        (20_000_004, 0),
        (20_000_005, 1),
        (20_000_010, 1),
        (21_000_000, 100_000),
    ],
)
def test_a_gift_is_taxed_above_the_threshold_and_rounded_half_up(value, tax):
    raw = a_matter(kin="none", land__area_m2="1", land__table_price=value)

    assert line(raw, PIT).amount == tax


def test_the_threshold_counts_once_for_a_receiver_however_many_give():
    raw = a_matter(givers=("a", "b"), kin="none", land__area_m2="10")

    assert line(raw, PIT).amount == 3_000_000


def test_every_receiver_has_his_own_threshold():
    raw = a_matter(takers=("an", "binh"), kin="none", land__area_m2="10")

    assert [x.amount for x in lines(raw, PIT)] == [500_000, 500_000]


def test_the_day_of_registration_decides_a_gift_not_that_of_the_contract():
    raw = a_matter(kin="none", contract__date="2026-06-30")

    assert line(raw, PIT).amount == 98_000_000


def test_the_coefficient_counts_for_income_tax_and_not_for_the_fee():
    raw = a_matter(kin="none", land__price_coefficient="1.5")

    assert line(raw, PIT).base == 1_480_000_000
    assert line(raw, FEE).base == 1_000_000_000


def test_a_coefficient_that_is_not_known_leaves_only_the_income_tax_open():
    raw = a_matter(kin="none", land__price_coefficient=None)

    assert line(raw, PIT).needs == ("land.price_coefficient",)
    assert line(raw, FEE).amount == 5_000_000


def test_a_part_of_a_parcel_counts_with_its_own_area():
    raw = sample("gift-part")

    assert line(raw, "notary_fee").base == 400_000_000


# --- sale ---------------------------------------------------------------------------


def test_the_price_counts_when_it_is_above_the_state_s_price():
    raw = a_sale(1_500_000_000)

    assert (line(raw, PIT).amount, line(raw, FEE).amount) == (30_000_000, 7_500_000)


def test_the_state_s_price_counts_when_the_contract_is_below_it():
    raw = a_sale(100_000_000, land__price_coefficient="1.2", house__value=50_000_000)

    assert line(raw, PIT).base == 1_250_000_000
    assert "giá Nhà nước" in line(raw, PIT).reason
    assert line(raw, FEE).base == 1_050_000_000
    assert line(raw, "notary_fee").base == 1_050_000_000


def test_a_sale_without_a_price_is_open_and_says_so():
    raw = a_matter("sell", kin="none")

    assert [x.needs for x in lines(raw, PIT)] == [("contract.price",)]
    assert "Giá bán" in line(raw, PIT).reason


def test_each_transferor_owes_by_his_share():
    raw = a_matter(
        "sell",
        ("a", "b"),
        kin="none",
        shares={"a": "1/4", "b": "3/4"},
        contract__price=1_000_000_000,
    )

    assert [(x.payer, x.amount) for x in lines(raw, PIT)] == [
        ("a", 5_000_000),
        ("b", 15_000_000),
    ]


def test_a_buyer_who_pays_the_tax_is_the_payer_and_the_seller_stays_the_taxpayer():
    tax = line(a_sale(taxes_paid_by="receiver"), PIT)

    assert (tax.payer, tax.taxpayer, tax.amount) == ("buyer", "seller", 20_000_000)


def test_the_contract_s_day_decides_unless_the_buyer_pays_the_tax():
    early = {"contract__date": "2026-06-30"}

    assert line(a_sale(**early), PIT).amount is None
    assert "30/6/2026" in line(a_sale(**early), PIT).reason
    assert line(a_sale(taxes_paid_by="receiver", **early), PIT).amount == 20_000_000


# --- the only home ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "amount"),
    [("2026-05-24", 0), ("2026-05-25", 20_000_000), ("2010-01-01", 0)],
)
def test_the_only_home_is_free_from_the_183rd_day_on(first, amount):
    raw = a_sale(transferor__only_home=True, transferor__first_certificate_date=first)

    assert line(raw, PIT).amount == amount


@pytest.mark.parametrize(
    "change",
    [
        {"transfer__whole": False},
        {"transferor__only_home": False},
        {"property__kind": "land", "land__purpose": "CLN"},
    ],
)
def test_the_only_home_must_be_a_home_sold_whole(change):
    claim = {
        "transferor__only_home": True,
        "transferor__first_certificate_date": "2010-01-01",
    }

    assert line(a_sale(**claim | change), PIT).amount == 20_000_000


def test_a_claim_of_the_only_home_without_its_day_stays_open():
    tax = line(a_sale(transferor__only_home=True), PIT)

    assert tax.needs == ("transferor.first_certificate_date",)


def test_silence_about_the_only_home_is_taxed_and_said():
    tax = line(a_sale(), PIT)

    assert tax.amount == 20_000_000
    assert tax.assumed == ("transferor.only_home",)
    assert "duy nhất" in tax.reason


def test_of_two_sellers_only_the_one_without_another_home_is_free():
    raw = a_matter(
        "sell",
        ("a", "b"),
        kin="none",
        contract__price=1_000_000_000,
        transferor__first_certificate_date="2010-01-01",
    )
    raw["parties"][0]["only_home"] = True
    raw["parties"][1]["only_home"] = False

    assert [x.amount for x in lines(raw, PIT)] == [0, 10_000_000]


# --- registration fee ---------------------------------------------------------------


@pytest.mark.parametrize("area_class", ["I", "II", "III"])
def test_a_home_in_a_commune_of_hard_conditions_is_free_of_the_fee(area_class):
    fee = line(a_sale(commune__area_class=area_class), FEE)

    assert (fee.amount, fee.status) == (0, "exempt")
    assert ("nd175-2025", "verified") in {(b.instrument, b.status) for b in fee.basis}


def test_a_class_that_is_not_known_is_said_on_the_line():
    fee = line(a_sale(household__poor=False), FEE)

    assert fee.amount == 5_000_000
    assert fee.assumed == ("commune.area_class",)
    assert "khu vực" in fee.reason


def test_a_poor_household_s_home_is_free_and_its_farm_land_is_not():
    home = a_sale(household__poor=True)
    farm = a_sale(household__poor=True, property__kind="land", land__purpose="CLN")
    unsure = a_sale(household__poor=True, property__kind="land")

    assert line(home, FEE).status == "exempt"
    assert line(farm, FEE).amount == 5_000_000
    assert line(unsure, FEE).needs == ("land.purpose",)


def test_the_fee_of_one_asset_has_a_cap_that_is_not_verified():
    fee = line(a_sale(200_000_000_000), FEE)

    assert fee.amount == 500_000_000
    assert "unverified" in {place.status for place in fee.basis}


def test_receivers_share_the_capped_fee():
    raw = a_matter(
        "sell",
        takers=("an", "binh"),
        kin="none",
        contract__price=200_000_000_000,
    )

    assert [x.amount for x in lines(raw, FEE)] == [250_000_000, 250_000_000]


# --- deed ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "fee"),
    [
        (49_999_999, 50_000),
        (50_000_000, 100_000),
        (100_000_000, 100_000),
        (100_000_001, 100_000),
        (1_000_000_000, 1_000_000),
        (3_000_000_000, 2_200_000),
        (5_000_000_000, 3_200_000),
        (10_000_000_000, 5_200_000),
        (100_000_000_000, 32_200_000),
        (289_000_000_000, 70_000_000),
        (900_000_000_000, 70_000_000),
    ],
)
def test_the_notary_s_tariff_at_each_of_its_steps(price, fee):
    raw = a_sale(price, land__table_price=1)

    assert line(raw, "notary_fee").amount == fee


def test_the_commune_certifies_for_one_amount_instead_of_the_tariff():
    raw = a_matter(certification__by="commune")

    assert line(raw, "certification_fee").amount == 50_000
    assert lines(raw, "notary_fee") == ()


# --- late, unknown, office fees -----------------------------------------------------


def test_every_day_of_delay_costs_the_rate_on_what_the_payer_owes():
    raw = a_sale(obligation__days_late=10)

    assert line(raw, "late_interest", "seller").amount == 60_000
    assert line(raw, "late_interest", "buyer").amount == 15_000


def test_nobody_is_late_with_nothing():
    assert lines(a_matter(obligation__days_late=10), "late_interest") == ()


def test_fees_that_the_province_has_not_published_say_whom_to_ask():
    fees = [line(a_matter(), kind) for kind in ("appraisal_fee", "certificate_fee")]

    assert all(fee.amount is None and "Một cửa" in fee.reason for fee in fees)
    assert [fee.payer for fee in fees] == ["hoa", "hoa"]


def test_a_lost_certificate_adds_the_fees_of_a_new_one():
    payers = {
        x.payer for x in lines(sample("gift-lost-certificate"), "certificate_fee")
    }

    assert payers == {"transferor", "hoa"}


def test_a_goal_that_passes_no_right_owes_no_tax_and_says_that_no_fee_is_due():
    raw = a_matter() | {"goal": "replace_lost_certificate"}

    assert {x.kind for x in costs(raw).lines} <= {
        "appraisal_fee",
        "certificate_fee",
        FEE,
    }
    assert line(raw, FEE).status == "exempt"
    assert ("nd10-2022", "Đ10.16.d") in {
        (b.instrument, b.at) for b in line(raw, FEE).basis
    }


def test_the_json_of_a_line_has_the_agreed_keys():
    answer = costs(a_matter(givers=("father", "mother"))).to_json()

    tax = answer["lines"][0]
    assert answer["total"] == 1_000_000
    assert answer["partial"] is True
    assert answer["total_by_payer"] == {"hoa": 0, "parties": 1_000_000}
    assert {"kind", "payer", "base", "rate", "amount", "status", "reason"} < tax.keys()
    assert tax["rate"] == "0.1"
    assert tax["basis"][0] == {
        "instrument": "nd253-2026",
        "at": "Đ18.1",
        "status": "verified",
    }


def test_every_place_that_a_line_rests_on_is_a_known_instrument():
    known = edition_of(told(a_matter())).instruments
    estimates = [
        costs(a_sale()),
        costs(a_matter()),
        costs(a_sale(commune__area_class="I")),
    ]

    cited = {b.instrument for e in estimates for x in e.lines for b in x.basis}
    assert cited <= known.keys()


def test_half_a_dong_is_rounded_up():
    halves = [Fraction(1, 2), Fraction(3, 2), Fraction(49, 100)]

    assert [to_dong(amount) for amount in halves] == [1, 2, 0]


# --- deals of goals whose procedures a package may not hold ---------------------------


def as_goal(goal, roles, **more):
    raw = a_matter(**more)
    for party in raw["parties"]:
        party["role"] = roles[party["role"]]
    estimate = estimate_of(graph_of(raw).what_if({"goal": goal}), edition_of(told(raw)))
    return {(x.kind, x.payer): x for x in estimate.lines}


@pytest.mark.parametrize(
    ("kin", "tax", "fee"),
    [("birth_parent_child", 0, 0), ("uncle_aunt_nephew", 98_000_000, 5_000_000)],
)
def test_an_heir_owes_what_a_receiver_of_a_gift_owes(kin, tax, fee):
    roles = {"transferor": "deceased", "receiver": "heir"}

    found = as_goal("inherit", roles, kin=kin)

    assert found[PIT, "hoa"].amount == tax
    assert found[FEE, "hoa"].amount == fee
    assert found["notary_fee", "parties"].amount == 1_000_000


def test_a_swap_of_farm_land_is_free_and_notarised_only_on_request():
    same = {"transferor": "transferor", "receiver": "receiver"}

    asked = as_goal("swap_farm_land", same, kin="none", certification__by="notary")
    silent = as_goal("swap_farm_land", same, kin="none")

    assert {x.status for (kind, _), x in asked.items() if kind in {PIT, FEE}} == {
        "exempt"
    }
    assert asked["notary_fee", "parties"].amount == 40_000
    assert ("notary_fee", "parties") not in silent


# --- change of purpose ---------------------------------------------------------------


def a_change(**facts):
    """500 m² from 1 to 3 million đồng a square metre, limit 200 m²."""
    given = {
        "goal": "change_land_use_purpose",
        "purpose.target": "ODT",
        "purpose.area_m2": Decimal(500),
        "purpose.table_price": 3_000_000,
        "land.table_price": 1_000_000,
        "land.residential_limit_m2": Decimal(200),
    } | {key.replace("__", "."): value for key, value in facts.items()}
    raw = a_matter()
    estimate = estimate_of(graph_of(raw).what_if(given), edition_of(told(raw)))
    return {x.kind: x for x in estimate.lines}


def test_farm_land_that_becomes_residential_owes_the_whole_difference():
    levy = a_change()["land_use_levy"]

    assert (levy.amount, levy.assumed) == (1_000_000_000, ("purpose.relief",))


def test_the_one_off_relief_takes_thirty_fifty_and_a_hundred_percent():
    levy = a_change(purpose__relief=True)["land_use_levy"]

    # 2 million × (200 m² × 30 % + 200 m² × 50 % + 100 m²)
    assert (levy.base, levy.amount) == (1_000_000_000, 520_000_000)


def test_the_relief_cannot_be_reckoned_without_the_limit():
    levy = a_change(purpose__relief=True, land__residential_limit_m2=None)

    assert levy["land_use_levy"].needs == ("land.residential_limit_m2",)


def test_land_that_becomes_residential_owes_the_fee_on_its_new_price():
    assert a_change()["registration_fee"].amount == 7_500_000
    assert a_change(household__poor=True)["registration_fee"].status == "exempt"


def test_another_crop_owes_no_levy_and_so_no_fee():
    lines = a_change(purpose__target="CLN")

    assert (lines["land_use_levy"].amount, lines[FEE].amount) == (0, 0)
    assert "không phải nộp tiền sử dụng đất" in lines[FEE].reason


@pytest.mark.parametrize("target", ["TMD", "SKC", "CNT"])
def test_a_levy_that_nobody_can_reckon_names_the_office_to_ask(target):
    levy = a_change(purpose__target=target)["land_use_levy"]

    assert (levy.amount, levy.needs) == (None, ())
    assert "Hỏi cơ quan thuế" in levy.reason


def test_a_change_without_a_new_use_is_open_and_asks_for_it():
    lines = a_change(purpose__target=None)

    assert lines["land_use_levy"].needs == ("purpose.target",)
    assert lines[FEE].needs == ("purpose.target",)


@UNHURRIED
@given(st.integers(0, 2000), st.integers(1, 500), st.integers(0, 10**8))
def test_the_relief_never_makes_the_levy_higher(area, limit, price):
    told_of = {
        "purpose__area_m2": Decimal(area),
        "purpose__table_price": price,
        "land__residential_limit_m2": Decimal(limit),
    }

    with_relief, without = (
        a_change(purpose__relief=claimed, **told_of)["land_use_levy"].amount
        for claimed in (True, False)
    )
    assert 0 <= with_relief <= without


# --- always -------------------------------------------------------------------------

PRICES = st.integers(min_value=0, max_value=10**12)
AREAS = st.decimals(min_value="0.01", max_value="10000", places=2).map(str)
KIN = st.sampled_from(["none", "birth_parent_child", "step_parent_child", "spouse"])
SHARES = st.sampled_from([("1/2", "1/2"), ("1/3", "2/3"), ("1/7", "6/7")])


@st.composite
def matters(draw):
    names = ("father", "mother")
    return a_matter(
        draw(st.sampled_from(["sell", "give"])),
        names,
        draw(st.sampled_from([("hoa",), ("hoa", "nam")])),
        {name: draw(KIN) for name in names},
        dict(zip(names, draw(SHARES), strict=True)),
        contract__price=draw(PRICES | st.none()),
        land__area_m2=draw(AREAS),
        land__table_price=draw(PRICES | st.none()),
        land__price_coefficient=draw(st.sampled_from(["0.9", "1", "1.35", None])),
        house__value=draw(PRICES | st.none()),
        transferor__only_home=draw(st.booleans() | st.none()),
        commune__area_class=draw(st.sampled_from(["I", "none", None])),
        certification__by=draw(st.sampled_from(["notary", "commune", None])),
        taxes_paid_by=draw(st.sampled_from(["transferor", "receiver", None])),
        obligation__days_late=draw(st.sampled_from([0, 1, 45, None])),
    )


@UNHURRIED
@given(matters())
def test_totals_are_sums_and_nothing_is_negative(raw):
    estimate = costs(raw)

    assert estimate.total == sum(x.amount or 0 for x in estimate.lines)
    assert sum(estimate.total_by_payer.values()) == estimate.total
    assert all(x.amount is None or x.amount >= 0 for x in estimate.lines)
    assert estimate.partial == any(x.amount is None for x in estimate.lines)


@UNHURRIED
@given(matters())
def test_a_line_is_computed_exempt_or_open_and_always_says_why(raw):
    for x in costs(raw).lines:
        assert (x.amount is None) == (x.status == "unknown")
        assert x.status != "exempt" or x.amount == 0
        assert x.reason
        assert x.basis


@UNHURRIED
@given(matters(), st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(raw, random):
    shuffled = raw | {
        "parties": random.sample(raw["parties"], len(raw["parties"])),
        "relationships": [
            r | {"between": r["between"][::-1]}
            for r in random.sample(raw["relationships"], len(raw["relationships"]))
        ],
    }

    assert costs(shuffled) == costs(raw)


@UNHURRIED
@given(matters(), PRICES, PRICES)
def test_nobody_pays_less_for_a_higher_price(raw, one, other):
    graph = graph_of(raw)
    edition = edition_of(told(raw))
    for key in ("contract.price", "land.table_price"):
        low, high = (
            estimate_of(graph.what_if({key: price}), edition)
            for price in sorted((one, other))
        )
        before = {(x.kind, x.payer, x.taxpayer): x.amount for x in low.lines}
        after = {(x.kind, x.payer, x.taxpayer): x.amount for x in high.lines}
        for payment, amount in after.items():
            if amount is not None:
                assert (before.get(payment) or 0) <= amount


CHANGES = {
    "contract.price": 7_000_000_000,
    "land.table_price": 123_456,
    "land.price_coefficient": None,
    "household.poor": True,
    "commune.area_class": "III",
    "certification.by": "commune",
    "taxes_paid_by": "receiver",
    "transfer.whole": False,
    "goal": "give",
    "party[father].only_home": True,
}


@UNHURRIED
@given(matters(), st.sampled_from(sorted(CHANGES)))
def test_what_if_changes_only_what_it_says_it_affects(raw, key):
    graph = graph_of(raw)
    changed = graph.what_if({key: CHANGES[key]})

    everything = graph.derivable() | graph.facts.keys()
    differing = {f for f in everything if graph.value(f) != changed.value(f)}

    assert differing <= graph.affects(key) | {key, "parties"}
