"""Questions taken to where there is no coverage, and answers that come back once."""

import json
import re
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some
from starlette.testclient import TestClient

from service.auth.sessions import sign_in
from service.errors import BadRequestError, NotAllowedError
from service.main import create_app
from service.usecases.helpers.give_consent import end_consent
from service.usecases.helpers.offline_answers import NotedAnswer, receive_answers
from service.usecases.helpers.offline_pack import (
    SHAPES,
    question_sheet,
    read_ticket,
    seal_ticket,
    take_pack,
)
from service.usecases.matter.answer_question import answer, decide
from service.usecases.matter.read_matter import matter_view
from service.usecases.papers.read_form import read_disputes
from service.web.desks import SESSION
from tests.factories import GIFT, PASSWORD, a_helper, a_matter
from workflows.answers import Expected, parse
from workflows.errors import Problem

NUMBER = "066181000056"
SCOPE = ["fill"]
AREA = "land.area_m2"
LITTLE_KNOWN = GIFT | {
    "answers": {key: value for key, value in GIFT["answers"].items() if key != AREA}
}


class Trip:
    """A helper who took the questions of a gift along."""

    def __init__(self, desk, scope=SCOPE):
        self.desk = desk
        self.opened, self.citizen = a_matter(desk, LITTLE_KNOWN)
        self.code = self.opened.code
        answer(desk, self.citizen, self.code, "party[hoa].person_id", NUMBER)
        self.helper = a_helper(desk, self.citizen, self.code, scope)
        self.pack = take_pack(desk, self.helper, self.code)

    def noted(self, key=AREA, raw="200", *, unknown=False):
        return NotedAnswer(key, raw, unknown, self.desk.now())

    def brings(self, *noted, key="a key of sixteen characters"):
        ticket = self.pack.ticket
        return receive_answers(self.desk, self.helper, ticket, noted, key)

    def words(self, key=AREA):
        with self.desk.database.reading() as uow:
            matter = uow.matters.by_code(self.code)
            rows = uow.matters.facts(matter.tenant_id, matter.id)
        return [row for row in rows if row.key == key]

    @property
    def view(self):
        return matter_view(self.desk, self.citizen, self.code)

    def withdraws(self):
        for consent in self.view.consents:
            end_consent(self.desk, self.citizen, consent.id)


@pytest.fixture
def trip(desk):
    return Trip(desk)


# --- what is taken along ----------------------------------------------------------


def test_a_pack_holds_the_open_questions_and_no_answer_that_was_given(trip):
    keys = {each.key for each in trip.pack.questions}
    everything = json.dumps([str(trip.pack), trip.pack.ticket])

    assert AREA in keys
    assert "land.table_price" not in keys
    assert "5000000" not in everything
    assert NUMBER not in everything
    assert trip.pack.ends_at == trip.desk.now() + timedelta(minutes=60)


def test_a_question_that_depends_on_others_is_asked_only_when_it_is_due(trip):
    keys = {each.key for each in trip.pack.questions}

    assert "mortgage.consent" not in keys
    assert trip.view.remaining == len(keys) + len(trip.pack.later)


def test_the_resident_sees_that_the_questions_were_taken_along(trip):
    assert "offline" in {row.what for row in trip.view.access if row.who == "Lan"}


def test_nobody_takes_questions_without_a_consent_to_answer(desk):
    trip = Trip(desk)
    other, _ = a_matter(desk)

    with pytest.raises(NotAllowedError):
        take_pack(desk, trip.helper, other.code)
    with pytest.raises(NotAllowedError):
        take_pack(desk, trip.citizen, trip.code)


def test_the_sheet_needs_a_consent_to_print(desk):
    opened, citizen = a_matter(desk, LITTLE_KNOWN)
    helper = a_helper(desk, citizen, opened.code, ["follow"])

    with pytest.raises(NotAllowedError):
        question_sheet(desk, helper, opened.code)


def test_what_is_made_up_in_practice_never_stands_on_a_device(desk, trip):
    with pytest.raises(BadRequestError):
        take_pack(replace(desk, practice=True), trip.helper, trip.code)


def test_what_only_the_resident_answers_is_refused_with_the_plain_sentence(desk, trip):
    key = "transferor.only_home"
    known = read_ticket(desk, trip.pack.ticket)
    widened = seal_ticket(desk, replace(known, keys=(*known.keys, key)))
    trip.pack = replace(trip.pack, ticket=widened)
    (result,) = trip.brings(trip.noted(key, "true"))

    assert (result.outcome, result.again) == ("refused", False)
    assert "bà con tự" in result.text
    assert key not in {each.key for each in trip.pack.questions}


def test_after_the_consent_nothing_more_is_taken_along(desk, desks):
    trip = Trip(desk)
    desks.hour.later(minutes=61)

    with pytest.raises(NotAllowedError):
        take_pack(desk, trip.helper, trip.code)


# --- what comes back --------------------------------------------------------------


def test_an_answer_that_comes_back_carries_both_names(trip):
    (result,) = trip.brings(trip.noted())

    assert result.outcome == "taken"
    (word,) = trip.words()
    assert (word.said_by, word.on_behalf_of, word.value) == ("Lan", "citizen", "200")


def test_the_same_sending_gives_the_same_results_and_writes_once(trip):
    noted = trip.noted()
    first = trip.brings(noted)
    again = trip.brings(noted)

    assert again == first
    assert len(trip.words()) == 1


def test_two_sendings_at_once_write_once(trip):
    noted, results = trip.noted(), []
    senders = [
        threading.Thread(target=lambda: results.append(trip.brings(noted)))
        for _ in range(4)
    ]
    for each in senders:
        each.start()
    for each in senders:
        each.join()

    assert len(results) == 4
    assert len(set(results)) == 1
    assert len(trip.words()) == 1


def test_an_answer_that_the_page_would_refuse_is_refused_with_its_sentence(trip):
    (result,) = trip.brings(trip.noted(raw="rộng lắm"))

    assert (result.outcome, result.again) == ("refused", True)
    assert "200,5" in result.text
    assert trip.words() == []


def test_one_bad_answer_keeps_no_good_one_out(trip):
    good = trip.noted("party[father].address", "Ea Bhốk")
    bad, taken = trip.brings(trip.noted(raw="rộng lắm"), good)

    assert (bad.outcome, taken.outcome) == ("refused", "taken")


def test_not_knowing_is_an_answer(trip):
    (result,) = trip.brings(trip.noted(unknown=True))

    assert result.outcome == "taken"
    assert trip.words()[0].value is None


def test_a_question_that_was_not_taken_along_is_not_answered(trip):
    (result,) = trip.brings(trip.noted("land.table_price", "1"))

    assert result.outcome == "refused"


def test_another_helper_cannot_send_with_the_ticket(desk, trip):
    other = Trip.__new__(Trip)
    other.__dict__ = trip.__dict__ | {"helper": trip.citizen}

    with pytest.raises(BadRequestError):
        other.brings(trip.noted())


def test_a_ticket_that_was_changed_is_not_ours(desk, trip):
    body, _, mark = trip.pack.ticket.partition(".")
    for changed in (f"{body}x.{mark}", f"{body}.{mark[:-1]}", "", "é.é"):
        with pytest.raises(BadRequestError):
            read_ticket(desk, changed)


# --- somebody else answered in the meantime ---------------------------------------


def test_two_words_stay_side_by_side_until_somebody_chooses(desk, trip):
    answer(desk, trip.citizen, trip.code, AREA, "250")
    (result,) = trip.brings(trip.noted())

    assert (result.outcome, result.noted, result.held) == ("conflict", "200", "250")
    assert trip.view.situation.facts()[AREA] == 250
    (dispute,) = read_disputes(desk, trip.citizen, trip.code)
    assert dispute.key == AREA


def test_the_word_that_is_chosen_holds(desk, trip):
    answer(desk, trip.citizen, trip.code, AREA, "250")
    trip.brings(trip.noted())
    noted = trip.words()[-1]
    decide(desk, trip.citizen, trip.code, AREA, noted.seq)

    assert trip.view.situation.facts()[AREA] == 200
    assert read_disputes(desk, trip.citizen, trip.code) == ()


def test_the_same_word_is_said_to_be_there_already(desk, trip):
    answer(desk, trip.citizen, trip.code, AREA, "200")

    assert trip.brings(trip.noted())[0].outcome == "same"


def test_not_knowing_takes_no_answer_back(desk, trip):
    answer(desk, trip.citizen, trip.code, AREA, "250")
    (result,) = trip.brings(trip.noted(unknown=True))

    assert result.outcome == "same"
    assert trip.view.situation.facts()[AREA] == 250


def test_of_two_numbers_of_a_person_only_the_ends_are_shown(desk, trip):
    key = "party[father].person_id"
    answer(desk, trip.citizen, trip.code, key, "066070000012")
    (result,) = trip.brings(trip.noted(key, "066070000029"))

    assert result.outcome == "conflict"
    assert (result.noted, result.held) == ("•" * 9 + "029", "•" * 9 + "012")


# --- the consent ends on the way --------------------------------------------------


def test_what_was_said_in_time_is_taken_a_while_after_the_consent(desk, desks, trip):
    noted = trip.noted()
    desks.hour.later(hours=20)

    assert trip.brings(noted)[0].outcome == "taken"
    assert trip.words()[0].on_behalf_of == "citizen"


def test_what_arrives_far_too_late_is_not_taken(desks, trip):
    noted = trip.noted()
    desks.hour.later(hours=25)

    assert trip.brings(noted)[0].outcome == "refused"
    assert trip.words() == []


def test_what_was_said_after_the_consent_is_not_taken(desks, trip):
    desks.hour.later(minutes=61)

    assert trip.brings(trip.noted())[0].outcome == "refused"


def test_nothing_is_taken_that_says_to_be_older_than_the_pack(desks, trip):
    early = NotedAnswer(AREA, "200", False, trip.desk.now() - timedelta(minutes=1))
    desks.hour.later(minutes=61)

    assert trip.brings(early)[0].outcome == "refused"


def test_after_a_withdrawal_nothing_is_taken_whenever_it_was_said(desks, trip):
    noted = trip.noted()
    desks.hour.later(minutes=1)
    trip.withdraws()

    assert trip.brings(noted)[0].outcome == "refused"
    assert trip.words() == []


# --- the hint on the device -------------------------------------------------------

NUMBERS = some.integers(0, 10**12)
TYPED = {
    "money": some.one_of(
        NUMBERS.map(str),
        NUMBERS.map(lambda n: f"{n:,}".replace(",", ".")),
        NUMBERS.map(lambda n: f"{n:,} đồng"),
        some.integers(1, 900).map(lambda n: f"{n},5 Triệu"),
        some.integers(1, 900).map(lambda n: f"{n} tỷ đ"),
    ),
    "decimal": some.decimals(0, 10**6, places=2).map(
        lambda n: f"{n}".replace(".", ",") + " m2"
    ),
    "date": some.one_of(
        some.dates().map(lambda d: f"{d.day}/{d.month}/{d.year:04}"),
        some.dates().map(lambda d: f"ngày {d.day} tháng {d.month} năm {d.year:04}"),
        some.dates().map(date.isoformat),
    ),
    "person_id": some.from_regex(r"[0-9]{3} ?[0-9]{3}[. ]?[0-9]{6}", fullmatch=True),
    "phone": some.one_of(
        some.from_regex(r"0[35789][0-9]{2} ?[0-9]{3}[. -]?[0-9]{3}", fullmatch=True),
        some.from_regex(r"\+84 ?[35789][0-9]{8}", fullmatch=True),
    ),
}


@given(some.data())
def test_the_hint_never_speaks_against_what_the_service_takes(data):
    kind = data.draw(some.sampled_from(sorted(TYPED)))
    typed = data.draw(TYPED[kind])
    assume(not isinstance(parse("x", typed, Expected(kind)), Problem))

    assert re.fullmatch(SHAPES[kind], typed, re.IGNORECASE)


# --- over the wire ----------------------------------------------------------------


class Device:
    """The helper's device as the service hears it."""

    def __init__(self, desk, trip):
        self.trip = trip
        self.client = TestClient(create_app(desk), raise_server_exceptions=False)
        token = sign_in(desk, "lan", PASSWORD).token
        self.client.cookies.set(SESSION, token)

    def sends(self, *answers, key="a key of sixteen characters", beside=(), **headers):
        form = self.client.get("/api/v1/offline/form").json()["form"]
        told = {"ticket": self.trip.pack.ticket, "answers": answers}
        return self.client.post(
            "/api/v1/offline/answers",
            json=told | dict(beside),
            headers={"Idempotency-Key": key, "X-Dat-Form": form} | headers,
        )


def on_the_wire(noted):
    return {"key": noted.key, "raw": noted.raw, "said_at": noted.said_at.isoformat()}


@pytest.fixture
def device(desk, trip):
    return Device(desk, trip)


def test_a_pack_and_its_answers_travel_as_json(device, trip):
    pack = device.client.get(f"/api/v1/offline/packs/{trip.code}").json()
    (result,) = device.sends(on_the_wire(trip.noted())).json()["results"]

    assert pack["code"] == trip.code
    assert result["outcome"] == "taken"


def test_another_content_under_the_same_key_is_refused(device, trip):
    device.sends(on_the_wire(trip.noted()))
    got = device.sends(on_the_wire(trip.noted(raw="300")))

    assert got.status_code == 422
    assert "lần trước" in got.json()["text"]


def test_answers_from_a_foreign_page_are_not_taken(device, trip):
    answer = on_the_wire(trip.noted())

    assert device.sends(answer, **{"X-Dat-Form": "guessed"}).status_code == 403
    foreign = device.sends(answer, **{"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert trip.words() == []


def test_more_than_a_device_may_bring_is_not_read(device, trip):
    long = on_the_wire(trip.noted(raw="x" * 2001))

    assert device.sends(long).status_code == 422
    assert device.sends(*[on_the_wire(trip.noted())] * 201).status_code == 422


def test_a_key_that_nobody_asks_for_is_refused_by_its_name(device, trip):
    answer = on_the_wire(trip.noted())
    for key in ("tenant_id", "account_id", "role", "state", "verified", "version"):
        within = device.sends(answer | {key: "an odd value"})
        beside = device.sends(answer, beside={key: "an odd value"})

        for got, name in ((within, f"answers.0.{key}"), (beside, key)):
            assert (got.status_code, got.json()["fields"]) == (422, [name])
            assert "odd" not in got.text
    assert trip.words() == []


def test_a_matter_of_somebody_else_and_none_at_all_look_the_same(desk, device):
    other, _ = a_matter(desk)
    said = [
        device.client.get(f"/api/v1/offline/packs/{code}").json()["text"]
        for code in (other.code, "DAT-00000")
    ]

    assert said[0] == said[1]


def test_who_is_not_signed_in_gets_a_sentence_not_a_page(device, trip):
    device.client.cookies.clear()
    got = device.client.get(f"/api/v1/offline/packs/{trip.code}")

    assert got.status_code == 401
    assert "đăng nhập" in got.json()["text"]
