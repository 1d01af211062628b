"""Cases talk by messages: each counts once, a stranger's not at all."""

import json

import pytest

from integrations import webhooks
from service.persistence.audit import chained
from service.usecases.cases.casefile import edition_of
from service.usecases.cases.pay import record_payment
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.following.follow_access import Level
from service.usecases.following.follow_case import follow
from service.usecases.matter.submit_dossier import submit
from service.usecases.outside.faults import dismiss, list_faults, retry
from service.usecases.outside.receive import hear, process_inbox, receive_message
from service.usecases.outside.working import run_until_idle
from tests.factories import (
    GIFT,
    MORTGAGED_SALE,
    clerk,
    file_of,
    filed,
    finish,
    row_of,
)

SALE = MORTGAGED_SALE | {
    "answers": MORTGAGED_SALE["answers"] | {"mortgage.registered": False}
}


def at_the_tax_office(desk, situation=GIFT, step="register_gift"):
    """Bring a matter to where the land office has sent its sheet to the tax office."""
    matter = filed(desk, situation)
    finish(desk, matter.citizen, matter.case)
    case = submit(desk, matter.citizen, matter.code, step, idempotency_key=None)
    finish(desk, matter.citizen, case)
    parent = file_of(desk, case)
    with desk.database.reading() as uow:
        child = uow.cases.by_id("66", parent.children[0].child_id)
    return matter, case, child.code


def say(desk, code, event, facts=None, name="message-1"):
    raw = json.dumps(
        {
            "id": name,
            "case": code,
            "event": event,
            "facts": facts or {},
            "sent_at": desk.now().isoformat(),
        }
    ).encode()
    return hear(desk, "tax", raw)


def test_the_sheet_opens_one_linked_case_that_stops_the_clock(desk):
    _, case, child = at_the_tax_office(desk)
    run_until_idle(desk)
    assert len(file_of(desk, case).children) == 1
    assert row_of(desk, case).stop_reason == "tax_determination"
    assert row_of(desk, child).procedure == "assess_financial_obligation"
    assert row_of(desk, child).office_id == clerk(desk, "tax").office_id
    # The case of the land office stays on the list of the land office.
    assert row_of(desk, case).office_id == clerk(desk, "land-branch").office_id


def test_an_office_that_answers_twice_is_heard_once(desk):
    _, _, child = at_the_tax_office(desk)
    facts = {
        "exemption.claimed": True,
        "debt.requested": False,
        "sheet.asks_levy": False,
        "sheet.incomplete_for_tax": False,
    }
    first = say(desk, child, "take_up", facts)
    again = say(desk, child, "take_up", facts)
    process_inbox(desk)
    version = row_of(desk, child).version
    late = say(desk, child, "take_up", facts)
    process_inbox(desk)
    assert [each.outcome for each in (first, again, late)] == [
        "accepted",
        "duplicate",
        "duplicate",
    ]
    assert row_of(desk, child).version == version == 2
    assert list_faults(desk, clerk(desk, "tax")) == ()


@pytest.mark.parametrize("raw", [b"no json", b'{"id": "12345678"}', b"\xff\x00"])
def test_what_cannot_be_read_is_kept_for_a_person(desk, raw):
    received = hear(desk, "tax", raw)
    assert received.outcome == "quarantined"
    process_inbox(desk)
    clerk_of_tax = clerk(filed_desk(desk), "tax")
    (fault,) = list_faults(desk, clerk_of_tax)
    dismiss(desk, clerk_of_tax, fault.id, "called the office")
    assert list_faults(desk, clerk_of_tax) == ()


def filed_desk(desk):
    filed(desk)
    return desk


def test_a_message_with_a_wrong_signature_moves_nothing(desk):
    _, _, child = at_the_tax_office(desk)
    before = row_of(desk, child)
    raw = json.dumps({"id": "12345678", "case": child, "event": "take_up"}).encode()
    way, key = webhooks.FROM_OFFICE, b"not the key of the office"
    foreign = webhooks.sign(key, way, "1", desk.now(), raw)
    assert receive_message(desk, "tax", raw, {}).outcome == "quarantined"
    assert receive_message(desk, "tax", raw, foreign).outcome == "duplicate"
    process_inbox(desk)
    assert row_of(desk, child) == before


def test_a_message_that_the_case_does_not_take_is_a_fault_that_a_person_sees(desk):
    _, _, child = at_the_tax_office(desk)
    say(desk, child, "issue_notice")
    process_inbox(desk)
    assert row_of(desk, child).faults == 1
    (fault,) = list_faults(desk, clerk(desk, "tax"))
    assert fault.error.startswith("Hồ sơ lúc này không chờ việc này")
    assert "EventNotExpected" in fault.technical
    retry(desk, clerk(desk, "tax"), fault.id)
    process_inbox(desk)
    assert row_of(desk, child).faults == 1


def test_an_office_that_does_not_answer_is_asked_again_later(desk, desks):
    desk.ports.tax.twin.faults.fail = 2
    _, _, child = at_the_tax_office(desk)
    run_until_idle(desk)
    assert not desk.ports.tax.twin.seen
    for _ in range(4):
        desks.hour.later(minutes=5)
        run_until_idle(desk)
    assert len(desk.ports.tax.twin.seen) == 1
    assert row_of(desk, child).faults == 0


def test_an_office_that_stays_silent_past_the_horizon_needs_a_person(desk, desks):
    desk.ports.tax.twin.faults.fail = 10_000
    _, _, child = at_the_tax_office(desk)
    for _ in range(200):
        desks.hour.later(hours=2)
        run_until_idle(desk)
        if row_of(desk, child).faults:
            break
    assert row_of(desk, child).faults == 1
    faults = list_faults(desk, clerk(desk, "tax"))
    assert [fault.what for fault in faults] == ["Gửi phiếu chuyển cho cơ quan thuế"]
    desk.ports.tax.twin.faults.fail = 0
    retry(desk, clerk(desk, "tax"), faults[0].id)
    run_until_idle(desk)
    assert row_of(desk, child).faults == 0


def test_an_answer_that_was_lost_is_not_done_twice(desk, desks):
    desk.ports.tax.twin.faults.lose_answer = 3
    _, _, child = at_the_tax_office(desk)
    for _ in range(8):
        desks.hour.later(minutes=10)
        run_until_idle(desk)
    assert len(desk.ports.tax.twin.seen) == 1
    assert desk.ports.tax.twin.calls > 1
    assert row_of(desk, child).faults == 0


def test_money_goes_from_the_notice_to_the_voucher_and_frees_the_case(desks):
    desk = desks.make(mode="auto")
    matter, case, child = at_the_tax_office(desk, SALE, "register_transfer")
    run_until_idle(desk)
    assert row_of(desk, case).stop_reason == "citizen_payment"
    seen = follow(desk, matter.code, Level.PIN)
    money = next(view.money_view.rows for view in seen.cases if view.code == case)
    assert sum(row.left for row in money) > 0
    for number, row in enumerate(money):
        for _ in range(2):  # the same voucher twice
            record_payment(
                desk, clerk(desk, "tax"), child,
                line=row.line, amount=row.left, voucher=f"GNT-{number}",
            )  # fmt: skip
    run_until_idle(desk)
    assert row_of(desk, case).stop_reason is None
    after = follow(desk, matter.code, Level.PIN)
    paid = next(view.money_view.rows for view in after.cases if view.code == case)
    assert all(row.left == 0 and row.paid == row.amount for row in paid)


def test_the_end_of_the_parent_ends_the_linked_case_and_frees_the_next_step(desks):
    desk = desks.make(mode="auto")
    matter, case, child = at_the_tax_office(desk)
    finish(desk, matter.citizen, case)
    run_until_idle(desk)
    assert row_of(desk, case).outcome == "registered"
    assert row_of(desk, child).ended_at is not None
    with desk.database.reading() as uow:
        row = row_of(desk, matter.case)
        notes = uow.records.notifications("66", row.id)
        met = uow.matters.conditions("66", row.matter_id)
    assert "step_ready" in {note.template for note in notes}
    assert met["right.given"] is True
    assert met["certificate.in_hand"] is False


# --- the audit ------------------------------------------------------------------------


def test_every_case_is_where_its_history_leads(desks):
    desk = desks.make(mode="auto")
    matter, case, _ = at_the_tax_office(desk)
    finish(desk, matter.citizen, case)
    run_until_idle(desk)
    report = verify_audit(desk)
    assert report.findings == ()
    assert report.cases == 3
    assert report.moves > 15


TAMPERING = {
    "changed": "UPDATE case_move SET body = {forged} WHERE seq = 2",
    "missing": "DELETE FROM case_move WHERE seq = 2",
    "cut": "DELETE FROM case_move WHERE seq = (SELECT max(seq) FROM case_move)",
    "order": "UPDATE case_move SET prev_hash = 'x' WHERE seq = 3",
    "row": 'UPDATE "case" SET instance = {place}',
}


@pytest.mark.parametrize("kind", TAMPERING)
def test_tampering_with_history_is_found_and_named(desk, kind):
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    assert verify_audit(desk).ok
    # By another way than the program's, which may not.
    with desk.database.engine.connect() as connection, connection.begin():
        if desk.database.dialect == "sqlite":
            for action in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER case_move_no_{action}")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        forged, place = '{"kind": "event"}', '{"configuration": ["draft"]}'
        connection.exec_driver_sql(
            TAMPERING[kind].format(forged=f"'{forged}'", place=f"'{place}'")
        )
    (found,) = verify_audit(desk).findings
    assert found.kind == kind
    assert found.case_code == matter.case


def test_a_line_put_in_with_right_hashes_is_found_by_the_row_of_the_case(desk):
    matter = filed(desk)
    row = row_of(desk, matter.case)
    with desk.database.transaction() as uow:
        last = uow.cases.last_move("66", row.id)
        forged = last.body | {"actor": "somebody else"}
        uow.cases.add_move(
            type(last)(
                "66", row.id, last.seq + 1, last.at, forged, last.hash,
                chained(last.hash, row.id, last.seq + 1, forged),
            )
        )  # fmt: skip
    (found,) = verify_audit(desk).findings
    assert found.kind == "cut"


def test_a_case_keeps_the_law_that_it_was_received_under(desk):
    matter = filed(desk)
    digest = row_of(desk, matter.case).edition_digest
    desk.editions.clear()
    with desk.database.reading() as uow:
        stored = edition_of(desk, uow, digest)
    assert stored.digest == digest
    assert stored.procedure("notarize_contract")
