"""The checks of a printed paper against the official one; each names what is wrong.

They look at a drawn page (``tracing``), so that a fault of an edition, of the layout or
of the engine shows alike. ``test_fidelity`` runs them over every paper, and plants
faults to see that each check finds its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from forms.captions import CODE, Captions
from forms.definition import Annex, Column, FormEdition, FormField, Table, fields_of
from tests.forms.papers import squash
from tests.forms.tracing import Glyph, Traced

# Where a letter may stand, in points from the edge of the sheet.
_EDGE = 30.0
_TOP = 0.25


def wrong_words(paper: Traced, captions: Captions) -> list[str]:
    """Say where the wording differs: missing, doubled, moved or added words.

    The words that hold the place of a value are gone once the value is there, and so
    are the lists that have nothing to list.
    """
    official = _without_annexes(paper, squash("\n".join(captions.words)))
    place = 0
    for words in _places_held(paper):
        found = official.find(squash(words), place)
        if found >= 0:
            official = official[:found] + official[found + len(squash(words)) :]
            place = found
    ours = squash("".join(one.text for one in paper.own))
    if ours == official:
        return []
    steps = SequenceMatcher(None, official, ours, autojunk=False).get_opcodes()
    return [
        f"{_around(official, a, b)!r} is printed as {_around(ours, c, d)!r}"
        for step, a, b, c, d in steps
        if step != "equal"
    ]


def _without_annexes(paper: Traced, official: str) -> str:
    """Leave out the words of the lists that this paper does not have."""
    annexes = [each for each in paper.filled.edition.body if isinstance(each, Annex)]
    starts = [official.rfind(squash(_begins(each))) for each in annexes]
    kept = official[: min(starts, default=len(official))]
    for each, (start, end) in zip(
        annexes, pairwise([*starts, len(official)]), strict=True
    ):
        if each in paper.filled.blocks:
            kept += official[start:end]
    return kept


def _begins(annex: Annex) -> str:
    return annex.first_line + "".join(annex.title)


def _places_held(paper: Traced) -> Iterator[str]:
    for one in paper.filled.edition.fields():
        there = paper.filled.by_id.get(one.id)
        if one.placeholder and there is not None and there.value:
            yield one.placeholder


def _around(text: str, start: int, end: int) -> str:
    return text[max(0, start - 12) : end + 12]


def wrong_codes(paper: Traced, captions: Captions) -> list[str]:
    """Say which numbered codes are missing, too many or out of order."""
    official = CODE.findall("\n".join(captions.words))
    ours = CODE.findall(
        "".join(one.text for one in paper.own if not one.text.isspace())
    )
    said = Counter(official)
    printed = Counter(ours)
    faults = [f"{code} is missing" for code in said - printed]
    faults += [f"{code} is printed too often" for code in printed - said]
    if not faults and ours != official:
        faults.append(f"the codes stand in another order: {ours}")
    return faults


def wrong_header(paper: Traced, captions: Captions) -> list[str]:
    """Say what of the header block is not in the top quarter of the first page."""
    height = paper.sizes[0][1]
    top = squash(
        "".join(
            one.text
            for one in paper.glyphs
            if one.page == 0 and one.value == 0 and one.bottom > height * (1 - _TOP)
        )
    )
    held = [squash(words) for words in _places_held(paper)]
    return [
        f"{line!r} is not at the top"
        for line in captions.header
        if squash(line) not in top and squash(line) not in held
    ]


def wrong_captions(paper: Traced) -> list[str]:
    """Say which values do not stand beside or under the caption of their field."""
    edition = paper.filled.edition
    fields: dict[str, FormField | Column] = {one.id: one for one in edition.fields()}
    fields |= {one.id: one for table in edition.tables() for one in table.columns}
    cells = {one.id for one in _cells(edition)}
    faults = []
    seen = set()
    for number, glyphs in paper.written.items():
        name, text = paper.values[number]
        field = fields.get(name.partition("#")[0])
        # Further lines of a value stand below its first one, maybe on the next page.
        if field is None or field.id in cells or name in seen:
            continue
        seen.add(name)
        align = field.align if isinstance(field, Column) else ""
        beside = (paper.caption_of(glyphs, align), paper.caption_before(glyphs))
        if not _stands_right(field, [squash(words) for words in beside]):
            faults.append(f"{text!r} of {field.caption!r} stands beside {beside[0]!r}")
    return faults


def _stands_right(field: FormField | Column, beside: Sequence[str]) -> bool:
    said = [squash(words) for words in _said(field)]
    return not any(said) or any(_meets(one, other) for one in said for other in beside)


def _cells(edition: FormEdition) -> Iterator[FormField]:
    for block in edition.body:
        if isinstance(block, Table):
            yield from fields_of(block)


def _said(field: FormField | Column) -> Iterator[str]:
    if isinstance(field, Column):
        yield from (field.number, field.caption, field.group)
    elif field.pattern is None:
        yield field.number + field.caption + field.mark


def _meets(caption: str, beside: str) -> bool:
    """Return whether the words beside a value are those of the caption, or its end."""
    if not caption or not beside:
        return False
    return caption in beside or caption.endswith(beside) or beside in caption


def cut_values(paper: Traced) -> list[str]:
    """Say which values are not drawn whole, or run over the edge of the sheet."""
    faults = []
    for number, (_, text) in paper.values.items():
        glyphs = paper.written.get(number, ())
        drawn = squash("".join(one.text for one in glyphs))
        if drawn != squash(text):
            faults.append(f"{text!r} is drawn as {drawn!r}")
        for one in glyphs:
            width, height = paper.sizes[one.page]
            if not _inside(one, width, height):
                faults.append(f"{text!r} runs over the edge")
                break
    return faults


def _inside(one: Glyph, width: float, height: float) -> bool:
    across = one.left >= _EDGE and one.right <= width - _EDGE
    return across and one.bottom >= _EDGE and one.top <= height - _EDGE


def overprinted(paper: Traced) -> list[str]:
    """Say which letters are drawn over others."""
    seen: dict[tuple[int, int, int], list[Glyph]] = {}
    faults = []
    for one in paper.glyphs:
        if not one.text.isalnum():
            continue
        place = (one.page, int(one.left // 6), int(one.bottom // 6))
        near = [
            other
            for across in (-1, 0, 1)
            for up in (-1, 0, 1)
            for other in seen.get((place[0], place[1] + across, place[2] + up), ())
        ]
        over = next((other for other in near if _covers(one, other)), None)
        if over is not None:
            faults.append(f"{one.text!r} over {over.text!r} on page {one.page + 1}")
        seen.setdefault(place, []).append(one)
    return faults


def _covers(one: Glyph, other: Glyph) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    up = min(one.top, other.top) - max(one.bottom, other.bottom)
    narrow = min(one.right - one.left, other.right - other.left)
    low = min(one.top - one.bottom, other.top - other.bottom)
    return across > narrow / 2 and up > low / 2 and narrow > 0 and low > 0


def answers_by_caption(paper: Traced) -> list[str]:
    """Return each value behind the caption it stands at, as a person reads the page."""
    aligned = {
        column.id: column.align
        for table in paper.filled.edition.tables()
        for column in table.columns
    }
    return [
        f"{paper.caption_of(glyphs, aligned.get(name.partition('#')[0], ''))} | {text}"
        for number, glyphs in paper.written.items()
        for name, text in [paper.values[number]]
    ]


def wrong_answers(paper: Traced, approved: Sequence[str]) -> list[str]:
    """Say which values stand at other captions than was approved."""
    ours = answers_by_caption(paper)
    steps = SequenceMatcher(None, approved, ours, autojunk=False).get_opcodes()
    return [
        f"{'; '.join(approved[a:b])!r} became {'; '.join(ours[c:d])!r}"
        for step, a, b, c, d in steps
        if step != "equal"
    ]
