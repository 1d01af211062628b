"""The behaviour of an office follows its script, or the seed of its chance."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from integrations.simulator.behaviour import AT_DOOR, Conduct, Plan, load_plans
from tests.conftest import Hour


def conduct(seed=1, hour=None, **plan):
    return Conduct("tax", hour or Hour(), seed, Plan.model_validate(plan))


def calls(conduct, count, name="key"):
    return [sorted(conduct.at_door(f"{name}-{each}")) for each in range(count)]


def test_a_rule_begins_after_so_many_calls_and_lasts_so_many():
    script = [{"do": "down", "after": 2, "times": 3}, {"do": "slow", "after": 4}]
    assert calls(conduct(script=script), 7) == [
        [],
        [],
        ["down"],
        ["down"],
        ["down", "slow"],
        ["slow"],
        ["slow"],
    ]


def test_an_office_that_is_down_for_days_says_nothing_either_and_comes_back():
    hour = Hour()
    week = 7 * 24 * 60
    script = [{"do": "down", "after": 1, "minutes": week}]
    office = conduct(hour=hour, script=script)
    assert not office.silent()
    assert calls(office, 2) == [[], ["down"]]
    assert office.silent()
    hour.now += timedelta(days=6, hours=23)
    assert calls(office, 1) == [["down"]]
    hour.now += timedelta(hours=1)
    assert not office.silent()
    assert calls(office, 2) == [[], []]


def test_chance_comes_from_the_seed_and_the_name_whatever_comes_first():
    rates = {"slow": 0.3, "lose": 0.3, "down": 0.1}
    forwards, backwards = conduct(rates=rates), conduct(rates=rates)
    names = [f"key-{each}" for each in range(200)]
    first = {name: forwards.at_door(name) for name in names}
    second = {name: backwards.at_door(name) for name in reversed(names)}
    assert first == second
    assert forwards.counts == backwards.counts
    assert 30 < forwards.counts["slow"] < 90
    assert {name: conduct(2, rates=rates).at_door(name) for name in names} != first


def test_a_repeat_of_a_call_may_go_better_than_the_first():
    office = conduct(rates={"lose": 0.5})
    assert len({office.at_door("the same key") for _ in range(40)}) == 2


def test_what_goes_wrong_with_calls_leaves_messages_alone():
    office = conduct(script=[{"do": "twice"}, {"do": "down"}], rates={"delay": 1})
    assert office.at_door("key") == {"down"}
    assert office.in_voice("message") == {"twice", "delay"}
    assert set(AT_DOOR).isdisjoint(office.in_voice("message"))


@pytest.mark.parametrize(
    "wrong",
    [
        "tax: {script: [{do: dance}]}",
        "tax: {rates: {slow: 2}}",
        "tax: {script: [{do: down, minutes: 0}]}",
        "tax: {seconds: 0}",
        "tax: {scripts: []}",
    ],
)
def test_a_plan_that_means_nothing_is_not_begun(tmp_path, wrong):
    path = tmp_path / "plan.yaml"
    path.write_text(wrong)
    with pytest.raises(ValidationError):
        load_plans(path)
    path.write_text("all: {rates: {slow: 0.5}, seconds: 2}\ntax: {}\n")
    assert load_plans(path)["all"] == Plan(rates={"slow": 0.5}, seconds=2)
