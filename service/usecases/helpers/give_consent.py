"""A resident lets a helper act for him: for listed things, for a while, recorded.

What is recorded is the whole of the words that he agreed to, with their version, the
time, and his own act: a session of his own, a code on his phone, or a signed paper.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from service.auth.actors import Actor
from service.auth.policies import Action, authorize, is_running
from service.errors import BadRequestError, NotFoundError
from service.persistence.helping import HelpRequestRow
from service.persistence.rows import AccountRow, ConsentRow, MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import VIETNAM, Desk
from service.usecases.helpers.helping import (
    Wish,
    consent_words,
    length_line,
    length_words,
    terms,
)
from service.usecases.matter.answer_question import find_matter
from service.usecases.matter.situations import edition_today, resident_name
from service.usecases.telling.tell_people import tell_own
from workflows.errors import Problem

CONSENT = "consent"
SESSION, CODE, SLIP = "session", "code", "slip"


def give_consent(  # noqa: PLR0913  an agreement has this many parts
    desk: Desk,
    actor: Actor,
    matter_code: str,
    *,
    helper_name: str,
    scope: Collection[str],
    minutes: int,
    purpose: str = "papers",
    key: str | None = None,
) -> str:
    """Let the helper with this account name act for the resident; return the id.

    ``scope`` are parts of the data (fill, submit, follow). Only the resident's own
    session may do this; the same ``key`` gives one consent. Raises BadRequestError for
    a name that is no helper, an empty or unknown scope, a purpose nobody defined, or a
    time out of range.
    """
    wish = Wish(purpose, tuple(scope), minutes)
    with desk.database.transaction() as uow:
        matter = find_matter(uow, matter_code)
        authorize(actor, Action.CONSENT, matter_target(desk, uow, matter))
        helper = uow.people.account_by_name(helper_name.strip().lower())
        request = _request(desk, uow, matter, helper, helper_name, wish, key)
        if uow.helping.add_request(request):
            grant(desk, uow, request, SESSION)
    return request.id


def words_to_agree(
    desk: Desk, actor: Actor, matter_code: str, helper_name: str, wish: Wish
) -> str:
    """Return the words that the resident is about to agree to; nothing is stored.

    Raises BadRequestError as ``give_consent`` does.
    """
    with desk.database.reading() as uow:
        matter = find_matter(uow, matter_code)
        authorize(actor, Action.CONSENT, matter_target(desk, uow, matter))
        helper = uow.people.account_by_name(helper_name.strip().lower())
        return _request(desk, uow, matter, helper, helper_name, wish, None).words


def _request(
    desk: Desk,
    uow: UnitOfWork,
    matter: MatterRow,
    helper: AccountRow | None,
    typed: str,
    wish: Wish,
    key: str | None,
) -> HelpRequestRow:
    problems = wish_problems(wish)
    if helper is None or helper.kind != "helper" or helper.disabled_at is not None:
        problems.append(Problem("helper_name", typed, sentences.HELPER_UNKNOWN))
    elif is_full(desk, uow, helper, matter.id):
        problems.append(Problem("helper_name", typed, sentences.HELPER_FULL))
    if problems or helper is None:
        raise BadRequestError(problems)
    id_ = f"{matter.id[:24]}-{key}" if key else None
    return new_request(desk, uow, matter, helper, wish, id_=id_)


def new_request(
    desk: Desk,
    uow: UnitOfWork,
    matter: MatterRow,
    helper: AccountRow,
    wish: Wish,
    *,
    id_: str | None = None,
) -> HelpRequestRow:
    """Return what is asked of the resident, with its whole words; not stored yet."""
    now = desk.now()
    member = uow.helping.member(matter.tenant_id, helper.id)
    teams = {row.id: row.name for row in uow.helping.teams(matter.tenant_id)}
    edition = edition_today(desk, matter)
    return HelpRequestRow(
        tenant_id=matter.tenant_id,
        id=id_ or desk.ids.new_id(),
        kind=CONSENT,
        matter_id=matter.id,
        account_id=helper.id,
        resident=resident_name(desk, uow, matter),
        body={
            "purpose": wish.purpose,
            "scopes": list(wish.scopes),
            "minutes": wish.minutes,
        },
        version=terms().version,
        words=consent_words(
            wish,
            helper=helper.display_name,
            team=teams.get(member.team_id) if member else None,
            goal=edition.goals[matter.goal].title,
            code=matter.code,
            keeper=desk.settings.keeper,
        ),
        asked_at=now,
        expires_at=now + timedelta(minutes=terms().sign_within),
    )


def wish_problems(wish: Wish) -> list[Problem]:
    """Return what is wrong with what is asked, one problem for each part."""
    known, problems = terms(), []
    if wish.purpose not in known.purposes:
        problems.append(Problem("purpose", wish.purpose, sentences.PURPOSE))
    if not wish.scopes or not set(wish.scopes) <= set(known.scopes):
        problems.append(Problem("scope", sorted(wish.scopes), sentences.SCOPE))
    if not known.shortest <= wish.minutes <= known.longest:
        allowed = (length_words(known.shortest), length_words(known.longest))
        problems.append(
            Problem("minutes", wish.minutes, sentences.consent_length(*allowed))
        )
    return problems


def grant(desk: Desk, uow: UnitOfWork, request: HelpRequestRow, way: str) -> ConsentRow:
    """Let what was asked hold from now on, by the resident's own act."""
    now = desk.now()
    row = ConsentRow(
        request.tenant_id,
        request.id,
        request.matter_id,
        request.account_id,
        terms().actions_of(request.body["scopes"]),
        request.resident,
        now,
        now + timedelta(minutes=longest_by(request, way)),
        None,
    )
    uow.people.add_consent(row)
    uow.helping.change_request(
        request, way=way, given_at=now, words=words_by(request, way)
    )
    matter = uow.matters.by_id(request.tenant_id, request.matter_id)
    tell_own(desk, uow, matter, "help_begins", f"help-{row.id}")
    return row


def words_by(request: HelpRequestRow, way: str) -> str:
    """Return the words that are agreed to this way, with the length that it allows."""
    asked, held = int(request.body["minutes"]), longest_by(request, way)
    return request.words.replace(length_line(asked), length_line(held))


def longest_by(request: HelpRequestRow, way: str) -> int:
    """Return for how many minutes it holds; what a paper allows is kept short."""
    minutes = int(request.body["minutes"])
    return min(minutes, terms().longest_by_slip) if way == SLIP else minutes


def is_full(desk: Desk, uow: UnitOfWork, helper: AccountRow, matter_id: str) -> bool:
    """Return whether the helper helps as many residents today as one person may."""
    since = day_begins(desk)
    helped = {
        row.matter_id
        for row in uow.people.consents(helper.tenant_id, account_id=helper.id)
        if row.given_at >= since or is_running(row, desk.now())
    }
    return len(helped - {matter_id}) >= residents_a_day(desk)


def residents_a_day(desk: Desk) -> int:
    """Return how many residents one helper may help on one day."""
    return desk.settings.helped_a_day or terms().residents_a_day


def day_begins(desk: Desk) -> datetime:
    """Return the instant at which the legal day in Vietnam began."""
    local = desk.now().astimezone(VIETNAM)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def end_consent(desk: Desk, actor: Actor, consent_id: str) -> None:
    """End a consent at once; the resident or the helper himself may."""
    with desk.database.transaction() as uow:
        row = uow.people.consent(actor.tenant, consent_id)
        if row is None:
            uow.refuse_others(consent_id)
            raise NotFoundError("consent", consent_id)
        if actor.kind != "helper" or actor.account_id != row.account_id:
            matter = uow.matters.by_id(row.tenant_id, row.matter_id)
            authorize(actor, Action.CONSENT, matter_target(desk, uow, matter))
        close(desk, uow, row, by=actor.kind)


def close(desk: Desk, uow: UnitOfWork, row: ConsentRow, *, by: str) -> None:
    """End a consent now and write down who did; one that has ended stays as it is."""
    request = uow.helping.request(row.tenant_id, row.id)
    uow.people.end_consent(row.tenant_id, row.id, desk.now())
    if request is not None and request.closed_at is None:
        uow.helping.change_request(request, closed_at=desk.now(), closed_by=by)
