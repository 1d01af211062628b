from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import words
from forms.bindings import as_date

BILLION = (
    "một tỷ hai trăm ba mươi {} triệu năm trăm sáu mươi bảy nghìn tám trăm chín mươi"
)
# Amounts that common libraries read wrongly; the second reading is also accepted usage.
CASES = [
    (15, "mười lăm"),
    (21, "hai mươi mốt"),
    (24, "hai mươi tư|hai mươi bốn"),
    (105, "một trăm linh năm"),
    (1005, "một nghìn không trăm linh năm"),
    (1015, "một nghìn không trăm mười lăm"),
    (1021, "một nghìn không trăm hai mươi mốt"),
    (1050, "một nghìn không trăm năm mươi"),
    (10005, "mười nghìn không trăm linh năm"),
    (101001, "một trăm linh một nghìn không trăm linh một"),
    (1005000, "một triệu không trăm linh năm nghìn"),
    (
        1000005,
        "một triệu không trăm linh năm|một triệu không nghìn không trăm linh năm",
    ),
    (25015000, "hai mươi lăm triệu không trăm mười lăm nghìn"),
    (100000000, "một trăm triệu"),
    (105050000, "một trăm linh năm triệu không trăm năm mươi nghìn"),
    (1234567890, BILLION.format("tư") + "|" + BILLION.format("bốn")),
    (2500000000, "hai tỷ năm trăm triệu"),
    (2005000000, "hai tỷ không trăm linh năm triệu"),
    (12045000000, "mười hai tỷ không trăm bốn mươi lăm triệu"),
    (1500000000000, "một nghìn năm trăm tỷ"),
]


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
    assert words.date_vi(date(2026, 11, 24)) == "ngày 24 tháng 11 năm 2026"
    assert words.date_vi(date(2027, 2, 5)) == "ngày 05 tháng 02 năm 2027"
    assert words.date_short(date(2027, 2, 5)) == "05/02/2027"


def test_an_instant_shows_the_hour_of_the_counter():
    seen = as_date(datetime(2026, 11, 24, 1, 30, tzinfo=UTC))

    assert seen is not None
    assert words.date_parts(seen) == {
        "d": "24", "m": "11", "y": "2026", "h": "08", "min": "30",
    }  # fmt: skip
