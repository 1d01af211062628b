"""What stands out in the use of an account is counted, and a person asks."""

from datetime import timedelta

import pytest

from service.auth.sessions import sign_in
from service.errors import BadRequestError, NotAllowedError, NotFoundError
from service.usecases.custody.oddities import (
    count_oddities,
    look_into,
    oddities,
    oddity_rules,
)
from service.usecases.helpers.teams import create_team, join_team
from service.usecases.playing.demo import seed_offices
from tests.factories import ADMINISTRATOR, PASSWORD, an_account
from tests.plans import fill, listening, scans
from tests.visitor import Visitor

TODAY = "2026-11-25"


@pytest.fixture
def people(desk):
    """Return clerk and head of the notary, and a head of the tax office."""
    seed_offices(desk, "66")
    for name, office, duties in (
        ("anh.bo", "notary", ()),
        ("chi.truong", "notary", ["lead"]),
        ("ong.thue", "tax", ["lead"]),
    ):
        an_account(desk, name, name.title(), "clerk", office)
        if duties:
            with desk.database.transaction() as uow:
                row = uow.people.account_by_name(name)
                uow.people.change_account(row.id, duties=duties)
    return {
        name: sign_in(desk, name, PASSWORD).actor
        for name in ("anh.bo", "chi.truong", "ong.thue")
    }


def looks(desk, actor, count, *, hours=0.0, what="case", days=0):
    with desk.database.transaction() as uow:
        for n in range(count):
            uow.people.note_access(
                tenant_id="66", at=desk.now() + timedelta(days=days, hours=hours),
                who=actor.name, account_id=actor.account_id, office_id=actor.office_id,
                on_behalf_of=None, what=what, matter_id=f"m{n}", case_id=f"c{n}",
            )  # fmt: skip


def told(desk, actor=ADMINISTRATOR):
    return {(row.login, row.rule): row.count for row in oddities(desk, actor)}


def test_a_day_that_stands_out_is_counted_once_the_next_morning(desk, desks, people):
    looks(desk, people["anh.bo"], 45)
    looks(desk, people["anh.bo"], 6, what="foreign")
    looks(desk, people["chi.truong"], 12, hours=13)
    looks(desk, people["ong.thue"], 39)
    assert count_oddities(desk) == 0, "the day is not over"
    desks.hour.later(days=1)
    assert count_oddities(desk) > 0
    assert told(desk) == {
        ("anh.bo", "many_matters"): 45,
        ("anh.bo", "no_act"): 45,
        ("anh.bo", "foreign"): 6,
        ("chi.truong", "out_of_hours"): 12,
        ("ong.thue", "no_act"): 39,
    }
    assert count_oddities(desk) == 0


def test_whoever_does_as_much_every_day_does_not_stand_out(desk, desks, people):
    for day in range(1, 6):
        looks(desk, people["anh.bo"], 30, days=-day)
    looks(desk, people["anh.bo"], 45)
    desks.hour.later(days=1)
    count_oddities(desk)
    assert told(desk) == {}


def test_a_superior_sees_his_own_office_and_counts_without_persons(desk, desks, people):
    looks(desk, people["anh.bo"], 45)
    looks(desk, people["ong.thue"], 45)
    desks.hour.later(days=1)
    count_oddities(desk)
    assert {name for name, _ in told(desk, people["chi.truong"])} == {"anh.bo"}
    with pytest.raises(NotAllowedError):
        oddities(desk, people["anh.bo"])
    account = people["ong.thue"].account_id
    with pytest.raises(NotFoundError):
        look_into(desk, people["chi.truong"], TODAY, account, "no_act", "Đã hỏi")
    with pytest.raises(BadRequestError):
        look_into(desk, people["ong.thue"], TODAY, account, "no_act", "Tự hỏi")
    with pytest.raises(BadRequestError):
        look_into(desk, ADMINISTRATOR, TODAY, account, "no_act", " ")
    look_into(desk, ADMINISTRATOR, TODAY, account, "no_act", "Ông ấy dọn hồ sơ cũ")
    look_into(desk, ADMINISTRATOR, TODAY, account, "no_act", "Lần hai")
    (row,) = [row for row in oddities(desk, ADMINISTRATOR) if row.seen_by is not None]
    assert row.seen_words == "Ông ấy dọn hồ sơ cũ"


def test_the_lead_of_a_team_sees_its_helpers_and_asks_them(desk, desks, people):
    team, other = (
        create_team(desk, ADMINISTRATOR, name=name, place="24133")
        for name in ("Tổ thôn 3", "Tổ thôn 4")
    )
    for name, to, lead in (
        ("lan", team, False),
        ("minh", team, True),
        ("vy", other, False),
    ):
        an_account(desk, name, name.title(), "helper")
        join_team(desk, ADMINISTRATOR, account=name, team_id=to, lead=lead)
    lan, minh, vy = (
        sign_in(desk, name, PASSWORD).actor for name in ("lan", "minh", "vy")
    )
    for actor in (lan, minh, vy, people["anh.bo"]):
        looks(desk, actor, 45)
    desks.hour.later(days=1)
    count_oddities(desk)
    assert {name for name, _ in told(desk, minh)} == {"lan", "minh"}
    with pytest.raises(NotAllowedError):
        oddities(desk, lan)
    with pytest.raises(NotFoundError):
        look_into(desk, minh, TODAY, vy.account_id, "no_act", "Đã hỏi")
    page = Visitor(desk).signs_in("minh", PASSWORD).opens("/ho-tro/to")
    assert 'href="/ho-tro/to/bat-thuong"' in page.text
    page.opens("/ho-tro/to/bat-thuong")
    page.sends(
        "/ho-tro/to/bat-thuong",
        ngay=TODAY, ai=lan.account_id, viec="no_act", da_hoi="Chị Lan soạn hộ cả thôn",
    )  # fmt: skip
    assert "Chị Lan soạn hộ cả thôn" in page.text
    assert "Vy" not in page.text


def test_the_page_leads_to_the_evidence_and_takes_what_was_asked(desk, desks, people):
    looks(desk, people["anh.bo"], 45)
    desks.hour.later(days=1)
    count_oddities(desk)
    head = Visitor(desk).signs_in("chi.truong", PASSWORD).opens("/can-bo/bat-thuong")
    assert "ngoài giờ" not in head.text
    assert "ai-da-xem" not in head.text
    account = people["anh.bo"].account_id
    head.sends(
        "/can-bo/bat-thuong", ngay=TODAY, ai=account, viec="no_act", da_hoi="Đã hỏi anh"
    )
    assert "Đã hỏi anh" in head.text
    an_account(desk, "chi.quan", "Chị Quản", "administrator")
    admin = Visitor(desk).signs_in("chi.quan", PASSWORD).opens("/quan-tri/bat-thuong")
    assert "tai-khoan=anh.bo" in admin.text
    assert 'value="anh.bo"' in admin.opens("/quan-tri/ai-da-xem?tai-khoan=anh.bo").text


def test_counting_reads_no_growing_table_whole(desk, database, desks, people):
    looks(desk, people["anh.bo"], 45)
    desks.hour.later(days=1)
    with listening(database) as heard:
        count_oddities(desk)
        oddities(desk, ADMINISTRATOR)
    if database.dialect == "postgresql":
        fill(database)
    whole = [sql for sql in scans(database, heard) if "FROM account " not in sql]
    assert whole == []


def test_every_rule_says_why_and_that_no_law_sets_it():
    rules = oddity_rules()
    assert rules.mark == "P"
    assert all(rule.why and rule.words for rule in rules.rules.values())
