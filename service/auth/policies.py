"""Who may do what: the one place that decides, and it refuses by default.

A citizen's session opens one matter. A helper acts only inside a consent that the
citizen gave, for what it names, until it ends; what only the resident decides (to
confirm, pay, claim, choose) he is told to ask about. A clerk acts only on cases in
which his office plays a role; others he may read when he says why. An administrator
sees offices, accounts and faults, not matters. What takes two people is confirmed by a
superior of the office who did not propose it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.auth.actors import ORDINARY, Actor, ActorKind
from service.errors import (
    AskResidentError,
    HelpEndedError,
    NotAllowedError,
    OtherDutyError,
    SignInRequiredError,
)
from service.persistence.rows import ConsentRow


class Action(StrEnum):
    """What somebody wants to do."""

    READ_MATTER = "read"
    ANSWER = "answer"
    PRINT = "print"
    SUBMIT = "submit"
    CONSENT = "consent"
    READ_CASE = "read_case"
    MOVE_CASE = "move_case"
    PAY = "pay"
    FINISH = "finish"  # withdraw a case, say that its result came, rate it
    CONFIRM = "confirm"  # what a colleague proposed
    TAKE_BACK = "take_back"  # what one has proposed oneself
    WORKLIST = "worklist"
    TAKE_UP = "take_up"  # a case on the desk: to work on it, to let it go
    ASSIGN = "assign"  # the cases of the office to its clerks
    FAULTS = "faults"
    ADMINISTER = "administer"
    READ_LAW = "read_law"
    HELP = "help"
    CHOOSE = "choose"
    LEAD = "lead"
    NEW_NUMBER = "new_number"
    KEEP_PERSON = "keep_person"
    RIGHTS = "rights"
    TAKE_ELSEWHERE = "take_elsewhere"  # at a counter, a dossier for land elsewhere
    OTHER_SYSTEMS = "other_systems"  # lists and codes of another one-stop system
    FIGURES = "figures"  # how the offices keep their word
    NOTE = "note"  # what an office writes down for itself
    TYPE_PAPER = "type_paper"  # of another office, on a case or at a counter
    ASK_NOTARIES = "ask_notaries"  # at a notary's desk, whether something blocks land
    VISIT_CASE = "visit_case"  # read a dossier of other offices, with a reason
    OWN_ACCOUNT = "own_account"  # one's password, second factor and open sign-ins


@dataclass(frozen=True, slots=True)
class MatterTarget:
    """A matter as far as the decision needs it."""

    tenant: str
    matter_id: str
    consents: Collection[ConsentRow]
    now: datetime


@dataclass(frozen=True, slots=True)
class CaseTarget:
    """A case as far as the decision needs it; the offices play a role in it.

    ``duties``: a move takes any of these, when they are named.
    """

    matter: MatterTarget
    offices: Collection[str]
    duties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ProposalTarget:
    """What somebody of an office proposed, as far as the decision needs it."""

    tenant: str
    office_id: str
    proposed_by: str


@dataclass(frozen=True, slots=True)
class Installation:
    """The installation itself."""

    tenant: str


@dataclass(frozen=True, slots=True)
class TeamTarget:
    """A community team; ``leads`` says whether the actor is its lead."""

    tenant: str
    leads: bool


@dataclass(frozen=True, slots=True)
class FaultTarget:
    """Something that needs a person, and the offices whose matter it is."""

    tenant: str
    offices: Collection[str]


Target = (
    MatterTarget | CaseTarget | ProposalTarget | Installation | TeamTarget | FaultTarget
)

# What the resident does himself, whoever helps him.
_OF_RESIDENT = {
    Action.CONSENT,
    Action.CHOOSE,
    Action.PAY,
    Action.FINISH,
    Action.RIGHTS,
    Action.KEEP_PERSON,
}
# What the citizen of a matter does with it and its cases.
_OF_CITIZEN = {
    Action.READ_MATTER,
    Action.ANSWER,
    Action.PRINT,
    Action.SUBMIT,
    Action.CONSENT,
    Action.CHOOSE,
    Action.KEEP_PERSON,
    Action.READ_CASE,
    Action.MOVE_CASE,
    Action.FINISH,
    Action.RIGHTS,
}
# What a clerk does with a case in which his office plays a role.
_OF_CLERK = {
    Action.READ_CASE,
    Action.MOVE_CASE,
    Action.PAY,
    Action.NOTE,
    Action.TAKE_UP,
    Action.PRINT,
    Action.ASK_NOTARIES,
}
# The offices at whose counter people show who they are.
_COUNTERS = frozenset({"any_one_stop_in_province", "commune_one_stop", "one_stop"})
_NOTARIES = frozenset({"notary_office"})
# What a helper's consent must name for what happens on a case.
_SCOPE_ON_CASE = {
    Action.READ_CASE: Action.READ_MATTER,
    Action.MOVE_CASE: Action.SUBMIT,
    Action.READ_MATTER: Action.READ_MATTER,
    Action.ANSWER: Action.ANSWER,
    Action.PRINT: Action.PRINT,
    Action.SUBMIT: Action.SUBMIT,
}


@dataclass(frozen=True, slots=True)
class _Need:
    """What it takes besides being of a kind: a duty, an office with a counter, a name.

    ``account``: he signed in by an account of his own.
    """

    duty: str = ""
    counter: bool = False
    account: bool = False


_NOTHING_MORE = _Need()
_BY_NAME = _Need(account=True)
_AT_THE_COUNTER = _Need("receive", counter=True)
# What somebody may do at home, in the installation itself; anything else nobody may.
_AT_HOME: Mapping[Action, Mapping[ActorKind, _Need]] = {
    Action.WORKLIST: {"clerk": _NOTHING_MORE},
    Action.ASSIGN: {"clerk": _Need("lead")},
    Action.FIGURES: {"clerk": _Need("lead"), "administrator": _NOTHING_MORE},
    Action.FAULTS: {"clerk": _NOTHING_MORE, "administrator": _NOTHING_MORE},
    Action.NEW_NUMBER: {"clerk": _Need(counter=True)},
    Action.OTHER_SYSTEMS: {"clerk": _AT_THE_COUNTER},
    Action.TAKE_ELSEWHERE: {"clerk": _AT_THE_COUNTER},
    Action.ADMINISTER: {"administrator": _NOTHING_MORE},
    Action.READ_LAW: {"administrator": _NOTHING_MORE},
    Action.HELP: {"helper": _NOTHING_MORE},
    Action.OWN_ACCOUNT: dict.fromkeys(("clerk", "helper", "administrator"), _BY_NAME),
}


def authorize(actor: Actor, action: Action, target: Target, *, about: str = "") -> None:
    """Return when the actor may; raise NotAllowedError or SignInRequiredError else.

    ``about`` names the fact about which a helper must ask the resident.
    """
    if actor.tenant != _tenant(target):
        raise NotAllowedError(action, "another province")
    if actor.kind == "system" or _may(actor, action, target):
        return
    if actor.kind == "citizen" and actor.matter_id is None:
        raise SignInRequiredError
    matter = _matter_of(target)
    if actor.kind == "helper" and matter is not None:
        raise _refusal_of_helper(actor, action, matter, about)
    if isinstance(target, CaseTarget) and target.duties:
        raise OtherDutyError(action, target.duties)
    raise NotAllowedError(action, f"not for this {actor.kind}")


def may(actor: Actor, action: Action, target: Target) -> bool:
    """Return whether ``authorize`` lets the actor do it, for what a page offers."""
    try:
        authorize(actor, action, target)
    except (NotAllowedError, SignInRequiredError):
        return False
    return True


def _refusal_of_helper(
    actor: Actor, action: Action, matter: MatterTarget, about: str
) -> NotAllowedError:
    """Return why a helper may not: no consent runs, it does not say so, or to ask."""
    if consent_for(actor, None, matter) is None:
        return HelpEndedError(action, "no consent of the resident runs")
    if action in _OF_RESIDENT:
        return AskResidentError(action, about)
    return NotAllowedError(action, "the consent does not name it")


def _may(actor: Actor, action: Action, target: Target) -> bool:
    match target:
        case Installation():
            return _may_at_home(actor, action)
        case TeamTarget(leads=leads):
            return actor.kind == "helper" and action == Action.LEAD and leads
        case FaultTarget():
            return _may_on_fault(actor, action, target)
        case ProposalTarget():
            return _may_on_proposal(actor, action, target)
        case MatterTarget():
            return _may_on_matter(actor, action, target)
        case CaseTarget():
            return _may_on_case(actor, action, target)


def _may_on_case(actor: Actor, action: Action, target: CaseTarget) -> bool:
    if action == Action.VISIT_CASE:
        return actor.kind == "clerk" and actor.office_id is not None
    if action == Action.TYPE_PAPER and actor.kind == "clerk":
        here = actor.office_id in target.offices
        return here or _may_at_home(actor, Action.TAKE_ELSEWHERE)
    if action == Action.ASK_NOTARIES and not actor.office_kinds & _NOTARIES:
        return False
    if actor.kind == "clerk":
        takes = target.duties if action == Action.MOVE_CASE else frozenset()
        his = not takes or bool(takes & (actor.duties or ORDINARY))
        return his and action in _OF_CLERK and actor.office_id in target.offices
    return _may_on_matter(actor, action, target.matter)


def _may_on_fault(actor: Actor, action: Action, target: FaultTarget) -> bool:
    mine = actor.kind == "administrator" or actor.office_id in target.offices
    return action == Action.FAULTS and mine and _may_at_home(actor, action)


def _may_on_proposal(actor: Actor, action: Action, target: ProposalTarget) -> bool:
    """Return whether it is the actor's own, or a superior looks with other eyes."""
    if actor.kind != "clerk" or actor.account_id is None:
        return False
    own = actor.account_id == target.proposed_by
    if action == Action.TAKE_BACK:
        return own
    leads = "lead" in actor.duties and actor.office_id == target.office_id
    return action == Action.CONFIRM and leads and not own


def _may_at_home(actor: Actor, action: Action) -> bool:
    need = _AT_HOME.get(action, {}).get(actor.kind)
    if need is None:
        return False
    dutiful = not need.duty or need.duty in (actor.duties or ORDINARY)
    there = not need.counter or bool(actor.office_kinds & _COUNTERS)
    return dutiful and there and (actor.account_id is not None or not need.account)


def _may_on_matter(actor: Actor, action: Action, target: MatterTarget) -> bool:
    if actor.kind == "citizen":
        return action in _OF_CITIZEN and actor.matter_id == target.matter_id
    if actor.kind == "helper":
        scope = _SCOPE_ON_CASE.get(action)
        return scope is not None and consent_for(actor, scope, target) is not None
    return False


def consent_for(
    actor: Actor, scope: Action | None, target: MatterTarget
) -> ConsentRow | None:
    """Return the running consent that lets the helper do this; None when none does."""
    return next(
        (
            row
            for row in target.consents
            if row.account_id == actor.account_id
            and (scope is None or scope in row.scope)
            and is_running(row, target.now)
        ),
        None,
    )


def is_running(row: ConsentRow, now: datetime) -> bool:
    """Return whether a consent holds at the instant."""
    return row.ended_at is None and row.given_at <= now < row.ends_at


def _matter_of(target: Target) -> MatterTarget | None:
    match target:
        case CaseTarget(matter=matter):
            return matter
        case MatterTarget():
            return target
        case Installation() | TeamTarget() | FaultTarget() | ProposalTarget():
            return None


def _tenant(target: Target) -> str:
    return target.matter.tenant if isinstance(target, CaseTarget) else target.tenant
