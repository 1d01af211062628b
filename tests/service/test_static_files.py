"""What is served as it stands: the pages' own files, and the decoder of QR codes."""

import pytest
from starlette.testclient import TestClient

from service import main
from service.web import rendering


@pytest.fixture
def visitor(desk):
    return TestClient(main.create_app(desk), raise_server_exceptions=False)


@pytest.mark.parametrize("folder", ["/tinh", "/tinh/jsqr"])
@pytest.mark.parametrize("way_out", ["..%2f", "%2e%2e/", "..%5c", "....//"])
def test_no_address_leads_out_of_the_folders_that_are_served(visitor, folder, way_out):
    for depth in range(1, 6):
        got = visitor.get(f"{folder}/{way_out * depth}pyvenv.cfg")

        assert got.status_code == 404
        assert "home =" not in got.text


def test_a_decoder_that_is_not_there_is_not_found(desk, monkeypatch, tmp_path):
    monkeypatch.setattr(main, "DECODER", tmp_path / "jsqr")
    visitor = TestClient(main.create_app(desk), raise_server_exceptions=False)

    assert visitor.get("/tinh/jsqr/jsQR.js").status_code == 404
    assert visitor.get(rendering.static_url("dat.css")).status_code == 200
