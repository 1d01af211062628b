"""Rules about papers: each has a name, and somebody makes it."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import PaperIn, PaperOut
from workflows.law.findings import Finding
from workflows.lint.subject import CheckedProcedure, Path, Subject


def check(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    """Yield papers without a name, without a maker, or for nowhere."""
    spec = procedure.spec
    for index, paper in enumerate(spec.papers_in):
        path: Path = ("papers_in", index)
        yield from _named(subject, procedure, paper, path)
        yield from _makers(subject, procedure, paper, path)
        if paper.entry is not None and paper.entry not in spec.chart.entries:
            text = f"{paper.id!r} is for the unknown entry {paper.entry!r}"
            yield procedure.finding((*path, "entry"), "unknown-entry", text)
        if paper.for_ is not None and not subject.defines("procedures", paper.for_):
            text = f"{paper.id!r} is for the unknown procedure {paper.for_!r}"
            yield procedure.finding((*path, "for"), "unknown-procedure", text)
    outcomes = {state.spec.final.name for state in procedure.states if state.spec.final}
    for index, handed in enumerate(spec.papers_out):
        path = ("papers_out", index)
        yield from _named(subject, procedure, handed, path)
        if handed.outcome is not None and handed.outcome not in outcomes:
            text = f"{handed.id!r} is for the unknown outcome {handed.outcome!r}"
            yield procedure.finding((*path, "outcome"), "unknown-outcome", text)
    yield from _needed(subject, procedure)


def check_edition(subject: Subject) -> Iterator[Finding]:
    """Yield the papers of conditions that have no name."""
    for name, condition in subject.conditions.items():
        by_person = condition.by_person
        if by_person is not None and not _has_words(subject, by_person.paper):
            text = f"condition {name!r}: the paper {by_person.paper!r} has no name"
            yield subject.finding(
                "conditions", name, ("by_person", "paper"), "paper-spec-missing", text
            )


def _has_words(subject: Subject, paper: str) -> bool:
    return subject.defines("papers", paper) or paper in subject.forms.ids


def _named(
    subject: Subject,
    procedure: CheckedProcedure,
    paper: PaperIn | PaperOut,
    path: Path,
) -> Iterator[Finding]:
    if paper.paper is not None and not _has_words(subject, paper.paper):
        text = f"the paper {paper.paper!r} has no name in papers.yaml"
        yield procedure.finding((*path, "paper"), "paper-spec-missing", text)
    if (
        paper.form is not None
        and subject.forms.ids
        and paper.form not in subject.forms.ids
    ):
        text = f"there is no form {paper.form!r}"
        yield procedure.finding((*path, "form"), "unknown-form", text)


def _makers(
    subject: Subject, procedure: CheckedProcedure, paper: PaperIn, path: Path
) -> Iterator[Finding]:
    """Yield makers that nobody knows, and procedures that do not make the paper.

    Without a maker the citizen brings the paper.
    """
    for index, maker in enumerate(paper.made_by):
        where = (*path, "made_by", index)
        procedure_made = subject.procedure(maker)
        if procedure_made is not None:
            made = {out.id for out in procedure_made.spec.papers_out}
            if paper.id not in made:
                text = f"{maker!r} does not hand out the paper {paper.id!r}"
                yield procedure.finding(where, "paper-not-produced", text)
        elif maker not in subject.roles_of(procedure) and not subject.defines(
            "procedures", maker
        ):
            text = f"{paper.id!r} is made by the unknown {maker!r}"
            yield procedure.finding(where, "paper-maker-unknown", text)


def _needed(subject: Subject, procedure: CheckedProcedure) -> Iterator[Finding]:
    for arrow in procedure.arrows:
        papers = arrow.transition.needs.papers
        for paper in papers if isinstance(papers, tuple) else ():
            if not _has_words(subject, paper):
                text = f"{arrow.named} needs the paper {paper!r}, which has no name"
                path = (*arrow.path, "needs", "papers")
                yield procedure.finding(path, "paper-spec-missing", text)
