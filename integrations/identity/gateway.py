"""Sign-in by OpenID Connect: authorization code, PKCE, and a checked ID token.

Written for any provider; the national portal (VNConnect) and VNeID differ in addresses,
names of claims and levels, which are settings (``provider.Provider``).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import quote, urlencode

import httpx2

from integrations.errors import (
    AccountKindError,
    AdapterNotConfiguredError,
    LevelTooLowError,
    OfficeRefusedError,
    OfficeUnavailableError,
)
from integrations.http import UNPACKED, whole
from integrations.identity.pkce import challenge_of
from integrations.identity.provider import Provider, is_outside
from integrations.identity.tokens import OFFICE, Expected, Keys, TokenCheck
from integrations.messages import Identity, SignInFlow

_DISCOVERY = "/.well-known/openid-configuration"
_KEPT = timedelta(hours=1)  # so long a discovery document is believed
_NO_TOKEN = "the answer holds no ID token"  # noqa: S105  a sentence
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")

Told = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NoProvider:
    """No sign-in elsewhere is set up: pages do not offer it."""

    title: None = None

    def check(self) -> str:
        """Raise AdapterNotConfiguredError with what is missing."""
        raise self._missing()

    def address(self, flow: SignInFlow) -> str:
        """Raise AdapterNotConfiguredError."""
        del flow
        raise self._missing()

    def identify(self, code: str, flow: SignInFlow) -> Identity:
        """Raise AdapterNotConfiguredError."""
        del code, flow
        raise self._missing()

    @staticmethod
    def _missing() -> AdapterNotConfiguredError:
        return AdapterNotConfiguredError(
            OFFICE,
            "no client is registered at an identity provider (DAT_IDENTITY__ISSUER);"
            " people open their matter by code and pin",
        )


@dataclass(slots=True)
class IdentityGateway:
    """One provider; may be used from several threads."""

    provider: Provider
    clock: Callable[[], datetime]
    _client: httpx2.Client = field(init=False)
    _check: TokenCheck = field(init=False)
    _found: tuple[datetime, Told] | None = None

    def __post_init__(self) -> None:
        # People sign in seldom: no connection is kept in between.
        self._client = httpx2.Client(
            timeout=self.provider.seconds,
            follow_redirects=False,
            trust_env=False,
            headers=UNPACKED,
            limits=httpx2.Limits(max_keepalive_connections=0),
        )
        self._check = TokenCheck(Keys(self._fetch_keys, self.clock), self.clock)

    @property
    def title(self) -> str:
        """Return what people call this sign-in."""
        return self.provider.title

    def check(self) -> str:
        """Return that the provider answers and can be believed."""
        self._endpoint("authorization_endpoint")
        self._endpoint("token_endpoint")
        if not self.provider.without_id_token:
            self._check.keys.known()
        return f"{OFFICE}: {self.provider.issuer}"

    def address(self, flow: SignInFlow) -> str:
        """Return the page of the provider, with what binds its answer to us."""
        asked = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": flow.return_to,
            "scope": self.provider.scope,
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": challenge_of(flow.verifier),
            "code_challenge_method": "S256",
        }
        if self.provider.acr_values:
            asked["acr_values"] = self.provider.acr_values
        page = self._endpoint("authorization_endpoint")
        return f"{page}{'&' if '?' in page else '?'}{urlencode(asked)}"

    def identify(self, code: str, flow: SignInFlow) -> Identity:
        """Return who came back with the code.

        Raises OfficeRefusedError when anything about the answer is not as it must be,
        LevelTooLowError or AccountKindError among them, and OfficeUnavailableError
        when the provider does not answer.
        """
        answer = self._redeem(code, flow)
        claims = self._claims(answer, flow)
        wanted = self.provider.acr_values.split()
        if wanted and self.provider.acr_checked and claims.get("acr") not in wanted:
            raise LevelTooLowError(OFFICE, "signed in at a lower level than asked for")
        return self._identity(claims)

    # --- what the provider says -------------------------------------------------------

    def _redeem(self, code: str, flow: SignInFlow) -> Told:
        provider = self.provider
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": flow.return_to,
            "code_verifier": flow.verifier,
        }
        secret, headers = provider.client_secret.get_secret_value(), {}
        if provider.client_auth == "post":
            form |= {"client_id": provider.client_id, "client_secret": secret}
        else:
            # RFC 6749, 2.3.1: both parts are encoded as in a form, then joined.
            pair = f"{quote(provider.client_id, '')}:{quote(secret, '')}"
            told = base64.b64encode(pair.encode()).decode()
            headers = {"authorization": f"Basic {told}"}
        return self._ask("POST", self._endpoint("token_endpoint"), headers, form)

    def _claims(self, answer: Told, flow: SignInFlow) -> Told:
        provider, token = self.provider, answer.get("id_token")
        checked: Told = {}
        if isinstance(token, str):
            expected = Expected(
                provider.issuer,
                provider.client_id,
                flow.nonce,
                provider.algorithms,
                provider.leeway_seconds,
            )
            checked = self._check.claims(token, expected)
        elif not provider.without_id_token:
            raise OfficeRefusedError(OFFICE, _NO_TOKEN)
        more = self._userinfo(answer, needed=not checked)
        if checked and more and more.get("sub") != checked["sub"]:
            raise OfficeRefusedError(OFFICE, "userinfo tells of another subject")
        # What is signed holds over what is not.
        return {**more, **checked}

    def _userinfo(self, answer: Told, *, needed: bool) -> Told:
        page = self.provider.userinfo_endpoint or self._discovered("userinfo_endpoint")
        if not page:
            if needed:
                raise AdapterNotConfiguredError(OFFICE, "no userinfo endpoint is known")
            return {}
        bearer = answer.get("access_token")
        if not isinstance(bearer, str) or not bearer.isascii():
            raise OfficeRefusedError(OFFICE, "the answer holds no access token")
        return self._ask("GET", page, {"authorization": f"Bearer {bearer}"})

    def _identity(self, claims: Told) -> Identity:
        names, subject = self.provider.claims, claims.get("sub")
        name = " ".join(str(claims.get(names.name) or "").split())
        if not isinstance(subject, str) or not subject or not name:
            raise OfficeRefusedError(OFFICE, "who signed in has no subject or no name")
        if names.account_kind:
            kind = str(claims.get(names.account_kind, ""))
            if kind not in names.citizen_kinds:
                raise AccountKindError(OFFICE, "not the account of a natural person")
        return Identity(
            issuer=self.provider.issuer,
            subject=subject,
            full_name=name,
            person_id=str(claims.get(names.person_id) or "") or None,
            birth_date=_day(claims.get(names.birth_date), names.birth_format),
            level=str(claims.get("acr") or ""),
        )

    # --- addresses and HTTP -----------------------------------------------------------

    def _endpoint(self, name: str) -> str:
        address = str(getattr(self.provider, name)) or self._discovered(name)
        if not address:
            raise AdapterNotConfiguredError(OFFICE, f"no {name} is known")
        return address

    def _discovered(self, name: str) -> str:
        """Return an address from the discovery document; empty when all are set."""
        if all(getattr(self.provider, each) for each in _ENDPOINTS):
            return ""
        now = self.clock()
        if self._found is None or not timedelta(0) <= now - self._found[0] < _KEPT:
            page = self.provider.issuer.rstrip("/") + _DISCOVERY
            told = self._ask("GET", page, {})
            if told.get("issuer") != self.provider.issuer:
                raise OfficeRefusedError(OFFICE, "discovery tells of another issuer")
            self._found = now, told
        address = self._found[1].get(name)
        if address is None:
            return ""
        issuer = self.provider.issuer
        if not (isinstance(address, str) and is_outside(address, issuer)):
            raise OfficeRefusedError(OFFICE, f"the {name} is no address of the world")
        return address

    def _fetch_keys(self) -> Told:
        return self._ask("GET", self._endpoint("jwks_uri"), {})

    def _ask(
        self,
        method: str,
        page: str,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None = None,
    ) -> Told:
        """Return a JSON object; a plain no is a refusal, all else no answer."""
        seconds = self.provider.seconds
        try:
            with self._client.stream(
                method,
                page,
                data=dict(form) if form else None,
                headers={**headers, "accept": "application/json"},
            ) as answer:
                raw = whole(OFFICE, answer, seconds)
                status = answer.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise OfficeUnavailableError(OFFICE, type(error).__name__) from error
        if status in {400, 401, 403}:
            raise OfficeRefusedError(OFFICE, f"refused with status {status}")
        if status != 200:
            raise OfficeUnavailableError(OFFICE, f"status {status}")
        try:
            told = json.loads(raw)
        except ValueError as error:
            raise OfficeUnavailableError(OFFICE, "no JSON") from error
        if not isinstance(told, dict):
            raise OfficeUnavailableError(OFFICE, "no JSON object")
        return told


def _day(told: object, form: str) -> date | None:
    """Return a day as the provider writes it; None for anything that is no day."""
    try:
        return datetime.strptime(str(told), form).date()  # noqa: DTZ007  a day only
    except ValueError:
        return None


def connect(
    provider: Provider, clock: Callable[[], datetime]
) -> IdentityGateway | NoProvider:
    """Return the gateway to a provider that is set up, else one that offers nothing."""
    return IdentityGateway(provider, clock) if provider.issuer else NoProvider()
