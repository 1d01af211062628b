"""The plan: steps, their order, papers, days, costs, what may change it, what is open.

``Plan.to_json`` is the shape that the command line, the API and the pages share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum

from workflows.definition import Label, Length
from workflows.rules.law import Basis


@dataclass(frozen=True, slots=True)
class Office:
    """Where a step is filed, in words for a citizen, and who decides there.

    ``kind`` is None when the package does not know the office; ``citizen`` then says
    whom to ask. ``branch`` names the branch for the commune, or those it may be; it is
    a hint as sure as ``branch_status`` says, and ``branch_ask`` says it in a sentence.
    """

    kind: str | None
    citizen: str
    hint: str | None = None
    handled_by: str | None = None
    handled_kind: str | None = None
    branch: str | None = None
    branch_status: str | None = None
    branch_ask: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper to bring. ``made_by`` is an earlier step, or who has or makes it.

    ``optional`` papers depend on facts that nobody has told yet; ``fetched`` ones are
    not asked for when the named database answers.
    """

    id: str
    name: str
    copy: tuple[str, ...]
    made_by: str
    step: str | None = None
    optional: bool = False
    fetched: str | None = None
    get_it: str | None = None
    serves: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form to hand in: the edition that the package prescribes, as printed."""

    id: str
    number: str | None
    name: str
    show: str | None = None
    optional: bool = False
    serves: str | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """A condition of a step, and how it comes to hold.

    ``how`` is step, facts, assumed, person or gap; ``met_by`` is the step.
    """

    condition: str
    label: str
    how: str
    met_by: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A part of a step on the calendar; ``counting`` days count in the office's term.

    ``starts`` is the day from which is counted, ``ends`` the last day.
    """

    step: str
    office: str
    lane: str
    label: str
    counting: bool
    starts: date
    ends: date
    length: Length | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ForParcel:
    """The parcel that a step is for, and who will hold it together."""

    parcel: str
    holders: tuple[str, ...]
    area_m2: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One procedure of the plan: from the day it is filed to the day it ends.

    ``working_days`` are the days of the office's own term; ``calendar_days`` the plain
    days spent waiting outside it (notices, the tax office). A linked case stands beside
    the step that opens it: ``within`` names that step. ``serves`` is the resulting
    parcel that the step is for; then ``id`` may say so: ``register_gift[an]``.
    """

    id: str
    procedure: str
    name: Label
    office: Office
    after: tuple[str, ...]
    requires: tuple[Need, ...]
    establishes: tuple[str, ...]
    takes_away: tuple[str, ...]
    papers: tuple[Paper, ...]
    forms: tuple[Form, ...]
    working_days: int | None
    longest_working_days: int | None
    calendar_days: int
    term: Length | None
    starts: date
    ends: date
    periods: tuple[Period, ...]
    basis: tuple[Basis, ...]
    package: str
    status: str
    within: str | None = None
    serves: ForParcel | None = None


@dataclass(frozen=True, slots=True)
class Preparation:
    """A paper that somebody outside the offices brings before a step can start."""

    condition: str
    text: str
    who: str
    who_name: str
    paper: str
    name: str
    ready: bool
    before: tuple[str, ...]
    get_it: str | None = None


@dataclass(frozen=True, slots=True)
class Assumption:
    """What the plan takes to be so because nobody has said otherwise.

    ``value`` is the answer that ``question`` would have; the question is empty for what
    nobody is asked.
    """

    key: str
    value: bool | str
    text: str
    question: str


@dataclass(frozen=True, slots=True)
class Caution:
    """What may change the plan or cost something, with its place in the law.

    ``suggests`` is another goal that would help.
    """

    id: str
    text: str
    basis: tuple[Basis, ...]
    step: str | None = None
    day: date | None = None
    suggests: str | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """Something not known: what it is, and the question or the office to ask."""

    what: str
    ask: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Duration:
    """How long it all takes. ``partial`` when some part counts as nothing.

    That is an unknown term, a paper that a person still has to give, or something in
    the way that no procedure here removes.

    ``earliest_finish`` supposes filing on the working day after each step ends, papers
    complete at first, and money paid on the day of the notice.
    """

    working_days: int
    longest_working_days: int
    calendar_days: int
    earliest_start: date
    earliest_finish: date
    partial: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A journey planned before it starts; equal for equal facts, law and day."""

    goal: str
    title: str
    on: date
    edition: str
    digest: str
    steps: tuple[Step, ...]
    preparations: tuple[Preparation, ...]
    critical_path: tuple[str, ...]
    duration: Duration
    costs: Mapping[str, object]
    assumptions: tuple[Assumption, ...]
    warnings: tuple[Caution, ...]
    unknown: tuple[Open, ...]
    notes: tuple[str, ...] = field(default=())

    def step(self, step_id: str) -> Step:
        """Return the step of this id; KeyError when the plan has none."""
        return next(step for step in self.steps if step.id == step_id)

    @property
    def main_steps(self) -> tuple[Step, ...]:
        """Return the steps that the family starts itself, without linked cases."""
        return tuple(step for step in self.steps if step.within is None)

    def to_json(self) -> dict[str, object]:
        """Return the plan as plain JSON values: days as ISO text, tuples as lists."""
        return {
            "goal": self.goal,
            "title": self.title,
            "on": self.on.isoformat(),
            "edition": self.edition,
            "digest": self.digest,
            "steps": [_step_json(step) for step in self.steps],
            "preparations": _plain([asdict(each) for each in self.preparations]),
            "critical_path": list(self.critical_path),
            "duration": _plain(asdict(self.duration)),
            "costs": dict(self.costs),
            "assumptions": _plain([asdict(each) for each in self.assumptions]),
            "warnings": _plain([asdict(each) for each in self.warnings]),
            "unknown": [_open_json(each) for each in self.unknown],
            "notes": list(self.notes),
        }


def _step_json(step: Step) -> dict[str, object]:
    raw = {
        name: getattr(step, name)
        for name in (
            "id", "procedure", "after", "establishes", "takes_away", "working_days",
            "longest_working_days", "calendar_days", "starts", "ends", "package",
            "status", "within",
        )
    }  # fmt: skip
    raw |= {
        "name": step.name.model_dump(),
        "office": asdict(step.office),
        "requires": [need.condition for need in step.requires],
        "needs": [asdict(need) for need in step.requires],
        "papers": [asdict(paper) for paper in step.papers],
        "forms": [asdict(form) for form in step.forms],
        "term": _length_json(step.term),
        "periods": [
            {
                "office": period.office,
                "lane": period.lane,
                "label": period.label,
                "counting": period.counting,
                "starts": period.starts,
                "ends": period.ends,
                "length": _length_json(period.length),
                "reason": period.reason,
            }
            for period in step.periods
        ],
        "basis": [asdict(basis) for basis in step.basis],
    }
    if step.serves is not None:
        raw["for"] = asdict(step.serves)
    plain = _plain(raw)
    if not isinstance(plain, dict):
        raise TypeError("a step is an object")
    return plain


def _length_json(length: Length | None) -> dict[str, object] | None:
    return None if length is None else length.model_dump()


def _open_json(each: Open) -> dict[str, object]:
    raw: dict[str, object] = {"what": each.what, "ask": each.ask}
    return raw if each.key is None else {**raw, "key": each.key}


def _plain(value: object) -> object:
    """Return the value in JSON's own types."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
