"""What an administrator does with packages: compare, add, check, keep out."""

from datetime import date

import pytest

from tests.workflows import small_laws
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


def test_every_instrument_says_its_kind_and_whether_its_days_were_read():
    lacking = [
        entry.id
        for entry in register(load_law(), DAY)
        if entry.instrument.kind is None or entry.instrument.status is None
    ]
    assert lacking == []
