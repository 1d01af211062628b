"""Identity providers to sign in at: our simulated one, and one that others wrote."""

import re
import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qs, urlsplit

import httpx2
import uvicorn

from integrations.identity.gateway import connect
from integrations.identity.provider import ClaimMap, Provider
from integrations.identity.server import SimulatedProvider, app
from integrations.listening import listening_socket
from integrations.messages import SignInFlow
from service.composition import system_clock
from tests.simulator.conftest import PATIENCE

SECRET = "chỉ để thử"


def told_of(address: str) -> Provider:
    """Return what the settings tell of the simulated provider at an address."""
    return Provider(
        issuer=address,
        client_secret=SECRET,
        acr_values="LoA1 LoA2",
        seconds=PATIENCE,
    )


@contextmanager
def loopback(application):
    """Serve an application on a free port until the block ends."""
    config = uvicorn.Config(application, log_level="warning", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    with listening_socket("127.0.0.1") as listening:
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


@contextmanager
def simulated(clock=system_clock):
    """Yield the simulated provider and where it is served."""
    provider = SimulatedProvider(clock, SECRET)
    with loopback(app(provider)) as address:
        yield provider, address


@contextmanager
def foreign():
    """Yield where a provider of other people is served; it knows one person."""
    with warnings.catch_warnings():
        import authlib.deprecate  # noqa: F401, PLC0415  it asks to be heard always

        warnings.simplefilter("ignore")
        from oidc_provider_mock import (  # noqa: PLC0415  it warns on import
            User,
            run_server_in_thread,
        )

        hoa = User(
            sub="tn-hoa",
            claims={"name": "Nguyễn Thị Mẫu Hoa", "birthdate": "1981-11-20"},
        )
        with run_server_in_thread(user_claims=[hoa]) as server:
            yield f"http://localhost:{server.server_port}"


@dataclass
class Place:
    """A provider as a test sees it, with the settings that fit it."""

    provider: Provider
    clock: object = system_clock

    def gateway(self, *, clock=None, **changes):
        told = self.provider.model_dump() | changes
        return connect(Provider.model_validate(told), clock or self.clock)


def place_of_simulated(address, clock=system_clock) -> Place:
    told = told_of(address)
    return Place(told, clock)


def place_of_foreign(address) -> Place:
    claims = ClaimMap(
        name="name",
        person_id="",
        birth_date="birthdate",
        birth_format="%Y-%m-%d",
        account_kind="",
    )
    told = Provider(
        issuer=address,
        client_secret=SECRET,
        scope="openid profile",
        claims=claims,
        seconds=PATIENCE,
    )
    return Place(told)


def a_flow(**changes) -> SignInFlow:
    told = {
        "state": "state-of-this-sign-in",
        "nonce": "nonce-of-this-sign-in",
        "verifier": "verifier-of-this-sign-in-that-is-long-enough",
        "return_to": "http://127.0.0.1:9/dang-nhap/vneid/ve",
    }
    return SignInFlow(**told | changes)


@cache
def browser() -> httpx2.Client:
    """Return what stands for a browser; it keeps no connection and follows nothing."""
    return httpx2.Client(
        timeout=PATIENCE, limits=httpx2.Limits(max_keepalive_connections=0)
    )


def picks(address: str, sub: str = "tn-hoa") -> str:
    """Pick a person on the page of a provider; return where the browser is sent."""
    answer = browser().post(address, data={"sub": sub})
    assert answer.status_code in {302, 303}, answer.text[:300]
    return answer.headers["location"]


def code_in(address: str) -> str:
    return parse_qs(urlsplit(address).query)["code"][0]


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]
