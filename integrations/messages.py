"""What crosses the border to an outside office, frozen and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    PrivateAttr,
    model_validator,
)


@dataclass(frozen=True, slots=True)
class _Bytes:
    """What a message was fixed as; it makes the message no other one."""

    body: bytes | None = field(default=None, compare=False)


class Message(BaseModel):
    """Frozen; an unknown key is an error.

    One that was fixed earlier goes out in the bytes of then, also when this program
    would write it with a word more: a key stands for its bytes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    _as: _Bytes = PrivateAttr(default_factory=_Bytes)

    @classmethod
    def fixed(cls, body: str) -> Self:
        """Return the message that was fixed in these words."""
        message = cls.model_validate_json(body)
        message._as = _Bytes(body.encode())  # noqa: SLF001  of its own kind
        return message

    def wire(self) -> bytes:
        """Return the bytes that go out."""
        return self._as.body or self.model_dump_json().encode()

    def model_copy(
        self,
        *,
        update: Mapping[str, Any] | None = None,
        deep: bool = False,
    ) -> Self:
        """Return a copy; one in which something else stands was never fixed."""
        copy = super().model_copy(update=update, deep=deep)
        if update:
            copy._as = _Bytes()  # noqa: SLF001  of its own kind
        return copy


class Heard(BaseModel):
    """What an office says or answers: frozen, and what we do not know yet is let be."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Acknowledgement(Heard):
    """The other side has it, under this reference; ``note`` marks a trial."""

    reference: str
    note: str = ""


class SlipLine(Message):
    """One sum as our own rules estimate it; the notice of the office is the figure."""

    kind: str
    payer: str
    amount: int | None = Field(default=None, ge=0)


LAND_USE_LEVY = "land_use_levy"

# What a notice says of each kind of money besides the sum, by the fact that says it.
DUE_FACTS = {
    "personal_income_tax": "pit.due",
    "registration_fee": "registration_fee.due",
    LAND_USE_LEVY: "land_use_levy.due",
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

    @property
    def asks_levy(self) -> bool:
        """Return whether the levy is to be worked out."""
        return any(line.kind == LAND_USE_LEVY for line in self.lines)


class Entered(Message):
    """Who typed a paper of another office, and how it had come to the counter."""

    by: str
    account: str
    office: str
    brought_by: str = ""
    confirmed_by: str = ""


class OfficeMessage(Message):
    """What an office tells us: an event on a case, a payment, a text that arrived.

    ``what`` names one of the kinds of message that the office may send, ``said`` holds
    its content (`integrations.kinds`); which events follow from it is data. Without
    ``what`` the sender names the event of the chart himself. ``entered`` is there when
    a person here typed what had come on paper.
    """

    id: str = Field(min_length=8, max_length=120)
    kind: Literal["event", "payment", "delivery"] = "event"
    case: str = ""
    event: str = ""
    facts: dict[str, JsonValue] = Field(default_factory=dict)
    what: str = Field(default="", max_length=64)
    said: dict[str, JsonValue] = Field(default_factory=dict)
    entered: Entered | None = None
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
    payable_id: str = ""


class Ordered(Acknowledgement):
    """The payment page has the order; ``page`` is where the person pays, if there."""

    page: str = ""


class Voucher(Heard):
    """What was paid by a notice, as the page or the treasury tells it (TT89 Đ93).

    It names no case of ours: the number of the notice or the payable id leads there.
    Only a voucher whose ``status`` is paid brings money.
    """

    number: str = Field(min_length=1, max_length=96)
    notice_number: str = ""
    payable_id: str = ""
    payer: str = ""
    amount: int = Field(gt=0)
    paid_at: datetime
    status: Literal["paid", "pending", "failed", "returned"] = "paid"
    receipt: str = ""


class Vouchers(Heard):
    """The vouchers of one day, for comparing."""

    vouchers: tuple[Voucher, ...] = ()


class Record(Message):
    """A status or a record that is sent out, such as the ten national statuses."""

    case_code: str
    what: str
    to: str
    status: int | None
    at: datetime
    values: dict[str, JsonValue] = Field(default_factory=dict)


class Land(Heard):
    """A piece of land, by its certificate or by its place on the map of a commune."""

    certificate: str = ""
    commune: str = ""
    map_sheet_no: str = ""
    parcel_no: str = ""


class LandAsked(Message):
    """A question about a certificate or a parcel; at least one of the two is named."""

    land: Land

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.land.certificate and not self._place(self.land):
            raise ValueError("neither a certificate nor a parcel")
        return self

    @staticmethod
    def _place(land: Land) -> tuple[str, str, str] | None:
        place = (land.commune, land.map_sheet_no, land.parcel_no)
        return place if all(place) else None

    def is_about(self, land: Land) -> bool:
        """Return whether the certificate or the parcel is the one that is meant."""
        mine, place = self.land, self._place(self.land)
        same = bool(mine.certificate) and _bare(mine.certificate) == _bare(
            land.certificate
        )
        return same or (place is not None and place == self._place(land))


def _bare(certificate: str) -> str:
    """Return the serial number of a certificate without what people put between."""
    return "".join(each for each in certificate if each.isalnum()).upper()


class ParcelRecord(Heard):
    """What the land register knows about a parcel; a suggestion to confirm."""

    land: Land
    facts: dict[str, JsonValue] = Field(default_factory=dict)


class LandFound(Heard):
    """What the register has about what was asked; ``note`` marks a trial."""

    parcel: ParcelRecord | None = None
    note: str = ""


class LandWarning(Heard):
    """A warning of the notary database about land: blocked by whom, why, since when.

    It stops nothing by itself: a notary and a clerk read it.
    """

    id: str
    land: Land
    reason: str
    number: str = ""
    day: date | None = None
    by: str = ""
    lifted: bool = False


class Warnings(Heard):
    """The warnings about what was asked; ``note`` marks a trial."""

    warnings: tuple[LandWarning, ...] = ()
    note: str = ""


class Appointment(Message):
    """Parties wish to sign at a notary office; the notary looks the rest up himself."""

    case_code: str
    procedure: str
    applicant: str
    land: Land


class DossierPaper(Message):
    """A paper of a dossier and whether it is there."""

    name: str
    present: bool


class Dossier(Message):
    """A dossier that was received: what the land database is told of it."""

    case_code: str
    procedure: str
    procedure_title: str
    received_at: datetime
    due: date | None
    submitter: str
    land: Land
    papers: tuple[DossierPaper, ...] = ()


class SignInFlow(Message):
    """What one sign-in elsewhere is held to; made anew for each, used once.

    ``return_to`` is the address of ours at which the person comes back; ``verifier``
    leaves only with the code, to the provider itself.
    """

    state: str
    nonce: str
    verifier: str
    return_to: str


class Identity(Message):
    """What an identity provider says about the person who signed in.

    ``issuer`` and ``subject`` together name the person for good; the rest may change.
    ``level`` is how surely she proved who she is, in the words of the provider.
    """

    issuer: str
    subject: str
    full_name: str
    person_id: str | None = None
    birth_date: date | None = None
    level: str = ""


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


class Receipt(Heard):
    """What became of the text that was sent under a key."""

    key: str
    delivery: Delivery


class Outcome(Heard):
    """What an office of texts says when it is asked."""

    delivery: Delivery = "unknown"


class KeptTexts(Heard):
    """What a simulated office of texts was told, newest first."""

    texts: tuple[TextMessage, ...] = ()


class PortalRecord(Message):
    """A dossier and one step of the work on it, in the words of the national portal."""

    code: str
    dossier: dict[str, JsonValue]
    progress: dict[str, JsonValue]


class PortalDossier(Heard):
    """What the portal has of a dossier: its code and its national status."""

    code: str
    status: str


class Kept(Heard):
    """A message of ours that the office has: its key, the sum of its body, when."""

    key: str
    sha256: str
    at: datetime


class Said(Heard):
    """A message that the office has for us, whole, so that a lost one is not lost."""

    id: str
    sha256: str
    at: datetime
    raw: str


class Statement(Heard):
    """What an office had from us and said to us since an instant, for comparing."""

    received: tuple[Kept, ...] = ()
    said: tuple[Said, ...] = ()
