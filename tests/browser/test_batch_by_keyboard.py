"""Fifty dossiers are received at once, with the keyboard alone."""

import pytest
from sqlalchemy import update

from service.persistence.tables.queues import outbox
from service.usecases.worklist.list_work import Wish, worklist
from tests.browser.people import in_line
from tests.factories import clerk, filed

pytestmark = pytest.mark.browser

MANY = 50
_WORDS = """() => {
    const it = document.activeElement;
    return (it.labels?.[0] ?? it).innerText;
}"""


def tabs_to(person, words: str, most: int = 60) -> None:
    """Go from field to field until the one with these words has the focus."""
    for _ in range(most):
        person.page.keyboard.press("Tab")
        if in_line(person.page.evaluate(_WORDS)).startswith(words):
            return
    pytest.fail(f"{words!r} is not within {most} tabs: {person.words[:400]}")


def enters(person) -> None:
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")
    person.looks()


@pytest.fixture
def full_desk(town):
    """Many dossiers that wait at the notary; nobody prints their receipts."""
    with town.alone() as desk:
        while worklist(desk, clerk(desk, "notary"), Wish("office")).office.new < MANY:
            filed(desk)
        yield desk
        with desk.database.transaction() as uow:
            uow.cases.connection.execute(
                update(outbox)
                .where(outbox.c.done_at.is_(None))
                .values(done_at=desk.now())
            )


def test_a_batch_of_fifty_needs_no_mouse_and_tells_what_became_of_each(town, full_desk):
    person = town.clerk("congchung").opens("/can-bo?loc=cho-nhan")
    tabs_to(person, "Chọn cả trang")
    enters(person)
    tabs_to(person, "Làm chung một việc (đã chọn 50)")
    enters(person)
    person.sees("Làm chung một việc cho 50 hồ sơ")
    tabs_to(person, "Tiếp nhận, in giấy hẹn")
    enters(person)
    tabs_to(person, "Tiếp nhận, in giấy hẹn cho các hồ sơ đã chọn")
    enters(person)
    person.sees("50 hồ sơ đã làm xong.")
    assert person.page.get_by_text("✓ đã làm").count() == MANY
    left = worklist(full_desk, clerk(full_desk, "notary"), Wish("office"))
    assert left.office.new == 0
    shortcuts_move_between_rows_until_they_are_switched_off(person)


def shortcuts_move_between_rows_until_they_are_switched_off(person) -> None:
    person.opens("/can-bo?ai=ca-co-quan")
    rows = person.page.locator("#ho-so tbody tr")
    for key in "jjx":
        person.page.keyboard.press(key)
    assert rows.nth(1).locator(":checked").count() == 1
    person.page.keyboard.press("/")
    person.page.keyboard.type("xjx")
    assert person.page.locator("#q").input_value() == "xjx"
    assert rows.locator(":checked").count() == 1
    person.page.get_by_role("button", name="Tắt phím tắt").click()
    rows.nth(0).locator("input").focus()
    person.page.keyboard.press("x")
    assert rows.locator(":checked").count() == 1
    person.opens("/can-bo?ai=ca-co-quan")
    person.page.keyboard.press("j")
    assert rows.locator(":focus").count() == 0
    person.page.get_by_role("button", name="Bật phím tắt").click()
    with person.page.expect_navigation():
        for key in "jo":
            person.page.keyboard.press(key)
    assert person.path.startswith("/can-bo/ho-so/")
