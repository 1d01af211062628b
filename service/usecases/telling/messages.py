"""The words and sheets that leave: messages to people, slips to the tax office."""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import date

from integrations.messages import SlipLine, TransferSlip
from service.persistence.rows import FAR, CaseRow, NotificationRow
from service.persistence.unit_of_work import UnitOfWork
from service.usecases import sentences
from service.usecases.cases.casefile import CaseFile
from service.usecases.desk import Desk
from service.usecases.matter.submit_dossier import pinned_steps, succeeded
from service.usecases.telling.tell_people import tell_own
from service.usecases.telling.wordings import chosen
from workflows.liabilities import estimate_of

_STEP_READY = "step_ready"
_STATE_MONEY = ("personal_income_tax", "registration_fee", "land_use_levy")


class _Gaps(dict[str, str]):
    """Leaves a place of a template that nothing fills as three dots."""

    def __missing__(self, key: str) -> str:
        return "…"


def message_text(uow: UnitOfWork, file: CaseFile, template: str) -> str:
    """Return a message filled from the case, in the words that the province chose."""
    message = file.edition.messages.get(template)
    if message is None:
        return template
    text = chosen(uow, file.row.tenant_id, template, message.text)
    return string.Formatter().vformat(text, (), _Gaps(_places(file)))


def _places(file: CaseFile) -> Mapping[str, str]:
    row = file.row
    due = row.due_on if row.due_on != FAR else row.appointment
    day = f"{due:%d/%m/%Y}" if due is not None else "…"
    places = {
        "code": row.code,
        "procedure": file.procedure.title.citizen,
        "day": day,
        "due": day,
    }
    for key, fact in file.own_facts.items():
        if isinstance(fact.value, str | int) and not isinstance(fact.value, bool):
            places[key.replace(".", "_")] = str(fact.value)
    return places


def tell_next_steps(
    desk: Desk, uow: UnitOfWork, file: CaseFile, outbox_id: str
) -> None:
    """Write down for the citizen which steps may begin now that this one is done."""
    row = file.row
    if row.step_id is None or not succeeded(desk, uow, row):
        return
    cases = uow.cases.of_matter(row.tenant_id, row.matter_id)
    done = {each.step_id for each in cases if succeeded(desk, uow, each)}
    begun = {each.step_id for each in cases if each.ended_at is None} | done
    for step in pinned_steps(file.matter).values():
        if row.step_id in step.after and step.id not in begun:
            if not set(step.after) <= done:
                continue
            title = step.name or file.edition.procedure(step.procedure).title.citizen
            key = f"{outbox_id}-{step.id}"[:96]
            uow.records.put_notification(
                row.tenant_id,
                NotificationRow(
                    key,
                    row.id,
                    "citizen",
                    _STEP_READY,
                    sentences.step_ready(title),
                    desk.now(),
                    "shown",
                ),
            )
            tell_own(desk, uow, file.matter, _STEP_READY, key)


def slip_for(
    file: CaseFile, parent: CaseRow, received: date, revision: int
) -> TransferSlip:
    """Return the sheet for the tax office with the sums that our rules estimate."""
    lines = estimate_of(file.graph, file.edition).lines
    exempt = any(line.status == "exempt" for line in lines)
    return TransferSlip(
        case_code=file.row.code,
        parent_code=parent.code,
        procedure=parent.procedure,
        received_on=received,
        revision=revision,
        exemption_claimed=exempt,
        debt_requested=file.graph.value("debt.requested") is True,
        lines=tuple(
            SlipLine(kind=str(line.kind), payer=line.payer, amount=line.amount)
            for line in lines
            if str(line.kind) in _STATE_MONEY
        ),
    )
