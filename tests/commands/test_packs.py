"""``dat packs``: the tools of the administrator, as typed."""

import pytest

from service.commands.inputs import own_packages
from service.settings import Settings


def test_a_diff_is_grouped_by_procedure_with_every_part(dat):
    answer = dat("packs", "diff", "vn-nd151-2025", "vn-15-qd47-2026", "--json")
    assert answer.code == 0
    gift = answer.json["procedures"]["register_gift"]
    assert {
        "states", "events", "papers", "days", "fees", "competence", "captions",
        "labels",
    } <= gift.keys()  # fmt: skip
    assert {"parameters", "lists", "conditions"} <= answer.json.keys()
    assert answer.json["from"]["package"] == "vn-nd151-2025"


def test_a_diff_is_told_in_words(dat):
    answer = dat("packs", "diff", "vn-nd151-2025", "vn-15-qd47-2026")
    assert "Mẫu số 18 → Mẫu số 24" in answer.out


def test_the_two_sides_of_a_diff_may_have_days_of_their_own(dat):
    answer = dat(
        "packs", "diff", "vn-15-qd47-2026", "vn-15-qd47-2026",
        "--on-a", "2026-07-01", "--on-b", "2027-02-01", "--json",
    )  # fmt: skip
    assert answer.code == 0
    assert answer.json["from"]["on"] == "2026-07-01"
    assert answer.json["to"]["on"] == "2027-02-01"


def test_a_day_without_the_package_is_refused_with_the_gap(dat):
    answer = dat("packs", "diff", "vn-66-2026", "vn-nd151-2025", "--on", "2027-06-01")
    assert answer.code == 2
    assert "01/03/2027" in answer.err


def test_the_instruments_of_a_day_are_listed_with_what_replaced_them(dat):
    answer = dat("packs", "instruments", "--on", "2026-11-24", "--json")
    assert answer.code == 0
    known = {row["id"]: row for row in answer.json}
    assert known["tt80-2021"]["in_force"] is False
    assert known["tt80-2021"]["replaced_by"] == ["tt89-2026"]
    text = dat("packs", "instruments", "--on", "2026-11-24").out
    assert "được thay bằng: Thông tư 89/2026/TT-BTC" in text


# --- a package of one's own ---------------------------------------------------------

DECISION = "Quyết định 12/2027/QĐ-UBND của UBND thành phố Đà Nẵng"


@pytest.fixture
def new(dat, tmp_path):
    def run(*more, parent="vn-nd151-2025", territory="48", instrument=DECISION):
        return dat(
            "packs", "new", "--from", parent, "--territory", territory,
            "--instrument", instrument, "--into", tmp_path, *more,
        )  # fmt: skip

    return run


def test_a_new_package_passes_the_check_and_answers_for_its_province(
    dat, new, tmp_path
):
    assert new("--in-force-from", "2027-01-01").code == 0
    head = (tmp_path / "vn-48-2027" / "package.yaml").read_text("utf-8")
    assert "status: unverified" in head
    for todo in ("Số ngày", "Số mẫu đơn", "Phí, lệ phí", "Ủy quyền", "Danh sách xã"):
        assert f"{todo}" in head
    assert "land.days.split_parcel" in head
    assert "tax.payment_term" not in head

    report = dat("packs", "check", "--root", tmp_path, "--json")
    assert (report.code, report.json["errors"]) == (0, [])
    assert "vn-48-2027" in report.json["unverified"]
    (row,) = [row for row in report.json["packages"] if row["id"] == "vn-48-2027"]
    assert row["territory"] == "48"
    assert row["figures"]["verified"] > 0
    shown = dat("packs", "show", "vn-48-2027", "--root", tmp_path, "--on", "2027-02-01")
    assert DECISION not in shown.err
    assert "register_gift" in shown.out


def test_a_known_instrument_is_cited_by_its_id(new, tmp_path):
    assert new(instrument="nd49-2026").code == 0
    (head,) = tmp_path.glob("vn-48-*/package.yaml")
    assert "instrument: nd49-2026\n" in head.read_text("utf-8")
    assert not (head.parent / "instruments.yaml").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"parent": "vn-nowhere"}, "vn-nowhere"),
        ({"parent": "common"}, "common"),
        ({"territory": "4"}, "--territory"),
        ({"territory": "15"}, "vn-15-qd47-2026"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(new, tmp_path, changes, said):
    answer = new(**changes)
    assert answer.code == 2
    assert said in answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_package_is_never_written_over(new):
    assert new("--id", "da-nang").code == 0
    again = new("--id", "da-nang")
    assert again.code == 2
    assert "đã có" in again.err


def test_a_day_or_an_id_that_cannot_be_is_refused(new):
    assert "--in-force-from" in new("--in-force-from", "2027-02-30").err
    assert "--id" in new("--id", "../da-nang").err


def test_own_packages_are_read_from_the_folder_of_the_settings(
    dat, new, tmp_path, monkeypatch
):
    new("--in-force-from", "2026-08-01")
    monkeypatch.setenv("DAT_PACKAGES_DIR", str(tmp_path))
    assert own_packages() == Settings().own_packages == tmp_path
    assert "vn-48-2026" in dat("packs", "list").out


def test_an_own_package_with_a_mistake_is_left_out_and_told(dat, new, tmp_path):
    new("--in-force-from", "2026-08-01")
    head = tmp_path / "vn-48-2026" / "package.yaml"
    head.write_text(head.read_text("utf-8").replace('"48"', "48"), "utf-8")
    report = dat("packs", "check", "--root", tmp_path, "--json")
    assert report.code == 1
    (finding,) = report.json["errors"]
    assert (finding["file"], finding["rule"]) == (
        "vn-48-2026/package.yaml",
        "code-unquoted",
    )
    shown = dat("packs", "show", "vn-15-qd47-2026", "--root", tmp_path)
    assert shown.code == 0
    assert "vn-48-2026/package.yaml" in shown.err


def test_the_check_names_the_unverified_and_counts_procedures_and_figures(dat):
    report = dat("packs", "check")
    assert "unverified: vn-66-2026" in report.out
    assert " procedures; figures: " in report.out


# --- running cases -------------------------------------------------------------------


def test_a_migration_without_cases_still_compares_the_packages(dat, tmp_path):
    answer = dat(
        "packs", "migrate", "--from", "vn-66-2026", "--to", "vn-15-qd47-2026",
        "--db", f"sqlite:///{tmp_path / 'empty.sqlite'}", "--json",
    )  # fmt: skip
    assert answer.json["cases"] == []
    assert answer.json["applied"] is False
    assert answer.json["lacking"] == []
    assert answer.code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "vn-nowhere"], "vn-nowhere"),
        (["--from", "vn-66-2026", "--apply"], "--basis"),
        (["--from", "vn-66-2026", "--apply", "--by", "x", "--basis", "Đ42"], "--by"),
    ],
)
def test_a_migration_that_cannot_be_ordered_is_refused(dat, tmp_path, arguments, said):
    answer = dat(
        "packs", "migrate", "--to", "vn-15-qd47-2026", *arguments,
        "--db", f"sqlite:///{tmp_path / 'empty.sqlite'}",
    )  # fmt: skip
    assert answer.code == 2
    assert said in answer.err
