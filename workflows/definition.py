"""The shape of a package of the law, as pydantic reads it from YAML.

These are the *expanded* shapes: templates filled, fragments spliced in, overrides
applied (``expansion`` does that on plain data, before anything is validated here). A
key that the format does not know is an error, and every figure carries its source.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from workflows.guards import GuardField


class Strict(BaseModel):
    """Frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _as_tuple(raw: object) -> object:
    """Let a single value stand for a list of one."""
    if raw is None:
        return ()
    return tuple(raw) if isinstance(raw, list | tuple) else (raw,)


class Mark(StrEnum):
    """How a fact of the law is known; anything but V and V-q is "chưa xác minh"."""

    SEEN = "V"
    QUOTED = "V-q"
    SECOND_HAND = "V2"
    INFERRED = "INF"
    DERIVED = "D"
    RECALLED = "R"
    NOT_FOUND = "NF"

    @property
    def verified(self) -> bool:
        """Return whether the text itself, or its wording, was seen."""
        return self in {Mark.SEEN, Mark.QUOTED}


class Status(StrEnum):
    """Whether a package or a figure may be shown without "chưa xác minh"."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"


InstrumentKind: TypeAlias = Literal[
    "law",
    "national_resolution",
    "decree",
    "circular",
    "prime_minister_decision",
    "council_resolution",
    "provincial_decision",
    "product",
]


class Source(Strict):
    """The place in an instrument that a figure or a step rests on."""

    instrument: str
    at: str
    mark: Mark
    modelled_on: Source | None = None
    note: str | None = None


class Seen(Strict):
    """Where something stands, and how it is known."""

    at: str
    mark: Mark


Sources = Annotated[tuple[Source, ...], BeforeValidator(_as_tuple)]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class Label(Strict):
    """The words for one thing: plain for the citizen, official for the clerk."""

    citizen: str
    clerk: str


class Unknown(Strict):
    """A value nobody has found yet: the sentence says what, and whom to ask."""

    unknown: str


class Instrument(Strict):
    """A legal instrument and the days on which it is in force (``to`` inclusive).

    ``replaces`` names instruments that ended when this one began, ``amends`` those that
    go on changed; ``replaced_by`` says the first from the other end. ``status`` tells
    whether days and relations were read in the text itself.
    """

    title: str
    kind: InstrumentKind | None = None
    issued: date | None = None
    in_force_from: date = Field(alias="from")
    in_force_to: date | None = Field(default=None, alias="to")
    status: Status | None = None
    replaces: Names = ()
    replaced_by: Names = ()
    amends: Names = ()
    territory: str | None = None
    note: str | None = None

    def holds_on(self, day: date) -> bool:
        """Return whether the instrument is in force on the day."""
        return self.in_force_from <= day and (
            self.in_force_to is None or day <= self.in_force_to
        )


class ParamRef(Strict):
    """A figure of the law by its parameter id; charts hold no numbers."""

    param: str


class Length(Strict):
    """A stretch of time: ``n`` working days, or ``n`` plain days."""

    n: int = Field(ge=0)
    unit: Literal["working_day", "day"]


# --- conditions, goals -------------------------------------------------------------


class Result(Strict):
    """A condition that an outcome establishes, perhaps only when a guard holds."""

    condition: str
    when: GuardField | None = None


class Requirement(Strict):
    """A condition, or any of several, that must hold before a procedure starts."""

    condition: str | None = None
    any: tuple[str, ...] = ()
    when: GuardField | None = None
    source: Source | None = None
    from_: Literal["parent"] | None = Field(default=None, alias="from")

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.condition is None) == (not self.any):
            raise ValueError("a requirement names one condition, or any of several")
        return self

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Return the conditions of which one is enough."""
        return self.any or (self.condition or "",)


class ByPerson(Strict):
    """Somebody outside the offices brings the condition about, with a paper."""

    who: str
    paper: str


class Condition(Strict):
    """A word of the journey's vocabulary: what must be so, and who makes it so.

    ``ask`` tells people where to go when no procedure of the packages brings it about.
    """

    label: str
    holds_if: GuardField | None = None
    by_person: ByPerson | None = None
    procedure: str | None = None
    ask: str | None = None
    from_parent: bool = False


class GoalEntry(Strict):
    """Another everyday name of a goal, or a situation in which people come to it.

    ``told`` are the answers that somebody gives by choosing it, as JSON; they are kept
    as his own words, so he may change each of them.
    """

    title: str
    summary: str = ""
    order: int = 100
    words: tuple[str, ...] = ()
    told: dict[str, bool | str] = Field(default_factory=dict)


class Goal(Strict):
    """What a citizen wants, in everyday words, as conditions to reach.

    Goals of one ``topic`` (in everyday words too) stand together where all are listed.
    ``tells`` are facts that somebody tells by choosing the goal: who comes for a lost
    certificate has lost it. What he says himself goes before them. ``entries`` are
    further everyday names by their ids, with the answers that each of them brings.
    """

    reach: tuple[str, ...]
    title: str
    topic: str
    legal: str
    summary: str = ""
    order: int = 100
    words: tuple[str, ...] = ()
    tells: dict[str, bool] = Field(default_factory=dict)
    entries: dict[str, GoalEntry] = Field(default_factory=dict)


class OrdinaryCase(Strict):
    """What a plan takes to be so while nobody has told the fact.

    ``yes`` and ``no`` say the two cases in words. ``asks`` names the question when it
    is not the one of the fact itself; ``answers`` then says what it would be answered.
    """

    value: bool
    yes: str
    no: str
    asks: str | None = None
    answers: dict[Literal["yes", "no"], str] = Field(default_factory=dict)


class FactBefore(Strict):
    """Holds when a fact is a day before this one; open while it is not known.

    With ``if_unknown`` it holds while the day is not known.
    """

    fact: str
    day: date
    if_unknown: bool = False


class WarningSpec(Strict):
    """What a plan warns of: a sentence, when it is true, and its place in the law.

    ``{name}`` places of the text are filled from ``figures`` (parameters). The plan
    must have one of ``procedures``, be for one of ``goals``, and run over the day
    ``crosses`` (``every_year``: over that day of any later year too). ``when`` and
    ``earlier`` both must hold; ``if_unknown`` shows it while they are open. ``facts``
    fill places of the text too; while one is not known the warning is not shown.
    ``suggests`` is another goal that would help.
    """

    text: str
    figures: dict[str, ParamRef] = Field(default_factory=dict)
    facts: dict[str, str] = Field(default_factory=dict)
    suggests: str | None = None
    when: GuardField | None = None
    earlier: FactBefore | None = None
    if_unknown: bool = False
    procedures: Names = ()
    goals: Names = ()
    crosses: date | None = None
    every_year: bool = False
    source: Sources


# --- figures ----------------------------------------------------------------------


class Variant(Strict):
    """One way to do it: what is told otherwise, as ``dat plan --compare`` takes it."""

    label: str
    legal: str | None = None
    sets: dict[str, str | bool] = Field(min_length=1)


class Comparison(Strict):
    """What a family may want to see done otherwise, beside its plan.

    Without ``goals`` it is offered for every goal; ``when`` withdraws it only where it
    is known not to hold. A variant that says what is so already is the plan itself.
    """

    text: str
    goals: Names = ()
    when: GuardField | None = None
    order: int = 100
    variants: dict[str, Variant] = Field(min_length=1)


class DatedValue(Strict):
    """One value of a parameter from a day on (until the next one).

    ``known_since`` is the day on which the packages learned the value; without it the
    value is known from the start. The value that stood before it stays in the file.
    """

    since: date
    known_since: date | None = None
    value: object
    source: Source
    status: Status
    communes: tuple[str, ...] | Unknown | None = None
    note: str | None = None


class ParameterSpec(Strict):
    """A figure of the law by date; ``resolve_on`` is the day that decides."""

    resolve_on: Literal[
        "receipt",
        "event",
        "notice",
        "declaration",
        "contract_effective",
        "registration",
    ]
    unit: str | None = None
    of: str | None = None
    by: dict[str, str] | None = None
    title: str | None = None
    values: tuple[DatedValue, ...] = Field(min_length=1)


# --- papers, facts, questions, words ------------------------------------------------


class PaperSpec(Strict):
    """A paper by its everyday name, its official name, and how to come by it.

    ``second_person``: no one person of an office issues it alone.
    """

    name: str
    official: str
    get_it: str | None = None
    second_person: bool = False


class FactSpec(Strict):
    """A fact that is recorded or derived: its label, its type, and an example.

    ``example`` is shown as a hint in the clerk's form; rehearsals enter it.
    ``not_after`` is for the day of what is recorded as done: it cannot lie ahead;
    ``after`` is for the day of what is promised: it must, or it must even lie after
    the day promised before (``promise``). ``working_day``: offices are open on it.
    ``letter``: the number or the day of the letter on which a clock stands still.
    ``made_anew``: an office that records it makes the thing itself anew, so that what
    was said before speaks of an earlier one and is no contradiction.
    ``shape`` names the kind of number that a text must be (``identity/shapes.json``);
    it goes before the one that the end of the key tells.
    """

    label: Label
    type: Literal[
        "yes_no", "text", "money", "decimal", "integer", "date", "choice", "lines"
    ]
    choices: dict[str, str] = Field(default_factory=dict)
    example: object = None
    help: str | None = None
    not_after: Literal["today"] | None = None
    after: Literal["today", "promise"] | None = None
    working_day: bool = False
    letter: Literal["number", "day"] | None = None
    made_anew: bool = False
    shape: str | None = None

    @model_validator(mode="after")
    def _only_a_day_has_a_last_day(self) -> Self:
        limited = self.not_after or self.after or self.working_day
        if (limited or self.letter == "day") and self.type != "date":
            raise ValueError(
                "not_after, after, working_day and the day of a letter are for facts "
                "of the type date"
            )
        if self.shape is not None and self.type != "text":
            raise ValueError("shape is for facts of the type text")
        return self


class Choice(Strict):
    """One answer: the everyday word first, the legal term under it."""

    value: str | bool
    label: str
    legal: str | None = None


class Validation(Strict):
    """Limits of an answer, checked before it is taken."""

    min: str | None = None
    max: str | None = None
    pattern: str | None = None
    places: int | None = None
    message: str | None = None


class Why(Strict):
    """The reason for a question: a sentence, and the article behind it."""

    text: str
    source: Source


class Question(Strict):
    """One thing to ask a person: one page, one answer, always with the reason.

    ``key`` may hold ``{party}`` (asked once for each person in ``roles``).
    ``on_papers``: official papers print it, so it is asked even when no rule needs it.
    """

    text: str
    legal: str | None = None
    help: str | None = None
    example: str | None = None
    type: Literal[
        "yes_no",
        "choice",
        "money",
        "decimal",
        "integer",
        "date",
        "text",
        "commune",
        "parties",
        "relationship",
        "person_id",
        "phone",
    ]
    choices: tuple[Choice, ...] = ()
    roles: Names = ()
    optional: bool = False
    on_papers: bool = False
    unknown_help: str | None = None
    ask_when: GuardField | None = None
    order: int = 100
    why: Why
    validation: Validation = Validation()


class ListItem(Strict):
    """A row of a closed list; attributes beside the label are kept in ``data``.

    ``since`` is the first day on which the row may be chosen; without it the row is as
    old as the list.
    """

    label: Label
    source: Source
    since: date | None = None
    data: dict[str, object] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, raw: object) -> object:
        if not isinstance(raw, dict) or "data" in raw:
            return raw
        known = {"label", "source", "since"}
        item = {key: value for key, value in raw.items() if key in known}
        item["data"] = {key: value for key, value in raw.items() if key not in known}
        if isinstance(item.get("label"), str):
            item["label"] = {"citizen": item["label"], "clerk": item["label"]}
        return item

    def holds_on(self, day: date) -> bool:
        """Return whether the row may already be chosen on the day."""
        return self.since is None or self.since <= day


class OfficeKind(Strict):
    """A kind of office: what people call it and where its counters are.

    ``by_commune`` marks one whose branch follows from the commune of the land.
    """

    name: str
    citizen: str
    how_to_find: str | None = None
    by_commune: bool = False


class MessageTemplate(Strict):
    """A message to a person: short, plain, without a link to sign in.

    ``{name}`` places are filled from facts of the case (``case.code`` is ``{code}``).
    """

    text: str


# --- the chart --------------------------------------------------------------------


class OneOf(Strict):
    """A reference to a closed list, perhaps without some of its items."""

    list: str
    except_: tuple[str, ...] = Field(default=(), alias="except")


class Record(Strict):
    """A fact that the actor enters with the event; an ``optional`` one may be left out.

    Without an optional fact the event says nothing about it. ``of_line`` is a kind of
    money: the yes or no is told by whether the lines entered with the event have it.
    """

    fact: str
    one_of: OneOf | None = None
    optional: bool = False
    of_line: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, raw: object) -> object:
        return {"fact": raw} if isinstance(raw, str) else raw


class Needs(Strict):
    """What must be in before the event: papers by name, or all, or the originals."""

    papers: tuple[str, ...] | Literal["all_in", "originals"] = ()
    facts: tuple[str, ...] = ()


class ClockOrder(Strict):
    """What the transition does with a deadline of the case."""

    start: str | None = None
    finish: str | None = None
    replace: dict[str, str] | None = None


class Warn(Strict):
    """What an actor is told before the event counts against somebody."""

    text: str
    source: Source


class Notify(Strict):
    """Tell somebody, by a message template."""

    who: str
    template: str


class Start(Strict):
    """Open the linked case of another office."""

    procedure: str
    as_: str = Field(alias="as")
    office: str
    with_: tuple[str, ...] = Field(default=(), alias="with")


class Signal(Strict):
    """Tell the parent case, or a linked case, something."""

    to: str
    name: str
    revises: bool = False


class Sync(Strict):
    """Send a status or a record out to another system."""

    what: str
    to: str


class ObligationOrder(Strict):
    """What happens on the money ledger; ``rule`` and ``rate`` qualify it."""

    open: str | None = None
    adjust: str | None = None
    defer: str | None = None
    cancel: str | None = None
    interest: str | None = None
    release_unpaid_if: str | None = None
    rule: str | None = None
    rate: ParamRef | None = None


class Effect(Strict):
    """One thing to be done after the move is stored: exactly one key is given."""

    notify: Notify | None = None
    start: Start | None = None
    signal: Signal | None = None
    issue: str | None = None
    obligation: ObligationOrder | None = None
    sync: Sync | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [name for name in type(self).model_fields if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(f"an effect has exactly one kind, found {given}")
        return self

    @property
    def kind(self) -> str:
        """Return which of the six kinds it is."""
        return next(n for n in type(self).model_fields if getattr(self, n) is not None)


class Transition(Strict):
    """One arrow: where to, when, who, with what, and on which article.

    ``second_person``: one person of an office proposes it, another one confirms it.
    """

    to: str | None = None
    if_: GuardField | None = Field(default=None, alias="if")
    by: Names = ()
    needs: Needs = Needs()
    records: tuple[Record, ...] = ()
    sets: dict[str, bool] = Field(default_factory=dict)
    clock: ClockOrder = ClockOrder()
    do: tuple[Effect, ...] = ()
    warn: Warn | None = None
    second_person: bool = False
    undo: Literal["until_effects_leave"] | None = None
    external: bool = False
    label: Label | None = None
    source: Sources


Transitions = Annotated[tuple[Transition, ...], BeforeValidator(_as_tuple)]


class Stop(Strict):
    """While the state is active this deadline stands still, and why."""

    clock: str
    reason: str


class After(Strict):
    """A timer of the state: after this length the event is raised.

    ``since`` is a day recorded with the case from which the length is counted, such as
    the first day on which a notice hangs; without it the state is entered that day.
    """

    length: ParamRef | Length
    event: str
    since: str | None = None


class Target(Strict):
    """The share of the term that the state should take; colours the worklist."""

    length: ParamRef | Length


class Final(Strict):
    """The outcome of a case that ends here, and what it establishes."""

    name: str
    establishes: tuple[Result, ...] = ()
    expected_if: GuardField | None = None
    suggests: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, raw: object) -> object:
        return {"name": raw} if isinstance(raw, str) else raw


class StateSpec(Strict):
    """A state: its words, who has the ball, its clock, its events, its inside."""

    label: Label | None = None
    owner: str | None = None
    status: int | None = Field(default=None, ge=1, le=10)
    type: Literal["parallel", "history", "final"] | None = None
    deep: bool = False
    default: str | None = None
    initial: str | None = None
    states: dict[str, StateSpec] = Field(default_factory=dict)
    always: Transitions = ()
    events: dict[str, Transitions] = Field(default_factory=dict)
    entry: tuple[Effect, ...] = ()
    exit: tuple[Effect, ...] = ()
    stops: Stop | None = None
    target: Target | None = None
    after: After | None = None
    record: Names = ()
    defer: Names = ()
    final: Final | None = None


class Entry(Strict):
    """A door into the chart."""

    to: str
    if_: GuardField | None = Field(default=None, alias="if")
    sets: dict[str, bool] = Field(default_factory=dict)
    clock: ClockOrder = ClockOrder()
    label: Label | None = None
    source: Sources = ()


class Late(Strict):
    """Signals that may still come after the end: noted, nothing moves."""

    record: Names = ()


class ChartSpec(Strict):
    """The statechart of a procedure: doors, states, and what may come late."""

    entries: dict[str, Entry] = Field(min_length=1)
    states: dict[str, StateSpec] = Field(min_length=1)
    late: Late = Late()


# --- the procedure ----------------------------------------------------------------


class Competence(Strict):
    """Which office plays a role of the chart, and by which rule it is found."""

    office: str | Unknown
    rule: str | None = None
    may_delegate: bool = False
    alternative: str | None = None
    source: Source


class FormEdition(Strict):
    """The edition of a form that the package prescribes: its number as printed."""

    number: str
    show: str | None = None
    id: str | None = None


class PaperIn(Strict):
    """A paper or a form that the dossier needs."""

    paper: str | None = None
    form: str | None = None
    copy_: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = Field(
        default=("original",), alias="copy"
    )
    when: GuardField | None = None
    made_by: Names = ()
    fetch_from: str | None = None
    for_: str | None = Field(default=None, alias="for")
    entry: str | None = None
    edition: FormEdition | None = None
    phrase: str | None = None
    source: Source | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.paper is None) == (self.form is None):
            raise ValueError("a line of papers_in names either a paper or a form")
        return self

    @property
    def id(self) -> str:
        """Return the id of the paper or form."""
        return self.paper or self.form or ""


class PaperOut(Strict):
    """A paper that the procedure hands out, perhaps only with one outcome."""

    paper: str | None = None
    form: str | None = None
    copy_: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = Field(
        default=("original",), alias="copy"
    )
    when: GuardField | None = None
    outcome: str | None = None
    source: Source | None = None

    @property
    def id(self) -> str:
        """Return the id of the paper or form."""
        return self.paper or self.form or ""


class Instalments(Strict):
    """A payment in parts, by a parameter."""

    param: str


class ObligationSpec(Strict):
    """A line of the money ledger: who pays, until when, whether it may be deferred."""

    payer: str
    term: ParamRef | None = None
    instalments: ParamRef | None = None
    deferrable: bool = False
    source: Source


class Addon(Strict):
    """Days added to a term when a guard holds."""

    length: ParamRef | Length
    if_: GuardField = Field(alias="if")


class Deadline(Strict):
    """A promise with a length: per case (the clock) or per matter (a duty).

    A plan takes one that ``replaces`` another in its place where ``expected_if`` holds.
    """

    per: Literal["case", "matter"]
    length: ParamRef | Length
    addon: Addon | None = None
    owner: str
    starts: str | None = None
    replaces: str | None = None
    starts_by: str | None = None
    expected_if: GuardField | None = None
    source: Source


class DerivedFact(Strict):
    """A fact that the chart itself can tell: from its history or from a list.

    One ``from_clock`` is told by whoever keeps the clock of the case: whether the day
    that was promised, moved by every pause, has passed. One ``from_offices`` is told by
    whoever knows them: whether the counter serves another place than that of the land.
    """

    from_history: str | None = None
    from_clock: Literal["promise_over"] | None = None
    from_offices: Literal["filed_elsewhere"] | None = None
    from_list: str | None = None
    item: str | None = None
    attribute: str | None = None


class Expected(Strict):
    """What a plan takes to be so in a case of a procedure, until an office records it.

    ``when`` narrows it to the cases in which it is to be expected.
    """

    value: bool
    when: GuardField | None = None
    source: Source


class SignalSpec(Strict):
    """What a signal to the parent carries."""

    carries: tuple[str, ...] = ()


class Fee(Strict):
    """A money line of the procedure that no tax rule computes.

    ``kind`` is one of the money-line kinds; ``amount`` names the parameter.
    """

    kind: str
    payer: str
    amount: ParamRef
    when: GuardField | None = None
    source: Source


class Procedure(Strict):
    """A procedure of the law, whole: what it needs, what it gives, and its chart.

    One with ``for_each`` is gone through once for each parcel that results when a
    parcel is divided, by those who will hold it together.
    """

    procedure: str
    title: Label
    codes: dict[str, str] = Field(default_factory=dict)
    basis: Sources
    package: str = ""
    files: tuple[str, ...] = ()
    linked_only: bool = False
    for_each: Literal["resulting_parcel"] | None = None
    applies_if: GuardField | None = None
    competence: dict[str, Competence]
    requires: tuple[Requirement, ...] = ()
    ends: tuple[str, ...] = ()
    papers_in: tuple[PaperIn, ...] = ()
    papers_out: tuple[PaperOut, ...] = ()
    fees: tuple[Fee, ...] = ()
    obligations: dict[str, ObligationSpec] = Field(default_factory=dict)
    deadlines: dict[str, Deadline] = Field(default_factory=dict)
    signals: dict[str, SignalSpec] = Field(default_factory=dict)
    receives: tuple[str, ...] = ()
    flags: dict[str, bool] = Field(default_factory=dict)
    facts: dict[str, DerivedFact] = Field(default_factory=dict)
    expects: dict[str, Expected] = Field(default_factory=dict)
    variants: dict[str, Label] = Field(default_factory=dict)
    chart: ChartSpec


# --- the package ------------------------------------------------------------------


class Territory(Strict):
    """Where a package holds: the country, a province, or some of its communes."""

    country: Literal["VN"] | None = None
    province: str | None = None
    communes: tuple[str, ...] = ()


class InForce(Strict):
    """First and last day (inclusive) on which a package may be chosen."""

    from_: date = Field(alias="from")
    to: date | None = None


class Continues(Strict):
    """A package used past the end of its own instrument, and by which rule."""

    ends: date
    continues_by: Source
    status: Status


class Override(Strict):
    """A part of an inherited definition replaced, by address, with its reason.

    ``known_since`` is the day on which the packages learned of it.
    """

    of: str
    known_since: date | None = None
    at: str
    replace: object
    why: str
    source: Source


class ConcordanceSpec(Strict):
    """A newer text's articles in place of those that what is inherited cites.

    ``everywhere`` and ``procedures`` give the newer article by the older one; ``"*"``
    the article that governs the rest of a procedure. ``silent`` is what is said of a
    step that the newer text leaves out; ``still_in_force`` the beginnings of articles
    of the older text that nothing replaces.
    """

    of: str
    by: str
    silent: str
    why: str
    source: Source
    still_in_force: Names = ()
    everywhere: dict[str, str] = Field(default_factory=dict)
    procedures: dict[str, dict[str, str]] = Field(default_factory=dict)


class ProcedureMigration(Strict):
    """How the cases of one procedure are carried over, by the names of the older one.

    What is not named keeps its name. ``begin`` gives a first value to flags that are
    new; a case in one of the states that ``stay`` remains under the older edition.
    """

    procedure: str | None = None
    states: dict[str, str] = Field(default_factory=dict)
    flags: dict[str, str] = Field(default_factory=dict)
    begin: dict[str, bool] = Field(default_factory=dict)
    links: dict[str, str] = Field(default_factory=dict)
    facts: dict[str, str] = Field(default_factory=dict)
    stay: Names = ()


class Migration(Strict):
    """A transitional clause that orders running cases over from another package.

    ``terms``: whether a promised day stays as it was given, or is reckoned anew with
    the figures of the newer edition.
    """

    from_: str = Field(alias="from")
    why: str
    source: Source
    terms: Literal["keep", "recompute"] = "keep"
    procedures: dict[str, ProcedureMigration] = Field(default_factory=dict)


class PackageHead(Strict):
    """The head of a package: where, when, on what, and what it builds on.

    ``known_since`` is the day on which the program learned of it, where that was after
    its first day: until then the package that it ``replaces`` was thought to hold.
    """

    package: str
    known_since: date | None = None
    title: str
    kind: Literal["shared", "national", "province"]
    territory: Territory
    in_force: InForce
    status: Status
    notice: str | None = None
    instrument: str | Unknown | None = None
    extends: str | None = None
    uses: tuple[str, ...] = ()
    replaces: str | None = None
    after_own_instrument: Continues | None = None
    overrides: tuple[Override, ...] = ()
    concordance: ConcordanceSpec | None = None


JsonScalar: TypeAlias = str | int | bool | None
