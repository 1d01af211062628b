"""Who has the ball in a case, and its linked cases in other offices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from service.auth.actors import Actor
from service.persistence.rows import OfficeRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases.case_clock import ClockView, clock_view
from service.usecases.cases.casefile import CaseFile, open_case
from service.usecases.desk import Desk


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """A case linked to this one: in which office it lies, how its clock stands.

    ``own``: the reader's office takes part in it, so that it opens without a reason.
    """

    case_code: str
    as_: str
    title: str
    direction: str
    state_label: str
    is_over: bool
    office: str | None
    since: datetime
    clock: ClockView | None
    own: bool


def owner_name(
    file: CaseFile, offices: Mapping[str, OfficeRow], role: str | None
) -> str | None:
    """Return who has the ball, in words: the office by name, else its kind."""
    if role is None:
        return None
    office = offices.get(file.offices.get(role, ""))
    if office is not None:
        return office.name
    competence = file.procedure.competence.get(role)
    kind = competence.office if competence is not None else role
    known = file.edition.offices.get(kind) if isinstance(kind, str) else None
    if known is not None:
        return known.citizen
    return sentences.ROLES.get(role, role)


def links_of(
    uow: UnitOfWork,
    desk: Desk,
    actor: Actor,
    file: CaseFile,
    offices: Mapping[str, OfficeRow],
) -> tuple[LinkedCase, ...]:
    """Return the linked cases of other offices, and where each stands."""
    found = []
    for link in file.links:
        is_child = link.parent_id == file.row.id
        other_id = link.child_id if is_child else link.parent_id
        other = open_case(desk, uow, uow.cases.by_id(file.row.tenant_id, other_id))
        labels = other.chart.labels(other.instance)
        found.append(
            LinkedCase(
                other.row.code,
                link.name,
                other.procedure.title.clerk,
                "child" if is_child else "parent",
                labels[0].clerk if labels else "",
                other.row.ended_at is not None,
                owner_name(other, offices, other.row.owner_role),
                other.row.since,
                clock_view(desk, other),
                actor.office_id in other.offices.values(),
            )
        )
    return tuple(found)
