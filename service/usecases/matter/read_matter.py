"""A matter as its citizen sees it: what is known, what comes next, where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from forms.words import money
from service.auth.actors import Actor
from service.auth.codes import normalise
from service.auth.policies import (
    Action,
    authorize,
    consent_for,
    may,
)
from service.errors import NotAllowedError, SignInRequiredError
from service.persistence.rows import (
    AccessRow,
    CaseRow,
    ConsentRow,
    FactRow,
    MatterRow,
    NotificationRow,
)
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases.casefile import CITIZEN, matter_target
from service.usecases.desk import Desk
from service.usecases.helpers.helping import left_words
from service.usecases.matter.answer_question import find_matter
from service.usecases.matter.drafts import stored_draft
from service.usecases.matter.situations import (
    COMMUNE,
    PARTIES,
    PERSON,
    about,
    current,
    edition_today,
    situation_from,
)
from service.usecases.matter.standing import Standing, standing, trail_of
from service.usecases.matter.submit_dossier import (
    DRAFTED,
    awaits_submit,
    pinned_steps,
    plan_of,
    succeeded,
)
from service.usecases.matter.voices import disputed
from service.usecases.papers.paper_facts import printed
from workflows.definition import Question
from workflows.guidance import Asked, Guidance, next_questions
from workflows.journey.model import Form, Paper, Plan, Step
from workflows.liabilities import Estimate, estimate
from workflows.packages import Edition
from workflows.parties import Party
from workflows.situation import Situation

PERSON_ID = "person_id"
_NAME = PERSON + "full_name"


@dataclass(frozen=True, slots=True)
class AnsweredRow:
    """One thing that is known: the question, the answer in words, and who gave it."""

    key: str
    party: str | None
    question: Question | None
    text: str
    value: object
    shown: str
    said_by: str
    on_behalf_of: str | None
    at: datetime
    source: str
    conflicts: bool


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of the plan and how far it is.

    ``state`` is waiting, ready (to be handed in), returned (to be handed in again),
    open (a case runs), done or failed. ``awaits_citizen``: its case waits for them.
    """

    id: str
    procedure: str
    name: str
    state: str
    case_code: str | None
    waits_for: tuple[str, ...]
    step: Step | None
    papers: tuple[Paper, ...]
    forms: tuple[Form, ...]
    version: int | None
    awaits_citizen: bool


@dataclass(frozen=True, slots=True)
class HelpRow:
    """A consent with the name of the helper."""

    id: str
    helper_name: str
    scope: tuple[str, ...]
    given_at: datetime
    ends_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class HelpedNow:
    """Whom the helper who looks acts for, and how long he still may."""

    resident: str
    scope: tuple[str, ...]
    ends_at: datetime
    left: str


@dataclass(frozen=True)
class MatterView:
    """Everything that the pages of a matter show.

    ``hides_numbers``: who looks, a helper, sees the end of a stored personal number;
    ``helped`` says whom he acts for, None for the citizen;
    ``disputes`` counts the facts on which sources differ; ``draft`` is what the reader
    typed at the question that is asked and did not send.

    What follows from the facts is worked out, and what stands beside them is read, when
    a page first asks for it: a page with one question needs no plan and no list of who
    looked.
    """

    code: str
    goal: str
    goal_title: str
    province: str
    commune: str | None
    commune_name: str | None
    on: date
    version: int
    situation: Situation
    edition: Edition
    edition_id: str
    edition_title: str
    edition_notice: str | None
    people: tuple[Party, ...]
    answered: tuple[AnsweredRow, ...]
    hides_numbers: bool
    helped: HelpedNow | None
    disputes: int
    draft: Mapping[str, str]
    _desk: Desk
    _matter: MatterRow
    _rows: tuple[FactRow, ...]
    _cases: tuple[CaseRow, ...]
    _done: frozenset[str | None]
    _awaited: frozenset[str]

    @cached_property
    def plan(self) -> Plan:
        """Return the journey as the law of the place has it now."""
        return plan_of(self._desk, self._matter, self.situation)

    @cached_property
    def steps(self) -> tuple[StepView, ...]:
        """Return the steps of the plan, each with how far it is."""
        return _steps(self._matter, self.plan, self._cases, self._done, self._awaited)

    @cached_property
    def estimate(self) -> Estimate:
        """Return the money lines."""
        return estimate(self.situation, self.edition, self._desk.calendar)

    @cached_property
    def trail(self) -> tuple[str, ...]:
        """Return the questions that were answered, in the order of first answering."""
        ids = {party.id for party in self.people}
        return trail_of(self._rows, self.edition, ids)

    @cached_property
    def consents(self) -> tuple[HelpRow, ...]:
        """Return who was allowed to help, running or over."""
        with self._desk.database.reading() as uow:
            return _helpers(uow, self._matter)

    @cached_property
    def access(self) -> tuple[AccessRow, ...]:
        """Return who looked at the matter."""
        with self._desk.database.reading() as uow:
            return uow.people.accesses(self._matter.tenant_id, self._matter.id)

    @cached_property
    def notifications(self) -> tuple[NotificationRow, ...]:
        """Return what the citizen was told about the cases."""
        with self._desk.database.reading() as uow:
            return tuple(
                note
                for row in self._cases
                for note in uow.records.notifications(row.tenant_id, row.id)
                if note.who == "citizen"
            )

    def standing(self, key: str) -> Standing:
        """Return what stands as the answer to a question."""
        return standing(self._rows, key)

    def mark(self, key: str) -> str:
        """Return the mark of the answer that stands, for a page that shows it."""
        return self.standing(key).mark(self._desk.secret)

    @property
    def next(self) -> tuple[Asked, ...]:
        """Return the questions to ask now, at most three."""
        return self._guidance.questions

    @property
    def remaining(self) -> int:
        """Return how many questions are open now."""
        return self._guidance.remaining

    @cached_property
    def _guidance(self) -> Guidance:
        last = self._rows[-1].seq if self._rows else 0
        key = (self._matter.id, self._matter.version, last)
        return self._desk.guided.get(key, self._next_questions)

    def _next_questions(self) -> Guidance:
        there = printed(self._desk.catalog, self.situation, self.edition)
        return next_questions(self.situation, self.edition, limit=3, printed=there)


def matter_view(
    desk: Desk,
    actor: Actor,
    code: str,
    *,
    seen: str = "matter",
    asked: str | None = None,
) -> MatterView:
    """Return a matter for its citizen, or for a helper whom he lets read it.

    That a helper looked is noted, with ``seen`` for what he saw of it. ``asked`` is the
    question that the page asks; who may only look has typed nothing at it.
    """
    with desk.database.reading() as uow:
        matter = find_matter(uow, code)
        target = matter_target(desk, uow, matter, actor)
        authorize(actor, Action.READ_MATTER, target)
        rows = uow.matters.facts(matter.tenant_id, matter.id)
        cases = uow.cases.of_matter(matter.tenant_id, matter.id)
        done = frozenset(row.step_id for row in cases if succeeded(desk, uow, row))
        awaited = frozenset(row.id for row in cases if awaits_submit(desk, uow, row))
        draft = {}
        if asked is not None and may(actor, Action.ANSWER, target):
            draft = stored_draft(uow, actor, matter.code, asked)
    consent = consent_for(actor, Action.READ_MATTER, target)
    if consent is not None:
        _note(desk, actor, matter, consent, seen)
    situation = situation_from(desk, matter, rows)
    edition = edition_today(desk, matter)
    goal = edition.goals[matter.goal]
    commune_name = _commune_name(desk, matter)
    hides = actor.kind == "helper"
    return MatterView(
        code=matter.code,
        goal=matter.goal,
        goal_title=goal.title,
        province=matter.tenant_id,
        commune=matter.commune,
        commune_name=commune_name,
        on=matter.on_day,
        version=matter.version,
        situation=situation,
        edition=edition,
        edition_id=edition.id,
        edition_title=edition.title,
        edition_notice=edition.notice,
        people=situation.parties,
        answered=tuple(
            _without_number(row) if hides else row
            for row in _answered(edition, situation, commune_name, rows)
        ),
        hides_numbers=hides,
        helped=_helped(consent, target.now) if consent else None,
        disputes=len(disputed(rows, edition, {each.id for each in situation.parties})),
        draft=draft,
        _desk=desk,
        _matter=matter,
        _rows=rows,
        _cases=cases,
        _done=done,
        _awaited=awaited,
    )


def open_to(desk: Desk, actor: Actor, code: str) -> str | None:
    """Return the code of a matter that the actor may read already, else None.

    A matter that does not exist and one of somebody else look the same.
    """
    with desk.database.reading() as uow:
        matter = uow.matters.by_code(normalise(code) or "")
        if matter is None:
            return None
        target = matter_target(desk, uow, matter)
    try:
        authorize(actor, Action.READ_MATTER, target)
    except (NotAllowedError, SignInRequiredError):
        return None
    return matter.code


def _commune_name(desk: Desk, matter: MatterRow) -> str | None:
    if matter.commune is None:
        return None
    return desk.territory.commune_name(matter.tenant_id, matter.commune)


def _helped(consent: ConsentRow, now: datetime) -> HelpedNow:
    return HelpedNow(
        consent.given_by,
        tuple(consent.scope),
        consent.ends_at,
        left_words(consent.ends_at - now),
    )


def _note(
    desk: Desk, actor: Actor, matter: MatterRow, consent: ConsentRow, seen: str
) -> None:
    with desk.database.transaction() as uow:
        uow.people.note_access(
            tenant_id=matter.tenant_id,
            at=desk.now(),
            who=actor.name,
            account_id=actor.account_id,
            office_id=None,
            on_behalf_of=consent.given_by,
            what=seen,
            matter_id=matter.id,
            case_id=None,
        )


def _helpers(uow: UnitOfWork, matter: MatterRow) -> tuple[HelpRow, ...]:
    return tuple(
        HelpRow(
            row.id,
            account.display_name if account else "",
            tuple(row.scope),
            row.given_at,
            row.ends_at,
            row.ended_at,
        )
        for row in uow.people.consents(matter.tenant_id, matter_id=matter.id)
        for account in [uow.people.account(row.account_id)]
    )


def _answered(
    edition: Edition,
    situation: Situation,
    commune_name: str | None,
    rows: Sequence[FactRow],
) -> list[AnsweredRow]:
    """Return the newest answer to each question, in the order of the questions.

    Who takes part is one answer for each role; their names stand in it.
    """
    newest = current(rows)
    ids = {party.id for party in situation.parties}
    apart = disputed(rows, edition, ids)
    found: list[tuple[int, AnsweredRow]] = []
    for key, row in newest.items():
        if key == PARTIES:
            found += _people_answered(edition, situation, row)
        party, pattern = _pattern(key)
        question = edition.questions.get(pattern)
        spec = edition.facts.get(pattern)
        if pattern == _NAME or (question is None and spec is None):
            continue
        if not about(key) <= ids:
            continue  # about a person who was taken off the list
        text = question.text if question else spec.label.citizen if spec else ""
        answered = AnsweredRow(
            key,
            party,
            question,
            sentences.about(text, _names_of(situation, key)),
            row.value,
            (commune_name if key == COMMUNE else None) or shown(question, row.value),
            row.said_by,
            row.on_behalf_of,
            row.at,
            row.source,
            key in apart,
        )
        found.append((question.order if question else 0, answered))
    return [row for _, row in sorted(found, key=lambda each: (each[0], each[1].key))]


def _without_number(row: AnsweredRow) -> AnsweredRow:
    """Return an answer as a helper sees it."""
    if row.value is None or row.question is None or row.question.type != PERSON_ID:
        return row
    return replace(row, value=None, shown=sentences.masked(row.shown))


def _people_answered(
    edition: Edition, situation: Situation, row: FactRow
) -> Iterator[tuple[int, AnsweredRow]]:
    for role in dict.fromkeys(party.role for party in situation.parties):
        key = f"{PARTIES}.{role}"
        question = edition.questions.get(key)
        if question is None:
            continue
        people = [party for party in situation.parties if party.role == role]
        named = [
            f"{_name(party)} ({party.share})" if len(people) > 1 else _name(party)
            for party in people
        ]
        yield (
            question.order,
            AnsweredRow(
                key,
                None,
                question,
                question.text,
                row.value,
                ", ".join(named),
                row.said_by,
                row.on_behalf_of,
                row.at,
                row.source,
                conflicts=False,
            ),
        )


def _names_of(situation: Situation, key: str) -> tuple[str, ...]:
    """Return the names of the people that a fact is about, in the order of its key."""
    people = {party.id: _name(party) for party in situation.parties}
    ids = key.partition("[")[2].partition("]")[0].split(",")
    return tuple(people[id_] for id_ in ids if id_ in people)


def _name(party: Party) -> str:
    return str(party.facts.get("full_name") or party.id)


def _pattern(key: str) -> tuple[str | None, str]:
    if key.startswith("party["):
        party, _, name = key.removeprefix("party[").partition("].")
        return party, PERSON + name
    if key.startswith("relationship["):
        return None, "relationship"
    return None, key


def shown(question: Question | None, value: object) -> str:
    """Return an answer in words: a chosen label, đồng with points, a day."""
    if value is None:
        return sentences.NOT_KNOWN
    words = _by_type(question, value) if question is not None else None
    if words is not None:
        return words
    if isinstance(value, bool):
        return sentences.YES if value else sentences.NO
    return str(value)


def _by_type(question: Question, value: object) -> str | None:
    for choice in question.choices:
        if choice.value == value and isinstance(value, type(choice.value)):
            return choice.label
    if question.type == "money" and isinstance(value, int):
        return money(value)
    if question.type == "decimal":
        return str(value).replace(".", ",")
    if question.type == "date" and isinstance(value, str):
        day = date.fromisoformat(value)
        return f"{day.day}/{day.month}/{day.year}"
    return None


def _steps(
    matter: MatterRow,
    plan: Plan,
    cases: Sequence[CaseRow],
    done: frozenset[str | None],
    awaited: frozenset[str],
) -> tuple[StepView, ...]:
    pinned = pinned_steps(matter)
    live = {step.id: step for step in plan.main_steps}
    after = {step_id: step.after for step_id, step in pinned.items()} or {
        step_id: step.after for step_id, step in live.items()
    }
    names = _names(matter, live)
    newest = {row.step_id: row for row in cases if row.step_id is not None}
    views = []
    for step_id, before in after.items():
        row, step = newest.get(step_id), live.get(step_id)
        waits = tuple(name for name in before if name in after and name not in done)
        views.append(
            StepView(
                step_id,
                pinned[step_id].procedure
                if step_id in pinned
                else live[step_id].procedure,
                names.get(step_id, step_id),
                "done" if step_id in done else _state(row, waits, awaited),
                row.code if row else None,
                tuple(names.get(name, name) for name in waits),
                step,
                step.papers if step else (),
                step.forms if step else (),
                row.version if row else None,
                row is not None and row.owner_role == CITIZEN,
            )
        )
    return tuple(views)


def _names(matter: MatterRow, live: Mapping[str, Step]) -> dict[str, str]:
    names = {step_id: step.name.citizen for step_id, step in live.items()}
    for step in (matter.plan or {}).get("steps", []):
        names.setdefault(step["id"], step["name"]["citizen"])
    return names


def _state(row: CaseRow | None, waits: tuple[str, ...], awaited: frozenset[str]) -> str:
    if row is None or (row.id in awaited and row.version <= DRAFTED):
        return "waiting" if waits else "ready"
    if row.ended_at is not None:
        return "failed"
    return "returned" if row.id in awaited else "open"
