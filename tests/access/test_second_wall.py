"""What the second wall is for: it stands behind the first on PostgreSQL."""

import pytest

from service.auth import policies
from service.web import dependencies
from service.web.doors import DOORS
from tests.access.matrix import rows
from tests.access.walking import OK, routes_of, word_for
from tests.access.walled import Walled
from tests.access.world import OTHERS
from tests.factories import PROVINCE

ROWS = rows()
# Staff work with the people of a province: the policies alone tell them apart.
OF_STAFF = ("/can-bo", "/quan-tri", "/tai-khoan-cua-toi")
PAPERS = ("/giay/", "/can-bo/giay/")
# Of all others what can be another's is asked for.
THEIRS = [
    row
    for row in ROWS
    if "other" in row.expected
    and (row.path.startswith(PAPERS) or not row.path.startswith(OF_STAFF))
]
# All that is known of her.
PAGE = "/ho-so/{code}/quyen/thong-tin.json"
# What ends what others need, the worst first; to open a matter begins a new session.
OPENS = "/viec-cua-toi/mo"
ENDS = ("/quen", "/go", "/dong-may-khac", "/xoa", "/dung", OPENS, "/rut-dong-y", "/bo")
# Who gives an address up that is none is led back: it is no error.
GIVES_UP = "/ho-so/{code}/tin-nhan/{contact}/bo"
STRANGERS = ("resident", "helper", "identity")


@pytest.fixture(scope="module")
def walled(made_world, postgres_url, tmp_path_factory):
    """Return the world of the matrix on a server, as it was made."""
    world, kept = made_world
    kept.again()
    made = Walled(world, postgres_url, tmp_path_factory.mktemp("walled"))
    yield made
    made.close()


def told_of(thing, commune):
    """Return what only the pages of a matter tell."""
    return thing.names["case"], thing.names["identity"], thing.pin, f"Hoa {commune}"


def sample():
    """Return some cells: of each route one with her own thing, one with another's.

    Who asks differs from route to route. What changes something comes last, and at the
    very end what others need.
    """
    return sorted(
        _sample(),
        key=lambda cell: (
            cell[0].method != "GET",
            cell[1] == "own",
            [cell[0].path.endswith(end) for end in ENDS],
        ),
    )


def _sample():
    for number, row in enumerate(THEIRS):
        may = row.who(OK) or ["resident"]
        yield row, "own", may[number % len(may) if row.method == "GET" else 0]
        yield row, "other", STRANGERS[number % len(STRANGERS)]


def test_with_the_second_wall_a_sample_of_everybody_gets_what_the_matrix_says(walled):
    world, wrong, count = walled.world, [], 0
    for row, thing, actor in sample():
        where = world.address(row.path, getattr(world, thing))
        said = word_for(world.asks(actor, row.method, where))
        expected = row.expected[thing][actor]
        count += 1
        if said != expected:
            wrong.append(f"{row.route} {thing} {actor}: {said}, not {expected}")
        if row.path == OPENS and thing == "own":
            walled.again()
    print(f"{count} cells")  # noqa: T201  the count is part of the answer
    assert wrong == [], "\n".join(wrong)
    assert count > 160


def strangers_cells():
    """Yield who asks for what is another's, outside of the doors."""
    for row in THEIRS:
        if row.path not in DOORS:
            for actor in ("resident", "helper"):
                if row.expected["other"][actor] == "forbidden":
                    yield row, actor


def test_with_the_first_wall_gone_another_matter_is_still_not_there(
    walled, monkeypatch
):
    walled.again()
    world = walled.world
    monkeypatch.setattr(policies, "_may", lambda *_: True)
    words, asked = told_of(world.other, OTHERS), 0
    for row, actor in strangers_cells():
        where = world.address(row.path, world.other)
        answer = world.asks(actor, row.method, where)
        shown = 303 if row.path == GIVES_UP else 404
        assert answer.status_code == shown, (row.route, actor)
        assert not any(word in answer.text for word in words), row.route
        asked += 1
    assert asked > 60
    with world.desk.database.reading() as uow:
        assert uow.contacts.of_matter(PROVINCE, world.other.citizen.matter_id)


def test_without_the_second_wall_a_mistake_in_the_first_would_show_her(
    walled, monkeypatch
):
    walled.again()
    world = walled.world
    where = world.address(PAGE, world.other)
    monkeypatch.setattr(policies, "_may", lambda *_: True)
    assert world.asks("resident", "GET", where).status_code == 404
    monkeypatch.setattr(dependencies, "DOORS", {PAGE: "nobody would"})
    answer = world.asks("resident", "GET", where)
    assert answer.status_code == 200
    assert told_of(world.other, OTHERS)[0] in answer.text


def test_the_doors_in_the_wall_are_few_and_each_is_a_route_that_says_why(world):
    paths = {route.split()[1] for route in routes_of(world.client.app)}
    assert DOORS.keys() <= paths
    assert not [path for path in DOORS if path.startswith(OF_STAFF)]
    assert all(DOORS.values())
    # One more door is one more place where only the policies stand.
    assert len(DOORS) <= 29
