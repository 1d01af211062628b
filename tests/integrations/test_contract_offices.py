"""The same cases over each twin, and over its gateway, HTTP and a server."""

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from integrations.errors import OfficeRefusedError, OfficeUnavailableError
from integrations.http import Line
from integrations.kinds import kinds_of
from integrations.land_registry.gateway import connect as connect_register
from integrations.land_registry.sandbox import LandRegistrySandbox
from integrations.land_registry.wire import CALLS as REGISTER_CALLS
from integrations.messages import (
    Appointment,
    Dossier,
    Land,
    LandAsked,
    LandWarning,
    OfficeMessage,
    ParcelRecord,
    TransferSlip,
)
from integrations.notary.gateway import connect as connect_notary
from integrations.notary.sandbox import NotarySandbox
from integrations.notary.wire import CALLS as NOTARY_CALLS
from integrations.simulator.behaviour import Conduct, Plan
from integrations.simulator.serving import address_of, listen, serve
from integrations.simulator.wire import SimulatedOffice, create_app
from integrations.tax.gateway import connect as connect_tax
from integrations.tax.sandbox import TaxSandbox
from integrations.tax.wire import CALLS as TAX_CALLS
from integrations.twin import TRIAL, Twin
from tests.simulator.conftest import PATIENCE, hasty

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)

KEY = b"a key of the office and ours, 32 bytes"
# Names of the place, with letters that no single sign writes.
NAME = "H’Hen Niê Ƀuôn Yă, ê̆ ô̆ ơ̆ ư̆"
PLACE = Land(commune="24133", map_sheet_no="12", parcel_no="345")
PAPER = Land(certificate="AA 01234567")
ASKED = LandAsked(land=PLACE)


def slip(code="HS-1", lines=1):
    line = {"kind": "registration_fee", "payer": NAME, "amount": 3000000}
    return TransferSlip(
        case_code=code,
        parent_code="HS-0",
        procedure="register_transfer",
        received_on=NOW.date(),
        lines=[line] * lines,
    )


def appointment(code="HS-1", lines=1):
    return Appointment(
        case_code=code, procedure="p", applicant=NAME * lines, land=PLACE
    )


def dossier(code="HS-1", lines=1):
    return Dossier(
        case_code=code,
        procedure="p",
        procedure_title=NAME,
        received_at=NOW,
        due=None,
        submitter=NAME,
        land=PLACE,
        papers=[{"name": NAME, "present": True}] * lines,
    )


@dataclass(frozen=True)
class Office:
    """How one office is made, reached, and told something."""

    sandbox: object
    calls: tuple
    connect: object
    send: object
    message: object
    ask: object = None


OFFICES = {
    "tax": Office(
        TaxSandbox,
        TAX_CALLS,
        connect_tax,
        lambda port, message, key: port.send_slip(message, key=key),
        slip,
    ),
    "notary": Office(
        NotarySandbox,
        NOTARY_CALLS,
        connect_notary,
        lambda port, message, key: port.book(message, key=key),
        appointment,
        lambda port: port.warnings(ASKED, key="q"),
    ),
    "land_registry": Office(
        LandRegistrySandbox,
        REGISTER_CALLS,
        connect_register,
        lambda port, message, key: port.register(message, key=key),
        dossier,
        lambda port: port.look_up(ASKED, key="q"),
    ),
}


@dataclass
class Reached:
    """An office as a test meets it: its port, its sandbox, and how it misbehaves."""

    office: Office
    port: object
    sandbox: object
    conduct: Conduct | None
    written: list

    @property
    def twin(self):
        return self.sandbox.twin

    def misbehave(self, deed):
        """Let the next call go wrong; False where this way knows no such fault."""
        if self.conduct is not None:
            self.conduct.change(Plan(script=({"do": deed, "times": 1},), seconds=2))
        elif deed == "down":
            self.twin.faults.fail = 1
        elif deed == "lose":
            self.twin.faults.lose_answer = 1
        else:
            return False
        return True

    def send(self, message, key="key-1"):
        return self.office.send(self.port, message, key)


@contextmanager
def served(name, sandbox, calls):
    """Put a server before a sandbox; yield its address and its conduct."""
    conduct = Conduct(name, lambda: NOW)
    office = SimulatedOffice(name, sandbox, sandbox.twin, calls, (KEY,), conduct)
    loop, (socket,) = asyncio.new_event_loop(), listen("127.0.0.1", 0, 1)
    ends = asyncio.Event()
    thread = threading.Thread(
        target=loop.run_until_complete,
        args=(serve([create_app(office)], [socket], ends),),
    )
    thread.start()
    try:
        yield address_of(socket), conduct
    finally:
        loop.call_soon_threadsafe(ends.set)
        thread.join()
        loop.close()


@pytest.fixture(params=["twin", "wire"])
def way(request):
    return request.param


@pytest.fixture(params=OFFICES)
def reached(request, way):
    name, office = request.param, OFFICES[request.param]
    sandbox = office.sandbox(Twin(name, lambda: NOW))
    if way == "twin":
        yield Reached(office, sandbox, sandbox, None, [])
        return
    written = []
    with served(name, sandbox, office.calls) as (address, conduct):
        line = Line(name, address, KEY, lambda: NOW, PATIENCE, written.append)
        port = office.connect(line)
        yield Reached(office, port, sandbox, conduct, written)
        port.client.close()


def test_the_office_gets_what_was_sent_and_answers_with_a_reference(reached):
    message = reached.office.message()
    answer = reached.send(message)
    assert answer.note == TRIAL
    assert answer.reference
    assert reached.twin.seen == {"key-1": message}
    assert reached.port.check()


def test_the_same_key_is_the_same_message_and_another_body_is_refused(reached):
    first = reached.send(reached.office.message())
    assert reached.send(reached.office.message()) == first
    with pytest.raises(OfficeRefusedError):
        reached.send(reached.office.message("HS-2"))
    assert len(reached.twin.seen) == 1


@pytest.mark.parametrize("deed", ["down", "slow", "lose", "half", "garbage"])
def test_without_an_answer_nothing_is_known_and_the_repeat_counts_once(reached, deed):
    if not reached.misbehave(deed):
        pytest.skip("a fault of the line, and there is none")
    waiting = [reached.port.client] if deed == "slow" else []
    with pytest.raises(OfficeUnavailableError), hasty(*waiting):
        reached.send(reached.office.message())
    assert reached.send(reached.office.message()).reference
    assert list(reached.twin.seen) == ["key-1"]


def test_a_refusal_stays_one(reached, way):
    if way == "twin":
        pytest.skip("a twin refuses only a key that was used")
    reached.misbehave("refuse")
    with pytest.raises(OfficeRefusedError):
        reached.send(reached.office.message())
    assert not reached.twin.seen


def test_a_message_as_long_as_they_get_arrives_whole(reached):
    message = reached.office.message(lines=2000)
    reached.send(message)
    assert reached.twin.seen["key-1"] == message


def test_the_statement_tells_what_came_and_what_was_said_with_the_same_sums(reached):
    reached.send(reached.office.message())
    said = OfficeMessage(id="said-0001", case="HS-1", event="e", sent_at=NOW)
    reached.twin.say(said)
    statement = reached.port.statement(NOW - timedelta(hours=1))
    (received,), (told,) = statement.received, statement.said
    assert received.key == "key-1"
    if reached.written:
        assert received.sha256 == reached.written[0].request_sha256
    assert OfficeMessage.model_validate_json(told.raw) == said
    later = reached.port.statement(NOW + timedelta(hours=1))
    assert (later.received, later.said) == ((), ())


def test_a_question_changes_nothing_and_an_office_that_is_down_does_not_answer(reached):
    if reached.office.ask is None:
        pytest.skip("this office is asked nothing")
    assert reached.office.ask(reached.port).note == TRIAL
    assert not reached.twin.seen
    reached.misbehave("down")
    with pytest.raises(OfficeUnavailableError):
        reached.office.ask(reached.port)


def test_a_parcel_is_found_by_its_place_or_by_its_certificate_however_it_is_typed(way):
    record = ParcelRecord(
        land=PLACE.model_copy(update={"certificate": "AA 01234567"}),
        facts={"land.area_m2": "200"},
    )
    sandbox = LandRegistrySandbox(Twin("land_registry", lambda: NOW), parcels=[record])
    assert sandbox.look_up(ASKED, key="q").parcel == record
    typed = LandAsked(land=Land(certificate="aa01234567"))
    assert sandbox.look_up(typed, key="q").parcel == record
    other = LandAsked(land=PLACE.model_copy(update={"parcel_no": "346"}))
    assert sandbox.look_up(other, key="q").parcel is None
    with pytest.raises(ValidationError):
        LandAsked(land=Land(commune="24133"))


def test_a_warning_is_told_for_its_land_alone():
    warning = LandWarning(id="w-1", land=PAPER, reason="Tòa án yêu cầu ngăn chặn")
    sandbox = NotarySandbox(Twin("notary", lambda: NOW), blocked=[warning])
    assert sandbox.warnings(LandAsked(land=PAPER), key="q").warnings == (warning,)
    assert sandbox.warnings(ASKED, key="q").warnings == ()


@pytest.mark.parametrize("office", OFFICES)
def test_every_kind_of_message_of_an_office_can_be_typed_and_read(office):
    for kind in kinds_of(office).values():
        required = {
            name
            for name, field in kind.content.model_fields.items()
            if field.is_required()
        }
        assert required <= kind.fields.keys(), kind.name


def test_a_tax_office_that_changes_its_mind_sends_another_notice_for_the_same_case():
    twin = Twin("tax", lambda: NOW)
    office = TaxSandbox(twin, auto=True)
    office.send_slip(slip(), key="k")
    said = [OfficeMessage.model_validate_json(raw) for raw in office.collect()]
    (again,) = office.take_back(said[-1])
    kind = kinds_of("tax")[again.what]
    notice = kind.read(again.said)
    assert (again.case, kind.name) == ("HS-1", "adjusted")
    assert notice.lines[0].amount < 3000000
    assert again.id != said[-1].id
    assert office.take_back(said[0]) == ()
