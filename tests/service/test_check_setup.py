"""What an installation lacks: offices, communes, people, settings."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from integrations.messaging.accounts import Accounts
from service.auth.accounts import NewAccount, add_account
from service.usecases.admin_offices import seed_communes
from service.usecases.check_setup import check_setup
from service.usecases.demo import seed_offices
from tests.service.test_sign_in import ADMIN, PASSWORD, an_account


def rules(desk):
    return {each.rule for each in check_setup(desk)}


def test_an_empty_installation_lacks_an_administrator_and_every_office(desk):
    assert rules(desk) == {"administrator", "office"}


def test_an_office_without_people_or_without_a_superior_is_told(desk):
    seed_offices(desk, "66")
    an_account(desk, "chinh", "administrator")
    assert rules(desk) == {"clerk"}
    with desk.database.reading() as uow:
        offices = uow.people.offices("66")
    for office in offices:
        an_account(desk, f"a.{office.id}", "clerk", office.id)
    assert rules(desk) == {"lead"}
    for office in offices:
        new = NewAccount(f"b.{office.id}", PASSWORD, "B", "clerk", office.id, ["lead"])
        add_account(desk, ADMIN, new, f"b-{office.id}")
    assert check_setup(desk) == ()


def test_communes_that_no_office_serves_are_counted(desk):
    with desk.database.transaction() as uow:
        assert uow.people.offices("66") == ()
    seed_communes(desk, ADMIN, "one_stop")
    told = [each.text for each in check_setup(desk) if each.rule == "territory"]
    assert told == []
    with desk.database.transaction() as uow:
        gone = uow.people.office("66", "one_stop-24133")
        uow.people.put_office(replace(gone, closed_at=desk.now()))
    told = [each.text for each in check_setup(desk) if each.rule == "territory"]
    assert len(told) == 1
    assert "Còn 1 xã, phường" in told[0]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_real_installation_lacks_what_was_not_set(desks):
    desk = desks.make()
    settings = desk.settings.model_copy(
        update={"environment": "production", "secret_key": SecretStr("x" * 40)}
    )
    assert {"keeper", "seal", "gateway"} <= rules(replace(desk, settings=settings))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_texts_and_the_portal_are_told_apart_from_the_gateways(desks):
    desk = desks.make()
    zalo = {"app_id": "1", "app_secret": "a", "refresh_token": "b"}
    approved = zalo | {"templates": {"paid": {"id": "1"}}}
    settings = desk.settings.model_copy(
        update={
            "environment": "production",
            "gateways": {"portal": "https://portal.example"},
            "messaging": Accounts.model_validate({"zalo": approved}),
        }
    )
    lacks = check_setup(replace(desk, settings=settings))
    told = {each.rule: each.text for each in lacks}
    assert "portal" in told
    assert "messaging" not in told
    assert "DAT_MESSAGING__ZALO__TEMPLATES" in told["template"]
    whole = approved | {"templates": {"*": {"id": "1"}}}
    settings = settings.model_copy(
        update={"messaging": Accounts.model_validate({"zalo": whole})}
    )
    assert "template" not in rules(replace(desk, settings=settings))
