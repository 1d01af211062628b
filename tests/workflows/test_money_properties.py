"""What must hold of money for every price, area, share and kinship."""

from decimal import Decimal
from fractions import Fraction

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
    told,
)
from workflows.liabilities import estimate_of
from workflows.loader import load_calendar

PIT = "personal_income_tax"
FEE = "registration_fee"
LEVY = "land_use_levy"
PRICES = st.integers(min_value=0, max_value=10**11)
AREAS = st.integers(min_value=1, max_value=500_000).map(lambda n: Decimal(n) / 100)
EXEMPT_KIN = st.sampled_from(
    [
        "spouse",
        "birth_parent_child",
        "adoptive_parent_child",
        "parents_in_law_daughter_in_law",
        "parents_in_law_son_in_law",
        "paternal_grandparent_grandchild",
        "maternal_grandparent_grandchild",
        "sibling",
    ]
)
PARTS = st.lists(st.integers(1, 50), min_size=2, max_size=5)


def shares_of(parts):
    return {f"p{n}": str(Fraction(part, sum(parts))) for n, part in enumerate(parts)}


def levy_of(area, limit, *, relief=True, gain=2_000_000, **more):
    given = {
        "goal": "change_land_use_purpose",
        "purpose.target": "ONT",
        "purpose.area_m2": area,
        "purpose.table_price": 500_000 + gain,
        "land.table_price": 500_000,
        "land.residential_limit_m2": limit,
        "purpose.relief": relief,
    } | {key.replace("__", "."): value for key, value in more.items()}
    raw = a_matter()
    estimate = estimate_of(graph_of(raw).what_if(given), edition_of(told(raw)))
    (found,) = (x for x in estimate.lines if x.kind == LEVY)
    return found.amount


# --- the levy -------------------------------------------------------------------------


@UNHURRIED
@given(AREAS, AREAS, AREAS, st.booleans())
def test_a_larger_area_never_owes_less_levy(area, more, limit, relief):
    assert (
        0
        <= levy_of(area, limit, relief=relief)
        <= levy_of(area + more, limit, relief=relief)
    )


@UNHURRIED
@given(st.integers(1, 2), AREAS, st.sampled_from(["0.01", "0.02", "1"]))
def test_the_levy_does_not_jump_at_the_limits_of_its_tiers(times, limit, step):
    edge, gain = times * limit, 2_000_000
    before, at, after = (
        levy_of(max(Decimal(0), edge + move), limit, gain=gain)
        for move in (-Decimal(step), Decimal(0), Decimal(step))
    )

    # A square metre more costs at most its whole gain, on either side of the edge.
    most = gain * Decimal(step) + 1
    assert 0 <= at - before <= most
    assert 0 <= after - at <= most


@UNHURRIED
@given(AREAS, AREAS, PRICES)
def test_the_relief_takes_no_less_than_thirty_percent(area, limit, gain):
    with_relief = levy_of(area, limit, gain=gain)
    whole = levy_of(area, limit, gain=gain, relief=False)

    assert whole * 3 // 10 - 1 <= with_relief <= whole


@UNHURRIED
@given(AREAS, AREAS)
def test_a_relief_that_was_used_before_or_has_no_ground_owes_it_all(area, limit):
    whole = levy_of(area, limit, relief=False)

    assert levy_of(area, limit, purpose__relief_used=True) == whole
    assert levy_of(area, limit, purpose__relief_ground="none") == whole


@UNHURRIED
@given(AREAS, AREAS, st.sampled_from(["0.8", "1.3"]))
def test_the_coefficient_counts_only_for_land_outside_the_relief(area, limit, factor):
    inside, outside = (
        levy_of(
            area,
            limit,
            relief=False,
            purpose__relief_ground=ground,
            land__price_coefficient=Decimal(factor),
        )
        for ground in ("same_parcel", "none")
    )

    assert abs(outside - inside * Decimal(factor)) <= 1


# --- kin ------------------------------------------------------------------------------


@UNHURRIED
@given(EXEMPT_KIN, PRICES, AREAS, st.sampled_from(["give", "sell"]))
def test_exempt_kin_owe_no_income_tax_whatever_the_value(kin, price, area, goal):
    raw = a_matter(
        goal,
        kin=kin,
        contract__price=price if goal == "sell" else None,
        land__table_price=price,
        land__area_m2=str(area),
    )

    assert line(raw, PIT).amount == 0
    assert (line(raw, FEE).status == "exempt") == (goal == "give")


# --- shares ---------------------------------------------------------------------------


@UNHURRIED
@given(PARTS, PRICES)
def test_the_parts_of_the_sellers_make_the_whole_tax_but_for_rounding(parts, price):
    shares = shares_of(parts)
    raw = a_matter(
        "sell", tuple(shares), kin="none", shares=shares, contract__price=price
    )

    value = max(price, 1_000_000_000)  # the State's price of the sample land
    paid = sum(x.amount for x in lines(raw, PIT))
    assert abs(paid - Fraction(value, 50)) <= Fraction(len(parts), 2)


@UNHURRIED
@given(PARTS, PRICES)
def test_the_parts_of_the_buyers_make_the_whole_fee_but_for_rounding(parts, price):
    shares = shares_of(parts)
    raw = a_matter(
        "sell", takers=tuple(shares), kin="none", shares=shares, contract__price=price
    )

    value = max(price, 1_000_000_000)
    paid = sum(x.amount for x in lines(raw, FEE))
    whole = min(Fraction(value, 200), Fraction(500_000_000))
    assert abs(paid - whole) <= Fraction(len(parts), 2)


# --- the notary's tariff, and paying --------------------------------------------------


@UNHURRIED
@given(st.integers(100_000_000, 400_000_000_000), st.integers(1, 10**9))
def test_the_tariff_rises_without_a_jump_above_its_fixed_steps(value, more):
    low, high = (
        line(
            a_matter("sell", kin="none", contract__price=price, land__table_price=1),
            "notary_fee",
        ).amount
        for price in (value, value + more)
    )

    assert 0 <= high - low <= more // 1000 + 1


@UNHURRIED
@given(st.integers(1, 10**12), st.booleans())
def test_the_instalments_of_a_line_add_up_to_it(gain, relief):
    given = {
        "goal": "change_land_use_purpose",
        "purpose.target": "ODT",
        "purpose.area_m2": Decimal(1),
        "purpose.table_price": gain,
        "land.table_price": 0,
        "land.residential_limit_m2": Decimal(1),
        "purpose.relief": relief,
        "obligation.notice_date": told(a_matter()).on,
    }
    raw = a_matter()
    graph = graph_of(raw).what_if(given)
    estimate = estimate_of(graph, edition_of(told(raw)), load_calendar())

    for owed, parts in zip(estimate.lines, estimate.payments, strict=True):
        if parts:
            assert sum(part.amount or 0 for part in parts) == (owed.amount or 0)
            assert [p.due for p in parts] == sorted(p.due for p in parts)


@UNHURRIED
@given(st.sampled_from(sorted(edition_of(told(a_matter())).goals)))
def test_every_goal_has_an_estimate_that_says_why(goal):
    raw = a_matter()
    edition = edition_of(told(raw))
    estimate = estimate_of(graph_of(raw).what_if({"goal": goal}), edition)

    assert all(x.reason and x.basis for x in estimate.lines)
    assert {b.instrument for x in estimate.lines for b in x.basis} <= set(
        edition.instruments
    )


def test_a_gift_never_asks_for_the_price_of_a_sale():
    raw = a_matter(kin="none", land__table_price=None)

    for found in costs(raw).lines:
        assert "contract.price" not in found.needs
        assert "Giá bán" not in found.reason
