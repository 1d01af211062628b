"""What ``dat`` answers, reckoned anew by hand: days, shapes, sentences, history."""

import io
import sqlite3
import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.commands.conftest import SITUATIONS

GIFT = SITUATIONS / "gift-to-daughter.json"
LOST = SITUATIONS / "gift-lost-certificate.json"
HOLIDAYS = {date(2026, 11, 24), date(2027, 1, 1)}  # of the weeks that are counted


def working_days(after: date, count: int) -> date:
    """Return the last of so many working days; the first day is not counted."""
    day = after
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5 and day not in HOLIDAYS
    return day


def test_the_days_of_a_lost_certificate_are_those_of_the_calendar(dat):
    plan = dat("plan", LOST, "--json").json
    days = {
        step["id"]: (
            date.fromisoformat(step["starts"]),
            date.fromisoformat(step["ends"]),
        )
        for step in plan["steps"]
    }

    # Reissue: handed in after the holiday, 20 days of waiting, 10 of work.
    begins = working_days(date(2026, 11, 23), 1)
    reissued = working_days(begins + timedelta(days=20), 10)
    assert days["reissue_lost_certificate"] == (begins, reissued)
    # Contract: handed in on the next working day, 2 days over the New Year.
    begins = working_days(reissued, 1)
    signed = working_days(begins, 2)
    assert days["notarize_contract"] == (begins, signed)
    assert signed == date(2027, 1, 4)
    # Registration: 8 days of the land office, 7 of the tax office in between.
    begins = working_days(signed, 1)
    assert days["register_gift"] == (begins, working_days(begins, 8 + 7))
    assert plan["duration"]["earliest_finish"] == "2027-01-26"
    assert plan["duration"]["working_days"] == 10 + 2 + 8 + 7


def test_every_step_of_the_critical_path_comes_after_the_one_before(dat):
    plan = dat("plan", LOST, "--json").json
    steps = {step["id"]: step for step in plan["steps"]}
    path = [steps[name] for name in plan["critical_path"]]

    own = [step for step in path if step["within"] is None]
    assert own[0]["after"] == []
    for before, after in pairwise(own):
        assert before["id"] in after["after"]
        assert before["ends"] < after["starts"]
    for step in path:
        if step["within"]:
            assert step["within"] in steps


@pytest.mark.parametrize(
    ("received", "days", "unit", "starts", "due"),
    [
        ("2026-11-23T14:59", 2, "working", "2026-11-23", "2026-11-26"),
        ("2026-11-23T15:01", 2, "working", "2026-11-25", "2026-11-27"),
        ("2026-11-28T09:00", 1, "working", "2026-11-30", "2026-12-01"),
        ("2026-12-31T09:00", 1, "working", "2026-12-31", "2027-01-04"),
        # Plain days that end on a Sunday end on the Monday.
        ("2026-11-26T09:00", 3, "calendar", "2026-11-26", "2026-11-30"),
    ],
)
def test_a_term_ends_on_the_day_that_the_law_counts(
    dat, received, days, unit, starts, due
):
    answer = dat(
        "due", "--received", received, "--days", days, "--unit", unit, "--json"
    ).json

    assert (answer["starts"], answer["due"]) == (starts, due)
    assert all(isinstance(date.fromisoformat(day), date) for day in answer["counted"])
    if unit == "working":
        assert len(answer["counted"]) == days
        assert answer["counted"][-1] == due


def test_the_costs_of_a_plan_are_those_of_the_estimate(dat):
    plan, estimate = (dat(name, GIFT, "--json").json for name in ("plan", "estimate"))

    assert plan["costs"] == estimate
    for line in estimate["lines"]:
        assert set(line) >= {
            "kind", "payer", "base", "rate", "amount", "status", "reason", "basis",
        }  # fmt: skip
        assert line["status"] in {"computed", "exempt", "unknown"}
        assert line["amount"] is None or type(line["amount"]) is int
        for place in line["basis"]:
            assert set(place) >= {"instrument", "at", "status"}


def test_the_moves_of_a_rehearsal_have_the_shape_of_the_contract(dat):
    played = dat("rehearse", LOST, "--json").json

    for move in played["moves"]:
        assert set(move) >= {
            "at", "case", "procedure", "office", "actor", "role", "event", "from",
            "to", "basis", "clock",
        }  # fmt: skip
    times = [move["at"] for move in played["moves"]]
    assert times == sorted(times)
    order = list(dict.fromkeys(move["procedure"] for move in played["moves"]))
    assert order[:3] == [
        "reissue_lost_certificate", "notarize_contract", "register_gift",
    ]  # fmt: skip
    for paper in played["papers"]:
        assert set(paper) >= {"form", "file", "sha256"}


# --- which key, what stands there -----------------------------------------------------

FAULTS = {
    "answer-about-nobody": ("party[nam].phone", "nam"),
    "area-as-text": ("land.area_m2", "rộng lắm"),
    "area-zero": ("land.area_m2", "0"),
    "bad-phone": ("party[father].phone", "12345"),
    "birth-date-in-the-future": ("party[father].birth_date", "1/1/2030"),
    "commune-of-another-province": ("commune", "00004"),
    "commune-split-old-name": ("commune", "22024"),
    "commune-unknown-name": ("commune", "phường Không Có"),
    "fact-said-twice": ("parties[0].phone", "hai chỗ"),
    "fractional-money": ("land.table_price", "5000000.5"),
    "impossible-birth-date": ("party[father].birth_date", "1956-13-01"),
    "impossible-day": ("on", "2026-02-30"),
    "money-as-text": ("land.table_price", "năm triệu"),
    "negative-money": ("land.table_price", "-1"),
    "no-goal": ("goal", "Thiếu goal"),
    "person-id-eleven-digits": ("party[father].person_id", "06605600123"),
    "person-twice": ("parties", "hoa"),
    "relationship-twice": ("relationships", "hoa và father"),
    "relationship-with-nobody": ("relationships[1].between", "nam"),
    "relationship-with-self": ("relationships[1].between", "hoa"),
    "share-half-given": ("parties.share", "mother"),
    "share-one-over-zero": ("parties[0].share", "1/0"),
    "share-zero": ("parties[0].share", "0"),
    "shares-not-one": ("parties.share", "5/6"),
    "unknown-answer": ("land.aera_m2", "land.area_m2"),
    "unknown-choice": ("property.kind", "villa"),
    "unknown-goal": ("goal", "gift"),
    "unknown-kinship": ("relationships[0].kind", "daughter"),
    "unknown-party-key": ("parties[0].fullname", "full_name"),
    "unknown-province": ("province", "99"),
    "unknown-role": ("parties[0].role", "seller"),
    "unknown-top-key": ("gaol", "goal"),
    "yes-no-as-text": ("certificate.in_hand", "yes"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_sentence_names_the_key_and_what_stands_there(dat, name):
    key, value = FAULTS[name]

    answer = dat("plan", SITUATIONS / "bad" / f"{name}.json", "--json")

    assert answer.code == 2
    named, _, sentence = answer.err.partition(": ")
    assert named == key
    assert value in sentence


def test_a_folder_or_bytes_instead_of_text_are_named(dat, tmp_path):
    scan = tmp_path / "scan.json"
    scan.write_bytes(b"\xff\xd8\xff\xe0")

    for path in (tmp_path, scan):
        answer = dat("plan", path)
        assert answer.code == 2
        assert str(path) in answer.err


def test_broken_json_names_the_column_too(dat, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO('{"province": "66",\n  oops}'))

    assert "dòng 2, cột 3" in dat("plan", "-").err


def test_a_real_process_ends_with_2_and_a_sentence(monkeypatch, data_dir):
    monkeypatch.setenv("DAT_DATA_DIR", str(data_dir))
    ran = subprocess.run(
        [sys.executable, "-m", "service", "plan", "-"],
        input='{"province": "66", "goal": "fly"}',
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 2
    assert ran.stdout == ""
    assert "goal: không nhận “fly”" in ran.stderr
    assert "Traceback" not in ran.stderr


# --- operation ------------------------------------------------------------------------


def test_the_demo_is_filled_once_and_its_history_proves_whole(
    dat, monkeypatch, tmp_path
):
    monkeypatch.setenv("DAT_DATA_DIR", str(tmp_path))

    first, second = (dat("demo", "--matters", "0", "--json").json for _ in range(2))
    audit = dat("verify-audit", "--json")
    shared = dat("verify-audit", "--processes", "2", "--replay", "--json")

    names = [row["name"] for row in first]
    assert {"motcua", "datdai", "thue", "congchung", "phuong"} <= set(names)
    assert len(second) < len(first)  # codes of matters are told once
    assert audit.code == 0
    assert audit.json["ok"] is True
    assert audit.json["moves"] > audit.json["cases"] > 3
    assert shared.json == audit.json
    changes_the_history(tmp_path / "dat.sqlite")
    changed = dat("verify-audit", "--json")
    assert changed.code == 1
    assert changed.json["findings"]
    shared = dat("verify-audit", "--processes", "2", "--json")
    assert shared.json["findings"] == changed.json["findings"]


def changes_the_history(path) -> None:
    """Do what somebody with the file could do: put one move in the place of another."""
    with sqlite3.connect(path) as database:
        triggers = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for (name,) in triggers:
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute(
            "UPDATE case_move SET body = first.body FROM case_move AS first"
            " WHERE first.case_id = case_move.case_id AND first.seq = 1"
            " AND case_move.seq = 2"
        )
    database.close()
