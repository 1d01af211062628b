"""Rules about forms: what a paper prints must be a fact that somebody can give."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.law.findings import Finding, at
from workflows.lint.subject import Subject
from workflows.people import PARTY_KEYS, PERSON

_OF_PARTIES = frozenset(f"{PERSON}{key}" for key in PARTY_KEYS)
_OF_SITUATIONS = frozenset({"goal", "commune"})


def check_edition(subject: Subject) -> Iterator[Finding]:
    """Yield the fields that are bound to what nobody asks, records, derives or says."""
    for bound in subject.forms.bindings:
        if bound.package in subject.chain and not _is_known(subject, bound.fact):
            text = f"form {bound.form!r} is bound to the unknown fact {bound.fact!r}"
            yield at(bound.place, "form-field-unbound", text)


def _is_known(subject: Subject, fact: str) -> bool:
    return (
        fact in _OF_PARTIES
        or fact in _OF_SITUATIONS
        or fact in subject.forms.case_facts
        or subject.defines("questions", fact)
        or subject.defines("facts", fact)
        or subject.derives(fact)
        or subject.supplies(fact)
    )
