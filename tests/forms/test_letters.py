"""The letters of Ê Đê names as ink: a breve stands over its letter, never beside it."""

from __future__ import annotations

import pypdfium2
import pytest
from PIL import ImageOps

from forms import pdf

SCALE = 12
PAIRS = [("ê", "ê\u0306"), ("ô", "ô\u0306"), ("ơ", "ơ\u0306"), ("ư", "ư\u0306")]
STYLES = ["", "font-weight: bold", "font-style: italic"]


def ink(text, style):
    """Return the width, the height and the amount of the ink of a text, in pixels."""
    page = f"""<!doctype html><html lang="vi"><title>thử</title>
      <body><p style="font-size: 24pt; line-height: 2; {style}">{text}</p></html>"""
    document = pypdfium2.PdfDocument(pdf.render(pdf.Sheet(page)))
    drawn = document[0].render(scale=SCALE, grayscale=True).to_pil()
    left, top, right, bottom = ImageOps.invert(drawn).getbbox()
    return right - left, bottom - top, sum(drawn.histogram()[:128])


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("letter", "marked"), PAIRS)
def test_the_breve_stands_over_the_letter(letter, marked, style):
    width, height, _ = ink(letter, style)
    marked_width, marked_height, _ = ink(marked, style)

    assert marked_width <= 1.2 * width
    assert marked_height >= 1.1 * height


def test_a_breve_beside_its_letter_would_be_found():
    width, _, _ = ink("ê", "")
    beside, _, _ = ink("ê\u02d8", "")

    assert beside > 1.2 * width


@pytest.mark.parametrize("style", STYLES)
def test_the_letter_with_a_bar_is_no_bare_b(style):
    bare, barred = ink("b", style), ink("ƀ", style)

    assert barred[0] <= 1.3 * bare[0]
    assert barred[2] > bare[2]
