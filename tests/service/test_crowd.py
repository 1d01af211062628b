"""The crowd of the benchmark is like real cases: counted, listed, found, followed."""

from service.bench.crowd import OFFICES, OPEN_EACH, gather
from service.usecases.following.follow_case import follow
from service.usecases.worklist.find_cases import find_cases
from service.usecases.worklist.list_work import OFFICE, Wish, worklist
from tests.factories import seed_offices

SIZE = 20 * OPEN_EACH * OFFICES


def test_a_crowd_stands_on_the_desks_and_every_counter_is_right(desk):
    seed_offices(desk, "66")
    crowd = gather(desk, SIZE)
    with desk.database.reading() as uow:
        assert uow.worklist.drifts() == ()
    page = worklist(desk, crowd.clerk, Wish(OFFICE))
    assert len(page.rows) == page.office.all == 20
    assert {row.stopped for row in page.rows} == {False}
    assert 0 < page.office.overdue < page.office.all
    assert 0 < page.mine.all < page.office.all


def test_what_the_benchmark_asks_for_is_there(desk):
    seed_offices(desk, "66")
    crowd = gather(desk, SIZE)
    assert all(follow(desk, code).found for code in crowd.codes[:5])
    for end in crowd.ends[:5]:
        assert len(find_cases(desk, crowd.clerk, end).rows) == 1
