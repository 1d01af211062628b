"""The notaries are asked about the land of a matter; no answer is never "none"."""

from contextlib import contextmanager
from dataclasses import replace

import pytest

from integrations.http import Line
from integrations.messages import LandWarning
from integrations.notary.gateway import connect
from service.errors import NotAllowedError
from service.usecases.custody.erase_matter import erase_matter
from service.usecases.custody.export_data import export_matter
from service.usecases.land import land_sentences as say
from service.usecases.land.ask_warnings import ask_at_desk, ask_warnings, asked_warnings
from service.usecases.land.land_lookup import look_up
from service.usecases.land.land_warnings import warnings_of_land
from service.usecases.matter.answer_question import record_facts
from tests.factories import a_helper, clerk, filed
from tests.service.test_land_lookup import LAND, PARCEL, PLACE, told
from tests.simulator.conftest import KEY, an_office
from tests.visitor import Visitor, at_the_counter_of

__all__ = ["an_office"]

REASON = "Tranh chấp với bà Y"
WARNING = LandWarning(
    id="w-1", land=LAND, reason=REASON, number="12/QĐ", day="2026-11-02", by="Tòa án"
)
NOT_NONE = "không có nghĩa là đất không bị ngăn chặn"


@pytest.fixture
def notaries(desk):
    """The notaries in process, who know of one warning."""
    desk.ports.notary.blocked.append(WARNING)
    return desk.ports.notary


def a_told_gift(desk):
    """Return a filed gift whose parcel was told."""
    gift = filed(desk)
    record_facts(desk, gift.citizen, gift.code, PLACE, "citizen")
    return gift


@contextmanager
def by_wire(desk, an_office, plan=None):
    """Give the desk with the notaries behind real HTTP, as the plan has them behave."""
    with an_office("notary", plan, clock=desk.clock) as (office, client):
        office.port.blocked.append(WARNING)
        line = Line("notary", client.line.address, KEY, desk.clock, 10)
        yield replace(desk, ports=replace(desk.ports, notary=connect(line)))


def test_an_answer_is_kept_with_who_asked_when_and_about_which_land(desk, notaries):
    opened, citizen = told(desk)
    assert ask_warnings(desk, citizen, opened.code) == ""
    found = asked_warnings(desk, citizen, opened.code)
    assert found.waiting is None
    assert (found.answer.by, found.answer.asked_at) == ("citizen", desk.now())
    assert "thửa 345" in found.answer.about
    assert [each.number for each in found.answer.warnings] == ["12/QĐ"]
    shown = warnings_of_land(desk, citizen, opened.code)
    assert [each.said.number for each in shown] == ["12/QĐ"]


def test_land_of_which_nothing_is_known_is_told_as_such(desk, notaries):
    opened, citizen = told(desk, **{PARCEL: "999"})
    ask_warnings(desk, citizen, opened.code)
    found = asked_warnings(desk, citizen, opened.code)
    assert found.answer.warnings == ()
    assert found.answer.sentence == ""


def test_who_asks_for_herself_is_not_told_the_reason_a_notary_is(desk, notaries):
    gift = a_told_gift(desk)
    ask_warnings(desk, gift.citizen, gift.code)
    (warning,) = asked_warnings(desk, gift.citizen, gift.code).answer.warnings
    assert warning.reason == ""
    ask_at_desk(desk, clerk(desk, "notary"), gift.case)
    (warning,) = asked_warnings(desk, gift.citizen, gift.code).answer.warnings
    assert warning.reason == REASON


def test_a_silent_notary_leaves_it_unknown_and_the_older_answer_stands(desk, notaries):
    opened, citizen = told(desk)
    notaries.twin.faults.fail = 1
    assert ask_warnings(desk, citizen, opened.code) == ""
    found = asked_warnings(desk, citizen, opened.code)
    assert found.answer is None
    assert found.waiting.sentence == say.NO_ANSWER["silent"]

    ask_warnings(desk, citizen, opened.code)
    assert asked_warnings(desk, citizen, opened.code).waiting is None

    notaries.twin.faults.fail = 1
    ask_warnings(desk, citizen, opened.code)
    found = asked_warnings(desk, citizen, opened.code)
    assert found.waiting is not None
    assert len(found.answer.warnings) == 1


def test_a_process_that_dies_while_it_asks_leaves_an_asking_without_an_answer(desk):
    class KilledError(BaseException):
        pass

    class Dying:
        def warnings(self, asked, *, key):
            raise KilledError

    opened, citizen = told(desk)
    dying = replace(desk, ports=replace(desk.ports, notary=Dying()))
    with pytest.raises(KilledError):
        ask_warnings(dying, citizen, opened.code)
    found = asked_warnings(desk, citizen, opened.code)
    assert (found.waiting is None, found.answer) == (False, None)


def test_warnings_about_other_land_are_no_answer(desk):
    class Confused:
        def warnings(self, asked, *, key):
            other = LAND.model_copy(update={"certificate": "", "parcel_no": "9"})
            wrong = WARNING.model_copy(update={"land": other})
            return desk.ports.notary.warnings(asked, key=key).model_copy(
                update={"warnings": (wrong,)}
            )

    opened, citizen = told(desk)
    there = replace(desk, ports=replace(desk.ports, notary=Confused()))
    ask_warnings(there, citizen, opened.code)
    found = asked_warnings(desk, citizen, opened.code)
    assert found.waiting.sentence == say.NO_ANSWER["other_land"]


def test_an_answer_about_land_that_was_corrected_since_says_so(desk, notaries):
    opened, citizen = told(desk)
    ask_warnings(desk, citizen, opened.code)
    record_facts(desk, citizen, opened.code, {PARCEL: "999"}, "citizen")
    assert asked_warnings(desk, citizen, opened.code).answer.elsewhere
    assert warnings_of_land(desk, citizen, opened.code) == ()


@pytest.mark.parametrize(
    ("plan", "outcome"),
    [
        ({"script": [{"do": "down"}]}, "silent"),
        ({"script": [{"do": "garbage"}]}, "silent"),
        ({"script": [{"do": "refuse"}]}, "refused"),
    ],
)
def test_over_real_http_an_office_that_fails_leaves_it_unknown(
    desk, an_office, plan, outcome
):
    opened, citizen = told(desk)
    with by_wire(desk, an_office, plan) as there:
        ask_warnings(there, citizen, opened.code)
    found = asked_warnings(desk, citizen, opened.code)
    assert found.answer is None
    assert found.waiting.sentence == say.NO_ANSWER[outcome]


def test_over_real_http_the_same_answer_comes(desk, an_office):
    opened, citizen = told(desk)
    with by_wire(desk, an_office) as there:
        ask_warnings(there, citizen, opened.code)
    found = asked_warnings(desk, citizen, opened.code)
    assert [each.by for each in found.answer.warnings] == ["Tòa án"]


def test_a_matter_asks_so_often_and_no_more(desk, notaries):
    opened, citizen = told(desk)
    for _ in range(look_up().tries):
        assert ask_warnings(desk, citizen, opened.code) == ""
    assert "nhiều lần" in ask_warnings(desk, citizen, opened.code)


def test_only_a_notary_of_the_case_asks_at_its_desk(desk, notaries):
    gift = a_told_gift(desk)
    for office in ("tax", "land-branch"):
        with pytest.raises(NotAllowedError):
            ask_at_desk(desk, clerk(desk, office), gift.case)


def test_a_helper_asks_in_two_names_and_only_who_may_fill_in(desk, notaries):
    opened, citizen = told(desk)
    helper = a_helper(desk, citizen, opened.code, ["fill"])
    ask_warnings(desk, helper, opened.code)
    answer = asked_warnings(desk, citizen, opened.code).answer
    assert (answer.by, answer.on_behalf_of is None) == ("Lan", False)


def test_an_asking_is_given_out_with_a_matter_and_erased_with_it(desk, notaries):
    opened, citizen = told(desk)
    ask_warnings(desk, citizen, opened.code)
    (row,) = export_matter(desk, citizen, opened.code).records["land_question"]
    assert row["land"]["parcel_no"] == "345"
    assert erase_matter(desk, citizen, opened.code, opened.pin)["land_question"] == 1


def test_on_the_pages_unknown_reads_as_unknown_until_an_answer_comes(desk, notaries):
    opened, _ = told(desk)
    page = Visitor(desk).reopens(opened.code, opened.pin)
    page.opens(f"/ke-hoach/{opened.code}")
    assert "Chưa hỏi, nên chưa biết" in page.text
    notaries.twin.faults.fail = 1
    page.opens(f"/ho-so/{opened.code}/ngan-chan")
    page.sends(f"/ho-so/{opened.code}/ngan-chan")
    assert NOT_NONE in page.text
    page.sends(f"/ho-so/{opened.code}/ngan-chan")
    assert "12/QĐ" in page.text
    assert REASON not in page.text
    page.opens(f"/ke-hoach/{opened.code}")
    assert "Có tin cảnh báo, ngăn chặn" in page.text
    assert NOT_NONE not in page.text


def test_land_of_which_too_little_was_told_is_not_asked_for(desk, notaries):
    opened, citizen = told(desk, **{PARCEL: None})
    page = Visitor(desk).reopens(opened.code, opened.pin)
    page.opens(f"/ho-so/{opened.code}/ngan-chan")
    assert "Cần số của sổ" in page.text
    assert ask_warnings(desk, citizen, opened.code) == say.TOO_LITTLE
    assert notaries.twin.calls == 0


def test_a_notary_presses_on_the_case_and_reads_the_reason_there(desk, notaries):
    gift = a_told_gift(desk)
    page = at_the_counter_of(desk, "notary").opens(f"/can-bo/ho-so/{gift.case}")
    page.sends(f"/can-bo/ho-so/{gift.case}/ngan-chan")
    assert REASON in page.text
    page.opens(f"/can-bo/ho-so/{gift.case}")
    assert REASON in page.text
    other = at_the_counter_of(desk, "tax")
    assert other.opens(f"/can-bo/ho-so/{gift.case}/ngan-chan").status == 403
