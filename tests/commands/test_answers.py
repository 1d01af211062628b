"""What ``dat`` answers to situations that can be used."""

import hashlib
import io
import subprocess
import sys
from datetime import date
from itertools import pairwise

import pytest

from service.commands.inputs import data_dir
from service.settings import Settings
from tests.commands.conftest import SITUATIONS
from workflows.loader import load_calendar

GIFT = SITUATIONS / "gift-to-daughter.json"
LOST = SITUATIONS / "gift-lost-certificate.json"
MORTGAGED = SITUATIONS / "sale-mortgaged.json"


def procedures(plan):
    return [step["procedure"] for step in plan["steps"]]


def test_a_lost_certificate_is_reissued_before_the_contract_and_the_registration(dat):
    plan = dat("plan", LOST, "--json").json

    assert procedures(plan)[:3] == [
        "reissue_lost_certificate",
        "notarize_contract",
        "register_gift",
    ]
    reissue, contract, registration = plan["steps"][:3]
    assert contract["after"] == ["reissue_lost_certificate"]
    assert registration["after"] == ["notarize_contract"]
    assert plan["critical_path"][:3] == [step["id"] for step in plan["steps"][:3]]
    assert date.fromisoformat(reissue["ends"]) < date.fromisoformat(contract["starts"])


def test_the_dates_of_a_plan_follow_from_the_days_of_its_steps(dat):
    plan = dat("plan", GIFT, "--json").json
    calendar = load_calendar()
    steps = [step for step in plan["steps"] if step["within"] is None]

    for before, after in pairwise(steps):
        ends = date.fromisoformat(before["ends"])
        assert date.fromisoformat(after["starts"]) == calendar.next_working(ends)
    contract = steps[0]
    starts = date.fromisoformat(contract["starts"])
    assert starts == date(2026, 11, 25)  # the 24th is a holiday
    due = calendar.add(starts, contract["working_days"])
    assert contract["ends"] == due.isoformat()
    assert plan["duration"]["earliest_finish"] == steps[-1]["ends"]


def test_a_plan_names_everything_that_a_reader_of_its_shape_expects(dat):
    plan = dat("plan", GIFT, "--json").json

    for step in plan["steps"]:
        assert set(step) >= {
            "id", "procedure", "name", "office", "after", "requires", "establishes",
            "papers", "forms", "working_days", "calendar_days", "package", "status",
            "basis",
        }  # fmt: skip
        for paper in step["papers"]:
            assert set(paper) >= {"id", "name", "copy", "made_by"}
    assert set(plan) >= {
        "critical_path", "duration", "costs", "warnings", "unknown",
    }  # fmt: skip
    assert set(plan["duration"]) >= {"working_days", "earliest_finish"}
    for warning in plan["warnings"]:
        assert set(warning) >= {"id", "text", "basis"}


@pytest.mark.parametrize(
    "name",
    sorted(path.stem for path in SITUATIONS.glob("*.json")),
)
def test_the_total_is_the_sum_of_the_lines_and_of_the_payers(dat, name):
    answer = dat("estimate", SITUATIONS / f"{name}.json", "--json").json

    known = [line["amount"] for line in answer["lines"] if line["amount"] is not None]
    assert answer["total"] == sum(known)
    assert sum(answer["total_by_payer"].values()) == answer["total"]
    unknown = [line for line in answer["lines"] if line["status"] == "unknown"]
    assert bool(answer.get("partial")) == bool(unknown)
    for line in answer["lines"]:
        assert line["basis"], line["kind"]
        assert (line["amount"] is None) == (line["status"] == "unknown")


def test_a_gift_to_a_birth_child_costs_no_tax_and_the_notary_takes_a_thousandth(dat):
    lines = {
        line["kind"]: line for line in dat("estimate", GIFT, "--json").json["lines"]
    }

    assert lines["personal_income_tax"]["status"] == "exempt"
    assert lines["registration_fee"]["status"] == "exempt"
    assert lines["notary_fee"]["amount"] == 1_000_000


def test_a_father_who_sells_to_his_son_pays_no_tax_but_the_son_pays_the_fee(dat):
    path = SITUATIONS / "sale-father-to-son.json"
    lines = {
        line["kind"]: line for line in dat("estimate", path, "--json").json["lines"]
    }

    assert lines["personal_income_tax"]["status"] == "exempt"
    assert lines["registration_fee"]["status"] == "computed"
    assert lines["registration_fee"]["amount"] > 0


def test_a_dossier_after_three_o_clock_counts_as_received_after_the_holiday(dat):
    answer = dat(
        "due", "--received", "2026-11-23T16:00", "--days", "8", "--province", "66",
        "--json",
    ).json  # fmt: skip

    assert answer["starts"] == "2026-11-25"
    assert answer["due"] == "2026-12-07"
    assert len(answer["counted"]) == 8
    assert "2026-11-24" not in answer["counted"]


def test_a_dossier_of_the_morning_counts_from_the_next_working_day(dat):
    answer = dat("due", "--received", "2026-11-23T09:00", "--days", "8", "--json").json

    assert answer["starts"] == "2026-11-23"
    assert answer["counted"][0] == "2026-11-25"
    assert answer["due"] == "2026-12-04"


def test_the_next_question_says_why_it_is_asked(dat):
    answer = dat("next", GIFT, "--json").json

    assert answer["remaining"] >= len(answer["questions"]) >= 1
    for question in answer["questions"]:
        assert question["text"].endswith("?")
        assert question["why"][0]["instrument"]


def test_a_situation_may_come_by_a_pipe(dat, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(GIFT.read_text("utf-8")))

    assert dat("plan", "-", "--json").json == dat("plan", GIFT, "--json").json


def test_a_form_is_written_as_pdf_and_its_blanks_are_named(dat, tmp_path):
    target = tmp_path / "f.pdf"

    answer = dat("form", "F-CHANGE", GIFT, "-o", target, "--json").json

    assert target.read_bytes().startswith(b"%PDF")
    assert answer["form"] == "F-CHANGE"
    assert all(blank["reason"] for blank in answer["blank"])


def test_the_list_of_forms_has_the_shape_of_the_contract(dat):
    for row in dat("form", "--list", "--json").json:
        assert set(row) >= {
            "form", "edition", "title", "instrument", "from", "to", "status",
        }  # fmt: skip


def test_the_list_of_forms_names_every_edition_with_its_days_and_what_is_not_seen(dat):
    told = dat("form", "--list").out
    rows = dat("form", "--list", "--json").json

    assert f"{len(rows)} bản" in told
    for row in rows:
        assert row["form"] in told
        assert row["title"] in told
        assert row["instrument"] in told
        for line in row["missing"]:
            assert f"? chưa thấy: {line}" in told
    assert "01/07/2025 - 30/01/2026" in told
    assert "TAX-01-SDDPNN, thay cho 04/TK-SDDPNN, thay cho TAX-04-SDDPNN" in told


def test_the_packages_hold_no_error(dat):
    answer = dat("packs", "check", "--json")

    assert answer.code == 0
    assert answer.json["errors"] == []
    ids = {package["id"] for package in answer.json["packages"]}
    assert {"vn-nd151-2025", "vn-15-qd47-2026", "vn-66-2026"} <= ids


def test_a_procedure_is_shown_with_the_file_of_each_line_and_drawn(dat):
    shown = dat("packs", "show", "vn-66-2026", "register_gift")
    drawn = dat("packs", "graph", "vn-66-2026", "register_gift", "--svg")

    assert "templates/register_change.yaml" in shown.out
    assert drawn.out.startswith("<svg")


def test_the_gift_is_rehearsed_up_to_the_certificate_with_every_paper(dat, tmp_path):
    answer = dat("rehearse", GIFT, "--out", tmp_path, "--json")

    assert answer.code == 0
    played = answer.json
    assert played["outcome"] == "done"
    assert 15 <= len(played["moves"]) <= 30
    assert played["moves"][-1]["at"] >= played["moves"][0]["at"]
    offices = {move["office"] for move in played["moves"] if move["office"]}
    assert len(offices) >= 4
    for paper in played["papers"]:
        content = (tmp_path / paper["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == paper["sha256"]


def test_a_mortgaged_sale_discharges_first_and_its_clock_waits_for_the_payment(
    dat, tmp_path
):
    played = dat("rehearse", MORTGAGED, "--out", tmp_path, "--json").json

    order = list(dict.fromkeys(move["procedure"] for move in played["moves"]))
    assert order.index("discharge_mortgage") < order.index("notarize_contract")
    assert order.index("notarize_contract") < order.index("register_transfer")
    assert any("citizen_payment" in move["clock"] for move in played["moves"])
    assert played["outcome"] == "done"


def test_the_same_seed_plays_the_same_moves(dat):
    first, second = (dat("rehearse", GIFT, "--seed", 7, "--json") for _ in range(2))

    assert first.json["moves"] == second.json["moves"]


def test_an_empty_installation_migrates_and_its_history_is_whole(dat):
    assert dat("db", "upgrade").code == 0
    assert dat("verify-audit").code == 0


@pytest.mark.parametrize("chosen", [None, "elsewhere"])
def test_the_commands_and_the_settings_agree_on_the_data_directory(monkeypatch, chosen):
    monkeypatch.delenv("DAT_DATA_DIR", raising=False)
    if chosen:
        monkeypatch.setenv("DAT_DATA_DIR", chosen)

    assert data_dir() == Settings().data_dir


def test_the_module_is_the_command():
    ran = subprocess.run(
        [sys.executable, "-m", "service", "--help"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0
    assert "rehearse" in ran.stdout


def test_a_sale_to_the_son_beside_a_gift_says_what_differs(dat):
    answer = dat(
        "plan", SITUATIONS / "sale-to-son.json", "--compare", "goal=give", "--json"
    )
    found = answer.json["differences"]

    assert answer.json["base"]["goal"] == "sell"
    assert answer.json["other"]["goal"] == "give"
    assert [step["id"] for step in found["steps"]["added"]] == ["register_gift"]
    assert [step["id"] for step in found["steps"]["removed"]] == ["register_transfer"]
    fee = next(
        line for line in found["money"]["changed"] if line["kind"] == "registration_fee"
    )
    assert (fee["base"]["amount"], fee["other"]["amount"]) == (6_000_000, 0)
    text = dat("plan", SITUATIONS / "sale-to-son.json", "--compare", "goal=give").out
    assert "Sang tên đất được cho" in text
    assert "Cộng phần đã biết" in text


def test_a_comparison_without_any_difference_says_so(dat):
    answer = dat("plan", GIFT, "--compare", "goal=give")

    assert answer.code == 0
    assert "Không có gì khác nhau" in answer.out


def test_a_change_that_means_nothing_is_no_comparison(dat):
    answer = dat("plan", GIFT, "--compare", "goal=fly", "--compare", "colour=red")

    assert answer.code == 2
    assert "colour" in answer.err
    assert answer.out == ""


def test_the_questions_to_record_stand_with_their_files_and_words(dat):
    listed = dat("recordings", "--language", "rad")
    read_by_machine = dat("recordings", "--json").json

    assert listed.code == 0
    assert "audio/rad/land.area_m2.mp3" in listed.out
    assert "Thửa đất rộng bao nhiêu mét vuông?" in listed.out
    assert len(read_by_machine) == listed.out.count("audio/rad/")


def test_the_export_of_an_empty_installation_is_empty(dat):
    answer = dat("export", "cases")

    assert (answer.code, answer.out) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("people",), "people"),
        (("cases", "--from", "2026-1"), "--from"),
        (("cases", "--from", "2026-11-25", "--to", "2026-11-24"), "--from"),
    ],
)
def test_an_export_that_cannot_be_made_names_what_is_wrong(dat, arguments, said):
    answer = dat("export", *arguments)

    assert answer.code == 2
    assert said in answer.err
