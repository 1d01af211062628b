"""A trial shows where its simulated offices are; nothing else has such a page."""

from __future__ import annotations

from dataclasses import replace

from starlette.testclient import TestClient

from service.main import create_app


def pages(desk, **changes):
    settings = desk.settings.model_copy(update=changes)
    return TestClient(create_app(replace(desk, settings=settings)))


def test_the_offices_on_this_machine_are_shown_and_no_other(desk):
    gateways = {"tax": "http://127.0.0.1:8100", "notary": "https://office.example"}
    text = pages(desk, gateways=gateways).get("/thu-nghiem").text
    assert 'href="http://127.0.0.1:8100/"' in text
    assert "office.example" not in text
    assert "chưa chạy trên máy này" not in text


def test_a_trial_without_offices_says_how_to_run_them(desk):
    text = pages(desk).get("/thu-nghiem").text
    assert "dat sandbox" in text


def test_a_real_installation_has_no_page_of_the_trial(desk):
    assert pages(desk, environment="production").get("/thu-nghiem").status_code == 404
