"""Conditions as data: a named fact, or all, any, not of conditions; three-valued.

A fact may be true, false or not known, so a guard is decided by Kleene's rules: an
unknown part leaves the whole unknown unless the other parts decide it already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, PlainSerializer


@dataclass(frozen=True, slots=True)
class Named:
    """Holds when the fact of this name is true."""

    fact: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds when every part holds; an empty one always does."""

    parts: tuple[Guard, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when at least one part holds; an empty one never does."""

    parts: tuple[Guard, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part does not."""

    part: Guard


Guard: TypeAlias = Named | AllOf | AnyOf | Not
Lookup: TypeAlias = Callable[[str], object]


def parse(raw: object) -> Guard:
    """Read a guard as it stands in YAML; raise ValueError naming what is not one."""
    if isinstance(raw, Named | AllOf | AnyOf | Not):
        return raw
    if isinstance(raw, str):
        return Named(raw)
    if isinstance(raw, Mapping) and len(raw) == 1:
        ((key, value),) = raw.items()
        if key == "not":
            return Not(parse(value))
        if key in {"all", "any"} and isinstance(value, list | tuple):
            parts = tuple(parse(part) for part in value)
            return AllOf(parts) if key == "all" else AnyOf(parts)
    raise ValueError(
        f"a guard is a fact name, or one of all, any, not of guards; found {raw!r}"
    )


def unparse(guard: Guard) -> object:
    """Return the YAML form of a guard: the inverse of ``parse``."""
    match guard:
        case Named(fact):
            return fact
        case AllOf(parts):
            return {"all": [unparse(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [unparse(part) for part in parts]}
        case Not(part):
            return {"not": unparse(part)}


def describe(guard: Guard) -> str:
    """Return the guard as one line for a person who reads the definition."""
    match guard:
        case Named(fact):
            return fact
        case AllOf(parts):
            return f"({' and '.join(describe(part) for part in parts)})"
        case AnyOf(parts):
            return f"({' or '.join(describe(part) for part in parts)})"
        case Not(part):
            return f"not {describe(part)}"


GuardField = Annotated[Guard, BeforeValidator(parse), PlainSerializer(unparse)]


def evaluate(guard: Guard, lookup: Lookup) -> bool | None:
    """Decide a guard; None means that unknown facts keep it open.

    ``lookup`` answers a fact name with its value, or None when it is not known. A value
    that is not a boolean is a mistake in the definition and raises TypeError.
    """
    match guard:
        case Named(fact):
            value = lookup(fact)
            if value is None or isinstance(value, bool):
                return value
            raise TypeError(f"guard fact {fact!r} must be a boolean, it is {value!r}")
        case Not(part):
            inner = evaluate(part, lookup)
            return None if inner is None else not inner
        case AllOf(parts):
            return _decide(parts, lookup, decisive=False)
        case AnyOf(parts):
            return _decide(parts, lookup, decisive=True)


def _decide(parts: tuple[Guard, ...], lookup: Lookup, *, decisive: bool) -> bool | None:
    outcome: bool | None = not decisive
    for part in parts:
        value = evaluate(part, lookup)
        if value is decisive:
            return decisive
        if value is None:
            outcome = None
    return outcome


def facts_of(guard: Guard) -> frozenset[str]:
    """Return every fact name that the guard mentions."""
    match guard:
        case Named(fact):
            return frozenset({fact})
        case Not(part):
            return facts_of(part)
        case AllOf(parts) | AnyOf(parts):
            return frozenset().union(*(facts_of(part) for part in parts))


def open_facts(guard: Guard, lookup: Lookup) -> frozenset[str]:
    """Return the unknown facts that keep the guard open; empty when it is decided."""
    if evaluate(guard, lookup) is not None:
        return frozenset()
    return frozenset(fact for fact in facts_of(guard) if lookup(fact) is None)
