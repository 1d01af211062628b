"""Somebody who visits the pages without a browser: reads, fills a form in, sends it."""

import re

from starlette.testclient import TestClient

from service.main import create_app
from tests.factories import PASSWORD, an_account

_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


class Visitor:
    """One person with cookies of her own; ``text``, ``status`` are of the answer."""

    def __init__(self, desk) -> None:
        self.client = TestClient(create_app(desk), raise_server_exceptions=False)
        self.text = ""
        self.status = 0
        self.path = ""
        self.headers = {}

    def opens(self, path: str) -> "Visitor":
        """Read a page, wherever it leads."""
        return self._took(self.client.get(path))

    def sends(self, path: str, **fields: object) -> "Visitor":
        """Send a form with the token of the page that was read last."""
        token = _TOKEN.search(self.text)
        assert token, f"no form on {self.path}"
        fields = {name.replace("_", "-"): value for name, value in fields.items()}
        return self._took(self.client.post(path, data=fields | {"csrf": token[1]}))

    def reopens(self, code: str, pin: str) -> "Visitor":
        """Open a matter by its code and number."""
        return self.opens("/mo-lai").sends("/mo-lai", ma=code, so=pin)

    def signs_in(self, name: str, password: str) -> "Visitor":
        """Sign in by name and password."""
        fields = {"ten": name, "mat-khau": password}
        return self.opens("/dang-nhap").sends("/dang-nhap", **fields)

    def _took(self, answer) -> "Visitor":
        self.text, self.status = answer.text, answer.status_code
        self.path, self.headers = answer.url.path, answer.headers
        return self


def at_the_counter_of(desk, office) -> Visitor:
    """Return a clerk of an office in front of the pages, signed in."""
    name = f"nguoi-{office}"
    an_account(desk, name, f"Chị {office}", "clerk", office)
    return Visitor(desk).signs_in(name, PASSWORD)
