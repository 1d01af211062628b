"""Which law holds where and when; overrides; editions that are pinned and shown."""

import csv
from datetime import date
from pathlib import Path

import pytest

from tests.workflows import small_laws
from tests.workflows.matters import the_law
from workflows import territory
from workflows.errors import (
    NoPackageInForceError,
    PackageInvalidError,
    UnknownNameError,
)
from workflows.loader import load_law
from workflows.packages import Edition, diff, show

SPRING = date(2026, 3, 2)


@pytest.fixture
def law(tmp_path):
    return load_law(small_laws.write(tmp_path))


def changed(tmp_path, changes):
    return load_law(small_laws.write(tmp_path, changes))


def override(of, at, replace):
    source = '{instrument: law, at: "Đ30", mark: V}'
    return {
        "province-7/package.yaml": small_laws.FILES["province-7/package.yaml"]
        + f"""\
  - of: {of}
    at: {at}
    replace: {replace}
    why: "Thử"
    source: {source}
"""
    }


# --- resolution -------------------------------------------------------------------


def test_the_most_specific_package_in_force_holds(law):
    edition = law.edition("07", SPRING)

    assert edition.id == "province-7"
    assert edition.chain == ("province-7", "land", "base", "tax-1")
    assert edition.notice == "Chưa thấy quyết định của tỉnh."


def test_a_province_without_a_package_has_the_national_one(law):
    assert law.edition("01", SPRING).id == "land"


def test_before_its_first_package_a_province_has_the_national_one(law):
    assert law.edition("07", date(2025, 12, 31)).id == "land"
    assert law.edition("07", date(2026, 1, 1)).id == "province-7"


def test_a_package_for_some_communes_goes_before_that_of_the_province(tmp_path):
    commune = """\
package: commune-7
title: Một xã
kind: province
territory: {province: "07", communes: ["00111"]}
in_force: {from: 2026-02-01, to: 2026-04-30}
status: unverified
extends: province-7
"""
    law = changed(tmp_path, {"commune-7/package.yaml": commune})

    assert law.edition("07", SPRING, commune="00111").id == "commune-7"
    assert law.edition("07", SPRING, commune="00222").id == "province-7"
    assert law.edition("07", SPRING).id == "province-7"
    assert law.edition("07", date(2026, 5, 4), commune="00111").id == "province-7"


def test_after_the_last_package_the_gap_is_named(law):
    with pytest.raises(NoPackageInForceError) as refused:
        law.edition("07", date(2026, 7, 1))

    assert "Từ ngày 01/07/2026" in str(refused.value)
    assert "province-7" in str(refused.value)


def test_a_gap_between_two_packages_is_named_with_both_ends(tmp_path):
    later = small_laws.FILES["province-7/package.yaml"].replace(
        "package: province-7", "package: province-7b"
    )
    later = later.replace("from: 2026-01-01, to: 2026-06-30", "from: 2026-09-01")
    law = changed(tmp_path, {"province-7b/package.yaml": later})

    with pytest.raises(NoPackageInForceError) as refused:
        law.edition("07", date(2026, 8, 1))

    assert "Từ ngày 01/07/2026 đến hết ngày 31/08/2026" in str(refused.value)
    assert law.edition("07", date(2026, 9, 1)).id == "province-7b"


def test_a_used_package_is_followed_by_the_one_that_replaces_it(law):
    before = law.package_edition("land", date(2026, 12, 31))
    after = law.package_edition("land", date(2027, 1, 1))

    assert before.chain == ("land", "base", "tax-1")
    assert after.chain == ("land", "base", "tax-2", "tax-1")
    assert after.notices == {"tax-2": "Luật thuế mới."}
    assert "assess" in after.procedures


def test_a_gap_in_a_used_package_names_that_package(law):
    with pytest.raises(NoPackageInForceError, match=r"01/01/2028.*tax-2"):
        law.edition("01", date(2028, 1, 3))


def test_a_package_by_itself_must_hold_on_the_day(law):
    with pytest.raises(NoPackageInForceError, match="province-7"):
        law.package_edition("province-7", date(2026, 7, 1))
    with pytest.raises(UnknownNameError, match="nowhere"):
        law.package_edition("nowhere", SPRING)


def test_past_its_own_instrument_a_package_goes_on_with_another_status(tmp_path):
    going_on = """\
after_own_instrument:
  ends: 2026-01-30
  continues_by: {instrument: law, at: "Đ15", mark: V}
  status: unverified
"""
    text = small_laws.FILES["land/package.yaml"] + going_on
    law = changed(tmp_path, {"land/package.yaml": text})

    assert law.edition("01", date(2026, 1, 30)).status == "verified"
    assert law.edition("01", date(2026, 1, 31)).status == "unverified"


def test_a_country_without_law_says_so(tmp_path):
    law = load_law(tmp_path)

    with pytest.raises(NoPackageInForceError):
        law.edition("01", SPRING)


# --- overrides --------------------------------------------------------------------


def test_an_override_of_a_template_reaches_every_procedure_made_from_it(law):
    edition = law.edition("07", SPRING)
    paper = edition.procedure("transfer").papers_in[0]

    assert paper.edition is not None
    assert paper.edition.number == "Mẫu 7"
    assert edition.overrides[0].reached == ("transfer",)
    assert edition.overrides[0].why == "Tỉnh có mẫu riêng"
    assert edition.overrides[0].file == "province-7/package.yaml"


def test_an_override_may_address_what_a_fragment_brought(law):
    state = law.edition("07", SPRING).procedure("transfer").chart.states["waiting"]
    label = state.events["supply"][0].label

    assert label is not None
    assert label.citizen == "Nộp thêm ở tỉnh Bảy"


def test_an_override_leaves_the_package_it_inherits_from_alone(law):
    law.edition("07", SPRING)
    national = law.edition("01", SPRING)
    paper = national.procedure("transfer").papers_in[0]

    assert paper.edition is not None
    assert paper.edition.number == "Mẫu 1"
    assert national.overrides == ()


@pytest.mark.parametrize(
    ("of", "at"),
    [
        ("change", "papers_in[form=F-9].edition"),
        ("transfer", "chart.states.nowhere"),
        ("parameter/days.handling", "values[since=1999-01-01]"),
        ("parameter/nothing", "values"),
        ("nothing", "title"),
        ("transfer", "chart.states.checking.events.ask.by.x"),
    ],
)
def test_an_address_that_no_longer_exists_is_an_error(tmp_path, of, at):
    law = changed(tmp_path, override(of, at, "x"))

    with pytest.raises(PackageInvalidError, match=r"province-7/package.yaml:\d+.*lost"):
        law.edition("07", SPRING)


def test_an_address_that_means_two_parts_is_an_error(tmp_path):
    law = changed(tmp_path, override("list/grounds", "a[x=y]", "z"))

    with pytest.raises(PackageInvalidError, match="override-lost"):
        law.edition("07", SPRING)


def test_keys_with_dots_are_found_in_an_address(tmp_path):
    at = "chart.states.both.states.money.states.asked.events.child.tax.settled.label"
    law = changed(tmp_path, override("transfer", at, "{citizen: A, clerk: B}"))
    asked = law.edition("07", SPRING).chart("transfer").state("asked")

    assert asked.events["child.tax.settled"][0].label.citizen == "A"


def test_replacing_by_nothing_takes_a_part_away(tmp_path):
    law = changed(tmp_path, override("transfer", "papers_in[paper=contract]", "null"))
    papers = law.edition("07", SPRING).procedure("transfer").papers_in

    assert [paper.id for paper in papers] == ["F-1", "book"]


def test_a_child_may_not_define_again_what_it_inherits(tmp_path):
    text = "papers:\n  book: {name: A, official: B}\n"
    law = changed(tmp_path, {"province-7/papers.yaml": text})

    with pytest.raises(PackageInvalidError, match="duplicate-name"):
        law.edition("07", SPRING)


# --- editions ---------------------------------------------------------------------


def test_a_pinned_edition_is_restored_identical(law):
    edition = law.edition("07", SPRING)
    restored = Edition.from_json(edition.canonical_json())

    assert restored == edition
    assert restored.digest == edition.digest
    assert len(restored.digest) == 64
    assert restored.procedures["transfer"] == edition.procedures["transfer"]
    assert list(restored.lists["grounds"]) == ["a", "b"]
    assert restored.statuses == edition.statuses


def test_the_same_files_give_the_same_digest_and_another_figure_another_one(tmp_path):
    one = load_law(small_laws.write(tmp_path / "one")).edition("01", SPRING)
    same = load_law(small_laws.write(tmp_path / "same")).edition("01", SPRING)
    other_files = small_laws.with_change("base/parameters/days.yaml", "n: 8", "n: 9")
    other = load_law(small_laws.write(tmp_path / "x", other_files)).edition(
        "01", SPRING
    )

    assert one.digest == same.digest
    assert one.digest != other.digest


def test_an_edition_is_made_once(law):
    assert law.edition("07", SPRING) is law.edition("07", date(2026, 3, 3))


def test_unknown_names_say_what_there_is(law):
    edition = law.edition("07", SPRING)

    with pytest.raises(UnknownNameError, match="transfer"):
        edition.procedure("sell")
    with pytest.raises(UnknownNameError, match=r"days\.handling"):
        edition.parameter("days.none")
    with pytest.raises(UnknownNameError):
        edition.chart("sell")


def test_a_chart_is_compiled_once(law):
    edition = law.edition("07", SPRING)

    assert edition.chart("transfer") is edition.chart("transfer")


def test_an_edition_tells_what_came_from_where(law):
    procedure = law.edition("07", SPRING).procedure("transfer")

    assert procedure.package == "land"
    assert procedure.files[0] == "land/procedures/transfer.yaml"
    assert set(procedure.files) == {
        "land/procedures/transfer.yaml",
        "land/templates/change.yaml",
        "base/fragments/wait.yaml",
        "province-7/package.yaml",
    }


# --- show and diff ----------------------------------------------------------------


def test_show_prints_each_line_with_its_file(law):
    lines = show(law.edition("07", SPRING), "transfer")
    by_text = {line.text.strip(): line.origin for line in lines}

    supply = next(text for text in by_text if "waiting: supply" in text)
    assert by_text[supply].startswith("base/fragments/wait.yaml:")
    assert "law Đ5 [V]" in supply
    form = next(text for text in by_text if text.startswith("F-1"))
    assert "Mẫu 7" in form
    assert by_text[form].startswith("land/templates/change.yaml:")
    assert any("Tỉnh có mẫu riêng" in text for text in by_text)


def test_show_puts_the_moves_in_the_order_of_the_articles(law):
    lines = [line.text for line in show(law.edition("01", SPRING), "transfer")]
    moves = lines[lines.index("\nmoves, in the order of the articles") + 1 :]
    articles = [int(move.split("Đ")[1].split(" ")[0]) for move in moves]

    assert articles == sorted(articles)
    assert len(articles) == 11


def test_a_restored_edition_is_shown_without_places(law):
    edition = law.edition("07", SPRING)
    restored = Edition.from_json(edition.canonical_json())

    assert [line.text for line in show(restored, "transfer")] == [
        line.text for line in show(edition, "transfer")
    ]


def test_diff_names_what_a_province_changed(law):
    changes = {
        change.at: (change.kind, change.before, change.after)
        for change in diff(law.edition("01", SPRING), law.edition("07", SPRING))
        if not change.at.startswith("head.")
    }

    assert changes == {
        "parameters.days.handling.values[since=2025-01-01].value.n": ("changed", 8, 6),
        "procedures.transfer.papers_in[form=F-1].edition.number": (
            "changed",
            "Mẫu 1",
            "Mẫu 7",
        ),
        "procedures.transfer.chart.states.waiting.events.supply.label.citizen": (
            "changed",
            "Nộp thêm",
            "Nộp thêm ở tỉnh Bảy",
        ),
    }


def test_diff_of_an_edition_with_itself_is_empty(law):
    edition = law.edition("07", SPRING)

    assert diff(edition, edition) == []


# --- one province, two sets of its own texts ------------------------------------------


def test_former_phu_yen_has_its_own_package_and_the_rest_of_the_province_not():
    day = date(2026, 11, 23)

    assert the_law().edition("66", day, "22015").id == "vn-66-phu-yen-2025"
    assert the_law().edition("66", day, "24133").id == "vn-66-2026"
    assert the_law().edition("66", day).id == "vn-66-2026"


def test_the_package_of_former_phu_yen_names_every_commune_of_it():
    table = Path(territory.__file__).parent / "data/territory/66/communes.csv"
    with table.open(encoding="utf-8", newline="") as rows:
        communes = {
            row["code"]
            for row in csv.DictReader(rows)
            if row["former_province"] == "Phú Yên"
        }

    assert set(the_law().packages["vn-66-phu-yen-2025"].territory.communes) == communes


def test_what_differs_in_former_phu_yen_are_fees_and_prices_of_houses():
    day = date(2026, 11, 23)
    changes = diff(the_law().edition("66", day), the_law().edition("66", day, "22015"))

    changed = [str(change)[2:].split(".values")[0] for change in changes]
    assert {name for name in changed if not name.startswith("head.")} == {
        "parameters.house.price_table",
        "parameters.land.appraisal_fee",
        "parameters.land.certificate_fee",
        "parameters.secured.registration_fee",
    }
