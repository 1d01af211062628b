"""What an office writes down: in the right shape, by the right person, in its day."""

from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import BadRequestError, NotAllowedError
from service.usecases.cases.casefile import ORIGINALS
from service.usecases.cases.decide import raise_event
from service.usecases.matter.submit_dossier import submit
from service.usecases.outside.working import run_until_idle
from service.usecases.playing.demo import seed_people
from tests.conftest import the_law
from tests.factories import GIFT, act, clerk, file_of, filed, finish, row_of
from tests.service.test_faults import TAKEN, visitor_of
from tests.service.test_linked_cases import SALE, at_the_tax_office
from workflows import shapes

ESTATE = GIFT | {
    "goal": "inherit",
    "parties": [
        {"id": "father", "role": "deceased", "share": "1"},
        {"id": "hoa", "role": "heir", "share": "1"},
    ],
    "relationships": [{"between": ["father", "hoa"], "kind": "birth_parent_child"}],
}
NEW_CERTIFICATE = {
    "certificate.serial_no": "AA 00000123",
    "certificate.book_no": "CN 1",
}
POSTED = {"posting.place": "Trụ sở phường", "posting.first_day": "2026-11-20"}


def test_every_example_of_a_number_that_the_law_shows_has_its_own_shape():
    edition = the_law().edition("66", date(2026, 11, 25))
    for key, spec in edition.facts.items():
        if spec.shape is not None:
            assert shapes.problem(spec.shape, str(spec.example)) is None, key


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("new_certificate_serial", "BN 600374"),
        ("new_certificate_serial", "AA 0912232"),
        ("book_no", "?"),
        ("book_no", "chưa có"),
        ("notarial_number", "chưa vào sổ"),
        ("letter_number", "công văn của tòa"),
        ("letter_number", "15"),
        ("sheet_number", "chưa có"),
        ("hour", "24:00"),
        ("hour", "10h15"),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_an_example(kind, typed):
    said = shapes.problem(kind, typed)
    assert said is not None
    assert shapes.load_shapes().shapes[kind].example in said


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("new_certificate_serial", "AA 09122325"),
        ("new_certificate_serial", "AA09122325"),
        ("book_no", "CN 653"),
        ("book_no", "CS01234"),
        ("notarial_number", "1234, quyển số 01/2026 TP/CC-SCC/HĐGD"),
        ("letter_number", "15/TB-TA ngày 02/12/2026"),
        ("letter_number", "1021/QĐ-UBND"),
        ("sheet_number", "01/2026/TĐ"),
        ("hour", "9:05"),
    ],
)
def test_a_number_as_offices_write_it_is_taken(kind, typed):
    assert shapes.problem(kind, typed) is None


@given(st.integers(0, 9999999), st.integers(2000, 2100))
def test_every_number_with_its_year_is_a_notarial_number(number, year):
    assert shapes.problem("notarial_number", f"{number}/{year}") is None
    assert shapes.problem("letter_number", f"{number}/QĐ-UBND") is None


def drafted(desk):
    """Bring a gift to the desk where its certificate is to be signed."""
    gift = filed(desk)
    finish(desk, gift.citizen, gift.case)
    case = submit(desk, gift.citizen, gift.code, "register_gift", idempotency_key=None)
    act(desk, clerk(desk, "one-stop"), case, "accept")
    land = clerk(desk, "land-branch")
    facts = {"map.measure_needed": False, "obligation.none": True}
    facts |= {"certificate.new_issued": True}
    act(desk, land, case, "conditions_met", facts=facts)
    act(desk, land, case, "propose")
    run_until_idle(desk)
    return case


def test_a_certificate_is_signed_by_the_office_that_signs_and_by_nobody_else(desk):
    seed_people(desk)
    case = drafted(desk)
    before = row_of(desk, case).version
    for name in ("motcua", "thue", "congchung"):
        visitor = visitor_of(desk, name).opens("/can-bo")
        path = f"/can-bo/ho-so/{case}/viec/sign_certificate"
        assert visitor.sends(path).status == 403
    assert row_of(desk, case).version == before


def test_a_clerk_who_does_not_sign_cannot_sign_for_his_own_office(desk):
    case = drafted(desk)
    land = clerk(desk, "land-branch")
    drafter = replace(land, duties=frozenset({"receive", "handle"}))
    with pytest.raises(NotAllowedError):
        act(desk, drafter, case, "sign_certificate", facts=NEW_CERTIFICATE)
    act(desk, land, case, "sign_certificate", facts=NEW_CERTIFICATE)


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({"certificate.serial_no": "BN 600374"}, "certificate.serial_no"),
        ({"certificate.book_no": "?"}, "certificate.book_no"),
    ],
)
def test_a_new_certificate_is_recorded_by_numbers_that_can_be(desk, facts, key):
    case = drafted(desk)
    right = {"certificate.serial_no": "AA 00000123", "certificate.book_no": "CN 1"}
    with pytest.raises(BadRequestError) as refused:
        raise_event(
            desk, clerk(desk, "land-branch"), case, "sign_certificate",
            facts=right | facts,
        )  # fmt: skip
    assert [problem.key for problem in refused.value.problems] == [key]


def test_a_posting_counts_from_the_day_on_which_it_was_hung(desk, desks):
    estate = filed(desk, ESTATE, "notarize_estate_division")
    act(desk, clerk(desk, "notary"), estate.case, "accept")
    act(desk, clerk(desk, "notary"), estate.case, "send_notice")
    act(desk, clerk(desk, "commune"), estate.case, "posted", facts=POSTED)
    (timer,) = timers(desk, estate.case)
    # 20 November and fifteen days is Saturday 5 December; so Monday the 7th, midnight.
    assert timer.due_at.isoformat() == "2026-12-07T17:00:00+00:00"
    desks.hour.now = timer.due_at
    run_until_idle(desk)
    assert "confirmed" in events(desk, estate.case)


def events(desk, case):
    file = file_of(desk, case)
    return {
        name
        for state in file.chart.active(file.instance)
        for name in file.chart.state(state).events
    }


def timers(desk, case):
    row = row_of(desk, case)
    with desk.database.reading() as uow:
        return uow.queues.timers_of(row.tenant_id, row.id)


def test_a_sheet_that_is_corrected_while_the_tax_office_works_makes_old_answers_stale(
    desk,
):
    _, case, child = at_the_tax_office(desk, SALE, "register_transfer")
    land, tax = clerk(desk, "land-branch"), clerk(desk, "tax")
    act(desk, tax, child, "take_up", facts=TAKEN)
    act(desk, tax, child, "issue_notice")
    what = {"correction.what": "Vị trí 2, không phải vị trí 1"}
    act(desk, land, case, "correct_sheet", facts=what)
    run_until_idle(desk)

    assert row_of(desk, case).stop_reason == "tax_determination"
    assert "reassess" in events(desk, child)
    act(desk, tax, child, "reassess")
    act(desk, tax, child, "adjust_notice")
    run_until_idle(desk)
    assert row_of(desk, case).stop_reason == "citizen_payment"


def test_what_is_due_follows_from_the_lines_of_the_notice(desk):
    _, _, child = at_the_tax_office(desk, SALE, "register_transfer")
    tax = clerk(desk, "tax")
    act(desk, tax, child, "take_up", facts=TAKEN)
    lines = "registration_fee; receiver; 5.000.000"
    facts = {"notice.number": "0123/TB-TCS", "notice.lines": lines}
    raise_event(desk, tax, child, "issue_notice", facts=facts, papers=[ORIGINALS])

    known = file_of(desk, child).own_facts
    told = {key: known[key].value for key in known if key.endswith(".due")}
    assert told == {
        "pit.due": False,
        "registration_fee.due": True,
        "land_use_levy.due": False,
    }


def test_the_slip_says_what_the_land_office_wrote_for_it(desk):
    gift = filed(desk)
    finish(desk, gift.citizen, gift.case)
    case = submit(desk, gift.citizen, gift.code, "register_gift", idempotency_key=None)
    act(desk, clerk(desk, "one-stop"), case, "accept")
    land = clerk(desk, "land-branch")
    told = {"slip.number": "12", "land.street": "Mạc Thị Bưởi", "land.tenure": ""}
    raise_event(desk, land, case, "complete_slip", facts=told)
    act(desk, land, case, "conditions_met")
    run_until_idle(desk)

    row = row_of(desk, case)
    with desk.database.reading() as uow:
        slip = next(
            paper
            for paper in uow.records.documents(row.tenant_id, row.id)
            if paper.form == "F-SLIP-TRANSFER"
        )
        _, content = uow.records.document(row.tenant_id, slip.id)
    pages = pypdfium2.PdfDocument(content)
    words = " ".join(page.get_textpage().get_text_range() for page in pages)
    assert "Số: 12 /PCTT" in " ".join(words.split())
    assert "Đường: Mạc Thị Bưởi" in " ".join(words.split())
