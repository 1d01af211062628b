"""A dossier filed away from the land: its days begin where it is decided."""

import re
from datetime import date, datetime, time, timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.auth.actors import Actor
from service.errors import BadRequestError, NotAllowedError
from service.persistence.rows import OfficeRow
from service.usecases.administration.office_kinds import office_kinds
from service.usecases.cases import clocks
from service.usecases.cases.filing_elsewhere import take_elsewhere
from service.usecases.cases.hand_overs import on_the_way
from service.usecases.matter.read_matter import matter_view
from service.usecases.matter.submit_dossier import open_step, submit
from service.usecases.outside.working import run_until_idle
from service.usecases.papers.fill_forms import case_paper
from service.usecases.sentences import DOSSIER_RECEIVED, NO_SUCH_DOSSIER
from tests.factories import PROVINCE, act, clerk, file_of, filed, finish, row_of
from tests.visitor import Visitor, at_the_counter_of
from tests.workflows.walking import charts_of, edition_of
from workflows.calendar import VIETNAM
from workflows.deadlines import ClockMove, ledger, receive
from workflows.definition import Length
from workflows.loader import load_calendar
from workflows.statechart import Event, Papers

STEP = "register_gift"
FAR, NEAR = "far-66", "one-stop-66"
CALENDAR = load_calendar()
CUTOFF = time(15)
PLAY = Length(n=8, unit="working_day")
DAYS = st.dates(date(2026, 8, 5), date(2027, 10, 30))
INSTANTS = st.builds(datetime.combine, DAYS, st.times(), st.just(VIETNAM))


def counter_for(desk, id_, name, communes):
    plays = list(office_kinds()["one_stop"].plays)
    with desk.database.transaction() as uow:
        uow.people.put_office(
            OfficeRow(PROVINCE, id_, "one_stop", plays, name, communes)
        )


@pytest.fixture
def gift(desk):
    """Return a gift of land in Buôn Ma Thuột, between that counter and another."""
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    counter_for(desk, NEAR, "Một cửa Buôn Ma Thuột", ["24133"])
    counter_for(desk, FAR, "Một cửa Ea Kao", ["24169"])
    return matter


def far(_desk=None, **changes) -> Actor:
    told = {
        "account_id": "far", "office_id": FAR, "office_name": "Một cửa Ea Kao",
        "office_kinds": frozenset(office_kinds()["one_stop"].plays),
        "duties": frozenset({"receive"}),
    }  # fmt: skip
    return Actor("clerk", "Chị Xa", PROVINCE, **(told | changes))


def taken(desk, gift) -> str:
    """Return the gift's dossier, handed in and accepted at the counter far away."""
    case = open_step(desk, gift.citizen, gift.code, STEP)
    assert take_elsewhere(desk, far(), case) == case
    act(desk, far(), case, "submit")
    act(desk, far(), case, "accept")
    return case


def receipts(desk, case):
    with desk.database.reading() as uow:
        row = uow.cases.by_code(case)
        found = uow.records.documents(row.tenant_id, row.id)
    return [each for each in found if each.form == "ONESTOP-01"]


def test_the_counter_of_another_place_takes_it_and_no_day_runs(desk, gift):
    case = taken(desk, gift)
    row = row_of(desk, case)
    assert (row.status, row.office_id) == (2, "land-branch-66")
    assert (row.received_at, row.appointment) == (None, None)
    (way,) = on_the_way(desk, far()).to_give
    assert (way.case_code, way.due_on) == (case, date(2026, 11, 25))
    run_until_idle(desk)
    assert len(receipts(desk, case)) == 1
    filled = case_paper(desk, far(), case, "ONESTOP-01").filled
    words = " ".join(each.blank_reason or "" for each in filled.blanks)
    assert "Thời hạn tính từ khi cơ quan giải quyết nhận hồ sơ" in words
    said = "".join(piece.text for piece in filled.by_id["3"].pieces)
    assert said.endswith("kể từ khi cơ quan có thẩm quyền nhận được hồ sơ")


def test_the_days_begin_where_it_is_decided_and_after_three_on_the_next_day(
    desk, desks, gift
):
    case = taken(desk, gift)
    desks.hour.later(days=1, hours=6, minutes=30)  # 15:30 on Thursday
    act(desk, clerk(desk, "land-branch"), case, "receive_forwarded")
    row = row_of(desk, case)
    assert row.received_at == desk.now()
    file = file_of(desk, case)
    found = clocks.main_ledger(file, clocks.moves_of(row.clock), desk.now())
    assert found.at(desk.now()).starts == date(2026, 11, 27)
    assert row.appointment is not None
    assert row.office_id == "land-branch-66"
    assert on_the_way(desk, far()).to_give == ()
    assert on_the_way(desk, clerk(desk, "land-branch")).to_take == ()
    with desk.database.reading() as uow:
        (way,) = uow.hand_overs.of_case(row.tenant_id, row.id)
    assert (way.from_office, way.taken_by) == (FAR, clerk(desk, "land-branch").name)
    run_until_idle(desk)
    assert len(receipts(desk, case)) == 2


def test_it_goes_on_like_any_other_and_the_result_waits_where_it_was_filed(desk, gift):
    case = taken(desk, gift)
    act(desk, clerk(desk, "land-branch"), case, "receive_forwarded")
    assert file_of(desk, case).instance.configuration == ("checking",)
    assert file_of(desk, case).offices["receiving_office"] == FAR


def test_the_citizen_sees_which_counter_took_it(desk, gift):
    taken(desk, gift)
    newest = matter_view(desk, gift.citizen, gift.code).access[0]
    assert (newest.what, newest.office_id) == ("take_elsewhere", FAR)


def test_a_dossier_taken_twice_is_taken_once(desk, gift):
    case = open_step(desk, gift.citizen, gift.code, STEP)
    for _ in range(2):
        assert take_elsewhere(desk, far(), case.lower()) == case
    noted = [row for row in file_of(desk, case).facts if row.key == "filing.elsewhere"]
    assert [row.value for row in noted] == [True]


def test_brought_back_to_the_counter_of_the_place_it_is_as_always(desk, gift):
    case = open_step(desk, gift.citizen, gift.code, STEP)
    take_elsewhere(desk, far(), case)
    take_elsewhere(desk, clerk(desk, "one-stop"), case)
    act(desk, clerk(desk, "one-stop"), case, "submit")
    act(desk, clerk(desk, "one-stop"), case, "accept")
    row = row_of(desk, case)
    assert row.received_at == desk.now()
    assert row.appointment is not None


def test_what_an_office_has_received_stays_there(desk, gift):
    case = submit(desk, gift.citizen, gift.code, STEP, idempotency_key=None)
    act(desk, clerk(desk, "one-stop"), case, "accept")
    for code, words in ((case, DOSSIER_RECEIVED), ("HS-0000", NO_SUCH_DOSSIER)):
        with pytest.raises(BadRequestError) as refused:
            take_elsewhere(desk, far(), code)
        assert refused.value.problems[0].text == words


def test_only_who_receives_at_a_counter_takes_a_dossier(desk, gift):
    case = open_step(desk, gift.citizen, gift.code, STEP)
    for who in (clerk(desk, "land-branch"), far(duties=frozenset({"sign"}))):
        with pytest.raises(NotAllowedError):
            take_elsewhere(desk, who, case)


def test_a_contract_is_not_filed_at_a_one_stop_shop(desk):
    matter = filed(desk)
    counter_for(desk, FAR, "Một cửa Ea Kao", ["24169"])
    with pytest.raises(BadRequestError):
        take_elsewhere(desk, far(), matter.case)


def test_land_of_which_nobody_knows_the_commune_is_filed_where_all_is_served(desk):
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    case = open_step(desk, matter.citizen, matter.code, STEP)
    assert take_elsewhere(desk, clerk(desk, "one-stop"), case) == case
    act(desk, clerk(desk, "one-stop"), case, "submit")
    act(desk, clerk(desk, "one-stop"), case, "accept")
    assert row_of(desk, case).received_at == desk.now()


# --- the pages ------------------------------------------------------------------------


def words_of(visitor) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", visitor.text)).split())


def test_a_clerk_takes_a_dossier_by_its_code_and_a_wrong_one_is_explained(desk, gift):
    case = open_step(desk, gift.citizen, gift.code, STEP)
    visitor = at_the_counter_of(desk, "far")
    visitor.opens("/can-bo/ban-giao")
    assert "chưa xác minh" in words_of(visitor)
    visitor.sends("/can-bo/ban-giao/noi-khac", ma="HS-1")
    assert visitor.status == 422
    assert NO_SUCH_DOSSIER in words_of(visitor)
    assert 'value="HS-1"' in visitor.text
    visitor.sends("/can-bo/ban-giao/noi-khac", ma=case)
    assert (visitor.status, visitor.path) == (200, f"/can-bo/ho-so/{case}")


def test_the_land_office_is_not_offered_what_a_counter_does(desk, gift):
    visitor = at_the_counter_of(desk, "land-branch").opens("/can-bo/ban-giao")
    assert "noi-khac" not in visitor.text


def test_a_citizen_chooses_the_counter_and_sees_when_the_days_begin(desk, desks, gift):
    visitor = Visitor(desk).reopens(gift.code, gift.pin)
    step = f"/ho-so/{gift.code}/buoc/{STEP}"
    visitor.opens(step)
    assert "Một cửa Ea Kao" in visitor.text
    papers = re.findall(r'name="co" value="([^"]+)"', visitor.text)
    fields = {"co": papers, "nop": "1", "khoa": "k" * 20}
    visitor.sends(step, quay="no-office", **fields)
    assert visitor.status == 422
    assert "quầy đã chọn" in words_of(visitor)
    assert visitor.text.count(" checked") == len(papers)
    visitor.sends(step, quay=FAR, **fields)
    assert visitor.status == 200
    (case,) = {
        row.case_code for row in matter_view(desk, gift.citizen, gift.code).steps
    } - {None, gift.case}
    assert row_of(desk, case).office_id == FAR
    counter = at_the_counter_of(desk, "far").opens(f"/can-bo/ho-so/{case}")
    assert counter.status == 200
    act(desk, far(), case, "accept")
    visitor.opens(f"/tra-cuu?ma={case}")
    assert "số ngày tính từ khi nơi đó nhận" in words_of(visitor)
    assert row_of(desk, case).appointment is None
    desks.hour.later(hours=1)
    act(desk, clerk(desk, "land-branch"), case, "receive_forwarded")
    assert row_of(desk, case).appointment is not None


# --- the rule -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chart():
    return charts_of(edition_of(PROVINCE))[STEP]


def moved(chart, instance, name, role, at, known):
    papers = Papers(frozenset(), frozenset(), originals_in=True)
    event = Event(name, at, "", role, {}, second="")
    return chart.step(instance, event, lookup=known.get, papers=papers)


@given(INSTANTS, st.timedeltas(timedelta(), timedelta(days=30)), st.booleans())
def test_the_days_begin_with_the_receipt_by_the_office_in_charge(
    chart, at, way, elsewhere
):
    known = {"filing.elsewhere": elsewhere}
    began = chart.start(lookup=known.get, at=at)
    submitted = moved(chart, began.after, "submit", "citizen", at, known)
    taken = moved(chart, submitted.after, "accept", "receiving_office", at, known)
    steps, received = [(at, taken)], at
    if elsewhere:
        received = at + way
        last = moved(
            chart, taken.after, "receive_forwarded", "handling_office", received, known
        )
        steps.append((received, last))
        assert not any(order.start for order in taken.clock)
    moves = [
        ClockMove(when, each.clock, (), None, lengths={"handling": PLAY})
        for when, each in steps
    ]
    found = ledger(moves, clock="handling", calendar=CALENDAR, cutoff=CUTOFF)
    assert found.at(received).starts == receive(received, CUTOFF, CALENDAR)
    if elsewhere and received > at:
        assert found.at(at) is None
