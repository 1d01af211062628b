"""What an office says moves a case as its chart awaits, or is kept for people."""

import json
from dataclasses import replace

import pytest

from integrations.messages import Appointment, Dossier
from integrations.tax.gateway import connect
from service.errors import BadRequestError, NotAllowedError, NotFoundError
from service.usecases.cases import money
from service.usecases.cases.decide import raise_event
from service.usecases.outside.faults import list_faults
from service.usecases.outside.paper_out import paper_sent, papers_to_send, send_by_wire
from service.usecases.outside.receive import hear, process_inbox
from service.usecases.outside.working import run_until_idle
from tests.factories import clerk, file_of, filed, row_of
from tests.service.test_linked_cases import SALE, at_the_tax_office

NOTICE = {
    "number": "0123/TB-TCS",
    "day": "2026-11-25",
    "lines": [
        {"kind": "personal_income_tax", "amount": 12000000, "sub_item": "1006"},
        {"kind": "registration_fee", "amount": 3000000},
    ],
    "payee": "Kho bạc Nhà nước khu vực (mẫu)",
    "tax_code": "8012345678",
    "a_field_of_next_year": 1,
}


def told(desk, office, code, what, said, name="message-1", **more):
    body = {"id": name, "case": code, "what": what, "said": said, **more}
    body["sent_at"] = desk.now().isoformat()
    received = hear(desk, office, json.dumps(body).encode())
    process_inbox(desk)
    run_until_idle(desk)
    return received


def words(desk, code):
    row = row_of(desk, code)
    with desk.database.reading() as uow:
        return uow.words.of_case(row.tenant_id, row.id)


def owed(desk, code):
    with desk.database.reading() as uow:
        return {
            each.kind: each.left
            for each in money.rows_of(desk, uow, file_of(desk, code))
        }


@pytest.fixture
def sheet(desk):
    """Return the code of a case of the tax office that has its sheet just now."""
    _, _, child = at_the_tax_office(desk, SALE, "register_transfer")
    return child


def test_a_notice_alone_says_that_the_sheet_was_taken_up_too(desk, sheet):
    told(desk, "tax", sheet, "notice", NOTICE)
    file = file_of(desk, sheet)
    assert "notice_issued" in file.chart.active(file.instance)
    assert owed(desk, sheet) == {
        "personal_income_tax": 12000000,
        "registration_fee": 3000000,
    }
    assert file.own_facts["notice.number"].value == "0123/TB-TCS"
    (word,) = words(desk, sheet)
    assert (word.what, word.moved, word.entered) == ("notice", True, None)
    assert list_faults(desk, clerk(desk, "tax")) == ()


def test_the_same_paper_under_another_id_counts_once(desk, sheet):
    told(desk, "tax", sheet, "notice", NOTICE)
    version = row_of(desk, sheet).version
    less = {name: NOTICE[name] for name in ("day", "lines")}
    told(desk, "tax", sheet, "notice", less | {"number": "0123 / tb-tcs"}, "message-2")
    assert row_of(desk, sheet).version == version
    (word,) = words(desk, sheet)
    assert word.again_at is not None
    assert list_faults(desk, clerk(desk, "tax")) == ()


def test_a_paper_that_says_something_else_than_before_waits_for_a_person(desk, sheet):
    told(desk, "tax", sheet, "notice", NOTICE)
    before = row_of(desk, sheet)
    lines = [{"kind": "personal_income_tax", "amount": 9000000}]
    told(desk, "tax", sheet, "notice", NOTICE | {"lines": lines}, "message-2")
    (fault,) = list_faults(desk, clerk(desk, "tax"))
    assert "0123/TB-TCS" in fault.error
    assert "các khoản phải nộp" in fault.error
    assert row_of(desk, sheet).version == before.version


def test_a_tax_office_changes_its_mind_and_the_new_sum_is_owed(desk, sheet):
    told(desk, "tax", sheet, "notice", NOTICE)
    lines = [NOTICE["lines"][0] | {"amount": 9000000}, NOTICE["lines"][1]]
    new = NOTICE | {"number": "0140/TB-TCS", "lines": lines, "replaces": "0123/TB-TCS"}
    told(desk, "tax", sheet, "adjusted", new, "message-2", revision=1)
    assert owed(desk, sheet) == {
        "personal_income_tax": 9000000,
        "registration_fee": 3000000,
    }
    reason = {"number": "0141/TB", "day": "2026-11-25", "reason": "Sai diện tích"}
    told(desk, "tax", sheet, "withdrawn", reason, "message-3", revision=1)
    file = file_of(desk, sheet)
    assert "assessing" in file.chart.active(file.instance)
    assert not any(owed(desk, sheet).values())
    assert list_faults(desk, clerk(desk, "tax")) == ()


def test_what_the_chart_does_not_await_is_kept_and_moves_nothing(desk, sheet):
    version = row_of(desk, sheet).version
    told(desk, "tax", sheet, "confirmed", {"settled": True, "note": "Đã nộp đủ"})
    (word,) = words(desk, sheet)
    assert (word.what, word.moved) == ("confirmed", False)
    assert row_of(desk, sheet).version == version


@pytest.mark.parametrize(
    ("what", "said", "words_"),
    [
        ("nobody_knows", {}, "chưa biết loại tin"),
        ("notice", {"number": "1", "day": "2026-11-25"}, "các khoản phải nộp"),
    ],
)
def test_a_word_that_cannot_be_read_waits_for_a_person(desk, sheet, what, said, words_):
    told(desk, "tax", sheet, what, said)
    (fault,) = list_faults(desk, clerk(desk, "tax"))
    assert words_ in fault.error
    assert words(desk, sheet) == ()


def test_a_notarized_act_ends_the_case_of_the_notary(desk):
    matter = filed(desk)
    act = {
        "number": "0123/2026",
        "day": "2026-11-25",
        "office": "Văn phòng công chứng (mẫu)",
        "parties": [{"role": "transferor", "name": "Y Bhiăo Niê"}],
    }
    papers = [each.id for each in file_of(desk, matter.case).required()]
    raise_event(desk, clerk(desk, "notary"), matter.case, "accept", papers=papers)
    told(desk, "notary", matter.case, "act_recorded", act)
    assert row_of(desk, matter.case).outcome == "notarized", list_faults(
        desk, clerk(desk, "notary")
    )


def test_a_land_database_that_waits_is_kept_with_its_letter(desk):
    _, case, _ = at_the_tax_office(desk)
    letter = {
        "number": "12/CNVPĐK",
        "day": "2026-11-25",
        "waiting_for": "5",
        "reason": "Chờ thuế",
        "paused": True,
    }
    told(desk, "land_registry", case, "waiting", letter)
    (word,) = words(desk, case)
    assert (word.number, word.moved) == ("12/CNVPĐK", False)


def test_a_sheet_for_an_office_that_is_not_connected_waits_to_go_on_paper(desk):
    unconnected = replace(desk, ports=replace(desk.ports, tax=connect(None)))
    _, case, child = at_the_tax_office(unconnected, SALE, "register_transfer")
    run_until_idle(unconnected)
    land = clerk(desk, "land-branch")
    assert row_of(desk, child).faults == row_of(desk, case).faults == 0
    assert papers_to_send(desk, clerk(desk, "tax")) == ()
    (paper,) = papers_to_send(desk, land)
    assert (paper.case_code, paper.office) == (case, "Cơ quan thuế")
    assert [each.form for each in paper.sheets] == ["F-SLIP-TRANSFER"]
    with pytest.raises(BadRequestError) as refused:
        paper_sent(desk, land, paper.id, {"so": "", "ngay": "31/12/2099"})
    assert {each.key for each in refused.value.problems} == {"so", "ngay"}
    with pytest.raises(NotAllowedError):
        paper_sent(
            desk, clerk(desk, "notary"), paper.id, {"so": "1", "ngay": "1/1/2026"}
        )
    paper_sent(desk, land, paper.id, {"so": "12/PCTT", "ngay": "25/11/2026"})
    assert papers_to_send(desk, land) == ()
    told(desk, "tax", child, "notice", NOTICE)
    assert owed(desk, child)


def test_a_sheet_on_the_paper_list_goes_by_wire_once_the_office_is_connected(desk):
    unconnected = replace(desk, ports=replace(desk.ports, tax=connect(None)))
    at_the_tax_office(unconnected, SALE, "register_transfer")
    run_until_idle(unconnected)
    land = clerk(desk, "land-branch")
    (paper,) = papers_to_send(desk, land)
    send_by_wire(desk, land, paper.id)
    send_by_wire_again(desk, land, paper.id)
    run_until_idle(desk)
    assert len(desk.ports.tax.twin.seen) == 1
    assert papers_to_send(desk, land) == ()


def send_by_wire_again(desk, land, paper_id):
    with pytest.raises(NotFoundError):
        send_by_wire(desk, land, paper_id)


def test_a_notary_is_told_who_wishes_to_sign_and_the_land_database_what_came(desk):
    _, case, _ = at_the_tax_office(desk)
    run_until_idle(desk)
    wishes = list(desk.ports.notary.twin.seen.values())
    assert [type(each) for each in wishes] == [Appointment]
    assert wishes[0].procedure == "notarize_contract"
    told_of = desk.ports.land_registry.twin.seen.values()
    (dossier,) = (each for each in told_of if isinstance(each, Dossier))
    assert (dossier.case_code, dossier.land.commune) == (case, "24133")
    assert dossier.papers
    assert all(each.present for each in dossier.papers)
