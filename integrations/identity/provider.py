"""What an installation says of the identity provider at which people sign in.

The names of claims are by default those of the national portal (VNConnect); another
provider has a map of its own. Nothing here is a fact of the law: an agreement with the
provider brings every value.
"""

from __future__ import annotations

from typing import Literal, Self, TypeAlias
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from integrations.loopback import is_loopback

# Names that end so are given within a network: RFC 6761, 6762, 8375, and by custom.
_INNER = frozenset({"arpa", "corp", "home", "internal", "lan", "local", "localhost"})
Algorithm: TypeAlias = Literal["RS256", "PS256", "ES256"]


class ClaimMap(BaseModel):
    """By which names the provider tells what; an empty name: it does not tell it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = "HoVaTen"
    person_id: str = "SoDinhDanh"
    birth_date: str = "NgayThangNamSinh"
    birth_format: str = Field(default="%Y%m%d", description="as strptime reads it")
    account_kind: str = "LoaiTaiKhoan"
    citizen_kinds: tuple[str, ...] = Field(
        default=("1",), description="kinds of account that are one natural person"
    )


class Provider(BaseModel):
    """An OpenID Connect provider and our registration there.

    Endpoints that are not named are read from the discovery document of the issuer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(default="VNeID", description="what people call this sign-in")
    issuer: str = ""
    client_id: str = "dat"
    client_secret: SecretStr = SecretStr("")
    client_auth: Literal["basic", "post"] = "basic"
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    userinfo_endpoint: str = ""
    jwks_uri: str = ""
    scope: str = "openid"
    acr_values: str = Field(default="", description="levels asked for, by blanks")
    acr_checked: bool = Field(
        default=True, description="refuse who comes with none of the levels asked for"
    )
    acr_of_staff: tuple[str, ...] = Field(
        default=(), description="levels that are a second factor of staff; none: ask it"
    )
    algorithms: tuple[Algorithm, ...] = ("RS256", "PS256", "ES256")
    without_id_token: bool = Field(
        default=False, description="trust the userinfo endpoint alone; no nonce then"
    )
    leeway_seconds: int = Field(default=60, ge=0, le=300)
    seconds: float = Field(default=5, gt=0, description="how long an answer may take")
    claims: ClaimMap = ClaimMap()

    @model_validator(mode="after")
    def _refuse_open_lines(self) -> Self:
        for address in (
            self.issuer,
            self.authorization_endpoint,
            self.token_endpoint,
            self.userinfo_endpoint,
            self.jwks_uri,
        ):
            if address and not is_safe(address):
                raise ValueError(
                    "the identity provider must be reached by https outside loopback"
                )
        return self


def is_safe(address: str) -> bool:
    """Return whether an address is https, or plain and on this machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https"
        or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    )


def is_outside(address: str, issuer: str) -> bool:
    """Return whether an address that an issuer tells of may be asked.

    What the issuer says of its own host holds as the settings do. Of any other host it
    may name only one that has a name in the world, by https: no machine of the inner
    network, which nobody could ask from outside.
    """
    try:
        host, own = urlsplit(address).hostname, urlsplit(issuer).hostname
    except ValueError:
        return False
    if not host or not is_safe(address):
        return False
    if host == own:
        return True
    names = host.lower().rstrip(".").split(".")
    in_the_world = len(names) > 1 and names[-1] not in _INNER and names[-1].isalpha()
    return in_the_world and address.lower().startswith("https:")
