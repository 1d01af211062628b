"""From the first page to an opened matter: search, triage, and what is kept of them."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from starlette.testclient import TestClient

from service.auth.actors import anonymous
from service.main import create_app
from service.usecases.matter.begin import begin as begin_matter
from service.usecases.matter.begin import beginning
from service.usecases.matter.read_matter import matter_view
from tests.factories import citizen_of_matter


@pytest.fixture
def visitor(desk):
    return TestClient(create_app(desk), follow_redirects=True)


def begin(visitor, page):
    """Press the button of a goal's page with what stands in its form."""
    hidden = dict(re.findall(r'name="([a-z]+)" value="([^"]*)"', page.text))
    return visitor.post(page.url.path, data=hidden)


def opened(page):
    code = re.search(r"DAT-[A-Z0-9-]+", page.text)[0]
    number = re.search(r'class="num">(\d{6})<', page.text)[1]
    return code, number


def answers(desk, code):
    view = matter_view(desk, citizen_of_matter(desk, code), code)
    return {row.key: (row.value, row.said_by) for row in view.answered}


def test_an_everyday_name_keeps_what_it_tells_as_the_words_of_the_person(desk, visitor):
    page = visitor.get("/viec/sell", params={"tu": "when_mortgaged"})
    assert "Bán đất đang vay ngân hàng" in page.text
    assert "Sổ có đang thế chấp ở ngân hàng không?" in page.text
    code, _ = opened(begin(visitor, page))
    assert answers(desk, code)["mortgage.registered"] == (True, "citizen")
    check = visitor.get(f"/ho-so/{code}/kiem-tra").text
    assert f"/ho-so/{code}/cau-hoi/mortgage.registered" in check


def test_what_a_name_told_may_be_answered_anew(desk, visitor):
    page = visitor.get("/viec/sell", params={"tu": "when_mortgaged"})
    code, _ = opened(begin(visitor, page))
    question = f"/ho-so/{code}/cau-hoi/mortgage.registered"
    form = dict(
        re.findall(r'name="(csrf)" value="([^"]*)"', visitor.get(question).text)
    )
    visitor.post(question, data=form | {"tra-loi": "khong"})
    assert answers(desk, code)["mortgage.registered"][0] is False


def test_the_place_that_was_typed_is_the_commune_of_the_matter(desk, visitor):
    home = visitor.get("/", params={"q": "cho con đất ở Ea Tiêu"}).text
    assert "Xã Ea Tiêu nay là <b>Xã Ea Ktur</b>" in home
    link = re.search(r'href="(/viec/give\?[^"]*)"', home)[1].replace("&amp;", "&")
    code, _ = opened(begin(visitor, visitor.get(link)))
    assert answers(desk, code)["commune"] == ("24544", "citizen")


def test_an_old_place_that_was_split_is_asked_about(visitor):
    home = visitor.get("/", params={"q": "xã Ea Bhốk cũ"}).text
    assert "Đất ở nơi nào?" in home
    choices = re.findall(r'href="(/\?[^"]*xa=\d+)"', home)
    assert len(choices) == 2
    chosen = visitor.get(choices[0].replace("&amp;", "&")).text
    assert "Đất ở nơi nào?" not in chosen
    assert 'href="/viec/give?xa=24544"' in chosen


def test_an_unknown_commune_in_the_address_is_passed_over(visitor):
    assert visitor.get("/", params={"xa": "00000"}).status_code == 200
    page = visitor.get("/viec/give", params={"xa": "<b>"})
    assert "Dắt ghi sẵn" not in page.text


def test_a_search_in_vain_leads_to_the_triage_and_to_somebody(visitor):
    page = visitor.get("/", params={"q": "xyzzy"}).text
    assert 'href="/chua-ro-viec"' in page
    assert "hỏi quầy Một cửa" in page


def test_two_taps_open_one_matter(desk, visitor):
    page = visitor.get("/viec/give")
    first, second = begin(visitor, page), begin(visitor, page)
    assert opened(first) == opened(second)


def test_a_page_that_is_sent_again_later_opens_nothing(desk, desks, visitor):
    page = visitor.get("/viec/give")
    code, number = opened(begin(visitor, page))
    visitor.cookies.delete("dat_session")
    desks.hour.later(minutes=20)

    again = begin(visitor, page)
    assert number not in again.text
    assert again.url.path == "/mo-lai"
    assert visitor.get(f"/ho-so/{code}").url.path == "/mo-lai"


def test_the_key_of_a_page_opens_nothing_for_somebody_else(desk, visitor):
    stranger = TestClient(create_app(desk), follow_redirects=True)
    pages = [each.get("/viec/give") for each in (visitor, stranger)]
    for page in pages:
        page.key = re.search(r'name="khoa" value="([^"]*)"', pages[0].text)[1]
    tokens = [re.search(r'name="csrf" value="([^"]*)"', page.text)[1] for page in pages]
    answers_ = [
        who.post("/viec/give", data={"csrf": token, "khoa": pages[0].key})
        for who, token in zip((visitor, stranger), tokens, strict=True)
    ]
    assert opened(answers_[0])[0] != opened(answers_[1])[0]


def test_two_taps_at_the_same_moment_open_one_matter(desk):
    start, begun = beginning(desk, "give"), Barrier(2)

    def tap(_):
        begun.wait(10)
        return begin_matter(desk, anonymous("66"), start, "one page")

    with ThreadPoolExecutor(2) as hands:
        first, second = hands.map(tap, range(2))
    assert first == second


def test_another_page_opens_another_matter(visitor):
    one = opened(begin(visitor, visitor.get("/viec/give")))
    other = opened(begin(visitor, visitor.get("/viec/give")))
    assert one[0] != other[0]


# --- the triage ---------------------------------------------------------------------


def test_the_triage_ends_at_a_goal_with_what_was_answered(desk, visitor):
    page = visitor.get("/chua-ro-viec", params={"di": "sang.con-song.ban.ngan-hang"})
    assert page.url.path == "/viec/sell"
    code, _ = opened(begin(visitor, page))
    assert answers(desk, code)["mortgage.registered"] == (True, "citizen")


def test_each_page_of_the_triage_asks_one_thing_and_leads_back(visitor):
    first = visitor.get("/chua-ro-viec").text
    assert first.count("<h1>") == 1
    assert "Tôi chưa rõ" in first
    second = visitor.get("/chua-ro-viec", params={"di": "so"}).text
    assert 'class="back" href="/chua-ro-viec"' in second


def test_who_is_not_sure_learns_whom_to_ask_and_may_begin_all_the_same(visitor):
    page = visitor.get("/chua-ro-viec", params={"di": "sang.con-song.cho.chua-ro"}).text
    assert "Quầy Một cửa" in page
    assert "/viec/give?di=sang.con-song.cho.chua-ro" in page


def test_the_triage_says_honestly_what_it_cannot_help_with(visitor):
    page = visitor.get("/chua-ro-viec", params={"di": "dat.khac.xay-nha"}).text
    assert "Dắt chưa giúp được việc này." in page
    assert "Ủy ban nhân dân xã, phường nơi có đất" in page


@pytest.mark.parametrize("way", ["x", "so.x.y", "....", "so.mat.<b>", "chua-ro.so"])
def test_a_way_that_is_not_there_shows_a_page_all_the_same(visitor, way):
    assert visitor.get("/chua-ro-viec", params={"di": way}).status_code == 200


def test_a_way_to_another_goal_tells_nothing(visitor):
    page = visitor.get("/viec/give", params={"di": "so.hong.mat"})
    assert "Dắt ghi sẵn" not in page.text


def test_a_goal_that_is_not_there_leads_to_the_questions_that_find_one(visitor):
    page = visitor.get("/viec/abc")
    assert page.status_code == 404
    assert 'href="/chua-ro-viec"' in page.text


def test_an_error_offers_each_way_on_once(visitor):
    main = re.search(r"<main.*</main>", visitor.get("/khong-co").text, re.DOTALL)[0]
    ways = re.findall(r'href="([^"]+)"', main)
    assert ways == ["/"]
