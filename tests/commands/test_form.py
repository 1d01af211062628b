"""``dat form``: each form from the situation that fits it, and empty."""

import pypdfium2
import pytest

from forms.catalog import Catalog
from tests.commands.conftest import SITUATIONS

GIFT = "gift-to-daughter.json"
# Whose matter a form belongs to, where that is not a gift.
FITTING = {
    "F-AGRI-TERM": "goals/confirm-farm-land-term.json",
    "F-DATA": "goals/request-land-data.json",
    "F-EXTEND": "goals/extend-land-use-term.json",
    "F-FIRST": "first-certificate.json",
    "F-MORTGAGE": "goals/mortgage-land.json",
    "F-MORTGAGE-DISCHARGE": "goals/discharge-mortgage.json",
    "F-PUBLIC-LIST": "first-certificate.json",
    "F-PURPOSE": "garden-to-residential.json",
    "F-RESULT-NOTICE": "first-certificate.json",
    "F-SLIP-GRANT": "first-certificate.json",
    "F-SPLIT": "goals/divide-parcel.json",
    "TAX-NOTICE-LEVY": "garden-to-residential.json",
}


@pytest.mark.parametrize("form", Catalog.load().ids())
def test_each_form_is_filled_from_the_situation_that_fits_it(form, dat, tmp_path):
    paper = tmp_path / "x.pdf"

    answer = dat("form", form, SITUATIONS / FITTING.get(form, GIFT), "-o", paper)

    assert answer.code == 0, answer.err
    assert len(pypdfium2.PdfDocument(paper)) > 0
    assert str(paper) in answer.out


@pytest.mark.parametrize("form", Catalog.load().ids())
def test_each_form_is_printed_empty(form, dat, tmp_path):
    paper = tmp_path / "b.pdf"

    answer = dat("form", form, "--blank", "-o", paper)

    assert answer.code == 0, answer.err
    assert len(pypdfium2.PdfDocument(paper)) > 0


@pytest.mark.parametrize("older", ["04/TK-SDDPNN", "TAX-04-SDDPNN"])
def test_a_form_that_took_the_place_of_another_says_why(older, dat, tmp_path):
    paper = tmp_path / "x.pdf"

    told = dat("form", older, SITUATIONS / GIFT, "-o", paper).out
    own = dat("form", "TAX-01-SDDPNN", SITUATIONS / GIFT, "-o", paper).out

    assert "01/TK-SDDPNN" in told
    assert "In thay cho mẫu được hỏi: Mẫu 04/TK-SDDPNN không còn" in told
    assert "In thay cho" not in own
