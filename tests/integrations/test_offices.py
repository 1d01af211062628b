"""Each office has a twin that can fail, and a gateway that says what is missing."""

from datetime import UTC, datetime

import pytest

from integrations.errors import AdapterNotConfiguredError, OfficeUnavailableError
from integrations.messages import (
    Appointment,
    Dossier,
    OfficeMessage,
    PaymentOrder,
    PortalRecord,
    Record,
    TextMessage,
    TransferSlip,
)
from service.composition import build_ports
from service.settings import Settings

SECRET = b"the secret of an installation"
NOON = datetime(2026, 11, 25, 5, tzinfo=UTC)
SLIP = TransferSlip(
    case_code="HS-1",
    parent_code="HS-0",
    procedure="p",
    received_on=None,
    lines=[{"kind": "registration_fee", "payer": "receiver", "amount": 3000000}],
)
CALLS = {
    "tax": lambda office, key: office.send_slip(SLIP, key=key),
    "notary": lambda office, key: office.book(
        Appointment(case_code="HS-1", procedure="p", applicant="A", land={}), key=key
    ),
    "land_registry": lambda office, key: office.record(
        Record(case_code="HS-1", what="status", to="one_stop", status=2, at=NOON),
        key=key,
    ),
    "payment": lambda office, key: office.order(
        PaymentOrder(
            case_code="HS-1", notice_number="1", line="l", payer="p", amount=5
        ),
        key=key,
    ),
    "portal": lambda office, _: office.synchronise(
        PortalRecord(
            code="HS-1",
            dossier={"MaHoSo": "HS-1", "TrangThaiHoSo": "2"},
            progress={"MaHoSo": "HS-1"},
        ),
        key="key",
    ),
    "messenger": lambda office, key: office.send(
        TextMessage(channel="sms", address="0912345678", template="t", text="x"),
        key=key,
    ),
}


def ports(**changes):
    return build_ports(Settings(environment="demo", **changes), lambda: NOON, SECRET)


def production(**changes):
    """Return the settings of an installation for real people."""
    return Settings(
        environment="production",
        secret_key="0123456789abcdef" * 3,
        base_url="https://dat.example",
        secure_cookies=True,
        **changes,
    )


def unconnected():
    """Return the offices of an installation that has agreed with none of them."""
    return build_ports(production(), lambda: NOON, SECRET)


# The portal gets two posts of a record and knows no keys: its cases are its contract's.
KEYED = [name for name in CALLS if name != "portal"]


@pytest.mark.parametrize("name", KEYED)
def test_a_twin_keeps_a_message_once_and_marks_its_answer_as_a_trial(name):
    office = getattr(ports(), name)
    first, again = CALLS[name](office, "key"), CALLS[name](office, "key")
    assert first == again
    assert first.note == "thử nghiệm"
    assert len(office.twin.seen) == 1


@pytest.mark.parametrize("name", KEYED)
def test_a_twin_told_to_fail_has_not_seen_the_message(name):
    office = getattr(ports(), name)
    office.twin.faults.fail = 1
    with pytest.raises(OfficeUnavailableError):
        CALLS[name](office, "key")
    assert not office.twin.seen
    office.twin.faults.lose_answer = 1
    with pytest.raises(OfficeUnavailableError):
        CALLS[name](office, "key")
    assert len(office.twin.seen) == 1


@pytest.mark.parametrize("name", CALLS)
def test_a_gateway_that_is_not_connected_says_what_is_missing(name):
    office = getattr(unconnected(), name)
    with pytest.raises(AdapterNotConfiguredError, match=r"no .+"):
        office.check()
    with pytest.raises(AdapterNotConfiguredError):
        CALLS[name](office, "key")


def test_the_tax_office_answers_a_sheet_only_in_auto_mode_and_twice_when_told():
    manual = ports().tax
    manual.send_slip(SLIP, key="a")
    assert manual.collect() == ()
    auto = ports(offices_mode="auto").tax
    auto.twin.faults.twice = True
    auto.send_slip(SLIP, key="a")
    said = [OfficeMessage.model_validate_json(raw) for raw in auto.collect()]
    assert [message.event for message in said] == [
        "take_up",
        "take_up",
        "issue_notice",
        "issue_notice",
    ]
    assert said[2].facts["notice.lines"][0]["amount"] == 3000000
    assert auto.collect() == ()


def test_the_tax_office_leaves_a_sheet_without_sums_to_a_clerk():
    auto = ports(offices_mode="auto").tax
    auto.send_slip(SLIP.model_copy(update={"lines": ()}), key="a")
    said = [OfficeMessage.model_validate_json(raw) for raw in auto.collect()]
    assert [message.event for message in said] == ["take_up"]


def test_outside_the_demo_weak_secrets_are_refused_and_no_twin_answers():
    with pytest.raises(ValueError, match="DAT_SECRET_KEY"):
        Settings(environment="production")
    with pytest.raises(AdapterNotConfiguredError):
        unconnected().tax.check()


@pytest.mark.parametrize(
    "account",
    [
        {"sms": {"address": "http://sms.example"}},
        {"zalo": {"token_address": "http://zalo.example"}},
    ],
)
def test_outside_the_demo_no_text_goes_by_a_line_that_others_read(account):
    with pytest.raises(ValueError, match="by https"):
        production(messaging=account)


def test_outside_the_demo_nobody_signs_in_at_the_provider_of_a_trial():
    address = {"identity": "https://identity.example"}
    offices = build_ports(production(gateways=address), lambda: NOON, SECRET)
    assert offices.identity.title is None


def test_a_land_register_in_auto_mode_answers_a_dossier_with_its_number_once():
    settings = Settings(environment="demo", offices_mode="auto")
    register = build_ports(settings, lambda: NOON, SECRET).land_registry
    dossier = Dossier(
        case_code="HS-1",
        procedure="p",
        procedure_title="P",
        received_at=NOON,
        due=None,
        submitter="A",
        land={},
    )
    for _ in range(2):
        register.register(dossier, key="one")
    (raw,) = register.collect()
    told = OfficeMessage.model_validate_json(raw)
    assert told.said["received_at"] == NOON.isoformat()
