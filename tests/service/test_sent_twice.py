"""The same request again gets the same answer, whatever happened in between."""

from threading import Barrier, Thread

import pytest

from service.errors import AppError, HeldError
from service.usecases.cases.claiming import take_up
from service.usecases.cases.decide import raise_event
from service.usecases.matter.submit_dossier import submit
from service.usecases.worklist.batch import do_together
from tests.factories import a_matter, clerk, filed, row_of
from tests.service.test_batch import colleague
from tests.visitor import at_the_counter_of
from workflows.errors import WorkflowError

FIRST = "notarize_contract"


def both(do):
    """Do the same twice at one moment; return what each got, an error among it."""
    ready, got = Barrier(2), []

    def one():
        ready.wait()
        try:
            got.append(do())
        except (AppError, WorkflowError) as error:
            got.append(error)

    threads = [Thread(target=one) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return got


def test_a_form_sent_twice_at_one_moment_is_answered_twice_as_done(desk):
    for number in range(8):
        matter, notary = filed(desk), clerk(desk, "notary")
        version = row_of(desk, matter.case).version

        def accept(
            case=matter.case, notary=notary, version=version, key=f"key-{number}"
        ):
            return raise_event(
                desk, notary, case, "accept",
                expected_version=version, idempotency_key=key,
            )  # fmt: skip

        answers = both(accept)
        assert [getattr(each, "version", each) for each in answers] == [version + 1] * 2
        assert sorted(each.repeated for each in answers) == [False, True]


def test_a_dossier_handed_in_twice_at_one_moment_is_one_dossier(desk):
    for number in range(8):
        opened, citizen = a_matter(desk)

        def hand_in(code=opened.code, citizen=citizen, key=f"key-{number}"):
            return submit(desk, citizen, code, FIRST, idempotency_key=key)

        answers = both(hand_in)
        assert len(set(answers)) == 1, answers
        assert row_of(desk, answers[0]).version == 2


def test_a_repeat_is_answered_though_a_colleague_has_taken_the_case_up(desk):
    matter = filed(desk)
    visitor = at_the_counter_of(desk, "notary")
    place = f"/can-bo/ho-so/{matter.case}"
    form = {"phien-ban": row_of(desk, matter.case).version, "khoa": "k" * 32}
    visitor.opens(place).sends(f"{place}/viec/accept", **form)
    assert visitor.path == place
    take_up(desk, colleague(clerk(desk, "notary")), [matter.case])
    visitor.sends(f"{place}/viec/accept", **form)
    assert (visitor.status, visitor.path) == (200, place)


def test_a_batch_sent_again_is_answered_though_a_colleague_holds_a_case(desk):
    matter = filed(desk)
    notary = clerk(desk, "notary")
    seen = [(matter.case, row_of(desk, matter.case).version)]
    first = do_together(desk, notary, "accept", seen, {}, key="key")
    take_up(desk, colleague(notary), [matter.case])
    assert do_together(desk, notary, "accept", seen, {}, key="key") == first


def test_a_first_request_still_heeds_the_colleague(desk):
    matter = filed(desk)
    notary = clerk(desk, "notary")
    take_up(desk, colleague(notary), [matter.case])
    seen = [(matter.case, row_of(desk, matter.case).version)]
    (done,) = do_together(desk, notary, "accept", seen, {}, key="key")
    assert isinstance(done.refusal, HeldError)
    with pytest.raises(HeldError):
        raise_event(desk, notary, matter.case, "accept", heeds=True)
    assert take_up(desk, notary, [matter.case])[0].refusal is not None
