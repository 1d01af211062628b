"""Signed messages in both directions, by the Standard Webhooks scheme.

Three headers go with the body: ``webhook-id`` names the message (the same for every
repeat), ``webhook-timestamp`` is the second in which it was sent, and
``webhook-signature`` holds one or more ``v1,<base64>`` separated by spaces, each
HMAC-SHA-256 over ``id.timestamp.body``. Several signatures let a key be changed
without a message being refused.

Both sides hold one secret; each direction is signed by a key of its own that is made of
it, so that nobody can send a message back to the one who signed it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE = timedelta(minutes=5)
# The two ways that a message may go: to an office, and from it to us.
TO_OFFICE, FROM_OFFICE = b"dat:to-office", b"dat:from-office"
_VERSION = "v1"


class BadSignatureError(ValueError):
    """A message that its sender did not sign, or not now; the reason is for the log."""


def key_of(secret: bytes, way: bytes) -> bytes:
    """Return the key by which messages of one direction are signed."""
    return hmac.digest(secret, way, hashlib.sha256)


def sign(
    secret: bytes, way: bytes, message_id: str, at: datetime, body: bytes
) -> dict[str, str]:
    """Return the three headers of a body that goes this way at an instant."""
    second = str(int(at.timestamp()))
    mac = _mac(key_of(secret, way), message_id, second, body)
    return {
        ID: message_id,
        TIMESTAMP: second,
        SIGNATURE: f"{_VERSION},{mac}",
    }


def check(
    secrets: Sequence[bytes],
    way: bytes,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
) -> str:
    """Return the id of a message of this way that a secret signed a short while ago.

    Raises BadSignatureError when a header is missing, the time is more than
    ``TOLERANCE`` away, or no signature fits. A message caught on the way and sent
    again later is thus refused, and sooner it is known by its id.
    """
    try:
        message_id, second, given = headers[ID], headers[TIMESTAMP], headers[SIGNATURE]
        at = datetime.fromtimestamp(int(second), UTC)
    except (KeyError, ValueError, OverflowError, OSError) as error:
        raise BadSignatureError("a header is missing or cannot be read") from error
    if abs(now - at) > TOLERANCE:
        raise BadSignatureError(f"signed at {at.isoformat()}, now {now.isoformat()}")
    offered = [
        mac
        for version, _, mac in (each.partition(",") for each in given.split())
        if version == _VERSION
    ]
    wanted = [_mac(key_of(secret, way), message_id, second, body) for secret in secrets]
    # Each pair is compared whole, so that the time tells nothing about a key.
    fits = [
        hmac.compare_digest(mac.encode(), want.encode())
        for mac in offered
        for want in wanted
    ]
    if not any(fits):
        raise BadSignatureError("no signature fits")
    return message_id


def _mac(key: bytes, message_id: str, second: str, body: bytes) -> str:
    signed = b".".join((message_id.encode(), second.encode(), body))
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
