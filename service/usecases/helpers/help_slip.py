"""The paper on which a resident lets a helper in: read aloud, signed, kept by both."""

from __future__ import annotations

from datetime import timedelta
from unicodedata import normalize

from forms import pdf
from forms.marks import Mark
from service.auth.actors import Actor
from service.errors import NotFoundError
from service.usecases.desk import Desk, legal_day
from service.usecases.helpers.give_consent import CONSENT, SLIP, words_by
from service.usecases.helpers.helping import terms
from service.usecases.helpers.resident_act import own_request
from service.usecases.papers.issuing import pressed

STOP = "/dung-giup"


def help_slip(desk: Desk, actor: Actor, request_id: str) -> bytes:
    """Return the numbered paper as PDF; NotFoundError before it has a number."""
    with desk.database.reading() as uow:
        row = own_request(uow, actor, request_id)
        matter = uow.matters.by_id(row.tenant_id, row.matter_id)
    if row.slip is None or row.kind != CONSENT:
        raise NotFoundError("slip", request_id)
    place = desk.settings.base_url.rstrip("/") + STOP
    shown = pdf.laid_out(
        "help_slip.html.jinja",
        number=row.slip,
        version=row.version,
        words=words_by(row, SLIP).splitlines(),
        helper=actor.name,
        resident="" if row.resident == "citizen" else row.resident,
        code=matter.code,
        sign_by=legal_day(row.asked_at + timedelta(minutes=terms().sign_within)),
        started=bool(row.body.get("started")),
        mark=Mark(f"{place}?so={row.slip}", row.slip, place.partition("://")[2]),
    )
    content, _ = pressed(desk, actor.tenant, pdf.Sheet(normalize("NFC", shown)))
    return content
