"""Signatures by which others know what this installation said (Ed25519)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

_NAME = 16


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs; what it is known by may be told to everybody."""

    secret: bytes

    @property
    def public(self) -> str:
        """Return the public key, by which a signature is checked, in base64."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    @property
    def name(self) -> str:
        """Return a short name of the key, which comes of its public half."""
        return name_of(self.public)

    def sign(self, said: bytes) -> str:
        """Return the signature of what is said, in base64."""
        return base64.b64encode(self._key.sign(said)).decode()

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret)


def name_of(public: str) -> str:
    """Return the short name of a public key."""
    return hashlib.sha256(public.encode()).hexdigest()[:_NAME]


def signed_by(public: str, said: bytes, signature: str) -> bool:
    """Return whether the holder of a public key signed this and not another thing."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
        key.verify(base64.b64decode(signature), said)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True
