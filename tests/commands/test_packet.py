"""``dat packet`` and the mark of ``dat form``: files from a situation alone."""

import pypdfium2
import zxingcpp

from service.auth.codes import new_code
from service.composition import SeededChance
from tests.commands.conftest import SITUATIONS

SALE = SITUATIONS / "sale-mortgaged.json"
CODE = new_code(SeededChance(1), "DAT")


def read(file):
    """Return what a phone reads on the pages of a file."""
    pages = (page.render(scale=3).to_pil() for page in pypdfium2.PdfDocument(file))
    return [code.text for page in pages for code in zxingcpp.read_barcodes(page)]


def words_of(file):
    """Return the words of a file, without the breaks of its lines."""
    pages = pypdfium2.PdfDocument(file)
    return " ".join(
        word for page in pages for word in page.get_textpage().get_text_range().split()
    )


def test_a_packet_is_written_and_says_what_is_in_it(dat, tmp_path):
    file = tmp_path / "packet.pdf"
    answer = dat("packet", "discharge_mortgage", SALE, "-o", file, "--json")

    assert answer.code == 0
    assert [each["form"] for each in answer.json["forms"]] == ["F-MORTGAGE-DISCHARGE"]
    assert answer.json["at_counter"] == []
    assert read(file) == []


def test_the_form_of_a_step_that_prepares_names_who_has_the_land(dat, tmp_path):
    file = tmp_path / "packet.pdf"
    lost = SITUATIONS / "gift-lost-certificate.json"

    assert dat("packet", "reissue_lost_certificate", lost, "-o", file).code == 0
    said = words_of(file)
    assert "a) Tên(2): 1) Trần Văn Lộc" in said
    assert "Đề nghị cấp lại Giấy chứng nhận do bị mất" in said
    assert dat("packet", "register_gift", lost, "-o", file).code == 0
    said = words_of(file)
    assert "a) Tên(2): Trần Thị Hòa" in said
    assert "(2) Hợp đồng" in said


def test_every_paper_of_a_packet_leads_back_by_its_code(dat, tmp_path, monkeypatch):
    monkeypatch.setenv("DAT_BASE_URL", "https://dat.vidu.vn/")
    file = tmp_path / "packet.pdf"
    typed = CODE.lower().replace("-", " ")
    answer = dat("packet", "discharge_mortgage", SALE, "-o", file, "--code", typed)

    assert answer.code == 0
    assert read(file) == [f"https://dat.vidu.vn/mo-lai?ma={CODE}"] * 2


def test_a_form_has_a_mark_when_a_code_is_typed_and_none_on_the_clean_copy(
    dat, tmp_path
):
    file = tmp_path / "form.pdf"
    case = new_code(SeededChance(2), "HS")
    asked = ("form", "F-MORTGAGE-DISCHARGE", SALE, "-o", file, "--code", case)

    assert dat(*asked).code == 0
    assert read(file) == [f"http://127.0.0.1:8000/tra-cuu?ma={case}"]
    assert dat(*asked, "--clean").code == 0
    assert read(file) == []


def test_a_step_that_is_not_in_the_plan_is_refused_with_those_that_are(dat, tmp_path):
    answer = dat("packet", "nowhere", SALE, "-o", tmp_path / "x.pdf")

    assert answer.code == 2
    assert "notarize_contract, register_transfer" in answer.err


def test_a_code_that_cannot_be_one_is_refused(dat, tmp_path):
    answer = dat(
        "packet", "discharge_mortgage", SALE, "-o", tmp_path / "x.pdf",
        "--code", "DAT-AAAAA-AAAAA-AAAAA-A",
    )  # fmt: skip

    assert answer.code == 2
    assert answer.err.startswith("--code: ")
