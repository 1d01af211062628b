"""A page shows something soon to a cheap phone on a weak line."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.browser.quality import first_paint
from tests.browser.scenes import NEW
from tests.browser.ways import as_citizen, at, question

pytestmark = pytest.mark.browser

# A page with nothing on it paints after 0.43 s on such a line; ours may take 1.5 s.
BARE_PAGES = 3.5
PAGES = {
    "home": at("/"),
    "question": question("land.purpose"),
    "plan": as_citizen(NEW, "/ke-hoach/{code}"),
}


class _BarePage(BaseHTTPRequestHandler):
    """Answers every question with a page that has one letter on it."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>x</title><p>x</p>")

    def log_message(self, *_: object) -> None:
        """Say nothing of the questions."""


@pytest.fixture(scope="module")
def bare_page():
    """Serve a page with nothing on it, and return its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _BarePage) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_paints_soon_on_a_weak_line(scene, bare_page, name):
    person = PAGES[name](scene)
    url = person.page.url

    soonest = min(first_paint(person.page, url) for _ in range(3))
    least = min(first_paint(person.page, bare_page) for _ in range(3))

    assert soonest < BARE_PAGES * least
