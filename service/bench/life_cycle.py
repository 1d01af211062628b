"""The life of one land case, and how our engine lives it; the others in ``peer_*``.

Shape only, no law: a draft is submitted, checked with a supplement loop, worked on by
tax and survey side by side, registered, signed and handed over. Each driver takes a
case as JSON text, gives it one event, and returns JSON text: what a server does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

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


# --- for libraries that work on a model object ------------------------------------


class ModelCase:
    """A case as the libraries that work on a model object want it."""

    def __init__(self, *, asked: bool = False, in_full: bool = False) -> None:
        self.state: Any = None
        self.asked = asked
        self.in_full = in_full

    def may_ask_first(self) -> bool:
        """Return whether nothing was asked for yet."""
        return not self.asked

    def is_in_full(self) -> bool:
        """Return whether everything owed is paid."""
        return self.in_full

    def ask(self) -> None:
        """Note that the first supplement was asked for."""
        self.asked = True

    def tell(self) -> None:
        """Stand for a message."""
