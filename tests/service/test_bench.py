"""The benchmark: what it prints, and when it fails. No test here looks at a time."""

import json

import pytest

from service.bench.engine import drivers, trace
from service.bench.load import Page, UnexpectedAnswerError, rate, visit
from service.bench.measures import Bar, Measure
from service.bench.processes import serving, surroundings
from service.cli import main
from service.commands.bench import report

KEYS = {"id", "value", "baseline", "ratio", "limit", "holds", "unit"}


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


def test_the_whole_benchmark_answers_in_json(capsys):
    main(["bench", "--quick", "--json"])
    answer = json.loads(capsys.readouterr().out)
    found = {each["id"]: each for each in answer["measures"]}
    assert {
        "engine.xstate-statemachine",
        "engine.transitions",
        "engine.python-statemachine",
        "commands.plan",
        "commands.estimate",
        "store.move",
        "store.move.postgresql",
        "papers.warm",
        "papers.form",
        "papers.cached",
        "papers.workers",
        "papers.memory",
        "papers.file",
        "web.memory",
        "web.question",
        "web.lookup",
        "scale.sqlite.lookup",
        "scale.sqlite.worklist.database",
        "scale.postgresql.worklist",
        "scale.postgresql.find.database",
    } <= found.keys()
    assert all(each.keys() >= KEYS for each in found.values())
    assert all(each["value"] > 0 and each["baseline"] > 0 for each in found.values())
    assert answer["machine"]["processors"] > 0


def test_the_command_fails_when_a_limit_does_not_hold(capsys):
    well = measure(3, Bar(5, "most"))
    missed = measure(3, Bar(1, "most"))
    assert report([well], as_json=False) == 0
    assert report([missed, well], as_json=False) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2].endswith("MISSED")
    assert lines[-1].endswith("holds")


def test_a_page_that_is_not_there_is_not_counted_as_quick(tmp_path):
    with serving(["service.bench.hello"], surroundings(tmp_path)) as hello:
        visit(hello.port, [Page("/")], 5)
        assert rate(hello.port, Page("/"), connections=2, seconds=0.1) > 0
        with pytest.raises(UnexpectedAnswerError, match="/nowhere"):
            visit(hello.port, [Page("/"), Page("/nowhere")], 5)
