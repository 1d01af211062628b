"""The matters of a citizen who signed in by her identity: hers by her own act.

Nothing is found by her name or number: a matter is linked when she opens or begins it
while she is signed in, or says so on its page. Each link is shown and can be taken
away; the matter itself stays, and its code and number open it as before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from service.auth.actors import Actor
from service.auth.policies import Action, authorize
from service.auth.sessions import SignedIn, begin_session, citizen_of
from service.errors import NotFoundError, SignInRequiredError
from service.persistence.identities import IdentityRow, LinkedIdentity
from service.persistence.rows import MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.cases.casefile import matter_target
from service.usecases.desk import Desk
from service.usecases.following.follow_access import Level
from service.usecases.following.follow_case import FollowView, follow
from service.usecases.matter.answer_question import find_matter


@dataclass(frozen=True, slots=True)
class MyMatters:
    """Who is signed in, and where each of her matters stands."""

    name: str
    seen_at: datetime
    matters: tuple[FollowView, ...]


@dataclass(frozen=True, slots=True)
class LinksOfMatter:
    """Whom a matter is linked to; ``mine`` says whether to who looks at it."""

    code: str
    links: tuple[LinkedIdentity, ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider tells of who is signed in."""

    full_name: str
    person_id: str | None
    birth_date: date | None


def my_matters(desk: Desk, actor: Actor) -> MyMatters:
    """Return the matters of who is signed in; raise SignInRequiredError for nobody."""
    with desk.database.reading() as uow:
        person = who_is(uow, actor)
        rows = uow.identities.matters_of(actor.tenant, person.id)
    views = tuple(follow(desk, row.code, Level.CODE) for row in rows)
    return MyMatters(person.full_name, person.seen_at, views)


def open_mine(desk: Desk, actor: Actor, code: str, old_token: str | None) -> SignedIn:
    """Open a matter that is linked to who is signed in, without its number."""
    with desk.database.transaction() as uow:
        person = who_is(uow, actor)
        matter = _mine(uow, person, code)
        token = begin_session(
            desk, uow, old_token, matter_id=matter.id, identity_id=person.id
        )
    return SignedIn(token, citizen_of(actor.tenant, matter.id, person.id))


def unlink_mine(desk: Desk, actor: Actor, code: str) -> None:
    """Take a matter off the list of who is signed in; it is shut there as well."""
    with desk.database.transaction() as uow:
        person = who_is(uow, actor)
        matter = _mine(uow, person, code)
        uow.identities.unlink(actor.tenant, matter.id, person.id)


def forget_me(desk: Desk, actor: Actor) -> None:
    """Forget who is signed in with all her links, and sign her out everywhere."""
    with desk.database.transaction() as uow:
        person = who_is(uow, actor)
        uow.identities.forget(actor.tenant, person.id)


def links_of(desk: Desk, actor: Actor, code: str) -> LinksOfMatter:
    """Return whom a matter is linked to, for the citizen who has it open."""
    with desk.database.reading() as uow:
        matter = _own(desk, uow, actor, code)
        links = uow.identities.linked_to(matter.tenant_id, matter.id)
    mine = any(each.id == actor.identity_id for each in links)
    return LinksOfMatter(matter.code, links, mine)


def link_this(desk: Desk, actor: Actor, code: str) -> None:
    """Link the open matter to who is signed in."""
    with desk.database.transaction() as uow:
        matter, person = _own(desk, uow, actor, code), who_is(uow, actor)
        uow.identities.link(matter.tenant_id, person.id, matter.id, desk.now())


def unlink_other(desk: Desk, actor: Actor, code: str, identity_id: str) -> None:
    """Take a link of the open matter away, whosever it is."""
    with desk.database.transaction() as uow:
        matter = _own(desk, uow, actor, code)
        uow.identities.unlink(matter.tenant_id, matter.id, identity_id)


def who_is(uow: UnitOfWork, actor: Actor) -> IdentityRow:
    """Return who is signed in by her identity; raise SignInRequiredError for nobody."""
    person = uow.identities.by_id(actor.tenant, actor.identity_id or "")
    if person is None:
        raise SignInRequiredError
    return person


def _mine(uow: UnitOfWork, person: IdentityRow, code: str) -> MatterRow:
    rows = uow.identities.matters_of(person.tenant_id, person.id)
    found = next((row for row in rows if row.code == code), None)
    if found is None:
        raise NotFoundError("matter", code)
    return found


def _own(desk: Desk, uow: UnitOfWork, actor: Actor, code: str) -> MatterRow:
    matter = find_matter(uow, code)
    authorize(actor, Action.CONSENT, matter_target(desk, uow, matter))
    return matter
