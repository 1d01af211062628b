"""Who takes part in a matter, with which share, and how they are related."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class PartyRole(StrEnum):
    """What a person is in the matter."""

    TRANSFEROR = "transferor"
    RECEIVER = "receiver"
    DECEASED = "deceased"
    HEIR = "heir"
    APPLICANT = "applicant"
    SUBMITTER = "submitter"
    MORTGAGEE = "mortgagee"
    SPOUSE = "spouse"
    CO_OWNER = "co_owner"
    NEIGHBOUR = "neighbour"


class Kinship(StrEnum):
    """How two people are related; which kinds exempt stands in the law's data."""

    SPOUSE = "spouse"
    BIRTH_PARENT_CHILD = "birth_parent_child"
    ADOPTIVE_PARENT_CHILD = "adoptive_parent_child"
    PARENTS_IN_LAW_DAUGHTER_IN_LAW = "parents_in_law_daughter_in_law"
    PARENTS_IN_LAW_SON_IN_LAW = "parents_in_law_son_in_law"
    PATERNAL_GRANDPARENT_GRANDCHILD = "paternal_grandparent_grandchild"
    MATERNAL_GRANDPARENT_GRANDCHILD = "maternal_grandparent_grandchild"
    SIBLING = "sibling"
    STEP_PARENT_CHILD = "step_parent_child"
    UNCLE_AUNT_NEPHEW = "uncle_aunt_nephew"
    COUSIN = "cousin"
    NONE = "none"


GIVING = (PartyRole.TRANSFEROR, PartyRole.DECEASED)
TAKING = (PartyRole.RECEIVER, PartyRole.HEIR)


@dataclass(frozen=True, slots=True)
class Party:
    """A person in a role; ``share`` is his part of what the role holds in common.

    ``facts`` are what is known of him by bare name (``full_name``, ``birth_date``);
    elsewhere the same fact is called ``party[<id>].full_name``.
    """

    id: str
    role: PartyRole
    share: Fraction
    facts: Mapping[str, object] = field(default_factory=dict)


def names_of(parties: Iterable[Party]) -> dict[str, str]:
    """Return the full names by the ids of the people, as far as they are told."""
    return {
        party.id: str(party.facts["full_name"])
        for party in parties
        if party.facts.get("full_name")
    }


@dataclass(frozen=True, slots=True)
class Relationship:
    """The kinship of two people; None says that it was asked and is not known."""

    between: tuple[str, str]
    kind: Kinship | None


@dataclass(frozen=True, slots=True)
class Pair:
    """One who gives and one who takes, and the part of the whole between them."""

    giver: Party
    taker: Party
    kind: Kinship | None

    @property
    def share(self) -> Fraction:
        """Return the part of the whole property that passes between the two."""
        return self.giver.share * self.taker.share


def in_roles(parties: Iterable[Party], roles: Sequence[PartyRole]) -> tuple[Party, ...]:
    """Return the parties of these roles, in the order of their ids."""
    return tuple(
        sorted((p for p in parties if p.role in roles), key=lambda party: party.id)
    )


def pairs_of(
    parties: Iterable[Party], relationships: Sequence[Relationship] | None
) -> tuple[Pair, ...]:
    """Return every giver with every taker, each pair with its kinship if known.

    ``relationships`` None says that nobody has told of any kinship yet; an empty list
    says that the people are not related.
    """
    everybody = tuple(parties)
    return tuple(
        Pair(giver, taker, kinship_between(giver.id, taker.id, relationships))
        for giver in in_roles(everybody, GIVING)
        for taker in in_roles(everybody, TAKING)
    )


def kinship_between(
    one: str, other: str, relationships: Sequence[Relationship] | None
) -> Kinship | None:
    """Return the kinship of two people, or None when it is not known."""
    if relationships is None:
        return None
    if not relationships:
        return Kinship.NONE
    wanted = {one, other}
    for relationship in relationships:
        if set(relationship.between) == wanted:
            return relationship.kind
    return None
