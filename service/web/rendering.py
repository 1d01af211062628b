"""Turns a view into HTML: the Jinja environment, its filters and its few globals."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, status
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from service.translations.catalogue import SOURCE
from service.usecases.sentences import COPIES
from service.web.csrf import token_for
from service.web.desks import desk_of, room_of
from service.web.formats import (
    VOICES,
    currency,
    day,
    hour,
    instant,
    sentence_case,
    titled,
    weekday,
    without_rules,
)
from service.web.languages import (
    language_of,
    official,
    plainly,
    translator,
    words_of,
)
from workflows.drawing import plan_calendar_svg

HERE = Path(__file__).parent
STATIC = HERE / "static"
# The decoder of QR codes is other people's work; setting up brings it, where it can.
DECODER = Path(sys.prefix) / "share" / "jsqr"
_DECODER_FILE = "jsQR.js"


@cache
def static_url(name: str) -> str:
    """Return the address of a static file; it changes when the content does."""
    return f"/tinh/{name}?v={_digest(STATIC / name)}"


@cache
def decoder_url() -> str | None:
    """Return the address of the decoder of QR codes, None where there is none."""
    path = DECODER / _DECODER_FILE
    return f"/tinh/jsqr/{path.name}?v={_digest(path)}" if path.is_file() else None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def svg(text: str) -> Markup:
    """Mark a drawing of ``workflows.drawing`` as safe: it escapes every text itself."""
    return Markup(text)  # noqa: S704  the drawing module escapes all text it is given  # nosec B704


@cache
def environment(language: str = SOURCE) -> Environment:
    """Return the Jinja environment of a language, one for each.

    It escapes everything and refuses unknown names.
    """
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    # A text gets its values, so that a count may choose its word.
    vars(made)["newstyle_gettext"] = True
    translated = translator(language)
    made.filters.update(
        day=day,
        weekday=lambda value: translated(weekday(value)),
        titled=titled,
        sentence=sentence_case,
        without_rules=without_rules,
        instant=lambda value: translated(instant(value)),
        hour=lambda value: translated(hour(value)),
        money=currency,
        svg=svg,
        tr=translated,
        official=official(language),
        # The name of a person is no word of a language.
        who=lambda name: translated(VOICES[name]) if name in VOICES else escape(name),
    )
    made.globals.update(
        static_url=static_url,
        decoder_url=decoder_url,
        copy_names=COPIES,
        plan_calendar=lambda plan: svg(plan_calendar_svg(plan, plainly(language))),
        **words_of(language),
    )
    return made


def page(
    request: Request,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int | None = None,
) -> HTMLResponse:
    """Render a page with what every page needs: who acts, the form token, the mode.

    It is a 422 when its context has ``problems`` and no other ``status`` is given.
    """
    state, room, desk = request.state, room_of(request), desk_of(request)
    told = context or {}
    html = (
        environment(language_of(request))
        .get_template(template)
        .render(
            {
                "actor": getattr(state, "actor", None),
                "csrf": token_for(request),
                "identity": desk.ports.identity.title,
                "demo": room is None and desk.settings.environment == "demo",
                "path": request.scope["path"],
                "room": room,
                **told,
            }
        )
    )
    return HTMLResponse(html, status or (422 if told.get("problems") else 200))


def go_to(path: str) -> RedirectResponse:
    """Lead on to a page after a form was taken, so that a reload sends nothing again.

    303: the browser asks for the page with GET whatever the form was sent with.
    """
    return RedirectResponse(path, status_code=status.HTTP_303_SEE_OTHER)
