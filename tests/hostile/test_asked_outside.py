"""What the service asks outside: nobody but whom the administrator named."""

import ast
from pathlib import Path

import pytest

from integrations.errors import OfficeRefusedError
from integrations.identity.gateway import IdentityGateway
from integrations.identity.provider import Provider, is_outside
from service.composition import system_clock
from tests.integrations.test_identity import a_flow

ISSUER = "https://id.example.vn"
INNER = (
    "http://127.0.0.1:8000/token",
    "https://127.0.0.1/token",
    "https://127.1/token",
    "https://2130706433/token",
    "https://0x7f.0.0.1/token",
    "https://0177.0.0.1/token",
    "https://[::1]/token",
    "https://[::ffff:169.254.169.254]/token",
    "https://169.254.169.254/latest/meta-data",
    "https://10.0.0.7/token",
    "https://localhost/token",
    "https://localhost./token",
    "https://database/token",
    "https://metadata.google.internal/token",
    "https://printer.local/token",
    "https://id.example.vn@127.0.0.1/token",
    "http://id.example.vn/token",
    "http://token.example.vn/token",
    "//127.0.0.1/token",
    "file:///etc/passwd",
    "gopher://id.example.vn/1",
    "https://[::1/token",
    "",
)


@pytest.mark.parametrize("address", INNER)
@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
def test_an_issuer_names_no_address_within_the_network(address, name, monkeypatch):
    told = {"issuer": ISSUER, name: address}
    gateway = IdentityGateway(Provider(issuer=ISSUER), system_clock)
    asked = []

    def answers(_self, _method, page, *_):
        asked.append(page)
        return told if page.startswith(ISSUER) else {"access_token": "x"}

    monkeypatch.setattr(IdentityGateway, "_ask", answers)
    with pytest.raises(OfficeRefusedError, match="no address of the world"):
        gateway._discovered(name)
    assert asked == [f"{ISSUER}/.well-known/openid-configuration"]


@pytest.mark.parametrize(
    "address",
    [f"{ISSUER}/token", "https://token.example.vn/a", "https://keys.example.com:8443"],
)
def test_an_issuer_may_name_itself_and_other_hosts_of_the_world(address):
    assert is_outside(address, ISSUER)


def test_an_issuer_on_this_machine_may_name_itself_only():
    assert is_outside("http://127.0.0.1:9/token", "http://127.0.0.1:9")
    assert not is_outside("http://localhost:9/token", "http://127.0.0.1:9")


def test_a_code_of_an_issuer_is_sent_nowhere_within_the_network(monkeypatch):
    told = {"issuer": ISSUER, "token_endpoint": "https://10.0.0.7/token"}
    monkeypatch.setattr(IdentityGateway, "_ask", lambda *_: told)
    gateway = IdentityGateway(Provider(issuer=ISSUER), system_clock)
    with pytest.raises(OfficeRefusedError):
        gateway.identify("code", a_flow())


def clients():
    """Yield each place in the program that makes a client of HTTP, with its options."""
    root = Path(__file__).parents[2]
    for folder in ("service", "integrations", "forms", "workflows"):
        for path in (root / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                    "httpx2.Client",
                    "httpx2.AsyncClient",
                }:
                    given = {one.arg: ast.unparse(one.value) for one in node.keywords}
                    yield path.relative_to(root).as_posix(), given


def test_no_client_follows_where_it_is_sent_or_obeys_the_environment():
    found = dict(clients())
    assert {"integrations/http.py", "integrations/identity/gateway.py"} <= found.keys()
    for where, given in found.items():
        if not where.startswith(("service/faults", "service/bench")):
            assert given.get("follow_redirects", "False") == "False", where
            assert given.get("trust_env") == "False", where
            assert "timeout" in given, where
