"""A lost number: a new one at the counter, and the card of a matter's code."""

from html import unescape

import pytest
from starlette.testclient import TestClient

from service.auth.actors import anonymous
from service.auth.sessions import open_matter, read_session
from service.errors import BadRequestError, NotAllowedError, SignInRefusedError
from service.main import create_app
from service.usecases.following.follow_access import Level, find, level_of, prove
from service.usecases.matter.new_number import new_number
from service.usecases.matter.read_matter import matter_view
from tests.factories import a_helper, a_matter, clerk, filed
from tests.service.test_interview import Visitor


def given(desk, who, code, once="k" * 20, **told):
    told = {"paper": "can-cuoc", "checked": True} | told
    return new_number(desk, who, code, once=once, **told)


def test_a_counter_that_saw_the_papers_gives_a_number_that_opens_the_matter(desk):
    opened, citizen = a_matter(desk)
    old = open_matter(desk, opened.code, opened.pin)

    made = given(desk, clerk(desk, "one-stop"), opened.code.lower())

    assert open_matter(desk, opened.code, made.pin).actor.matter_id == opened.matter_id
    assert read_session(desk, old.token) is None
    with pytest.raises(SignInRefusedError):
        open_matter(desk, opened.code, opened.pin)
    newest = matter_view(desk, citizen, opened.code).access[0]
    assert (newest.what, newest.office_id) == ("new_number", "one-stop-66")


def test_a_new_number_ends_what_the_old_one_opened_for_following(desk):
    sale = filed(desk)
    held = prove(desk, sale.case, sale.pin)
    given(desk, clerk(desk, "one-stop"), sale.code)

    with desk.database.reading() as uow:
        found = find(uow, sale.case)
    assert level_of(desk, anonymous("66"), found, held) is Level.CODE


def test_a_new_number_opens_though_the_old_one_was_guessed_at(desk):
    opened, _ = a_matter(desk)
    for _ in range(desk.settings.sign_in_tries):
        with pytest.raises(SignInRefusedError):
            open_matter(desk, opened.code, "guess")
    made = given(desk, clerk(desk, "one-stop"), opened.code)
    assert open_matter(desk, opened.code, made.pin)


def test_two_taps_give_one_number_and_are_recorded_once(desk):
    opened, citizen = a_matter(desk)
    who = clerk(desk, "one-stop")

    first, second = given(desk, who, opened.code), given(desk, who, opened.code)
    third = given(desk, who, opened.code, once="x" * 20)

    assert first == second != third
    looks = matter_view(desk, citizen, opened.code).access
    assert [each.what for each in looks].count("new_number") == 2


@pytest.mark.parametrize("office", ["notary", "tax", "land-branch"])
def test_an_office_without_that_counter_gives_none(desk, office):
    opened, _ = a_matter(desk)

    with pytest.raises(NotAllowedError):
        given(desk, clerk(desk, office), opened.code)


def test_neither_a_helper_nor_the_citizen_gives_a_number(desk):
    opened, citizen = a_matter(desk)
    for who in (citizen, a_helper(desk, citizen, opened.code, ["fill"])):
        with pytest.raises(NotAllowedError):
            given(desk, who, opened.code)


@pytest.mark.parametrize(
    ("told", "keys"),
    [
        ({"checked": False}, ["da-xem"]),
        ({"paper": ""}, ["giay"]),
        ({"paper": "the-dang", "checked": False}, ["giay", "da-xem"]),
    ],
)
def test_without_looking_at_the_papers_nothing_changes(desk, told, keys):
    opened, _ = a_matter(desk)

    with pytest.raises(BadRequestError) as refusal:
        given(desk, clerk(desk, "one-stop"), opened.code, **told)

    assert [each.key for each in refusal.value.problems] == keys
    assert open_matter(desk, opened.code, opened.pin)


def test_an_unknown_code_is_said_to_be_so(desk):
    a_matter(desk)

    with pytest.raises(BadRequestError) as refusal:
        given(desk, clerk(desk, "one-stop"), "DAT-00000")

    assert "Không có việc nào mang mã này" in str(refusal.value)


def test_the_card_shows_the_code_and_its_picture_carries_the_code_only(desk):
    opened, _ = a_matter(desk)
    page = Visitor(desk, opened.code, opened.pin).client.get(
        f"/ho-so/{opened.code}/the-ma"
    )

    assert opened.code in page.text
    assert opened.pin not in page.text
    assert "data:image/svg+xml" in page.text


def test_the_first_page_shows_code_and_number_on_a_card(desk):
    a_matter(desk)
    client = TestClient(create_app(desk), follow_redirects=False)
    token = client.get("/viec/give").text.partition('name="csrf" value="')[2][:64]
    page = unescape(client.post("/viec/give", data={"csrf": token}).text)

    assert "Thẻ mã việc" in page
    assert "DAT-" in page
