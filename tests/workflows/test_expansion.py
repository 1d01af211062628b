"""Templates, slots and fragments: a procedure written out whole."""

import pytest

from workflows.expansion import Expansion
from workflows.law.located import plain
from workflows.law.overrides import PendingOverride
from workflows.loader_yaml import read_yaml


def expand(procedure, *, templates=(), fragments=()):
    """Expand YAML texts; return the plain result and the rules that were broken."""
    by_name = {
        kind: {
            (read := read_yaml(text, f"{kind}-{index}.yaml")).text(kind): read
            for index, text in enumerate(texts)
        }
        for kind, texts in (("template", templates), ("fragment", fragments))
    }
    expansion = Expansion(by_name["template"], by_name["fragment"])
    whole = expansion.procedure(read_yaml(procedure, "own.yaml"))
    return plain(whole), [finding.rule for finding in expansion.findings]


TEMPLATE = """\
template: t
slots:
  one: {kind: name}
  many: {kind: papers, default: []}
body:
  word: {slot: one}
  list: [first, {slot: many}, last]
"""


# --- templates and slots ----------------------------------------------------------


def test_a_slot_takes_the_place_of_a_whole_value_and_is_spliced_in_a_list():
    whole, rules = expand(
        "procedure: p\ntemplate: t\nfill: {one: x, many: [a, b]}", templates=[TEMPLATE]
    )

    assert whole == {"procedure": "p", "word": "x", "list": ["first", "a", "b", "last"]}
    assert rules == []


def test_a_slot_that_is_not_filled_takes_its_default():
    whole, rules = expand(
        "procedure: p\ntemplate: t\nfill: {one: x}", templates=[TEMPLATE]
    )

    assert whole["list"] == ["first", "last"]
    assert rules == []


@pytest.mark.parametrize(
    ("fill", "rule"),
    [
        ("{many: []}", "slot-unfilled"),
        ("{one: x, other: y}", "slot-unknown"),
        ("{one: x, many: text}", "slot-kind"),
    ],
)
def test_a_wrong_filling_is_found(fill, rule):
    text = f"procedure: p\ntemplate: t\nfill: {fill}"

    assert expand(text, templates=[TEMPLATE])[1] == [rule]


def test_a_slot_that_the_body_never_uses_is_found():
    template = "template: t\nslots: {one: {kind: name}}\nbody: {word: x}"
    text = "procedure: p\ntemplate: t\nfill: {one: x}"

    assert expand(text, templates=[template])[1] == ["slot-unused"]


def test_a_slot_that_is_used_but_not_declared_is_found():
    template = "template: t\nslots: {}\nbody: {word: {slot: nobody}}"
    text = "procedure: p\ntemplate: t"

    assert expand(text, templates=[template])[1] == ["slot-unknown"]


def test_a_slot_of_an_unknown_kind_is_found():
    template = "template: t\nslots: {one: {kind: thing}}\nbody: {word: {slot: one}}"
    text = "procedure: p\ntemplate: t\nfill: {one: x}"

    assert expand(text, templates=[template])[1] == ["slot-kind-unknown"]


def test_a_procedure_may_not_silently_change_its_template():
    text = "procedure: p\ntemplate: t\nfill: {one: x}\nword: mine"

    assert expand(text, templates=[TEMPLATE])[1] == ["template-clash"]


def test_no_text_is_ever_glued_together():
    template = "template: t\nslots: {one: {kind: name}}\nbody: {word: 'to {slot: one}'}"
    whole, rules = expand(
        "procedure: p\ntemplate: t\nfill: {one: x}", templates=[template]
    )

    assert whole["word"] == "to {slot: one}"
    assert rules == ["slot-unused"]


def test_an_override_of_one_procedure_leaves_the_others_of_its_template_alone():
    by_name = {"t": read_yaml(TEMPLATE, "t.yaml")}
    expansion = Expansion(by_name, {})
    source = read_yaml("procedure: p\ntemplate: t\nfill: {one: x}", "own.yaml")
    first, second = expansion.procedure(source), expansion.procedure(source)
    replace = read_yaml("{of: p, at: list, replace: [other]}", "own.yaml")

    changed = PendingOverride("q", "p", "list", replace).apply(first)

    assert plain(changed)["list"] == ["other"]
    assert plain(second)["list"] == ["first", "last"]


# --- fragments --------------------------------------------------------------------

FRAGMENT = """\
fragment: f
slots: {back: {kind: state}}
inside:
  flags: {seen: false}
  facts: {asked: {from_history: ask}}
  record: [child.a]
  defer: [child.b]
  initial: inner
  states: {inner: {}}
  events: {ask: {to: wait}, done.inner: {to: inner}}
beside:
  states: {wait: {events: {supply: {to: {slot: back}}}}}
"""
HOST = """\
procedure: p
flags: {own: true}
chart:
  states:
    before: {}
    host:
      record: [child.c]
      include: [{fragment: f, fill: {back: host}}]
      states: {mine: {}}
    behind: {}
"""


def test_a_fragment_brings_parts_inside_beside_and_up():
    whole, rules = expand(HOST, fragments=[FRAGMENT])
    states = whole["chart"]["states"]

    assert rules == []
    assert list(states) == ["before", "host", "wait", "behind"]
    assert states["wait"] == {"events": {"supply": {"to": "host"}}}
    assert states["host"] == {
        "record": ["child.c", "child.a"],
        "defer": ["child.b"],
        "initial": "inner",
        "states": {"mine": {}, "inner": {}},
        "events": {"ask": {"to": "wait"}, "done.inner": {"to": "inner"}},
    }
    assert whole["flags"] == {"own": True, "seen": False}
    assert whole["facts"] == {"asked": {"from_history": "ask"}}


def test_the_initial_of_the_including_state_is_kept():
    host = HOST.replace("states: {mine: {}}", "initial: mine\n      states: {mine: {}}")
    whole, _rules = expand(host, fragments=[FRAGMENT])

    assert whole["chart"]["states"]["host"]["initial"] == "mine"


def test_states_stand_in_front_when_the_including_state_begins_in_them():
    host = HOST.replace(
        "states: {mine: {}}", "initial: inner\n      states: {mine: {}}"
    )
    whole, _rules = expand(host, fragments=[FRAGMENT])

    assert list(whole["chart"]["states"]["host"]["states"]) == ["inner", "mine"]


def test_at_the_root_what_stands_beside_stands_beside_the_root_states():
    text = """\
procedure: p
chart:
  entries: {start: {to: inner}}
  include: [{fragment: f, fill: {back: own}}]
  states: {own: {}}
"""
    fragment = FRAGMENT.replace("  initial: inner\n", "")
    whole, _rules = expand(text, fragments=[fragment])

    assert list(whole["chart"]["states"]) == ["inner", "own", "wait"]


def test_a_prefix_renames_the_states_and_every_mention_of_them():
    host = HOST.replace("fill: {back: host}", "as: left, fill: {back: host}")
    whole, rules = expand(host, fragments=[FRAGMENT])
    states = whole["chart"]["states"]

    assert rules == []
    assert states["host"]["initial"] == "left_inner"
    assert list(states["host"]["states"]) == ["left_inner", "mine"]
    assert states["host"]["events"] == {
        "ask": {"to": "left_wait"},
        "done.left_inner": {"to": "left_inner"},
    }
    assert states["left_wait"]["events"]["supply"]["to"] == "host"


def test_a_fragment_may_stand_twice_under_two_prefixes():
    text = """\
procedure: p
chart:
  states:
    one: {include: [{fragment: f, as: a, fill: {back: one}}]}
    two: {include: [{fragment: f, as: b, fill: {back: two}}]}
"""
    whole, rules = expand(text, fragments=[FRAGMENT])

    assert rules == []
    assert list(whole["chart"]["states"]) == ["one", "a_wait", "two", "b_wait"]


def test_the_event_of_a_timer_belongs_to_the_prefixed_state_alone():
    fragment = """\
fragment: f
slots: {}
inside:
  states:
    posting:
      after: {length: {n: 1, unit: day}, event: ended}
      events: {ended: {to: posting}, confirmed: {to: posting}}
"""
    text = "procedure: p\nchart: {states: {s: {include: [{fragment: f, as: x}]}}}"
    whole, _rules = expand(text, fragments=[fragment])
    posting = whole["chart"]["states"]["s"]["states"]["x_posting"]

    assert posting["after"]["event"] == "x_ended"
    assert list(posting["events"]) == ["x_ended", "confirmed"]


def test_a_fragment_that_stands_twice_without_a_prefix_clashes():
    text = """\
procedure: p
chart:
  states:
    one: {include: [{fragment: f, fill: {back: one}}]}
    two: {include: [{fragment: f, fill: {back: two}}]}
"""

    assert expand(text, fragments=[FRAGMENT])[1] == ["fragment-clash"]


def test_a_fragment_within_a_fragment_is_spliced_in_and_prefixed():
    outer = """\
fragment: outer
slots: {}
inside:
  states:
    step: {include: [{fragment: f, fill: {back: step}}]}
"""
    text = "procedure: p\nchart: {states: {s: {include: [{fragment: outer, as: x}]}}}"
    whole, rules = expand(text, fragments=[FRAGMENT, outer])
    inside = whole["chart"]["states"]["s"]["states"]

    assert rules == []
    assert list(inside) == ["x_step", "x_wait"]
    assert inside["x_wait"]["events"]["supply"]["to"] == "x_step"


def test_fragments_that_include_each_other_are_found():
    loop = "fragment: l\nslots: {}\ninside: {include: [{fragment: l}]}"
    text = "procedure: p\nchart: {states: {s: {include: [{fragment: l}]}}}"

    assert "fragment-loop" in expand(text, fragments=[loop])[1]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("procedure: p\ntemplate: none", "unknown-template"),
        (
            "procedure: p\nchart: {states: {s: {include: [{fragment: none}]}}}",
            "unknown-fragment",
        ),
    ],
)
def test_a_name_that_nobody_wrote_is_found(text, rule):
    assert expand(text)[1] == [rule]


def test_every_part_knows_the_file_it_came_from():
    expansion = Expansion({}, {"f": read_yaml(FRAGMENT, "frag.yaml")})
    whole = expansion.procedure(read_yaml(HOST, "own.yaml"))
    states = whole.submap("chart").submap("states")

    assert str(states.place_of("host")) == "own.yaml:6"
    assert states.place_of("wait").file == "frag.yaml"
    assert states.submap("host").submap("events").place_of("ask").file == "frag.yaml"
