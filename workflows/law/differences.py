"""What differs between two editions, by address."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from workflows.law.edition import Edition

# By the first of these that an item has, a list is compared; else by position.
_IDENTITY = ("form", "paper", "condition", "fact", "since", "value", "to", "instrument")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: the address, and the value before and after (JSON data)."""

    at: str
    kind: Literal["added", "removed", "changed"]
    before: object
    after: object

    def __str__(self) -> str:
        match self.kind:
            case "added":
                return f"+ {self.at}: {_json(self.after)}"
            case "removed":
                return f"- {self.at}: {_json(self.before)}"
            case "changed":
                return f"~ {self.at}: {_json(self.before)} → {_json(self.after)}"

    def to_json(self) -> dict[str, object]:
        """Return the change as ``dat packs diff --json`` prints it."""
        return {
            "at": self.at,
            "kind": self.kind,
            "before": self.before,
            "after": self.after,
        }


def diff(one: Edition, other: Edition) -> list[Change]:
    """Return what differs between two editions, by address, in their own order."""
    return list(
        _differences(
            "", json.loads(one.canonical_json()), json.loads(other.canonical_json())
        )
    )


def _differences(address: str, before: object, after: object) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _by_key(address, before, after, "." if address else "")
    elif isinstance(before, list) and isinstance(after, list):
        yield from _by_key(address, _keyed(before), _keyed(after), "")
    elif before != after:
        yield Change(address, "changed", before, after)


def _by_key(
    address: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    joint: str,
) -> Iterator[Change]:
    for key in (*before, *(key for key in after if key not in before)):
        if key == "files":
            continue
        place = f"{address}{joint}{key}"
        if key not in after:
            yield Change(place, "removed", before[key], None)
        elif key not in before:
            yield Change(place, "added", None, after[key])
        else:
            yield from _differences(place, before[key], after[key])


def _keyed(items: Sequence[object]) -> dict[str, object]:
    """Name the items of a list: by identity when that tells them apart."""
    named: dict[str, object] = {}
    for index, item in enumerate(items):
        name = f"[{index}]"
        if isinstance(item, dict):
            identity = next((key for key in _IDENTITY if key in item), None)
            if identity is not None:
                name = f"[{identity}={item[identity]}]"
        elif isinstance(item, str):
            name = f"[{item}]"
        named[name if name not in named else f"[{index}]"] = item
    return named


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
