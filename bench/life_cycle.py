"""The life of one land case, as each engine of the comparison writes it down.

Shape only, no law: a draft is submitted, checked with a supplement loop, worked on by
tax and survey side by side, registered, signed and handed over. Each driver takes a
case as JSON text, gives it one event, and returns JSON text: what a server does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import xstate_statemachine
from statemachine import State, StateChart
from statemachine.orderedset import OrderedSet
from transitions.extensions import HierarchicalMachine
from transitions.extensions.nesting import NestedState

from workflows.definition import Procedure
from workflows.statechart import Chart, Event, Instance

EVENTS: tuple[tuple[str, Mapping[str, bool]], ...] = (
    ("submit", {}),
    ("accept", {}),
    ("need_more", {}),
    ("resupply", {}),
    ("need_more", {}),
    ("resupply", {}),
    ("pass_check", {}),
    ("tax_send", {}),
    ("extract_start", {}),
    ("tax_query", {}),
    ("tax_reply", {}),
    ("tax_notice", {}),
    ("extract_finish", {}),
    ("pay", {"in_full": False}),
    ("pay", {"in_full": True}),
    ("register_ok", {}),
    ("sign_return", {}),
    ("register_ok", {}),
    ("sign", {}),
    ("collect", {}),
)


class Driver(Protocol):
    """An engine in a server: nothing is kept between two events but the text."""

    name: str

    def begin(self) -> str:
        """Return a new case."""

    def fire(self, stored: str, event: str, facts: Mapping[str, bool]) -> str:
        """Restore, fire, save."""

    def leaves(self, stored: str) -> frozenset[str]:
        """Return the active leaves, to compare the engines with each other."""


# --- ours ----------------------------------------------------------------------------

_NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


def _line(to: str | None = None, **parts: object) -> dict[str, Any]:
    return {"to": to, "by": ["anyone"], "source": [], **parts}


def _told(template: str) -> list[dict[str, Any]]:
    return [{"notify": {"who": "citizen", "template": template}}]


_TAX = {
    "tax_pending": {"events": {"tax_send": _line("tax_assessing")}},
    "tax_assessing": {
        "events": {
            "tax_query": _line(do=_told("tax_query")),
            "tax_reply": _line(do=_told("tax_reply")),
            "tax_notice": _line("tax_notified"),
        }
    },
    "tax_notified": {
        "entry": _told("tax_notice"),
        "events": {"pay": [_line("tax_paid", **{"if": "in_full"}), _line()]},
    },
    "tax_paid": {"type": "final"},
}
_EXTRACT = {
    "ext_pending": {"events": {"extract_start": _line("ext_measuring")}},
    "ext_measuring": {"events": {"extract_finish": _line("ext_done")}},
    "ext_done": {"type": "final"},
}
_OPEN = {
    "draft": {"events": {"submit": _line("submitted")}},
    "submitted": {"events": {"accept": _line("checking"), "refuse": _line("rejected")}},
    "checking": {
        "events": {
            "need_more": [
                _line("supplement", **{"if": {"not": "asked_before"}}),
                _line("supplement", do=_told("second_supplement")),
            ],
            "pass_check": _line("processing"),
        }
    },
    "supplement": {
        "entry": _told("supplement"),
        "after": {"length": {"param": "onestop.supplement_wait"}, "event": "expire"},
        "events": {"resupply": _line("checking"), "expire": _line("rejected")},
    },
    "processing": {
        "type": "parallel",
        "events": {"done.processing": _line("registering")},
        "states": {"tax": {"states": _TAX}, "extract": {"states": _EXTRACT}},
    },
    "registering": {"events": {"register_ok": _line("signing")}},
    "signing": {
        "events": {"sign_return": _line("registering"), "sign": _line("ready")}
    },
    "ready": {"entry": _told("ready"), "events": {"collect": _line("closed")}},
}
PROCEDURE: dict[str, Any] = {
    "procedure": "land_transfer",
    "title": {"citizen": "Sang tên", "clerk": "Đăng ký biến động"},
    "basis": [],
    "competence": {},
    "facts": {"asked_before": {"from_history": "need_more"}},
    "chart": {
        "entries": {"start": {"to": "open"}},
        "states": {
            "open": {"events": {"withdraw": _line("withdrawn")}, "states": _OPEN},
            "closed": {"final": "done"},
            "rejected": {"final": "rejected"},
            "withdrawn": {"final": "withdrawn"},
        },
    },
}


class Ours:
    """Our statechart."""

    name = "dat"

    def __init__(self) -> None:
        self._chart = Chart(Procedure.model_validate(PROCEDURE), {})

    def begin(self) -> str:
        """Return a new case."""
        return json.dumps(self._chart.start(lookup=_unknown, at=_NOON).after.to_json())

    def fire(self, stored: str, event: str, facts: Mapping[str, bool]) -> str:
        """Restore, fire, save."""
        instance = Instance.from_json(json.loads(stored))
        happened = Event(event, _NOON, "an.actor", "citizen", facts)
        outcome = self._chart.step(instance, happened, lookup=_unknown)
        return json.dumps(outcome.after.to_json())

    def leaves(self, stored: str) -> frozenset[str]:
        """Return the active leaves."""
        return frozenset(json.loads(stored)["configuration"])


def _unknown(_name: str) -> object:
    return None


# --- xstate-statemachine -------------------------------------------------------------

_XSTATE = {
    "id": "land",
    "initial": "open",
    "context": {"asked": False},
    "states": {
        "open": {
            "initial": "draft",
            "on": {"withdraw": "withdrawn"},
            "states": {
                "draft": {"on": {"submit": "submitted"}},
                "submitted": {"on": {"accept": "checking", "refuse": "#land.rejected"}},
                "checking": {
                    "on": {
                        "need_more": [
                            {
                                "target": "supplement",
                                "cond": "first",
                                "actions": ["ask"],
                            },
                            {"target": "supplement", "actions": ["tell"]},
                        ],
                        "pass_check": "processing",
                    }
                },
                "supplement": {
                    "entry": ["tell"],
                    "on": {"resupply": "checking", "expire": "#land.rejected"},
                },
                "processing": {
                    "type": "parallel",
                    "onDone": "registering",
                    "states": {
                        "tax": {
                            "initial": "tax_pending",
                            "states": {
                                "tax_pending": {"on": {"tax_send": "tax_assessing"}},
                                "tax_assessing": {
                                    "on": {
                                        "tax_query": {"actions": ["tell"]},
                                        "tax_reply": {"actions": ["tell"]},
                                        "tax_notice": "tax_notified",
                                    }
                                },
                                "tax_notified": {
                                    "entry": ["tell"],
                                    "on": {
                                        "pay": [
                                            {"target": "tax_paid", "cond": "in_full"},
                                            {"actions": ["tell"]},
                                        ]
                                    },
                                },
                                "tax_paid": {"type": "final"},
                            },
                        },
                        "extract": {
                            "initial": "ext_pending",
                            "states": {
                                "ext_pending": {
                                    "on": {"extract_start": "ext_measuring"}
                                },
                                "ext_measuring": {"on": {"extract_finish": "ext_done"}},
                                "ext_done": {"type": "final"},
                            },
                        },
                    },
                },
                "registering": {"on": {"register_ok": "signing"}},
                "signing": {"on": {"sign_return": "registering", "sign": "ready"}},
                "ready": {"entry": ["tell"], "on": {"collect": "#land.closed"}},
            },
        },
        "closed": {"type": "final"},
        "rejected": {"type": "final"},
        "withdrawn": {"type": "final"},
    },
}


class XState:
    """xstate-statemachine: a snapshot restored, one event sent, a snapshot taken."""

    name = "xstate-statemachine"

    def __init__(self) -> None:
        def ask(_i: object, context: dict[str, Any], _e: object, _a: object) -> None:
            context["asked"] = True

        def tell(_i: object, _context: object, _e: object, _a: object) -> None:
            return None

        logic: xstate_statemachine.MachineLogic[Any] = xstate_statemachine.MachineLogic(
            actions={"ask": ask, "tell": tell},
            guards={
                "first": lambda context, _event: not context["asked"],
                "in_full": lambda _context, event: bool(event.payload.get("in_full")),
            },
        )
        self._machine = xstate_statemachine.create_machine(_XSTATE, logic=logic)

    def begin(self) -> str:
        """Return a new case."""
        interpreter = xstate_statemachine.SyncInterpreter(self._machine)
        interpreter.start()
        return str(interpreter.get_snapshot())

    def fire(self, stored: str, event: str, facts: Mapping[str, bool]) -> str:
        """Restore, fire, save."""
        interpreter: Any = xstate_statemachine.SyncInterpreter.from_snapshot(
            stored, self._machine
        )
        interpreter.send(event, **facts)
        return str(interpreter.get_snapshot())

    def leaves(self, stored: str) -> frozenset[str]:
        """Return the active leaves."""
        ids = json.loads(stored)["state_ids"]
        return frozenset(each.rpartition(".")[2] for each in ids)


# --- transitions ---------------------------------------------------------------------


class _Case:
    """A case as the libraries that work on a model object want it."""

    def __init__(self, *, asked: bool = False, in_full: bool = False) -> None:
        self.state: Any = None
        self.asked = asked
        self.in_full = in_full

    def may_ask_first(self) -> bool:
        return not self.asked

    def is_in_full(self) -> bool:
        return self.in_full

    def ask(self) -> None:
        self.asked = True

    def tell(self) -> None:
        """Stand for a message."""


_TRANSITIONS_STATES: list[Any] = [
    {
        "name": "open",
        "initial": "draft",
        "children": [
            "draft",
            "submitted",
            "checking",
            {"name": "supplement", "on_enter": "tell"},
            {
                "name": "processing",
                "on_final": "all_done",
                "parallel": [
                    {
                        "name": "tax",
                        "initial": "tax_pending",
                        "children": [
                            "tax_pending",
                            "tax_assessing",
                            {"name": "tax_notified", "on_enter": "tell"},
                            {"name": "tax_paid", "final": True},
                        ],
                    },
                    {
                        "name": "extract",
                        "initial": "ext_pending",
                        "children": [
                            "ext_pending",
                            "ext_measuring",
                            {"name": "ext_done", "final": True},
                        ],
                    },
                ],
            },
            "registering",
            "signing",
            {"name": "ready", "on_enter": "tell"},
        ],
    },
    "closed",
    "rejected",
    "withdrawn",
]
_TAX_AT = "open/processing/tax/"
_EXTRACT_AT = "open/processing/extract/"
_TRANSITIONS: list[Any] = [
    ["withdraw", "open", "withdrawn"],
    ["submit", "open/draft", "open/submitted"],
    ["accept", "open/submitted", "open/checking"],
    ["refuse", "open/submitted", "rejected"],
    {
        "trigger": "need_more",
        "source": "open/checking",
        "dest": "open/supplement",
        "conditions": "may_ask_first",
        "after": "ask",
    },
    {
        "trigger": "need_more",
        "source": "open/checking",
        "dest": "open/supplement",
        "after": "tell",
    },
    ["pass_check", "open/checking", "open/processing"],
    ["resupply", "open/supplement", "open/checking"],
    ["expire", "open/supplement", "rejected"],
    ["tax_send", f"{_TAX_AT}tax_pending", f"{_TAX_AT}tax_assessing"],
    {
        "trigger": "tax_query",
        "source": f"{_TAX_AT}tax_assessing",
        "dest": None,
        "after": "tell",
    },
    {
        "trigger": "tax_reply",
        "source": f"{_TAX_AT}tax_assessing",
        "dest": None,
        "after": "tell",
    },
    [
        "tax_notice",
        f"{_TAX_AT}tax_assessing",
        f"{_TAX_AT}tax_notified",
    ],
    {
        "trigger": "pay",
        "source": f"{_TAX_AT}tax_notified",
        "dest": f"{_TAX_AT}tax_paid",
        "conditions": "is_in_full",
    },
    {
        "trigger": "pay",
        "source": f"{_TAX_AT}tax_notified",
        "dest": None,
        "after": "tell",
    },
    [
        "extract_start",
        f"{_EXTRACT_AT}ext_pending",
        f"{_EXTRACT_AT}ext_measuring",
    ],
    [
        "extract_finish",
        f"{_EXTRACT_AT}ext_measuring",
        f"{_EXTRACT_AT}ext_done",
    ],
    ["all_done", "open/processing", "open/registering"],
    ["register_ok", "open/registering", "open/signing"],
    ["sign_return", "open/signing", "open/registering"],
    ["sign", "open/signing", "open/ready"],
    ["collect", "open/ready", "closed"],
]


class _Slashed(NestedState):
    """States whose names may hold an underscore."""

    separator = "/"


class _Machine(HierarchicalMachine):
    """A hierarchical machine with such names."""

    state_cls = _Slashed


class Transitions:
    """transitions: each case a model of its own, added, triggered and removed.

    That is how the library keeps many cases apart; a model gets its triggers when it is
    added. ``TransitionsReused`` loads one shared model instead, which is quicker and
    serves one request at a time.
    """

    name = "transitions"

    def __init__(self) -> None:
        self._machine = _Machine(
            model=None,
            states=_TRANSITIONS_STATES,
            transitions=_TRANSITIONS,
            initial="open",
            auto_transitions=False,
        )

    def begin(self) -> str:
        """Return a new case."""
        return json.dumps({"state": "open/draft", "asked": False})

    def fire(self, stored: str, event: str, facts: Mapping[str, bool]) -> str:
        """Restore, fire, save."""
        raw = json.loads(stored)
        case = _Case(asked=raw["asked"], in_full=facts.get("in_full", False))
        self._machine.add_model(case, initial="open/draft")
        case.state = raw["state"]
        self._machine.trigger_event(case, event)
        self._machine.remove_model(case)
        return json.dumps({"state": case.state, "asked": case.asked})

    def leaves(self, stored: str) -> frozenset[str]:
        """Return the active leaves."""
        state = json.loads(stored)["state"]
        names = [state] if isinstance(state, str) else _flat(state)
        return frozenset(name.rpartition("/")[2] for name in names)


class TransitionsReused(Transitions):
    """transitions with one model that every case borrows."""

    name = "transitions, one model"

    def __init__(self) -> None:
        super().__init__()
        self._case = _Case()
        self._machine.add_model(self._case, initial="open/draft")

    def fire(self, stored: str, event: str, facts: Mapping[str, bool]) -> str:
        """Restore, fire, save."""
        raw = json.loads(stored)
        case = self._case
        case.state, case.asked = raw["state"], raw["asked"]
        case.in_full = facts.get("in_full", False)
        self._machine.trigger_event(case, event)
        return json.dumps({"state": case.state, "asked": case.asked})


def _flat(state: list[Any]) -> list[str]:
    return [
        name
        for each in state
        for name in (_flat(each) if isinstance(each, list) else [each])
    ]


# --- python-statemachine -------------------------------------------------------------


class _LandCase(StateChart[_Case]):
    """The chart as a class, the way of python-statemachine that restores correctly."""

    class open(State.Compound):  # noqa: A001, N801 - the class is a state
        """A case that runs."""

        draft = State(initial=True)
        submitted = State()
        checking = State()
        supplement = State(enter="tell")

        class processing(State.Parallel):  # noqa: N801 - as above
            """Tax and survey side by side."""

            class tax(State.Compound):  # noqa: N801 - as above
                """The wait for the tax office."""

                tax_pending = State(initial=True)
                tax_assessing = State()
                tax_notified = State(enter="tell")
                tax_paid = State(final=True)
                tax_send = tax_pending.to(tax_assessing)
                tax_query = tax_assessing.to.itself(on="tell")  # type: ignore[no-untyped-call]
                tax_reply = tax_assessing.to.itself(on="tell")  # type: ignore[no-untyped-call]
                tax_notice = tax_assessing.to(tax_notified)
                pay = tax_notified.to(tax_paid, cond="is_in_full") | (
                    tax_notified.to.itself(on="tell")  # type: ignore[no-untyped-call]
                )

            class extract(State.Compound):  # noqa: N801 - as above
                """The survey extract."""

                ext_pending = State(initial=True)
                ext_measuring = State()
                ext_done = State(final=True)
                extract_start = ext_pending.to(ext_measuring)
                extract_finish = ext_measuring.to(ext_done)

        registering = State()
        signing = State()
        ready = State(enter="tell")
        submit = draft.to(submitted)
        accept = submitted.to(checking)
        need_more = checking.to(supplement, cond="may_ask_first", on="ask") | (
            checking.to(supplement, on="tell")
        )
        resupply = supplement.to(checking)
        pass_check = checking.to(processing)
        done_state_processing = processing.to(registering)
        register_ok = registering.to(signing)
        sign_return = signing.to(registering)
        sign = signing.to(ready)

    closed = State(final=True)
    rejected = State(final=True)
    withdrawn = State(final=True)
    withdraw = open.to(withdrawn)
    refuse = open.submitted.to(rejected)
    expire = open.supplement.to(rejected)
    collect = open.ready.to(closed)


class PythonStateMachine:
    """python-statemachine: a machine over a model whose state was loaded."""

    name = "python-statemachine"

    def begin(self) -> str:
        """Return a new case."""
        case = _Case()
        _LandCase(case)
        return json.dumps({"state": list(case.state), "asked": False})

    def fire(self, stored: str, event: str, facts: Mapping[str, bool]) -> str:
        """Restore, fire, save."""
        raw = json.loads(stored)
        case = _Case(asked=raw["asked"], in_full=facts.get("in_full", False))
        case.state = _restored(raw["state"])
        _LandCase(case).send(event)
        state = case.state
        return json.dumps(
            {
                "state": [state] if isinstance(state, str) else list(state),
                "asked": case.asked,
            }
        )

    def leaves(self, stored: str) -> frozenset[str]:
        """Return the active leaves."""
        around = {"open", "processing", "tax", "extract"}
        return frozenset(json.loads(stored)["state"]) - around


def _restored(state: list[str]) -> str | OrderedSet[str]:
    return state[0] if len(state) == 1 else OrderedSet(state)


def drivers() -> tuple[Driver, ...]:
    """Return ours first, then the others."""
    return (
        Ours(),
        XState(),
        Transitions(),
        TransitionsReused(),
        PythonStateMachine(),
    )
