"""Scenarios that jurists write: a situation and a day, the plan and the money due."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.workflows.matters import the_law, the_places
from workflows.errors import BadInputError
from workflows.journey import plan
from workflows.loader import load_calendar
from workflows.situation import read

FOLDER = Path(__file__).parents[1] / "scenarios"
FILES = sorted(FOLDER.glob("*.yaml"))
KEYS = {
    *("title", "law", "day", "situation", "edition"),
    *("plan", "plan_has", "plan_has_not"),
    *("money", "no_money", "total", "total_by_payer", "partial"),
}
PLAIN = ("amount", "status", "base", "taxpayer", "rate")
LISTS = ("missing", "assumed", "presumed")
ROW_KEYS = {"kind", "payer", "at", "says", "payments", *PLAIN, *LISTS}


@cache
def the_calendar():
    return load_calendar()


def faults(scenario: Mapping, file: str) -> Iterator[str]:
    """Everything in which the program differs from the scenario, each in a line."""
    for key in scenario.keys() - KEYS:
        yield f"{file}: {key}: no such key; allowed: {', '.join(sorted(KEYS))}"
    raw = scenario["situation"] | {"on": scenario["day"].isoformat()}
    try:
        situation = read(raw, the_law(), the_places())
    except BadInputError as error:
        yield from (f"{file}: situation: {p.key}: {p.text}" for p in error.problems)
        return
    edition = the_law().edition(situation.province, situation.on, situation.commune)
    found = plan(situation, edition, the_calendar()).to_json()
    yield from differing(file, "edition", scenario, edition.id)
    steps = [step["procedure"] for step in found["steps"]]
    yield from differing(file, "plan", scenario, steps)
    for step in scenario.get("plan_has", ()):
        if step not in steps:
            yield f"{file}: plan_has: {step} is not among {steps}"
    for step in scenario.get("plan_has_not", ()):
        if step in steps:
            yield f"{file}: plan_has_not: {step} is among {steps}"
    yield from faults_of_money(scenario, file, found["costs"])


def faults_of_money(scenario: Mapping, file: str, costs: Mapping) -> Iterator[str]:
    kinds = [line["kind"] for line in costs["lines"]]
    for kind in scenario.get("no_money", ()):
        if kind in kinds:
            yield f"{file}: no_money: there is a line {kind}"
    for key in ("total", "total_by_payer", "partial"):
        yield from differing(file, key, scenario, costs[key])
    for row in scenario.get("money", ()):
        where = f"money[{row['kind']}, {row.get('payer', 'anybody')}]"
        lines = [line for line in costs["lines"] if is_about(line, row)]
        if len(lines) != 1:
            payers = [x["payer"] for x in costs["lines"] if x["kind"] == row["kind"]]
            yield f"{file}: {where}: {len(lines)} lines; this kind has {payers}"
            continue
        yield from faults_of_line(row, f"{file}: {where}", lines[0])


def is_about(line: Mapping, row: Mapping) -> bool:
    names = ("kind", "payer", "taxpayer")
    return all(line[name] == row[name] for name in names if name in row)


def faults_of_line(row: Mapping, where: str, line: Mapping) -> Iterator[str]:
    for key in row.keys() - ROW_KEYS:
        yield f"{where}.{key}: no such key; allowed: {', '.join(sorted(ROW_KEYS))}"
    for key in PLAIN:
        yield from differing(where, key, row, line[key], f" ({line['reason']})")
    for key in LISTS:
        yield from differing(where, key, row, line[key])
    if "says" in row and row["says"] not in line["reason"]:
        yield f"{where}.says: expected {row['says']!r} in {line['reason']!r}"
    places = [f"{place['instrument']} {place['at']}" for place in line["basis"]]
    if "at" in row and row["at"] not in places:
        yield f"{where}.at: expected {row['at']!r} among {places}"
    for number, (wanted, part) in enumerate(
        zip(row.get("payments", ()), line["payments"], strict=False)
    ):
        told = {key: plain(value) for key, value in wanted.items()}
        for key in told:
            yield from differing(f"{where}.payments[{number}]", key, told, part[key])
    if len(row.get("payments", line["payments"])) != len(line["payments"]):
        yield f"{where}.payments: there are {len(line['payments'])}"


def differing(
    where: str, key: str, expected: Mapping, actual: object, more: str = ""
) -> Iterator[str]:
    if key in expected and expected[key] != actual:
        yield f"{where}: {key}: expected {expected[key]!r}, found {actual!r}{more}"


def plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_plan_and_the_money_are_as_the_scenario_says(file):
    scenario = yaml.safe_load(file.read_text("utf-8"))

    found = list(faults(scenario, file.name))

    assert not found, "\n" + "\n".join(found)


def test_a_scenario_that_is_wrong_names_the_file_the_row_and_both_figures():
    scenario = yaml.safe_load((FOLDER / "sale-father-to-son.yaml").read_text("utf-8"))
    row = next(row for row in scenario["money"] if row["kind"] == "registration_fee")
    row["amount"] += 1

    (fault,) = faults(scenario, "sale-father-to-son.yaml")

    assert fault.startswith("sale-father-to-son.yaml: money[registration_fee, son]")
    assert "expected 6000001, found 6000000" in fault


def test_a_scenario_with_a_misspelt_key_does_not_pass_unseen():
    scenario = yaml.safe_load((FOLDER / "sale-father-to-son.yaml").read_text("utf-8"))
    scenario["totals"] = 1
    scenario["money"][0]["amont"] = 1

    found = list(faults(scenario, "x.yaml"))

    assert [line.split(":")[1].strip() for line in found[:1]] == ["totals"]
    assert any("amont: no such key" in line for line in found)
