"""The papers of a step, checked before anybody travels: what fits, what to mend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from service.auth.actors import Actor
from service.auth.policies import Action, authorize, consent_for
from service.errors import NotFoundError
from service.persistence.paper_checks import PaperCheckRow, PaperPageRow
from service.persistence.rows import FactRow
from service.usecases import sentences
from service.usecases.cases.casefile import lines_of, matter_target
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import acting, find_matter
from service.usecases.matter.identity_card import SOURCE, called
from service.usecases.matter.read_matter import MatterView, StepView, matter_view
from service.usecases.papers.checked_papers import (
    Asked,
    CheckedPaper,
    Field,
    Page,
    StepCheck,
    Trouble,
)
from workflows.definition import Source
from workflows.errors import Problem
from workflows.journey.model import Paper
from workflows.loader import load_paper_checks, load_photo_checks
from workflows.paper_checks import (
    NO,
    TOLD,
    YES,
    Difference,
    GroundSpec,
    PaperChecks,
    PaperState,
    PaperVerdict,
    Read,
    ReadingSpec,
    compare,
    folded,
    judge,
)
from workflows.people import PERSON
from workflows.writing import unfit

UNSURE = "unsure"
WORDS = frozenset({YES, NO, UNSURE})
MOST_PAGES = 200
_OF = "@"
_COUNT = re.compile(r"[0-9]{1,3}")


def step_check(desk: Desk, actor: Actor, code: str, step_id: str) -> StepCheck:
    """Return how far the papers of a step are checked.

    Raises NotFoundError for a step that the plan of today does not have.
    """
    view = matter_view(desk, actor, code)
    return check_of(desk, view, _step(view, step_id))


def check_of(desk: Desk, view: MatterView, step: StepView) -> StepCheck:
    """Return the check of a step of a matter that is open already."""
    with desk.database.reading() as uow:
        matter = find_matter(uow, view.code)
        checks = uow.paper_checks.checks(matter.tenant_id, matter.id)
        pages = uow.paper_checks.pages(matter.tenant_id, matter.id)
        facts = uow.matters.facts(matter.tenant_id, matter.id)
    # A paper that two parcels need is one paper in the hand.
    papers = tuple({paper.id: paper for paper in step.papers}.values())
    rules = load_paper_checks()
    sheet = _Sheet(
        rules,
        rules.ground(_refusals(view, step)),
        view,
        papers,
        {row.paper_id: row for row in checks if row.step_id == step.id},
        [row for row in pages if row.step_id == step.id],
        _scanned(view, facts),
    )
    days = [row.expires_on for row in sheet.rows.values()]
    days += [row.expires_on for row in sheet.pages]
    return StepCheck(
        view.code,
        step.id,
        step.name,
        tuple(map(sheet.checked, papers)),
        tuple(sheet.differences()),
        min(days, default=deleted_on(desk)),
    )


def _refusals(view: MatterView, step: StepView) -> Iterator[Source]:
    """Yield the places of law that the moves of a step's procedure rest on."""
    if step.step is not None:
        chart = view.edition.procedure(step.step.procedure).chart
        for _, line in lines_of(chart.states.values()):
            yield from line.source


def deleted_on(desk: Desk) -> date:
    """Return the day on which what is checked today is deleted."""
    return desk.today() + timedelta(days=desk.settings.photo_days)


@dataclass(frozen=True, slots=True)
class Noted:
    """What somebody says of a paper: answers by question, reads by field, its pages."""

    answers: Mapping[str, str]
    reads: Mapping[str, str]
    pages: str = ""


def save_check(
    desk: Desk, actor: Actor, code: str, step_id: str, paper_id: str, noted: Noted
) -> tuple[Problem, ...]:
    """Keep what was said of a paper; the problems say which field is wrong.

    Nothing is kept when there is a problem. Saying it twice keeps it once.
    """
    view = matter_view(desk, actor, code)
    paper = check_of(desk, view, _step(view, step_id)).paper(paper_id)
    reads = {field.key: _written(field, noted.reads) for field in paper.fields}
    found = [_misread(key, value) for key, value in reads.items()]
    found.append(_miscounted(noted.pages))
    problems = tuple(each for each in found if each is not None)
    if problems:
        return problems
    with desk.database.transaction() as uow:
        matter = find_matter(uow, code)
        target = matter_target(desk, uow, matter)
        authorize(actor, Action.ANSWER, target)
        person = acting(actor, consent_for(actor, Action.ANSWER, target))
        uow.paper_checks.put_check(
            PaperCheckRow(
                matter.tenant_id,
                matter.id,
                step_id,
                paper_id,
                {
                    ask.name: noted.answers[ask.name]
                    for ask in paper.asked
                    if noted.answers.get(ask.name) in WORDS
                },
                {key: value for key, value in reads.items() if value},
                int(noted.pages) if noted.pages else None,
                person.name,
                person.on_behalf_of,
                desk.now(),
                deleted_on(desk),
            )
        )
    return ()


def _miscounted(pages: str) -> Problem | None:
    known = not pages or (_COUNT.fullmatch(pages) and 0 < int(pages) <= MOST_PAGES)
    return None if known else Problem("pages", pages, sentences.PAGES_WRONG)


def _written(field: Field, reads: Mapping[str, str]) -> str:
    """Return what was typed; a number that is masked stays until another is typed."""
    typed = reads.get(field.key, "").strip()
    return field.value if field.masked and not typed else typed


def _misread(key: str, value: str) -> Problem | None:
    if not value:
        return None
    spec = load_paper_checks().readings[key.partition(_OF)[0]]
    text = unfit(value)
    if text is None and not folded(spec.kind, value):
        text = sentences.NOT_A_NUMBER
    return None if text is None else Problem(key, value, text)


def _step(view: MatterView, step_id: str) -> StepView:
    for step in view.steps:
        if step.id == step_id and step.step is not None:
            return step
    raise NotFoundError("step", step_id)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The papers of a step beside what was answered, read and photographed.

    ``ground`` is why the office of the step gives papers back, None where no law says.
    """

    checks: PaperChecks
    ground: GroundSpec | None
    view: MatterView
    papers: Sequence[Paper]
    rows: Mapping[str, PaperCheckRow]
    pages: Sequence[PaperPageRow]
    scanned: Mapping[str, str]

    def checked(self, paper: Paper) -> CheckedPaper:
        row = self.rows.get(paper.id)
        pages = [page for page in self.pages if page.paper_id == paper.id]
        answers = row.answers if row else {}
        state = PaperState(
            paper.id,
            needed=not (paper.optional or paper.fetched),
            seen=len(pages),
            flawed=sum(bool(page.flaws) for page in pages),
            counted=row.pages if row else None,
            answers=answers,
        )
        fields = tuple(self._fields(paper.id, self._reads_of(paper.id)))
        verdict = judge(self.checks, state)
        return CheckedPaper(
            paper.id,
            paper.name,
            tuple(sentences.COPIES.get(kind, kind) for kind in paper.copy),
            paper.get_it,
            state.needed,
            self.checks.of(paper.id),
            tuple(map(_page, pages)),
            tuple(
                Asked(name, self._said(ask.text, paper), answers.get(name))
                for name, ask in self.checks.asks_of(paper.id).items()
            ),
            fields,
            state.counted,
            tuple(self._troubles(paper, verdict)),
            tuple(self._open(paper, verdict, fields)),
            row is not None or bool(pages),
        )

    def differences(self) -> Iterator[Trouble]:
        there = [paper.id for paper in self.papers]
        found, _ = compare(self.checks, self._reads(), there)
        seen: set[tuple[str, str]] = set()
        for each in found:
            trouble = self._trouble(each)
            if (trouble.says, trouble.do) not in seen:
                seen.add((trouble.says, trouble.do))
                yield trouble

    # --- words ------------------------------------------------------------------------

    def _said(self, text: str, paper: Paper) -> str:
        copies = " hoặc ".join(sentences.COPIES.get(each, each) for each in paper.copy)
        return text.format(paper=_lower(paper.name), copies=copies)

    def _troubles(self, paper: Paper, verdict: PaperVerdict) -> Iterator[Trouble]:
        for name in verdict.refused:
            ask = self.checks.asks[name]
            yield Trouble(
                self._said(ask.says, paper),
                self._said(ask.do, paper),
                self.ground.lacks if self.ground and ask.sure else None,
                sure=ask.sure,
            )
        if verdict.pages:
            expected, seen = verdict.pages
            says = self.checks.sentences.pages_missing.format(
                paper=_lower(paper.name), expected=expected, seen=seen
            )
            yield Trouble(says, self.checks.sentences.pages_do, None, sure=False)

    def _open(
        self, paper: Paper, verdict: PaperVerdict, fields: Sequence[Field]
    ) -> Iterator[str]:
        for name in verdict.open:
            yield self._said(self.checks.asks[name].text, paper)
        if fields and not any(field.value for field in fields):
            yield sentences.NOTHING_READ

    def _trouble(self, found: Difference) -> Trouble:
        spec = self.checks.readings[found.one.reading]
        returned = self.ground is not None and self.ground.returns(found.rule)
        says = self.checks.sentences.returned if returned else self.checks.sentences.ask
        names = {paper.id: _lower(paper.name) for paper in self.papers}
        names[TOLD] = self.checks.sentences.told
        label = _lower(spec.label) if returned else spec.label
        if found.one.party is not None:
            label = self.checks.sentences.of_person.format(
                reading=label, name=self._called(found.one.party)
            )
        return Trouble(
            says.format(
                reading=label,
                paper=names[found.one.paper],
                against=names[found.other.paper],
                one=self._shown(spec, found.one.value),
                other=self._shown(spec, found.other.value),
            ),
            found.rule.do,
            self.ground.differs if self.ground else None,
            sure=returned,
            mends=tuple(self._mends(found.rule.mends)),
            asks_again=self._asks_again(found.rule.asks_again),
        )

    def _asks_again(self, key: str | None) -> tuple[str, str] | None:
        question = self.view.edition.questions.get(key or "")
        return (key, question.text) if key and question else None

    def _mends(self, procedures: Sequence[str]) -> Iterator[tuple[str, str]]:
        goals = self.view.edition.goals
        for name in procedures:
            if name in goals:
                yield name, goals[name].title

    def _called(self, party_id: str) -> str:
        for party in self.view.people:
            if party.id == party_id:
                return called(party, self.view.people)
        return party_id

    def _shown(self, spec: ReadingSpec, value: str) -> str:
        hides = self.view.hides_numbers and spec.kind == "digits"
        return sentences.masked(value) if hides else value

    # --- what is read -----------------------------------------------------------------

    def _fields(self, paper_id: str, reads: Mapping[str, str]) -> Iterator[Field]:
        about = self.checks.of(paper_id)
        people = [each for each in self.view.people if each.role in about.people]
        for name in about.reads:
            spec = self.checks.readings[name]
            if spec.of == "land":
                yield self._field(name, spec, None, reads)
        for party in people:
            for name in about.reads:
                spec = self.checks.readings[name]
                if spec.of == "person":
                    yield self._field(name, spec, party.id, reads)

    def _field(
        self, name: str, spec: ReadingSpec, party: str | None, reads: Mapping[str, str]
    ) -> Field:
        key = name if party is None else f"{name}{_OF}{party}"
        value = reads.get(key, "")
        hides = bool(value) and self.view.hides_numbers and spec.kind == "digits"
        return Field(
            key,
            spec.label,
            spec.hint,
            party or "",
            "" if party is None else self._called(party),
            value,
            sentences.masked(value) if hides else None,
        )

    def _reads_of(self, paper_id: str) -> Mapping[str, str]:
        """Return what was read on a paper: by its code, and then by a person."""
        row = self.rows.get(paper_id)
        by_code = self.scanned if self.checks.of(paper_id).scan else {}
        return {**by_code, **(row.reads if row else {})}

    def _reads(self) -> Iterator[Read]:
        people = {party.id for party in self.view.people}
        for paper in self.papers:
            for key, value in self._reads_of(paper.id).items():
                name, _, party = key.partition(_OF)
                if name in self.checks.readings and (not party or party in people):
                    yield Read(paper.id, name, party or None, value)
        facts = self.view.situation.facts()
        for name, spec in self.checks.readings.items():
            if spec.of == "land":
                yield from _told(name, None, facts, spec.facts)
                continue
            for party_id in people:
                keys = [PERSON.format(party=party_id) + key for key in spec.facts]
                yield from _told(name, party_id, facts, keys)


def _scanned(view: MatterView, facts: Sequence[FactRow]) -> dict[str, str]:
    """Return what the code of each person's card told, by the field of the page."""
    newest = {row.key: row.value for row in facts if row.source == SOURCE and row.value}
    return {
        f"{name}{_OF}{party.id}": str(newest[key])
        for name, spec in load_paper_checks().readings.items()
        for party in view.people
        if spec.of == "person"
        for fact in spec.facts
        if (key := PERSON.format(party=party.id) + fact) in newest
    }


def _told(
    name: str, party: str | None, facts: Mapping[str, object], keys: Sequence[str]
) -> Iterator[Read]:
    value = next((facts[key] for key in keys if facts.get(key) is not None), None)
    if value is not None:
        yield Read(TOLD, name, party, str(value))


def _page(row: PaperPageRow) -> Page:
    known = load_photo_checks().findings
    flaws = tuple((known[name].says, known[name].do) for name in row.flaws)
    return Page(row.id, flaws, row.document_id is not None, row.size)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
