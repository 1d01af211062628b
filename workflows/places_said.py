"""Finds the place in what somebody typed: "đất ở Cư Kuin", "xã Ea Bhốk cũ".

A name may be that of a commune of today, of an old commune, an old district or an old
province. What became several communes is asked about, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workflows.finding import one_slip
from workflows.territory import OldUnit, Territory, fold

# The longest name with the word before it: "thi tran buon trap", and one more.
_MOST_WORDS = 6
# A name with a slip must be so long, or it is another word.
_LONG_ENOUGH = 7
_FORMERLY = "cũ"
_BEFORE = ("o", "tai", "thuoc")


@dataclass(frozen=True, slots=True)
class PlaceSaid:
    """The place that was named, and the other words of the sentence, folded.

    ``communes`` are those of today that it may be, code and name, none for the whole
    province; ``old`` is the name of the old unit, ``district`` of that it lay in.
    """

    name: str
    communes: tuple[tuple[str, str], ...]
    rest: str
    old: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """A name that a place goes by; ``level`` is what may stand before it."""

    name: str
    communes: tuple[str, ...]
    level: str
    unit: OldUnit | None = None
    is_old: bool = True


# Each name by its letters alone.
_Names = Sequence[tuple[str, _Known]]


def place_said(territory: Territory, province: str, text: str) -> PlaceSaid | None:
    """Return the place in a sentence, by the longest name that fits, or None.

    A province counts only where no commune or district is named.
    """
    in_province: PlaceSaid | None = None
    words = _words(text)
    known = [
        (_letters(territory, each.name), each) for each in _known(territory, province)
    ]
    for exactly in (True, False):
        for start, end in _windows(len(words)):
            window = " ".join(word for word, _ in words[start:end])
            if not (exactly or _is_place(territory, words, start, end, window)):
                continue
            meant = _meant(territory, known, window, exactly=exactly)
            formerly = words[end : end + 1] != [] and words[end][1] == _FORMERLY
            if formerly:
                meant = [each for each in meant if each.is_old]
            narrowed, after = _in_district(territory, meant, words, end + formerly)
            if not narrowed:
                continue
            rest = _rest(words, start, _past_province(territory, known, words, after))
            said = _said(territory, province, narrowed, rest)
            if any(each.level != "province" for each in narrowed):
                return said
            in_province = in_province or said
    return in_province


def _windows(count: int) -> Iterator[tuple[int, int]]:
    """Yield where a name may begin and end, the longest first."""
    for size in range(min(_MOST_WORDS, count), 0, -1):
        for start in range(count - size + 1):
            yield start, start + size


def _is_place(
    territory: Territory,
    words: Sequence[tuple[str, str]],
    start: int,
    end: int,
    window: str,
) -> bool:
    """Return whether a few words are said to be a place, so that a slip is forgiven."""
    alone = (start, end) == (0, len(words))
    before = start > 0 and words[start - 1][0] in _BEFORE
    return alone or before or territory.level(window) is not None


def _in_district(
    territory: Territory,
    meant: list[_Known],
    words: Sequence[tuple[str, str]],
    end: int,
) -> tuple[list[_Known], int]:
    """Keep the old communes of the district that is named next, and pass over it."""
    for size in range(min(_MOST_WORDS, len(words) - end), 0, -1):
        after = " ".join(word for word, _ in words[end : end + size])
        within = [
            each
            for each in meant
            if each.unit and territory.same_name(after, each.unit.district)
        ]
        if within:
            return within, end + size
    return meant, end


def _past_province(
    territory: Territory,
    known: _Names,
    words: Sequence[tuple[str, str]],
    end: int,
) -> int:
    """Return where the words go on after the name of a province, if one follows."""
    names = [each.name for _, each in known if each.level == "province"]
    for size in range(min(_MOST_WORDS, len(words) - end), 0, -1):
        after = " ".join(word for word, _ in words[end : end + size])
        if any(territory.same_name(after, name) for name in names):
            return end + size
    return end


def _words(text: str) -> list[tuple[str, str]]:
    """Return each word without accents, and as it was typed."""
    typed = text.replace(",", " ").casefold().split()
    return [(part, word) for word in typed for part in fold(word).split()]


def _rest(words: Sequence[tuple[str, str]], start: int, end: int) -> str:
    before = [word for word, _ in words[:start]]
    while before and before[-1] in _BEFORE:
        before.pop()
    return " ".join((*before, *(word for word, _ in words[end:])))


def _known(territory: Territory, province: str) -> Iterator[_Known]:
    today = territory.province_name(province)
    yield _Known(today, (), "province", is_old=False)
    districts: dict[str, list[str]] = {}
    provinces: dict[str, list[str]] = {}
    for commune in territory.communes(province):
        yield _Known(commune.name, (commune.code,), "commune", is_old=False)
        provinces.setdefault(commune.former_province, []).append(commune.code)
    for unit in territory.old_units(province):
        yield _Known(unit.name, (unit.new_code,), "commune", unit)
        districts.setdefault(unit.district, []).append(unit.new_code)
    for name, codes in districts.items():
        yield _Known(name, tuple(dict.fromkeys(codes)), "district")
    for name, codes in provinces.items():
        if not territory.same_name(name, today):
            yield _Known(name, tuple(codes), "province")


def _meant(
    territory: Territory, known: _Names, window: str, *, exactly: bool
) -> list[_Known]:
    """Return what a few words name; a bare short or numbered name is nothing."""
    level, bare = territory.level(window), territory.bare(window)
    letters = bare.replace(" ", "")
    if not letters or (level is None and (" " not in bare or letters.isdigit())):
        return []
    if not exactly and len(letters) < _LONG_ENOUGH:
        return []
    return [
        each
        for name, each in known
        if (name == letters if exactly else one_slip(name, letters))
        and level in {None, each.level}
    ]


def _letters(territory: Territory, name: str) -> str:
    return territory.bare(name).replace(" ", "")


def _said(
    territory: Territory, province: str, meant: Sequence[_Known], rest: str
) -> PlaceSaid:
    codes = dict.fromkeys(code for each in meant for code in each.communes)
    first = meant[0]
    only_old = all(each.is_old for each in meant)
    districts = {each.unit.district for each in meant if each.unit and only_old}
    return PlaceSaid(
        first.name,
        tuple((code, territory.commune_name(province, code) or code) for code in codes),
        rest,
        old=first.name if only_old else "",
        district=districts.pop() if len(districts) == 1 else "",
    )
