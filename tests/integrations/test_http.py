"""One client for all offices: what an answer means, and who signed a message."""

from __future__ import annotations

import gzip
import hashlib
import ssl
import threading
import tracemalloc
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import standardwebhooks
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from integrations import webhooks
from integrations.errors import OfficeRefusedError, OfficeUnavailableError
from integrations.http import REFUSALS, Call, Line, OfficeClient
from integrations.messages import Acknowledgement, Message

SECRET = b"a key of the office and ours, 32 bytes"
NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
WAY = webhooks.FROM_OFFICE


class Told(Message):
    """What an office is told; the second word came with a newer program."""

    code: str
    newer: bool = False


CALL = Call("/told", Told, Acknowledgement, "told")
MESSAGE = Told(code="k")
GOOD = b'{"reference": "r"}'


@contextmanager
def an_office(answer):
    """Serve one path; ``answer(request)`` writes whatever it likes."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            answer(self)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def says(status, body=GOOD, **headers):
    def answer(request):
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


def asked(address, written, call=CALL, message=MESSAGE, key="key-1", seconds=30):
    line = Line("tax", address, SECRET, lambda: NOW, seconds, written.append)
    client = OfficeClient(line)
    try:
        return client.call(call, message, key=key)
    finally:
        client.close()


def test_a_readable_answer_is_an_answer_and_the_exchange_is_told():
    written = []
    with an_office(says(200)) as address:
        assert asked(address, written).reference == "r"
    (told,) = written
    assert (told.outcome, told.status, told.key) == ("accepted", 200, "key-1")
    assert len(told.request_sha256) == len(told.answer_sha256) == 64


def test_what_was_fixed_before_goes_in_the_same_bytes():
    """A newer program knows a word more; the key stands for what was fixed."""
    got, written = [], []

    def answer(request):
        got.append(request.rfile.read(int(request.headers["content-length"])))
        says(200)(request)

    with an_office(answer) as address:
        asked(address, written, message=Told.fixed('{"code": "k"}'))
    assert got == [b'{"code": "k"}']
    assert written[0].request_sha256 == hashlib.sha256(got[0]).hexdigest()


def test_how_a_message_was_fixed_makes_it_no_other_message():
    assert Told.fixed('{"code": "k"}') == MESSAGE
    other = Told.fixed('{"code": "k"}').model_copy(update={"code": "other"})
    assert other.wire() == b'{"code":"other","newer":false}'


@pytest.mark.parametrize(
    ("call", "key"), [(replace(CALL, secret=True), "key-1"), (CALL, "")]
)
def test_of_what_is_secret_or_has_no_key_no_sum_is_told(call, key):
    """A password or a code of six digits is found from its sum by trying."""
    written = []
    with an_office(says(200)) as address:
        asked(address, written, call=call, key=key)
    assert written[0].request_sha256 == ""
    assert written[0].outcome == "accepted"


@pytest.mark.parametrize("status", [200, 400])
def test_a_packed_answer_was_not_asked_for_and_is_not_unpacked(status):
    bomb, asked_for = gzip.compress(bytes(200_000_000), 1), []
    bombs = says(status, gzip.compress(bomb), content_encoding="gzip, gzip")

    def answer(request):
        asked_for.append(request.headers["accept-encoding"])
        bombs(request)

    written = []
    with an_office(answer) as address:
        tracemalloc.start()
        with pytest.raises(OfficeUnavailableError, match="packed"):
            asked(address, written)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert asked_for == ["identity"]
    assert written[0].outcome == "unknown"
    assert most < 5_000_000


def test_a_certificate_that_nobody_vouches_for_ends_the_call(tmp_path):
    """What such a side says is not heard, and it is told nothing."""
    heard = []
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=9))
        .not_valid_after(NOW + timedelta(9999))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path / "both.pem"
    file.write_bytes(
        key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ) + made.public_bytes(Encoding.PEM)
    )  # fmt: skip
    told = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    told.load_cert_chain(file)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(self.path)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    server.socket = told.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.raises(OfficeUnavailableError):
            asked(f"https://localhost:{server.server_port}", [])
    finally:
        server.shutdown()
        server.server_close()
    assert heard == []


@pytest.mark.parametrize("status", sorted(REFUSALS))
def test_a_plain_no_is_a_refusal(status):
    written = []
    with (
        an_office(says(status, b"no")) as address,
        pytest.raises(OfficeRefusedError, match=f"{status} no"),
    ):
        asked(address, written)
    assert written[0].outcome == "refused"


@pytest.mark.parametrize("status", [301, 302, 307, 408, 425, 429, 500, 502, 503])
def test_not_now_leaves_the_outcome_unknown_and_no_redirect_is_followed(status):
    written = []
    answer = says(status, location="/elsewhere", retry_after="7")
    with (
        an_office(answer) as address,
        pytest.raises(OfficeUnavailableError) as doubt,
    ):
        asked(address, written)
    assert doubt.value.after == 7
    assert [each.outcome for each in written] == ["unknown"]


def cut(request):
    request.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{")


@pytest.mark.parametrize(
    "answer",
    [
        says(200, b"<html>maintenance</html>"),
        says(200, b'{"reference": 5}'),
        says(200, b""),
        says(200, b"[" * 20_500_000),
        cut,
    ],
    ids=["a page", "another shape", "nothing", "endless", "cut"],
)
def test_an_answer_that_cannot_be_read_leaves_the_outcome_unknown(answer):
    written = []
    with an_office(answer) as address, pytest.raises(OfficeUnavailableError):
        asked(address, written)
    assert written[0].outcome == "unknown"


def test_an_answer_that_does_not_come_is_not_waited_for_without_end():
    ends, written = threading.Event(), []

    def silent(_request):
        ends.wait(60)

    with an_office(silent) as address:
        with pytest.raises(OfficeUnavailableError, match="Timeout"):
            asked(address, written, seconds=0.2)
        ends.set()
    assert written[0].outcome == "unknown"


def test_an_office_that_is_not_there_leaves_the_outcome_unknown():
    with pytest.raises(OfficeUnavailableError, match="ConnectError"):
        asked("http://127.0.0.1:9", [])


# --- signatures -----------------------------------------------------------------------


def test_what_we_sign_the_library_of_the_standard_accepts():
    now = datetime.now(UTC)  # noqa: TID251  the library reads the clock itself
    headers = webhooks.sign(SECRET, WAY, "msg-1", now, b'{"a": 1}')
    other = standardwebhooks.Webhook(webhooks.key_of(SECRET, WAY))
    assert other.verify(b'{"a": 1}', headers) == {"a": 1}


def test_what_the_library_of_the_standard_signs_we_accept():
    other = standardwebhooks.Webhook(webhooks.key_of(SECRET, WAY))
    headers = {
        webhooks.ID: "msg-1",
        webhooks.TIMESTAMP: str(int(NOW.timestamp())),
        webhooks.SIGNATURE: other.sign("msg-1", NOW, "body"),
    }
    assert webhooks.check([SECRET], WAY, headers, b"body", NOW) == "msg-1"


@given(
    where=st.sampled_from(["body", webhooks.ID, webhooks.TIMESTAMP, "secret", "way"]),
    by=st.integers(1, 1000),
)
def test_whatever_is_changed_on_the_way_is_noticed(where, by):
    body, secret, way = b"body", SECRET, WAY
    headers = webhooks.sign(SECRET, WAY, "msg-1", NOW, body)
    if where == "body":
        body += bytes(by)
    elif where == "secret":
        secret += b"x" * by
    elif where == "way":
        way = webhooks.TO_OFFICE
    elif where == webhooks.ID:
        headers[where] += str(by)
    else:
        headers[where] = str(int(headers[where]) + by)
    with pytest.raises(webhooks.BadSignatureError):
        webhooks.check([secret], way, headers, body, NOW)


@pytest.mark.parametrize("minutes", [-6, 6, 60 * 24])
def test_a_message_signed_at_another_time_is_refused(minutes):
    headers = webhooks.sign(SECRET, WAY, "msg-1", NOW, b"body")
    with pytest.raises(webhooks.BadSignatureError, match="signed at"):
        webhooks.check(
            [SECRET], WAY, headers, b"body", NOW + timedelta(minutes=minutes)
        )


def test_while_a_key_is_changed_both_are_good():
    old = webhooks.sign(SECRET, WAY, "msg-1", NOW, b"body")
    new = webhooks.sign(b"the new key", WAY, "msg-1", NOW, b"body")
    both = {**old, webhooks.SIGNATURE: f"{new[webhooks.SIGNATURE]} v2,x "}
    both[webhooks.SIGNATURE] += old[webhooks.SIGNATURE]
    for headers in (old, new, both):
        webhooks.check([b"the new key", SECRET], WAY, headers, b"body", NOW)


@pytest.mark.parametrize("lost", [webhooks.ID, webhooks.TIMESTAMP, webhooks.SIGNATURE])
def test_a_header_that_is_missing_or_cannot_be_read_is_refused(lost):
    headers = webhooks.sign(SECRET, WAY, "msg-1", NOW, b"body")
    for bad in (
        {**headers, lost: "§"},
        {k: v for k, v in headers.items() if k != lost},
    ):
        with pytest.raises(webhooks.BadSignatureError):
            webhooks.check([SECRET], WAY, bad, b"body", NOW)
