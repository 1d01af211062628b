"""What handlers ask for: the desk, who is acting, and a posted form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, NamedTuple

from fastapi import Depends, Query, Request
from starlette.datastructures import FormData

from service.auth.actors import Actor, anonymous
from service.auth.policies import Action, Installation, authorize
from service.auth.reach import stand_for
from service.auth.sessions import holder, keep_open
from service.errors import SignInRequiredError
from service.usecases.administration.office_days import up_to_date_in
from service.usecases.desk import Desk
from service.web import cookies, csrf
from service.web.bodies import has_files
from service.web.desks import desk_of, session_cookie
from service.web.doors import DOORS
from service.web.watching import route_of


class Arrival(NamedTuple):
    """The desk that a request works at, and who came with it."""

    desk: Desk
    actor: Actor


def get_arrival(request: Request) -> Arrival:
    """Ask the database what every page needs, in one go to a thread that may wait.

    The calendar of the desk knows every holiday that is stored now, and stays so to
    the end; who acts is the session's person, else an anonymous citizen. From then on
    the transactions of the request are for him.
    """
    desk = desk_of(request)
    token = cookies.read(request, desk.settings, session_cookie(desk))
    with desk.database.reading() as uow:
        desk = up_to_date_in(desk, uow)
        held = holder(desk, uow, token)
    if held is not None:
        keep_open(desk, held)
    actor = held.actor if held is not None else anonymous(desk.settings.province)
    request.state.actor = actor
    wide = route_of(request.scope) in DOORS
    stand_for(desk.database.scope, actor, desk.now, wide=wide)
    return Arrival(desk, actor)


ArrivalDep = Annotated[Arrival, Depends(get_arrival)]


async def get_desk(arrival: ArrivalDep) -> Desk:
    """Return the desk of the application, or of the practice room of the visitor."""
    return arrival.desk


DeskDep = Annotated[Desk, Depends(get_desk)]


async def get_actor(arrival: ArrivalDep) -> Actor:
    """Return who is acting."""
    return arrival.actor


ActorDep = Annotated[Actor, Depends(get_actor)]

# From which line of a list on the older ones are shown: a number a database holds.
Older = Annotated[int | None, Query(ge=0, lt=2**63)]

CLEAN = "sach"


async def get_clerk(actor: ActorDep) -> Actor:
    """Return the clerk or administrator who is signed in, or ask to sign in."""
    if actor.kind not in {"clerk", "administrator"}:
        raise SignInRequiredError("Trang này dành cho cán bộ đã đăng nhập.")
    return actor


async def get_staff(actor: ActorDep) -> Actor:
    """Return whoever is signed in with an account, or ask to sign in."""
    if actor.account_id is None:
        raise SignInRequiredError("Trang này dành cho người có tài khoản.")
    return actor


async def get_helper(actor: ActorDep) -> Actor:
    """Return the community-team member who is signed in, or ask to sign in."""
    if actor.kind != "helper":
        raise SignInRequiredError("Trang này dành cho thành viên tổ công nghệ số.")
    return actor


async def get_administrator(actor: ActorDep) -> Actor:
    """Return the administrator who is signed in, or ask to sign in."""
    if actor.account_id is None:
        raise SignInRequiredError("Trang này dành cho người quản trị.")
    authorize(actor, Action.ADMINISTER, Installation(actor.tenant))
    return actor


AdministratorDep = Annotated[Actor, Depends(get_administrator)]
ClerkDep = Annotated[Actor, Depends(get_clerk)]
HelperDep = Annotated[Actor, Depends(get_helper)]
StaffDep = Annotated[Actor, Depends(get_staff)]


def allowed(action: Action) -> Callable[[Actor], Awaitable[Actor]]:
    """Return a dependency: the clerk who may do this at home, before a form is read."""

    async def get_allowed(actor: ClerkDep) -> Actor:
        authorize(actor, action, Installation(actor.tenant))
        return actor

    return get_allowed


OfficerDep = Annotated[Actor, Depends(allowed(Action.WORKLIST))]
LeadDep = Annotated[Actor, Depends(allowed(Action.ASSIGN))]
CounterDep = Annotated[Actor, Depends(allowed(Action.NEW_NUMBER))]


async def get_clean(ban: str = "") -> bool:
    """Return whether the address asks for the copy of a paper without its QR."""
    return ban == CLEAN


CleanDep = Annotated[bool, Depends(get_clean)]


def client_of(request: Request) -> str:
    """Return the address of whoever asks, as far as the door knows."""
    return request.client.host if request.client else ""


# Fields that no page may show again: a password, the number of a matter.
_SECRETS = frozenset({"mat-khau", "mat-khau-moi", "go-lai", "ma-cu", "khoa-moi", "so"})


class Posted:
    """A posted form: its fields as text, kept so that nothing typed is lost."""

    def __init__(self, form: FormData) -> None:
        self._form = form

    def text(self, name: str, default: str = "") -> str:
        """Return the last value of a field, without blanks around it."""
        value = self._form.get(name, default)
        return value.strip() if isinstance(value, str) else default

    def exact(self, name: str) -> str:
        """Return the last value of a field as it was typed: a password."""
        value = self._form.get(name, "")
        return value if isinstance(value, str) else ""

    def all(self, name: str) -> list[str]:
        """Return every value of a field, such as ticked boxes."""
        return [v for v in self._form.getlist(name) if isinstance(v, str)]

    def again(self) -> tuple[tuple[str, str], ...]:
        """Return what the same form sends once more; nothing if a secret is in it."""
        if _SECRETS & self._form.keys():
            return ()
        pairs = ((name, self.all(name)) for name in self._form if name != csrf.FIELD)
        return tuple((name, value) for name, values in pairs for value in values)

    def fields(self) -> Mapping[str, str]:
        """Return every text field but the form token."""
        return {name: self.text(name) for name in self._form if name != csrf.FIELD}


async def get_posted(request: Request) -> Posted:
    """Read the form and refuse one that did not come from a page of ours.

    None of those that come here has files.
    """
    if has_files(request.headers):
        raise csrf.ForeignFormError("the form is one with files")
    posted = Posted(await request.form(max_files=0, max_fields=400))
    csrf.check(request, posted.text(csrf.FIELD))
    request.state.posted = posted
    return posted


PostedDep = Annotated[Posted, Depends(get_posted)]
