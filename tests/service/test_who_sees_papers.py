"""Papers and the words on them are for who may see the matter or the case."""

import pytest
from starlette.testclient import TestClient

from service.auth.actors import anonymous
from service.errors import NotAllowedError, SignInRequiredError
from service.main import create_app
from service.usecases.matter.answer_question import decide
from service.usecases.matter.identity_card import card_holder
from service.usecases.papers.check_papers import step_check
from service.usecases.papers.fill_forms import case_paper, paper
from service.usecases.papers.print_packet import packet
from service.usecases.papers.read_form import read_case_form, read_disputes, read_form
from tests.factories import PROVINCE, Filed, a_helper, a_matter, clerk, filed

STEP = "register_gift"
FORM, SHEET = "F-CHANGE", "ONESTOP-06"
ASKED = {
    "a form": lambda desk, actor, it: paper(desk, actor, it.code, FORM, STEP),
    "its page": lambda desk, actor, it: read_form(desk, actor, it.code, STEP, FORM),
    "words that differ": lambda desk, actor, it: read_disputes(desk, actor, it.code),
    "a choice": lambda desk, actor, it: decide(desk, actor, it.code, "land.area_m2", 1),
    "a packet": lambda desk, actor, it: packet(desk, actor, it.code, STEP),
    "a card": lambda desk, actor, it: card_holder(desk, actor, it.code, "hoa"),
    "papers looked over": lambda desk, actor, it: step_check(
        desk, actor, it.code, STEP
    ),
    "a sheet": lambda desk, actor, it: case_paper(desk, actor, it.case, SHEET),
    "its page too": lambda desk, actor, it: read_case_form(desk, actor, it.case, SHEET),
}
PAGES = [
    "/ho-so/{it.code}/kiem-tra",
    "/ho-so/{it.code}/the/hoa",
    "/ho-so/{it.code}/buoc/register_gift/bo-giay.pdf",
    "/ho-so/{it.code}/buoc/register_gift/giay/F-CHANGE",
    "/ho-so/{it.code}/buoc/register_gift/giay/F-CHANGE.pdf?ban=sach",
    "/ho-so/{it.code}/buoc/register_gift/giay-to",
    "/ho-so/{it.code}/buoc/register_gift/giay-to/certificate",
    "/ho-so/{it.code}/buoc/register_gift/giay-to/certificate/doc",
    "/ho-so/{it.code}/buoc/register_gift/giay-to/anh/1.jpg",
    "/can-bo/ho-so/{it.case}/to/ONESTOP-06",
    "/can-bo/ho-so/{it.case}/to/ONESTOP-06.pdf",
    "/can-bo/so-theo-doi",
    "/can-bo/so-theo-doi/in.pdf?tu=2026-11-01&den=2026-11-30",
    "/quan-tri/bieu-mau",
]
every_one = pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED.keys())


@pytest.fixture
def gift(desk) -> Filed:
    return filed(desk)


@every_one
def test_nobody_sees_them_without_the_code_and_number(desk, gift, ask):
    with pytest.raises(SignInRequiredError):
        ask(desk, anonymous(PROVINCE), gift)


@every_one
def test_a_citizen_sees_none_of_another_matter(desk, gift, ask):
    _, other = a_matter(desk)

    with pytest.raises(NotAllowedError):
        ask(desk, other, gift)


@every_one
def test_a_helper_sees_none_of_a_matter_that_did_not_let_him(desk, gift, ask):
    other, citizen = a_matter(desk)
    helper = a_helper(desk, citizen, other.code, ["fill", "submit"])

    with pytest.raises(NotAllowedError):
        ask(desk, helper, gift)


@every_one
def test_a_clerk_sees_none_of_a_case_that_his_office_has_no_part_in(desk, gift, ask):
    with pytest.raises(NotAllowedError):
        ask(desk, clerk(desk, "commune"), gift)


@pytest.mark.parametrize("path", PAGES)
def test_who_is_not_signed_in_is_led_to_the_door(desk, gift, path):
    visitor = TestClient(create_app(desk), follow_redirects=False)

    got = visitor.get(path.format(it=gift))

    of_matter = path.startswith("/ho-so/")
    door = f"/mo-lai?ma={gift.code}" if of_matter else "/dang-nhap"
    assert (got.status_code, got.headers["location"]) == (303, door)
