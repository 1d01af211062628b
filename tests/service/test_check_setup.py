"""What an installation lacks: offices, communes, people, settings."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from integrations.messaging.accounts import Accounts
from service.auth.accounts import NewAccount, add_account
from service.persistence.operation import BackupRow
from service.usecases.administration.admin_offices import seed_communes
from service.usecases.operation import machine
from service.usecases.operation.check_setup import check_setup, is_line_safe
from service.usecases.outside.connections import mode_of
from service.usecases.playing.demo import seed_offices
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
    assert "audit_head_outside" in rules(replace(desk, settings=settings))
    settings = settings.model_copy(
        update={"audit_head_hour": -1, "audit_head_to": "thanh-tra@example.vn"}
    )
    lacking = rules(replace(desk, settings=settings))
    assert {"audit_head", "audit_head_mail"} <= lacking
    assert "audit_head_outside" not in lacking


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


LACKING = [
    ("backup", {"backup_hour": -1}, "DAT_BACKUP_HOUR"),
    ("backup_age", {}, "dat backup"),
    ("second_copy", {}, "DAT_BACKUP_COPY_DIR"),
    ("metrics_token", {}, "DAT_METRICS_TOKEN"),
    ("idle_accounts", {"idle_account_days": 0}, "DAT_IDLE_ACCOUNT_DAYS"),
    ("log_keep", {}, "Chưa ghi nhật ký máy được giữ bao lâu"),
    ("log_keep", {"log_keep_days": 31}, "ít nhất 93 ngày"),
    ("log_keep", {"log_keep_days": 93, "system_level": 5}, "ít nhất 366 ngày"),
    ("ring_place", {"key_file": "b/keys.json", "backup_dir": "b"}, "DAT_KEY_FILE"),
    ("ring_place", {"key_file": "c/x/k", "backup_copy_dir": "c"}, "Chuyển tệp khóa"),
    ("disk", {"least_free_megabytes": 10**9}, "thêm đĩa"),
    (
        "database_line",
        {"database_url": "postgresql://dat:x@db.example/dat"},
        "sslmode=verify-full",
    ),
    (
        "database_line",
        {"database_url": "postgresql://dat:x@db.example/dat?sslmode=require"},
        "sslmode=verify-full",
    ),
]
WELL = {
    "backup_copy_dir": "c",
    "metrics_token": SecretStr("x" * 40),
    "log_keep_days": 93,
    "key_file": "apart/keys.json",
    "backup_dir": "b",
    "database_url": "postgresql://dat:x@db.example/dat?sslmode=verify-full",
}
PATHS = ("backup_copy_dir", "key_file", "backup_dir")


def installed(desk, tmp_path, changes):
    """Return the desk of an installation with these settings."""
    told = {
        name: tmp_path / value if name in PATHS else value
        for name, value in changes.items()
    }
    told = {"environment": "production"} | told
    return replace(desk, settings=desk.settings.model_copy(update=told))


@pytest.fixture
def _machine_is_well(monkeypatch):
    monkeypatch.setattr(
        "service.usecases.operation.machine.clock_is_kept", lambda: True
    )
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)


@pytest.mark.usefixtures("_machine_is_well")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_each_thing_that_is_missing_is_told_with_what_to_do(desks, tmp_path):
    desk = desks.make()
    for rule, changes, what in LACKING:
        told = [
            each.text
            for each in check_setup(installed(desk, tmp_path, changes))
            if each.rule == rule
        ]
        assert len(told) == 1, (rule, changes)
        assert what in told[0], told
        assert told[0].endswith((".", ")"))
    with desk.database.transaction() as uow:
        made = BackupRow("66", "day-1", desk.now(), desk.now(), "dat-1", 5)
        uow.operation.begin_backup(made)
    left = rules(installed(desk, tmp_path, WELL))
    assert left & {rule for rule, _, _ in LACKING} == set()
    desks.hour.later(hours=27)
    late = check_setup(installed(desk, tmp_path, WELL))
    (told,) = (e.text for e in late if e.rule == "backup_age")
    assert "hơn một ngày" in told
    assert "dat backup" in told


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_clock_that_nobody_sets_is_told(desks, tmp_path, monkeypatch):
    desk = installed(desks.make(), tmp_path, {})
    for kept, told in ((False, True), (True, False), (None, False)):
        monkeypatch.setattr(
            "service.usecases.operation.machine.clock_is_kept", lambda kept=kept: kept
        )
        assert ("clock" in rules(desk)) == told
    monkeypatch.undo()
    assert machine.clock_is_kept() in {True, False, None}


@pytest.mark.usefixtures("_machine_is_well")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_proxy_that_may_be_anybody_is_told(desks, tmp_path, monkeypatch):
    desk = installed(desks.make(), tmp_path, {})
    for named, told in (
        ("", False), ("127.0.0.1", False), ("172.16.0.0/12,10.0.0.1", False),
        ("*", True), ("10.0.0.1, *", True), ("0.0.0.0/0", True),
    ):  # fmt: skip
        monkeypatch.setenv("FORWARDED_ALLOW_IPS", named)
        assert ("proxy" in rules(desk)) == told, named


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("sqlite:////var/lib/dat/dat.sqlite", True),
        ("postgresql://dat:x@localhost/dat", True),
        ("postgresql://dat:x@/dat?host=/run/postgresql", True),
        ("postgresql://dat:x@database/dat", True),
        ("postgresql://dat:x@db.example/dat?sslmode=verify-ca", True),
        ("postgresql://dat:x@db.example/dat?sslmode=prefer", False),
        ("postgresql://dat:x@/dat?host=db.example", False),
        ("postgresql://dat:x@db.example/dat", False),
    ],
)
def test_a_database_elsewhere_without_encryption_is_told(address, safe):
    assert is_line_safe(address) == safe


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_texts_by_an_agreement_are_connected_though_one_way_is_silent(desks, tmp_path):
    zalo = {"app_id": "1", "app_secret": "a", "refresh_token": "b"}
    told = {"messaging": Accounts.model_validate({"zalo": zalo})}
    desk = desks.make()
    assert mode_of(installed(desk, tmp_path, {}), "messaging") == "paper"
    assert mode_of(installed(desk, tmp_path, told), "messaging") == "live"
    assert mode_of(desk, "messaging") == "twin"
