"""A finished Vietnamese text finds its translation with its values, or says no."""

import re

from hypothesis import given
from hypothesis import strategies as st

from service.translations.catalogue import Catalogue

WORDS = Catalogue(
    {
        "Còn {0} ngày": "{0} days left",
        "Hỏi {0}.": "Ask {0}.",
        "Còn {0}, ra quầy hỏi {1}.": "Ask {1} at the desk: {0} left.",
        "Ra quầy hỏi {0} trước khi nộp": "Ask {0} at the desk before filing",
        "{0} nộp": "{0} pays",
        "{0} bước": "{0} {0|step|steps}",
        "Hợp đồng ký ngày nào?": "When was the contract signed?",
        "quầy Một cửa": "the one-stop desk",
        "Đất ở": "Residential land",
        "Xong.": "Done.",
        "chưa có giá; hỏi quầy": "no price; ask the desk",
    }
)


def test_a_text_that_is_not_in_the_catalogue_is_said_to_be_missing():
    assert WORDS.find("Đất rừng") is None


def test_a_filled_text_is_recognised_and_its_value_is_kept():
    assert WORDS.find("Còn 12 ngày") == "12 days left"


def test_a_value_that_is_a_word_of_the_catalogue_is_translated_too():
    assert WORDS.find("Hỏi quầy Một cửa.") == "Ask the one-stop desk."


def test_values_may_change_places():
    asked = WORDS.find("Còn 3 ngày, ra quầy hỏi Bình.")
    assert asked == "Ask Bình at the desk: 3 ngày left."


def test_a_few_words_are_not_found_inside_of_a_sentence_that_nobody_translated():
    assert WORDS.find("Bình nộp") == "Bình pays"
    assert WORDS.find("Giấy tờ phải nộp") is None


def test_a_count_goes_with_its_word():
    assert [WORDS.find(f"{n} bước") for n in (1, 2)] == ["1 step", "2 steps"]


def test_words_are_found_within_a_sentence_in_a_list_and_without_their_mark():
    assert WORDS.find("đất ở") == "residential land"
    assert WORDS.find("Đất ở, 2 bước; Bình") == "Residential land, 2 steps; Bình"
    assert WORDS.find("Đất ở, đất rừng") is None
    assert WORDS.find("Hợp đồng ký ngày nào") == "When was the contract signed"
    assert WORDS.find("Đất ở.") == "Residential land."


def test_several_sentences_are_found_one_by_one_and_missing_when_one_is():
    assert WORDS.find("Xong. Hỏi Bình.") == "Done. Ask Bình."
    assert WORDS.find("Xong. Chưa biết.") is None


def test_a_thing_of_a_list_may_have_the_joint_of_the_list_within_it():
    assert WORDS.find("đất ở; chưa có giá; hỏi quầy") == (
        "residential land; no price; ask the desk"
    )
    assert WORDS.find("đất ở; chưa biết") is None


def test_a_value_does_not_swallow_the_sentences_that_follow():
    assert WORDS.find("Hỏi đất ở; 2 bước. Xong.") == (
        "Ask residential land; 2 steps. Done."
    )


def test_line_breaks_of_the_data_do_not_matter():
    assert WORDS.find("Đất\n  ở ") == "Residential land"


VALUES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(VALUES)
def test_no_value_is_lost_or_taken_for_a_place(value):
    found = WORDS.find(f"Ra quầy hỏi {value} trước khi nộp")

    assert found is not None
    kept = re.fullmatch(r"(?s)Ask (.+) at the desk before filing", found)
    assert kept[1] == (WORDS.find(value) or value)
