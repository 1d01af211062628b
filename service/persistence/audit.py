"""The hash chain of a case: every move covers the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

FIRST = "0" * 64
# One encoder for all: making it costs more than a short text does.
_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False
).encode


def canonical(value: object) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces, UTF-8."""
    return _encode(value)


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def chained(prev_hash: str, case_id: str, seq: int, body: Mapping[str, object]) -> str:
    """Return the hash of a move: over the previous hash, its place and its body."""
    return chained_text(prev_hash, case_id, seq, canonical(body).encode())


def chained_text(prev_hash: str, case_id: str, seq: int, body: bytes) -> str:
    """Return the same of a body that is at hand as its canonical text."""
    start = f"[{_encode(prev_hash)},{_encode(case_id)},{seq},".encode()
    return hashlib.sha256(b"%b%b]" % (start, body)).hexdigest()


def summed(head: str, code: str, own_head: str) -> str:
    """Return the sum of all heads with that of one more case, in the order of keys."""
    return digest([head, code, own_head])
