"""The packages of the law, and which of them hold at a place on a day."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from workflows.definition import PackageHead, Status
from workflows.errors import (
    NoPackageInForceError,
    PackageInvalidError,
    UnknownNameError,
    WorkflowError,
)
from workflows.law.comparison import Comparison, compare
from workflows.law.differences import Change, diff
from workflows.law.edition import AppliedOverride, Edition
from workflows.law.sentences import gap, learned_later, nothing_for
from workflows.law.showing import ShownLine, show
from workflows.parameters import known_by

__all__ = [
    "AppliedOverride",
    "Change",
    "Comparison",
    "Edition",
    "Law",
    "Selection",
    "ShownLine",
    "compare",
    "diff",
    "show",
]

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Selection:
    """The packages that make an edition, most specific first, each with its status.

    ``known_on`` is a day when some of their overrides were learned only later.
    """

    chain: tuple[str, ...]
    statuses: tuple[tuple[str, Status], ...]
    known_on: date | None = None


class Law:
    """Every package that is loaded. ``assemble`` makes the edition of a selection."""

    def __init__(
        self,
        heads: Mapping[str, PackageHead],
        assemble: Callable[[Selection], Edition],
        faults: Mapping[str, tuple[str, ...]] | None = None,
        lost: Mapping[str, str] | None = None,
        known_on: date | None = None,
        later: Mapping[str, PackageHead] | None = None,
        forget: Callable[[], None] | None = None,
    ) -> None:
        self.packages: Mapping[str, PackageHead] = MappingProxyType(dict(heads))
        self._faults = {} if faults is None else faults
        self._lost = {} if lost is None else lost
        self._assemble = assemble
        self._editions: dict[Selection, Edition] = {}
        self._selected = lru_cache(maxsize=1024)(self.select)
        self._known_on = known_on
        self._later = {} if later is None else later
        self._forget = forget

    def known_on(self, day: date) -> Law:
        """Return the law as the program knew it on the day.

        Packages, overrides and values of figures that were learned after it are not in
        there, so what is asked of it is answered as it would have been answered then.
        """
        day = day if self._known_on is None else min(day, self._known_on)
        heads: dict[str, PackageHead] = {}
        later = dict(self._later)
        for name, head in self.packages.items():
            (heads if known_by(head.known_since, day) else later)[name] = head
        return Law(
            heads,
            lambda selection: self._edition_for(selection).known_on(day),
            self._faults,
            self._lost,
            day,
            later,
        )

    @property
    def faults(self) -> Mapping[str, tuple[str, ...]]:
        """Return the packages that are left out, each with the lines that are wrong.

        An edition is put together when it is first asked for, so this may grow.
        """
        return MappingProxyType(dict(self._faults))

    def edition(self, province: str, day: date, commune: str | None = None) -> Edition:
        """Return the law of a place: of the most specific package in force.

        A package for some communes goes before one for the province, and that before
        the national land package, which holds until a province has its own. Raises
        NoPackageInForceError naming the period and the package that is missing, and
        PackageInvalidError when the package of the place is left out for its faults.
        """
        own = self._own_packages(province, commune)
        in_force = [head for head in own if holds_on(head, day)]
        if in_force:
            head = max(
                in_force, key=lambda h: (len(h.territory.communes) > 0, _rank(h))
            )
            return self._edition_of(head.package, day)
        spoken = [head for head in own if _from(head) <= day]
        if spoken:
            raise self._no_package(self._wide(own), day)
        self._refuse_lost(province)
        national = self.national_packages()
        if not national:
            raise NoPackageInForceError(nothing_for(province))
        return self._edition_of(self._in_force(national, day).package, day)

    def package_edition(self, package_id: str, day: date) -> Edition:
        """Return the edition that begins with the package, as of the day.

        Raises UnknownNameError, or NoPackageInForceError when the package, or one that
        it uses, does not hold on the day.
        """
        if package_id not in self.packages:
            raise self._not_there(package_id)
        head = self.packages[package_id]
        if not holds_on(head, day):
            raise self._no_package([head], day)
        return self._edition_of(package_id, day)

    def prepare(self, day: date) -> None:
        """Put together every edition of the day, so that files may change afterwards.

        A package that cannot be put together is among the ``faults`` from then on. What
        was read for it is let go: an edition of another day reads its files anew.
        """
        for name, head in self.packages.items():
            if head.kind != "shared" and holds_on(head, day):
                with contextlib.suppress(PackageInvalidError, NoPackageInForceError):
                    self.package_edition(name, day)
        if self._forget is not None:
            self._forget()

    def select(self, package_id: str, day: date) -> Selection:
        """Return the packages of the edition that begins with the package.

        The order is: the package, its parents, then what these use with its parents. A
        used package may be replaced by the one that took over from it.
        """
        chain: dict[str, None] = {}
        waiting = [package_id]
        while waiting:
            for head in self._with_parents(waiting.pop(0)):
                if head.package in chain:
                    continue
                chain[head.package] = None
                waiting.extend(self._used(name, day).package for name in head.uses)
        return Selection(
            tuple(chain),
            tuple((name, status_on(self.packages[name], day)) for name in chain),
            self._before_later_overrides(chain),
        )

    def _before_later_overrides(self, chain: Iterable[str]) -> date | None:
        """Return a day that stands for what is known of the overrides, if not all."""
        if self._known_on is None:
            return None
        learned = {
            override.known_since
            for name in chain
            for override in self.packages[name].overrides
            if override.known_since is not None
        }
        before = {day for day in learned if day <= self._known_on}
        if before == learned:
            return None
        return max(before, default=date.min)

    def national_packages(self) -> list[PackageHead]:
        """Return the national packages that stand by themselves: nobody uses them."""
        used = {
            head.package
            for user in self.packages.values()
            for name in user.uses
            for head in self.line_of(name)
        }
        return [
            head
            for head in self.packages.values()
            if head.kind == "national" and head.package not in used
        ]

    def line_of(self, package_id: str) -> list[PackageHead]:
        """Return the package with those before and after it, by ``replaces``."""
        line = {package_id}
        while True:
            grown = line | {
                name
                for head in self.packages.values()
                if head.replaces and line & {head.package, head.replaces}
                for name in (head.package, head.replaces)
            }
            if grown == line:
                break
            line = grown
        return sorted((self.packages[n] for n in line if n in self.packages), key=_from)

    def line_above(self, package_id: str) -> list[PackageHead]:
        """Return the package and those it extends, the nearest first."""
        return list(self._with_parents(package_id))

    def days_of_change(self, package_id: str) -> Iterator[date]:
        """Yield the days on which the edition of the package may become another one."""
        head = self.packages[package_id]
        days = {_from(head)}
        for used in self.everything_used(package_id):
            for other in self.line_of(used):
                days.add(_from(other))
                if other.after_own_instrument is not None:
                    days.add(other.after_own_instrument.ends + _ONE_DAY)
                if other.in_force.to is not None:
                    days.add(other.in_force.to + _ONE_DAY)
        yield from sorted(day for day in days if holds_on(head, day))

    def days_before_learning(self) -> list[date]:
        """Return the days after which packages or overrides were learned, in order."""
        learned = {
            day
            for head in self.packages.values()
            for day in (head.known_since, *(o.known_since for o in head.overrides))
        }
        return sorted(day - _ONE_DAY for day in learned if day is not None)

    def _refuse_lost(self, province: str) -> None:
        """Refuse to answer from the baseline where a province's own head is broken."""
        lost = [name for name, place in self._lost.items() if place == province]
        if lost:
            raise PackageInvalidError(x for name in lost for x in self._faults[name])

    def _not_there(self, name: str) -> WorkflowError:
        if name in self._faults:
            return PackageInvalidError(self._faults[name])
        if name in self._later:
            head = self._later[name]
            return NoPackageInForceError(
                learned_later(head.title, name, head.known_since or _from(head))
            )
        return UnknownNameError("package", name, self.packages)

    # --- resolution ------------------------------------------------------------------

    def _edition_of(self, package_id: str, day: date) -> Edition:
        return self._edition_for(self._selected(package_id, day))

    def _edition_for(self, selection: Selection) -> Edition:
        if selection not in self._editions:
            self._editions[selection] = self._assemble(selection)
        return self._editions[selection]

    def _own_packages(self, province: str, commune: str | None) -> list[PackageHead]:
        return [
            head
            for head in self.packages.values()
            if head.territory.province == province
            and (not head.territory.communes or commune in head.territory.communes)
        ]

    @staticmethod
    def _wide(heads: list[PackageHead]) -> list[PackageHead]:
        """Return those for a whole province, or all when there are none."""
        return [head for head in heads if not head.territory.communes] or heads

    def _with_parents(self, package_id: str) -> Iterator[PackageHead]:
        seen: set[str] = set()
        name: str | None = package_id
        while name is not None and name not in seen:
            if name not in self.packages:
                raise self._not_there(name)
            seen.add(name)
            yield self.packages[name]
            name = self.packages[name].extends

    def _used(self, package_id: str, day: date) -> PackageHead:
        line = self.line_of(package_id)
        if not line:
            raise self._not_there(package_id)
        return self._in_force(line, day)

    def everything_used(self, package_id: str) -> set[str]:
        """Return the packages that some edition of the package may be made from."""
        found: set[str] = set()
        waiting = [package_id]
        while waiting:
            for head in self._with_parents(waiting.pop()):
                if head.package not in found:
                    found.add(head.package)
                    waiting.extend(
                        other.package
                        for name in head.uses
                        for other in self.line_of(name)
                    )
        return found

    def _in_force(self, heads: list[PackageHead], day: date) -> PackageHead:
        in_force = [head for head in heads if holds_on(head, day)]
        if not in_force:
            raise self._no_package(heads, day)
        return max(in_force, key=_rank)

    @staticmethod
    def _no_package(heads: Iterable[PackageHead], day: date) -> NoPackageInForceError:
        before = [h for h in heads if h.in_force.to is not None and h.in_force.to < day]
        after = [head for head in heads if _from(head) > day]
        last = max(before, key=lambda h: h.in_force.to or day, default=None)
        following = min(after, key=_from, default=None)
        named = last or following
        first = None if last is None or last.in_force.to is None else last.in_force.to
        if named is None:
            return NoPackageInForceError(nothing_for(""))
        return NoPackageInForceError(
            gap(
                named.title,
                named.package,
                None if first is None else first + _ONE_DAY,
                None if following is None else _from(following) - _ONE_DAY,
            )
        )


def holds_on(head: PackageHead, day: date) -> bool:
    """Return whether the package may be chosen on the day (both ends inclusive)."""
    return _from(head) <= day and (head.in_force.to is None or day <= head.in_force.to)


def status_on(head: PackageHead, day: date) -> Status:
    """Return the status on the day; past its own instrument another one may hold."""
    further = head.after_own_instrument
    return further.status if further is not None and day > further.ends else head.status


def _rank(head: PackageHead) -> tuple[date, date]:
    """Order packages of one place: what was learned later prevails, then the newer."""
    return head.known_since or date.min, _from(head)


def _from(head: PackageHead) -> date:
    return head.in_force.from_
