"""The questions of a matter by HTTP: back, change, two tabs, an ended session."""

import re
import unicodedata
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from service.auth.actors import anonymous
from service.auth.sessions import citizen_of
from service.errors import NotAllowedError
from service.main import create_app
from service.usecases.helpers.give_consent import end_consent
from service.usecases.lately import Lately
from service.usecases.matter.answer_question import PartyRow, answer, answer_parties
from service.usecases.matter.drafts import read_draft, save_draft
from service.usecases.matter.read_matter import matter_view
from service.usecases.matter.start_matter import start_matter
from tests.factories import PROVINCE, a_helper, a_matter

FIELD = re.compile(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"')
ANY_DATABASE = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Visitor:
    """A browser without scripts: it reads forms and sends them."""

    def __init__(self, desk, code="", pin=""):
        self.client = TestClient(create_app(desk), follow_redirects=False)
        self.code = code
        if code:
            self.client.get("/mo-lai")
            page = self.client.get("/mo-lai").text
            token = dict(FIELD.findall(page))["csrf"]
            sent = {"csrf": token, "ma": code, "so": pin}
            assert self.client.post("/mo-lai", data=sent).status_code == 303

    def path(self, key):
        return f"/ho-so/{self.code}/cau-hoi/{quote(key)}"

    def reads(self, key):
        got = self.client.get(self.path(key))
        assert got.status_code == 200
        return unescape(got.text)

    def hidden(self, page):
        return {
            name: value
            for name, value in FIELD.findall(page)
            if 'type="hidden"' in page[: page.index(f'name="{name}"')][-40:]
        }

    def form(self, key, **typed):
        fields = self.hidden(self.reads(key))
        return fields | {name.replace("_", "-"): text for name, text in typed.items()}

    def sends(self, key, fields):
        return self.client.post(self.path(key), data=fields)

    def answers(self, key, **typed):
        return self.sends(key, self.form(key, **typed))


@pytest.fixture
def matter(desk):
    opened, citizen = a_matter(desk)
    return opened, citizen


@pytest.fixture
def visitor(desk, matter):
    return Visitor(desk, matter[0].code, matter[0].pin)


def raw(desk, citizen, code, key):
    return matter_view(desk, citizen, code).standing(key).value


# --- wrong and empty answers ----------------------------------------------------------


def test_an_empty_answer_is_asked_for_again_with_what_may_be_done(visitor):
    got = visitor.answers("land.area_m2", tra_loi="")

    assert got.status_code == 422
    assert "hoặc chọn “Tôi chưa rõ”" in unescape(got.text)


def test_a_tax_code_with_a_wrong_check_digit_is_refused_at_the_question(visitor):
    got = visitor.answers("party[hoa].tax_code", tra_loi="0123456786")

    assert got.status_code == 422
    assert "Mã số thuế “0123456786” chưa đúng" in unescape(got.text)
    assert 'value="0123456786"' in got.text


def test_what_was_refused_is_still_there_when_the_page_is_opened_again(visitor):
    visitor.answers("land.area_m2", tra_loi="rộng lắm")

    page = visitor.reads("land.area_m2")

    assert 'value="rộng lắm"' in page
    assert "Chưa gửi" in page


# --- not knowing ----------------------------------------------------------------------


def test_not_knowing_leads_to_help_and_on(desk, matter, visitor):
    got = visitor.answers("land.area_m2", chua_ro="1")
    help_page = unescape(visitor.client.get(got.headers["location"]).text)

    assert got.headers["location"].endswith("/chua-ro")
    assert "Chưa rõ cũng được" in help_page
    assert f'href="/ho-so/{visitor.code}/cau-hoi"' in help_page
    assert "land.area_m2" in matter_view(desk, matter[1], visitor.code).trail
    assert raw(desk, matter[1], visitor.code, "land.area_m2") is None


def test_what_is_not_known_is_listed_and_can_be_answered_later(visitor):
    visitor.answers("land.area_m2", chua_ro="1")
    listed = unescape(visitor.client.get(f"/ho-so/{visitor.code}/kiem-tra").text)
    visitor.answers("land.area_m2", tra_loi="150")
    after = unescape(visitor.client.get(f"/ho-so/{visitor.code}/kiem-tra").text)

    assert "Còn 2 câu chưa rõ" in listed
    assert "Còn 1 câu chưa rõ" in after


# --- two tabs, and two taps -----------------------------------------------------------


def test_an_older_page_does_not_overwrite_a_newer_answer(desk, matter, visitor):
    old_page = visitor.form("land.area_m2", tra_loi="300")
    visitor.answers("land.area_m2", tra_loi="250")

    got = visitor.sends("land.area_m2", old_page)
    page = unescape(got.text)

    assert got.status_code == 409
    assert "Câu này đã đổi ở trang khác" in page
    assert "250" in page
    assert 'value="300"' in page
    assert raw(desk, matter[1], visitor.code, "land.area_m2") == "250"
    again = visitor.hidden(page) | {"tra-loi": "300"}
    assert visitor.sends("land.area_m2", again).status_code == 303
    assert raw(desk, matter[1], visitor.code, "land.area_m2") == "300"


def test_an_older_list_of_people_does_not_overwrite_a_newer_one(desk, matter, visitor):
    key = "parties.receiver"
    old_page = visitor.form(key, ten_0="Y Nuê̆ Ê̆ban")
    visitor.answers(key, ten_0="H’ Blê̆ Ê̆ban")

    got = visitor.sends(key, old_page)

    assert got.status_code == 409
    page = unescape(got.text)
    assert "H’ Blê̆ Ê̆ban" in page
    assert "Y Nuê̆ Ê̆ban" in page
    (hoa,) = raw(desk, matter[1], visitor.code, key)
    assert hoa["name"] == "H’ Blê̆ Ê̆ban"


def test_an_older_page_of_a_kinship_does_not_overwrite(desk, matter, visitor):
    key = "relationship[father,hoa]"
    old_page = visitor.form(key, tra_loi="sibling")
    visitor.answers(key, tra_loi="spouse")

    got = visitor.sends(key, old_page)

    assert got.status_code == 409
    assert "Vợ chồng" in unescape(got.text)
    assert raw(desk, matter[1], visitor.code, key) == "spouse"


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("land.area_m2", {"tra_loi": "250,5"}),
        ("certificate.in_hand", {"tra_loi": "false"}),
        ("relationship[father,hoa]", {"tra_loi": "spouse"}),
        ("party[hoa].phone", {"tra_loi": "+84 905 000 123"}),
        ("parties.receiver", {"ten_0": "H’ Blê̆"}),
        ("commune", {"tra_loi": "24133"}),
    ],
)
def test_two_taps_are_one_answer(desk, matter, visitor, key, typed):
    def said():
        with desk.database.reading() as uow:
            row = uow.matters.by_code(visitor.code)
            return len(uow.matters.facts(row.tenant_id, row.id))

    page = visitor.form(key, **typed)
    first = visitor.sends(key, page)
    once = said()
    second = visitor.sends(key, page)

    assert first.status_code == second.status_code == 303
    assert said() == once


# --- people who go and come -----------------------------------------------------------


def test_what_is_told_to_another_process_is_read_here_at_once(desk, matter):
    code, citizen = matter[0].code, matter[1]
    there = replace(desk, guided=Lately(), told=Lately())
    for name in ("Y Blê̆", "H’ Nuê̆", "Y Blê̆"):
        row = PartyRow("transferor-1", "transferor", name)
        answer_parties(there, citizen, code, [row], role="transferor")
        people = matter_view(desk, citizen, code).people
        assert name in {each.facts.get("full_name") for each in people}


def test_somebody_new_gets_nothing_that_was_told_of_another(desk, matter):
    code, citizen = matter[0].code, matter[1]
    rows = [
        PartyRow("transferor-1", "transferor", "Y Blê̆"),
        PartyRow("transferor-2", "transferor", "H’ Nuê̆"),
    ]
    answer_parties(desk, citizen, code, rows, role="transferor")
    answer(desk, citizen, code, "party[transferor-2].person_id", "066183000123")
    answer_parties(desk, citizen, code, rows[:1], role="transferor")
    others = [rows[0], PartyRow("transferor-2", "transferor", "Phan Thị Mẫu Lan")]
    answer_parties(desk, citizen, code, others, role="transferor")

    people = matter_view(desk, citizen, code).people
    (lan,) = (each for each in people if each.facts.get("full_name") == others[1].name)

    assert lan.id != "transferor-2"
    assert lan.facts.get("person_id") is None


def test_who_was_taken_off_comes_back_with_all_that_was_told(desk, matter):
    code, citizen = matter[0].code, matter[1]
    rows = [
        PartyRow("transferor-1", "transferor", "Y Blê̆"),
        PartyRow("transferor-2", "transferor", "H’ Nuê̆"),
    ]
    answer_parties(desk, citizen, code, rows, role="transferor")
    answer(desk, citizen, code, "party[transferor-2].person_id", "066183000123")
    answer_parties(desk, citizen, code, rows[:1], role="transferor")
    back = [rows[0], PartyRow("transferor-9", "transferor", "H’ Nue\u0302\u0306")]
    answer_parties(desk, citizen, code, back, role="transferor")

    people = matter_view(desk, citizen, code).people
    (nue,) = (each for each in people if each.facts.get("full_name") == "H’ Nuê̆")

    assert nue.facts["person_id"] == "066183000123"


# --- back, change, not knowing: nothing else is lost ----------------------------------

SAMPLES = {
    "yes_no": st.sampled_from(["true", "false"]),
    "money": st.integers(1, 10**9).map(str),
    "integer": st.integers(1, 9).map(str),
    "decimal": st.integers(1, 9).map(str),
    "date": st.sampled_from(["1/2/1990", "30/4/2001"]),
    "person_id": st.sampled_from(["066183000123", "066083000456"]),
    "phone": st.sampled_from(["0905000123", "0905000124"]),
    "commune": st.sampled_from(["24133", "24121"]),
    "text": st.sampled_from(["H’ Blê̆ Ê̆ban", "Buôn Kô Siêr"]),
}


def something_for(data, question):
    if question.choices:
        chosen = data.draw(st.sampled_from([each.value for each in question.choices]))
        return str(chosen).lower() if isinstance(chosen, bool) else str(chosen)
    return data.draw(SAMPLES[question.type])


def everything(view):
    return {key: view.standing(key).value for key in view.trail}


@ANY_DATABASE
@given(data=st.data())
def test_no_answer_is_lost_by_going_back_changing_and_not_knowing(desk, data):
    opened = start_matter(desk, anonymous(PROVINCE), goal="give", province=PROVINCE)
    citizen = citizen_of(PROVINCE, opened.matter_id)
    visitor = Visitor(desk, opened.code, opened.pin)
    visitor.answers("commune", tra_loi="24133")
    visitor.answers("parties.transferor", ten_0="Y Blê̆ Ê̆ban")
    visitor.answers("parties.receiver", ten_0="H’ Nuê̆ Ê̆ban")
    known = everything(matter_view(desk, citizen, opened.code))
    for _ in range(data.draw(st.integers(4, 9))):
        view = matter_view(desk, citizen, opened.code)
        ways = ["next", "back", "change", "unknown"] if view.next else ["change"]
        way = data.draw(st.sampled_from(ways))
        if way == "back":
            key = data.draw(st.sampled_from(view.trail))
            page = visitor.reads(key)
            assert ("‹ Câu trước" in page) == (key != view.trail[0])
        else:
            change = [key for key in view.trail if not key.startswith("parties.")]
            key = (
                data.draw(st.sampled_from(change))
                if way == "change"
                else view.next[0].key
            )
            question = (
                view.edition.questions.get(re.sub(r"\[[^\]]+\]", "[{party}]", key))
                or view.edition.questions["relationship"]
            )
            if key in view.edition.questions:
                question = view.edition.questions[key]
            unsure = way == "unknown" and question.type != "commune"
            typed = (
                {"chua_ro": "1"}
                if unsure
                else {"tra_loi": something_for(data, question)}
            )
            got = visitor.answers(key, **typed)
            if got.status_code == 303:
                said = matter_view(desk, citizen, opened.code).standing(key).value
                known[key] = said
        now = matter_view(desk, citizen, opened.code)
        assert {key: now.standing(key).value for key in known} == known


@pytest.mark.parametrize("key", ["mortgage.registered", "certificate.in_hand"])
def test_answers_that_a_change_makes_idle_come_back_with_it(desk, matter, visitor, key):
    before = matter_view(desk, matter[1], visitor.code)
    first = visitor.form(key)
    value = "true" if before.standing(key).value else "false"
    visitor.answers(key, tra_loi="false" if value == "true" else "true")
    visitor.answers(key, tra_loi=value)

    after = matter_view(desk, matter[1], visitor.code)

    assert first["dau"] == visitor.form(key)["dau"]
    assert everything(after) == everything(before)
    assert [each.key for each in after.next] == [each.key for each in before.next]
    assert after.situation == before.situation


# --- what is being typed --------------------------------------------------------------


def test_what_is_being_typed_is_kept_and_shown_on_another_phone(desk, matter, visitor):
    fields = visitor.form("land.address", tra_loi="Buôn Kô S")
    kept = visitor.client.post(f"{visitor.path('land.address')}/nhap", data=fields)
    elsewhere = Visitor(desk, visitor.code, matter[0].pin)

    assert kept.status_code == 204
    page = elsewhere.reads("land.address")
    assert 'value="Buôn Kô S"' in page
    assert "Chưa gửi" in page
    assert raw(desk, matter[1], visitor.code, "land.address") is None
    elsewhere.answers("land.address", tra_loi="Buôn Kô Siêr")
    assert "Chưa gửi" not in visitor.reads("land.address")


def test_a_draft_is_for_whoever_may_answer_and_for_nobody_else(desk, matter):
    code, citizen = matter[0].code, matter[1]
    helper = a_helper(desk, citizen, code, ["fill"])
    save_draft(desk, citizen, code, "land.address", {"tra-loi": "Buôn Kô Siêr"})

    assert read_draft(desk, helper, code, "land.address") == {}
    consent = matter_view(desk, citizen, code).consents[0]
    end_consent(desk, citizen, consent.id)
    with pytest.raises(NotAllowedError):
        save_draft(desk, helper, code, "land.address", {"tra-loi": "x"})


# --- an ended session -----------------------------------------------------------------


def test_an_answer_sent_too_late_is_stored_after_code_and_number(
    desk, desks, matter, visitor
):
    fields = visitor.form("land.address", tra_loi="Buôn Kô Siêr")
    desks.hour.now += timedelta(hours=3)

    asked = visitor.sends("land.address", fields)
    page = unescape(asked.text)
    assert asked.status_code == 401
    assert "Câu ông bà vừa gửi vẫn còn" in page
    sign_in = visitor.hidden(page) | {"ma": visitor.code, "so": "000000"}
    wrong = visitor.client.post("/mo-lai", data=sign_in)
    assert wrong.status_code == 401
    sign_in = visitor.hidden(unescape(wrong.text)) | {"ma": visitor.code}
    got = visitor.client.post("/mo-lai", data=sign_in | {"so": matter[0].pin})

    assert got.headers["location"] == f"/ho-so/{visitor.code}/cau-hoi"
    assert raw(desk, matter[1], visitor.code, "land.address") == "Buôn Kô Siêr"


def test_a_wrong_answer_sent_too_late_waits_at_its_question(
    desk, desks, matter, visitor
):
    fields = visitor.form("land.area_m2", tra_loi="rộng lắm")
    desks.hour.now += timedelta(hours=3)
    page = unescape(visitor.sends("land.area_m2", fields).text)
    sign_in = visitor.hidden(page) | {"ma": visitor.code, "so": matter[0].pin}

    got = visitor.client.post("/mo-lai", data=sign_in)

    assert got.headers["location"] == visitor.path("land.area_m2")
    assert 'value="rộng lắm"' in visitor.reads("land.area_m2")


@pytest.mark.parametrize(
    "to",
    ["//evil.example/ho-so", "https://evil.example", "/ho-so/DAT-X/cau-hoi/a", "/\\x"],
)
def test_reopening_never_leads_out_of_the_service(desk, matter, to):
    visitor = Visitor(desk)
    page = visitor.client.get("/mo-lai").text
    sign_in = visitor.hidden(page) | {"ma": matter[0].code, "so": matter[0].pin}

    got = visitor.client.post("/mo-lai", data=sign_in | {"toi": to, "giu:a": "b"})

    assert got.headers["location"] == f"/ho-so/{matter[0].code}"


def test_an_answer_for_another_matter_is_not_stored_in_the_one_that_opens(desk, matter):
    other, _ = a_matter(desk)
    visitor = Visitor(desk)
    page = visitor.client.get("/mo-lai").text
    sign_in = visitor.hidden(page) | {"ma": matter[0].code, "so": matter[0].pin}
    to = f"/ho-so/{other.code}/cau-hoi/land.area_m2"

    got = visitor.client.post(
        "/mo-lai", data=sign_in | {"toi": to, "giu:tra-loi": "999"}
    )

    assert got.headers["location"] == f"/ho-so/{matter[0].code}"
    assert raw(desk, matter[1], matter[0].code, "land.area_m2") == "200"


def test_wrong_numbers_many_times_say_how_long_to_wait_and_lose_nothing(
    desk, desks, matter
):
    visitor = Visitor(desk)
    page = visitor.client.get("/mo-lai").text
    sign_in = visitor.hidden(page) | {"ma": matter[0].code, "so": "000000"}
    for _ in range(desk.settings.sign_in_tries):
        assert visitor.client.post("/mo-lai", data=sign_in).status_code == 401

    got = visitor.client.post("/mo-lai", data=sign_in)

    assert got.status_code == 429
    assert "Xin chờ 5 phút rồi thử lại" in unescape(got.text)
    assert matter[0].code in got.text
    desks.hour.now += timedelta(minutes=6)
    right = visitor.client.post("/mo-lai", data=sign_in | {"so": matter[0].pin})
    assert right.status_code == 303


def test_who_comes_back_to_a_page_of_a_matter_is_asked_for_its_number(desk, matter):
    got = Visitor(desk).client.get(f"/ho-so/{matter[0].code}/kiem-tra")

    assert got.headers["location"] == f"/mo-lai?ma={matter[0].code}"


@pytest.mark.parametrize(
    ("key", "typed", "told"),
    [
        ("parties.receiver", {"ten_0": ""}, "Hãy ghi họ tên của ít nhất một người."),
        ("relationship[father,hoa]", {}, "Hãy chọn hoặc viết câu trả lời"),
        (
            "relationship[father,hoa]",
            {"tra_loi": "thân lắm"},
            "Hãy chọn hoặc viết câu trả lời",
        ),
        ("commune", {"tra_loi": "Ở đâu đó"}, "Ở đâu đó"),
        ("commune", {"tra_loi": ""}, "xã, phường"),
        ("certificate.in_hand", {}, "Hãy chọn hoặc viết câu trả lời"),
    ],
)
def test_the_pages_of_people_kinship_and_place_say_what_is_wrong(
    desk, matter, visitor, key, typed, told
):
    before = raw(desk, matter[1], visitor.code, key)
    fields = {k: v for k, v in visitor.form(key).items() if k != "tra-loi"}
    fields |= {name.replace("_", "-"): text for name, text in typed.items()}

    got = visitor.sends(key, fields)
    page = unescape(got.text)
    said = page.partition('id="tra-loi-loi">')[2].partition("<")[0]

    assert got.status_code == 422
    assert told in said
    assert key not in said
    assert not re.search(r"[_\[\]]", said)
    assert raw(desk, matter[1], visitor.code, key) == before


# --- a year without a day, an older address, letters of the highlands -----------------


def test_a_year_alone_is_kept_and_only_papers_that_need_no_more_have_it(
    desk, matter, visitor
):
    key = "party[father].birth_date"
    got = visitor.answers(key, tra_loi="1951")
    page = unescape(visitor.client.get(got.headers["location"]).text)

    assert "Đã ghi năm sinh 1951" in page
    assert raw(desk, matter[1], visitor.code, "party[father].birth_year") == 1951
    assert raw(desk, matter[1], visitor.code, key) is None
    visitor.answers(key, tra_loi="12/3/1951")
    assert raw(desk, matter[1], visitor.code, key) == "1951-03-12"


def test_a_year_that_nobody_was_born_in_is_told(visitor):
    got = visitor.answers("party[father].birth_date", tra_loi="1051")

    assert got.status_code == 422
    assert "Năm sinh có 4 chữ số, như 1958." in unescape(got.text)


def test_an_address_of_before_july_2025_is_asked_about_and_nothing_is_lost(
    desk, matter, visitor
):
    key, old = "party[hoa].address", "Buôn Kram, Ea Tiêu, Cư Kuin, Đắk Lắk"
    asked = visitor.answers(key, tra_loi=old)
    page = unescape(asked.text)
    new = "Buôn Kram, xã Ea Ktur, tỉnh Đắk Lắk"

    assert asked.status_code == 200
    assert "Địa chỉ này có tên cũ" in page
    assert f'value="{new}"' in page
    assert f'value="{old}"' in visitor.reads(key)
    fields = visitor.hidden(page) | {"tra-loi": old}
    assert visitor.sends(key, fields | {"cach": "Nơi khác"}).status_code == 200
    assert visitor.sends(key, fields | {"cach": new}).status_code == 303
    assert raw(desk, matter[1], visitor.code, key) == new


def test_an_older_address_may_stay_as_it_was_written(desk, matter, visitor):
    key, old = "party[hoa].address", "Buôn Kram, Ea Tiêu, Cư Kuin, Đắk Lắk"

    got = visitor.answers(key, tra_loi=old, cach="giu")

    assert got.status_code == 303
    assert raw(desk, matter[1], visitor.code, key) == old


@pytest.mark.parametrize(
    "typed",
    ["H’ Blê̆ Ê̆ban", "H' Ble\u0302\u0306 E\u0302\u0306ban", "Y Nuê̆ Čil"],
)
def test_letters_of_the_highlands_are_kept_composed(desk, matter, visitor, typed):
    visitor.answers("parties.receiver", ten_0=typed)

    (person,) = raw(desk, matter[1], visitor.code, "parties.receiver")

    assert person["name"] == unicodedata.normalize("NFC", typed)
