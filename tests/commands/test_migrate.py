"""``dat packs migrate --apply``: a real case, as an administrator moves it."""

import shutil
from dataclasses import replace

import pytest

from service.composition import installation_ring
from service.persistence.database import connect
from service.settings import Settings
from service.usecases.custody.verify_audit import verify_audit
from tests.conftest import Desks
from tests.factories import act, an_account, clerk, filed, row_of

BASIS = "Điều 42 của quyết định mới"


@pytest.fixture
def desk(sqlite_template, tmp_path, data_dir):
    """A desk whose keys are those of the installation that the command works on."""
    path = tmp_path / "dat.sqlite"
    shutil.copy(sqlite_template, path)
    database = connect(f"sqlite:///{path}")
    made = Desks(database, tmp_path).make()
    home = Settings(environment="demo", data_dir=data_dir)
    ring = installation_ring(home, made.clock)
    yield replace(made, database=replace(made.database, ring=ring))
    database.dispose()


@pytest.fixture
def case(desk):
    an_account(desk, "boss", "Chị Quản", "administrator")
    matter = filed(desk)
    act(desk, clerk(desk, "notary"), matter.case, "accept")
    return matter.case


@pytest.fixture
def migrate(dat, tmp_path, monkeypatch):
    """Load a newer decision of the province; order cases over to it."""
    folder = tmp_path / "packages"
    answer = dat(
        "packs", "new", "--from", "vn-66-2026", "--territory", "66",
        "--instrument", "QĐ 50", "--in-force-from", "2026-11-01", "--id", "vn-66-qd50",
        "--replaces", "vn-66-2026", "--known-since", "2026-11-20", "--into", folder,
    )  # fmt: skip
    assert answer.code == 0, answer.err
    head = folder / "vn-66-qd50" / "package.yaml"
    text = head.read_text("utf-8").replace("to: null", "to: 2027-02-28")
    head.write_text(text, "utf-8")
    monkeypatch.setenv("DAT_PACKAGES_DIR", str(folder))

    def run(*arguments):
        return dat(
            "packs", "migrate", "--from", "vn-66-2026", "--to", "vn-66-qd50",
            "--on", "2026-11-25", "--db", f"sqlite:///{tmp_path / 'dat.sqlite'}",
            *arguments,
        )  # fmt: skip

    return run


def test_a_dry_run_then_the_order_moves_a_real_case(migrate, desk, case):
    before = row_of(desk, case)
    dry = migrate("--json")
    assert (dry.code, dry.json["applied"]) == (0, False)
    assert [row["verdict"] for row in dry.json["cases"]] == ["moves"]
    assert row_of(desk, case) == before

    applied = migrate("--apply", "--by", "boss", "--basis", BASIS)
    assert applied.code == 0, applied.out + applied.err
    assert f"{case} đã chuyển" in applied.out
    after = row_of(desk, case)
    assert after.edition_digest == dry.json["to"]["digest"] != before.edition_digest
    assert after.version == before.version + 1
    with desk.database.reading() as uow:
        last = uow.cases.last_move("66", after.id)
    assert last.body["migration"]["basis"] == BASIS
    assert last.body["actor"] == "Chị Quản"
    assert verify_audit(desk).ok
    assert migrate("--json").json["cases"] == []


def test_an_order_by_somebody_who_is_no_administrator_moves_nothing(
    migrate, desk, case
):
    before = row_of(desk, case)
    clerk_account = "congchung-66"
    answer = migrate("--apply", "--by", clerk_account, "--basis", BASIS)
    assert answer.code == 2
    assert "--by" in answer.err
    assert row_of(desk, case) == before
