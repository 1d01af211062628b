"""Every form that Dắt prints is bound to facts that somebody can give."""

from pathlib import Path

from forms.catalog import Catalog
from forms.loader import EDITIONS, bound_facts
from service.usecases.papers.paper_facts import matter_facts
from service.usecases.papers.printed_forms import printed_forms
from tests.workflows.matters import TODAY, a_matter, edition_of, graph_of, told
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


def test_the_return_names_as_exempt_only_who_is_related_to_the_other_side():
    raw = a_matter(takers=("binh", "hoa"))
    raw["relationships"][0]["kind"] = "none"
    graph = graph_of(raw)
    law = edition_of(told(raw))
    form = Catalog.load().edition("TAX-03-BDS-TNCN", law.chain, TODAY)

    facts = matter_facts(graph, law, form)

    assert "party[binh].exemption_reason" not in facts.values
    assert facts.values["party[hoa].exemption_reason"]
    assert "Đ18.1" in facts.where["party[hoa].exemption_reason"]


def test_of_a_sale_the_one_who_sells_is_exempt():
    reasons = graph_of(a_matter("sell", contract__price=1_000_000_000)).value(
        "exemption.reasons_of_payers"
    )

    assert set(reasons) == {"father"}
