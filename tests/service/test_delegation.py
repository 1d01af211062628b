"""Who signs for whom: written down by an administrator, for some days."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.auth.accounts import NewAccount, add_account
from service.errors import BadRequestError, NotAllowedError
from service.usecases.administration.delegating import (
    Wanted,
    delegate,
    delegations,
    end_delegation,
    signers,
)
from service.usecases.cases.delegation import signs_for, standing_in
from service.usecases.playing.demo import seed_offices
from tests.factories import clerk
from tests.service.test_sign_in import ADMIN, PASSWORD

LEAD = "truong"
WANTED = Wanted(LEAD, "", "2026-11-26", "2026-11-27", "12/QĐ-VPĐK", "2026-11-24")


def an_account(desk, name, display, office, *duties):
    new = NewAccount(name, PASSWORD, display, "clerk", office, duties)
    return add_account(desk, ADMIN, new, name)


@pytest.fixture
def taker(desk):
    """A clerk of the land office who may not sign, and the one who leads there."""
    seed_offices(desk, "66")
    an_account(desk, LEAD, "Ông Mẫu Thành", "land-branch-66", "sign", "lead")
    an_account(desk, "thue", "Chị Mẫu Hà", "tax-66")
    return an_account(desk, "moi", "Chị Mẫu Mới", "land-branch-66", "handle")


def who_lets_sign(desk, account_id):
    with desk.database.reading() as uow:
        return signs_for(uow, "66", account_id, desk.now())


def problems(desk, wanted):
    with pytest.raises(BadRequestError) as refusal:
        delegate(desk, ADMIN, wanted)
    return {each.key for each in refusal.value.problems}


def test_a_delegate_signs_from_the_first_to_the_last_day_and_not_outside(
    desk, desks, taker
):
    delegate(desk, ADMIN, replace(WANTED, taker=taker))
    assert who_lets_sign(desk, taker) == ()

    desks.hour.later(days=1)
    [found] = who_lets_sign(desk, taker)
    assert (found.account_id, found.paper_number) == (LEAD, "12/QĐ-VPĐK")
    assert found.duties == {"sign", "lead"}
    assert who_lets_sign(desk, LEAD) == ()

    desks.hour.now = desks.hour.now.replace(hour=16) + timedelta(days=1)
    assert who_lets_sign(desk, taker), "the last day lasts until midnight in Vietnam"
    desks.hour.later(hours=1)
    assert who_lets_sign(desk, taker) == ()


def test_an_act_in_somebody_s_place_carries_both_names(desk, desks, taker):
    delegate(desk, ADMIN, replace(WANTED, taker=taker))
    desks.hour.later(days=1)
    actor = replace(clerk(desk, "land-branch"), account_id=taker, name="Chị Mẫu Mới")
    with desk.database.reading() as uow:
        acting, paper = standing_in(uow, actor, "sign", desk.now())
        assert standing_in(uow, actor, "receive", desk.now()) is None
        elsewhere = replace(actor, office_id="tax-66")
        assert standing_in(uow, elsewhere, "sign", desk.now()) is None
    assert (acting.name, acting.on_behalf_of) == ("Chị Mẫu Mới", "Ông Mẫu Thành")
    assert paper.paper_number == "12/QĐ-VPĐK"


def test_it_ends_when_an_administrator_ends_it(desk, desks, taker):
    id_ = delegate(desk, ADMIN, replace(WANTED, taker=taker))
    desks.hour.later(days=1)
    end_delegation(desk, ADMIN, id_)
    end_delegation(desk, ADMIN, id_)
    assert who_lets_sign(desk, taker) == ()
    assert delegations(desk, ADMIN) == ()
    with desk.database.reading() as uow:
        told = [(row.what, row.subject) for row in uow.administration.log("66")]
    assert told[:2] == [
        ("delegation.ended", "Ông Mẫu Thành → Chị Mẫu Mới"),
        ("delegation.added", "Ông Mẫu Thành → Chị Mẫu Mới"),
    ]


def test_one_form_sent_twice_stores_one_delegation(desk, taker):
    wanted, key = replace(WANTED, taker=taker), "ab" * 16
    assert delegate(desk, ADMIN, wanted, key) == delegate(desk, ADMIN, wanted, key)
    assert len(delegations(desk, ADMIN)) == 1
    assert problems(desk, wanted) == {"taker"}, "the same people, the same days"


def test_what_cannot_be_written_down_is_named_field_by_field(desk, taker):
    empty = Wanted("", "", "", "", "", "")
    assert problems(desk, empty) == {
        "giver", "taker", "from_day", "until_day", "paper_number", "paper_day",
    }  # fmt: skip
    good = replace(WANTED, taker=taker)
    assert problems(desk, replace(good, taker=LEAD)) == {"taker"}
    assert problems(desk, replace(good, taker="thue")) == {"taker"}
    assert problems(desk, replace(good, giver=taker)) == {"giver", "taker"}
    assert problems(desk, replace(good, until_day="2026-11-25")) == {"until_day"}
    assert problems(desk, replace(good, paper_day="2026-11-27")) == {"paper_day"}


def test_only_administrators_decide_who_signs(desk, taker):
    with pytest.raises(NotAllowedError):
        delegate(desk, clerk(desk, "land-branch"), replace(WANTED, taker=taker))
    gives = {each.id: each.gives for each in signers(desk, ADMIN, "land-branch-66")}
    assert gives[LEAD]
    assert not gives[taker]


@pytest.mark.parametrize(
    "action", ["UPDATE admin_log SET who = 'x'", "DELETE FROM admin_log"]
)
def test_the_database_keeps_every_line_of_the_log(desk, taker, action):
    with (
        pytest.raises(DBAPIError, match="append-only"),
        desk.database.transaction() as uow,
    ):
        uow.cases.connection.execute(text(action))
