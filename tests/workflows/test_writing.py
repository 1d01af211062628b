"""What a paper cannot show is refused where it is typed, and named."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.matters import TODAY as DAY
from workflows import writing
from workflows.answers import Expected, accept, parse
from workflows.errors import Problem
from workflows.loader_writing import load_writing

TEXT = Expected("text")


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Thị Sáu",
        "H'Linh Êban",
        "H’Nguôt Ênuôl",
        "Y Krăng Niê Kdăm",
        "ê̆ ô̆ ơ̆ ư̆ ƀ Ê̆ Ô̆ Ơ̆ Ư̆ Ƀ č Č ĭ Ĭ ŏ Ŏ ŭ Ŭ ñ Ñ",
        "Buôn Ƀuôr, xã Ea Ƀar",
        "512,4 m², “trọn thửa” – số 12/3A",
        "<b>Hoa</b> & con",
    ],
)
def test_vietnamese_and_ede_letters_always_pass(text):
    assert writing.unfit(text) is None
    assert accept("k", unicodedata.normalize("NFD", text), TEXT, DAY) == (
        unicodedata.normalize("NFC", text)
    )


@given(st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyzAĂÂĐÊÔƠƯ áàảãạ'’ ", max_size=80))
def test_any_vietnamese_name_passes(text):
    assert writing.unfit(text) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Hoa 😀", "😀"),
        ("Hoa ភាសា", "ភ"),
        ("Hoa 漢", "漢"),
        ("Hoa\u202e", "U+202E"),
        ("Hoa\u2066x", "U+2066"),
        ("Hoa\x00", "U+0000"),
        ("Hoa\x1b[31m", "U+001B"),
        ("Hoa \ufffd", "\ufffd"),
        ("Hoa \ue000", "U+E000"),
        ("Hoa \U00010900", "\U00010900"),
        ("z\u0335\u0321\u031b\u0300a", "quá nhiều dấu"),
    ],
)
def test_what_the_typeface_cannot_draw_is_refused_and_named(text, named):
    typed, told = parse("k", text, TEXT), accept("k", text, TEXT, DAY)

    for refusal in (typed, told):
        assert isinstance(refusal, Problem)
        assert named in refusal.text


def test_what_shows_nothing_is_taken_out_of_a_pasted_text():
    assert accept("k", "Nguyễn\u200b Thị\ufeff\n\tHoa\u00ad", TEXT, DAY) == (
        "Nguyễn Thị Hoa"
    )


def test_a_long_address_passes_and_a_pasted_document_does_not():
    assert accept("k", "tổ dân phố số 12 " * 50, TEXT, DAY)
    refusal = accept("k", "a" * 10_000, TEXT, DAY)
    assert isinstance(refusal, Problem)
    assert "10.000" in refusal.text
    assert "1.000" in refusal.text


@given(st.text(max_size=40))
def test_whatever_passes_is_drawn_and_put_together(text):
    taken = accept("k", text, TEXT, DAY)

    if not isinstance(taken, Problem):
        assert taken == unicodedata.normalize("NFC", str(taken))
        assert load_writing().undrawn.search(str(taken)) is None
