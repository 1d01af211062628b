"""Files sealed piece by piece: what is read was written by who has the ring of keys.

Each file has a key of its own, which the ring seals. Every piece is AES-256-GCM under
the number of the piece and whether it is the last, so that no piece can be changed,
moved, left out or cut off. Nothing of a piece is given before it was proved.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.secrecy.key_ring import Ring, UnsealableError, key_of

_MARK = b"dat-sealed-file-1\n"
_ABOUT = "sealed file"
_KEY, _TAG, _NONCE = 32, 16, 12
_PIECE = 1 << 20
_LONGEST_HEAD = 1 << 12
_LAST, _MORE = b"\1", b"\0"


def is_sealed(start: bytes) -> bool:
    """Return whether a file that begins so was sealed here or elsewhere."""
    return start.startswith(_MARK)


def key_named(path: Path) -> str | None:
    """Return the name of the key that a sealed file asks for, None for another file."""
    with path.open("rb") as source:
        if source.read(len(_MARK)) != _MARK:
            return None
        length = int.from_bytes(source.read(4))
        try:
            return key_of(source.read(min(length, _LONGEST_HEAD)))
        except (UnsealableError, ValueError):
            return None


class Sealing:
    """What is written here goes sealed to another file; ``close`` ends it."""

    def __init__(self, ring: Ring, sink: IO[bytes]) -> None:
        key = os.urandom(_KEY)
        head = ring.seal(key, _ABOUT)
        self._cipher, self._sink = AESGCM(key), sink
        self._number, self._waiting = 0, bytearray()
        sink.write(_MARK + len(head).to_bytes(4) + head)

    def write(self, content: bytes, /) -> int:
        """Take more content; whole pieces go on at once."""
        self._waiting += content
        while len(self._waiting) > _PIECE:
            self._put(bytes(self._waiting[:_PIECE]), _MORE)
            del self._waiting[:_PIECE]
        return len(content)

    def flush(self) -> None:
        """Do nothing: a piece goes on when it is whole."""

    def close(self) -> None:
        """Write the last piece; without it nobody can open the file."""
        self._put(bytes(self._waiting), _LAST)

    def _put(self, plain: bytes, which: bytes) -> None:
        body = self._cipher.encrypt(_nonce(self._number), plain, which)
        self._sink.write(which + len(body).to_bytes(4) + body)
        self._number += 1


class Opening(io.RawIOBase):
    """A file to read from, whose content lies sealed in another.

    Raises UnsealableError for a file that the ring did not seal, and for the first
    piece that is not as it was written.
    """

    def __init__(self, ring: Ring, source: IO[bytes]) -> None:
        if source.read(len(_MARK)) != _MARK:
            raise UnsealableError("this was never sealed")
        length = int.from_bytes(source.read(4))
        if length > _LONGEST_HEAD:
            raise UnsealableError("this was never sealed")
        self._cipher = AESGCM(ring.open(source.read(length), _ABOUT))
        self._source, self._number, self._ended = source, 0, False
        self._opened = memoryview(b"")

    def readable(self) -> bool:
        """Return that it may be read from."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Give what was proved so far; 0 only after the last piece."""
        while not self._opened and not self._ended:
            self._opened = memoryview(self._next())
        taken = min(len(buffer), len(self._opened))
        buffer[:taken] = self._opened[:taken]
        self._opened = self._opened[taken:]
        return taken

    def _next(self) -> bytes:
        which, length = self._source.read(1), int.from_bytes(self._source.read(4))
        if which not in {_MORE, _LAST} or length > _PIECE + _TAG:
            raise UnsealableError("a sealed file was cut off or changed")
        body = self._source.read(length)
        try:
            plain = self._cipher.decrypt(_nonce(self._number), body, which)
        except (InvalidTag, ValueError) as error:
            raise UnsealableError("a sealed file was cut off or changed") from error
        self._number += 1
        self._ended = which == _LAST
        if self._ended and self._source.read(1):
            raise UnsealableError("something stands behind the end of a sealed file")
        return plain


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE)
