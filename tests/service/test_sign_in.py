"""Who is who: sessions, pins, consent."""

import pytest

from service.auth.accounts import NewAccount, add_account
from service.auth.actors import Actor
from service.auth.codes import ALPHABET, new_code, normalise
from service.auth.sessions import open_matter, read_session, sign_in, sign_out
from service.composition import SeededChance
from service.errors import (
    BadRequestError,
    NotAllowedError,
    SignInRefusedError,
    TooManyTriesError,
)
from service.usecases.helpers.give_consent import end_consent, give_consent
from service.usecases.helpers.helped_matters import helped_matters
from service.usecases.matter.answer_question import answer
from service.usecases.matter.read_matter import matter_view
from tests.factories import a_matter

ADMIN = Actor("administrator", "admin", "66", account_id="admin")
PASSWORD = "a long enough password"


def an_account(desk, name="lan", kind="helper", office=None):
    new = NewAccount(name, PASSWORD, name.title(), kind, office)
    return add_account(desk, ADMIN, new, desk.ids.new_id())


def test_a_new_token_at_every_sign_in_and_the_old_one_is_dead(desk):
    an_account(desk)
    first = sign_in(desk, "lan", PASSWORD)
    second = sign_in(desk, " LAN ", PASSWORD, old_token=first.token)
    assert first.token != second.token
    assert read_session(desk, first.token) is None
    assert read_session(desk, second.token) == second.actor
    sign_out(desk, second.token)
    assert read_session(desk, second.token) is None


def test_the_token_does_not_stand_in_the_database(desk):
    an_account(desk)
    token = sign_in(desk, "lan", PASSWORD).token
    with desk.database.reading() as uow:
        assert uow.people.session(token) is None


def test_an_unknown_name_and_a_wrong_password_get_the_same_refusal(desk):
    an_account(desk)
    with pytest.raises(SignInRefusedError) as wrong:
        sign_in(desk, "lan", "not the password")
    with pytest.raises(SignInRefusedError) as unknown:
        sign_in(desk, "nobody", PASSWORD)
    assert str(wrong.value) == str(unknown.value)


def test_guessing_is_slowed_down_and_the_right_password_waits_too(desk, desks):
    an_account(desk)
    for _ in range(desk.settings.sign_in_tries):
        with pytest.raises(SignInRefusedError):
            sign_in(desk, "lan", "guess")
    with pytest.raises(TooManyTriesError) as refused:
        sign_in(desk, "lan", PASSWORD)
    desks.hour.later(seconds=refused.value.retry_after + 1)
    assert sign_in(desk, "lan", PASSWORD)


def test_a_session_ends_when_nobody_uses_it(desk, desks):
    an_account(desk)
    token = sign_in(desk, "lan", PASSWORD).token
    for _ in range(4):
        desks.hour.later(minutes=10)
        assert read_session(desk, token)
    desks.hour.later(minutes=16)
    assert read_session(desk, token) is None


def test_a_session_ends_after_its_hours_however_much_it_is_used(desks):
    desk = desks.make(session_hours=1)
    an_account(desk)
    token = sign_in(desk, "lan", PASSWORD).token
    for _ in range(5):
        desks.hour.later(minutes=10)
        assert read_session(desk, token)
    desks.hour.later(minutes=10)
    assert read_session(desk, token) is None


def test_a_citizen_opens_a_matter_by_its_code_and_pin(desk):
    opened, _ = a_matter(desk)
    signed = open_matter(desk, opened.code.lower().replace("-", " "), opened.pin)
    assert signed.actor.matter_id == opened.matter_id
    assert matter_view(desk, signed.actor, opened.code).code == opened.code
    with pytest.raises(SignInRefusedError):
        open_matter(desk, opened.code, "1" + opened.pin)


def test_an_account_with_several_faults_is_refused_with_all_of_them(desk):
    with pytest.raises(BadRequestError) as refused:
        add_account(desk, ADMIN, NewAccount("a b", "short", "", "king"), "id")
    assert {p.key for p in refused.value.problems} == {"name", "password", "kind"}


def test_a_helper_acts_under_consent_only_for_what_it_names_and_until_it_ends(
    desk, desks
):
    opened, citizen = a_matter(desk)
    an_account(desk)
    helper = sign_in(desk, "lan", PASSWORD).actor
    with pytest.raises(NotAllowedError):
        matter_view(desk, helper, opened.code)
    give_consent(
        desk, citizen, opened.code, helper_name="lan", scope={"follow"}, minutes=60
    )
    view = matter_view(desk, helper, opened.code)
    assert view.consents[0].helper_name == "Lan"
    with pytest.raises(NotAllowedError):
        answer(desk, helper, opened.code, "land.area_m2", "210")
    consent = give_consent(
        desk, citizen, opened.code, helper_name="lan", scope={"fill"}, minutes=60
    )
    assert answer(desk, helper, opened.code, "land.area_m2", "210").problem is None
    said = {row.key: row for row in matter_view(desk, citizen, opened.code).answered}
    assert said["land.area_m2"].said_by == "Lan"
    assert said["land.area_m2"].on_behalf_of == "citizen"
    end_consent(desk, helper, consent)
    with pytest.raises(NotAllowedError):
        answer(desk, helper, opened.code, "land.area_m2", "220")
    desks.hour.later(minutes=61)
    with pytest.raises(NotAllowedError):
        matter_view(desk, helper, opened.code)
    assert [row.active for row in helped_matters(desk, helper)] == [False, False]


def test_an_answer_that_is_changed_keeps_the_others_and_its_history(desk):
    opened, citizen = a_matter(desk)
    before = {
        row.key: row.value for row in matter_view(desk, citizen, opened.code).answered
    }
    outcome = answer(desk, citizen, opened.code, "land.area_m2", "1.250,5")
    assert outcome.problem is None
    after = {
        row.key: row.value for row in matter_view(desk, citizen, opened.code).answered
    }
    assert after == before | {"land.area_m2": "1250.5"}
    with desk.database.reading() as uow:
        facts = uow.matters.facts("66", opened.matter_id)
    assert [f.value for f in facts if f.key == "land.area_m2"] == ["200", "1250.5"]


def test_an_answer_with_a_problem_stores_nothing(desk):
    opened, citizen = a_matter(desk)
    before = matter_view(desk, citizen, opened.code).version
    problem = answer(desk, citizen, opened.code, "land.area_m2", "much").problem
    assert problem.key == "land.area_m2"
    assert matter_view(desk, citizen, opened.code).version == before


def test_a_slip_of_the_pen_in_a_code_is_noticed():
    ids = SeededChance(7)
    codes = [new_code(ids, "DAT") for _ in range(200)]
    assert len(set(codes)) == 200
    for code in codes:
        body = code.replace("-", "")[3:]
        assert normalise(f"  {code.lower()} ") == code
        for place in range(len(body) - 1):
            swapped = [*body]
            swapped[place : place + 2] = reversed(swapped[place : place + 2])
            if "".join(swapped) != body:
                assert normalise("DAT" + "".join(swapped)) is None
            wrong = ALPHABET[(ALPHABET.index(body[place]) + 1) % 32]
            assert normalise("DAT" + body[:place] + wrong + body[place + 1 :]) is None
