"""Tokens and addresses of the simulated providers of texts; nothing of it is Zalo's.

A token says who made it and until when, so that the simulated Zalo knows its own again
after a restart; which refresh tokens were used up is kept in its journal.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import SecretStr

from integrations.messaging.accounts import (
    Accounts,
    SmsAccount,
    ZaloAccount,
    ZaloTemplate,
)

ZALO_PATH, SMS_PATH = "/zalo", "/sms"
APP = "thu-nghiem"
BRAND = "DAT THU NGHIEM"


@dataclass(frozen=True, slots=True)
class TrialKeys:
    """Makes and knows tokens by the key that both sides have."""

    key: bytes

    @property
    def secret(self) -> str:
        """Return the secret of the app, and the bearer key of the text provider."""
        return self._mac("secret")

    @property
    def mark(self) -> str:
        """Return what tells these keys from others."""
        return self._mac("mark")[:32]

    def refresh_token(self, nonce: str) -> str:
        """Return a refresh token; each nonce makes another."""
        return f"r.{nonce}.{self._mac(f'r.{nonce}')}"

    def is_refresh_token(self, token: str) -> bool:
        """Return whether it is one of ours."""
        return token.startswith("r.") and self._is_mine(token)

    def access_token(self, nonce: str, ends_at: datetime) -> str:
        """Return an access token that holds until an instant."""
        told = f"a.{nonce}.{int(ends_at.timestamp())}"
        return f"{told}.{self._mac(told)}"

    def lets_in(self, token: str, now: datetime) -> bool:
        """Return whether an access token is ours and holds now."""
        if not token.startswith("a.") or not self._is_mine(token):
            return False
        ends_at = datetime.fromtimestamp(int(token.split(".")[2]), UTC)
        return now < ends_at

    def _is_mine(self, token: str) -> bool:
        told, _, mac = token.rpartition(".")
        return hmac.compare_digest(mac.encode(), self._mac(told).encode())

    def _mac(self, told: str) -> str:
        return hmac.digest(self.key, f"trial:{told}".encode(), "sha256").hex()


class _AnyTemplate(ZaloAccount):
    """The simulated Zalo has approved every message under our own name."""

    def template(self, name: str) -> ZaloTemplate | None:
        """Return a template of that name."""
        return ZaloTemplate(id=name)


def trial_accounts(keys: TrialKeys, address: str) -> Accounts:
    """Return the accounts at the simulated providers; mail goes another way."""
    here = address.rstrip("/")
    secret = SecretStr(keys.secret)
    return Accounts(
        zalo=_AnyTemplate(
            address=here + ZALO_PATH,
            token_address=here + ZALO_PATH,
            app_id=APP,
            app_secret=secret,
        ),
        sms=SmsAccount(address=here + SMS_PATH, key=secret, brand=BRAND),
    )
