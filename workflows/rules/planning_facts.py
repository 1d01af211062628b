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
