"""Who is acting, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

ActorKind: TypeAlias = Literal[
    "citizen", "helper", "clerk", "administrator", "system", "office"
]


# What a clerk's office has him do: receive at the counter, handle dossiers, sign their
# results, lead (confirm for a second pair of eyes, share the work out).
DUTIES = ("receive", "handle", "sign", "lead")
# An account without duties of its own does everything but lead.
ORDINARY = frozenset(DUTIES) - {"lead"}


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a system that does something; two names when it acts for somebody.

    ``office_kinds`` are the kinds of office of the packages that the clerk's office
    is, and ``duties`` what he does there; a citizen's session opens one matter,
    ``matter_id``. ``identity_id``: she signed in by her identity elsewhere.
    """

    kind: ActorKind
    name: str
    tenant: str
    account_id: str | None = None
    office_id: str | None = None
    office_name: str | None = None
    office_kinds: frozenset[str] = frozenset()
    matter_id: str | None = None
    on_behalf_of: str | None = None
    duties: frozenset[str] = frozenset()
    identity_id: str | None = None

    @property
    def key(self) -> str:
        """Return what tells this actor from every other, for idempotency keys."""
        return self.account_id or self.matter_id or self.kind


def anonymous(tenant: str) -> Actor:
    """Return a citizen who has not opened any matter."""
    return Actor("citizen", "citizen", tenant)


def system(tenant: str) -> Actor:
    """Return the program itself: timers, effects, clean-up."""
    return Actor("system", "system", tenant)
