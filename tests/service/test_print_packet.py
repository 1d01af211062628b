"""All papers of a step in one file: who may print it, what the cover says."""

import pypdfium2
import pytest

from service.auth.actors import anonymous
from service.errors import NotAllowedError, NotFoundError
from service.usecases.cases.case_page import case_view
from service.usecases.cases.pay import record_payment
from service.usecases.helpers.give_consent import give_consent
from service.usecases.matter.read_matter import open_to
from service.usecases.matter.submit_dossier import open_step, submit
from service.usecases.papers.fill_forms import case_paper, marked_form, paper
from service.usecases.papers.print_packet import packet
from tests.factories import (
    GIFT,
    MORTGAGED_SALE,
    PROVINCE,
    a_helper,
    a_matter,
    act,
    clerk,
    filed,
    finish,
)

BASE = "http://127.0.0.1:8000"


def the_sums(cover):
    return {sum_.what: sum_ for till in cover.tills for sum_ in till.sums}


def test_a_packet_leads_back_to_the_matter_until_the_dossier_is_handed_in(desk):
    opened, citizen = a_matter(desk)

    made = packet(desk, citizen, opened.code, "notarize_contract")
    assert made.cover.mark.address == f"{BASE}/mo-lai?ma={opened.code}"
    draft = open_step(desk, citizen, opened.code, "notarize_contract")
    made = packet(desk, citizen, opened.code, "notarize_contract")
    assert made.cover.mark.address == f"{BASE}/mo-lai?ma={opened.code}"
    case = submit(desk, citizen, opened.code, "notarize_contract", idempotency_key=None)
    assert case == draft
    made = packet(desk, citizen, opened.code, "notarize_contract")
    assert made.cover.mark.address == f"{BASE}/tra-cuu?ma={case}"


def test_a_packet_holds_the_cover_and_every_form_of_the_step_in_order(desk):
    opened, citizen = a_matter(desk)
    made = packet(desk, citizen, opened.code, "register_gift")

    titles = [each.get_title() for each in pypdfium2.PdfDocument(made.pdf).get_toc()]
    assert titles == [
        "Tờ bìa: Sang tên đất được cho",
        *(each.edition.name for each in made.forms),
    ]
    assert [each.edition.form for each in made.forms] == [
        "F-CHANGE",
        "TAX-03-BDS-TNCN",
        "TAX-01-LPTB",
    ]
    assert {each.mark for each in made.forms} == {made.cover.mark}


def test_the_money_of_a_cover_is_that_of_its_step_and_says_where_it_goes(desk):
    opened, citizen = a_matter(desk)
    at_notary = packet(desk, citizen, opened.code, "notarize_contract").cover
    at_counter = packet(desk, citizen, opened.code, "register_gift").cover

    assert set(the_sums(at_notary)) == {"Phí công chứng"}
    assert (
        the_sums(at_notary)["Phí công chứng"].amount
        == "1.000.000\N{NO-BREAK SPACE}đồng"
    )
    by_place = {till.to: [each.what for each in till.sums] for till in at_counter.tills}
    assert by_place == {
        "Nộp sau, theo thông báo của cơ quan thuế nơi có đất": [
            "Thuế thu nhập cá nhân",
            "Lệ phí trước bạ",
        ],
        "Nộp ở nơi mang hồ sơ đến": ["Phí thẩm định hồ sơ", "Lệ phí cấp sổ"],
    }
    assert the_sums(at_counter)["Lệ phí cấp sổ"].amount == ""


def test_what_the_tax_office_asked_for_goes_before_what_was_reckoned(desk):
    sale = filed(desk, GIFT | {
        "goal": "sell", "relationships": [],
        "answers": GIFT["answers"] | {"contract.price": 900000000},
    })  # fmt: skip
    finish(desk, sale.citizen, sale.case)
    case = submit(
        desk, sale.citizen, sale.code, "register_transfer", idempotency_key=None
    )
    finish(desk, sale.citizen, case)
    with desk.database.reading() as uow:
        matter = uow.matters.by_code(sale.code)
        cases = uow.cases.of_matter(matter.tenant_id, matter.id)
    (tax,) = (
        row.code for row in cases if row.procedure == "assess_financial_obligation"
    )
    act(desk, clerk(desk, "tax"), tax, "take_up")
    act(desk, clerk(desk, "tax"), tax, "issue_notice")
    finish(desk, sale.citizen, case)

    owed = the_sums(packet(desk, sale.citizen, sale.code, "register_transfer").cover)

    assert owed["Thuế thu nhập cá nhân"].by.startswith("Chậm nhất thứ ")

    counter = clerk(desk, "tax")
    for row in case_view(desk, counter, tax).obligations:
        record_payment(
            desk, counter, tax, line=row.line, amount=row.left, voucher=f"CT {row.line}"
        )
    settled = the_sums(packet(desk, sale.citizen, sale.code, "register_transfer").cover)
    assert settled["Thuế thu nhập cá nhân"].amount == "Đã nộp đủ"
    assert not settled["Thuế thu nhập cá nhân"].by


def test_the_family_is_told_by_when_and_nothing_is_invented(desk):
    opened, citizen = a_matter(desk)

    cover = packet(desk, citizen, opened.code, "register_gift").cover
    assert cover.terms == ("Trong 30 ngày, tính từ ngày hợp đồng có hiệu lực.",)
    assert packet(desk, citizen, opened.code, "notarize_contract").cover.terms == ()


def test_a_step_that_is_done_anew_leads_to_its_newest_case(desk):
    first = filed(desk)
    act(desk, clerk(desk, "notary"), first.case, "decline")
    again = submit(
        desk, first.citizen, first.code, "notarize_contract", idempotency_key=None
    )

    made = packet(desk, first.citizen, first.code, "notarize_contract")
    one = marked_form(desk, first.citizen, first.code, "F-MANDATE", "notarize_contract")

    assert again != first.case
    assert {made.cover.mark.code, one.mark.code} == {again}


def test_what_nobody_has_verified_is_said_on_the_cover(desk):
    opened, citizen = a_matter(desk)
    cover = packet(desk, citizen, opened.code, "register_gift").cover

    assert not cover.place.certain
    assert "chưa xác minh" in cover.forms[0].note
    assert "chưa xác minh" in cover.lasts[-1]


def test_a_clean_packet_has_no_mark_on_any_paper(desk):
    opened, citizen = a_matter(desk, MORTGAGED_SALE)
    made = packet(desk, citizen, opened.code, "discharge_mortgage", clean=True)

    assert made.cover.mark is None
    assert [each.mark for each in made.forms] == [None]


def test_the_mark_of_a_matter_leads_straight_in_where_it_is_open_already(desk):
    opened, citizen = a_matter(desk)
    _, stranger = a_matter(desk)
    typed = opened.code.lower().replace("-", "")

    assert open_to(desk, citizen, typed) == opened.code
    assert open_to(desk, stranger, opened.code) is None
    assert open_to(desk, anonymous(PROVINCE), opened.code) is None
    assert open_to(desk, citizen, "DAT-1") is None


def test_a_clean_paper_of_a_matter_and_of_a_case_has_no_mark(desk):
    matter = filed(desk)
    marked = paper(desk, matter.citizen, matter.code, "F-CHANGE", "register_gift")
    clean = paper(
        desk, matter.citizen, matter.code, "F-CHANGE", "register_gift", clean=True
    )
    assert marked.filled.mark is not None
    assert marked.pdf != clean.pdf

    counter = clerk(desk, "notary")
    assert case_paper(desk, counter, matter.case, "ONESTOP-06").pdf != (
        case_paper(desk, counter, matter.case, "ONESTOP-06", clean=True).pdf
    )


def test_a_helper_prints_the_packet_only_with_leave_to_print(desk):
    opened, citizen = a_matter(desk)
    helper = a_helper(desk, citizen, opened.code, ["fill"])
    assert packet(desk, helper, opened.code, "notarize_contract").pdf

    other, another = a_matter(desk)
    give_consent(
        desk, another, other.code, helper_name="lan", scope=["follow"], minutes=60
    )
    with pytest.raises(NotAllowedError):
        packet(desk, helper, other.code, "notarize_contract")


def test_a_step_that_the_plan_does_not_have_is_not_found(desk):
    opened, citizen = a_matter(desk)
    with pytest.raises(NotFoundError):
        packet(desk, citizen, opened.code, "nowhere")
