"""Who saw and did what on a matter: the list that belongs to the resident."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.persistence.helping import HelpRequestRow
from service.persistence.rows import ConsentRow
from service.usecases import sentences
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import Desk
from service.usecases.matter.answer_question import find_matter


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A consent as it was given: the whole words, how, from when to when."""

    helper: str
    words: tuple[str, ...]
    version: str
    way: str
    slip: str | None
    given_at: datetime
    ends_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeedRow:
    """Something that somebody saw or did, in words; ``behalf`` is the second name.

    ``reason`` is what a clerk of another office gave as his.
    """

    at: datetime
    who: str
    behalf: str | None
    what: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class WhoHelped:
    """Everything that others saw and did, newest first."""

    given: tuple[GivenRow, ...]
    deeds: tuple[DeedRow, ...]


def who_helped(desk: Desk, actor: Actor, matter_code: str) -> WhoHelped:
    """Return who helped, saw and did what; only the resident may ask.

    Looks of the same kind within one minute count as one.
    """
    with desk.database.reading() as uow:
        matter = find_matter(uow, matter_code)
        authorize(actor, Action.CONSENT, matter_target(desk, uow, matter))
        tenant, id_ = matter.tenant_id, matter.id
        asked = {row.id: row for row in uow.helping.requests(tenant, matter_id=id_)}
        given = [
            _given(row, asked.get(row.id), account.display_name if account else "")
            for row in uow.people.consents(tenant, matter_id=id_)
            for account in [uow.people.account(row.account_id)]
        ]
        deeds = [
            DeedRow(
                row.at, row.who, row.on_behalf_of, sentences.DEEDS[row.what], row.reason
            )
            for row in uow.people.accesses(tenant, id_)
            if row.what in sentences.DEEDS
        ]
        deeds += [
            DeedRow(row.at, row.said_by, row.on_behalf_of, sentences.ANSWERED)
            for row in uow.matters.facts(tenant, id_)
            if row.on_behalf_of is not None and row.case_id is None
        ]
        for case in uow.cases.of_matter(tenant, id_):
            deeds += [
                DeedRow(
                    move.at,
                    str(move.body["actor"]),
                    move.body["on_behalf_of"],
                    sentences.MOVED,
                )
                for move in uow.cases.moves(tenant, case.id)
                if move.body.get("on_behalf_of")
            ]
    deeds.sort(key=lambda each: each.at, reverse=True)
    return WhoHelped(tuple(given), _once_a_minute(deeds))


def _given(row: ConsentRow, request: HelpRequestRow | None, helper: str) -> GivenRow:
    return GivenRow(
        helper,
        tuple(request.words.splitlines()) if request else (),
        request.version if request else "",
        sentences.WAYS.get(request.way or "", "") if request else "",
        request.slip if request else None,
        row.given_at,
        row.ends_at,
        row.ended_at,
    )


def _once_a_minute(deeds: list[DeedRow]) -> tuple[DeedRow, ...]:
    seen: dict[tuple[object, ...], DeedRow] = {}
    for deed in deeds:
        minute = deed.at.replace(second=0, microsecond=0)
        seen.setdefault((minute, deed.who, deed.what), deed)
    return tuple(seen.values())
