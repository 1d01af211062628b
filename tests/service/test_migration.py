"""Running cases carried over to another edition: dry, audited, never guessed."""

import json

import pytest

from service.errors import InputError, NotAllowedError
from service.usecases.cases.decide import undo
from service.usecases.cases.migrate import administrator, migrate
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.outside.working import run_until_idle
from tests.factories import act, an_account, clerk, file_of, filed, row_of
from tests.service.test_linked_cases import at_the_tax_office
from workflows.packages import Edition

CLAUSE = {"instrument": "nd49-2026", "at": "Đ16", "mark": "V"}


def edition_like(file, change):
    """Return the edition of a case with a change to its JSON, as a later law would."""
    body = json.loads(file.edition.canonical_json())
    change(body)
    return Edition(json.dumps(body, ensure_ascii=False, separators=(",", ":")))


def renamed_state(old, new):
    def change(body):
        raw = body["procedures"]["notarize_contract"]
        text = json.dumps(raw, ensure_ascii=False).replace(f'"{old}"', f'"{new}"')
        body["procedures"]["notarize_contract"] = json.loads(text)

    return change


def clause(body, **rules):
    body["migrations"] = {
        "clause": {
            "from": "vn-66-2026",
            "why": "chuyển tiếp",
            "source": CLAUSE,
            "procedures": {"notarize_contract": rules},
        }
    }


@pytest.fixture
def boss(desk):
    an_account(desk, "boss", "Chị Quản", "administrator")
    return administrator(desk, "boss")


@pytest.fixture
def case(desk):
    matter = filed(desk)
    act(desk, clerk(desk, "notary"), matter.case, "accept")
    return matter.case


def leaf_of(desk, code):
    return file_of(desk, code).instance.configuration[0]


def test_a_dry_run_says_what_would_move_and_changes_nothing(desk, case):
    target = edition_like(
        file_of(desk, case), lambda body: body["head"].update(title="x")
    )
    before = row_of(desk, case)
    report = migrate(desk, "vn-66-2026", target)
    (judged,) = report.cases
    assert (judged.code, judged.verdict) == (case, "moves")
    assert not report.applied
    assert row_of(desk, case) == before


def test_an_applied_migration_stands_in_the_history_and_folds_to_the_row(
    desk, case, boss
):
    target = edition_like(
        file_of(desk, case), lambda body: body["head"].update(title="x")
    )
    before = row_of(desk, case)
    report = migrate(desk, "vn-66-2026", target, by=boss, basis="Điều 42 QĐ 1/2027")
    assert [each.verdict for each in report.cases] == ["moved"]
    after = row_of(desk, case)
    assert after.edition_digest == target.digest
    assert (after.version, after.instance) == (before.version + 1, before.instance)
    assert (after.appointment, after.due_on) == (before.appointment, before.due_on)
    with desk.database.reading() as uow:
        last = uow.cases.last_move("66", after.id)
    assert last.body["kind"] == "migrate"
    assert last.body["migration"]["basis"] == "Điều 42 QĐ 1/2027"
    assert last.body["actor"] == "Chị Quản"
    assert verify_audit(desk).ok


def test_a_case_goes_on_under_the_new_edition(desk, case, boss):
    old = leaf_of(desk, case)
    target = edition_like(file_of(desk, case), lambda b: None or later_state(b, old))
    migrate(desk, "vn-66-2026", target, by=boss, basis="Điều 42")
    assert leaf_of(desk, case) == f"{old}_anew"
    offers = file_of(desk, case).chart.offers(
        file_of(desk, case).instance,
        {"notary_office", "notary", "handling_office", "citizen", "receiving_office"},
        lookup=file_of(desk, case).lookup,
        papers=file_of(desk, case).papers(),
    )
    assert offers
    run_until_idle(desk)
    assert verify_audit(desk).ok
    assert row_of(desk, case).faults == 0


def later_state(body, old):
    renamed_state(old, f"{old}_anew")(body)
    clause(body, states={old: f"{old}_anew"})


def test_a_renamed_state_without_a_mapping_is_refused_and_nothing_moves(
    desk, case, boss
):
    old = leaf_of(desk, case)
    target = edition_like(file_of(desk, case), renamed_state(old, f"{old}_anew"))
    before = row_of(desk, case)
    report = migrate(desk, "vn-66-2026", target, by=boss, basis="Điều 42")
    assert not report.applied
    assert ("state", old) in {(gap.part, gap.name) for gap in report.lacking}
    (judged,) = report.cases
    assert judged.verdict == "refused"
    assert old in judged.reasons[0]
    assert row_of(desk, case) == before


def test_a_new_flag_needs_a_first_value_from_the_clause(desk, case):
    def flag(body, **rules):
        body["procedures"]["notarize_contract"].setdefault("flags", {})["posted"] = True
        clause(body, **rules)

    without = edition_like(file_of(desk, case), flag)
    report = migrate(desk, "vn-66-2026", without)
    assert {gap.part for gap in report.lacking} == {"new_flag"}
    given = edition_like(
        file_of(desk, case), lambda body: flag(body, begin={"posted": False})
    )
    report = migrate(desk, "vn-66-2026", given)
    assert (report.lacking, report.cases[0].verdict) == ((), "moves")


def test_a_clause_may_leave_cases_of_a_state_where_they_are(desk, case, boss):
    old = leaf_of(desk, case)
    target = edition_like(file_of(desk, case), lambda body: clause(body, stay=[old]))
    report = migrate(desk, "vn-66-2026", target, by=boss, basis="Điều 42")
    assert [each.verdict for each in report.cases] == ["stays"]
    assert row_of(desk, case).edition_digest != target.digest


def test_a_procedure_that_is_gone_is_refused(desk, case):
    target = edition_like(
        file_of(desk, case), lambda body: body["procedures"].pop("notarize_contract")
    )
    report = migrate(desk, "vn-66-2026", target)
    assert [gap.part for gap in report.lacking] == ["procedure"]
    assert [each.verdict for each in report.cases] == ["refused"]


def test_only_the_named_cases_are_moved(desk, case, boss):
    other = filed(desk).case
    target = edition_like(
        file_of(desk, case), lambda body: body["head"].update(title="x")
    )
    migrate(desk, "vn-66-2026", target, codes=[case], by=boss, basis="Điều 42")
    assert row_of(desk, case).edition_digest == target.digest
    assert row_of(desk, other).edition_digest != target.digest
    with pytest.raises(InputError, match="không phải hồ sơ"):
        migrate(desk, "vn-66-2026", target, codes=["no-such-code"])


def test_a_migration_cannot_be_taken_back_by_a_clerk(desk, case, boss):
    target = edition_like(
        file_of(desk, case), lambda body: body["head"].update(title="x")
    )
    migrate(desk, "vn-66-2026", target, by=boss, basis="Điều 42")
    with pytest.raises(NotAllowedError):
        undo(desk, clerk(desk, "notary"), case)
    assert row_of(desk, case).edition_digest == target.digest


def test_only_an_administrator_may_order_it(desk, case):
    with pytest.raises(InputError, match="--by"):
        administrator(desk, "nobody")


# --- terms, and what was renamed ------------------------------------------------------


def longer_term(**terms):
    """Return a change: the notary has five days more; the clause says about terms."""

    def change(body):
        for dated in body["parameters"]["notary.days"]["values"]:
            dated["value"] = {"n": 7, "unit": "working_day"}
        clause(body)
        body["migrations"]["clause"] |= terms

    return change


def test_a_promised_day_stays_unless_the_clause_has_it_reckoned_anew(desk, case, boss):
    promised = row_of(desk, case).due_on
    for terms, moves in (({}, False), ({"terms": "recompute"}, True)):
        target = edition_like(file_of(desk, case), longer_term(**terms))
        report = migrate(desk, "vn-66-2026", target, by=boss, basis="Điều 42")
        assert [each.verdict for each in report.cases] == ["moved"]
        assert (row_of(desk, case).due_on > promised) is moves
    assert verify_audit(desk).ok


def renamed_procedure(body):
    raw = body["procedures"].pop("notarize_contract")
    body["procedures"]["notarize_deed"] = raw | {"procedure": "notarize_deed"}


def test_a_case_of_a_renamed_procedure_goes_on_under_its_new_name(desk, case, boss):
    def change(body):
        renamed_procedure(body)
        clause(body, procedure="notarize_deed")

    target = edition_like(file_of(desk, case), change)
    migrate(desk, "vn-66-2026", target, by=boss, basis="Điều 42")
    assert row_of(desk, case).procedure == "notarize_deed"
    moved = file_of(desk, case)
    assert moved.procedure.procedure == "notarize_deed"
    act(desk, clerk(desk, "notary"), case, "verify")
    assert verify_audit(desk).ok


def renamed_fact(body):
    for section in ("procedures", "facts"):
        text = json.dumps(body[section], ensure_ascii=False)
        text = text.replace('"verification.what"', '"verification.subject"')
        body[section] = json.loads(text)


def test_a_renamed_fact_is_carried_over_with_what_was_entered(desk, case, boss):
    facts = {
        "verification.what": "chữ ký của bên cho",
        "letter.number": "9/VP",
        "letter.day": "2026-11-25",
    }
    act(desk, clerk(desk, "notary"), case, "verify", facts=facts)
    without = edition_like(file_of(desk, case), renamed_fact)
    report = migrate(desk, "vn-66-2026", without, by=boss, basis="Điều 42")
    assert {(gap.part, gap.name) for gap in report.lacking} == {
        ("fact", "verification.what")
    }
    assert [each.verdict for each in report.cases] == ["refused"]

    def change(body):
        renamed_fact(body)
        clause(body, facts={"verification.what": "verification.subject"})

    target = edition_like(file_of(desk, case), change)
    report = migrate(desk, "vn-66-2026", target, by=boss, basis="Điều 42")
    assert [each.verdict for each in report.cases] == ["moved"]
    own = file_of(desk, case).own_facts
    assert own["verification.subject"].value == "chữ ký của bên cho"
    assert verify_audit(desk).ok


# --- timers and linked cases ----------------------------------------------------------


@pytest.fixture
def asking(desk):
    """Return a case at the tax office that waits for the citizen, under a timer."""
    _, case, child = at_the_tax_office(desk)
    tax = clerk(desk, "tax")
    facts = {
        "exemption.claimed": True,
        "debt.requested": False,
        "sheet.asks_levy": False,
        "sheet.incomplete_for_tax": False,
    }
    act(desk, tax, child, "take_up", facts=facts)
    act(desk, tax, child, "ask_citizen")
    return case, child


def timer_of(desk, code):
    row = row_of(desk, code)
    with desk.database.reading() as uow:
        (timer,) = uow.queues.timers_of(row.tenant_id, row.id)
    return timer


def with_days(days):
    def change(body):
        for dated in body["parameters"]["tax.citizen_answer_days"]["values"]:
            dated["value"] = {"n": days, "unit": "working_day"}

    return change


def test_a_timer_is_armed_anew_from_the_day_on_which_it_was_armed(
    desk, desks, asking, boss
):
    case, child = asking
    before = timer_of(desk, child)
    desks.hour.later(days=1)
    target = edition_like(file_of(desk, child), with_days(60))
    report = migrate(desk, "vn-66-2026", target, by=boss, basis="Điều 42")
    moved = {each.code for each in report.cases if each.verdict == "moved"}
    assert {case, child} <= moved
    after = timer_of(desk, child)
    assert (after.state, after.event) == (before.state, before.event)
    assert after.due_at > before.due_at
    assert after.armed_seq == row_of(desk, child).version
    assert verify_audit(desk).ok


def test_a_timer_that_would_have_run_out_refuses_the_case_and_those_linked_to_it(
    desk, desks, asking, boss
):
    case, child = asking
    before = timer_of(desk, child)
    desks.hour.later(days=5)
    target = edition_like(file_of(desk, child), with_days(1))
    report = migrate(desk, "vn-66-2026", target, by=boss, basis="Điều 42")
    reasons = {each.code: each.reasons for each in report.cases}
    assert "hẹn giờ" in reasons[child][0]
    assert child in reasons[case][0]
    assert report.count("moved") == 0
    assert timer_of(desk, child) == before
