"""What a person types is printed as it stands, and nothing that it names is fetched."""

import ctypes
import socket
import threading
from contextlib import contextmanager

import pypdfium2
import pytest
from pypdfium2 import raw

from forms import pdf, prefill
from tests.forms.papers import edition, squash, text_of
from tests.forms.samples import TYPICAL

# Each address in another element that an engine might follow.
PAYLOADS = {
    "http": '<img src="http://{host}/a.png">',
    "https": '<link rel=stylesheet href="https://{host}/b.css">',
    "file": '<object data="file://{secret}"></object>',
    "ftp": '<iframe src="ftp://{host}/d"></iframe>',
    "data": '<embed src="data:text/html,<script>e</script>">',
    "host": '<svg><image href="//{host}/f.svg"/></svg>',
    "script": '<a href="javascript:g()">bấm</a>',
    "jar": '<a rel=attachment href="jar:http://{host}/h!/x">tệp</a>',
    "view-source": '<style>@import "view-source:http://{host}/i";</style>',
    "unc": r'<p style="background:url(\\\\{host}\j)">k</p>',
    "template": "{{{{ 7*7 }}}} {{% include 'paper.html.jinja' %}}",
    "bare": "http://{host}/l?x=1&y=2",
}
FORMS = ("F-CHANGE", "TAX-03-BDS-TNCN", "ONESTOP-01")


@contextmanager
def listening():
    """Return the address of a port and what has called there, of any protocol."""
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        done = threading.Event()

        def hear():
            while not done.is_set():
                try:
                    caller, _ = server.accept()
                except TimeoutError:
                    continue
                calls.append(caller.recv(200))
                caller.close()

        thread = threading.Thread(target=hear, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}", calls
        finally:
            done.set()
            thread.join(5)


def links(document):
    """How many links the pages have."""
    found, place = 0, ctypes.c_int(0)
    for page in document:
        place.value = 0
        link = raw.FPDF_LINK()
        while raw.FPDFLink_Enumerate(page, place, link):
            found += 1
    return found


def is_free_text(key, value):
    """Whether a person types the fact in words."""
    fixed = (".role", ".share", "_date", ".date", "goal", "province", "property.kind")
    numbers = ("area_m2", "received_at", "appointment")
    return isinstance(value, str) and not key.endswith((*fixed, *numbers))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", PAYLOADS)
def test_an_address_in_any_text_is_printed_and_nobody_is_asked(form, kind, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("không được đọc")
    with listening() as (host, calls):
        typed = PAYLOADS[kind].format(host=host, secret=secret)
        facts = {
            key: typed if is_free_text(key, value) else value
            for key, value in TYPICAL.items()
        }
        facts["case.papers"] = [{"name": typed, "original": 1}]
        content = pdf.render(pdf.sheet(prefill.fill(edition(form), facts)))

    text = text_of(content)
    assert calls == []
    assert squash(text).count(squash(typed)) >= 3
    assert "không được đọc" not in text
    document = pypdfium2.PdfDocument(content)
    names = [
        document.get_attachment(place).get_name()
        for place in range(document.count_attachments())
    ]
    assert all(name.endswith(".json") for name in names)
    assert links(document) == 0
