"""Two hosts on a primary that dies: its standby takes over, and nothing is lost."""

import json

from tests.faults.test_under_faults import command


def test_two_hosts_lose_nothing_when_the_primary_dies(tmp_path):
    process = command(tmp_path, "--hosts", "2")
    told, said = process.communicate(timeout=280)
    assert process.returncode == 0, told + said
    report = json.loads(told)

    assert (report["lost"], report["twice"]) == (0, 0)
    assert report["by_fault"]["primary killed"] == 1
    assert report["moves"] > 0
    for host in ("of host 1", "of host 2"):
        assert any(host in point for point in report["by_point"])
    assert not [each for each in report["checks"] if each["wrong"]]
