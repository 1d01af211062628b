"""Renders finished pages to one PDF by WeasyPrint; the only place that loads it.

The file is PDF/A-3a and PDF/UA-1 at once. The engine may fetch nothing but ``data:``
URLs, and the same sheets give the same bytes in each process: no clock, no random
identifier, one typeface that must be installed.
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

from forms import finishing, sentences
from forms.errors import FontMissingError

if TYPE_CHECKING:
    import weasyprint
    from weasyprint.css import ColorProfile
    from weasyprint.text.fonts import FontConfiguration

TYPEFACE = "Tinos"
_STYLE = Path(__file__).parent / "layouts" / "sheet.css"
_VARIANT = "pdf/a-3a"
_COLOURS = "srgb"
# The engine asks for a date of each file inside; it is taken out again at the end.
_NO_DAY = datetime.min.replace(tzinfo=UTC)
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


def fingerprint(*sheets: Sheet) -> str:
    """Return what tells the PDF of these sheets from others: SHA-256 in hexadecimal.

    It covers the layout and the engine too, so that a paper kept from before counts as
    the same only when it would come out the same today.
    """
    return hashlib.sha256(_engine() + digest(sheets)).hexdigest()


def digest(sheets: Iterable[Sheet]) -> bytes:
    """Return a hash of the parts, none of which can run over into its neighbour."""
    parts = (part for one in sheets for part in (one.name, one.page, one.answers))
    whole = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        whole.update(hashlib.sha256(content).digest())
    return whole.digest()


@cache
def _engine() -> bytes:
    versions = " ".join(version(name) for name in ("weasyprint", "pydyf"))
    ours = (_STYLE, Path(__file__), Path(finishing.__file__))
    return b"".join([versions.encode(), *(path.read_bytes() for path in ours)])


def render(*sheets: Sheet) -> bytes:
    """Return one file of all the sheets in their order, made in this process.

    Each sheet counts its own pages and brings its answers. Whatever a page names by URL
    is not fetched. Raises ``FontMissingError`` when the machine lacks the typeface.
    """
    with _one_at_a_time:
        styles, fonts = _styles()
        colours = {_COLOURS: _profile()}
        documents = [
            _parsed(one).render(
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
            finisher=finishing.finish,
            pdf_identifier=digest(sheets)[:16],
            pdf_variant=_VARIANT,
            # The profile is there; asked for by name, the engine would open it again.
            output_intent="",
        )
    _check_typeface(font.family for font in whole.fonts.values())
    return target.getvalue()


def bare_render(sheet: Sheet) -> bytes:
    """Return the page alone as the engine makes it: no tags, no standard, no answers.

    What a paper costs is measured against it.
    """
    with _one_at_a_time:
        styles, fonts = _styles()
        content: bytes = (
            _parsed(sheet).render(stylesheets=[styles], font_config=fonts).write_pdf()
        )
    return content


def _parsed(sheet: Sheet) -> weasyprint.HTML:
    import weasyprint

    return weasyprint.HTML(string=sheet.page, url_fetcher=_fetcher())


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
def _styles() -> tuple[weasyprint.CSS, FontConfiguration]:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    # The configuration frees fontconfig's memory, which is gone late in the exit.
    atexit.register(_styles.cache_clear)
    css = _STYLE.read_text("utf-8")
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
