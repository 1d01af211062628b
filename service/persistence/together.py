"""What belongs to several cases: a list reads each table once, not once a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields

from sqlalchemy import Connection, select, union

from service.persistence.rows import FactRow, LinkRow, MatterRow
from service.persistence.tables.cases import case_link, case_office, case_paper
from service.persistence.tables.matters import condition_met, fact, matter

_FACT_COLUMNS = [fact.c[item.name] for item in fields(FactRow)]
_LINK_COLUMNS = [case_link.c[item.name] for item in fields(LinkRow)]


@dataclass(frozen=True, slots=True)
class Together:
    """Queries over the cases or the matters of a list, inside one transaction.

    Every answer is by id and has an entry, perhaps an empty one, for what is asked.
    """

    connection: Connection

    def matters(self, tenant: str, ids: Collection[str]) -> dict[str, MatterRow]:
        """Return matters."""
        found = self.connection.execute(
            select(matter).where(matter.c.tenant_id == tenant, matter.c.id.in_(ids))
        )
        return {row["id"]: MatterRow(**row) for row in found.mappings()}

    def facts(self, tenant: str, ids: Collection[str]) -> Mapping[str, list[FactRow]]:
        """Return the ledgers of matters, each oldest first."""
        ledgers: defaultdict[str, list[FactRow]] = defaultdict(list)
        found = self.connection.execute(
            select(*_FACT_COLUMNS)
            .where(fact.c.tenant_id == tenant, fact.c.matter_id.in_(ids))
            .order_by(fact.c.matter_id, fact.c.seq)
        )
        for row in found:
            ledgers[row.matter_id].append(FactRow(*row))
        return ledgers

    def conditions(
        self, tenant: str, ids: Collection[str]
    ) -> Mapping[str, dict[str, bool]]:
        """Return the conditions that cases of matters established or ended."""
        conditions: defaultdict[str, dict[str, bool]] = defaultdict(dict)
        table = condition_met.c
        found = self.connection.execute(
            select(table.matter_id, table.condition, table.holds).where(
                table.tenant_id == tenant, table.matter_id.in_(ids)
            )
        )
        for row in found:
            conditions[row.matter_id][row.condition] = row.holds
        return conditions

    def links(self, tenant: str, ids: Collection[str]) -> Mapping[str, list[LinkRow]]:
        """Return the links of cases to their parents and children, in their order."""
        links: defaultdict[str, list[LinkRow]] = defaultdict(list)
        table = case_link.c
        of_tenant = select(*_LINK_COLUMNS).where(table.tenant_id == tenant)
        # Two searches by an index; UNION keeps a link between two of the cases once.
        found = self.connection.execute(
            union(
                of_tenant.where(table.parent_id.in_(ids)),
                of_tenant.where(table.child_id.in_(ids)),
            ).order_by("opened_at")
        )
        for row in found:
            link = LinkRow(*row)
            for end in {link.parent_id, link.child_id} & {*ids}:
                links[end].append(link)
        return links

    def papers(self, tenant: str, ids: Collection[str]) -> Mapping[str, frozenset[str]]:
        """Return the papers that are present in cases."""
        table = case_paper.c
        found = self.connection.execute(
            select(table.case_id, table.paper_id).where(
                table.tenant_id == tenant, table.case_id.in_(ids), table.present
            )
        )
        papers: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
        for row in found:
            papers[row.case_id] |= {row.paper_id}
        return papers

    def offices(
        self, tenant: str, ids: Collection[str]
    ) -> Mapping[str, dict[str, str]]:
        """Return the office of each role of the chart in cases."""
        offices: defaultdict[str, dict[str, str]] = defaultdict(dict)
        table = case_office.c
        found = self.connection.execute(
            select(table.case_id, table.role, table.office_id).where(
                table.tenant_id == tenant, table.case_id.in_(ids)
            )
        )
        for row in found:
            offices[row.case_id][row.role] = row.office_id
        return offices
