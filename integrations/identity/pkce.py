"""Proof that whoever redeems a code is who asked for it (RFC 7636, S256 only)."""

from __future__ import annotations

import base64
import hashlib


def challenge_of(verifier: str) -> str:
    """Return what is sent ahead of a verifier; nobody finds the verifier by it."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
