"""The demo has something to show on every desk, and seeds only once."""

import pytest

from service.auth.sessions import open_matter, sign_in
from service.main import create_app
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.helpers.helped_matters import helped_matters
from service.usecases.playing.demo import seed, superior_of
from service.usecases.playing.demo_walk import told, walk
from service.usecases.worklist.list_work import worklist
from tests.factories import PROVINCE
from tests.practising import Visitor


@pytest.fixture
def seeded(desk):
    return seed(desk)


def test_the_demo_fills_the_desks_and_its_sign_ins_work(desk, seeded):
    clerks = [account for account in seeded if account.path == "/can-bo"]
    filled = 0
    for account in clerks:
        actor = sign_in(desk, account.name, account.password).actor
        filled += bool(worklist(desk, actor).rows)
    assert filled >= 4
    matters = [account for account in seeded if account.path == "/tra-cuu"]
    assert len(matters) >= 4
    for matter in matters:
        assert open_matter(desk, matter.name, matter.password).actor.matter_id
    assert verify_audit(desk).ok


def test_the_demo_seeds_once(desk, seeded):
    again = seed(desk)
    assert [each.name for each in again] == [
        each.name for each in seeded if each.path != "/tra-cuu"
    ]


def test_what_takes_two_people_finds_the_second_one_in_every_made_up_office(
    desk, seeded
):
    assert seeded
    edition = desk.law.edition(PROVINCE, desk.today())
    with desk.database.reading() as uow:
        offices = uow.people.offices(PROVINCE)
    asked = {
        office.id
        for procedure in edition.procedures.values()
        for role in decided_by_two(procedure.chart.states.values())
        for office in offices
        if role in procedure.competence
        and procedure.competence[role].office in office.kinds
    }
    assert f"province-{PROVINCE}" in asked
    for office in asked:
        assert superior_of(desk, PROVINCE, office).office_id == office


def decided_by_two(states):
    """Yield who raises what a second person confirms, in states and all inside."""
    for state in states:
        for lines in state.events.values():
            for line in lines:
                yield from line.by if line.second_person else ()
        yield from decided_by_two(state.states.values())


def test_the_walk_leads_to_pages_that_open_with_the_sign_ins_it_names(desk, seeded):
    app = create_app(desk)
    stops = walk(seeded, "")
    assert [stop.number for stop in stops] == list(range(1, len(stops) + 1))
    assert {stop.walk for stop in stops} >= {"Người dân", "Người giúp", "Luyện tập"}
    for stop in stops:
        name, _, secret = stop.sign_in.partition(" / ")
        visitor = Visitor(app)
        at = f"{stop.address}?ma={name}" if stop.address == "/tra-cuu" else stop.address
        shown = visitor.opens(at)
        assert shown.status_code == 200
        if name:
            keys = ("ten", "mat-khau") if stop.address == "/dang-nhap" else ("ma", "so")
            typed = dict(zip(keys, (name, secret), strict=True))
            assert visitor.sends(stop.address, typed, shown.text).status_code == 200
    lost = next(each for each in seeded if each.label.startswith("Mất sổ"))
    helper = sign_in(desk, "giupviec", seeded[0].password).actor
    assert lost.name in {row.matter_code for row in helped_matters(desk, helper)}
    again = walk(seed(desk), "")
    assert "đã in ở lần chạy đầu" in "\n".join(told(again))
    assert 3 <= len(walk(seeded, "", short=True)) < len(again) == len(stops)
