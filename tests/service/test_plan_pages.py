"""The plan on one page, on paper, and as a link to send: whole, and naming nobody."""

import re

import pypdfium2
import pytest
from starlette.testclient import TestClient

from service.auth.actors import anonymous
from service.errors import NotAllowedError, NotFoundError, SignInRequiredError
from service.main import create_app
from service.usecases.matter.answer_question import PartyRow, answer_parties
from service.usecases.matter.begin import begin, beginning
from service.usecases.matter.plan_sheet import plan_paper, share_of, step_tills
from service.usecases.matter.read_matter import matter_view
from tests.factories import GIFT, PROVINCE, a_helper, a_matter, citizen_of_matter

LOST = GIFT | {
    "answers": GIFT["answers"]
    | {"certificate.in_hand": False, "certificate.lost": True}
}
NAMES = ("Nguyễn Văn Lộc", "Trần Thị Sáu")


@pytest.fixture
def lost(desk):
    opened, citizen = a_matter(desk, LOST)
    shares = zip(("father", "mother"), NAMES, strict=True)
    rows = [PartyRow(id_, "transferor", name, "1/2") for id_, name in shares]
    answer_parties(desk, citizen, opened.code, rows, role="transferor")
    return opened, citizen


def read(pdf):
    with pypdfium2.PdfDocument(pdf) as paper:
        pages = [page.get_textpage().get_text_range() for page in paper]
    return len(pages), " ".join(" ".join(pages).split())


def at_home(desk, opened):
    """Return somebody who has opened his matter with code and number."""
    visitor = TestClient(create_app(desk))
    page = visitor.get("/mo-lai").text
    token = re.search(r'name="csrf" value="([^"]*)"', page)[1]
    form = {"csrf": token, "ma": opened.code, "so": opened.pin}
    visitor.post("/mo-lai", data=form)
    return visitor


def test_three_steps_fit_one_page_in_large_type(desk, lost):
    pages, words = read(plan_paper(desk, lost[1], lost[0].code))
    assert pages == 1
    assert "Bước 1 trong 3" in words
    assert "Nguyễn Văn Lộc, Trần Thị Sáu" in words
    assert "Tôi đến làm việc này: xin cấp lại sổ bị mất." in words
    assert "Tiền là bao nhiêu, nộp ở đâu?" in words
    assert "Chưa có số" in words
    assert lost[0].code in words
    assert "Khi có kết quả: sổ (sổ đỏ, sổ hồng)." in words
    assert lost[0].pin not in words


def test_the_sheet_is_tagged_for_who_has_it_read_aloud(desk, lost):
    pdf = plan_paper(desk, lost[1], lost[0].code)
    with pypdfium2.PdfDocument(pdf) as paper:
        assert pypdfium2.raw.FPDFCatalog_IsTagged(paper.raw)


def test_each_step_has_its_own_sheet(desk, lost):
    _, words = read(plan_paper(desk, lost[1], lost[0].code, "register_gift"))
    assert "Bước 3 trong 3" in words
    with pytest.raises(NotFoundError):
        plan_paper(desk, lost[1], lost[0].code, "no_such_step")


def test_a_plan_without_an_answer_is_said_to_be_so_and_prints(desk):
    start = beginning(desk, "give")
    opened = begin(desk, anonymous(PROVINCE), start, None)
    page = at_home(desk, opened).get(f"/ke-hoach/{opened.code}")
    assert "Đây mới là kế hoạch chung" in page.text
    citizen = citizen_of_matter(desk, opened.code)
    assert "Bước 1 trong" in read(plan_paper(desk, citizen, opened.code))[1]


def test_what_is_sent_names_nobody(desk, lost):
    view = matter_view(desk, lost[1], lost[0].code)
    share = share_of(desk, view)
    assert share.address.endswith(f"/mo-lai?ma={lost[0].code}")
    assert share.address in share.text
    for secret in (*NAMES, lost[0].pin, "father", "hoa"):
        assert secret not in share.text


def test_the_link_leads_to_the_page_that_asks_for_the_number(desk, lost):
    address = share_of(desk, matter_view(desk, lost[1], lost[0].code)).address
    page = TestClient(create_app(desk)).get(address[address.index("/mo-lai") :])
    assert "Số mở" in page.text
    assert NAMES[0] not in page.text


def test_only_the_first_step_is_unfolded(desk, lost):
    page = at_home(desk, lost[0]).get(f"/ke-hoach/{lost[0].code}").text
    folded = re.findall(r'<details class="step"( open)?>', page)
    assert folded == [" open", "", ""]


def test_the_money_of_each_step_says_to_whom(desk, lost):
    tills = step_tills(desk, matter_view(desk, lost[1], lost[0].code))
    paid = {step: [t.to for t in row] for step, row in tills.items()}
    assert paid["notarize_contract"] == ["Nộp ở nơi mang hồ sơ đến"]
    sums = [one for row in tills.values() for till in row for one in till.sums]
    assert all(one.payer for one in sums)


@pytest.mark.parametrize("path", ["", "/to.pdf", "/gui", "/so-sanh"])
def test_a_stranger_is_led_to_the_door(desk, lost, path):
    visitor = TestClient(create_app(desk), follow_redirects=False)
    got = visitor.get(f"/ke-hoach/{lost[0].code}{path}")
    door = f"/mo-lai?ma={lost[0].code}"
    assert (got.status_code, got.headers["location"]) == (303, door)
    with pytest.raises(SignInRequiredError):
        plan_paper(desk, anonymous(PROVINCE), lost[0].code)


def test_a_helper_prints_the_plan_only_where_he_may_print(desk, lost):
    reads = a_helper(desk, lost[1], lost[0].code, ["follow"])
    with pytest.raises(NotAllowedError):
        plan_paper(desk, reads, lost[0].code)
