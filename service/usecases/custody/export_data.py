"""Everything of one matter in one file that machines read too.

The format is the model ``MatterExport``: its JSON schema says what each part means.
Secrets (hashes, what codes are made from) and the accounts of other people stay out.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from service.auth.actors import Actor
from service.persistence.rows import MatterRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases.custody.rights_requests import own_matter
from service.usecases.desk import Desk

FORMAT = "dat-matter-1"
# Secrets, and what tells of other people's accounts.
_KEPT_BACK = frozenset(
    {"tenant_id", "matter_id", "account_id", "token_hash", "nonce", "code_nonce"}
    | {"asked_id", "off_asked_id"}
)
# What helpers note for their own visits is theirs; a code is no information, and the
# words by which a case is found say again what stands elsewhere.
_OF_OTHERS = frozenset({"help_note", "one_time_code", "case_search"})


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CaseExport(_Part):
    """A dossier that was handed in, with its history."""

    code: str = Field(description="tracking code of the dossier")
    procedure: str
    opened_at: datetime
    ended_at: datetime | None
    outcome: str | None
    history: list[dict[str, JsonValue]] = Field(
        description="each move: when, which event, who, and for whom"
    )
    messages: list[dict[str, JsonValue]] = Field(description="what people were told")
    papers: list[dict[str, JsonValue]] = Field(
        description="papers of the dossier; content in base64"
    )
    notes_of_offices: list[dict[str, JsonValue]] = Field(
        description="which office keeps an internal note on the dossier, and since"
        " when; the words are asked for by a request to the office"
    )


class MatterExport(_Part):
    """Everything that is stored of one matter."""

    format: str = Field(default=FORMAT, description="name and version of this format")
    made_at: datetime
    code: str = Field(description="tracking code of the matter")
    goal: str
    commune: str | None = Field(description="code of the commune of the land")
    law_of: date = Field(description="the day whose law counts")
    opened_at: datetime
    cases: list[CaseExport]
    records: dict[str, list[dict[str, JsonValue]]] = Field(
        description="every other row about the matter, by what it is: fact (an answer,"
        " who said it, when, for whom), consent, access_log (who looked), contact,"
        " message_consent, message, rights_request, session, and so on"
    )


def export_matter(desk: Desk, actor: Actor, code: str) -> MatterExport:
    """Return everything of a matter for its citizen; that it was taken is noted."""
    with desk.database.transaction() as uow:
        matter = own_matter(desk, uow, actor, code)
        uow.people.note_access(
            tenant_id=matter.tenant_id, at=desk.now(), who=actor.name, account_id=None,
            office_id=None, on_behalf_of=None, what="export", matter_id=matter.id,
            case_id=None,
        )  # fmt: skip
        return MatterExport(
            made_at=desk.now(),
            code=matter.code,
            goal=matter.goal,
            commune=matter.commune,
            law_of=matter.on_day,
            opened_at=matter.opened_at,
            cases=list(_cases(uow, matter)),
            records=_records(uow, matter),
        )


def _cases(uow: UnitOfWork, matter: MatterRow) -> Iterator[CaseExport]:
    offices = {each.id: each.name for each in uow.people.offices(matter.tenant_id)}
    for row in uow.cases.of_matter(matter.tenant_id, matter.id):
        history = uow.cases.moves(row.tenant_id, row.id)
        papers = uow.records.documents(row.tenant_id, row.id)
        told = uow.records.notifications(row.tenant_id, row.id)
        yield CaseExport(
            code=row.code,
            procedure=row.procedure,
            opened_at=row.opened_at,
            ended_at=row.ended_at,
            outcome=row.outcome,
            history=[
                {
                    "at": move.at.isoformat(),
                    "event": move.body["event"],
                    "by": move.body["actor"],
                    "on_behalf_of": move.body.get("on_behalf_of"),
                }
                for move in history
            ],
            messages=[
                {"at": note.at.isoformat(), "to": note.who, "text": note.text}
                for note in told
            ],
            papers=[
                {
                    "name": paper.name,
                    "media_type": paper.media_type,
                    "sha256": paper.sha256,
                    "made_at": paper.created_at.isoformat(),
                    "content": _content(uow, paper.tenant_id, paper.id),
                }
                for paper in papers
            ],
            notes_of_offices=[
                {"at": at.isoformat(), "office": offices.get(office)}
                for _, office, at in uow.case_desk.noted(row.tenant_id, [row.id])
            ],
        )


def _content(uow: UnitOfWork, tenant: str, document_id: str) -> str:
    found = uow.records.document(tenant, document_id)
    return base64.b64encode(found[1]).decode() if found else ""


def _records(
    uow: UnitOfWork, matter: MatterRow
) -> dict[str, list[dict[str, JsonValue]]]:
    records: dict[str, list[dict[str, JsonValue]]] = {}
    for name, row in uow.rights.everything(matter.tenant_id, matter.id):
        of_case = name == "case" or (name == "document" and row["case_id"] is not None)
        if name not in _OF_OTHERS and not of_case:
            records.setdefault(name, []).append(_plain(row))
    return records


def _plain(row: Mapping[str, Any]) -> dict[str, JsonValue]:
    return {
        name: _json(value)
        for name, value in row.items()
        if name not in _KEPT_BACK and not name.endswith(("_hash", "_index"))
    }


def _json(value: Any) -> JsonValue:  # noqa: ANN401  whatever a column holds
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    plain: JsonValue = value
    return plain
