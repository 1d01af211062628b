"""The key that an office and this installation sign their messages with."""

from __future__ import annotations

import hmac

from service.settings import Settings


def office_key(settings: Settings, secret: bytes, office: str) -> bytes:
    """Return the key of the settings, else one derived from the installation's secret.

    A derived key needs no setting of its own: the simulated offices beside the service
    come to the same one.
    """
    given = settings.office_secrets.get(office)
    if given is not None:
        return given.get_secret_value().encode()
    return hmac.digest(secret, f"office:{office}".encode(), "sha256")
