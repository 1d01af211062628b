"""Every walk ends, no signal is unforeseen, and nobody signs on an old answer."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from tests.workflows.walking import FaultError, Walk, charts_of, lines_of
from workflows.loader import load_law

PLACES = {"66": date(2026, 11, 23), "15": date(2026, 11, 23)}
WALKS = 150
LONG = 400


@pytest.fixture(scope="module")
def editions() -> dict[str, dict[str, Any]]:
    law = load_law()
    return {
        province: json.loads(law.edition(province, day).canonical_json())
        for province, day in PLACES.items()
    }
