"""Lào Cai's own decision of 28/6/2026: its days, forms, signers, papers and proofs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.workflows.matters import sample, the_law, the_places, told
from workflows.errors import NoPackageInForceError
from workflows.journey import plan
from workflows.loader import Sources, load_calendar, load_law, packages_folder
from workflows.packages import Edition
from workflows.parameters import length

LAO_CAI, BASELINE = "vn-15-qd47-2026", "vn-nd151-2025"
DAY = date(2026, 11, 24)
DECISION = "qd47-2026-lc"

# Working days of each procedure, as the decision has them (None: it does not say).
DAYS = {
    "change_land_use_purpose": 15,
    "extend_land_use_term": 15,
    "confirm_farm_land_term": 7,
    "register_transfer": 8,
    "register_gift": 8,
    "register_inheritance": 8,
    "register_farm_land_swap": 8,
    "update_personal_information": 4,
    "register_area_decrease": 10,
    "register_neighbour_rights": 5,
    "register_household_agreement": 8,
    "register_spouse_agreement": 8,
    "register_dispute_outcome": 8,
    "register_mortgage_enforcement": 8,
    "discharge_deferred_debt": 0,
    "discharge_lease_registration": 3,
    "register_purpose_change_without_permission": None,
    "register_private_enterprise": 8,
    "split_parcel": 12,
    "merge_parcels": 12,
    "reissue_lost_certificate": 10,
    "give_land_to_state": 8,
    "register_informal_transfer": 8,
    "correct_certificate": 8,
    "correct_first_certificate": 8,
    "revoke_wrong_certificate": 20,
    "issue_first_certificate": 20,
    "redetermine_residential_area": 20,
    "certify_remaining_area": 18,
    "register_area_change": 10,
    "register_uncertified_area_increase": 18,
    "certificate_for_land_consolidation": 15,
}
# The number on each form or drawing that people hand in.
FORMS = {
    "change_land_use_purpose": {"F-PURPOSE": "Mẫu số 02"},
    "extend_land_use_term": {"F-EXTEND": "Mẫu số 17"},
    "confirm_farm_land_term": {"F-AGRI-TERM": "Mẫu số 39"},
    "register_transfer": {"F-CHANGE": "Mẫu số 24", "split_drawing": "Mẫu số 28"},
    "update_personal_information": {"F-CHANGE": "Mẫu số 24"},
    "redetermine_residential_area": {"F-CHANGE": "Mẫu số 24"},
    "correct_certificate": {"F-CHANGE": "Mẫu số 24"},
    "exchange_certificate": {"F-CHANGE": "Mẫu số 24"},
    "reissue_lost_certificate": {"F-CHANGE": "Mẫu số 24"},
    "split_parcel": {"F-SPLIT": "Mẫu số 27", "split_drawing": "Mẫu số 28"},
    "merge_parcels": {"F-SPLIT": "Mẫu số 27", "split_drawing": "Mẫu số 28"},
    "issue_first_certificate": {
        "F-FIRST": "Mẫu số 21",
        "F-RESULT-NOTICE": "Mẫu số 22",
    },
    "certificate_for_land_consolidation": {
        "F-FIRST": "Mẫu số 21",
        "F-CHANGE": "Mẫu số 24",
    },
}


@pytest.fixture(scope="module")
def here() -> Edition:
    return the_law().package_edition(LAO_CAI, DAY)


def figure(edition: Edition, parameter: str, branch: str | None = None):
    return edition.parameter(parameter).at(DAY, branch=branch)


def days_of(edition: Edition, procedure: str, branch: str | None = None):
    term = edition.procedure(procedure).deadlines["handling"].length
    return figure(edition, term.param, branch)


@pytest.mark.parametrize(("procedure", "days"), DAYS.items())
def test_each_procedure_has_the_days_of_the_decision(here, procedure, days) -> None:
    found = days_of(here, procedure)

    if days is None:
        assert found.value is None
        assert "hỏi chi nhánh" in found.unknown
    else:
        assert length(found).model_dump() == {"n": days, "unit": "working_day"}
    assert found.source.instrument == DECISION


@pytest.mark.parametrize(
    ("procedure", "branch", "days"),
    [
        *(("exchange_certificate", reason, 5) for reason in "abcdeg"),
        ("exchange_certificate", "dd", 10),
        ("exchange_certificate", "h", 10),
        ("register_attached_asset", "new", 8),
        ("register_attached_asset", "change", 8),
    ],
)
def test_days_that_hang_on_the_case_are_of_the_decision(
    here, procedure, branch, days
) -> None:
    assert length(days_of(here, procedure, branch)).n == days


@pytest.mark.parametrize(
    ("parameter", "n", "unit"),
    [
        ("land.days.purpose_land_agency", 12, "working_day"),
        ("land.days.purpose_decision", 3, "working_day"),
        ("land.days.first_certificate", 17, "working_day"),
        ("land.days.first_issue", 3, "working_day"),
        ("land.days.reissue_after_revocation", 20, "working_day"),
        ("land.days.surveyor", 5, "working_day"),
        ("land.posting_days", 15, "day"),
        ("land.first_posting_days", 15, "day"),
        ("land.seller_notice_days", 30, "day"),
        ("land.difficult_area_addon", 10, "day"),
    ],
)
def test_shares_of_a_term_postings_and_notices_are_of_the_decision(
    here, parameter, n, unit
) -> None:
    found = figure(here, parameter)

    assert length(found).model_dump() == {"n": n, "unit": unit}
    assert found.source.instrument == DECISION


@pytest.mark.parametrize(("procedure", "numbers"), FORMS.items())
def test_each_form_bears_the_number_of_the_province(here, procedure, numbers) -> None:
    papers = here.procedure(procedure).papers_in

    found = {p.id: p.edition.number for p in papers if p.id in numbers and p.edition}

    assert found == numbers


@pytest.mark.parametrize(
    "procedure", ["change_land_use_purpose", "extend_land_use_term"]
)
def test_the_chairman_of_the_commune_decides_and_signs(here, procedure) -> None:
    found = here.procedure(procedure)
    decider = found.competence["deciding_office"]
    signer = found.chart.states["certifying"].states["cert_new"].owner

    assert decider.office == "commune_chair"
    assert decider.source.instrument == "qd40-2026-lc"
    assert signer == "deciding_office"
    elsewhere = the_law().package_edition(BASELINE, DAY).procedure(procedure)
    assert elsewhere.competence["deciding_office"].office == "permitting_authority"


def test_heirs_of_land_without_a_certificate_need_no_notary(here) -> None:
    papers = here.procedure("issue_first_certificate").papers_in
    paper = next(each for each in papers if each.id == "heirs_commitment")

    assert paper.source.at == "Đ34.1.1.c"
    assert "không phải công chứng" in here.papers["heirs_commitment"].get_it


def test_the_office_draws_where_nobody_brings_a_drawing(here) -> None:
    papers = here.procedure("split_parcel").papers_in
    drawing = next(each for each in papers if each.id == "split_drawing")

    assert drawing.when is not None
    assert "handling_office" in drawing.made_by


def test_three_proofs_open_the_gate_of_the_money(here) -> None:
    raw = here.raw("procedures")["register_transfer"]

    lists = {
        record["one_of"]["list"]
        for event in _named(raw, "accept_proof", "accept_written_proof")
        for record in event["records"]
        if isinstance(record, dict)
    }

    assert lists == {"obligation_proofs_lao_cai"}
    proofs = here.lists["obligation_proofs_lao_cai"]
    assert list(proofs) == ["linked_data", "payment_voucher", "proof_paper"]


def test_land_rented_by_the_year_has_its_lease_signed_before_the_certificate(
    here,
) -> None:
    working = here.procedure("register_transfer").chart.states["open"].states["working"]
    choice = working.states["lease_choice"].always

    assert [line.to for line in choice] == ["lease_signing", "concluding"]
    assert working.states["preparing"].events["done.preparing"][0].to == "lease_choice"
    assert working.states["lease_signing"].owner == "lease_office"


def test_no_line_of_a_land_procedure_rests_on_the_annex_that_was_repealed(here) -> None:
    kept = ("PL I, Phần VI", "PL I, Phần V, C.III k4")
    cited = {
        (name, source["at"])
        for name, raw in here.raw("procedures").items()
        if raw["package"] == BASELINE
        for source in _sources(raw)
        if source["instrument"] == "nd151-2025" and source["mark"] != "R"
    }

    assert {each for each in cited if not each[1].startswith(kept)} == set()


def test_a_step_not_seen_in_the_decision_names_the_step_it_follows(here) -> None:
    for raw in here.raw("procedures").values():
        for source in _sources(raw):
            if source["instrument"] == DECISION and source["mark"] == "INF":
                assert source["modelled_on"]["instrument"] == "nd151-2025"


def test_every_row_of_the_concordance_is_met_by_what_is_inherited() -> None:
    sources = Sources(packages_folder(None))
    selection = load_law().select(LAO_CAI, DAY)

    assert sources.assemble(selection).unmet == []


def test_a_dossier_of_before_the_decision_is_not_under_it() -> None:
    with pytest.raises(NoPackageInForceError):
        the_law().edition("15", date(2026, 6, 27))


def test_running_cases_are_not_carried_over_to_the_decision(here) -> None:
    assert here.raw("migrations") == {}


@pytest.mark.parametrize(
    ("goal", "last"),
    [
        ("sell", "register_transfer"),
        ("inherit", "register_inheritance"),
        ("divide-parcel", "split_parcel"),
        ("first-certificate", "issue_first_certificate"),
        ("change-land-use-purpose", "change_land_use_purpose"),
        ("extend-land-use-term", "extend_land_use_term"),
        ("replace-lost-certificate", "reissue_lost_certificate"),
        ("add-spouse", "exchange_certificate"),
        ("confirm-farm-land-term", "confirm_farm_land_term"),
        ("request-land-data", "supply_land_data"),
        ("settle-dispute", "mediate_dispute"),
    ],
)
def test_goals_are_planned_in_lao_cai_too(here, goal, last) -> None:
    raw = sample(f"goals/{goal}") | {"province": "15"}
    del raw["commune"]

    made = plan(
        told(raw), here, load_calendar(), branches=the_places(), editions=the_law()
    )

    assert made.main_steps[-1].procedure == last


# The points of LDD Đ133.1 that know the thirty days (Đ133.3).
POINTS = frozenset("abiklmq")


def test_thirty_days_run_only_for_the_points_that_know_them(here) -> None:
    found = {}
    for name, procedure in here.procedures.items():
        duty = procedure.deadlines.get("citizen_duty")
        if duty is not None and "Đ133.1" in duty.source.at:
            letters = duty.source.at.split("Đ133.1.")[1:]
            found[name] = {letter[0] for letter in letters}

    assert found
    assert all(letters <= POINTS for letters in found.values())
    for without in ("exchange_certificate", "reissue_lost_certificate"):
        assert "citizen_duty" not in here.procedure(without).deadlines


@pytest.mark.parametrize("ground", ["b", "c", "d", "dd", "e", "g"])
def test_a_stop_that_needs_a_letter_has_it_and_ends(here, ground) -> None:
    item = here.raw("lists")["registration_stop_grounds"][ground]

    assert item["resumable"] is True
    assert item["document"] is not None


@pytest.mark.parametrize("ground", ["a", "h", "i"])
def test_a_ground_that_refuses_needs_no_letter_and_does_not_end(here, ground) -> None:
    item = here.raw("lists")["registration_stop_grounds"][ground]

    assert item["resumable"] is False
    assert item["document"] is None


def _sources(node: object) -> Iterator[dict]:
    if isinstance(node, dict):
        if {"instrument", "at", "mark"} <= node.keys():
            yield node
            return
        for part in node.values():
            yield from _sources(part)
    elif isinstance(node, list):
        for part in node:
            yield from _sources(part)


def _named(node: object, *names: str) -> Iterator[dict]:
    if isinstance(node, dict):
        for key, part in node.items():
            if key in names:
                yield from part if isinstance(part, list) else [part]
            else:
                yield from _named(part, *names)
    elif isinstance(node, list):
        for part in node:
            yield from _named(part, *names)
