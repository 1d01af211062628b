"""The account of a trial at the simulated portal."""

from __future__ import annotations

import hmac

from pydantic import SecretStr

from integrations.portal.wire import PortalAccount


def trial_account(key: bytes) -> PortalAccount:
    """Return it, by the key that both sides have."""
    password = hmac.digest(key, b"trial:portal", "sha256").hex()
    return PortalAccount(
        username="thu-nghiem",
        password=SecretStr(password),
        unit="thu-nghiem",
        destination="thu-nghiem",
    )
