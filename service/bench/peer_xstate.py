"""The life of a land case in xstate-statemachine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import xstate_statemachine

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
