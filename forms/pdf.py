"""Prints a filled form: HTML by one template, then PDF/UA by WeasyPrint.

The engine may fetch nothing but ``data:`` URLs, and the same form gives the same bytes
in each process: no clock, no random identifier, one typeface that must be installed.
"""

from __future__ import annotations

import atexit
import hashlib
import io
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from forms import sentences
from forms.errors import FontMissingError

if TYPE_CHECKING:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    from forms.definition import Column
    from forms.prefill import FilledForm

TYPEFACE = "Tinos"
_LAYOUTS = Path(__file__).parent / "layouts"
_NO_BREAK = "\u00a0"
# Widths of the typeface in ems: a space, and a letter of Vietnamese text on average.
_SPACE = 0.25
_LETTER = 0.48
# Pango and the shared font configuration are not made for several threads at once.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring columns under one head."""

    caption: str
    group: str
    size: int


def html(filled: FilledForm) -> str:
    """Return the paper as one HTML page, all values escaped."""
    template = _environment().get_template("paper.html.jinja")
    qr = None if filled.qr is None else segno.make_qr(filled.qr, error="m")
    return template.render(
        edition=filled.edition,
        form=filled,
        qr=None if qr is None else qr.svg_data_uri(border=1),
        qr_text=sentences.code_picture(filled.qr or ""),
    )


def render(filled: FilledForm) -> bytes:
    """Return the paper as a tagged PDF (PDF/UA-1), the same bytes for the same form.

    Raises ``FontMissingError`` when the machine lacks the typeface of the papers.
    """
    return render_html(html(filled))


def fingerprint(page: str) -> str:
    """Return what tells the PDF of a page from every other: SHA-256 in hexadecimal.

    It covers the layout and the engine too, so that a paper kept from before counts
    as the same only when it would come out the same today.
    """
    return hashlib.sha256(_engine() + page.encode()).hexdigest()


@cache
def _engine() -> bytes:
    return version("weasyprint").encode() + (_LAYOUTS / "sheet.css").read_bytes()


def render_html(page: str) -> bytes:
    """Return a page of ours as PDF; whatever it names by URL is not fetched."""
    import weasyprint

    identifier = hashlib.sha256(page.encode()).digest()[:16]
    with _one_at_a_time:
        styles, fonts = _styles()
        document = weasyprint.HTML(string=page, url_fetcher=_fetcher()).render(
            stylesheets=[styles], font_config=fonts
        )
        target = io.BytesIO()
        document.write_pdf(target, pdf_identifier=identifier, pdf_variant="pdf/ua-1")
    _check_typeface(font.family for font in document.fonts.values())
    return target.getvalue()


def _check_typeface(families: Iterable[str]) -> None:
    """Refuse when the typeface is absent; a rare letter may come from another one."""
    found = set(families)
    if TYPEFACE not in found:
        raise FontMissingError(TYPEFACE, found)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_LAYOUTS), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["runs"] = _runs
    environment.filters["room"] = _room
    return environment


@cache
def _styles() -> tuple[weasyprint.CSS, FontConfiguration]:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    # The configuration frees fontconfig's memory, which is gone late in the exit.
    atexit.register(_styles.cache_clear)
    css = (_LAYOUTS / "sheet.css").read_text("utf-8")
    sheet = weasyprint.CSS(string=css, font_config=fonts, url_fetcher=_fetcher())
    return sheet, fonts


@cache
def _fetcher() -> weasyprint.URLFetcher:
    import weasyprint

    return weasyprint.URLFetcher(allowed_protocols=("data",))


def _room(text: str, ems: float) -> str:
    """Return the spaces that widen a text to about so many ems of the typeface."""
    missing = ems - _LETTER * len(text)
    return _NO_BREAK * max(0, round(missing / _SPACE))


def _runs(columns: Iterable[Column]) -> list[Run]:
    """Gather the columns under one head, for the first row of a table head."""
    runs: list[Run] = []
    for column in columns:
        if column.group and runs and runs[-1].group == column.group:
            runs[-1] = Run("", column.group, runs[-1].size + 1)
        else:
            runs.append(Run(column.caption, column.group, 1))
    return runs
