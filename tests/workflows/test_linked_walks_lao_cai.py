"""Walks of the procedures that Lào Cai has in another shape than Đắk Lắk."""

from __future__ import annotations

import pytest

from tests.workflows.walking import (
    WALKS,
    charts_of,
    edition_of,
    never_taken,
    shape_of,
    started_by_people,
    walked,
)
from workflows.statechart import Chart


def of_another_shape() -> list[str]:
    here, there = edition_of("15"), edition_of("66")
    return [
        name
        for name in started_by_people("15")
        if name not in there["procedures"]
        or shape_of(here, name) != shape_of(there, name)
    ]


@pytest.fixture(scope="module")
def charts() -> dict[str, Chart]:
    return charts_of(edition_of("15"))


@pytest.mark.parametrize("procedure", of_another_shape())
def test_every_walk_ends_without_a_fault_and_every_arrow_is_taken(
    charts, procedure
) -> None:
    walks = walked(edition_of("15"), charts, procedure, WALKS)

    assert len({walk.outcome for walk in walks}) > 1
    assert never_taken(walks, charts[procedure]) == []
