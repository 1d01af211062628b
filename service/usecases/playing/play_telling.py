"""What happened in a play: every move in the order in which it was stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.persistence.rows import MoveRow, OfficeRow
from service.usecases import sentences
from service.usecases.cases import clocks
from service.usecases.cases.casefile import CaseFile, open_case
from service.usecases.desk import VIETNAM
from service.usecases.playing.play import Play

Json = dict[str, Any]


def told_moves(play: Play) -> list[Json]:
    """Return every move in the order in which it was stored."""
    desk, tenant = play.desk, play.citizen.tenant
    with desk.database.reading() as uow:
        offices = {each.id: each for each in uow.people.offices(tenant)}
        files = {
            row.id: open_case(desk, uow, row)
            for row in uow.cases.of_matter(tenant, play.citizen.matter_id or "")
        }
        moves = {
            (move.case_id, move.seq): move
            for case_id in files
            for move in uow.cases.moves(tenant, case_id)
        }
    return [
        _move(files[case_id], moves[case_id, seq], offices)
        for case_id, seq in play.stored
    ]


def _move(file: CaseFile, move: MoveRow, offices: Mapping[str, OfficeRow]) -> Json:
    row, body = file.row, move.body
    office = offices.get(body["office"] or "")
    people = body["role"] in {"citizen", "helper"}
    return {
        "at": move.at.astimezone(VIETNAM).isoformat(),
        "case": row.code,
        "procedure": row.procedure,
        "office": office.name if office else sentences.PEOPLE if people else "",
        "office_kind": office.kind if office else None,
        "actor": body["actor"],
        "role": body["role"],
        "event": body["event"],
        "label": body["label"],
        "from": ", ".join(body["before"]["configuration"]),
        "to": ", ".join(body["after"]["configuration"]),
        "handled": body["handled"],
        "basis": [
            {"instrument": each["instrument"], "at": each["at"]}
            for each in body["basis"]
        ],
        "clock": _clock(file, move),
    }


def _clock(file: CaseFile, move: MoveRow) -> str:
    moves = clocks.moves_of(file.row.clock[: move.seq])
    ledger = clocks.main_ledger(file, moves, move.at)
    standing = ledger.at(move.at) if ledger else None
    if standing is None:
        return "not started"
    if standing.finished:
        return f"finished: {standing.used}"
    if standing.holdings:
        return "stopped: " + ", ".join(each.reason for each in standing.holdings)
    length = standing.length.n if standing.length else "?"
    return f"running: {standing.used}/{length}"
