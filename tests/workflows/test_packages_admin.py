"""What an administrator does with packages: compare, add, check, keep out."""

from datetime import date

import pytest

from tests.workflows import small_laws
from workflows import lint
from workflows.errors import NoPackageInForceError, PackageInvalidError
from workflows.law.register import register
from workflows.law.telling import told
from workflows.loader import load_law
from workflows.packages import compare

DAY = date(2026, 11, 24)
MARCH = date(2026, 3, 2)


@pytest.fixture
def small(tmp_path):
    return load_law(small_laws.write(tmp_path))


def compared(law, one="land", other="province-7", day=DAY):
    return compare(
        law.package_edition(one, day), law.package_edition(other, day), day, day
    )


# --- what differs between two packages ---------------------------------------------


def test_an_edition_does_not_differ_from_itself(small):
    comparison = compared(small, "land", "land")
    assert not comparison.procedures
    assert not any(comparison.sections.values())


def test_a_change_stands_under_its_procedure_with_both_sources(small):
    answer = compared(small, day=MARCH).to_json()["procedures"]["transfer"]
    assert answer["kind"] == "changed"
    assert answer["days"]["handling"]["after"]["value"]["figure"]["n"] == 6
    changed = {
        part: rows
        for part, rows in answer.items()
        if part not in {"kind", "title"} and rows
    }
    assert changed
    for rows in changed.values():
        for row in rows.values():
            assert row["kind"] in {"added", "removed", "changed", "source"}
            assert row["sources"]["before"] or row["sources"]["after"]


def test_lao_cai_differs_from_the_baseline_in_captions_days_and_stated_sources():
    law = load_law()
    answer = compared(law, "vn-nd151-2025", "vn-15-qd47-2026").to_json()
    gift = answer["procedures"]["register_gift"]
    form = gift["captions"]["F-CHANGE"]
    assert (form["before"]["number"], form["after"]["number"]) == (
        "Mẫu số 18",
        "Mẫu số 24",
    )
    assert form["sources"]["before"][0]["instrument"] == "nd151-2025"
    assert form["sources"]["after"][0]["instrument"] == "qd47-2026-lc"
    addon = gift["days"]["handling addon"]
    assert addon["before"]["value"]["figure"] == {"n": 10, "unit": "working_day"}
    assert addon["after"]["value"]["figure"] == {"n": 10, "unit": "day"}
    assert "land.difficult_area_addon" in answer["parameters"]


def test_the_lines_for_a_person_say_the_instruments_by_their_titles():
    law = load_law()
    lines = list(told(compared(law, "vn-nd151-2025", "vn-15-qd47-2026")))
    text = "\n".join(lines)
    assert "số mẫu Mẫu số 18 → Mẫu số 24" in text
    assert "trước: Nghị định 151/2025/NĐ-CP, PL II, mẫu 18" in text
    assert "sau: Quyết định 47/2026/QĐ-UBND của UBND tỉnh Lào Cai, Đ20" in text
    assert "10 ngày làm việc → 10 ngày" in text


def test_figures_are_compared_as_they_stand_on_the_day_of_each_edition(tmp_path):
    days = "base/parameters/days.yaml"
    later = small_laws.FILES[days].replace(
        "values: [{since: 2025-01-01, value: {n: 8",
        "values: [{since: 2026-06-01, value: {n: 9, unit: working_day}, source: "
        '{instrument: law, at: "Đ4", mark: V}, status: verified}, '
        "{since: 2025-01-01, value: {n: 8",
    )
    land = load_law(small_laws.write(tmp_path, {days: later}))
    edition = land.package_edition("land", DAY)
    assert not compare(edition, edition, MARCH, MARCH).procedures
    (transfer,) = compare(edition, edition, MARCH, DAY).procedures
    (row,) = transfer.parts["days"]
    assert (row.before.value["value"]["figure"]["n"], row.name) == (8, "handling")
    assert row.after.sources[-1]["at"] == "Đ4"


# --- the register of instruments ---------------------------------------------------


def entries(law, day):
    return {entry.id: entry for entry in register(law, day)}


def test_the_register_tells_which_texts_are_in_force_on_a_day():
    law = load_law()
    before = entries(law, date(2026, 6, 30))
    after = entries(law, date(2026, 7, 1))
    assert before["nd126-2020"].in_force
    assert not before["nd252-2026"].in_force
    assert not after["nd126-2020"].in_force
    assert after["nd252-2026"].in_force


def test_the_register_tells_what_replaced_what_from_both_ends():
    known = entries(load_law(), DAY)
    assert known["nd126-2020"].replaced_by == {"nd252-2026"}
    assert known["nd252-2026"].replaces == {"nd126-2020"}
    assert known["tt87-2026"].replaces == {"tt111-2013"}
    assert known["nd118-2025"].amended_by == {"nd309-2026"}


def test_the_register_tells_who_rests_on_a_text():
    known = entries(load_law(), DAY)
    assert "vn-15-qd47-2026" in known["qd47-2026-lc"].packages
    assert "land.days.register_change" in known["qd47-2026-lc"].figures
    assert "register_mortgage" in known["nd99-2022"].procedures
    assert not known["ldd-2013"].procedures


# --- a broken package --------------------------------------------------------------

PROVINCE = "province-7/package.yaml"
BROKEN = {PROVINCE: small_laws.FILES[PROVINCE].replace("at: ", "at: [", 1)}
MISFIT = {PROVINCE: small_laws.FILES[PROVINCE].replace("kind: province", "kind: city")}
UNQUOTED = {PROVINCE: small_laws.FILES[PROVINCE].replace('"07"', "7")}


@pytest.mark.parametrize("change", [BROKEN, MISFIT], ids=["unreadable", "misfit"])
def test_a_broken_package_is_left_out_and_the_others_go_on(tmp_path, change):
    law = load_law(small_laws.write(tmp_path, change))
    assert law.edition("01", MARCH).id == "land"
    assert [line.split(":")[0] for line in law.faults["province-7"]] == [PROVINCE]
    assert all(":" in line and "[" in line for line in law.faults["province-7"])


def test_a_province_whose_package_is_broken_is_not_answered_from_the_baseline(tmp_path):
    law = load_law(small_laws.write(tmp_path, MISFIT))
    with pytest.raises(PackageInvalidError, match=r"province-7/package\.yaml"):
        law.edition("07", MARCH)


def test_a_broken_procedure_takes_only_what_rests_on_it_out_of_service(tmp_path):
    text = small_laws.FILES[PROVINCE].replace("values[since=2025-01-01]", "values[x=1]")
    law = load_law(small_laws.write(tmp_path, {PROVINCE: text}))
    with pytest.raises(PackageInvalidError, match="override-lost"):
        law.edition("07", MARCH)
    assert law.edition("01", MARCH).id == "land"
    assert "province-7" in law.faults


def test_the_last_good_edition_stays_in_service_and_the_fault_is_told(tmp_path):
    root, cache = tmp_path / "law", tmp_path / "cache"
    before = load_law(small_laws.write(root), cache).edition("07", MARCH)
    for change in (BROKEN, MISFIT, UNQUOTED):
        law = load_law(small_laws.write(root, change), cache)
        assert law.edition("07", MARCH) == before
        assert PROVINCE in law.faults["province-7"][0]
    mended = load_law(small_laws.write(root), cache)
    assert mended.edition("07", MARCH) == before
    assert not mended.faults


def test_a_running_program_does_not_mix_files_of_two_days(tmp_path):
    law = load_law(small_laws.write(tmp_path))
    kept = law.edition("07", MARCH)
    small_laws.write(tmp_path, BROKEN)
    assert law.edition("07", MARCH) is kept
    assert law.edition("01", MARCH).id == "land"
    other, cache = small_laws.write(tmp_path / "other"), tmp_path / "cache"
    load_law(other, cache).edition("01", MARCH)
    fresh = load_law(other, cache)
    assert fresh.edition("01", MARCH).id == "land"
    small_laws.write(tmp_path / "other", {"tax-2/more.yaml": "papers: {}\n"})
    with pytest.raises(PackageInvalidError, match="changed since"):
        fresh.edition("07", MARCH)


def test_a_refused_package_is_left_out_whole(tmp_path):
    law = load_law(
        small_laws.write(tmp_path), refused={"province-7": ["province-7/x.yaml:1: no"]}
    )
    with pytest.raises(PackageInvalidError, match="no"):
        law.edition("07", MARCH)
    assert law.edition("01", MARCH).id == "land"


def test_a_code_without_quotes_is_refused_with_the_reason(tmp_path):
    report = lint.check(small_laws.write(tmp_path, UNQUOTED), forms=lint.Forms({"F-1"}))
    (finding,) = report.errors
    assert (finding.file, finding.rule) == (PROVINCE, "code-unquoted")
    assert 'put the code in quotes, "7"' in finding.text


def test_a_day_without_a_package_names_the_gap(small):
    with pytest.raises(NoPackageInForceError, match="01/07/2026"):
        small.edition("07", DAY)


def test_an_own_package_stands_beside_or_in_the_place_of_one_of_the_program(tmp_path):
    root = small_laws.write(tmp_path / "law")
    own = tmp_path / "own"
    head = small_laws.FILES[PROVINCE]
    for name, text in (
        ("province-8", head.replace("province-7", "province-8").replace("07", "08")),
        ("province-7", head.replace("Đất đai tỉnh Bảy", "Tỉnh Bảy, bản mới")),
    ):
        (own / name).mkdir(parents=True)
        (own / name / "package.yaml").write_text(text, "utf-8")
    law = load_law(root, own=own)
    assert law.edition("08", MARCH).id == "province-8"
    assert law.edition("07", MARCH).title == "Tỉnh Bảy, bản mới"
    assert not lint.check(root, lint.Forms({"F-1"}), own=own).errors


def test_the_report_counts_figures_and_names_what_is_unverified(tmp_path):
    report = lint.check(small_laws.write(tmp_path), forms=lint.Forms({"F-1"}))
    rows = {row["id"]: row for row in report.packages}
    assert rows["province-7"]["figures"] == {
        "verified": 1,
        "unverified": 0,
        "unknown": 1,
    }
    assert report.unverified == ("province-7",)
