"""Practising on a phone: a room, an exercise, days that pass, and the last sheet."""

import re

import pytest

from tests.browser.people import DESKTOP
from tests.browser.quality import lacking
from tests.forms.papers import text_of

pytestmark = pytest.mark.browser

FILE = "Nộp một bước và theo dõi đến khi quầy nhận"


def trainee(town, **how):
    """Return somebody who has just entered a room of their own."""
    person = town.somebody(**how).opens("/luyen-tap").presses("Vào phòng tập")
    assert person.heading == "Bài luyện tập"
    return person


def begins(person, title):
    return person.opens("/luyen-tap").follows(title).presses("Bắt đầu bài này")


def test_an_exercise_is_done_on_a_phone_without_scripts_up_to_the_sheet(town):
    person = begins(trainee(town, script=False), FILE)
    person.presses("Xem đã đúng chưa").sees("Hồ sơ chưa được nộp")
    person.presses("Đóng vai người dân")
    for paper in person.page.locator("input[name='co']").all():
        paper.check()
    person.presses("Nộp hồ sơ bước này")
    before = day_of(person)
    person.presses("Cho ngày trôi").sees("Vừa xảy ra", "Quầy đã nhận hồ sơ")
    assert day_of(person) >= before
    person.follows(FILE).presses("Xem đã đúng chưa").sees("Bài này đã xong")
    person.follows("Chọn bài khác").sees("Đã xong 1 trong 12 bài")
    person.follows("In giấy xác nhận").types("Tên in trên giấy", "H’ Mẫu Êban")
    answer = person.context.request.post(person.page.url, form=form_of(person))
    words = text_of(answer.body())
    assert "H’ Mẫu Êban" in words
    number = re.search(r"LT-[0-9A-F-]+", words)[0]
    person.presses("Thoát luyện tập")
    assert "Đang luyện tập" not in person.page.content()
    person.types("Số trên giấy", number).presses("Kiểm tra").sees("Dắt ở đây in", FILE)


def test_a_clerk_practises_on_the_pages_of_his_desk_up_to_the_sheet(town):
    person = trainee(town, size=DESKTOP)
    person = begins(person, "Tiếp nhận một hồ sơ và hẹn trả")
    person.presses("Xem đã đúng chưa").sees("Hồ sơ chưa được tiếp nhận")
    person.presses("Đóng vai cán bộ").sees("Chờ tiếp nhận")
    person.takes("Tiếp nhận, in giấy hẹn")
    if "/viec/" in person.page.url:
        person.presses("Tiếp nhận, in giấy hẹn")
    person.sees("Nhận ")
    person.follows("Bài tập").follows("Tiếp nhận một hồ sơ và hẹn trả")
    person.chooses("Ngay hôm đó").presses("Xem đã đúng chưa")
    person.sees("đầu giờ ngày làm việc tiếp theo")
    person.chooses("Đầu giờ ngày làm việc tiếp theo").presses("Xem đã đúng chưa")
    person.sees("Bài này đã xong")
    assert list(lacking(person)) == []
    person.follows("Chọn bài khác").sees("Đã xong 1 trong 8 bài")
    person.follows("In giấy xác nhận").sees("Tiếp nhận một hồ sơ và hẹn trả")


def day_of(person):
    told = person.page.locator(".practice").inner_text()
    day, month, year = re.search(r"(\d+)/(\d+)/(\d{4})", told).groups()
    return int(year), int(month), int(day)


def form_of(person):
    inputs = person.page.locator("main form input").all()
    return {each.get_attribute("name"): each.input_value() for each in inputs}


def pages_of_practice(town):
    """Yield somebody on each page of practising, one after the other."""
    person = town.somebody().opens("/luyen-tap")
    yield "before", person
    yield "list", person.presses("Vào phòng tập")
    yield "story", person.follows("Đọc kế hoạch cho bà nghe")
    person.presses("Bắt đầu bài này")
    yield "something missing", person.presses("Xem đã đúng chưa")
    yield "a page as a resident", person.presses("Đóng vai người dân")
    yield "days", person.presses("Cho ngày trôi")
    begins(person, "Người ta đưa mã OTP thì làm sao")
    person.chooses("Trả máy").chooses("Mã này chỉ mình ông dùng")
    yield "done", person.presses("Xem đã đúng chưa")
    yield "sheet", person.opens("/luyen-tap/giay-xac-nhan")
    yield "no such sheet", person.opens("/luyen-tap/giay-xac-nhan/LT-1")
    yield "no such page", person.opens("/khong-co-trang-nay")


def test_every_page_of_practising_fits_and_can_be_used_by_everybody(town):
    for name, person in pages_of_practice(town):
        assert list(lacking(person)) == [], name
