"""The words that several rules share: what a goal is as a deal, what kinds of property.

These are names of this program, not figures of the law.
"""

from __future__ import annotations

from enum import StrEnum


class Deal(StrEnum):
    """How a right passes from one person to another."""

    SALE = "sale"
    GIFT = "gift"
    INHERITANCE = "inheritance"
    FARM_LAND_SWAP = "farm_land_swap"


DEAL_OF_GOAL = {
    "sell": Deal.SALE,
    "give": Deal.GIFT,
    "inherit": Deal.INHERITANCE,
    "swap_farm_land": Deal.FARM_LAND_SWAP,
}
CHANGE_OF_PURPOSE = "change_land_use_purpose"
FIRST_CERTIFICATE = "first_certificate"
EXTENSION = "extend_land_use_term"
LOST_CERTIFICATE = "replace_lost_certificate"
DATA_REQUEST = "request_land_data"
MORTGAGE = "mortgage_land"
WITHOUT_PRICE = (Deal.GIFT, Deal.INHERITANCE)


class PropertyKind(StrEnum):
    """What passes: bare land, land with a house, or a flat."""

    LAND = "land"
    LAND_AND_HOUSE = "land_and_house"
    APARTMENT = "apartment"


class TaxesPaidBy(StrEnum):
    """Who has promised in the contract to pay the tax of the sale."""

    TRANSFEROR = "transferor"
    RECEIVER = "receiver"


class CertifiedBy(StrEnum):
    """Where the contract is made a deed."""

    NOTARY = "notary"
    COMMUNE = "commune"


class LandGroup(StrEnum):
    """Group of a land-type code, as the list ``land_purposes`` sorts them."""

    RESIDENTIAL = "residential"
    AGRICULTURAL = "agricultural"


class HowReckoned(StrEnum):
    """How the levy of a change of purpose is found."""

    DIFFERENCE = "difference"
    FREE = "free"
    ASK = "ask"


class ReliefGround(StrEnum):
    """Why land may become residential at a share of the difference, or that none is."""

    SAME_PARCEL = "same_parcel"
    SPLIT_OFF = "split_off"
    SURVEYED_APART = "surveyed_apart"
    NONE = "none"


class FeeCase(StrEnum):
    """A case of exemption that people claim in their own words."""

    DIVORCE = "divorce"
    HOUSEHOLD_SPLIT = "household_split"
    SPOUSES_MERGE = "spouses_merge"
    AREA_INCREASE = "area_increase"
    COMPENSATION = "compensation"
    CHARITY_HOUSE = "charity_house"
    FARM_LAND_ALLOCATED = "farm_land_allocated"
    FARM_LAND_RECLAIMED = "farm_land_reclaimed"
    YEARLY_RENT = "yearly_rent"


class AreaClass(StrEnum):
    """Class of a commune of the ethnic-minority and mountain area, or none."""

    I = "I"  # noqa: E741  the law numbers the classes I, II, III
    II = "II"
    III = "III"
    NONE = "none"
