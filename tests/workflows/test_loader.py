"""YAML by the core rules, with places; and a cache that no change can fool."""

import os
from datetime import date

import pytest

from tests.workflows import small_laws
from workflows.errors import PackageInvalidError
from workflows.law.located import plain
from workflows.loader import load_calendar, load_law, load_territory
from workflows.loader_yaml import UnreadableError, read_yaml

DAY = date(2026, 3, 2)


@pytest.fixture
def root(tmp_path):
    return small_laws.write(tmp_path / "law")


def problem_in(text):
    with pytest.raises(UnreadableError) as refused:
        read_yaml(text, "some.yaml")
    return refused.value.finding


@pytest.mark.parametrize("word", ["on", "off", "yes", "no", "Yes", "NO", "y", "n"])
def test_only_true_and_false_are_booleans(word):
    assert read_yaml(f"a: {word}", "f") == {"a": word}


def test_scalars_are_read_by_the_core_rules():
    read = read_yaml(
        'a: true\nb: null\nc: 12\nd: "1.0"\ne: 2026-07-01\nf: 15:00\ng: "66"\nh:\n'
        "i: 007\nj: -5\nk: 1.2.3\n",
        "f",
    )

    assert read == {
        "a": True,
        "b": None,
        "c": 12,
        "d": "1.0",
        "e": date(2026, 7, 1),
        "f": "15:00",
        "g": "66",
        "h": None,
        "i": "007",
        "j": -5,
        "k": "1.2.3",
    }


def test_the_event_key_on_stays_text():
    assert read_yaml("on: {no: 1}", "f") == {"on": {"no": 1}}


def test_a_key_that_stands_twice_is_refused_with_its_line():
    finding = problem_in("a: 1\nb:\n  c: 1\n  c: 2\n")

    assert (finding.file, finding.line, finding.rule) == (
        "some.yaml",
        4,
        "duplicate-key",
    )


@pytest.mark.parametrize("key", ["2026", "true", "2026-07-01", "null"])
def test_a_key_that_is_not_text_is_refused(key):
    assert problem_in(f"a: 1\n{key}: 1\n").rule == "key-not-text"


def test_a_fraction_without_quotes_is_refused():
    finding = problem_in("a: 1\nrate: 0.02\n")

    assert (finding.line, finding.rule) == (2, "figure-unquoted")


@pytest.mark.parametrize("text", ["a: [", "- a\n- b\n", "", "a: !!python/name:os 1"])
def test_what_is_no_mapping_of_data_is_refused(text):
    assert problem_in(text).rule == "yaml"


def test_a_day_that_does_not_exist_is_refused():
    assert problem_in("a: 2026-02-30").rule == "yaml"


def test_every_part_knows_its_line():
    read = read_yaml("a: 1\nb:\n  - x\n  - {y: 1}\n", "f")

    assert str(read.place_of("b")) == "f:2"
    assert [str(place) for place in read.sublist("b").places] == ["f:3", "f:4"]
    assert plain(read) == {"a": 1, "b": ["x", {"y": 1}]}


def test_a_law_that_cannot_be_read_names_every_file_and_line(root):
    changes = {
        "base/papers.yaml": "papers:\n  a: 1\n  a: 2\n",
        "land/procedures/transfer.yaml": "procedure: x\nrate: 0.5\n",
    }
    small_laws.write(root, changes)

    with pytest.raises(PackageInvalidError) as refused:
        load_law(root).edition("01", DAY)

    assert "base/papers.yaml:3" in refused.value.findings[0]
    assert "land/procedures/transfer.yaml:2" in refused.value.findings[1]


def test_a_figure_without_a_source_does_not_load(root):
    text = small_laws.FILES["base/parameters/days.yaml"].replace(
        ', source: {instrument: law, at: "Đ2", mark: V}', "", 1
    )
    small_laws.write(root, {"base/parameters/days.yaml": text})

    with pytest.raises(PackageInvalidError, match=r"source.*Field required"):
        load_law(root).edition("01", DAY)


# --- the cache --------------------------------------------------------------------


def test_a_warm_cache_gives_the_same_edition(root, tmp_path):
    cold = load_law(root, tmp_path / "cache").edition("07", DAY)
    warm = load_law(root, tmp_path / "cache").edition("07", DAY)

    assert warm == cold == load_law(root).edition("07", DAY)
    assert warm.digest == cold.digest


def test_a_warm_cache_does_not_read_the_yaml(root, tmp_path):
    load_law(root, tmp_path / "cache").edition("07", DAY)
    for path in root.rglob("*.yaml"):
        status = path.stat()
        path.write_bytes(b"[" * status.st_size)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    edition = load_law(root, tmp_path / "cache").edition("07", DAY)

    assert edition.procedure("transfer").title.citizen == "Sang tên"
    with pytest.raises(PackageInvalidError):
        load_law(root)


def test_a_changed_file_is_read_again(root, tmp_path):
    before = load_law(root, tmp_path / "cache").edition("01", DAY)
    small_laws.write(
        root,
        small_laws.with_change(
            "land/procedures/transfer.yaml", 'citizen: "Sang tên"', 'citizen: "Khác đi"'
        ),
    )
    after = load_law(root, tmp_path / "cache").edition("01", DAY)

    assert before.procedure("transfer").title.citizen == "Sang tên"
    assert after.procedure("transfer").title.citizen == "Khác đi"
    assert before.digest != after.digest


def test_a_cache_that_cannot_be_written_does_no_harm(root, tmp_path):
    (tmp_path / "cache").write_text("a file stands where the folder should", "utf-8")

    edition = load_law(root, tmp_path / "cache").edition("01", DAY)

    assert edition.id == "land"


# --- the data of this program -----------------------------------------------------


def test_the_data_of_the_program_loads():
    edition = load_law().edition("66", date(2026, 11, 23))

    assert edition.chain[0] == "vn-66-2026"
    assert "register_transfer" in edition.procedures


def test_the_calendar_and_the_communes_load():
    assert not load_calendar().is_working(date(2026, 9, 2))
    assert load_territory().resolve("66", "24133") == "24133"
