"""Which passwords are taken: long, not common, not the name, not one of the last.

The lengths are those of TCVN 14423:2026: 14 characters, 8 for who also gives a second
factor. No kind of character is asked for and none is forbidden.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from functools import cache

from service.auth import sentences

WITHOUT_SECOND = 14
WITH_SECOND = 8
LONGEST = 128
# Fewer letters of a name than this occur in words by chance.
_TELLING = 4
# Words of this place that a guesser tries first; they stand beside the common ones.
_OF_HERE = ("ban-thu-nghiem-2026", "matkhau", "quantri", "daklak", "vietnam")


def password_problem(
    password: str, *, second: bool, names: Collection[str] = ()
) -> str | None:
    """Return what is wrong with a password in a sentence, None when it may be taken.

    ``second``: its person gives a second factor too. ``names`` are the names of the
    account and its person.
    """
    least = WITH_SECOND if second else WITHOUT_SECOND
    if len(password) < least:
        return sentences.too_short(least)
    if len(password) > LONGEST:
        return sentences.too_long(LONGEST)
    if _is_common(password):
        return sentences.COMMON
    if any(_told_in(name, password) for name in names):
        return sentences.OF_NAME
    return None


def _is_common(password: str) -> bool:
    """Return whether it is a common password, or a piece said again and again."""
    plain = _plain(password) or password
    pieces = (plain[:size] for size in range(1, len(plain) // 2 + 1))
    piece = next((each for each in pieces if _again(each, plain)), plain)
    return piece in common() or (piece != plain and len(piece) < WITH_SECOND)


def _again(piece: str, text: str) -> bool:
    return len(text) % len(piece) == 0 and piece * (len(text) // len(piece)) == text


def _told_in(name: str, password: str) -> bool:
    told = _plain(name)
    return len(told) >= _TELLING and told in _plain(password)


def _plain(text: str) -> str:
    """Return letters and digits without case, marks and what stands between."""
    whole = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(char for char in whole if char.isalnum())


@cache
def common() -> frozenset[str]:
    """Return the thirty thousand most common passwords, as leaks have shown them."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415  heavy to read

    return frozenset(map(_plain, (*FREQUENCY_LISTS["passwords"], *_OF_HERE))) - {""}
