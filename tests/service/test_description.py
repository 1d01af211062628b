"""The description of the service: what a program reads before it asks."""

import json
from dataclasses import replace

from fastapi.testclient import TestClient

from service.cli import main
from service.main import create_app
from tests.access.walking import routes_of


def test_the_description_tells_every_route_and_how_an_office_signs(desk):
    app = create_app(desk)
    told = TestClient(app).get("/openapi.json").json()
    described = {
        f"{method.upper()} {path}"
        for path, operations in told["paths"].items()
        for method in operations
    }
    mounted = {route for route in routes_of(app) if route.startswith("GET /tinh/")}
    assert {route.replace(":path}", "}") for route in routes_of(app)} == (
        described | mounted
    )
    office = told["paths"]["/api/v1/callbacks/{office}"]["post"]
    assert {"webhook-id", "webhook-timestamp", "webhook-signature"} <= {
        each["name"] for each in office["parameters"]
    }
    assert "application/json" in office["requestBody"]["content"]


def test_a_page_that_takes_a_form_says_that_the_token_of_the_visit_goes_along(desk):
    told = TestClient(create_app(desk)).get("/api/v1/openapi.json").json()
    body = told["paths"]["/dang-nhap"]["post"]["requestBody"]["content"]
    assert body["application/x-www-form-urlencoded"]["schema"]["required"] == ["csrf"]


def test_who_serves_people_describes_nothing_on_the_network(desk):
    serving = desk.settings.model_copy(update={"environment": "production"})
    client = TestClient(create_app(replace(desk, settings=serving)))
    assert client.get("/openapi.json").status_code == 404


def test_the_command_prints_the_same_description_without_a_database(desk, capsys):
    assert main(["openapi"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == TestClient(create_app(desk)).get("/openapi.json").json()
