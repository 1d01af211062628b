"""What the one-stop record is told of a dossier: fields, codes and the channel."""

import json
from pathlib import Path

import pytest
import yaml

from service.usecases.cases.decide import raise_event
from service.usecases.matter.submit_dossier import open_step, submit
from service.usecases.outside.national_codes import codes_today
from service.usecases.outside.working import run_until_idle
from tests.factories import act, clerk, filed, finish, row_of

# The names of the fields, as three independent one-stop systems send them.
FIELDS = yaml.safe_load((Path(__file__).parent / "sync_fields.yaml").read_text("utf-8"))
GOALS = Path(__file__).parents[1] / "situations" / "goals"
ITEMS = {"supplement.items": "Bản vẽ", "supplement.reason": "Thiếu chữ ký"}
LETTER = {"letter.number": "17/HDHS", "letter.day": "2026-11-25"}


@pytest.fixture
def handed_in(desk):
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    return matter, case


def sent(desk, code):
    """Return what the national portal was told of a dossier, in order."""
    run_until_idle(desk)
    return desk.ports.portal.told(code)


def status_of(record):
    return record.dossier["TrangThaiHoSo"]


def test_every_status_goes_out_with_all_the_fields_of_the_service(desk, handed_in):
    _, case = handed_in
    act(desk, clerk(desk, "one-stop"), case, "accept")

    first, newest = sent(desk, case)

    assert (status_of(first), status_of(newest)) == ("1", "4")
    told = newest.dossier
    assert list(told) == [*FIELDS["dossier"], *FIELDS["lists"]]
    assert list(newest.progress) == FIELDS["progress"]
    assert (told["MaHoSo"], told["MaTTHC"]) == (case, "1.013831")
    assert told["NgayTiepNhan"] == "20261125090000"
    due = row_of(desk, case).appointment
    assert told["NgayHenTra"] == f"{due:%Y%m%d}235959"
    assert told["TrangThaiHoSo"] == "4"
    assert (told["NgayTra"], told["NgayKetThucXuLy"]) == (None, None)
    assert told["DanhSachTepDinhKemKhac"]
    step = newest.progress
    assert step["ThoiDiemXuLy"] == "20261125090000"
    assert "Tiếp nhận" in step["NoiDungXuLy"]


def test_a_supplement_goes_out_with_who_asked_for_what_and_who_took_it_in(
    desk, desks, handed_in
):
    matter, case = handed_in
    act(desk, clerk(desk, "one-stop"), case, "accept")
    desks.hour.later(hours=1)
    act(
        desk,
        clerk(desk, "land-branch"),
        case,
        "request_supplement",
        facts=ITEMS | LETTER,
    )
    desks.hour.later(hours=1)
    raise_event(desk, matter.citizen, case, "supply", facts={})

    *_, asked, taken = sent(desk, case)

    assert (status_of(asked), status_of(taken)) == ("5", "4")
    (told,) = taken.dossier["DanhSachHoSoBoSung"]
    assert list(told) == FIELDS["supplement"]
    assert told["NoiDungBoSung"] == "Bản vẽ. Thiếu chữ ký"
    assert told["NgayBoSung"] == "20261125100000"
    assert told["NgayTiepNhanBoSung"] == "20261125110000"


def test_a_dossier_goes_out_under_the_code_of_the_other_system_letter_for_letter(
    desk, handed_in
):
    _, case = handed_in
    code = "H15.50.05.13-261008-0975"
    with desk.database.transaction() as uow:
        uow.outside.name(row_of(desk, case), code)
    act(desk, clerk(desk, "one-stop"), case, "accept")

    newest = sent(desk, code)[-1]

    assert newest.dossier["MaHoSo"] == code
    assert newest.progress["MaHoSo"] == code


def test_a_citizen_hands_in_online_and_a_clerk_over_the_counter(desk, handed_in):
    _, case = handed_in
    assert row_of(desk, case).channel == 2

    other = filed(desk)
    finish(desk, other.citizen, other.case)
    draft = open_step(desk, other.citizen, other.code, "register_gift")
    act(desk, clerk(desk, "one-stop"), draft, "submit")
    assert row_of(desk, draft).channel == 1


def test_handing_in_again_at_the_counter_does_not_change_the_channel(desk, handed_in):
    _, case = handed_in
    counter = clerk(desk, "one-stop")
    act(desk, counter, case, "return_at_counter", facts=ITEMS)
    act(desk, counter, case, "submit")

    assert row_of(desk, case).channel == 2


def test_the_ten_statuses_and_the_three_channels_have_words(desk):
    codes = codes_today(desk)

    assert [int(code) for code in codes.statuses] == list(range(1, 11))
    assert codes.words(6) == "Yêu cầu thực hiện nghĩa vụ tài chính"
    assert codes.words(None) == ""
    assert [codes.channel_words(number) for number in (1, 2, 3, 9)] == [
        "Trực tiếp", "Trực tuyến", "Qua bưu chính công ích", "",
    ]  # fmt: skip


def test_every_state_of_every_procedure_has_a_status_of_the_list(desk):
    codes = codes_today(desk)
    edition = desk.law.edition("66", desk.today())

    def statuses(states):
        for state in states.values():
            yield state.status
            yield from statuses(state.states)

    used = {
        status
        for procedure in edition.procedures.values()
        for status in statuses(procedure.chart.states)
    }
    assert used - {None} <= {int(code) for code in codes.statuses}
    kinds = {
        copy
        for procedure in edition.procedures.values()
        for paper in procedure.papers_in
        for copy in paper.copy_
    }
    assert {kind for kind in kinds if codes.copy_type(kind) is None} <= {"mortgagee"}


def test_a_result_is_told_only_when_the_work_is_done(desk):
    dispute = json.loads((GOALS / "settle-dispute.json").read_text("utf-8"))
    matter = filed(desk, dispute, step="mediate_dispute")

    (first,) = sent(desk, matter.case)

    assert status_of(first) == "1"
    assert first.dossier["DanhSachGiayToKetQua"] == []
