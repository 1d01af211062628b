"""Everything that an office owns leaves as files that other programs read."""

import hashlib
import json
import stat
import zipfile

import pytest

from service.errors import InputError, NotAllowedError
from service.persistence import office_export
from service.usecases.cases.case_notes import add_note
from service.usecases.custody.export_office import FORM, SCHEMA, export_office
from service.usecases.outside.working import run_until_idle
from tests.factories import ADMINISTRATOR, PASSWORD, act, an_account, clerk, filed

OFFICE = "notary-66"


def lines(place, name):
    told = (place / f"{name}.jsonl").read_text("utf-8")
    return [json.loads(line) for line in told.splitlines()]


@pytest.fixture
def busy(desk):
    """Return the case of an office that has a clerk, a move and a note."""
    matter = filed(desk)
    notary = clerk(desk, "notary")
    an_account(desk, "cong.chung", "Chị Công Chứng", "clerk", "notary")
    act(desk, notary, matter.case, "accept")
    add_note(desk, notary, matter.case, "Gọi lại chiều nay", "n")
    run_until_idle(desk)
    return matter


def test_an_office_takes_its_own_and_nothing_sealed(desk, busy, tmp_path, monkeypatch):
    monkeypatch.setattr(office_export, "_BATCH", 1)
    other = filed(desk)
    place = tmp_path / "notary"
    schema = export_office(desk, ADMINISTRATOR, OFFICE, place, opened=False)
    assert {row["code"] for row in lines(place, "cases")} == {busy.case, other.case}
    assert [row["id"] for row in lines(place, "office")] == [OFFICE]
    (person,) = lines(place, "staff")
    assert person["name"] == "cong.chung"
    assert "password_hash" not in person
    moves = lines(place, "moves")
    assert len(moves) >= 3
    assert all("body" not in row for row in moves)
    assert all("text" not in row for row in lines(place, "notes"))
    assert all(set(row) == {"case_id", "template", "state", "count"}
               for row in lines(place, "messages"))  # fmt: skip
    told = json.loads((place / SCHEMA).read_text("utf-8"))
    assert (told["form"], told["office"], told["opened"]) == (FORM, OFFICE, False)
    assert told["files"]["moves.jsonl"]["shape"]["left"] == ["body"]
    for name, each in told["files"].items():
        content = (place / name).read_bytes()
        assert each["sha256"] == hashlib.sha256(content).hexdigest()
        assert each["rows"] == content.count(b"\n") == schema.files[name].rows
        assert stat.S_IMODE((place / name).stat().st_mode) == 0o600
    everything = b"".join(path.read_bytes() for path in place.iterdir())
    assert b"dat1:" not in everything
    assert PASSWORD.encode() not in everything


def test_what_is_sealed_is_opened_only_when_asked_and_that_is_written_down(
    desk, busy, tmp_path
):
    place = tmp_path / "notary.zip"
    export_office(desk, ADMINISTRATOR, OFFICE, place, opened=True)
    with zipfile.ZipFile(place) as archive:
        notes = archive.read("notes.jsonl").decode()
        moves = archive.read("moves.jsonl").decode()
        names = set(archive.namelist())
    assert SCHEMA in names
    assert "Gọi lại chiều nay" in notes
    assert '"event": "accept"' in moves
    assert [path.name for path in tmp_path.iterdir() if "notary" in path.name] == [
        "notary.zip"
    ]
    with desk.database.reading() as uow:
        row = uow.administration.log("66")[0]
    assert (row.what, row.after) == ("office.exported", {"opened": "có"})


def test_notes_of_another_office_stay_with_it(desk, busy, tmp_path):
    with desk.database.reading() as uow:
        case_id = uow.cases.by_code(busy.case).id
        roles = uow.office_export
        found = list(roles.of_cases("notes", "66", "tax-66", [case_id], opened=False))
    assert found == []


def test_it_is_refused_for_others_a_taken_place_and_an_unknown_office(
    desk, busy, tmp_path
):
    with pytest.raises(NotAllowedError):
        export_office(desk, clerk(desk, "notary"), OFFICE, tmp_path / "x", opened=False)
    with pytest.raises(InputError):
        export_office(desk, ADMINISTRATOR, OFFICE, tmp_path, opened=False)
    with pytest.raises(InputError):
        export_office(desk, ADMINISTRATOR, "khong-co", tmp_path / "y", opened=False)
