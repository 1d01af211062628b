"""The register of processing knows every table, and invents nothing."""

import json

import pytest

from forms.pdf import render
from forms.register_sheet import register_sheet
from service.cli import main
from service.persistence.sealing import sealed_columns
from service.persistence.tables.columns import metadata
from service.settings import Settings
from service.usecases.custody.processing import (
    as_json,
    impact_file,
    processing,
    register,
)
from tests.conftest import MORNING

MARKS = {"V", "V2", "R", "P"}
DAY = MORNING.date()

# Sealed as a secret of the installation: it tells of nobody.
SECRETS = {"channel_token"}


def test_every_table_stands_once_and_sealed_ones_are_about_persons():
    told = processing()
    about = [name for each in told.activities.values() for name in each.tables]
    named = [*about, *told.without_persons]
    assert len(named) == len(set(named))
    assert set(named) == set(metadata.tables)
    sealed = {table.name for table in metadata.tables.values() if sealed_columns(table)}
    of_matters = {
        each.name for each in metadata.tables.values() if "matter_id" in each.c
    }
    assert (sealed | of_matters) - set(about) == SECRETS


def test_every_statement_has_a_mark_and_nothing_unseen_claims_to_be_seen():
    told = processing()
    said = [told.source, told.sensitive, *told.measures]
    for each in told.activities.values():
        said += [each.basis, each.kept]
    assert {each.mark for each in said} <= MARKS
    for each in said:
        assert each.mark != "V" or not each.instrument
        assert not each.setting or hasattr(Settings(), each.setting)
        assert each.instrument or each.mark in {"P", "V"}


def test_what_the_office_must_add_is_a_visible_blank_and_days_are_those_set_here():
    settings = Settings(keeper="UBND tỉnh Mẫu", photo_days=17)
    sheet = register(settings, DAY)
    told = json.dumps(as_json(sheet), ensure_ascii=False)
    assert "17 ngày" in told
    assert "UBND tỉnh Mẫu" in told
    file = impact_file(Settings(keeper=""), DAY)
    blanks = [e.caption for part in file.parts for e in part.entries if not e.text]
    assert blanks == ["Bên kiểm soát dữ liệu", *processing().blanks]


@pytest.mark.parametrize("made", [register, impact_file])
def test_both_files_can_be_printed(made):
    assert render(register_sheet(made(Settings(), DAY))).startswith(b"%PDF")


def test_the_command_writes_both_for_people_and_machines(tmp_path, capsys):
    assert main(["register", "--into", str(tmp_path / "x")]) == 0
    assert {path.suffix for path in (tmp_path / "x").iterdir()} == {".pdf", ".json"}
    assert "chỗ cơ quan phải điền" in capsys.readouterr().out
    (tmp_path / "file").write_text("")
    assert main(["register", "--into", str(tmp_path / "file")]) == 2
