"""What stands around one case, read by one statement when the case is opened."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, String, bindparam, literal_column, select, union_all
from sqlalchemy import case as when

from service.persistence.rows import CaseRow
from service.persistence.tables.cases import case_office, case_paper
from service.persistence.tables.matters import condition_met

_TENANT = bindparam("tenant", type_=String)
_CASE = bindparam("id", type_=String)
_NOTHING = literal_column("''", String)
_PAPERS = (
    select(literal_column("'paper'", String), case_paper.c.paper_id, _NOTHING)
    .where(case_paper.c.tenant_id == _TENANT, case_paper.c.present)
    .where(case_paper.c.case_id.in_((_CASE, bindparam("parent", type_=String))))
)
_OFFICES = select(
    literal_column("'office'", String), case_office.c.role, case_office.c.office_id
).where(case_office.c.tenant_id == _TENANT, case_office.c.case_id == _CASE)
_CONDITIONS = select(
    when(
        (condition_met.c.holds, literal_column("'holds'", String)),
        else_=literal_column("'ended'", String),
    ),
    condition_met.c.condition,
    _NOTHING,
).where(
    condition_met.c.tenant_id == _TENANT,
    condition_met.c.matter_id == bindparam("matter_id"),
)
_AROUND = union_all(_PAPERS, _OFFICES, _CONDITIONS)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a case.

    ``papers`` are ticked as present in the case or in the one that opened it, on whose
    dossier it works. ``offices`` are by the role of the chart; ``conditions`` are those
    that cases of the matter established or ended.
    """

    papers: frozenset[str]
    offices: dict[str, str]
    conditions: dict[str, bool]


def around(connection: Connection, row: CaseRow, parent_id: str | None) -> Around:
    """Read what stands around a case that perhaps another one opened."""
    keys = {
        "tenant": row.tenant_id,
        "id": row.id,
        "parent": parent_id or row.id,
        "matter_id": row.matter_id,
    }
    found = connection.execute(_AROUND, keys).all()
    return Around(
        frozenset(name for kind, name, _ in found if kind == "paper"),
        {name: office for kind, name, office in found if kind == "office"},
        {
            name: kind == "holds"
            for kind, name, _ in found
            if kind in {"holds", "ended"}
        },
    )
