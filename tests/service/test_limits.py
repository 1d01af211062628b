"""Doors that cost much or can be guessed at open so often, for all processes."""

import math
import re
from dataclasses import replace

import pytest
from sqlalchemy import event

from service.auth.codes import ALPHABET, LENGTH, new_code
from service.auth.passwords import Passwords
from service.composition import Chance
from service.usecases.playing.demo import seed_offices
from service.web.watching import HEADER
from tests.factories import PASSWORD, a_matter, an_account
from tests.visitor import Visitor

# Each within its window: the settings, and what somebody does again and again.
MOST = 3
WRONG = "DAT-00000-00000-00000-0"


def signs_in(name):
    return lambda person, turn: person.signs_in(name.format(turn), "a wrong password")


def reads(path):
    return lambda person, turn: person.opens(path.format(turn))


def posts(path):
    return lambda person, _: person.posts_raw(path)


def fills(page, to=None, **fields):
    def fill(person, turn):
        typed = {key: value.format(turn) for key, value in fields.items()}
        return person.opens(page).sends(to or page, **typed)

    return fill


DOORS = {
    "sign-in to one account": ("sign_in_tries", signs_in("lan")),
    "sign-in from one address": ("sign_ins_of_client", signs_in("nguoi-{}")),
    "opening one matter": ("sign_in_tries", fills("/mo-lai", ma=WRONG, so="123456")),
    "opening matters from one address": (
        "opens_of_client", fills("/mo-lai", ma="DAT-{}", so="123456"),
    ),
    "the second factor of following": (
        "follow_tries_of_client",
        fills("/tra-cuu/dien-thoai", "/tra-cuu", ma="HS-{}", so="123456"),
    ),
    "codes that name nothing": ("misses_of_client", reads("/tra-cuu?ma=HS-{}")),
    "looking for a case": ("searches_of_person", reads("/can-bo/tim?q=mau{}")),
    "printing": ("prints_of_person", reads("/to-roi/khong-co.pdf")),
    "sending files": ("uploads_of_person", posts(f"/ho-so/{WRONG}/buoc/x/giay-to/y")),
    "messages of offices": ("callbacks_of_client", posts("/api/v1/callbacks/tax")),
}  # fmt: skip


class Somebody(Visitor):
    def posts_raw(self, path):
        """Send a form with one file that no page of ours made."""
        return self._took(self.client.post(path, files={"anh": ("a.jpg", b"x")}))


@pytest.mark.parametrize("door", DOORS)
def test_beyond_the_most_every_process_says_when_to_come_again(desks, door):
    setting, does = DOORS[door]
    processes = [desks.make(seed=seed, **{setting: MOST}) for seed in (1, 2)]
    seed_offices(processes[0], "66")
    an_account(processes[0], "an", "Chị An", "clerk", "one-stop")
    people = [Somebody(desk) for desk in processes]
    if setting == "searches_of_person":
        people = [person.signs_in("an", PASSWORD) for person in people]
    for turn in range(MOST):
        assert does(people[turn % 2], turn).status != 429
    for person in people:
        assert does(person, MOST).status == 429
        assert int(person.headers["retry-after"]) > 0


def test_a_flood_of_passwords_leaves_room_for_everybody_else(desks):
    desk = desks.make()
    full = Passwords(memory_kib=64, time_cost=1, at_once=0, waiting=0)
    person = Visitor(replace(desk, passwords=full)).signs_in("lan", PASSWORD)
    assert (person.status, person.headers["retry-after"]) == (429, "300")
    assert person.opens("/").status == 200


# --- what a guess tells ---------------------------------------------------------------


def statements(desk, act):
    """Return what the store was asked while somebody did this, without the values."""
    seen = []

    def count(*told):
        seen.append(told[2])

    event.listen(desk.database.engine, "before_cursor_execute", count)
    try:
        act()
    finally:
        event.remove(desk.database.engine, "before_cursor_execute", count)
    return seen


# What differs from answer to answer: what names it, and the token of its form.
NAMED = {HEADER, "content-length"}  # of the request, and how well it is packed
TOKEN = re.compile(r'value="[0-9a-f]{32,}"')


def refused(desk, person, code, number):
    """Return everything that a try at the door tells: answer, head, work."""
    person.opens("/mo-lai")
    asked = statements(desk, lambda: person.sends("/mo-lai", ma=code, so=number))
    head = {name: told for name, told in person.headers.items() if name not in NAMED}
    return person.status, head, TOKEN.sub("", person.text).replace(code, ""), asked


def test_a_code_that_is_right_and_one_that_is_not_get_the_same_answer_and_work(desk):
    opened, _ = a_matter(desk)
    wrong_pin = f"{(int(opened.pin) + 1) % 1_000_000:06d}"
    unknown = new_code(desk.ids, "DAT")
    malformed = unknown[:-1] + ALPHABET[ALPHABET.index(unknown[-1]) - 1]
    person = Visitor(desk)
    right, *wrong = (
        refused(desk, person, code, wrong_pin)
        for code in (opened.code, unknown, malformed)
    )
    assert right[0] == 401
    assert right[3]
    assert wrong == [right, right]


def test_who_mistypes_a_code_does_not_wait_because_others_mistyped_theirs(desk):
    for turn in range(desk.settings.sign_in_tries):
        Visitor(desk).opens("/mo-lai").sends("/mo-lai", ma=f"DAT-{turn}", so="123456")
    person = Visitor(desk).opens("/mo-lai").sends("/mo-lai", ma="DAT-", so="123456")
    assert person.status == 401


def test_a_name_that_is_known_and_one_that_is_not_get_the_same_answer_and_work(desk):
    seed_offices(desk, "66")
    an_account(desk, "an", "Chị An", "clerk", "one-stop")
    person, answers = Visitor(desk), []
    for name in ("an", "ai"):
        person.opens("/dang-nhap")
        fields = {"ten": name, "mat-khau": "a wrong password"}
        asked = statements(
            desk, lambda fields=fields: person.sends("/dang-nhap", **fields)
        )
        told = person.text.replace(f'value="{name}"', "").split('name="csrf"')[0]
        answers.append((person.status, asked, told))
    assert answers[0] == answers[1]


def test_a_code_has_more_than_64_random_bits_and_a_check_character():
    assert len(set(ALPHABET)) == 32
    assert LENGTH * math.log2(len(ALPHABET)) >= 64
    chance = Chance()
    codes = {new_code(chance, "DAT") for _ in range(100_000)}
    assert len(codes) == 100_000
    counts = dict.fromkeys(ALPHABET, 0)
    for code in codes:
        for char in code[4:].replace("-", "")[:LENGTH]:
            counts[char] += 1
    expected = 100_000 * LENGTH / len(ALPHABET)
    squares = sum((seen - expected) ** 2 / expected for seen in counts.values())
    # 31 degrees of freedom: chance alone exceeds this once in more than 10**12 runs.
    assert squares < 140
