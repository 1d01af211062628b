"""Small parts of a drawing: escaped text, boxes, lines, arrowheads.

Each part carries a class for the style sheet and plain attributes for a drawing that
stands alone; the style sheet wins where both speak. Nothing needs an inline style.
"""

from __future__ import annotations

import re
from html import escape

INK = "#241a15"
CARD = "#fff"
GROUND = "#f3ece1"
LINE = "#85756a"
HAIR = "#dccfc0"
EARTH = "#7d2b16"
EARTH_GROUND = "#f8eae2"
LEAF = "#0f5132"
LEAF_GROUND = "#e6f1e9"

# What a class means, for a drawing without the style sheet.
LOOKS = {
    "run": f'fill="{EARTH}"',
    "halt": f'fill="{EARTH_GROUND}" stroke="{EARTH}" stroke-dasharray="6 4"',
    "you": f'fill="{LEAF_GROUND}" stroke="{LEAF}"',
    "done": f'fill="{LEAF}"',
    "later": f'fill="{CARD}" stroke="{LINE}" stroke-dasharray="5 4"',
    "way": f'fill="{CARD}" stroke="{INK}"',
    "group": f'fill="{GROUND}"',
    "grid": f'fill="none" stroke="{HAIR}"',
    "mark": f'fill="none" stroke="{INK}" stroke-dasharray="3 3"',
    "flow": f'fill="none" stroke="{INK}"',
}
WORDS = {
    "": f'fill="{INK}"',
    "b": f'fill="{INK}" font-weight="700"',
    "w": f'fill="{CARD}" font-weight="700"',
    "e": f'fill="{EARTH}" font-weight="700"',
}
FONT = 'font-family="system-ui, Segoe UI, Roboto, Noto Sans, sans-serif"'
# The mean width of a letter at 15 px, bold Vietnamese text; measured, a little wide.
LETTER = 9.2


def number(value: float) -> str:
    """Write a coordinate, short."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "") -> str:
    """Return a line of text; ``kind`` is a class: b bold, w white, e earth."""
    placed = f' text-anchor="{anchor}"' if anchor else ""
    named = f' class="{kind}"' if kind else ""
    return (
        f'<text{named} x="{number(x)}" y="{number(y)}"{placed} {WORDS[kind]}>'
        f"{escape(words)}</text>"
    )


def box(
    x: float, y: float, size: tuple[float, float], kind: str, *, tip: str = ""
) -> str:
    """Return a rounded box of a kind, with a tip that screens show and readers say."""
    width, height = size
    shape = (
        f'<rect class="{kind}" x="{number(x)}" y="{number(y)}" '
        f'width="{number(width)}" height="{number(height)}" rx="3" {LOOKS[kind]}'
    )
    return f"{shape}><title>{escape(tip)}</title></rect>" if tip else f"{shape}/>"


def path(d: str, kind: str, *, dashed: bool = False) -> str:
    """Return a line of a kind; a dashed one is not certain, or not yet."""
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<path class="{kind}" d="{d}" {LOOKS[kind]}{dash}/>'


def head(x: float, y: float, *, towards: str) -> str:
    """Return an arrowhead whose point is at x, y; towards down, up, left or right."""
    wings = {
        "down": ((-4, -7), (4, -7)),
        "up": ((-4, 7), (4, 7)),
        "left": ((7, -4), (7, 4)),
        "right": ((-7, -4), (-7, 4)),
    }[towards]
    points = " ".join(f"{number(x + dx)},{number(y + dy)}" for dx, dy in wings)
    return f'<polygon points="{number(x)},{number(y)} {points}" fill="{INK}"/>'


def drawing(
    name: str, size: tuple[float, float], title: str, description: str, inside: str
) -> str:
    """Return the whole drawing, with a title and a description for screen readers.

    ``name`` makes the ids of the two unique on a page.
    """
    key = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    width, height = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {number(width)} {number(height)}" role="img" {FONT} '
        f'font-size="15" aria-labelledby="{key}-t {key}-d">'
        f'<title id="{key}-t">{escape(title)}</title>'
        f'<desc id="{key}-d">{escape(description)}</desc>{inside}</svg>'
    )


def wrapped(words: str, letters: int, lines: int) -> tuple[str, ...]:
    """Break words into lines of about so many letters; what is over ends with "…".

    A no-break space keeps two words together.
    """
    made: list[str] = []
    for word in words.split(" "):
        if made and len(made[-1]) + 1 + len(word) <= letters:
            made[-1] += f" {word}"
        else:
            made.append(word)
    if len(made) <= lines:
        return tuple(made)
    return (*made[: lines - 1], f"{made[lines - 1]}…")
