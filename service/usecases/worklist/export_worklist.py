"""The list on the desk as a table for a spreadsheet program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

from service.auth.actors import Actor
from service.auth.policies import Action, Installation, authorize
from service.errors import InputError
from service.persistence.rows import FAR, CaseRow
from service.persistence.unit_of_work import UnitOfWork
from service.persistence.worklist import Wanted
from service.usecases.cases.casefile import edition_of
from service.usecases.cases.clocks import stop_reasons
from service.usecases.custody.lists_seen import note_taken
from service.usecases.desk import Desk, legal_day
from service.usecases.outside.national_codes import NationalCodes, codes_today
from service.usecases.worklist.list_work import Wish, wanted_of
from service.usecases.worklist.spreadsheets import CSV, XLSX, csv_of, xlsx_of

# A list longer than this is no list to work from; the first ones are those due first.
MOST = 5000
_BATCH = 500
# Named as the columns of a list that is read, so that it may be read elsewhere.
HEAD = (
    *("Mã hồ sơ", "Mã trong Dắt", "Thủ tục", "Chủ hồ sơ", "Ngày tiếp nhận"),
    *("Ngày hẹn trả", "Hạn hiện tại", "Trạng thái", "Lý do dừng", "Kênh nộp"),
    "Người được giao",
)
_MAKE = {CSV: csv_of, XLSX: xlsx_of}


def export_worklist(desk: Desk, actor: Actor, wish: Wish, kind: str) -> bytes:
    """Return the open cases that fit the wish, due first first, as CSV or XLSX.

    No cell begins like a formula. Raises NotAllowedError for whoever is no clerk,
    InputError for a kind of file that is none of ours.
    """
    authorize(actor, Action.WORKLIST, Installation(actor.tenant))
    if kind not in _MAKE:
        raise InputError(f"kind is one of: {', '.join(_MAKE)}")
    with desk.database.reading() as uow:
        wanted = wanted_of(desk, uow, actor, wish)
        names = {
            each.id: each.display_name
            for each in uow.worklist.colleagues(actor.tenant, actor.office_id or "")
        }
        rows = _Rows(desk, uow, codes_today(desk), names)
        made = _MAKE[kind]([HEAD, *rows.of(wanted)])
    note_taken(desk, actor, "worklist", _wished(wish), rows.ids)
    return made


def _wished(wish: Wish) -> str:
    """Return what was asked for, as the log keeps it."""
    told = {name: value for name, value in asdict(wish).items() if value is not None}
    return ", ".join(f"{name}={value}" for name, value in told.items())


class _Rows:
    def __init__(
        self,
        desk: Desk,
        uow: UnitOfWork,
        codes: NationalCodes,
        names: dict[str, str],
    ) -> None:
        self._desk, self._uow, self._codes, self._names = desk, uow, codes, names
        self.ids: list[str] = []

    def of(self, wanted: Wanted) -> Iterator[tuple[str, ...]]:
        after: tuple[date, str] | None = None
        shown = 0
        while shown < MOST:
            found = self._uow.worklist.page(wanted, after, min(_BATCH, MOST - shown))
            yield from map(self._row, found)
            self.ids += [row.id for row in found]
            shown += len(found)
            if len(found) < _BATCH:
                return
            after = (found[-1].due_on, found[-1].id)

    def _row(self, row: CaseRow) -> tuple[str, ...]:
        edition = edition_of(self._desk, self._uow, row.edition_digest)
        reason = stop_reasons(edition).get(row.stop_reason or "")
        return (
            row.external_code or "",
            row.code,
            edition.procedure(row.procedure).title.clerk,
            row.applicant,
            _day(legal_day(row.received_at) if row.received_at else None),
            _day(row.appointment),
            _day(row.due_on if row.due_on != FAR else row.appointment),
            self._codes.words(row.status),
            reason.label.clerk if reason else "",
            self._codes.channel_words(row.channel),
            self._names.get(row.assignee_id or "", ""),
        )


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
