"""Turns a photo or a PDF of a paper into plain JPEG pages, and measures each of them.

What comes out is drawn anew from the pixels: place, maker, scripts and attachments of
the file are gone, and it stands upright. This is work for a process of its own
(``forms.darkroom``): the one that serves pages never decodes.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pypdfium2
from PIL import Image, ImageFilter, ImageOps, ImageStat

from forms.uploads import (
    PICTURES,
    TAKEN,
    Developed,
    Kind,
    Measures,
    PictureError,
    TooManyPagesError,
    TooManyPixelsError,
)

LONG_SIDE = 1600
MOST_PIXELS = 40_000_000
# No paper is a thread: with a shorter side nothing can be measured on it.
LEAST_SIDE = 32
_QUALITY = 80
_ORIENTATION = 0x0112
# The orientations of EXIF from this one on swap the sides.
_LIES_DOWN = 5
# Measures are taken on a picture of this size, so that they mean the same for each.
_MEASURED_SIDE = 1000
_TILES = 24
_BRIGHTEST = 250
# A border strip is this share of the side; ink in it is writing that is cut off.
_STRIP = 0.015
_LAPLACE = (0, 1, 0, 1, -4, 1, 0, 1, 0)
_MIDDLE_GREY = 128
_WHITE = 255


def develop(content: bytes, kind: Kind, most_pages: int) -> tuple[Developed, ...]:
    """Return the pages of a file as JPEG, in order; a picture is one page.

    Raises PictureError for what cannot be drawn, with its kinds for too many pixels and
    too many pages.
    """
    if kind not in TAKEN:
        raise PictureError(kind)
    drawn = _pages_of(content, most_pages) if kind is Kind.PDF else _photo(content)
    return tuple(map(_developed, drawn))


def warm_up() -> None:
    """Load the decoders: a page of each kind goes through."""
    target = io.BytesIO()
    blank = Image.new("RGB", (40, 60), "white")
    blank.save(target, "PDF")
    develop(target.getvalue(), Kind.PDF, 1)
    for kind in PICTURES:
        target = io.BytesIO()
        blank.save(target, kind.upper())
        develop(target.getvalue(), kind, 1)


def _photo(content: bytes) -> Iterator[tuple[Image.Image, tuple[int, int]]]:
    """Yield the one picture, upright, with the sides that the camera gave it."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(
                io.BytesIO(content), formats=[*map(str.upper, PICTURES)]
            )
        sides = opened.size
        opened.draft("RGB", (2 * LONG_SIDE, 2 * LONG_SIDE))
        opened.load()
        turn = opened.getexif().get(_ORIENTATION, 1)
        flat = _without_holes(opened)
        flat.thumbnail((LONG_SIDE, LONG_SIDE))
        flat.getexif()[_ORIENTATION] = turn
        upright = ImageOps.exif_transpose(flat)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixelsError from None
    except (OSError, ValueError, SyntaxError, KeyError, IndexError) as error:
        raise PictureError(str(error)) from None
    yield upright, sides if turn < _LIES_DOWN else sides[::-1]


def _without_holes(picture: Image.Image) -> Image.Image:
    """Return the picture on white paper, where it lets something shine through."""
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(paper, seen).convert("RGB")
    return picture.convert("RGB")


def _pages_of(
    content: bytes, most_pages: int
) -> Iterator[tuple[Image.Image, tuple[int, int]]]:
    """Yield the pages of a PDF, drawn; nothing in it is run."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise PictureError(str(error)) from None
    try:
        if not 0 < len(document) <= most_pages:
            raise TooManyPagesError(len(document))
        for page in document:
            longest = max(page.get_size())
            if longest <= 0:
                raise PictureError("a page without a size")
            drawn = page.render(scale=LONG_SIDE / longest).to_pil().convert("RGB")
            yield drawn, drawn.size
    except pypdfium2.PdfiumError as error:
        raise PictureError(str(error)) from None
    finally:
        document.close()


def _developed(drawn: tuple[Image.Image, tuple[int, int]]) -> Developed:
    picture, sides = drawn
    if min(picture.size) < LEAST_SIDE:
        raise PictureError("too narrow for a paper")
    # A comment or a profile of the old file would go into the new one.
    picture.info.clear()
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=_QUALITY, optimize=True)
    return Developed(target.getvalue(), *picture.size, _measured(picture, sides))


# --- measures -------------------------------------------------------------------------


def _measured(picture: Image.Image, sides: tuple[int, int]) -> Measures:
    grey = picture.convert("L")
    grey.thumbnail((_MEASURED_SIDE, _MEASURED_SIDE))
    laplacian = grey.filter(
        ImageFilter.Kernel((3, 3), _LAPLACE, scale=1, offset=_MIDDLE_GREY)
    )
    detail = laplacian.point(lambda value: min(255, 4 * abs(value - _MIDDLE_GREY)))
    paper = _middle(_cells(grey.filter(ImageFilter.MaxFilter(9))))
    return Measures(
        width=sides[0],
        height=sides[1],
        sharpness=round(_sharpness(laplacian) * (_WHITE / max(1, paper)) ** 2, 1),
        brightness=paper,
        glare=round(_glare(_cells(grey), paper), 4),
        edge=round(_edge(detail), 3),
        turned=round(_turned(detail), 3),
    )


def _cells(grey: Image.Image) -> list[int]:
    """Return the mean brightness of each cell of a fine grid, in rising order."""
    small = grey.resize((_TILES, _TILES), Image.Resampling.BOX)
    return sorted(small.tobytes())


def _middle(rising: Sequence[int]) -> int:
    return rising[len(rising) // 2]


def _sharpness(laplacian: Image.Image) -> float:
    """Return the variance of the Laplacian in the sharpest quarter of the page.

    Blank paper around the writing would else count as blur.
    """
    wide, high = laplacian.size
    step_x, step_y = max(1, wide // 6), max(1, high // 6)
    found = sorted(
        ImageStat.Stat(laplacian.crop((x, y, x + step_x, y + step_y))).var[0]
        for x in range(1, wide - step_x, step_x)
        for y in range(1, high - step_y, step_y)
    )
    best = found[-max(1, len(found) // 4) :] or [0.0]
    return sum(best) / len(best)


def _glare(light: Sequence[int], paper: int) -> float:
    """Return the share of cells burnt out, none on paper that is as white."""
    if paper >= _BRIGHTEST - 10:
        return 0.0
    return sum(cell >= _BRIGHTEST for cell in light) / len(light)


def _edge(detail: Image.Image) -> float:
    """Return the detail of the most written edge, against that of the inside."""
    wide, high = detail.size
    band_x, band_y = max(2, int(wide * _STRIP)), max(2, int(high * _STRIP))
    strips = (
        (1, 1, wide - 1, 1 + band_y),
        (1, high - 1 - band_y, wide - 1, high - 1),
        (1, 1, 1 + band_x, high - 1),
        (wide - 1 - band_x, 1, wide - 1, high - 1),
    )
    inside = ImageStat.Stat(
        detail.crop((band_x * 4, band_y * 4, wide - band_x * 4, high - band_y * 4))
    ).mean[0]
    if inside <= 1:
        return 0.0
    return max(ImageStat.Stat(detail.crop(strip)).mean[0] for strip in strips) / inside


def _turned(detail: Image.Image) -> float:
    """Return how much more detail changes from column to column than from row to row.

    Lines of writing make rows with ink and rows without.
    """
    wide, high = detail.size
    rows = detail.resize((1, high), Image.Resampling.BOX).tobytes()
    columns = detail.resize((wide, 1), Image.Resampling.BOX).tobytes()
    across, down = _change(rows), _change(columns)
    return down / across if across else 0.0


def _change(levels: bytes) -> float:
    steps = [abs(after - before) for before, after in pairwise(levels)]
    return sum(steps) / len(steps) if steps else 0.0
