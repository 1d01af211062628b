"""A secret of the settings: typed, or ``file:/path/to/it`` and read from there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, SecretStr

_FILE = "file:"
NONE = SecretStr("")


def _read(given: object) -> object:
    if isinstance(given, str) and given.startswith(_FILE):
        return Path(given.removeprefix(_FILE)).read_text("utf-8").strip()
    return given


Secret = Annotated[SecretStr, BeforeValidator(_read)]
