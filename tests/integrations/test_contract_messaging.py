"""Texts to people: the same cases over the twin, and over HTTP and SMTP to it."""

import email
import socket
import threading
from contextlib import contextmanager
from email import policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pydantic import SecretStr

from integrations.errors import (
    AdapterNotConfiguredError,
    OfficeRefusedError,
    OfficeUnavailableError,
)
from integrations.http import OfficeClient
from integrations.messages import Receipt, TextMessage
from integrations.messaging import gateway
from integrations.messaging.accounts import (
    Accounts,
    EmailAccount,
    SmsAccount,
    ZaloAccount,
)
from integrations.messaging.email import EmailChannel
from integrations.messaging.sandbox import CHANNELS, MessengerSandbox
from integrations.messaging.tokens import MemoryTokens, Start, TokenKeeper
from integrations.messaging.trial import TrialKeys, trial_accounts
from integrations.messaging.zalo import Renewal, ZaloChannel
from integrations.twin import Twin
from service.persistence.stored_tokens import StoredTokens
from tests.conftest import Hour
from tests.integrations.over_http import DOUBTS, KEY, an_office
from tests.simulator.conftest import PATIENCE

WORDS = "Dắt: hồ sơ ở buôn Ê Đê đã nhận. Ƀlĕh, Niê Kđăm; “đ” & 1 < 2. Số tin ABC123."
ADDRESSES = {"zalo": "0912345678", "sms": "0912345678", "email": "hoa@vidu.vn"}


def text(channel, words=WORDS, template="accepted"):
    address = ADDRESSES[channel]
    return TextMessage(channel=channel, address=address, template=template, text=words)


class InProcess:
    def __init__(self, hour):
        self.twin = Twin("messaging", hour)
        self.port = self.sandbox = MessengerSandbox(self.twin)


def trial(office, tokens=None):
    """Connect as a trial does: all three channels at one simulated provider."""
    made = gateway.connect_trial(
        office.line(), lambda name, there: office.line(name, there, b""),
        tokens or MemoryTokens(),
    )  # fmt: skip
    return office.keep(made)


@pytest.fixture(params=["twin", "wire"])
def provider(request, tmp_path):
    hour = Hour()
    if request.param == "twin":
        yield InProcess(hour)
        return
    with an_office(tmp_path, "messaging", hour) as office:
        office.port = trial(office)
        yield office


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_text_arrives_once_letter_by_letter(provider, channel):
    for _ in range(2):
        assert provider.port.send(text(channel), key="abc.0").reference
    assert provider.port.kept() == (text(channel),)
    assert provider.port.ready() == set(CHANNELS)


@pytest.mark.parametrize("channel", CHANNELS)
def test_another_text_under_a_key_is_refused(provider, channel):
    provider.port.send(text(channel), key="abc.0")
    with pytest.raises(OfficeRefusedError):
        provider.port.send(text(channel, "Tin khác"), key="abc.0")
    assert provider.port.kept() == (text(channel),)


@pytest.mark.parametrize("channel", ["zalo", "sms"])
def test_a_definite_no_is_a_no(provider, channel):
    provider.sandbox.broken.add(channel)
    with pytest.raises(OfficeRefusedError):
        provider.port.send(text(channel), key="abc.0")
    assert provider.port.kept() == ()


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_failing_provider_leaves_a_doubt_and_has_the_text_once(provider, channel):
    if channel == "zalo":
        provider.port.check()
    provider.twin.faults.fail = 1
    with pytest.raises(OfficeUnavailableError):
        provider.port.send(text(channel), key="abc.0")
    provider.twin.faults.lose_answer = 1
    with pytest.raises(OfficeUnavailableError):
        provider.port.send(text(channel), key="abc.0")
    provider.port.send(text(channel), key="abc.0")
    assert provider.port.kept() == (text(channel),)


def test_who_sends_sms_may_be_asked_what_became_of_it(provider):
    assert provider.port.outcome("sms", "abc.0") == "unknown"
    provider.port.send(text("sms"), key="abc.0")
    assert provider.port.outcome("sms", "abc.0") == "delivered"
    provider.sandbox.lost.add("sms")
    assert provider.port.outcome("sms", "abc.0") == "failed"


# --- what only the wire has -----------------------------------------------------------


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("doubt", sorted(DOUBTS))
def test_over_the_wire_a_doubt_is_no_failure(tmp_path, doubt, channel):
    with an_office(tmp_path, "messaging", Hour()) as office:
        port = trial(office)
        port.check()
        with office.in_doubt(doubt):
            port.send(text(channel), key="abc.0")
        port.send(text(channel), key="abc.0")
        assert port.kept() == (text(channel),)


def test_a_provider_that_tells_by_itself_says_what_became_of_each_text(tmp_path):
    with an_office(tmp_path, "messaging", Hour(), auto=True) as office:
        port = trial(office)
        office.sandbox.lost.add("sms")
        port.send(text("zalo"), key="abc.0")
        port.send(text("sms"), key="abd.0")
        assert port.outcome("zalo", "abc.0") == "unknown"
        said = [
            Receipt.model_validate(e.message.said) for e in office.twin.said.values()
        ]
        assert [(each.key, each.delivery) for each in said] == [
            ("abc.0", "delivered"),
            ("abd.0", "failed"),
        ]


def test_what_was_told_to_another_process_is_not_to_be_had_without_the_key(tmp_path):
    with an_office(tmp_path, "messaging", Hour()) as office:
        trial(office).send(text("sms"), key="abc.0")
        stranger = office.keep(
            gateway.connect_trial(
                office.line(key=b"another"),
                lambda name, there: office.line(name, there, b""),
                MemoryTokens(),
            )
        )
        assert stranger.kept() == ()
        with pytest.raises(OfficeRefusedError, match="401"):
            stranger.send(text("sms"), key="abd.0")


# --- the tokens of Zalo ---------------------------------------------------------------


def test_a_token_that_ended_is_renewed_and_the_text_goes_once(tmp_path):
    hour = Hour()
    with an_office(tmp_path, "messaging", hour) as office:
        port = trial(office)
        for key in ("abc.0", "abd.0"):
            port.send(text("zalo", key), key=key)
            hour.later(hours=2)
        assert [each.text for each in port.kept()] == ["abd.0", "abc.0"]
        assert len(office.twin.things) == 2  # refresh tokens that were used up


def test_a_token_that_zalo_ended_early_is_renewed_once(tmp_path):
    hour = Hour()
    with an_office(tmp_path, "messaging", hour) as office:
        tokens = MemoryTokens()
        trial(office, tokens).send(text("zalo"), key="abc.0")
        number, held = tokens.read("zalo")
        forged = type(held)("a.x.1.y", held.refresh, held.ends_at, held.mark)
        tokens.put("zalo", forged)
        trial(office, tokens).send(text("zalo"), key="abd.0")
        assert tokens.read("zalo")[0] == number + 2


@pytest.fixture
def tokens(database):
    return StoredTokens(database)


def zalo(office, tokens, first="r1"):
    """Connect to the simulated Zalo with a refresh token of the settings."""
    account = trial_accounts(TrialKeys(KEY), office.address).zalo
    token = TrialKeys(KEY).refresh_token(first)
    client = OfficeClient(office.line("zalo", account.address, b""))
    keeper = TokenKeeper(
        "zalo", tokens, Start(lambda: token, first), Renewal(client, account),
        office.hour,
    )  # fmt: skip
    return office.keep(ZaloChannel(client, account, keeper))


def test_tokens_outlive_the_process_and_a_used_first_one_is_not_used_again(
    tmp_path, tokens
):
    hour = Hour()
    with an_office(tmp_path, "messaging", hour) as office:
        zalo(office, tokens).send(text("zalo"), key="abc.0")
        hour.later(hours=2)
        zalo(office, tokens).send(text("zalo"), key="abd.0")
        assert len(office.sandbox.kept()) == 2


def test_a_refresh_token_used_twice_asks_for_a_person_and_a_new_one_helps(
    tmp_path, tokens
):
    with an_office(tmp_path, "messaging", Hour()) as office:
        zalo(office, MemoryTokens()).check()  # its answer is lost with that process
        with pytest.raises(AdapterNotConfiguredError, match="new refresh token"):
            zalo(office, tokens).send(text("zalo"), key="abc.0")
        zalo(office, tokens, first="r2").send(text("zalo"), key="abc.0")
        assert len(office.sandbox.kept()) == 1


def test_many_workers_renew_once(tmp_path, tokens):
    hour = Hour()
    with an_office(tmp_path, "messaging", hour) as office:
        channels = [zalo(office, tokens) for _ in range(6)]
        told = []

        def send(number):
            try:
                channels[number].send(text("zalo"), key=f"k{number}.0")
            except OfficeUnavailableError as busy:
                told.append(busy.after)

        threads = [threading.Thread(target=send, args=(n,)) for n in range(6)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert len(office.twin.things) == 1
        assert len(office.sandbox.kept()) + len(told) == 6
        assert set(told) <= {2}


def test_a_claim_of_a_killed_worker_ends_and_the_next_one_goes_on(tmp_path, tokens):
    hour = Hour()
    with an_office(tmp_path, "messaging", hour) as office:
        now = hour()
        hour.later(minutes=1)
        assert tokens.claim("zalo", 0, now, hour())
        hour.later(seconds=-1)
        with pytest.raises(OfficeUnavailableError, match="renewed"):
            zalo(office, tokens).check()
        hour.later(seconds=1)
        zalo(office, tokens).check()


def test_a_pair_that_another_worker_renewed_is_not_renewed_again(tmp_path, tokens):
    hour = Hour()
    with an_office(tmp_path, "messaging", hour) as office:
        number, _ = tokens.read("zalo")
        zalo(office, tokens).check()
        hour.later(minutes=5)
        assert not tokens.claim("zalo", number, hour(), hour())


def test_a_message_without_an_approved_template_certainly_did_not_go(tmp_path):
    with an_office(tmp_path, "messaging", Hour()) as office:
        channel = zalo(office, MemoryTokens())
        account = ZaloAccount(templates={"paid": {"id": "1"}})
        bare = ZaloChannel(channel.client, account, channel.tokens)
        with pytest.raises(AdapterNotConfiguredError, match="accepted"):
            bare.send(text("zalo"), key="abc.0")
        assert office.twin.calls == 0


def test_an_error_that_nobody_knows_is_a_doubt(tmp_path):
    with an_office(tmp_path, "messaging", Hour()) as office:
        channel = zalo(office, MemoryTokens())
        channel.check()
        office.sandbox.broken.add("zalo")
        with pytest.raises(OfficeRefusedError, match="error -134"):
            channel.send(text("zalo"), key="abc.0")


# --- mail -----------------------------------------------------------------------------


class Mailbox:
    """A mail server that knows a repeat by its Message-ID, and fails as it is told."""

    def __init__(self):
        self.mails, self.answers, self.refuse = {}, [], ""

    async def handle_RCPT(  # noqa: N802  the name that the server calls
        self, server, session, envelope, address, options
    ):
        if self.refuse == address:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        mail = email.message_from_bytes(envelope.content, policy=policy.default)
        said = self.answers.pop(0) if self.answers else "250 OK"
        if not said.startswith("5"):
            self.mails.setdefault(mail["message-id"], mail)
        if said == "cut":
            server.transport.close()
        return said


class Stranger(Mailbox):
    """A mail server that takes no mail of our sender."""

    async def handle_MAIL(  # noqa: N802
        self, server, session, envelope, address, options
    ):
        return "550 not your sender"


@contextmanager
def a_mail_server(mailbox, **more):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def mailing(port, **more):
    account = EmailAccount(
        host="127.0.0.1", port=port, security="none", sender="tin@dat.example", **more
    )
    return EmailChannel(account, Hour(), seconds=PATIENCE)


def test_mail_in_the_clear_is_handed_over_on_this_machine_alone():
    with pytest.raises(ValueError, match="only for a mail server on this machine"):
        EmailAccount(host="mail.example", security="none")
    assert EmailAccount(host="mail.example", security="tls")
    assert EmailAccount(host="localhost", security="none")


def test_mail_is_plain_vietnamese_and_a_repeat_bears_the_same_id():
    box = Mailbox()
    with a_mail_server(box) as port:
        channel = mailing(port)
        first = channel.send(text("email"), key="abc.2")
        assert channel.send(text("email"), key="abc.2") == first
        assert channel.check()
    ((name, mail),) = box.mails.items()
    assert name == first.reference == "<abc.2@dat.example>"
    assert mail["subject"] == "Tin báo về hồ sơ đất đai"
    assert str(mail["from"]) == "Dắt <tin@dat.example>"
    assert mail["to"] == "hoa@vidu.vn"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().strip() == WORDS
    assert channel.outcome("abc.2") == "sent"


def test_an_address_that_the_server_does_not_know_is_a_no():
    box = Mailbox()
    box.refuse = ADDRESSES["email"]
    with a_mail_server(box) as port, pytest.raises(OfficeRefusedError, match="550"):
        mailing(port).send(text("email"), key="abc.2")


def test_a_server_that_does_not_let_us_in_is_no_fault_of_the_address():
    wrong = {"user": "dat", "password": SecretStr("old")}
    more = {"authenticator": lambda *_: AuthResult(success=False, handled=False)}
    with a_mail_server(Mailbox(), auth_require_tls=False, **more) as port:
        with pytest.raises(AdapterNotConfiguredError, match="535"):
            mailing(port, **wrong).send(text("email"), key="abc.2")
        with pytest.raises(AdapterNotConfiguredError, match="535"):
            mailing(port, **wrong).check()
    stranger, no = a_mail_server(Stranger()), AdapterNotConfiguredError
    with stranger as port, pytest.raises(no, match="550"):
        mailing(port).send(text("email"), key="abc.2")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("554 spam", OfficeRefusedError),
        ("451 later", OfficeUnavailableError),
        ("cut", OfficeUnavailableError),
    ],
)
def test_what_a_mail_server_says_to_a_mail_is_believed(said, error):
    box = Mailbox()
    box.answers = [said]
    with a_mail_server(box) as port:
        with pytest.raises(error):
            mailing(port).send(text("email"), key="abc.2")
        mailing(port).send(text("email"), key="abc.2")
        assert list(box.mails) == ["<abc.2@dat.example>"]


def test_a_mail_server_that_is_not_there_or_offers_no_tls_gets_nothing():
    box = Mailbox()
    with a_mail_server(box) as port:
        unsafe = EmailAccount(host="127.0.0.1", port=port, sender="tin@dat.example")
        with pytest.raises(OfficeUnavailableError):
            EmailChannel(unsafe, Hour(), seconds=PATIENCE).send(
                text("email"), key="abc.2"
            )
        assert box.mails == {}
    with pytest.raises(OfficeUnavailableError):
        mailing(port).send(text("email"), key="abc.2")


def test_words_that_would_be_a_header_of_their_own_are_refused_or_text():
    box = Mailbox()
    with a_mail_server(box) as port:
        words = "Dắt:\r\nBcc: ai@vidu.vn\r\n\r\nxin chào"
        mailing(port).send(text("email", words), key="abc.2")
    (mail,) = box.mails.values()
    assert mail["bcc"] is None
    assert "Bcc: ai@vidu.vn" in mail.get_content()


# --- settings -------------------------------------------------------------------------


def test_only_what_is_set_up_is_offered(tmp_path):
    secret = tmp_path / "key"
    secret.write_text("một khoá\n", "utf-8")
    accounts = Accounts(
        sms=SmsAccount(address="http://127.0.0.1:9", brand="DAT", key=f"file:{secret}"),
        email=EmailAccount(host="127.0.0.1"),
        zalo=ZaloAccount(app_id="1", app_secret=SecretStr("s")),
    )
    assert accounts.sms.key.get_secret_value() == "một khoá"
    assert "một khoá" not in repr(accounts)
    hour = Hour()
    with an_office(tmp_path, "messaging", hour) as office:
        port = office.keep(
            gateway.connect(
                accounts, office.line, hour,
                MemoryTokens(),
            )
        )  # fmt: skip
        assert port.ready() == {"sms"}
        assert port.kept() == ()
        with pytest.raises(AdapterNotConfiguredError, match="zalo"):
            port.send(text("zalo"), key="abc.0")
    none = gateway.connect(Accounts(), lambda *_: None, hour, MemoryTokens())
    assert none.ready() == frozenset()
    with pytest.raises(AdapterNotConfiguredError, match="no contract"):
        none.check()
