"""What needs a person: shown where it belongs, with a reason, settled once by name."""

import json

import pytest
from sqlalchemy import text

from service.usecases.outside.faults import dismiss, faults_page, list_faults, retry
from service.usecases.outside.receive import hear, process_inbox
from service.usecases.outside.working import run_until_idle
from service.usecases.playing.demo import seed_people
from tests.factories import ADMINISTRATOR, clerk, row_of
from tests.service.test_linked_cases import SALE, at_the_tax_office, say
from tests.visitor import Visitor

TAKEN = {
    "exemption.claimed": False,
    "debt.requested": False,
    "sheet.asks_levy": False,
    "sheet.incomplete_for_tax": False,
}
NOTICE = {
    "notice.number": "0123/TB-TCS",
    "notice.lines": [{"kind": "registration_fee", "amount": 4500000}],
}


def visitor_of(desk, name):
    return Visitor(desk).signs_in(name, "ban-thu-nghiem-2026")


@pytest.fixture
def slip(desk):
    """A sale whose sheet lies at the tax office, with the clerks of the demo."""
    seed_people(desk)
    return at_the_tax_office(desk, SALE, "register_transfer")


def of(desk, office):
    return [each.error for each in list_faults(desk, clerk(desk, office))]


def test_a_notice_for_an_unknown_slip_waits_at_the_desk_of_its_sender(desk, slip):
    del slip
    say(desk, "DAT-NO-SUCH", "issue_notice", NOTICE)
    process_inbox(desk)

    tax = visitor_of(desk, "thue").opens("/can-bo/su-co")
    assert "Không có hồ sơ mang mã này." in tax.text
    assert "DAT-NO-SUCH" in tax.text
    assert "4.500.000\u00a0đ" in tax.text
    assert "DAT-NO-SUCH" not in visitor_of(desk, "datdai").opens("/can-bo/su-co").text
    everything = visitor_of(desk, "quantri").opens("/can-bo/su-co").text
    assert "DAT-NO-SUCH" in everything
    assert "4.500.000" not in everything, "an administrator sees faults, not matters"


def test_what_waits_for_a_person_is_seen_on_days_for_which_no_law_is_known(desk, desks):
    say(desk, "DAT-NO-SUCH", "issue_notice", NOTICE)
    desks.hour.later(days=400)
    (row,) = list_faults(desk, ADMINISTRATOR)
    assert [said for _, said in row.told] == ["DAT-NO-SUCH"]


def test_a_notice_that_came_before_its_slip_is_taken_when_somebody_tries_again(
    desk, slip
):
    _, _, child = slip
    renamed = text('UPDATE "case" SET code = :new WHERE code = :old')
    with desk.database.transaction() as uow:
        uow.cases.connection.execute(renamed, {"new": "NOT-YET", "old": child})
    say(desk, child, "take_up", TAKEN)
    tax = clerk(desk, "tax")
    (fault,) = list_faults(desk, tax)
    assert retry(desk, tax, fault.id) is False
    with desk.database.transaction() as uow:
        uow.cases.connection.execute(renamed, {"new": child, "old": "NOT-YET"})

    page = visitor_of(desk, "thue").opens("/can-bo/su-co")
    page.sends("/can-bo/su-co/thu-lai", id=fault.id)
    assert "Đã cho thử lại" in page.text
    process_inbox(desk)
    assert row_of(desk, child).instance["configuration"] == ["assessing"]
    assert list_faults(desk, tax) == ()


def test_a_notice_out_of_order_moves_nothing_and_says_why(desk, slip):
    _, _, child = slip
    before = row_of(desk, child)
    say(desk, child, "issue_notice", NOTICE)
    process_inbox(desk)

    after = row_of(desk, child)
    assert (after.version, after.faults) == (before.version, 1)
    page = visitor_of(desk, "thue").opens("/can-bo/su-co")
    assert "Ban hành thông báo" in page.text
    assert "Hồ sơ lúc này không chờ việc này" in page.text
    assert child in page.text
    assert "EventNotExpected" not in page.text


def test_a_notice_that_contradicts_itself_is_not_taken(desk, slip):
    _, _, child = slip
    say(desk, child, "take_up", TAKEN)
    process_inbox(desk)
    say(desk, child, "issue_notice", NOTICE | {"pit.due": True}, name="message-2")
    process_inbox(desk)

    (said,) = of(desk, "tax")
    assert said.startswith("Thuế thu nhập cá nhân: ghi là phải nộp")
    say(desk, child, "issue_notice", NOTICE, name="message-3")
    process_inbox(desk)
    run_until_idle(desk)
    assert row_of(desk, child).status == 6


def test_an_office_without_a_part_in_the_case_cannot_sign_it(desk, slip):
    _, case, _ = slip
    raw = json.dumps(
        {
            "id": "message-9",
            "case": case,
            "event": "sign_certificate",
            "sent_at": desk.now().isoformat(),
        }
    ).encode()
    hear(desk, "notary", raw)
    process_inbox(desk)

    assert of(desk, "land-branch") == [
        "Cơ quan gửi tin không có phần việc nào trong hồ sơ này."
    ]


def test_a_fault_is_laid_aside_only_with_a_reason_that_stays(desk, slip):
    _, _, child = slip
    say(desk, child, "issue_notice", NOTICE)
    process_inbox(desk)
    (fault,) = list_faults(desk, clerk(desk, "tax"))
    page = visitor_of(desk, "thue").opens("/can-bo/su-co")

    page.sends("/can-bo/su-co/bo-qua", id=fault.id, ly_do="   ")
    assert page.status == 422
    assert "Ghi vì sao bỏ qua" in page.text
    page.sends("/can-bo/su-co/bo-qua", id=fault.id, ly_do="x" * 400)
    assert page.status == 422
    assert "x" * 400 in page.text
    page.sends("/can-bo/su-co/bo-qua", id=fault.id, ly_do="Gửi nhầm hồ sơ")
    assert "Đã bỏ qua" in page.text
    page.opens("/can-bo/su-co")
    assert "Không có việc nào cần người xem." in page.text
    assert "Gửi nhầm hồ sơ" in page.text
    assert row_of(desk, child).faults == 0
    (act,) = faults_page(desk, clerk(desk, "tax")).acts
    assert act.error.startswith("EventNotExpectedError")


def test_two_clerks_at_one_fault_settle_it_once(desk, slip):
    _, _, child = slip
    say(desk, child, "issue_notice", NOTICE)
    process_inbox(desk)
    tax = clerk(desk, "tax")
    (fault,) = list_faults(desk, tax)
    other = visitor_of(desk, "thue").opens("/can-bo/su-co")

    assert dismiss(desk, tax, fault.id, "Đã gọi điện") is True
    other.sends("/can-bo/su-co/thu-lai", id=fault.id)
    assert "đã có người xử lý việc này trước đó" in other.text
    assert row_of(desk, child).faults == 0
    assert len(faults_page(desk, tax).acts) == 1


def test_an_office_settles_only_what_is_its_own(desk, slip):
    _, _, child = slip
    say(desk, child, "issue_notice", NOTICE)
    process_inbox(desk)
    (fault,) = list_faults(desk, clerk(desk, "tax"))
    land = visitor_of(desk, "datdai").opens("/can-bo")

    assert land.sends("/can-bo/su-co/thu-lai", id=fault.id).status == 403
    land.opens("/can-bo")
    refused = land.sends("/can-bo/su-co/bo-qua", id=fault.id, ly_do="không phải")
    assert refused.status == 403
    assert row_of(desk, child).faults == 1


def test_a_long_list_of_faults_goes_on_on_the_next_page(desk, slip):
    del slip
    for number in range(53):
        say(desk, "DAT-NO-SUCH", "issue_notice", NOTICE, name=f"message-{number:02d}")
    first = faults_page(desk, clerk(desk, "tax"))
    rest = faults_page(desk, clerk(desk, "tax"), first.next_cursor)

    assert (len(first.rows), len(rest.rows), rest.next_cursor) == (50, 3, None)
    assert not {row.id for row in first.rows} & {row.id for row in rest.rows}


@pytest.mark.parametrize("cursor", ["gestern", "2026-11-25T09:00:00|x", "|"])
def test_a_cursor_that_is_none_is_refused_plainly(desk, slip, cursor):
    del slip
    page = visitor_of(desk, "thue").opens(f"/can-bo/su-co?tiep={cursor}")
    assert page.status == 422
