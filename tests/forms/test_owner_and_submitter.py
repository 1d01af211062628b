"""Who owns and who brings the dossier are two persons on every form that has both."""

import pytest

from forms import prefill
from forms.definition import Compose, Table
from forms.loader import load_editions
from tests.forms.papers import edition
from tests.forms.samples import PROVENANCE, TYPICAL

BRINGS = {
    "party[tam].role": "submitter",
    "party[tam].full_name": "Trần Văn Tám",
    "party[tam].birth_date": "1990-04-05",
    "party[tam].person_id": "066090000111",
    "party[tam].address": "Thôn Người Nộp, xã Ea Kao, tỉnh Đắk Lắk",
    "party[tam].phone": "0905000999",
    "party[tam].email": "tam@vidu.vn",
    "party[tam].tax_code": "0987654321",
}
TOLD = {
    key: value for key, value in TYPICAL.items() if not key.startswith("party[uyquyen]")
} | BRINGS
OF_THE_SUBMITTER = (
    "Trần Văn Tám", "066090000111", "Thôn Người Nộp", "0905000999", "tam@vidu.vn",
    "0987654321", "05/04/1990",
)  # fmt: skip
WALKED = load_editions()


def submitters(form):
    """The names of a form that may mean who brings the dossier."""
    return {
        name
        for name, people in form.people.items()
        for roles in (
            people.roles.values() if isinstance(people.roles, dict) else (people.roles,)
        )
        if "submitter" in roles
    }


def persons_of(form):
    """For each field and column, the names of persons that it is bound to."""
    found = {}

    def note(id_, *binds, table=None):
        for bind in binds:
            if isinstance(bind, Compose):
                found.setdefault(id_, set()).add(bind.each or table)
                parts = [part.text for part in bind.parts]
                names = {
                    name
                    for name in form.people
                    for text in parts
                    if "{" + name + "." in text
                }
                found[id_] |= names
            elif isinstance(bind, str):
                name = table if bind.startswith(".") else bind.partition(".")[0]
                found.setdefault(id_, set()).add(name)

    for field in form.fields():
        note(field.id, field.bind, field.or_bind)
    for block in form.body:
        if isinstance(block, Table):
            for column in block.columns:
                note(column.id, column.bind, column.or_bind, table=block.people)
    return found


@pytest.mark.parametrize("form", WALKED, ids=lambda each: each.edition)
def test_nothing_of_the_submitter_stands_where_the_owner_is_asked(form):
    paper = prefill.fill(form, TOLD, PROVENANCE)
    persons = persons_of(form)

    for field in paper.fields:
        if persons.get(field.id.partition("#")[0], set()) & submitters(form):
            continue
        for value in OF_THE_SUBMITTER:
            assert value not in str(field.value), field


@pytest.mark.parametrize(
    "form", [each for each in WALKED if submitters(each)], ids=lambda each: each.edition
)
def test_without_a_submitter_a_form_names_nobody_as_one(form):
    alone = {
        key: value for key, value in TOLD.items() if not key.startswith("party[tam]")
    }
    paper = prefill.fill(form, alone, PROVENANCE)

    for field in paper.fields:
        for value in OF_THE_SUBMITTER:
            assert value not in str(field.value), field


def test_the_receipt_has_the_owner_and_who_brings_it_side_by_side():
    paper = prefill.fill(edition("ONESTOP-01"), TOLD, PROVENANCE)

    assert paper.by_id["submitter"].value == "Trần Văn Tám"
    assert "Lê Thị Hoa" in paper.by_id["owner"].value
    assert "0905000456" in paper.by_id["phone"].value
    assert "hoa@vidu.vn" in paper.by_id["email"].value


def test_without_a_submitter_the_receipt_says_that_nobody_has_that_part():
    alone = {key: value for key, value in TYPICAL.items() if "party[tam]" not in key}

    blank = prefill.fill(edition("ONESTOP-01"), alone, PROVENANCE).by_id["submitter"]

    assert blank.value is None
    assert "không có người" in blank.blank_reason


def test_a_mandate_has_a_number_only_with_a_mandatary():
    told = TOLD | {"mandate.number": "77/2026", "mandate.date": "2026-11-01"}
    declared = told | {
        "party[ba].role": "mandatary", "party[ba].full_name": "Phạm Thị Ba",
    }  # fmt: skip

    without = prefill.fill(edition("TAX-03-BDS-TNCN"), told, PROVENANCE)
    with_one = prefill.fill(edition("TAX-03-BDS-TNCN"), declared, PROVENANCE)

    assert without.by_id["07.no"].value is None
    assert without.by_id["07.date"].value is None
    assert without.by_id["05"].value is None
    assert with_one.by_id["07.no"].value == "77/2026"
    assert with_one.by_id["05"].value == "Phạm Thị Ba"
