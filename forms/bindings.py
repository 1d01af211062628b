"""Finds the value that a field is bound to among the facts of a matter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TypeAlias

from forms import sentences, words
from forms.definition import (
    GAP,
    Bind,
    Compose,
    Condition,
    DateOnly,
    FieldKind,
    People,
    Phrase,
)
from forms.likeness import likeness

Where: TypeAlias = str | Sequence[str]

# Papers show the hour of the counter; Vietnam keeps one offset the whole year.
_COUNTER_TIME = timezone(timedelta(hours=7))
_PARTY = re.compile(r"^party\[(?P<id>[^\]]+)\]\.(?P<attribute>.+)$")
# "Số 25 đường Mạc Thị Bưởi": a form has one place for the number, one for the road.
_ROAD = re.compile(
    rf"^(?:(?:số nhà|số) (?P<house>\S+) )?(?:{'|'.join(words.ROADS)}) (?P<road>.+)$",
    re.IGNORECASE,
)
_COMMUNE = tuple(f"{unit} " for unit in words.COMMUNE_UNITS)
_PROVINCE = tuple(f"{unit} " for unit in words.PROVINCE_UNITS)
_PLACE = "place"


@dataclass(frozen=True, slots=True)
class Known:
    """A value, and in words where it comes from."""

    value: object
    where: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Facts that nobody has given yet."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One fact with several current values, each with where it comes from."""

    key: str
    values: tuple[tuple[object, str], ...]

    @property
    def told(self) -> tuple[str, ...]:
        """Return each value with its source, for a person."""
        return tuple(
            f"{sentences.shown(_day_or_itself(value))} ({where})"
            for value, where in self.values
        )


Finding: TypeAlias = Known | Missing | Conflict


class Facts:
    """The facts of a matter as a form reads them.

    A value that is a list of differing values is a conflict of sources. Lists that are
    meant as lists (papers, lines of a notice) are read with ``items``.
    """

    def __init__(
        self,
        facts: Mapping[str, object],
        provenance: Mapping[str, Where],
        people: Mapping[str, People],
    ) -> None:
        self._facts = facts
        self._provenance = provenance
        self._people = people

    @property
    def nothing(self) -> bool:
        """Return whether there are no facts at all, as for a blank form."""
        return not self._facts

    def find(self, key: str) -> Finding:
        """Return the current value of a fact; ``key#part`` takes a part of it.

        The parts of an address are ``street``, ``commune`` and ``province``, those of
        the street ``house``, ``road`` and ``hamlet``; ``place`` is the name of a land
        office without the words that the caption prints.
        """
        whole, _, part = key.partition("#")
        found = self._find(whole)
        if not part or not isinstance(found, Known):
            return found
        if part == _PLACE:
            return Known(place_of_office(str(found.value)), found.where)
        piece = split_address(str(found.value)).get(part)
        if piece is None:
            return Missing((key,))
        return Known(piece, f"{found.where}, {sentences.FROM_ADDRESS}")

    def _find(self, key: str) -> Finding:
        value = self._facts.get(key)
        if value is None or value == "":
            return Missing((key,))
        where = self._provenance.get(key, sentences.FROM_DOSSIER)
        sources = [where] if isinstance(where, str) else list(where)
        if not isinstance(value, list | tuple):
            return Known(value, sentences.several_sources(sources))
        sources += [sentences.FROM_DOSSIER] * (len(value) - len(sources))
        apart: dict[str, tuple[object, list[str]]] = {}
        for one, place in zip(value, sources, strict=False):
            alike = likeness(key, one)
            apart.setdefault(alike, (one, []))[1].append(place)
        said = [
            (one, sentences.several_sources(places)) for one, places in apart.values()
        ]
        if len(said) > 1:
            return Conflict(key, tuple(said))
        return Known(*said[0]) if said else Missing((key,))

    def items(self, key: str) -> tuple[object, ...]:
        """Return the items of a list, or the lines of a text; unknown is empty."""
        value = self._facts.get(key)
        if isinstance(value, str):
            return tuple(line.strip() for line in value.splitlines() if line.strip())
        return tuple(value) if isinstance(value, list | tuple) else ()

    def where(self, key: str) -> str:
        """Return where a fact comes from, in words."""
        where = self._provenance.get(key, sentences.FROM_DOSSIER)
        return where if isinstance(where, str) else sentences.several_sources(where)

    def persons(self, name: str) -> tuple[str, ...]:
        """Return the party ids that a name of the form means, in their order."""
        people = self._people[name]
        if people.when is not None and self.holds(people.when) is not True:
            return ()
        roles = people.roles
        if isinstance(roles, dict):
            chooser = self.find(people.by or "")
            roles = roles.get(_text(chooser), ())
        found: tuple[str, ...] = ()
        for role in roles:
            found = self._with_role(role)
            if found:
                break
        if people.known is not None:
            found = tuple(
                person
                for person in found
                if isinstance(self.of_person(person, people.known), Known)
            )
        if len(found) < people.at_least:
            return ()
        cut = {"first": slice(1), "rest": slice(1, None), "all": slice(None)}
        return found[cut[people.take]]

    def _with_role(self, role: str) -> tuple[str, ...]:
        return tuple(
            match["id"]
            for key, value in self._facts.items()
            if (match := _PARTY.match(key))
            and match["attribute"] == "role"
            and value == role
        )

    def is_person(self, name: str) -> bool:
        """Return whether the name means persons rather than a group of facts."""
        return name in self._people

    def holds(self, condition: Condition) -> bool | None:
        """Return whether all lines of the condition hold; None means not known."""
        answers = [self._line(key, wanted) for key, wanted in condition.of.items()]
        if False in answers:
            return False
        return None if None in answers else True

    def _line(self, key: str, wanted: Sequence[object] | DateOnly) -> bool | None:
        found = self.find(key)
        if not isinstance(found, Known):
            return None
        if isinstance(wanted, DateOnly):
            return (as_date(found.value) is not None) == wanted.date
        return any(_same(found.value, one) for one in wanted)

    def resolve(self, bind: Bind) -> tuple[Finding, ...]:
        """Return one finding, or one for each person whom the bind means."""
        if isinstance(bind, Compose):
            people = self.persons(bind.each) if bind.each else ("",)
            return tuple(self._compose(bind.parts, person) for person in people)
        name, _, attribute = bind.partition(".")
        if self.is_person(name):
            return tuple(
                self.of_person(person, attribute) for person in self.persons(name)
            )
        return (self.find(bind),)

    def resolve_of(self, bind: Bind, person: object) -> tuple[Finding, ...]:
        """Return the finding for one of the persons whom the bind means.

        When it does not mean that person, it is resolved for all.
        """
        if isinstance(bind, str):
            name, _, attribute = bind.partition(".")
            if self.is_person(name) and person in self.persons(name):
                return (self.of_person(str(person), attribute),)
        return self.resolve(bind)

    def of_person(self, person: str, attribute: str) -> Finding:
        """Return an attribute of one party; ``a|b`` takes the first that is known."""
        first: Finding = Missing(())
        for position, one in enumerate(attribute.split("|")):
            found = self.find(f"party[{person}].{one}")
            if not isinstance(found, Missing):
                return found
            first = found if position == 0 else first
        return first

    def resolve_for(self, bind: Bind, person: str) -> Finding:
        """Return a finding for one person: the row of a table."""
        if isinstance(bind, Compose):
            return self._compose(bind.parts, person)
        if bind.startswith("."):
            return self.of_person(person, bind[1:])
        return self.find(bind)

    def _compose(self, parts: Sequence[Phrase], person: str) -> Finding:
        """Join the phrases that are known; the first drops a comma it begins with."""
        said: list[str] = []
        sources: list[str] = []
        missing: list[str] = []
        for part in parts:
            if part.when is not None and self.holds(part.when) is not True:
                continue
            if part.unless is not None and self.holds(part.unless) is True:
                continue
            phrase = self._phrase(part, person)
            if isinstance(phrase, Conflict):
                return phrase
            if isinstance(phrase, Known):
                said.append(str(phrase.value))
                sources += [phrase.where] if phrase.where else []
            else:
                missing += phrase.keys
        if not said or not sources:
            return Missing(tuple(missing))
        return Known("".join(said).lstrip(" ,;"), sentences.several_sources(sources))

    def _phrase(self, part: Phrase, person: str) -> Finding:
        text, on = part.text, part.when.of if part.when else {}
        sources: list[str] = []
        values: list[str] = []
        for gap in GAP.finditer(text):
            found = self.resolve_for(gap["key"], person)
            if not isinstance(found, Known):
                return found
            shown = written(FieldKind(gap["form"] or "text"), found.value)
            if shown is None:
                return Missing((gap["key"],))
            values.append(shown)
            sources.append(found.where)
        filled = iter(values)
        said = GAP.sub(lambda _: next(filled), text)
        if not values and text:
            # A phrase without a gap rests on the condition that let it in.
            sources += [self.where(key) for key in on] or [sentences.FROM_DOSSIER]
        return Known(said, sentences.several_sources(sources))


def split_address(address: str) -> dict[str, str]:
    """Split "Buôn Kŏ Tam, phường Tân An, tỉnh Đắk Lắk" by the words of the units.

    A province that is not named stays out; where the commune is not told apart, the
    whole stands where the hamlet does.
    """
    parts = [part.strip() for part in address.split(",") if part.strip()]
    found: dict[str, str] = {}
    rest: list[str] = []
    for part in parts:
        if part.casefold().startswith(_PROVINCE):
            found["province"] = part
        elif part.casefold().startswith(_COMMUNE):
            found["commune"] = part
        else:
            rest.append(part)
    if "commune" not in found:
        return {"street": address, "hamlet": address}
    return found | (_street_parts(rest) if rest else {})


def _street_parts(rest: Sequence[str]) -> dict[str, str]:
    """Return what stands before the commune, whole and by house, road and hamlet."""
    found = {"street": ", ".join(rest)}
    hamlet: list[str] = []
    for part in rest:
        road = _ROAD.match(part)
        if road is None or "road" in found:
            hamlet.append(part)
        else:
            found |= {key: told for key, told in road.groupdict().items() if told}
    return found | ({"hamlet": ", ".join(hamlet)} if hamlet else {})


def place_of_office(name: str) -> str:
    """Take "khu vực Tân An" from "Chi nhánh Văn phòng đăng ký đất đai khu vực Tân An".

    A name that begins otherwise, or says nothing more, stays whole.
    """
    for words_of_kind in words.LAND_OFFICES:
        if name.casefold().startswith(f"{words_of_kind} "):
            return name[len(words_of_kind) :].strip()
    return name


def as_date(value: object) -> date | None:
    """Return a date or an instant from itself or from its ISO text, else None.

    An instant comes back with the hour of the counter.
    """
    if isinstance(value, datetime):
        return value.astimezone(_COUNTER_TIME) if value.tzinfo else value
    if isinstance(value, date):
        return value
    return _from_iso(value) if isinstance(value, str) else None


def _day_or_itself(value: object) -> object:
    """Return the day of an ISO text with its hyphens; a row of digits is a number."""
    is_day = not isinstance(value, str) or value.count("-") == 2
    return (as_date(value) or value) if is_day else value


def _from_iso(text: str) -> date | None:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return as_date(read(text))
        except ValueError:
            continue
    return None


def written(kind: FieldKind, value: object) -> str | None:
    """Return the value as the paper writes it, or None if it is not of the kind."""
    match kind:
        case FieldKind.YEAR if _is_year(value):
            return str(value)
        case FieldKind.DATE | FieldKind.YEAR:
            return _dated(kind, as_date(value))
        case FieldKind.MONEY | FieldKind.WORDS:
            return _money(kind, value)
        case FieldKind.DECIMAL:
            exact = _decimal(value)
            return None if exact is None else words.decimal(exact)
        case FieldKind.SHARE:
            return _share(value)
        case _:
            text = plain(value)
            return text.upper() if kind is FieldKind.CAPITALS else text


def plain(value: object) -> str:
    """Write a value of any type as people do: no ISO day, no decimal point, no True."""
    if isinstance(value, Decimal | float):
        return words.decimal(str(value))
    day = _day_or_itself(value)
    return words.moment(day) if isinstance(day, datetime) else sentences.shown(day)


def _money(kind: FieldKind, value: object) -> str | None:
    whole = _decimal(value)
    if whole is None or whole != whole.to_integral_value() or whole >= words.LIMIT:
        return None
    in_words = kind is FieldKind.WORDS
    return words.money_in_words(int(whole)) if in_words else words.number(int(whole))


def amount(text: str) -> int:
    """Return the amount of đồng that ``written`` wrote."""
    return int(text.replace(".", ""))


def _dated(kind: FieldKind, day: date | None) -> str | None:
    if day is None:
        return None
    return str(day.year) if kind is FieldKind.YEAR else words.date_short(day)


def _is_year(value: object) -> bool:
    """Return whether a year stands alone, for want of the day."""
    return isinstance(value, int) and date.min.year < value <= date.max.year


def _share(value: object) -> str | None:
    if not isinstance(value, str | int | Fraction | Decimal):
        return None
    try:
        return words.share(Fraction(value))
    except (ValueError, ZeroDivisionError):
        return None


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        exact = Decimal(value)
    except InvalidOperation:
        return None
    return exact if exact.is_finite() and exact >= 0 else None


def _same(value: object, wanted: object) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    return type(value) is type(wanted) and value == wanted


def _text(found: Finding) -> str:
    return str(found.value) if isinstance(found, Known) else ""
