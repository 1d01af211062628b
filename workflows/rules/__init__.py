"""Derived facts: small pure rules, each registered with its legal reference."""

from __future__ import annotations

from workflows.rules import (
    change_of_purpose,
    deal,
    deed_fee,
    exemptions,
    fee_of_owner,
    income_tax,
    land_use,
    late_interest,
    planning_facts,
    property_value,
    registration_fee,
    situation_facts,
)
from workflows.rules.registry import RULES

MODULES = (
    situation_facts,
    property_value,
    deal,
    exemptions,
    income_tax,
    registration_fee,
    deed_fee,
    change_of_purpose,
    fee_of_owner,
    late_interest,
    planning_facts,
    land_use,
)

__all__ = ["MODULES", "RULES"]
