"""Every route, inside a room and outside: nothing passes the door."""

import re

import pytest

from service.main import ROUTERS, create_app
from service.usecases.practising.practice_book import exercises
from service.web.everybody.practice import _OUTSIDE
from tests.factories import filed
from tests.practising import Visitor

STEP = "update_personal_information"
# What a path asks for besides the code of a matter: anything that is found somewhere.
WORDS = {
    "step_id": STEP,
    "form_id": "F-CHANGE",
    "goal": "give",
    "key": "land.area_m2",
    "party": "tam",
    "name": exercises()[0].id,
    "language": "vi",
    "paper_id": "certificate",
}
BANNER = "Đang luyện tập"


def paths(code):
    """Yield each route with an address of it, about the matter with the code."""
    words = WORDS | {"code": code}
    for router in ROUTERS:
        for route in router.routes:
            yield (
                route,
                re.sub(r"\{(\w+)\}", lambda m: words.get(m[1], "x"), route.path),
            )


@pytest.fixture
def app(desk):
    made = create_app(desk)
    yield made
    made.state.rooms.close()


@pytest.fixture
def trainee(app):
    visitor = Visitor(app).enters()
    visitor.begins("nop-theo-doi")
    return visitor


def test_every_page_in_a_room_says_that_it_is_practice(app, trainee):
    code, _ = trainee.code_of("nop-theo-doi")
    pages = 0
    for role in ("resident", "helper"):
        trainee.plays("nop-theo-doi", role)
        for route, path in paths(code):
            if "GET" not in route.methods or path.startswith(_OUTSIDE):
                continue
            answer = trainee.opens(path)
            assert answer.status_code < 500, path
            if answer.headers["content-type"].startswith("text/html"):
                assert BANNER in answer.text, path
                pages += 1
    assert pages > 80


def test_no_page_of_a_room_shows_a_real_matter_and_none_outside_one_of_a_room(
    app, desk, trainee
):
    inside, _ = trainee.code_of("nop-theo-doi")
    trainee.plays("nop-theo-doi")
    real = filed(desk)
    outside = Visitor(app)
    outside.reopens(real.code, real.pin)
    tried = 0
    for visitor, code in ((trainee, real.code), (outside, inside)):
        for route, path in paths(code):
            if "{code}" not in route.path:
                continue
            if "GET" in route.methods:
                answer = visitor.client.get(path, follow_redirects=False)
            else:
                answer = visitor.sends(path, {})
            assert answer.status_code in {303, 401, 403, 404, 405, 422}, path
            tried += 1
    assert tried > 80
    with desk.database.reading() as uow:
        assert uow.cases.by_code(real.case).version == 2
