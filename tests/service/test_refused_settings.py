"""Outside the demo nothing starts with what everybody knows; the machine lets in."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from service.auth.sessions import open_matter, read_session, sign_in
from service.cli import main
from service.errors import InputError
from service.settings import Settings
from service.usecases.operation.check_setup import check_setup, refuse_made_up
from service.usecases.playing.demo import seed_people
from tests.factories import a_matter
from tests.service.test_sign_in import PASSWORD, an_account

RANDOM = "9fK2xQm7Lr4Zt0Vb8Ny3Wc6Hd1Jg5Ps" * 2


def real(**changes):
    told = {
        "environment": "production",
        "secret_key": RANDOM,
        "base_url": "https://dat.example",
        "secure_cookies": True,
    }
    return Settings(**told | changes)


@pytest.mark.parametrize(("changes", "named"), [
    ({"secret_key": None}, "DAT_SECRET_KEY"),
    ({"secret_key": "s" * 64}, "DAT_SECRET_KEY"),
    ({"secret_key": f"change-me-{RANDOM}"}, "DAT_SECRET_KEY"),
    ({"office_secrets": {"tax": "short"}}, "DAT_OFFICE_SECRETS of tax"),
    ({"office_secrets": {"tax": f"{RANDOM} example-{RANDOM}"}}, "DAT_OFFICE_SECRETS"),
    ({"base_url": "http://dat.example"}, "DAT_BASE_URL"),
    ({"secure_cookies": False}, "DAT_SECURE_COOKIES"),
    ({"second_factor": "nobody"}, "DAT_SECOND_FACTOR"),
    ({"log_level": "DEBUG"}, "DAT_LOG_LEVEL"),
    ({"gateways": {"tax": "http://tax.example"}}, "DAT_GATEWAYS"),
])  # fmt: skip
def test_what_is_weak_or_an_example_is_refused_by_its_name(changes, named):
    assert real().second_factor_of == "everybody"
    with pytest.raises(ValidationError, match=named):
        real(**changes)


def test_everything_that_keeps_an_installation_from_starting_is_told_at_once():
    with pytest.raises(ValidationError) as refused:
        real(secret_key="short", second_factor="nobody", base_url="http://dat.example")
    told = str(refused.value)
    for name in ("DAT_SECRET_KEY", "DAT_SECOND_FACTOR", "DAT_BASE_URL"):
        assert name in told


def test_what_the_law_asks_holds_outside_the_demo_without_a_setting():
    settings, demo = real(), Settings(environment="demo")
    kinds = ("clerk", "helper", "administrator")
    assert all(settings.needs_second(kind) for kind in kinds)
    assert not any(demo.needs_second(kind) for kind in kinds)
    assert (settings.lock_after_days, demo.lock_after_days) == (45, None)
    assert settings.days_of_password("administrator") == 60
    assert settings.days_of_password("clerk") is None


def test_a_wrong_setting_is_said_without_a_traceback(capsys, monkeypatch):
    monkeypatch.setenv("DAT_ENVIRONMENT", "production")
    assert main(["check-config"]) == 2
    said = capsys.readouterr().err
    assert "DAT_SECRET_KEY" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_accounts_of_the_demo_keep_an_installation_from_starting(desks):
    desk = desks.make()
    seed_people(desk)
    refuse_made_up(desk)
    settings = desk.settings.model_copy(update={"environment": "production"})
    installed = replace(desk, settings=settings)
    with pytest.raises(InputError, match="ai cũng biết"):
        refuse_made_up(installed)
    told = [
        each.text for each in check_setup(installed) if each.rule == "demo_password"
    ]
    assert len(told) > 5
    with desk.database.transaction() as uow:
        for row in uow.people.accounts_after("66", "", None, 100):
            uow.people.change_account(row.id, disabled_at=desk.now())
    refuse_made_up(installed)


@pytest.mark.parametrize("arguments", [["demo"], ["serve", "--demo"]])
def test_made_up_people_are_never_put_among_real_ones(
    capsys, monkeypatch, tmp_path, arguments
):
    told = {
        "ENVIRONMENT": "production", "SECRET_KEY": RANDOM, "SECURE_COOKIES": "true",
        "BASE_URL": "https://dat.example", "DATA_DIR": str(tmp_path),
    }  # fmt: skip
    for name, value in told.items():
        monkeypatch.setenv(f"DAT_{name}", value)
    assert main(arguments) == 2
    assert "chỉ nạp ở bản thử nghiệm" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.sqlite"))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_first_administrator_comes_from_the_machine_and_back_in_too(
    desks, capsys, monkeypatch
):
    desk = desks.make()
    monkeypatch.setenv("DAT_DATA_DIR", str(desk.settings.data_dir))

    def told(*arguments):
        assert main(["account", *arguments]) == 0
        said = capsys.readouterr().out
        return said.partition("lần này: ")[2].split()[0]

    first = told("new", "chinh", "--person", "Nguyễn Thị Chính")
    assert sign_in(desk, "chinh", first).step == "password"
    with desk.database.transaction() as uow:
        row = uow.people.account_by_name("chinh")
        uow.people.change_account(row.id, disabled_at=desk.now())
    again = told("open", "chinh")
    assert first != again
    assert sign_in(desk, "chinh", again).step == "password"
    assert main(["account", "open", "nobody"]) == 2


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_session_is_ended_from_the_machine(desks, capsys, monkeypatch):
    desk = desks.make()
    monkeypatch.setenv("DAT_DATA_DIR", str(desk.settings.data_dir))
    opened, _ = a_matter(desk)
    an_account(desk)
    tokens = [
        open_matter(desk, opened.code, opened.pin).token,
        sign_in(desk, "lan", PASSWORD).token,
    ]
    assert main(["account", "sign-out-all"]) == 0
    assert "Đã kết thúc 2 phiên" in capsys.readouterr().out
    assert [read_session(desk, token) for token in tokens] == [None, None]
    assert main(["account", "open"]) == 2
    with desk.database.reading() as uow:
        (line, *_) = uow.administration.log("66", None, 1)
    assert (line.what, line.subject) == ("account.signed_out", "mọi người")
