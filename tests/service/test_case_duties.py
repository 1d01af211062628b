"""What somebody does in his office decides which steps of a case are his."""

from dataclasses import replace

import pytest

from service.auth.accounts import NewAccount, add_account
from service.errors import OtherDutyError
from service.usecases.administration.delegating import Wanted, delegate
from service.usecases.cases.case_duties import duties, lent_to
from service.usecases.cases.case_page import case_view
from service.usecases.cases.decide import raise_event
from service.usecases.playing.rehearsal_moves import way_to_end
from tests.factories import act, clerk, file_of, filed, finish, row_of
from tests.service.test_office_acts import NEW_CERTIFICATE, drafted
from tests.service.test_sign_in import ADMIN, PASSWORD


@pytest.fixture
def to_sign(desk):
    """Return a deed at the notary that waits for the signing."""
    gift = filed(desk)
    for _ in range(8):
        file = file_of(desk, gift.case)
        if way_to_end(file, desk.now())[0].event == "sign":
            return gift.case
        finish(desk, gift.citizen, gift.case, most=1)
    raise AssertionError("the deed never comes to be signed")


def who_only(desk, *told):
    return replace(clerk(desk, "notary"), duties=frozenset(told))


def offer(desk, actor, case, event):
    found = case_view(desk, actor, case).offers
    return next(each for each in found if each.event == event)


def test_who_does_not_sign_reads_who_does_and_moves_nothing(desk, to_sign):
    handler = who_only(desk, "handle")
    shown = offer(desk, handler, to_sign, "sign")
    before = row_of(desk, to_sign)

    assert not shown.available
    assert shown.why_not == "Việc này do người ký kết quả làm."
    with pytest.raises(OtherDutyError):
        act(desk, handler, to_sign, "sign")
    assert row_of(desk, to_sign) == before


@pytest.mark.parametrize("told", [("sign",), ("handle", "sign"), ()])
def test_who_signs_and_who_has_no_duties_told_may_sign(desk, to_sign, told):
    assert offer(desk, who_only(desk, *told), to_sign, "sign").available
    assert act(desk, who_only(desk, *told), to_sign, "sign").handled == "moved"


def test_who_only_signs_leaves_the_handling_to_others(desk):
    gift = filed(desk)
    signer = who_only(desk, "sign")

    assert not any(each.available for each in case_view(desk, signer, gift.case).offers)
    with pytest.raises(OtherDutyError):
        raise_event(desk, signer, gift.case, "decline", facts={})


def test_the_counter_receives_and_does_not_handle():
    assert duties().of("accept", {"receiving_office"}) == {"receive"}
    assert duties().of("conditions_met", {"handling_office"}) == {"handle"}
    assert duties().of("accept", {"receiving_office", "handling_office"}) == {
        "receive",
        "handle",
    }


def test_who_stands_in_signs_with_both_names(desk):
    case = drafted(desk)
    add_account(
        desk, ADMIN,
        NewAccount("ky", PASSWORD, "Ông Mẫu Ký", "clerk", "land-branch-66", ("sign",)),
        "1",
    )  # fmt: skip
    taker = add_account(
        desk, ADMIN,
        NewAccount(
            "moi", PASSWORD, "Chị Mẫu Mới", "clerk", "land-branch-66", ("handle",)
        ),
        "2",
    )  # fmt: skip
    stands_in = replace(
        clerk(desk, "land-branch"),
        duties=frozenset({"handle"}),
        account_id=taker,
        name="Chị Mẫu Mới",
    )
    delegate(
        desk, ADMIN,
        Wanted(
            account_of(desk, "ky"), taker,
            "2026-11-25", "2026-11-27", "12/QĐ", "2026-11-24",
        ),
    )  # fmt: skip

    with desk.database.reading() as uow:
        assert lent_to(desk, uow, stands_in) == {"sign"}
    assert offer(desk, stands_in, case, "sign_certificate").available
    act(desk, stands_in, case, "sign_certificate", facts=NEW_CERTIFICATE)

    with desk.database.reading() as uow:
        row = uow.cases.by_code(case)
        body = uow.cases.last_move(row.tenant_id, row.id).body
    assert (body["actor"], body["on_behalf_of"]) == ("Chị Mẫu Mới", "Ông Mẫu Ký")


def account_of(desk, name):
    with desk.database.reading() as uow:
        return uow.people.account_by_name(name).id
