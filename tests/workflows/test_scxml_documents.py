"""The documents of the W3C and of the SCION project, as far as charts need them.

``.ci/conformance-documents`` brings them into the environment; they are not ours.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.workflows.scxml import judged, passes, run

DOCUMENTS = Path(sys.prefix) / "share" / "scxml"
# What the structural part of each collection amounts to: fewer would go unnoticed.
AT_LEAST = {"w3c": 64, "scion": 167}


def documents(collection: str) -> list[Path]:
    folder = DOCUMENTS / collection
    return judged(folder) if folder.is_dir() else []


def test_the_w3c_documents_are_at_hand() -> None:
    assert len(documents("w3c")) >= AT_LEAST["w3c"]


@pytest.mark.skipif(shutil.which("npm") is None, reason="the collection comes by npm")
def test_the_scion_documents_are_at_hand_where_npm_is() -> None:
    assert len(documents("scion")) >= AT_LEAST["scion"]


@pytest.mark.parametrize(
    "document",
    [*documents("w3c"), *documents("scion")],
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_a_document_ends_as_it_says(document) -> None:
    assert passes(document)


def test_a_wrong_document_does_not_pass(tmp_path) -> None:
    text = """<scxml initial="a"><state id="a"><transition event="go"
    target="b"/></state>
    <state id="b"/></scxml>"""
    (tmp_path / "wrong.scxml").write_text(text, encoding="utf-8")
    (tmp_path / "wrong.json").write_text(
        """{"initialConfiguration": ["a"],
            "events": [{"event": {"name": "go"}, "nextConfiguration": ["a"]}]}""",
        encoding="utf-8",
    )

    assert run(tmp_path)["failed"] == {"wrong.scxml": "another configuration"}
