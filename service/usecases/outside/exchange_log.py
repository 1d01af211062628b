"""The log of what went to outside offices and came from them, without the bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from integrations.http import Exchange
from service.errors import InputError
from service.observability import redact
from service.persistence.audit import FIRST
from service.persistence.database import Database
from service.persistence.exchanges import ExchangeRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.desk import Desk
from workflows.dossiers import Period

_LONGEST_ERROR = 200
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class LogFinding:
    """The first line of the log of an office that does not hold."""

    office: str
    seq: int
    kind: str
    text: str


def writes_down(database: Database, tenant: str) -> Callable[[Exchange], None]:
    """Return what the lines to offices tell of each exchange, to keep it.

    An exchange that cannot be written down counts as not made: the message is sent
    again under its key.
    """

    def written(told: Exchange) -> None:
        with database.transaction() as uow:
            sent = uow.exchanges.outgoing(tenant, told.key) if told.key else None
            uow.exchanges.write(
                ExchangeRow(
                    tenant_id=tenant,
                    office=told.office,
                    direction="out",
                    what=told.what[:64],
                    key=told.key[:_LONGEST_KEY],
                    case_id=sent.case_id if sent else None,
                    at=told.sent_at,
                    outcome=told.outcome,
                    status=told.status,
                    milliseconds=told.milliseconds,
                    error=_without_people(told),
                    request_sha256=told.request_sha256,
                    answer_sha256=told.answer_sha256,
                )
            )

    return written


def _without_people(told: Exchange) -> str:
    """Return why it failed; what an office wrote in its refusal may name a person."""
    if told.outcome == "refused":
        return f"refused with {told.status}"
    return redact(told.error)[:_LONGEST_ERROR]


def write_heard(  # noqa: PLR0913  a line of the log
    uow: UnitOfWork,
    tenant: str,
    office: str,
    *,
    key: str,
    what: str,
    case_id: str | None,
    at: datetime,
    outcome: str,
    sha256: str,
    error: str = "",
) -> None:
    """Write down a message that came in, in the transaction that keeps it."""
    uow.exchanges.write(
        ExchangeRow(
            tenant_id=tenant,
            office=office,
            direction="in",
            what=what[:64],
            key=key[:_LONGEST_KEY],
            case_id=case_id,
            at=at,
            outcome=outcome,
            status=None,
            milliseconds=0,
            error=error[:_LONGEST_ERROR],
            request_sha256=sha256,
            answer_sha256=None,
        )
    )


def exported_exchanges(
    desk: Desk, period: Period | None, office: str | None
) -> Iterator[dict[str, object]]:
    """Return the lines of the logs, of one office or all, of a period or from ever.

    A line that a period leaves out shows in the numbers, which go on. Raises
    InputError for an office of which there is no log.
    """
    with desk.database.reading() as uow:
        logs = {head[1]: head for head in uow.exchanges.heads()}
        if office is not None and office not in logs:
            known = ", ".join(logs) or "chưa có cơ quan nào"
            raise InputError(f"--office: không có nhật ký của {office!r}; có: {known}.")
        for tenant, name, _, _ in logs.values():
            if office not in {None, name}:
                continue
            for line in uow.exchanges.whole_log(tenant, name):
                if period is None or period.since <= line.at < period.until:
                    yield asdict(line) | {"at": line.at.isoformat()}


def wrong_in_logs(uow: UnitOfWork) -> Iterator[LogFinding]:
    """Return of each office the first line of its log that does not hold."""
    for tenant, office, lines, head in uow.exchanges.heads():
        found = next(_wrong(uow, tenant, office, lines, head), None)
        if found is not None:
            yield found


def _wrong(
    uow: UnitOfWork, tenant: str, office: str, lines: int, head: str
) -> Iterator[LogFinding]:
    place, before = 0, FIRST
    for place, line in enumerate(uow.exchanges.whole_log(tenant, office), start=1):
        if line.seq != place:
            text = f"line {place} is missing, {line.seq} stands there"
            yield LogFinding(office, place, "missing", text)
        if line.prev_hash != before:
            text = "the line does not follow the one before it"
            yield LogFinding(office, line.seq, "order", text)
        if line.hash != line.sum():
            text = "the line is not what was written"
            yield LogFinding(office, line.seq, "changed", text)
        before = line.hash
    if (place, before) != (lines, head):
        text = f"{lines} lines were written, {place} are there"
        yield LogFinding(office, place, "cut", text)
