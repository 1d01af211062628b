"""The secrets that an office and this installation share.

What signs a message of either direction is made of them by ``webhooks.key_of``.
"""

from __future__ import annotations

import hmac

from service.settings import Settings

# Every outside system that may be connected, by the name that settings use.
OFFICES = (
    "tax",
    "notary",
    "land_registry",
    "portal",
    "payment",
    "messaging",
    "identity",
)


def office_keys(settings: Settings, secret: bytes, office: str) -> tuple[bytes, ...]:
    """Return the keys of an office: with the first we sign, all of them are believed.

    They stand in the settings: while a key is changed the new and the old one, with a
    space between. Else there is one derived from the installation's secret, which needs
    no setting of its own: the simulated offices beside the service come to the same.
    """
    given = settings.office_secrets.get(office)
    keys = given.get_secret_value().split() if given is not None else ()
    if keys:
        return tuple(key.encode() for key in keys)
    return (hmac.digest(secret, f"office:{office}".encode(), "sha256"),)


def office_key(settings: Settings, secret: bytes, office: str) -> bytes:
    """Return the key that is signed with."""
    return office_keys(settings, secret, office)[0]
