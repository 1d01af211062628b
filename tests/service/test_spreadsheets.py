"""Tables for spreadsheet programs: no cell is a formula, and none is lost."""

import csv
import io
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from service.errors import InputError
from service.usecases.worklist import spreadsheets
from service.usecases.worklist.spreadsheets import (
    csv_of,
    plain,
    read_table,
    safe,
    xlsx_of,
)

FORMULAS = (*"=+-@＝＋－＠", "\t", "\r", "\n")
# Whatever somebody may have typed, beginnings of formulas more often than by chance.
CELLS = st.one_of(
    st.text(max_size=40),
    st.builds(str.__add__, st.sampled_from((*FORMULAS, "'", "'=")), st.text()),
)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30
)


@given(CELLS)
def test_no_cell_begins_like_a_formula_and_what_was_typed_comes_back(text):
    cell = safe(text)

    assert not cell.startswith(FORMULAS)
    assert plain(cell) == text


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_a_csv_holds_no_formula_whatever_was_typed(rows):
    text = csv_of(rows).decode("utf-8-sig")
    read = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))]

    assert not any(cell.startswith(FORMULAS) for row in read for cell in row)
    assert [tuple(map(plain, row)) for row in read] == rows


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4))
@example([("\x1f@SUM(A1)", "\x00=1+1")])
def test_a_workbook_holds_text_only(rows):
    sheet = load_workbook(io.BytesIO(xlsx_of(rows))).active

    cells = [
        cell for row in sheet.iter_rows() for cell in row if cell.value is not None
    ]
    assert {cell.data_type for cell in cells} <= {"s"}
    assert not any(str(cell.value).startswith(FORMULAS) for cell in cells)


@settings(max_examples=30, deadline=None)
@pytest.mark.parametrize("make", [csv_of, xlsx_of])
@given(rows=st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=5))
def test_what_is_written_is_read_again_as_it_was(make, rows):
    table = read_table(make([("một", "hai", "ba"), *rows]))

    assert table.head == ("một", "hai", "ba")
    assert [line.cells for line in table.lines] == rows
    assert [line.number for line in table.lines] == list(range(2, len(rows) + 2))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_may_be_parted_as_any_program_does(separator):
    text = f"Mã hồ sơ{separator}Thủ tục\nA{separator}B\n"

    assert read_table(text.encode()).lines[0].cells == ("A", "B")


def test_of_a_workbook_the_values_are_read_and_never_the_formulas():
    book = Workbook()
    book.active.append(["Mã hồ sơ", "Ngày"])
    book.active.append(["A", "=1+1"])
    out = io.BytesIO()
    book.save(out)

    assert read_table(out.getvalue()).lines[0].cells == ("A", "")


def packed(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "không có dòng nào"),
        ("Mã hồ sơ\n".encode(), "không có dòng nào"),
        ("Mã hồ sơ\nA\n".encode("utf-16"), "UTF-8"),
        (b"PK\x03\x04 not a workbook", "không đọc được"),
        (packed(readme="nothing"), "không đọc được"),
        (packed(bomb=b"0" * (61 * 1024 * 1024)), "quá lớn"),
        (b"x" * (5 * 1024 * 1024 + 1), "lớn hơn"),
    ],
    ids=["empty", "head", "utf16", "broken", "foreign", "bomb", "big"],
)
def test_a_file_that_is_no_list_is_refused_with_a_plain_sentence(content, said):
    with pytest.raises(InputError, match=said):
        read_table(content)


def test_a_workbook_with_an_entity_in_it_is_refused():
    good = xlsx_of([("Mã hồ sơ",), ("A",)])
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good)) as source,
        zipfile.ZipFile(out, "w") as bad,
    ):
        for part in source.infolist():
            content = source.read(part)
            if part.filename.startswith("xl/worksheets/"):
                head = b'<!DOCTYPE x [<!ENTITY a "b">]>'
                content = head + content.split(b"?>", 1)[-1]
            bad.writestr(part, content)

    with pytest.raises(InputError, match="không đọc được"):
        read_table(out.getvalue())


def test_a_list_that_is_too_long_is_refused_and_never_cut(monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_LINES", 3)
    rows = [("Mã hồ sơ",), *[("A",)] * 4]

    with pytest.raises(InputError, match="Chia ra"):
        read_table(csv_of(rows))


def changed(content, part, rewrite):
    """Return a packed file in which one part is written anew."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for each in source.infolist():
            read = source.read(each)
            target.writestr(each, rewrite(read) if each.filename == part else read)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
A_BOOK = xlsx_of([("Mã hồ sơ",), ("A",)])


def only_a_chart():
    book = Workbook()
    book.create_chartsheet("Biểu đồ")
    book.move_sheet("Biểu đồ", -1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_rubbish_inside():
    content = bytearray(A_BOOK)
    content[60:90] = bytes(30)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            changed(A_BOOK, SHEET, lambda xml: xml.replace(
                b"<sheetData>", b"<sheetData>" + b"<row/>" * 1_100_000
            )),
            "quá lớn",
        ),
        (only_a_chart(), "không đọc được"),
        (with_rubbish_inside(), "không đọc được"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"\.xls"),
    ],
    ids=["a million rows", "a chart", "rubbish", "old or locked"],
)  # fmt: skip
def test_a_workbook_that_no_list_is_in_is_refused_soon_and_never_breaks(content, said):
    with pytest.raises(InputError, match=said):
        read_table(content)


def test_a_title_with_commas_does_not_hide_what_parts_the_columns():
    text = "Danh sách, tháng 11, năm 2026\nMã;Tên\nA;B\nC;D\n"

    assert [line.cells for line in read_table(text.encode()).lines] == [
        ("Mã", "Tên"), ("A", "B"), ("C", "D"),
    ]  # fmt: skip


def test_what_no_database_can_hold_is_left_out_of_a_cell():
    assert read_table(b"a,b\nx,H'\x00Hoa\x1f\n").lines[0].cells == ("x", "H'Hoa")
