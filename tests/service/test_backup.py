"""A backup is taken while the service works, and is proved where it is put back."""

import io
import tarfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import column, select, table, text

from service.cli import main
from service.errors import InputError
from service.persistence.database import connect, downgrade, upgrade
from service.persistence.dumps import has_schema
from service.settings import Settings
from service.usecases.archives import Manifest
from service.usecases.back_up import back_up, restore
from service.usecases.decide import raise_event
from service.usecases.verify_audit import verify_audit
from tests.factories import act, clerk, filed, finish, row_of


@pytest.fixture
def elsewhere(desk, tmp_path):
    """Return the desk of another machine: an empty database of the same kind."""
    folder = tmp_path / "elsewhere"
    settings = desk.settings.model_copy(update={"data_dir": folder})
    name = None
    if desk.database.dialect == "sqlite":
        url = f"sqlite:///{folder / 'dat.sqlite'}"
    else:
        name = f"restored_{abs(hash(tmp_path))}"
        outside(desk.database, f'CREATE DATABASE "{name}"')
        here = desk.database.engine.url
        url = here.set(database=name).render_as_string(hide_password=False)
    database = connect(url)
    yield replace(desk, database=database, settings=settings)
    database.dispose()
    if name:
        outside(desk.database, f'DROP DATABASE "{name}" WITH (FORCE)')


def outside(database, statement):
    with database.engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.execute(text(statement))


def test_what_was_backed_up_is_all_there_in_another_place(desk, elsewhere, tmp_path):
    matter = filed(desk)
    act(desk, clerk(desk, "notary"), matter.case, "accept")
    path, manifest = back_up(desk, tmp_path / "kept")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    done = restore(elsewhere, path)
    assert done.ok
    assert done.aside is None
    if elsewhere.database.file is not None:
        assert elsewhere.database.file.stat().st_mode & 0o777 == 0o600
    assert done.report == verify_audit(desk)
    assert manifest.histories.head == done.report.head
    assert manifest.rows["document"] == done.manifest.rows["document"]
    assert row_of(elsewhere, matter.case) == row_of(desk, matter.case)
    # Work goes on there as if nothing had been.
    assert finish(elsewhere, matter.citizen, matter.case).ended_at is not None
    assert verify_audit(elsewhere).ok


def test_a_backup_under_load_has_every_move_that_was_acknowledged_before_it(
    desk, elsewhere, tmp_path
):
    cases = [filed(desk).case for _ in range(8)]
    notary = clerk(desk, "notary")
    acknowledged, halfway = [], Event()

    def work():
        for number, case in enumerate(cases):
            raise_event(desk, notary, case, "accept")
            acknowledged.append(case)
            if number == 2:
                halfway.set()

    with ThreadPoolExecutor(1) as thread:
        working = thread.submit(work)
        halfway.wait(60)
        before = list(acknowledged)
        path, _ = back_up(desk, tmp_path)
        working.result()
    assert restore(elsewhere, path).ok
    assert all(row_of(elsewhere, case).version == 3 for case in before)
    assert len(before) >= 3


def test_a_place_that_holds_something_is_not_overwritten(desk, tmp_path):
    matter = filed(desk)
    path, _ = back_up(desk, tmp_path / "kept")
    act(desk, clerk(desk, "notary"), matter.case, "accept")
    with pytest.raises(InputError, match="--force"):
        restore(desk, path)
    assert row_of(desk, matter.case).version == 3


def test_by_force_the_old_data_is_set_aside_and_not_deleted(desk, tmp_path):
    matter = filed(desk)
    path, _ = back_up(desk, tmp_path / "kept")
    act(desk, clerk(desk, "notary"), matter.case, "accept")
    done = restore(desk, path, force=True)
    assert done.ok
    assert row_of(desk, matter.case).version == 2
    if desk.database.dialect == "sqlite":
        assert Path(done.aside).exists()
    else:
        aside = table("case", column("version"), schema=done.aside)
        with desk.database.reading() as uow:
            kept = uow.cases.connection.execute(select(aside.c.version))
            assert kept.scalar_one() == 3
        outside(desk.database, f'DROP SCHEMA "{done.aside}" CASCADE')


def test_a_backup_of_an_older_schema_is_brought_on(desk, elsewhere, tmp_path):
    matter = filed(desk)
    downgrade(desk.database, "0004")
    try:
        path, manifest = back_up(desk, tmp_path)
    finally:
        # On PostgreSQL the tests after this one work on the same database.
        upgrade(desk.database)
    assert manifest.revision == "0004"
    assert restore(elsewhere, path).ok
    assert row_of(elsewhere, matter.case).version == 2


def test_own_packages_and_recordings_come_along_and_overwrite_nothing(
    desk, elsewhere, tmp_path
):
    filed(desk)
    for folder in ("packages/ours", "audio/rad"):
        (desk.settings.data_dir / folder).mkdir(parents=True)
        (desk.settings.data_dir / folder / "one").write_text("ours")
    there = elsewhere.settings.data_dir / "audio" / "rad" / "one"
    there.parent.mkdir(parents=True)
    there.write_text("theirs")
    path, _ = back_up(desk, tmp_path / "kept")
    done = restore(elsewhere, path)
    assert done.kept == (str(there),)
    assert there.read_text() == "theirs"
    packages = elsewhere.settings.data_dir / "packages"
    assert (packages / "ours" / "one").read_text() == "ours"


def test_another_secret_key_is_told(desk, elsewhere, tmp_path):
    filed(desk)
    path, _ = back_up(desk, tmp_path)
    assert restore(replace(elsewhere, secret=b"another"), path).other_secret


# --- archives that do not fit ---------------------------------------------------------


def rewritten(path, change):
    """Write the archive anew, each file as ``change(name, content)`` says."""
    with tarfile.open(path) as archive:
        files = [(m.name, archive.extractfile(m).read()) for m in archive]
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files:
            changed = change(name, content)
            if changed is not None:
                entry = tarfile.TarInfo(changed[0])
                entry.size = len(changed[1])
                archive.addfile(entry, io.BytesIO(changed[1]))


def of_manifest(**changes):
    def change(name, content):
        if name != "manifest.json":
            return name, content
        told = Manifest.model_validate_json(content).model_copy(update=changes)
        return name, told.model_dump_json().encode()

    return change


def one_letter(name, content):
    middle = len(content) // 2
    spoilt = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    return name, content if name == "manifest.json" else spoilt


def strange_name(name, content):
    return f"../{name}", content


def also_outside(name, content):
    """Name a part in the manifest itself that lies outside of the folder."""
    if name != "manifest.json":
        return f"../{name}", content
    told = Manifest.model_validate_json(content)
    parts = tuple(p.model_copy(update={"name": f"../{p.name}"}) for p in told.parts)
    return name, told.model_copy(update={"parts": parts}).model_dump_json().encode()


UNFIT = (
    (one_letter, "nội dung khác"),
    (lambda n, c: (n, c) if n == "manifest.json" else None, "không có trong tệp"),
    (strange_name, "không phải tệp sao lưu"),
    (also_outside, "không phải tệp sao lưu"),
    (lambda n, c: (n, b"{}"), "không phải tệp sao lưu"),
    (of_manifest(shape=2), "mới hơn"),
    (of_manifest(revision="9999"), "9999"),
    (of_manifest(dialect="oracle"), "oracle"),
)


def test_an_archive_that_does_not_fit_is_refused_before_anything_changes(
    desk, elsewhere, tmp_path
):
    filed(desk)
    path, _ = back_up(desk, tmp_path / "kept")
    whole = path.read_bytes()
    for change, said in UNFIT:
        path.write_bytes(whole)
        rewritten(path, change)
        with pytest.raises(InputError, match=said):
            restore(elsewhere, path)
        assert not has_schema(elsewhere.database)


def test_a_row_that_is_missing_after_a_restore_is_told(desk, elsewhere, tmp_path):
    filed(desk)
    path, manifest = back_up(desk, tmp_path)
    rewritten(path, of_manifest(rows={**manifest.rows, "fact": 1}))
    done = restore(elsewhere, path)
    assert not done.ok
    assert done.other_rows == ("fact",)


def test_what_is_not_as_it_was_backed_up_does_not_take_the_place(desk, tmp_path):
    matter = filed(desk)
    path, manifest = back_up(desk, tmp_path / "kept")
    rewritten(path, of_manifest(rows={**manifest.rows, "fact": 1}))
    act(desk, clerk(desk, "notary"), matter.case, "accept")
    done = restore(desk, path, force=True)
    assert (done.ok, done.aside) == (False, None)
    assert row_of(desk, matter.case).version == 3
    assert verify_audit(desk).ok
    if desk.database.file is not None:
        assert list(desk.database.file.parent.glob("*restor*")) == []


@pytest.mark.parametrize("how", ["used", "alone", "writing"])
def test_nothing_is_restored_into_a_database_that_somebody_uses(
    desk, elsewhere, tmp_path, how
):
    """Somebody serves it, restores into it, or, with a file, just writes."""
    filed(desk)
    path, _ = back_up(desk, tmp_path / "kept")
    if how == "writing" and elsewhere.database.file is None:
        pytest.skip("with a server a transaction holds its own locks")
    other = connect(elsewhere.database.engine.url.render_as_string(hide_password=False))
    busy = {"used": other.used, "alone": other.alone, "writing": other.transaction}
    with busy[how](), pytest.raises(InputError, match="đang được dùng"):
        restore(elsewhere, path)
    other.dispose()
    assert not has_schema(elsewhere.database)
    assert restore(elsewhere, path).ok


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_who_serves_or_works_says_that_the_database_is_used(
    tmp_path, monkeypatch, command
):
    told = []

    def tries(*_given, **_named):
        database = connect(Settings().url)
        with pytest.raises(InputError, match="đang được dùng"), database.alone():
            pass
        told.append(command)
        database.dispose()

    monkeypatch.setenv("DAT_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("uvicorn.run", tries)
    monkeypatch.setattr("service.commands.serve.settle", lambda: None)
    monkeypatch.setattr("service.commands.worker._work", tries)
    assert main([command]) == 0
    assert told == [command]


def test_a_database_without_tables_has_nothing_to_back_up(elsewhere, tmp_path):
    with pytest.raises(InputError, match="chưa có gì"):
        back_up(elsewhere, tmp_path)
