"""Templates filled and fragments spliced in: a procedure written out whole.

This works on plain data that still knows its files and lines, before anything is
validated. No text is ever glued together, but for the prefix that ``as`` declares.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflows.law.findings import Finding, at
from workflows.law.located import (
    LocatedList,
    LocatedMap,
    Place,
    shallow,
)
from workflows.law.memory import Memory, WrittenOut
from workflows.law.prefix import Prefix
from workflows.law.slots import Filling

_TO_PROCEDURE = ("flags", "facts")
_TO_CHART = ("late",)
_NAMES = ("states", "events")
_MOST_ROUNDS = 1000
_LISTS = ("record", "defer", "entry", "exit", "include")


class Expansion:
    """Writes procedures out; what is wrong on the way is kept in ``findings``."""

    def __init__(
        self,
        templates: Mapping[str, LocatedMap],
        fragments: Mapping[str, LocatedMap],
        memory: Memory | None = None,
    ) -> None:
        self._parts = {"template": templates, "fragment": fragments}
        self._memory = memory or Memory()
        self._used: dict[tuple[str, str], LocatedMap | None] = {}
        self.findings: list[Finding] = []
        self.included: set[str] = set()

    def procedure(self, source: LocatedMap) -> LocatedMap:
        """Return the procedure with its template filled and its fragments in place.

        The same parts give the same object again, which may therefore not be changed.
        """
        known = self._memory.written_out.setdefault(id(source), [])
        written = next((each for each in known if each.is_made_of(self._part)), None)
        if written is None:
            written = self._written_out(source)
            known.append(written)
        self.findings.extend(written.findings)
        self.included.update(
            name for kind, name in written.ingredients if kind == "fragment"
        )
        return written.whole

    def _part(self, kind: str, name: str) -> LocatedMap | None:
        return self._parts[kind].get(name)

    def _use(self, kind: str, name: str) -> LocatedMap | None:
        part = self._used[kind, name] = self._part(kind, name)
        return part

    def _written_out(self, source: LocatedMap) -> WrittenOut:
        before, self.findings, self._used = self.findings, [], {}
        whole = self._whole(source)
        findings, self.findings = tuple(self.findings), before
        return WrittenOut(source, whole, self._used, findings)

    def _whole(self, source: LocatedMap) -> LocatedMap:
        whole = self._from_template(source) if "template" in source else None
        if whole is None:
            whole = shallow(source)
        if isinstance(whole.get("chart"), LocatedMap):
            chart = _owned(whole, "chart")
            self._expand(chart, None, _Owners(whole, chart))
        return whole

    # --- templates -----------------------------------------------------------------

    def _from_template(self, source: LocatedMap) -> LocatedMap | None:
        name = source.text("template")
        template = self._use("template", name)
        if template is None:
            self._note(
                source.place_of("template"),
                "unknown-template",
                f"there is no template {name!r}; there are: "
                f"{', '.join(self._parts['template']) or 'none'}",
            )
            return None
        fill = source.submap("fill")
        fill.place = source.place_of("fill")
        filling = Filling(
            f"template {name!r}", template.submap("slots"), fill, self.findings
        )
        body = filling.apply(template.submap("body"))
        whole = shallow(source)
        for key in ("template", "fill"):
            whole.pop(key, None)
        for key, value in body.items():
            if key in whole:
                self._note(
                    whole.place_of(key),
                    "template-clash",
                    f"{key!r} stands in template {name!r} already; "
                    "give the template a slot for it",
                )
            whole.put(key, value, body.place_of(key))
        return whole

    # --- fragments -----------------------------------------------------------------

    def _expand(
        self, state: LocatedMap, parent: LocatedMap | None, owners: _Owners
    ) -> None:
        """Splice in what the state includes, then what its substates include."""
        while "include" in state and self._within_reason(state, owners):
            includes = state.sublist("include")
            del state["include"]
            # The first fragment's states shall stand first, so the last goes in first.
            for item in reversed(list(includes.maps())):
                self._include(item, state, parent, owners)
        done: set[str] = set()
        if "states" in state:
            _owned(state, "states")
        while left := [name for name in state.submap("states") if name not in done]:
            done.add(left[0])
            if isinstance(state.submap("states")[left[0]], LocatedMap):
                child = _owned(state.submap("states"), left[0])
                self._expand(child, state, owners)

    def _within_reason(self, state: LocatedMap, owners: _Owners) -> bool:
        owners.rounds += 1
        if owners.rounds <= _MOST_ROUNDS:
            return True
        self._note(
            state.place_of("include"),
            "fragment-loop",
            f"fragments include each other without end: "
            f"{[item.text('fragment') for item in state.sublist('include').maps()]}",
        )
        return False

    def _include(
        self,
        item: LocatedMap,
        state: LocatedMap,
        parent: LocatedMap | None,
        owners: _Owners,
    ) -> None:
        name = item.text("fragment")
        fragment = self._use("fragment", name)
        if fragment is None:
            self._note(
                item.place_of("fragment"),
                "unknown-fragment",
                f"there is no fragment {name!r}; there are: "
                f"{', '.join(self._parts['fragment']) or 'none'}",
            )
            return
        body = LocatedMap(fragment.place)
        for key in ("inside", "beside", *_TO_PROCEDURE):
            if key in fragment:
                body.put(key, fragment[key], fragment.place_of(key))
        if prefix := item.text("as"):
            body = Prefix(prefix, body).apply(body)
        fill = item.submap("fill")
        fill.place = item.place
        filling = Filling(
            f"fragment {name!r}", fragment.submap("slots"), fill, self.findings
        )
        filled = filling.apply(body)
        for key in _TO_PROCEDURE:
            self._merge_names(owners.procedure, key, filled)
        self._merge(state, filled.submap("inside"), owners)
        beside = filled.submap("beside")
        after = _name_in(parent, state)
        self._merge(state if parent is None else parent, beside, owners, after=after)

    def _merge(
        self,
        target: LocatedMap,
        part: LocatedMap,
        owners: _Owners,
        *,
        after: str | None = None,
    ) -> None:
        # Where the target begins decides in which order states stand: take it first.
        for key, value in sorted(part.items(), key=lambda item: item[0] != "initial"):
            if key in _TO_PROCEDURE:
                self._merge_names(owners.procedure, key, part)
            elif key in _TO_CHART and target is not owners.chart:
                self._merge(owners.chart, _only(part, key), owners)
            elif key in _NAMES:
                self._merge_names(target, key, part, after=after)
            elif key in _LISTS:
                _merge_list(target, key, part)
            elif key in _TO_CHART:
                late = shallow(target.submap(key))
                _merge_list(late, "record", part.submap(key))
                target.put(key, late, part.place_of(key))
            elif key not in target:
                target.put(key, value, part.place_of(key))
            elif key != "initial" and target[key] != value:
                self._clash(part.place_of(key), key, target.place_of(key))

    def _merge_names(
        self,
        target: LocatedMap,
        key: str,
        part: LocatedMap,
        *,
        after: str | None = None,
    ) -> None:
        """Add the part's names: behind ``after`` or all there is, as a person reads.

        States stand in front when the target begins in one of them.
        """
        brought = part.submap(key)
        if not brought:
            return
        present = target.submap(key)
        for name in brought:
            same = key in _TO_PROCEDURE and present.get(name) == brought[name]
            if name in present and not same:
                self._clash(
                    brought.place_of(name), f"{key}.{name}", present.place_of(name)
                )
        merged = LocatedMap(present.place if present else brought.place)
        if _begins_in(target, brought):
            _copy_new(merged, brought)
        for name, value in present.items():
            merged.put(name, value, present.place_of(name))
            if name == after:
                _copy_new(merged, brought)
        _copy_new(merged, brought)
        target.put(key, merged, target.places.get(key, part.place_of(key)))

    def _clash(self, place: Place, what: str, other: Place) -> None:
        self._note(
            place,
            "fragment-clash",
            f"the fragment brings {what!r}, which is there already ({other})",
        )

    def _note(self, place: Place, rule: str, text: str) -> None:
        self.findings.append(at(place, rule, text))


class _Owners:
    """Where the parts of a fragment go that belong to no state."""

    def __init__(self, procedure: LocatedMap, chart: LocatedMap) -> None:
        self.procedure = procedure
        self.chart = chart
        self.rounds = 0


def _name_in(parent: LocatedMap | None, state: LocatedMap) -> str | None:
    if parent is None:
        return None
    children = parent.submap("states")
    return next((name for name, child in children.items() if child is state), None)


def _begins_in(target: LocatedMap, states: LocatedMap) -> bool:
    entries = target.submap("entries")
    doors = {entries.submap(name).text("to") for name in entries}
    return not states.keys().isdisjoint({target.text("initial"), *doors})


def _owned(target: LocatedMap, key: str) -> LocatedMap:
    """Put a copy of a part in its place, so that the written one stays as it is."""
    own = shallow(target.submap(key))
    target.put(key, own, target.place_of(key))
    return own


def _only(part: LocatedMap, key: str) -> LocatedMap:
    single = LocatedMap(part.place)
    single.put(key, part[key], part.place_of(key))
    return single


def _copy_new(merged: LocatedMap, brought: LocatedMap) -> None:
    for name, value in brought.items():
        if name not in merged:
            merged.put(name, value, brought.place_of(name))


def _merge_list(target: LocatedMap, key: str, part: LocatedMap) -> None:
    """Add the part's items behind the target's own, each only once."""
    merged = LocatedList(target.places.get(key, part.place_of(key)))
    for items in (target.sublist(key), part.sublist(key)):
        for item, place in items.placed():
            if item not in merged:
                merged.add(item, place)
    target.put(key, merged, merged.place)
