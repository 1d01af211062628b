"""The walk of a newcomer through the demo: citizen, helper, practice, offices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.usecases.playing.demo import SeededAccount, walk_data

# The pins of matters are stored as hashes: only the first run can tell them.
TOLD_BEFORE = "mã và số mở đã in ở lần chạy đầu"


@dataclass(frozen=True, slots=True)
class Stop:
    """A place of the walk: its number, where, as whom, and what to see there."""

    number: int
    walk: str
    address: str
    sign_in: str
    sees: str


def walk(
    accounts: Sequence[SeededAccount], address: str, *, short: bool = False
) -> tuple[Stop, ...]:
    """Return the stops, numbered through; a short walk has only the first of each."""
    return tuple(
        Stop(
            number, title, f"{address}{raw['at']}", _sign_in(accounts, raw), raw["sees"]
        )
        for number, (title, raw) in enumerate(_stops(short=short), start=1)
    )


def told(stops: Sequence[Stop]) -> Iterator[str]:
    """Yield the lines that say the walk to somebody at a terminal."""
    walk_now = ""
    for stop in stops:
        if stop.walk != walk_now:
            walk_now = stop.walk
            yield f"{walk_now}:"
        as_whom = f"  ({stop.sign_in})" if stop.sign_in else ""
        yield f"  {stop.number}. {stop.address}{as_whom}"
        yield f"     {stop.sees}"


def _stops(*, short: bool) -> Iterator[tuple[str, dict[str, str]]]:
    for each in walk_data():
        for stop in each["stops"]:
            if stop.get("short") or not short:
                yield each["title"], stop


def _sign_in(accounts: Sequence[SeededAccount], raw: dict[str, str]) -> str:
    if "of" not in raw:
        return ""
    found = (each for each in accounts if raw["of"] in {each.name, each.label})
    account = next(found, None)
    return TOLD_BEFORE if account is None else account.sign_in
