"""Rules about transitional clauses: what they carry cases to must be there."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Migration, ProcedureMigration
from workflows.law.findings import Finding
from workflows.lint.subject import CheckedProcedure, Subject
from workflows.migration import links_of


def check_edition(subject: Subject) -> Iterator[Finding]:
    """Yield clauses that name a package, a state, a flag or a link nobody has."""
    for name, clause in subject.migrations.items():
        if clause.from_ not in subject.heads:
            text = f"{name}: there is no package {clause.from_!r}"
            yield subject.finding(
                "migrations", name, ("from",), "unknown-package", text
            )
        yield from _procedures(subject, name, clause)


def _procedures(subject: Subject, name: str, clause: Migration) -> Iterator[Finding]:
    for old, rules in clause.procedures.items():
        target = rules.procedure or old
        path = ("procedures", old)
        if not subject.defines("procedures", target):
            text = f"{name}: there is no procedure {target!r} to carry cases to"
            yield subject.finding("migrations", name, path, "migration-target", text)
        elif target in subject.procedures:
            checked = subject.procedures[target]
            for key, wanted in _lacking(checked, rules):
                text = f"{name}: {target} has no {key[:-1]} {wanted!r}"
                yield subject.finding(
                    "migrations", name, (*path, key), "migration-target", text
                )


def _lacking(
    checked: CheckedProcedure, rules: ProcedureMigration
) -> Iterator[tuple[str, str]]:
    links = links_of(checked.spec)
    for key, wanted, known in (
        ("states", rules.states.values(), checked.by_name),
        ("flags", (*rules.flags.values(), *rules.begin), checked.spec.flags),
        ("links", rules.links.values(), links),
    ):
        yield from ((key, name) for name in wanted if name not in known)
