"""What a paper may print of a matter: every value with who said it, or why it has none.

What a case adds is told by ``case_facts``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from forms.bindings import Where
from forms.catalog import Catalog
from forms.definition import FormEdition
from forms.errors import NoEditionInForceError
from forms.likeness import likeness
from forms.sentences import several_sources
from service.persistence.rows import FactRow
from service.usecases.matter.situations import PARTIES, PARTY, about, current
from service.usecases.matter.voices import (
    DECISION,
    PEOPLE,
    differ,
    pattern_of,
    said_now,
)
from service.usecases.papers import paper_sentences as say
from workflows.definition import Procedure, Source
from workflows.factgraph import FactGraph
from workflows.guidance import forms_to_file
from workflows.journey import Step
from workflows.packages import Edition
from workflows.rules.law import Basis
from workflows.situation import Situation

NOTARY = "contract.notary"
# Heirs divide an estate by a document that papers tell of as they tell of a contract.
DEEDS = {
    "estate.document_number": "contract.number",
    "estate.division_finished": "contract.date",
}
# Why kinship frees a person of the income tax: of all of them, and of each.
_REASONS, _FREED = "exemption.reasons_of_payers", "exemption_reason"
# What a case is in its matter: it reaches the goal, or prepares it.
_REACHES, _PREPARES = "reaches", "prepares"
# Facts that name an office, by the kind of the office.
NAMED = {
    "land_branch": "land_office.name",
    "tax": "tax_office.name",
    "notary": "notary_office.name",
    "commune": "commune_office.name",
}
_CASE = (
    "appointment", "code", "counter", "days", "days_unit", "handling", "handovers",
    "legal_basis", "office", "officer", "papers", "partners", "phrase", "place",
    "procedure_title", "promised", "received_at", "results", "stage",
)  # fmt: skip
# What is told of a case itself; whatever else a paper prints is a fact of the law.
OF_CASES = frozenset(
    {
        *(f"case.{key}" for key in _CASE),
        *NAMED.values(),
        NOTARY,
        "move.label",
        "notice.kind",
        "slip.case_code",
        "slip.date",
    }
)
_WHOLE = {"parties", "relationships"}


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """Values by key, in a few words where each comes from, and why others are blank."""

    values: dict[str, object] = field(default_factory=dict)
    where: dict[str, Where] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)

    def add(
        self, key: str, value: object, where: str, unknown: str | None = None
    ) -> None:
        """Take a value; without one, keep the reason that there is none."""
        if value is not None:
            self.values[key] = value
            self.where[key] = where
            self.unknown.pop(key, None)
        elif unknown is not None and key not in self.values:
            self.unknown[key] = unknown


def printed(catalog: Catalog, situation: Situation, edition: Edition) -> frozenset[str]:
    """Return the facts that the forms of a matter print, as questions name them."""
    forms = filter(catalog.has, forms_to_file(situation, edition))
    keys: set[str] = set()
    for form in forms:
        with suppress(NoEditionInForceError):
            keys |= catalog.edition(form, edition.chain, situation.on).asked()
    return frozenset(keys)


def matter_facts(
    graph: FactGraph,
    edition: Edition,
    form: FormEdition,
    rows: Iterable[FactRow] = (),
    unsaid: str = say.AT_OPENING,
) -> PaperFacts:
    """Return what is known of a matter, and what follows from it and the form prints.

    ``rows`` is the ledger that the facts came from, for who said what; ``unsaid`` is
    where a fact comes from that stands in no row of it.
    """
    rows = tuple(rows)
    found = gathered(graph, edition, form, current(rows), unsaid)
    settle(found, edition, rows)
    return found


def gathered(
    graph: FactGraph,
    edition: Edition,
    form: FormEdition,
    newest: Mapping[str, FactRow],
    unsaid: str = say.AT_OPENING,
) -> PaperFacts:
    """Return the facts of a graph, and those derived ones that the form prints."""
    found = PaperFacts()
    for key, value in graph.facts.items():
        if key not in _WHOLE:
            row = newest.get(_told_in(key))
            found.values[key] = value
            found.where[key] = unsaid if row is None else said(row)
    for key in form.keys() & graph.derivable() - found.values.keys():
        value = graph.value(key)
        if isinstance(value, str | bool | int | Decimal | Fraction | date):
            found.add(key, value, _derived(graph, edition, key))
    _free_of_tax(graph, edition, form, found)
    take_deed(found)
    for key in NAMED.values():
        found.add(key, None, "", say.WITHOUT_CASE)
    return found


def _free_of_tax(
    graph: FactGraph, edition: Edition, form: FormEdition, found: PaperFacts
) -> None:
    """Say of each person whom kinship frees of the income tax why, if it is printed."""
    wanted = {f".{_FREED}"} & form.keys()
    if not wanted or _REASONS not in graph.derivable():
        return
    reasons = graph.value(_REASONS)
    if isinstance(reasons, Mapping):
        where = _derived(graph, edition, _REASONS)
        for party, reason in reasons.items():
            found.add(f"party[{party}].{_FREED}", reason, where)


def take_deed(found: PaperFacts) -> None:
    """Take the document that divided an estate for what the land passes by."""
    for divided, deed in DEEDS.items():
        if divided in found.values and deed not in found.values:
            found.values[deed] = found.values[divided]
            found.where[deed] = found.where[divided]
            found.unknown.pop(deed, None)


def _told_in(key: str) -> str:
    """Return the key of the statement that tells a fact: who takes part is one."""
    in_list = key.startswith(PARTY) and key.endswith(("].role", "].share"))
    return PARTIES if in_list else key


def _derived(graph: FactGraph, edition: Edition, key: str) -> str:
    """Say by which articles and from which facts a fact was derived."""
    basis = places(edition, graph.explain(key).basis)
    return say.derived(basis, _grounds(graph, edition, key))


def _grounds(graph: FactGraph, edition: Edition, key: str) -> tuple[str, ...]:
    """Return what people call the facts that a derived one rests on, in a fixed order.

    What has no name for people (the list of persons, the day) is not among them.
    """
    rests_on = graph.depends_on(key) & graph.facts.keys()
    names = (name_of(edition, name) for name in sorted(rests_on))
    return tuple(dict.fromkeys(name for name in names if name))


def name_of(edition: Edition, key: str) -> str:
    """Return what people call a fact: its label, else the words of its question."""
    spec = edition.facts.get(pattern_of(key))
    if spec is not None:
        return spec.label.citizen
    question = edition.questions.get(pattern_of(key))
    if question is None:
        return ""
    return question.legal or question.text.rstrip("?").replace(" {name}", "").strip()


def settle(
    found: PaperFacts,
    edition: Edition,
    rows: Iterable[FactRow],
    cases: Collection[str] = (),
) -> None:
    """Put the words that differ side by side, and name all sources that agree.

    A paper about a part of the matter has values of its own; nobody disputes those.
    """
    people = {
        one for key in found.values if key.startswith(PARTY) for one in about(key)
    }
    for key, words in said_now(rows, edition, cases).items():
        if not words or not about(key) <= people or not _known(edition, key):
            continue
        printed_ = found.values.setdefault(key, words[0].value)
        alike = {likeness(key, row.value) for row in words}
        if isinstance(printed_, list) or likeness(key, printed_) not in alike:
            continue
        sources = [said(row) for row in words]
        if differ(words):
            found.values[key] = [row.value for row in words]
            found.where[key] = sources
        else:
            found.where[key] = several_sources(sources)


def _known(edition: Edition, key: str) -> bool:
    name = pattern_of(key)
    return name in edition.facts or name in edition.questions


def said(row: FactRow) -> str:
    """Return in a few words who said a fact, how, and when."""
    stamp = say.said_by(row.said_by, row.on_behalf_of, row.at)
    if row.source == DECISION:
        return say.decided(stamp, row.detail or "")
    if row.source in PEOPLE:
        return say.answered(row.said_by, row.on_behalf_of, row.at)
    if row.case_id is not None:
        return stamp
    if row.detail:
        return say.in_case(stamp, row.detail)
    return say.looked_up(row.source, row.said_by, row.on_behalf_of, row.at)


def places(edition: Edition, basis: Iterable[Basis | Source]) -> tuple[str, ...]:
    """Name each place of the law by the title of its instrument."""
    return tuple(
        f"{known.title if known else each.instrument}, {each.at}"
        for each in basis
        for known in (edition.instruments.get(each.instrument),)
    )


def about_step(
    found: PaperFacts, edition: Edition, goal: str, procedure: Procedure, form: str
) -> None:
    """Say what a step of the matter is: its procedure, and whether it reaches the goal.

    One that only prepares it is for who has the land: a lost certificate is issued
    again for the giver, though the gift that follows is registered for the receiver.
    """
    basis = places(edition, procedure.basis)
    by_law = say.by_law(basis[0]) if basis else edition.title
    reached = {
        result.condition
        for state in procedure.chart.states.values()
        if state.final is not None
        for result in state.final.establishes
    }
    stage = _REACHES if reached & set(edition.goals[goal].reach) else _PREPARES
    phrase = next(
        (line.phrase for line in procedure.papers_in if line.id == form), None
    )
    found.add("case.procedure_title", procedure.title.clerk, by_law)
    found.add("case.stage", stage, by_law)
    found.add("case.phrase", phrase, by_law)


def about_plan_step(
    found: PaperFacts, edition: Edition, goal: str, step: Step, form: str
) -> None:
    """Say of a step whose case is not open yet what it is and what goes with its form.

    What is only needed in some cases is left for the person to add.
    """
    if step.procedure in edition.procedures:
        about_step(found, edition, goal, edition.procedure(step.procedure), form)
    items = [
        {"id": paper.id, "name": official_name(edition, paper.id)}
        for paper in step.papers
        if not paper.optional
    ]
    found.add("case.papers", items or None, say.BY_STEP)


def official_name(edition: Edition, paper_id: str) -> str:
    """Return what official papers call a paper or a form."""
    spec = edition.papers.get(paper_id)
    return (spec.official or spec.name) if spec else paper_id
