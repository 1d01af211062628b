"""Who may do what, with which facts and papers, and how signals are answered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.workflows.charts import (
    NOON,
    a_chart,
    after,
    an_event,
    begin,
    nobody_knows,
    trace,
)
from workflows.definition import ClockOrder, ParamRef
from workflows.errors import (
    ConditionNotMetError,
    EventNotExpectedError,
    FactsMissingError,
    PackageInvalidError,
    PapersMissingError,
    RoleNotAllowedError,
    SecondPersonMissingError,
    UnknownNameError,
)
from workflows.statechart import Event, Instance, Papers, TimerOrder

OFFICE = "handling_office"


# --- roles ---------------------------------------------------------------------------


def test_another_role_is_refused_and_told_who_may():
    chart = a_chart({"a": {"events": {"accept": {"to": "b", "by": [OFFICE]}}}, "b": {}})

    with pytest.raises(RoleNotAllowedError) as refused:
        after(chart, begin(chart), an_event("accept", "citizen"))

    assert refused.value.allowed == (OFFICE,)
    assert after(chart, begin(chart), an_event("accept", OFFICE)).handled == "moved"


def test_anyone_lets_every_role():
    chart = a_chart({"a": {"events": {"tell": {"to": "b", "by": ["anyone"]}}}, "b": {}})

    assert after(chart, begin(chart), an_event("tell", "neighbour")).handled == "moved"


@pytest.mark.parametrize("role", ["child", "parent", "ledger", "timer", "system"])
def test_without_by_only_the_engine_may_raise_it(role):
    chart = a_chart(
        {"a": {"events": {"child.tax.settled": {"to": "b", "by": []}}}, "b": {}}
    )

    with pytest.raises(RoleNotAllowedError):
        after(chart, begin(chart), an_event("child.tax.settled", OFFICE))
    assert (
        after(chart, begin(chart), an_event("child.tax.settled", role)).handled
        == "moved"
    )


def test_the_line_of_ones_own_role_is_taken():
    lines = [{"to": "b", "by": [OFFICE]}, {"to": "c", "by": ["citizen"]}]
    chart = a_chart({"a": {"events": {"stop": lines}}, "b": {}, "c": {}})

    assert after(chart, begin(chart), an_event("stop", OFFICE)).after.configuration == (
        "b",
    )
    assert after(chart, begin(chart), an_event("stop")).after.configuration == ("c",)


# --- guards --------------------------------------------------------------------------


def choice() -> dict[str, Any]:
    lines = [{"to": "yes", "if": "land.clear"}, {"to": "no"}]
    return {"a": {"events": {"go": lines}}, "yes": {}, "no": {}}


@pytest.mark.parametrize(
    ("clear", "leaf"), [(True, "yes"), (False, "no")], ids=["true", "false"]
)
def test_the_first_line_whose_guard_holds_is_taken(clear, leaf):
    chart = a_chart(choice())

    moved = after(chart, begin(chart), "go", known={"land.clear": clear})

    assert moved.after.configuration == (leaf,)


def test_an_open_guard_stops_even_a_later_line_that_holds():
    chart = a_chart(choice())

    with pytest.raises(FactsMissingError) as refused:
        after(chart, begin(chart), "go")

    assert refused.value.missing == ("land.clear",)


def test_a_fact_entered_with_the_event_decides_and_overrides_what_was_known():
    chart = a_chart(choice())

    moved = after(
        chart,
        begin(chart),
        an_event("go", land__clear=True),
        known={"land.clear": False},
    )

    assert moved.after.configuration == ("yes",)


def test_when_every_guard_is_false_the_conditions_are_named():
    lines = [{"to": "b", "if": "land.clear"}, {"to": "b", "if": {"not": "heir.sole"}}]
    chart = a_chart({"a": {"events": {"go": lines}}, "b": {}})

    with pytest.raises(ConditionNotMetError) as refused:
        after(chart, begin(chart), "go", known={"land.clear": False, "heir.sole": True})

    assert refused.value.conditions == ("land.clear", "not heir.sole")


def test_an_automatic_choice_on_an_open_fact_refuses_the_event_that_led_to_it():
    states = {
        "a": {"events": {"go": "c"}},
        "c": {"always": [{"to": "yes", "if": "obligation.none"}, "no"]},
        "yes": {},
        "no": {},
    }
    chart = a_chart(states)

    with pytest.raises(FactsMissingError) as refused:
        after(chart, begin(chart), "go")

    assert (refused.value.event, refused.value.missing) == ("go", ("obligation.none",))
    decided = after(chart, begin(chart), an_event("go", obligation__none=True))
    assert decided.after.configuration == ("yes",)


# --- what must be entered and in the dossier -----------------------------------------


def test_facts_to_be_recorded_are_asked_for_all_at_once():
    line = {"to": "b", "records": ["refusal.reason", "refusal.day"]}
    chart = a_chart({"a": {"events": {"refuse": line}}, "b": {}})

    with pytest.raises(FactsMissingError) as refused:
        after(chart, begin(chart), an_event("refuse", refusal__reason=""))

    assert refused.value.missing == ("refusal.day", "refusal.reason")


def test_a_recorded_fact_must_come_with_the_event_even_if_it_is_known():
    chart = a_chart(
        {"a": {"events": {"refuse": {"to": "b", "records": ["why"]}}}, "b": {}}
    )

    with pytest.raises(FactsMissingError):
        after(chart, begin(chart), "refuse", known={"why": "known before"})


def test_a_needed_fact_may_be_known_already():
    chart = a_chart(
        {"a": {"events": {"go": {"to": "b", "needs": {"facts": ["why"]}}}}, "b": {}}
    )

    with pytest.raises(FactsMissingError):
        after(chart, begin(chart), "go")
    assert after(chart, begin(chart), "go", known={"why": False}).handled == "moved"


@pytest.mark.parametrize(
    ("papers", "missing"),
    [
        ("all_in", ("certificate",)),
        ("originals", ("originals",)),
        (["contract", "payment_proof"], ("payment_proof",)),
    ],
    ids=["all", "originals", "named"],
)
def test_papers_that_are_not_in_are_named(papers, missing):
    line = {"to": "b", "needs": {"papers": papers}}
    chart = a_chart({"a": {"events": {"go": line}}, "b": {}})
    dossier = Papers(frozenset({"contract"}), frozenset({"contract", "certificate"}))

    with pytest.raises(PapersMissingError) as refused:
        after(chart, begin(chart), "go", papers=dossier)

    assert refused.value.missing == missing
    complete = Papers(
        dossier.required | {"payment_proof"}, dossier.required, originals_in=True
    )
    assert after(chart, begin(chart), "go", papers=complete).handled == "moved"


# --- closed lists and history --------------------------------------------------------


def stopping():
    grounds = {"list": "grounds", "except": ["i"]}
    lines = [
        {
            "to": "wait",
            "if": "resumable",
            "records": [{"fact": "ground", "one_of": grounds}, "letter"],
        },
        {
            "to": "refused",
            "if": {"not": "resumable"},
            "records": [{"fact": "ground", "one_of": grounds}, "why"],
        },
    ]
    return a_chart(
        {"a": {"events": {"stop": lines}}, "wait": {}, "refused": {}},
        lists={
            "grounds": {
                "a": {"resumable": False},
                "b": {"resumable": True},
                "i": {"resumable": False},
            }
        },
        facts={
            "resumable": {
                "from_list": "grounds",
                "item": "ground",
                "attribute": "resumable",
            }
        },
    )


def test_the_chosen_item_of_a_closed_list_decides_the_line():
    chart = stopping()

    resumable = after(chart, begin(chart), an_event("stop", ground="b", letter="12"))
    final = after(chart, begin(chart), an_event("stop", ground="a", why="hồ sơ thiếu"))

    assert resumable.after.configuration == ("wait",)
    assert final.after.configuration == ("refused",)


def test_without_a_chosen_item_the_item_is_what_is_missing():
    chart = stopping()

    with pytest.raises(FactsMissingError) as refused:
        after(chart, begin(chart), "stop")

    assert refused.value.missing == ("ground",)


@pytest.mark.parametrize("ground", ["i", "z"], ids=["excepted", "not on the list"])
def test_an_item_off_the_list_counts_as_not_entered(ground):
    chart = stopping()

    with pytest.raises(FactsMissingError):
        after(chart, begin(chart), an_event("stop", ground=ground, why="x", letter="y"))


def test_a_list_that_does_not_exist_is_found_at_once():
    fact = {"from_list": "gone", "item": "ground", "attribute": "resumable"}

    with pytest.raises(PackageInvalidError, match="no list gone"):
        a_chart({"a": {}}, facts={"resumable": fact})


def supplementing():
    lines = [
        {"to": "wait", "if": {"not": "asked_before"}},
        {"to": "wait", "if": "asked_before", "records": ["second_reason"]},
    ]
    return a_chart(
        {"check": {"events": {"ask": lines}}, "wait": {"events": {"supply": "check"}}},
        facts={"asked_before": {"from_history": "ask"}},
    )


def test_the_second_time_is_another_line():
    chart = supplementing()
    once = after(chart, begin(chart), "ask", "supply").after

    with pytest.raises(FactsMissingError) as refused:
        after(chart, once, "ask")

    assert refused.value.missing == ("second_reason",)
    assert once.seen == ("ask",)


def test_only_events_that_some_fact_asks_for_are_remembered():
    chart = supplementing()

    assert after(chart, begin(chart), "ask", "supply").after.seen == ("ask",)


# --- flags, clock, timers, entries ---------------------------------------------------


def test_a_flag_begins_with_its_declared_value_and_decides_after_it_is_set():
    states = {
        "a": {
            "events": {
                "complain": {"sets": {"complaint.open": True}},
                "sign": {"to": "b", "if": {"not": "complaint.open"}},
            }
        },
        "b": {},
    }
    chart = a_chart(states, flags={"complaint.open": False})

    assert after(chart, begin(chart), "sign").after.configuration == ("b",)
    with pytest.raises(ConditionNotMetError):
        after(chart, begin(chart), "complain", "sign")


def test_a_flag_cannot_be_entered_by_an_actor():
    chart = a_chart(
        {"a": {"events": {"sign": {"to": "b", "if": "ready"}}}, "b": {}},
        flags={"ready": False},
    )

    with pytest.raises(ConditionNotMetError):
        after(chart, begin(chart), an_event("sign", ready=True))


def test_a_timer_is_armed_on_entry_and_disarmed_on_exit():
    timer = {"length": {"param": "onestop.supplement_wait"}, "event": "ended"}
    states = {
        "a": {"events": {"ask": "wait"}},
        "wait": {"after": timer, "events": {"supply": "a"}},
    }
    chart = a_chart(states)

    asked = after(chart, begin(chart), "ask")
    supplied = after(chart, asked.after, "supply")

    length = ParamRef(param="onestop.supplement_wait")
    assert asked.timers == (TimerOrder("wait", "ended", length, arm=True),)
    assert supplied.timers == (TimerOrder("wait", "ended", None, arm=False),)


def test_clock_orders_come_in_the_order_of_the_arrows():
    states = {
        "a": {"events": {"go": {"to": "b", "clock": {"start": "handling"}}}},
        "b": {"always": [{"to": "c", "clock": {"finish": "handling"}}]},
        "c": {},
    }
    chart = a_chart(states)

    moved = after(chart, begin(chart), "go")

    assert moved.clock == (ClockOrder(start="handling"), ClockOrder(finish="handling"))
    assert [taken.event_name for taken in moved.taken] == ["go", ""]


def test_a_door_sets_its_flags_and_starts_its_clock():
    doors = {
        "on_paper": {"to": "a"},
        "online": {"to": "b", "sets": {"online": True}, "clock": {"start": "handling"}},
    }
    chart = a_chart({"a": {}, "b": {}}, entries=doors, flags={"online": False})

    started = chart.start("online", lookup=nobody_knows, at=NOON)

    assert started.after == Instance(("b",), flags=(("online", True),))
    assert started.clock == (ClockOrder(start="handling"),)
    assert chart.start(lookup=nobody_knows, at=NOON).after.configuration == ("a",)
    with pytest.raises(UnknownNameError):
        chart.start("window", lookup=nobody_knows, at=NOON)


def test_a_door_whose_guard_is_false_or_open_stays_shut():
    chart = a_chart({"a": {}}, entries={"door": {"to": "a", "if": "kin"}})

    with pytest.raises(ConditionNotMetError):
        begin(chart, kin=False)
    with pytest.raises(FactsMissingError):
        begin(chart)
    assert begin(chart, kin=True).configuration == ("a",)


def test_an_event_needs_an_instant_with_its_offset():
    with pytest.raises(ValueError, match="offset"):
        Event("go", NOON.replace(tzinfo=None), "an.actor", "citizen")


# --- signals -------------------------------------------------------------------------


def a_signal(name: str, **parts: Any) -> Event:
    return an_event(name, name.partition(".")[0], **parts)


def linked(**parts: Any):
    states = {
        "work": {
            "record": ["child.tax.partly_paid"],
            "events": {
                "stop": "stopped",
                "correct": {
                    "do": [
                        {"signal": {"to": "tax", "name": "corrected", "revises": True}}
                    ]
                },
                "child.tax.settled": {
                    "to": "paid",
                    "by": [],
                    "do": [{"issue": "settled"}],
                },
                "child.tax.notice": {"to": "notified", "by": []},
            },
        },
        "notified": {"record": ["child.*"], "events": {"child.tax.settled": "paid"}},
        "stopped": {
            "defer": ["child.*"],
            "events": {"resume": {"to": "work", "records": ["letter"]}, "end": "over"},
        },
        "paid": {"events": {"end": "over"}},
        "over": {"final": "done"},
    }
    return a_chart(states, late=["child.*"], **parts)


def test_a_recorded_signal_moves_nothing():
    chart = linked()

    noted = after(chart, begin(chart), a_signal("child.tax.partly_paid"))

    assert noted.handled == "recorded"
    assert noted.after == noted.before
    assert noted.taken == noted.effects == ()


def test_the_nearest_word_decides_between_an_event_and_a_note():
    states = {
        "out": {
            "events": {"child.tax.notice": {"to": "moved", "by": []}},
            "states": {"in": {"record": ["child.tax.notice"]}},
        },
        "moved": {},
    }
    chart = a_chart(states)

    assert (
        after(chart, begin(chart), a_signal("child.tax.notice")).handled == "recorded"
    )


def test_a_signal_that_nobody_expects_is_refused():
    chart = linked()

    with pytest.raises(EventNotExpectedError):
        after(chart, begin(chart), a_signal("child.tax.strange"))


def test_deferred_signals_are_kept_in_order_and_delivered_after_the_return():
    chart = linked()
    notice, settled = a_signal("child.tax.notice"), a_signal("child.tax.settled")
    stopped = after(chart, begin(chart), "stop", notice, settled)

    assert stopped.handled == "deferred"
    assert stopped.after.deferred == (notice, settled)

    back = after(chart, stopped.after, an_event("resume", letter="7"))

    assert back.after.configuration == ("paid",)
    assert back.after.deferred == ()
    assert [(d.event.name, d.handled) for d in back.delivered] == [
        ("child.tax.notice", "moved"),
        ("child.tax.settled", "moved"),
    ]
    assert [taken.source_state for taken in back.taken] == [
        "stopped",
        "work",
        "notified",
    ]


def test_a_deferred_signal_that_nobody_expects_does_not_hold_up_the_actor():
    chart = linked()
    strange = a_signal("child.tax.strange")
    stopped = after(chart, begin(chart), "stop", strange).after

    back = after(chart, stopped, an_event("resume", letter="7"))

    assert back.after.configuration == ("work",)
    assert back.delivered[0].handled == "refused"
    assert isinstance(back.delivered[0].refused, EventNotExpectedError)
    assert back.delivered[0].event == strange


def test_what_is_deferred_again_stays_in_the_row():
    states = {
        "a": {"defer": ["child.*"], "events": {"go": "b"}},
        "b": {
            "defer": ["child.x.first"],
            "events": {"child.x.second": {"to": "c", "by": []}},
        },
        "c": {"events": {"child.x.first": {"to": "d", "by": []}}},
        "d": {},
    }
    chart = a_chart(states)
    signals = (a_signal("child.x.first"), a_signal("child.x.second"))

    moved = after(chart, begin(chart), *signals, "go")

    assert moved.after.configuration == ("d",)
    assert [d.event.name for d in moved.delivered] == [
        "child.x.second",
        "child.x.first",
    ]


def test_facts_entered_with_the_event_are_known_to_what_it_sets_free():
    states = {
        "a": {"defer": ["child.*"], "events": {"go": {"to": "b", "records": ["kin"]}}},
        "b": {"events": {"child.x.y": {"to": "c", "if": "kin", "by": []}}},
        "c": {},
    }
    chart = a_chart(states)

    moved = after(chart, begin(chart), a_signal("child.x.y"), an_event("go", kin=True))

    assert moved.after.configuration == ("c",)


def test_after_the_end_a_signal_is_late_or_refused():
    chart = linked()
    over = after(chart, begin(chart), a_signal("child.tax.settled"), "end").after

    late = after(chart, over, a_signal("child.tax.partly_paid"))

    assert (late.handled, late.after) == ("late", over)
    with pytest.raises(EventNotExpectedError):
        after(chart, over, a_signal("ledger.paid_all"))


def test_deferred_signals_become_late_when_the_case_ends():
    chart = linked()
    stopped = after(chart, begin(chart), "stop", a_signal("child.tax.settled")).after

    ended = after(chart, stopped, "end")

    assert chart.is_over(ended.after)
    assert [d.handled for d in ended.delivered] == ["late"]
    assert ended.after.deferred == ()


def test_an_answer_to_an_older_revision_is_stale():
    chart = linked()
    corrected = after(chart, begin(chart), "correct").after

    assert corrected.revisions == (("tax", 1),)
    stale = after(chart, corrected, a_signal("child.tax.settled", revision=0))
    assert (stale.handled, stale.after) == ("stale", corrected)
    answer = after(chart, corrected, a_signal("child.tax.settled", revision=1))
    assert (answer.handled, trace(answer)) == ("moved", ["settled"])


def test_each_correction_counts_and_another_link_is_not_touched():
    chart = linked()
    corrected = after(chart, begin(chart), "correct", "correct").after

    assert corrected.revisions == (("tax", 2),)
    with pytest.raises(EventNotExpectedError):
        after(chart, corrected, a_signal("child.rice.settled"))


def test_parent_ended_is_an_ordinary_event():
    states = {
        "live": {
            "events": {"parent.ended": {"to": "closed", "by": []}},
            "record": ["parent.*"],
            "states": {"a": {}},
        },
        "closed": {"final": "closed"},
    }
    chart = a_chart(states)

    assert chart.is_over(after(chart, begin(chart), a_signal("parent.ended")).after)


# --- what a screen asks --------------------------------------------------------------


def with_regions():
    label = {"citizen": "Đang đo", "clerk": "Đo đạc"}
    states = {
        "open": {
            "status": 4,
            "owner": "receiving_office",
            "events": {"withdraw": {"to": "gone", "by": ["citizen"]}},
            "states": {
                "both": {
                    "type": "parallel",
                    "states": {
                        "map": {
                            "states": {
                                "measuring": {
                                    "label": label,
                                    "owner": OFFICE,
                                    "events": {"measured": "map_done"},
                                },
                                "map_done": {"type": "final"},
                            }
                        },
                        "money": {
                            "states": {
                                "asked": {
                                    "owner": "tax_office",
                                    "stops": {"clock": "handling", "reason": "tax"},
                                }
                            }
                        },
                    },
                }
            },
        },
        "gone": {"final": "withdrawn", "status": 7},
    }
    return a_chart(states)


def test_owner_status_labels_and_stops_come_from_the_regions_still_at_work():
    chart = with_regions()
    first = begin(chart)
    measured = after(chart, first, "measured").after

    assert chart.owners(first) == (OFFICE, "tax_office")
    assert chart.owner(first) == OFFICE
    assert chart.owner(measured) == "tax_office"
    assert chart.status(measured) == 4
    assert [label.clerk for label in chart.labels(first)] == ["Đo đạc"]
    assert [stop.reason for stop in chart.stops(first)] == ["tax"]
    assert chart.active(first) == ("open", "both", "map", "measuring", "money", "asked")
    assert chart.outcome(first) is None


def test_an_ended_case_has_its_status_and_nobody_has_the_ball():
    chart = with_regions()
    gone = after(chart, begin(chart), "withdraw").after

    assert chart.status(gone) == 7
    assert chart.owner(gone) is None
    assert chart.outcome(gone).name == "withdrawn"


def test_a_state_that_is_not_there_is_an_unknown_name():
    with pytest.raises(UnknownNameError):
        with_regions().state("nowhere")


def offered(chart, instance, *roles, known=None, papers=None):
    return chart.offers(
        instance, roles, lookup=(known or {}).get, papers=papers or Papers()
    )


def test_a_role_is_offered_only_what_it_may_raise_innermost_first():
    chart = a_chart(
        {
            "open": {
                "events": {
                    "withdraw": {"to": "gone", "by": ["citizen"]},
                    "child.tax.settled": {"to": "gone", "by": []},
                    "expire": {"to": "gone", "by": ["timer"]},
                },
                "states": {
                    "draft": {"events": {"submit": {"to": "sent", "by": ["citizen"]}}},
                    "sent": {"events": {"accept": {"to": "draft", "by": [OFFICE]}}},
                },
            },
            "gone": {"final": "gone"},
        }
    )
    draft = begin(chart)

    assert [o.event for o in offered(chart, draft, "citizen")] == ["submit", "withdraw"]
    assert offered(chart, draft, OFFICE) == ()


def test_an_offer_says_what_stands_in_its_way():
    states = {
        "a": {
            "events": {
                "submit": {"to": "b", "needs": {"papers": "all_in"}},
                "waive": {"to": "b", "if": "kin"},
                "defer": {"to": "b", "if": "debt"},
                "go": {"to": "b", "records": ["number"]},
            }
        },
        "b": {},
    }
    chart = a_chart(states)
    dossier = Papers(required=frozenset({"contract"}))

    offers = offered(
        chart, begin(chart), "citizen", known={"debt": False}, papers=dossier
    )

    reasons = {o.event: type(o.why_not) for o in offers if not o.available}
    assert reasons == {
        "submit": PapersMissingError,
        "waive": FactsMissingError,
        "defer": ConditionNotMetError,
    }
    assert [o.event for o in offers if o.available] == ["go"]


def test_each_line_that_the_entered_facts_may_choose_is_offered():
    chart = stopping()

    offers = offered(chart, begin(chart), OFFICE)

    assert [(o.event, o.target, o.available) for o in offers] == [
        ("stop", "wait", True),
        ("stop", "refused", True),
    ]


def test_what_was_entered_last_time_does_not_decide_what_is_offered_now():
    chart = stopping()

    offers = offered(chart, begin(chart), OFFICE, known={"ground": "b"})

    assert [offer.target for offer in offers] == ["wait", "refused"]


def test_only_the_line_that_holds_is_offered():
    chart = supplementing()

    first = offered(chart, begin(chart), OFFICE)
    second = offered(chart, after(chart, begin(chart), "ask", "supply").after, OFFICE)

    assert [len(offer.records) for offer in first] == [0]
    assert [len(offer.records) for offer in second] == [1]


# --- the row -------------------------------------------------------------------------


def test_a_row_survives_json_with_everything_it_remembers():
    chart = linked(flags={"f": True})
    events = ("correct", "stop", a_signal("child.tax.notice", revision=1, sum=12))
    instance = replace(after(chart, begin(chart), *events).after, seen=("correct",))
    instance = replace(instance, history=(("back", ("r2", "s2")),))

    assert Instance.from_json(instance.to_json()) == instance


@pytest.mark.parametrize(
    "raw", [{}, {"configuration": ["a"], "deferred": [{"name": "x"}]}]
)
def test_what_is_no_row_is_refused(raw):
    with pytest.raises(ValueError, match="not a stored"):
        Instance.from_json(raw)


# --- every configuration -------------------------------------------------------------


def test_the_walk_finds_what_cannot_be_reached_and_what_leads_nowhere():
    states = {
        "a": {"events": {"go": "b", "stay": {}, "trap": "round"}},
        "b": {"always": [{"to": "dead", "if": "x"}, "end"]},
        "dead": {},
        "round": {"events": {"note": {}}},
        "island": {"events": {"go": "a"}},
        "end": {"final": "end"},
    }

    found = a_chart(states).analyse()

    assert set(found.configurations) == {("a",), ("dead",), ("round",), ("end",)}
    assert found.ends == (("end",),)
    assert found.unreachable == ("island",)
    assert found.dead_ends == (("dead",),)
    assert set(found.trapped) == {("dead",), ("round",)}
    assert found.never_taken == (("island", "go", 0),)


def test_the_walk_takes_the_arrows_of_all_regions_together():
    region = {"states": {"r1": {"events": {"go": "r2"}}, "r2": {"type": "final"}}}
    sister = {"states": {"s1": {"events": {"go": "s2"}}, "s2": {"type": "final"}}}
    states = {
        "p": {
            "type": "parallel",
            "events": {"done.p": "end"},
            "states": {"r": region, "s": sister},
        },
        "end": {"final": "end"},
    }

    assert a_chart(states).analyse().configurations == (("r1", "s1"), ("end",))


def test_the_walk_knows_that_two_roles_move_two_regions_one_by_one():
    def posting(name: str, office: str) -> dict[str, Any]:
        done = {"to": f"{name}2", "by": [office]}
        states = {
            f"{name}1": {"events": {"posted": done}},
            f"{name}2": {"type": "final"},
        }
        return {"states": states}

    states = {
        "p": {
            "type": "parallel",
            "events": {"done.p": "end"},
            "states": {"r": posting("r", "commune"), "s": posting("s", OFFICE)},
        },
        "end": {"final": "end"},
    }

    found = a_chart(states).analyse().configurations

    assert set(found) == {("r1", "s1"), ("r2", "s1"), ("r1", "s2"), ("end",)}


def test_the_walk_finds_an_arrow_that_a_record_hides():
    states = {
        "a": {
            "events": {"child.tax.settled": {"to": "end", "by": []}, "stop": "end"},
            "states": {"b": {"record": ["child.*"]}},
        },
        "end": {"final": "end"},
    }

    assert a_chart(states).analyse().never_taken == (("a", "child.tax.settled", 0),)


def test_an_effect_on_entry_may_revise_too():
    signal = {"signal": {"to": "tax", "name": "corrected", "revises": True}}
    chart = a_chart({"a": {"events": {"go": "b"}}, "b": {"entry": [signal]}})

    assert after(chart, begin(chart), "go").after.revisions == (("tax", 1),)


def test_what_takes_two_people_is_refused_to_one_and_taken_from_two():
    line = {"to": "b", "records": ["why"], "second_person": True}
    chart = a_chart({"a": {"events": {"refuse": line}}, "b": {}})
    alone = an_event("refuse", why="x")

    with pytest.raises(FactsMissingError):
        after(chart, begin(chart), "refuse")
    with pytest.raises(SecondPersonMissingError):
        chart.step(begin(chart), alone, lookup=nobody_knows)
    together = replace(alone, second="another")
    assert chart.step(begin(chart), together, lookup=nobody_knows).handled == "moved"
    timer = replace(alone, role="timer")
    assert chart.step(begin(chart), timer, lookup=nobody_knows).handled == "moved"


def test_an_event_that_was_stored_before_there_was_a_second_person_is_read_as_it_was():
    alone = an_event("refuse", why="x")
    assert "second" not in alone.to_json()
    assert Event.from_json(alone.to_json()) == alone
    together = replace(alone, second="another")
    assert Event.from_json(together.to_json()) == together
