"""Each requirement of ASVS 5.0, levels 1 and 2, is answered, and its proof exists."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "asvs.yaml"
ANSWERS = {"met", "not applicable", "not met", "by the installation"}
# How many requirements of level 1 and of level 2 each chapter of ASVS 5.0.0 has.
CHAPTERS = {
    1: (8, 19), 2: (4, 7), 3: (8, 11), 4: (2, 8), 5: (4, 5), 6: (13, 22), 7: (6, 12),
    8: (4, 3), 9: (4, 3), 10: (5, 24), 11: (3, 11), 12: (3, 6), 13: (1, 12),
    14: (2, 7), 15: (3, 10), 16: (0, 16), 17: (0, 7),
}  # fmt: skip
LEVEL_1, LEVEL_2 = 70, 183
# Of level 3 those that the project chose, and what came along.
CHOSEN = {"2.3.5", "5.2.6", "5.3.3", "8.2.4", "8.3.2", "8.3.3", "11.2.4"}
MORE = {"3.4.8", "3.5.8", "6.3.8", "15.4.2"}
# A share of what applies is proved by the tests.
TESTED = 0.8


@cache
def requirements():
    return yaml.safe_load(FILE.read_text("utf-8"))["requirements"]


@cache
def proofs_in(path):
    """Return the names of the tests in a file."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    found = {node.name for node in tree.body if isinstance(node, kinds)}
    return {name for name in found if name.startswith("test_")}


def headings(path):
    """Return the names by which the parts of a page are linked to."""
    said = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    kept = (re.sub(r"[^\w -]", "", each.lower()) for each in said)
    return {each.replace(" ", "-") for each in kept}


def test_every_requirement_of_both_levels_is_answered_once():
    ids = [each["id"] for each in requirements()]
    assert [name for name, times in Counter(ids).items() if times > 1] == []
    assert all(re.fullmatch(r"\d+(\.\d+){2}", name) for name in ids)
    found = Counter((int(e["id"].split(".")[0]), e["level"]) for e in requirements())
    for chapter, (first, second) in CHAPTERS.items():
        assert found[chapter, 1] == first, chapter
        assert found[chapter, 2] == second, chapter
    assert sum(first for first, _ in CHAPTERS.values()) == LEVEL_1
    assert sum(second for _, second in CHAPTERS.values()) == LEVEL_2
    assert {e["id"] for e in requirements() if e["level"] == 3} == CHOSEN | MORE
    assert {chapter for chapter, _ in found} == CHAPTERS.keys()


def test_the_ids_stand_in_their_order():
    """One that was mistyped would stand out."""
    ids = [tuple(map(int, each["id"].split("."))) for each in requirements()]
    assert ids == sorted(ids)


def faults_of(each):
    """Return what is wrong with an answer."""
    places, proofs = each.get("where", ()), each.get("tests", ())
    if each["answer"] not in ANSWERS or not each["about"]:
        yield "it is no answer"
    for place in places:
        path, _, heading = place.partition("#")
        if not (ROOT / path).exists():
            yield f"{place} is not there"
        elif heading and heading not in headings(ROOT / path):
            yield f"{path} has no such part: {heading}"
    for proof in proofs:
        path, _, name = proof.partition("::")
        if not (ROOT / path).exists() or name not in proofs_in(path):
            yield f"there is no test {proof}"
    if each["answer"] == "met" and not (places and (proofs or each.get("untested"))):
        yield "what is met has a place and a test, or says why there is none"
    if each["answer"] != "met" and not each.get("why"):
        yield "what is not met, or does not apply, has its reason"
    if each["answer"] == "by the installation" and not any(
        place.startswith("docs/") for place in places
    ):
        yield "what the installation does stands in the guide"


def test_each_answer_says_where_it_stands_and_its_proof_exists():
    faults = [(e["id"], fault) for e in requirements() for fault in faults_of(e)]
    assert faults == []


@pytest.mark.parametrize(
    "change",
    [
        {"tests": ["tests/architecture/test_asvs.py::test_nothing"]},
        {"tests": []},
        {"where": ["docs/security.md#nowhere"]},
        {"answer": "not met"},
        {"answer": "perhaps"},
    ],
    ids=str,
)
def test_an_answer_without_its_proof_place_or_reason_is_found(change):
    told = {
        "about": "a",
        "answer": "met",
        "where": ["docs/security.md#keys"],
        "tests": ["tests/architecture/test_asvs.py::test_the_ids_stand_in_their_order"],
    }
    assert not list(faults_of(told))
    assert list(faults_of(told | change))


def test_most_of_what_applies_is_proved_by_a_test():
    applies = [e for e in requirements() if e["answer"] != "not applicable"]
    tested = [e for e in applies if e.get("tests")]
    assert len(tested) / len(applies) >= TESTED
    asked = {chapter: sum(counts) for chapter, counts in CHAPTERS.items()}
    found = Counter(
        int(e["id"].split(".")[0]) for e in requirements() if e["level"] < 3
    )
    assert found == asked
