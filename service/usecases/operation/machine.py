"""What the machine says of itself that an installation depends on."""

from __future__ import annotations

import ctypes
import os

# What the kernel answers when nobody keeps its clock right.
_UNKEPT = 5
_ROOM = 512  # more than the kernel writes
EVERYBODY = "*"


def clock_is_kept() -> bool | None:
    """Return whether the clock is kept right by a time server, None if untold."""
    try:
        asked = ctypes.CDLL(None).adjtimex
        state = asked(ctypes.byref(ctypes.create_string_buffer(_ROOM)))
    except (AttributeError, OSError):
        return None
    return None if state < 0 else state != _UNKEPT


def believes_everybody() -> bool:
    """Return whether any visitor may say from which address he comes.

    The server believes the proxies that ``FORWARDED_ALLOW_IPS`` names.
    """
    named = os.environ.get("FORWARDED_ALLOW_IPS", "").replace(",", " ").split()
    return EVERYBODY in named or "0.0.0.0/0" in named or "::/0" in named
