"""Facts that only planning asks for: what a split is for, and the term of farm land."""

from __future__ import annotations

from workflows.definition import Mark
from workflows.rules.law import DatedLaw
from workflows.rules.registry import Place, rule

ND49_TERM = Place("nd49-2026", "Đ20.1", Mark.SEEN)


@rule("split.same_owner")
def split_keeps_owner(*, goal__passes_right: bool | None) -> bool | None:
    """Return whether the new parcels stay with the owner of the old one."""
    return None if goal__passes_right is None else not goal__passes_right


@rule("transfer.whole")
def nothing_passes_in_part(*, goal__passes_right: bool | None) -> bool | None:
    """Return True for a goal that passes no right, so that no part is split off."""
    return True if goal__passes_right is False else None


@rule("land.is_agricultural")
def is_agricultural(land__purpose: str | None, law: DatedLaw) -> bool | None:
    """Return whether the land is farm land, by the group of its land-type code."""
    item = law.items("land_purposes").get(land__purpose or "")
    return None if item is None else item.data.get("group") == "agricultural"


@rule("land.term_has_end", basis=(ND49_TERM,))
def term_has_end(land__term: str | None, law: DatedLaw) -> bool:
    """Return whether a term with an end was told; a blank or lasting one has none."""
    written = (land__term or "").strip().casefold()
    lasting = {i.label.clerk.casefold() for i in law.items("unbounded_terms").values()}
    return written not in lasting | {""}


@rule("exchange.reason")
def exchange_reason(goal: str | None, law: DatedLaw) -> str | None:
    """Return the reason of an exchange that the goal itself says, by the list."""
    rows = law.items("exchange_reasons").items()
    return next((key for key, row in rows if row.data.get("for_goal") == goal), None)


@rule("exchange.measured")
def exchange_measured(exchange__reason: str | None, law: DatedLaw) -> bool | None:
    """Return whether the parcel was surveyed anew, its boundary unchanged."""
    return _of_reason(exchange__reason, law, "measured")


@rule("exchange.field_check")
def exchange_field_check(exchange__reason: str | None, law: DatedLaw) -> bool | None:
    """Return whether the place of the parcel is looked at in the field."""
    return _of_reason(exchange__reason, law, "field_check")


@rule("exchange.adds_spouse")
def exchange_adds_spouse(exchange__reason: str | None, law: DatedLaw) -> bool | None:
    """Return whether the new certificate names husband and wife."""
    return _of_reason(exchange__reason, law, "adds_spouse")


@rule("exchange.lists_members")
def exchange_lists_members(exchange__reason: str | None, law: DatedLaw) -> bool | None:
    """Return whether the new certificate names the members of the household."""
    return _of_reason(exchange__reason, law, "lists_members")


def _of_reason(reason: str | None, law: DatedLaw, attribute: str) -> bool | None:
    row = law.items("exchange_reasons").get(reason or "")
    return None if row is None else row.data.get(attribute) is True
