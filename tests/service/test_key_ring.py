"""The ring of keys: what it seals opens there and nowhere else, whatever happens."""

import stat
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from service.composition import installation_ring
from service.errors import InputError
from service.persistence.database import connect, upgrade
from service.persistence.staff import StaffRow, key_place
from service.secrecy.key_ring import (
    FileRing,
    MissingKeyError,
    UnsealableError,
    key_of,
    made_of,
    make_ring,
)
from service.secrecy.sealed_file import Sealing
from service.settings import Settings

NOON = datetime(2026, 11, 30, 5, 0, tzinfo=UTC)
PLACE = "fact/value/66/m1/1"


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "secrets" / "keys.json"
    make_ring(made, NOON)
    return made


def test_what_was_sealed_opens_where_it_was_put_and_nowhere_else(path):
    ring = FileRing(path)
    sealed = ring.seal("ông Y Bhin, 066085001234".encode(), PLACE)
    assert ring.open(sealed, PLACE).decode() == "ông Y Bhin, 066085001234"
    assert b"066085001234" not in sealed
    with pytest.raises(UnsealableError, match="moved"):
        ring.open(sealed, "fact/value/66/m1/2")


def test_the_same_text_is_never_sealed_twice_alike_but_found_by_one_index(path):
    ring = FileRing(path)
    assert ring.seal(b"0905123456", PLACE) != ring.seal(b"0905123456", PLACE)
    assert ring.index("0905123456", "phone") == ring.index("0905123456", "phone")
    assert ring.index("0905123456", "phone") != ring.index("0905123456", "identity")


@pytest.mark.parametrize("place", range(0, 40, 3))
def test_every_changed_byte_is_noticed(path, place):
    ring = FileRing(path)
    sealed = bytearray(ring.seal(b"Nguyen Thi Hoa", PLACE))
    sealed[place] ^= 1
    with pytest.raises(UnsealableError):
        ring.open(bytes(sealed), PLACE)


def test_the_file_of_keys_is_for_its_owner_alone_and_made_once(path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    sealed = FileRing(path).seal(b"told", PLACE)
    make_ring(path, NOON)
    assert FileRing(path).open(sealed, PLACE) == b"told"
    assert [each.name for each in path.parent.iterdir()] == ["keys.json"]


def test_a_running_process_takes_up_a_new_key_and_still_opens_the_old(path):
    running, command = FileRing(path), FileRing(path)
    before = running.seal(b"told", PLACE)
    command.add_key(NOON)
    assert key_of(running.seal(b"told", PLACE)) == "k1"
    command.use_newest()
    after = running.seal(b"told", PLACE)
    assert [key_of(each) for each in (before, after)] == ["k1", "k2"]
    assert {running.open(each, PLACE) for each in (before, after)} == {b"told"}


def test_a_process_that_never_seals_opens_what_a_newer_key_sealed(path):
    reader, writer = FileRing(path), FileRing(path)
    writer.add_key(NOON)
    writer.use_newest()
    assert reader.open(writer.seal(b"told", PLACE), PLACE) == b"told"


def test_another_ring_opens_nothing(path, tmp_path):
    make_ring(tmp_path / "other.json", NOON)
    sealed = FileRing(path).seal(b"told", PLACE)
    with pytest.raises(UnsealableError):
        FileRing(tmp_path / "other.json").open(sealed, PLACE)


def real(**changes):
    return Settings(
        environment="production",
        secret_key="0123456789abcdef" * 3,
        base_url="https://dat.example",
        secure_cookies=True,
        **changes,
    )


def test_in_the_demo_keys_are_made_beside_the_secret(tmp_path):
    settings = Settings(environment="demo", data_dir=tmp_path / "new")
    ring = installation_ring(settings, lambda: NOON)
    assert ring.open(ring.seal(b"told", PLACE), PLACE) == b"told"
    assert (tmp_path / "new" / "keys.json").exists()


def test_a_real_installation_does_not_start_without_its_keys(tmp_path):
    with pytest.raises(InputError, match="DAT_KEY_FILE"):
        installation_ring(real(data_dir=tmp_path), lambda: NOON)
    lost = real(data_dir=tmp_path, key_file=tmp_path / "keys.json")
    with pytest.raises(InputError, match="dat keys new"):
        installation_ring(lost, lambda: NOON)
    assert list(tmp_path.iterdir()) == []


def dat(folder, *arguments, **settings):
    environment = {
        f"DAT_{name.upper()}": str(value) for name, value in settings.items()
    }
    return subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        env={"PATH": "/usr/bin:/bin", "DAT_DATA_DIR": str(folder)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_keys_are_made_and_listed_from_the_command_line(tmp_path):
    place = tmp_path / "apart" / "keys.json"
    made = dat(tmp_path, "keys", "new", key_file=place)
    assert made.returncode == 0, made.stderr
    assert "k1" in made.stdout
    again = dat(tmp_path, "keys", "new", key_file=place)
    assert "k2" in again.stdout
    listed = dat(tmp_path, "keys", "list", key_file=place).stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["k1", "k2"]
    assert "đang dùng" in listed[0]
    assert str(place.read_text()[40:60]) not in "".join(listed)


def test_keys_that_others_may_read_are_refused(tmp_path, path):
    settings = real(data_dir=tmp_path, key_file=path)
    for mode in (0o640, 0o604, 0o660, 0o622):
        path.chmod(mode)
        with pytest.raises(InputError, match="chmod 600"):
            installation_ring(settings, lambda: NOON)
    path.chmod(0o600)
    assert installation_ring(settings, lambda: NOON).names() == {"k1"}
    path.chmod(0o644)
    tried = Settings(environment="demo", data_dir=tmp_path, key_file=path)
    assert installation_ring(tried, lambda: NOON)


def test_a_changed_ring_stays_readable_by_its_owner_alone(path):
    ring = FileRing(path)
    ring.add_key(NOON)
    ring.use_newest()
    ring.remove_key("k1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(ValueError, match="in use"):
        ring.remove_key("k2")
    with pytest.raises(MissingKeyError):
        FileRing(path).open(made_of(b"another").seal(b"told", PLACE), PLACE)


def test_an_old_key_is_removed_when_nothing_asks_for_it(tmp_path):
    place, kept = tmp_path / "apart" / "keys.json", tmp_path / "backups"
    database = connect(f"sqlite:///{tmp_path / 'dat.sqlite'}")
    upgrade(database)
    database.dispose()

    def keys(*arguments):
        return dat(tmp_path, "keys", *arguments, key_file=place)

    keys("new")
    ring = FileRing(place)
    with connect(f"sqlite:///{tmp_path / 'dat.sqlite'}", ring).transaction() as uow:
        uow.staff.know(
            StaffRow("66", "a", NOON, NOON, key=ring.seal(b"x", key_place("a")))
        )
    kept.mkdir()
    with (kept / "dat-old.tar.gz.sealed").open("wb") as sink:
        Sealing(ring, sink).close()
    assert "đang dùng" in keys("remove", "k1").stderr
    keys("new")
    assert "không có khóa" in keys("remove", "k9").stderr
    assert keys("remove", "k2").returncode == 0
    keys("new")
    ring.use_newest()
    told = keys("remove", "k1")
    assert told.returncode != 0
    assert "dat keys rotate" in told.stderr
    assert keys("rotate").returncode == 0
    assert "1 bản sao lưu cần khóa k1" in keys("remove", "k1").stderr
    gone = keys("remove", "k1", "--without-old-backups")
    assert gone.returncode == 0, gone.stderr
    assert "không đọc lại được nữa" in " ".join(gone.stdout.split())
    assert ring.names() == {"k2"}
