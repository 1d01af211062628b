"""All that one transaction works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection

from service.persistence.administration import Administration
from service.persistence.afterwards import Afterwards
from service.persistence.approvals import Approvals
from service.persistence.case_desk import CaseDesk
from service.persistence.cases import Cases
from service.persistence.chains import Chains
from service.persistence.contacts import Contacts
from service.persistence.custody import Custody
from service.persistence.documents import Documents
from service.persistence.exchanges import Exchanges
from service.persistence.faults import Faults
from service.persistence.figures import FigureStore
from service.persistence.hand_overs import HandOvers
from service.persistence.helping import Helping
from service.persistence.holds import Holds
from service.persistence.identities import Identities
from service.persistence.land_questions import LandQuestions
from service.persistence.matters import Matters
from service.persistence.oddities import Oddities
from service.persistence.office_days import OfficeDays
from service.persistence.office_export import OfficeExport
from service.persistence.office_words import OfficeWords
from service.persistence.operation import Operation
from service.persistence.outside import Outside
from service.persistence.paper_checks import PaperChecks
from service.persistence.payables import Payables
from service.persistence.people import People
from service.persistence.practice import Practice
from service.persistence.profiles import Profiles
from service.persistence.queues import Queues
from service.persistence.records import Records
from service.persistence.rights import RightsRequests
from service.persistence.search import Search
from service.persistence.staff import Staff
from service.persistence.texts import Texts
from service.persistence.together import Together
from service.persistence.wall import let_in, refuse_others
from service.persistence.worklist import Worklist


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """The queries by purpose, over one connection; ``Database`` commits it whole."""

    matters: Matters
    cases: Cases
    queues: Queues
    people: People
    records: Records
    paper_checks: PaperChecks
    contacts: Contacts
    rights: RightsRequests
    practice: Practice
    helping: Helping
    afterwards: Afterwards
    profiles: Profiles
    figures: FigureStore
    administration: Administration
    outside: Outside
    office_days: OfficeDays
    case_desk: CaseDesk
    faults: Faults
    worklist: Worklist
    search: Search
    together: Together
    approvals: Approvals
    hand_overs: HandOvers
    exchanges: Exchanges
    words: OfficeWords
    identities: Identities
    texts: Texts
    payables: Payables
    operation: Operation
    staff: Staff
    land_questions: LandQuestions
    custody: Custody
    documents: Documents
    holds: Holds
    oddities: Oddities
    office_export: OfficeExport
    chains: Chains

    def let_in(self, *ids: str) -> None:
        """Let what is known by the ids through the second wall, in this request."""
        let_in(self.cases.connection, *ids)

    def refuse_others(self, name: str) -> None:
        """Refuse what goes by this code or id when it is there, behind the second wall.

        For what a query did not find: else it looks as if it were nowhere.
        """
        refuse_others(self.cases.connection, name)

    @classmethod
    def over(cls, connection: Connection) -> Self:
        """Return a unit of work whose queries share the connection."""
        return cls(
            Matters(connection),
            Cases(connection),
            Queues(connection),
            People(connection),
            Records(connection),
            PaperChecks(connection),
            Contacts(connection),
            RightsRequests(connection),
            Practice(connection),
            Helping(connection),
            Afterwards(connection),
            Profiles(connection),
            FigureStore(connection),
            Administration(connection),
            Outside(connection),
            OfficeDays(connection),
            CaseDesk(connection),
            Faults(connection),
            Worklist(connection),
            Search(connection),
            Together(connection),
            Approvals(connection),
            HandOvers(connection),
            Exchanges(connection),
            OfficeWords(connection),
            Identities(connection),
            Texts(connection),
            Payables(connection),
            Operation(connection),
            Staff(connection),
            LandQuestions(connection),
            Custody(connection),
            Documents(connection),
            Holds(connection),
            Oddities(connection),
            OfficeExport(connection),
            Chains(connection),
        )
