"""Reads which letters a paper can show: the only file access of ``writing``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LETTERS = Path(__file__).parent / "data" / "writing" / "letters.json"


@dataclass(frozen=True, slots=True)
class Writing:
    """What can be written on a paper.

    ``undrawn`` finds a letter that the typeface lacks, ``heaped`` a letter under more
    marks than a line has room for, ``let_go`` what is taken out without loss.
    """

    undrawn: re.Pattern[str]
    heaped: re.Pattern[str]
    let_go: re.Pattern[str]
    longest: int


@cache
def load_writing() -> Writing:
    """Read it once; JSON, because each command waits for it."""
    raw = json.loads(_LETTERS.read_text("utf-8"))
    marks = "\\u0300-\\u036f\\u0483-\\u0489\\u1ab0-\\u1abe\\u20f0\\ufe20-\\ufe2f"
    return Writing(
        undrawn=re.compile(f"[^{_class(raw['drawn'])}]"),
        heaped=re.compile(f".?[{marks}]{{{raw['most_marks'] + 1},}}"),
        let_go=re.compile(f"[{_class(raw['let_go'])}]"),
        longest=raw["longest"],
    )


def _class(ranges: Iterable[str]) -> str:
    return "".join(
        "-".join(f"\\U{int(end, 16):08x}" for end in each.split("-")) for each in ranges
    )
