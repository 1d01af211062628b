"""The service with its clock, and everybody who visits it in a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser

from service.usecases.desk import Desk
from service.usecases.outside.working import run_until_idle
from service.usecases.playing.demo import SeededAccount
from service.worker import Worker
from tests.browser.people import DESKTOP, PHONE, Person
from tests.conftest import Hour
from tests.factories import PASSWORD, an_account


@dataclass
class Town:
    """One running service; its visitors leave at the end of each test."""

    address: str
    desk: Desk
    hour: Hour
    accounts: dict[str, SeededAccount]
    browser: Browser
    visitors: list[Person] = field(default_factory=list)
    worker: Worker = field(init=False)

    def __post_init__(self) -> None:
        self.worker = Worker(self.desk)

    @contextmanager
    def alone(self) -> Iterator[Desk]:
        """Lend the desk without its worker, with everything done that was due.

        Whoever brings a case on by its use cases would otherwise meet it half done.
        """
        self.worker.stop()
        run_until_idle(self.desk)
        try:
            yield self.desk
        finally:
            self.worker = Worker(self.desk)
            self.worker.start()

    def somebody(self, size=PHONE, *, script=True, stays=False) -> Person:
        """Return a person with a fresh browser, on a phone unless told otherwise."""
        context = self.browser.new_context(
            viewport=size, locale="vi-VN", java_script_enabled=script
        )
        person = Person(context, self.address)
        if not stays:
            self.visitors.append(person)
        return person

    def clerk(self, name: str, size=DESKTOP) -> Person:
        """Return a clerk of the demo who has just signed in at the desk."""
        person = self.somebody(size)
        self.sign_in(person, name)
        return person

    def colleague(self, name: str, display: str, office: str) -> Person:
        """Return one more clerk of an office, who has just signed in."""
        an_account(self.desk, name, display, "clerk", office)
        return self.clerk(name)

    @property
    def password(self) -> str:
        """Return the password that everybody in the demo has."""
        return self.accounts["congchung"].password

    def sign_in(self, person: Person, name: str) -> None:
        """Sign a person in by name: with the demo's password, or that of tests."""
        password = self.password if name in self.accounts else PASSWORD
        person.opens("/dang-nhap")
        person.types("Tên đăng nhập", name).types("Mật khẩu", password)
        person.presses("Đăng nhập")

    def everybody_leaves(self) -> list[str]:
        """Close every browser; return what was wrong with the pages they saw."""
        complaints = [each for person in self.visitors for each in person.complaints]
        for person in self.visitors:
            person.context.close()
        self.visitors.clear()
        return complaints
