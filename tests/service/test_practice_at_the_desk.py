"""The exercises of clerks: done on real pages of the desk, told kindly when wrong."""

import re

import pytest

from service.usecases.practising.practice_book import exercises
from tests.practising import count, said
from tests.service.test_practice_exercises import (
    DONE,
    MEND,
    app,
    desk,
    trainee,
)

__all__ = ["app", "desk", "trainee"]

LETTER = {"f-letter.number": "12/PYC", "f-letter.day": "25/11/2026"}
# What is typed on the page of the action, and what is answered, when all is right.
RIGHT = {
    "quay-tiep-nhan": ({}, {"gio": "hom-sau"}),
    "ban-bo-sung": (
        {
            "f-supplement.items": "Chữ ký trên đơn; bản sao Căn cước",
            "f-supplement.reason": "Chưa đủ giấy tờ",
            **LETTER,
        },
        {},
    ),
    "ban-chuyen": (
        {
            "f-map.measure_needed": "false",
            "f-obligation.none": "false",
            "f-certificate.new_issued": "false",
        },
        {},
    ),
    "ban-thong-bao": (
        {
            "f-sheet.asks_levy": "false",
            "f-sheet.incomplete_for_tax": "false",
            "f-exemption.claimed": "false",
            "f-debt.requested": "false",
        },
        {"so_nao": "thong-bao"},
    ),
    "ban-nop-tien": (
        {"f-proof.kind": "payment_voucher", "f-proof.number": "GNT-123"},
        {},
    ),
    "ban-ky": (
        {"f-certificate.serial_no": "AA 01234567", "f-certificate.book_no": "CN 98765"},
        {},
    ),
    "quay-tra": ({"giay": "originals"}, {}),
    "ban-xin-loi": (
        {"f-apology.reason": "Máy chủ hỏng", "f-apology.new_day": "07/12/2026"},
        {"may_lan": "mot"},
    ),
}
# What is typed otherwise than the story tells, and what the trainee then hears.
WRONG = {
    "ban-bo-sung": ({"f-supplement.items": "Chữ ký trên đơn"}, "cả hai điều"),
    "ban-thong-bao": ({"f-exemption.claimed": "true"}, "không ai xin miễn"),
    "ban-nop-tien": ({"f-proof.number": "GNT-321"}, "GNT-123"),
    "ban-ky": ({"f-certificate.book_no": "CN 98756"}, "phải đính chính"),
    "ban-xin-loi": ({"f-apology.reason": "Bận việc"}, "máy chủ hỏng"),
}


def test_every_exercise_of_a_clerk_is_tried_here():
    assert [each.id for each in exercises() if each.of_clerk] == list(RIGHT)


def at_the_desk(trainee, name):
    """Begin an exercise, become its clerk; return the address of his dossier."""
    assert trainee.begins(name).status_code == 200
    shown = trainee.plays(name, "clerk")
    assert shown.status_code == 200
    assert "/can-bo/ho-so/" in shown.url.path
    return shown.url.path


def does(trainee, case, event, typed):
    """Fill the form of an action in and send it; return the answer."""
    path = f"{case}/viec/{event}"
    shown = trainee.opens(path).text
    main = shown.partition("<main")[2]
    hidden = dict(re.findall(r'name="(phien-ban|khoa)" value="([^"]+)"', main))
    return trainee.sends(path, hidden | typed, shown)


def event_of(name):
    (one,) = (each for each in exercises() if each.id == name)
    return one.checks[0].given["event"]


@pytest.mark.parametrize("name", RIGHT)
def test_the_work_is_done_on_the_pages_of_the_desk(trainee, name):
    typed, answers = RIGHT[name]
    case = at_the_desk(trainee, name)
    assert MEND in trainee.asks(name, **answers)

    answer = does(trainee, case, event_of(name), typed)

    assert answer.status_code == 200, said(answer.text)
    told = trainee.asks(name, **answers)
    assert DONE in told, told


@pytest.mark.parametrize("name", WRONG)
def test_what_is_written_otherwise_is_told_and_not_counted(trainee, name):
    otherwise, told = WRONG[name]
    typed, answers = RIGHT[name]
    case = at_the_desk(trainee, name)

    answer = does(trainee, case, event_of(name), typed | otherwise)

    assert answer.status_code == 200, said(answer.text)
    words = trainee.asks(name, **answers)
    assert DONE not in words
    assert told in words


def test_a_dossier_that_was_sent_back_is_another_thing_than_nothing_done(trainee):
    case = at_the_desk(trainee, "quay-tiep-nhan")
    assert "chưa được tiếp nhận" in trainee.asks("quay-tiep-nhan", gio="hom-sau")
    typed = {"f-supplement.items": "Đơn", "f-supplement.reason": "Thiếu"}

    does(trainee, case, "return_at_counter", typed)

    told = trainee.asks("quay-tiep-nhan", gio="hom-nay")
    assert "đủ giấy mà bị trả lại" in told
    assert "đầu giờ ngày làm việc tiếp theo" in told


def test_days_that_pass_do_not_do_the_work_of_the_clerk(trainee):
    at_the_desk(trainee, "quay-tiep-nhan")
    before = said(trainee.opens("/luyen-tap/ngay").text)

    after = trainee.lets_days_pass()

    assert before.partition("hôm nay là")[2] != after.partition("hôm nay là")[2]
    assert "chưa được tiếp nhận" in trainee.asks("quay-tiep-nhan", gio="hom-sau")


def test_a_clerk_of_the_room_is_nobody_outside_of_it(trainee):
    at_the_desk(trainee, "quay-tiep-nhan")
    assert trainee.opens("/can-bo").status_code == 200

    trainee.sends("/luyen-tap/thoat", {})

    answer = trainee.opens("/can-bo")
    assert answer.url.path != "/can-bo" or answer.status_code == 403


def test_the_list_has_both_books_and_begins_anew_what_was_begun(trainee):
    words = said(trainee.opens("/luyen-tap").text)
    assert "Đã xong 0 trong 12 bài" in words
    assert "Đã xong 0 trong 8 bài" in words

    first = at_the_desk(trainee, "quay-tra")
    again = at_the_desk(trainee, "quay-tra")
    assert first != again
    assert count(trainee.opens("/luyen-tap").text)
