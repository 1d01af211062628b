"""The board for everybody tells of no small number; who leads sees what there is."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from service.main import create_app
from service.persistence.figures import CountedRow
from service.usecases.indicators.count_figures import count_months
from service.usecases.indicators.quality import public_board
from service.usecases.playing.demo import seed_people
from tests.practising import Visitor

RECEIVED = datetime(2026, 11, 3, 3, tzinfo=UTC)
APPOINTMENT = date(2026, 11, 12)
PASSWORD = "ban-thu-nghiem-2026"


def store(desk, office, procedure, on_time, late, still=0, **more):
    """Store cases that ended on the day before the appointment, or the one after.

    ``still`` more have no end yet, and are late.
    """
    ends = [APPOINTMENT - timedelta(days=1)] * on_time
    ends += [APPOINTMENT + timedelta(days=1)] * late + [None] * still
    with desk.database.transaction() as uow:
        for number, day in enumerate(ends):
            name = f"{office}-{procedure}-{number}"
            told = {
                "channel": 2, "digitised": None, "paid_online": None,
                "supplements": [], "returns": [],
            }  # fmt: skip
            uow.figures.keep(
                CountedRow(
                    tenant_id="66",
                    case_id=name,
                    code=name,
                    procedure=procedure,
                    office_id=f"{office}-66",
                    opened_at=RECEIVED,
                    received_at=RECEIVED,
                    appointment=APPOINTMENT,
                    ended_at=day
                    and datetime(day.year, day.month, day.day, 3, tzinfo=UTC),
                    end_status=day and 9,
                    status=9 if day else 4,
                    **(told | more),
                )
            )


@pytest.fixture
def counted(desk):
    """Return a desk whose tax office had three cases only."""
    seed_people(desk)
    store(desk, "land-branch", "register_gift", 20, 6)
    store(desk, "land-branch", "register_transfer", 30, 9)
    store(desk, "notary", "notarize_contract", 40, 8)
    back = [{"at": RECEIVED.isoformat(), "kind": "supplement"}]
    store(desk, "tax", "assess_financial_obligation", 2, 1, returns=back)
    count_months(desk)
    return desk


def rows(html):
    """Return the cells of each row of the tables of figures, by the name before."""
    found = {}
    for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", html, re.DOTALL):
        cells = [
            " ".join(re.sub(r"<.*?>", " ", cell).split())
            for cell in re.split(r"</t[hd]>", row)
        ]
        found[cells[0]] = cells[1:-1]
    return found


def signed_in(desk, name):
    visitor = Visitor(create_app(desk))
    page = visitor.opens("/dang-nhap").text
    visitor.sends("/dang-nhap", {"ten": name, "mat-khau": PASSWORD}, page)
    return visitor


def test_everybody_sees_the_sums_but_nobody_who_is_few(counted):
    answer = Visitor(create_app(counted)).opens("/chat-luong")
    assert answer.status_code == 200
    told = rows(answer.text)
    tax = next(cells for name, cells in told.items() if name.startswith("Thuế"))
    assert tax == ["không nêu"] * 5
    hidden = [name for name, cells in told.items() if cells[0] == "không nêu"]
    assert len(hidden) > 2
    assert "92 trong 116" in answer.text
    board = public_board(counted, None)
    shown = [line.total for line in board.offices if line.total is not None]
    assert 116 - sum(shown) >= 5


def test_the_days_of_few_that_ended_are_not_told_beside_many_that_did_not(desk):
    seed_people(desk)
    store(desk, "land-branch", "register_gift", 30, 9)
    store(desk, "notary", "notarize_contract", 1, 0, still=20)
    count_months(desk)

    told = {line.name.split()[0]: line for line in public_board(desk, None).offices}

    assert (told["Văn"].total, told["Văn"].days) == (21, None)
    assert told["Chi"].days is not None


def test_what_the_program_counts_by_its_own_rule_is_said_to_be_so(counted):
    told = Visitor(create_app(counted)).opens("/chat-luong").text
    assert "Căn cứ: Quyết định 766/QĐ-TTg, chỉ tiêu 2.1." in told
    assert "Dắt tự đếm, chưa đối chiếu với công thức chính thức" in told
    assert told.count("chưa xác minh") == 2


def test_reasons_that_are_few_are_not_counted_out(counted):
    board = public_board(counted, None)
    assert board.returns == (("Yêu cầu bổ sung khi đang giải quyết", None),)


def test_a_superior_sees_his_office_as_it_is(counted):
    answer = signed_in(counted, "truongthue").opens("/can-bo/so-lieu")
    told = rows(answer.text)
    assert told["11/2026 chưa hết tháng"][:3] == ["3", "2", "1"]
    assert not any("chuyển nhượng" in name for name in told)


def test_an_administrator_sees_every_office(counted):
    told = rows(signed_in(counted, "quantri").opens("/quan-tri/so-lieu").text)
    totals = [cells[0] for name, cells in told.items() if "(mẫu)" in name]
    assert sorted(totals) == ["3", "48", "65"]


@pytest.mark.parametrize(
    ("name", "path"),
    [("thue", "/can-bo/so-lieu"), ("truongthue", "/quan-tri/so-lieu")],
)
def test_who_does_not_lead_sees_no_figures(counted, name, path):
    assert signed_in(counted, name).opens(path).status_code == 403


@pytest.mark.parametrize("month", ["2026-08", "2026-13", "x", "9999-12", "0001-01"])
def test_a_month_without_figures_is_not_there(counted, month):
    visitor = Visitor(create_app(counted))
    assert visitor.opens(f"/chat-luong?thang={month}").status_code == 404


def test_before_anything_is_counted_the_board_says_so(desk):
    said = Visitor(create_app(desk)).opens("/chat-luong")
    assert said.status_code == 200
    assert "Chưa có số liệu nào" in said.text
