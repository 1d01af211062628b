"""What an installation answers to each requirement of its level, and what it shows.

``evidence.yaml`` names the requirements with their marks; a rule here looks at what was
gathered. What no rule can see is said to be unknown, or to be shown by who runs it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from service.usecases.operation.evidence_facts import Facts

Status = Literal["met", "not met", "by the installation", "unknown"]
_DATA = Path(__file__).with_name("evidence.yaml")


class Requirement(BaseModel):
    """One thing that is asked, where it stands, and which files of the pack show it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    asked: str
    shown_in: tuple[str, ...]
    instrument: str = ""
    at: str = ""
    mark: str = ""
    judged_by: str = ""
    limits: Mapping[str, int] = {}


class Requirements(BaseModel):
    """All of them; what a requirement does not name is that of the whole list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instrument: str
    level: int
    mark: str
    requirements: Mapping[str, Requirement]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a requirement stands here, and the figures by which it was judged."""

    status: Status
    shown: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the index."""

    id: str
    asked: str
    instrument: str
    at: str
    mark: str
    status: Status
    shown: Mapping[str, Any]
    shown_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What a rule may look at: everything that was gathered, the limits, the hour."""

    facts: Mapping[str, Facts]
    limits: Mapping[str, int]
    now: datetime


@cache
def requirements() -> Requirements:
    """Return what the file asks, read once; a wrong file is an error at once."""
    return Requirements.model_validate(yaml.safe_load(_DATA.read_text("utf-8")))


def answers(facts: Mapping[str, Facts], now: datetime) -> tuple[Answer, ...]:
    """Return the answer to each requirement, in the order of the file."""
    told = requirements()
    found = []
    for name, asked in told.requirements.items():
        verdict = _judged(asked, Look(facts, asked.limits, now))
        found.append(
            Answer(
                name,
                asked.asked,
                asked.instrument or told.instrument,
                asked.at,
                asked.mark or told.mark,
                verdict.status,
                verdict.shown,
                asked.shown_in,
            )
        )
    return tuple(found)


def _judged(asked: Requirement, look: Look) -> Verdict:
    if not asked.judged_by:
        return Verdict("by the installation", {})
    return RULES[asked.judged_by](look)


def _by(right: bool | None) -> Status:  # noqa: FBT001  None: nobody knows
    return "unknown" if right is None else "met" if right else "not met"


def _within(count: int | None, most: int) -> bool:
    return count is not None and count <= most


def _part(facts: Facts, *names: str) -> dict[str, Any]:
    return {name: facts[name] for name in names}


# --- the rules ------------------------------------------------------------------------


def _second_factor(look: Look) -> Verdict:
    """Judge who needs one; without it the others may not come from outside."""
    shown = _part(look.facts["rules"], "second_factor")
    shown |= _part(look.facts["accounts"], "open_by_kind", "with_device")
    told: Mapping[str, Status] = {
        "everybody": "met",
        "administrators": "by the installation",
    }
    return Verdict(told.get(shown["second_factor"], "not met"), shown)


def _password_length(look: Look) -> Verdict:
    shown = _part(look.facts["rules"], *look.limits)
    long = all(shown[name] >= least for name, least in look.limits.items())
    return Verdict(_by(long), shown)


def _password_change(look: Look) -> Verdict:
    shown = _part(look.facts["rules"], "administrator_password_days", "history")
    often = _within(shown["administrator_password_days"], look.limits["days"])
    return Verdict(_by(often and shown["history"] >= look.limits["history"]), shown)


def _idle_accounts(look: Look) -> Verdict:
    shown = _part(look.facts["rules"], "idle_days")
    return Verdict(_by(_within(shown["idle_days"], look.limits["days"])), shown)


def _access_review(look: Look) -> Verdict:
    shown = _part(look.facts["rules"], "access_review_days")
    shown |= _part(look.facts["accounts"], "overdue", "never_reviewed")
    right = _within(shown["access_review_days"], look.limits["days"])
    return Verdict(_by(right and not shown["overdue"]), shown)


def _log_fields(look: Look) -> Verdict:
    """Judge by names: the target of an act is its route, case or office."""
    fields = set(look.facts["log"]["fields"])
    wanted = {"source", "route", "case_id", "account", "at", "action"}
    return Verdict(_by(wanted <= fields), {"fields": sorted(wanted & fields)})


def _clock(look: Look) -> Verdict:
    shown = _part(look.facts["installation"], "clock_kept")
    return Verdict(_by(shown["clock_kept"]), shown)


def _log_kept(look: Look) -> Verdict:
    """Judge what the installation says: the log is kept by who collects it."""
    shown = _part(look.facts["log"], "level", "least_days", "kept_days")
    if shown["kept_days"] is None:
        return Verdict("unknown", shown)
    if shown["kept_days"] < shown["least_days"]:
        return Verdict("not met", shown)
    return Verdict("by the installation", shown)


def _last_good(look: Look) -> Mapping[str, Any] | None:
    """Return the newest backup that the program made by itself and found right."""
    for run in look.facts["backups"]["runs"]:
        if run["automatic"] and run["ended"] and run["error"] is None:
            return dict(run)
    return None


def _is_new(run: Mapping[str, Any] | None, look: Look) -> bool:
    if run is None:
        return False
    began = datetime.fromisoformat(run["began_at"])
    hours = requirements().requirements["backup_automatic"].limits["hours"]
    return look.now - began <= timedelta(hours=hours)


def _backup_automatic(look: Look) -> Verdict:
    shown = _part(look.facts["backups"], "automatic_at")
    run = _last_good(look)
    shown["began_at"] = run["began_at"] if run else None
    right = shown["automatic_at"] is not None and _is_new(run, look)
    return Verdict(_by(right), shown)


def _backup_places(look: Look) -> Verdict:
    """Judge what can be seen: where the second place lies, a person has to say."""
    shown = _part(look.facts["backups"], "second_copy")
    return Verdict("by the installation" if shown["second_copy"] else "not met", shown)


def _backup_sealed(look: Look) -> Verdict:
    shown = _part(look.facts["backups"], "count", "newest_key")
    if not shown["count"]:
        return Verdict("unknown", shown)
    return Verdict(_by(shown["newest_key"] is not None), shown)


def _backup_tried(look: Look) -> Verdict:
    shown = _part(look.facts["backups"], "proved", "tried_now")
    if shown["tried_now"] is not None:
        return Verdict(_by(shown["tried_now"]), shown)
    return Verdict(_by(shown["proved"] and _is_new(_last_good(look), look)), shown)


def _impact_assessment(look: Look) -> Verdict:
    """Say who answers for the data; the file has blanks that only the office fills."""
    shown = _part(look.facts["installation"], "keeper")
    return Verdict("by the installation" if shown["keeper"] else "not met", shown)


RULES: Mapping[str, Callable[[Look], Verdict]] = {
    "second_factor": _second_factor,
    "password_length": _password_length,
    "password_change": _password_change,
    "idle_accounts": _idle_accounts,
    "access_review": _access_review,
    "log_fields": _log_fields,
    "clock": _clock,
    "log_kept": _log_kept,
    "backup_automatic": _backup_automatic,
    "backup_places": _backup_places,
    "backup_sealed": _backup_sealed,
    "backup_tried": _backup_tried,
    "impact_assessment": _impact_assessment,
}
