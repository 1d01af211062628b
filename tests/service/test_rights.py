"""What is stored is seen, corrected, taken out, erased; every request has a clock."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from service.auth.actors import Actor
from service.auth.sessions import sign_in
from service.errors import BadRequestError, NotAllowedError, TooManyTriesError
from service.persistence.rights import tables_of_matters
from service.persistence.tables.columns import metadata
from service.persistence.tables.rights import erasure
from service.usecases.cases.decide import keep_answer
from service.usecases.custody.erase_matter import (
    FiledError,
    close_other_devices,
    erase_matter,
    withdraw_everything,
)
from service.usecases.custody.export_data import MatterExport, export_matter
from service.usecases.custody.rights_requests import (
    acknowledge,
    ask,
    open_requests,
    settle,
)
from service.usecases.custody.rights_rules import rights, term_of
from service.usecases.custody.rights_sentences import STORED
from service.usecases.custody.see_data import rights_view
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.helpers.ask_resident import ask_resident
from service.usecases.helpers.helper_day import VisitWish, plan_visits
from service.usecases.helpers.resident_act import send_help_code
from service.usecases.matter.answer_question import answer, record_facts
from service.usecases.matter.drafts import save_draft
from service.usecases.matter.profiles import keep_person
from service.usecases.matter.read_matter import matter_view
from service.usecases.outside.working import run_until_idle
from service.usecases.playing.demo import seed
from service.usecases.telling.contacts import Address, CodeFor, send_code
from service.usecases.telling.message_choices import Wanted, add_contact, messages_view
from tests.conftest import the_places
from tests.factories import PASSWORD, PROVINCE, a_helper, a_matter, clerk, filed, finish
from tests.visitor import Visitor

NAME, NUMBER, PHONE = "H'Canary Niê Kđăm", "066181009977", "0912009977"
CANARIES = (NAME, NUMBER, PHONE, "Canary")
ADMINISTRATOR = Actor("administrator", "Quản trị", PROVINCE, account_id="admin")


@pytest.fixture
def draft(desk):
    """A matter that was never handed in, with traces of its people everywhere."""
    opened, citizen = a_matter(desk)
    code = opened.code
    answer(desk, citizen, code, "party[hoa].full_name", NAME)
    record_facts(
        desk, citizen, code, {"party[hoa].person_id": NUMBER}, "identity_card_qr"
    )
    helper = a_helper(desk, citizen, code, ["fill"])
    matter_view(desk, helper, code)
    answer(desk, helper, code, "party[hoa].phone", PHONE)
    save_draft(desk, citizen, code, "x", {"note": NAME})
    save_draft(desk, helper, code, "x", {"note": NAME})
    plan_visits(desk, helper, [VisitWish(code, f"Nhà {NAME}", desk.today(), 1)])
    asked = ask_resident(desk, helper, code, "land.address", NAME, question="Ở đâu?")
    send_help_code(desk, helper, asked, PHONE)
    with desk.database.transaction() as uow:
        held = {"results": [{"key": "x", "held": NAME}]}  # as when drafts come back
        keep_answer(desk, uow, helper, "sent-once", {}, held)
    keep_person(desk, citizen, code, "hoa", agreed=True, once="1")
    add_contact(desk, citizen, code, Wanted("hoa", "sms", PHONE, ("progress",)))
    send_code(desk, code, CodeFor.HELP, to=Address("sms", PHONE))
    run_until_idle(desk)
    ask(desk, citizen, code, "see", f"{NAME} hỏi", key="1")
    return opened, citizen


def dump(desk) -> str:
    """Return every value of every table as text."""
    with desk.database.engine.connect() as connection:
        return "\n".join(
            str(tuple(row))
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
        )


# --- erasing --------------------------------------------------------------------------


def test_a_draft_is_erased_whole_and_no_trace_of_its_people_stays(desk, draft):
    opened, citizen = draft
    other = filed(desk)
    before = dump(desk)
    assert all(canary in before for canary in (NAME, NUMBER, PHONE))
    rows = erase_matter(desk, citizen, opened.code, opened.pin)
    after = dump(desk)
    for canary in (*CANARIES, opened.code):
        assert canary not in after
    assert rows["fact"] > 10
    assert verify_audit(desk).ok
    assert matter_view(desk, other.citizen, other.code).answered


def test_the_file_itself_holds_none_of_it_any_more(desk, draft, tmp_path):
    opened, citizen = draft
    files = list(Path(tmp_path).glob("dat.sqlite*"))
    if desk.database.dialect == "postgresql":
        assert files == []  # its dead rows go when it vacuums
        return

    def holding(word):
        return [path.name for path in files if word.encode() in path.read_bytes()]

    assert holding("Canary")
    erase_matter(desk, citizen, opened.code, opened.pin)
    assert [holding(word) for word in (*CANARIES, opened.code)] == [[]] * 5


def test_one_line_stays_that_says_when_and_how_much(desk, draft):
    opened, citizen = draft
    erase_matter(desk, citizen, opened.code, opened.pin)
    with desk.database.engine.connect() as connection:
        row = connection.execute(select(erasure)).one()
    assert row.matter_id == opened.matter_id
    assert set(row.rows) >= {"fact", "consent", "message", "access_log"}
    assert set(row.rows) >= {"help_request", "help_note", "profile"}


def test_a_wrong_number_erases_nothing_and_is_counted(desk, draft):
    opened, citizen = draft
    wrong = f"{(int(opened.pin) + 1) % 1_000_000:06d}"
    with pytest.raises(BadRequestError):
        erase_matter(desk, citizen, opened.code, wrong)
    assert matter_view(desk, citizen, opened.code).answered
    for _ in range(9):
        with pytest.raises(BadRequestError):
            erase_matter(desk, citizen, opened.code, wrong)
    with pytest.raises(TooManyTriesError):
        erase_matter(desk, citizen, opened.code, opened.pin)


def test_a_dossier_that_was_handed_in_is_not_erased(desk):
    matter = filed(desk)
    with pytest.raises(FiledError):
        erase_matter(desk, matter.citizen, matter.code, matter.pin)


def test_the_database_itself_keeps_the_lines_of_a_dossier(desk):
    """Even whoever writes the erasure down cannot remove what an office works on."""
    matter = filed(desk)
    with desk.database.reading() as uow:
        row = uow.matters.by_code(matter.code)
    with (
        pytest.raises(DBAPIError, match="append-only"),
        desk.database.transaction() as uow,
    ):
        uow.rights.erase(row.tenant_id, row.id, row.code, desk.now())
    assert matter_view(desk, matter.citizen, matter.code).answered


def test_an_erasure_that_is_written_down_cannot_be_taken_back(desk, draft):
    opened, citizen = draft
    erase_matter(desk, citizen, opened.code, opened.pin)
    for statement in ("UPDATE erasure SET rows = '{}'", "DELETE FROM erasure"):
        with (
            pytest.raises(DBAPIError, match="append-only"),
            desk.database.transaction() as uow,
        ):
            uow.cases.connection.execute(text(statement))


def test_nobody_but_the_citizen_erases_or_takes_out(desk, draft):
    opened, citizen = draft
    helper = a_helper_again(desk)
    for somebody in (helper, clerk(desk, "notary"), ADMINISTRATOR):
        with pytest.raises(NotAllowedError):
            erase_matter(desk, somebody, opened.code, opened.pin)
        with pytest.raises(NotAllowedError):
            export_matter(desk, somebody, opened.code)
        with pytest.raises(NotAllowedError):
            rights_view(desk, somebody, opened.code)
    assert rights_view(desk, citizen, opened.code).stored


def a_helper_again(desk):
    return sign_in(desk, "lan", PASSWORD).actor


# Tables whose rows belong to no matter, or to one only through a case: a draft has
# none. What is typed and what was answered to a form is looked for by its key.
APART = {
    *("account", "office", "team", "team_member", "practice_note", "practice_sheet"),
    *("package_edition", "throttle", "matter", "draft", "idempotency"),
    *("case_link", "case_office", "case_paper", "case_move", "finished_case"),
    *("inbox", "outbox", "timer", "notification", "obligation", "payment"),
    *("case_note", "case_visit", "case_assignee", "proposal", "hand_over"),
    *("figure_case", "figure_touched", "figure_month", "desk_count", "fault_act"),
    *("admin_log", "delegation", "holiday", "holiday_count", "message_wording"),
    *("recount", "recount_line", "followed_case", "search_due"),
    # A person has herself forgotten; what is under way ends by itself in minutes.
    *("identity", "account_identity", "sign_in_flow", "phone_ask"),
    # What crosses the border is about a case, or about an office or a provider.
    *("outgoing", "exchange", "exchange_head", "office_word", "payable"),
    *("paper_out", "office_line", "comparison", "channel_token", "texts_sent"),
    # How staff sign in goes with the account; days of service and backups name nobody.
    *("staff_access", "recovery_code", "old_password", "half_sign_in"),
    *("service_day", "office_day", "backup_run"),
    # Written when the row of a paper goes, and gone with what lay outside.
    "object_gone",
    # Proofs hold sums and ids only; who took a list out is asked after a leak.
    *("audit_link", "audit_head", "data_taken", "oddity", "oddity_day"),
}


def test_every_table_says_how_its_rows_are_erased():
    """A new table has a column matter_id, or somebody thinks and names it above."""
    silent = {table.name for table in metadata.sorted_tables} - APART - {"erasure"}
    assert silent == {table.name for table in tables_of_matters()}
    assert silent - STORED.keys() == set(), "and it has a name for people"


# --- seeing and taking out ------------------------------------------------------------


def test_the_file_holds_everything_of_this_matter_and_nothing_of_another(desk, draft):
    opened, citizen = draft
    other, stranger = a_matter(desk)
    answer(desk, stranger, other.code, "party[hoa].full_name", "Trần Thị Lạ")
    export = export_matter(desk, citizen, opened.code)
    told = json.loads(export.model_dump_json())
    said = json.dumps(told, ensure_ascii=False)
    assert all(canary in said for canary in (NAME, NUMBER, PHONE))
    assert "Lạ" not in said
    assert other.code not in said
    assert MatterExport.model_validate(told) == export


def test_the_file_holds_no_secret_and_no_account_of_a_helper(desk, draft):
    opened, citizen = draft
    said = export_matter(desk, citizen, opened.code).model_dump_json()
    for secret in ("pin_hash", "token_hash", "nonce", "account_id", "password"):
        assert secret not in said


def test_what_is_on_the_file_is_on_the_page_with_who_looked(desk, draft):
    opened, citizen = draft
    view = rights_view(desk, citizen, opened.code)
    shown = {row.shown for each in view.stored for row in each.rows}
    assert {NAME, NUMBER, PHONE} <= shown
    assert [each.name for each in view.stored if each.name == NAME]
    looked = [row for row in view.looks if row.who == "Lan"]
    assert looked
    assert all(row.on_behalf_of for row in looked)


def test_what_an_office_recorded_is_listed_apart_and_leads_to_a_request(desk):
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    run_until_idle(desk)
    view = rights_view(desk, matter.citizen, matter.code)
    assert view.by_offices
    assert all(row.question is None for row in view.by_offices)


# --- consent --------------------------------------------------------------------------


def test_everything_agreed_to_ends_at_once_and_is_written_down_as_done(desk, draft):
    opened, citizen = draft
    helper = a_helper_again(desk)
    assert matter_view(desk, helper, opened.code)
    assert withdraw_everything(desk, citizen, opened.code) == 2
    with pytest.raises(NotAllowedError):
        matter_view(desk, helper, opened.code)
    view = messages_view(desk, citizen, opened.code)
    assert [each.agreed for each in view.contacts] == [()]
    (done,) = [
        each
        for each in rights_view(desk, citizen, opened.code).requests
        if each.kind == "withdraw"
    ]
    assert done.clock == "answered"
    assert withdraw_everything(desk, citizen, opened.code) == 0


def test_other_devices_are_closed_and_this_one_stays(desk, draft):
    opened, _ = draft
    here, there = Visitor(desk), Visitor(desk)
    for each in (here, there):
        each.reopens(opened.code, opened.pin)
    path = f"/ho-so/{opened.code}/quyen"
    here.opens(path).sends(f"{path}/dong-may-khac")
    assert here.opens(path).status == 200
    assert "Thông tin của tôi" in here.text
    assert "Thông tin của tôi" not in there.opens(path).text


def test_without_a_token_nothing_of_another_matter_is_closed(desk, draft):
    opened, citizen = draft
    other, _ = a_matter(desk)
    visitor = Visitor(desk).reopens(other.code, other.pin)
    close_other_devices(desk, citizen, opened.code, None)
    assert visitor.opens(f"/ho-so/{other.code}").status == 200


# --- requests and their clock ---------------------------------------------------------


def test_a_request_runs_until_its_day_and_then_is_late(desk, desks):
    matter = filed(desk)
    ask(desk, matter.citizen, matter.code, "erase", "Xóa hết", key="k")
    (row,) = open_requests(desk, ADMINISTRATOR)
    assert (row.clock, row.reply_by) == ("running", date(2026, 11, 27))
    assert row.due_on == date(2026, 12, 25)
    desks.hour.later(days=31)
    (row,) = open_requests(desk, ADMINISTRATOR)
    assert row.clock == "late"
    assert row.days_left < 0


def test_a_draft_gets_the_shorter_term_because_no_office_has_to_act(desk, draft):
    opened, citizen = draft
    ask(desk, citizen, opened.code, "limit", "Thôi dùng số máy", key="k")
    row = next(
        each for each in open_requests(desk, ADMINISTRATOR) if each.kind == "limit"
    )
    assert row.due_on == date(2026, 12, 10)


# Received on Wednesday 25/11/2026; an end on a day off goes on to a working day.
TERMS = {
    "draft": {
        "see": date(2026, 12, 7), "correct": date(2026, 12, 7),
        "provide": date(2026, 12, 7), "withdraw": date(2026, 12, 10),
        "limit": date(2026, 12, 10), "erase": date(2026, 12, 15),
    },
    "filed": {
        "see": date(2026, 12, 7), "correct": date(2026, 12, 10),
        "provide": date(2026, 12, 7), "withdraw": date(2026, 12, 10),
        "limit": date(2026, 12, 15), "erase": date(2026, 12, 25),
    },
}  # fmt: skip


def test_each_right_has_its_own_days_and_is_late_the_day_after(desk, desks, draft):
    opened, citizen = draft
    matter = filed(desk)
    asked = {}
    for kind in rights().kinds:
        for where, (who, code) in {
            "draft": (citizen, opened.code),
            "filed": (matter.citizen, matter.code),
        }.items():
            asked[ask(desk, who, code, kind, "x", key=kind)] = (where, kind)
    rows = {row.id: row for row in open_requests(desk, ADMINISTRATOR)}
    assert {row.reply_by for row in rows.values()} == {date(2026, 11, 27)}
    told = {asked[id_]: row.due_on for id_, row in rows.items() if id_ in asked}
    assert told == {
        (w, k): day for w, kinds in TERMS.items() for k, day in kinds.items()
    }
    for day in sorted({row.due_on for row in rows.values()}):
        desks.hour.later(days=(day - desk.today()).days)
        rows = {row.id: row for row in open_requests(desk, ADMINISTRATOR)}
        assert not [row for row in rows.values() if row.due_on == day and row.days_left]
        desks.hour.later(days=1)
        rows = {row.id: row for row in open_requests(desk, ADMINISTRATOR)}
        late = {id_ for id_, row in rows.items() if row.clock == "late"}
        assert late == {id_ for id_, row in rows.items() if row.due_on <= day}


def test_two_taps_are_one_request(desk):
    matter = filed(desk)
    for _ in range(2):
        ask(desk, matter.citizen, matter.code, "correct", "Sai năm sinh", key="k")
    assert len(open_requests(desk, ADMINISTRATOR)) == 1


def test_an_answer_stays_and_leaves_the_list(desk, desks):
    matter = filed(desk)
    id_ = ask(desk, matter.citizen, matter.code, "correct", "Sai năm sinh", key="k")
    acknowledge(desk, ADMINISTRATOR, id_)
    desks.hour.later(days=1)
    settle(desk, ADMINISTRATOR, id_, "done", "Văn phòng đã sửa năm sinh.")
    settle(desk, ADMINISTRATOR, id_, "refused", "Không.")
    assert open_requests(desk, ADMINISTRATOR) == ()
    (row,) = rights_view(desk, matter.citizen, matter.code).requests
    assert (row.clock, row.answer) == ("answered", "Văn phòng đã sửa năm sinh.")
    assert row.replied_at < row.answered_at


def test_whoever_answers_sees_the_request_and_none_of_the_matter(desk, draft):
    opened, _ = draft
    rows = str(open_requests(desk, ADMINISTRATOR))
    assert opened.code in rows
    assert NUMBER not in rows
    assert PHONE not in rows
    for somebody in (clerk(desk, "notary"), a_helper_again(desk)):
        with pytest.raises(NotAllowedError):
            open_requests(desk, somebody)


@given(
    st.sampled_from(sorted(rights().kinds)),
    st.dates(date(2026, 1, 1), date(2027, 6, 30)),
    st.booleans(),
)
def test_no_term_ends_before_its_days_or_on_a_day_off(kind, received, filed):
    calendar = the_places()[0]
    term = term_of(kind, received, calendar, filed=filed)
    rule = rights().kinds[kind]
    assert term.due_on >= received + timedelta(days=rule.days.n)
    assert term.due_on <= received + timedelta(days=rule.others.n + 15)
    assert calendar.is_working(term.due_on)
    assert calendar.is_working(term.reply_by)
    assert term.due_on >= term_of(kind, received, calendar, filed=False).due_on


# --- the pages ------------------------------------------------------------------------


def test_a_citizen_deletes_her_draft_on_the_pages(desk, draft):
    opened, _ = draft
    path = f"/ho-so/{opened.code}/quyen"
    she = Visitor(desk).reopens(opened.code, opened.pin).opens(f"{path}/xoa")
    assert she.sends(f"{path}/xoa", so="000").status == 422
    she.sends(f"{path}/xoa", so=opened.pin)
    assert she.path == "/da-xoa"
    assert she.reopens(opened.code, opened.pin).status == 401


def test_who_wants_a_dossier_deleted_is_led_to_the_request_with_its_basis(desk):
    matter = filed(desk)
    path = f"/ho-so/{matter.code}/quyen"
    she = Visitor(desk).reopens(matter.code, matter.pin).opens(f"{path}/xoa")
    assert "Luật Lưu trữ" in she.text
    assert "chưa xác minh" in she.text
    she.opens(f"{path}/yeu-cau?loai=erase").sends(f"{path}/yeu-cau", loai="erase")
    assert she.status == 422
    she.sends(f"{path}/yeu-cau", loai="erase", ve="Xóa số điện thoại", khoa="k")
    assert "Xóa số điện thoại" in she.text
    assert "Làm xong chậm nhất" in she.text


def test_the_administrator_answers_on_the_pages(desk):
    accounts = {each.name: each for each in seed(desk)}
    matter = filed(desk)
    id_ = ask(desk, matter.citizen, matter.code, "see", "Xem sổ", key="k")
    boss = Visitor(desk).signs_in("quantri", accounts["quantri"].password)
    boss.opens("/quan-tri/quyen")
    assert id_ in boss.text
    path = f"/quan-tri/quyen/{id_}"
    boss.opens(path).sends(f"{path}/bao-nhan")
    assert boss.sends(path, ket_qua="", tra_loi="Đã xem").status == 422
    assert "Đã xem" in boss.text
    boss.sends(path, ket_qua="done", tra_loi="Đã gửi bản giấy.")
    assert id_ not in boss.text


def test_the_file_is_downloaded_and_its_format_is_told(desk, draft):
    opened, _ = draft
    she = Visitor(desk).reopens(opened.code, opened.pin)
    told = json.loads(she.opens(f"/ho-so/{opened.code}/quyen/thong-tin.json").text)
    schema = json.loads(she.opens("/thong-tin/dinh-dang.json").text)
    assert set(told) == set(schema["properties"])
    assert datetime.fromisoformat(told["made_at"]).tzinfo
