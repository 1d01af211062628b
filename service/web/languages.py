"""The language that a visitor reads, and how words of it are put into a page.

The choice is a cookie and nothing else. What a language lacks is shown in Vietnamese,
sentence by sentence, and marked as such for whoever has the page read aloud.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup, escape

from service.translations.catalogue import LANGUAGES, SOURCE, catalogue, counted
from service.web import cookies
from service.web.desks import desk_of

COOKIE = "dat_lang"
_A_YEAR = 365 * 24 * 3600
# More than the templates have.
_MOST_WORDS = 8192
# The language of the page where only some sentences are translated yet.
_PAGE_IN = {"rad": SOURCE}

_OFFICIAL = Markup('<span class="official" lang="{}" translate="no">{}</span>')

router = APIRouter()


@router.get("/ngon-ngu/{language}", name="language")
def choose_language(request: Request, language: str, ve: str = "/") -> Response:
    """Read on in another language, on the page where the visitor was."""
    response = RedirectResponse(_local(ve), status_code=303)
    if language in LANGUAGES:
        settings = desk_of(request).settings
        cookies.keep(response, settings, COOKIE, language, seconds=_A_YEAR)
    return response


def _local(path: str) -> str:
    """Return the path when it is one of this service, else the first page."""
    here = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if here and path.isprintable() else "/"


def language_of(request: Request) -> str:
    """Return the code of the language that the visitor chose, at first Vietnamese."""
    chosen = cookies.read(request, desk_of(request).settings, COOKIE)
    return chosen if chosen in LANGUAGES else SOURCE


def page_language(language: str) -> str:
    """Return the language in which the page as a whole is marked."""
    return _PAGE_IN.get(language, language)


def words_of(language: str) -> dict[str, object]:
    """Return what every template of a language knows: its words, and which it is."""

    # Words of a template may hold marks of emphasis, as the template itself does.
    @lru_cache(maxsize=_MOST_WORDS)
    def plain(source: str) -> Markup:
        return _marked(language, source, Markup)

    def gettext(source: str, **values: object) -> Markup:
        if not values:
            return plain(source)

        def made(text: str) -> Markup:
            chosen = counted(text, values)
            return Markup(chosen)  # noqa: S704  the catalogue is ours  # nosec B704

        return _marked(language, source, made) % values

    def ngettext(one: str, many: str, n: int, **values: object) -> Markup:
        return gettext(one if n == 1 else many, **values)

    return {
        "_": gettext,
        "gettext": gettext,
        "ngettext": ngettext,
        "language": language,
        "page_language": page_language(language),
        "languages": LANGUAGES,
    }


def translator(language: str) -> Callable[[object], Markup]:
    """Return the filter ``tr``: words out of data or a use case, in the language.

    Markup is left alone: a template has translated it already.
    """

    def translated(text: object) -> Markup:
        if isinstance(text, Markup):
            return text
        return _marked(language, str(text), escape)

    return translated


def official(language: str) -> Callable[[object], Markup]:
    """Return the filter ``official``: words of the law or of an office.

    What has no translation stays as it stands in the law and is marked as that: it is
    what people read on paper and show at the counter.
    """
    put = translator(language)

    def kept(text: object) -> Markup:
        if language == SOURCE or catalogue(language).find(str(text)) is not None:
            return put(text)
        return _OFFICIAL.format(SOURCE, text)

    return kept


def plainly(language: str) -> Callable[[str], str]:
    """Return what puts words into the language where no mark fits, as in a drawing."""
    known = catalogue(language)
    return lambda text: known.find(text) or text


def _marked(language: str, source: str, made: Callable[[str], Markup]) -> Markup:
    if language == SOURCE:
        return made(source)
    words = source.strip()
    found = catalogue(language).find(words) if words else None
    # A catalogue has no blanks at the ends of a text; a template may need them.
    text = source if found is None else source.replace(words, found, 1)
    tongue = SOURCE if found is None else language
    if not words or tongue == page_language(language):
        return made(text)
    return Markup('<span lang="{}">{}</span>').format(tongue, made(text))
