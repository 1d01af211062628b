"""A decision found in December that has held since July: before and after."""

import json

import pytest

from tests.commands.conftest import SITUATIONS

GIFT = SITUATIONS / "gift-to-daughter.json"
DECISION = "QĐ40 2026"
SHORTER = """\
overrides:
  - of: parameter/land.days.register_change
    at: values[since=2025-07-01].value.n
    replace: 5
    why: "Tỉnh rút ngắn"
    source: {instrument: qd40-2026, at: "Đ1", mark: V}
"""


@pytest.fixture
def found_in_december(dat, tmp_path, monkeypatch):
    """Load, as an administrator would, the province's decision that was found late."""
    answer = dat(
        "packs", "new", "--from", "vn-66-2026", "--territory", "66", "--instrument",
        DECISION, "--in-force-from", "2026-07-01", "--id", "vn-66-qd40-2026",
        "--replaces", "vn-66-2026", "--known-since", "2026-12-10", "--into", tmp_path,
    )  # fmt: skip
    assert answer.code == 0, answer.err
    head = tmp_path / "vn-66-qd40-2026" / "package.yaml"
    text = head.read_text("utf-8").replace("overrides: []\n", SHORTER)
    head.write_text(text.replace("to: null", "to: 2027-02-28"), "utf-8")
    monkeypatch.setenv("DAT_PACKAGES_DIR", str(tmp_path))
    return head


def days(answer):
    steps = {step["id"]: step for step in answer.json["steps"]}
    return steps["register_gift"]["working_days"]


def test_a_plan_is_as_it_would_have_been_before_the_decision_was_known(
    dat, found_in_december, monkeypatch, tmp_path
):
    now = dat("plan", GIFT, "--json")
    then = dat("plan", GIFT, "--json", "--known-on", "2026-12-09")
    on_the_day = dat("plan", GIFT, "--json", "--known-on", "2026-12-10")

    assert days(now) == days(on_the_day) < days(then)
    monkeypatch.setenv("DAT_PACKAGES_DIR", str(tmp_path / "nothing"))
    assert dat("plan", GIFT, "--json").json == then.json


def test_the_packages_with_the_decision_have_no_mistake(dat, found_in_december):
    report = dat("packs", "check", "--json")

    assert report.json["errors"] == []


def test_estimates_and_questions_are_those_of_the_day_too(dat, found_in_december):
    for command in ("estimate", "next"):
        answer = dat(command, GIFT, "--known-on", "2026-12-09")
        assert answer.code == 0
        assert answer.out.startswith("Theo những gì đã biết đến hết ngày 09/12/2026:")


def test_packages_are_listed_and_shown_as_they_were_known(dat, found_in_december):
    listed = dat("packs", "list", "--json", "--known-on", "2026-12-09").json
    assert "vn-66-qd40-2026" not in {row["id"] for row in listed}
    listed = {row["id"]: row for row in dat("packs", "list", "--json").json}
    assert listed["vn-66-qd40-2026"]["known_since"] == "2026-12-10"

    shown = ("packs", "show", "vn-66-qd40-2026", "--on", "2026-11-24", "--known-on")
    assert dat(*shown, "2026-12-10").code == 0
    refused = dat(*shown, "2026-12-09")
    assert refused.code == 2
    assert "10/12/2026" in refused.err


def test_a_diff_tells_what_was_learned_between_two_days(dat, found_in_december):
    text = found_in_december.read_text("utf-8")
    later = SHORTER.removeprefix("overrides:\n").replace("replace: 5", "replace: 4")
    later = later.replace("    replace", "    known_since: 2026-12-20\n    replace")
    found_in_december.write_text(text.replace(SHORTER, SHORTER + later), "utf-8")

    pair = ("packs", "diff", "vn-66-qd40-2026", "vn-66-qd40-2026")
    answer = dat(
        *pair, "--on", "2026-11-24", "--json",
        "--known-on-a", "2026-12-19", "--known-on-b", "2026-12-20",
    )  # fmt: skip

    days_of_gift = answer.json["procedures"]["register_gift"]["days"]
    figures = [
        (row["before"]["value"]["figure"]["n"], row["after"]["value"]["figure"]["n"])
        for row in days_of_gift.values()
    ]
    assert (5, 4) in figures
    same = dat(*pair, "--on", "2026-11-24", "--json", "--known-on", "2026-12-19").json
    assert not same["procedures"]


def test_a_day_that_is_none_is_refused_with_the_option(dat):
    for command in (["plan", GIFT], ["packs", "list"]):
        answer = dat(*command, "--known-on", "2026-02-30")
        assert answer.code == 2
        assert "--known-on" in answer.err
        assert "2026-02-30" in answer.err


def test_without_corrections_every_day_knows_the_same(dat):
    now, then = (
        dat("estimate", GIFT, "--json", *more).out
        for more in ([], ["--known-on", "2026-01-01"])
    )
    assert json.loads(now) == json.loads(then)
