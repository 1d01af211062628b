"""Papers are checked before anybody travels: photos sent, checked, dropped, refused."""

import re
import resource

import pypdfium2
import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from forms.uploads import Kind, kind_of
from service.auth.actors import anonymous
from service.auth.sessions import open_matter
from service.errors import NotAllowedError, SignInRequiredError
from service.main import create_app
from service.persistence.tables.cases import document
from service.persistence.tables.matters import paper_check, paper_page
from service.usecases.matter.identity_card import take_identity_card
from service.usecases.outside.working import run_once
from service.usecases.papers.check_papers import Noted, save_check, step_check
from service.usecases.papers.paper_photos import add_photo, drop_photos, photo
from service.usecases.papers.print_packet import packet
from tests.factories import PROVINCE, a_helper, a_matter, clerk
from tests.forms import photos
from tests.forms.hostile import BROKEN, BY_KIND, CARRYING
from workflows.paper_checks import NO, YES

STEP = "notarize_contract"
LATER = "register_gift"
SHARP = photos.jpeg(photos.on_a_table(photos.a_page()))


@pytest.fixture
def gift(desk):
    return a_matter(desk)


@pytest.fixture
def visitor(desk, gift):
    """Return a browser of the citizen, on the page of a paper."""
    opened, _ = gift
    client = TestClient(create_app(desk), follow_redirects=False)
    signed = open_matter(desk, opened.code, opened.pin)
    client.cookies.set("dat_session", signed.token)
    return client


def home(gift, paper=""):
    return f"/ho-so/{gift[0].code}/buoc/{STEP}/giay-to{paper}"


def sent(visitor, gift, content, paper="certificate", name="anh.jpg"):
    """Send files as a browser does without a script; return the answer."""
    page = visitor.get(home(gift, f"/{paper}"))
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
    files = content if isinstance(content, list) else [content]
    return visitor.post(
        home(gift, f"/{paper}"),
        data={"csrf": token},
        files=[("anh", (name, each, "image/jpeg")) for each in files],
    )


def counts(desk):
    with desk.database.reading() as uow:
        connection = uow.paper_checks.connection
        return tuple(
            connection.execute(select(func.count()).select_from(table)).scalar()
            for table in (paper_page, document, paper_check)
        )


def the_paper(desk, gift, paper="certificate"):
    opened, citizen = gift
    return step_check(desk, citizen, opened.code, STEP).paper(paper)


# --- sending ------------------------------------------------------------------------


def test_a_photo_is_kept_as_a_new_picture_and_shown_to_its_citizen(desk, gift, visitor):
    turned = photos.from_a_phone(photos.sideways(photos.on_a_table(photos.a_page())))

    answer = sent(visitor, gift, turned)

    assert (answer.status_code, answer.headers["location"]) == (
        303, home(gift, "/certificate"),
    )  # fmt: skip
    page = visitor.get(home(gift, "/certificate")).text
    assert "đọc được" in page
    address = re.search(r'href="([^"]+\.jpg)"', page)[1]
    shown = visitor.get(address)
    assert kind_of(shown.content) is Kind.JPEG
    assert b"Exif" not in shown.content
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-disposition"] == "inline"


def test_the_same_photo_sent_twice_is_there_once(desk, gift, visitor):
    sent(visitor, gift, SHARP)
    sent(visitor, gift, SHARP)

    assert counts(desk)[:2] == (1, 1)


def test_several_pages_and_a_pdf_come_in_one_go(desk, gift, visitor):
    pages = [photos.a_page(lines=lines) for lines in (20, 24, 28, 32)]

    sent(visitor, gift, [photos.jpeg(pages[0]), photos.png(pages[1])])
    sent(visitor, gift, photos.pdf(*pages[2:]), name="so.pdf")

    assert len(the_paper(desk, gift).pages) == 4


def test_a_photo_of_a_card_is_checked_and_not_kept(desk, gift, visitor):
    sent(visitor, gift, SHARP, paper="identity")

    assert counts(desk)[:2] == (1, 0)
    assert [each.kept for each in the_paper(desk, gift, "identity").pages] == [False]
    assert ".jpg" not in visitor.get(home(gift, "/identity")).text


def test_a_flaw_is_said_with_what_to_do(desk, gift, visitor):
    sent(visitor, gift, photos.jpeg(photos.blurred(photos.a_page())))

    assert "Ảnh bị mờ" in visitor.get(home(gift, "/certificate")).text


def test_a_photo_of_thirty_megabytes_is_refused_plainly_and_nothing_else_is_lost(
    desk, gift, visitor
):
    sent(visitor, gift, SHARP)
    big = SHARP + b"\0" * (30 * 1024 * 1024)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    answer = sent(visitor, gift, big)

    assert answer.status_code == 422
    assert "lớn quá 12 MB" in answer.text
    assert "Đã có 1 trang" in answer.text
    assert counts(desk)[:2] == (1, 1)
    # The client holds the photo too: the service itself never does.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


@pytest.mark.parametrize("name", [*BY_KIND, *BROKEN])
def test_a_hostile_file_is_refused_in_plain_words(desk, gift, visitor, name):
    content = (BY_KIND | BROKEN)[name]

    answer = sent(visitor, gift, content)

    assert answer.status_code == 422
    said = re.search(r'id="anh-loi">([^<]+)', answer.text)[1]
    assert said.endswith(".")
    assert len(said) < 160
    assert not re.search(r"error|invalid|file|None|\{", said)
    assert counts(desk)[:2] == (0, 0)


@pytest.mark.parametrize("name", CARRYING)
def test_what_a_file_carries_never_comes_back(gift, visitor, name):
    sent(visitor, gift, CARRYING[name])

    page = visitor.get(home(gift, "/certificate")).text
    shown = visitor.get(re.search(r'href="([^"]+\.jpg)"', page)[1]).content
    assert kind_of(shown) is Kind.JPEG
    assert not re.search(rb"script|JavaScript|MZ\x90|x\.exe|127\.0\.0\.1", shown)


@pytest.mark.parametrize(
    "name", ["../../x.jpg", "a\0b.jpg", "CON.jpg", "x" * 300 + ".jpg", "\u202egpj.exe"]
)
def test_the_name_of_a_file_means_nothing(desk, gift, visitor, name):
    assert sent(visitor, gift, SHARP, name=name).status_code == 303
    with desk.database.reading() as uow:
        (row,) = uow.paper_checks.connection.execute(select(document.c.name))
    assert row.name == the_paper(desk, gift).name


def test_nothing_chosen_is_said_and_a_foreign_form_is_refused(gift, visitor):
    assert "Chưa chọn ảnh nào" in sent(visitor, gift, b"", name="").text

    foreign = visitor.post(
        home(gift, "/certificate"), data={"csrf": "x"}, files={"anh": SHARP}
    )
    assert foreign.status_code == 403


def test_a_matter_holds_so_many_photos_and_says_so(desks, database):
    desk = desks.make(photos_of_matter=2)
    opened, citizen = a_matter(desk)
    made = [photos.jpeg(photos.a_page(lines=lines)) for lines in (20, 25, 30)]

    told = [
        add_photo(desk, citizen, opened.code, STEP, "certificate", each)
        for each in made
    ]

    assert told[:2] == [None, None]
    assert "2 trang ảnh" in told[2].text
    assert counts(desk)[:2] == (2, 2)


# --- who may, and until when --------------------------------------------------------


def photographed(desk, gift):
    opened, citizen = gift
    add_photo(desk, citizen, opened.code, STEP, "certificate", SHARP)
    (page,) = the_paper(desk, gift).pages
    return page.id


ACTS = {
    "look": photo,
    "send": lambda desk, actor, code, _: add_photo(
        desk, actor, code, STEP, "certificate", SHARP
    ),
    "delete": lambda desk, actor, code, _: drop_photos(desk, actor, code, STEP),
    "answer": lambda desk, actor, code, _: save_check(
        desk, actor, code, STEP, "certificate", Noted({}, {})
    ),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_only_the_citizen_and_a_helper_who_may_fill_in_get_near_a_photo(
    desk, gift, act
):
    code, page = gift[0].code, photographed(desk, gift)
    _, neighbour = a_matter(desk)
    reader = a_helper(desk, gift[1], code, ["follow"])

    for actor in (neighbour, reader, clerk(desk, "commune")):
        with pytest.raises(NotAllowedError):
            act(desk, actor, code, page)
    with pytest.raises(SignInRequiredError):
        act(desk, anonymous(PROVINCE), code, page)
    assert counts(desk)[:2] == (1, 1)


def test_a_helper_sees_a_photo_under_his_consent_and_both_names_are_noted(desk, gift):
    code, page = gift[0].code, photographed(desk, gift)
    helper = a_helper(desk, gift[1], code, ["fill"])

    assert kind_of(photo(desk, helper, code, page)) is Kind.JPEG

    with desk.database.reading() as uow:
        matter = uow.matters.by_code(code)
        seen = uow.people.accesses(matter.tenant_id, matter.id)
    (look,) = [each for each in seen if each.what == "photo"]
    assert look.who == "Lan"
    assert look.on_behalf_of


def test_photos_go_at_once_by_a_button_and_all_of_a_step_with_its_answers(desk, gift):
    opened, citizen = gift
    page = photographed(desk, gift)
    save_check(desk, citizen, opened.code, STEP, "certificate", Noted({}, {}))

    drop_photos(desk, citizen, opened.code, STEP, paper_id="certificate", page_id=page)
    assert counts(desk) == (0, 0, 1)
    drop_photos(desk, citizen, opened.code, STEP)
    drop_photos(desk, citizen, opened.code, STEP)
    assert counts(desk) == (0, 0, 0)


def test_everything_is_deleted_on_its_day_and_not_before(desks, desk, gift):
    opened, citizen = gift
    photographed(desk, gift)
    save_check(
        desk, citizen, opened.code, STEP, "certificate", Noted({"whole": YES}, {})
    )

    desks.hour.later(days=29)
    run_once(desk)
    assert counts(desk) == (1, 1, 1)

    desks.hour.later(days=1)
    run_once(desk)
    assert counts(desk) == (0, 0, 0)


# --- answers and the result ---------------------------------------------------------


def noted(desk, gift, paper, answers=None, **reads):
    opened, citizen = gift
    asked = [each.name for each in the_paper(desk, gift, paper).asked]
    answers = dict.fromkeys(asked, YES) | (answers or {})
    reads = {key.replace("__", "@"): value for key, value in reads.items()}
    return save_check(desk, citizen, opened.code, STEP, paper, Noted(answers, reads))


def result(desk, gift):
    opened, citizen = gift
    return step_check(desk, citizen, opened.code, STEP)


def test_one_may_go_without_any_photo_when_all_is_answered_and_fits(desk, gift):
    assert result(desk, gift).outcome == "unchecked"

    for paper in result(desk, gift).papers:
        if paper.needed:
            reads = {"full_name__father": "Y Bham Niê"} if paper.fields else {}
            assert noted(desk, gift, paper.id, **reads) == ()

    assert result(desk, gift).troubles == ()
    assert result(desk, gift).outcome == "go"


def test_a_name_that_differs_says_what_mends_it_and_no_law_that_does_not_hold_there(
    desk, gift, visitor
):
    noted(desk, gift, "certificate", full_name__father="Y Bham Niê")
    noted(desk, gift, "identity", full_name__father="Y Bhăm Niê")

    (trouble,) = result(desk, gift).troubles
    page = visitor.get(home(gift)).text

    assert trouble.says.startswith("Họ tên của")
    assert trouble.says.endswith("Chưa rõ hồ sơ có bị trả không.")
    assert "“Y Bham Niê”" in trouble.says
    assert [goal for goal, _ in trouble.mends] == [
        "update_personal_information", "correct_certificate",
    ]  # fmt: skip
    assert result(desk, gift).outcome == "unchecked"
    assert "Chưa thấy điều luật" in page
    assert "Nghị định 101/2024/NĐ-CP" not in page
    assert 'href="/viec/correct_certificate"' in page
    assert f"/ho-so/{gift[0].code}/cau-hoi/certificate.names_match" in page


def test_where_the_law_gives_a_dossier_back_it_is_said_with_the_article(
    desk, gift, visitor
):
    opened, citizen = gift
    for paper, serial in (("contract", "AA 01234568"), ("certificate", "AA 01234567")):
        reads = Noted({}, {"serial_no": serial}, "")
        assert save_check(desk, citizen, opened.code, LATER, paper, reads) == ()

    check = step_check(desk, citizen, opened.code, LATER)
    (trouble,) = check.troubles
    at = f"/ho-so/{opened.code}/buoc/{LATER}"

    assert trouble.says.startswith("Hồ sơ sẽ bị trả vì số của sổ trên hợp đồng")
    assert check.outcome == "not_yet"
    assert "Nghị định 101/2024/NĐ-CP, Đ19.2.a" in visitor.get(f"{at}/giay-to").text
    assert "Chưa nên đi" in visitor.get(at).text


def test_the_code_of_a_card_counts_as_read_on_the_card(desk, gift):
    opened, citizen = gift
    qr = "066080001234||Y Bhăm Niê|15031980|Nam|Ea Bhốk, Cư Kuin, Đắk Lắk|10052022"
    take_identity_card(desk, citizen, opened.code, "father", qr, {"address": "the"})
    noted(desk, gift, "certificate", full_name__father="Y Bham Niê")

    says = [each.says for each in result(desk, gift).troubles]

    assert ["“Y Bham Niê”" in each and "“Y Bhăm Niê”" in each for each in says] == [
        True
    ] * len(says)
    assert any("căn cước" in each for each in says)


def test_what_was_told_is_set_beside_the_certificate(desk, gift):
    noted(desk, gift, "certificate", area_m2="250")

    (trouble,) = result(desk, gift).troubles

    assert "đơn Dắt điền là “200”" in trouble.says


def test_a_paper_that_cannot_be_read_comes_back_and_unsure_stays_open(desk, gift):
    noted(desk, gift, "certificate", {"readable": NO, "right_copy": "unsure"})

    paper = the_paper(desk, gift)

    assert paper.troubles[0].says.startswith("Hồ sơ có thể bị trả vì")
    assert "không đọc rõ" in paper.troubles[0].says
    assert paper.state == "not_yet"
    assert any("bản chính" in line for line in paper.open)


def test_what_was_typed_stays_when_a_figure_is_no_figure(gift, visitor):
    page = visitor.get(home(gift, "/certificate/doc"))
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]

    answer = visitor.post(
        home(gift, "/certificate/doc"),
        data={
            "csrf": token, "hoi-whole": "khong", "so-trang": "bốn",
            "doc-parcel_no": "45", "doc-person_id@father": "không thấy",
        },
    )  # fmt: skip

    assert answer.status_code == 422
    assert "Số trang là một số" in answer.text
    assert "phải có số như in trên giấy" in answer.text
    assert 'value="45"' in answer.text
    assert 'value="không thấy"' in answer.text
    assert re.search(r'value="khong" checked', answer.text)


def test_a_helper_sees_no_more_of_a_number_that_he_stored(desk, gift):
    code = gift[0].code
    helper = a_helper(desk, gift[1], code, ["fill"])
    number = {"person_id@father": "066180001234"}
    save_check(desk, helper, code, STEP, "certificate", Noted({}, number))
    save_check(desk, helper, code, STEP, "certificate", Noted({"whole": YES}, {}))
    noted(desk, gift, "identity", person_id__father="066180009999")

    seen = step_check(desk, helper, code, STEP)
    (field,) = [
        each
        for each in seen.paper("certificate").fields
        if each.key == "person_id@father"
    ]

    assert field.masked == "•••••••••234"
    assert "066180001234" not in " ".join(each.says for each in seen.troubles)
    assert "•••••••••234" in " ".join(each.says for each in seen.troubles)
    with desk.database.reading() as uow:
        (stored,) = uow.paper_checks.connection.execute(
            select(paper_check.c.reads).where(paper_check.c.paper_id == "certificate")
        )
    assert stored.reads == number


def test_every_page_of_a_paper_of_every_step_can_be_opened(gift, visitor, desk):
    code = gift[0].code
    for step in (STEP, LATER):
        for paper in step_check(desk, gift[1], code, step).papers:
            for path in (f"/{paper.id}", f"/{paper.id}/doc"):
                page = visitor.get(f"/ho-so/{code}/buoc/{step}/giay-to{path}")
                assert page.status_code == 200


def test_a_paper_of_another_step_and_a_photo_of_another_matter_are_not_found(
    desk, gift, visitor
):
    page = photographed(desk, gift)
    opened, citizen = a_matter(desk)

    assert visitor.get(home(gift, "/shoe")).status_code == 404
    with pytest.raises(Exception, match="no photo"):
        photo(desk, citizen, opened.code, page)


def test_the_cover_of_the_packet_says_what_came_of_looking_the_papers_over(desk, gift):
    opened, citizen = gift
    before = packet(desk, citizen, opened.code, STEP)
    noted(desk, gift, "certificate", {"readable": NO})

    after = packet(desk, citizen, opened.code, STEP)

    assert before.cover.checked == ()
    assert after.cover.checked[0].endswith("chưa nên đi.")
    assert "không đọc rõ" in after.cover.checked[1]
    pages = pypdfium2.PdfDocument(after.pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    assert after.cover.checked[1] in " ".join(text.split())
