"""Every page of a matter's questions and people is for everybody."""

from itertools import count

import pytest

from tests.browser.english import left_in_vietnamese, reads_english
from tests.browser.people import Person
from tests.browser.quality import lacking
from tests.browser.scenes import BEGUN, NEW, Scene
from tests.browser.ways import as_citizen, at, code_and_number, question

pytestmark = pytest.mark.browser

# Each time another answer, for there is one matter for all of a module.
AREAS = count(300)


def one_more_person(scene: Scene) -> Person:
    return question("parties.transferor")(scene).presses("Thêm một người")


def refused_answer(scene: Scene) -> Person:
    person = question("land.area_m2")(scene)
    person.page.locator("#tra-loi").fill("rộng lắm")
    return person.presses("Tiếp tục")


def answered_twice(scene: Scene) -> Person:
    """Go to an older page of a question that was sent after a newer answer."""
    old = question("land.area_m2")(scene)
    fields = {**dict(old.form()), "tra-loi": f"{next(AREAS)}"}
    assert old.sends([*fields.items()]) == 303
    old.page.locator("#tra-loi").fill("1")
    return old.presses("Tiếp tục")


def older_address(scene: Scene) -> Person:
    person = question("party[hoa].address")(scene)
    person.page.locator("#tra-loi").fill("Buôn Kram, Ea Tiêu, Cư Kuin, Đắk Lắk")
    return person.presses("Tiếp tục")


def no_name(scene: Scene) -> Person:
    person = question("parties.receiver")(scene)
    person.page.locator("#ten-0").fill("")
    return person.presses("Tiếp tục")


def not_agreed(scene: Scene) -> Person:
    return keeps_the_first(as_citizen(NEW, "/ho-so/{code}/nguoi-da-giu")(scene))


def kept_with_number(scene: Scene) -> Person:
    page = as_citizen(NEW, "/ho-so/{code}/nguoi-da-giu")(scene)
    page.page.locator("label.opt input").first.check()
    return keeps_the_first(page)


def keeps_the_first(person: Person) -> Person:
    with person.page.expect_navigation():
        person.page.get_by_role("button", name="Giữ lại").first.click()
    return person.looks()


def taken_in_vain(scene: Scene) -> Person:
    page = as_citizen(NEW, "/ho-so/{code}/lay-nguoi/receiver")(scene)
    return page.types("Mã", "NG-1").presses("Lấy người này")


def opened_in_vain(scene: Scene) -> Person:
    return scene.anybody().opens("/nguoi-da-giu").types("Mã", "NG-1").presses("Xem")


CARD = "066180001234||H'Bia Niê|15031981|Nam|Ea Bhốk, Cư Kuin, Đắk Lắk|10052022"


def card(text: str):
    """Put a text into the page of somebody's identity card and go on."""

    def goes(scene: Scene) -> Person:
        code, _ = scene.ready
        person = scene.citizen(*scene.ready).opens(f"/ho-so/{code}/the/hoa")
        person.page.locator("#ma-qr").fill(text)
        return person.presses("Xem lại trước khi ghi")

    return goes


def card_without_a_choice(scene: Scene) -> Person:
    return card(CARD)(scene).presses("Ghi vào hồ sơ")


def answers_in_dispute(scene: Scene) -> Person:
    code, pin = scene.disputed
    return scene.citizen(code, pin).opens(f"/ho-so/{code}/kiem-tra")


PAGES = {
    "code and number": code_and_number,
    "matter just begun": as_citizen(BEGUN, "/ho-so/{code}"),
    "matter under way": as_citizen(NEW, "/ho-so/{code}"),
    "question, commune": question("commune"),
    "question, people": question("parties.transferor"),
    "question, one more person": one_more_person,
    "question, kinship": question("relationship[father,hoa]"),
    "question, choice": question("land.purpose"),
    "question, yes or no": question("certificate.in_hand"),
    "question, number": question("land.area_m2"),
    "question, money": question("land.table_price"),
    "question, day": question("certificate.issue_date"),
    "question, refused": refused_answer,
    "question, answered on another page": answered_twice,
    "question, an older address": older_address,
    "question, nobody named": no_name,
    "question, not known": question("land.area_m2/chua-ro"),
    "kept people": as_citizen(NEW, "/ho-so/{code}/nguoi-da-giu"),
    "kept people, not agreed": not_agreed,
    "kept people, kept": kept_with_number,
    "kept people, taken": as_citizen(NEW, "/ho-so/{code}/lay-nguoi/receiver"),
    "kept people, taken in vain": taken_in_vain,
    "kept person": at("/nguoi-da-giu"),
    "kept person, refused": opened_in_vain,
    "card of the code": as_citizen(NEW, "/ho-so/{code}/the-ma"),
    "question, on a card": question("party[hoa].person_id"),
    "card": as_citizen(NEW, "/ho-so/{code}/the/hoa"),
    "card, refused": card("066180001234"),
    "card, looked over": card(CARD),
    "card, without a choice": card_without_a_choice,
    "answers, two words": answers_in_dispute,
    "answers": as_citizen(NEW, "/ho-so/{code}/kiem-tra"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_questions_and_people_is_for_everybody(scene, town, name):
    person = PAGES[name](scene)
    assert list(lacking(person)) == []
    assert not reads_english(name) or left_in_vietnamese(scene, person) == []
