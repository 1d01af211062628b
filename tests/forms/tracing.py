"""Reads a paper off its page: which letters are the form's own, which are values.

A traced paper is the same page with each value in a colour of its own. Colours move
nothing, so the letters of a value, their places and the captions beside them are read
from the drawn page, whatever the text happens to be.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from unicodedata import normalize

import pypdfium2
import pypdfium2.raw as pdfium

from forms import pdf
from forms.definition import FormEdition, ListBlock, Table
from forms.filled import FilledField, FilledForm
from tests.forms.papers import counts, squash

# A disguised value is as long as the value: one sign that tells which, then fillers.
_FIRST = 0xF0000
_FILLER = chr(0xFFFFD)
_DISGUISE = re.compile(f"([{chr(_FIRST)}-{chr(0xFFFF0)}])({_FILLER}*)")
_TICK = re.compile('(<span class="c[^"]*">)?(<span class="box">)\u00a0x\u00a0')
_SIGN = re.compile(
    rf'(<span class="c">)([^<]*)(</span><span class="g v">)(?={_DISGUISE.pattern})'
)
_TICKS = 2000
_MORE = 3000
_BLUE = 200
# Letters stand on one line when their feet are this close, in points.
_LINE = 3.5
# A value stands beside a caption that is nearer than this.
_WORD = 14.0
# Words nearer than this belong to one caption: heads of two columns are not joined.
_SPACE = 7.0
_NEXT_LINE = 26.0
# A head in the middle of its column may stand so far aside of what is below.
_COLUMN = 18.0
_PAGE_NUMBER = 50.0
# A head of a table has at least so many letters.
_HEAD = 12


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter as drawn: ``value`` is the number of its value, 0 for the form."""

    text: str
    page: int
    left: float
    bottom: float
    right: float
    top: float
    value: int


@dataclass(frozen=True, slots=True)
class Line:
    """Neighbouring letters of one kind on one line of the page."""

    glyphs: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        return "".join(one.text for one in self.glyphs).strip()

    @property
    def page(self) -> int:
        return self.glyphs[0].page

    @property
    def left(self) -> float:
        return min(one.left for one in self.glyphs)

    @property
    def right(self) -> float:
        return max(one.right for one in self.glyphs)

    @property
    def top(self) -> float:
        return max(one.top for one in self.glyphs)

    @property
    def bottom(self) -> float:
        return min(one.bottom for one in self.glyphs)


@dataclass(frozen=True)
class Traced:
    """A drawn paper with its values told apart.

    ``values`` has for each number the field it belongs to and the text it should say;
    ``leading`` are the ticks whose caption follows.
    """

    filled: FilledForm
    content: bytes
    values: dict[int, tuple[str, str]]
    leading: frozenset[int]

    @cached_property
    def sizes(self) -> tuple[tuple[float, float], ...]:
        return tuple(page.get_size() for page in pypdfium2.PdfDocument(self.content))

    @cached_property
    def glyphs(self) -> tuple[Glyph, ...]:
        return tuple(_glyphs(self.content))

    @cached_property
    def own(self) -> tuple[Glyph, ...]:
        """Return the letters of the form: no head drawn again, no page number."""
        return tuple(_own(self.filled.edition, self.glyphs, self.sizes))

    @cached_property
    def captions(self) -> tuple[Line, ...]:
        own = [
            one
            for one in self.glyphs
            if one.value in {0, _MORE}
            and not (one.page and _is_margin(one, self.sizes))
        ]
        return tuple(line for line in _lines(own) if squash(line.text))

    @cached_property
    def written(self) -> dict[int, tuple[Glyph, ...]]:
        """Return the letters of each value."""
        found: dict[int, list[Glyph]] = {}
        for one in self.glyphs:
            if one.value not in {0, _MORE}:
                found.setdefault(one.value, []).append(one)
        return {number: tuple(glyphs) for number, glyphs in found.items()}

    @cached_property
    def _places(self) -> dict[int, int]:
        return {id(one): place for place, one in enumerate(self.glyphs)}

    @cached_property
    def _line_of(self) -> dict[int, Line]:
        return {id(one): line for line in self.captions for one in line.glyphs}

    def caption_before(self, value: Sequence[Glyph]) -> str:
        """Return the words just before a value that begins a line or a page."""
        first = value[0]
        place = self._places[id(first)] - 1
        while place >= 0 and not self._is_text(self.glyphs[place]):
            place -= 1
        line = self._line_of.get(id(self.glyphs[place])) if place >= 0 else None
        if line is None:
            return ""
        is_next = line.page < first.page or 0 < line.bottom - first.bottom < _NEXT_LINE
        return line.text if is_next else ""

    def _is_text(self, one: Glyph) -> bool:
        is_number = one.page > 0 and _is_margin(one, self.sizes)
        return bool(one.text.strip()) and not is_number

    def caption_of(self, value: Sequence[Glyph], align: str = "") -> str:
        """Return the nearest words of the form left of a value, else above it.

        The head of a column is never before a value that stands ``left`` in it, nor
        behind one that stands ``right``.
        """
        first = _lines(value)[0]
        if value[0].value in self.leading:
            after = [
                line
                for line in self.captions
                if line.page == first.page
                and line.left >= first.right - 2
                and min(line.top, first.top) - max(line.bottom, first.bottom) > 1
            ]
            return min(after, key=lambda line: line.left).text if after else ""
        left = [
            line
            for line in self.captions
            if line.page == first.page
            and line.right <= first.left + 2
            and min(line.top, first.top) - max(line.bottom, first.bottom) > 1
        ]
        near = max(left, key=lambda line: line.right, default=None)
        if near is not None and first.left - near.right < _WORD:
            return near.text
        above = [
            line
            for line in self.captions
            if line.page == first.page
            and line.bottom >= first.bottom + 2
            and not (align == "left" and line.right <= first.left)
            and not (align == "right" and line.left >= first.right)
        ]
        over = min(above, key=lambda line: _away(line, first), default=None)
        if over is not None:
            return over.text
        return "" if near is None else near.text


def _away(line: Line, value: Line) -> float:
    """Return how far a caption stands above; aside counts more, a column is narrow."""
    aside = max(0.0, line.left - value.right, value.left - line.right)
    middles = abs(line.left + line.right - value.left - value.right) / 2
    beyond = max(0.0, aside - _COLUMN)
    return line.bottom - value.bottom + aside / 2 + 3 * beyond + middles / 5


def traced(
    filled: FilledForm, print_: Callable[[pdf.Sheet], bytes], change=lambda page: page
) -> Traced:
    """Print the paper with its values in colours; ``change`` may spoil the page."""
    names: list[tuple[str, str]] = []

    def disguised(field: str, text: str) -> str:
        lines = []
        for line in text.split("\n"):
            if line:
                names.append((field, line))
                line = chr(_FIRST + len(names)) + _FILLER * (len(line) - 1)  # noqa: PLW2901
            lines.append(line)
        return "\n".join(lines)

    def hidden(one: FilledField) -> FilledField:
        pieces = tuple(
            replace(piece, text=disguised(one.id, piece.text))
            if piece.is_value
            else piece
            for piece in one.pieces
        )
        if isinstance(one.value, str):
            shown = len(pieces) == 1 and pieces[0].is_value
            value = pieces[0].text if shown else disguised(one.id, one.value)
            return replace(one, value=value, pieces=pieces)
        return replace(one, pieces=pieces)

    rows = {
        name: tuple(tuple(hidden(cell) for cell in row) for row in table)
        for name, table in filled.rows.items()
    }
    by_id = {name: hidden(one) for name, one in filled.by_id.items()}
    page = pdf.html(replace(filled, rows=rows, by_id=by_id))
    page = _beyond(page, filled, names)
    ticks = iter(range(_TICKS, _MORE))
    leading: set[int] = set()

    def ticked(box: re.Match[str]) -> str:
        number = next(ticks)
        leading.update({number} if box[1] else ())
        return f"{box[1] or ''}{box[2]}\u00a0{_span(number, 'x')}\u00a0"

    page = _TICK.sub(ticked, page)
    page = _DISGUISE.sub(lambda value: _shown(names, value), page)
    values = {number: names[number - 1] for number in _numbers(page) if number < _TICKS}
    values |= {number: ("", "x") for number in _numbers(page) if number >= _TICKS}
    values.pop(_MORE, None)
    plain, page = pdf.sheet(filled), change(page)
    content = print_(plain if plain.page == page else pdf.Sheet(page))
    return Traced(filled, content, values, frozenset(leading))


def _beyond(page: str, filled: FilledForm, names: Sequence[tuple[str, str]]) -> str:
    """Colour the numbers of lines of a list that the blank form does not have."""
    lists = {one.id: one for one in filled.blocks if isinstance(one, ListBlock)}
    seen: dict[str, int] = {}

    def coloured(sign: re.Match[str]) -> str:
        field = names[ord(sign[4]) - _FIRST - 1][0]
        block = lists.get(field)
        if block is None:
            return sign[0]
        seen[field] = seen.get(field, len(block.fixed)) + 1
        if seen[field] <= block.lines:
            return sign[0]
        return f"{sign[1]}{_span(_MORE, sign[2])}{sign[3]}"

    return _SIGN.sub(coloured, page)


def _shown(names: Sequence[tuple[str, str]], value: re.Match[str]) -> str:
    number = ord(value[1]) - _FIRST
    text = names[number - 1][1]
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _span(number, escaped)


def _span(number: int, text: str) -> str:
    # Steps of four: a colour may come back a shade off.
    red, green = (number >> 6) * 4 + 2, (number & 63) * 4 + 2
    colour = f"#{red:02x}{green:02x}{_BLUE:02x}"
    return f'<span data-n="{number}" style="color:{colour}">{text}</span>'


def _numbers(page: str) -> Iterator[int]:
    return (int(each) for each in re.findall('data-n="([0-9]+)"', page))


def _glyphs(content: bytes) -> Iterator[Glyph]:
    for number, page in enumerate(pypdfium2.PdfDocument(content)):
        text = page.get_textpage()
        box = [ctypes.c_double() for _ in range(4)]
        colour = [ctypes.c_uint() for _ in range(4)]
        for place in range(text.count_chars()):
            letter = chr(pdfium.FPDFText_GetUnicode(text, place))
            pdfium.FPDFText_GetCharBox(text, place, *box)
            pdfium.FPDFText_GetFillColor(text, place, *colour)
            left, right, bottom, top = (each.value for each in box)
            red, green, blue = (each.value for each in colour[:3])
            value = ((red // 4) << 6) + green // 4 if abs(blue - _BLUE) <= 1 else 0
            yield Glyph(letter, number, left, bottom, right, top, value)


def _own(
    edition: FormEdition,
    glyphs: Sequence[Glyph],
    sizes: Sequence[tuple[float, float]],
) -> Iterator[Glyph]:
    heads = [_head(block) for block in edition.body if isinstance(block, Table)]
    heads = [head for head in heads if head]
    drawn = ""
    for page in range(len(sizes)):
        own = [one for one in glyphs if one.page == page and one.value == 0]
        if page:
            own = [one for one in own if not _is_margin(one, sizes)]
        text = squash("".join(one.text for one in own))
        again = [head for head in heads if head in drawn and text.startswith(head)]
        again += [
            text[:size]
            for size in range(_HEAD, len(text) + 1)
            if drawn.endswith(text[:size])
        ]
        if again:
            own = _without(own, max(map(len, again)))
        drawn += text
        yield from own


def _is_margin(one: Glyph, sizes: Sequence[tuple[float, float]]) -> bool:
    """Return whether a letter stands where the number of a page does."""
    return one.bottom > sizes[one.page][1] - _PAGE_NUMBER


def _head(table: Table) -> str:
    groups: list[str] = []
    under: list[str] = []
    for column in table.columns:
        if column.group:
            if column.group not in groups:
                groups.append(column.group)
            under.append(column.caption)
        else:
            groups.append(column.caption)
    numbers = [column.number for column in table.columns if table.number_row]
    return squash("".join((*groups, *under, *numbers)))


def _without(glyphs: Sequence[Glyph], count: int) -> list[Glyph]:
    """Leave out so many letters at the beginning."""
    left = count
    for place, one in enumerate(glyphs):
        if not left:
            return list(glyphs[place:])
        left -= len(normalize("NFC", one.text)) if counts(one.text) else 0
    return []


def _lines(glyphs: Sequence[Glyph]) -> list[Line]:
    lines: list[list[Glyph]] = []
    for one in glyphs:
        if one.text in "\r\n\ufffe" or (one.text.isspace() and not lines):
            continue
        last = lines[-1][-1] if lines else None
        if one.text.isspace():
            lines[-1].append(replace(one, left=last.right, right=last.right))
        elif (
            last is not None
            and one.page == last.page
            and abs(_middle(one) - _middle(lines[-1][0])) < 2 * _LINE
            and -2 <= one.left - last.right < _SPACE
        ):
            lines[-1].append(one)
        else:
            lines.append([one])
    return [Line(tuple(line)) for line in lines]


def _middle(one: Glyph) -> float:
    return (one.bottom + one.top) / 2
