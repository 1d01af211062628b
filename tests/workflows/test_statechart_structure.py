"""Conformance: which states are exited and entered, in the manner of W3C SCXML.

Each state of a chart marks its entry as ``+name`` and its exit as ``-name``.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflows.charts import NOON, a_chart, after, begin, trace
from workflows.errors import EventNotExpectedError, PackageInvalidError
from workflows.statechart import Chart, ChartBrokenError, Instance


def marked(states: dict[str, Any]) -> dict[str, Any]:
    return {name: _marked(name, state) for name, state in states.items()}


def _marked(name: str, state: dict[str, Any]) -> dict[str, Any]:
    if state.get("type") == "history":
        return state
    return {
        **state,
        "entry": [{"issue": f"+{name}"}],
        "exit": [{"issue": f"-{name}"}],
        "states": marked(state.get("states", {})),
    }


def moved(states: dict[str, Any], *events: str) -> tuple[tuple[str, ...], list[str]]:
    chart = a_chart(marked(states))
    outcome = after(chart, begin(chart), *events)
    return outcome.after.configuration, trace(outcome)


def external(target: str) -> dict[str, Any]:
    return {"to": target, "external": True}


# --- where a chart begins ------------------------------------------------------------


def test_a_compound_begins_with_its_first_child():
    chart = a_chart({"a": {"states": {"b": {"states": {"c": {}, "d": {}}}}}})

    assert begin(chart).configuration == ("c",)


def test_initial_names_another_child_or_a_deeper_state():
    inner = {"c": {}, "d": {"states": {"e": {}, "f": {}}}}

    assert begin(a_chart({"a": {"initial": "d", "states": inner}})).configuration == (
        "e",
    )
    assert begin(a_chart({"a": {"initial": "f", "states": inner}})).configuration == (
        "f",
    )


def test_a_parallel_begins_in_all_its_regions_and_enters_outermost_first():
    chart = a_chart(
        marked(
            {
                "p": {
                    "type": "parallel",
                    "states": {
                        "r": {"states": {"r1": {}}},
                        "s": {"states": {"s1": {}}},
                    },
                }
            }
        )
    )

    outcome = chart.start(lookup=dict[str, object]().get, at=NOON)

    assert outcome.after.configuration == ("r1", "s1")
    assert trace(outcome) == ["+p", "+r", "+r1", "+s", "+s1"]


# --- which arrow ---------------------------------------------------------------------


def test_the_inner_state_answers_before_the_outer_one():
    states = {
        "a": {"events": {"go": "wrong"}, "states": {"b": {"events": {"go": "right"}}}},
        "right": {},
        "wrong": {},
    }

    assert moved(states, "go") == (("right",), ["-b", "-a", "+right"])


def test_the_outer_state_answers_what_the_inner_one_does_not_name():
    states = {
        "a": {"events": {"go": "out"}, "states": {"b": {"events": {"no": "b"}}}},
        "out": {},
    }

    assert moved(states, "go")[0] == ("out",)


def test_an_outer_state_answers_when_the_guards_of_the_inner_one_are_false():
    states = {
        "a": {
            "events": {"go": "out"},
            "states": {"b": {"events": {"go": {"to": "wrong", "if": "never"}}}},
        },
        "out": {},
        "wrong": {},
    }
    chart = a_chart(states, flags={"never": False})

    assert after(chart, begin(chart), "go").after.configuration == ("out",)


def test_of_several_lines_the_first_in_document_order_is_taken():
    states = {"a": {"events": {"go": ["first", "second"]}}, "first": {}, "second": {}}

    assert moved(states, "go")[0] == ("first",)


def test_an_event_that_no_active_state_names_is_refused():
    chart = a_chart({"a": {}, "b": {"events": {"go": "a"}}})

    with pytest.raises(EventNotExpectedError):
        after(chart, begin(chart), "go")


# --- what is left and entered --------------------------------------------------------


def test_siblings_leave_and_enter_only_below_their_common_ancestor():
    states = {
        "a": {"states": {"b": {"events": {"go": "c"}}, "c": {"states": {"d": {}}}}}
    }

    assert moved(states, "go") == (("d",), ["-b", "+c", "+d"])


def test_a_self_transition_leaves_the_state_and_comes_back():
    states = {
        "a": {
            "events": {"again": "a"},
            "states": {"b": {"events": {"go": "c"}}, "c": {}},
        }
    }

    assert moved(states, "go", "again") == (("b",), ["-c", "-a", "+a", "+b"])


def test_an_arrow_without_target_leaves_nothing():
    states = {
        "a": {"events": {"note": {"do": [{"issue": "noted"}]}}, "states": {"b": {}}}
    }

    assert moved(states, "note") == (("b",), ["noted"])


def test_an_arrow_into_its_own_source_is_internal():
    states = {"a": {"events": {"go": "c"}, "states": {"b": {}, "c": {}}}}

    assert moved(states, "go") == (("c",), ["-b", "+c"])


def test_an_external_arrow_into_its_own_source_goes_out_and_in_again():
    states = {"a": {"events": {"go": external("c")}, "states": {"b": {}, "c": {}}}}

    assert moved(states, "go") == (("c",), ["-b", "-a", "+a", "+c"])


def test_effects_come_as_exits_then_the_arrow_then_entries():
    states = {
        "a": {"events": {"go": {"to": "b", "do": [{"issue": "between"}]}}},
        "b": {},
    }

    assert moved(states, "go")[1] == ["-a", "between", "+b"]


def test_leaving_is_innermost_first_and_in_reverse_document_order():
    states = {
        "p": {
            "type": "parallel",
            "events": {"go": "z"},
            "states": {"r": {"states": {"r1": {}}}, "s": {"states": {"s1": {}}}},
        },
        "z": {},
    }

    assert moved(states, "go")[1] == ["-s1", "-s", "-r1", "-r", "-p", "+z"]


# --- parallel ------------------------------------------------------------------------


def regions(r1: dict[str, Any], s1: dict[str, Any], **outer: Any) -> dict[str, Any]:
    return {
        "p": {
            "type": "parallel",
            "states": {
                "r": {"states": {"r1": r1, "r2": {}}},
                "s": {"states": {"s1": s1, "s2": {}}},
            },
            **outer,
        },
        "z": {},
    }


def test_both_regions_answer_one_event():
    states = regions({"events": {"go": "r2"}}, {"events": {"go": "s2"}})

    assert moved(states, "go") == (("r2", "s2"), ["-s1", "-r1", "+r2", "+s2"])


def test_a_region_that_does_not_answer_stays():
    assert moved(regions({"events": {"go": "r2"}}, {}), "go")[0] == ("r2", "s1")


def test_an_arrow_inside_a_region_wins_over_one_of_the_parallel_that_leaves_it():
    states = regions({"events": {"go": "r2"}}, {}, events={"go": "z"})

    assert moved(states, "go")[0] == ("r2", "s1")


def test_of_two_regions_that_both_leave_the_first_in_document_order_wins():
    states = regions({"events": {"go": "z"}}, {"events": {"go": "y"}}) | {"y": {}}

    assert moved(states, "go")[0] == ("z",)


def test_an_arrow_that_stays_does_not_conflict_with_one_that_leaves():
    note = {"events": {"go": {"do": [{"issue": "noted"}]}}}

    configuration, marks = moved(regions(note, {"events": {"go": "z"}}), "go")

    assert configuration == ("z",)
    assert "noted" in marks


def test_entering_one_region_from_outside_begins_the_others():
    states = {"a": {"events": {"go": "r2"}}} | regions({}, {})

    assert moved(states, "go") == (("r2", "s1"), ["-a", "+p", "+r", "+r2", "+s", "+s1"])


def test_a_move_drawn_on_a_region_does_not_restart_its_sisters():
    states = regions({"events": {"back": "r1"}}, {"events": {"on": "s2"}})
    states["p"]["states"]["r"]["events"] = {"on2": "r2"}

    assert moved(states, "on", "on2") == (("r2", "s2"), ["-r1", "+r2"])


def test_a_move_drawn_on_the_parallel_exchanges_only_the_region_of_its_target():
    states = regions({}, {"events": {"on": "s2"}}, events={"go": "r2", "again": "r"})

    assert moved(states, "on", "go") == (("r2", "s2"), ["-r1", "+r2"])
    assert moved(states, "on", "go", "again") == (
        ("r1", "s2"),
        ["-r2", "-r", "+r", "+r1"],
    )


def test_an_external_move_drawn_on_a_region_restarts_its_sisters_as_w3c_says():
    states = regions({}, {"events": {"on": "s2"}})
    states["p"]["states"]["r"]["events"] = {"go": external("r2")}

    assert moved(states, "on", "go")[0] == ("r2", "s1")


def test_a_parallel_inside_a_region_is_entered_and_left_whole():
    inner = {"type": "parallel", "states": {"u": {"states": {"u1": {}}}, "v": {}}}
    states = {
        "p": {
            "type": "parallel",
            "states": {
                "r": {"states": {"q": inner, "r2": {}}, "events": {"go": "r2"}},
                "s": {},
            },
        }
    }

    assert begin(a_chart(states)).configuration == ("u1", "v", "s")
    assert moved(states, "go") == (("r2", "s"), ["-v", "-u1", "-u", "-q", "+r2"])


# --- history -------------------------------------------------------------------------


def remembering(*, deep: bool) -> dict[str, Any]:
    return {
        "work": {
            "events": {"pause": "wait"},
            "states": {
                "back": {"type": "history", "deep": deep, "default": "one"},
                "one": {"events": {"go": "two"}},
                "two": {"states": {"t1": {"events": {"on": "t2"}}, "t2": {}}},
            },
        },
        "wait": {"events": {"resume": "back"}},
        "never": {"events": {"resume": "back"}},
    }


def test_shallow_history_brings_back_the_child_and_its_first_state():
    states = remembering(deep=False)

    assert moved(states, "go", "on", "pause", "resume") == (
        ("t1",),
        ["-wait", "+work", "+two", "+t1"],
    )


def test_deep_history_brings_back_the_leaf():
    assert moved(remembering(deep=True), "go", "on", "pause", "resume")[0] == ("t2",)


def test_history_that_remembers_nothing_uses_its_default():
    states = remembering(deep=True)
    chart = a_chart(states, entries={"aside": {"to": "never"}})

    assert after(chart, begin(chart), "resume").after.configuration == ("one",)


def test_history_remembers_the_last_time():
    states = remembering(deep=True)
    states["work"]["states"]["two"]["events"] = {"undo": "one"}

    twice = ("go", "pause", "resume", "undo", "pause", "resume")

    assert moved(states, *twice)[0] == ("one",)


def test_deep_history_over_a_parallel_brings_every_region_back_once():
    states = {
        "work": {
            "events": {"pause": "wait"},
            "states": {
                "back": {"type": "history", "deep": True, "default": "p"},
                **regions({"events": {"r": "r2"}}, {"events": {"s": "s2"}}),
            },
        },
        "wait": {"events": {"resume": "back"}},
    }
    states["work"]["initial"] = "p"

    assert moved(states, "r", "s", "pause", "resume") == (
        ("r2", "s2"),
        ["-wait", "+work", "+p", "+r", "+r2", "+s", "+s2"],
    )
    assert moved(states, "s", "pause", "resume")[0] == ("r1", "s2")


def test_history_of_one_region_leaves_the_sister_alone():
    states = regions({}, {"events": {"on": "s2"}})
    region = states["p"]["states"]["r"]
    region["states"] = {
        "work": {
            "events": {"pause": "wait"},
            "states": {
                "back": {"type": "history", "default": "w1"},
                "w1": {"events": {"go": "w2"}},
                "w2": {},
            },
        },
        "wait": {"events": {"resume": "back"}},
    }

    assert moved(states, "on", "go", "pause", "resume")[0] == ("w2", "s2")


# --- done ----------------------------------------------------------------------------


def test_a_compound_is_done_when_its_final_child_is_entered():
    states = {
        "a": {
            "events": {"done.a": "z"},
            "states": {"b": {"events": {"go": "end"}}, "end": {"type": "final"}},
        },
        "z": {},
    }

    assert moved(states, "go") == (("z",), ["-b", "+end", "-end", "-a", "+z"])


def both_finish() -> dict[str, Any]:
    def region(name: str) -> dict[str, Any]:
        return {
            "states": {
                f"{name}1": {"events": {f"finish_{name}": f"{name}_end"}},
                f"{name}_end": {"type": "final"},
            }
        }

    return {
        "p": {
            "type": "parallel",
            "events": {"done.p": "z", "done.r": {"do": [{"issue": "r is done"}]}},
            "states": {"r": region("r"), "s": region("s")},
        },
        "z": {},
    }


def test_a_parallel_is_done_when_its_last_region_is():
    assert moved(both_finish(), "finish_r")[0] == ("r_end", "s1")
    assert moved(both_finish(), "finish_r", "finish_s")[0] == ("z",)


def test_each_region_tells_that_it_is_done():
    assert "r is done" in moved(both_finish(), "finish_r")[1]


def test_a_parallel_inside_a_parallel_counts_as_a_region_that_is_done():
    states = both_finish()
    inner = {"type": "parallel", "states": states["p"]["states"]}
    outer = {
        "o": {
            "type": "parallel",
            "events": {"done.o": "z"},
            "states": {"p": inner, "q": {}},
        },
        "z": {},
    }
    del outer["o"]["states"]["q"]

    assert moved(outer, "finish_s", "finish_r")[0] == ("z",)


def test_a_choice_is_followed_before_what_is_done():
    states = {
        "a": {
            "events": {"done.a": "late"},
            "states": {
                "b": {"events": {"go": "end"}},
                "end": {"type": "final", "always": ["soon"]},
            },
        },
        "soon": {},
        "late": {},
    }

    assert moved(states, "go")[0] == ("soon",)


def test_a_final_state_at_the_top_ends_the_chart():
    chart = a_chart({"a": {"events": {"go": "end"}}, "end": {"final": "finished"}})
    over = after(chart, begin(chart), "go").after

    assert chart.is_over(over)
    assert chart.outcome(over).name == "finished"
    with pytest.raises(EventNotExpectedError):
        after(chart, over, "go")


# --- what does not hold together -----------------------------------------------------


@pytest.mark.parametrize(
    ("states", "finding"),
    [
        ({"a": {"events": {"go": "nowhere"}}}, "leads to no state: nowhere"),
        ({"a": {"states": {"b": {}}}, "b": {}}, "state b is defined twice"),
        ({"a": {"initial": "b", "states": {"c": {}}}, "b": {}}, "not a state inside a"),
        ({"a": {"states": {"h": {"type": "history"}, "b": {}}}}, "h has no default"),
        ({"a": {"type": "parallel"}}, "a has nothing inside"),
        ({"a": {"type": "final", "states": {"b": {}}}}, "has states inside"),
    ],
    ids=["target", "twice", "initial", "history", "parallel", "final"],
)
def test_a_chart_that_does_not_hold_together_is_not_compiled(states, finding):
    with pytest.raises(PackageInvalidError, match=finding):
        a_chart(states)


@pytest.mark.parametrize(
    "leaves", [("r1",), ("r1", "r2", "s1"), ("r1", "s"), ("z", "r1"), ("gone",), ()]
)
def test_a_row_that_holds_no_legal_configuration_is_not_moved(leaves):
    chart = a_chart(regions({"events": {"go": "r2"}}, {}))

    with pytest.raises(ChartBrokenError):
        after(chart, Instance(leaves), "go")


def test_choices_without_end_are_stopped():
    states = {
        "a": {"events": {"go": "b"}},
        "b": {"always": ["c"]},
        "c": {"always": ["b"]},
    }
    chart: Chart = a_chart(states)

    with pytest.raises(ChartBrokenError, match="without end"):
        after(chart, begin(chart), "go")
