"""Each exercise can be done on the real pages, and a wrong way is told kindly."""

import re
import shutil

import pytest

from service.auth.sessions import sign_in
from service.main import create_app
from service.persistence.database import connect
from service.usecases.playing.demo import seed
from service.usecases.practising.practice_book import exercises
from service.web.everybody.practice import COOKIE
from tests.conftest import Desks
from tests.forms.papers import text_of
from tests.practising import Visitor, count, said

DONE = "Bài này đã xong"
MEND = "Còn chỗ phải sửa"


@pytest.fixture
def desk(sqlite_template, tmp_path):
    """The rooms have a database of their own, so one kind of the real one will do."""
    shutil.copy(sqlite_template, tmp_path / "dat.sqlite")
    database = connect(f"sqlite:///{tmp_path / 'dat.sqlite'}")
    yield Desks(database, tmp_path).make()
    database.dispose()


@pytest.fixture
def app(desk):
    made = create_app(desk)
    yield made
    made.state.rooms.close()


@pytest.fixture
def trainee(app):
    return Visitor(app).enters()


def test_there_are_twelve_and_eight_and_each_says_what_it_needs_to_say():
    book = exercises()
    assert len(book) == len({each.id for each in book}) == 20
    assert [each.of_clerk for each in book] == [False] * 12 + [True] * 8
    for each in book:
        assert each.story
        assert each.tasks
        assert each.solution
        assert each.checks or each.asks
        for ask in each.asks:
            rights = [choice for choice in ask.choices if choice.right]
            wrongs = [choice for choice in ask.choices if not choice.right]
            assert bool(ask.right_from) != (len(rights) == 1)
            assert all(choice.says for choice in wrongs) or ask.wrong


@pytest.mark.parametrize("name", [each.id for each in exercises()])
def test_nothing_done_is_told_and_not_counted(trainee, name):
    before = said(trainee.opens(f"/luyen-tap/bai/{name}").text)
    assert "Bắt đầu bài này" in before
    assert "Xem lời giải" not in before
    begun = trainee.begins(name)
    assert begun.status_code == 200, begun.text
    assert MEND not in said(begun.text)
    told = trainee.asks(name)
    assert MEND in told
    assert DONE not in told
    assert "Xem lời giải" in told


def test_the_right_goal_is_found_and_a_wrong_one_named(trainee):
    trainee.begins("tim-viec")
    trainee.sends("/viec/sell", {}, trainee.opens("/viec/sell").text)
    assert "là việc khác" in trainee.asks("tim-viec")
    trainee.sends("/viec/give", {}, trainee.opens("/viec/give").text)
    assert DONE in trainee.asks("tim-viec")


def test_the_plan_is_read(trainee):
    trainee.begins("doc-ke-hoach")
    plan = said(trainee.plays("doc-ke-hoach").text)
    days = re.search(r"(\d+) ngày làm việc", plan)[1]
    wrong = trainee.asks(
        "doc-ke-hoach", truoc="register_gift", bao_lau="1", may_buoc="9"
    )
    assert "Bước đó làm sau" in wrong
    assert "không phải số ngày thường" in wrong
    assert "Đếm các bước" in wrong
    right = {"truoc": "notarize_contract", "bao_lau": f"{days} ngày", "may_buoc": "2"}
    assert DONE in trainee.asks("doc-ke-hoach", **right)


def answers(visitor, code, key, value):
    path = f"/ho-so/{code}/cau-hoi/{key}"
    answer = visitor.sends(path, {"tra-loi": value}, visitor.opens(path).text)
    assert answer.status_code == 200, answer.text


def test_what_he_does_not_know_is_not_guessed(trainee):
    trainee.begins("chua-ro")
    trainee.plays("chua-ro")
    code, _ = trainee.code_of("chua-ro")
    answers(trainee, code, "land.area_m2", "400")
    answers(trainee, code, "mortgage.registered", "false")
    answers(trainee, code, "commune.area_class", "I")
    told = trainee.asks("chua-ro")
    assert "đang ghi khác lời ông Tám kể" in told
    assert "Đừng đoán" in told
    answers(trainee, code, "land.area_m2", "450")
    answers(trainee, code, "commune.area_class", "chua-ro")
    assert DONE in trainee.asks("chua-ro")


def asks_for_help(trainee, *scopes):
    """Ask the resident at her door to be let help; return the page of the asking."""
    code, _ = trainee.code_of("xin-phep")
    shown = trainee.plays("xin-phep", "helper")
    wish = {"de-lam": "papers", "viec": list(scopes), "phut": "60", "ma": code}
    asked = trainee.sends("/ho-tro/them", wish, shown.text)
    assert "/ho-tro/xin/" in str(asked.url), said(asked.text)
    return asked


def test_consent_is_taken_by_the_code_on_her_phone(trainee):
    trainee.begins("xin-phep")
    asked = asks_for_help(trainee, "fill")
    phone = {"dien-thoai": "0912345678", "kenh": "sms"}
    sent = trainee.sends(f"{asked.url}/gui-ma", phone, asked.text)
    assert "chưa cho phép" in trainee.asks("xin-phep")
    text = said(trainee.opens("/luyen-tap/bai/xin-phep").text)
    code = re.search(r"\b\d{6}\b", text.partition("Điện thoại của bà con (giả)")[2])[0]
    trainee.sends(f"{asked.url}/ma", {"ma-so": code}, sent.text)
    assert DONE in trainee.asks("xin-phep")


def test_consent_is_taken_by_paper_and_not_too_much_of_it(trainee):
    trainee.begins("xin-phep")
    signs(trainee, asks_for_help(trainee, "fill", "submit"))
    assert "phép này cho cả nộp thay" in trainee.asks("xin-phep")
    code, _ = trainee.code_of("xin-phep")
    trainee.plays("xin-phep")
    shown = trainee.opens(f"/ho-so/{code}/nho-giup").text
    trainee.sends(re.search(r'action="([^"]+/dung)"', shown)[1], {}, shown)
    assert "chưa cho phép" in trainee.asks("xin-phep")
    signs(trainee, asks_for_help(trainee, "fill"))
    assert DONE in trainee.asks("xin-phep")


def signs(trainee, asked):
    """Print the paper, take it for signed, and type its number."""
    made = trainee.sends(f"{asked.url}/giay", {}, asked.text)
    paper = text_of(trainee.opens(f"{asked.url}/giay.pdf").content)
    assert "LUYỆN TẬP" in paper
    number = re.search(r"GY-[0-9A-Z-]+", paper)[0]
    answer = trainee.sends(f"{asked.url}/da-ky", {"so-giay": number}, made.text)
    assert answer.status_code == 200, said(answer.text)


def test_help_ends_and_the_helper_sees_nothing_more(trainee):
    trainee.begins("ket-thuc-giup")
    code, _ = trainee.code_of("ket-thuc-giup")
    told = trainee.asks("ket-thuc-giup", mai="co")
    assert "Chưa có ai mở việc của bà" in told
    assert "Phép của bà vẫn còn chạy" in told
    assert "không thấy gì nữa" in told
    trainee.plays("ket-thuc-giup", "helper")
    assert trainee.opens(f"/ho-so/{code}").status_code == 200
    trainee.plays("ket-thuc-giup")
    shown = trainee.opens(f"/ho-so/{code}/nho-giup").text
    trainee.sends(re.search(r'action="([^"]+/dung)"', shown)[1], {}, shown)
    assert "Mẫu Tập Sự" in said(trainee.opens(f"/ho-so/{code}/ai-da-lam").text)
    assert DONE in trainee.asks("ket-thuc-giup", mai="khong")
    trainee.plays("ket-thuc-giup", "helper")
    assert trainee.opens(f"/ho-so/{code}").status_code == 403


def test_no_otp_is_taken(trainee):
    trainee.begins("ma-otp")
    told = trainee.asks("ma-otp", lam="nhap", noi="con")
    assert "không ai biết ai đã ký" in told
    assert "Con ông cũng không nhập thay" in told
    assert DONE in trainee.asks("ma-otp", lam="tra", noi="xoa")


def test_the_card_fills_in(trainee):
    story = said(trainee.begins("the-can-cuoc").text)
    text = re.search(r"066181\d+\|\|.*?\|15032022", story)[0]
    trainee.plays("the-can-cuoc")
    code, _ = trainee.code_of("the-can-cuoc")
    answers(trainee, code, "party[hoa].full_name", "Nguyễn Thị Mẫu Hoa")
    assert "chưa được ghi từ thẻ" in trainee.asks("the-can-cuoc")
    trainee.begins("the-can-cuoc")
    trainee.plays("the-can-cuoc")
    code, _ = trainee.code_of("the-can-cuoc")
    path = f"/ho-so/{code}/the/hoa"
    fields = {"ma-qr": text, "ghi": "1"}
    fields |= {"chon-address": "now"}
    answer = trainee.sends(path, {"ma-qr": text}, trainee.opens(path).text)
    offered = re.findall(r'name="chon-(\w+)" value="(\w+)"', answer.text)
    fields |= {f"chon-{name}": value for name, value in offered}
    trainee.sends(path, fields, answer.text)
    assert DONE in trainee.asks("the-can-cuoc")


def chooses_a_name(trainee, name):
    """Begin the exercise and let this name hold; return what is said of it."""
    trainee.begins("ten-khac")
    shown = trainee.plays("ten-khac").text
    code, _ = trainee.code_of("ten-khac")
    key = re.search(r'name="muc" value="([^"]+)"', shown)[1]
    words = re.findall(r'name="dung" value="(\d+)"[^>]*>(.*?)<small', shown)
    seq = next(seq for seq, told in words if told.endswith(f">{name}"))
    trainee.sends(f"/ho-so/{code}/kiem-tra", {"muc": key, "dung": seq}, shown)
    return trainee.asks("ten-khac")


def test_the_name_on_the_card_holds(trainee):
    trainee.begins("ten-khac")
    assert "Hai nơi vẫn nói khác nhau" in trainee.asks("ten-khac")
    assert "Quầy so với thẻ" in chooses_a_name(trainee, "Nguyễn Thị Mẫu Hoa")
    assert DONE in chooses_a_name(trainee, "Nguyễn Thị Mẫu Hoà")


def test_the_packet_is_printed_and_its_cover_read(trainee):
    trainee.begins("bo-giay")
    trainee.plays("bo-giay")
    code, _ = trainee.code_of("bo-giay")
    path = f"/ho-so/{code}/buoc/update_personal_information/bo-giay.pdf"
    words = text_of(trainee.opens(path).content)
    number = re.search(r"LUYỆN TẬP (\d{3})", words)[1]
    told = trainee.asks("bo-giay", so=str(int(number) + 1), so_do="sao")
    assert "số đứng ngay sau chữ LUYỆN TẬP" in told
    assert "phải đi lại" in told
    assert DONE in trainee.asks("bo-giay", so=number, so_do="goc")


def files(trainee, exercise):
    """File the step with every paper there is."""
    trainee.plays(exercise)
    code, _ = trainee.code_of(exercise)
    path = f"/ho-so/{code}/buoc/update_personal_information"
    shown = trainee.opens(path).text
    papers = re.findall(r'name="co" value="([^"]+)"', shown)
    answer = trainee.sends(path, {"co": papers, "nop": "1"}, shown)
    assert answer.status_code == 200, said(answer.text)


def test_a_step_is_filed_and_followed_until_the_counter_has_taken_it(trainee):
    trainee.begins("nop-theo-doi")
    files(trainee, "nop-theo-doi")
    assert "quầy chưa nhận" in trainee.asks("nop-theo-doi")
    assert "Quầy đã nhận hồ sơ" in trainee.lets_days_pass()
    assert DONE in trainee.asks("nop-theo-doi")


def test_what_the_counter_asks_for_is_brought_at_once(trainee):
    trainee.begins("bo-sung")
    told = trainee.asks("bo-sung", gi="mot")
    assert "đi lại lần nữa" in told
    assert "chưa được nộp lại" in told
    # Days pass, but nobody files for whoever practises.
    assert "hồ sơ đang chờ ông bà" in trainee.lets_days_pass()
    files(trainee, "bo-sung")
    assert "quầy chưa nhận" in trainee.asks("bo-sung", gi="hai")
    trainee.lets_days_pass()
    assert DONE in trainee.asks("bo-sung", gi="hai")


def test_who_waits_for_money_is_told_the_day_and_helped_no_further(trainee):
    trainee.begins("cho-nop-tien")
    trainee.plays("cho-nop-tien")
    code, pin = trainee.code_of("cho-nop-tien")
    shown = trainee.sends("/tra-cuu", {"ma": code, "so": pin}).text
    days = re.findall(r"Chậm nhất (\d+/\d+/\d+)", said(shown))
    told = trainee.asks("cho-nop-tien", han="1/1/2020", lam="ho")
    assert "Chưa đúng ngày" in told
    assert "không nộp hộ" in told
    assert DONE in trainee.asks("cho-nop-tien", han=days[0], lam="chi")
    # She pays before the day when the days pass.
    for _ in range(3):
        trainee.lets_days_pass()
    shown = trainee.sends("/tra-cuu", {"ma": code, "so": pin}).text
    assert "Chậm nhất" not in said(shown)


def test_a_completion_sheet_names_what_was_done_and_can_be_checked(app, trainee):
    assert "Chưa xong bài nào" in said(trainee.opens("/luyen-tap/giay-xac-nhan").text)
    trainee.begins("ma-otp")
    trainee.asks("ma-otp", lam="tra", noi="xoa")
    answer = trainee.sends("/luyen-tap/giay-xac-nhan", {"ten": "H’Mẫu Êban"})
    words = text_of(answer.content)
    assert "H’Mẫu Êban" in words
    assert "không phải chứng chỉ" in words
    assert "giấy giả" not in words
    number = re.search(r"LT-[0-9A-F-]+", words)[0]
    outside = Visitor(app)
    told = said(outside.opens(f"/luyen-tap/giay-xac-nhan/{number}").text)
    assert "Dắt ở đây in" in told
    assert "Người ta đưa mã OTP" in told
    forged = number.replace("-010-", "-FFF-")
    assert forged != number
    answer = outside.opens(f"/luyen-tap/giay-xac-nhan/{forged}")
    assert answer.status_code == 404


def test_the_sheet_of_a_helper_is_kept_with_the_day_and_no_name(app, desk):
    seed(desk)
    trainee = Visitor(app)
    token = sign_in(desk, "giupviec", "ban-thu-nghiem-2026").token
    trainee.client.cookies.set("dat_session", token)
    trainee.enters()
    trainee.begins("ma-otp")
    trainee.asks("ma-otp", lam="tra", noi="xoa")
    for _ in range(2):
        trainee.sends("/luyen-tap/giay-xac-nhan", {"ten": "Đỗ Thị Mẫu Mận"})
    with desk.database.reading() as uow:
        account = uow.people.account_by_name("giupviec")
        (kept,) = uow.practice.sheets_of("66", account.id)
    assert kept.exercises == ["ma-otp"]
    assert kept.on_day == desk.today()
    trainee.sends("/luyen-tap/thoat", {})
    assert kept.number in trainee.opens("/luyen-tap").text


def test_two_taps_are_one(app, trainee):
    path = "/luyen-tap/bai/nop-theo-doi"
    once = {"lan": count(trainee.opens(path).text)}
    trainee.sends(path, once)
    first = trainee.code_of("nop-theo-doi")
    trainee.sends(path, once)
    assert trainee.code_of("nop-theo-doi") == first
    room = app.state.rooms.living(trainee.client.cookies[COOKIE])
    once = {"lan": count(trainee.opens("/luyen-tap").text)}
    trainee.sends("/luyen-tap/ngay", once)
    room.read()
    day = room.desk.today()
    trainee.sends("/luyen-tap/ngay", once)
    room.read()
    assert room.desk.today() == day
