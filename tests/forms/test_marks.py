"""The mark of a paper: it leads back, tells nothing else, and moves nothing."""

from collections import Counter
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp

from forms import pdf, prefill
from forms.catalog import Catalog
from forms.marks import Mark
from tests.forms.papers import edition
from tests.forms.samples import OVERLONG, PROVENANCE, TYPICAL

FORMS = sorted({row["form"] for row in Catalog.load().list()})
# One that fills pages, one with room for the mark at its title, one on its side.
LONG = ["F-CHANGE", "ONESTOP-01", "F-PUBLIC-LIST"]
MARK = Mark(
    "https://dat.vidu.vn/tra-cuu?ma=HS-7K2QX-M04TB-9ZHRW-5",
    "HS-7K2QX-M04TB-9ZHRW-5",
    "Xem hồ sơ đang ở đâu: quét mã, hoặc vào dat.vidu.vn/tra-cuu và gõ mã này",
)
# In millimetres: as wide as the margins of a paper that the mark stands in.
MARGIN = 20


def pages(form, facts, mark=None):
    filled = prefill.fill(edition(form), facts, PROVENANCE)
    content = pdf.render(pdf.sheet(replace(filled, mark=mark)))
    return list(pypdfium2.PdfDocument(content))


def lines(page):
    """Return each run of text with its box in points: where every line breaks."""
    text = page.get_textpage()
    boxes = (text.get_rect(place) for place in range(text.count_rects()))
    return Counter(
        (
            *(round(side, 1) for side in box),
            " ".join(text.get_text_bounded(*box).split()),
        )
        for box in boxes
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_marked_paper_and_its_clean_copy_have_the_same_lines(form):
    has_the_same_lines(pages(form, TYPICAL), pages(form, TYPICAL, MARK))


@pytest.mark.parametrize("form", LONG)
def test_a_mark_moves_no_line_of_an_overlong_paper(form):
    has_the_same_lines(pages(form, OVERLONG), pages(form, OVERLONG, MARK))


def has_the_same_lines(clean, marked):
    assert len(marked) == len(clean)
    (first, *others), (first_clean, *others_clean) = marked, clean
    assert list(map(lines, others)) == list(map(lines, others_clean))
    added = lines(first) - lines(first_clean)
    assert lines(first_clean) - lines(first) == Counter()
    assert {text for *_, text in added} == {MARK.words, MARK.code}
    for _, bottom, _, top, _ in added:
        margin = MARGIN * 72 / 25.4
        assert top < margin or bottom > first.get_height() - margin


def test_a_blank_form_and_a_clean_copy_lead_nowhere():
    blank = pdf.html(prefill.blank(edition("ONESTOP-01")))
    clean = pdf.html(prefill.fill(edition("ONESTOP-01"), TYPICAL))

    assert "<img" not in blank
    assert "<img" not in clean


def test_the_picture_says_its_address_to_who_cannot_see_it():
    filled = replace(prefill.fill(edition("F-CHANGE"), TYPICAL), mark=MARK)
    page = pdf.html(filled)

    assert page.count("<img") == 1
    assert f'alt="Mã QR của địa chỉ {MARK.address}"' in page


def test_what_a_mark_says_is_printed_literally():
    mark = Mark('https://x.vn/"><img src="http://x.vn/a.png', "<b>HS</b>", "{{ 7*7 }}")
    page = pdf.html(replace(prefill.fill(edition("F-CHANGE"), TYPICAL), mark=mark))

    assert page.count("<img") == 1
    assert "&lt;b&gt;HS&lt;/b&gt;" in page
    assert "{{ 7*7 }}" in page


@pytest.mark.parametrize("form", LONG)
def test_a_phone_reads_the_address_and_nothing_else_from_the_printed_page(form):
    first = pages(form, OVERLONG, MARK)[0].render(scale=200 / 72).to_pil()

    assert [found.text for found in zxingcpp.read_barcodes(first)] == [MARK.address]
