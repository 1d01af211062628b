"""Following by a phone: the same answer to everybody, and a look only."""

import pytest

from service.persistence.tables.identity import phone_ask
from service.usecases.outside.working import run_until_idle
from service.usecases.telling.message_choices import drop_contact, messages_view
from service.usecases.telling.messaging import messaging
from tests.factories import filed
from tests.service.test_messages import PHONE, SIX, agrees
from tests.visitor import Visitor

HERE = "/tra-cuu/dien-thoai"
UNKNOWN = "0987654321"


@pytest.fixture
def gift(desk):
    matter = filed(desk)
    run_until_idle(desk)
    agrees(desk, matter, "progress")
    return matter


def asks(desk, phone) -> Visitor:
    visitor = Visitor(desk).opens(HERE)
    return visitor.sends(HERE, dien_thoai=phone)


def types(desk, visitor, digits) -> Visitor:
    return visitor.sends(f"{HERE}/ma", ma_xac_nhan=digits)


def sent(desk):
    """What left for phones, newest first."""
    run_until_idle(desk)
    return [
        each for each in desk.ports.messenger.kept() if "xem các hồ sơ" in each.text
    ]


def follows(desk, phone=PHONE) -> Visitor:
    visitor = asks(desk, phone)
    return types(desk, visitor, SIX.search(sent(desk)[0].text)[0])


def test_a_confirmed_phone_shows_where_its_matters_stand(desk, gift):
    visitor = follows(desk)
    assert (visitor.status, visitor.path) == (200, f"{HERE}/viec")
    assert gift.code in visitor.text
    assert "chỉ cho xem" in visitor.text
    assert "Số đã gõ chỉ nhớ" in visitor.opens(f"/tra-cuu?ma={gift.case}").text


def test_a_phone_lets_nobody_change_anything(desk, gift):
    visitor = follows(desk)
    assert visitor.opens(f"/ho-so/{gift.code}").path == "/mo-lai"
    visitor.opens(f"/tra-cuu?ma={gift.case}")
    visitor.sends("/tra-cuu/rut", ma=gift.case, ly_do="x", hoi_lai="1", chac_chan="1")
    with desk.database.reading() as uow:
        assert uow.cases.by_code(gift.case).ended_at is None


def test_a_phone_that_nobody_confirmed_gets_the_same_answer_and_no_message(desk, gift):
    known, unknown = asks(desk, PHONE), asks(desk, UNKNOWN)
    assert (known.status, known.path) == (unknown.status, unknown.path)
    assert known.text.count("\n") == unknown.text.count("\n")
    assert [each.address for each in sent(desk)] == [PHONE]
    refused = types(desk, unknown, "000000")
    assert refused.status == 422
    assert "Mã chưa đúng hoặc đã hết hạn" in refused.text
    assert refused.opens(f"{HERE}/viec").path == HERE


def test_the_request_does_the_same_work_whether_or_not_the_phone_is_known(desk, gift):
    """Nothing is looked up while the visitor waits: the worker does it later."""
    asks(desk, PHONE)
    asks(desk, UNKNOWN)
    with desk.database.reading() as uow:
        rows = uow.identities.unsent_asks(desk.now())
    assert {(each.phone, each.about, each.sent_at) for each in rows} == {
        (PHONE, "", None),
        (UNKNOWN, "", None),
    }


def test_a_phone_that_was_given_up_shows_nothing_any_more(desk, gift):
    visitor = follows(desk)
    [contact] = messages_view(desk, gift.citizen, gift.code).contacts
    drop_contact(desk, gift.citizen, gift.code, contact.id)
    assert gift.code not in visitor.opens(f"{HERE}/viec").text
    assert "Số đã gõ chỉ nhớ" not in visitor.opens(f"/tra-cuu?ma={gift.case}").text


def test_the_code_is_good_once_briefly_and_only_for_who_asked(desk, desks, gift):
    first = asks(desk, PHONE)
    digits = SIX.search(sent(desk)[0].text)[0]
    other = asks(desk, UNKNOWN)
    assert types(desk, other, digits).status == 422
    desks.hour.later(minutes=messaging().code.minutes)
    assert types(desk, first, digits).path == HERE


def test_after_some_wrong_codes_the_right_one_is_wrong_too(desk, gift):
    visitor = asks(desk, PHONE)
    digits = SIX.search(sent(desk)[0].text)[0]
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    for _ in range(messaging().code.tries):
        assert types(desk, visitor, wrong).status == 422
    assert types(desk, visitor, digits).status == 422


def test_a_phone_is_asked_only_so_often_known_or_not(desk, desks, gift):
    rules = messaging().code
    for phone in (PHONE, UNKNOWN):
        for _ in range(rules.sent):
            assert asks(desk, phone).status == 200
        assert asks(desk, phone).status == 429
    desks.hour.later(minutes=rules.sent_minutes)
    assert asks(desk, PHONE).status == 200


def test_a_day_has_only_so_many_codes_for_one_phone(desk, desks, gift):
    rules = messaging().code
    for _ in range(rules.sent_a_day):
        assert asks(desk, PHONE).status == 200
        desks.hour.later(minutes=rules.sent_minutes)
    assert asks(desk, PHONE).status == 429


def test_what_is_no_phone_is_said_beside_the_field(desk):
    visitor = asks(desk, "12")
    assert visitor.status == 422
    assert "Số điện thoại có 10 số" in visitor.text


def test_closing_forgets_the_phone(desk, gift):
    visitor = follows(desk)
    visitor.opens(f"{HERE}/viec").sends(f"{HERE}/dong")
    assert visitor.opens(f"{HERE}/viec").path == HERE


def test_a_phone_that_was_typed_is_forgotten_after_its_time_though_nobody_comes(
    desk, desks, gift
):
    asks(desk, UNKNOWN)
    run_until_idle(desk)
    assert phones(desk) == [UNKNOWN]
    desks.hour.later(minutes=messaging().code.minutes)
    run_until_idle(desk)
    assert phones(desk) == []


def phones(desk):
    with desk.database.engine.connect() as connection:
        return list(
            connection.scalars(phone_ask.select().with_only_columns(phone_ask.c.phone))
        )
