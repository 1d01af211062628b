"""``dat evidence``: what an assessor gets, and that nobody can be found in it."""

import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import text

from service.commands import evidence_words as say
from service.commands.evidence_pack import ROOT, gathered, signed, zipped
from service.composition import build_desk
from service.persistence.database import upgrade
from service.persistence.operation import BackupRow
from service.secrecy.key_ring import FileRing, NoRing, make_ring
from service.settings import Settings
from service.usecases.custody import audit_heads
from service.usecases.custody.audit_heads import read_heads
from service.usecases.operation.back_up import back_up
from service.usecases.operation.evidence import RULES, answers, requirements
from service.usecases.operation.evidence_facts import all_facts
from service.usecases.playing import demo
from tests.conftest import MORNING
from tests.factories import act, an_account, clerk, filed

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)


@pytest.fixture
def ours(dat, tmp_path, monkeypatch):
    monkeypatch.setenv("DAT_DATABASE_URL", f"sqlite:///{tmp_path / 'ours.sqlite'}")
    monkeypatch.setenv("DAT_BACKUP_DIR", str(tmp_path / "backups"))
    monkeypatch.setenv("DAT_KEY_FILE", str(tmp_path / "keys.json"))
    desk = build_desk(Settings())
    upgrade(desk.database)
    yield desk
    desk.database.dispose()
    desk.press.close()


def unpacked(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def the_demo():
    return yaml.safe_load(Path(demo.__file__).with_suffix(".yaml").read_text("utf-8"))


def people_of_the_demo():
    """Return names, numbers and phones of everybody who is made up."""
    told = the_demo()
    rows = [each["situation"]["parties"] for each in told["matters"]]
    people = [person for parties in rows for person in parties]
    shown = [each["display"] for each in told["accounts"]]
    kinds = ("full_name", "person_id", "phone")
    return shown + [one[kind] for one in people for kind in kinds if kind in one]


def test_an_assessor_gets_everything_in_one_file_and_no_person_is_in_it(
    dat, ours, tmp_path
):
    demo.seed_people(ours)
    told = the_demo()["matters"][0]["situation"]
    day = str(ours.today())
    matter = filed(ours, told | {"province": ours.settings.province, "on": day})
    audit_heads.make_head(ours)
    back_up(ours, ours.settings.backups)
    file = tmp_path / "pack.zip"
    made = dat("evidence", "--to", file, "--prove")
    assert (made.code, made.err) == (0, "")
    files = unpacked(file)
    assert list(files) == sorted(files)
    index = json.loads(files["index.json"])
    asked = {each["id"]: each for each in index["requirements"]}
    assert list(asked) == list(requirements().requirements)
    assert asked["backup_tried"]["status"] == "met"
    assert asked["backup_sealed"]["status"] == "met"
    assert asked["second_factor"]["status"] == "not met"  # as it is in the demo
    page = files["index.html"].decode()
    for each in asked.values():
        assert each["asked"] in page
        assert each["mark"] == "V2"
        assert each["files"]
        assert set(each["files"]) <= set(files)
        for name in each["files"]:
            assert f'href="{name}"' in page
    assert "<script" not in page
    for name in files:
        if name.endswith(".txt") and name not in {"licences.txt", say.SUMS}:
            bare = re.findall(r"(?m)^[ -]*([a-z]+_[a-z_]+):", files[name].decode())
            assert bare == [], name
    assert not re.search(r"(?:src|href)=\"(?:https?:|//)", page)
    assert json.loads(files["asvs.json"])["answers"]["met"] > 100
    assert len(json.loads(files["threats.json"])["threats"]) >= 22
    assert json.loads(files["parts.cdx.json"])["bomFormat"] == "CycloneDX"
    assert b"MIT\t" in files["licences.txt"]
    accounts = json.loads(files["accounts.json"])
    assert accounts["open_by_kind"]["administrator"] == 1
    assert accounts["count"] == len(accounts["accounts"])
    # A head of the pack proves the histories as one from elsewhere does.
    (head,) = (name for name in files if name.startswith("heads/"))
    (tmp_path / "head.json").write_bytes(files[head])
    assert read_heads(tmp_path / "head.json")[0].signed
    people = people_of_the_demo()
    assert len(people) > 30
    assert {"Nguyễn Thị Mẫu Hoa", "066181000056", "Quản trị mẫu"} <= set(people)
    keys = json.loads(ours.settings.ring_path.read_text())
    secrets = [each["key"] for each in keys["keys"].values()]
    for canary in (
        *people,
        matter.code,
        matter.case,
        *secrets,
        keys["index"],
        keys["sign"],
    ):
        for name, content in files.items():
            assert canary.encode() not in content, (canary, name)
            told = json.dumps(canary)[1:-1].encode()
            assert told not in content, (canary, name)


def test_a_pack_that_was_changed_or_signed_by_another_is_found(
    dat, tmp_path, monkeypatch
):
    make_ring(tmp_path / "keys.json", MORNING)
    ring = FileRing(tmp_path / "keys.json")
    monkeypatch.setenv("DAT_KEY_FILE", str(tmp_path / "keys.json"))
    files = {"one.json": b"1\n", "two.json": b"2\n"}
    pack = dict(signed(files, ring))
    public = dat("keys", "public").out.splitlines()[0]
    file = tmp_path / "pack.zip"
    forged = signed(files | {"one.json": b"0\n"}, ring)

    def checked(changed, *more):
        file.write_bytes(zipped(changed))
        return dat("evidence", "--check", file, *more)

    right = checked(pack, "--key", public)
    assert (right.code, right.out.strip()) == (0, say.AS_SIGNED)
    assert say.changed("one.json") in checked(pack | {"one.json": b"0\n"}).out
    assert say.added("three.json") in checked(pack | {"three.json": b"3\n"}).out
    assert (
        say.missing("two.json")
        in checked(
            {name: told for name, told in pack.items() if name != "two.json"}
        ).out
    )
    again = checked(forged | {say.SIGNATURE: pack[say.SIGNATURE]})
    assert (again.code, again.out.strip()) == (1, say.OTHER_SUMS)
    other = checked(pack, "--key", "another")
    assert other.code == 1
    unsigned = checked(signed(files, NoRing()))
    assert (unsigned.code, unsigned.out.strip()) == (1, say.UNSIGNED)
    file.write_text("no archive")
    refused = dat("evidence", "--check", file)
    assert (refused.code, refused.out) == (2, "")
    assert "dat evidence" in refused.err


def test_what_was_not_installed_is_said_to_be_missing_and_the_pack_is_made(
    ours, tmp_path
):
    ours.law.prepare(ours.today())
    files = gathered(ours, root=tmp_path).files
    assert say.NO_DOCS in files["asvs.txt"].decode()
    assert say.NO_DOCS in files["threats.txt"].decode()
    assert say.NO_PARTS in files["parts.txt"].decode()
    other_way = dict(sorted(files.items(), reverse=True))
    assert zipped(other_way) == zipped(files)


def test_what_is_asked_names_rules_that_there_are():
    asked = requirements().requirements.values()
    assert {each.judged_by for each in asked if each.judged_by} == set(RULES)
    assert all(each.asked and each.mark in {"", "V", "V2", "R", "P"} for each in asked)


def test_a_history_that_was_changed_is_counted_without_naming_its_case(desk):
    case = filed(desk).case
    act(desk, clerk(desk, "notary"), case, "accept")
    an_account(desk, "hoai", "Nguyễn Hoài Canary", "administrator")
    # By another way than the program's, which may not.
    with desk.database.engine.connect() as connection, connection.begin():
        connection.execute(text('UPDATE "case" SET version = 9'))
    facts = all_facts(desk, ROOT)
    assert facts["audit"]["ok"] is False
    assert facts["audit"]["findings"]["cut"] == 1
    told = json.dumps(facts, ensure_ascii=False)
    assert case not in told
    assert "Hoài" not in told
    assert "hoai" not in told
    (row,) = facts["accounts"]["accounts"]
    assert (row["kind"], row["open"], row["device"]) == ("administrator", True, False)


@pytest.fixture
def good():
    """Return what an installation shows where nothing is wrong."""
    run = {
        "began_at": (NOW - timedelta(hours=8)).isoformat(),
        "ended": True,
        "automatic": True,
        "error": None,
    }
    return {
        "installation": {"clock_kept": True, "keeper": "Sở"},
        "rules": {
            "second_factor": "everybody",
            "with_second": 8,
            "without_second": 14,
            "administrator_password_days": 60,
            "history": 10,
            "idle_days": 45,
            "access_review_days": 182,
        },
        "accounts": {
            "open_by_kind": {},
            "with_device": 3,
            "overdue": 0,
            "never_reviewed": 0,
        },
        "log": {
            "fields": ["account", "action", "at", "case_id", "route", "source"],
            "level": 3,
            "least_days": 93,
            "kept_days": 100,
        },
        "backups": {
            "automatic_at": 1,
            "second_copy": True,
            "proved": True,
            "count": 3,
            "newest_key": "k1",
            "tried_now": None,
            "runs": [run],
        },
    }


def statuses(facts):
    return {each.id: each.status for each in answers(facts, NOW)}


def test_where_nothing_is_wrong_all_that_can_be_seen_is_met(good):
    told = statuses(good)
    seen = {name for name, status in told.items() if status == "met"}
    people = {name for name, status in told.items() if status == "by the installation"}
    assert seen | people == set(requirements().requirements)
    assert people == {
        "log_kept", "backup_places", "source_code", "scans",
        "log_of_service_enterprise", "level_file", "impact_assessment",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("part", "name", "value", "requirement", "status"),
    [
        ("installation", "clock_kept", None, "clock", "unknown"),
        ("installation", "clock_kept", False, "clock", "not met"),
        ("installation", "keeper", "", "impact_assessment", "not met"),
        ("rules", "second_factor", "administrators", "second_factor",
         "by the installation"),
        ("rules", "second_factor", "nobody", "second_factor", "not met"),
        ("rules", "without_second", 13, "password_length", "not met"),
        ("rules", "with_second", 7, "password_length", "not met"),
        ("rules", "administrator_password_days", None, "password_change", "not met"),
        ("rules", "administrator_password_days", 61, "password_change", "not met"),
        ("rules", "history", 9, "password_change", "not met"),
        ("rules", "idle_days", None, "idle_accounts", "not met"),
        ("rules", "idle_days", 46, "idle_accounts", "not met"),
        ("rules", "access_review_days", 183, "access_review", "not met"),
        ("accounts", "overdue", 1, "access_review", "not met"),
        ("log", "fields", ["source"], "log_fields", "not met"),
        ("log", "kept_days", None, "log_kept", "unknown"),
        ("log", "kept_days", 92, "log_kept", "not met"),
        ("backups", "automatic_at", None, "backup_automatic", "not met"),
        ("backups", "runs", [], "backup_automatic", "not met"),
        ("backups", "runs", [], "backup_tried", "not met"),
        ("backups", "second_copy", False, "backup_places", "not met"),
        ("backups", "newest_key", None, "backup_sealed", "not met"),
        ("backups", "count", 0, "backup_sealed", "unknown"),
        ("backups", "proved", False, "backup_tried", "not met"),
        ("backups", "tried_now", False, "backup_tried", "not met"),
    ],
)  # fmt: skip
def test_one_thing_that_is_wrong_changes_its_own_answer(
    good, part, name, value, requirement, status
):
    before = statuses(good)
    good[part] = good[part] | {name: value}
    after = statuses(good)
    assert after[requirement] == status
    if (part, name) != ("backups", "runs"):
        assert {key for key in after if after[key] != before[key]} == {requirement}


@pytest.mark.parametrize(
    "change",
    [{"ended": False}, {"error": "x"}, {"automatic": False}, {"began_at": "old"}],
)
def test_a_backup_that_failed_is_late_or_was_made_by_hand_proves_nothing(good, change):
    if change == {"began_at": "old"}:
        change = {"began_at": (NOW - timedelta(hours=27)).isoformat()}
    good["backups"]["runs"][0] |= change
    told = statuses(good)
    assert told["backup_automatic"] == told["backup_tried"] == "not met"


def test_the_last_automatic_backup_stands_in_the_pack(desk):
    row = BackupRow("66", "day-2026-11-25", MORNING, MORNING, "dat-x", 9)
    with desk.database.transaction() as uow:
        uow.operation.begin_backup(row)
        uow.operation.end_backup(row)
    production = replace(
        desk, settings=desk.settings.model_copy(update={"backup_hour": 1})
    )
    facts = all_facts(production, ROOT)
    (run,) = facts["backups"]["runs"]
    assert (run["place"], run["automatic"], run["error"]) == ("dat-x", True, None)
    assert statuses(facts)["backup_automatic"] == "met"
