"""Checks papers before anybody travels: what they say, against each other, in words.

Everything is typed by a person from the paper in hand, and answered or left open by the
data of ``data/papers/checks.yaml``. What nobody has read yet stays unknown: it makes no
difference, and no agreement either.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Literal, Self, TypeAlias

from pydantic import model_validator

from workflows.definition import Names, Seen, Source, Strict

TOLD = "told"
YES, NO = "yes", "no"
Result: TypeAlias = Literal["returned", "ask"]
Kind: TypeAlias = Literal["name", "digits", "mark", "area"]

_APOSTROPHES = str.maketrans("’ʼ‘`´", "'''''")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+")


# --- the data -------------------------------------------------------------------------


class ReadingSpec(Strict):
    """One thing that is read on a paper, of the land or of each person it names."""

    label: str
    hint: str | None = None
    kind: Kind
    of: Literal["person", "land"]
    facts: Names


class AskSpec(Strict):
    """A question about a paper in hand; no ``papers`` means that it is asked of all.

    Not ``sure``: nobody here knows whether the office minds.
    """

    text: str
    by_photo: bool = False
    papers: Names = ()
    says: str
    do: str
    sure: bool = True


class GroundSpec(Strict):
    """An article under which a procedure gives a dossier back, and what it says.

    ``differs`` is its place for papers that do not agree, ``lacks`` for what is not
    whole. ``against`` are the papers that others must agree with; none: whichever.
    """

    article: str
    against: Names = ()
    differs: Source
    lacks: Source

    def is_cited(self, source: Source) -> bool:
        """Return whether a source is of this article: Đ19.2 and its points."""
        of_article = re.fullmatch(rf"{re.escape(self.article)}(\D.*)?", source.at)
        return source.instrument == self.differs.instrument and bool(of_article)

    def returns(self, rule: RuleSpec) -> bool:
        """Return whether a dossier that breaks the rule is given back by this text."""
        meant = not self.against or rule.against in self.against
        return meant and rule.result == "returned"


class PaperRead(Strict):
    """What is read on a paper, how many pages it has, and whether its photo is kept.

    ``scan``: its code can be read by a machine, and what was read there counts.
    """

    pages: int | None = None
    pages_ask: str = ""
    keep: bool = True
    keep_source: Seen | None = None
    scan: bool = False
    people: Names = ()
    reads: Names = ()


class RuleSpec(Strict):
    """Papers that must say the same of some things as another paper does.

    ``asks_again`` is the question whose answer a difference puts in doubt: with another
    answer the plan holds the step that mends it.
    """

    readings: Names
    papers: Names
    against: str
    result: Result
    do: str
    mends: Names = ()
    asks_again: str | None = None


class CheckSentences(Strict):
    """The sentences around what differs."""

    returned: str
    ask: str
    of_person: str
    told: str
    pages_missing: str
    pages_do: str


class PaperChecks(Strict):
    """Everything that is checked, as the data file has it."""

    readings: Mapping[str, ReadingSpec]
    grounds: tuple[GroundSpec, ...]
    asks: Mapping[str, AskSpec]
    papers: Mapping[str, PaperRead]
    rules: Mapping[str, RuleSpec]
    sentences: CheckSentences

    @model_validator(mode="after")
    def _names(self) -> Self:
        """Refuse a name that nothing defines, and a rule that can never be asked."""
        for name, paper in self.papers.items():
            if missing := set(paper.reads) - set(self.readings):
                raise ValueError(f"{name}: reads unknown {sorted(missing)}")
        for name, rule in self.rules.items():
            if missing := set(rule.readings) - set(self.readings):
                raise ValueError(f"{name}: compares unknown {sorted(missing)}")
            for paper_id in {*rule.papers, rule.against} - {TOLD}:
                if missing := set(rule.readings) - set(self.of(paper_id).reads):
                    raise ValueError(f"{name}: {paper_id} shows no {sorted(missing)}")
        return self

    def of(self, paper: str) -> PaperRead:
        """Return what is known of a paper; one without an entry shows nothing."""
        return self.papers.get(paper, _PLAIN)

    def ground(self, cited: Iterable[Source]) -> GroundSpec | None:
        """Return why a procedure that refuses by these sources gives papers back."""
        for source in cited:
            for ground in self.grounds:
                if ground.is_cited(source):
                    return ground
        return None

    def asks_of(self, paper: str) -> dict[str, AskSpec]:
        """Return the questions about a paper in their order."""
        return {
            name: ask
            for name, ask in self.asks.items()
            if not ask.papers or paper in ask.papers
        }


_PLAIN = PaperRead()


# --- what was read --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Read:
    """A value as a paper prints it; ``party`` is whose it is, None for the land."""

    paper: str
    reading: str
    party: str | None
    value: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two papers that do not say the same, and the rule that asks them to."""

    rule: RuleSpec
    one: Read
    other: Read


@dataclass(frozen=True, slots=True)
class Unread:
    """A value that a rule needs and nobody has read yet."""

    paper: str
    reading: str
    party: str | None


def folded(kind: Kind, value: str) -> str:
    """Return a text that is the same for two ways of writing one value.

    Capitals, spaces, the kind of apostrophe and the place of a tone mark mean nothing
    in a name; its letters and accents do. A number of a parcel keeps its letters, an
    area is a number. Empty when nothing is told.
    """
    text = unicodedata.normalize("NFC", value).translate(_APOSTROPHES).casefold()
    match kind:
        case "name":
            return " ".join(map(_tone_last, text.split()))
        case "digits":
            return re.sub(r"\D", "", text)
        case "mark":
            bare = re.sub(r"[\s.\-]", "", text)
            return re.sub(r"(?<!\d)0+(?=\d)", "", bare)
        case "area":
            return _area(text)


def _tone_last(word: str) -> str:
    """Return the word with its tone mark at the end: hoà and hòa are one word."""
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(each for each in letters if each in _TONES)
    return "".join(each for each in letters if each not in _TONES) + tones


def _area(text: str) -> str:
    bare = re.sub(r"\s|m2|m²", "", text)
    if "," in bare or _THOUSANDS.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
    try:
        return f"{Decimal(bare).normalize():f}" if bare else ""
    except InvalidOperation:
        return bare


def compare(
    checks: PaperChecks, reads: Iterable[Read], there: Collection[str]
) -> tuple[tuple[Difference, ...], tuple[Unread, ...]]:
    """Return where the papers that are there differ, and what nobody has read yet.

    ``there`` are the papers of the dossier. What was told is only set beside a paper:
    nobody has to read it.
    """
    known = {
        (each.paper, each.reading, each.party): each
        for each in reads
        if folded(checks.readings[each.reading].kind, each.value)
    }
    parties = sorted({each.party for each in known.values() if each.party})
    differences: list[Difference] = []
    unread: dict[Unread, None] = {}
    for rule in checks.rules.values():
        for one, other in _pairs(checks, rule, parties, there):
            first, second = known.get(one), known.get(other)
            if first is not None and second is not None:
                if _differ(checks, first, second):
                    differences.append(Difference(rule, first, second))
            elif TOLD not in {one[0], other[0]} and (first or second):
                missing = other if first else one
                unread[Unread(*missing)] = None
    return tuple(differences), tuple(unread)


_Key: TypeAlias = tuple[str, str, str | None]


def _pairs(
    checks: PaperChecks,
    rule: RuleSpec,
    parties: Sequence[str],
    there: Collection[str],
) -> Iterator[tuple[_Key, _Key]]:
    """Yield what a rule sets side by side in a dossier with these papers."""
    for paper in rule.papers:
        if rule.against not in there or paper not in {TOLD, *there}:
            continue
        for reading in rule.readings:
            of_people = checks.readings[reading].of == "person"
            for party in parties if of_people else (None,):
                yield (paper, reading, party), (rule.against, reading, party)


def _differ(checks: PaperChecks, one: Read, other: Read) -> bool:
    kind = checks.readings[one.reading].kind
    return folded(kind, one.value) != folded(kind, other.value)


# --- the answer -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PaperState:
    """A paper of the dossier as far as it was checked.

    ``needed`` is False for a paper that may not be asked for. ``seen`` counts the pages
    with a photo, ``flawed`` those of them that cannot be read; ``counted`` is how many
    pages a person found, ``answers`` are by the name of the question.
    """

    id: str
    needed: bool = True
    seen: int = 0
    flawed: int = 0
    counted: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PaperVerdict:
    """What the check of one paper says: questions answered with no, or still open."""

    id: str
    refused: tuple[str, ...]
    open: tuple[str, ...]
    pages: tuple[int, int] | None = None

    @property
    def good(self) -> bool:
        """Return whether nothing of this paper is wrong or open."""
        return not (self.refused or self.open or self.pages)


def judge(checks: PaperChecks, state: PaperState) -> PaperVerdict:
    """Return what stands against a paper; ``pages`` is (expected, seen) when short.

    A photo of every page without a flaw answers whether it is whole and can be read; an
    answer of the person counts more than the photo.
    """
    expected = state.counted or checks.of(state.id).pages
    short = bool(state.seen and expected and state.seen < expected)
    good = bool(state.seen and expected) and not (state.flawed or short)
    refused: list[str] = []
    open_: list[str] = []
    for name, ask in checks.asks_of(state.id).items():
        answer = state.answers.get(name) or (YES if good and ask.by_photo else None)
        if answer == NO:
            refused.append(name)
        elif answer != YES:
            open_.append(name)
    told_whole = all(
        state.answers.get(name) == YES
        for name, ask in checks.asks_of(state.id).items()
        if ask.by_photo
    )
    pages = (expected or 0, state.seen) if short and not told_whole else None
    return PaperVerdict(state.id, tuple(refused), tuple(open_), pages)
