"""Following by code: what the code alone shows, and what the second factor opens."""

import re
from dataclasses import replace
from html import unescape

import icalendar
import pytest
from starlette.testclient import TestClient

from service.auth.actors import anonymous
from service.auth.sessions import open_matter
from service.errors import NotAllowedError, SignInRequiredError, TooManyTriesError
from service.main import create_app
from service.usecases.cases.case_page import case_view
from service.usecases.cases.pay import record_payment
from service.usecases.following import follow_access
from service.usecases.following.follow_access import Level
from service.usecases.following.follow_case import follow
from service.usecases.matter.answer_question import record_facts
from service.usecases.matter.read_matter import matter_view
from service.usecases.matter.submit_dossier import submit
from service.usecases.matter.withdraw import withdraw, withdrawal
from service.usecases.outside.notice_qr import checked
from service.usecases.outside.working import run_until_idle
from service.web.desks import SESSION
from tests.factories import (
    Filed,
    a_helper,
    a_matter,
    act,
    clerk,
    file_of,
    filed,
    finish,
    row_of,
)
from tests.service.test_linked_cases import SALE
from workflows.vietqr import TRIAL_BANK, BadQrError, VietQr, build, trial_code

SELLER = "Phan Thị Lan"
LAST_OF_ID, LAST_OF_PHONE = "4321", "8877"
PERSON = {
    "party[lan].full_name": SELLER,
    "party[lan].person_id": f"06618100{LAST_OF_ID}",
    "party[lan].phone": f"090511{LAST_OF_PHONE}",
    "party[minh].full_name": "Hồ Văn Minh",
    "party[minh].person_id": "066181009999",
}
RESULT_WAITS = 9  # the national status
OWED = 22_500_000  # the sum of NOTICE


def a_sale(desk) -> Filed:
    """Hand in the registration of a sale by people with names and numbers."""
    opened, citizen = a_matter(desk, SALE)
    record_facts(desk, citizen, opened.code, PERSON, "citizen")
    case = submit(desk, citizen, opened.code, "notarize_contract", idempotency_key=None)
    finish(desk, citizen, case)
    case = submit(desk, citizen, opened.code, "register_transfer", idempotency_key=None)
    act(desk, clerk(desk, "one-stop"), case, "accept")
    return Filed(opened.code, opened.pin, citizen, case)


def a_contract(desk) -> Filed:
    """Hand in the contract of a sale: enough for whoever tries to look."""
    opened, citizen = a_matter(desk, SALE)
    record_facts(desk, citizen, opened.code, PERSON, "citizen")
    case = submit(desk, citizen, opened.code, "notarize_contract", idempotency_key=None)
    return Filed(opened.code, opened.pin, citizen, case)


def tax_case_of(desk, case):
    with desk.database.reading() as uow:
        return uow.cases.by_id("66", file_of(desk, case).children[0].child_id).code


NOTICE = {
    "notice.number": "0123/TB-TCS",
    "pit.due": True,
    "registration_fee.due": True,
    "land_use_levy.due": False,
    "notice.lines": [
        {"kind": "personal_income_tax", "payer": "lan", "amount": 18000000},
        {"kind": "registration_fee", "payer": "minh", "amount": 4500000},
    ],
}


def an_owing_sale(desk, facts=NOTICE) -> Filed:
    """Bring a sale to where its notice waits for the payment."""
    sale = a_sale(desk)
    finish(desk, sale.citizen, sale.case)
    child = tax_case_of(desk, sale.case)
    act(desk, clerk(desk, "tax"), child, "take_up")
    act(desk, clerk(desk, "tax"), child, "issue_notice", facts=facts)
    run_until_idle(desk)
    return sale


class Visitor:
    """Somebody with a browser of his own, without any script."""

    def __init__(self, desk):
        self.client = TestClient(create_app(desk), follow_redirects=True)
        self.answer = None

    def opens(self, path):
        self.answer = self.client.get(path)
        return self

    def sends(self, path, **fields):
        token = re.search(r'name="csrf" value="(\w+)"', self.answer.text)
        data = {key.replace("_", "-"): text for key, text in fields.items()}
        self.answer = self.client.post(path, data={"csrf": token[1], **data})
        return self

    def knows(self, code, second):
        return self.opens(f"/tra-cuu?ma={code}").sends("/tra-cuu", ma=code, so=second)

    @property
    def words(self):
        main = self.answer.text.partition("<main")[2]
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


# --- what the code alone shows --------------------------------------------------------


def test_a_code_alone_shows_stages_and_days_and_the_second_factor_the_rest(desk):
    sale = an_owing_sale(desk)
    for code in (sale.code, sale.case):
        visitor = Visitor(desk).opens(f"/tra-cuu?ma={code}")
        assert "Đang chờ ông bà nộp tiền" in visitor.words
        for secret in (SELLER, "Minh", "0123/TB-TCS", "18.000.000", "▶", "Giấy cơ"):
            assert secret not in visitor.words
    alone = follow(desk, sale.case)
    assert (alone.applicant, alone.money_view.rows, alone.clock) == (None, (), ())
    assert (alone.sheets, alone.messages, alone.result) == ((), (), None)

    by_digits = Visitor(desk).knows(sale.case, LAST_OF_ID)
    assert "Thuế thu nhập cá nhân, P. T. L. 18.000.000 đ" in by_digits.words
    assert SELLER not in by_digits.answer.text

    family = Visitor(desk).knows(sale.case, sale.pin)
    assert f"Thuế thu nhập cá nhân, {SELLER} 18.000.000 đ" in family.words
    the_clock_says_why(family, desk, sale)
    the_notice_without_a_qr_shows_none(family)
    the_last_day_to_pay_moves_the_appointment(desk, sale)
    the_link_carries_no_name(family, desk, sale)


def the_clock_says_why(family, desk, sale):
    for words in ("‖ Dừng", "Chờ ông bà nộp tiền", "Vì sao đồng hồ dừng?"):
        assert words in family.words
    assert "PL I, Phần V, A.II.10" in family.words
    balls = [row.ball for row in follow(desk, sale.case, Level.PIN).clock]
    assert "Ông bà" in balls
    assert not {ball for ball in balls if ball and ball.isascii()}


def the_notice_without_a_qr_shows_none(family):
    assert 'class="pay-qr"' not in family.answer.text
    assert "Chưa có mã QR" in family.words
    assert "Chỉ nộp theo thông báo; Dắt không thu tiền." in family.words
    assert "mỗi ngày tính thêm 0,03 %" in family.words


def the_last_day_to_pay_moves_the_appointment(desk, sale):
    view = follow(desk, sale.case, Level.PIN)
    last, due = view.if_paid_last
    assert last == max(row.due for row in view.money_view.rows)
    assert due > last
    assert due > view.due


def the_link_carries_no_name(family, desk, sale):
    message = re.search(r"<textarea[^>]+>([^<]+)<", family.answer.text)[1]
    assert SELLER not in message
    address = message.split()[-1]
    assert address == f"{desk.settings.base_url}/tra-cuu?ma={sale.case}"
    neighbour = Visitor(desk).opens(address.removeprefix(desk.settings.base_url))
    assert SELLER not in neighbour.answer.text
    assert neighbour.answer.headers["x-robots-tag"] == "noindex, nofollow"


# --- the second factor ----------------------------------------------------------------

OPEN = "Mang theo, cho người nhà xem"  # what only stands there with the second factor


def test_the_number_is_typed_once_and_opens_every_case_of_the_matter(desk):
    sale = a_contract(desk)
    visitor = Visitor(desk).knows(sale.code, sale.pin)
    assert visitor.answer.url.query == f"ma={sale.code}".encode()
    for code in (sale.code, sale.case):
        assert OPEN in visitor.opens(f"/tra-cuu?ma={code}").words
    visitor.opens(f"/tra-cuu?ma={sale.code}").sends("/tra-cuu/dong", ma=sale.code)
    assert OPEN not in visitor.opens(f"/tra-cuu?ma={sale.code}").words


def test_the_citizen_of_the_matter_comes_back_to_it_and_to_its_messages(desk):
    sale = a_contract(desk)
    stranger = Visitor(desk).knows(sale.code, sale.pin)
    assert f"/ho-so/{sale.code}" not in stranger.answer.text

    citizen = TestClient(create_app(desk))
    citizen.cookies.set(SESSION, open_matter(desk, sale.code, sale.pin).token)
    page = citizen.get(f"/tra-cuu?ma={sale.case}").text
    assert f'href="/ho-so/{sale.code}"' in page
    assert f'href="/ho-so/{sale.code}/tin-nhan"' in page


def test_after_a_while_the_number_is_asked_again(desks):
    desk = desks.make()
    sale = a_contract(desk)
    visitor = Visitor(desk).knows(sale.code, sale.pin)
    assert OPEN in visitor.words
    desks.hour.later(minutes=desk.settings.follow_minutes + 1)
    assert OPEN not in visitor.opens(f"/tra-cuu?ma={sale.code}").words


def test_four_digits_of_the_applicant_open_his_case_and_not_the_matter(desk):
    sale = a_contract(desk)
    for digits in (LAST_OF_ID, LAST_OF_PHONE):
        visitor = Visitor(desk).knows(sale.case, digits)
        assert OPEN in visitor.words
        assert OPEN not in visitor.opens(f"/tra-cuu?ma={sale.code}").words
        assert follow_access.prove(desk, sale.code, digits) is None
    assert follow(desk, sale.case, Level.DIGITS).applicant is None


def test_what_does_not_fit_says_the_same_and_opens_nothing(desk):
    sale = a_contract(desk)
    seen = set()
    for second in ("9999", "0000", "000000", "", "43 21x"):  # 9999 is the buyer's
        visitor = Visitor(desk).knows(sale.case, second)
        assert visitor.answer.status_code == 422
        assert OPEN not in visitor.words
        seen.add(visitor.words)
    assert len(seen) == 1
    assert "Số này chưa mở được" in seen.pop()


def test_four_digits_are_tried_a_few_times_a_day_whoever_asks(desks):
    desk = desks.make()
    sale = a_contract(desk)
    for number in range(desk.settings.follow_digits_a_day):
        at = f"client {number}"
        assert follow_access.prove(desk, sale.case, "0001", client=at) is None
    desks.hour.later(hours=20)
    with pytest.raises(TooManyTriesError):
        follow_access.prove(desk, sale.case, LAST_OF_ID, client="another")
    # The number of the matter is another key, and the next day is another day.
    assert follow_access.prove(desk, sale.case, sale.pin).level is Level.PIN
    desks.hour.later(hours=5)
    assert follow_access.prove(desk, sale.case, LAST_OF_ID).level is Level.DIGITS


def test_codes_that_do_not_exist_are_slowed_down_as_those_that_do(desk):
    sale, nothing = a_contract(desk), "HS-00000-00000-00000-0"
    for code in (sale.case, nothing):
        for _ in range(desk.settings.follow_digits_a_day):
            assert follow_access.prove(desk, code, "0001") is None
        with pytest.raises(TooManyTriesError):
            follow_access.prove(desk, code, "0001")


def test_one_address_cannot_try_many_codes(desks):
    desk = desks.make(follow_tries_of_client=3)
    for number in range(3):
        assert follow_access.prove(desk, f"HS-{number}", "1", client="one") is None
    with pytest.raises(TooManyTriesError):
        follow_access.prove(desk, "HS-9", "1", client="one")
    assert follow_access.prove(desk, "HS-9", "1", client="two") is None


def test_a_right_number_sets_the_counter_back(desk):
    sale = a_contract(desk)
    for _ in range(3 * desk.settings.sign_in_tries):
        assert follow_access.prove(desk, sale.code, sale.pin) is not None


def test_a_cookie_that_somebody_wrote_himself_opens_nothing(desk):
    sale = a_contract(desk)
    held = follow_access.prove(desk, sale.code, sale.pin)
    text = follow_access.written(desk, held)
    assert follow_access.read(desk, text).matter_id == held.matter_id
    changed = text[:-1] + ("0" if text[-1] != "0" else "1")
    for forged in (changed, "", ".", "a.b.pin.1.ff", "đ.đ", None):
        assert follow_access.read(desk, forged) is None


def test_it_is_written_down_that_somebody_looked_with_the_number(desk):
    sale = a_contract(desk)
    follow_access.prove(desk, sale.case, LAST_OF_ID)
    seen = matter_view(desk, sale.citizen, sale.code).access
    assert "follow" in {each.what for each in seen}


# --- clock, counter, papers -----------------------------------------------------------


def to_the_counter(desks):
    desk = desks.make(mode="auto")
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    for _ in range(20):
        if row_of(desk, case).status == RESULT_WAITS:
            break
        finish(desk, matter.citizen, case, most=1)
        run_until_idle(desk)
    assert row_of(desk, case).status == RESULT_WAITS
    return desk, matter, case


def test_a_result_that_waits_names_the_counter_the_papers_and_the_receipt(desks):
    desk, matter, case = to_the_counter(desks)
    visitor = Visitor(desk).knows(matter.code, matter.pin)
    counter = follow(desk, case).counter
    assert counter
    assert f"Đến {counter}" in visitor.words
    assert f"Nhận ở đâu {counter}" in visitor.words
    assert "Người khác nhận thay Mang thêm Giấy ủy quyền" in visitor.words
    receipt = next(
        sheet for sheet in follow(desk, case, Level.PIN).sheets
        if sheet.form == "ONESTOP-01"
    )  # fmt: skip
    assert receipt.name.capitalize() in visitor.words


def test_a_result_that_was_given_says_when_and_which_office_wrote_it_down(desks):
    desk, matter, case = to_the_counter(desks)
    finish(desk, matter.citizen, case)
    found = follow(desk, case, Level.PIN).result
    assert (found.given_on, found.given_by) == (
        desk.today(), clerk(desk, "one-stop").office_name,
    )  # fmt: skip
    visitor = Visitor(desk).knows(matter.code, matter.pin)
    assert f"{found.given_by} ghi: đã trả ngày" in visitor.words


# --- money ----------------------------------------------------------------------------


def test_only_the_notice_that_holds_shows_its_qr_with_payee_and_sum(desks):
    desk = desks.make()
    payee = {"notice.payee": "Kho bạc (thử nghiệm)"}
    told = payee | {"notice.payment_qr": trial_code(OWED, "0123/TB-TCS")}
    sale = an_owing_sale(desk, NOTICE | told)
    visitor = Visitor(desk).knows(sale.case, sale.pin)
    assert visitor.answer.text.count('class="pay-qr"') == 1
    assert "Nơi nhận tiền, như thông báo ghi Kho bạc (thử nghiệm)" in visitor.words
    assert "Cộng theo thông báo 22.500.000 đ" in visitor.words
    assert (
        "Cho ai THU NGHIEM Tài khoản 0, ngân hàng mã 000000 "
        "Bao nhiêu 22.500.000 đ Theo thông báo 0123/TB-TCS Lời nhắn 0123/TB-TCS "
        "Chỉ trả theo thông báo của cơ quan."
    ) in visitor.words

    tax, child = clerk(desk, "tax"), tax_case_of(desk, sale.case)
    new = NOTICE | {"notice.number": "0124/TB-TCS"}
    desks.hour.later(hours=1)
    for event in ("review_own_error", "reassess"):
        act(desk, tax, child, event)
    act(desk, tax, child, "adjust_notice", facts=new)
    run_until_idle(desk)
    (notice,) = follow(desk, sale.case, Level.PIN).money_view.notices
    assert (notice.number, notice.qr, notice.payee) == ("0124/TB-TCS", None, None)

    record_payment(desk, tax, child, line="", amount=OWED, voucher="GNT-1")
    found = follow(desk, sale.case, Level.PIN).money_view
    assert (found.notices, found.late) == ((), None)


REAL = VietQr("970436", "0011000000001", OWED, "KHO BAC")


@pytest.mark.parametrize(
    ("qr", "why"),
    [
        (trial_code(OWED + 1), "Mã ghi 22.500.001 đ, thông báo ghi 22.500.000 đ."),
        (build(VietQr(TRIAL_BANK, "0", None)), "Mã không ghi số tiền"),
        (trial_code(OWED)[:-1] + "#", "số kiểm tra ở cuối không khớp"),
        ("chuyển vào tài khoản 0123456789", "chữ mà mã thanh toán không có"),
        (build(REAL), "Bản thử nghiệm không hiện mã trả tiền thật."),
    ],
    ids=["other sum", "no sum", "cut", "a sentence", "a real bank"],
)
def test_a_code_that_says_otherwise_than_its_notice_is_told_to_a_clerk_alone(
    desk, qr, why
):
    sale = an_owing_sale(desk, NOTICE | {"notice.payment_qr": qr})
    visitor = Visitor(desk).knows(sale.case, sale.pin)
    assert 'class="pay-qr"' not in visitor.answer.text
    assert "Chưa có mã QR" in visitor.words
    seen = case_view(desk, clerk(desk, "tax"), tax_case_of(desk, sale.case))
    (warned,) = [each for each in seen.warnings if "Mã QR" in each]
    assert "0123/TB-TCS" in warned
    assert why in warned.replace("\u00a0", " ")


def test_a_code_for_the_whole_notice_is_of_no_use_once_a_part_is_paid(desk):
    sale = an_owing_sale(desk, NOTICE | {"notice.payment_qr": trial_code(OWED)})
    tax, child = clerk(desk, "tax"), tax_case_of(desk, sale.case)
    record_payment(desk, tax, child, line="", amount=1000000, voucher="GNT-1")
    visitor = Visitor(desk).knows(sale.case, sale.pin)
    assert 'class="pay-qr"' not in visitor.answer.text
    assert "đã nộp một phần" in visitor.words
    assert not [each for each in case_view(desk, tax, child).warnings if "QR" in each]


def test_outside_a_trial_no_code_of_a_trial_is_shown(desk):
    real = replace(
        desk, settings=desk.settings.model_copy(update={"environment": "production"})
    )
    with pytest.raises(BadQrError, match="mã thử nghiệm"):
        checked(real, trial_code(OWED), OWED)
    assert checked(real, build(REAL), OWED) == REAL


# --- the calendar file ----------------------------------------------------------------


def days_of(content):
    found = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return {str(event["uid"]): event for event in found}


def test_the_calendar_holds_days_to_pay_without_names_and_moves_when_taken_again(desks):
    desk = desks.make()
    sale = an_owing_sale(desk)
    visitor = Visitor(desk).knows(sale.code, sale.pin)
    first = visitor.opens(f"/tra-cuu/lich.ics?ma={sale.code}").answer
    assert first.headers["content-type"].startswith("text/calendar")
    assert SELLER not in first.text
    before = days_of(first.content)
    rows = follow(desk, sale.case, Level.PIN).money_view.rows
    due = {row.due for row in rows if row.left}
    assert due <= {event["dtstart"].dt for event in before.values()}
    assert all(event.walk("VALARM") for event in before.values())

    for number, row in enumerate(rows):
        record_payment(
            desk, clerk(desk, "tax"), tax_case_of(desk, sale.case),
            line=row.line, amount=row.left, voucher=f"GNT-{number}",
        )  # fmt: skip
    run_until_idle(desk)
    after = days_of(visitor.opens(f"/tra-cuu/lich.ics?ma={sale.code}").answer.content)
    assert set(after) == {f"{sale.case}-hen-tra@dat"}


def test_the_calendar_is_only_for_whoever_knows_the_second_factor(desk):
    sale = an_owing_sale(desk)
    visitor = Visitor(desk).opens(f"/tra-cuu/lich.ics?ma={sale.code}")
    assert visitor.answer.status_code == 404


# --- taking a dossier back ------------------------------------------------------------


def test_a_citizen_withdraws_after_being_asked_once_more(desk):
    sale = a_sale(desk)
    visitor = Visitor(desk).knows(sale.case, sale.pin)
    visitor.opens(f"/tra-cuu/rut?ma={sale.case}")
    assert "nộp lại từ đầu" in visitor.words
    assert "Chưa rõ phí, thuế đã nộp có được trả lại không" in visitor.words
    visitor.sends("/tra-cuu/rut", ma=sale.case, khoa="k1", ly_do="Chưa thống nhất")
    assert "Chắc chắn rút hồ sơ?" in visitor.words
    assert row_of(desk, sale.case).ended_at is None
    again = {"ma": sale.case, "khoa": "k1", "ly_do": "Chưa thống nhất", "hoi_lai": "1"}
    visitor.sends("/tra-cuu/rut", **again)
    assert visitor.answer.status_code == 422
    assert "Chưa thống nhất" in visitor.answer.text
    assert row_of(desk, sale.case).ended_at is None
    visitor.sends("/tra-cuu/rut", **again, chac_chan="1")
    assert "Ông bà đã rút hồ sơ" in visitor.words
    assert row_of(desk, sale.case).outcome == "withdrawn"
    said = file_of(desk, sale.case).own_facts["withdrawal.reason"].value
    assert said == "Chưa thống nhất"


def test_two_taps_withdraw_once(desk):
    sale = a_sale(desk)
    visitor = Visitor(desk).knows(sale.case, sale.pin)
    visitor.opens(f"/tra-cuu/rut?ma={sale.case}")
    page = visitor.answer
    for _ in range(2):
        visitor.answer = page
        visitor.sends(
            "/tra-cuu/rut", ma=sale.case, khoa="k1", hoi_lai="1", chac_chan="1"
        )
        assert visitor.answer.status_code == 200
    version = row_of(desk, sale.case).version
    assert withdraw(desk, sale.citizen, sale.case, reason="", key="k1").repeated
    assert row_of(desk, sale.case).version == version


def test_a_helper_cannot_withdraw_however_much_was_allowed(desk):
    sale = a_sale(desk)
    helper = a_helper(desk, sale.citizen, sale.code, {"follow", "fill", "submit"})
    with pytest.raises(NotAllowedError):
        withdraw(desk, helper, sale.case, reason="", key="k")
    with pytest.raises(NotAllowedError):
        withdrawal(desk, helper, sale.case)
    assert row_of(desk, sale.case).ended_at is None


def test_without_the_number_it_is_asked_and_what_was_typed_is_kept(desk):
    sale = a_sale(desk)
    visitor = Visitor(desk).opens(f"/tra-cuu?ma={sale.case}")
    visitor.sends("/tra-cuu/rut", ma=sale.case, khoa="k1", ly_do="Đổi ý")
    assert "Cần số mở" in visitor.words
    assert "Đổi ý" in visitor.answer.text
    kept = {"ma": sale.case, "khoa": "k1", "ly_do": "Đổi ý"}
    visitor.sends("/tra-cuu/rut", **kept, so="000000")
    assert visitor.answer.status_code == 422
    assert "Đổi ý" in visitor.answer.text
    visitor.sends("/tra-cuu/rut", **kept, so=sale.pin)
    assert "Chắc chắn rút hồ sơ?" in visitor.words
    assert "Đổi ý" in visitor.words


def test_four_digits_let_nobody_withdraw(desk):
    sale = a_sale(desk)
    visitor = Visitor(desk).knows(sale.case, LAST_OF_ID)
    visitor.opens(f"/tra-cuu/rut?ma={sale.case}")
    assert "Cần số mở" in visitor.words


def test_a_certificate_that_was_signed_cannot_be_withdrawn(desks):
    desk, matter, case = to_the_counter(desks)
    visitor = Visitor(desk).knows(case, matter.pin)
    visitor.opens(f"/tra-cuu/rut?ma={case}")
    assert "không còn rút trên trang được" in visitor.words
    assert not follow(desk, case, Level.PIN).may_withdraw


def test_a_stranger_is_not_told_whether_a_case_may_be_withdrawn(desk):
    sale = a_sale(desk)
    with pytest.raises(SignInRequiredError):
        withdrawal(desk, anonymous("66"), sale.case)
