"""An edition seen as a jurist compares it: by procedure, and what each part says.

A facet is one thing that can differ (a state, an arrow, a paper, a number of days), as
JSON data without its sources, and the sources beside it. Nothing is read as a model
here but the figures that a procedure names: two editions are laid side by side in a
fraction of a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from workflows.errors import FigureNotYetSetError, UnknownNameError
from workflows.law.edition import Edition
from workflows.law.sentences import NOT_THERE, NOT_YET
from workflows.parameters import Figure

Raw: TypeAlias = Mapping[str, Any]

# The parts of a procedure, in the order in which a jurist reads them.
PARTS: Final = (
    "captions",
    "days",
    "fees",
    "papers",
    "competence",
    "requires",
    "states",
    "events",
    "labels",
    "other",
)
# What an edition holds beside procedures, in the order of a diff.
SECTIONS: Final = (
    "parameters",
    "lists",
    "conditions",
    "goals",
    "questions",
    "papers",
    "facts",
    "offices",
    "messages",
    "ordinary",
    "warnings",
    "comparisons",
    "migrations",
    "instruments",
)
_OF_THE_FILES = ("files", "package")
_ELSEWHERE = frozenset(
    {
        "procedure", "title", "competence", "requires", "papers_in", "papers_out",
        "fees", "obligations", "deadlines", "chart", "variants",
    }
)  # fmt: skip
_OF_THE_STATE = frozenset({"label", "states", "events", "always"})


@dataclass(frozen=True, slots=True)
class Facet:
    """One part: what it says (JSON data), and the places in the law it rests on.

    ``cited`` is false where the sources are only those nearby, so that a change of
    them alone is no change of this part. ``title`` is what people call it.
    """

    value: object
    sources: tuple[Raw, ...] = ()
    cited: bool = True
    title: str = ""


Facets: TypeAlias = dict[str, Facet]


def facets_of(
    edition: Edition, procedure_id: str, day: date, *, chart_too: bool = True
) -> dict[str, Facets]:
    """Return every part of a procedure; days and fees as they stand on the day.

    Without ``chart_too`` states, events and labels are left out: they are the most, and
    need no look when both editions have the same chart.
    """
    raw = edition.raw("procedures")[procedure_id]
    basis = tuple(_listed(raw.get("basis")))
    chart = raw["chart"]
    states = list(_states(chart["states"], None))
    shown = states if chart_too else []
    arrows = [arrow for state in shown for arrow in _arrows(state)]
    return {
        "captions": dict(_captions(raw)),
        "days": dict(_days(edition, raw, states, day)),
        "fees": dict(_fees(edition, raw, day)),
        "papers": dict(_papers(raw, edition.raw("papers"))),
        "competence": {
            role: _facet(office, _word(edition, "offices", role, "name"))
            for role, office in raw.get("competence", {}).items()
        },
        "requires": dict(_requires(edition, raw, basis)),
        "states": {state.name: state.facet(arrows, basis) for state in shown},
        "events": dict(_numbered((each.name, each.facet()) for each in arrows)),
        "labels": dict(_labels(raw, shown, arrows, basis)),
        "other": dict(_others(raw, basis)),
    }


def named_in(raw: object) -> Iterator[str]:
    """Yield the figures that a definition names, wherever it does."""
    if isinstance(raw, Mapping):
        if "param" in raw:
            yield str(raw["param"])
        for part in raw.values():
            yield from named_in(part)
    elif isinstance(raw, list):
        for part in raw:
            yield from named_in(part)


def section_of(edition: Edition, section: str) -> Facets:
    """Return the definitions of a section, each with the sources inside it."""
    return {
        name: _facet(raw, _own_words(raw)) for name, raw in edition.raw(section).items()
    }


def _own_words(raw: object) -> str:
    """Return what a definition calls itself, if it does."""
    if not isinstance(raw, Mapping):
        return ""
    for key in ("title", "label", "official", "name", "text"):
        word = raw.get(key)
        if isinstance(word, Mapping):
            word = word.get("clerk")
        if isinstance(word, str):
            return word
    return ""


def _word(edition: Edition, section: str, name: str, key: str) -> str:
    raw = edition.raw(section).get(name)
    return str(raw.get(key, "")) if isinstance(raw, Mapping) else ""


def _label(raw: Raw) -> str:
    return str((raw.get("label") or {}).get("clerk", ""))


# --- the chart --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _State:
    name: str
    raw: Raw
    above: str | None

    def facet(self, arrows: Sequence[_Arrow], basis: tuple[Raw, ...]) -> Facet:
        own = {key: part for key, part in self.raw.items() if key not in _OF_THE_STATE}
        own["inside"] = self.above
        here = [
            source
            for arrow in arrows
            if arrow.raw.get("to") == self.name
            for source in _sources(arrow.raw)
        ]
        return Facet(
            _without_sources(own),
            _distinct(here) or basis,
            cited=False,
            title=_label(self.raw),
        )


@dataclass(frozen=True, slots=True)
class _Arrow:
    name: str
    raw: Raw

    def facet(self) -> Facet:
        own = {key: part for key, part in self.raw.items() if key != "label"}
        sources = _distinct(_listed(self.raw.get("source")))
        return Facet(_without_sources(own), sources, title=_label(self.raw))


def _states(states: Raw, above: str | None) -> Iterator[_State]:
    for name, raw in states.items():
        yield _State(name, raw or {}, above)
        yield from _states((raw or {}).get("states", {}), name)


def _arrows(state: _State) -> Iterator[_Arrow]:
    lines = {"(always)": state.raw.get("always"), **state.raw.get("events", {})}
    for event, written in lines.items():
        for raw in _listed(written):
            target = f" → {raw['to']}" if raw.get("to") else ""
            yield _Arrow(f"{state.name}: {event}{target}", raw)


def _labels(
    raw: Raw, states: Iterable[_State], arrows: Iterable[_Arrow], basis: tuple[Raw, ...]
) -> Iterator[tuple[str, Facet]]:
    yield "title", Facet(raw["title"], basis, cited=False)
    for name, label in raw.get("variants", {}).items():
        yield f"variant {name}", Facet(label, basis, cited=False)
    for name, entry in raw["chart"].get("entries", {}).items():
        if "label" in entry:
            yield f"entry {name}", Facet(entry["label"], basis, cited=False)
    for state in states:
        if "label" in state.raw:
            yield f"state {state.name}", Facet(state.raw["label"], basis, cited=False)
    moves = (
        (
            f"event {arrow.name}",
            Facet(arrow.raw["label"], arrow.facet().sources, cited=False),
        )
        for arrow in arrows
        if "label" in arrow.raw
    )
    yield from _numbered(moves)


# --- papers, offices, conditions --------------------------------------------------


def _captions(raw: Raw) -> Iterator[tuple[str, Facet]]:
    for paper in _listed(raw.get("papers_in")):
        if "edition" in paper:
            yield _paper_id(paper), Facet(paper["edition"], _sources(paper))


def _papers(raw: Raw, known: Raw) -> Iterator[tuple[str, Facet]]:
    found = (
        (
            f"{way} {_paper_id(paper)}",
            _facet(
                {key: part for key, part in paper.items() if key != "edition"},
                _own_words(known.get(_paper_id(paper))),
            ),
        )
        for way, key in (("in", "papers_in"), ("out", "papers_out"))
        for paper in _listed(raw.get(key))
    )
    yield from _numbered(found)


def _paper_id(paper: Raw) -> str:
    return str(paper.get("form") or paper.get("paper"))


def _requires(
    edition: Edition, raw: Raw, basis: tuple[Raw, ...]
) -> Iterator[tuple[str, Facet]]:
    found = []
    for need in _listed(raw.get("requires")):
        names = list(map(str, need.get("any") or [need.get("condition")]))
        words = [_word(edition, "conditions", name, "label") for name in names]
        found.append((" | ".join(names), _facet(need, " | ".join(filter(None, words)))))
    yield from _numbered(found)
    for name in _listed(raw.get("ends")):
        word = _word(edition, "conditions", name, "label")
        yield f"ends {name}", Facet(name, basis, cited=False, title=word)


def _others(raw: Raw, basis: tuple[Raw, ...]) -> Iterator[tuple[str, Facet]]:
    for key, part in raw.items():
        if key == "basis":
            yield key, Facet(None, basis)
        elif key not in _ELSEWHERE and key not in _OF_THE_FILES:
            yield key, Facet(_without_sources(part), basis, cited=False)
    chart = raw["chart"]
    doors = {
        name: {key: part for key, part in entry.items() if key != "label"}
        for name, entry in chart.get("entries", {}).items()
    }
    yield "entries", _facet(doors)
    if "late" in chart:
        yield "late", Facet(_without_sources(chart["late"]), basis, cited=False)


# --- days and money ---------------------------------------------------------------


def _days(
    edition: Edition, raw: Raw, states: Iterable[_State], day: date
) -> Iterator[tuple[str, Facet]]:
    for name, deadline in raw.get("deadlines", {}).items():
        yield name, _length(edition, deadline, "length", day)
        if "addon" in deadline:
            addon = {"source": deadline.get("source"), **deadline["addon"]}
            yield f"{name} addon", _length(edition, addon, "length", day)
    for state in states:
        for key in ("after", "target"):
            if key in state.raw:
                found = _length(edition, state.raw[key], "length", day)
                yield f"{key} {state.name}", found
    for name, line in raw.get("obligations", {}).items():
        for key in ("term", "instalments"):
            if key in line:
                yield f"{name} {key}", _length(edition, line, key, day)


def _length(edition: Edition, raw: Raw, key: str, day: date) -> Facet:
    """Return a stretch of time by the figure behind it, with the sources of both."""
    rest = {name: part for name, part in raw.items() if name not in {key, "addon"}}
    return _with_figure(edition, rest, raw[key], day)


def _fees(edition: Edition, raw: Raw, day: date) -> Iterator[tuple[str, Facet]]:
    found = []
    for fee in _listed(raw.get("fees")):
        rest = {name: part for name, part in fee.items() if name != "amount"}
        found.append(
            (str(fee["kind"]), _with_figure(edition, rest, fee["amount"], day))
        )
    yield from _numbered(found)
    for name, line in raw.get("obligations", {}).items():
        rest = {k: v for k, v in line.items() if k not in {"term", "instalments"}}
        yield f"obligation {name}", _facet(rest)


def _with_figure(edition: Edition, rest: Raw, amount: object, day: date) -> Facet:
    own = {key: part for key, part in rest.items() if key != "source"}
    value: object = amount
    sources = list(_sources(rest))
    title = ""
    if isinstance(amount, Mapping) and "param" in amount:
        name = str(amount["param"])
        title = _own_words(edition.raw("parameters").get(name))
        value, more = _figure(edition, name, day)
        sources += more
    said = {"value": value, **_without(own)}
    return Facet(said, _distinct(sources), title=title)


def _figure(edition: Edition, name: str, day: date) -> tuple[object, list[Raw]]:
    try:
        parameter = edition.parameter(name)
        figure = parameter.at(day)
    except UnknownNameError:
        return {"param": name, "unknown": NOT_THERE}, []
    except FigureNotYetSetError as error:
        return {"param": name, "unknown": NOT_YET.format(day=error.first)}, []
    source: list[Raw] = [figure.source.model_dump(mode="json")]
    branches = parameter.branches(day)
    if not branches:
        return _said(name, figure), source
    figures = {branch: parameter.at(day, branch=branch) for branch in branches}
    said = {
        branch: _json(each.value) if each.unknown is None else {"unknown": each.unknown}
        for branch, each in figures.items()
    }
    return {"param": name, "branches": said}, source


def _said(name: str, figure: Figure) -> object:
    if figure.value is None:
        return {"param": name, "unknown": figure.unknown}
    said: dict[str, object] = {"param": name, "figure": _json(figure.value)}
    if figure.unknown is not None:
        said["unknown"] = figure.unknown
    return said


def _json(value: object) -> object:
    match value:
        case Mapping():
            return {str(key): _json(part) for key, part in value.items()}
        case list() | tuple():
            return [_json(part) for part in value]
        case str() | int() | bool() | None:
            return value
        case _:
            return str(value)


# --- plain data -------------------------------------------------------------------


def _facet(raw: object, title: str = "") -> Facet:
    return Facet(_without_sources(raw), _sources(raw), title=title)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401  JSON data
    """Return a list; a single value stands for a list of one, nothing for none."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _is_source(value: object) -> bool:
    # JSON data are dicts; asking for a Mapping takes several times as long.
    return isinstance(value, dict) and "instrument" in value and "at" in value


def _sources(value: object) -> tuple[Raw, ...]:
    return _distinct(_cited(value))


def _cited(value: object) -> list[Raw]:
    found: list[Raw] = []
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if _is_source(part):
                found.append(part)
            else:
                waiting.extend(reversed(part.values()))
        elif isinstance(part, list):
            waiting.extend(reversed(part))
    return found


def _distinct(sources: Iterable[Raw]) -> tuple[Raw, ...]:
    found: dict[tuple[object, ...], Raw] = {}
    for source in sources:
        kept = {k: v for k, v in source.items() if v is not None}
        found.setdefault((kept["instrument"], kept["at"], kept.get("mark")), kept)
    return tuple(found.values())


def _without_sources(value: object) -> object:
    if isinstance(value, dict):
        return _without(value)
    if isinstance(value, list):
        return [_without_sources(part) for part in value if not _is_source(part)]
    return value


def _without(value: Raw) -> dict[str, object]:
    return {
        key: _without_sources(part)
        for key, part in value.items()
        if key not in {"source", "sources"} and not _is_source(part)
    }


def _numbered(found: Iterable[tuple[str, Facet]]) -> Iterator[tuple[str, Facet]]:
    """Tell parts of one name apart by a number behind it."""
    counts: dict[str, int] = {}
    for name, facet in found:
        counts[name] = counts.get(name, 0) + 1
        yield (name if counts[name] == 1 else f"{name} ({counts[name]})"), facet
