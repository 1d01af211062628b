"""The parts of others: all of them listed, each with a licence that may be used."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).parents[2]
RULES = yaml.safe_load((ROOT / ".ci" / "licences.yaml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")


def listed(*more):
    """Return the list as it is written when a release is built."""
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "sbom", *more],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def parts():
    return json.loads(listed())


def test_the_list_of_parts_names_every_locked_package(parts):
    pins = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^ ;\\]+)", LOCK, re.MULTILINE)
    found = {(each["name"], each["version"]) for each in parts["components"]}
    assert found == set(pins)
    assert len(found) > 100
    sums = set(re.findall(r"sha256:([0-9a-f]{64})", LOCK))
    told = {each["content"] for part in parts["components"] for each in part["hashes"]}
    assert told == sums
    assert all(part["hashes"] for part in parts["components"])
    assert all(part["licenses"] for part in parts["components"])


def test_the_list_of_parts_is_cyclonedx_and_the_same_each_time(parts, tmp_path):
    file = tmp_path / "dat.cdx.json"
    listed("--to", file)
    text = file.read_text("utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert json.loads(text) == parts
    assert text == listed()


def test_every_part_has_a_licence_that_may_be_used_or_a_reason():
    for line in listed("--licences").splitlines():
        licence, _, part = line.partition("\t")
        name = part.split()[0]
        if name in RULES["packages"]:
            assert len(RULES["packages"][name]["why"].split()) > 1, name
            continue
        for either in licence.split(" OR "):
            assert set(either.split(" AND ")) <= set(RULES["allowed"]), line


def test_no_reason_is_left_for_a_package_that_is_gone():
    names = set(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==", LOCK, re.MULTILINE))
    assert RULES["packages"].keys() <= names
