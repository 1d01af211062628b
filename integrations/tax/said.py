"""What a tax office says about a transfer sheet (ND252 Đ17, Đ20; TT89 Đ82, Đ91)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from integrations.messages import Heard
from integrations.said import Paper


class TakenUp(Paper):
    """The sheet was taken up, and what the office saw on it."""

    asks_levy: bool
    incomplete: bool = False
    exemption_claimed: bool
    debt_requested: bool


class AsksLandOffice(Paper):
    """The office needs information of the land office (01/CCTT-ĐĐTCQ)."""

    items: str = Field(min_length=1)


class AsksCitizen(Paper):
    """The office needs an explanation or papers of the payer (01/TB-BSTT-NNT)."""

    items: str = Field(min_length=1)


class NoticeLine(Heard):
    """One sum of a notice: its kind, its sub-item of the State's budget, its payer."""

    kind: str
    payer: str = ""
    amount: int = Field(ge=0)
    sub_item: str = ""


class Notice(Paper):
    """A notice of what is to be paid; payee and QR only as the notice carries them."""

    lines: tuple[NoticeLine, ...] = Field(min_length=1)
    term: date | None = None
    tax_code: str = ""
    file_reference: str = ""
    payable_id: str = ""
    payee: str = ""
    qr_text: str = ""


class AdjustedNotice(Notice):
    """A notice that takes the place of an earlier one."""

    replaces: str = ""


class Withdrawn(Paper):
    """A notice is no more."""

    notice: str = ""
    reason: str = Field(min_length=1)


class Exemption(Paper):
    """The decision that nothing is to be paid (03/MGTH)."""

    reason: str = ""


class Deferral(Paper):
    """What is to be paid may be owed."""

    basis: str = Field(min_length=1)


class Confirmed(Paper):
    """The office confirms whether everything was paid."""

    settled: bool
    note: str = ""
