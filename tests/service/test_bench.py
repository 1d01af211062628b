"""The benchmark: what it prints, and when it fails. No test here looks at a time."""

import json
import re

import pytest

from service.bench.engine import drivers, trace
from service.bench.load import Page, UnexpectedAnswerError, rate, visit
from service.bench.measures import Bar, Measure
from service.bench.processes import serving, surroundings
from service.bench.report import PROMISES, page
from service.bench.timing_of_codes import told_apart
from service.cli import main
from service.commands.bench import SUBJECTS, report

KEYS = {"id", "promise", "value", "baseline", "ratio", "limit", "goal", "verdict"}


def measure(ratio, bar=None):
    return Measure("a.b", ratio, 1, "a baseline", "ms", ratio, bar)


@pytest.mark.parametrize(
    ("bar", "holds", "fails"),
    [
        (None, None, False),
        (Bar(3, "most"), True, False),
        (Bar(2, "most"), False, True),
        (Bar(2, "least"), True, False),
        (Bar(4, "least"), False, True),
        (Bar(4, "least", firm=False), False, False),
    ],
)
def test_only_a_firm_limit_that_is_missed_fails(bar, holds, fails):
    assert measure(3, bar).holds is holds
    assert measure(3, bar).fails is fails


def test_a_bar_on_the_value_does_not_look_at_the_ratio():
    heavy = Measure("memory", 300, 100, "hello", "MB", 3, Bar(250, "most", of="value"))
    assert heavy.fails


def test_every_engine_goes_through_the_same_states():
    ours, *others = drivers()
    expected = trace(ours)
    assert expected[0] == {"draft"}
    assert expected[8] == {"tax_assessing", "ext_pending"}
    assert expected[-1] == {"closed"}
    for other in others:
        assert trace(other) == expected, other.name


# What each subject measures at the least; together they answer P1 to P7.
FOUND = {
    "engine": {
        "engine.xstate-statemachine",
        "engine.transitions",
        "engine.python-statemachine",
    },
    "law": {"law.check", "law.diff"},
    "commands": {"commands.plan", "commands.estimate"},
    "store": {"store.move", "store.move.postgresql"},
    "papers": {
        "papers.warm",
        "papers.slow",
        "papers.form",
        "papers.cached",
        "papers.workers",
        "papers.memory",
        "papers.file",
    },
    "web": {
        "web.client",
        "web.memory",
        "web.sqlite.question",
        "web.sqlite.twin.move",
        "web.postgresql.lookup",
        "web.postgresql.twin.question",
        "web.postgresql.delay.move",
        "footprint.memory",
        "footprint.containers",
    },
    "scale": {
        "scale.sqlite.lookup",
        "scale.sqlite.worklist.database",
        "scale.postgresql.worklist",
        "scale.postgresql.find.database",
    },
    "audit": {"audit.sqlite", "audit.postgresql"},
    "timing_of_codes": {
        "codes.unknown.apart",
        "codes.unknown.guessed",
        "codes.malformed.apart",
        "codes.malformed.guessed",
    },
}
ANSWERED = {
    "store": {"P3"},
    "papers": {"P5"},
    "web": {"P1", "P2", "P4", "P5", "P7"},
    "scale": {"P6"},
}


def test_every_subject_is_looked_for():
    assert set(FOUND) == set(SUBJECTS)
    assert set().union(*ANSWERED.values()) == PROMISES.keys() - {""}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_answers_in_json_and_as_a_page(capsys, tmp_path, subject):
    main(["bench", "--quick", "--only", subject, "--json", "--html", str(tmp_path)])
    answer = json.loads(capsys.readouterr().out)
    found = {each["id"]: each for each in answer["measures"]}
    assert FOUND[subject] <= found.keys()
    promises = {each["promise"] for each in found.values()}
    assert promises - {None} == ANSWERED.get(subject, set())
    assert all(each.keys() >= KEYS for each in found.values())
    assert all(each["value"] > 0 and each["baseline"] > 0 for each in found.values())
    assert answer["machine"]["processors"] > 0
    assert json.loads((tmp_path / "bench.json").read_text("utf-8")) == answer
    shown = (tmp_path / "index.html").read_text("utf-8")
    assert all(f"<code>{name}</code>" in shown for name in found)
    assert "<script" not in shown


def test_times_that_tell_nothing_are_right_in_half_of_all_pairs():
    assert told_apart([1, 2, 3], [1, 2, 3]) == 0.5
    assert told_apart([1, 2], [3, 4]) == told_apart([3, 4], [1, 2]) == 1
    assert told_apart([1, 4], [2, 3]) == 0.5
    assert told_apart([2, 4], [1, 3]) == 0.75


def test_the_command_fails_when_a_limit_does_not_hold(capsys):
    well = measure(3, Bar(5, "most"))
    missed = measure(3, Bar(1, "most"))
    assert report([well], as_json=False) == 0
    assert report([missed, well], as_json=False) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2].endswith("not met")
    assert lines[-1].endswith("met")


def test_a_page_that_is_not_there_is_not_counted_as_quick(tmp_path):
    with serving(["service.bench.hello"], surroundings(tmp_path)) as hello:
        visit(hello.port, [Page("/")], 5)
        assert rate(hello.port, Page("/"), connections=2, seconds=0.1) > 0
        with pytest.raises(UnexpectedAnswerError, match="/nowhere"):
            visit(hello.port, [Page("/"), Page("/nowhere")], 5)


def test_a_plot_ends_on_the_side_of_its_verdict():
    good, bad = measure(30, Bar(3, "least")), measure(30, Bar(3, "most"))
    assert (good.times_the_bar, bad.times_the_bar) == (10, 0.1)
    shown = page([good], {}, ""), page([bad], {}, "")
    assert 'class="met" x="160.0" y="4" height="8" width="80.0"' in shown[0]
    assert 'class="missed" x="80.0" y="4" height="8" width="80.0"' in shown[1]


def test_words_of_a_measure_stay_words_on_the_page():
    odd = Measure("<b>", 1, 1, "<i>", "<u>", 1, Bar(1, "least"))
    shown = page([odd], {"<s>": "<script>"}, "")
    assert not {"<i>", "<u>", "<s>", "<script>"} & set(re.findall(r"<\w+>", shown))
