"""What the tests of the papers share: each paper is rendered once for all of them."""

from __future__ import annotations

import os

import pytest

from tests.forms.papers import Printer


@pytest.fixture(scope="session")
def printer(tmp_path_factory):
    """Print papers into one folder that the worker processes of a run share."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    return Printer(base / "papers")
