"""Keeps the catalogues in step with what the program says; run when a text changed."""

from __future__ import annotations

from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from service.translations.catalogue import HERE, translations
from service.translations.sources import sources


def update(language: str) -> tuple[int, int]:
    """Write the catalogue of a language anew; return how many are known, of how many.

    What was translated stays as long as the program says it; what it no longer says
    is dropped. Nothing is guessed: a text that changed is to be translated again.
    """
    (HERE / f"{language}.po").write_bytes(written(language))
    said = sources().keys()
    return len(said & translations(language).keys()), len(said)


def written(language: str) -> bytes:
    """Return the file of a language as it should be: every text that is said now."""
    known = translations(language)
    catalog = Catalog()
    said = sources()
    for text in sorted(said, key=lambda each: (min(said[each]), each)):
        catalog.add(text, known.get(text), locations=[(min(said[text]), 0)])
    file = BytesIO()
    write_po(file, catalog, width=0, omit_header=True, include_lineno=False)
    return file.getvalue()


def missing(language: str) -> list[str]:
    """Return the texts that a page may show and the language does not have yet."""
    return sorted(sources().keys() - translations(language).keys())
