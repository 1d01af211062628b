"""A move happens once, whole, by whoever may, on the version that he saw."""

import threading

import pytest

from service.auth.actors import anonymous
from service.auth.sessions import citizen_of
from service.errors import (
    BadRequestError,
    NotAllowedError,
    RepeatedKeyError,
    SignInRequiredError,
    StaleVersionError,
)
from service.usecases.cases.case_page import case_view
from service.usecases.cases.decide import raise_event, undo
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.matter.drafts import read_draft, save_draft
from service.usecases.matter.submit_dossier import submit
from service.usecases.outside.working import run_until_idle
from service.usecases.worklist.list_work import worklist
from tests.factories import a_helper, act, clerk, filed, finish, row_of
from workflows.errors import (
    ConditionNotMetError,
    EventNotExpectedError,
    FactsMissingError,
    RoleNotAllowedError,
)

SIGNED = {"contract.number": "12/2026", "contract.place": "Buôn Ma Thuột"}
LATER = "2026-11-26"


def test_of_clerks_at_once_one_moves_the_case_and_the_others_learn_who_did(desks):
    desk = desks.make()
    matter = filed(desk)
    notary = clerk(desk, "notary")
    version = row_of(desk, matter.case).version
    ready = threading.Barrier(4)
    outcomes = []

    def decide():
        ready.wait()
        try:
            outcomes.append(
                raise_event(
                    desk, notary, matter.case, "accept", expected_version=version
                )
            )
        except StaleVersionError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=decide) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [each for each in outcomes if isinstance(each, StaleVersionError)]
    assert len(outcomes) == 4
    assert len(refused) == 3
    assert {error.by for error in refused} == {notary.name}
    assert all(error.event_label and error.version == version + 1 for error in refused)
    assert row_of(desk, matter.case).version == version + 1


def test_the_same_request_twice_gives_the_same_answer_and_one_move(desk):
    matter = filed(desk)
    notary = clerk(desk, "notary")
    first = raise_event(desk, notary, matter.case, "accept", idempotency_key="key-1")
    again = raise_event(desk, notary, matter.case, "accept", idempotency_key="key-1")
    assert (again.version, again.labels) == (first.version, first.labels)
    assert again.repeated
    assert not first.repeated
    with pytest.raises(RepeatedKeyError):
        raise_event(desk, notary, matter.case, "sign", idempotency_key="key-1")


@pytest.mark.parametrize("office", ["tax", "land-branch", "one-stop"])
def test_a_clerk_of_an_office_without_a_role_changes_nothing(desk, office):
    matter = filed(desk)
    before = row_of(desk, matter.case)
    with pytest.raises(NotAllowedError):
        raise_event(desk, clerk(desk, office), matter.case, "accept")
    with pytest.raises(NotAllowedError):
        case_view(desk, clerk(desk, office), matter.case)
    assert row_of(desk, matter.case) == before


def test_a_citizen_may_not_do_what_an_office_does(desk):
    matter = filed(desk)
    before = row_of(desk, matter.case)
    with pytest.raises((RoleNotAllowedError, EventNotExpectedError)):
        raise_event(desk, matter.citizen, matter.case, "accept")
    assert row_of(desk, matter.case) == before


def test_nobody_reaches_the_case_of_somebody_else(desk):
    matter = filed(desk)
    with pytest.raises(NotAllowedError):
        case_view(desk, citizen_of("66", "another matter"), matter.case)
    with pytest.raises(SignInRequiredError):
        case_view(desk, anonymous("66"), matter.case)


def test_an_event_that_the_chart_does_not_expect_leaves_no_trace(desk):
    matter = filed(desk)
    before = row_of(desk, matter.case)
    with pytest.raises(EventNotExpectedError):
        raise_event(desk, clerk(desk, "notary"), matter.case, "sign")
    with desk.database.reading() as uow:
        assert len(uow.cases.moves("66", before.id)) == before.version
    assert row_of(desk, matter.case) == before


def test_facts_of_an_action_are_checked_all_at_once_and_kept_with_their_source(desk):
    matter = filed(desk)
    notary = clerk(desk, "notary")
    act(desk, notary, matter.case, "accept")
    act(desk, notary, matter.case, "ready_to_sign")
    with pytest.raises(FactsMissingError):
        act(desk, notary, matter.case, "sign", facts={})
    with pytest.raises(BadRequestError) as refused:
        act(
            desk, notary, matter.case, "sign",
            facts={"contract.date": "no day", "nonsense": "1"},
        )  # fmt: skip
    assert {problem.key for problem in refused.value.problems} == {
        "contract.date",
        "nonsense",
    }
    with pytest.raises(BadRequestError) as refused:
        act(desk, notary, matter.case, "sign", facts=SIGNED | {"contract.date": LATER})
    assert refused.value.problems[0].text == (
        "Ngày công chứng, chứng thực: 26/11/2026 chưa tới, hôm nay là 25/11/2026. "
        "Việc đã làm thì ghi ngày hôm nay hoặc trước đó."
    )
    act(desk, notary, matter.case, "sign")
    facts = {fact.key: fact for fact in case_view(desk, notary, matter.case).facts}
    assert facts["contract.number"].said_by == notary.name
    assert facts["contract.number"].source == notary.office_id


def test_a_slip_is_taken_back_while_its_effects_have_not_left(desk, desks):
    matter = filed(desk)
    notary = clerk(desk, "notary")
    before = row_of(desk, matter.case)
    run_until_idle(desk)
    act(desk, notary, matter.case, "return_at_counter")
    undo(desk, notary, matter.case)
    after = row_of(desk, matter.case)
    assert after.instance == before.instance
    assert after.version == before.version + 2
    assert verify_audit(desk).ok

    act(desk, notary, matter.case, "return_at_counter")
    desks.hour.later(minutes=2)
    run_until_idle(desk)
    with pytest.raises(ConditionNotMetError):
        undo(desk, notary, matter.case)


def test_what_was_typed_is_there_again_for_the_same_person_alone(desk):
    matter = filed(desk)
    helper = a_helper(desk, matter.citizen, matter.code, ["fill"])
    key = "contract.price"
    save_draft(desk, matter.citizen, matter.code, key, {"dap": "12"})
    save_draft(desk, matter.citizen, matter.code, key, {"dap": "13"})
    assert read_draft(desk, matter.citizen, matter.code, key) == {"dap": "13"}
    assert read_draft(desk, helper, matter.code, key) == {}
    with pytest.raises(NotAllowedError):
        read_draft(desk, clerk(desk, "notary"), matter.code, key)


def test_the_worklist_holds_the_cases_of_the_office_in_pages_by_due_day(desk):
    cases = [filed(desk).case for _ in range(3)]
    notary = clerk(desk, "notary")
    raise_event(desk, notary, cases[2], "accept")
    first = worklist(desk, notary, limit=2)
    second = worklist(desk, notary, limit=2, cursor=first.next_cursor)
    seen = [row.case_code for row in (*first.rows, *second.rows)]
    assert seen[0] == cases[2]
    assert sorted(seen) == sorted(cases)
    assert second.next_cursor is None
    assert first.office.all == 3
    assert first.rows[0].days_left == first.rows[0].days_allowed
    assert worklist(desk, clerk(desk, "tax")).rows == ()
    with pytest.raises(NotAllowedError):
        worklist(desk, filed(desk).citizen)


def test_whoever_looks_at_a_case_is_written_down_for_the_citizen(desk):
    matter = filed(desk)
    notary = clerk(desk, "notary")
    case_view(desk, notary, matter.case)
    with desk.database.reading() as uow:
        rows = uow.people.accesses("66", row_of(desk, matter.case).matter_id)
    assert [(row.who, row.office_id) for row in rows] == [
        (notary.name, notary.office_id)
    ]


def test_an_action_with_several_lines_is_offered_once(desk):
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    act(desk, clerk(desk, "one-stop"), case, "accept")
    offers = case_view(desk, clerk(desk, "land-branch"), case).offers
    events = [offer.event for offer in offers]
    assert len(events) == len(set(events))
    stop = next(offer for offer in offers if offer.event == "stop_by_law")
    fields = {field.key: field for field in stop.fields}
    assert not fields["stop.ground"].optional
    assert fields["refusal.reason"].optional
