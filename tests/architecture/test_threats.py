"""Every threat has its control and the tests that would notice if it were gone."""

import ast
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "threats.yaml"
MANY = 22  # as they were counted when the service was planned
THREATS = yaml.safe_load(FILE.read_text("utf-8"))["threats"]


@cache
def names_of(path):
    """Return the names of the tests that a file has, without running it."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_all_threats_are_there_each_once_and_none_is_empty():
    assert [each["number"] for each in THREATS] == list(range(1, MANY + 1))
    for each in THREATS:
        assert set(each) == {"number", "threat", "control", "kept_by", "noticed_by"}
        assert all(each.values()), each["number"]
        assert len(each["noticed_by"]) == len(set(each["noticed_by"])), each["number"]


@pytest.mark.parametrize("threat", THREATS, ids=lambda each: each["number"])
def test_what_keeps_a_threat_off_and_what_would_notice_exist(threat):
    for path in threat["kept_by"]:
        assert (ROOT / path).is_file(), path
    for test in threat["noticed_by"]:
        path, _, name = test.partition("::")
        assert (ROOT / path).is_file(), path
        assert name in names_of(path), test
