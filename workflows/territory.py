"""Provinces and communes: by code, by the present name, and by the name before 2025.

Built from rows (``loader`` reads the files). People write names as they know them:
without accents, without the word before the name, or by the old unit; a name that has
become several places is never guessed, the error names them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from typing import Literal

from pydantic import Field

from workflows.definition import Mark, Names, Seen, Status, Strict
from workflows.errors import BadInputError, Problem

_STROKE = str.maketrans({0x111: "d", 0x110: "d"})
_NEAREST = 3
_ALIKE = 0.6


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the text for comparing: small letters, no accents, no apostrophes.

    Both ways of setting the tone mark fold alike, and so do the old and new spellings.
    """
    plain = unicodedata.normalize("NFD", text.casefold().translate(_STROKE))
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    spaced = re.sub(r"[-–—_/.]", " ", letters)
    return " ".join(re.sub(r"[^\w\s]", "", spaced).split())


def _joined(folded: str) -> str:
    return folded.replace(" ", "")


def _exact(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


# --- the data, as it stands in the files ----------------------------------------------


class Province(Strict):
    """A province whose name is known: code of two digits, bare name, full title."""

    code: str = Field(pattern=r"^\d{2}$")
    name: str
    title: str


class Sentences(Strict):
    """What is said to people; the names in braces are filled in."""

    no_table: str
    province_unknown: str
    code_needed: str
    code_unknown: str
    name_unknown: str
    name_strange: str
    split: str
    several: str
    old_place: str
    address_present: str
    address_one: str
    address_split: str
    address_several: str
    address_unknown: str
    namesake: str
    empty: str
    branch_ask: str
    branch_unverified: str


class Prefixes(Strict):
    """The words that may stand before a name, folded, by what they name."""

    province: Names
    district: Names
    commune: Names

    @cached_property
    def all(self) -> tuple[str, ...]:
        """Return every word, the longest first."""
        words = (*self.province, *self.district, *self.commune)
        return tuple(sorted(words, key=len, reverse=True))


class Alias(Strict):
    """A name that older papers have and no list: what it means."""

    name: str
    means: str
    mark: Mark


class Provinces(Strict):
    """The provinces, the words before a name, other names, and the sentences."""

    provinces: tuple[Province, ...]
    prefixes: Prefixes
    aliases: tuple[Alias, ...] = ()
    old_units: Seen
    sentences: Sentences

    @cached_property
    def meant(self) -> Mapping[str, str]:
        """Return the names that the aliases mean, both without accents."""
        return {fold(each.name): fold(each.means) for each in self.aliases}


class Commune(Strict):
    """A commune of today. ``branch`` is the id of its land office branch, or empty."""

    code: str = Field(pattern=r"^\d{5}$")
    name: str
    type: str
    former_province: str
    former_districts: str
    branch: str = ""


class OldUnit(Strict):
    """A row of the table of old units: one for each place that it went to."""

    code: str = Field(pattern=r"^\d{5}$")
    name: str
    district: str
    new_code: str


class Office(Strict):
    """An office by name, with how its name and its place are known."""

    name: str
    mark: Mark
    parent: str | None = None
    address: str | None = None


class Offices(Strict):
    """The offices of a province; ``ask`` lists the branches a commune may belong to."""

    province: str
    checked_on: str
    status: Status
    land_registration_office: Office
    communes_mark: Mark
    branches: dict[str, Office]
    ask: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    unknown: dict[str, str] = Field(default_factory=dict)


# --- answers --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A commune found: its code and name; ``note`` says what could not be checked."""

    code: str
    name: str | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A line of the search: the commune of today, and the old unit that was meant."""

    code: str
    name: str
    old: OldUnit | None = None


@dataclass(frozen=True, slots=True)
class BranchHint:
    """The land office branch of a commune: a hint, with several when nobody knows.

    ``text`` is the sentence for the page.
    """

    name: str | None
    candidates: tuple[str, ...]
    status: Status
    text: str


@dataclass(frozen=True, slots=True)
class _Meant:
    """A place that a name may mean; ``old`` when by the name before 2025."""

    code: str
    old: OldUnit | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The communes of one province, the old units, and the offices."""

    communes: Mapping[str, Commune]
    old_units: tuple[OldUnit, ...] = ()
    offices: Offices | None = None

    @classmethod
    def of(
        cls,
        communes: Iterable[Mapping[str, str]],
        old_units: Iterable[Mapping[str, str]] = (),
        offices: Mapping[str, object] | None = None,
    ) -> Table:
        """Build it from the rows of the files; an old unit leads to a known commune."""
        rows = tuple(Commune.model_validate(row) for row in communes)
        known = {row.code: row for row in rows}
        old = tuple(OldUnit.model_validate(row) for row in old_units)
        lost = sorted({unit.new_code for unit in old} - known.keys())
        if lost:
            raise ValueError(f"old units lead to communes nobody knows: {lost}")
        given = None if offices is None else Offices.model_validate(offices)
        if given is not None:
            _check_branches(known, given)
        return cls(known, old, given)


def _check_branches(communes: Mapping[str, Commune], offices: Offices) -> None:
    for commune in communes.values():
        named = {commune.branch} if commune.branch else set()
        named |= set(offices.ask.get(commune.code, ()))
        if not named or named - offices.branches.keys():
            raise ValueError(f"{commune.code}: branch {sorted(named)} is not known")


# --- the territory --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Territory:
    """Everything known about places. Every two-digit province code is accepted."""

    known: Provinces
    tables: Mapping[str, Table] = field(default_factory=dict)

    @classmethod
    def of(
        cls, provinces: Mapping[str, object], tables: Mapping[str, Table]
    ) -> Territory:
        """Build it from the provinces file as read and the table of each province."""
        return cls(Provinces.model_validate(provinces), dict(tables))

    @property
    def provinces(self) -> tuple[Province, ...]:
        """Return the provinces whose name is known."""
        return self.known.provinces

    def province(self, text: str, key: str = "province") -> str:
        """Return the code of a province by code or name; BadInputError otherwise."""
        given = text.strip()
        if re.fullmatch(r"[0-9]{2}", given):
            return given
        bare = self._bare(fold(given))
        for each in self.known.provinces:
            if bare and _joined(bare) == _joined(fold(each.name)):
                return each.code
        allowed = ", ".join(f"{each.code} ({each.name})" for each in self.provinces)
        raise self._refuse(
            key, text, self.known.sentences.province_unknown, allowed=allowed
        )

    def province_name(self, code: str) -> str:
        """Return the bare name of a province, its code when no name is known."""
        names = {each.code: each.name for each in self.known.provinces}
        return names.get(code, code)

    def resolve(self, province: str, text: str, key: str = "commune") -> str:
        """Return the code of the commune that the text means.

        By code, by present name, by old name; accents and the word before the name may
        be missing, and the old district may follow after a comma. An old unit that was
        split, or a name of several places, raises BadInputError naming the candidates.
        """
        return self.find(province, text, key).code

    def find(self, province: str, text: str, key: str = "commune") -> Place:
        """Do the same as ``resolve``, and tell its name and what was not checked."""
        given = text.strip()
        if not fold(given):
            raise self._refuse(key, text, self.known.sentences.empty)
        table = self.tables.get(province)
        if table is None:
            return self._without_table(province, given, key)
        meant = (
            self._by_code(province, table, given, key)
            if re.fullmatch(r"[0-9]{5}", given)
            else self._by_name(table, given)
        )
        if not meant:
            raise self._not_found(province, table, given, key)
        codes = {each.code for each in meant}
        if len(codes) > 1:
            raise self._ambiguous(table, given, key, meant)
        (code,) = codes
        return Place(code, table.communes[code].name, self._namesake(table, meant[0]))

    def commune_name(self, province: str, code: str) -> str | None:
        """Return the present name of a commune, None when there is no table."""
        table = self.tables.get(province)
        commune = table.communes.get(code) if table else None
        return commune.name if commune else None

    def note(self, province: str, code: str) -> str | None:
        """Return the sentence that the code was not checked, None when it was."""
        if province in self.tables:
            return None
        return self.known.sentences.no_table.format(
            province=self.province_name(province), code=code
        )

    def communes(self, province: str) -> tuple[Commune, ...]:
        """Return the communes of a province in the order of the file."""
        table = self.tables.get(province)
        return tuple(table.communes.values()) if table else ()

    def old_units(self, province: str) -> tuple[OldUnit, ...]:
        """Return the rows of the old units of a province, one for each new place."""
        table = self.tables.get(province)
        return table.old_units if table else ()

    def same_name(self, written: str, name: str) -> bool:
        """Return whether two names are one: accents and words before it set aside."""
        return _joined(self._bare(fold(written))) == _joined(self._bare(fold(name)))

    def bare(self, written: str) -> str:
        """Return a name for comparing: no accents, no word before it, as meant."""
        return self._bare(fold(written))

    def level(self, written: str) -> Literal["province", "district", "commune"] | None:
        """Return what the word before a name says it is, None without such a word."""
        levels: tuple[Literal["province", "district", "commune"], ...] = (
            "province",
            "district",
            "commune",
        )
        word = self._prefix(fold(written))
        words = self.known.prefixes
        return next((each for each in levels if word in getattr(words, each)), None)

    def meanings(self, written: str, matches: Sequence[Match]) -> tuple[Match, ...]:
        """Return those of the matches whose name is meant, by the surest reading.

        A name with its accents, and with the word before it, is surer than without.
        """
        for same in self._readings(written):
            hit = tuple(m for m in matches if same(m.old.name if m.old else m.name))
            if hit:
                return hit
        return ()

    def search(self, province: str, text: str, limit: int = 10) -> tuple[Match, ...]:
        """Return what the typed letters may mean, best first, for the page.

        Names of today stand before old ones, beginnings before what lies inside.
        """
        table, wanted = self.tables.get(province), fold(text)
        bare = self._bare(wanted) or wanted
        if table is None or not wanted:
            return ()
        found = [
            (self._rank(bare, each.name), Match(each.code, each.name))
            for each in table.communes.values()
            if bare in fold(each.name) or each.code.startswith(wanted)
        ]
        found += [
            (
                self._rank(bare, unit.name) + 2,
                Match(unit.new_code, table.communes[unit.new_code].name, unit),
            )
            for unit in table.old_units
            if bare in fold(unit.name)
            and fold(unit.name) != fold(table.communes[unit.new_code].name)
        ]
        found.sort(key=lambda each: (each[0], fold(each[1].name)))
        return tuple(match for _, match in found[:limit])

    def branch_of(self, province: str, code: str) -> BranchHint | None:
        """Return the land office branch of a commune, None when nothing is known."""
        table = self.tables.get(province)
        if table is None or table.offices is None or code not in table.communes:
            return None
        offices, branch = table.offices, table.communes[code].branch
        ids = (branch,) if branch else offices.ask[code]
        names = tuple(offices.branches[each].name for each in ids)
        if not branch:
            text = self.known.sentences.branch_ask.format(candidates="; ".join(names))
            return BranchHint(None, names, offices.status, text)
        text = self.known.sentences.branch_unverified.format(name=names[0])
        verified = offices.status is Status.VERIFIED
        return BranchHint(
            names[0], names, offices.status, names[0] if verified else text
        )

    def split_units(self, province: str, code: str) -> tuple[str, ...]:
        """Return the old units of which the commune got a part, and others the rest."""
        table = self.tables.get(province)
        units = () if table is None else table.old_units
        places: dict[str, set[str]] = {}
        for unit in units:
            places.setdefault(unit.code, set()).add(unit.new_code)
        return tuple(
            f"{unit.name} ({unit.district})"
            for unit in units
            if unit.new_code == code and len(places[unit.code]) > 1
        )

    def offices(self, province: str) -> Offices | None:
        """Return the offices of a province; ``unknown`` says what was not found."""
        table = self.tables.get(province)
        return table.offices if table else None

    # --- finding ----------------------------------------------------------------------

    def _without_table(self, province: str, given: str, key: str) -> Place:
        if re.fullmatch(r"[0-9]{5}", given):
            return Place(given, None, self.note(province, given))
        raise self._refuse(
            key,
            given,
            self.known.sentences.code_needed,
            province=self.province_name(province),
        )

    def _namesake(self, table: Table, meant: _Meant) -> str | None:
        """Return the warning that an old unit elsewhere had the name of today."""
        if meant.old is not None:
            return None
        name = table.communes[meant.code].name
        elsewhere = [
            unit
            for unit in table.old_units
            if fold(unit.name) == fold(name) and unit.new_code != meant.code
        ]
        if not elsewhere:
            return None
        places = "; ".join(self._old(table, unit) for unit in elsewhere)
        return self.known.sentences.namesake.format(name=name, places=places)

    def _by_code(
        self, province: str, table: Table, code: str, key: str
    ) -> list[_Meant]:
        if code in table.communes:
            return [_Meant(code)]
        meant = [_Meant(u.new_code, u) for u in table.old_units if u.code == code]
        if not meant:
            raise self._refuse(
                key,
                code,
                self.known.sentences.code_unknown,
                province=self.province_name(province),
                count=len(table.communes),
            )
        return meant

    def _by_name(self, table: Table, given: str) -> list[_Meant]:
        """Try the readings of a name, the surest first; the first that hits counts.

        A bare number is no name: "1" is a mistyped code sooner than the old ward 1.
        """
        if given.isdigit():
            return []
        name, *rest = (part.strip() for part in given.split(","))
        old_units = self._in_district(table.old_units, rest)
        narrowed = len(old_units) < len(table.old_units)
        today = () if narrowed else tuple(table.communes.values())
        for same in self._readings(name):
            meant = [_Meant(each.code) for each in today if same(each.name)]
            if meant:
                return meant
            meant = [_Meant(u.new_code, u) for u in old_units if same(u.name)]
            if meant:
                return meant
        return self._by_name(table, name) if narrowed else []

    def _readings(self, name: str) -> list[Callable[[str], bool]]:
        """Return tests of a name: as written, then without accents, then bare."""
        exact, folded = _exact(name), fold(name)
        bare_exact = self._bare_exact(name)
        bare = self._bare(folded)
        full: list[Callable[[str], bool]] = [
            lambda other: _exact(other) == exact,
            lambda other: _joined(fold(other)) == _joined(folded),
        ]
        short: list[Callable[[str], bool]] = [
            lambda other: self._bare_exact(other) == bare_exact,
            lambda other: _joined(self._bare(fold(other))) == _joined(bare),
        ]
        return [*full, *short] if self._prefix(folded) else short

    def _in_district(
        self, units: tuple[OldUnit, ...], rest: list[str]
    ) -> tuple[OldUnit, ...]:
        named = {self._bare(fold(part)) for part in rest if part}
        within = tuple(u for u in units if self._bare(fold(u.district)) in named)
        return within or units

    def _prefix(self, folded: str) -> str:
        """Return the word before the folded name, or nothing."""
        words = self.known.prefixes.all
        return next((word for word in words if folded.startswith(f"{word} ")), "")

    def _bare(self, folded: str) -> str:
        """Return the folded name without the word before it, an alias as meant."""
        bare = folded.removeprefix(self._prefix(folded)).lstrip()
        return self.known.meant.get(bare, bare)

    def _bare_exact(self, name: str) -> str:
        """Return the name with its accents, without the word before it."""
        words = _exact(name).split()
        return " ".join(words[len(self._prefix(fold(name)).split()) :])

    def _rank(self, wanted: str, name: str) -> int:
        return 0 if self._bare(fold(name)).startswith(wanted) else 1

    # --- refusing ---------------------------------------------------------------------

    def _refuse(
        self, key: str, value: str, sentence: str, **more: object
    ) -> BadInputError:
        text = sentence.format(key=key, value=value.strip()[:60], **more)
        return BadInputError([Problem(key, value, text)])

    def _not_found(
        self, province: str, table: Table, given: str, key: str
    ) -> BadInputError:
        near = self._nearest(table, given)
        sentences = self.known.sentences
        return self._refuse(
            key,
            given,
            sentences.name_unknown if near else sentences.name_strange,
            province=self.province_name(province),
            candidates=", ".join(near),
        )

    def _nearest(self, table: Table, given: str) -> list[str]:
        bare = self._bare(fold(given.split(",", maxsplit=1)[0]))
        names = {
            each.name: f"{each.name} ({each.code})" for each in table.communes.values()
        }
        for unit in table.old_units:
            names.setdefault(unit.name, self._old(table, unit))
        alike = {
            name: SequenceMatcher(None, bare, self._bare(fold(name))).ratio()
            for name in names
        }
        best = sorted(alike, key=lambda name: (-alike[name], name))
        return [names[name] for name in best[:_NEAREST] if alike[name] >= _ALIKE]

    def _ambiguous(
        self, table: Table, given: str, key: str, meant: list[_Meant]
    ) -> BadInputError:
        split = len({each.old and each.old.code for each in meant}) == 1
        candidates = "; ".join(
            dict.fromkeys(
                self._old(table, each.old)
                if each.old and not split
                else f"{table.communes[each.code].name} ({each.code})"
                for each in meant
            )
        )
        sentences = self.known.sentences
        if split and meant[0].old:
            return self._refuse(key, given, sentences.split, candidates=candidates)
        return self._refuse(key, given, sentences.several, candidates=candidates)

    def _old(self, table: Table, unit: OldUnit) -> str:
        new = f"{table.communes[unit.new_code].name} ({unit.new_code})"
        return self.known.sentences.old_place.format(
            old=unit.name, district=unit.district, new=new
        )
