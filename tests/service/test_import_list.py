"""Lists of the existing one-stop system: by code, line by line, nothing guessed."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.auth.actors import system
from service.cli import main
from service.errors import BadRequestError, InputError, NotAllowedError
from service.usecases.matter.submit_dossier import submit
from service.usecases.playing.demo import seed_offices
from service.usecases.worklist.export_worklist import HEAD, export_worklist
from service.usecases.worklist.find_cases import find_cases
from service.usecases.worklist.followed_cases import followed_cases, stop_following
from service.usecases.worklist.import_list import import_list
from service.usecases.worklist.list_work import Wish
from service.usecases.worklist.name_outside import name_case
from service.usecases.worklist.spreadsheets import csv_of, read_table, xlsx_of
from tests.factories import (
    PASSWORD,
    a_helper,
    act,
    an_account,
    clerk,
    filed,
    finish,
    row_of,
)
from tests.service.test_at_once import at_once
from tests.visitor import Visitor

CODE = "H15.50.05.13-261008-0975"
OTHER = "H15.50.05.13-261008-0976"
COLUMNS = ("Mã hồ sơ", "Tên TTHC", "Chủ hồ sơ", "Ngày hẹn trả", "Trạng thái")
CODES = st.from_regex(r"H15\.[0-9]{2,3}\.[0-9]{2}-[0-9]{6}-[0-9]{4}", fullmatch=True)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=20
)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


def a_list(*rows, head=COLUMNS):
    return csv_of([head, *rows])


@pytest.fixture
def handed_in(desk):
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    return matter, case


@pytest.fixture
def counter(desk):
    seed_offices(desk, "66")
    return clerk(desk, "one-stop")


def outcomes(report):
    return [(line.code, line.outcome) for line in report.lines]


def test_an_unknown_code_is_followed_as_the_list_tells_it_and_nothing_more(
    desk, counter
):
    report = import_list(
        desk,
        counter,
        a_list(
            (CODE, "Đăng ký biến động", "Lê Thị Mẫu", "04/12/2026", "Đang xử lý"),
            (OTHER, "", "", "", ""),
        ),
    )

    assert outcomes(report) == [(CODE, "new"), (OTHER, "new")]
    first, second = followed_cases(desk, counter).rows
    assert (first.code, first.applicant, first.due) == (
        CODE, "Lê Thị Mẫu", date(2026, 12, 4),
    )  # fmt: skip
    assert (first.status, first.days_left) == ("Đang xử lý", 7)
    assert (second.code, second.due, second.status) == (OTHER, None, "")
    assert find_cases(desk, counter, CODE).rows == ()


def test_what_the_other_system_has_given_back_is_followed_no_more(desk, counter):
    given, waits = ("", "", "02/11/2026", "10"), ("", "", "02/11/2026", "9")

    import_list(desk, counter, a_list((CODE, *given), (OTHER, *waits)))

    assert [row.code for row in followed_cases(desk, counter).rows] == [OTHER]


@pytest.mark.parametrize("make", [csv_of, xlsx_of])
def test_titles_may_stand_above_the_names_of_the_columns(desk, counter, make):
    titles = [("DANH SÁCH HỒ SƠ TIẾP NHẬN",), ("Từ ngày 01/11/2026, cả xã",), ("",)]
    head = ("STT", "Mã hồ sơ", "Chủ hồ sơ", "Ngày hẹn trả")
    lines = [("1", CODE, "Lê Thị Mẫu", "04/12/2026"), ("2", OTHER, "", "32/12/2026")]

    report = import_list(desk, counter, make([*titles, head, *lines]))

    assert outcomes(report) == [(CODE, "new"), (OTHER, "refused")]
    assert [line.line for line in report.lines] == [5, 6]
    assert report.unknown_columns == ("STT",)
    with pytest.raises(InputError, match="không có dòng nào"):
        import_list(desk, counter, make([*titles, head]))


def test_the_same_list_again_changes_nothing_and_a_newer_one_what_it_says(
    desk, desks, counter
):
    row = (CODE, "Đăng ký", "Lê Thị Mẫu", "04/12/2026", "4")
    import_list(desk, counter, a_list(row))
    before = followed_cases(desk, counter)

    desks.hour.later(hours=1)
    assert import_list(desk, counter, a_list(row)).counts == {"same": 1}
    assert followed_cases(desk, counter) == before

    newer = import_list(desk, counter, a_list((CODE, "", "", "07/12/2026", "5")))
    assert newer.counts == {"changed": 1}
    (now,) = followed_cases(desk, counter).rows
    assert (now.applicant, now.due) == ("Lê Thị Mẫu", date(2026, 12, 7))
    assert now.status == "Yêu cầu bổ sung giấy tờ"


def test_a_line_with_our_code_ties_the_two_and_the_dossier_is_found_by_both(
    desk, handed_in
):
    _, case = handed_in
    counter = clerk(desk, "one-stop")
    head = ("Mã hồ sơ", "Mã trong Dắt", "Trạng thái")
    import_list(desk, counter, a_list((CODE, "", ""), head=head))

    tied = import_list(desk, counter, a_list((CODE, case, "1"), head=head))
    again = import_list(desk, counter, a_list((CODE, case, "4"), head=head))

    assert outcomes(tied) == [(CODE, "tied")]
    assert row_of(desk, case).external_code == CODE
    assert [row.case_code for row in find_cases(desk, counter, CODE).rows] == [case]
    assert followed_cases(desk, counter).rows == ()
    (line,) = again.lines
    assert (line.outcome, line.case_code) == ("known", case)
    assert "“Đang xử lý”" in line.text
    assert "“Mới đăng ký”" in line.text
    assert row_of(desk, case).status == 1


def test_counters_that_read_the_same_list_at_once_follow_each_code_once(desk, counter):
    people = [counter] * 4
    codes = [f"H15.28.10-{n:06}-0001" for n in range(20)]
    table = a_list(*((code,) for code in codes), head=("Mã hồ sơ",))

    reports = at_once(people, lambda one: import_list(desk, one, table))

    found = Counter(line.outcome for report in reports for line in report.lines)
    assert found == {"new": 20, "same": 60}


def test_of_clerks_who_give_one_code_to_two_dossiers_at_once_one_does(desk, handed_in):
    matter, case = handed_in
    pairs = [(clerk(desk, "one-stop"), case), (clerk(desk, "notary"), matter.case)]
    counters = [
        (replace(who, office_kinds=frozenset({"one_stop"})), code)
        for who, code in pairs
    ]

    def names(one):
        try:
            name_case(desk, one[0], one[1], CODE, "")
        except BadRequestError as refusal:
            return refusal.problems[0].text
        return None

    assert sorted(map(bool, at_once(counters, names))) == [False, True]
    carrying = [row_of(desk, code).external_code for _, code in counters]
    assert sorted(map(bool, carrying)) == [False, True]


def test_a_code_is_never_written_over_and_never_given_twice(desk, handed_in):
    matter, case = handed_in
    counter = clerk(desk, "one-stop")
    head = ("Mã hồ sơ", "Mã Dắt")
    import_list(desk, counter, a_list((CODE, case), head=head))

    report = import_list(
        desk,
        counter,
        a_list((OTHER, case), (CODE, "HS-00000"), (OTHER, matter.case), head=head),
    )

    assert [line.outcome for line in report.lines] == ["refused"] * 3
    texts = [line.text for line in report.lines]
    assert f"đã mang mã {CODE}" in texts[0]
    # The counter plays no role at the notary's: the case is not there for it.
    assert "không có hồ sơ mã" in texts[1]
    assert "dòng 2" in texts[2]
    assert row_of(desk, case).external_code == CODE


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("H15", "", "", "", ""), "“H15” không phải mã hồ sơ"),
        (("", "Đăng ký", "", "", ""), "không có mã hồ sơ"),
        ((CODE, "", "", "31/11/2026", ""), "“31/11/2026” không phải ngày có thật"),
        ((CODE, "", "", "", "11"), "“11” không phải một trong mười trạng thái"),
    ],
)
def test_a_bad_line_says_line_column_and_what_is_allowed_and_the_others_go_on(
    desk, counter, row, said
):
    report = import_list(desk, counter, a_list(row, (OTHER, "", "", "", "")))

    bad, good = report.lines
    assert (bad.line, bad.outcome) == (2, "refused")
    assert said in bad.text
    assert "Cột “" in bad.text
    assert (good.line, good.outcome) == (3, "new")
    assert [each.code for each in followed_cases(desk, counter).rows] == [OTHER]


def test_columns_that_nobody_knows_are_named_and_one_that_is_needed_is_missed(
    desk, counter
):
    report = import_list(
        desk, counter, a_list((CODE, "x"), head=("MÃ HỒ SƠ", "Ghi chú riêng"))
    )
    assert report.unknown_columns == ("Ghi chú riêng",)

    with pytest.raises(InputError, match="không có cột “Mã hồ sơ”"):
        import_list(desk, counter, a_list(("x",), head=("Tên",)))
    with pytest.raises(InputError, match="hai cột"):
        import_list(desk, counter, a_list((CODE, CODE), head=("Mã hồ sơ", "MaHoSo")))


def test_a_workbook_is_read_like_a_table_of_text(desk, counter):
    report = import_list(desk, counter, xlsx_of([COLUMNS, (CODE, "", "", "", "4")]))

    assert report.counts == {"new": 1}


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.dictionaries(CODES, st.tuples(WORDS, WORDS, DAYS), min_size=1, max_size=4))
def test_whatever_a_list_says_comes_back_and_twice_is_once(desk, counter, told):
    rows = [
        (code, procedure, name, f"{day:%d/%m/%Y}", "4")
        for code, (procedure, name, day) in told.items()
    ]
    import_list(desk, counter, a_list(*rows))
    again = import_list(desk, counter, a_list(*rows))

    assert again.counts == {"same": len(told)}
    kept = {each.code: each for each in followed_cases(desk, counter, limit=5000).rows}
    for code, (procedure, name, day) in told.items():
        row = kept[code]
        assert (row.procedure or "", row.applicant or "") == (procedure, name)
        assert row.due == day


# --- who may --------------------------------------------------------------------------


def test_only_a_counter_reads_lists_and_each_counter_follows_its_own(desk, handed_in):
    matter, _ = handed_in
    content = a_list((CODE, "", "", "", ""))
    helper = a_helper(desk, matter.citizen, matter.code, ["fill"])
    for nobody in (clerk(desk, "land-branch"), clerk(desk, "tax"), helper):
        with pytest.raises(NotAllowedError):
            import_list(desk, nobody, content)

    import_list(desk, system("66"), content, "commune-66")
    assert followed_cases(desk, clerk(desk, "one-stop")).rows == ()
    import_list(desk, system("66"), a_list((OTHER, "", "", "", "")))
    shown = followed_cases(desk, clerk(desk, "one-stop")).rows
    assert [row.code for row in shown] == [OTHER]


# --- the channel, and the code by hand ------------------------------------------------


def test_a_dossier_that_came_by_post_is_noted_so_and_found_by_its_outside_code(
    desk, handed_in
):
    _, case = handed_in
    counter = clerk(desk, "one-stop")

    name_case(desk, counter, case, CODE, "3")
    name_case(desk, counter, case, CODE, "3")

    row = row_of(desk, case)
    assert (row.external_code, row.channel) == (CODE, 3)


@pytest.mark.parametrize(
    ("code", "channel", "field"),
    [("", "", "ma-ngoai"), ("H15", "", "ma-ngoai"), (CODE, "9", "kenh")],
)
def test_what_cannot_be_noted_is_told_at_its_field(
    desk, handed_in, code, channel, field
):
    _, case = handed_in

    with pytest.raises(BadRequestError) as refused:
        name_case(desk, clerk(desk, "one-stop"), case, code, channel)

    assert [each.key for each in refused.value.problems] == [field]


# --- our list as a table --------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_on_the_desk_goes_out_as_a_table_that_can_be_read_again(
    desk, handed_in, kind
):
    _, case = handed_in
    counter = clerk(desk, "one-stop")
    name_case(desk, counter, case, CODE, "")
    act(desk, counter, case, "accept")

    made = export_worklist(desk, clerk(desk, "land-branch"), Wish(), kind)

    table = read_table(made)
    assert table.head == HEAD
    (line,) = table.lines
    told = dict(zip(HEAD, line.cells, strict=True))
    assert (told["Mã hồ sơ"], told["Mã trong Dắt"]) == (CODE, case)
    assert told["Ngày hẹn trả"] == f"{row_of(desk, case).appointment:%d/%m/%Y}"
    assert (told["Trạng thái"], told["Kênh nộp"]) == ("Đang xử lý", "Trực tuyến")
    # What goes out may come in again, and then changes nothing.
    report = import_list(desk, counter, made)
    assert outcomes(report) == [(CODE, "known")]


# --- the pages ------------------------------------------------------------------------


@pytest.fixture
def at_the_counter(desk, handed_in):
    del handed_in
    an_account(desk, "quay", "Quầy", "clerk", "one-stop")
    return Visitor(desk).signs_in("quay", PASSWORD)


def uploads(visitor, content, name="list.csv"):
    token = re.search(r'name="csrf" value="([^"]+)"', visitor.text)[1]
    files = {"tep": (name, content)} if content is not None else {}
    return visitor.client.post(
        "/can-bo/he-thong-khac",
        data={"csrf": token},
        files=files or {"nothing": ("", b"")},
    )


def test_a_clerk_reads_a_list_in_and_is_told_of_each_line(at_the_counter):
    at_the_counter.opens("/can-bo/he-thong-khac")
    assert "Chưa có hồ sơ nào" in at_the_counter.text

    rows = (CODE, "Đăng ký <b>đất</b>", "Lê Thị Mẫu", "04/12/2026", "4"), ("H15",)
    answer = uploads(at_the_counter, a_list(*rows, head=(*COLUMNS, "Ghi chú riêng")))

    assert answer.status_code == 200
    text = unescape(answer.text)
    assert "Ghi mới, để theo dõi" in text
    assert "“H15” không phải mã hồ sơ" in text
    assert "Ghi chú riêng" in text
    shown = at_the_counter.opens("/can-bo/he-thong-khac").text
    assert CODE in shown
    assert "Đăng ký &lt;b&gt;đất&lt;/b&gt;" in shown


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "Chưa chọn tệp"), (b"\xff\xfe", "UTF-8"), (b"PK\x03\x04", "bảng")],
)
def test_a_file_that_cannot_be_read_is_told_at_its_field(at_the_counter, content, said):
    at_the_counter.opens("/can-bo/he-thong-khac")

    answer = uploads(at_the_counter, content)

    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert 'href="#tep"' in answer.text


def test_a_code_is_noted_by_hand_and_what_was_typed_stays_when_it_is_none(
    desk, at_the_counter, handed_in
):
    _, case = handed_in
    page = at_the_counter.opens("/can-bo/he-thong-khac")
    page.sends("/can-bo/he-thong-khac/ma", ma=case, ma_ngoai="H15", kenh="3")
    assert page.status == 422
    assert 'value="H15"' in page.text

    page.sends("/can-bo/he-thong-khac/ma", ma=case, ma_ngoai=CODE, kenh="3")

    assert page.path == f"/can-bo/ho-so/{case}"
    assert f"Mã ở hệ thống kia: {CODE}" in page.text
    assert "Kênh nộp: Qua bưu chính công ích" in page.text
    assert f"/can-bo/he-thong-khac?ma={case}" in page.text
    assert row_of(desk, case).external_code == CODE


def test_the_table_of_the_desk_is_offered_where_the_list_is(at_the_counter, handed_in):
    _, case = handed_in
    at_the_counter.opens("/can-bo?ai=ca-co-quan&loc=cho-nhan")
    link = re.search(r'href="(/can-bo/danh-sach\.csv[^"]*)"', at_the_counter.text)[1]

    answer = at_the_counter.client.get(unescape(link))

    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert [line.cells[1] for line in read_table(answer.content).lines] == [case]
    assert at_the_counter.client.get("/can-bo/danh-sach.ods").status_code in {400, 422}


# --- the command ----------------------------------------------------------------------


def test_the_command_tells_each_line_and_fails_when_one_is_bad(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("DAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DAT_DATABASE_URL", raising=False)
    file = tmp_path / "list.csv"
    file.write_bytes(a_list((CODE, "", "", "", "4")))

    assert main(["import-list", str(file)]) == 0
    assert f"dòng 2: {CODE}: Ghi mới" in capsys.readouterr().out
    assert main(["import-list", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"] == {"same": 1}

    file.write_bytes(a_list(("H15", "", "", "", ""), head=(*COLUMNS, "Lạ")))
    assert main(["import-list", str(file)]) == 1
    said = capsys.readouterr().out
    assert "Cột “Mã hồ sơ”" in said
    assert "Cột không dùng đến: Lạ" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["no-such-list.csv"], "Không đọc được tệp"), (["{}", "--office", "x"], "x")],
)
def test_a_list_that_is_not_there_is_told_plainly(
    tmp_path, monkeypatch, capsys, arguments, said
):
    monkeypatch.setenv("DAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DAT_DATABASE_URL", raising=False)
    file = tmp_path / "list.csv"
    file.write_bytes(a_list((CODE, "", "", "", "")))

    code = main(["import-list", *(each.format(file) for each in arguments)])

    assert code == 2
    assert said in capsys.readouterr().err


def test_a_counter_forgets_what_it_followed_when_a_person_asks(desk):
    seed_offices(desk, "66")
    counter = clerk(desk, "one-stop")
    over = (CODE, "Cấp sổ", "Bà Mẫu Lành", "01/12/2026", "10")
    import_list(desk, counter, a_list(over))
    an_account(desk, "quay", "Chị Mẫu Quầy", "clerk", "one-stop")
    visitor = Visitor(desk).signs_in("quay", PASSWORD)
    visitor.opens("/can-bo/he-thong-khac")

    visitor.sends("/can-bo/he-thong-khac/thoi-theo-doi", ma_thoi="H15.1")
    assert visitor.status == 422
    assert "không theo dõi hồ sơ nào mang mã H15.1" in unescape(visitor.text)
    with pytest.raises(BadRequestError):
        stop_following(desk, replace(counter, office_id="tax-66"), CODE)
    visitor.sends("/can-bo/he-thong-khac/thoi-theo-doi", ma_thoi=CODE)

    assert visitor.status == 200
    with desk.database.reading() as uow:
        assert uow.outside.followed("66", CODE) is None
