"""What crosses the border to an outside office, frozen and checked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue


class Message(BaseModel):
    """Frozen; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Acknowledgement(Message):
    """The other side has it, under this reference; ``note`` marks a trial."""

    reference: str
    note: str = ""


class SlipLine(Message):
    """One sum as our own rules estimate it; the notice of the office is the figure."""

    kind: str
    payer: str
    amount: int | None = Field(default=None, ge=0)


# What a notice says of each kind of money besides the sum, by the fact that says it.
DUE_FACTS = {
    "personal_income_tax": "pit.due",
    "registration_fee": "registration_fee.due",
    "land_use_levy": "land_use_levy.due",
}


class TransferSlip(Message):
    """The sheet from the land office to the tax office (ND252 Đ17.2.a)."""

    case_code: str
    parent_code: str
    procedure: str
    received_on: date | None
    revision: int = 0
    exemption_claimed: bool = False
    debt_requested: bool = False
    lines: tuple[SlipLine, ...] = ()


class OfficeMessage(Message):
    """What an office tells us: an event on a case, or a payment that was made."""

    id: str = Field(min_length=8, max_length=120)
    kind: Literal["event", "payment"] = "event"
    case: str
    event: str = ""
    facts: dict[str, JsonValue] = Field(default_factory=dict)
    revision: int = 0
    line: str = ""
    amount: int = Field(default=0, ge=0)
    voucher: str = ""
    sent_at: datetime


class PaymentOrder(Message):
    """What is to be paid, by the number of the notice and the payable id."""

    case_code: str
    notice_number: str
    line: str
    payer: str
    amount: int = Field(gt=0)


class ContractNotice(Message):
    """What the notary tells about a signed contract."""

    case_code: str
    number: str
    signed_on: date


class Record(Message):
    """A status or a record that is sent out, such as the ten national statuses."""

    case_code: str
    what: str
    to: str
    status: int | None
    at: datetime
    values: dict[str, JsonValue] = Field(default_factory=dict)


class ParcelRecord(Message):
    """What the land register knows about a parcel; a suggestion to confirm."""

    parcel_no: str
    map_sheet_no: str
    commune: str
    facts: dict[str, JsonValue]
    note: str = ""


class Identity(Message):
    """What an identity provider says about the person who signed in."""

    subject: str
    full_name: str
    person_id: str | None = None
    birth_date: date | None = None
    note: str = ""


class TextMessage(Message):
    """A short message to a person; never a link to sign in, an id or a password.

    ``channel`` is zalo, sms or email, ``address`` a phone number of ten digits or an
    e-mail address.
    """

    channel: str
    address: str
    template: str
    text: str


Delivery = Literal["sent", "delivered", "failed", "unknown"]


class Kept(Message):
    """A message of ours that the office has: its key, the sum of its body, when."""

    key: str
    sha256: str
    at: datetime


class Said(Message):
    """A message that the office has for us, whole, so that a lost one is not lost."""

    id: str
    sha256: str
    at: datetime
    raw: str


class Statement(Message):
    """What an office had from us and said to us since an instant, for comparing."""

    received: tuple[Kept, ...] = ()
    said: tuple[Said, ...] = ()
