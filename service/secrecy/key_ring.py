"""A ring of keys in a file of its own: seals, opens, and names values for exact search.

A sealed value says under which key it stands, and opens only where it was put:
``about`` names that place (table, column, row), and AES-256-GCM holds both together.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.secrecy.signing import Signer

_FORM = b"dat1:"
_FIRST = "k1"
_NONCE = 12
_KEY = 32


class UnsealableError(Exception):
    """Something sealed does not open: no key for it here, or it was changed or moved.

    No AppError: nothing is wrong with what was asked.
    """


class MissingKeyError(UnsealableError):
    """The key under which something stands is not on the ring; ``name`` names it."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"no key {name} is on the ring")


class Ring(Protocol):
    """What seals and opens; nothing of what it is given stays with it."""

    def seal(self, plain: bytes, about: str) -> bytes:
        """Return the bytes so that they open only with the ring, and only there."""

    def open(self, sealed: bytes, about: str) -> bytes:
        """Return what was sealed; raises UnsealableError."""

    def names(self) -> frozenset[str]:
        """Return the names of the keys that are on the ring."""

    def in_use(self) -> str:
        """Return the name of the key that seals now."""

    def index(self, text: str, about: str) -> str:
        """Return by what an exact text is found again, and nobody can reckon it from.

        Sixty-four digits, the same for the same text about the same thing. Not for
        texts that can be guessed in a few tries: whoever has the ring could try them.
        """

    def signer(self) -> Signer:
        """Return the key by which the installation signs what it says outside."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a ring, and by the name of which new values are sealed."""

    seals_with: str
    ciphers: Mapping[str, AESGCM]
    made_at: Mapping[str, str]
    finder: bytes
    signs_with: bytes | None = None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Read the keys as the file has them."""
        kept: Mapping[str, Mapping[str, str]] = told["keys"]
        return cls(
            told["seals_with"],
            {name: AESGCM(_bytes(each["key"])) for name, each in kept.items()},
            {name: each["made_at"] for name, each in kept.items()},
            _bytes(told["index"]),
            _bytes(told["sign"]) if "sign" in told else None,
        )

    def seal(self, plain: bytes, about: str) -> bytes:
        """Seal with the key that is in use."""
        nonce = os.urandom(_NONCE)
        body = self.ciphers[self.seals_with].encrypt(nonce, plain, about.encode())
        return b"%b%b:%b%b" % (_FORM, self.seals_with.encode(), nonce, body)

    def open(self, sealed: bytes, about: str) -> bytes:
        """Open with the key that the value names."""
        name = key_of(sealed)
        cipher = self.ciphers.get(name)
        if cipher is None:
            raise MissingKeyError(name)
        body = sealed[len(_FORM) + len(name) + 1 :]
        try:
            return cipher.decrypt(body[:_NONCE], body[_NONCE:], about.encode())
        except InvalidTag as error:
            raise UnsealableError(f"{about!r} was changed or moved") from error

    def names(self) -> frozenset[str]:
        """Return the names of its keys."""
        return frozenset(self.ciphers)

    def in_use(self) -> str:
        """Return the name of the key that seals."""
        return self.seals_with

    def index(self, text: str, about: str) -> str:
        """Return the keyed sum of a text."""
        return hmac.digest(
            self.finder, f"{about}\x1f{text}".encode(), hashlib.sha256
        ).hex()

    def signer(self) -> Signer:
        """Return the key that signs; raises UnsealableError when there is none."""
        if self.signs_with is None:
            raise UnsealableError("no key that signs is on the ring")
        return Signer(self.signs_with)


class FileRing:
    """The ring of an installation: its file is read again when it was changed.

    So a key that is added while the service runs is known to every process of it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = _state(path)
        self._keys = _load(path)

    @property
    def keys(self) -> Keys:
        """Return the keys as the file has them now."""
        if (seen := _state(self._path)) != self._seen:
            self._keys, self._seen = _load(self._path), seen
        return self._keys

    def seal(self, plain: bytes, about: str) -> bytes:
        """Seal with the key that is in use now."""
        return self.keys.seal(plain, about)

    def open(self, sealed: bytes, about: str) -> bytes:
        """Open what any key of the ring sealed."""
        try:
            return self._keys.open(sealed, about)
        except MissingKeyError:
            return self.keys.open(sealed, about)

    def names(self) -> frozenset[str]:
        """Return the names of its keys, as the file has them now."""
        return self.keys.names()

    def in_use(self) -> str:
        """Return the name of the key that seals now."""
        return self.keys.seals_with

    def index(self, text: str, about: str) -> str:
        """Return the keyed sum of a text."""
        return self._keys.index(text, about)

    def signer(self) -> Signer:
        """Return the key that signs; a ring of before gets one now."""
        if self.keys.signs_with is None:
            told = _read(self._path)
            told["sign"] = _text(secrets.token_bytes(_KEY))
            _write(self._path, told)
        return self.keys.signer()

    # --- changing it ------------------------------------------------------------------

    def add_key(self, at: datetime) -> str:
        """Put one more key on the ring, which seals nothing yet; return its name."""
        told = _read(self._path)
        name = f"k{max(int(each[1:]) for each in told['keys']) + 1}"
        told["keys"][name] = _new_key(at)
        _write(self._path, told)
        return name

    def use_newest(self) -> str:
        """Seal with the newest key from now on; return its name."""
        told = _read(self._path)
        told["seals_with"] = max(told["keys"], key=lambda name: int(name[1:]))
        _write(self._path, told)
        return str(told["seals_with"])

    def remove_key(self, name: str) -> None:
        """Take a key off that seals nothing any more; what it sealed opens no longer.

        Raises ValueError for the key that is in use.
        """
        told = _read(self._path)
        if name == told["seals_with"]:
            raise ValueError(f"{name} is in use")
        del told["keys"][name]
        _write(self._path, told)


def made_of(secret: bytes) -> Keys:
    """Return a ring that comes of a secret and needs no file: for made-up data."""
    cipher = AESGCM(hmac.digest(secret, b"ring:seal", hashlib.sha256))
    finder = hmac.digest(secret, b"ring:index", hashlib.sha256)
    signs_with = hmac.digest(secret, b"ring:sign", hashlib.sha256)
    return Keys(_FIRST, {_FIRST: cipher}, {_FIRST: ""}, finder, signs_with)


class NoRing:
    """What stands where nobody gave keys: it refuses to seal and to open."""

    def seal(self, plain: bytes, about: str) -> bytes:
        """Refuse."""
        del plain
        raise UnsealableError(f"no ring of keys was given to seal {about!r}")

    def open(self, sealed: bytes, about: str) -> bytes:
        """Refuse."""
        del sealed
        raise UnsealableError(f"no ring of keys was given to open {about!r}")

    def names(self) -> frozenset[str]:
        """Return that there are none."""
        return frozenset()

    def in_use(self) -> str:
        """Return that there is none."""
        return ""

    def index(self, text: str, about: str) -> str:
        """Refuse."""
        del text
        raise UnsealableError(f"no ring of keys was given to find {about!r}")

    def signer(self) -> Signer:
        """Refuse."""
        raise UnsealableError("no ring of keys was given to sign with")


def others_may_read(path: Path) -> bool:
    """Return whether more people than the owner of a file may read or change it."""
    return bool(stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO))


def make_ring(path: Path, at: datetime) -> None:
    """Make a ring with one key where there is none, readable by its owner alone.

    Of two processes that make it at once both have the ring of the first.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "seals_with": _FIRST,
        "keys": {_FIRST: _new_key(at)},
        "index": _text(secrets.token_bytes(_KEY)),
        "sign": _text(secrets.token_bytes(_KEY)),
    }
    beside = _beside(path, told)
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()


def key_of(sealed: bytes) -> str:
    """Return the name of the key under which a value stands."""
    if not sealed.startswith(_FORM):
        raise UnsealableError("this was never sealed")
    return sealed[len(_FORM) : sealed.index(b":", len(_FORM))].decode()


def _new_key(at: datetime) -> dict[str, str]:
    return {
        "key": _text(secrets.token_bytes(_KEY)),
        "made_at": at.isoformat(timespec="seconds"),
    }


def _state(path: Path) -> tuple[int, int]:
    seen = path.stat()
    return seen.st_mtime_ns, seen.st_ino


def _load(path: Path) -> Keys:
    return Keys.read(_read(path))


def _read(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.read_text())
    return told


def _write(path: Path, told: Mapping[str, Any]) -> None:
    """Put the keys in the place of those before, for the same owner."""
    before, beside = path.stat(), _beside(path, told)
    if os.geteuid() != before.st_uid:
        os.chown(beside, before.st_uid, before.st_gid)
    beside.replace(path)


def _beside(path: Path, told: Mapping[str, Any]) -> Path:
    """Write the keys into a new file beside, on the disk for good; return its path."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w") as handle:
        json.dump(told, handle, indent=1)
        handle.flush()
        os.fsync(handle.fileno())
    return beside


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
