"""A real service on a loopback port, and a real Chromium for whoever visits it."""

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from service.main import create_app
from service.persistence.database import connect, upgrade
from service.usecases.demo import SeededAccount, seed
from service.usecases.desk import Desk
from tests.browser.people import DESKTOP, PHONE, Person
from tests.conftest import Desks, Hour

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@dataclass
class Town:
    """The service with its clock, and everybody who visits it in a browser."""

    address: str
    desk: Desk
    hour: Hour
    accounts: dict[str, SeededAccount]
    browser: Browser
    visitors: list[Person]

    def somebody(self, size=PHONE, *, script: bool = True) -> Person:
        """Return a person with a fresh browser, on a phone unless told otherwise."""
        context = self.browser.new_context(
            viewport=size, locale="vi-VN", java_script_enabled=script
        )
        person = Person(context, self.address)
        self.visitors.append(person)
        return person

    def clerk(self, name: str, size=DESKTOP) -> Person:
        """Return a clerk of the demo who has just signed in at the desk."""
        person = self.somebody(size)
        self.sign_in(person, name)
        return person

    def sign_in(self, person: Person, name: str) -> None:
        """Sign a person in by the name and the password of the demo."""
        person.opens("/dang-nhap")
        person.types("Tên đăng nhập", name)
        person.types("Mật khẩu", self.accounts[name].password)
        person.presses("Đăng nhập")

    def everybody_leaves(self) -> list[str]:
        """Close every browser; return what was wrong with the pages they saw."""
        complaints = [each for person in self.visitors for each in person.complaints]
        for person in self.visitors:
            person.context.close()
        self.visitors.clear()
        return complaints


def chromium() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        where = "this runner" if os.environ.get("CI") else "this machine"
        pytest.fail(f"No Chromium on {where}: install one of {', '.join(BROWSERS)}.")
    return found


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """Serve a desk with its worker on a free port until the block ends."""
    app = create_app(desk, with_worker=True)
    config = uvicorn.Config(app, log_level="warning", ws="none")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture(scope="module")
def whole_town(tmp_path_factory):
    """Everything that a module shares: one database, one service, one browser."""
    folder = tmp_path_factory.mktemp("town")
    database = connect(f"sqlite:///{folder / 'dat.sqlite'}")
    upgrade(database)
    desks = Desks(database, folder)
    desk = desks.make(worker_seconds=0.2)
    accounts = {account.name: account for account in seed(desk)}
    with sync_playwright() as playwright, served(desk) as address:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield Town(address, desk, desks.hour, accounts, browser, [])
        browser.close()
    database.dispose()


@pytest.fixture
def town(whole_town):
    """The shared service; no page that anybody sees in the test may be broken."""
    yield whole_town
    assert whole_town.everybody_leaves() == []
