"""Figures by day, commune and branch; unknown, repealed and inherited ones."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.definition import Length, ParameterSpec
from workflows.errors import FigureNotYetSetError, UnknownNameError
from workflows.parameters import Parameter, length

SOURCE = {"instrument": "law", "at": "Đ1", "mark": "V"}
START = date(2025, 7, 1)


def a_parameter(*values, **spec):
    rows = [
        {"source": SOURCE, "status": "verified", "since": START.isoformat(), **value}
        for value in values
    ]
    raw = {"resolve_on": "receipt", "values": rows, **spec}
    return Parameter("some.figure", ParameterSpec.model_validate(raw))


def test_a_figure_holds_from_its_day_until_the_next_one():
    parameter = a_parameter(
        {"value": 10_000_000}, {"since": "2026-07-01", "value": 20_000_000}
    )

    assert parameter.at(date(2026, 6, 30)).value == 10_000_000
    figure = parameter.at(date(2026, 7, 1))
    assert (figure.value, figure.since) == (20_000_000, date(2026, 7, 1))
    assert figure.source.at == "Đ1"


def test_before_the_first_day_there_is_no_figure():
    parameter = a_parameter({"value": 1})

    with pytest.raises(FigureNotYetSetError, match=r"some\.figure.*2025-06-30"):
        parameter.at(date(2025, 6, 30))


def test_a_repealed_figure_is_nothing_and_names_the_repealing_text():
    repealed = {"instrument": "new", "at": "Đ9", "mark": "V"}
    parameter = a_parameter(
        {"value": "0.02"}, {"since": "2026-07-01", "value": None, "source": repealed}
    )
    figure = parameter.at(date(2026, 7, 1))

    assert figure.value is None
    assert figure.unknown is None
    assert figure.source.instrument == "new"


def test_an_unknown_figure_says_whom_to_ask():
    figure = a_parameter({"value": {"unknown": "hỏi một cửa"}}).at(START)

    assert figure.value is None
    assert figure.unknown == "hỏi một cửa"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0.02", Decimal("0.02")),
        ("1", Decimal(1)),
        (20_000_000, 20_000_000),
        ("text", "text"),
        (["24133", "0.5"], ("24133", Decimal("0.5"))),
        ({"share": "0.5", "time": "15:00"}, {"share": Decimal("0.5"), "time": "15:00"}),
    ],
)
def test_quoted_figures_are_exact_and_codes_stay_text(written, read):
    value = a_parameter({"value": written}).at(START).value

    assert value == read
    assert type(value) is type(read)


# --- branches ---------------------------------------------------------------------


def test_a_branch_picks_its_own_value():
    parameter = a_parameter(
        {"value": {"fee": {"n": 3, "unit": "working_day"}, "levy": {"unknown": "hỏi"}}},
        by={"fact": "family"},
    )

    assert length(parameter.at(START, branch="fee")).n == 3
    assert parameter.at(START, branch="levy").unknown == "hỏi"
    assert parameter.at(START).value is None
    assert parameter.at(START).unknown is not None
    with pytest.raises(UnknownNameError, match="fee, levy"):
        parameter.at(START, branch="other")


# --- communes ---------------------------------------------------------------------


def test_a_figure_for_some_communes_holds_only_there():
    parameter = a_parameter(
        {"value": 1}, {"since": "2026-01-01", "value": 2, "communes": ["00111"]}
    )
    day = date(2026, 2, 2)

    assert parameter.at(day, commune="00111").value == 2
    assert parameter.at(day, commune="00222").value == 1


def test_a_figure_for_other_communes_alone_is_nothing_here():
    parameter = a_parameter({"value": 2, "communes": ["00111"]})

    assert parameter.at(START, commune="00222").value is None
    assert parameter.at(START, commune="00222").unknown is None
    assert parameter.at(START).unknown is not None


def test_a_list_of_communes_that_nobody_has_is_said_beside_the_figure():
    figure = a_parameter({"value": 10, "communes": {"unknown": "danh sách xã"}}).at(
        START, commune="00111"
    )

    assert (figure.value, figure.unknown) == (10, "danh sách xã")


# --- lists ------------------------------------------------------------------------


def test_a_list_takes_over_the_one_before_it_and_drops_of_it():
    parameter = a_parameter(
        {"value": [{"fact": "a"}, {"fact": "b"}, "c"]},
        {"since": "2026-01-01", "value": [{"inherit": "all"}, {"drop": "b"}, "d"]},
        {"since": "2027-01-01", "value": [{"inherit": "all"}, {"drop": "c"}, "e"]},
    )

    assert parameter.at(date(2026, 1, 1)).value == ({"fact": "a"}, "c", "d")
    assert parameter.at(date(2027, 1, 1)).value == ({"fact": "a"}, "d", "e")


# --- lengths ----------------------------------------------------------------------


def test_a_length_is_read_from_the_figure():
    figure = a_parameter({"value": {"n": 8, "unit": "working_day"}}).at(START)

    assert length(figure) == Length(n=8, unit="working_day")


def test_the_same_working_day_has_no_days():
    figure = a_parameter({"value": {"same_working_day": True}}).at(START)

    assert length(figure) == Length(n=0, unit="working_day")


@pytest.mark.parametrize("value", [{"unknown": "hỏi"}, None, 5])
def test_what_is_no_length_is_refused(value):
    with pytest.raises(ValueError, match="no length"):
        length(a_parameter({"value": value}).at(START))


# --- the rule behind it -----------------------------------------------------------


@given(
    steps=st.lists(
        st.integers(min_value=1, max_value=400), min_size=1, max_size=6, unique=True
    ),
    asked=st.integers(min_value=0, max_value=500),
)
def test_the_figure_is_always_the_last_one_before_the_day(steps, asked):
    days = [START, *(START + timedelta(days=step) for step in steps)]
    values = [
        {"since": day.isoformat(), "value": number} for number, day in enumerate(days)
    ]
    day = START + timedelta(days=asked)

    figure = a_parameter(*values).at(day)

    assert figure.since == max(since for since in days if since <= day)
    assert days[int(str(figure.value))] == figure.since
