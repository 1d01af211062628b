"""The life of a land case in transitions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from transitions.extensions import HierarchicalMachine
from transitions.extensions.nesting import NestedState

from service.bench.life_cycle import ModelCase

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
        case = ModelCase(asked=raw["asked"], in_full=facts.get("in_full", False))
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
        self._case = ModelCase()
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
