"""Teams: what the lead reports, what looks unusual, and that no resident is in it."""

import csv
import io
import re
from datetime import date

import pytest

from service.auth.sessions import sign_in
from service.errors import BadRequestError, NotAllowedError
from service.persistence.practice import SheetRow
from service.usecases import sentences
from service.usecases.helpers.ask_consent import ask_access, confirm_slip, number_slip
from service.usecases.helpers.ask_resident import ask_resident, confirm_by_code
from service.usecases.helpers.give_consent import give_consent
from service.usecases.helpers.helper_day import VisitWish, plan_visits
from service.usecases.helpers.helping import Wish, terms
from service.usecases.helpers.resident_act import send_help_code
from service.usecases.helpers.teams import (
    create_team,
    join_team,
    leads_team,
    report_csv,
    team_report,
    teams,
)
from service.usecases.matter.read_matter import matter_view
from service.usecases.outside.working import run_until_idle
from tests.factories import PASSWORD, a_matter
from tests.service.test_sign_in import ADMIN, an_account

FILL = Wish("papers", ("fill",), 60)


@pytest.fixture
def team(desk):
    """A team of two: Lan helps, Minh leads."""
    team_id = create_team(desk, ADMIN, name="Tổ thôn 3", place="24133")
    for name in ("lan", "minh"):
        an_account(desk, name)
        join_team(desk, ADMIN, account=name, team_id=team_id, lead=name == "minh")
    return (
        sign_in(desk, "lan", PASSWORD).actor,
        sign_in(desk, "minh", PASSWORD).actor,
    )


def lets(desk, count, hamlet=""):
    """Let Lan help so many residents of a hamlet."""
    lan = sign_in(desk, "lan", PASSWORD).actor
    for _ in range(count):
        opened, citizen = a_matter(desk)
        give_consent(
            desk, citizen, opened.code, helper_name="lan", scope=["fill"], minutes=60
        )
        if hamlet:
            plan_visits(desk, lan, [VisitWish(opened.code, hamlet, desk.today(), 1)])
    return opened, citizen


def test_only_the_lead_sees_the_report_of_his_team(desk, team):
    lan, minh = team
    report = team_report(desk, minh)

    assert report.team == "Tổ thôn 3"
    assert [(row.name, row.lead) for row in report.members] == [
        ("Lan", False), ("Minh", True),
    ]  # fmt: skip
    assert leads_team(desk, minh)
    assert not leads_team(desk, lan)
    for other in (lan, ADMIN, a_matter(desk)[1]):
        with pytest.raises(NotAllowedError):
            team_report(desk, other)
    with pytest.raises(NotAllowedError):
        teams(desk, minh)


def test_small_counts_are_not_told_and_no_resident_is_named(desk, team):
    lets(desk, 3, "Thôn 3")
    lets(desk, 1, "thôn 3")
    opened, _ = lets(desk, 2, "Nhà bà Sáu")
    report = team_report(desk, team[1])

    told = {(cell.hamlet, cell.month): cell.count for cell in report.cells}
    assert told == {
        ("Thôn 3", "2026-11"): "4",
        (sentences.OTHER_HAMLETS, "2026-11"): "dưới 3",
    }
    assert [(row.now, row.today) for row in report.members] == [(6, 6), (0, 0)]
    assert opened.code not in str(report)
    assert "Sáu" not in report_csv(report).decode()


def test_the_lead_sees_how_many_exercises_a_member_has_done_and_when(desk, team):
    lan, minh = team
    days = ((1, ["ma-otp"]), (3, ["ma-otp", "xin-phep"]))
    with desk.database.transaction() as uow:
        for day, done in days:
            on = date(2026, 11, day)
            sheet = SheetRow(
                desk.settings.province, f"LT-{day}", lan.account_id, on, done
            )
            uow.practice.add_sheet(sheet)
    rows = {row.name: row for row in team_report(desk, minh).members}
    assert (rows["Lan"].practised, rows["Lan"].practised_on) == (2, date(2026, 11, 3))
    assert (rows["Minh"].practised, rows["Minh"].practised_on) == (0, None)


def test_no_cell_of_the_csv_is_a_formula(desk, team):
    lets(desk, terms().smallest_cell, "=HYPERLINK(1)")
    made = report_csv(team_report(desk, team[1])).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(made)))

    assert rows[1][1] == "'=HYPERLINK(1)"
    assert not [cell for row in rows for cell in row if cell[:1] in set("=+-@\t\r")]


def test_many_residents_in_a_day_are_asked_about(desk, team):
    lets(desk, terms().many_a_day - 1)
    assert team_report(desk, team[1]).anomalies == ()
    lets(desk, 1)
    (line,) = team_report(desk, team[1]).anomalies
    assert "Lan nhận giúp" in line


def test_consents_by_paper_only_are_asked_about(desk, team):
    lan, minh = team
    for _ in range(terms().slips_in_a_row):
        assert team_report(desk, minh).anomalies == ()
        opened, _citizen = a_matter(desk)
        request = ask_access(desk, lan, code=opened.code, wish=FILL, key=None)
        confirm_slip(desk, lan, request, number_slip(desk, lan, request))
    (line,) = team_report(desk, minh).anomalies
    assert "giấy ký" in line


def test_answers_for_several_residents_by_one_phone_are_asked_about(desk, team):
    lan, minh = team
    for _ in range(2):
        assert team_report(desk, minh).anomalies == ()
        opened, citizen = a_matter(desk)
        give_consent(
            desk, citizen, opened.code, helper_name="lan", scope=["fill"], minutes=60
        )
        key = "certification.by"
        asked = ask_resident(desk, lan, opened.code, key, None, question="Ở đâu?")
        send_help_code(desk, lan, asked, "0912 345 678")
        run_until_idle(desk)
        text = desk.ports.messenger.kept()[0].text
        confirm_by_code(desk, lan, asked, re.search(r"mã (\d{6})", text)[1])
    (line,) = team_report(desk, minh).anomalies
    assert "một số điện thoại" in line


def test_looks_at_night_and_on_days_without_a_visit_are_asked_about(desks, desk, team):
    lan, minh = team
    opened, citizen = a_matter(desk)
    give_consent(
        desk, citizen, opened.code, helper_name="lan", scope=["fill"], minutes=4320
    )
    matter_view(desk, lan, opened.code)
    assert team_report(desk, minh).anomalies == ()
    desks.hour.later(hours=14)  # 23:00 in Vietnam, the same day
    matter_view(desk, lan, opened.code)
    (night,) = team_report(desk, minh).anomalies
    assert "ban đêm 1 lần" in night
    desks.hour.later(hours=12)
    matter_view(desk, lan, opened.code)
    lines = team_report(desk, minh).anomalies
    assert any("không hẹn thăm" in line for line in lines)


def test_a_team_needs_a_name_and_only_helpers_join(desk, team):
    del team
    with pytest.raises(BadRequestError):
        create_team(desk, ADMIN, name="  ", place="")
    with pytest.raises(BadRequestError) as refused:
        join_team(desk, ADMIN, account="nobody", team_id="none", lead=False)
    assert {p.key for p in refused.value.problems} == {"account", "team"}
    with pytest.raises(NotAllowedError):
        create_team(desk, sign_in(desk, "lan", PASSWORD).actor, name="x", place="")
