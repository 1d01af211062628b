"""E-mail by SMTP, in plain text.

The Message-ID comes from the key, so that a mail server and the reader's program can
know a repeat by it.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime

from integrations.errors import (
    AdapterNotConfiguredError,
    IntegrationError,
    OfficeRefusedError,
    OfficeUnavailableError,
)
from integrations.messages import Acknowledgement, Delivery, TextMessage
from integrations.messaging.accounts import EmailAccount

EMAIL = "email"
# What a server says of who hands the mail over, not of the mail (RFC 4954).
_OF_US = frozenset({530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class EmailChannel:
    """Hands mail to one server."""

    server: EmailAccount
    clock: Callable[[], datetime]
    seconds: float = 10

    def check(self) -> str:
        """Return that the server lets us in; nothing is sent."""
        with _session(self.server, self.seconds) as smtp:
            smtp.noop()
        return f"{EMAIL}: {self.server.host} lets us in"

    def send(self, message: TextMessage, *, key: str) -> Acknowledgement:
        """Hand a mail over.

        A server that says no for good to the address or the mail refuses; one that
        lets us not in, or not send as who we say, needs other settings of ours.
        Whatever else goes wrong leaves it open whether the mail has gone.
        """
        mail = self._written(message, key)
        with _session(self.server, self.seconds) as smtp:
            smtp.send_message(mail)
        return Acknowledgement(reference=mail["Message-ID"])

    def outcome(self, key: str) -> Delivery:
        """Return that it is with the mail server: no one tells whether it was read."""
        del key
        return "sent"

    def _written(self, message: TextMessage, key: str) -> EmailMessage:
        server = self.server
        mail = EmailMessage(policy=SMTP_POLICY)
        mail["From"] = Address(server.name, addr_spec=server.sender)
        mail["To"] = Address(addr_spec=message.address)
        mail["Subject"] = server.subject
        mail["Date"] = format_datetime(self.clock())
        mail["Message-ID"] = f"<{key}@{server.sender.partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text, cte="base64")
        return mail


@contextmanager
def _session(server: EmailAccount, seconds: float) -> Iterator[smtplib.SMTP]:
    """Yield a connection; say of each failure whether it was a no or nobody knows."""
    try:
        smtp = _connected(server, seconds)
        try:
            yield smtp
        finally:
            # What was said of the mail stands, however the parting goes.
            smtp.close()
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPSenderRefused) as error:
        raise _said(error.smtp_code, "us", of_us=True) from error
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise _said(min(codes), "the address") from error
    except smtplib.SMTPResponseException as error:
        raise _said(error.smtp_code, "the mail") from error
    except (smtplib.SMTPException, OSError) as error:
        raise OfficeUnavailableError(EMAIL, type(error).__name__) from error


def _connected(server: EmailAccount, seconds: float) -> smtplib.SMTP:
    safe = ssl.create_default_context(cafile=server.trusted)
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=seconds, context=safe
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=seconds)
    try:
        if server.security == "starttls":
            smtp.starttls(context=safe)
        if server.user:
            smtp.login(server.user, server.password.get_secret_value())
    except BaseException:
        smtp.close()
        raise
    return smtp


def _said(code: int, what: str, *, of_us: bool = False) -> IntegrationError:
    reason = f"{code} for {what}"
    if code in _OF_US or (of_us and 500 <= code < 600):
        return AdapterNotConfiguredError(EMAIL, reason)
    if 500 <= code < 600:
        return OfficeRefusedError(EMAIL, reason)
    return OfficeUnavailableError(EMAIL, reason)
