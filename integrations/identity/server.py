"""A simulated identity provider: real OpenID Connect over HTTP, with made-up people.

For trials and tests. On its page one picks a made-up person instead of proving who one
is. Codes are good once and briefly, PKCE and the secret of the client are checked, and
it can be told to misbehave.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import unquote, urlencode

import yaml
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from integrations.identity.pkce import challenge_of
from integrations.twin import TRIAL

_PEOPLE = Path(__file__).with_name("people.yaml")
_CODE_LIFE = timedelta(minutes=1)
_TOKEN_LIFE = timedelta(minutes=5)
_BITS = 2048
_ABOUT_ACCOUNT = ("sub", "acr")  # what the ID token says besides what frames it

Person = Mapping[str, str]


class Wrong(StrEnum):
    """What the provider may be told to do wrong; each value says it in words."""

    NOTHING = "làm đúng"
    DOWN = "không trả lời"
    GARBAGE = "trả lời thứ không đọc được"
    ENDLESS = "trả lời dài vô tận"
    REDIRECT = "chuyển sang địa chỉ khác"
    NONCE = "trả lời cho lần đăng nhập khác"
    AUDIENCE = "thẻ dành cho nơi khác"
    PARTY = "thẻ dùng chung với nơi khác"
    ISSUER = "thẻ của nơi cấp khác"
    EXPIRED = "thẻ đã hết hạn"
    FUTURE = "thẻ ghi giờ chưa tới"
    NO_SIGNATURE = "thẻ không ký"
    SHARED_KEY = "thẻ ký bằng khóa ai cũng biết"
    FOREIGN_KEY = "thẻ ký bằng khóa của kẻ khác"
    TOKENLESS = "không đưa thẻ"
    NO_NAME = "không nói họ tên"
    OTHER_SUBJECT = "kể về người khác"
    LOW_LEVEL = "mức định danh thấp"


@dataclass(frozen=True, slots=True)
class _Granted:
    """What a code stands for until it is redeemed."""

    person: Person
    nonce: str
    challenge: str
    return_to: str
    until: datetime


@cache
def made_up_people() -> Sequence[Person]:
    """Return the people that may be picked."""
    people: Sequence[Person] = yaml.safe_load(_PEOPLE.read_text("utf-8"))
    return people


def _new_key() -> RSAKey:
    return RSAKey.generate_key(_BITS, {"use": "sig", "kid": secrets.token_hex(8)})


@dataclass(slots=True)
class SimulatedProvider:
    """The state of the provider; ``wrong`` is how it misbehaves from now on."""

    clock: Callable[[], datetime]
    client_secret: str
    client_id: str = "dat"
    people: Sequence[Person] = field(default_factory=made_up_people)
    wrong: Wrong = Wrong.NOTHING
    _key: RSAKey = field(default_factory=_new_key)
    _codes: dict[str, _Granted] = field(default_factory=dict)
    _bearers: dict[str, Person] = field(default_factory=dict)

    def rotate(self) -> None:
        """Sign with a new key from now on; the old one is published no more."""
        self._key = _new_key()

    def keys(self) -> Mapping[str, object]:
        """Return the public keys."""
        return KeySet([self._key]).as_dict(private=False)

    def grant(self, asked: Mapping[str, str], sub: str) -> str | None:
        """Return a code for the person who was picked; None for one that nobody is."""
        person = next((each for each in self.people if each["sub"] == sub), None)
        if person is None:
            return None
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Granted(
            person,
            asked.get("nonce", ""),
            asked.get("code_challenge", ""),
            asked.get("redirect_uri", ""),
            self.clock() + _CODE_LIFE,
        )
        return code

    def redeem(
        self, form: Mapping[str, str], issuer: str
    ) -> Mapping[str, object] | None:
        """Return tokens for a code, once; None when anything does not fit."""
        granted = self._codes.pop(form.get("code", ""), None)
        if (
            granted is None
            or self.clock() >= granted.until
            or form.get("redirect_uri") != granted.return_to
            or challenge_of(form.get("code_verifier", "")) != granted.challenge
        ):
            return None
        bearer = secrets.token_urlsafe(24)
        self._bearers[bearer] = granted.person
        answer: dict[str, object] = {
            "access_token": bearer,
            "token_type": "Bearer",
            "expires_in": int(_TOKEN_LIFE.total_seconds()),
        }
        if self.wrong is Wrong.TOKENLESS:
            return answer
        return answer | {"id_token": self._token(granted, issuer)}

    def about(self, bearer: str) -> Mapping[str, str] | None:
        """Return what is told of the person of an access token."""
        person = self._bearers.pop(bearer, None)
        if person is None:
            return None
        if self.wrong is Wrong.OTHER_SUBJECT:
            return {**person, "sub": "tn-nguoi-khac"}
        if self.wrong is Wrong.NO_NAME:
            return {**person, "HoVaTen": " "}
        return person

    def _token(self, granted: _Granted, issuer: str) -> str:
        now = self.clock()
        claims: dict[str, object] = {
            "iss": issuer,
            "aud": self.client_id,
            "nonce": granted.nonce,
            "iat": int(now.timestamp()),
            "exp": int((now + _TOKEN_LIFE).timestamp()),
            **{name: granted.person[name] for name in _ABOUT_ACCOUNT},
        }
        return self._signed({**claims, **self._flaw(claims)})

    def _flaw(self, claims: Mapping[str, object]) -> Mapping[str, object]:
        """Return the claims that are told wrongly."""
        day = int(timedelta(days=1).total_seconds())
        at = self.clock().timestamp()
        flaws: dict[Wrong, Mapping[str, object]] = {
            Wrong.NONCE: {"nonce": "of-another-sign-in"},
            Wrong.AUDIENCE: {"aud": "somebody-else"},
            Wrong.PARTY: {"aud": [claims["aud"], "else"], "azp": "else"},
            Wrong.ISSUER: {"iss": f"{claims['iss']}/other"},
            Wrong.EXPIRED: {"iat": int(at) - day, "exp": int(at) - day // 2},
            Wrong.FUTURE: {"iat": int(at) + day, "exp": int(at) + 2 * day},
            Wrong.LOW_LEVEL: {"acr": "LoA0"},
        }
        return flaws.get(self.wrong, {})

    def _signed(self, claims: Mapping[str, object]) -> str:
        public = self._key.as_pem(private=False)
        match self.wrong:
            case Wrong.NO_SIGNATURE:
                return _by_hand("none", claims, lambda _: b"")
            case Wrong.SHARED_KEY:
                return _by_hand(
                    "HS256", claims, lambda told: hmac.digest(public, told, "sha256")
                )
            case Wrong.FOREIGN_KEY:
                key = _new_key()
            case _:
                key = self._key
        header = {"alg": "RS256", "kid": self._key.kid}
        return jwt.encode(header, dict(claims), key, algorithms=["RS256"])


def _by_hand(
    algorithm: str, claims: Mapping[str, object], sign: Callable[[bytes], bytes]
) -> str:
    """Return a token that no honest library would make."""
    parts = [json.dumps(each).encode() for each in ({"alg": algorithm}, claims)]
    told = b".".join(map(_base64, parts))
    return b".".join((told, _base64(sign(told)))).decode()


def _base64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def app(provider: SimulatedProvider) -> Starlette:
    """Return the provider as an application, at whatever path it is mounted."""
    made = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", _discovery),
            Route("/jwks", _jwks),
            Route("/oauth2/authorize", _authorize, methods=["GET", "POST"]),
            Route("/oauth2/token", _token, methods=["POST"]),
            Route("/oauth2/userinfo", _userinfo),
        ]
    )
    made.state.provider = provider
    return made


def _of(request: Request) -> SimulatedProvider:
    provider: SimulatedProvider = request.app.state.provider
    return provider


def _issuer(request: Request) -> str:
    url = request.url
    return f"{url.scheme}://{url.netloc}{request.scope.get('root_path', '')}"


def _discovery(request: Request) -> Response:
    issuer = _issuer(request)
    return JSONResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/oauth2/authorize",
            "token_endpoint": f"{issuer}/oauth2/token",
            "userinfo_endpoint": f"{issuer}/oauth2/userinfo",
            "jwks_uri": f"{issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }
    )


def _jwks(request: Request) -> Response:
    return _spoilt(_of(request)) or JSONResponse(_of(request).keys())


async def _authorize(request: Request) -> Response:
    """Show who may be picked; whoever was picked goes back with a code."""
    provider, asked = _of(request), dict(request.query_params)
    wanted = {
        "response_type": "code",
        "client_id": provider.client_id,
        "code_challenge_method": "S256",
    }
    if any(asked.get(name) != value for name, value in wanted.items()):
        return HTMLResponse(_page("<p>Yêu cầu đăng nhập không đúng.</p>"), 400)
    back = {"state": asked.get("state", "")}
    if request.method == "POST":
        picked = str((await request.form()).get("sub", ""))
        code = provider.grant(asked, picked)
        back |= {"error": "access_denied"} if code is None else {"code": code}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 303)
    rows = "".join(_row(each) for each in provider.people)
    leave = '<button name="sub" value="" class="two">Không đăng nhập</button>'
    lead = "<p>Chọn một người không có thật để đăng nhập thử.</p>"
    return HTMLResponse(_page(f'{lead}<form method="post">{rows}{leave}</form>'))


async def _token(request: Request) -> Response:
    provider = _of(request)
    form = {name: str(value) for name, value in (await request.form()).items()}
    spoilt = _spoilt(provider)
    if spoilt is not None:
        return spoilt
    if not _is_client(provider, request.headers.get("authorization", ""), form):
        return JSONResponse({"error": "invalid_client"}, 401)
    answer = await run_in_threadpool(provider.redeem, form, _issuer(request))
    if answer is None:
        return JSONResponse({"error": "invalid_grant"}, 400)
    return JSONResponse(answer, headers={"cache-control": "no-store"})


def _userinfo(request: Request) -> Response:
    kind, _, bearer = request.headers.get("authorization", "").partition(" ")
    told = _of(request).about(bearer) if kind == "Bearer" else None
    if told is None:
        return JSONResponse({"error": "invalid_token"}, 401)
    return JSONResponse(told)


def _is_client(
    provider: SimulatedProvider, authorization: str, form: Mapping[str, str]
) -> bool:
    """Return whether the secret of the client came, in the header or in the form."""
    name, secret = form.get("client_id", ""), form.get("client_secret", "")
    kind, _, told = authorization.partition(" ")
    if kind == "Basic":
        pair = base64.b64decode(told).decode().partition(":")
        name, secret = unquote(pair[0]), unquote(pair[2])
    right = secrets.compare_digest(secret.encode(), provider.client_secret.encode())
    return right and name == provider.client_id


def _spoilt(provider: SimulatedProvider) -> Response | None:
    """Return how the line fails, when it was told to fail."""
    match provider.wrong:
        case Wrong.DOWN:
            return Response("", 503)
        case Wrong.GARBAGE:
            return HTMLResponse("<p>không phải JSON</p>")
        case Wrong.ENDLESS:
            return Response(b" " * 3_000_000, media_type="application/json")
        case Wrong.REDIRECT:
            return RedirectResponse("/oauth2/elsewhere", 307)
        case _:
            return None


def _row(person: Person) -> str:
    name = escape(person["HoVaTen"])
    number = escape(person["SoDinhDanh"] or "tài khoản tổ chức")
    sub = escape(person["sub"])
    return f'<button name="sub" value="{sub}"><b>{name}</b><br>{number}</button>'


_STYLE = """
body{font:1.125rem/1.5 sans-serif;margin:0 auto;max-width:32rem;padding:1rem;color:#111}
button{display:block;width:100%;min-height:3.5rem;margin:0 0 .75rem;padding:.5rem 1rem;
font:inherit;text-align:left;background:#fff;border:2px solid #0b5394;
border-radius:.5rem}
.two{border-color:#888}
.mark{background:#fff3cd;padding:.5rem 1rem}
"""


def _page(inside: str) -> str:
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f"<title>Đăng nhập {TRIAL}</title><style>{_STYLE}</style></head><body>"
        f'<p class="mark">Trang {TRIAL}: không phải VNeID, mọi người ở đây đều là giả.'
        f"</p><main><h1>Đăng nhập {TRIAL}</h1>{inside}</main></body></html>"
    )
