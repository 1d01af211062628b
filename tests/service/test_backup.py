"""A backup is taken while the service works, and is proved where it is put back."""

import gzip
import io
import json
import tarfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import column, select, table, text

from service.cli import main
from service.errors import InputError
from service.persistence import dumps
from service.persistence.database import connect, downgrade, upgrade
from service.persistence.dumps import has_schema
from service.persistence.resealing import reseal_all
from service.secrecy.key_ring import FileRing, made_of, make_ring
from service.secrecy.sealed_file import Opening, Sealing
from service.settings import Settings
from service.usecases.cases.decide import raise_event
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.operation.archives import Manifest
from service.usecases.operation.back_up import back_up, restore, verify_backup
from service.usecases.operation.backup_runs import back_up_when_due, backups, last_good
from tests.conftest import RING
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
    database = connect(url, desk.ring)
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


def opened(path):
    """Return what lies sealed in an archive."""
    with path.open("rb") as source:
        return Opening(RING, source).readall()


def sealed(plain, path, ring=RING):
    with path.open("wb") as sink, closing(Sealing(ring, sink)) as sealing:
        sealing.write(plain)


def rewritten(path, change):
    """Write the archive anew, each file as ``change(name, content)`` says."""
    with tarfile.open(fileobj=io.BytesIO(opened(path))) as archive:
        files = [(m.name, archive.extractfile(m).read()) for m in archive]
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, content in files:
            changed = change(name, content)
            if changed is not None:
                entry = tarfile.TarInfo(changed[0])
                entry.size = len(changed[1])
                archive.addfile(entry, io.BytesIO(changed[1]))
    sealed(made.getvalue(), path)


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


def cut(whole):
    return whole[: len(whole) // 2]


def one_bit(whole):
    return whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:]


def more_behind(whole):
    return whole + b"x"


def without_the_end(whole):
    """Leave the last piece out, at the border between two pieces."""
    return whole[: whole.rindex(b"\1", 0, len(whole) - 16)]


@pytest.mark.parametrize("spoil", [cut, one_bit, more_behind, without_the_end])
def test_a_sealed_archive_that_was_changed_is_refused_before_a_tool_sees_it(
    desk, elsewhere, tmp_path, monkeypatch, spoil
):
    filed(desk)
    path, _ = back_up(desk, tmp_path / "kept")
    path.write_bytes(spoil(path.read_bytes()))
    monkeypatch.setattr(dumps, "arriving", no_tool_may_run)
    with pytest.raises(InputError, match="vòng khóa"):
        restore(elsewhere, path)
    assert not has_schema(elsewhere.database)


def no_tool_may_run(*_):
    raise AssertionError("the dump of a stranger was opened")


def test_an_archive_that_somebody_else_made_is_refused_before_a_tool_sees_it(
    desk, elsewhere, tmp_path, monkeypatch
):
    filed(desk)
    path, _ = back_up(desk, tmp_path / "kept")
    plain = opened(path)
    monkeypatch.setattr(dumps, "arriving", no_tool_may_run)
    sealed(plain, path, made_of(b"the keys of a stranger"))
    with pytest.raises(InputError, match="vòng khóa"):
        restore(elsewhere, path)
    path.write_bytes(plain)
    with pytest.raises(InputError, match="--unsealed"):
        restore(elsewhere, path)
    monkeypatch.undo()
    assert restore(elsewhere, path, unsealed=True).ok


def test_a_backup_names_the_keys_that_it_asks_for_and_one_that_is_missing_is_told(
    desk, elsewhere, tmp_path, monkeypatch
):
    make_ring(tmp_path / "keys.json", desk.now())
    ring = FileRing(tmp_path / "keys.json")
    here = replace(desk, database=replace(desk.database, ring=ring))
    filed(here)
    newer = ring.add_key(desk.now())
    ring.use_newest()
    path, manifest = back_up(here, tmp_path / "kept")
    assert manifest.keys == ("k1", newer)
    list(reseal_all(here.database, newer))
    _, later = back_up(here, tmp_path / "later")
    assert later.keys == (newer,)
    monkeypatch.setattr(dumps, "arriving", no_tool_may_run)
    for gone in ("k1", newer):
        told = json.loads((tmp_path / "keys.json").read_text())
        del told["keys"][gone]
        told["seals_with"] = next(iter(told["keys"]))
        other = tmp_path / f"without-{gone}.json"
        other.write_text(json.dumps(told))
        there = replace(
            elsewhere, database=replace(elsewhere.database, ring=FileRing(other))
        )
        for proves in (restore, verify_backup):
            with pytest.raises(InputError, match=rf"cần khóa {gone},"):
                proves(there, path)


def test_who_finds_an_archive_learns_nobody_from_it(desk, tmp_path):
    filed(desk)
    path, _ = back_up(desk, tmp_path / "kept")
    with desk.database.reading() as uow:
        names = [row.name for row in uow.people.offices("66")]
    assert names
    plain = gzip.decompress(opened(path))
    if desk.database.dialect == "sqlite":
        assert names[0].encode() in plain
    assert names[0].encode() not in path.read_bytes()
    assert b"ustar" in plain
    assert b"ustar" not in path.read_bytes()


# --- proved beside, every day ---------------------------------------------------------


def test_a_backup_is_proved_beside_and_leaves_no_trace(desk, tmp_path):
    matter = filed(desk)
    path, manifest = back_up(desk, tmp_path / "kept")
    before = places(desk)
    act(desk, clerk(desk, "notary"), matter.case, "accept")
    done = verify_backup(desk, path)
    assert done.ok
    assert done.report.head == manifest.histories.head
    assert places(desk) == before
    assert row_of(desk, matter.case).version == 3


def places(desk):
    """Return the databases of the server; of SQLite the files beside the own one."""
    if desk.database.file is not None:
        return {each.name for each in desk.database.file.parent.glob("*.sqlite")}
    with desk.database.reading() as uow:
        found = uow.cases.connection.execute(text("SELECT datname FROM pg_database"))
        return set(found.scalars())


def test_the_backup_of_a_day_is_made_once_proved_and_kept_in_two_places(desks):
    desk = desks.make(
        backup_hour=9, backup_keep_days=2, backup_copy_dir=desks.folder / "second"
    )
    filed(desk)
    desks.hour.later(hours=-1)
    assert back_up_when_due(desk) is None
    desks.hour.later(hours=1)
    first = back_up_when_due(desk)
    assert first.error is None
    assert back_up_when_due(desks.make(seed=2, backup_hour=9)) is None
    for _ in range(3):
        desks.hour.later(days=1)
        assert back_up_when_due(desk).error is None
    assert [row.place is not None for row in backups(desk)] == [True] * 4
    assert last_good(desk) == backups(desk)[0]
    kept = {each.name for each in desk.settings.backups.iterdir()}
    assert len(kept) == 3
    assert first.place not in kept
    assert {each.name for each in (desks.folder / "second").iterdir()} == kept
    assert verify_backup(desk, desks.folder / "second" / min(kept)).ok


def test_a_backup_that_could_not_be_made_says_why_and_the_last_good_one_stays(desks):
    filed(desks.make())
    good = back_up_when_due(desks.make(backup_hour=0))
    desks.hour.later(days=1)
    (desks.folder / "a-file").write_text("")
    desk = desks.make(backup_hour=0, backup_dir=desks.folder / "a-file")
    bad = back_up_when_due(desk)
    assert "không ghi được" in bad.error
    assert [row.error for row in backups(desk)] == [bad.error, None]
    assert last_good(desk) == good


def test_a_demo_is_not_backed_up_unless_it_is_wanted(desks):
    assert desks.make().settings.backs_up_at is None
    assert desks.make(backup_hour=-1).settings.backs_up_at is None
    assert desks.make(backup_hour=3).settings.backs_up_at == 3


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
    monkeypatch.setattr("service.commands.serve.PatientServer.run", tries)
    monkeypatch.setattr("service.commands.serve.settle", lambda: None)
    monkeypatch.setattr("service.commands.worker._work", tries)
    assert main([command]) == 0
    assert told == [command]


def test_a_long_file_is_sealed_in_pieces_and_opened_again(tmp_path):
    plain = bytes(range(256)) * 16_000  # almost four pieces
    sealed(plain, tmp_path / "one")
    assert opened(tmp_path / "one") == plain
    sealed(b"", tmp_path / "none")
    assert opened(tmp_path / "none") == b""


def test_a_database_without_tables_has_nothing_to_back_up(elsewhere, tmp_path):
    with pytest.raises(InputError, match="chưa có gì"):
        back_up(elsewhere, tmp_path)
