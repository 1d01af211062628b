"""A finished Vietnamese text finds its translation with its values, or says no."""

import re

from hypothesis import given
from hypothesis import strategies as st

from service.translations.catalogue import Catalogue

WORDS = Catalogue(
    {
        "Còn {0} ngày": "{0} days left",
        "Hỏi {0}.": "Ask {0}.",
        "Còn {0}, hỏi {1}.": "Ask {1}: {0} left.",
        "quầy Một cửa": "the one-stop desk",
        "Đất ở": "Residential land",
        "Xong.": "Done.",
    }
)


def test_a_text_that_is_not_in_the_catalogue_is_said_to_be_missing():
    assert WORDS.find("Đất rừng") is None


def test_a_filled_text_is_recognised_and_its_value_is_kept():
    assert WORDS.find("Còn 12 ngày") == "12 days left"


def test_a_value_that_is_a_word_of_the_catalogue_is_translated_too():
    assert WORDS.find("Hỏi quầy Một cửa.") == "Ask the one-stop desk."


def test_values_may_change_places():
    assert WORDS.find("Còn 3 ngày, hỏi Bình.") == "Ask Bình: 3 ngày left."


def test_several_sentences_are_found_one_by_one_and_missing_when_one_is():
    assert WORDS.find("Xong. Hỏi Bình.") == "Done. Ask Bình."
    assert WORDS.find("Xong. Chưa biết.") is None


def test_line_breaks_of_the_data_do_not_matter():
    assert WORDS.find("Đất\n  ở ") == "Residential land"


VALUES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(VALUES)
def test_no_value_is_lost_or_taken_for_a_place(value):
    found = WORDS.find(f"Còn {value} ngày")

    assert found is not None
    assert re.fullmatch(r"(?s)(.+) days left", found)[1] == (WORDS.find(value) or value)
