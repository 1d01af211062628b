"""One parcel becomes several: each goes its own way, to those who will hold it."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.workflows.matters import edition_of, graph_of, sample, the_places, told
from workflows.factgraph import FactGraph
from workflows.journey import plan
from workflows.liabilities import estimate
from workflows.loader import load_calendar, load_law
from workflows.situation import read

CALENDAR = load_calendar()
HEIRS = "inherit-and-divide"
HALF = "divide-and-sell-half"


def planned(raw):
    situation = told(raw)
    return plan(situation, edition_of(situation), CALENDAR)


def steps(made):
    return {step.id: step for step in made.steps}


def test_heirs_who_divide_the_land_register_each_parcel_side_by_side():
    made = steps(planned(sample(HEIRS)))
    an, others = (
        made["register_inheritance[an]"],
        made["register_inheritance[binh-chi]"],
    )

    assert an.procedure == others.procedure == "register_inheritance"
    assert an.starts == others.starts
    assert an.after == others.after
    assert an.after == ("notarize_estate_division",)
    assert made["notarize_estate_division"].after == ("split_parcel",)
    assert an.serves.holders == ("an",)
    assert others.serves.holders == ("binh", "chi")


def test_what_serves_every_parcel_stands_once():
    procedures = [step.procedure for step in planned(sample(HEIRS)).main_steps]

    assert procedures.count("notarize_estate_division") == 1
    assert procedures.count("split_parcel") == 1
    assert procedures.count("register_inheritance") == 2


def test_the_tax_office_is_asked_for_each_parcel_by_itself():
    made = steps(planned(sample(HEIRS)))

    for parcel in ("an", "binh-chi"):
        tax = made[f"assess_financial_obligation[{parcel}]"]
        assert tax.within == f"register_inheritance[{parcel}]"
        assert tax.serves.parcel == parcel


def test_those_who_hold_a_parcel_together_bring_their_agreement_and_one_alone_none():
    made = steps(planned(sample(HEIRS)))
    papers = {
        parcel: {p.id for p in made[f"register_inheritance[{parcel}]"].papers}
        for parcel in ("an", "binh-chi")
    }

    assert "one_certificate_agreement" in papers["binh-chi"]
    assert "one_certificate_agreement" not in papers["an"]


def test_a_step_for_one_of_several_parcels_says_whose_it_is():
    made = steps(planned(sample(HEIRS)))

    assert "Đinh Thị An" in made["register_inheritance[an]"].name.citizen
    assert "Chi" in made["register_inheritance[binh-chi]"].name.citizen


def test_the_half_that_is_sold_is_drawn_then_sold_then_registered():
    made = planned(sample(HALF))

    assert [step.id for step in made.main_steps] == [
        "split_parcel",
        "notarize_contract",
        "register_transfer",
    ]
    assert made.step("split_parcel").establishes == ("parcel.split_drawn",)
    assert made.step("register_transfer").serves.parcel == "ban"
    assert made.to_json()["steps"][2]["for"] == {
        "parcel": "ban",
        "holders": ["buyer"],
        "area_m2": "150",
    }


def test_two_buyers_sign_a_contract_each_and_each_is_followed_by_its_registration():
    raw = sample(HALF)
    second = {"id": "son", "role": "receiver", "full_name": "Võ Văn Sơn"}
    raw["parties"][2].pop("share")
    raw["parties"].append(second)
    raw["parcels"][1] = {
        "id": "hai",
        "holders": ["son"],
        "area_m2": "100",
        "answers": {"contract.price": 500_000_000},
    }
    made = steps(planned(raw))

    for parcel in ("ban", "hai"):
        assert made[f"register_transfer[{parcel}]"].after == (
            f"notarize_contract[{parcel}]",
        )
        contract = {p.id: p for p in made[f"register_transfer[{parcel}]"].papers}
        assert contract["contract"].step == f"notarize_contract[{parcel}]"


def test_without_parcels_nothing_changes():
    raw = sample(HALF)
    del raw["parcels"]
    with_parcels, without = planned(sample(HALF)), planned(raw)

    assert [s.id for s in with_parcels.steps] == [s.id for s in without.steps]
    assert all(step.serves is None for step in without.steps)


def test_a_dossier_of_a_parcel_sees_its_people_and_its_area():
    situation = told(sample(HEIRS)).of_parcel("binh-chi")
    graph = FactGraph(situation.facts(), edition_of(situation), situation.on)

    heirs = {p.id: p.share for p in situation.parties if p.role == "heir"}
    assert heirs == {"binh": Fraction(1, 2), "chi": Fraction(1, 2)}
    assert graph.value("value.area") == Decimal(180)
    assert graph.value("receivers.several") is True


def test_the_parcels_say_that_only_a_part_passes_and_how_much():
    raw = sample(HALF)
    del raw["answers"]["transfer.whole"]
    graph = graph_of(raw)

    assert graph.value("transfer.whole") is False
    assert graph.value("transfer.area_m2") == Decimal(150)


def test_the_owner_who_keeps_everything_in_two_parcels_passes_nothing():
    raw = sample(HALF)
    raw["goal"] = "divide_parcel"
    raw["parties"] = [{"id": "khoi", "role": "applicant", "full_name": "Đặng Văn Khôi"}]
    raw["relationships"] = []
    raw["parcels"] = [
        {"id": "mot", "holders": ["khoi"], "area_m2": "150"},
        {"id": "hai", "holders": ["khoi"], "area_m2": "150"},
    ]
    raw["answers"] = {"land.area_m2": "300", "certificate.in_hand": True}

    assert told(raw).passing == ()
    assert [step.id for step in planned(raw).main_steps] == ["split_parcel"]


def test_each_parcel_is_reckoned_by_itself_and_the_deed_of_the_estate_once():
    situation = told(sample(HEIRS))
    lines = estimate(situation, edition_of(situation)).lines
    fees = [line for line in lines if line.kind == "registration_fee"]

    assert sum(line.kind == "notary_fee" for line in lines) == 1
    assert {(line.payer, line.parcel) for line in fees} == {
        ("an", "an"),
        ("binh", "binh-chi"),
        ("chi", "binh-chi"),
    }


def test_the_money_of_the_parts_is_the_money_of_the_whole_where_it_grows_evenly():
    raw = sample(HEIRS)
    raw["relationships"] = []  # nobody is exempt
    raw["parties"][1]["share"] = "2/5"
    raw["parties"][2]["share"] = raw["parties"][3]["share"] = "3/10"
    apart = told(raw)
    del raw["parcels"]
    raw["answers"]["transfer.area_m2"] = "300"
    together = told(raw)

    def fees(situation):
        lines = estimate(situation, edition_of(situation)).lines
        return sum(x.amount for x in lines if x.kind == "registration_fee")

    assert fees(apart) == fees(together) > 0


def test_a_situation_with_parcels_comes_back_the_same_from_its_own_json():
    raw = sample(HEIRS)
    raw["parcels"][0]["answers"] = {"land.position": "Mặt tiền"}
    situation = told(raw)

    assert read(situation.to_json(), load_law(), the_places()) == situation


# --- the law of the day on which a step is filed --------------------------------------


@pytest.mark.parametrize("knows_later", [True, False])
def test_a_contract_signed_next_year_needs_the_papers_of_next_year(knows_later):
    raw = sample(HALF) | {"on": "2026-12-17"}
    situation = told(raw)
    law = load_law() if knows_later else None
    made = plan(situation, edition_of(situation), CALENDAR, editions=law)
    contract = made.step("notarize_contract")
    certificate = next(p for p in contract.papers if p.id == "certificate")

    assert contract.starts >= date(2027, 1, 1)
    assert ("electronic" in certificate.copy) is knows_later


def test_where_no_later_law_is_loaded_the_last_one_known_stays():
    raw = sample(HALF) | {"on": "2027-02-20"}
    situation = told(raw)
    made = plan(situation, edition_of(situation), CALENDAR, editions=load_law())

    assert made.duration.earliest_finish > date(2027, 2, 28)
    assert [step.id for step in made.main_steps][-1] == "register_transfer"
