from contextlib import suppress
from datetime import date, timedelta

import pytest

from forms.catalog import Catalog
from forms.definition import FormEdition, FormField
from forms.errors import EditionInvalidError, NoEditionInForceError, UnknownFormError
from forms.loader import load_editions
from tests.forms.papers import DAK_LAK, DAY, LAO_CAI


@pytest.fixture(scope="module")
def catalog():
    return Catalog.load()


def test_the_most_specific_package_of_the_chain_gives_the_paper(catalog):
    assert catalog.edition("F-CHANGE", DAK_LAK, DAY).number == "Mẫu số 18"
    assert catalog.edition("F-CHANGE", DAK_LAK, DAY).package == "vn-66-2026"
    assert catalog.edition("F-CHANGE", LAO_CAI, DAY).number == "Mẫu số 24"


def test_a_dossier_of_2025_gets_the_paper_that_held_then(catalog):
    then = catalog.edition("F-CHANGE", ("vn-nd151-2025",), date(2025, 12, 1))

    assert then.status == "verified"
    assert then.to_day == date(2026, 1, 30)


def test_a_transfer_of_2025_went_to_the_tax_office_on_the_one_slip(catalog):
    then = catalog.edition("F-SLIP-TRANSFER", ("vn-nd151-2025",), date(2025, 12, 1))
    now = catalog.edition("F-SLIP-TRANSFER", ("vn-nd151-2025",), DAY)

    assert (then.number, then.status) == ("Mẫu số 19", "verified")
    assert (now.number, now.status) == ("", "unverified")


def test_the_doubt_about_the_number_is_told_but_never_printed(catalog):
    edition = catalog.edition("F-CHANGE", DAK_LAK, DAY)

    assert edition.status == "unverified"
    assert "lấy mẫu tại quầy" in edition.notice


def test_a_national_form_holds_whatever_the_chain(catalog):
    assert catalog.edition("TAX-01-LPTB", (), DAY).package == "vn-tax-2026"


def test_a_layout_of_a_place_without_a_package_is_asked_for_by_its_own_id(catalog):
    seen = catalog.edition("F-CHANGE.bac-ninh", DAK_LAK, DAY)
    rows = {row["form"]: row for row in catalog.list()}

    assert (seen.form, seen.variant) == ("F-CHANGE", "bac-ninh")
    assert seen.edition == "elsewhere/F-CHANGE.bac-ninh@2026-09-27"
    assert "chưa thấy văn bản ban hành" in rows["F-CHANGE.bac-ninh"]["notice"]
    assert rows["F-CHANGE.thanh-hoa"]["status"] == "unverified"
    with pytest.raises(NoEditionInForceError):
        catalog.edition("F-CHANGE.bac-ninh", DAK_LAK, date(2026, 9, 26))


@pytest.mark.parametrize("chain", [DAK_LAK, LAO_CAI, ()])
def test_a_layout_without_a_package_is_never_chosen_for_a_place(catalog, chain):
    with suppress(NoEditionInForceError):
        assert not catalog.edition("F-CHANGE", chain, DAY).variant


def test_an_older_id_leads_to_the_form_that_took_its_place(catalog):
    assert catalog.has("TAX-04-SDDPNN")
    assert catalog.edition("TAX-04-SDDPNN", DAK_LAK, DAY).form == "TAX-01-SDDPNN"
    assert catalog.edition("04/TK-SDDPNN", DAK_LAK, DAY).form == "TAX-01-SDDPNN"
    assert "không còn" in catalog.replaced("04/TK-SDDPNN").why
    assert catalog.replaced("TAX-01-SDDPNN") is None


def test_an_unknown_form_says_which_there_are(catalog):
    with pytest.raises(UnknownFormError) as refused:
        catalog.edition("F-NOTHING", DAK_LAK, DAY)

    assert "F-CHANGE" in str(refused.value)
    assert not catalog.has("F-NOTHING")


@pytest.mark.parametrize("other", ["TAX-NOTICE", "SPLIT-DRAWING", "CONTRACT"])
def test_a_paper_that_dat_does_not_print_is_not_a_form(catalog, other):
    assert not catalog.has(other)


def test_before_the_circular_there_is_no_edition(catalog):
    with pytest.raises(NoEditionInForceError) as refused:
        catalog.edition("TAX-01-LPTB", DAK_LAK, date(2026, 6, 30))

    assert str(refused.value).startswith(
        "Không dùng được mẫu TAX-01-LPTB cho ngày 30/06/2026. Nơi này có: "
    )
    assert "dùng từ 01/07/2026 đến nay" in str(refused.value)


def test_a_form_that_this_place_never_had_says_where_to_ask(catalog):
    with pytest.raises(NoEditionInForceError) as refused:
        catalog.edition("F-CHANGE", ("vn-tax-2026",), DAY)

    assert refused.value.here == ()
    assert "hỏi quầy Một cửa" in str(refused.value)


def test_an_edition_may_be_asked_for_by_its_own_id(catalog):
    now = catalog.edition("F-CHANGE", DAK_LAK, DAY)

    assert catalog.edition(now.edition, DAK_LAK, DAY) is now


def test_a_superseded_edition_is_refused_with_the_one_that_took_its_place(catalog):
    now = catalog.edition("F-CHANGE", DAK_LAK, DAY)
    before = catalog.edition("F-CHANGE", DAK_LAK, date(2025, 12, 1))
    assert before is not now

    with pytest.raises(NoEditionInForceError) as refused:
        catalog.edition(before.edition, DAK_LAK, DAY)

    assert refused.value.instead is now
    assert before.edition in str(refused.value)
    assert f"Ngày đó dùng bản {now.edition}" in str(refused.value)
    assert catalog.edition(before.edition, DAK_LAK, date(2025, 12, 1)) is before


def test_an_edition_of_another_place_is_refused_with_the_own_one(catalog):
    theirs = catalog.edition("F-CHANGE", LAO_CAI, DAY)

    with pytest.raises(NoEditionInForceError) as refused:
        catalog.edition(theirs.edition, DAK_LAK, DAY)

    assert refused.value.instead is catalog.edition("F-CHANGE", DAK_LAK, DAY)


@pytest.mark.parametrize("edition", load_editions(), ids=lambda each: each.edition)
def test_on_the_day_before_its_first_each_edition_is_not_the_one(edition, catalog):
    before = edition.from_day - timedelta(days=1)

    with pytest.raises(NoEditionInForceError) as refused:
        catalog.edition(edition.edition, (edition.package,), before)

    assert f"{edition.from_day:%d/%m/%Y}" in str(refused.value) or refused.value.instead


def test_the_list_has_a_row_for_each_edition(catalog):
    rows = catalog.list()
    keys = {"form", "edition", "title", "instrument", "from", "to", "status"}

    assert all(keys <= set(row) for row in rows)
    assert len(rows) == len(load_editions())


@pytest.mark.parametrize("edition", load_editions(), ids=lambda each: each.edition)
def test_no_two_editions_of_a_package_hold_on_the_same_day(edition):
    others = [
        other
        for other in load_editions()
        if other is not edition
        and (other.id, other.package) == (edition.id, edition.package)
    ]
    last = edition.to_day or date.max

    assert not [
        other
        for other in others
        if other.from_day <= last and edition.from_day <= (other.to_day or date.max)
    ]


@pytest.mark.parametrize("edition", load_editions(), ids=lambda each: each.edition)
def test_a_paper_that_was_not_seen_is_not_called_verified(edition):
    weak = {"R", "INF", "NF"}
    seen = [source.mark.value for source in edition.sources]

    if edition.status == "verified":
        assert "V" in seen
    elif edition.made_by == "citizen":
        assert edition.notice
    if weak & set(seen):
        assert edition.missing or edition.notice


def test_a_broken_edition_is_named_with_its_file(tmp_path):
    package = tmp_path / "vn-test"
    package.mkdir()
    (package / "F-BROKEN.yaml").write_text(
        "form: F-BROKEN\nused_by: [{package: a, from: 2026-01-01}]\n"
    )

    with pytest.raises(EditionInvalidError, match=r"F-BROKEN\.yaml"):
        load_editions(tmp_path)


def test_a_field_cannot_give_way_to_a_list_that_is_not_there():
    raw = load_editions()[0].model_dump(by_alias=True)
    raw["body"] = [{"id": "a", "caption": "Thửa", "overflow": {"to": "15b"}}]

    with pytest.raises(ValueError, match="overflow to no list: a"):
        FormEdition.model_validate(raw)


def test_a_line_that_is_shared_by_no_name_is_named_with_the_file(tmp_path):
    package = tmp_path / "vn-test"
    package.mkdir()
    (package / "F-BROKEN.yaml").write_text("form: F-BROKEN\nbody: [use: nothing]\n")

    with pytest.raises(EditionInvalidError, match=r"F-BROKEN\.yaml.*'nothing'"):
        load_editions(tmp_path)


def test_two_fields_may_not_share_an_id():
    raw = {
        "form": "F-TWICE",
        "edition": "test/F-TWICE",
        "package": "test",
        "title": ["Đơn"],
        "instrument": "thử",
        "sources": [],
        "from": "2026-01-01",
        "to": None,
        "status": "unverified",
        "made_by": "citizen",
        "layout": "application",
        "body": [{"id": "a", "caption": "Tên"}, {"id": "a", "caption": "Tên"}],
    }

    with pytest.raises(ValueError, match="used twice: a"):
        FormEdition.model_validate(raw)


def test_a_statement_of_the_citizen_cannot_be_bound_to_a_fact():
    with pytest.raises(ValueError, match="never bound"):
        FormField(id="a", bind="dispute.open", never_prefill="Chỉ công dân nói được.")
