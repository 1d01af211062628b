"""Whether the time of an answer tells that a code is somebody's.

Codes are tried at the door that opens a matter, each once, as by somebody who guesses:
codes of matters with a wrong number, codes that are nobody's, and codes whose check
character does not fit. All are tried in turns over one connection, against a server
that hashes numbers as an installation does.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from math import sqrt
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.parse import urlencode

from service.auth.actors import anonymous
from service.auth.codes import ALPHABET, new_code
from service.auth.passwords import Passwords
from service.bench.load import UnexpectedAnswerError
from service.bench.matters import desk_in
from service.bench.measures import Bar, Effort, Measure
from service.bench.processes import LOOPBACK, serving, surroundings
from service.bench.sample import SAMPLE
from service.bench.web_people import VISITOR, form_token
from service.usecases.desk import Desk
from service.usecases.matter.start_matter import start_matter
from service.web.csrf import FIELD

# By how many milliseconds the medians may differ (S4).
GOAL = 0.2
# Of orders by chance alone so many standard deviations are left 1 time in 1,000.
_DEVIATIONS = 3.3
_DOOR = "/mo-lai"
_REFUSED = 401
_HIT = "a code of somebody, with a wrong number"
_KINDS = {"unknown": "a code that is nobody's", "malformed": "a code that cannot be"}
# Nobody is to be told to wait while this is measured.
_NO_WAITING = dict.fromkeys(
    ("DAT_SIGN_IN_TRIES", "DAT_OPENS_OF_CLIENT", "DAT_NUMBER_TRIES_A_DAY"), "1000000"
)


def measure(effort: Effort) -> Iterator[Measure]:
    """Try all kinds of codes in turns, and hold each kind of miss against the hits."""
    with TemporaryDirectory(prefix="dat-bench-") as name:
        folder = Path(name)
        desk = replace(desk_in(folder), passwords=Passwords())
        forms = [_forms(desk) for _ in range(effort.guesses)]
        desk.database.dispose()
        with serving(
            ["service", "serve", "--no-worker"], surroundings(folder) | _NO_WAITING
        ) as server:
            taken = _tried(server.port, forms)
    for kind, words in _KINDS.items():
        yield from _compared(kind, words, taken[kind], taken[_HIT])


def _forms(desk: Desk) -> Mapping[str, str]:
    """Return what is sent with a code of each kind; each code is tried once."""
    opened = start_matter(
        desk,
        anonymous(SAMPLE["province"]),
        goal=SAMPLE["goal"],
        province=SAMPLE["province"],
        commune=SAMPLE["commune"],
        on=desk.today(),
    )
    unknown, other = new_code(desk.ids, "DAT"), new_code(desk.ids, "DAT")
    wrong = ALPHABET[ALPHABET.index(other[-1]) - 1]
    codes = {_HIT: opened.code, "unknown": unknown, "malformed": other[:-1] + wrong}
    number = f"{(int(opened.pin) + 1) % 1_000_000:06d}"
    token = form_token(desk)
    return {
        kind: urlencode({FIELD: token, "ma": code, "so": number})
        for kind, code in codes.items()
    }


def _tried(port: int, forms: Sequence[Mapping[str, str]]) -> dict[str, list[float]]:
    """Return in how many milliseconds each kind was answered, first ones left out."""
    kinds = [_HIT, *_KINDS]
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    with closing(http.client.HTTPConnection(LOOPBACK, port, timeout=120)) as client:
        for turn, each in enumerate(forms):
            # Whoever comes first in one turn comes last in the next but one.
            for place in range(len(kinds)):
                kind = kinds[(turn + place) % len(kinds)]
                taken[kind].append(_milliseconds(client, each[kind]))
    return {kind: all_of[len(all_of) // 10 :] for kind, all_of in taken.items()}


def _milliseconds(client: http.client.HTTPConnection, form: str) -> float:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": VISITOR,
    }
    start = perf_counter()
    client.request("POST", _DOOR, form, headers)
    answer = client.getresponse()
    answer.read()
    taken = perf_counter() - start
    if answer.status != _REFUSED:
        raise UnexpectedAnswerError(f"{_DOOR}: {answer.status}")
    return taken * 1000


def _compared(
    kind: str, words: str, misses: Sequence[float], hits: Sequence[float]
) -> Iterator[Measure]:
    apart, hit = abs(median(misses) - median(hits)), median(hits)
    yield Measure(
        f"codes.{kind}.apart",
        apart,
        hit,
        f"{words}, next to {_HIT}",
        "ms",
        apart / hit,
        Bar(GOAL, "most", of="value", firm=False),
    )
    right = told_apart(misses, hits)
    chance = sqrt((len(misses) + len(hits) + 1) / (12 * len(misses) * len(hits)))
    yield Measure(
        f"codes.{kind}.guessed",
        right,
        0.5,
        "by chance; pairs told apart by the longer time",
        "share",
        right / 0.5,
        Bar(0.5 + _DEVIATIONS * chance, "most", of="value", firm=False),
    )


def told_apart(ones: Sequence[float], others: Sequence[float]) -> float:
    """Return the share of pairs that somebody tells apart who goes by the longer time.

    It is the U of Mann and Whitney over the number of pairs, from the side that is more
    often right: a half when times tell nothing, 1 when they tell everything.
    """
    longer = sum((one > other) + (one == other) / 2 for one in ones for other in others)
    share = longer / (len(ones) * len(others))
    return max(share, 1 - share)
