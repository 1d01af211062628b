"""The forms that Dắt prints, as the linter of the packages asks about them."""

from __future__ import annotations

from forms.catalog import Catalog
from forms.loader import bound_facts
from service.usecases.papers.paper_facts import OF_CASES
from workflows import lint
from workflows.law.located import Place


def printed_forms() -> lint.Forms:
    """Return the ids of forms and sheets, and every fact to which one is bound."""
    return lint.Forms(
        Catalog.load().ids(),
        tuple(
            lint.Binding(
                each.form, each.package, each.fact, Place(each.file, each.line)
            )
            for each in bound_facts()
        ),
        OF_CASES,
    )
