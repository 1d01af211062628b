"""A practice room is apart: from everything real, and from every other room."""

from datetime import timedelta

import pytest

from service.auth.sessions import open_matter, sign_in
from service.errors import SignInRefusedError
from service.main import create_app
from service.usecases.playing.demo import practising, seed_practice
from service.usecases.practising.practice_folders import sweep_rooms
from service.web.everybody.practice import COOKIE
from tests.factories import a_matter
from tests.forms.papers import text_of
from tests.practising import GOAL, Visitor

DIES = timedelta(days=1, minutes=1)


@pytest.fixture
def app(desk):
    made = create_app(desk)
    yield made
    made.state.rooms.close()


@pytest.fixture
def room(app):
    return Visitor(app).enters()


def folders(desk):
    home = desk.settings.data_dir / "practice"
    return sorted(home.iterdir()) if home.is_dir() else []


def test_a_matter_of_a_room_does_not_open_outside_and_the_other_way_round(
    app, desk, room
):
    inside = room.begins_a_matter()
    outside = Visitor(app)
    assert outside.reopens(*inside).status_code == 401
    real, _ = a_matter(desk)
    assert outside.reopens(real.code, real.pin).status_code == 200
    assert room.reopens(real.code, real.pin).status_code == 401
    assert room.reopens(*inside).status_code == 200


def test_two_rooms_do_not_see_each_other(app, room):
    code, pin = room.begins_a_matter()
    other = Visitor(app).enters("hai")
    assert other.reopens(code, pin).status_code == 401
    address = f"/tra-cuu?ma={code}"
    assert "Mở lại việc này" in room.opens(address).text
    assert "Mở lại việc này" not in other.opens(address).text


def test_the_session_of_one_side_is_worth_nothing_on_the_other(app, desk):
    seed_practice(desk)
    visitor = Visitor(app)
    visitor.client.cookies.set("dat_session", a_session(desk))
    assert "Mẫu" in visitor.opens("/ho-tro").text
    visitor.enters()
    assert "Đăng xuất" not in visitor.opens("/ho-tro").text
    visitor.client.cookies.set("dat_luyen_tap_phien", a_session(desk))
    assert "Đăng xuất" not in visitor.opens("/ho-tro").text


def a_session(desk):
    return sign_in(desk, "tapsu", "ban-thu-nghiem-2026").token


def test_only_a_practice_room_lets_anybody_in_as_its_helper(desk):
    seed_practice(desk)
    with pytest.raises(SignInRefusedError):
        practising(desk, None)


def test_leaving_brings_back_the_session_that_was_there_before(app, desk):
    real, _ = a_matter(desk)
    visitor = Visitor(app)
    visitor.reopens(real.code, real.pin)
    visitor.enters()
    assert visitor.opens(f"/ho-so/{real.code}").status_code != 200
    visitor.sends("/luyen-tap/thoat", {})
    assert visitor.opens(f"/ho-so/{real.code}").status_code == 200


def test_leaving_wipes_every_file_and_does_so_twice_without_complaint(desk, room):
    room.begins_a_matter()
    assert len(folders(desk)) == 1
    shown = room.opens("/luyen-tap").text
    assert room.sends("/luyen-tap/thoat", {}, shown).status_code == 200
    assert folders(desk) == []
    assert room.sends("/luyen-tap/thoat", {}, shown).status_code == 200
    assert COOKIE not in room.client.cookies


def test_entering_twice_with_one_form_is_one_room(app, desk):
    first, second = Visitor(app), Visitor(app)
    shown = first.opens("/luyen-tap").text
    second.client.cookies = first.client.cookies
    for visitor in (first, second):
        visitor.sends("/luyen-tap/vao", {"khoa": "mot"}, shown)
    assert len(folders(desk)) == 1


def test_one_address_makes_only_so_many_rooms_in_an_hour(desks):
    desk = desks.make(practice_rooms_of_client=1)
    app = create_app(desk)
    Visitor(app).enters("mot")
    second = Visitor(app)
    assert second.sends("/luyen-tap/vao", {"khoa": "hai"}).status_code == 429
    assert len(folders(desk)) == 1
    desks.hour.later(hours=1, minutes=1)
    assert second.sends("/luyen-tap/vao", {"khoa": "hai"}).status_code == 200
    app.state.rooms.close()


def test_a_room_is_for_the_owner_of_the_process_alone(desk, room):
    (folder,) = folders(desk)
    assert folder.parent.stat().st_mode & 0o077 == 0


def test_a_room_dies_after_a_day_and_nobody_goes_on_unawares(desks, desk, room):
    form = room.opens(GOAL).text
    desks.hour.now += DIES
    with desk.database.reading() as uow:
        before = uow.cases.of_matter("66", "")
    answer = room.sends(GOAL, {}, form)
    assert "đã hết và đã được xóa" in answer.text
    assert folders(desk) == []
    assert before == ()
    # The form of the room is worth nothing outside.
    assert room.sends(GOAL, {}, form).status_code == 403


def test_the_sweep_takes_the_rooms_whose_day_is_over(app, desks, desk, room):
    del room
    desks.hour.now += timedelta(hours=20)
    Visitor(app).enters("hai")
    desks.hour.now += timedelta(hours=5)
    assert sweep_rooms(desk) == 1
    assert len(folders(desk)) == 1


def test_a_second_process_knows_the_room_and_its_day(desks, desk, room):
    room.lets_days_pass()
    elsewhere = create_app(desks.make(seed=7))
    token = room.client.cookies[COOKIE]
    here = room.client.app.state.rooms.living(token)
    there = elsewhere.state.rooms.living(token)
    assert there.desk.today() == here.desk.today() > desk.today()
    elsewhere.state.rooms.close()


def test_papers_of_a_room_say_on_every_page_that_they_are_not_real(room):
    code, _ = room.begins_a_matter()
    pdf = room.opens(f"/ho-so/{code}/buoc/update_personal_information/bo-giay.pdf")
    assert pdf.status_code == 200
    pages = text_of(pdf.content).split("\f")
    told = [each for each in pages if each.strip()]
    assert told
    assert all("LUYỆN TẬP" in each for each in told)


def test_outside_a_room_nothing_speaks_of_practising(app):
    visitor = Visitor(app)
    code, _ = visitor.begins_a_matter()
    assert "Đang luyện tập" not in visitor.opens(f"/ho-so/{code}").text
    pdf = visitor.opens(f"/ho-so/{code}/buoc/update_personal_information/bo-giay.pdf")
    assert "LUYỆN TẬP" not in text_of(pdf.content)


def test_in_production_the_offices_of_a_room_are_twins_all_the_same(desks, desk):
    live = {"tax": "http://127.0.0.1:9/", "messaging": "http://127.0.0.1:9/"}
    real = desks.make(gateways=live)
    rooms = create_app(real).state.rooms
    room = rooms.enter("a token").desk
    assert room.settings.environment == "demo"
    assert room.settings.gateways == {}
    assert "thử nghiệm" in room.ports.messenger.check()
    assert room.seal is None
    rooms.close()


def test_a_matter_of_a_room_stands_in_its_own_database_only(desk, room):
    code, pin = room.begins_a_matter()
    with desk.database.reading() as uow:
        assert uow.matters.by_code(code.replace("-", "")) is None
    with pytest.raises(SignInRefusedError):
        open_matter(desk, code, pin)
