"""Derived facts: parameter names are the facts, dates choose the rule, no circles."""

from datetime import date

import pytest

from tests.workflows.matters import a_matter, edition_of, graph_of, told
from workflows.definition import Mark
from workflows.factgraph import FactGraph
from workflows.rules.registry import Place, Registry

JULY = date(2026, 7, 1)
TODAY = date(2026, 11, 23)


def a_graph(registry, on=TODAY, **facts):
    given = {key.replace("__", "."): value for key, value in facts.items()}
    return FactGraph(given, edition_of(told(a_matter())), on, registry)


@pytest.fixture
def rules():
    registry = Registry()

    @registry.rule("fence.length", basis=[Place("nd253-2026", "Đ57", Mark.SEEN)])
    def length(land__width: int | None, land__depth: int | None):
        if land__width is None or land__depth is None:
            return None
        return 2 * (land__width + land__depth)

    @registry.rule("fence.is_long")
    def is_long(fence__length: int | None):
        return None if fence__length is None else fence__length > 100

    return registry


def test_a_rule_is_fed_by_the_names_of_its_parameters(rules):
    graph = a_graph(rules, land__width=20, land__depth=40)

    assert graph.value("fence.length") == 120
    assert graph.lookup("fence.is_long") is True


def test_what_nobody_told_is_missing_down_to_what_can_be_asked(rules):
    graph = a_graph(rules, land__width=20)

    assert graph.value("fence.is_long") is None
    assert graph.missing("fence.is_long") == {"land.depth"}
    assert a_graph(rules, land__width=1, land__depth=1).missing("fence.length") == set()


def test_what_a_person_said_goes_before_the_rule(rules):
    assert a_graph(rules, fence__length=7).value("fence.is_long") is False


def test_what_depends_on_what_is_told_both_ways(rules):
    graph = a_graph(rules)

    assert graph.depends_on("fence.is_long") == {
        "fence.length",
        "land.width",
        "land.depth",
    }
    assert graph.affects("land.width") == {"fence.length", "fence.is_long"}


def test_an_explanation_leads_from_the_result_to_what_was_said(rules):
    told_of = a_graph(rules, land__width=20, land__depth=40).explain("fence.length")

    assert (told_of.value, told_of.said) == (120, False)
    assert told_of.basis[0].instrument == "nd253-2026"
    assert [(x.key, x.value, x.said) for x in told_of.inputs] == [
        ("land.width", 20, True),
        ("land.depth", 40, True),
    ]


def test_what_if_is_a_new_graph_and_leaves_the_old_one(rules):
    graph = a_graph(rules, land__width=20, land__depth=40)

    assert graph.what_if({"land.depth": 1}).value("fence.length") == 42
    assert graph.what_if({"land.depth": None}).value("fence.length") is None
    assert graph.value("fence.length") == 120


def test_a_rule_that_changed_in_structure_is_chosen_by_its_dates():
    registry = Registry()

    @registry.rule("tax.name", until=date(2026, 6, 30))
    def before():
        return "old"

    @registry.rule("tax.name", since=JULY)
    def after():
        return "new"

    assert a_graph(registry, date(2026, 6, 30)).value("tax.name") == "old"
    assert a_graph(registry, JULY).value("tax.name") == "new"


def test_two_rules_of_one_fact_may_not_hold_on_the_same_day(rules):
    with pytest.raises(ValueError, match="same day"):
        rules.rule("fence.length", since=JULY)(lambda: 1)


def test_rules_in_a_circle_are_refused_at_first_use():
    registry = Registry()
    registry.rule("a")(lambda b: b)
    registry.rule("b")(lambda a: a)

    with pytest.raises(ValueError, match="circle"):
        a_graph(registry).value("a")


def test_a_rule_sees_the_dated_figures_as_law():
    registry = Registry()

    @registry.rule("threshold")
    def threshold(law):
        return law.at("pit.gift.threshold").value

    assert a_graph(registry).value("threshold") == 20_000_000
    assert a_graph(registry, date(2026, 6, 30)).value("threshold") == 10_000_000


def test_a_fact_of_one_person_reaches_the_rules_and_can_be_taken_back():
    graph = graph_of(a_matter("sell"))

    changed = graph.what_if({"party[father].only_home": True})

    assert changed.value("parties")[0].facts["only_home"] is True
    taken_back = changed.what_if({"party[father].only_home": None})
    assert "only_home" not in taken_back.value("parties")[0].facts


def test_every_fact_of_the_law_s_rules_can_be_asked_or_derived():
    graph = graph_of(a_matter())
    given = {"on", "parties", "relationships", "goal", "commune", "province"}
    askable = edition_of(told(a_matter())).questions.keys()

    inputs = set().union(*(graph.depends_on(fact) for fact in graph.derivable()))

    assert inputs - graph.derivable() - askable == given & inputs
