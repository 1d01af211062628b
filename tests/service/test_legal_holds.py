"""A matter that must stay as it is: two say so, nothing goes, the person reads why."""

from dataclasses import replace

import pytest

from service.errors import BadRequestError, NotAllowedError
from service.persistence.paper_checks import PaperCheckRow
from service.usecases.custody.erase_matter import erase_matter
from service.usecases.custody.export_data import export_matter
from service.usecases.custody.legal_holds import (
    Deed,
    OnHoldError,
    Wanted,
    ask_hold,
    decide_hold,
    holds,
)
from service.usecases.custody.rights_requests import (
    ask,
    one_request,
    open_requests,
    settle,
)
from service.usecases.papers.check_papers import deleted_on
from service.usecases.papers.paper_photos import sweep_photos
from tests.factories import ADMINISTRATOR, a_matter, clerk, filed
from tests.visitor import Visitor

OTHER = replace(ADMINISTRATOR, name="Chị Hai", account_id="admin-2")
UNTIL = "2027-06-30"


def wanted(code, **changes):
    return replace(Wanted(code, "Vụ án số 7", "12/CV-TA", UNTIL), **changes)


def on_hold(desk, code):
    id_ = ask_hold(desk, ADMINISTRATOR, wanted(code))
    decide_hold(desk, OTHER, id_, Deed.CONFIRM)
    return id_


def test_two_administrators_hold_a_matter_and_the_person_reads_why(desk):
    opened, citizen = a_matter(desk)
    id_ = ask_hold(desk, ADMINISTRATOR, wanted(opened.code), "a" * 32)
    assert ask_hold(desk, ADMINISTRATOR, wanted(opened.code), "a" * 32) == id_
    with pytest.raises(BadRequestError):
        decide_hold(desk, ADMINISTRATOR, id_, Deed.CONFIRM)
    decide_hold(desk, OTHER, id_, Deed.CONFIRM)
    with pytest.raises(OnHoldError) as refused:
        erase_matter(desk, citizen, opened.code, opened.pin)
    assert "12/CV-TA, đến hết ngày 30/6/2027" in str(refused.value)
    (told,) = export_matter(desk, citizen, opened.code).records["legal_hold"]
    assert not {"asked_id", "off_asked_id"} & told.keys()
    page = Visitor(desk).reopens(opened.code, opened.pin)
    page.opens(f"/ho-so/{opened.code}/quyen/xoa")
    page.sends(f"/ho-so/{opened.code}/quyen/xoa", so=opened.pin)
    assert (page.status, "đang phải giữ nguyên" in page.text) == (422, True)


def test_what_was_only_asked_or_refused_holds_nothing(desk):
    opened, citizen = a_matter(desk)
    id_ = ask_hold(desk, ADMINISTRATOR, wanted(opened.code))
    decide_hold(desk, OTHER, id_, Deed.REFUSE)
    decide_hold(desk, OTHER, id_, Deed.CONFIRM)
    ask_hold(desk, ADMINISTRATOR, wanted(opened.code))
    assert erase_matter(desk, citizen, opened.code, opened.pin)["legal_hold"] == 2


def test_a_hold_ends_with_its_day_or_when_two_let_go_of_it(desk, desks):
    first, citizen = a_matter(desk)
    second, other = a_matter(desk)
    on_hold(desk, first.code)
    id_ = on_hold(desk, second.code)
    decide_hold(desk, OTHER, id_, Deed.OFF_CONFIRM)  # nobody has asked for it
    with pytest.raises(BadRequestError):
        decide_hold(desk, OTHER, id_, Deed.OFF, " ")
    decide_hold(desk, OTHER, id_, Deed.OFF, "Bản án có hiệu lực")
    with pytest.raises(BadRequestError):
        decide_hold(desk, OTHER, id_, Deed.OFF_CONFIRM)
    with pytest.raises(OnHoldError):
        erase_matter(desk, other, second.code, second.pin)
    decide_hold(desk, ADMINISTRATOR, id_, Deed.OFF_CONFIRM)
    assert erase_matter(desk, other, second.code, second.pin)
    desks.hour.later(days=218)
    (left,) = holds(desk, OTHER)
    assert left.over
    assert erase_matter(desk, citizen, first.code, first.pin)


def test_sweeps_leave_what_is_held_and_take_it_afterwards(desk, desks, paper):
    held, free = paper(), paper()
    id_ = on_hold(desk, held)
    desks.hour.later(days=desk.settings.photo_days + 1)
    sweep_photos(desk)
    assert (checks(desk, held), checks(desk, free)) == (1, 0)
    assert sweep_photos(desk) == 0
    decide_hold(desk, OTHER, id_, Deed.OFF, "Xong")
    decide_hold(desk, ADMINISTRATOR, id_, Deed.OFF_CONFIRM)
    sweep_photos(desk)
    assert checks(desk, held) == 0


@pytest.fixture
def paper(desk):
    """Return what makes a matter with a paper that was checked, and gives its code."""

    def made():
        opened, _ = a_matter(desk)
        with desk.database.transaction() as uow:
            matter = uow.matters.by_code(opened.code)
            row = PaperCheckRow(
                "66", matter.id, "notarize_contract", "certificate", {}, {}, None,
                "Hoa", None, desk.now(), deleted_on(desk),
            )  # fmt: skip
            uow.paper_checks.put_check(row)
        return opened.code

    return made


def checks(desk, code):
    with desk.database.reading() as uow:
        matter = uow.matters.by_code(code)
        return len(uow.paper_checks.checks(matter.tenant_id, matter.id))


def test_an_erasure_is_not_answered_as_done_while_it_is_held(desk):
    matter = filed(desk)
    asked = ask(desk, matter.citizen, matter.code, "erase", "Xóa số điện thoại", key="")
    assert one_request(desk, OTHER, asked).hold is None
    on_hold(desk, matter.case)
    (listed,) = open_requests(desk, OTHER)
    assert listed.hold.paper_number == "12/CV-TA"
    assert one_request(desk, OTHER, asked).hold is not None
    with pytest.raises(BadRequestError):
        settle(desk, OTHER, asked, "done", "Đã xóa.")
    settle(desk, OTHER, asked, "refused", "Đang phải giữ theo văn bản của tòa.")
    assert open_requests(desk, OTHER) == ()


def test_what_is_wrong_with_a_wish_is_told_at_once_and_clerks_have_none(desk):
    matter = filed(desk)
    with pytest.raises(BadRequestError) as refused:
        ask_hold(desk, OTHER, Wanted("KHONG-CO", " ", "", "2026-01-01"))
    keys = {each.key for each in refused.value.problems}
    assert keys == {"ma", "ly-do", "van-ban", "den-ngay"}
    with pytest.raises(NotAllowedError):
        ask_hold(desk, clerk(desk, "notary"), wanted(matter.code))
    with pytest.raises(NotAllowedError):
        holds(desk, matter.citizen)
    with desk.database.reading() as uow:
        assert uow.administration.log("66") == ()
    on_hold(desk, matter.code)
    with desk.database.reading() as uow:
        log = [row.what for row in uow.administration.log("66")]
    assert log == ["hold.held", "hold.asked"]
