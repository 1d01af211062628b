"""The official wording: one file for each edition, read with its source."""

from __future__ import annotations

import pytest

from forms.captions import captions_by_file, load_captions
from forms.errors import EditionInvalidError
from forms.loader import editions_by_file, load_editions
from tests.forms.papers import FILES


def test_each_edition_has_its_official_wording():
    without = set(editions_by_file()) - set(captions_by_file())

    assert not without, (
        "type the official wording of these papers into forms/captions (its README "
        f"says how): {', '.join(sorted(without))}"
    )
    assert set(load_captions()) == {each.edition for each in load_editions()}


def test_no_wording_is_left_over_from_an_edition_that_is_gone():
    assert not set(captions_by_file()) - set(editions_by_file())


@pytest.mark.parametrize("file", FILES)
def test_the_wording_names_the_form_and_where_it_was_seen(file):
    captions = captions_by_file()[file]

    assert captions.form == editions_by_file()[file][0].form
    assert captions.source.at
    assert set(captions.header) <= set(captions.words)


def test_a_wording_that_breaks_the_format_is_named_with_its_file(tmp_path):
    folder = tmp_path / "vn-test"
    folder.mkdir()
    (folder / "F-BROKEN.yaml").write_text("form: F-BROKEN\nwords: Đơn\n")

    with pytest.raises(EditionInvalidError, match=r"vn-test/F-BROKEN\.yaml"):
        captions_by_file(tmp_path)


def test_a_wording_that_borrows_another_says_only_what_differs():
    here = captions_by_file()["vn-15-qd47-2026/F-CHANGE.yaml"]
    there = captions_by_file()["vn-nd151-2025/F-CHANGE.yaml"]

    differing = [
        pair for pair in zip(here.words, there.words, strict=True) if len(set(pair)) > 1
    ]
    assert [ours.partition(".")[0] for ours, _ in differing] == ["Mẫu số 24"]
    assert there.source.instrument == "nd151-2025"


def test_the_codes_of_a_tax_return_are_read_from_its_wording_each_once():
    codes = captions_by_file()["vn-tax-2026/TAX-03-BDS-TNCN.yaml"].codes

    assert codes[:4] == ("[01]", "[02]", "[03.1]", "[03.2]")
    assert len(codes) == len(set(codes))
