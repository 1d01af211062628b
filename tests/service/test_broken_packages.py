"""A broken package takes itself out of service, and nothing else; over real HTTP."""

import json
import shutil
from dataclasses import replace
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import pytest

from service.installed_law import installed_law
from service.persistence.database import connect
from tests.conftest import Desks
from tests.serving import served

HEAD = """\
package: {id}
title: Gói của tỉnh
kind: province
territory: {{province: {province}}}
in_force: {{from: 2026-07-01, to: 2027-02-28}}
status: unverified
extends: vn-nd151-2025
"""


@pytest.fixture
def desks(sqlite_template, tmp_path):
    shutil.copy(sqlite_template, tmp_path / "dat.sqlite")
    database = connect(f"sqlite:///{tmp_path / 'dat.sqlite'}")
    yield Desks(database, tmp_path)
    database.dispose()


@pytest.fixture
def started(desks, tmp_path):
    """Return a desk as an installation has it when it starts."""

    def start():
        desk = desks.make()
        law = installed_law(tmp_path / "cache", tmp_path / "packages")
        desk = replace(desk, law=law)
        law.prepare(desk.today())
        return desk

    return start


def write(tmp_path, package, text):
    path = tmp_path / "packages" / package / "package.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def get(address, path):
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(f"{address}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def ready(address):
    status, body = get(address, "/readyz")
    return status, json.loads(body)


def test_a_server_goes_on_when_a_broken_package_is_added_and_after_a_start_anew(
    started, tmp_path
):
    with served(started()) as address:
        assert ready(address) == (
            200,
            {
                "ready": True,
                "wrong": [],
                "packages_left_out": {},
                "offices_silent": {},
                "outbox_oldest_seconds": 0,
                "last_backup": None,
            },
        )
        edition = get(address, "/version")
        # The code of the province is a number: the mistake that YAML invites.
        write(tmp_path, "vn-48-2026", HEAD.format(id="vn-48-2026", province="48"))
        assert get(address, "/version") == edition
        assert get(address, "/")[0] == 200
        assert ready(address)[0] == 200

    with served(started()) as address:
        status, told = ready(address)
        assert (status, told["ready"]) == (200, True)
        (line, *_) = told["packages_left_out"]["vn-48-2026"]
        assert line.startswith("vn-48-2026/package.yaml:4: ")
        assert line.endswith("[code-unquoted]")
        assert get(address, "/version") == edition
        assert get(address, "/")[0] == 200


def test_a_server_whose_own_province_is_broken_is_not_ready_and_says_why(
    started, tmp_path
):
    broken = HEAD.format(id="vn-66-2026", province="66")
    write(tmp_path, "vn-66-2026", broken)
    with served(started()) as address:
        status, told = ready(address)
        assert (status, told["ready"]) == (503, False)
        assert any("vn-66-2026/package.yaml:4" in line for line in told["wrong"])
        assert "vn-66-2026" in told["packages_left_out"]
        assert get(address, "/livez") == (200, "ok\n")
