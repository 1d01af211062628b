"""No request reads a table that grows from one end to the other."""

import re

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from service.auth.sessions import open_matter, sign_in
from service.main import ROUTERS, create_app
from service.usecases.cases.sweep_timers import sweep_timers
from service.usecases.outside.working import run_until_idle
from service.usecases.playing.demo import seed
from service.web.desks import SESSION
from tests.factories import filed, finish
from tests.plans import fill, listening, scans

_NAMED = re.compile(r"{(\w+)(?::\w+)?}")
# Who looks at the pages below an address; everything else is looked at by a citizen.
LOOKERS = {
    "/can-bo": ("motcua", "datdai", "thue", "truongdatdai"),
    "/quan-tri": ("quantri",),
    "/ho-tro": ("giupviec",),
    "/luyen-tap": (None,),
}
QUERIES = {
    "/can-bo": (
        "?loc=moi", "?loc=qua-han", "?loc=hom-nay", "?loc=dung", "?sau=2026-11-25~x",
    ),
    "/tra-cuu": ("?ma={case}",),
}  # fmt: skip


def pages():
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in route.methods:
                yield route.path


class Walk:
    """Somebody signed in, who opens every page of a kind."""

    def __init__(self, desk, values):
        self.app = create_app(desk)
        self.values = values

    def as_somebody(self, token):
        client = TestClient(self.app, raise_server_exceptions=True)
        if token:
            client.cookies.set(SESSION, token)
        return client

    def opens(self, client, path, values):
        filled = _NAMED.sub(lambda name: values.get(name[1], "khong-co"), path)
        for query in ("", *QUERIES.get(path, ())):
            answer = client.get(filled + query.format(**values))
            assert answer.status_code < 500, (filled, query)
        return answer.status_code


@pytest.fixture
def whole_day(desk, database):
    """Every statement of a day at every desk, and of a look at every page."""
    accounts = seed(desk)
    with listening(database) as heard:
        gift = filed(desk)
        finish(desk, gift.citizen, gift.case)
        with desk.database.reading() as uow:
            row = uow.cases.by_code(gift.case)
            documents = uow.records.documents("66", row.id)
        values = {
            "code": gift.code,
            "case": gift.case,
            "event": "accept",
            "goal": "give",
            "key": "land.area_m2",
            "step_id": "register_gift",
            "form_id": "F-CHANGE",
            "party": "hoa",
            "document_id": documents[0].id,
        }
        walk = Walk(desk, values)
        tokens = {
            each.name: sign_in(desk, each.name, each.password).token
            for each in accounts
            if each.path in {"/can-bo", "/ho-tro", "/quan-tri"}
        }
        citizen = open_matter(desk, gift.code, gift.pin).token
        for path in pages():
            kinds = [kind for kind in LOOKERS if path.startswith(kind)]
            lookers = LOOKERS[kinds[0]] if kinds else ("",)
            for name in lookers:
                token = citizen if name == "" else tokens.get(name or "")
                about = dict(values)
                if kinds == ["/can-bo"]:
                    about["code"] = gift.case
                walk.opens(walk.as_somebody(token), path, about)
        run_until_idle(desk)
        sweep_timers(desk)
    return heard


def test_no_request_reads_a_growing_table_whole(database, whole_day):
    assert len(whole_day) > 100
    if database.dialect == "postgresql":
        fill(database)
    found = [f"{sql}\n    {plan}" for sql, plan in scans(database, whole_day).items()]
    assert not found, "\n".join(found)
