"""The packet of a step: a cover that is easy to read, then each form on new pages."""

from dataclasses import replace

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from forms import pdf, prefill
from forms.packet import (
    Bring,
    ByHand,
    Cover,
    Place,
    Sum,
    Till,
    by_hand,
    cover_sheet,
    sheets,
)
from tests.forms.papers import edition, squash, text_of
from tests.forms.samples import OVERLONG, TYPICAL
from tests.forms.test_marks import MARK

SMALLEST = 18
LONG = "Trung tâm Phục vụ hành chính công của phường có cái tên rất dài " * 6
ODD = "H'Nguôt Êban Ênuôl ê̆ ô̆ ơ̆ ư̆ ƀ"
COVER = Cover(
    title="Sang tên đất được cho",
    official="Đăng ký biến động do tặng cho",
    goal="Cho đất con, người thân",
    place=Place("Quầy Một cửa", "Gần nhà nhất.", "Chi nhánh Tân An", certain=False),
    bring=(
        Bring("Sổ (sổ đỏ, sổ hồng)", ("bản chính",), "Sổ gia đình đang giữ."),
        Bring("Giấy khai sinh", ("bản sao", "bản sao chứng thực"), if_needed=True),
    ),
    tills=(
        Till(
            "Nộp ở nơi mang hồ sơ đến",
            (
                Sum("Phí công chứng", "hai bên", "1.000.000 đồng"),
                Sum("Lệ phí cấp sổ", ODD, "", "Hỏi nơi nhận hồ sơ."),
            ),
        ),
    ),
    terms=("Chậm nhất thứ Năm, ngày 21 tháng 1 năm 2027.",),
    lasts=("8 ngày làm việc.",),
    forms=(ByHand("Đơn sang tên", "Mẫu số 18", ("Ghi ngày ký.",), (), 0, ("Ký",)),),
    mark=MARK,
)


def overlong():
    papers = tuple(Bring(f"Giấy thứ {n} {LONG}", ("bản chính",)) for n in range(20))
    place = Place(LONG, LONG, LONG)
    sums = (Sum(LONG, LONG, "", LONG), Sum(ODD, ODD, "999.999.999.999 đồng", LONG))
    return replace(
        COVER, title=LONG, place=place, bring=papers, tills=(Till(LONG, sums),)
    )


def pages_of(content):
    return list(pypdfium2.PdfDocument(content))


def sizes(page):
    """Return the size of each letter that is drawn, in points."""
    text = page.get_textpage()
    return {
        round(pdfium.FPDFText_GetFontSize(text, place), 1)
        for place in range(text.count_chars())
        if text.get_text_range(place, 1).strip()
    }


def test_the_cover_says_what_where_how_much_and_until_when_in_this_order():
    text = squash(text_of(pdf.render(cover_sheet(COVER))))
    said = [
        COVER.title, MARK.code, *COVER.terms, COVER.place.office, "Chi nhánh Tân An",
        "chưa xác minh", "Mang gì: 3 loại giấy", "Đơn sang tên", "Mẫu số 18",
        "Sổ (sổ đỏ, sổ hồng): bản chính", "bản sao hoặc bản sao chứng thực; nếu cần",
        "Phí công chứng", "1.000.000 đồng", "Lệ phí cấp sổ", "Chưa có số",
        "8 ngày làm việc", "Chỗ nào phải tự viết", "Ghi ngày ký",
    ]  # fmt: skip

    place = 0
    for words in said:
        place = text.index(squash(words), place)


@pytest.mark.parametrize("cover", [COVER, overlong()], ids=["typical", "overlong"])
def test_nothing_on_a_cover_is_small_or_runs_over_the_edge(cover):
    for page in pages_of(pdf.render(cover_sheet(cover))):
        assert min(sizes(page)) >= SMALLEST
        text = page.get_textpage()
        boxes = [text.get_rect(place) for place in range(text.count_rects())]
        assert min(left for left, *_ in boxes) > 0
        assert max(right for *_, right, _ in boxes) < page.get_width()
        assert min(bottom for _, bottom, *_ in boxes) > 0


def test_what_is_not_known_is_left_out_or_said_never_made_up():
    bare = replace(COVER, terms=(), tills=(), forms=(), mark=None)
    page = cover_sheet(bare).page

    assert "Chậm nhất" not in page
    assert "Chưa thấy khoản tiền nào" in page
    assert "tự viết" not in page
    assert "<img" not in page


def test_whatever_a_cover_says_is_printed_literally():
    trick = "<script>x</script>{{ 7*7 }}<img src='http://vidu.vn/a.png'>"
    tills = (Till(trick, (Sum(trick, trick, trick, trick, trick),)),)
    cover = Cover(
        title=trick, official=trick, goal=trick, place=Place(trick, trick, trick),
        bring=(Bring(trick, (trick,), trick),), tills=tills, terms=(trick,),
        lasts=(trick,), forms=(ByHand(trick, trick, (trick,), (trick,), 1, (trick,)),),
    )  # fmt: skip
    page = cover_sheet(cover).page

    assert "<script" not in page
    assert "<img" not in page
    assert page.count("{{ 7*7 }}") == page.count("&lt;script")


def test_a_packet_has_a_bookmark_for_each_paper_and_each_begins_on_a_new_page():
    forms = [prefill.fill(edition(name), TYPICAL) for name in ("F-CHANGE", "F-MANDATE")]
    alone = [len(pages_of(pdf.render(each))) for each in sheets(COVER, forms)]
    document = pypdfium2.PdfDocument(pdf.render(*sheets(COVER, forms)))
    marks = [
        (each.level, each.get_title(), each.get_dest().get_index())
        for each in document.get_toc()
    ]

    assert len(document) == sum(alone)
    assert marks == [
        (0, f"Tờ bìa: {COVER.title}", 0),
        (0, forms[0].edition.name, alone[0]),
        (0, forms[1].edition.name, alone[0] + alone[1]),
    ]


def test_the_cover_names_the_statements_and_only_some_of_the_other_blanks():
    told = by_hand(prefill.fill(edition("TAX-03-BDS-TNCN"), TYPICAL), "Tờ khai thuế")

    assert "Người nộp thuế ghi nơi và ngày khi ký." in told.statements
    assert len(told.unknown) == 3
    assert told.more > 0
    assert told.signs == ("NGƯỜI NỘP THUẾ",)


def test_what_an_office_writes_or_signs_is_not_asked_of_the_family():
    filled = prefill.fill(edition("F-SPLIT"), OVERLONG)
    told = by_hand(filled, "Đơn tách thửa")

    assert told.signs == ("Người viết đơn",)
    of_office = {one.caption for one in filled.blanks if one.id in offices(filled)}
    assert of_office.isdisjoint(told.unknown)


def offices(filled):
    return {one.id for one in filled.edition.fields() if one.by == "office"}


def test_a_field_of_another_case_is_not_asked_for():
    filled = prefill.fill(edition("TAX-03-BDS-TNCN"), TYPICAL)
    told = by_hand(filled, "Tờ khai thuế")

    skipped = {
        f"{one.number} {one.caption}".strip()
        for one in filled.blanks
        if one.blank_reason == "Không thuộc trường hợp này."
    }
    assert skipped.isdisjoint(told.unknown)
