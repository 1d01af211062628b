"""On a phone: whether anything blocks a piece of land is asked for by a press."""

import pytest

from tests.browser.test_land_lookup import in_front_of
from tests.service.test_ask_warnings import REASON, WARNING

pytestmark = pytest.mark.browser


@pytest.fixture
def notaries(town):
    port = town.desk.ports.notary
    port.blocked[:] = [WARNING]
    yield port
    port.blocked.clear()
    port.twin.faults.fail = 0


def test_no_answer_reads_as_unknown_and_an_answer_stands_on_the_plan(town, notaries):
    notaries.twin.faults.fail = 1
    person, code = in_front_of(town, script=False)
    person.opens(f"/ke-hoach/{code}").sees("Chưa hỏi, nên chưa biết")
    person.follows("Hỏi tổ chức hành nghề công chứng")
    person.presses("Hỏi").sees("chưa biết, không có nghĩa là đất không bị ngăn chặn")
    person.presses("Hỏi lại").sees("có 1 tin cảnh báo", "12/QĐ", "Tòa án")
    person.does_not_see(REASON)
    person.opens(f"/ke-hoach/{code}").sees("Có tin cảnh báo, ngăn chặn", "12/QĐ")
