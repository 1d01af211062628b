"""What takes two people: one proposes, a superior of the same office decides."""

from dataclasses import replace

import pytest

from service.auth.sessions import actor_of, citizen_of
from service.errors import (
    AlreadyDecidedError,
    AlreadyProposedError,
    BadRequestError,
    NotAllowedError,
    StaleVersionError,
)
from service.persistence.administration import DelegationRow
from service.persistence.rows import AccountRow
from service.usecases.cases.approvals import (
    confirm,
    count_to_confirm,
    proposal_view,
    send_back,
    take_back,
    waiting,
)
from service.usecases.cases.case_page import case_view
from service.usecases.cases.decide import raise_event
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.matter.submit_dossier import submit
from service.usecases.playing.demo import superior_of
from tests.factories import PROVINCE, act, clerk, filed, finish, row_of
from workflows.errors import FactsMissingError

WHY = {"refusal.reason": "Người ký hợp đồng không có tên trên Giấy chứng nhận"}
LETTER = {"letter.number": "17/HDHS", "letter.day": "2026-11-25"}
ITEMS = {"supplement.items": "Bản sao giấy khai sinh", "supplement.reason": "Mờ"}


@pytest.fixture
def code(desk):
    """Return the code of a gift whose transfer the land office is checking."""
    return checked(desk)


def checked(desk):
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    act(desk, clerk(desk, "one-stop"), case, "accept")
    return case


def superior(desk, office="land-branch"):
    return superior_of(desk, PROVINCE, f"{office}-{PROVINCE}")


def refuse(desk, code, actor=None, **more):
    return raise_event(
        desk,
        actor or clerk(desk, "land-branch"),
        code,
        "conditions_not_met",
        facts=WHY,
        **more,
    )


def last_move(desk, code):
    row = row_of(desk, code)
    with desk.database.reading() as uow:
        return uow.cases.last_move(PROVINCE, row.id)


def test_a_refusal_waits_for_a_superior_and_carries_both_names(desk, code):
    before = row_of(desk, code)
    proposed = refuse(desk, code)
    assert proposed.proposal
    assert row_of(desk, code) == before
    boss, first = superior(desk), clerk(desk, "land-branch")
    (row,) = waiting(desk, boss)
    assert (row.case_code, row.proposed_name, row.to_confirm) == (
        code,
        first.name,
        True,
    )
    assert (count_to_confirm(desk, boss), count_to_confirm(desk, first)) == (1, 0)
    view = proposal_view(desk, boss, proposed.proposal)
    assert dict(view.facts) == {"Lý do từ chối": WHY["refusal.reason"]}
    done = confirm(desk, boss, proposed.proposal)
    assert done.is_over
    body = last_move(desk, code).body
    assert (body["actor"], body["second"]) == (first.name, boss.name)
    assert (body["actor_id"], body["second_id"]) == (first.account_id, boss.account_id)
    assert waiting(desk, boss) == ()
    assert verify_audit(desk).findings == ()


def test_nobody_confirms_what_he_proposed_himself(desk, code):
    boss = superior(desk)
    proposed = refuse(desk, code, boss)
    with pytest.raises(NotAllowedError):
        confirm(desk, boss, proposed.proposal)
    with pytest.raises(NotAllowedError):
        send_back(desk, boss, proposed.proposal, "Chưa đủ căn cứ")
    assert row_of(desk, code).ended_at is None
    (row,) = waiting(desk, boss)
    assert (row.mine, row.to_confirm) == (True, False)


@pytest.mark.parametrize(
    "who",
    ["a clerk who leads nobody", "a superior of another office", "the citizen"],
)
def test_only_a_superior_of_the_same_office_confirms(desk, code, who):
    proposed = refuse(desk, code)
    actor = {
        "a clerk who leads nobody": replace(
            clerk(desk, "land-branch"), account_id="another"
        ),
        "a superior of another office": superior(desk, "one-stop"),
        "the citizen": citizen_of(PROVINCE, row_of(desk, code).matter_id),
    }[who]
    with pytest.raises(NotAllowedError):
        confirm(desk, actor, proposed.proposal)
    assert row_of(desk, code).ended_at is None


@pytest.mark.parametrize("proposed_by", ["a colleague", "whose place he takes"])
def test_a_delegate_confirms_in_the_place_of_his_superior_with_both_names(
    desk, code, proposed_by
):
    boss = account(desk, "boss", ["handle", "lead"])
    deputy = account(desk, "deputy", ["handle"])
    with desk.database.transaction() as uow:
        uow.administration.add_delegation(
            DelegationRow(
                PROVINCE, "paper", boss.office_id, boss.account_id, deputy.account_id,
                desk.today(), desk.today(), "12/GUQ", desk.today(),
            )
        )  # fmt: skip
    if proposed_by == "whose place he takes":
        proposed = refuse(desk, code, boss)
        with pytest.raises(NotAllowedError):
            confirm(desk, deputy, proposed.proposal)
        return
    proposed = refuse(desk, code)
    assert count_to_confirm(desk, deputy) == 1
    assert confirm(desk, deputy, proposed.proposal).is_over
    body = last_move(desk, code).body
    assert (body["second"], body["second_for"]) == (deputy.name, boss.name)


def account(desk, name, duties):
    """Store an account of the land office and return who acts by it."""
    office = clerk(desk, "land-branch").office_id
    row = AccountRow(
        PROVINCE, name, name, "", f"Anh {name}", "clerk", office, None, None, duties
    )
    with desk.database.transaction() as uow:
        uow.people.add_account(row)
        return actor_of(uow, row)


def test_it_is_sent_back_with_a_reason_that_the_first_one_reads(desk, code):
    boss, first = superior(desk), clerk(desk, "land-branch")
    proposed = refuse(desk, code)
    with pytest.raises(BadRequestError) as refused:
        send_back(desk, boss, proposed.proposal, "  ")
    assert [each.key for each in refused.value.problems] == ["ly-do"]
    assert send_back(desk, boss, proposed.proposal, "Hợp đồng có phụ lục") == code
    returned = case_view(desk, first, code).returned
    assert (returned.reason, returned.decided_name) == (
        "Hợp đồng có phụ lục",
        boss.name,
    )
    with pytest.raises(AlreadyDecidedError):
        confirm(desk, boss, proposed.proposal)
    assert refuse(desk, code).proposal not in {None, proposed.proposal}


def test_a_proposal_dies_when_the_case_moves_on(desk, code):
    proposed = refuse(desk, code)
    act(desk, clerk(desk, "land-branch"), code, "conditions_met")
    boss = superior(desk)
    with pytest.raises(StaleVersionError):
        confirm(desk, boss, proposed.proposal)
    assert waiting(desk, boss) == ()
    assert count_to_confirm(desk, boss) == 0
    view = proposal_view(desk, boss, proposed.proposal)
    assert (view.state, view.to_confirm) == ("dead", False)


def test_one_proposal_waits_on_a_case_and_who_made_it_may_take_it_back(desk, code):
    first = clerk(desk, "land-branch")
    proposed = refuse(desk, code)
    with pytest.raises(AlreadyProposedError) as known:
        refuse(desk, code)
    assert known.value.by == first.name
    with pytest.raises(NotAllowedError):
        take_back(desk, superior(desk), proposed.proposal)
    take_back(desk, first, proposed.proposal)
    assert take_back(desk, first, proposed.proposal) == code
    assert refuse(desk, code).proposal


def test_a_repeated_click_proposes_once_and_confirms_once(desk, code):
    first = refuse(desk, code, idempotency_key="key-1")
    again = refuse(desk, code, idempotency_key="key-1")
    assert (again.proposal, again.repeated) == (first.proposal, True)
    boss = superior(desk)
    done = confirm(desk, boss, first.proposal)
    once_more = confirm(desk, boss, first.proposal)
    assert (once_more.version, once_more.repeated) == (done.version, True)


def test_what_lacks_a_reason_is_not_even_proposed(desk, code):
    land = clerk(desk, "land-branch")
    with pytest.raises(FactsMissingError):
        raise_event(desk, land, code, "conditions_not_met")
    assert waiting(desk, superior(desk)) == ()


def test_the_first_supplement_is_the_clerks_own_the_second_takes_a_superior(desk, code):
    land, boss = clerk(desk, "land-branch"), superior(desk)
    ask = {"facts": ITEMS | LETTER}
    first = raise_event(desk, land, code, "request_supplement", **ask)
    assert first.proposal is None
    act(desk, clerk(desk, "one-stop"), code, "supply")
    with pytest.raises(FactsMissingError) as missing:
        raise_event(desk, land, code, "request_supplement", **ask)
    assert missing.value.missing == ("supplement.second_reason",)
    why = {"supplement.second_reason": "Giấy nộp lần một bị tẩy xóa"}
    second = raise_event(
        desk, land, code, "request_supplement", facts=ITEMS | LETTER | why
    )
    view = proposal_view(desk, boss, second.proposal)
    assert "tính quá hạn" in view.warn.text
    confirm(desk, boss, second.proposal)
    assert row_of(desk, code).stop_reason == "supplement"


def test_a_pause_without_a_dated_letter_is_not_saved(desk, code):
    land = clerk(desk, "land-branch")
    with pytest.raises(FactsMissingError) as missing:
        raise_event(desk, land, code, "request_supplement", facts=ITEMS)
    assert missing.value.missing == ("letter.day", "letter.number")
    tomorrow = LETTER | {"letter.day": "2026-11-26"}
    with pytest.raises(BadRequestError):
        raise_event(desk, land, code, "request_supplement", facts=ITEMS | tomorrow)
    raise_event(desk, land, code, "request_supplement", facts=ITEMS | LETTER)
    stopped = case_view(desk, land, code).clock.rows[-1]
    assert stopped.letter == "17/HDHS ngày 25/11/2026"
