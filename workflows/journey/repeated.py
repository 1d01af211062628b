"""A draft in which what is done for each resulting parcel stands once for each.

Who takes which parcel is known before anything starts, so the chain is made for one
parcel and then drawn out: a step of a parcel waits for the step of the same parcel, or
for the one step that serves all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from workflows.journey.chain import GOAL, Draft, Link, Way
from workflows.parcels import Parcel

FOR_EACH = "resulting_parcel"


def repeated(draft: Draft, parcels: Sequence[Parcel]) -> Draft:
    """Return the draft with its steps for each parcel; as it is when there is none.

    The steps of a single parcel keep their names; of several they are called
    ``register_gift[<parcel>]``.
    """
    if not parcels:
        return draft
    copies = {name: _copies(way, parcels) for name, way in draft.ways.items()}
    links = tuple(each for link in draft.links for each in _links(link, copies))
    before = frozenset(
        (a.id, b.id)
        for first, then in draft.before
        for a, b in product(copies.get(first, ()), copies.get(then, ()))
        if _fit(a, b)
    )
    ways = {way.id: way for same in copies.values() for way in same}
    return Draft(ways, links, before)


def _copies(way: Way, parcels: Sequence[Parcel]) -> tuple[Way, ...]:
    if way.procedure.for_each != FOR_EACH:
        return (way,)
    return tuple(
        replace(way, parcel=parcel, alone=len(parcels) == 1) for parcel in parcels
    )


def _links(link: Link, copies: Mapping[str, tuple[Way, ...]]) -> list[Link]:
    needers = copies.get(link.needed_by, ())
    makers = copies.get(link.met_by or "", ())
    if link.needed_by == GOAL:
        return [replace(link, met_by=maker.id) for maker in makers] or [link]
    if not makers:
        return [replace(link, needed_by=needer.id) for needer in needers]
    return [
        replace(link, needed_by=needer.id, met_by=maker.id)
        for needer, maker in product(needers, makers)
        if _fit(needer, maker)
    ]


def _fit(one: Way, other: Way) -> bool:
    """Return whether the two have to do with each other: not of two parcels."""
    return one.parcel is None or other.parcel is None or one.parcel == other.parcel
