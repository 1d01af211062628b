"""What a printed paper leads back to: a case by its code, or a matter still at home."""

from __future__ import annotations

from urllib.parse import quote

from forms.marks import Mark
from service.auth.codes import normalise
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import CaseFile
from service.usecases.desk import Desk
from service.usecases.matter.submit_dossier import PREFIX as OF_CASE
from service.usecases.matter.submit_dossier import is_draft
from service.usecases.papers import paper_sentences as say

FOLLOW, REOPEN = "/tra-cuu", "/mo-lai"


def mark_of_matter(desk: Desk, code: str) -> Mark:
    """Return the mark that opens a matter again, for whoever has its number too."""
    return _mark(desk.settings.base_url, REOPEN, code, say.REOPEN)


def mark_of_case(desk: Desk, uow: UnitOfWork, file: CaseFile) -> Mark:
    """Return the mark that shows where a case is; a draft leads back to its matter."""
    if is_draft(desk, uow, file.row):
        return mark_of_matter(desk, file.matter.code)
    return _mark(desk.settings.base_url, FOLLOW, file.row.code, say.FOLLOW)


def mark_of_code(base_url: str, typed: str) -> Mark | None:
    """Return the mark of a matter or a case by its code; None for what is no code."""
    code = normalise(typed)
    if code is None:
        return None
    if code.startswith(OF_CASE):
        return _mark(base_url, FOLLOW, code, say.FOLLOW)
    return _mark(base_url, REOPEN, code, say.REOPEN)


def _mark(base_url: str, path: str, code: str, words: str) -> Mark:
    place = base_url.rstrip("/") + path
    shown = place.partition("://")[2]
    return Mark(f"{place}?ma={quote(code)}", code, words.format(place=shown))
