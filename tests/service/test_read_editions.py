"""The administrator reads the forms: what each is, who uses it, which one holds."""

from datetime import date

import pytest

from forms.catalog import Catalog
from service.auth.actors import Actor, anonymous
from service.errors import NotAllowedError, NotFoundError, SignInRequiredError
from service.usecases.papers import read_editions
from service.usecases.papers.read_editions import Standing
from service.usecases.playing.demo import seed_offices
from tests.factories import clerk
from tests.forms.papers import squash, text_of

NOW = date(2026, 11, 25)
CHANGE = "vn-66-2026/F-CHANGE@2026-07-01"
OLD_CHANGE = "vn-nd151-2025/F-CHANGE@2025-07-01"
LAO_CAI = "vn-15-qd47-2026/F-CHANGE@2026-06-28"


@pytest.fixture
def admin():
    return Actor("administrator", "Quản trị mẫu", "66", account_id="admin")


@pytest.fixture
def listed(desk, admin):
    def at(day=NOW, province="", commune=""):
        here = read_editions.place(desk, day, province, commune)
        return read_editions.editions(desk, admin, here)

    return at


def standings(listed):
    return {row.edition.edition: row.standing for row in listed.rows}


def test_every_edition_is_listed_with_what_nobody_has_seen(listed):
    rows = {row.edition.edition: row for row in listed().rows}
    assert set(rows) == {each.edition for each in Catalog.load().editions()}
    assert any(row.missing for row in rows.values())
    for row in rows.values():
        assert set(row.edition.missing) <= set(row.missing)


def test_exactly_one_edition_of_a_form_is_chosen_for_a_place_on_a_day(listed):
    for province in ("66", "15"):
        found = listed(province=province)
        chosen = [
            row.edition.id for row in found.rows if row.standing is Standing.CHOSEN
        ]
        assert len(chosen) == len(set(chosen))
        forms = {row.edition.id for row in found.rows if not row.edition.variant}
        assert set(chosen) | set(found.without) == forms


def test_the_choice_follows_the_province_and_the_day(listed):
    assert standings(listed())[CHANGE] is Standing.CHOSEN
    in_lao_cai = standings(listed(province="15"))
    assert in_lao_cai[LAO_CAI] is Standing.CHOSEN
    assert in_lao_cai[CHANGE] is Standing.ELSEWHERE
    assert standings(listed())[OLD_CHANGE] is Standing.ENDED
    assert standings(listed(date(2026, 6, 30)))[CHANGE] is Standing.LATER


def test_a_day_without_law_is_told_and_nothing_is_chosen(listed):
    found = listed(date(2026, 1, 15))
    assert "chưa có gói pháp luật nào có hiệu lực" in found.here.problem
    assert Standing.CHOSEN not in standings(found).values()


def test_a_commune_that_is_none_is_told_and_nothing_is_chosen(listed):
    found = listed(commune="xã không có thật")
    assert found.here.problem
    assert Standing.CHOSEN not in standings(found).values()
    assert found.without == ()


def test_an_edition_names_the_procedures_that_bring_it_and_hand_it_out(listed):
    rows = {row.edition.edition: row for row in listed().rows}
    gift = next(use for use in rows[CHANGE].uses if use.procedure == "register_gift")
    assert "người dân nộp" in gift.ways
    assert "vn-66-2026" in gift.packages
    receipt = rows["common/ONESTOP-01@2025-07-01"].uses
    assert any("cơ quan lập" in way for use in receipt for way in use.ways)
    assert rows[OLD_CHANGE].uses == ()


def test_one_edition_stands_beside_its_wording_with_its_facts_named(desk, admin):
    view = read_editions.edition(desk, admin, CHANGE, read_editions.place(desk, NOW))
    assert [line.text for line in view.lines][:1] == [
        "Mẫu số 18. Đơn đăng ký biến động đất đai, tài sản gắn liền với đất"
    ]
    facts = {key for room in view.rooms for key in room.facts}
    assert facts <= set(view.facts)
    assert LAO_CAI in {each.edition for each in view.others}
    assert view.sources


def test_every_fact_that_a_form_prints_has_a_name(desk, admin):
    here = read_editions.place(desk, NOW)
    for each in desk.catalog.editions():
        view = read_editions.edition(desk, admin, each.edition, here)
        nameless = {key for room in view.rooms for key in room.facts}
        nameless -= set(view.facts)
        assert nameless == set(), each.edition


def test_the_empty_paper_comes_as_pdf_and_as_a_page_that_asks_for_nothing(desk, admin):
    paper = read_editions.blank_paper(desk, admin, CHANGE)
    assert squash("Nội dung biến động") in squash(text_of(paper))
    page = read_editions.blank_page(desk, admin, CHANGE)
    assert "Nội dung biến động" in page
    assert "<link" not in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_only_the_administrator_reads_the_forms(desk, admin):
    here = read_editions.place(desk, NOW)
    seed_offices(desk, "66")
    for actor in (anonymous("66"), clerk(desk, "one-stop")):
        for act in (
            lambda actor=actor: read_editions.editions(desk, actor, here),
            lambda actor=actor: read_editions.edition(desk, actor, CHANGE, here),
            lambda actor=actor: read_editions.blank_paper(desk, actor, CHANGE),
            lambda actor=actor: read_editions.blank_page(desk, actor, CHANGE),
        ):
            with pytest.raises((NotAllowedError, SignInRequiredError)):
                act()


def test_an_edition_that_is_none_is_not_found(desk, admin):
    with pytest.raises(NotFoundError):
        read_editions.blank_paper(desk, admin, "vn-66-2026/F-CHANGE@1999-01-01")
