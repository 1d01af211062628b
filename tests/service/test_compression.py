"""Pages travel compressed, and their length tells nothing of the token in them."""

import re

import pytest
from starlette.testclient import TestClient

from service.main import create_app
from service.usecases.papers.issuing import PDF
from service.web.rendering import static_url
from tests.factories import a_matter
from tests.visitor import Visitor

TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@pytest.fixture
def visitor(desk):
    return TestClient(create_app(desk), raise_server_exceptions=False)


@pytest.mark.parametrize("path", ["/", "/khong-co-trang-nay", static_url("dat.css")])
def test_pages_and_their_files_travel_compressed(visitor, path):
    answer = visitor.get(path)

    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(answer.content) * 0.6


def test_whoever_cannot_unpack_gets_the_page_as_it_is(visitor):
    plain = visitor.get("/", headers={"Accept-Encoding": "identity"})

    assert "content-encoding" not in plain.headers
    assert "<h1" in plain.text


def test_what_is_packed_already_is_not_packed_again(desk):
    opened, _ = a_matter(desk)
    home = Visitor(desk).reopens(opened.code, opened.pin)
    paper = home.client.get(
        f"/ho-so/{opened.code}/buoc/register_gift/giay/F-CHANGE.pdf"
    )

    assert paper.headers["content-type"] == PDF
    assert "content-encoding" not in paper.headers


def test_the_token_looks_different_on_every_page_and_each_is_taken(desk):
    home = Visitor(desk)
    tokens = {TOKEN.search(home.opens("/mo-lai").text)[1] for _ in range(5)}

    assert len(tokens) == 5
    assert len({token[32:] for token in tokens}) == 5
    for token in tokens:
        fields = {"csrf": token, "ma": "DAT-00000", "so": "000000"}
        assert home.client.post("/mo-lai", data=fields).status_code == 401


@pytest.mark.parametrize("token", ["", "x" * 64, "00" * 16, "00" * 32, "é" * 64])
def test_a_token_that_was_made_up_is_not_taken(desk, token):
    home = Visitor(desk).opens("/mo-lai")
    fields = {"csrf": token, "ma": "DAT-00000", "so": "000000"}

    assert home.client.post("/mo-lai", data=fields).status_code == 403
