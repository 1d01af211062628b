"""How far the transactions of a request reach: the second wall stands behind policies.

What is somebody's own is a citizen's open matter, the matters of an identity, those
that a helper was ever let into; which of it he may use now, the policies say.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from service.auth.actors import Actor
from service.auth.policies import Action, MatterTarget, authorize
from service.persistence.wall import Scope

# Who has matters of his own; all others work with the people of a province.
_OF_THEIR_OWN = frozenset({"citizen", "helper"})


def stand_for(
    scope: Scope, actor: Actor, now: Callable[[], datetime], *, wide: bool
) -> None:
    """Let the transactions of a request be for whoever acts in it.

    ``wide``: it comes by a door where it shows only afterwards whose a thing is.
    """
    if wide or actor.kind not in _OF_THEIR_OWN:
        scope.become("province", actor.tenant)
        return
    known = (actor.matter_id, actor.account_id, actor.identity_id)
    scope.become("own", actor.tenant, (each for each in known if each is not None))

    def refuse() -> None:
        another = MatterTarget(actor.tenant, "", (), now())
        authorize(actor, Action.READ_MATTER, another)

    scope.refuse = refuse
