"""An address as an older card prints it, and as it is since the communes were merged.

Old: village, commune, district, province. Now: village, commune, province. A reading is
a suggestion, never a decision: an old unit that went to several communes names them
all, and what is not recognised is said to be so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from workflows.territory import Match, Territory
from workflows.writing import tidy


class AddressKind(StrEnum):
    """What is known of the commune of an address."""

    PRESENT = "present"
    ONE = "one"
    SEVERAL = "several"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AddressReading:
    """What an address means today.

    ``lines`` are whole address lines to choose from, none when the address may stand as
    it is or nothing is known; ``note`` is the sentence for the page.
    """

    kind: AddressKind
    note: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """The communes that the last part of an address may mean; ``rest`` stands before.

    ``name`` is that part as written.
    """

    province: str
    rest: tuple[str, ...]
    name: str
    matches: tuple[Match, ...]


def address_now(territory: Territory, text: str) -> AddressReading:
    """Read an address with its commune of today, or with the old commune and district.

    "Buôn Kram, Ea Tiêu, Cư Kuin, Đắk Lắk" is "Buôn Kram, xã Ea Ktur, tỉnh Đắk Lắk" now.
    Accents and the words before the names may be missing; the name of the old province
    may stand at the end.
    """
    parts = tuple(part for part in map(tidy, text.split(",")) if part)
    found = next(_readings(territory, parts), None)
    if found is None:
        sentence = territory.known.sentences.address_unknown
        return AddressReading(AddressKind.UNKNOWN, sentence)
    return _reading(territory, found, ", ".join(parts))


def _reading(territory: Territory, found: _Found, printed: str) -> AddressReading:
    sentences = territory.known.sentences
    codes = tuple(dict.fromkeys(match.code for match in found.matches))
    lines = tuple(_line(territory, found, code) for code in codes)
    old = found.matches[0].old
    units = {match.old.code if match.old else "" for match in found.matches}
    if len(codes) == 1 and old is None:
        same = printed.casefold() == lines[0].casefold()
        note = sentences.address_present
        return AddressReading(AddressKind.PRESENT, note, () if same else lines)
    if len(codes) == 1 and old is not None:
        new = found.matches[0].name
        note = sentences.address_one.format(
            old=old.name, district=old.district, new=new
        )
        return AddressReading(AddressKind.ONE, note, lines)
    if len(units) == 1 and old is not None:
        note = sentences.address_split.format(old=old.name, district=old.district)
    else:
        note = sentences.address_several.format(name=found.name)
    return AddressReading(AddressKind.SEVERAL, note, lines)


def _line(territory: Territory, found: _Found, code: str) -> str:
    commune = territory.commune_name(found.province, code) or code
    titles = {each.code: each.title for each in territory.provinces}
    title = titles.get(found.province, found.province)
    return ", ".join((*found.rest, _in_line(commune), _in_line(title)))


def _in_line(name: str) -> str:
    """Write "Phường Tân An" as it stands inside a line."""
    return name[:1].lower() + name[1:]


def _readings(territory: Territory, parts: Sequence[str]) -> Iterator[_Found]:
    """Yield the readings of an address, the one with its old district first."""
    for province in territory.tables:
        area, inside = _area(territory, province, parts)
        if inside:
            yield from _in_old_district(territory, province, area, inside)
        if inside and area is not None:
            yield from _in_province(territory, province, area, inside)


def _area(
    territory: Territory, province: str, parts: Sequence[str]
) -> tuple[str | None, tuple[str, ...]]:
    """Return the province that the address ends with, and the parts before it.

    It is empty for the province of today, the name of the old province, or None when
    the address names none.
    """
    *inside, last = parts or ("",)
    if territory.level(last) in {None, "province"}:
        if territory.same_name(last, territory.province_name(province)):
            return "", tuple(inside)
        former = {each.former_province for each in territory.communes(province)}
        for name in former:
            if territory.same_name(last, name):
                return name, tuple(inside)
    return None, tuple(parts)


def _in_old_district(
    territory: Territory, province: str, area: str | None, parts: Sequence[str]
) -> Iterator[_Found]:
    if len(parts) < 2 or territory.level(parts[-1]) == "commune":
        return
    *rest, name, district = parts
    within = [
        match
        for match in _old(territory, province, area)
        if match.old and territory.same_name(district, match.old.district)
    ]
    matches = territory.meanings(name, within)
    if matches:
        yield _Found(province, tuple(rest), name, matches)


def _in_province(
    territory: Territory, province: str, area: str, parts: Sequence[str]
) -> Iterator[_Found]:
    """Read the last part as a commune: of today, or an old one without its district.

    An old name elsewhere that is also a name of today is asked about. A bare name that
    is a district's too may be either, so it is no answer.
    """
    *rest, name = parts
    level = territory.level(name)
    districts = {unit.district for unit in territory.old_units(province)}
    if level in {"district", "province"} or (
        level is None and any(territory.same_name(name, each) for each in districts)
    ):
        return
    old = _old(territory, province, area)
    today = [
        Match(each.code, each.name)
        for each in territory.communes(province)
        if area in {"", each.former_province}
    ]
    matches = territory.meanings(name, [*today, *old])
    present = tuple(match for match in matches if match.old is None)
    elsewhere = tuple(
        match
        for match in matches
        if match.old is not None and match.code not in {each.code for each in present}
    )
    if present or elsewhere:
        yield _Found(province, tuple(rest), name, present + elsewhere)


def _old(territory: Territory, province: str, area: str | None) -> list[Match]:
    communes = {each.code: each for each in territory.communes(province)}
    return [
        Match(unit.new_code, communes[unit.new_code].name, unit)
        for unit in territory.old_units(province)
        if not area or communes[unit.new_code].former_province == area
    ]
