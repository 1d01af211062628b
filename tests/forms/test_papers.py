"""The papers themselves: their words, the values in their places, and their file."""

from __future__ import annotations

import hashlib
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from forms import pdf, prefill
from forms.catalog import Catalog
from forms.definition import ListBlock, Row, Signatures, Table
from tests.forms.papers import (
    DAK_LAK,
    LAO_CAI,
    blank_pdf,
    edition,
    printed,
    squash,
    text_of,
)
from tests.forms.samples import OVERLONG, PROVENANCE, TYPICAL

FORMS = sorted({row["form"] for row in Catalog.load().list()})
DATA = {"typical": TYPICAL, "overlong": OVERLONG}
# Lào Cai's numbers stand in the wording that its text gives for three forms.
CHAINS = {"F-CHANGE": LAO_CAI, "F-SPLIT": LAO_CAI, "F-SLIP-TRANSFER": LAO_CAI}


def chain_of(form):
    return CHAINS.get(form, DAK_LAK)


@pytest.fixture(scope="module")
def papers():
    """Render each form once for each set of data."""
    made = {}
    for form in FORMS:
        for name, facts in DATA.items():
            filled = prefill.fill(edition(form, chain_of(form)), facts, PROVENANCE)
            made[form, name] = (filled, printed(filled))
    return made


@pytest.mark.parametrize("form", FORMS)
def test_what_is_only_for_the_screen_is_not_printed(form):
    each = edition(form, chain_of(form))
    page = pdf.html(prefill.fill(each, TYPICAL, PROVENANCE))

    assert not each.notice or each.notice not in page
    assert all(line not in page for line in each.missing)


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("form", FORMS)
def test_each_value_stands_under_its_caption_and_before_the_next(form, data, papers):
    filled, content = papers[form, data]
    text = squash(text_of(content))
    place = text.index(squash(filled.edition.title[0]))

    for expected in words(filled):
        found = text.find(squash(expected), place)
        assert found >= 0, f"{expected!r} is not after {text[place - 60 : place]!r}"
        place = found + len(squash(expected))


def words(filled) -> Iterator[str]:
    """Yield captions and values of the body in the order in which they are printed."""
    for block in filled.blocks:
        match block:
            case Row():
                yield from cells(filled, block.cells)
            case Table() if block.fixed:
                yield from fixed(filled, block)
            case Table():
                yield block.caption
                for row in filled.rows[block.id]:
                    yield from (str(one.value) for one in row if not one.is_blank)
            case ListBlock():
                yield block.caption
                yield from str(filled.by_id[block.id].value or "").splitlines()
            case Signatures():
                yield from ("".join(place.title) for place in block.places)


def cells(filled, row) -> Iterator[str]:
    for one in row:
        yield one.number + one.caption
        if one.id and isinstance(filled.by_id[one.id].value, str):
            yield "".join(piece.text for piece in filled.by_id[one.id].pieces)
        yield one.after


def fixed(filled, block) -> Iterator[str]:
    for row in (*block.fixed, block.total):
        for cell in row:
            yield cell.text
            if cell.field is not None:
                yield str(filled.by_id[cell.field.id].value or "")
            for line in cell.lines:
                yield from cells(filled, line)


@pytest.mark.parametrize("form", FORMS)
def test_a_captions_count_does_not_change_when_the_paper_is_filled(form, papers):
    filled, content = papers[form, "typical"]
    before = squash(text_of(blank_pdf(form, chain_of(form))))
    after = squash(text_of(content))
    values = [squash(str(one.value)) for one in filled.fields if one.value]

    there = {one.id for one in filled.fields}
    with_annexes = list(filled.edition.fields())
    left_out = " ".join(
        squash(one.caption) for one in with_annexes if one.id not in there
    )
    for one in with_annexes:
        caption = squash(one.number + one.caption)
        if one.id in there and len(caption) > 14 and caption not in left_out:
            in_values = sum(value.count(caption) for value in values)
            assert after.count(caption) - in_values == before.count(caption), caption


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("form", FORMS)
def test_only_the_typeface_of_official_papers_is_in_the_file(form, data, papers):
    names, embedded = set(), set()
    for page in pypdfium2.PdfDocument(papers[form, data][1]):
        for each in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
            font = each.get_font()
            names.add(font.get_base_name().partition("+")[2] or font.get_base_name())
            embedded.add(font.is_embedded)

    assert embedded == {True}
    assert {name.partition("-")[0] for name in names} == {"Tinos"}


def test_the_typeface_has_each_letter_that_is_printed(papers):
    answer = subprocess.run(
        ["fc-match", "-f", "%{file}", "Tinos"],  # noqa: S607 - a tool of the system
        capture_output=True,
        check=True,
        text=True,
    )
    letters = set(TTFont(answer.stdout).getBestCmap())
    used = {ord(one) for _, content in papers.values() for one in text_of(content)}

    # pdfium gives U+FFFE for a hyphen at the end of a line.
    assert not {hex(one) for one in used - letters - {0x0A, 0x0D, 0xFFFE}}


def test_the_letters_of_ede_names_come_back_whole(papers):
    text = squash(text_of(papers["TAX-01-LPTB", "overlong"][1]))

    assert squash("H'Nguôt Êban Ênuôl ê̆ ô̆ ơ̆ ư̆ ƀ số 14") in text


def test_the_tax_returns_have_as_many_pages_as_the_official_ones(papers):
    pages = {
        form: len(pypdfium2.PdfDocument(papers[form, "typical"][1]))
        for form in ("TAX-01-LPTB", "TAX-03-BDS-TNCN", "ONESTOP-01")
    }

    # 03/BĐS-TNCN is four pages and its notes run on to a fifth in the annex.
    assert pages["TAX-01-LPTB"] == 2
    assert pages["TAX-03-BDS-TNCN"] in {4, 5}
    assert pages["ONESTOP-01"] == 1


def test_a_receipt_for_eight_papers_has_its_signatures_on_the_first_page():
    names = [
        "Đơn đăng ký biến động đất đai, tài sản gắn liền với đất",
        "Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất",
        "Hợp đồng đã công chứng hoặc chứng thực (chuyển nhượng, tặng cho, thế chấp)",
        "Văn bản đồng ý của bên nhận thế chấp",
        "Văn bản về việc đại diện theo pháp luật dân sự",
        "Tờ khai thuế thu nhập cá nhân (03/BĐS-TNCN)",
        "Tờ khai lệ phí trước bạ nhà, đất (01/LPTB)",
        "Giấy tờ chứng minh quan hệ thuộc diện được miễn",
    ]
    counter = "Trung tâm Phục vụ hành chính công phường Buôn Ma Thuột"
    facts = TYPICAL | {
        "case.papers": [{"name": name, "original": 1} for name in names],
        "case.code": "HS-D9S90-SD8XH-B8M2Q-7",
        "case.office": counter,
        "case.counter": counter,
        "case.place": "Phường Buôn Ma Thuột",
        "case.procedure_title": "Đăng ký biến động: chuyển nhượng quyền sử dụng đất, "
        "tài sản gắn liền với đất",
    }
    content = printed(prefill.fill(edition("ONESTOP-01"), facts))

    (page,) = pypdfium2.PdfDocument(content)
    text = page.get_textpage().get_text_range()
    assert "NGƯỜI TIẾP NHẬN HỒ SƠ" in text
    assert TYPICAL["case.officer"] in text


def test_the_page_number_begins_on_the_second_page(papers):
    document = pypdfium2.PdfDocument(papers["TAX-03-BDS-TNCN", "typical"][1])
    tops = [
        page.get_textpage().get_text_bounded(bottom=page.get_height() - 55).strip()
        for page in document
    ]

    assert tops[1:] == [str(number) for number in range(2, len(document) + 1)]
    assert "1" not in tops[0].split()


def test_the_national_name_stands_at_the_top(papers):
    for (form, _), (filled, content) in papers.items():
        if not filled.edition.header.national_name:
            continue
        page = pypdfium2.PdfDocument(content)[0]
        top = page.get_textpage().get_text_bounded(bottom=page.get_height() * 0.75)
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in top, form
        assert "Độc lập - Tự do - Hạnh phúc" in top, form


def test_the_file_is_tagged_and_says_its_language_and_title(papers):
    content = papers["F-CHANGE", "typical"][1]
    document = pypdfium2.PdfDocument(content)

    assert pypdfium2.raw.FPDFCatalog_IsTagged(document)
    assert document.get_metadata_value("Title") == edition("F-CHANGE").name


def test_markup_in_a_value_is_text():
    name = '<img src="http://127.0.0.1:9/x.png"><b>Hoa</b> & con'
    filled = prefill.fill(edition("F-CHANGE"), TYPICAL | {"party[hoa].full_name": name})

    assert "<b>" not in pdf.html(filled)
    assert squash(name) in squash(text_of(printed(filled)))


def test_the_receipt_carries_the_code_as_a_picture_with_words():
    page = pdf.html(prefill.fill(edition("ONESTOP-01"), TYPICAL))

    assert 'src="data:image/svg+xml' in page
    assert 'alt="Mã hồ sơ H15.50.05-261124-0975"' in page
    assert "<img" not in pdf.html(prefill.blank(edition("ONESTOP-01")))


class _Listener(http.server.BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(404)
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


def test_the_engine_fetches_nothing_that_a_page_names(tmp_path):
    handler = type("Handler", (_Listener,), {"asked": []})
    server = http.server.HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    web = f"http://127.0.0.1:{server.server_port}"
    secret = tmp_path / "secret.txt"
    secret.write_text("không được đọc")
    page = f"""<!doctype html><html lang="vi"><title>thử</title>
      <link rel="stylesheet" href="{web}/sheet.css"><style>@import "{web}/more.css";
      @font-face {{ font-family: Other; src: url({web}/font.woff2) }}
      p {{ background: url({web}/back.png); font-family: Tinos, Other }}</style>
      <p>Thử <img src="{web}/picture.png" alt="a"><img src="{secret.as_uri()}" alt="b">
      <object data="{secret.as_uri()}"></object>
      <a rel="attachment" href="{secret.as_uri()}">c</a>
      <svg><image href="{web}/in.svg"/></svg></p></html>"""
    try:
        content = pdf.render(pdf.Sheet(page))
    finally:
        server.shutdown()
        server.server_close()

    assert handler.asked == []
    assert b"kh\xc3\xb4ng" not in content
    assert "không được đọc" not in text_of(content)
    assert pypdfium2.raw.FPDFDoc_GetAttachmentCount(pypdfium2.PdfDocument(content)) == 0


_IN_A_PROCESS = """
import hashlib
from forms import prefill
from tests.forms.papers import edition, printed
from tests.forms.samples import PROVENANCE, TYPICAL
paper = printed(prefill.fill(edition("ONESTOP-01"), TYPICAL, PROVENANCE))
print(hashlib.sha256(paper).hexdigest())
"""


def test_two_processes_print_the_same_bytes(papers):
    here = hashlib.sha256(papers["ONESTOP-01", "typical"][1]).hexdigest()

    for seed in ("1", "2"):
        answer = subprocess.run(
            [sys.executable, "-c", _IN_A_PROCESS],
            capture_output=True,
            check=True,
            text=True,
            cwd=Path(__file__).parents[2],
            env={"PYTHONHASHSEED": seed, "TZ": f"UTC+{seed}", "PATH": "/usr/bin:/bin"},
        )
        assert answer.stdout.strip() == here
