"""The history of a case in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.persistence.rows import MoveRow
from service.usecases import sentences
from workflows.definition import Label, Source


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One line of the history in words; ``second`` confirmed what ``by`` proposed."""

    seq: int
    at: datetime
    event: str
    label: Label
    by: str
    role: str
    on_behalf_of: str | None
    office: str | None
    from_labels: tuple[Label, ...]
    to_labels: tuple[Label, ...]
    handled: str
    basis: tuple[Source, ...]
    note: str | None
    second: str | None = None
    second_for: str | None = None


def line_of(move: MoveRow) -> TimelineRow:
    """Return a move in words, with both names and its places in the law."""
    body = move.body
    label = body["label"]
    return TimelineRow(
        move.seq,
        move.at,
        body["event"],
        Label.model_validate(label)
        if label
        else sentences.EVENTS.get(
            body["event"], Label(citizen=body["event"], clerk=body["event"])
        ),
        body["actor"],
        body["role"],
        body["on_behalf_of"],
        body["office_name"],
        tuple(Label.model_validate(each) for each in body["from"]),
        tuple(Label.model_validate(each) for each in body["to"]),
        body["handled"],
        tuple(Source.model_validate(each) for each in body["basis"]),
        body["message_id"],
        body.get("second") if body.get("second_id") else None,
        body.get("second_for"),
    )
