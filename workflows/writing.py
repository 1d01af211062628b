"""What a paper can show: a text that it cannot hold is refused where it is typed."""

from __future__ import annotations

import re
import unicodedata

from workflows import sentences
from workflows.loader_writing import load_writing

# More digits than these are more than a database holds.
_WHOLE = re.compile(r"[0-9]{1,18}")


def whole(text: str) -> int | None:
    """Return the whole number that stands there in digits, None for anything else."""
    return int(text) if _WHOLE.fullmatch(text) else None


def tidy(text: str) -> str:
    """Return the text in NFC on one line, without letters that show nothing."""
    plain = load_writing().let_go.sub("", unicodedata.normalize("NFC", text))
    return " ".join(plain.split())


def unfit(text: str) -> str | None:
    """Return the sentence about a text that no paper can hold, or None if one can.

    The typeface must draw each letter, a letter bears no more marks than a line has
    room for, and the whole is no longer than a field may grow.
    """
    known = load_writing()
    plain = tidy(text)
    if len(plain) > known.longest:
        return sentences.too_long(len(plain), known.longest)
    strange = known.undrawn.search(plain)
    if strange is not None:
        return sentences.undrawn(strange[0])
    heaped = known.heaped.search(plain)
    return sentences.heaped(heaped[0]) if heaped is not None else None
