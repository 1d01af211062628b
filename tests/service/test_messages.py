"""Nothing is sent without consent; what is sent is sent once, and not at night."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from integrations.errors import (
    AdapterNotConfiguredError,
    OfficeRefusedError,
    OfficeUnavailableError,
)
from service.errors import TooManyTriesError
from service.usecases.following.follow_case import follow
from service.usecases.outside.faults import list_faults
from service.usecases.outside.working import run_until_idle
from service.usecases.telling.deliver_messages import counted_as, deliver_messages
from service.usecases.telling.message_choices import (
    Wanted,
    add_contact,
    choose,
    confirm_contact,
    drop_contact,
    messages_view,
)
from service.usecases.telling.messaging import after_quiet_hours, messaging
from tests.factories import (
    a_helper,
    a_matter,
    act,
    citizen_of_matter,
    clerk,
    filed,
    finish,
)
from tests.service.test_office_lines import line_of
from tests.visitor import Visitor
from workflows import loader

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
PHONE = "0912345678"
SIX = re.compile(r"\b\d{6}\b")


@pytest.fixture
def gift(desk):
    matter = filed(desk)
    run_until_idle(desk)
    return matter


def agrees(desk, matter, *purposes, channel="sms", address=PHONE, party="hoa", **more):
    wanted = Wanted(party, channel, address, purposes, **more)
    contact = add_contact(desk, matter.citizen, matter.code, wanted)
    run_until_idle(desk)
    digits = SIX.search(desk.ports.messenger.kept()[0].text)[0]
    assert confirm_contact(desk, matter.citizen, matter.code, contact, digits)
    return contact


def told(desk):
    """Return what arrived on telephones, but for codes, newest first."""
    return [
        (each.channel, each.template)
        for each in desk.ports.messenger.kept()
        if each.template != "contact"
    ]


def accepted(desk, matter):
    act(desk, clerk(desk, "notary"), matter.case, "accept")
    run_until_idle(desk)


def states(desk, matter):
    view = messages_view(desk, matter.citizen, matter.code)
    return [each.state for each in view.messages if "••••••" not in each.text]


# --- consent --------------------------------------------------------------------------


def test_without_consent_the_message_only_stands_on_the_page(desk, gift):
    accepted(desk, gift)
    assert told(desk) == []
    assert states(desk, gift) == ["shown"]


def test_with_consent_and_a_confirmed_address_it_arrives_and_says_so(desk, desks, gift):
    agrees(desk, gift, "progress")
    accepted(desk, gift)
    assert told(desk) == [("sms", "accepted")]
    desks.hour.later(minutes=1)
    run_until_idle(desk)
    assert states(desk, gift) == ["delivered"]


def test_an_address_without_its_code_gets_nothing(desk, gift):
    wanted = Wanted("hoa", "sms", PHONE, ("progress",))
    contact = add_contact(desk, gift.citizen, gift.code, wanted)
    assert not confirm_contact(desk, gift.citizen, gift.code, contact, "000000")
    accepted(desk, gift)
    assert told(desk) == []


def test_a_consent_to_one_purpose_is_none_to_another(desk, gift):
    agrees(desk, gift, "money")
    accepted(desk, gift)
    assert told(desk) == []


def test_a_withdrawn_consent_holds_for_what_waits_already(desk, desks, gift):
    desks.hour.later(hours=13)  # ten in the evening
    contact = agrees(desk, gift, "progress")
    accepted(desk, gift)
    assert states(desk, gift) == ["queued"]
    choose(desk, gift.citizen, gift.code, contact, Wanted("", "", "", ()))
    desks.hour.later(hours=12)
    run_until_idle(desk)
    assert told(desk) == []
    assert states(desk, gift) == ["shown"]


def test_a_given_up_address_gets_nothing(desk, gift):
    contact = agrees(desk, gift, "progress")
    drop_contact(desk, gift.citizen, gift.code, contact)
    accepted(desk, gift)
    assert told(desk) == []
    assert messages_view(desk, gift.citizen, gift.code).contacts == ()


def test_each_person_is_told_once_by_the_first_channel(desk, gift):
    agrees(desk, gift, "progress", channel="email", address="hoa@example.vn")
    agrees(desk, gift, "progress", channel="zalo")
    agrees(desk, gift, "progress", address="0987654321", party="father")
    accepted(desk, gift)
    assert sorted(told(desk)) == [("sms", "accepted"), ("zalo", "accepted")]


def test_she_is_told_when_a_neighbour_begins_to_help(desk, gift):
    agrees(desk, gift, "helpers")
    a_helper(desk, gift.citizen, gift.code, ["fill"])
    run_until_idle(desk)
    assert told(desk) == [("sms", "help_begins")]


def test_she_is_told_when_the_next_step_may_begin(desk, gift):
    agrees(desk, gift, "progress")
    finish(desk, gift.citizen, gift.case)
    run_until_idle(desk)
    assert told(desk).count(("sms", "step_ready")) == 1


def test_what_arrived_keeps_no_whole_address(desk, desks, gift):
    agrees(desk, gift, "progress")
    accepted(desk, gift)
    desks.hour.later(minutes=1)
    run_until_idle(desk)
    with desk.database.reading() as uow:
        matter = uow.matters.by_code(gift.code)
        rows = uow.contacts.messages(matter.tenant_id, matter.id)
    assert {each.state for each in rows} == {"delivered"}
    assert PHONE not in str(rows)


# --- delivery -------------------------------------------------------------------------


@pytest.mark.parametrize("error", [OfficeRefusedError, AdapterNotConfiguredError])
def test_a_channel_that_refuses_gives_room_to_the_next(desk, gift, error, monkeypatch):
    agrees(desk, gift, "progress", channel="zalo")
    agrees(desk, gift, "progress")
    sends = desk.ports.messenger.send

    def without_zalo(self, message, *, key):
        if message.channel == "zalo":
            raise error("messaging", "no template")
        return sends(message, key=key)

    monkeypatch.setattr(type(desk.ports.messenger), "send", without_zalo)
    accepted(desk, gift)
    assert told(desk) == [("sms", "accepted")]


def test_what_did_not_arrive_goes_another_way(desk, desks, gift):
    desk.ports.messenger.lost.add("zalo")
    agrees(desk, gift, "progress", channel="zalo")
    agrees(desk, gift, "progress")
    accepted(desk, gift)
    for _ in range(3):
        desks.hour.later(minutes=1)
        run_until_idle(desk)
    assert told(desk) == [("sms", "accepted"), ("zalo", "accepted")]
    assert states(desk, gift) == ["delivered"]


def test_no_way_left_is_said_and_stays_on_the_page(desk, desks, gift):
    desk.ports.messenger.lost.add("sms")
    agrees(desk, gift, "progress")
    accepted(desk, gift)
    desks.hour.later(minutes=1)
    run_until_idle(desk)
    assert states(desk, gift) == ["failed"]


def test_an_answer_that_was_lost_is_unknown_and_not_sent_twice(desk, desks, gift):
    agrees(desk, gift, "progress", channel="zalo")
    agrees(desk, gift, "progress")
    desk.ports.messenger.twin.faults.lose_answer = 3
    accepted(desk, gift)
    assert states(desk, gift) == ["unknown"]
    for _ in range(6):
        desks.hour.later(minutes=10)
        run_until_idle(desk)
    assert told(desk) == [("zalo", "accepted")]
    assert states(desk, gift) == ["delivered"]


def test_a_worker_killed_between_sending_and_writing_down_tells_nobody_twice(
    desks, gift, desk
):
    class KilledError(BaseException):
        pass

    def killed(point):
        if point == "message sent":
            raise KilledError

    agrees(desk, gift, "progress")
    act(desk, clerk(desk, "notary"), gift.case, "accept")
    other = desks.make(seed=5, passing=killed)
    other.ports.messenger.twin = desk.ports.messenger.twin
    with pytest.raises(KilledError):
        run_until_idle(other)
    assert told(desk) == [("sms", "accepted")]
    desks.hour.later(minutes=3)
    run_until_idle(desk)
    assert told(desk) == [("sms", "accepted")]
    assert states(desk, gift) == ["sent"]


def test_while_one_worker_sends_a_message_no_other_sends_it(
    desk, desks, gift, monkeypatch
):
    agrees(desk, gift, "progress")
    act(desk, clerk(desk, "notary"), gift.case, "accept")
    other, sent, real = desks.make(seed=5), [], type(desk.ports.messenger).send

    def slow(self, message, *, key):
        sent.append(key)
        if len(sent) == 1:
            deliver_messages(other)
        return real(self, message, key=key)

    monkeypatch.setattr(type(desk.ports.messenger), "send", slow)
    run_until_idle(desk)
    assert len(sent) == 1
    assert states(desk, gift) == ["sent"]


def test_a_worker_that_was_too_slow_does_not_undo_what_another_wrote(
    desk, desks, gift, monkeypatch
):
    agrees(desk, gift, "progress", channel="zalo")
    agrees(desk, gift, "progress")
    act(desk, clerk(desk, "notary"), gift.case, "accept")
    other, keys, real = desks.make(seed=5), [], type(desk.ports.messenger).send

    def asleep(self, message, *, key):
        keys.append(key)
        if len(keys) > 1:
            return real(self, message, key=key)
        desks.hour.later(minutes=3)
        deliver_messages(other)
        raise OfficeRefusedError("messaging", "too late")

    monkeypatch.setattr(type(desk.ports.messenger), "send", asleep)
    run_until_idle(desk)
    assert keys == [keys[0]] * 2
    assert states(desk, gift) == ["sent"]


def test_a_way_that_is_not_set_up_is_tried_again_until_it_is(
    desk, desks, gift, monkeypatch
):
    agrees(desk, gift, "progress")
    real = type(desk.ports.messenger).send
    tries = []

    def locked_out(self, message, *, key):
        tries.append(key)
        raise AdapterNotConfiguredError("messaging", "535 for us")

    monkeypatch.setattr(type(desk.ports.messenger), "send", locked_out)
    with desk.database.transaction() as uow:
        for _ in range(messaging().texts_a_day - 2):
            uow.texts.count(counted_as(desk, PHONE), desk.today())
    accepted(desk, gift)
    for _ in range(3):
        desks.hour.later(minutes=5)
        run_until_idle(desk)
    assert len(tries) == 4
    assert states(desk, gift) == ["queued"]
    assert line_of(desk, "messaging").lacking == "535 for us"
    monkeypatch.setattr(type(desk.ports.messenger), "send", real)
    desks.hour.later(hours=1)
    run_until_idle(desk)
    assert told(desk) == [("sms", "accepted")]


@pytest.fixture
def troubles(desk, monkeypatch):
    """Let a channel raise an error for every text, until it is taken out again."""
    found, real = {}, type(desk.ports.messenger).send

    def send(self, message, *, key):
        if message.channel in found:
            raise found[message.channel]("messaging", f"{message.channel}: no")
        return real(self, message, key=key)

    monkeypatch.setattr(type(desk.ports.messenger), "send", send)
    return found


def by_zalo_or_sms(desk, matter, address=PHONE):
    agrees(desk, matter, "progress", channel="zalo", address=address)
    agrees(desk, matter, "progress", address=address)


def test_a_way_that_was_not_set_up_comes_again_after_the_next_one_refused(
    desk, desks, gift, troubles
):
    by_zalo_or_sms(desk, gift)
    troubles |= {"zalo": AdapterNotConfiguredError, "sms": OfficeRefusedError}
    accepted(desk, gift)
    assert states(desk, gift) == ["queued"]
    assert line_of(desk, "messaging").lacking == "zalo: no"
    del troubles["zalo"]
    desks.hour.later(hours=1)
    run_until_idle(desk)
    assert told(desk) == [("zalo", "accepted")]


def test_of_several_ways_that_are_not_set_up_the_first_that_is_again_takes_it(
    desk, desks, gift, troubles
):
    by_zalo_or_sms(desk, gift)
    troubles |= dict.fromkeys(("zalo", "sms"), AdapterNotConfiguredError)
    accepted(desk, gift)
    assert states(desk, gift) == ["queued"]
    del troubles["zalo"]
    desks.hour.later(hours=1)
    run_until_idle(desk)
    assert told(desk) == [("zalo", "accepted")]


def test_a_text_that_nobody_took_in_seven_days_has_failed_and_stays_so(
    desk, desks, gift, troubles
):
    agrees(desk, gift, "progress")
    troubles["sms"] = AdapterNotConfiguredError
    accepted(desk, gift)
    desks.hour.later(days=7)
    run_until_idle(desk)
    assert states(desk, gift) == ["failed"]
    with desk.database.reading() as uow:
        assert uow.contacts.due_messages(desk.now() + timedelta(days=9), 9) == ()


def test_a_provider_that_is_silent_is_left_alone_and_others_send_meanwhile(
    desks, troubles
):
    desk = desks.make(office_failures=2)
    first, second = filed(desk), filed(desk)
    run_until_idle(desk)
    by_zalo_or_sms(desk, first)
    by_zalo_or_sms(desk, second, "0987654321")
    troubles["zalo"] = OfficeUnavailableError
    accepted(desk, first)
    desks.hour.later(seconds=10)
    run_until_idle(desk)
    assert line_of(desk, "messaging-zalo").opened_at == desk.now()
    accepted(desk, second)
    assert (states(desk, first), states(desk, second)) == (["unknown"], ["sent"])
    assert told(desk) == [("sms", "accepted")]
    troubles.clear()
    desks.hour.later(hours=1)
    run_until_idle(desk)
    assert told(desk) == [("zalo", "accepted"), ("sms", "accepted")]
    assert line_of(desk, "messaging-zalo").opened_at is None


# --- quiet hours ----------------------------------------------------------------------


def test_at_night_a_message_waits_until_the_morning(desk, desks, gift):
    agrees(desk, gift, "progress")
    desks.hour.later(hours=13)
    accepted(desk, gift)
    assert told(desk) == []
    desks.hour.later(hours=8, minutes=59)
    run_until_idle(desk)
    assert told(desk) == []
    desks.hour.later(minutes=1)
    run_until_idle(desk)
    assert told(desk) == [("sms", "accepted")]


def test_a_person_has_quiet_hours_of_her_own(desk, gift):
    agrees(desk, gift, "progress", quiet_from="8:00", quiet_to="10:00")
    accepted(desk, gift)
    assert told(desk) == []


INSTANTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001  the zone comes with timezones
    datetime(2028, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
HOURS = st.times().map(lambda each: f"{each:%H:%M}")


@given(INSTANTS, HOURS, HOURS)
def test_nothing_ever_leaves_in_quiet_hours_nor_waits_a_day(at, starts, ends):
    sent = after_quiet_hours(at, starts, ends)
    clock = sent.astimezone(VIETNAM).time()
    begin, end = time.fromisoformat(starts), time.fromisoformat(ends)
    quiet = (begin <= clock < end) if begin <= end else not end <= clock < begin
    assert not quiet
    assert at <= sent < at + timedelta(days=1)
    assert after_quiet_hours(sent, starts, ends) == sent


@given(INSTANTS, INSTANTS, HOURS, HOURS)
def test_who_waits_is_never_overtaken(one, other, starts, ends):
    first, second = sorted((one, other))
    waited = after_quiet_hours(first, starts, ends)
    assert waited <= after_quiet_hours(second, starts, ends)


# --- the words ------------------------------------------------------------------------


def templates():
    """Return every text of every package and of the codes, by its name."""
    for path in sorted(PACKAGES.rglob("*.yaml")):
        file = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        for name, each in (file.get("messages") or {}).items():
            yield name, each["text"]
    yield from messaging().codes.items()
    yield from ((name, each.text) for name, each in messaging().own.items())


PACKAGES = Path(loader.__file__).parent / "data" / "packages"
# What may be filled in; never a name, a number of a person, or a sum.
FILLED = {
    "code": "DAT-7K2QX-M04TB-9ZHRW-5",
    "procedure": "Sang tên khi cho",
    "day": "21/01/2027",
    "due": "21/01/2027",
}
LINK = re.compile(r"https?:|www\.|\w\.(vn|com|me)\b|\w/\D", re.IGNORECASE)
ASKING = re.compile(
    r"đăng nhập|mật khẩu|chuyển khoản|số tài khoản|\d ?(đ|đồng)\b|CCCD|căn cước số",
    re.IGNORECASE,
)


def wrong_with(text):
    """Say what a swindler could use in a message, or what makes it too long."""
    unknown = set(re.findall(r"\{(\w+)\}", text)) - set(FILLED)
    if unknown:
        return f"fills in {unknown}"
    whole = text.format(**FILLED) + messaging().ends.format(number="7K2QXM")
    if len(whole) > messaging().longest:
        return f"{len(whole)} characters"
    if LINK.search(whole) or ASKING.search(whole):
        return "a link, a sum, or words that ask for secrets"
    if re.search(r"\d{7,}", whole):
        return "a long number"
    if not text.startswith((messaging().begins, TO_OFFICES)):
        return "it does not begin as every real one"
    return None


TO_OFFICES = "Hồ sơ {code}"


def test_no_message_is_long_or_carries_what_a_swindler_would():
    told = list(templates())
    assert len(told) > 60
    assert {name: said for name, text in told if (said := wrong_with(text))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "Dắt: bấm https://dat.example để xem.",
        "Dắt: xem ở dat.vn nhé.",
        "Dắt: nộp 5.000.000 đ ngay.",
        "Dắt: {full_name} đến ký.",
        "Dắt: số 066181000056 được nhận.",
        "Đăng nhập để xem.",
        "Dắt: " + "rất dài " * 40,
    ],
)
def test_the_check_of_the_words_finds_what_it_looks_for(text):
    assert wrong_with(text)


def test_what_was_sent_is_found_again_by_its_number(desk, gift):
    agrees(desk, gift, "progress")
    accepted(desk, gift)
    sent = desk.ports.messenger.kept()[0].text
    view = messages_view(desk, gift.citizen, gift.code)
    assert sent in [each.text for each in view.messages]
    assert re.search(r"Số tin [0-9A-Z]{6}", sent)


# --- the pages ------------------------------------------------------------------------


def test_nothing_is_ticked_for_anybody(desk, gift):
    page = Visitor(desk).reopens(gift.code, gift.pin)
    page.opens(f"/ho-so/{gift.code}/tin-nhan")
    assert 'name="tin"' in page.text
    assert not re.search(r'name="tin"[^>]*checked', page.text)
    assert not re.search(r'name="cach"[^>]*checked', page.text)


def test_a_citizen_agrees_confirms_and_withdraws_on_the_pages(desk, gift):
    she, here = Visitor(desk).reopens(gift.code, gift.pin), f"/ho-so/{gift.code}"
    she.opens(f"{here}/tin-nhan")
    she.sends(
        f"{here}/tin-nhan", ai="hoa", cach="sms", dia_chi="0912 345 678", tin="progress"
    )
    assert she.path.endswith("/xac-nhan")
    run_until_idle(desk)
    digits = SIX.search(Visitor(desk).opens("/thu-nghiem/tin-nhan").text)[0]
    asks = she.path
    she.sends(asks, ma_xac_nhan="1")
    assert she.status == 422
    she.sends(asks, ma_xac_nhan=digits)
    assert she.path == f"{here}/tin-nhan"
    assert "chưa xác nhận" not in she.text
    contact = asks.split("/")[-2]
    she.sends(f"{here}/tin-nhan/{contact}/bo")
    she.sends(f"{here}/tin-nhan/{contact}/bo")
    assert (she.status, "Thôi nhận tin" in she.text) == (200, False)


def test_one_client_cannot_have_codes_sent_to_everybody(desk):
    matter, most = filed(desk), messaging().code.sent_by_client
    refused = 0
    for number in range(most + 2):
        other = a_matter(desk)[0]
        wanted = Wanted("", "sms", f"09123456{number:02d}", ("progress",))
        actor = citizen_of_matter(desk, other.code)
        try:
            add_contact(desk, actor, other.code, wanted, client="203.0.113.7")
        except TooManyTriesError:
            refused += 1
    assert refused == 2
    wanted = Wanted("hoa", "sms", PHONE, ("progress",))
    assert add_contact(desk, matter.citizen, matter.code, wanted, client="another")


def test_typing_a_confirmed_number_again_too_often_takes_nothing_away(desk, gift):
    agrees(desk, gift, "progress")
    wanted = Wanted("hoa", "sms", PHONE, ("progress",))
    for _ in range(messaging().code.sent):
        try:
            add_contact(desk, gift.citizen, gift.code, wanted)
        except TooManyTriesError:
            break
    before = messages_view(desk, gift.citizen, gift.code).contacts
    with pytest.raises(TooManyTriesError):
        add_contact(desk, gift.citizen, gift.code, wanted)
    assert messages_view(desk, gift.citizen, gift.code).contacts == before


def test_a_message_that_breaks_the_messenger_holds_up_nobody_else(desk, monkeypatch):
    for number in (1, 2):
        other = a_matter(desk)[0]
        actor = citizen_of_matter(desk, other.code)
        wanted = Wanted("", "sms", f"091234567{number}", ("progress",))
        add_contact(desk, actor, other.code, wanted)
    real = desk.ports.messenger.send

    def send(self, message, *, key):
        if message.address == "0912345671":
            raise ValueError("not foreseen")
        return real(message, key=key)

    monkeypatch.setattr(type(desk.ports.messenger), "send", send)
    run_until_idle(desk)
    assert [each.address for each in desk.ports.messenger.kept()] == ["0912345672"]


def test_what_was_typed_stays_when_the_number_is_wrong(desk, gift):
    she, here = Visitor(desk).reopens(gift.code, gift.pin), f"/ho-so/{gift.code}"
    she.opens(f"{here}/tin-nhan")
    she.sends(f"{here}/tin-nhan", cach="sms", dia_chi="0912", tin="money", tu="25:00")
    assert she.status == 422
    assert 'value="0912"' in she.text
    assert 'value="25:00"' in she.text
    assert re.search(r'value="money" checked', she.text)
    assert "Số điện thoại có 10 số" in she.text


def test_outside_the_demo_nobody_reads_what_was_sent(desk):
    settings = desk.settings.model_copy(update={"environment": "production"})
    live = replace(desk, settings=settings)
    assert Visitor(live).opens("/thu-nghiem/tin-nhan").status == 404


def test_the_follow_page_keeps_showing_messages_with_the_number(desk, gift):
    accepted(desk, gift)
    seen = follow(desk, gift.code, gift.pin)
    assert [each.template for case in seen.cases for each in case.messages]


# --- what providers say by themselves -------------------------------------------------


def key_of(desk):
    return list(desk.ports.messenger.twin.seen)[-1]


def test_a_receipt_at_the_door_says_that_it_arrived_and_stays_so(desk, gift):
    agrees(desk, gift, "progress")
    accepted(desk, gift)
    desk.ports.messenger.report(key_of(desk), "delivered")
    run_until_idle(desk)
    assert states(desk, gift) == ["delivered"]
    desk.ports.messenger.report(key_of(desk), "failed")
    run_until_idle(desk)
    assert states(desk, gift) == ["delivered"]


def test_a_receipt_of_a_no_takes_the_next_way_at_once(desk, gift):
    agrees(desk, gift, "progress", channel="zalo")
    agrees(desk, gift, "progress", channel="sms")
    accepted(desk, gift)
    first = key_of(desk)
    desk.ports.messenger.report(first, "failed")
    run_until_idle(desk)
    assert told(desk)[:2] == [("sms", "accepted"), ("zalo", "accepted")]
    desk.ports.messenger.report(first, "unknown")
    run_until_idle(desk)
    assert states(desk, gift) == ["sent"]


def test_a_receipt_for_nobody_is_seen_by_the_administrator_alone(desk, gift):
    desk.ports.messenger.report("no-such-key.0", "delivered")
    run_until_idle(desk)
    assert list_faults(desk, clerk(desk, "notary")) == ()
    with desk.database.reading() as uow:
        (row,) = uow.faults.messages("66", office=None, sources=(), after=None, limit=9)
    assert row.message_id.startswith("messaging:")


def test_what_is_too_much_for_one_day_waits_for_the_next_morning(desk, desks, gift):
    agrees(desk, gift, "progress", quiet_from="00:00", quiet_to="00:00")
    with desk.database.transaction() as uow:
        for _ in range(messaging().texts_a_day):
            uow.texts.count(counted_as(desk, PHONE), desk.today())
    accepted(desk, gift)
    assert told(desk) == []
    assert states(desk, gift) == ["queued"]
    desks.hour.later(days=1)
    run_until_idle(desk)
    assert told(desk) == [("sms", "accepted")]
