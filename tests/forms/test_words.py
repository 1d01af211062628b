import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import prefill, words
from forms.bindings import as_date
from forms.loader import load_editions
from tests.forms.papers import edition

# Amounts that common libraries read wrongly, as the law files of the project list them
# (vi_number_words_cases.csv); a reading after a bar is accepted usage too.
CASES = [
    (int(row["amount"]), row["accepted"])
    for row in csv.DictReader(
        Path(__file__).with_name("number_words.csv").read_text("utf-8").splitlines()
    )
]


def test_there_are_twenty_cases():
    assert len(CASES) == 20


@pytest.mark.parametrize(("amount", "accepted"), CASES)
def test_an_amount_is_read_as_offices_read_it(amount, accepted):
    assert words.number_in_words(amount) in accepted.split("|")


DIGITS = {word: digit for digit, word in enumerate(words._DIGITS)} | {
    "mốt": 1,
    "tư": 4,
    "lăm": 5,
}


def listened(said: str) -> int:
    """Understand the words again, the way a clerk hears them."""
    billions, _, rest = said.rpartition(" tỷ")
    if billions:
        return listened(billions) * 10**9 + listened(rest.strip() or "không")
    total = group = 0
    digit = 0
    for word in said.split():
        if word in DIGITS:
            digit = DIGITS[word]
            group += digit
        elif word == "mười":
            group += 10
        elif word == "mươi":
            group += digit * 9
        elif word == "trăm":
            group += digit * 99
        elif word in {"nghìn", "triệu"}:
            total += group * (10**3 if word == "nghìn" else 10**6)
            group = 0
    return total + group


@given(st.integers(min_value=0, max_value=10**15))
def test_the_words_say_the_amount_and_nothing_else(amount):
    assert listened(words.number_in_words(amount)) == amount


@given(st.integers(min_value=0, max_value=10**15))
def test_the_words_have_single_spaces_and_no_capital(amount):
    said = words.number_in_words(amount)

    assert said == " ".join(said.lower().split())


def test_an_amount_below_zero_or_too_large_is_refused():
    for amount in (-1, 10**18):
        with pytest.raises(ValueError, match=str(amount)):
            words.number_in_words(amount)


def test_money_in_words_begins_with_a_capital_and_ends_with_dong():
    assert words.money_in_words(0) == "Không đồng"
    assert words.money_in_words(1_000_000) == "Một triệu đồng"


def test_money_is_kept_on_one_line():
    assert words.money(1_000_000) == "1.000.000\u00a0đ"


@given(st.integers(min_value=0, max_value=10**15))
def test_the_dots_of_money_do_not_change_the_amount(amount):
    assert int(words.number(amount).replace(".", "")) == amount


def test_areas_and_decimals_have_a_comma_and_no_idle_zeros():
    assert words.area("512.40") == "512,4\u00a0m²"
    assert words.decimal(Decimal("1200.00")) == "1.200"
    assert words.decimal("-0.5") == "-0,5"


def test_a_share_is_a_number_of_per_cent_unless_that_would_not_add_up():
    assert words.share(Fraction(1, 2)) == "50"
    assert words.share(Fraction(3, 8)) == "37,5"
    assert words.share(Fraction(1, 3)) == "1/3"


def test_dates_are_written_as_on_official_papers():
    assert words.date_parts(date(2026, 11, 24)) == {"d": "24", "m": "11", "y": "2026"}
    assert words.date_parts(date(2027, 2, 5)) == {"d": "05", "m": "02", "y": "2027"}
    assert words.date_short(date(2027, 2, 5)) == "05/02/2027"


def test_an_instant_shows_the_hour_of_the_counter():
    seen = as_date(datetime(2026, 11, 24, 1, 30, tzinfo=UTC))

    assert seen is not None
    assert words.date_parts(seen) == {
        "d": "24", "m": "11", "y": "2026", "h": "08", "min": "30",
    }  # fmt: skip


def places_in_words():
    for each in load_editions():
        for field in each.fields():
            if "bằng chữ" in field.name.casefold():
                yield pytest.param(each, field, id=f"{each.edition} {field.id}")


@pytest.mark.parametrize(("each", "field"), list(places_in_words()))
def test_an_amount_in_words_comes_from_the_fact_of_its_figures(each, field):
    if field.bind is None:
        assert field.by == "office"
        return
    assert field.kind == "words"
    figures = [other for other in each.fields() if other.kind == "money"]
    assert field.bind in [other.bind for other in figures]


def test_the_words_follow_the_figures_and_the_unit_stands_once():
    notice = prefill.fill(edition("TAX-NOTICE-SDDPNN"), {"notice.total": 105_050_000})
    freed = prefill.fill(edition("TAX-EXEMPTION"), {"exemption.amount": 1_005_000})
    said = "một trăm linh năm triệu không trăm năm mươi nghìn"

    assert notice.by_id["III.5.words"].value == said.capitalize()
    assert notice.by_id["III.3"].value == "105.050.000"
    assert freed.by_id["1.1.words"].value == (
        "Một triệu không trăm linh năm nghìn đồng"
    )


@pytest.mark.parametrize("wrong", [-5, "năm triệu", "1.5", True, 10**18])
def test_what_is_no_amount_has_no_words(wrong):
    notice = prefill.fill(edition("TAX-NOTICE-SDDPNN"), {"notice.total": wrong})

    assert notice.by_id["III.5.words"].value is None
    assert notice.by_id["III.3"].value is None
    assert notice.problems


@given(st.integers(min_value=0, max_value=10**15))
def test_the_figures_and_the_words_of_a_paper_say_the_same(amount):
    notice = prefill.fill(edition("TAX-NOTICE-SDDPNN"), {"notice.total": amount})
    said = str(notice.by_id["III.5.words"].value)

    assert listened(said[0].lower() + said[1:]) == amount
    assert "  " not in said
    assert notice.by_id["III.3"].value == words.number(amount)
