"""Every form that Dắt prints is bound to facts that somebody can give."""

from pathlib import Path

from forms.loader import EDITIONS, bound_facts
from service.usecases.printed_forms import printed_forms
from workflows import lint


def test_no_form_is_bound_to_a_fact_that_nobody_can_give():
    report = lint.check(forms=printed_forms())

    assert [str(finding) for finding in report.errors] == []


def test_a_form_of_the_land_office_is_bound_to_what_its_file_names():
    root = EDITIONS.parent.parent
    bound = [each for each in bound_facts() if each.form == "F-RESULT-NOTICE"]

    assert {"land.parcel_no", "eligible.ground", "party[{party}].address"} <= {
        each.fact for each in bound
    }
    for each in bound:
        lines = Path(root, each.file).read_text("utf-8").split("\n")
        name = each.fact.removeprefix("party[{party}]")
        assert name in lines[each.line - 1]


def test_keys_of_the_items_of_a_list_are_no_facts():
    facts = {each.fact for each in bound_facts()}

    assert "land.parcels" in facts
    assert {"parcel_no", "row", "party[{party}]."}.isdisjoint(facts)
