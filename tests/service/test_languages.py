"""A visitor chooses the language; what it lacks stays Vietnamese and says so."""

import pytest
from markupsafe import Markup
from starlette.testclient import TestClient

from service.main import create_app
from service.translations.catalogue import Catalogue
from service.web import languages
from service.web.languages import translator, words_of


@pytest.fixture
def words(monkeypatch):
    known = Catalogue({"Tiếp tục": "Go on", "Còn %(n)s câu": "<b>%(n)s</b> questions"})
    monkeypatch.setattr(languages, "catalogue", lambda _: known)


def test_english_words_stand_plainly_on_an_english_page(words):
    assert translator("en")("Tiếp tục") == "Go on"


def test_a_sentence_without_translation_is_marked_as_vietnamese(words):
    assert translator("en")("Dừng <lại>") == Markup(
        '<span lang="vi">Dừng &lt;lại&gt;</span>'
    )


def test_an_e_de_sentence_is_marked_on_a_page_that_is_vietnamese_else(words):
    assert words_of("rad")["page_language"] == "vi"
    assert translator("rad")("Tiếp tục") == Markup('<span lang="rad">Go on</span>')
    assert translator("rad")("Dừng lại") == "Dừng lại"


def test_blanks_at_the_ends_of_words_are_kept(words):
    assert words_of("en")["gettext"](" Tiếp tục ") == " Go on "
    assert words_of("vi")["gettext"]("Lỗi: ") == "Lỗi: "


def test_values_of_a_template_are_escaped_and_its_own_marks_are_not(words):
    gettext = words_of("en")["gettext"]

    assert gettext("Còn %(n)s câu", n="<i>") == "<b>&lt;i&gt;</b> questions"


def test_what_a_template_has_translated_is_not_translated_again(words):
    assert translator("en")(words_of("en")["gettext"]("Tiếp tục")) == "Go on"


@pytest.fixture
def visitor(desk):
    return TestClient(create_app(desk), follow_redirects=False)


def test_the_language_is_kept_in_a_cookie_and_the_visitor_stays_on_the_page(visitor):
    answer = visitor.get("/ngon-ngu/en", params={"ve": "/viec/give"})

    assert answer.headers["location"] == "/viec/give"
    assert '<html lang="en">' in visitor.get("/").text


def test_a_page_in_e_de_falls_back_sentence_by_sentence(visitor, monkeypatch):
    known = Catalogue({"Tra cứu hồ sơ": "một chữ giả"})
    monkeypatch.setattr(languages, "catalogue", lambda _: known)
    visitor.cookies.set("dat_lang", "rad")

    page = visitor.get("/").text

    assert '<html lang="vi">' in page
    assert '<span lang="rad">một chữ giả</span>' in page
    assert "Nhờ tổ công nghệ số giúp" in page


@pytest.mark.parametrize("elsewhere", ["//a.vn", "/\\a.vn", "a.vn", "/x\r\nA: b"])
def test_choosing_a_language_never_leads_away(visitor, elsewhere):
    answer = visitor.get("/ngon-ngu/en", params={"ve": elsewhere})

    assert answer.headers["location"] == "/"


def test_a_language_that_does_not_exist_changes_nothing(visitor):
    assert "set-cookie" not in visitor.get("/ngon-ngu/xx").headers
    visitor.cookies.set("dat_lang", "../../etc")
    assert '<html lang="vi">' in visitor.get("/").text
