"""The papers as files: their typeface, their pages, what an engine may not fetch."""

from __future__ import annotations

import hashlib
import http.server
import subprocess
import sys
import threading
from pathlib import Path

import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from forms import pdf, prefill
from tests.forms.papers import (
    DATA,
    FILES,
    edition,
    every_paper,
    filled,
    printed,
    sheet,
    squash,
    text_of,
)
from tests.forms.samples import TYPICAL

SEVERAL_PAGES = "vn-tax-2026/TAX-03-BDS-TNCN.yaml"
RECEIPT = "common/ONESTOP-01.yaml"


@pytest.mark.parametrize("file", FILES)
def test_what_is_only_for_the_screen_is_not_printed(file):
    each = filled(file, "typical").edition
    page = sheet(file, "typical").page

    assert not each.notice or each.notice not in page
    assert all(line not in page for line in each.missing)


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("file", FILES)
def test_only_the_typeface_of_official_papers_is_in_the_file(file, data, printer):
    names, embedded = set(), set()
    for page in pypdfium2.PdfDocument(printer.print(sheet(file, data))):
        for each in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
            font = each.get_font()
            names.add(font.get_base_name().partition("+")[2] or font.get_base_name())
            embedded.add(font.is_embedded)

    assert embedded == {True}
    assert {name.partition("-")[0] for name in names} == {"Tinos"}


def test_the_typeface_has_each_letter_that_is_printed(printer):
    answer = subprocess.run(
        ["fc-match", "-f", "%{file}", "Tinos"],  # noqa: S607 - a tool of the system
        capture_output=True,
        check=True,
        text=True,
    )
    letters = set(TTFont(answer.stdout).getBestCmap())
    papers = [printer.print(sheet(*paper)) for paper in every_paper()]
    used = {ord(one) for content in papers for one in text_of(content)}

    # pdfium gives U+FFFE for a hyphen at the end of a line.
    assert not {hex(one) for one in used - letters - {0x0A, 0x0D, 0xFFFE}}


def test_a_receipt_for_eight_papers_has_its_signatures_on_the_first_page():
    names = [
        "Đơn đăng ký biến động đất đai, tài sản gắn liền với đất",
        "Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất",
        "Hợp đồng đã công chứng hoặc chứng thực",
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


def test_the_page_number_begins_on_the_second_page(printer):
    content = printer.print(sheet(SEVERAL_PAGES, "typical"))
    document = pypdfium2.PdfDocument(content)
    tops = [
        page.get_textpage().get_text_bounded(bottom=page.get_height() - 55).strip()
        for page in document
    ]

    assert tops[1:] == [str(number) for number in range(2, len(document) + 1)]
    assert "1" not in tops[0].split()


def test_the_file_is_tagged_and_says_its_language_and_title(printer):
    content = printer.print(sheet(RECEIPT, "typical"))
    document = pypdfium2.PdfDocument(content)

    assert pypdfium2.raw.FPDFCatalog_IsTagged(document)
    assert document.get_metadata_value("Title") == edition("ONESTOP-01").name


def test_markup_in_a_value_is_text():
    name = '<img src="http://127.0.0.1:9/x.png"><b>Hoa</b> & con'
    filled = prefill.fill(edition("F-CHANGE"), TYPICAL | {"party[hoa].full_name": name})

    assert "<b>" not in pdf.html(filled)
    assert squash(name) in squash(text_of(printed(filled)))


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


def test_two_processes_print_the_same_bytes(printer):
    here = hashlib.sha256(printer.print(sheet(RECEIPT, "typical"))).hexdigest()

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
