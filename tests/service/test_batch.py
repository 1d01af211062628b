"""Clerks take dossiers up, leads give them, and one action is done on many at once."""

import re

import pytest

from service.auth.accounts import NewAccount, add_account
from service.auth.actors import Actor
from service.auth.sessions import actor_of
from service.errors import (
    BadRequestError,
    ElsewhereError,
    HeldError,
    NotAllowedError,
    StaleVersionError,
)
from service.usecases.cases.approvals import waiting
from service.usecases.cases.case_offers import offers_of
from service.usecases.cases.claiming import assign, put_back, take_up
from service.usecases.cases.decide import raise_event
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.matter.submit_dossier import submit
from service.usecases.worklist.batch import batch_of, do_together
from service.usecases.worklist.deadline_board import deadline_board
from service.usecases.worklist.list_work import Wish, worklist
from tests.factories import PASSWORD, act, clerk, file_of, filed, finish, row_of
from tests.visitor import Visitor
from workflows.errors import EventNotExpectedError, FactsMissingError


def colleague(actor: Actor, name="binh") -> Actor:
    """Return another clerk of the same office."""
    return Actor(
        "clerk", name, actor.tenant, account_id=name, office_id=actor.office_id,
        office_name=actor.office_name, duties=actor.duties,
    )  # fmt: skip


def lead(actor: Actor) -> Actor:
    return Actor(
        "clerk", "Lead", actor.tenant, account_id="lead", office_id=actor.office_id,
        duties=frozenset({"lead"}),
    )  # fmt: skip


def refusals(done):
    return {each.case_code: type(each.refusal) for each in done if each.refusal}


# --- who has a case -------------------------------------------------------------------


def test_a_case_that_is_taken_up_is_held_for_a_while_and_then_free_again(desks):
    desk = desks.make()
    case = filed(desk).case
    an = clerk(desk, "notary")
    assert refusals(take_up(desk, an, [case])) == {}
    assert refusals(take_up(desk, an, [case])) == {}
    assert refusals(take_up(desk, colleague(an), [case])) == {case: HeldError}
    assert worklist(desk, an).rows[0].hold.own
    assert not worklist(desk, colleague(an), Wish("office")).rows[0].hold.own
    desks.hour.later(minutes=31)
    assert worklist(desk, an).rows[0].hold is None
    assert refusals(take_up(desk, colleague(an), [case])) == {}
    assert row_of(desk, case).assignee_id == an.account_id
    assert row_of(desk, case).version == 2


def test_a_colleague_may_take_a_case_all_the_same(desk):
    case = filed(desk).case
    an = clerk(desk, "notary")
    take_up(desk, an, [case])
    assert refusals(take_up(desk, colleague(an), [case], anyway=True)) == {}
    assert row_of(desk, case).held_by == "binh"


def test_what_a_clerk_takes_up_is_on_his_list_until_he_puts_it_back(desk):
    cases = [filed(desk).case for _ in range(3)]
    an = clerk(desk, "notary")
    take_up(desk, an, cases[:2])
    page = worklist(desk, an)
    assert (page.whose, page.mine.all, page.nobody.all) == ("mine", 2, 1)
    assert {row.case_code for row in page.rows} == set(cases[:2])
    put_back(desk, an, cases[:1])
    put_back(desk, colleague(an), cases[1:])
    page = worklist(desk, an)
    assert (page.mine.all, page.nobody.all) == (1, 2)
    left = worklist(desk, an, Wish("nobody")).rows
    assert {row.case_code for row in left} == {cases[0], cases[2]}
    assert verify_audit(desk).ok


def test_only_a_lead_gives_cases_and_only_to_a_clerk_of_the_office(desk):
    case = filed(desk).case
    signed_in(desk)
    with desk.database.reading() as uow:
        an = actor_of(uow, uow.people.account_by_name("an"))
    with pytest.raises(NotAllowedError):
        assign(desk, an, [case], an.account_id)
    with pytest.raises(BadRequestError):
        assign(desk, lead(an), [case], clerk(desk, "tax").account_id)
    assert refusals(assign(desk, lead(an), [case], an.account_id)) == {}
    assert worklist(desk, an).rows[0].assignee == an.name
    assert refusals(assign(desk, lead(an), [case], None)) == {}
    assert row_of(desk, case).assignee_id is None


def test_a_case_elsewhere_or_over_is_not_taken_up(desk):
    gift = filed(desk)
    assert refusals(take_up(desk, clerk(desk, "tax"), [gift.case])) == {
        gift.case: NotAllowedError
    }
    finish(desk, gift.citizen, gift.case)
    assert refusals(take_up(desk, clerk(desk, "notary"), [gift.case])) == {
        gift.case: ElsewhereError
    }


# --- one action on many ---------------------------------------------------------------


def test_one_action_is_done_on_all_and_each_has_its_own_result(desk):
    cases = [filed(desk).case for _ in range(4)]
    an = clerk(desk, "notary")
    raise_event(desk, an, cases[0], "accept")
    take_up(desk, colleague(an), [cases[1]])
    batch = batch_of(desk, an, cases)
    accept = next(each for each in batch.choices if each.event == "accept")
    assert accept.codes == set(cases[1:])
    seen = [(item.case_code, item.version) for item in batch.items]
    done = do_together(desk, an, "accept", seen, {}, key="k")
    assert {each.case_code for each in done if each.refusal is None} == set(cases[2:])
    assert isinstance(done[1].refusal, HeldError)
    assert done[0].refusal is not None
    assert [row_of(desk, case).version for case in cases] == [3, 2, 3, 3]
    assert verify_audit(desk).ok


def test_the_same_batch_twice_moves_no_case_twice(desk):
    cases = [filed(desk).case for _ in range(2)]
    an = clerk(desk, "notary")
    seen = [(case, 2) for case in cases]
    first = do_together(desk, an, "accept", seen, {}, key="k")
    second = do_together(desk, an, "accept", seen, {}, key="k")
    assert first == second
    assert [row_of(desk, case).version for case in cases] == [3, 3]


def test_a_case_that_moved_since_the_page_was_read_is_left_as_it_is(desk):
    cases = [filed(desk).case for _ in range(2)]
    an = clerk(desk, "notary")
    done = do_together(desk, an, "accept", [(cases[0], 1), (cases[1], 2)], {}, key="k")
    assert isinstance(done[0].refusal, StaleVersionError)
    assert done[1].refusal is None


def test_what_asks_for_a_look_at_each_case_is_not_offered_together(desk):
    gift = filed(desk)
    finish(desk, gift.citizen, gift.case)
    case = submit(desk, gift.citizen, gift.code, "register_gift", idempotency_key=None)
    finish(desk, gift.citizen, case)
    with desk.database.reading() as uow:
        child = file_of(desk, case).children[0].child_id
        tax_case = uow.cases.by_id("66", child).code
    officer = clerk(desk, "tax")
    act(desk, officer, tax_case, "take_up")
    offers = offers_of(officer, file_of(desk, tax_case))
    looked_at = {
        each.event
        for each in offers
        if each.warn
        or each.second_person
        or any(field.type == "lines" for field in each.fields)
    }
    together = {each.event for each in batch_of(desk, officer, [tax_case]).choices}
    assert "issue_notice" in looked_at
    assert not looked_at & together


def test_a_posted_action_that_must_be_done_case_by_case_is_refused(desk):
    case = filed(desk).case
    facts = {"refusal.reason": "x"}
    done = do_together(
        desk, clerk(desk, "notary"), "decline", [(case, 2)], facts, key="k"
    )
    assert isinstance(done[0].refusal, EventNotExpectedError)
    assert row_of(desk, case).version == 2


def test_a_posted_action_without_the_version_that_was_seen_does_no_more(desk):
    case = filed(desk).case
    notary = clerk(desk, "notary")
    facts = {"decline.reason": "x"}
    done = do_together(desk, notary, "decline", [(case, None)], facts, key="k")
    assert isinstance(done[0].refusal, EventNotExpectedError)
    assert waiting(desk, notary) == ()


def at_the_land_office(desk) -> str:
    gift = filed(desk)
    finish(desk, gift.citizen, gift.case)
    case = submit(desk, gift.citizen, gift.code, "register_gift", idempotency_key=None)
    act(desk, clerk(desk, "one-stop"), case, "accept")
    return case


def test_one_entry_serves_for_all_and_a_missing_one_is_refused_before_anything(desk):
    cases = [at_the_land_office(desk) for _ in range(2)]
    surveyor = clerk(desk, "land-branch")
    batch = batch_of(desk, surveyor, cases)
    asking = next(each for each in batch.choices if each.fields)
    seen = [(item.case_code, item.version) for item in batch.items]
    with pytest.raises(FactsMissingError):
        do_together(desk, surveyor, asking.event, seen, {}, key="k")
    assert [row_of(desk, case).version for case in cases] == [v for _, v in seen]
    entry = {
        field.key: "true" if field.type == "yes_no" else field.choices[0][0]
        for field in asking.fields
    }
    done = do_together(desk, surveyor, asking.event, seen, entry, key="k")
    assert [each.refusal for each in done] == [None, None]


# --- the pages ------------------------------------------------------------------------


def signed_in(desk, office="notary", duties=()) -> Visitor:
    """Return somebody at the pages who is a clerk of an office."""
    administrator = Actor("administrator", "admin", "66", account_id="admin")
    new = NewAccount("an", PASSWORD, "Chị An", "clerk", f"{office}-66", tuple(duties))
    add_account(desk, administrator, new, "account-an")
    made = Visitor(desk)
    made.desk = desk
    return made.signs_in("an", PASSWORD)


@pytest.fixture
def visitor(desk):
    """A clerk of the notary, on whose desk two dossiers wait."""
    for _ in range(2):
        filed(desk)
    return signed_in(desk)


def codes_on(page) -> list[str]:
    return re.findall(r'name="c" value="([^"]+)"', page.text)


def test_a_clerk_does_one_action_on_the_ticked_rows_by_pages_alone(visitor):
    visitor.opens("/can-bo?chon=het")
    codes = codes_on(visitor)
    assert visitor.text.count(" checked") == len(codes) > 0
    visitor.sends("/can-bo/hang-loat", c=codes)
    assert visitor.path == "/can-bo/hang-loat"
    link = re.search(r'href="(/can-bo/hang-loat\?[^"]*viec=accept[^"]*)"', visitor.text)
    visitor.opens(link[1].replace("&amp;", "&"))
    key = re.search(r'name="khoa" value="([^"]+)"', visitor.text)[1]
    ticked = codes_on(visitor)
    visitor.sends("/can-bo/hang-loat/lam", viec="accept", khoa=key, c=ticked)
    assert visitor.status == 200
    assert visitor.text.count("✓ đã làm") == len(ticked)


def test_nothing_ticked_is_said_on_the_list_itself(visitor):
    for path in ("hang-loat", "nhan-viec", "tra-viec"):
        visitor.opens("/can-bo").sends(f"/can-bo/{path}", ai="ca-co-quan")
        assert visitor.status == 422
        assert "Chưa chọn hồ sơ nào" in visitor.text


def test_taking_up_leads_back_to_the_same_list(visitor):
    code = codes_on(visitor.opens("/can-bo?ai=ca-co-quan"))[0]
    visitor.sends("/can-bo/nhan-viec", c=code, ai="ca-co-quan")
    assert visitor.status == 200
    assert "tôi đang làm" in visitor.text
    visitor.sends("/can-bo/giao-viec", c=code, nguoi="-")
    assert visitor.status == 403


def test_a_lead_gives_the_ticked_rows_and_is_told_when_nobody_is_named(desk):
    filed(desk)
    head = signed_in(desk, duties=["handle", "lead"])
    code = codes_on(head.opens("/can-bo?ai=ca-co-quan"))[0]
    head.sends("/can-bo/giao-viec", c=code, nguoi="", ai="ca-co-quan")
    assert head.status == 422
    assert "Hãy chọn một người" in head.text
    with desk.database.reading() as uow:
        own = uow.people.account_by_name("an").id
    head.sends("/can-bo/giao-viec", c=code, nguoi=own, ai="ca-co-quan")
    assert head.status == 200
    assert row_of(desk, code).assignee_id == own


def test_a_whole_code_opens_the_dossier_and_an_unknown_word_finds_none(visitor):
    code = codes_on(visitor.opens("/can-bo?ai=ca-co-quan"))[0]
    assert visitor.opens(f"/can-bo/tim?q={code}").path == f"/can-bo/ho-so/{code}"
    assert "không có hồ sơ nào khớp" in visitor.opens("/can-bo/tim?q=xyz").text
    assert code in visitor.opens(f"/can-bo/tim?q={code[-5:]}").text


def test_the_board_counts_by_day_by_procedure_and_for_a_lead_by_clerk(desk):
    cases = [filed(desk).case for _ in range(3)]
    an = clerk(desk, "notary")
    raise_event(desk, an, cases[0], "accept")
    take_up(desk, an, cases[:1])
    plain, led = deadline_board(desk, an), deadline_board(desk, lead(an))
    due = row_of(desk, cases[0]).due_on.isoformat()
    column = due if due in {day.isoformat() for day in led.days} else "later"
    assert led.office.counts == {column: 1, "new": 2}
    assert [row.counts for row in led.procedures] == [led.office.counts]
    assert {row.id: row.total for row in led.clerks} == {"": 2, an.account_id: 1}
    assert plain.clerks == ()
    assert all(desk.calendar.is_working(day) for day in led.days)


def test_every_number_of_the_board_leads_to_as_many_dossiers(visitor):
    raise_event(
        visitor.desk, clerk(visitor.desk, "notary"), filed(visitor.desk).case, "accept"
    )
    visitor.opens("/can-bo/han-tra")
    numbers = re.findall(r'href="(/can-bo\?[^"]+)">(\d+)<', visitor.text)
    assert numbers
    for link, number in numbers:
        visitor.opens(link.replace("&amp;", "&"))
        assert len(codes_on(visitor)) == int(number), link


def test_an_act_on_a_case_that_a_colleague_took_up_is_warned_and_nothing_is_lost(
    visitor,
):
    desk = visitor.desk
    case = filed(desk).case
    place = f"/can-bo/ho-so/{case}"
    visitor.opens(f"{place}/viec/decline")
    (field,) = re.findall(r'name="(f-[^"]+)"', visitor.text)
    take_up(desk, colleague(clerk(desk, "notary")), [case])
    typed = {field: "Thiếu chữ ký", "phien-ban": "2", "khoa": "k"}
    visitor.sends(f"{place}/viec/decline", **typed)
    assert visitor.status == 409
    assert "một người khác đang làm hồ sơ này đến 9 giờ 30" in visitor.text
    assert "Thiếu chữ ký" in visitor.text
    assert row_of(desk, case).version == 2
    assert 'name="van-lam" value="1"' in visitor.text
    visitor.sends(f"{place}/viec/decline", **typed, **{"van-lam": "1"})
    assert visitor.status == 200
    assert row_of(desk, case).version == 3


def test_a_case_page_says_who_works_on_it_and_lets_one_take_it_all_the_same(visitor):
    desk = visitor.desk
    case = filed(desk).case
    place = f"/can-bo/ho-so/{case}"
    assert "Chưa ai nhận hồ sơ này" in visitor.opens(place).text
    take_up(desk, colleague(clerk(desk, "notary")), [case])
    assert "Vẫn nhận việc này" in visitor.opens(place).text
    visitor.sends("/can-bo/nhan-viec", c=case, **{"ho-so": case, "van-lam": "1"})
    assert visitor.path == place
    assert "Tôi đang làm hồ sơ này" in visitor.text
    visitor.sends("/can-bo/tra-viec", c=case, **{"ho-so": case})
    assert "Tôi đang làm hồ sơ này" not in visitor.text
