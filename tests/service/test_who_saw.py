"""After a leak: what an account saw, changed and took out, and the 72 hours."""

import json
from datetime import timedelta

import pytest

from service.auth.sessions import sign_in
from service.errors import BadRequestError, NotAllowedError
from service.usecases.cases.case_page import case_view
from service.usecases.cases.case_statements import words_of_fact
from service.usecases.custody.see_data import rights_view
from service.usecases.custody.who_saw import (
    SOMEBODY,
    as_csv,
    draft_report,
    hours_left,
    kind_of,
    read_time,
    who_saw,
)
from service.usecases.matter.answer_question import answer
from service.usecases.playing.demo import seed_offices
from service.usecases.worklist.batch import do_together
from service.usecases.worklist.export_worklist import export_worklist
from service.usecases.worklist.find_cases import find_cases
from service.usecases.worklist.list_work import OFFICE, Wish, worklist
from tests.conftest import MORNING
from tests.factories import ADMINISTRATOR, PASSWORD, act, an_account, filed
from tests.plans import fill, listening, scans
from tests.visitor import Visitor

WHY = "Đơn tố cáo số 5"
DAY = timedelta(days=1)


NOTARY = "cong.chung"


@pytest.fixture
def notary(desk):
    """Return a clerk of the notary who has an account."""
    seed_offices(desk, "66")
    an_account(desk, NOTARY, "Chị Công Chứng", "clerk", "notary")
    return sign_in(desk, NOTARY, PASSWORD).actor


def asked(desk, **more):
    times = {"since": MORNING - DAY, "until": MORNING + DAY} | more
    return who_saw(desk, ADMINISTRATOR, NOTARY, why=WHY, **times)


def test_looks_moves_and_files_of_an_account_are_told_and_of_nobody_else(desk, notary):
    first, second, third = filed(desk), filed(desk), filed(desk)
    answer(desk, first.citizen, first.code, "party[hoa].full_name", "H’ Bling")
    case_view(desk, notary, first.case)
    act(desk, notary, first.case, "accept")
    do_together(desk, notary, "accept", [(second.case, None)], {}, key="k")
    export_worklist(desk, notary, Wish(), "csv")
    told = asked(desk)
    seen = {each.code: each for each in told.matters}
    assert third.code not in seen
    assert seen[first.code].looks == {"Xem hồ sơ": 1}
    assert seen[first.code].cases == [first.case]
    (change,) = seen[first.code].changes
    assert f"{first.case} Tiếp nhận" in change, "in the words of the desk"
    assert seen[second.code].changes, "what was done to many at once counts too"
    assert told.persons == 1, "one was told of by name"
    assert "họ tên" in told.kinds
    (taken,) = told.taken
    assert taken.what == "worklist"
    assert len(taken.cases) == taken.rows > 0
    assert "H’ Bling" not in json.dumps(told.to_json(), ensure_ascii=False)
    assert first.code in as_csv(told).decode("utf-8-sig")


def test_the_reading_itself_is_written_down_and_refused_to_others(desk, notary):
    filed(desk)
    asked(desk)
    with desk.database.reading() as uow:
        row = uow.administration.log("66")[0]
    assert (row.what, row.after["reason"]) == ("account.looked_into", WHY)
    with pytest.raises(NotAllowedError):
        who_saw(desk, notary, NOTARY, MORNING, MORNING + DAY, WHY)
    with pytest.raises(BadRequestError) as refused:
        who_saw(desk, ADMINISTRATOR, "khong-co", MORNING, MORNING, " ")
    assert [each.key for each in refused.value.problems] == ["account", "until", "why"]


def test_a_name_on_a_list_is_told_and_is_no_case_that_was_opened(desk, notary, desks):
    filed(desk), filed(desk)
    page = worklist(desk, notary, Wish(whose=OFFICE))
    worklist(desk, notary, Wish(whose=OFFICE))
    told = asked(desk)
    assert {each.code for each in told.listed} == {row.case_code for row in page.rows}
    assert {each.pages for each in told.listed} == {1}, "the same page, so soon"
    assert (told.matters, told.taken, told.cases) == ((), (), 0)
    assert page.rows[0].case_code in as_csv(told).decode("utf-8-sig")
    with desk.database.reading() as uow:
        account = uow.people.account_by_name(NOTARY).id
        assert uow.oddities.files("66", account, MORNING, MORNING + DAY) == 0
    desks.hour.later(minutes=30)
    find_cases(desk, notary, page.rows[0].case_code)
    told = asked(desk, since=MORNING + timedelta(minutes=20))
    assert [each.code for each in told.listed] == [page.rows[0].case_code]


def test_the_time_asked_for_holds(desk, notary, desks):
    matter = filed(desk)
    case_view(desk, notary, matter.case)
    assert asked(desk, until=MORNING).matters == ()
    assert len(asked(desk, since=MORNING).matters) == 1


def test_the_resident_reads_that_a_case_was_handled_among_many(desk, notary):
    matter = filed(desk)
    do_together(desk, notary, "accept", [(matter.case, None)], {}, key="k")
    looks = rights_view(desk, matter.citizen, matter.code).looks
    assert "Làm một việc cho nhiều hồ sơ cùng lúc" in {each.what for each in looks}


def test_the_draft_counts_72_hours_and_leaves_blank_what_nobody_told(
    desk, notary, desks
):
    filed(desk)
    told = asked(desk)
    report = dict(draft_report(desk, told, MORNING))
    assert report["Báo chậm nhất lúc (72 giờ từ khi phát hiện)"] == "2026-11-28 09:00"
    assert report["Hậu quả có thể xảy ra"].startswith("…")
    desks.hour.later(hours=71, minutes=30)
    assert hours_left(desk, MORNING) == 0
    desks.hour.later(hours=1)
    assert hours_left(desk, MORNING) < 0
    assert dict(draft_report(desk, told, None))["Lúc phát hiện"].startswith("…")


def test_a_day_alone_is_whole_and_every_fact_has_a_kind():
    assert read_time("2026-11-24").hour == 0
    assert read_time("2026-11-24", last=True) - read_time("2026-11-24") == DAY
    assert read_time("2026-11-24 08:30").minute == 30
    assert kind_of("party[hoa].person_id") == "số định danh cá nhân"
    assert kind_of("land.area_m2") == "thửa đất, giấy chứng nhận"
    assert kind_of("contract.price") == "tiền, giá, nghĩa vụ tài chính"
    assert kind_of("relationships") == "quan hệ gia đình"


def test_no_growing_table_is_read_through(desk, notary, database):
    matter = filed(desk)
    case_view(desk, notary, matter.case)
    with listening(database) as heard:
        asked(desk)
    if database.dialect == "postgresql":
        fill(database)
    assert list(scans(database, heard)) == []


def test_an_administrator_asks_on_a_page_and_takes_the_answer_along(desk, notary):
    matter = filed(desk)
    case_view(desk, notary, matter.case)
    an_account(desk, "chi.quan", "Chị Quản", "administrator")
    admin = Visitor(desk).signs_in("chi.quan", PASSWORD)
    admin.opens("/quan-tri/ai-da-xem")
    wanted = {
        "tai-khoan": NOTARY, "tu": "2026-11-25", "den": "2026-11-25",
        "vi-sao": WHY, "phat-hien": "2026-11-25T08:00",
    }  # fmt: skip
    page = admin.sends("/quan-tri/ai-da-xem", **wanted)
    assert matter.code in page.text
    assert "2026-11-28 08:00" in page.text
    made = admin.sends("/quan-tri/ai-da-xem", **wanted, tai="json")
    assert json.loads(made.text)["matters"][0]["code"] == matter.code
    admin.opens("/quan-tri/ai-da-xem")
    made = admin.sends("/quan-tri/ai-da-xem", **wanted, tai="csv")
    assert matter.code in made.text
    admin.opens("/quan-tri/ai-da-xem")
    refused = admin.sends("/quan-tri/ai-da-xem", tai_khoan="x", tu="hôm qua")
    assert refused.status == 422
    assert clerk_sees(desk) == 403


def clerk_sees(desk):
    an_account(desk, "anh.bo", "Anh Bộ", "clerk", "notary-66")
    return (
        Visitor(desk).signs_in("anh.bo", PASSWORD).opens("/quan-tri/ai-da-xem").status
    )


def test_whatever_may_be_changed_has_words_that_name_nobody(desk):
    edition = desk.law.edition("66", desk.today())
    for key in (*edition.facts, *edition.questions):
        words = words_of_fact(edition, key, (SOMEBODY,))
        assert words != key
        assert "{" not in words
