"""The tax office in process: it takes sheets, and in auto mode answers them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from integrations.messages import (
    DUE_FACTS,
    LAND_USE_LEVY,
    Acknowledgement,
    OfficeMessage,
    Statement,
    TransferSlip,
)
from integrations.tax.said import AdjustedNotice, NoticeLine
from integrations.twin import TRIAL, Twin
from workflows.vietqr import trial_code

NUMBER = "notice.number"


@dataclass(slots=True)
class TaxSandbox:
    """A twin of the tax office; all it says is marked as a trial.

    In auto mode it takes a sheet up and then issues one notice with the lines of the
    sheet that have an amount; what may be owed is owed, where that is asked. A sheet
    that owes nothing and claims an exemption is exempted, and one without any sum, or
    with a levy that nobody has reckoned, is left to a clerk. In manual mode it only
    acknowledges, and a clerk acts by hand.
    """

    twin: Twin
    auto: bool = False

    def check(self) -> str:
        """Return that this is only a trial."""
        return self.twin.check()

    def collect(self) -> tuple[bytes, ...]:
        """Return what the office has to say."""
        return self.twin.collect()

    def statement(self, since: datetime) -> Statement:
        """Return what it had from us and said to us since an instant."""
        return self.twin.statement(since)

    def send_slip(self, slip: TransferSlip, *, key: str) -> Acknowledgement:
        """Keep the sheet once; in auto mode answer it.

        A repeat is answered too: the office may have been killed in between. What it
        said before it does not say again.
        """
        answer, _ = self.twin.take(key, slip)
        if self.auto:
            self._answer(slip)
        return answer

    def take_back(self, message: OfficeMessage) -> tuple[OfficeMessage, ...]:
        """Return what the office says when it thinks better of a notice: a lower one.

        Of anything else, the lower one included, it does not change its mind.
        """
        said, facts = message.said, message.facts
        lines = said.get("lines", facts.get("notice.lines"))
        number = said.get("number", facts.get(NUMBER))
        first = message.what in {"", "notice"}
        if not (first and isinstance(lines, list) and isinstance(number, str)):
            return ()
        notice = AdjustedNotice(
            number=f"{number} ĐC",
            day=self.twin.clock().date(),
            lines=tuple(
                line.model_copy(update={"amount": line.amount * 9 // 10})
                for line in map(NoticeLine.model_validate, lines)
            ),
            replaces=number,
        )
        adjusted = OfficeMessage(
            id=f"{message.id}-adjusted",
            case=message.case,
            what="adjusted",
            said=notice.model_dump(mode="json"),
            revision=message.revision,
            sent_at=self.twin.clock(),
        )
        return (adjusted,)

    def _answer(self, slip: TransferSlip) -> None:
        owed = {
            line.kind: line.amount for line in slip.lines if line.amount is not None
        }
        asked: dict[str, object] = {
            "exemption.claimed": slip.exemption_claimed,
            "debt.requested": slip.debt_requested,
            "sheet.asks_levy": slip.asks_levy,
            "sheet.incomplete_for_tax": False,
        }
        self._say(slip, 1, "take_up", asked)
        if slip.exemption_claimed and not any(owed.values()):
            decision = f"03/MGTH-{slip.case_code}, {TRIAL}"
            self._say(slip, 2, "grant_exemption", {"exemption.decision": decision})
            return
        lines = [
            {"kind": line.kind, "payer": line.payer, "amount": line.amount}
            for line in slip.lines
            if line.amount
        ]
        if not lines or any(
            e.kind == LAND_USE_LEVY and e.amount is None for e in slip.lines
        ):
            # Without a sum on the sheet a person has to work it out.
            return
        number = f"{TRIAL} TB-{slip.case_code}-{slip.revision}"
        notice: dict[str, object] = {NUMBER: number, "notice.lines": lines}
        kinds = {line["kind"] for line in lines}
        notice |= {fact: kind in kinds for kind, fact in DUE_FACTS.items()}
        # Nobody can pay by it: a made-up address of a payment would be a trap.
        notice |= {
            "notice.payee": f"{TRIAL} không phải nơi nhận tiền thật",
            "notice.payment_qr": trial_code(
                sum(line.amount or 0 for line in slip.lines), slip.case_code
            ),
        }
        self._say(slip, 2, "issue_notice", notice)
        if slip.debt_requested and "personal_income_tax" not in kinds:
            self._say(slip, 3, "defer_debt", {"debt.basis": f"{TRIAL} ghi nợ"})

    def _say(
        self, slip: TransferSlip, number: int, event: str, facts: dict[str, object]
    ) -> None:
        self.twin.say(
            OfficeMessage.model_validate(
                {
                    "id": f"tax-{slip.case_code}-{slip.revision}-{number}",
                    "case": slip.case_code,
                    "event": event,
                    "facts": facts,
                    "revision": slip.revision,
                    "sent_at": self.twin.clock(),
                }
            )
        )
