"""Our interpreter and python-statemachine agree on ten thousand random charts."""

from __future__ import annotations

import pytest

from tests.workflows.rival import (
    RandomChart,
    RandomState,
    disagreement,
    disagreements,
    drawn,
)

CHARTS = 10_000
ROUND = 500


@pytest.mark.parametrize("first", range(0, CHARTS, ROUND))
def test_random_charts_end_up_where_the_rival_does(first) -> None:
    assert disagreements(range(first, first + ROUND)) == []


def test_the_random_charts_have_every_kind_of_state_and_move_through_them() -> None:
    charts = [drawn(seed)[0] for seed in range(ROUND)]

    kinds = {state.kind for chart in charts for state in chart.states()}
    assert kinds == {"atomic", "compound", "parallel", "final", "shallow", "deep"}


def test_a_chart_that_differs_is_told_with_the_events_that_led_there() -> None:
    chart = RandomChart(
        (RandomState("s0", "atomic"), RandomState("s1", "atomic")),
        (("s0", "e0", "s1"),),
    )
    stays = RandomChart(chart.top, ())

    assert disagreement(chart, ["e0"]) is None
    assert disagreement(chart, ["e0"], rival=stays) == (
        "after [e0]: ['s1'], the rival ['s0']"
    )
