import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import shapes
from workflows.answers import expected_of, parse
from workflows.definition import FactSpec, Label
from workflows.errors import Problem
from workflows.shapes import load_shapes

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


@pytest.mark.parametrize("kind", sorted(load_shapes().shapes))
def test_the_example_that_a_person_is_shown_is_right_itself(kind):
    shape = load_shapes().shapes[kind]

    assert shapes.problem(kind, shape.example) is None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("person_id", "06618300012"),
        ("person_id", "0661830001234"),
        ("tax_code", "0123456786"),
        ("phone", "1905000123"),
        ("certificate_serial", "AA 12345"),
        ("dossier_code", "H15-261124-0975-1"),
        ("email", "hoa tai vidu.vn"),
    ],
)
def test_a_slip_of_the_finger_is_said_with_an_example(kind, text):
    told = shapes.problem(kind, text)

    assert told is not None
    assert text in told
    assert load_shapes().shapes[kind].example in told


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("person_id", "066 183 000123"),
        ("tax_code", "066183000123"),
        ("tax_code", "0123456787-001"),
        ("phone", "+84 905 000 123"),
        ("certificate_serial", "BN 600374"),
        ("certificate_serial", "AA09122325"),
        ("dossier_code", "H15.50.05.12-260917-0681"),
    ],
)
def test_what_people_and_offices_write_passes(kind, text):
    assert shapes.problem(kind, text) is None


@given(st.text("0123456789", min_size=9, max_size=9))
def test_at_most_one_last_digit_makes_a_tax_code(nine):
    right = [
        digit
        for digit in "0123456789"
        if shapes.problem("tax_code", nine + digit) is None
    ]
    rest = sum(w * int(d) for w, d in zip(WEIGHTS, nine, strict=True)) % 11

    assert right == ([str(10 - rest)] if rest else [])


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("party[hoa].phone", "+84 905 000 123", "0905000123"),
        ("party[hoa].person_id", "066 183 000123", "066183000123"),
        ("party[hoa].tax_code", "0123 456 787", "0123456787"),
        ("certificate.serial_no", "BN 600374", "BN 600374"),
        ("party[hoa].full_name", "H’ Blê̆ Ê̆ban", "H’ Blê̆ Ê̆ban"),
    ],
)
def test_the_end_of_a_key_tells_how_its_fact_is_kept(key, typed, kept):
    spec = FactSpec(label=Label(citizen="x", clerk="x"), type="text")

    assert parse(key, typed, expected_of(key, spec)) == kept


@given(st.sampled_from(sorted(load_shapes().facts)), st.text(max_size=20))
def test_what_is_taken_has_its_shape_and_is_taken_again(name, typed):
    key = f"party[hoa].{name}"
    spec = FactSpec(label=Label(citizen="x", clerk="x"), type="text")
    value = parse(key, typed, expected_of(key, spec))

    if isinstance(value, Problem):
        assert "party[" not in value.text
    elif value is not None:
        assert shapes.problem(load_shapes().facts[name], value) is None
        assert parse(key, value, expected_of(key, spec)) == value
