"""The plan on paper: large, within its edges, and printed as it is said."""

from dataclasses import replace

import pytest

from forms import pdf
from forms.marks import Mark
from forms.packet import Bring, Place, Sum, Till
from forms.plan_sheet import LaterStep, PlanSheet, plan_sheet
from tests.forms.test_packet import pages_of, sizes

SMALLEST = 14
SHEET = PlanSheet(
    goal="Cho đất con, người thân",
    title="Xin cấp lại sổ bị mất",
    official="Cấp lại Giấy chứng nhận do bị mất",
    number=1,
    count=3,
    people="Y Bhiŭ Niê, H'Hoa Êban",
    place=Place("Quầy Một cửa", "Đi buổi sáng.", "Chi nhánh Tân An", certain=False),
    bring=(Bring("Căn cước", ("bản chính",)), Bring("Sổ cũ", (), "", if_needed=True)),
    say=("Tôi đến làm việc này: xin cấp lại sổ.", "Tiền là bao nhiêu?"),
    take_home=("Giấy hẹn.", "Khi có kết quả: sổ."),
    tills=(Till("Nộp ở nơi mang hồ sơ đến", (Sum("Lệ phí", "bên cho", ""),)),),
    lasts=("10 ngày làm việc.",),
    others=(LaterStep(2, "Ký hợp đồng", "Sớm nhất 31/12/2026 đến 5/1/2027."),),
    finish="Xong cả việc sớm nhất thứ Năm, ngày 21 tháng 1 năm 2027.",
    total="Tiền đã tính được: 1.000.000 đồng, còn 1 khoản chưa có số.",
    printed="In ngày 25/11/2026.",
    mark=Mark("http://127.0.0.1/mo-lai?ma=DAT-1", "DAT-1", "Mở lại: quét mã"),
)
LONG = "Nguyễn Hữu Thượng Nghiêng " * 12


@pytest.mark.parametrize(
    "sheet",
    [SHEET, replace(SHEET, title=LONG, people=LONG, say=(LONG,), take_home=(LONG,))],
    ids=["typical", "overlong"],
)
def test_nothing_is_small_or_runs_over_the_edge(sheet):
    for page in pages_of(pdf.render(plan_sheet(sheet))):
        assert min(sizes(page)) >= SMALLEST
        text = page.get_textpage()
        boxes = [text.get_rect(place) for place in range(text.count_rects())]
        assert min(left for left, *_ in boxes) > 0
        assert max(right for *_, right, _ in boxes) < page.get_width()
        assert min(bottom for _, bottom, *_ in boxes) > 0


def test_what_is_said_is_printed_literally():
    trick = "<script>x</script>{{ 7*7 }}<img src='http://vidu.vn/a.png'>"
    page = plan_sheet(replace(SHEET, people=trick, say=(trick,), title=trick)).page
    assert "<script" not in page
    assert page.count("<img") == 1  # the code that leads back


def test_a_sum_that_nobody_knows_has_a_dashed_edge_and_is_not_made_up():
    page = plan_sheet(SHEET).page
    assert '<span class="unknown">Chưa có số</span>' in page
    bare = plan_sheet(replace(SHEET, tills=(), others=())).page
    assert "Chưa thấy khoản tiền nào" in bare
    assert "Các bước khác" not in bare
