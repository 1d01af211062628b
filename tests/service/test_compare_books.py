"""The books of offices are compared with ours: each difference is mended or shown."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from integrations.errors import OfficeUnavailableError
from integrations.messages import Kept, OfficeMessage, Statement, Voucher
from integrations.payment.sandbox import PaymentSandbox
from integrations.tax.gateway import connect
from service.usecases.cases.pay import payment_page
from service.usecases.outside.compare_books import compare, compare_due
from service.usecases.outside.faults import dismiss, faults_page, list_faults
from service.usecases.outside.paper_out import paper_sent, papers_to_send
from service.usecases.outside.receive import process_inbox
from service.usecases.outside.working import run_until_idle
from tests.factories import ADMINISTRATOR, clerk, row_of
from tests.service.test_linked_cases import SALE, at_the_tax_office, say

TAKEN = {
    "exemption.claimed": True,
    "debt.requested": False,
    "sheet.asks_levy": False,
    "sheet.incomplete_for_tax": False,
}


@pytest.fixture
def sheet(desk, desks):
    """A gift whose sheet the tax office has had for hours; the code of its case."""
    desks.hour.later(days=1)
    _, _, child = at_the_tax_office(desk)
    desks.hour.later(hours=3)
    return child


def effect(desk, child):
    with desk.database.reading() as uow:
        return uow.queues.out_by_id("66", f"{row_of(desk, child).id}-send-00")


def books(desk, office="tax", **counts):
    """Compare, and again: the second time nothing is left to do."""
    found = compare(desk, office, "a test")
    assert found.error is None
    assert found.counts == counts
    run_until_idle(desk)
    assert compare(desk, office, "a test").counts == {}
    return found


def test_books_that_agree_are_left_as_they_are(desk, sheet):
    say(desk, sheet, "take_up", TAKEN)
    said = OfficeMessage(
        id="message-1", case=sheet, event="take_up", facts=TAKEN, sent_at=desk.now()
    )
    desk.ports.tax.twin.say(said)
    run_until_idle(desk)
    before = row_of(desk, sheet)
    books(desk)
    assert row_of(desk, sheet) == before


def test_what_the_office_said_and_never_came_is_taken_in_and_applied(desk, sheet):
    said = OfficeMessage(
        id="message-1", case=sheet, event="take_up", facts=TAKEN, sent_at=desk.now()
    )
    desk.ports.tax.twin.say(said)
    desk.ports.tax.collect()  # lost on the way

    books(desk, taken_in=1)
    assert row_of(desk, sheet).instance["configuration"] != ["received"]
    assert row_of(desk, sheet).version == 2
    assert row_of(desk, sheet).faults == 0


def test_what_the_office_never_had_is_sent_again_as_it_was(desk, sheet):
    twin = desk.ports.tax.twin
    (sent,) = twin.seen.values()
    key = effect(desk, sheet).id
    twin.seen.clear()
    twin.kept.clear()

    books(desk, sent_again=1)
    assert twin.seen == {key: sent}
    assert effect(desk, sheet).done_at is not None


def test_what_the_office_has_needs_no_person_any_more(desk, sheet):
    row = effect(desk, sheet)
    with desk.database.transaction() as uow:
        uow.queues.change_out(row, done_at=None, failed_at=desk.now(), error="silent")
        uow.cases.count_fault("66", row.case_id, 1)

    books(desk, settled=1)
    assert effect(desk, sheet).done_at is not None
    assert row_of(desk, sheet).faults == 0
    assert list_faults(desk, clerk(desk, "tax")) == ()


def test_two_versions_of_one_message_are_shown_to_a_person_once(desk, sheet):
    twin = desk.ports.tax.twin
    key = effect(desk, sheet).id
    twin.kept[key] = twin.kept[key].model_copy(update={"sha256": "0" * 64})

    books(desk, different=1)
    assert row_of(desk, sheet).faults == 1
    (fault,) = list_faults(desk, clerk(desk, "tax"))
    assert fault.what == "Sổ hai bên không khớp"
    assert fault.error.startswith("Tin cơ quan đã nhận khác")
    dismiss(desk, clerk(desk, "tax"), fault.id, "Đã gọi hỏi")
    books(desk)
    assert row_of(desk, sheet).faults == 0


def test_what_the_office_has_and_we_never_sent_is_shown_to_a_person(desk, sheet):
    del sheet
    stranger = Kept(key="a-stranger", sha256="0" * 64, at=desk.now())
    desk.ports.tax.twin.kept[stranger.key] = stranger
    books(desk, different=1)
    (fault,) = faults_page(desk, ADMINISTRATOR).rows
    assert fault.error.endswith("không có trong sổ gửi đi.")


def test_what_the_office_says_it_never_said_is_shown_to_a_person(desk, desks, sheet):
    say(desk, sheet, "take_up", TAKEN)
    process_inbox(desk)
    desks.hour.later(minutes=1)
    books(desk, different=1)
    (fault,) = list_faults(desk, clerk(desk, "tax"))
    assert fault.error.endswith("mà cơ quan nói không gửi.")


def test_a_message_that_says_one_thing_here_and_another_there_is_shown(desk, sheet):
    say(desk, sheet, "take_up", TAKEN)
    process_inbox(desk)
    other = OfficeMessage(
        id="message-1", case=sheet, event="take_up",
        facts=TAKEN | {"debt.requested": True}, sent_at=desk.now(),
    )  # fmt: skip
    desk.ports.tax.twin.say(other)
    desk.ports.tax.collect()
    books(desk, different=1)
    assert row_of(desk, sheet).version == 2


def test_a_voucher_that_the_page_does_not_know_is_shown_to_a_person(desks, monkeypatch):
    monkeypatch.setattr(
        PaymentSandbox,
        "statement",
        lambda self, since: self.twin.statement(since),
        raising=False,
    )
    desk = desks.make(mode="auto")
    desks.hour.later(days=1)
    _, _, child = at_the_tax_office(desk, SALE, "register_transfer")
    run_until_idle(desk)
    line, *_ = payment_page(desk, clerk(desk, "tax"), child).rows
    pays = json.dumps(
        {
            "id": "payment-0001", "kind": "payment", "case": child,
            "line": line.line, "amount": line.left, "voucher": "GNT-1",
            "sent_at": desk.now().isoformat(),
        }
    )  # fmt: skip
    desk.ports.payment.twin.say(OfficeMessage.model_validate_json(pays))
    run_until_idle(desk)
    desks.hour.later(hours=2)
    desk.ports.payment.twin.said.clear()
    found = compare(desk, "payment", "a test")
    assert found.counts == {"different": 2}, "the message, and the money"
    errors = {each.error for each in list_faults(desk, clerk(desk, "tax"))}
    assert any("bên thu nói không có" in each for each in errors)


def test_what_went_on_paper_is_not_sent_again_once_the_office_is_connected(desk, desks):
    desks.hour.later(days=1)
    unconnected = replace(desk, ports=replace(desk.ports, tax=connect(None)))
    at_the_tax_office(unconnected)
    run_until_idle(unconnected)
    land = clerk(desk, "land-branch")
    (paper,) = papers_to_send(desk, land)
    paper_sent(desk, land, paper.id, {"so": "12/PCTT", "ngay": "25/11/2026"})
    desks.hour.later(hours=3)
    books(desk)
    assert not desk.ports.tax.twin.seen


def test_a_voucher_that_was_not_paid_yet_is_not_missing_in_the_case(desk):
    pending = Voucher(number="GNT-2", amount=5, paid_at=desk.now(), status="pending")
    desk.ports.payment.tell(pending)
    run_until_idle(desk)
    assert compare(desk, "payment", "a test").counts == {}


def test_an_office_that_does_not_answer_is_asked_again_in_an_hour(desks, monkeypatch):
    connected = desks.make(gateways={"tax": "http://127.0.0.1:9"})
    asked = []

    def statement(_self, since):
        asked.append(since)
        if len(asked) == 1:
            raise OfficeUnavailableError("tax", "away")
        return Statement()

    monkeypatch.setattr(type(connected.ports.tax), "statement", statement)
    assert not compare_due(connected), "the first day it is only noted"
    desks.hour.later(hours=24)
    assert compare_due(connected)
    assert not compare_due(connected)
    assert not compare_due(desks.make(gateways={"tax": "http://127.0.0.1:9"}))
    desks.hour.later(hours=1)
    assert compare_due(connected)
    desks.hour.later(hours=15)  # 1:00 in Vietnam
    assert not compare_due(connected)
    desks.hour.later(hours=1)
    assert compare_due(connected)
    with connected.database.reading() as uow:
        runs = uow.exchanges.comparisons("66", "tax", 10)
    assert [run.error for run in runs] == [None, None, "away"]
    assert len(asked) == 3
    assert runs[0].since == runs[0].began_at - timedelta(days=14)


class KilledError(BaseException):
    """The process ends here."""


def test_a_comparison_that_was_killed_in_the_middle_does_not_skip_its_day(
    desks, monkeypatch
):
    connected = desks.make(gateways={"tax": "http://127.0.0.1:9"})
    asked = []

    def statement(_self, since):
        asked.append(since)
        if len(asked) == 1:
            raise KilledError
        return Statement()

    monkeypatch.setattr(type(connected.ports.tax), "statement", statement)
    compare_due(connected)
    desks.hour.later(hours=24)
    with pytest.raises(KilledError):
        compare_due(connected)
    assert not compare_due(connected), "another process may still be at it"
    desks.hour.later(hours=1)
    assert compare_due(connected)
    assert not compare_due(connected)
    desks.hour.later(hours=15)  # 1:00 in Vietnam
    assert not compare_due(connected)
    assert len(asked) == 2


def test_a_comparison_does_not_take_a_row_for_lost_that_is_still_on_its_way(desk):
    desk.ports.tax.twin.faults.fail = 10**6
    at_the_tax_office(desk)
    with desk.database.transaction() as uow:
        uow.cases.connection.execute(text("UPDATE office_line SET opened_at = NULL"))
    assert compare(desk, "tax", "a test").counts == {}
