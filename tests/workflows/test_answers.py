"""What a person types at a page becomes the same value as in JSON, or a problem."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.matters import TODAY, UNHURRIED, a_matter, edition_of, told
from workflows.answers import expected_by, parse
from workflows.errors import Problem
from workflows.sentences import UNSURE, money

QUESTIONS = edition_of(told(a_matter())).questions


def read(key, typed):
    return parse(key, typed, expected_by(key, QUESTIONS[key]), TODAY)


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("land.table_price", "1.000.000", 1_000_000),
        ("land.table_price", "1000000", 1_000_000),
        ("land.table_price", "1 000 000 đ", 1_000_000),
        ("land.table_price", "1,000,000 VND", 1_000_000),
        ("land.table_price", "5 triệu", 5_000_000),
        ("contract.price", "1,5 tỷ", 1_500_000_000),
        ("contract.date", "21/1/2027", date(2027, 1, 21)),
        ("contract.date", "2027-01-21", date(2027, 1, 21)),
        ("contract.date", "ngày 21 tháng 1 năm 2027", date(2027, 1, 21)),
        ("land.area_m2", "200,5", Decimal("200.5")),
        ("land.area_m2", "200.5 m2", Decimal("200.5")),
        ("land.area_m2", "1.000", Decimal(1000)),
        ("land.area_m2", "1.000,5", Decimal("1000.5")),
        ("land.price_coefficient", "1.125", Decimal("1.125")),
        ("certificate.in_hand", "Có", True),
        ("certificate.in_hand", "không", False),
        ("property.kind", "apartment", "apartment"),
        ("party[{party}].person_id", "066 056 001 234", "066056001234"),
        ("party[{party}].phone", "+84 901 234 567", "0901234567"),
        ("party[{party}].full_name", "  Trần   Thị Hòa ", "Trần Thị Hòa"),
        ("certificate.serial_no", "AA 01234567", "AA 01234567"),
    ],
)
def test_an_answer_is_read_the_way_people_write(key, typed, value):
    assert read(key, typed) == value


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("land.table_price", "-5"),
        ("land.table_price", "5,5"),
        ("land.table_price", "nhiều lắm"),
        ("contract.price", "0,0000000001 tỷ"),
        ("contract.date", "30/2/2026"),
        ("contract.date", "2/2026"),
        ("certificate.issue_date", "24/11/2026"),
        ("land.area_m2", "0"),
        ("land.area_m2", "200,567"),
        ("certificate.in_hand", "có lẽ"),
        ("property.kind", "villa"),
        ("party[{party}].person_id", "12345"),
        ("party[{party}].phone", "0123456789"),
        ("party[{party}].full_name", "A1"),
        ("certificate.serial_no", "123"),
        ("land.area_m2", "   "),
    ],
)
def test_what_cannot_be_an_answer_is_a_problem_with_words(key, typed):
    outcome = read(key, typed)

    assert isinstance(outcome, Problem)
    assert outcome.key == key
    assert outcome.text
    assert key not in outcome.text


def test_a_limit_is_told_as_people_write_numbers():
    outcome = read("land.area_m2", "99999999999")

    assert isinstance(outcome, Problem)
    assert "từ 0,01 đến 10.000.000" in outcome.text


def test_not_being_sure_is_an_answer():
    assert read("land.area_m2", UNSURE) is None


@UNHURRIED
@given(st.integers(min_value=0, max_value=10**15))
def test_money_as_we_print_it_is_money_as_we_read_it(amount):
    assert read("land.table_price", money(amount)) == amount


@UNHURRIED
@given(st.dates())
def test_a_day_as_people_write_it_is_read_back(day):
    typed = f"{day.day}/{day.month}/{day.year:04}"

    assert read("contract.date", typed) == day


@UNHURRIED
@given(st.text(max_size=40), st.sampled_from(sorted(QUESTIONS)))
def test_whatever_is_typed_is_a_value_or_a_problem(typed, key):
    outcome = read(key, typed)

    assert outcome is None or isinstance(
        outcome, Problem | bool | int | Decimal | date | str
    )


@pytest.mark.parametrize(
    "typed",
    ["1" + ".000" * 2000, "1" + ",000" * 2000, "9" * 5000, "9" * 5000 + " tỷ", "²"],
    ids=["grouped", "by comma", "bare", "with a word", "no digit"],
)
@pytest.mark.parametrize("key", ["land.table_price", "contract.price"])
def test_a_number_longer_than_any_sum_is_a_problem_and_no_crash(key, typed):
    assert isinstance(read(key, typed), Problem)
