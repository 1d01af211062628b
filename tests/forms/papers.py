"""What the tests of the papers share: text of a PDF, and the edition of a form."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from unicodedata import normalize

import pypdfium2

from forms import pdf, prefill
from forms.catalog import Catalog
from forms.definition import FormEdition
from forms.prefill import FilledForm

DAY = date(2026, 11, 24)
DAK_LAK = ("vn-66-2026", "vn-nd151-2025", "vn-tax-2026", "common")
LAO_CAI = ("vn-15-qd47-2026", "vn-nd151-2025", "vn-tax-2026", "common")


def edition(form: str, chain: tuple[str, ...] = DAK_LAK) -> FormEdition:
    return Catalog.load().edition(form, chain, DAY)


@cache
def blank_pdf(form: str, chain: tuple[str, ...] = DAK_LAK) -> bytes:
    return printed(prefill.blank(edition(form, chain)))


def printed(filled: FilledForm) -> bytes:
    return pdf.render(pdf.sheet(filled))


def text_of(content: bytes) -> str:
    """Return the text page by page in its drawn order, without the page numbers."""
    pages = []
    for number, page in enumerate(pypdfium2.PdfDocument(content), start=1):
        text = page.get_textpage().get_text_range()
        pages.append(text if number == 1 else re.sub(rf"\s{number}\s*$", "", text))
    return normalize("NFC", "\n".join(pages))


def squash(text: str) -> str:
    """Keep letters and figures only: dots, rules and spaces are not the wording."""
    return "".join(letter for letter in normalize("NFC", text) if letter.isalnum())
