"""The outside offices as this program needs them, each behind one Protocol.

Every call that changes something carries a ``key``: the same key means the same
message, so that a call whose answer was lost may be made again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from integrations.messages import (
    Acknowledgement,
    Appointment,
    Delivery,
    Dossier,
    Identity,
    LandAsked,
    LandFound,
    Ordered,
    PaymentOrder,
    PortalDossier,
    PortalRecord,
    Record,
    SignInFlow,
    Statement,
    TextMessage,
    TransferSlip,
    Vouchers,
    Warnings,
)


class Checked(Protocol):
    """Something that can say whether it is set up."""

    def check(self) -> str:
        """Return a sentence on the connection; raise an IntegrationError if none."""
        ...


class Speaking(Protocol):
    """An office that may have something to say to us."""

    def collect(self) -> tuple[bytes, ...]:
        """Return the raw messages that wait for us; each is given once."""
        ...


@runtime_checkable
class Comparable(Protocol):
    """An office whose book can be compared with ours."""

    def statement(self, since: datetime) -> Statement:
        """Return what it had from us and said to us since an instant."""
        ...


class TaxOffice(Checked, Speaking, Comparable, Protocol):
    """The tax office of the place where the land is."""

    def send_slip(self, slip: TransferSlip, *, key: str) -> Acknowledgement:
        """Hand the transfer sheet over."""
        ...


class Notary(Checked, Speaking, Comparable, Protocol):
    """A notary office of the province."""

    def book(self, appointment: Appointment, *, key: str) -> Acknowledgement:
        """Announce a contract that is to be notarized."""
        ...

    def warnings(self, asked: LandAsked, *, key: str) -> Warnings:
        """Return what blocks or warns about land; ``key`` names the question."""
        ...


class LandRegistry(Checked, Speaking, Comparable, Protocol):
    """The land database and the record of the one-stop system."""

    def look_up(self, asked: LandAsked, *, key: str) -> LandFound:
        """Return what is registered about land; ``key`` names the question."""
        ...

    def register(self, dossier: Dossier, *, key: str) -> Acknowledgement:
        """Tell of a dossier that was received."""
        ...

    def record(self, record: Record, *, key: str) -> Acknowledgement:
        """Write a status or a record."""
        ...


class IdentityProvider(Checked, Protocol):
    """Who a person is, said by a sign-in elsewhere (OpenID Connect)."""

    @property
    def title(self) -> str | None:
        """Return what people call this sign-in; None when none is set up."""
        ...

    def address(self, flow: SignInFlow) -> str:
        """Return where the person signs in."""
        ...

    def identify(self, code: str, flow: SignInFlow) -> Identity:
        """Return who came back with the code; a code is good once."""
        ...


class PaymentGateway(Checked, Speaking, Comparable, Protocol):
    """The payment page of the State; never an account that we make up."""

    def order(self, order: PaymentOrder, *, key: str) -> Ordered:
        """Announce a sum that a person wants to pay by the notice."""
        ...

    def vouchers(self, day: date) -> Vouchers:
        """Return what was paid on a day in Vietnam, as the page has it."""
        ...


class Messenger(Checked, Speaking, Protocol):
    """Messages to people by Zalo, SMS or e-mail."""

    def ready(self) -> frozenset[str]:
        """Return the channels that are set up."""
        ...

    def send(self, message: TextMessage, *, key: str) -> Acknowledgement:
        """Send one message.

        Raises OfficeUnavailableError while nobody knows whether it went, any other
        IntegrationError when it certainly did not.
        """
        ...

    def outcome(self, channel: str, key: str) -> Delivery:
        """Return what became of a message; "unknown" is not "failed"."""
        ...

    def kept(self) -> tuple[TextMessage, ...]:
        """Return what a twin keeps for looking at, newest first; a live one nothing."""
        ...


class NationalPortal(Checked, Protocol):
    """The national portal, which is told of every dossier."""

    def synchronise(self, record: PortalRecord, *, key: str) -> Acknowledgement:
        """Tell how a dossier stands and of the step of work that led there."""
        ...

    def look_up(self, code: str) -> PortalDossier | None:
        """Return what the portal has of a dossier, None when it has none."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside offices, as chosen in ``service.composition``."""

    tax: TaxOffice
    notary: Notary
    land_registry: LandRegistry
    identity: IdentityProvider
    payment: PaymentGateway
    messenger: Messenger
    portal: NationalPortal

    def speaking(self) -> dict[str, Speaking]:
        """Return the offices that may have something to say, by name."""
        return {
            "tax": self.tax,
            "notary": self.notary,
            "land_registry": self.land_registry,
            "payment": self.payment,
            "messaging": self.messenger,
        }
