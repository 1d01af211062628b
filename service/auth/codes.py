"""Tracking codes that nobody can guess and that forgive a slip of the pen.

A code is 75 random bits in Crockford's base 32 and one check character over GF(32),
which finds every single wrong character and every two neighbours exchanged.
"""

from __future__ import annotations

from typing import Protocol

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 15
_BITS = 5
_GROUP = 5
# What people write for what they see.
_FORGIVEN = str.maketrans("OIL", "011")
_POLYNOMIAL = 0b100101


class Ids(Protocol):
    """Where names that nobody can guess come from, and chance for waiting times."""

    def new_id(self) -> str:
        """Return a new id of 32 hexadecimal characters."""
        ...

    def token(self) -> str:
        """Return a secret of at least 256 bits for a session."""
        ...

    def bits(self, count: int) -> int:
        """Return this many random bits as a number."""
        ...

    def fraction(self) -> float:
        """Return a chance between 0 and 1."""
        ...


def new_code(ids: Ids, prefix: str) -> str:
    """Return a new code, such as ``DAT-7K2QX-M04TB-9ZHRW-5``."""
    number = ids.bits(LENGTH * _BITS)
    body = "".join(
        ALPHABET[(number >> (_BITS * place)) & 31] for place in range(LENGTH)
    )
    return _grouped(prefix, body)


def new_pin(ids: Ids) -> str:
    """Return six digits."""
    # 40 bits over a million: the bias of the remainder is one in a million.
    return f"{ids.bits(40) % 1_000_000:06d}"


def normalise(raw: str, *prefixes: str) -> str | None:
    """Return the code that a person meant, or None when it cannot be one.

    Without ``prefixes`` it is that of a matter or a case. Case, spaces and hyphens do
    not matter; O is read as 0, I and L as 1.
    """
    text = "".join(raw.upper().split()).replace("-", "")
    for prefix in prefixes or ("DAT", "HS"):
        head = text.replace("Đ", "D")
        if not head.startswith(prefix):
            continue
        body = text[len(prefix) :].translate(_FORGIVEN)
        if len(body) != LENGTH + 1 or any(char not in ALPHABET for char in body):
            return None
        code = _grouped(prefix, body[:LENGTH])
        return code if code[-1] == body[-1] else None
    return None


def _grouped(prefix: str, body: str) -> str:
    groups = [body[start : start + _GROUP] for start in range(0, LENGTH, _GROUP)]
    return "-".join([prefix, *groups, _check(body)])


def _check(body: str) -> str:
    total = 0
    for char in body:
        # Horner's rule with the generator of GF(32): each place has its own weight.
        total = _times_generator(total ^ ALPHABET.index(char))
    return ALPHABET[total]


def _times_generator(value: int) -> int:
    doubled = value << 1
    return doubled ^ _POLYNOMIAL if doubled & 32 else doubled
