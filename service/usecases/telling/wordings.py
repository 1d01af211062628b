"""The words of messages as a province chooses them, each within its places.

The program's own words hold until another wording is stored. A new one is checked for
what a swindler could use: no link, no words that ask for secrets, no long number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from service.auth.actors import Actor
from service.errors import BadRequestError, NotFoundError
from service.persistence.administration import WordingRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.administration import admin_sentences
from service.usecases.administration.administering import (
    Entered,
    noted,
    only_administrator,
)
from service.usecases.desk import Desk
from service.usecases.telling.messaging import messaging
from workflows.writing import tidy

_PLACE = re.compile(r"\{(\w*)\}")
_BRACES = re.compile(r"[{}]")
_LINK = re.compile(r"https?:|www\.|\w\.[a-z]{2,}|\w/\D", re.IGNORECASE)
_ASKING = re.compile(
    r"đăng nhập|mật khẩu|chuyển khoản|số tài khoản|otp|\d ?(đ|đồng)\b|cccd|căn cước số",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"\d([ .-]?\d){6,}")
_NUMBER = "7K2QXM"  # as long as the number of every message
# What any message may fill in; never a name, a number of a person, or a sum.
_PLACES: Mapping[str, str] = {
    "code": "DAT-7K2QX-M04TB-9ZHRW-5",
    "procedure": "Sang tên khi cho",
    "day": "21/01/2027",
    "due": "21/01/2027",
}


@dataclass(frozen=True, slots=True)
class WordingView:
    """One message: the program's words, those that hold, and how they read filled in.

    ``version`` is that of the wording, 0 when it was never changed; ``places`` are the
    words in braces that it may have.
    """

    template: str
    purpose: str
    own: str
    text: str
    version: int
    changed: WordingRow | None
    places: tuple[str, ...]

    @property
    def preview(self) -> str:
        """Return the message as somebody would get it, with a made-up case."""
        return filled(self.text)


def chosen(uow: UnitOfWork, tenant: str, template: str, own: str) -> str:
    """Return the wording that holds: the province's, else the program's own."""
    row = uow.administration.wording(tenant, template)
    return own if row is None or row.text is None else row.text


def filled(text: str) -> str:
    """Return a wording filled in for a made-up case, with how every message ends."""
    whole = _PLACE.sub(lambda found: _PLACES.get(found[1], "…"), text)
    return whole + messaging().ends.format(number=_NUMBER)


def wordings(desk: Desk, actor: Actor) -> tuple[WordingView, ...]:
    """Return every message that people may get, by name of the template."""
    only_administrator(actor)
    with desk.database.reading() as uow:
        known = {row.template: row for row in uow.administration.wordings(actor.tenant)}
    return tuple(
        _view(name, own, known.get(name)) for name, own in sorted(_own(desk).items())
    )


def wording(desk: Desk, actor: Actor, template: str) -> WordingView:
    """Return one message; NotFoundError for a name that no message has."""
    only_administrator(actor)
    own = _own(desk).get(template)
    if own is None:
        raise NotFoundError("message", template)
    with desk.database.reading() as uow:
        row = uow.administration.wording(actor.tenant, template)
    return _view(template, own, row)


def choose_wording(
    desk: Desk, actor: Actor, template: str, text: str | None, version: str
) -> None:
    """Store another wording, or with None go back to the program's own.

    ``version`` is that of the wording which the page showed. Raises BadRequestError
    when the text cannot go out, or somebody else stored another one meanwhile. It holds
    for messages that are written from now on.
    """
    view = wording(desk, actor, template)
    entered = Entered()
    wanted = None if text is None else tidy(text)
    if wanted is not None:
        for sentence in _faults(wanted, view):
            entered.refuse("text", wanted, sentence)
    if version != str(view.version):
        entered.refuse("text", wanted or "", admin_sentences.WORDING_STALE)
    if entered.problems:
        raise BadRequestError(entered.problems)
    wanted = None if wanted == view.own else wanted
    if (wanted or view.own) == view.text:
        return
    row = WordingRow(
        actor.tenant, template, view.version + 1, wanted, desk.now(), actor.name
    )
    with desk.database.transaction() as uow:
        if not uow.administration.add_wording(row):
            entered.refuse("text", wanted or "", admin_sentences.WORDING_STALE)
            raise BadRequestError(entered.problems)
        before, after = {"text": view.text}, {"text": wanted or view.own}
        noted(desk, uow, actor, "wording.changed", template, before=before, after=after)


def _faults(text: str, view: WordingView) -> tuple[str, ...]:
    """Return what is wrong with a wording, as sentences for the administrator."""
    if not text:
        return (admin_sentences.NEEDED,)
    names = set(_PLACE.findall(text))
    whole = filled(text)
    most = messaging().longest
    begin = _beginning(view.own)
    checks = (
        (not names <= set(view.places), admin_sentences.places(view.places)),
        (bool(_BRACES.search(_PLACE.sub("", text))), admin_sentences.BRACES),
        (not text.startswith(begin), admin_sentences.begins(begin)),
        (len(whole) > most, admin_sentences.too_long(len(whole), most)),
        (bool(_LINK.search(whole)), admin_sentences.LINK),
        (bool(_ASKING.search(text)), admin_sentences.ASKING),
        (bool(_LONG_NUMBER.search(whole)), admin_sentences.LONG_NUMBER),
    )
    return tuple(sentence for wrong, sentence in checks if wrong)


def _beginning(own: str) -> str:
    """Return how the message must begin, as the program's own does."""
    begins = messaging().begins
    return begins if own.startswith(begins) else own.partition(":")[0]


def _view(template: str, own: str, row: WordingRow | None) -> WordingView:
    rules = messaging()
    mine = rules.own.get(template)
    places = set(_PLACE.findall(own))
    if mine is None:
        places |= set(_PLACES)
    purpose = mine.purpose if mine else rules.templates.get(template, "progress")
    return WordingView(
        template,
        rules.purposes[purpose].text or "",
        own,
        own if row is None or row.text is None else row.text,
        row.version if row else 0,
        row if row is not None and row.text is not None else None,
        tuple(sorted(places)),
    )


def _own(desk: Desk) -> dict[str, str]:
    """Return the program's own words, those of the packages of the law included."""
    edition = desk.law.edition(desk.settings.province, desk.today())
    found = {name: each.text for name, each in edition.messages.items()}
    return found | {name: each.text for name, each in messaging().own.items()}
