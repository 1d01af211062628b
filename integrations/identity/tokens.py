"""Checks an ID token: who signed it, for whom, when, and in answer to which question.

The signature is checked by a public key of the provider only: an algorithm with a
shared secret, or none at all, is refused whatever the token says of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from integrations.errors import OfficeRefusedError, OfficeUnavailableError

OFFICE = "identity"
# The keys are fetched anew for an unknown one at most once in this time.
_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Expected:
    """What an ID token must say to be an answer to us, here and now."""

    issuer: str
    client_id: str
    nonce: str
    algorithms: Collection[str]
    leeway_seconds: int


@dataclass(slots=True)
class Keys:
    """The public keys of a provider, kept until it signs with one we do not know."""

    fetch: Callable[[], Mapping[str, object]]
    clock: Callable[[], datetime]
    _keys: KeySet | None = None
    _renewed_at: datetime | None = None

    def known(self) -> KeySet:
        """Return the keys, fetched the first time."""
        if self._keys is None:
            self._keys = _public(self.fetch())
        return self._keys

    def renewed(self) -> KeySet | None:
        """Return the keys as they are now; None when they were just fetched anew."""
        now = self.clock()
        if self._renewed_at is not None and now - self._renewed_at < _PAUSE:
            return None
        self._renewed_at = now
        self._keys = _public(self.fetch())
        return self._keys


def _public(told: Mapping[str, object]) -> KeySet:
    """Return the keys that may sign: never a shared secret, never one to encrypt."""
    keys: list[RSAKey | ECKey] = []
    listed = told.get("keys")
    for each in listed if isinstance(listed, list) else []:
        if not isinstance(each, dict) or each.get("use", "sig") != "sig":
            continue
        try:
            if each.get("kty") == "RSA":
                keys.append(RSAKey.import_key(each))
            elif each.get("kty") == "EC":
                keys.append(ECKey.import_key(each))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    if not keys:
        raise OfficeUnavailableError(OFFICE, "no key that can check a signature")
    return KeySet(list(keys))


@dataclass(slots=True)
class TokenCheck:
    """Checks the tokens of one provider."""

    keys: Keys
    clock: Callable[[], datetime]

    def claims(self, token: str, expected: Expected) -> Mapping[str, object]:
        """Return what a token says; raise OfficeRefusedError for the first flaw."""
        try:
            decoded = self._decoded(token, expected.algorithms)
            registry = jwt.JWTClaimsRegistry(
                now=int(self.clock().timestamp()),
                leeway=expected.leeway_seconds,
                iss={"essential": True, "value": expected.issuer},
                aud={"essential": True, "value": expected.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": expected.nonce},
            )
            registry.validate(decoded.claims)
        except (JoseError, ValueError) as error:
            raise OfficeRefusedError(OFFICE, f"ID token: {error}") from error
        _meant_for(decoded.claims, expected.client_id)
        return decoded.claims

    def _decoded(self, token: str, algorithms: Collection[str]) -> jwt.Token:
        allowed = list(algorithms)
        try:
            return jwt.decode(token, self.keys.known(), algorithms=allowed)
        except InvalidKeyIdError:
            renewed = self.keys.renewed()
            if renewed is None:
                raise
            return jwt.decode(token, renewed, algorithms=allowed)


def _meant_for(claims: Mapping[str, object], client_id: str) -> None:
    """Refuse a token that others may use too, unless it names us as its party."""
    audience, party = claims["aud"], claims.get("azp")
    several = isinstance(audience, list) and len(audience) > 1
    if party != client_id and (party is not None or several):
        raise OfficeRefusedError(OFFICE, "ID token: another authorized party")
