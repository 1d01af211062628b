"""Who may use which route: every cell of the matrix is walked."""

import pytest

from tests.access.matrix import rows
from tests.access.walking import OK, routes_of, word_for
from tests.access.world import ACTORS

ROWS = rows()
FAMILIES = sorted({row.family for row in ROWS})


def cells_of(world, row):
    """Yield thing, actor, address and expected word of each cell."""
    for thing, expected in row.expected.items():
        where = world.address(row.path, getattr(world, thing))
        for actor in ACTORS:
            yield thing, actor, where, expected[actor]


def test_every_route_stands_in_the_matrix_once_and_no_other(world):
    told = [row.route for row in ROWS]
    assert sorted(told) == sorted(set(told))
    assert set(told) == routes_of(world.client.app)


def test_what_is_named_in_an_address_is_walked_for_her_own_and_for_anothers(world):
    for row in ROWS:
        differs = world.address(row.path, world.own) != world.address(
            row.path, world.other
        )
        assert ("other" in row.expected) == differs, row.route


@pytest.mark.parametrize("family", FAMILIES)
def test_everybody_gets_what_the_matrix_says(world, kept, family, record_property):
    wrong, count = [], 0
    for row in ROWS:
        if row.family != family:
            continue
        for thing, actor, where, expected in cells_of(world, row):
            said = word_for(world.asks(actor, row.method, where))
            count += 1
            if said != expected:
                wrong.append(f"{row.route} {thing} {actor}: {said}, not {expected}")
            if row.method == "POST" and said == OK:
                kept.again()
    record_property("cells", count)
    print(f"{family}: {count} cells")  # noqa: T201  the count is part of the answer
    assert wrong == []


def test_the_matrix_holds_at_least_nine_actors_and_thousands_of_cells():
    assert len(ACTORS) >= 9
    cells = sum(len(each) for row in ROWS for each in row.expected.values())
    print(f"the matrix has {len(ROWS)} routes and {cells} cells")  # noqa: T201
    assert cells > 6000
