"""What an account saw, changed and took out in a time: for after a leak.

It is read from the log of looks by account and time, never through all of it; that it
was read is itself written down. Of the facts only their keys are read: which kinds of
data lay open, not the data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice

from service.auth.actors import Actor
from service.errors import BadRequestError
from service.persistence.custody import TakenRow
from service.persistence.rows import AccountRow
from service.persistence.tables.custody import SHOWN
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.administration.administering import noted, only_administrator
from service.usecases.cases.case_statements import words_of_fact
from service.usecases.cases.case_timeline import line_of
from service.usecases.custody import rights_sentences
from service.usecases.custody import who_saw_sentences as say
from service.usecases.custody.lists_seen import AGAIN
from service.usecases.desk import VIETNAM, Desk
from service.usecases.worklist.spreadsheets import csv_of
from workflows.errors import Problem

TO_REPORT = timedelta(hours=72)
SOMEBODY = "…"
_BATCH = 500
_LAND = ("land", "house", "certificate", "parcel", "mortgage", "property")
_MONEY = ("tax", "fee", "contract", "debt", "purpose")


@dataclass(slots=True)
class SeenMatter:
    """A matter that the account had before it: how often, what of it, what changed.

    ``kinds`` are the kinds of data that stood in the matter until then; ``changes`` say
    when which case was moved, or which answer was written under the account's name.
    """

    code: str = ""
    cases: list[str] = field(default_factory=list)
    first: datetime | None = None
    last: datetime | None = None
    looks: Counter[str] = field(default_factory=Counter)
    reasons: list[str] = field(default_factory=list)
    persons: set[str] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)
    changes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ListedCase:
    """A case whose name stood on pages of lists: on how many, when first and last."""

    code: str
    first: datetime
    last: datetime
    pages: int = 0


@dataclass(frozen=True, slots=True)
class WhoSaw:
    """Everything that one account saw, changed and took out in a time."""

    account: str
    name: str
    kind: str
    since: datetime
    until: datetime
    asked_at: datetime
    matters: tuple[SeenMatter, ...]
    taken: tuple[TakenRow, ...]
    listed: tuple[ListedCase, ...]

    @property
    def persons(self) -> int:
        """Return how many persons there are in the matters, each matter by itself."""
        return sum(len(each.persons) for each in self.matters)

    @property
    def cases(self) -> int:
        """Return how many cases were seen."""
        return sum(len(each.cases) for each in self.matters)

    @property
    def kinds(self) -> Mapping[str, int]:
        """Return in how many matters each kind of data stood, most first."""
        told = Counter(kind for each in self.matters for kind in each.kinds)
        return dict(told.most_common())

    def to_json(self) -> dict[str, object]:
        """Return it for machines; nothing of a person but codes of matters."""
        return {
            "account": self.account,
            "name": self.name,
            "kind": self.kind,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "asked_at": self.asked_at.isoformat(),
            "persons": self.persons,
            "cases": self.cases,
            "kinds": dict(self.kinds),
            "matters": [_plain(each) for each in self.matters],
            "files": [
                asdict(each) | {"at": each.at.isoformat(), "cases": list(each.cases)}
                for each in self.taken
            ],
            "listed": [
                {
                    "code": each.code,
                    "first": each.first.isoformat(),
                    "last": each.last.isoformat(),
                    "pages": each.pages,
                }
                for each in self.listed
            ],
        }


def who_saw(
    desk: Desk, actor: Actor, account: str, since: datetime, until: datetime, why: str
) -> WhoSaw:
    """Return what an account saw, changed and took out; that it was asked is noted.

    For the administrator. Raises BadRequestError for an account nobody has, a time that
    ends before it begins, or no reason.
    """
    only_administrator(actor)
    with desk.database.transaction() as uow:
        found = uow.people.account_by_name(account.strip().lower())
        problems = []
        if found is None or found.tenant_id != actor.tenant:
            problems.append(Problem("account", account, say.UNKNOWN_ACCOUNT))
        if until <= since:
            problems.append(Problem("until", until, say.TURNED))
        if not why.strip():
            problems.append(Problem("why", why, say.WHY))
        if problems or found is None:
            raise BadRequestError(problems)
        noted(
            desk, uow, actor, "account.looked_into", found.display_name,
            after={
                "since": _minute(since), "until": _minute(until),
                "reason": why.strip(),
            },
        )  # fmt: skip
    with desk.database.reading() as uow:
        return _told(desk, uow, found, since, until)


def _told(
    desk: Desk, uow: UnitOfWork, account: AccountRow, since: datetime, until: datetime
) -> WhoSaw:
    matters: dict[str, SeenMatter] = {}
    cases: dict[str, str] = {}
    for row in uow.custody.seen(account.tenant_id, account.id, since, until):
        each = matters.setdefault(row.matter_id, SeenMatter())
        each.first, each.last = each.first or row.at, row.at
        each.looks[rights_sentences.LOOKS.get(row.what, row.what)] += 1
        if row.reason and row.reason not in each.reasons:
            each.reasons.append(row.reason)
        if row.case_id is not None:
            cases[row.case_id] = row.matter_id
    for ids in _pieces(matters):
        codes = uow.custody.codes_of_matters(account.tenant_id, ids)
        for id_ in ids:
            # A draft that was erased since has no code any more.
            matters[id_].code = codes.get(id_, id_)
        _add_kinds(desk, uow, account, matters, ids, since, until)
    for ids in _pieces(cases):
        _add_cases(uow, account, matters, ids, since, until)
    # A page that was shown again soon after was not written down again.
    taken = uow.custody.taken(account.tenant_id, account.id, since - AGAIN, until)
    files = tuple(row for row in taken if row.what != SHOWN and row.at >= since)
    return WhoSaw(
        account.name,
        account.display_name,
        account.kind,
        since,
        until,
        desk.now(),
        tuple(matters.values()),
        files,
        _listed(uow, account.tenant_id, [row for row in taken if row.what == SHOWN]),
    )


def _listed(
    uow: UnitOfWork, tenant: str, pages: Sequence[TakenRow]
) -> tuple[ListedCase, ...]:
    """Return each case that stood on the pages, the first one shown first."""
    found: dict[str, ListedCase] = {}
    for page in pages:
        for id_ in page.cases:
            each = found.setdefault(id_, ListedCase(id_, page.at, page.at))
            each.last = page.at
            each.pages += 1
    for ids in _pieces(found):
        for id_, (code, _) in uow.custody.cases_by_id(tenant, ids).items():
            found[id_].code = code
    return tuple(found.values())


def _pieces(ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield ids some at a time, as many as one statement takes."""
    left = iter(ids)
    while piece := tuple(islice(left, _BATCH)):
        yield piece


def _add_kinds(
    desk: Desk,
    uow: UnitOfWork,
    account: AccountRow,
    matters: Mapping[str, SeenMatter],
    ids: Sequence[str],
    since: datetime,
    until: datetime,
) -> None:
    """Add which kinds of data stood there, and which answers the account wrote."""
    edition = desk.law.edition(account.tenant_id, desk.today())
    told = uow.custody.told_in(account.tenant_id, ids, until)
    for matter_id, key, said_by, at in told:
        each = matters[matter_id]
        if key.startswith("party["):
            each.persons.add(key[len("party[") : key.index("]")])
        each.kinds[kind_of(key)] += 1
        if said_by == account.display_name and at >= since:
            # Of whom it is told does not stand here: who reads this need not know.
            names = (SOMEBODY,) if "[" in key else ()
            words = words_of_fact(edition, key, names)
            each.changes.append(f"{_minute(at)} {words}")


def _add_cases(
    uow: UnitOfWork,
    account: AccountRow,
    matters: Mapping[str, SeenMatter],
    ids: Sequence[str],
    since: datetime,
    until: datetime,
) -> None:
    known = uow.custody.cases_by_id(account.tenant_id, ids)
    for code, matter_id in known.values():
        matters[matter_id].cases.append(code)
    for move in uow.custody.moves_in(account.tenant_id, ids, since, until):
        if move.body.get("actor_id") == account.id:
            code, matter_id = known[move.case_id]
            event = f"{_minute(move.at)} {code} {line_of(move).label.clerk}"
            matters[matter_id].changes.append(event)


def kind_of(key: str) -> str:
    """Return which kind of data a fact is, in words."""
    root, last = key.partition("[")[0].partition(".")[0], key.rpartition(".")[2]
    if last in say.KINDS:
        return say.KINDS[last]
    if root in _LAND:
        return say.LAND
    if root in _MONEY:
        return say.MONEY
    return say.RELATIONS if root in {"relationships", "parties"} else say.OTHER


# --- as files -------------------------------------------------------------------------


def as_csv(told: WhoSaw) -> bytes:
    """Return a line for each matter, each file, and each case that stood on a list."""
    rows = [say.HEAD, *(_cells(each) for each in told.matters)]
    rows += [
        ("", "", _minute(each.at), "", "", say.taken(each.what, each.rows), each.about)
        for each in told.taken
    ]
    rows += [
        (
            *("", each.code, _minute(each.first), _minute(each.last)),
            *(str(each.pages), say.LISTED, ""),
        )
        for each in told.listed
    ]
    return csv_of(rows)


def _cells(each: SeenMatter) -> tuple[str, ...]:
    return (
        each.code,
        " ".join(each.cases),
        _minute(each.first),
        _minute(each.last),
        str(each.looks.total()),
        "; ".join(each.looks),
        "; ".join(each.reasons),
        str(len(each.persons)),
        "; ".join(each.kinds),
        "; ".join(each.changes),
    )


def _plain(each: SeenMatter) -> dict[str, object]:
    return {
        "code": each.code,
        "cases": each.cases,
        "first": each.first and each.first.isoformat(),
        "last": each.last and each.last.isoformat(),
        "looks": dict(each.looks),
        "reasons": each.reasons,
        "persons": len(each.persons),
        "kinds": list(each.kinds),
        "changes": each.changes,
    }


def draft_report(
    desk: Desk, told: WhoSaw, detected: datetime | None
) -> Iterator[tuple[str, str]]:
    """Yield the parts of a report to the authority; what nobody told is left blank.

    The 72 hours count from when the leak was detected.
    """
    known = {
        "keeper": desk.settings.keeper,
        "detected": _minute(detected),
        "deadline": _minute(detected and detected + TO_REPORT),
        "happened": say.happened(told.name, len(told.matters), len(told.taken)),
        "persons": str(told.persons),
        "records": say.records(len(told.matters), told.cases, len(told.listed)),
        "kinds": ", ".join(told.kinds),
        "taken": "; ".join(_files(told.taken)),
        "period": f"{_minute(told.since)} – {_minute(told.until)}",
    }
    for name, caption in say.REPORT:
        yield caption, known.get(name) or say.BLANK


def hours_left(desk: Desk, detected: datetime) -> int:
    """Return how many whole hours are left to report, negative when it is late."""
    return (detected + TO_REPORT - desk.now()) // timedelta(hours=1)


def _files(taken: Iterable[TakenRow]) -> Iterator[str]:
    return (say.taken(each.what, each.rows) for each in taken)


# --- what is typed --------------------------------------------------------------------


def read_time(typed: str, *, last: bool = False) -> datetime:
    """Return a time in Vietnam as it was typed; a day alone begins, or ends, it.

    Raises ValueError for what is none.
    """
    text = typed.strip()
    if len(text) == len("2026-11-24"):
        day = date.fromisoformat(text) + timedelta(days=1 if last else 0)
        return datetime.combine(day, time(), VIETNAM)
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=VIETNAM)


def _minute(at: datetime | None) -> str:
    return f"{at.astimezone(VIETNAM):%Y-%m-%d %H:%M}" if at else ""
