"""Every paper says the official words, and each value stands at its caption.

The checks are in ``fidelity``; here they run over every edition with blank, typical and
overlong data, and over papers with a planted fault that each of them must find.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pypdfium2
import pytest

from forms import prefill
from forms.captions import captions_by_file
from forms.definition import Row
from forms.loader import editions_by_file
from tests.forms import fidelity
from tests.forms.approval import (
    answers_file,
    approved_picture,
    changed,
    encoded,
    picture,
)
from tests.forms.papers import DATA, FILES, FURTHER, filled, sheet, squash
from tests.forms.samples import TYPICAL
from tests.forms.tracing import traced

PAPERS = [*((file, data) for file in FILES for data in DATA), *FURTHER]
CHANGE = "vn-15-qd47-2026/F-CHANGE.yaml"
TAX = "vn-tax-2026/TAX-01-LPTB.yaml"


@pytest.fixture(scope="module")
def papers(printer):
    """Trace each paper once."""
    made = {}

    def paper(file, data):
        if (file, data) not in made:
            made[file, data] = traced(filled(file, data), printer.print)
        return made[file, data]

    return paper


@pytest.mark.parametrize(("file", "data"), PAPERS)
def test_the_paper_has_the_official_words_in_order_and_no_others(file, data, papers):
    assert not fidelity.wrong_words(papers(file, data), captions_by_file()[file])


@pytest.mark.parametrize(("file", "data"), PAPERS)
def test_the_numbered_codes_are_complete_and_none_is_printed_twice(file, data, papers):
    assert not fidelity.wrong_codes(papers(file, data), captions_by_file()[file])


@pytest.mark.parametrize(("file", "data"), PAPERS)
def test_the_head_of_the_paper_stands_in_the_top_quarter(file, data, papers):
    assert not fidelity.wrong_header(papers(file, data), captions_by_file()[file])


@pytest.mark.parametrize("file", FILES)
def test_the_paper_has_as_many_pages_as_were_approved(file, papers):
    pages = captions_by_file()[file].pages

    assert len(papers(file, "blank").sizes) == pages.blank
    assert len(papers(file, "typical").sizes) == pages.typical
    if pages.official is not None:
        assert pages.blank == pages.official


@pytest.mark.parametrize(("file", "data"), PAPERS)
def test_each_value_stands_beside_or_under_its_own_caption(file, data, papers):
    assert not fidelity.wrong_captions(papers(file, data))


@pytest.mark.parametrize("file", FILES)
def test_each_caption_has_the_value_that_a_person_approved(file, papers):
    approved = answers_file(file).read_text("utf-8").splitlines()

    assert not fidelity.wrong_answers(papers(file, "typical"), approved)


@pytest.mark.parametrize(("file", "data"), PAPERS)
def test_no_value_is_cut_and_no_letter_is_printed_over_another(file, data, papers):
    paper = papers(file, data)

    assert not fidelity.cut_values(paper)
    assert not fidelity.overprinted(paper)


@pytest.mark.parametrize("file", FILES)
def test_typical_data_fill_every_field_that_can_be_filled(file):
    paper = filled(file, "typical")

    assert not [one.id for one in paper.fields if one.is_blank and one.keys]


def test_every_table_has_rows_in_one_of_the_matters():
    matters = [*((file, "typical") for file in FILES), *FURTHER]
    tables = {
        (file, name): filled(file, data).rows[name]
        for file, data in matters
        for name in filled(file, data).rows
    }
    filled_by_hand = {
        (file, table.id)
        for file in FILES
        for table in filled(file, "blank").edition.tables()
        if not table.people and not table.items
    }

    assert {name for name, rows in tables.items() if not rows} <= filled_by_hand


@pytest.mark.parametrize("file", FILES)
def test_the_blank_paper_looks_as_it_was_approved(file, printer):
    ours = picture(printer.print(sheet(file, "blank")))

    assert changed(ours, approved_picture(file)) <= 0.005


# A check that finds nothing in a spoilt paper would prove nothing.


def spoilt(printer, file, change):
    return traced(filled(file, "typical"), printer.print, change)


def moved(page):
    """Put the caption c) before the caption b)."""
    lines = re.findall(r'<p class="l f".*?</p>', page, flags=re.DOTALL)
    first = next(line for line in lines if "b)" in line)
    second = next(line for line in lines if "c)" in line)
    marked = page.replace(first, "\0").replace(second, first)
    return marked.replace("\0", second)


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.replace("Hộp thư điện tử (nếu có)", ""),
        lambda page: page.replace("Hộp thư điện tử (nếu có)", "Hộp thư"),
        lambda page: page.replace("</h1>", "</h1><p>Mẫu này hết hiệu lực</p>"),
        moved,
    ],
    ids=["missing", "reworded", "added", "moved"],
)
def test_a_caption_that_is_missing_reworded_added_or_moved_is_found(change, printer):
    paper = spoilt(printer, CHANGE, change)

    assert fidelity.wrong_words(paper, captions_by_file()[CHANGE])


@pytest.mark.parametrize(
    ("there", "planted"), [("[04]", "[03]"), ("[04]", ""), ("[04]", "[04] [04]")]
)
def test_a_code_that_is_doubled_or_missing_is_found(there, planted, printer):
    paper = spoilt(printer, TAX, lambda page: page.replace(there, planted, 1))

    assert fidelity.wrong_codes(paper, captions_by_file()[TAX])


def test_a_head_that_slips_down_the_page_is_found(printer):
    paper = spoilt(
        printer,
        TAX,
        lambda page: page.replace("<body", '<body style="padding-top: 120mm"'),
    )

    assert fidelity.wrong_header(paper, captions_by_file()[TAX])


def test_two_values_that_changed_places_on_the_page_are_found(printer):
    def swapped(page):
        parcel, sheet_no = re.findall(r"<span data-n=[^>]*>(?:125|37)</span>", page)[:2]
        marked = page.replace(parcel, "\0").replace(sheet_no, parcel)
        return marked.replace("\0", sheet_no)

    paper = spoilt(printer, TAX, swapped)

    assert fidelity.wrong_captions(paper)


def test_two_bindings_that_were_swapped_are_found(printer):
    edition = editions_by_file()[CHANGE][0]
    names = {"1a": "user.address", "1c": "user.full_name"}
    body = tuple(
        block.model_copy(
            update={
                "cells": tuple(
                    cell.model_copy(update={"bind": names.get(cell.id, cell.bind)})
                    for cell in block.cells
                )
            }
        )
        if isinstance(block, Row)
        else block
        for block in edition.body
    )
    wrong = prefill.fill(edition.model_copy(update={"body": body}), TYPICAL)
    paper = traced(wrong, printer.print)

    assert not fidelity.wrong_captions(paper)
    assert fidelity.wrong_answers(paper, answers_file(CHANGE).read_text().splitlines())


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.replace("phường Tân An", "phường…", 1),
        lambda page: page.replace(
            "</style>", ".f { white-space: nowrap } </style>"
        ).replace('class="g value"', 'class="g value" style="white-space: nowrap"'),
    ],
    ids=["shortened", "over the edge"],
)
def test_a_value_that_is_cut_is_found(change, printer):
    assert fidelity.cut_values(spoilt(printer, CHANGE, change))


def test_letters_that_are_printed_over_others_are_found(printer):
    paper = spoilt(
        printer,
        CHANGE,
        lambda page: page.replace('class="g value"', 'style="margin-left: -30pt"', 1),
    )

    assert fidelity.overprinted(paper)


def test_a_moved_line_changes_the_picture_too_much(printer):
    spoilt_page = replace(
        sheet(CHANGE, "blank"),
        page=sheet(CHANGE, "blank").page.replace("</h1>", "</h1><p>&nbsp;</p>"),
    )
    ours = picture(printer.print(spoilt_page))

    assert changed(ours, approved_picture(CHANGE)) > 0.005
    assert len(encoded(ours)) < 60_000


def test_the_letters_of_ede_names_come_back_whole_and_composed(printer):
    content = printer.print(sheet(TAX, "overlong"))
    text = "".join(
        page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)
    )

    assert squash("H'Nguôt Êban Ênuôl ê̆ ô̆ ơ̆ ư̆ ƀ số 14") in squash(text)
    assert "Ênuôl" in text.replace("\r\n", " ")
