"""Prints filled forms: HTML by one template, then one PDF by WeasyPrint.

The file is PDF/A-3a and PDF/UA-1 at once, and carries the answers of each paper as
JSON. The engine may fetch nothing but ``data:`` URLs, and the same papers give the same
bytes in each process: no clock, no random identifier, one typeface that must be
installed. Everything but ``render`` is light: the engine is not loaded for it.
"""

from __future__ import annotations

import atexit
import hashlib
import io
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from forms import sentences
from forms.answers import answers
from forms.errors import FontMissingError
from forms.finishing import finish

if TYPE_CHECKING:
    import weasyprint
    from weasyprint.css import ColorProfile
    from weasyprint.text.fonts import FontConfiguration

    from forms.definition import Column
    from forms.prefill import FilledForm

TYPEFACE = "Tinos"
_VARIANT = "pdf/a-3a"
_COLOURS = "srgb"
# The engine asks for a date of each file inside; it is taken out again at the end.
_NO_DAY = datetime.min.replace(tzinfo=UTC)
_LAYOUTS = Path(__file__).parent / "layouts"
_NO_BREAK = "\u00a0"
# Widths of the typeface in ems: a space, and a letter of Vietnamese text on average.
_SPACE = 0.25
_LETTER = 0.48
# Pango and the shared font configuration are not made for several threads at once.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper ready to be rendered: all that its bytes depend on.

    ``page`` is the finished HTML, ``answers`` the JSON that goes into the file (empty
    for none), ``name`` tells the answers of one sheet from those of another.
    """

    page: str
    answers: bytes = b""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring columns under one head."""

    caption: str
    group: str
    size: int


def html(filled: FilledForm) -> str:
    """Return the paper as one HTML page, all values escaped."""
    return laid_out("paper.html.jinja", edition=filled.edition, form=filled)


def laid_out(layout: str, **shown: object) -> str:
    """Return a page of one of the layouts; every text that is shown is escaped."""
    return _environment().get_template(layout).render(shown)


def sheet(filled: FilledForm) -> Sheet:
    """Return the paper ready to be rendered, named after its form."""
    return Sheet(html(filled), answers(filled), filled.edition.form)


def fingerprint(*sheets: Sheet) -> str:
    """Return what tells the PDF of these sheets from others: SHA-256 in hexadecimal.

    It covers the layout, the engine and the typeface's name too, so that a paper kept
    from before counts as the same only when it would come out the same today.
    """
    return hashlib.sha256(_engine() + _digest(sheets)).hexdigest()


def _digest(sheets: Iterable[Sheet]) -> bytes:
    """Return a hash of the parts, none of which can run over into its neighbour."""
    parts = (part for one in sheets for part in (one.name, one.page, one.answers))
    whole = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        whole.update(hashlib.sha256(content).digest())
    return whole.digest()


@cache
def _engine() -> bytes:
    engine = f"{version('weasyprint')} {version('pydyf')} {TYPEFACE} {_VARIANT}"
    return engine.encode() + (_LAYOUTS / "sheet.css").read_bytes()


def render(*sheets: Sheet) -> bytes:
    """Return one file of all the sheets in their order, made in this process.

    Each sheet counts its own pages and brings its answers. Whatever a page names by URL
    is not fetched. Raises ``FontMissingError`` when the machine lacks the typeface.
    """
    import weasyprint

    with _one_at_a_time:
        styles, fonts = _styles()
        colours = {_COLOURS: _profile()}
        documents = [
            weasyprint.HTML(string=one.page, url_fetcher=_fetcher()).render(
                stylesheets=[styles],
                font_config=fonts,
                color_profiles=colours,
                output_intent=_COLOURS,
            )
            for one in sheets
        ]
        whole = documents[0].copy([page for one in documents for page in one.pages])
        whole.metadata.attachments = _attachments(sheets)
        target = io.BytesIO()
        whole.write_pdf(
            target,
            finisher=finish,
            pdf_identifier=_digest(sheets)[:16],
            pdf_variant=_VARIANT,
            # The profile is there; asked for by name, the engine would open it again.
            output_intent="",
        )
    _check_typeface(font.family for font in whole.fonts.values())
    return target.getvalue()


def _attachments(sheets: Sequence[Sheet]) -> list[weasyprint.Attachment]:
    """Return the answers of the sheets as files; their dates are taken out again."""
    import weasyprint

    return [
        weasyprint.Attachment(
            string=one.answers,
            name=_file_name(place, one, alone=len(sheets) == 1),
            description=sentences.ANSWERS_FILE,
            created=_NO_DAY,
            modified=_NO_DAY,
            relationship="Data",
            url_fetcher=_fetcher(),
        )
        for place, one in enumerate(sheets, start=1)
        if one.answers
    ]


def _file_name(place: int, one: Sheet, *, alone: bool) -> str:
    return "answers.json" if alone else f"answers-{place:02}-{one.name}.json"


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


def _profile() -> ColorProfile:
    """Return what the colours of the papers mean, which PDF/A asks for.

    It is made anew for each file: one that was written already writes other bytes.
    """
    from weasyprint.css import ColorProfile

    channels = (["r"], ["g"], ["b"])
    return ColorProfile(io.BytesIO(_icc()), _COLOURS, "relative-colorimetric", channels)


@cache
def _icc() -> bytes:
    return (files("weasyprint") / "pdf" / "sRGB2014.icc").read_bytes()


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
