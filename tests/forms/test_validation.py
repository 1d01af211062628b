import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import validation

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


@pytest.mark.parametrize("kind", sorted(validation.load().formats))
def test_the_example_that_a_person_is_shown_is_right_itself(kind):
    shape = validation.load().formats[kind]

    assert validation.problem(kind, shape.example) is None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("person_id", "06618300012"),
        ("person_id", "0661830001234"),
        ("tax_code", "0123456786"),
        ("mobile_phone", "1905000123"),
        ("certificate_serial", "AA 1234567"),
        ("dossier_code", "H15-261124-0975-1"),
        ("email", "hoa tai vidu.vn"),
    ],
)
def test_a_slip_of_the_finger_is_said_with_an_example(kind, text):
    told = validation.problem(kind, text)

    assert told is not None
    assert text in told
    assert validation.load().formats[kind].example in told


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("person_id", "066 183 000123"),
        ("tax_code", "066183000123"),
        ("tax_code", "0123456787-001"),
        ("mobile_phone", "+84 905 000 123"),
        ("certificate_serial", "BN 600374"),
        ("certificate_serial", "AA09122325"),
        ("dossier_code", "H15.50.05.12-260917-0681"),
    ],
)
def test_what_people_and_offices_write_passes(kind, text):
    assert validation.problem(kind, text) is None


@given(st.text("0123456789", min_size=9, max_size=9))
def test_at_most_one_last_digit_makes_a_tax_code(nine):
    right = [
        digit
        for digit in "0123456789"
        if validation.problem("tax_code", nine + digit) is None
    ]
    rest = sum(w * int(d) for w, d in zip(WEIGHTS, nine, strict=True)) % 11

    assert right == ([str(10 - rest)] if rest else [])


def test_a_fact_is_checked_by_the_end_of_its_key():
    assert validation.problem_of_fact("party[hoa].phone", "12") is not None
    assert validation.problem_of_fact("party[hoa].phone", "0905000123") is None
    assert validation.problem_of_fact("party[hoa].full_name", "12") is None
    assert validation.problem_of_fact("party[hoa].phone", 905000123) is None
