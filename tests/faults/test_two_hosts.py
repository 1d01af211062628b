"""Two hosts on a primary that dies: its standby takes over, and nothing is lost."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.faults.test_under_faults import command


@pytest.fixture
def open_folder():
    """A folder into which the user of the servers may look."""
    folder = Path(tempfile.mkdtemp(prefix="dat-two-hosts-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_two_hosts_lose_nothing_when_the_primary_dies(open_folder):
    process = command(open_folder, "--hosts", "2")
    told, said = process.communicate(timeout=280)
    assert told, said
    report = json.loads(told)

    # So short a run may have too little to look at for one of the checks.
    assert (report["lost"], report["twice"]) == (0, 0)
    assert report["by_fault"]["primary killed"] == 1
    assert report["moves"] > 0
    assert len(report["checks"]) > 10
    for host in ("of host 1", "of host 2"):
        assert any(host in point for point in report["by_point"])
    assert not [each for each in report["checks"] if each["wrong"]]
