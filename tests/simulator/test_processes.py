"""``dat sandbox`` as a process: killed, stopped, started twice, left alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import httpx2

from integrations.http import Line, OfficeClient
from integrations.tax.wire import SEND_SLIP
from service.auth.office_keys import office_key
from service.composition import installation_secret
from service.settings import Settings
from tests.processes import ROOT, dat, line_that_begins
from tests.simulator.conftest import PATIENCE
from tests.simulator.test_twin import SLIP

ALONE = ("sandbox", "--port-base", "0", "--office", "tax", "--auto")
EVERYWHERE = "0.0.0.0"  # noqa: S104  that others can reach it is what is tried
PARENT = """
import time
from service.commands.offices_beside import offices_beside
from service.settings import Settings

with offices_beside(Settings(), "http://127.0.0.1:9") as gateways:
    print(gateways["tax"], flush=True)
    time.sleep(600)
"""


def address_of(process):
    told = line_that_begins(process, "DAT_GATEWAYS=").partition("=")[2]
    return json.loads(told.strip("'"))["tax"]


def test_killed_in_the_middle_of_its_work_the_offices_still_know_it(tmp_path):
    settings = Settings(data_dir=tmp_path, secret_key="s" * 32)
    key = office_key(settings, installation_secret(settings), "tax")

    def clock():
        return datetime.now(UTC)  # noqa: TID251  the process has no other

    def seen(process):
        client = OfficeClient(Line("tax", address_of(process), key, clock))
        answer = client.call(SEND_SLIP, SLIP, key="slip-1")
        client.close()
        return answer, httpx2.get(
            f"{client.line.address}/control", timeout=PATIENCE
        ).json()

    secret = {"DAT_SECRET_KEY": "s" * 32}
    with dat(tmp_path, *ALONE, **secret) as process:
        before, _ = seen(process)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    with dat(tmp_path, *ALONE, **secret) as process:
        after, told = seen(process)
        second = subprocess.run(
            [sys.executable, "-m", "service", *ALONE],
            env={**os.environ, "DAT_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
    assert before == after
    assert (told["received"], told["repeats"], told["said"]) == (1, 1, 2)
    assert second.returncode == 2
    assert "một dat sandbox khác đang dùng" in second.stderr.decode()


def test_offices_beside_a_service_that_is_killed_end_with_it(tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        env={**os.environ, "DAT_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    address = parent.stdout.readline().strip()
    assert httpx2.get(f"{address}/control", timeout=PATIENCE).json()["office"] == "tax"
    parent.kill()
    parent.communicate()
    latest = time.monotonic() + 30
    while time.monotonic() < latest and answers(address):
        time.sleep(0.2)
    assert not answers(address)


def test_offices_that_others_can_reach_are_steered_by_the_key_alone(tmp_path):
    with dat(tmp_path, *ALONE, "--host", EVERYWHERE) as process:
        key = line_that_begins(process, "Khóa của /control").rpartition(" ")[2]
        port = address_of(process).rpartition(":")[2]
        address = f"http://127.0.0.1:{port}/control"
        wrong = [{}, {"authorization": "Bearer x"}, {"authorization": f"Basic {key}"}]
        refused = [httpx2.get(address, headers=each).status_code for each in wrong]
        told = {"authorization": f"Bearer {key}"}
        plan = httpx2.put(f"{address}/behaviour", json={}, headers=told)
        unknown = httpx2.put(f"{address}/behaviour", json={})
        assert refused == [403, 403, 403]
        assert (plan.status_code, unknown.status_code) == (200, 403)
        assert httpx2.get(address, headers=told).json()["office"] == "tax"


def answers(address):
    try:
        return httpx2.get(f"{address}/control", timeout=PATIENCE).is_success
    except httpx2.HTTPError:
        return False
