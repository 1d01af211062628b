"""What was made of parts of the law that several editions share, made once.

An edition shares every definition that no override of its packages touches with the
other editions. A definition is never changed once it was read (an override works on a
copy), so whatever follows from it alone can be kept beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from workflows.law.findings import Finding
from workflows.law.located import LocatedMap

T = TypeVar("T")
Ingredients = Mapping[tuple[str, str], LocatedMap | None]


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """A procedure with template and fragments in place, and what it was made of."""

    source: LocatedMap
    whole: LocatedMap
    ingredients: Ingredients
    findings: tuple[Finding, ...]

    def is_made_of(self, parts: Callable[[str, str], LocatedMap | None]) -> bool:
        """Return whether the same templates and fragments would be used again."""
        return all(
            parts(kind, name) is part for (kind, name), part in self.ingredients.items()
        )


@dataclass(slots=True)
class Memory:
    """Kept results, by the identity of the definition that they were made of."""

    written_out: dict[int, list[WrittenOut]] = field(default_factory=dict)
    _made: dict[tuple[str, int], tuple[LocatedMap, Any]] = field(default_factory=dict)

    def of(self, what: str, node: LocatedMap, make: Callable[[], T]) -> T:
        """Return what ``make`` gives for the node; it is called the first time only."""
        key = what, id(node)
        if key not in self._made:
            # The node is kept too, so that its identity is not given to another.
            self._made[key] = node, make()
        made: T = self._made[key][1]
        return made
