"""A helper is let in by the resident's own act, and never becomes the resident."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from pypdfium2 import PdfDocument

from service.auth.sessions import sign_in
from service.errors import (
    AskResidentError,
    BadRequestError,
    HelpEndedError,
    NotAllowedError,
    NotFoundError,
)
from service.usecases.cases.decide import raise_event
from service.usecases.cases.pay import order_payment
from service.usecases.custody.erase_matter import withdraw_everything
from service.usecases.helpers.ask_consent import (
    ask_access,
    asked,
    confirm_slip,
    number_slip,
    start_for_resident,
    stop_by_slip,
)
from service.usecases.helpers.ask_resident import (
    ask_resident,
    confirm_by_code,
    open_questions,
    reply,
)
from service.usecases.helpers.give_consent import end_consent, give_consent
from service.usecases.helpers.help_slip import help_slip
from service.usecases.helpers.helper_day import (
    VisitWish,
    end_visit,
    plan_visits,
    print_visits,
    residents,
    visits,
)
from service.usecases.helpers.helping import Wish, consent_words, terms
from service.usecases.helpers.resident_act import phone_channels, send_help_code
from service.usecases.helpers.who_helped import who_helped
from service.usecases.matter.answer_question import (
    PartyRow,
    answer,
    answer_parties,
    decide,
    record_facts,
)
from service.usecases.matter.read_matter import matter_view
from service.usecases.matter.submit_dossier import submit
from service.usecases.outside.working import run_until_idle
from service.usecases.papers.print_packet import packet
from tests.factories import GIFT, PASSWORD, a_helper, a_matter, filed
from tests.service.test_sign_in import an_account
from workflows.errors import PapersMissingError

FILL = Wish("papers", ("fill",), 60)
PHONE = "0912 345 678"
OWN = "certification.by"


@pytest.fixture
def lan(desk):
    an_account(desk)
    return sign_in(desk, "lan", PASSWORD).actor


def messages_of(desk):
    return list(desk.ports.messenger.twin.seen.values())


def read_aloud(desk):
    """Return the digits of the newest message, and its text."""
    run_until_idle(desk)
    text = messages_of(desk)[-1].text
    return re.search(r"mã (\d{6})", text)[1], text


# --- being let in ---------------------------------------------------------------------


def test_the_whole_words_that_the_resident_agreed_to_are_kept(desk, lan):
    opened, citizen = a_matter(desk)
    give_consent(
        desk, citizen, opened.code, helper_name="lan", scope=["fill"], minutes=60
    )

    (given,) = who_helped(desk, citizen, opened.code).given
    words = "\n".join(given.words)
    assert opened.code in words
    assert terms().scopes["fill"].words in words
    assert "1 giờ" in words
    assert "Không được làm" in words
    assert given.version == terms().version
    assert given.way == "đồng ý trên trang của mình"


@pytest.mark.parametrize(
    ("keeper", "said"),
    [("Ủy ban nhân dân xã mẫu", "Ủy ban nhân dân xã mẫu."), ("", "chưa ghi tên, hỏi")],
)
def test_the_words_say_which_data_who_keeps_them_and_the_rights(keeper, said):
    wish = Wish("papers", ("fill",), 60)

    words = consent_words(
        wish, helper="Lan", team=None, goal="Mất sổ", code="A1", keeper=keeper
    )

    assert f"Nơi giữ thông tin và chịu trách nhiệm: {said}" in words
    assert "họ tên, ngày sinh, nơi ở" in words
    assert "Quyền của tôi: xem, sửa, lấy về, xóa thông tin, khiếu nại." in words
    assert "nợ tiền" in words


def test_two_taps_give_one_consent(desk, lan):
    opened, citizen = a_matter(desk)
    ids = {
        give_consent(
            desk, citizen, opened.code, helper_name="lan", scope=["fill"],
            minutes=60, key="0" * 32,
        )
        for _ in range(2)
    }  # fmt: skip

    assert len(ids) == 1
    assert len(who_helped(desk, citizen, opened.code).given) == 1


def test_a_consent_has_a_purpose_a_scope_and_an_end_within_the_limits(desk, lan):
    opened, citizen = a_matter(desk)
    with pytest.raises(BadRequestError) as refused:
        give_consent(
            desk, citizen, opened.code, helper_name="lan", scope=[],
            minutes=terms().longest + 1, purpose="anything",
        )  # fmt: skip

    assert {p.key for p in refused.value.problems} == {"purpose", "scope", "minutes"}


def test_a_code_on_the_residents_phone_lets_the_helper_in(desk, lan):
    opened, citizen = a_matter(desk)
    request = ask_access(desk, lan, code=opened.code, wish=FILL, key=None)
    with pytest.raises(HelpEndedError):
        matter_view(desk, lan, opened.code)

    send_help_code(desk, lan, request, PHONE)
    digits, text = read_aloud(desk)
    assert "Lan" in text
    assert opened.code in text
    assert terms().scopes["fill"].label in text
    with pytest.raises(BadRequestError):
        confirm_by_code(desk, lan, request, "000000" if digits != "000000" else "1")
    confirm_by_code(desk, lan, request, digits)
    confirm_by_code(desk, lan, request, digits)

    assert matter_view(desk, lan, opened.code).helped.left == "60 phút"
    assert asked(desk, lan, request).state == "given"
    (given,) = who_helped(desk, citizen, opened.code).given
    assert given.way == "đồng ý bằng mã trên điện thoại"


def test_a_code_holds_only_for_what_it_was_sent_for(desk, lan):
    opened, _ = a_matter(desk)
    little = ask_access(desk, lan, code=opened.code, wish=FILL, key=None)
    more = Wish("papers", ("fill", "submit"), 10080)
    much = ask_access(desk, lan, code=opened.code, wish=more, key=None)
    send_help_code(desk, lan, little, PHONE)
    digits, _ = read_aloud(desk)

    with pytest.raises(BadRequestError):
        confirm_by_code(desk, lan, much, digits)
    with pytest.raises(HelpEndedError):
        matter_view(desk, lan, opened.code)


def test_a_number_that_is_no_phone_gets_no_code(desk, lan):
    opened, _ = a_matter(desk)
    request = ask_access(desk, lan, code=opened.code, wish=FILL, key=None)
    with pytest.raises(BadRequestError):
        send_help_code(desk, lan, request, "12")


def test_of_a_matter_that_a_helper_began_only_the_resident_gets_the_number(desk, lan):
    request = start_for_resident(
        desk, lan, goal="give", place="", wish=FILL, key="1" * 32
    )
    again = start_for_resident(
        desk, lan, goal="give", place="", wish=FILL, key="1" * 32
    )
    assert again == request
    send_help_code(desk, lan, request, PHONE)
    confirm_by_code(desk, lan, request, read_aloud(desk)[0])

    last = messages_of(desk)[-1]
    pin = re.search(r"số mở (\d{6})", last.text)[1]
    assert last.address == "0912345678"
    with desk.database.reading() as uow:
        stored = uow.matters.by_code(asked(desk, lan, request).matter_code).pin_hash
    assert desk.passwords.fits(stored, pin)


def test_a_signed_paper_lets_the_helper_in_and_its_number_stops_him(desk, lan):
    opened, citizen = a_matter(desk)
    long = Wish("papers", ("fill",), 10080)
    request = ask_access(desk, lan, code=opened.code, wish=long, key=None)
    with pytest.raises(NotFoundError):
        help_slip(desk, lan, request)
    number = number_slip(desk, lan, request)
    assert help_slip(desk, lan, request).startswith(b"%PDF")
    with pytest.raises(BadRequestError):
        confirm_slip(desk, lan, request, "GY-00000-00000-00000-0")
    confirm_slip(desk, lan, request, number.lower().replace("-", " "))

    view = matter_view(desk, lan, opened.code)
    left = view.helped.ends_at - desk.now()
    assert left.total_seconds() == terms().longest_by_slip * 60
    (given,) = who_helped(desk, citizen, opened.code).given
    assert (given.way, given.slip) == ("giấy ký", number)
    assert stop_by_slip(desk, number)
    assert not stop_by_slip(desk, "GY-nothing")
    with pytest.raises(HelpEndedError):
        matter_view(desk, lan, opened.code)


def test_a_paper_must_be_signed_soon(desk, lan, desks):
    opened, _ = a_matter(desk)
    request = ask_access(desk, lan, code=opened.code, wish=FILL, key=None)
    number = number_slip(desk, lan, request)
    desks.hour.later(minutes=terms().sign_within + 1)

    with pytest.raises(BadRequestError):
        confirm_slip(desk, lan, request, number)
    assert asked(desk, lan, request).state == "over"


def test_what_another_helper_asked_is_not_found(desk, lan):
    opened, _ = a_matter(desk)
    request = ask_access(desk, lan, code=opened.code, wish=FILL, key=None)
    an_account(desk, "minh")
    other = sign_in(desk, "minh", PASSWORD).actor

    for act in (asked, number_slip, help_slip):
        with pytest.raises(NotFoundError):
            act(desk, other, request)
    with pytest.raises(NotFoundError):
        send_help_code(desk, other, request, PHONE)


def test_one_helper_helps_only_so_many_residents_a_day(desks):
    desk = desks.make(helped_a_day=1)
    first, citizen = a_matter(desk)
    a_helper(desk, citizen, first.code, ["fill"])
    second, other = a_matter(desk)

    with pytest.raises(BadRequestError) as refused:
        give_consent(
            desk, other, second.code, helper_name="lan", scope=["fill"], minutes=60
        )
    assert [p.key for p in refused.value.problems] == ["helper_name"]
    desks.hour.later(hours=24)
    assert give_consent(
        desk, other, second.code, helper_name="lan", scope=["fill"], minutes=60
    )


# --- what stays the resident's own ----------------------------------------------------


def test_a_helper_does_not_choose_claim_pay_or_withdraw(desk):
    opened, citizen = a_matter(desk)
    helper = a_helper(desk, citizen, opened.code, ["fill", "submit"])
    with pytest.raises(AskResidentError) as refused:
        answer(desk, helper, opened.code, OWN, "commune")
    assert refused.value.about == OWN
    with pytest.raises(AskResidentError):
        record_facts(desk, helper, opened.code, {OWN: "commune"}, "helper")

    key = "party[hoa].person_id"
    answer(desk, citizen, opened.code, key, "066181000056")
    record_facts(desk, citizen, opened.code, {key: "066181000065"}, "identity_card_qr")
    with desk.database.reading() as uow:
        seq = uow.matters.facts("66", opened.matter_id)[-1].seq
    with pytest.raises(AskResidentError):
        decide(desk, helper, opened.code, key, seq)

    case = submit(desk, citizen, opened.code, "notarize_contract", idempotency_key=None)
    with pytest.raises(AskResidentError):
        raise_event(desk, helper, case, "withdraw")
    with pytest.raises(AskResidentError):
        order_payment(desk, helper, case, "any")


def test_what_a_form_states_to_pay_less_or_later_is_the_residents_own():
    stated = [
        "purpose.relief", "purpose.relief_ground", "purpose.relief_used", "fee.case",
        "land_data.fee_relief", "debt.requested", "household.poor",
        "transferor.only_home", "party[hoa].only_home",
    ]  # fmt: skip

    assert [key for key in stated if not terms().is_own(key)] == []


@pytest.mark.parametrize("by", ["session", "code"])
def test_the_resident_answers_himself_what_the_helper_asks(desk, by):
    opened, citizen = a_matter(desk)
    helper = a_helper(desk, citizen, opened.code, ["fill"])
    choice = matter_view(desk, citizen, opened.code).edition.questions[OWN].choices[0]
    request = ask_resident(
        desk, helper, opened.code, OWN, choice.value, question="Ký ở đâu?"
    )
    (waiting,) = open_questions(desk, citizen, opened.code)
    assert choice.label in waiting.words[1]

    if by == "session":
        reply(desk, citizen, request, agreed=True)
        reply(desk, citizen, request, agreed=True)
    else:
        send_help_code(desk, helper, request, PHONE)
        digits, text = read_aloud(desk)
        assert choice.label in text
        confirm_by_code(desk, helper, request, digits)

    said = {row.key: row for row in matter_view(desk, citizen, opened.code).answered}
    assert said[OWN].value == choice.value
    assert (said[OWN].said_by, said[OWN].on_behalf_of) == ("citizen", None)
    assert open_questions(desk, citizen, opened.code) == ()


def let_in_by_code(desk, lan, phone=PHONE):
    opened, citizen = a_matter(desk)
    request = ask_access(desk, lan, code=opened.code, wish=FILL, key=None)
    send_help_code(desk, lan, request, phone)
    confirm_by_code(desk, lan, request, read_aloud(desk)[0])
    return opened, citizen, request


def test_once_a_phone_let_him_in_only_that_phone_answers_for_the_resident(desk, lan):
    opened, citizen, _ = let_in_by_code(desk, lan)
    answer_ = ask_resident(desk, lan, opened.code, OWN, None, question="Ở đâu?")

    with pytest.raises(BadRequestError):
        send_help_code(desk, lan, answer_, "0987 654 321")
    assert {each.address for each in messages_of(desk)} == {"0912345678"}

    send_help_code(desk, lan, answer_, "0912.345.678")
    confirm_by_code(desk, lan, answer_, read_aloud(desk)[0])
    assert OWN in {row.key for row in matter_view(desk, citizen, opened.code).answered}


def test_once_the_help_has_ended_nothing_more_is_answered_by_a_code(desk, lan):
    opened, citizen, consent = let_in_by_code(desk, lan)
    answer_ = ask_resident(desk, lan, opened.code, OWN, None, question="Ở đâu?")
    send_help_code(desk, lan, answer_, PHONE)
    digits, _ = read_aloud(desk)
    end_consent(desk, citizen, consent)

    with pytest.raises(HelpEndedError):
        confirm_by_code(desk, lan, answer_, digits)
    with pytest.raises(HelpEndedError):
        send_help_code(desk, lan, answer_, PHONE)
    view = matter_view(desk, citizen, opened.code)
    assert OWN not in {row.key for row in view.answered}


def test_who_ends_every_consent_is_asked_nothing_more_either(desk, lan):
    opened, citizen, _ = let_in_by_code(desk, lan)
    waiting = ask_access(desk, lan, code=opened.code, wish=FILL, key=None)
    withdraw_everything(desk, citizen, opened.code)

    assert asked(desk, lan, waiting).state == "closed"
    with pytest.raises(BadRequestError):
        send_help_code(desk, lan, waiting, PHONE)


def test_an_answer_is_not_given_by_a_paper(desk, lan):
    opened, _, _ = let_in_by_code(desk, lan)
    answer_ = ask_resident(desk, lan, opened.code, OWN, None, question="Ở đâu?")
    with pytest.raises(NotFoundError):
        number_slip(desk, lan, answer_)


def test_two_taps_at_the_same_moment_say_it_once(desk):
    opened, citizen = a_matter(desk)
    helper = a_helper(desk, citizen, opened.code, ["fill"])
    request = ask_resident(desk, helper, opened.code, OWN, None, question="Ở đâu?")
    with ThreadPoolExecutor(4) as hands:
        list(hands.map(lambda _: reply(desk, citizen, request, agreed=True), range(4)))
    with desk.database.reading() as uow:
        rows = uow.matters.facts("66", opened.matter_id)
    assert sum(row.key == OWN for row in rows) == 1


def test_no_is_an_answer_and_the_helper_may_not_give_it(desk):
    opened, citizen = a_matter(desk)
    helper = a_helper(desk, citizen, opened.code, ["fill"])
    request = ask_resident(desk, helper, opened.code, OWN, None, question="Ở đâu?")
    with pytest.raises(NotAllowedError):
        reply(desk, helper, request, agreed=True)
    reply(desk, citizen, request, agreed=False)

    assert asked(desk, helper, request).state == "closed"
    with pytest.raises(BadRequestError):
        reply(desk, citizen, request, agreed=True)


def test_a_helper_hands_in_only_with_the_mandate_among_the_papers(desk):
    opened, citizen = a_matter(desk)
    helper = a_helper(desk, citizen, opened.code, ["fill", "submit"])
    step = "notarize_contract"
    with pytest.raises(PapersMissingError):
        submit(desk, helper, opened.code, step, idempotency_key=None)
    with desk.database.reading() as uow:
        assert uow.cases.of_matter("66", opened.matter_id)[0:1] == ()
    papers = {"mandate"} | {
        paper.id for paper in matter_view(desk, citizen, opened.code).steps[0].papers
    }
    case = submit(desk, helper, opened.code, step, idempotency_key=None, papers=papers)
    with desk.database.reading() as uow:
        row = uow.cases.by_code(case)
        last = uow.cases.last_move(row.tenant_id, row.id)
    assert (last.body["actor"], last.body["on_behalf_of"]) == ("Lan", "citizen")


# --- the day, and what the resident sees of it ----------------------------------------


def test_the_day_tells_whom_to_visit_in_which_order_and_prints_for_all(desk):
    opened, citizen = a_matter(desk)
    helper = a_helper(desk, citizen, opened.code, ["fill"])
    other, second = a_matter(desk)
    give_consent(
        desk, second, other.code, helper_name="lan", scope=["fill"], minutes=60
    )
    today = desk.today()
    plan_visits(
        desk,
        helper,
        [
            VisitWish(opened.code, "Thôn 3", today, 2),
            VisitWish(other.code, "Buôn Ea Sar", today, 1),
        ],
    )

    row, after = visits(residents(desk, helper), today)
    assert (row.hamlet, after.hamlet) == ("Buôn Ea Sar", "Thôn 3")
    assert row.left == "60 phút"
    assert print_visits(desk, helper, today).startswith(b"%PDF")
    assert print_visits(desk, helper, today.replace(day=1)) is None


def test_after_the_end_the_list_tells_a_code_and_nothing_else(desk):
    opened, citizen = a_matter(desk, GIFT)
    answer(desk, citizen, opened.code, "party[father].full_name", "Y Thu Niê")
    helper = a_helper(desk, citizen, opened.code, ["fill"])
    (row,) = residents(desk, helper)
    assert row.resident == "Y Thu Niê"
    with desk.database.reading() as uow:
        consent = uow.people.consents("66", matter_id=opened.matter_id)[0]
    end_consent(desk, citizen, consent.id)

    (row,) = residents(desk, helper)
    assert (row.state, row.resident, row.view, row.hamlet) == (
        "withdrawn",
        "",
        None,
        "",
    )
    with pytest.raises(HelpEndedError):
        plan_visits(desk, helper, [VisitWish(opened.code, "Thôn 3", None, 1)])


def test_the_resident_sees_who_saw_and_did_what_with_both_names(desk):
    opened, citizen = a_matter(desk)
    helper = a_helper(desk, citizen, opened.code, ["fill"])
    answer(desk, helper, opened.code, "land.area_m2", "210")
    made = packet(desk, helper, opened.code, "notarize_contract")
    assert "Lan in giúp" in made.cover.printed_by

    deeds = {(row.who, row.behalf, row.what) for row in
             who_helped(desk, citizen, opened.code).deeds}  # fmt: skip
    assert ("Lan", "citizen", "ghi một câu trả lời") in deeds
    assert ("Lan", "citizen", "in giấy có đủ số căn cước") in deeds
    with pytest.raises(AskResidentError):
        who_helped(desk, helper, opened.code)


def test_the_end_of_a_visit_counts_what_was_done_and_may_give_the_leave_back(desk):
    opened, citizen = a_matter(desk)
    helper = a_helper(desk, citizen, opened.code, ["fill"])
    answer(desk, helper, opened.code, "land.area_m2", "210")
    matter_view(desk, helper, opened.code)

    counts = end_visit(desk, helper, opened.code, give_back=False)
    assert (counts.looks, counts.answers, counts.prints) == (1, 1, 0)
    assert matter_view(desk, helper, opened.code).helped
    end_visit(desk, helper, opened.code, give_back=True)
    with pytest.raises(HelpEndedError):
        matter_view(desk, helper, opened.code)


def test_a_helper_who_may_only_follow_prints_and_moves_nothing(desk):
    gift = filed(desk)
    helper = a_helper(desk, gift.citizen, gift.code, ["follow"])
    with pytest.raises(NotAllowedError):
        packet(desk, helper, gift.code, "register_gift")
    with pytest.raises(NotAllowedError):
        raise_event(desk, helper, gift.case, "give_up")


# --- what people stumbled over ----------------------------------------------------


def test_who_is_helped_is_called_by_name_once_the_name_is_told(desk, lan):
    request = start_for_resident(
        desk, lan, goal="give", place="", wish=FILL, key="2" * 32
    )
    confirm_slip(desk, lan, request, number_slip(desk, lan, request))
    code = asked(desk, lan, request).matter_code
    assert matter_view(desk, lan, code).helped.resident == "citizen"
    row = PartyRow(id="sau", role="transferor", share="", name="Trần Thị Mẫu Sáu")
    assert answer_parties(desk, lan, code, [row]).problem is None

    assert matter_view(desk, lan, code).helped.resident == row.name
    assert residents(desk, lan)[0].resident == row.name
    answer(desk, lan, code, "land.area_m2", "210")
    answered = {row.key: row for row in matter_view(desk, lan, code).answered}
    assert answered["land.area_m2"].on_behalf_of == row.name


def test_a_name_that_was_agreed_under_stays_when_people_are_renamed(desk):
    opened, citizen = a_matter(desk)
    answer(desk, citizen, opened.code, "party[father].full_name", "Nguyễn Văn Bình")
    helper = a_helper(desk, citizen, opened.code, ["fill"])
    answer(desk, helper, opened.code, "party[father].full_name", "Nguyễn Văn Minh")
    assert matter_view(desk, helper, opened.code).helped.resident == "Nguyễn Văn Bình"


@pytest.mark.parametrize("typed", ["", "   "])
def test_no_answer_at_all_is_not_put_to_the_resident(desk, typed):
    opened, citizen = a_matter(desk)
    helper = a_helper(desk, citizen, opened.code, ["fill"])
    with pytest.raises(BadRequestError):
        ask_resident(desk, helper, opened.code, OWN, typed, question="Ở đâu?")
    assert open_questions(desk, citizen, opened.code) == ()


def test_a_paper_says_only_the_length_that_it_allows(desk, lan):
    opened, citizen = a_matter(desk)
    long = Wish("papers", ("fill",), 10080)
    request = ask_access(desk, lan, code=opened.code, wish=long, key=None)
    assert "7 ngày" in "".join(asked(desk, lan, request).words)
    number = number_slip(desk, lan, request)
    pages = PdfDocument(help_slip(desk, lan, request))
    said = "".join(page.get_textpage().get_text_range() for page in pages)
    assert "7 ngày" not in said
    assert "Trong bao lâu: 1 ngày" in said

    confirm_slip(desk, lan, request, number)
    (given,) = who_helped(desk, citizen, opened.code).given
    assert "7 ngày" not in "".join(given.words)
    assert "Trong bao lâu: 1 ngày" in "".join(given.words)


def test_names_on_the_helpers_list_are_no_visits_to_the_matter(desk):
    opened, citizen = a_matter(desk)
    helper = a_helper(desk, citizen, opened.code, ["fill"])
    matter_view(desk, helper, opened.code)
    for _ in range(3):
        residents(desk, helper)
    assert end_visit(desk, helper, opened.code, give_back=False).looks == 1


def test_the_code_goes_by_zalo_or_as_a_text_to_a_phone_and_nowhere_else(desk, lan):
    opened, _ = a_matter(desk)
    request = ask_access(desk, lan, code=opened.code, wish=FILL, key=None)
    assert list(phone_channels()) == ["zalo", "sms"]
    with pytest.raises(BadRequestError):
        send_help_code(desk, lan, request, "lan@example.com", "email")
    send_help_code(desk, lan, request, PHONE, "zalo")
    confirm_by_code(desk, lan, request, read_aloud(desk)[0])
    assert messages_of(desk)[-1].channel == "zalo"
    assert matter_view(desk, lan, opened.code).helped
