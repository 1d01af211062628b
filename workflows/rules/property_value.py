"""What the property is worth by the State's prices; exact, in đồng, before rounding."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from workflows.definition import Mark
from workflows.rules.law import DatedLaw
from workflows.rules.registry import Place, rule
from workflows.rules.vocabulary import PropertyKind

LAND_FLOOR = Place("nd253-2026", "Đ57.2", Mark.SEEN)
GIFT_VALUE = Place("nd253-2026", "Đ61.4.c", Mark.SEEN)
HOUSE_FLOOR = Place("nd253-2026", "Đ57.3.b", Mark.SEEN)
FEE_LAND = Place("nd10-2022", "Đ7.1.a", Mark.QUOTED)
FEE_HOUSE = Place("nd10-2022", "Đ7.1.b", Mark.QUOTED)


@rule("value.area")
def area(
    *,
    land__area_m2: Decimal | None,
    transfer__whole: bool | None,
    transfer__area_m2: Decimal | None,
) -> Decimal | None:
    """Return the area that passes, in m²: the part, when only a part is given away."""
    if transfer__whole is False and transfer__area_m2 is not None:
        return transfer__area_m2
    return land__area_m2


@rule("value.land_table", basis=(FEE_LAND,))
def land_by_table(
    *,
    property__has_land: bool | None,
    value__area: Decimal | None,
    land__table_price: int | None,
) -> Fraction | None:
    """Return area times the price of the table, without coefficient.

    The registration fee and the notary's base know the table alone (NĐ 10/2022
    Đ7.1.a; NQ 254/2025 Đ5 puts the coefficient into levy, rent and compensation).
    """
    if property__has_land is False:
        return Fraction(0)
    if value__area is None or land__table_price is None:
        return None
    return Fraction(value__area) * land__table_price


@rule("value.land_floor", basis=(LAND_FLOOR, GIFT_VALUE))
def land_by_table_and_coefficient(
    *,
    property__has_land: bool | None,
    value__land_table: Fraction | None,
    land__price_coefficient: Decimal | None,
) -> Fraction | None:
    """Return area times table price times coefficient: the floor of income tax."""
    if property__has_land is False:
        return Fraction(0)
    if value__land_table is None or land__price_coefficient is None:
        return None
    return value__land_table * Fraction(land__price_coefficient)


@rule("value.house", basis=(HOUSE_FLOOR, FEE_HOUSE))
def house(
    *, property__has_house: bool | None, house__value: int | None
) -> Fraction | None:
    """Return the value of the house by the province's price for that fee."""
    if property__has_house is False:
        return Fraction(0)
    return None if house__value is None else Fraction(house__value)


@rule("value.table")
def by_table(
    value__land_table: Fraction | None, value__house: Fraction | None
) -> Fraction | None:
    """Return land and house by the State's prices, without coefficient."""
    return _sum(value__land_table, value__house)


@rule("value.floor")
def with_coefficient(
    value__land_floor: Fraction | None, value__house: Fraction | None
) -> Fraction | None:
    """Return land and house by the State's prices, with the land coefficient."""
    return _sum(value__land_floor, value__house)


def _sum(land: Fraction | None, house: Fraction | None) -> Fraction | None:
    return None if land is None or house is None else land + house


@rule("property.is_home")
def is_home(
    *,
    property__kind: str | None,
    land__purpose: str | None,
    land__residential_area_m2: Decimal | None,
    law: DatedLaw,
) -> bool | None:
    """Return whether a house or residential land passes; None when it is not known.

    Which land-type codes are residential stands in the list ``land_purposes``.
    """
    if property__kind in {PropertyKind.LAND_AND_HOUSE, PropertyKind.APARTMENT}:
        return True
    if land__residential_area_m2:
        return True
    if land__purpose is None:
        return None
    item = law.items("land_purposes").get(land__purpose)
    return None if item is None else item.data.get("group") == "residential"
