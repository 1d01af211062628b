"""Reads the shapes of identifiers: the only file access of ``shapes``."""

from __future__ import annotations

import json
from pathlib import Path

_SHAPES = Path(__file__).parent / "data" / "identity" / "shapes.json"


def load_shape_file() -> object:
    """Return the file as JSON data; JSON, because each command waits for it."""
    return json.loads(_SHAPES.read_text("utf-8"))
