"""What a person approved of each paper: its picture, and which value stands where.

A picture shows the blank paper, its pages side by side, in black and white; equal
pictures are stored once, the others are links to it.
"""

from __future__ import annotations

import io
from itertools import accumulate
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops

APPROVED = Path(__file__).parent / "approved"
# Paler than this is paper: thin rules, drawn in grey at this size, still are ink.
_PAPER = 190
_GAP = 6


def picture_file(file: str) -> Path:
    return (APPROVED / file).with_suffix(".png")


def answers_file(file: str) -> Path:
    return (APPROVED / file).with_suffix(".txt")


def picture(content: bytes) -> Image.Image:
    """Draw the pages of a PDF side by side, at 72 dots an inch."""
    pages = [
        page.render(scale=1, grayscale=True).to_pil()
        for page in pypdfium2.PdfDocument(content)
    ]
    width = sum(page.width for page in pages) + _GAP * (len(pages) - 1)
    whole = Image.new("L", (width, max(page.height for page in pages)))
    for page, right in zip(
        pages, accumulate(page.width + _GAP for page in pages), strict=True
    ):
        whole.paste(page, (right - page.width - _GAP, 0))
    return whole.point([255 * (shade >= _PAPER) for shade in range(256)], "1")


def encoded(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


def approved_picture(file: str) -> Image.Image:
    with Image.open(picture_file(file)) as image:
        return image.convert("1")


def changed(ours: Image.Image, approved: Image.Image) -> float:
    """Return which part of the picture changed."""
    if ours.size != approved.size:
        return 1.0
    return ImageChops.logical_xor(ours, approved).histogram()[255] / (
        ours.width * ours.height
    )
